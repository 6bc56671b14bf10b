"""The event loop: lanes, one QPU, one queue, and at most one batch or session of ours.

``run`` settles one instant after another, each in the order of the contract: completions, arrivals,
timers, starts; a start that ends at once makes another pass at the same instant. It is one function
over arrays of integers so that the same lines run interpreted and compiled; what happens seldom is
in the helpers below it. ``docs/model.md`` tells the rules in prose, with the ids of ``qplan explain``.
"""

from __future__ import annotations

from qplan.simulate.program import HOLD, STOP, Program, Work
from qplan.units import charge_us

INF = 1 << 62
JOB, BATCH, SESSION = 0, 1, 2
FREE, OWN, FOREIGN = 0, 1, 2
BEFORE, READY, AFTER = 1, 2, 3
NO_LANE, CALIBRATION = -1, -2
QUEUED, COMPLETED, FAILED, CANCELLED = 1, 2, 3, 4
CLOSE, CANCEL = 0, 1
RETRY, STOP_ALL = 1, 2


def run(p: Program, w: Work) -> None:
    """Simulate ``p`` from the submission to the last own event, writing what happened to ``w``."""
    mode, lanes, rounding = p.mode, p.lanes, p.rounding
    before, qpu, after, kind, chain = p.before, p.qpu, p.after, p.kind, p.chain
    row_job, submitted, state, sequence = w.row_job, w.submitted, w.state, w.sequence
    in_line, lane_at, qpu_start = w.in_line, w.lane_at, w.qpu_start
    qpu_end, finished, waiting, chain_left = w.qpu_end, w.finished, w.waiting, w.chain_left
    holder, ref, due, step, ready_lanes = w.lane_holder, w.lane_ref, w.lane_due, w.lane_step, w.ready_lanes
    foreign_at, calibration_at = p.foreign_at, p.calibration_at
    foreigners, calibrations = len(foreign_at), len(calibration_at)
    limited, limit = p.limit_action, p.limit

    now = 0
    rows = p.jobs  # the next retry's row
    to_send = p.sends  # attempts the client has still to send
    last_in_line = -INF  # when the previous entry of ours becomes next in line
    numbered = 0  # submissions so far: the order of submission
    first, in_line_end, last = 0, 0, 0  # waiting[first:last]; in job mode those before in_line_end are next in line
    running = 0  # own attempts in lanes
    foreign_due, foreign_first = 0, 0  # arrivals still to come; arrived and first without a lane
    foreign_lanes = 0
    for lane in range(lanes):
        if holder[lane] == FOREIGN:
            foreign_lanes += 1
    free = lanes - foreign_lanes
    qpu_due, qpu_lane = INF, NO_LANE
    outcome, fall_due = COMPLETED, INF  # how the attempt on the QPU will leave it
    ready_count = 0
    next_calibration = 0
    active = False
    entry_due = INF  # when the container's entry becomes next in line; INF without one
    entry_in_line = False
    entry_at = 0
    entry_number = 0
    idle_until = INF
    over_at = INF  # maximum TTL
    over = False  # nothing more is accepted
    windows, window_start = 0, 0
    spent = 0  # charges of attempts that left the QPU, or past windows of a session
    results = 0
    lane_next = _earliest(due)

    pending = 0
    for stage in range(len(p.stage_waits)):
        if p.stage_waits[stage] == 0:
            pending = _send_stage(p, w, stage, 0, pending)

    while True:
        # 1. Completions: the QPU first, then the lanes.
        cancelling = False
        if qpu_due == now:
            lane = qpu_lane
            qpu_due, qpu_lane = INF, NO_LANE
            if lane >= 0:
                row = ref[lane]
                if holder[lane] == FOREIGN:
                    w.foreign_qpu_end[row] = now
                    step[lane] = AFTER
                    due[lane] = now + p.foreign_after[row]
                else:
                    qpu_end[row] = now
                    job = row_job[row]
                    k = kind[job]
                    if mode != SESSION and not (outcome == FAILED and p.kind_fail_free[k] == 1):
                        spent += charge_us(now - qpu_start[row], rounding, p.kind_minimum[k])
                    if outcome == COMPLETED:
                        if w.learning[row] == 1:
                            w.learned[k] = 1
                        step[lane] = AFTER
                        due[lane] = now + after[job]
                    else:
                        state[row] = outcome
                        finished[row] = now
                        holder[lane] = FREE
                        due[lane] = INF
                        free += 1
                        running -= 1
                        then = 0
                        if outcome == FAILED:
                            w.fails_left[job] -= 1
                            then = p.kind_fail_then[k]
                        elif p.kind_fail_then[k] == RETRY:
                            to_send -= w.fails_left[job]
                        if then == STOP_ALL:
                            cancelling = True
                        elif then == RETRY:
                            if not over:
                                pending = _push(w.heap_at, w.heap_job, pending, now, job)
                        else:
                            c = chain[job]
                            chain_left[c] -= 1
                            if chain_left[c] == 0 and not over:
                                pending = _advance(p, w, c, now, pending)
                if due[lane] < lane_next:
                    lane_next = due[lane]
        if lane_next == now:
            for lane in range(lanes):
                if due[lane] == now:
                    row = ref[lane]
                    if step[lane] == BEFORE:
                        ready_count = _make_ready(w, lane, ready_count, now)
                    elif holder[lane] == OWN:
                        holder[lane] = FREE
                        due[lane] = INF
                        free += 1
                        running -= 1
                        state[row] = COMPLETED
                        finished[row] = now
                        results += 1
                        if results == p.cancel_after and p.end == CANCEL:
                            cancelling = True
                        c = chain[row_job[row]]
                        chain_left[c] -= 1
                        if chain_left[c] == 0 and not over:
                            pending = _advance(p, w, c, now, pending)
                    else:
                        holder[lane] = FREE
                        due[lane] = INF
                        free += 1
                        foreign_lanes -= 1
                        if row >= 0:
                            w.foreign_finished[row] = now
        if cancelling:
            _drop(w, first, last, CANCELLED, now)
            first, in_line_end, pending, over = last, last, 0, True
            entry_due, entry_in_line = INF, False

        # 2. Arrivals: own submissions in order of the file, foreign jobs, entries becoming next in line.
        while pending > 0 and w.heap_at[0] == now:
            job = w.heap_job[0]
            pending = _pop(w.heap_at, w.heap_job, pending)
            if submitted[job] >= 0:
                row_job[rows] = job
                row, row_end = rows, rows + 1
                rows += 1
            else:
                row, row_end = job, job + p.chain_step[chain[job]]
            to_send -= row_end - row
            while row < row_end:
                submitted[row] = now
                sequence[row] = numbered
                numbered += 1
                waiting[last] = row
                last += 1
                if mode == JOB or not (active or entry_in_line or entry_due < INF):
                    last_in_line = max(now + _queue_wait(p, now), last_in_line + p.between)
                    w.is_entry[row] = 1
                    in_line[row] = last_in_line
                    if mode != JOB:
                        entry_due = last_in_line
                        entry_at = last_in_line
                        entry_number = sequence[row]
                row += 1
            idle_until = INF
        while foreign_due < foreigners and foreign_at[foreign_due] == now:
            w.foreign_sequence[foreign_due] = numbered
            numbered += 1
            foreign_due += 1
        if mode == JOB:
            while in_line_end < last and in_line[waiting[in_line_end]] <= now:
                in_line_end += 1
        elif entry_due <= now:
            entry_due, entry_in_line = INF, True

        # 3. Timers: the interactive TTL, the maximum TTL, the usage limit.
        if active and running == 0 and first == last:
            if over or (p.end == CLOSE and to_send == 0):
                idle_until = now
            elif idle_until == INF:
                idle_until = now + p.interactive_ttl
            if idle_until <= now:
                active, idle_until = False, INF
                spent += _close_window(p, w, windows, window_start, now)
                windows += 1
        if over_at == now:
            over_at = INF
            if not over:
                _drop(w, first, last, FAILED if mode == SESSION else CANCELLED, now)
                first, pending, over = last, 0, True
                entry_due, entry_in_line = INF, False
                if active and running == 0:
                    active, idle_until = False, INF
                    spent += _close_window(p, w, windows, window_start, now)
                    windows += 1
        if (
            limited == STOP
            and not (over and running == 0 and not active)
            and _spent(mode, spent, active, window_start, qpu_lane, holder, ref, qpu_start, now) >= limit
        ):
            if qpu_lane >= 0 and holder[qpu_lane] == OWN:
                qpu_end[ref[qpu_lane]] = now
                qpu_due, qpu_lane = INF, NO_LANE
            ready_count = _stop(w, lanes, ready_count, now)
            free += running
            running = 0
            if active:
                active, idle_until = False, INF
                spent += _close_window(p, w, windows, window_start, now)
                windows += 1
            _drop(w, first, last, QUEUED, -1)
            first, in_line_end, pending, over, over_at = last, last, 0, True, INF
            entry_due, entry_in_line = INF, False

        # 4. Starts: lanes are given, then the QPU.
        while free > 0 and (first < last or foreign_first < foreign_due):
            own = False
            foreign = foreign_first < foreign_due and not (mode == SESSION and active)
            if mode != JOB and active:
                own = first < last
            elif entry_in_line if mode != JOB else first < in_line_end:
                held = limited == HOLD and (
                    _spent(mode, spent, active, window_start, qpu_lane, holder, ref, qpu_start, now) >= limit
                )
                if held:
                    own = False
                elif mode == SESSION:
                    foreign = False
                    own = foreign_lanes == 0 and qpu_lane != CALIBRATION
                elif foreign:
                    at = in_line[waiting[first]] if mode == JOB else entry_at
                    number = sequence[waiting[first]] if mode == JOB else entry_number
                    own = at < foreign_at[foreign_first] or (
                        at == foreign_at[foreign_first] and number < w.foreign_sequence[foreign_first]
                    )
                else:
                    own = True
                if own and mode != JOB:
                    active, entry_in_line, window_start = True, False, now
                    if windows == 0:
                        over_at = now + p.max_time
                    if p.reuse_learning == 2:
                        _forget(w.learned)
            if not (own or foreign):
                break
            lane = 0
            while holder[lane] != FREE:
                lane += 1
            free -= 1
            step[lane] = BEFORE
            if own:
                row = waiting[first]
                first += 1
                running += 1
                holder[lane] = OWN
                ref[lane] = row
                lane_at[row] = now
                w.lane[row] = lane
                due[lane] = now + before[row_job[row]]
            else:
                holder[lane] = FOREIGN
                ref[lane] = foreign_first
                w.foreign_lane[foreign_first] = lane
                w.foreign_lane_at[foreign_first] = now
                due[lane] = now + p.foreign_before[foreign_first]
                foreign_lanes += 1
                foreign_first += 1
            if due[lane] == now:  # nothing to prepare: ready in this very pass, so that ties go by submission
                ready_count = _make_ready(w, lane, ready_count, now)
        if qpu_due == INF:
            calibrate = (
                next_calibration < calibrations
                and calibration_at[next_calibration] <= now
                and not (mode == SESSION and active)
            )
            if calibrate and ready_count > 0:
                calibrate = calibration_at[next_calibration] <= _ready_at(w, ready_lanes[0])
            if calibrate:
                qpu_lane = CALIBRATION
                w.calibration_start[next_calibration] = now
                qpu_due = now + p.calibration_length[next_calibration]
                next_calibration += 1
            elif ready_count > 0:
                lane = ready_lanes[0]
                ready_count -= 1
                for i in range(ready_count):
                    ready_lanes[i] = ready_lanes[i + 1]
                row = ref[lane]
                qpu_lane = lane
                if holder[lane] == FOREIGN:
                    w.foreign_qpu_start[row] = now
                    qpu_due = now + p.foreign_qpu[row]
                else:
                    qpu_start[row] = now
                    job = row_job[row]
                    k = kind[job]
                    quantum = qpu[job]
                    if p.kind_learning[k] > 0 and (p.reuse_learning == 0 or w.learned[k] == 0):
                        quantum += p.kind_learning[k]
                        w.learning[row] = 1
                    outcome = COMPLETED
                    if w.fails_left[job] > 0:
                        fall_due = _share(quantum, p.kind_fail_ppm[k])
                        if fall_due <= p.kind_limit[k]:
                            outcome = FAILED
                            quantum = fall_due
                    if outcome == COMPLETED and quantum > p.kind_limit[k]:
                        outcome = CANCELLED
                        quantum = p.kind_limit[k]
                    qpu_due = now + quantum

        # The next instant at which something happens, or the end.
        lane_next = _earliest(due)
        soon = lane_next if lane_next < qpu_due else qpu_due
        if pending > 0 and w.heap_at[0] < soon:
            soon = w.heap_at[0]
        if mode == JOB:
            if in_line_end < last and in_line[waiting[in_line_end]] < soon:
                soon = in_line[waiting[in_line_end]]
        else:
            if entry_due < soon:
                soon = entry_due
            if active and running == 0 and first == last and idle_until < soon:
                soon = idle_until
            if over_at < soon and (active or first < last or pending > 0):
                soon = over_at
        finished_all = running == 0 and pending == 0 and not active and first == last
        if limited == HOLD and running == 0 and pending == 0 and not active and over_at == INF:
            held_spent = _spent(mode, spent, active, window_start, qpu_lane, holder, ref, qpu_start, now)
            finished_all = finished_all or held_spent >= limit
        if foreign_due < foreigners and foreign_at[foreign_due] < soon:
            soon = foreign_at[foreign_due]
        if next_calibration < calibrations and now < calibration_at[next_calibration] < soon:
            soon = calibration_at[next_calibration]
        if limited == STOP:
            reached = INF
            if mode == SESSION:
                if active:
                    reached = window_start + limit - spent
            elif qpu_lane >= 0 and holder[qpu_lane] == OWN:
                reached = qpu_start[ref[qpu_lane]] + limit - spent
            if now < reached < soon:
                soon = reached
        if soon == INF or (finished_all and soon > now):
            break
        now = soon

    _drop(w, first, last, QUEUED, -1)
    w.out[0], w.out[1], w.out[2] = rows, windows, next_calibration


def _queue_wait(p: Program, now: int) -> int:
    """The wait of an entry submitted at ``now``: constant in a fixed run."""
    return p.wait[0]


def _earliest(due: list[int]) -> int:
    soon = INF
    for instant in due:
        if instant < soon:
            soon = instant
    return soon


def _ready_at(w: Work, lane: int) -> int:
    return w.ready[w.lane_ref[lane]] if w.lane_holder[lane] == OWN else w.foreign_ready[w.lane_ref[lane]]


def _number(w: Work, lane: int) -> int:
    return w.sequence[w.lane_ref[lane]] if w.lane_holder[lane] == OWN else w.foreign_sequence[w.lane_ref[lane]]


def _make_ready(w: Work, lane: int, count: int, now: int) -> int:
    """Put a lane into the QPU's line, before those of the same instant submitted later; returns its new length."""
    w.lane_step[lane] = READY
    w.lane_due[lane] = INF
    if w.lane_holder[lane] == OWN:
        w.ready[w.lane_ref[lane]] = now
    else:
        w.foreign_ready[w.lane_ref[lane]] = now
    line = w.ready_lanes
    i = count
    while i > 0 and _ready_at(w, line[i - 1]) == now and _number(w, line[i - 1]) > _number(w, lane):
        line[i] = line[i - 1]
        i -= 1
    line[i] = lane
    return count + 1


def _share(quantum: int, ppm: int) -> int:
    """A share of a quantum time, in parts per million, half to even."""
    whole, rest = quantum * ppm // 1_000_000, quantum * ppm % 1_000_000
    if rest > 500_000 or (rest == 500_000 and whole % 2 == 1):
        whole += 1
    return whole


def _drop(w: Work, first: int, last: int, state: int, now: int) -> None:
    """Give the waiting attempts their last state; ``now`` is -1 where it is not final."""
    for i in range(first, last):
        w.state[w.waiting[i]] = state
        w.finished[w.waiting[i]] = now


def _forget(learned: list[int]) -> None:
    for k in range(len(learned)):
        learned[k] = 0


def _close_window(p: Program, w: Work, windows: int, start: int, now: int) -> int:
    """Note the active window that ends; returns what it adds to a session's usage."""
    w.window_start[windows] = start
    w.window_end[windows] = now
    return now - start if p.mode == SESSION else 0


def _spent(
    mode: int,
    spent: int,
    active: bool,
    window_start: int,
    qpu_lane: int,
    holder: list[int],
    ref: list[int],
    qpu_start: list[int],
    now: int,
) -> int:
    """Usage so far, as the service meters it against a limit."""
    if mode == SESSION:
        return spent + (now - window_start if active else 0)
    if qpu_lane >= 0 and holder[qpu_lane] == OWN:
        return spent + now - qpu_start[ref[qpu_lane]]
    return spent


def _stop(w: Work, lanes: int, ready_count: int, now: int) -> int:
    """Cancel every running attempt of ours at once; returns how many lanes still wait for the QPU."""
    for lane in range(lanes):
        if w.lane_holder[lane] == OWN:
            w.state[w.lane_ref[lane]] = CANCELLED
            w.finished[w.lane_ref[lane]] = now
            w.lane_holder[lane] = FREE
            w.lane_due[lane] = INF
    kept = 0
    for i in range(ready_count):
        if w.lane_holder[w.ready_lanes[i]] == FOREIGN:
            w.ready_lanes[kept] = w.ready_lanes[i]
            kept += 1
    return kept


def _advance(p: Program, w: Work, chain: int, now: int, pending: int) -> int:
    """A step's last result is in: send the next step, or the stages that waited for this chain."""
    w.chain_iteration[chain] += 1
    if w.chain_iteration[chain] < p.chain_iterations[chain]:
        w.chain_left[chain] = p.chain_step[chain]
        job = p.chain_first[chain] + w.chain_iteration[chain] * p.chain_step[chain]
        return _push(w.heap_at, w.heap_job, pending, now + p.chain_think[chain], job)
    stage = p.chain_stage[chain]
    w.stage_chains_left[stage] -= 1
    if w.stage_chains_left[stage] == 0:
        for i in range(p.stage_next_at[stage], p.stage_next_at[stage + 1]):
            following = p.stage_next[i]
            w.stage_waits[following] -= 1
            if w.stage_waits[following] == 0:
                pending = _send_stage(p, w, following, now + p.stage_think[following], pending)
    return pending


def _send_stage(p: Program, w: Work, stage: int, at: int, pending: int) -> int:
    """Schedule the first step of every chain of a stage."""
    for chain in range(p.stage_chain[stage], p.stage_chain[stage + 1]):
        pending = _push(w.heap_at, w.heap_job, pending, at, p.chain_first[chain])
    return pending


def _push(at: list[int], job: list[int], size: int, new_at: int, new_job: int) -> int:
    """Add a submission to the heap ordered by (instant, job); returns the new size."""
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if at[parent] < new_at or (at[parent] == new_at and job[parent] < new_job):
            break
        at[i], job[i] = at[parent], job[parent]
        i = parent
    at[i], job[i] = new_at, new_job
    return size + 1


def _pop(at: list[int], job: list[int], size: int) -> int:
    """Remove the first submission of the heap; returns the new size."""
    size -= 1
    last_at, last_job = at[size], job[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and (
            at[child + 1] < at[child] or (at[child + 1] == at[child] and job[child + 1] < job[child])
        ):
            child += 1
        if last_at < at[child] or (last_at == at[child] and last_job < job[child]):
            break
        at[i], job[i] = at[child], job[child]
        i = child
    at[i], job[i] = last_at, last_job
    return size
