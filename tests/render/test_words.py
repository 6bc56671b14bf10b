"""The sentences around the figures."""

from dataclasses import replace
from decimal import Decimal

from qplan.model.comparison import Action
from qplan.model.workload import Mode
from qplan.render import summary, words
from tests.render import samples


def test_the_verdict_names_the_mode_its_price_and_the_others_against_it() -> None:
    assert words.verdict(samples.vqe()) == (
        "Run it as a session: 40 s of usage, 64.00 USD, done in 2 min 20 s.",
        "Against that: single jobs and a batch 0.5x the cost, 2.4x the time.",
    )


def test_without_a_price_usage_is_compared() -> None:
    assert words.verdict(samples.unknown_price()) == (
        "Run it as a session: 40 s of usage, cost unknown, done in 2 min 20 s.",
        "Against that: single jobs and a batch 0.5x the usage, 2.4x the time.",
    )


def test_when_no_mode_is_feasible_the_headline_says_so() -> None:
    advice = replace(samples.ADVICE, mode=None, headline="Nothing fits in 4 min of allocation.")
    report = samples.with_accounts(samples.vqe(), samples.JOB, samples.BATCH, advice=advice)
    assert words.verdict(report) == ("Nothing fits in 4 min of allocation.",)


def test_the_only_mode_asked_for_is_the_verdict_even_if_another_is_advised() -> None:
    report = replace(samples.vqe(), modes=(Mode.BATCH,))
    assert words.verdict(report) == ("Run it as a batch: 18 s of usage, 28.80 USD, done in 5 min 40 s.",)


def test_the_only_mode_asked_for_may_be_refused() -> None:
    report = replace(samples.open_plan(), modes=(Mode.SESSION,))
    assert words.verdict(report) == ("A session is refused: The Open plan admits no sessions (rule S-09).",)


def test_undone_jobs_limits_and_missing_prices_are_noted() -> None:
    assert list(words.notes(samples.open_plan())) == [
        "job: 1 of 3 jobs done; 1 cancelled and 1 not submitted.",
        "batch: 1 of 3 jobs done; 1 cancelled and 1 not submitted.",
        "batch: the plan's limit stops it; to the end it needs 18 s of usage (28.80 USD).",
        "Cost: not billed: free within the allocation",
    ]


def test_a_saving_tells_gains_and_losses() -> None:
    action = Action(kind="x", rule="U-03", text="", saves_usage_us=-2_000_000, saves_wall_us=60_000_000)
    assert words.saving(action, "USD") == "needs 2 s more usage; done 1 min sooner"
    dearer = replace(action, saves_cost=Decimal("-3.20"))
    assert words.saving(dearer, "USD") == "needs 2 s more usage; costs 3.20 USD more; done 1 min sooner"
    assert words.saving(Action(kind="x", rule="P-01", text=""), "USD") == ""


def test_the_footer_is_humble() -> None:
    assert words.footer([samples.vqe()]) == ("Pre-run estimate, not a quote; data of 2026-05-20; one run; qplan 0.1.0.")
    assert "p50 of 10 runs, p10 and p90 below it, seed 0" in words.footer([samples.spread()])


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
