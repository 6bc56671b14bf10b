"""The sentences around the figures."""

from dataclasses import replace
from decimal import Decimal

from qplan.model.account import Account
from qplan.model.backend import Backend
from qplan.model.comparison import Action, Objective
from qplan.model.pricing import LimitAction
from qplan.model.report import Report
from qplan.model.workload import End, Failure, Mode
from qplan.render import devices, summary, words
from qplan.render.notes import notes
from qplan.render.undone import undone
from qplan.render.verdict import verdict
from tests.render import samples


def test_the_verdict_names_the_mode_its_price_and_the_others_against_it() -> None:
    assert verdict(samples.vqe()) == (
        "Run it as a session: 40 s of usage, 64.00 USD, done in 2 min 20 s.",
        "Against that: single jobs and a batch 0.5x the cost, 2.4x the time.",
    )


def test_without_a_price_usage_is_compared() -> None:
    assert verdict(samples.unknown_price()) == (
        "Run it as a session: 40 s of usage, cost unknown, done in 2 min 20 s.",
        "Against that: single jobs and a batch 0.5x the usage, 2.4x the time.",
    )


def test_when_no_mode_is_feasible_the_headline_says_so() -> None:
    advice = replace(samples.ADVICE, mode=None, headline="Nothing fits in 4 min of allocation.")
    report = samples.with_accounts(samples.vqe(), samples.JOB, samples.BATCH, advice=advice)
    assert verdict(report) == ("Nothing fits in 4 min of allocation.",)


def test_the_only_mode_asked_for_is_the_verdict_even_if_another_is_advised() -> None:
    report = replace(samples.vqe(), modes=(Mode.BATCH,))
    assert verdict(report) == (
        "As a batch: 18 s of usage, 28.80 USD, done in 5 min 40 s.",
        "Recommended instead: a session, 40 s of usage, 64.00 USD, done in 2 min 20 s.",
    )
    assert verdict(replace(report, modes=(Mode.SESSION,)))[0].startswith("Run it as a session: 40 s")


def test_the_only_mode_asked_for_may_be_refused() -> None:
    report = replace(samples.open_plan(), modes=(Mode.SESSION,))
    assert verdict(report) == ("A session is refused: The Open plan admits no sessions (rule S-09).",)


def test_undone_jobs_limits_and_missing_prices_are_noted() -> None:
    assert list(notes(samples.open_plan())) == [
        "job and batch: 1 of 3 jobs done; 1 cancelled and 1 not submitted.",
        "batch: the allocation cuts it: needs 18 s of usage (28.80 USD), 2 jobs undone.",
        "Cost: not billed: free within the allocation",
    ]


def limited(usage_s: int, remaining_s: int, *, cancelled: int, action: LimitAction = LimitAction.HOLD) -> Report:
    plan = replace(samples.PAYG, remaining_us=remaining_s * samples.S, limit_action=action)
    batch = replace(
        samples.BATCH, runs=(samples.figures(usage_s, 340, 300, cancelled=cancelled),), need=samples.figures(924, 9, 9)
    )
    advice = replace(samples.ADVICE, mode=Mode.BATCH)
    report = samples.with_accounts(samples.vqe(), samples.JOB, batch, samples.SESSION, advice=advice)
    return replace(report, workload=replace(report.workload, plan=plan))


def test_u_10_a_run_past_the_allocation_is_told_from_one_that_it_cuts() -> None:
    needs = "2 min left, needs 15 min 24 s of usage (1,478.40 USD), 13 min 24 s short"
    assert list(notes(limited(924, 120, cancelled=0))) == [f"batch: finishes, but overdraws the allocation: {needs}."]
    assert list(notes(limited(120, 120, cancelled=2, action=LimitAction.STOP))) == [
        "batch: 1 of 3 jobs done; 2 cancelled.",
        f"batch: the cost limit cuts it: {needs}, 2 jobs undone.",
    ]
    assert list(notes(limited(924, 924, cancelled=0, action=LimitAction.STOP))) == [
        "batch: finishes, and uses up the cost limit: 15 min 24 s left, needs 15 min 24 s of usage (1,478.40 USD)."
    ]


def cut(account: Account, *, failed: int = 0, cancelled: int = 0, not_submitted: int = 0, retries: int = 0) -> Account:
    run = samples.figures(
        18, 340, 300, failed=failed, cancelled=cancelled, not_submitted=not_submitted, retries=retries
    )
    return replace(account, runs=(run,))


def test_undone_work_is_said_before_any_figure_and_is_no_advantage() -> None:
    session = samples.SESSION
    report = samples.with_accounts(samples.vqe(), samples.JOB, cut(samples.BATCH, cancelled=2), session)
    assert verdict(report)[1] == (
        "Against that: single jobs 0.5x the cost, 2.4x the time; a batch with 2 of 3 jobs left undone."
    )
    none = [cut(account, not_submitted=2) for account in (samples.JOB, samples.BATCH, samples.SESSION)]
    assert verdict(samples.with_accounts(report, *none)) == (
        "No mode finishes it: 2 jobs stay undone as a session (18 s of usage, 28.80 USD, 1 of 3 jobs done in"
        " 5 min 40 s).",
        "Against that: single jobs and a batch with 2 of 3 jobs left undone.",
    )
    alone = replace(samples.with_accounts(report, *none), modes=(Mode.BATCH,))
    assert verdict(alone)[0].startswith("As a batch it is not finished: 2 jobs stay undone (18 s of usage")


def test_nothing_done_is_no_verdict_with_a_price() -> None:
    none = [cut(account, cancelled=3) for account in (samples.JOB, samples.BATCH, samples.SESSION)]
    assert verdict(samples.with_accounts(samples.vqe(), *none))[0] == (
        "No mode does any of its 3 jobs: 3 jobs stay undone."
    )


def test_failures_and_an_early_stop_that_the_file_asks_for_are_not_undone_work() -> None:
    report = samples.vqe()
    box = replace(report.workload.batch, end=End.CANCEL, cancel_after=1)
    stopped = replace(report, workload=replace(report.workload, batch=box))
    stopped = samples.with_accounts(
        stopped, samples.JOB, cut(samples.BATCH, cancelled=2), advice=replace(samples.ADVICE, mode=Mode.BATCH)
    )
    assert verdict(stopped) == (
        "Run it as a batch: 18 s of usage, 28.80 USD, 1 of 3 jobs done in 5 min 40 s.",
        "Against that: single jobs with all jobs: 18 s of usage, 28.80 USD, done in 5 min 40 s.",
    )
    [item] = report.workload.items
    job = replace(item.jobs[0], failure=Failure(numbers=(2,)))
    failing = replace(report, workload=replace(report.workload, items=(replace(item, jobs=(job,)),)))
    assert undone(failing, cut(samples.BATCH, failed=1)) == 0
    assert undone(failing, cut(samples.BATCH, failed=2)) == 1


def test_against_no_usage_at_all_the_amount_is_told() -> None:
    best = replace(samples.BATCH, runs=(replace(samples.figures(0, 340, 300, price=None)),))
    other = replace(samples.SESSION, runs=(samples.figures(40, 140, 100, price=None),))
    report = samples.with_accounts(samples.vqe(), best, other, advice=replace(samples.ADVICE, mode=Mode.BATCH))
    assert verdict(report)[1] == "Against that: a session 40 s of usage, 0.4x the time."


def test_retries_are_counted_as_attempts() -> None:
    report = samples.with_accounts(samples.vqe(), *(cut(a, retries=4) for a in (samples.JOB, samples.BATCH)))
    assert list(notes(report)) == ["job and batch: 4 attempts repeated after a failure."]


def test_a_saving_tells_gains_and_losses() -> None:
    action = Action(kind="x", rule="U-03", text="", saves_usage_us=-2_000_000, saves_wall_us=60_000_000)
    assert words.saving(action, "USD") == "needs 2 s more usage; done 1 min sooner"
    dearer = replace(action, saves_cost=Decimal("-3.20"))
    assert words.saving(dearer, "USD") == "needs 2 s more usage; costs 3.20 USD more; done 1 min sooner"
    assert words.saving(Action(kind="x", rule="P-01", text=""), "USD") == ""


def test_the_footer_is_humble() -> None:
    assert words.footer([samples.vqe()]) == ("Pre-run estimate, not a quote; data of 2026-05-20; one run; qplan 0.1.0.")
    assert "p50 of 10 replications with p10 and p90, seed 0" in words.footer([samples.spread()])


def test_several_workloads_are_summed() -> None:
    other = replace(samples.vqe(), workload=samples.workload("other", "other.yaml"))
    assert summary.headline([samples.vqe(), other]) == "2 workloads together: 1 min 20 s of usage, 128.00 USD."


def test_a_sum_with_an_unknown_price_is_unknown() -> None:
    other = replace(samples.unknown_price(), workload=samples.workload("other", "other.yaml"))
    assert summary.headline([samples.vqe(), other]) == "2 workloads together: 1 min 20 s of usage, no total cost."


def test_several_backends_are_choices_and_not_summed() -> None:
    slow = replace(
        samples.with_accounts(samples.vqe(), samples.BATCH, advice=replace(samples.ADVICE, mode=Mode.BATCH)),
        workload=samples.workload(backend=samples.MIAMI),
    )
    assert summary.headline([samples.vqe(), slow]) == (
        "Cheapest: ibm_miami as a batch, 28.80 USD. Fastest: ibm_kingston as a session, done in 2 min 20 s."
    )
    assert summary.totals([samples.vqe(), slow]).usage_us is None


def on(backend: Backend, name: str = "h2o-vqe") -> Report:
    return replace(samples.vqe(), workload=samples.workload(name, f"{name}.yaml", backend))


def test_different_workloads_on_several_backends_are_summed_for_each_backend() -> None:
    four = [on(backend, name) for backend in (samples.KINGSTON, samples.MIAMI) for name in ("vqe", "sweep")]
    assert summary.headline(four) == (
        "On ibm_kingston 2 workloads together: 1 min 20 s of usage, 128.00 USD."
        " On ibm_miami 2 workloads together: 1 min 20 s of usage, 128.00 USD."
    )


def test_an_input_handed_in_twice_counts_once() -> None:
    twice = [on(samples.KINGSTON, "vqe"), on(samples.KINGSTON, "vqe"), on(samples.KINGSTON, "sweep")]
    assert summary.headline(twice) == "2 workloads together: 1 min 20 s of usage, 128.00 USD."
    assert summary.repeats(twice) == ["1 repeated input left out: each counts once."]
    assert summary.repeats(summary.distinct(twice)) == []


def test_devices_are_ranked_by_what_is_recommended_on_them() -> None:
    slow = samples.with_accounts(
        on(samples.MIAMI), samples.BATCH, advice=replace(samples.ADVICE, mode=Mode.BATCH, objective=Objective.TIME)
    )
    fast = replace(on(samples.KINGSTON), recommendation=replace(samples.ADVICE, objective=Objective.TIME))
    ranked = devices.ranked([slow, fast])
    assert devices.headline(ranked) == (
        "Choose ibm_kingston as a session: 40 s of usage, 64.00 USD, done in 2 min 20 s."
    )
    assert [devices.figures(device) for device in ranked] == [
        ("session", "40 s", "64.00 USD", "2 min 20 s", ""),
        ("batch", "18 s", "28.80 USD", "5 min 40 s", "0.5x the usage, 2.4x the time"),
    ]


def test_a_device_that_leaves_work_undone_comes_after_one_that_does_not() -> None:
    quick = samples.with_accounts(on(samples.KINGSTON), cut(samples.SESSION, cancelled=2))
    ranked = devices.ranked([quick, on(samples.MIAMI)])
    assert [(device.backend, device.why_not) for device in ranked] == [
        ("ibm_miami", ""),
        ("ibm_kingston", "2 jobs left undone"),
    ]
    assert summary.headline([quick, on(samples.MIAMI)]).startswith("Cheapest and fastest: ibm_miami as a session")


def test_where_no_mode_will_do_there_is_no_device_to_choose() -> None:
    advice = replace(samples.ADVICE, mode=None, headline="No mode will do.")
    ranked = devices.ranked(
        [replace(on(backend), recommendation=advice) for backend in (samples.KINGSTON, samples.MIAMI)]
    )
    assert devices.headline(ranked) == "No mode will do on any of 2 backends."
    assert devices.figures(ranked[1]) == ("-", "-", "-", "-", "No mode will do.")
