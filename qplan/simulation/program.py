"""A submission as plain arrays of integers, the form in which the kernel runs it.

Lists when interpreted, NumPy arrays when compiled. Durations are in microseconds, or places of spreads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from qplan.model.duration import Duration
from qplan.model.pricing import LimitAction
from qplan.model.submission import Chain, JobKind, Submission
from qplan.model.trace import NEVER
from qplan.model.workload import End, FailureKind, FairShare, Mode, OnFailure
from qplan.simulation import places
from qplan.simulation.draws import LOW_32, key_of, mix
from qplan.simulation.spreads import Shelf
from qplan.units import PPM, ROUNDINGS

MODES = (Mode.JOB, Mode.BATCH, Mode.SESSION)
ENDS = (End.CLOSE, End.CANCEL, End.NONE)
ON_FAILURE = (OnFailure.CONTINUE, OnFailure.RETRY, OnFailure.STOP)
NO_LIMIT, HOLD, STOP = 0, 1, 2
ROOM = 64
"""Foreign jobs and calibrations that there is room for at first; twice as much is given until it is enough."""
INF = 1 << 62


class Flow(NamedTuple):
    """What is sent after what. Chains and stages are numbered in the order of the file.

    The chains of stage s are ``stage_chain[s]`` up to ``stage_chain[s + 1]``; the stages that wait for it are
    ``stage_next[stage_next_at[s]:...]``. ``*_think`` are places of spreads, ``*_key`` keys of draws.
    """

    chain_first: list[int]
    chain_step: list[int]
    chain_iterations: list[int]
    chain_stage: list[int]
    chain_think: list[int]
    stage_chain: list[int]
    stage_waits: list[int]
    stage_think: list[int]
    stage_key: list[int]
    stage_next_at: list[int]
    stage_next: list[int]


class Rivals(NamedTuple):
    """The other instances of a fair-share line, in the file's order, and what ours is compared by."""

    gap: list[int]
    size: list[int]
    allocation: list[int]
    used: list[int]
    own_allocation: int
    own_used: int
    window: int
    warm_up: int


class Program(NamedTuple):
    """What the kernel reads; nothing in it changes during a run.

    Jobs are numbered in the order of the file. ``kind_*`` are indexed by the job's kind. ``kind_before``, ``kind_qpu``,
    ``kind_after``, ``wait``, ``between``, ``busy``, ``foreign_*`` but ``foreign_at``, ``calibration_first`` and
    ``_length`` are places of spreads. ``kind_drawn`` tells the kinds with a random one; ``kind_calm`` is the quantum
    time up to which nothing can befall a job, -1 where it learns or may fail. ``kind_error`` is the place of the usage
    model's error, -1 where it is none; ``erring`` are the kinds that have one. Without a stream of foreign jobs
    ``foreign_gap`` is -1; with one the other ``foreign_*`` have one entry for all.
    """

    mode: int
    lanes: int
    jobs: int
    sends: int
    kind: list[int]
    chain: list[int]
    key: list[int]
    think_key: list[int]
    fails: list[int]
    kind_before: list[int]
    kind_qpu: list[int]
    kind_after: list[int]
    kind_error: list[int]
    erring: list[int]
    kind_drawn: list[int]
    kind_learning: list[int]
    kind_minimum: list[int]
    kind_limit: list[int]
    kind_calm: list[int]
    kind_fail_ppm: list[int]
    kind_fail_free: list[int]
    kind_fail_then: list[int]
    flow: Flow
    rivals: Rivals
    wait: int
    between: int
    correlation: int
    busy: list[int]
    foreign_at: list[int]
    foreign_gap: int
    foreign_before: list[int]
    foreign_qpu: list[int]
    foreign_after: list[int]
    calibration_first: list[int]
    calibration_every: list[int]
    calibration_length: list[int]
    interactive_ttl: int
    max_time: int
    end: int
    cancel_after: int
    reuse_learning: int
    rounding: int
    limit_action: int
    limit: int


class Times(NamedTuple):
    """The jobs' own durations in one replication, the same in every mode; ``think`` stands with a step's first job.

    ``error`` (in parts per million) and ``learning`` are those of each kind.
    """

    before: list[int]
    qpu: list[int]
    after: list[int]
    think: list[int]
    error: list[int]
    learning: list[int]


class Progress(NamedTuple):
    """How far the client has got: steps and stages, and the heap of submissions to come."""

    chain_left: list[int]
    chain_iteration: list[int]
    stage_chains_left: list[int]
    stage_waits: list[int]
    heap_at: list[int]
    heap_job: list[int]


class Line(NamedTuple):
    """The other instances' jobs in a fair-share line: next arrival, how many arrived and were served, time spent."""

    following: list[int]
    arrived: list[int]
    served: list[int]
    spent: list[int]


class Lanes(NamedTuple):
    """Who holds each lane and until when; ``line`` are the lanes in the order in which they become ready."""

    holder: list[int]
    ref: list[int]
    due: list[int]
    step: list[int]
    ready: list[int]
    line: list[int]


class Work(NamedTuple):
    """What the kernel writes: a row an attempt (see ``Trace``), foreign jobs, windows, calibrations.

    ``out`` holds what was used of the arrays and the measures of the run, ``numbers`` the keys of foreign jobs and of
    lanes.
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
    learned: list[int]
    busy_until: list[int]
    foreign_at: list[int]
    foreign_sequence: list[int]
    foreign_lane: list[int]
    foreign_lane_at: list[int]
    foreign_ready: list[int]
    foreign_qpu_start: list[int]
    foreign_qpu_end: list[int]
    foreign_finished: list[int]
    window_start: list[int]
    window_end: list[int]
    calibration_due: list[int]
    calibration_number: list[int]
    calibration_start: list[int]
    calibration_end: list[int]
    out: list[int]
    numbers: list[int]
    progress: Progress
    rivals: Line
    lanes: Lanes


NO_RIVALS = FairShare(allocation_us=1, used_us=0, window_us=1, warm_up_us=0, rivals=())


def program_of(submission: Submission, shelf: Shelf) -> Program:
    """Lay a submission out for the kernel; its durations go to the shelf."""
    kinds, chains = submission.kinds, submission.chains
    kind = list(submission.kind_of_jobs())
    fails = _failing_attempts(submission, kind)
    next_at, following = _followers(submission)
    background, container, limit = submission.background, submission.container, submission.limit
    queue = submission.queue
    fair = queue.fair_share or NO_RIVALS
    number = shelf.place
    kind_before, kind_qpu, kind_after = (
        [number(d) for d in column] for column in zip(*map(_durations, kinds), strict=True)
    )
    chain_think = [number(c.think) for c in chains]
    stage_think = [number(s.think) for s in submission.stages]
    keyed = shelf.is_random  # only the spreads so far ask for these keys
    kind_error = [_error(k, shelf) for k in kinds]
    arrivals = sorted(background.arrivals, key=lambda job: job.arrival_us)
    foreign = [background.stream] if background.stream else arrivals
    return Program(
        mode=MODES.index(submission.mode),
        lanes=submission.lanes,
        jobs=len(kind),
        sends=len(kind) + sum(_retries(kinds[k], n) for k, n in zip(kind, fails, strict=True) if n),
        kind=kind,
        chain=[c for c, chain in enumerate(chains) for _ in range(chain.size)],
        key=list(_job_keys(submission)) if keyed else [0] * len(kind),
        think_key=list(_think_keys(submission)) if keyed else [0] * len(kind),
        fails=fails,
        kind_before=kind_before,
        kind_qpu=kind_qpu,
        kind_after=kind_after,
        kind_error=kind_error,
        erring=[k for k, place in enumerate(kind_error) if place >= 0],
        kind_drawn=[
            int(error >= 0 or any(shelf.varies(n) for n in ns))
            for error, *ns in zip(kind_error, kind_before, kind_qpu, kind_after, strict=True)
        ],
        kind_learning=[k.learning_us for k in kinds],
        kind_minimum=[k.minimum_us for k in kinds],
        kind_limit=[k.limit_us for k in kinds],
        kind_calm=[-1 if k.learning_us or k.failure else k.limit_us for k in kinds],
        kind_fail_ppm=[round(k.failure.at * PPM) if k.failure else 0 for k in kinds],
        kind_fail_free=[int(k.failure is not None and k.failure.kind is FailureKind.SYSTEM) for k in kinds],
        kind_fail_then=[ON_FAILURE.index(k.failure.then) if k.failure else 0 for k in kinds],
        flow=Flow(
            chain_first=_first_jobs(chains),
            chain_step=[c.step_size for c in chains],
            chain_iterations=[c.iterations for c in chains],
            chain_stage=[c.stage for c in chains],
            chain_think=chain_think,
            stage_chain=_stage_chains(submission),
            stage_waits=[len(set(s.after)) for s in submission.stages],
            stage_think=stage_think,
            stage_key=[text_key(s.name) if keyed else 0 for s in submission.stages],
            stage_next_at=next_at,
            stage_next=following,
        ),
        rivals=Rivals(
            gap=[number(r.every) for r in fair.rivals],
            size=[number(r.qpu) for r in fair.rivals],
            allocation=[r.allocation_us for r in fair.rivals],
            used=[r.used_us for r in fair.rivals],
            own_allocation=fair.allocation_us,
            own_used=fair.used_us,
            window=fair.window_us,
            warm_up=fair.warm_up_us,
        ),
        wait=number(queue.wait),
        between=number(queue.between),
        correlation=queue.correlation_us,
        busy=[number(until) for until in background.busy_lanes],
        foreign_at=[job.arrival_us for job in arrivals],
        foreign_gap=number(background.stream.every) if background.stream else -1,
        foreign_before=[number(job.before) for job in foreign],
        foreign_qpu=[number(job.qpu) for job in foreign],
        foreign_after=[number(job.after) for job in foreign],
        calibration_first=[number(c.first) for c in background.calibrations],
        calibration_every=[c.every_us for c in background.calibrations],
        calibration_length=[number(c.length) for c in background.calibrations],
        interactive_ttl=container.interactive_ttl_us if container else 0,
        max_time=container.max_time_us if container else 0,
        end=ENDS.index(container.end) if container else 0,
        cancel_after=(container.cancel_after or 0) if container and container.end is End.CANCEL else 0,
        reuse_learning=_reuse(submission),
        rounding=ROUNDINGS.index(submission.rounding),
        limit_action=NO_LIMIT if limit is None else HOLD if limit.action is LimitAction.HOLD else STOP,
        limit=limit.remaining_us if limit else 0,
    )


def work_for(p: Program, room: int) -> Work:
    """Fresh working arrays for one run of ``p``, with ``room`` for that many foreign jobs and calibrations."""
    rows, chains, rivals = p.sends, len(p.flow.chain_step), len(p.rivals.gap)
    foreign = room if p.foreign_gap >= 0 else len(p.foreign_at)
    calibrations = room if any(p.calibration_every) else len(p.calibration_first)
    never = [NEVER]
    columns = {name: never * rows for name in _ROW_COLUMNS}  # noqa: C420 - a list each: no two columns may be one
    foreign_columns = {name: never * foreign for name in _FOREIGN_COLUMNS}  # noqa: C420
    stage_chain = p.flow.stage_chain
    return Work(
        row_job=list(range(rows)),
        is_entry=[0] * rows,
        learning=[0] * rows,
        state=[0] * rows,
        sequence=[0] * rows,
        waiting=[0] * rows,
        fails_left=list(p.fails),
        learned=[0] * len(p.kind_learning),
        busy_until=[0] * len(p.busy),
        foreign_at=list(p.foreign_at) or [0] * foreign,
        foreign_sequence=[0] * foreign,
        window_start=never * (rows + 1),
        window_end=never * (rows + 1),
        calibration_due=[0] * len(p.calibration_first),
        calibration_number=[0] * len(p.calibration_first),
        calibration_start=never * calibrations,
        calibration_end=never * calibrations,
        out=[0] * places.OUTPUTS,
        numbers=[key_of(i, 0) for i in range(max(foreign, p.lanes))],
        progress=Progress(
            chain_left=list(p.flow.chain_step),
            chain_iteration=[0] * chains,
            stage_chains_left=[b - a for a, b in pairwise(stage_chain)],
            stage_waits=list(p.flow.stage_waits),
            heap_at=[0] * (chains + p.lanes + 1),
            heap_job=[0] * (chains + p.lanes + 1),
        ),
        rivals=Line(*([0] * rivals for _ in Line._fields)),
        lanes=Lanes(
            holder=[0] * p.lanes,
            ref=never * p.lanes,
            due=[INF] * p.lanes,
            step=[0] * p.lanes,
            ready=[0] * p.lanes,
            line=[0] * (rows + foreign + 1),
        ),
        **columns,
        **foreign_columns,
    )


class Start(NamedTuple):
    """What a run reads of ``Work`` before it writes it, as it is at first."""

    submitted: list[int]
    is_entry: list[int]
    learning: list[int]
    fails_left: list[int]
    learned: list[int]
    calibration_number: list[int]
    out: list[int]
    chain_left: list[int]
    chain_iteration: list[int]
    stage_chains_left: list[int]
    stage_waits: list[int]
    holder: list[int]
    ref: list[int]
    due: list[int]
    step: list[int]


def start_of(w: Work) -> Start:
    """A copy of what must be put back before another run; the arrays must be fresh."""
    records = (w, w.progress, w.lanes)
    return Start(*(list(next(getattr(r, name) for r in records if hasattr(r, name))) for name in Start._fields))


def times_for(p: Program, t: list[int]) -> Times:
    """The jobs' durations as far as they are fixed; a random one is drawn for each replication."""
    return Times(
        before=[t[p.kind_before[k] + 1] for k in p.kind],
        qpu=[t[p.kind_qpu[k] + 1] for k in p.kind],
        after=[t[p.kind_after[k] + 1] for k in p.kind],
        think=[t[p.flow.chain_think[chain] + 1] for chain in p.chain],
        error=[PPM] * len(p.kind_error),
        learning=list(p.kind_learning),
    )


_ROW_COLUMNS = ("submitted", "in_line", "lane_at", "lane", "ready", "qpu_start", "qpu_end", "finished")
_FOREIGN_COLUMNS = (
    "foreign_lane", "foreign_lane_at", "foreign_ready", "foreign_qpu_start", "foreign_qpu_end", "foreign_finished",
)  # fmt: skip


@lru_cache(maxsize=4096)
def text_key(text: str) -> int:
    """The key of a name: 62 bits of its hash, the same on every machine."""
    from hashlib import blake2b

    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 2


def seed_key(submission: Submission, seed: int) -> int:
    """The key from which the replications' keys come; the modes of a workload share it."""
    return key_of(text_key(submission.name), mix(seed & LOW_32) ^ (seed >> 32))


def _job_keys(submission: Submission) -> Iterator[int]:
    """A key for each job from its name, copy, iteration and number, so that other jobs may come and go."""
    copies: Counter[int] = Counter()
    for chain in submission.chains:
        copy = copies[chain.stage]
        copies[chain.stage] += 1
        names = [key_of(text_key(submission.kinds[part.kind].name), copy) for part in chain.step]
        for iteration in range(chain.iterations):
            for name, part in zip(names, chain.step, strict=True):
                here = key_of(name, iteration)
                for number in range(part.count):
                    yield key_of(here, number)


def _think_keys(submission: Submission) -> Iterator[int]:
    """For each job the key of the think time before its step: from stage, copy and iteration."""
    copies: Counter[int] = Counter()
    for chain in submission.chains:
        copy = key_of(text_key(submission.stages[chain.stage].name), copies[chain.stage])
        copies[chain.stage] += 1
        for iteration in range(chain.iterations):
            yield from [key_of(copy, iteration)] * chain.step_size


def _durations(kind: JobKind) -> tuple[Duration, Duration, Duration]:
    return kind.before, kind.qpu, kind.after


def _error(kind: JobKind, shelf: Shelf) -> int:
    """The place of the usage model's error; -1 where it is none, as in a fixed run."""
    if kind.error is None:
        return -1
    place = shelf.place(kind.error)
    return place if shelf.varies(place) else -1


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
