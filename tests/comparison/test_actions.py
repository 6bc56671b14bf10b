"""What is advised beside the mode, with what it saves; and what is not advised."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from qplan.model.comparison import Action, Objective, Recommendation
from qplan.model.pricing import LimitAction
from qplan.model.variant import Goal
from qplan.model.workload import End, Failure, Options
from tests.comparison.flow import BATCH, JOB, PLAN, SESSION, advise, item, job, limited, reason, workload

S = 1_000_000
TIME, COST = Goal(objective=Objective.TIME), Goal(objective=Objective.COST)
LOOP = workload(item(job(), iterations=3, think=5), wait=100)


def action(advice: Recommendation, kind: str) -> Action:
    [found] = (action for action in advice.actions if action.kind == kind)
    return found


def kinds(advice: Recommendation) -> list[str]:
    return [action.kind for action in advice.actions]


def test_u_03_merging_saves_the_overhead_of_each_job() -> None:
    small = workload(item(job(qpu=6, before=1, count=3)), wait=100)
    merge = action(advise(small, COST), "merge")
    assert merge.text == (
        "Or merge the 3 jobs 'job' into 1 and run it as a single job: 14 s of usage (22.40 USD), done in 1 min 57 s."
    )
    assert (merge.saves_usage_us, merge.saves_wall_us, merge.saves_cost) == (4 * S, 2 * S, Decimal("6.40"))
    assert merge.mode is JOB


def test_u_03_no_merge_of_jobs_that_share_nothing_to_save() -> None:
    """Long compiling in five lanes is worth more than the overhead."""
    assert "merge" not in kinds(advise(workload(item(job(qpu=6, before=60, count=3))), TIME))
    assert "merge" not in kinds(advise(workload(item(job(qpu=60, before=1, count=3))), COST))


def test_u_05_splitting_pays_in_a_session_that_compiles_long() -> None:
    """A loop in a session: halves compile side by side, which saves more than the second overhead."""
    slow, quick = (
        workload(item(job(qpu=12, before=before, circuits=2), iterations=4, think=3), wait=1000, lanes=2)
        for before in (20, 2)
    )
    split = action(advise(slow), "split")
    assert (split.rule, split.mode) == ("U-05", SESSION)
    assert split.saves_usage_us == split.saves_wall_us == 4 * (32 - (10 + 7 + 7)) * S
    assert "split" not in kinds(advise(quick))


def test_u_04_splitting_for_time_without_a_session() -> None:
    one = workload(item(job(qpu=30, before=60, circuits=60)), wait=10)
    split = action(advise(one, TIME), "split")
    assert (split.rule, split.mode, split.saves_usage_us, split.saves_wall_us) == ("U-04", BATCH, -8 * S, 40 * S)
    assert "split" not in kinds(advise(one, COST))


def test_p_01_closing_a_session_is_worth_its_interactive_ttl() -> None:
    for end in (End.CLOSE, End.NONE):
        whole = workload(item(job(), iterations=3, think=5), wait=100, end=end)
        close = action(advise(whole, TIME), "close")
        assert (close.rule, close.saves_usage_us, close.saves_wall_us) == ("P-01", 60 * S, 0)
        assert close.saves_cost == Decimal("96.00")


def test_p_01_closing_a_batch_saves_nothing_and_a_job_is_not_closed() -> None:
    close = action(advise(workload(item(job(count=3)))), "close")
    assert (close.saves_usage_us, close.saves_cost) == (0, Decimal(0))
    assert "close" not in kinds(advise(workload(item(job()))))


def test_p_01_forgetting_may_decide_the_mode() -> None:
    """Left open the session is no longer worth it; closed it is, so closing comes with the session."""
    whole = workload(item(job(), iterations=3, think=5), wait=100, end=End.NONE)
    advice = advise(whole)
    assert advice.mode is BATCH
    assert action_of(advice, "close", SESSION).text.startswith(
        "Or close it after the last job and run it as a session:"
    )


def action_of(advice: Recommendation, kind: str, mode: object) -> Action:
    [found] = (action for action in advice.actions if action.kind == kind and action.mode is mode)
    return found


def test_s_05_max_time_is_a_quarter_above_the_run() -> None:
    advice = advise(LOOP)
    assert advice.max_time_us == 60 * S
    assert action(advice, "max_time").rule == "S-05"
    assert "the run takes 40 s from its first start" in action(advice, "max_time").text


def test_b_06_a_batch_gets_its_own_max_time() -> None:
    advice = advise(workload(item(job(count=3)), wait=100))
    assert (advice.max_time_us, action(advice, "max_time").rule) == (60 * S, "B-06")


def test_a_max_time_of_the_file_that_cuts_nothing_is_kept() -> None:
    advice = advise(workload(item(job(), iterations=3, think=5), wait=100, session_max=45))
    assert advice.max_time_us == 45 * S
    assert "max_time" not in kinds(advice)


def test_a_max_time_of_the_file_that_cuts_is_raised() -> None:
    refused = replace(PLAN, sessions_allowed=False)
    cut = workload(item(job(), iterations=3, think=5), wait=100, batch_max=30, plan=refused)
    advice = advise(cut)
    assert advice.mode is JOB
    only_session = workload(item(job(), iterations=3, think=5), wait=100, session_max=30)
    raised = action_of(advise(only_session), "max_time", SESSION)
    assert raised.text.startswith("Or set max_time to 1 min and run it as a session: 40 s of usage")
    assert (raised.saves_usage_us, raised.saves_wall_us) == (-22 * S, 200 * S)


def test_no_max_time_is_advised_that_the_plan_does_not_admit() -> None:
    short = replace(PLAN, session_max_time_us=39 * S)
    advice = advise(workload(item(job(), iterations=3, think=5), wait=100, session_max=39, plan=short), TIME)
    assert "max_time" not in [a.kind for a in advice.actions if a.mode is SESSION]


def test_s_08_two_loops_in_one_session_cost_less_than_two_sessions() -> None:
    """Each alone is active for 90 s; together one waits 6 s for the QPU in the first iteration, and never again."""
    one, two = (workload(item(job(), iterations=3, think=30, copies=n), wait=100) for n in (1, 2))
    thread = action(advise(two, TIME), "thread")
    assert (thread.saves_usage_us, thread.saves_wall_us) == ((180 - 96) * S, (280 - 196) * S)
    assert thread.saves_cost == Decimal("134.40")
    assert "thread" not in kinds(advise(one, TIME))


def test_s_08_is_told_with_both_prices_even_where_a_batch_is_better() -> None:
    """Example E5 of the contract: 46 s against 80 s; two loops that overlap keep a batch active."""
    advice = advise(workload(item(job(), iterations=3, think=5, copies=2), wait=100))
    assert advice.mode is BATCH
    assert reason(advice, "S-08") == (
        "The 2 independent parts share one session: 46 s of usage (73.60 USD),"
        " against 1 min 20 s of usage (128.00 USD) in sessions apart."
    )


def test_the_mode_of_the_file_is_put_right_only_where_that_changes_something() -> None:
    asked = replace(LOOP, mode=JOB)
    other = action(advise(asked), "mode")
    assert (other.rule, other.text) == ("R-02", "Send it as a session, not as single jobs.")
    assert (other.saves_usage_us, other.saves_wall_us) == (-22 * S, 200 * S)
    assert "mode" not in kinds(advise(replace(LOOP, mode=SESSION)))
    assert "mode" not in kinds(advise(replace(workload(item(job(count=2))), mode=JOB)))


def test_jobs_that_fail_on_purpose_are_neither_merged_nor_split() -> None:
    failing = workload(item(job(count=3, circuits=4, failure=Failure(numbers=(1,)))))
    assert not {"merge", "split"} & set(kinds(advise(failing, COST)))


def test_an_unknown_price_is_no_saving_of_zero() -> None:
    unknown = replace(LOOP, plan=replace(PLAN, price_per_second=None))
    assert [a.saves_cost for a in advise(unknown).actions] == [None, None]


def test_runners_up_tell_what_is_worse() -> None:
    small = workload(item(job(qpu=6, before=1, count=3)), wait=100)
    advice = advise(small, TIME)
    assert [(other.name, other.mode) for other in advice.alternatives] == [("as written", JOB), ("as written", SESSION)]
    slow = advise(workload(item(job(qpu=6, before=60, count=3))), TIME)
    merge = slow.alternatives[-1]
    assert (merge.name, merge.mode) == ("merge the 3 jobs 'job' into 2", BATCH)
    assert merge.why_not == "0.9x the usage, 1.7x the time"


def test_break_even_figures_carry_their_unit() -> None:
    [wait, *_] = advise(LOOP).break_evens
    assert (wait.name, wait.current, wait.unit, wait.flips_to) == ("queue wait", Decimal(100), "s", BATCH)
    assert abs(wait.value - Decimal(880) / 14) < Decimal("0.1")
    assert wait.text.startswith("With a queue wait below 1 min 3 s")


def test_u_07_no_merge_that_the_service_would_cut() -> None:
    """Three hours of quantum time is the most a job may take: 240 jobs of 50 s go into two, not into one."""
    many = workload(item(job(qpu=50, before=0, count=240)))
    assert action(advise(many, COST), "merge").text.startswith("Or merge the 240 jobs 'job' into 2 and")


def test_p_02_a_merge_that_changes_nothing_is_not_proposed() -> None:
    """In one lane, with nothing to pay for each job, three jobs are as good as one."""
    three = workload(item(job(qpu=6, before=0, count=3)), lanes=1)
    free = replace(three.usage.model, per_job_s=dict.fromkeys(three.usage.model.per_job_s, Decimal(0)))
    assert "merge" in kinds(advise(three))
    assert "merge" not in kinds(advise(replace(three, usage=replace(three.usage, model=free))))


def test_u_07_a_job_that_its_own_limit_cuts_gets_a_longer_one() -> None:
    part = replace(job(qpu=30, count=2), options=Options(max_execution_time_s=10))
    advice = advise(workload(item(part)))
    assert advice.mode is None
    raised = action(advice, "max_execution_time")
    assert raised.text == (
        "Raise max_execution_time of 'job' to 30 s and run it as a batch:"
        " 1 min of usage (96.00 USD), done in 1 min 4 s."
    )
    assert advice.max_time_us is None
    assert "max_time" not in kinds(advice)


def test_u_10_what_the_cost_limit_lacks_is_told_with_its_price() -> None:
    short = workload(item(job(qpu=10, before=0), iterations=6), wait=10, plan=limited(25, LimitAction.STOP))
    raised = action(advise(short), "limit")
    assert raised.text == "Raise the cost limit by 35 s of usage (56.00 USD): then nothing is held back."
    free = replace(short, plan=replace(short.plan, price_per_second=Decimal(0)))
    assert action(advise(free), "limit").text.startswith("Wait until 35 s more of the allocation are free")
    assert "limit" not in kinds(advise(replace(short, plan=PLAN)))


def test_only_jobs_of_a_loop_are_merged_within_a_step() -> None:
    looped = workload(item(job(qpu=6, before=1, count=3), iterations=2), wait=100)
    assert "the 3 jobs 'job' of a step into 1" in action(advise(looped, COST), "merge").text


def test_what_is_not_billed_is_spent() -> None:
    unbilled = replace(LOOP, plan=replace(PLAN, price_per_second=None))
    said = " ".join(a.text for a in advise(unbilled).actions) + " ".join(r.text for r in advise(unbilled).reasons)
    assert "bill" not in said
    assert "left open it spends usage until" in said
    assert "bill" in " ".join(a.text for a in advise(LOOP).actions)
