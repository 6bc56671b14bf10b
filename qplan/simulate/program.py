"""A submission as plain arrays of integers, the form in which the kernel runs it.

Lists when interpreted; the same fields may be NumPy arrays when compiled. All durations in microseconds.
"""

from __future__ import annotations

from typing import NamedTuple

from qplan.model.pricing import LimitAction
from qplan.model.submission import Chain, JobKind, Submission
from qplan.model.trace import NEVER
from qplan.model.workload import End, FailureKind, Mode, OnFailure, Rounding

MODES = (Mode.JOB, Mode.BATCH, Mode.SESSION)
ROUNDINGS = (Rounding.NONE, Rounding.NEAREST, Rounding.UP)
ENDS = (End.CLOSE, End.CANCEL, End.NONE)
ON_FAILURE = (OnFailure.CONTINUE, OnFailure.RETRY, OnFailure.STOP)
NO_LIMIT, HOLD, STOP = 0, 1, 2
PPM = 1_000_000


class Program(NamedTuple):
    """What the kernel reads; nothing in it changes during a run.

    Jobs, chains and stages are numbered in the order of the file. ``kind_*`` are indexed by the job's
    kind, ``chain_*`` by chain, ``stage_*`` by stage. The chains of stage s are ``stage_chain[s]`` up to
    ``stage_chain[s + 1]``; the stages that wait for it are ``stage_next[stage_next_at[s]:...]``.
    """

    mode: int
    lanes: int
    jobs: int
    sends: int
    kind: list[int]
    chain: list[int]
    before: list[int]
    qpu: list[int]
    after: list[int]
    fails: list[int]
    kind_learning: list[int]
    kind_minimum: list[int]
    kind_limit: list[int]
    kind_fail_ppm: list[int]
    kind_fail_free: list[int]
    kind_fail_then: list[int]
    chain_first: list[int]
    chain_step: list[int]
    chain_iterations: list[int]
    chain_stage: list[int]
    chain_think: list[int]
    stage_chain: list[int]
    stage_waits: list[int]
    stage_think: list[int]
    stage_next_at: list[int]
    stage_next: list[int]
    wait: list[int]
    between: int
    busy: list[int]
    foreign_at: list[int]
    foreign_before: list[int]
    foreign_qpu: list[int]
    foreign_after: list[int]
    calibration_at: list[int]
    calibration_length: list[int]
    interactive_ttl: int
    max_time: int
    end: int
    cancel_after: int
    reuse_learning: int
    rounding: int
    limit_action: int
    limit: int


class Work(NamedTuple):
    """What the kernel writes: a row an attempt (see ``Trace``), lanes, pending submissions, foreign jobs.

    ``out`` holds rows used, windows, calibrations run.
    """

    row_job: list[int]
    submitted: list[int]
    is_entry: list[int]
    in_line: list[int]
    lane_at: list[int]
    lane: list[int]
    ready: list[int]
    qpu_start: list[int]
    qpu_end: list[int]
    finished: list[int]
    learning: list[int]
    state: list[int]
    sequence: list[int]
    waiting: list[int]
    fails_left: list[int]
    chain_left: list[int]
    chain_iteration: list[int]
    stage_chains_left: list[int]
    stage_waits: list[int]
    heap_at: list[int]
    heap_job: list[int]
    learned: list[int]
    lane_holder: list[int]
    lane_ref: list[int]
    lane_due: list[int]
    lane_step: list[int]
    ready_lanes: list[int]
    foreign_sequence: list[int]
    foreign_lane: list[int]
    foreign_lane_at: list[int]
    foreign_ready: list[int]
    foreign_qpu_start: list[int]
    foreign_qpu_end: list[int]
    foreign_finished: list[int]
    window_start: list[int]
    window_end: list[int]
    calibration_start: list[int]
    out: list[int]


def program_of(submission: Submission) -> Program:
    """Lay a submission out for the kernel, every duration at its median (the fixed run)."""
    kinds, chains = submission.kinds, submission.chains
    kind = list(submission.kind_of_jobs())
    fails = _failing_attempts(submission, kind)
    next_at, following = _followers(submission)
    background, container, limit = submission.background, submission.container, submission.limit
    arrivals = sorted(background.arrivals, key=lambda job: job.arrival_us)
    calibrations = sorted(background.calibrations, key=lambda window: window.due_us)
    before, qpu, after = ([d.median_us for d in column] for column in zip(*map(_durations, kinds), strict=True))
    return Program(
        mode=MODES.index(submission.mode),
        lanes=submission.lanes,
        jobs=len(kind),
        sends=len(kind) + sum(_retries(kinds[k], n) for k, n in zip(kind, fails, strict=True) if n),
        kind=kind,
        chain=[c for c, chain in enumerate(chains) for _ in range(chain.size)],
        before=[before[k] for k in kind],
        qpu=[qpu[k] for k in kind],
        after=[after[k] for k in kind],
        fails=fails,
        kind_learning=[k.learning_us for k in kinds],
        kind_minimum=[k.minimum_us for k in kinds],
        kind_limit=[k.limit_us for k in kinds],
        kind_fail_ppm=[round(k.failure.at * PPM) if k.failure else 0 for k in kinds],
        kind_fail_free=[int(k.failure is not None and k.failure.kind is FailureKind.SYSTEM) for k in kinds],
        kind_fail_then=[ON_FAILURE.index(k.failure.then) if k.failure else 0 for k in kinds],
        chain_first=_first_jobs(chains),
        chain_step=[c.step_size for c in chains],
        chain_iterations=[c.iterations for c in chains],
        chain_stage=[c.stage for c in chains],
        chain_think=[c.think.median_us for c in chains],
        stage_chain=_stage_chains(submission),
        stage_waits=[len(set(s.after)) for s in submission.stages],
        stage_think=[s.think.median_us for s in submission.stages],
        stage_next_at=next_at,
        stage_next=following,
        wait=[submission.queue.wait.median_us],
        between=submission.queue.between_us,
        busy=list(background.busy_lanes_us),
        foreign_at=[job.arrival_us for job in arrivals],
        foreign_before=[job.before_us for job in arrivals],
        foreign_qpu=[job.qpu_us for job in arrivals],
        foreign_after=[job.after_us for job in arrivals],
        calibration_at=[window.due_us for window in calibrations],
        calibration_length=[window.length_us for window in calibrations],
        interactive_ttl=container.interactive_ttl_us if container else 0,
        max_time=container.max_time_us if container else 0,
        end=ENDS.index(container.end) if container else 0,
        cancel_after=(container.cancel_after or 0) if container and container.end is End.CANCEL else 0,
        reuse_learning=_reuse(submission),
        rounding=ROUNDINGS.index(submission.rounding),
        limit_action=NO_LIMIT if limit is None else HOLD if limit.action is LimitAction.HOLD else STOP,
        limit=limit.remaining_us if limit else 0,
    )


def work_for(p: Program) -> Work:
    """Fresh working arrays for one run of ``p``."""
    rows = p.sends
    foreign = len(p.foreign_at)
    never = [NEVER]
    columns = {name: list(never * rows) for name in _ROW_COLUMNS}  # a list each: no two columns may be one
    foreign_columns = {name: list(never * foreign) for name in _FOREIGN_COLUMNS}
    held = [lane < len(p.busy) and p.busy[lane] > 0 for lane in range(p.lanes)]
    return Work(
        row_job=list(range(rows)),
        is_entry=[0] * rows,
        learning=[0] * rows,
        state=[0] * rows,
        sequence=[0] * rows,
        waiting=[0] * rows,
        fails_left=list(p.fails),
        chain_left=list(p.chain_step),
        chain_iteration=[0] * len(p.chain_step),
        stage_chains_left=[b - a for a, b in zip(p.stage_chain, p.stage_chain[1:], strict=False)],
        stage_waits=list(p.stage_waits),
        heap_at=[0] * (len(p.chain_step) + p.lanes + 1),
        heap_job=[0] * (len(p.chain_step) + p.lanes + 1),
        learned=[0] * len(p.kind_learning),
        lane_holder=[2 if h else 0 for h in held],
        lane_ref=never * p.lanes,
        lane_due=[p.busy[lane] if held[lane] else 1 << 62 for lane in range(p.lanes)],
        lane_step=[0] * p.lanes,
        ready_lanes=[0] * (p.lanes + 1),
        foreign_sequence=[0] * foreign,
        window_start=never * (rows + 1),
        window_end=never * (rows + 1),
        calibration_start=never * len(p.calibration_at),
        out=[0, 0, 0],
        **columns,
        **foreign_columns,
    )


_ROW_COLUMNS = ("submitted", "in_line", "lane_at", "lane", "ready", "qpu_start", "qpu_end", "finished")
_FOREIGN_COLUMNS = (
    "foreign_lane", "foreign_lane_at", "foreign_ready", "foreign_qpu_start", "foreign_qpu_end", "foreign_finished",
)  # fmt: skip


def _durations(kind: JobKind) -> tuple[object, object, object]:
    return kind.before, kind.qpu, kind.after


def _failing_attempts(submission: Submission, kind: list[int]) -> list[int]:
    """For each job, how many of its first attempts fail."""
    fails = [0] * len(kind)
    if not any(k.failure for k in submission.kinds):
        return fails
    seen: dict[str, int] = {}
    for job, k in enumerate(kind):
        spec = submission.kinds[k]
        seen[spec.name] = number = seen.get(spec.name, 0) + 1
        if spec.failure and number in spec.failure.numbers:
            fails[job] = spec.failure.times if spec.failure.then is OnFailure.RETRY else 1
    return fails


def _retries(kind: JobKind, failing: int) -> int:
    return failing if kind.failure and kind.failure.then is OnFailure.RETRY else 0


def _first_jobs(chains: tuple[Chain, ...]) -> list[int]:
    first, firsts = 0, []
    for chain in chains:
        firsts.append(first)
        first += chain.size
    return firsts


def _stage_chains(submission: Submission) -> list[int]:
    starts = [0] * (len(submission.stages) + 1)
    for chain in submission.chains:
        starts[chain.stage + 1] += 1
    for stage in range(len(submission.stages)):
        starts[stage + 1] += starts[stage]
    return starts


def _followers(submission: Submission) -> tuple[list[int], list[int]]:
    """The stages that wait for each stage, flattened, and where each stage's begin."""
    waiting: list[list[int]] = [[] for _ in submission.stages]
    for number, stage in enumerate(submission.stages):
        for needed in sorted(set(stage.after)):
            waiting[needed].append(number)
    at = [0]
    for group in waiting:
        at.append(at[-1] + len(group))
    return at, [stage for group in waiting for stage in group]


def _reuse(submission: Submission) -> int:
    """0: every job learns; 1: once in the container; 2: once in each activation."""
    if submission.mode is Mode.SESSION:
        return 1
    container = submission.container
    return 2 if submission.mode is Mode.BATCH and container and container.reuse_noise_model else 0
