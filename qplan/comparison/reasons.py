"""What speaks for and against the chosen mode: rules of the catalogue, each with the simulated figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qplan.comparison import odds_reasons, session_reasons, work_reasons
from qplan.comparison.case import Case
from qplan.comparison.phrases import against, billed, figures, is_billed, of_jobs, same_work
from qplan.model.account import Account
from qplan.model.comparison import Reason
from qplan.model.workload import Mode
from qplan.say import say_us


def reasons(case: Case) -> tuple[Reason, ...]:
    """Every rule that bears on the choice; those for it first."""
    if case.best is None:
        return ()
    if case.outcome.workload.backend.simulator:
        return (_simulator(case),)
    sources = WITHOUT_CHOICE if case.choice.mode is None else ALL
    found = [reason for source in sources for reason in source(case)]
    return tuple(sorted(found, key=lambda reason: not reason.speaks_for))


def _simulator(case: Case) -> Reason:
    name = case.outcome.workload.backend.name
    text = f"{name} is a simulator: nothing is scheduled, so the modes do not differ. Job mode is the plainest."
    return Reason(rule="P-03", text=text)


def _one_job(case: Case) -> Iterator[Reason]:
    """J-03 and R-06 for one request; J-06 wherever single jobs are chosen."""
    job, batch = case.like(Mode.JOB), case.like(Mode.BATCH)
    if case.jobs == 1:
        yield Reason(rule="J-03", text="One primitive request: job mode is the choice, always.")
        if job and batch:
            text = f"A batch or session with one job brings nothing: the batch has {against(batch, job)}."
            yield Reason(rule="R-06", text=text)
    if case.choice.mode is Mode.JOB:
        yield Reason(rule="J-06", text="Single jobs are the easiest: there is nothing to open, to close or to bound.")


def _ready_at_the_outset(case: Case) -> Iterator[Reason]:
    """R-01, with J-04 against a batch and R-04 for related jobs."""
    job, batch = case.like(Mode.JOB), case.like(Mode.BATCH)
    if case.iterative or case.jobs == 1 or not (job and batch):
        return
    chosen = case.choice.mode is Mode.BATCH
    text = (
        f"The {of_jobs(case.jobs)} are all ready at the outset: as a batch they queue for {say_us(batch.queue.p50)} in"
        f" all, as single jobs for {say_us(job.queue.p50)}."
    )
    yield Reason(rule="R-01", text=text, speaks_for=chosen)
    if chosen:
        text = "A single job may start sooner than a batch; both are given the same wait here."
        yield Reason(rule="J-04", text=text, speaks_for=False)
    names = {part.name for item in case.outcome.workload.items for part in item.jobs}
    if len(names) > 1:
        text = (
            f"Independent but related jobs should run close together: they span {say_us(batch.drift.p50)} as a"
            f" batch, {say_us(job.drift.p50)} as single jobs."
        )
        yield Reason(rule="R-04", text=text, speaks_for=chosen)


def _iterative(case: Case) -> Iterator[Reason]:
    """R-02 and R-05 for a session, Q-02 against single jobs, B-08 against a batch that falls inactive."""
    if not case.iterative:
        return
    mode = case.choice.mode
    job, batch, session = (case.like(m) for m in Mode)
    if session and job and _gains(case, lambda account: account.wall.p50):
        why = "Each step needs the result of the one before"
        beside = f", in {say_us(batch.wall.p50)} as a batch" if batch else ""
        single = f", in {say_us(job.wall.p50)} as single jobs"
        text = f"{why}: done in {say_us(session.wall.p50)} as a session{beside}{single}."
        yield Reason(rule="R-02", text=text, speaks_for=mode is Mode.SESSION)
    if session and job and case.loops and _gains(case, lambda account: account.queue.p50):
        text = (
            f"A variational loop: a session queues for {say_us(session.queue.p50)} in all, single jobs for"
            f" {say_us(job.queue.p50)}."
        )
        yield Reason(rule="R-05", text=text, speaks_for=mode is Mode.SESSION)
    if job:
        text = (
            f"As single jobs every step goes back through the queue: {say_us(job.queue.p50)} in all, and"
            f" {say_us(job.drift.p50)} from the first to the last time on the QPU."
        )
        yield Reason(rule="Q-02", text=text, speaks_for=mode is not Mode.JOB)
    if batch and batch.sample.activations > 1:
        ttl = say_us(case.outcome.workload.batch.interactive_ttl_us)
        text = (
            f"A batch is idle for longer than its interactive TTL of {ttl}: it queues {batch.sample.activations} times."
        )
        yield Reason(rule="B-08", text=text, speaks_for=mode is not Mode.BATCH)


def _gains(case: Case, figure: Callable[[Account], int]) -> bool:
    """Whether a session is the choice, or has less of a figure than the choice: else that speaks for neither."""
    best, session = case.best, case.outcome.of(Mode.SESSION)
    return case.choice.mode is Mode.SESSION or best is None or figure(session) < figure(best)


def _early_stop(case: Case) -> Iterator[Reason]:
    """B-10: with enough results in, a batch or session drops the rest; single jobs are not told of it."""
    job = case.whole(Mode.JOB)
    best = case.best
    if job and best and best.mode is not Mode.JOB and not same_work(job, best):
        text = (
            f"The rest is cancelled once enough results are in: {best.done:,} of {of_jobs(case.jobs)}"
            f" run; as single jobs all do: {figures(job)}."
        )
        yield Reason(rule="B-10", text=text, speaks_for=True)


def _prices(case: Case) -> Iterator[Reason]:
    """R-03: what a session bills and what a batch bills."""
    batch, session = case.like(Mode.BATCH), case.like(Mode.SESSION)
    if case.jobs == 1 or not (batch and session) or batch.usage.p50 == session.usage.p50:
        return
    dearer = session.usage.p50 > batch.usage.p50
    usually = "A session usually costs more" if is_billed(session) else "A session usually spends more"
    usually += "" if dearer else ", but not here"
    text = f"{usually}: {billed(session)} against {billed(batch)} as a batch."
    yield Reason(rule="R-03", text=text, speaks_for=dearer is not (case.choice.mode is Mode.SESSION))


def _drift(case: Case) -> Iterator[Reason]:
    """B-12 and R-07: how close together the jobs run in each mode."""
    if case.jobs == 1:
        return
    job, batch, session = (case.like(m) for m in Mode)
    mode = case.choice.mode
    if job and batch and batch.drift.p50 < job.drift.p50 and mode is not Mode.SESSION:
        text = (
            f"A batch runs close together, which limits drift: {say_us(batch.drift.p50)} from the first to the last"
            f" time on the QPU, {say_us(job.drift.p50)} as single jobs."
        )
        yield Reason(rule="B-12", text=text, speaks_for=mode is Mode.BATCH)
    if batch and session and session.drift.p50 < batch.drift.p50:
        text = (
            f"A session runs as tightly together as can be: {say_us(session.drift.p50)} from the first to the last"
            f" time on the QPU, {say_us(batch.drift.p50)} as a batch."
        )
        yield Reason(rule="R-07", text=text, speaks_for=mode is Mode.SESSION)


ALL: tuple[Callable[[Case], Iterator[Reason]], ...] = (
    _one_job,
    _ready_at_the_outset,
    _iterative,
    _early_stop,
    _prices,
    _drift,
    odds_reasons.of_odds,
    session_reasons.of_session,
    work_reasons.of_work,
)
"""Where reasons come from, in the order in which they are told."""
WITHOUT_CHOICE = (odds_reasons.of_odds, session_reasons.of_session, work_reasons.of_work)
"""Those that make sense where no mode will do."""
