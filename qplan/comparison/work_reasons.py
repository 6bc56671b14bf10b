"""What speaks for and against the workload as it is cut: job sizes, allocation, and how close the call is."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from qplan.comparison.break_evens import beyond, now
from qplan.comparison.case import Case
from qplan.comparison.obstacles import is_held, is_too_short, left_undone, shortfall, undone
from qplan.comparison.phrases import billed, billed_as, figures
from qplan.comparison.sharing import separate_sessions
from qplan.comparison.variants import best_of, improves
from qplan.model.comparison import Reason
from qplan.model.variant import Flip
from qplan.model.workload import Mode
from qplan.say import say_us
from qplan.units import US_PER_MINUTE

CLOSE_CALL = Fraction(3, 2)
"""A break-even figure within this factor of today's value makes the choice a close call."""


def of_work(case: Case) -> Iterator[Reason]:
    """U-03, U-04, U-10, S-08 and P-02, where they bear on the choice."""
    yield from _job_sizes(case.at_medians)
    yield from _allocation(case)
    yield from _sharing(case.at_medians)
    yield from _close_call(case)


def _job_sizes(case: Case) -> Iterator[Reason]:
    """Below a minute each, jobs are better combined; above, run side by side."""
    job, best = case.like(Mode.JOB), case.best
    if case.jobs == 1 or best is None or job is None:
        return
    each_us = case.outcome.uncut_of(best.mode).sample.quantum_us // case.jobs
    parallel = job.wall.p50 > best.wall.p50
    if parallel and each_us >= US_PER_MINUTE and case.choice.mode in (Mode.BATCH, Mode.SESSION):
        text = (
            f"Jobs of {say_us(each_us)} on the QPU are run in parallel: done in {say_us(best.wall.p50)}, as single"
            f" jobs in {say_us(job.wall.p50)}."
        )
        yield Reason(rule="U-04", text=text)
    merge = best_of(case, "merge")
    if merge is None:
        return
    text = f"At {say_us(each_us)} on the QPU the jobs are under a minute each, and each pays a fixed overhead"
    if improves(case, merge):
        yield Reason(rule="U-03", text=f"{text}: merging them is better (see what to do).", speaks_for=False)
    else:
        tried = f"as {merge.account.mode.said()} the best merge comes to {figures(merge.account)}"
        yield Reason(rule="U-03", text=f"{text}; but merging them is no better: {tried}.")


def _allocation(case: Case) -> Iterator[Reason]:
    """What is left undone, or done beyond the allocation: an active batch or session goes on."""
    if case.best is None:
        return
    mode = case.best.mode
    short, left = shortfall(case.outcome, mode), undone(case.outcome, mode)
    if short and not left and not case.outcome.is_spread:
        text = f"It finishes, but overdraws the allocation: {short}."
        yield Reason(rule="U-10", text=text, speaks_for=False)
    elif left:
        too_short = "S-05" if mode is Mode.SESSION else "B-06"
        held = is_held(case.outcome, mode)
        rule = "U-10" if held else too_short if is_too_short(case.outcome, mode) else "U-07"
        yield Reason(rule=rule, text=f"{left_undone(case.outcome, mode)}.", speaks_for=False)


def _sharing(case: Case) -> Iterator[Reason]:
    """One session for independent loops, if sessions are wanted, against one for each."""
    session, apart = case.whole(Mode.SESSION), separate_sessions(case)
    if not case.loops or session is None or apart is None or apart.usage_us <= session.usage.p50:
        return
    many = billed_as(apart.usage_us, apart.cost, session.currency)
    text = (
        f"The {apart.parts} independent parts share one session: {billed(session)}, against {many} in sessions apart."
    )
    yield Reason(rule="S-08", text=text, speaks_for=case.choice.mode is Mode.SESSION)


def _close_call(case: Case) -> Iterator[Reason]:
    """The figure that is nearest to flipping the choice, if it is near."""
    if not case.medians_agree:
        return
    near = [flip for flip in case.flips if flip.flips_to is not None and _factor(flip) <= CLOSE_CALL]
    for flip in sorted(near, key=_factor)[:1]:
        other = (flip.flips_to or Mode.JOB).said(case.jobs)
        at = " at medians" if case.fixed else ""
        text = f"A close call{at}: with {beyond(flip)} {other} would be the choice; now it is {now(flip)}."
        yield Reason(rule="P-02", text=text, speaks_for=False)


def _factor(flip: Flip) -> Fraction:
    """From today's value to the flip, at least 1; from nothing, far."""
    low, high = sorted((flip.value, flip.knob.current))
    return Fraction(high, low) if low else CLOSE_CALL + 1
