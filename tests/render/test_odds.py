"""How often something holds, and what is said where replications differ."""

from dataclasses import replace

import pytest

from qplan.model.account import Odds
from qplan.model.pricing import LimitAction
from qplan.model.report import Report, Sampling
from qplan.model.workload import End, Failure, Mode, OnFailure
from qplan.render import devices, summary, words
from qplan.render.base import Options
from qplan.render.markdown import recommend as markdown
from qplan.render.notes import notes
from qplan.render.odds import odds_of, odds_table, sentence, shortfall
from qplan.render.table import recommend_text
from qplan.render.undone import mean_undone, undone
from qplan.render.verdict import verdict
from tests.render import samples

SURE = Odds(cheapest=1.0, fastest=1.0, complete=1.0, ttl_cut=0.0)


def with_odds(*odds: Odds | None, replications: int = 1000) -> Report:
    return replace(samples.spread(), odds=odds, replications=replications)


def rows_of(report: Report) -> dict[str, tuple[str, ...]]:
    table = odds_table(report)
    return dict(table.rows) if table else {}


def failing(report: Report, then: OnFailure) -> Report:
    """The file lets its second job fail."""
    [item] = report.workload.items
    job = replace(item.jobs[0], failure=Failure(numbers=(2,), then=then))
    return replace(report, workload=replace(report.workload, items=(replace(item, jobs=(job,)),)))


def test_a_fixed_run_has_no_odds() -> None:
    assert odds_table(samples.vqe()) is None
    assert sentence(samples.vqe(), samples.SESSION) == ""


def test_what_holds_for_every_mode_in_every_replication_is_left_out() -> None:
    assert odds_table(with_odds(SURE, SURE, SURE)) is None
    one = replace(SURE, cheapest=0.0)
    assert rows_of(with_odds(SURE, SURE, one)) == {"cheapest": ("100 %", "100 %", "0 %")}


def test_what_is_left_undone_in_some_replications_stands_in_the_head_of_a_recommendation() -> None:
    often = replace(SURE, complete=0.57)
    report = with_odds(often, often, often)
    told = "Of 1,000 replications all jobs are done in 57 %."
    for text in (recommend_text(report), markdown([report], Options())):
        assert told in text.partition("For it")[0]
    best = words.recommended(report)
    assert best
    assert (shortfall(report, best), shortfall(with_odds(SURE, SURE, SURE), best)) == (told, "")


def test_what_was_asked_for_is_told_even_if_it_always_holds() -> None:
    asked = replace(SURE, within_deadline=1.0)
    assert rows_of(with_odds(asked, asked, asked)) == {"within the deadline": ("100 %", "100 %", "100 %")}


def test_a_share_is_all_or_none_only_where_it_is_so() -> None:
    rare = replace(SURE, within_budget=0.0004, within_deadline=0.9996)
    often = replace(SURE, within_budget=0.001, within_deadline=0.999)
    even = replace(SURE, within_budget=0.5, within_deadline=None)
    assert rows_of(with_odds(rare, often, even)) == {
        "within the budget": ("<0.1 %", "0.1 %", "50 %"),
        "within the deadline": (">99.9 %", "99.9 %", "-"),
    }


def test_ties_are_said_to_count_for_each() -> None:
    tied = with_odds(replace(SURE, cheapest=0.6), replace(SURE, cheapest=0.6), replace(SURE, cheapest=0.4))
    apart = with_odds(replace(SURE, cheapest=0.6), replace(SURE, cheapest=0.3), replace(SURE, cheapest=0.1))
    assert [table.note for report in (tied, apart) if (table := odds_table(report))] == ["ties count for each", ""]


def test_without_a_price_the_least_usage_is_told() -> None:
    report = with_odds(SURE, SURE, replace(SURE, cheapest=0.0))
    free = (replace(account, costs=None) for account in report.comparison.accounts)
    assert list(rows_of(samples.with_accounts(report, *free))) == ["least usage"]


def test_a_cost_limit_is_no_allocation() -> None:
    report = with_odds(SURE, SURE, replace(SURE, over_allocation=0.25))
    plan = replace(samples.PAYG, remaining_us=60 * samples.S, limit_action=LimitAction.STOP)
    assert rows_of(replace(report, workload=replace(report.workload, plan=plan))) == {
        "cost limit not enough": ("-", "-", "25 %")
    }
    assert rows_of(report) == {"allocation not enough": ("-", "-", "25 %")}


@pytest.mark.parametrize("then", [OnFailure.CONTINUE, OnFailure.STOP])
def test_that_not_all_jobs_are_done_says_nothing_where_the_file_lets_some_fail(then: OnFailure) -> None:
    never = replace(SURE, complete=0.0)
    report = failing(with_odds(never, never, replace(never, ttl_cut=0.12)), then)
    assert rows_of(report) == {"cut by the maximum TTL": ("-", "0 %", "12 %")}
    assert verdict(report)[-1] == "Of 1,000 replications the maximum TTL cuts it in 12 %."
    assert list(notes(report)) == ["session: the maximum TTL of 8 h cuts it in 12 % of the replications."]


def test_a_refused_mode_has_no_column() -> None:
    report = samples.hostile_spread()
    table = odds_table(report)
    assert table
    assert (table.modes, table.chosen) == ((Mode.JOB, Mode.BATCH), None)
    assert odds_of(report, report.comparison.accounts[2]) is None


def test_the_sentence_leaves_out_what_is_as_good_as_sure() -> None:
    best = Odds(cheapest=0.996, fastest=0.62, complete=0.87, ttl_cut=0.13, within_budget=0.004, within_deadline=0.97)
    report = with_odds(SURE, SURE, best)
    assert sentence(report, report.comparison.accounts[2]) == (
        "Of 1,000 replications that is the fastest in 62 % and within the deadline in 97.0 %;"
        " all jobs are done in 87 %."
    )
    assert sentence(report, report.comparison.accounts[0]) == ""


def test_the_verdict_tells_the_range_of_the_time() -> None:
    assert verdict(samples.spread()) == (
        "Run it as a session: 42 s of usage, 67.20 USD, done in 11 min 40 s (10 to 90 %: 1 min 10 s to 4 h 13 min).",
        "Against that: single jobs and a batch 0.4x the cost, 2.9x the time.",
    )
    alone = replace(samples.risky(), modes=(Mode.BATCH,))
    assert verdict(alone) == (
        "As a batch it is not finished: 2 jobs stay undone at the median (6 s of usage, 9.60 USD, 1 of 3 jobs done in"
        " 12 min 30 s).",
        "Recommended instead: a session, 42 s of usage, 67.20 USD, done in 11 min 40 s.",
        "Of 10 replications that is within the deadline in 70 %; all jobs are done in 40 %.",
    )


def test_a_device_is_chosen_with_the_range_of_its_time_and_dropped_for_the_median_of_what_it_leaves() -> None:
    advice = replace(samples.ADVICE, mode=Mode.BATCH)
    cut = replace(samples.risky(), recommendation=advice, workload=samples.workload(backend=samples.MIAMI))
    ranked = devices.ranked([cut, samples.spread()])
    assert devices.headline(ranked) == (
        "Choose ibm_kingston as a session: 42 s of usage, 67.20 USD, done in 11 min 40 s (10 to 90 %: 1 min 10 s to"
        " 4 h 13 min)."
    )
    assert [device.why_not for device in ranked] == ["", "2 jobs left undone at the median"]


def test_undone_work_is_that_of_all_replications_and_not_of_the_one_shown() -> None:
    _, batch, session = samples.risky().comparison.accounts
    assert batch.sample.completed == 1
    assert (undone(samples.risky(), batch), mean_undone(samples.risky(), batch)) == (2, 1.2)
    assert (undone(samples.risky(), session), mean_undone(samples.risky(), session)) == (0, 0.3)


def test_failures_and_stops_that_the_file_asks_for_are_not_undone_in_any_replication() -> None:
    failed = [samples.figures(18, 340, 300, failed=1)] * 3
    session = samples.replicated(samples.SESSION, failed)
    for then, left in ((OnFailure.CONTINUE, 0), (OnFailure.STOP, 0), (OnFailure.RETRY, 1)):
        assert undone(failing(samples.vqe(), then), session) == left
    cut = samples.replicated(samples.SESSION, [samples.figures(18, 340, 300, failed=3, ttl_cut=True)] * 3)
    assert undone(failing(samples.vqe(), OnFailure.STOP), cut) == 2
    report = samples.vqe()
    box = replace(report.workload.session, end=End.CANCEL, cancel_after=2)
    stopped = replace(report, workload=replace(report.workload, session=box))
    assert undone(stopped, session) == 0
    assert undone(stopped, cut) == 2


def test_notes_on_replications_tell_shares() -> None:
    assert list(notes(samples.risky())) == [
        "batch: the maximum TTL of 8 h cuts it in 60 % of the replications.",
        "session: the maximum TTL of 8 h cuts it in 30 % of the replications; the allocation (45 s left) is not enough"
        " in 20 %.",
    ]
    some = replace(SURE, complete=0.999)
    assert list(notes(with_odds(some, some, SURE))) == ["job and batch: all jobs done in 99.9 % of the replications."]


def test_notes_on_replications_say_which_run_retried() -> None:
    runs = [samples.figures(18, 340, 300, retries=2)] * 3
    report = samples.with_accounts(samples.spread(), samples.replicated(samples.JOB, runs))
    assert list(notes(report)) == ["job: 2 attempts repeated after a failure, in the replication of median wall-clock."]


def test_one_replication_is_told_as_the_run_it_is() -> None:
    account = samples.replicated(samples.BATCH, [samples.figures(18, 340, 300, cancelled=2, ttl_cut=True)])
    report = samples.with_accounts(samples.vqe(), account, advice=replace(samples.ADVICE, mode=Mode.BATCH))
    report = replace(report, odds=(replace(SURE, complete=0.0),), sampling=Sampling(error=0.0, figure="any"))
    assert list(notes(report)) == ["batch: 1 of 3 jobs done; 2 cancelled."]
    assert odds_table(report) is None
    assert verdict(report) == (
        "As a batch it is not finished: 2 jobs stay undone (18 s of usage, 28.80 USD, 1 of 3 jobs done in 5 min 40 s).",
    )
    assert words.footer([report]) == (
        "Pre-run estimate, not a quote; data of 2026-05-20; one replication, seed 0; qplan 0.1.0."
    )


def test_the_footer_tells_how_often_and_how_sure() -> None:
    assert words.footer([samples.spread(99)]) == (
        "Pre-run estimate, not a quote; data of 2026-05-20; p50 of 10 replications with p10, p90 and p99, seed 0;"
        " quantiles sure to within 4.3 % at worst (p90 of wall-clock as a batch; 95 %, sampling error only);"
        " qplan 0.1.0."
    )


def test_the_footer_of_several_tells_the_least_sure() -> None:
    less = replace(samples.spread(), workload=samples.workload("sweep"), replications=1000)
    less = replace(less, sampling=Sampling(error=0.38, figure="p10 of usage as a session"))
    told = words.footer([samples.vqe(), samples.spread(), less])
    assert "; p50 of 1 to 1,000 replications with p10 and p90, seed 0; quantiles sure to within 38 % at worst" in told
    assert " (p10 of usage as a session, sweep; 95 %, sampling error only); " in told


def test_a_precision_that_was_not_reached_is_noted() -> None:
    met = replace(samples.spread(), sampling=replace(samples.SAMPLING, wanted=0.05))
    assert list(notes(met)) == []
    missed = replace(met, replications=100_000, sampling=replace(samples.SAMPLING, wanted=0.02))
    assert list(notes(missed)) == [
        "Precision: 2 % was asked for; 100,000 replications, the most that are run, reach 4.3 %"
        " (p90 of wall-clock as a batch)."
    ]


def test_totals_are_sums_of_means_and_say_so() -> None:
    other = replace(samples.risky(), workload=replace(samples.risky().workload, name="sweep", file="sweep.yaml"))
    assert summary.headline([samples.spread(), other]) == (
        "2 workloads together: 1 min 25 s of usage, 136.00 USD on average; 0.3 jobs stay undone."
    )
    assert summary.totals([samples.spread(), other]).usage_us == 85 * samples.S
