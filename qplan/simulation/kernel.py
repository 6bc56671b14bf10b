"""The event loop: lanes, one QPU, one queue, and at most one batch or session of ours.

``run`` settles one instant after another, each in the order of the contract: completions, arrivals,
timers, starts; a start that ends at once makes another pass at the same instant. It is one function
over arrays of integers so that the same lines run interpreted and compiled; what happens seldom is
in the helpers below it. ``docs/model.md`` tells the rules in prose, with the ids of ``qplan explain``.
"""

from __future__ import annotations

from qplan.simulation import places
from qplan.simulation.draws import (
    AFTER_QPU,
    BEFORE_QPU,
    BETWEEN,
    BUSY,
    CALIBRATION_FIRST,
    CALIBRATION_LENGTH,
    DELAY,
    FOREIGN_AFTER,
    FOREIGN_BEFORE,
    FOREIGN_GAP,
    FOREIGN_QPU,
    MODEL_ERROR,
    ON_QPU,
    THINK,
    WAIT,
    between_quantiles,
    draw,
    gap,
    key_of,
    numbered,
)
from qplan.simulation.fair_share import MOST_SERVED, next_of_rivals, pass_rivals, served_by, start_rivals
from qplan.simulation.program import HOLD, INF, STOP, Flow, Lanes, Program, Progress, Times, Work
from qplan.simulation.spreads import FIXED
from qplan.units import MAX_US, charge_us

JOB, BATCH, SESSION = 0, 1, 2
FREE, OWN, FOREIGN = 0, 1, 2
BEFORE, READY, AFTER = 1, 2, 3
NO_LANE, CALIBRATION = -1, -2
QUEUED, COMPLETED, FAILED, CANCELLED = 1, 2, 3, 4
CLOSE, CANCEL = 0, 1
RETRY, STOP_ALL = 1, 2
MOST_SUM = 1 << 61


def run(p: Program, t: list[int], times: Times, w: Work, bases: list[int]) -> None:
    """Simulate ``p`` from the submission to the last own event, writing what happened to ``w``.

    ``t`` holds the spreads that ``p`` names, ``times`` the jobs' durations, ``bases`` the key of
    the replication for each quantity that is drawn.
    """
    mode, lanes, rounding = p.mode, p.lanes, p.rounding
    kind, chain, before, qpu, after = p.kind, p.chain, times.before, times.qpu, times.after
    row_job, submitted, state, sequence = w.row_job, w.submitted, w.state, w.sequence
    in_line, lane_at, qpu_start = w.in_line, w.lane_at, w.qpu_start
    qpu_end, finished, waiting, foreign_at = w.qpu_end, w.finished, w.waiting, w.foreign_at
    holder, ref, due, step, ready_lanes = w.lanes.holder, w.lanes.ref, w.lanes.due, w.lanes.step, w.lanes.line
    flow, progress, rivals, line = p.flow, w.progress, p.rivals, w.rivals
    numbers, think, chain_first, chain_step = w.numbers, times.think, flow.chain_first, flow.chain_step
    chain_iterations, chain_iteration = flow.chain_iterations, progress.chain_iteration
    heap_at, heap_job, chain_left = progress.heap_at, progress.heap_job, progress.chain_left
    foreigners, foreign_room = len(p.foreign_at), len(foreign_at)
    limited, limit = p.limit_action, p.limit
    own_ready, own_lane, is_entry, learning = w.ready, w.lane, w.is_entry, w.learning
    foreign_ready, foreign_finished, fails_left = w.foreign_ready, w.foreign_finished, w.fails_left
    kind_minimum, kind_limit, kind_learning, kind_calm = p.kind_minimum, p.kind_limit, times.learning, p.kind_calm
    lane_ready = w.lanes.ready
    cancel_at = p.cancel_after if p.end == CANCEL else -1

    now = 0
    rows = p.jobs  # the next retry's row
    to_send = p.sends  # attempts the client has still to send
    last_in_line, entries = -INF, 0  # when the previous entry of ours becomes next in line; entries so far
    sent = 0  # submissions so far: the order of submission
    first, in_line_end, last = 0, 0, 0  # waiting[first:last]; in job mode those before in_line_end are next in line
    running = 0  # own attempts in lanes
    foreign_due, foreign_first = 0, 0  # arrivals still to come; arrived and first without a lane
    foreign_next = INF
    foreign_lanes = 0
    for lane in range(lanes):
        if lane < len(p.busy):
            until = draw(t, bases[BUSY], numbers[lane], BUSY, p.busy[lane])
            w.busy_until[lane] = until
            if until > 0:
                holder[lane], due[lane] = FOREIGN, until
                foreign_lanes += 1
    lane_next = min(due)
    other_next = 0  # when anything but a completion may happen; not after now: to be found again
    free = lanes - foreign_lanes
    lowest = 0  # no lane below it is free
    qpu_due, qpu_lane = INF, NO_LANE
    row_on_qpu, job, k, quantum, learns = 0, 0, 0, 0, False  # of the own attempt on the QPU
    outcome, fall_due = COMPLETED, INF  # how it will leave it
    ready_first, ready_last, ready_latest = 0, 0, -1
    calibrated, calibration, calibration_due = 0, -1, INF
    active = False
    line_next = INF  # when an entry becomes next in line
    entry_in_line = False
    entry_at = 0
    entry_number = 0
    fair = len(rivals.gap) > 0
    line_free, wait_step, wait = 0, -1, 0
    idle_until = INF
    over_at = INF  # maximum TTL
    over = False  # nothing more is accepted
    windows, window_start, active_us = 0, 0, 0
    spent = 0  # charges of attempts that left the QPU, or past windows of a session
    done, failed, cancelled, left, cut, limit_hit = 0, 0, 0, 0, 0, 0
    queue_us, quantum_us, charged_us, held_us = 0, 0, 0, 0
    first_lane, last_held, first_qpu, last_qpu, on_qpu, last_final = -1, 0, -1, 0, 0, 0

    cancelling = False
    pending = 0
    for stage in range(len(flow.stage_waits)):
        if flow.stage_waits[stage] == 0:
            pending = _send_stage(flow, progress, stage, 0, pending)
    if foreigners > 0:
        foreign_next = foreign_at[0]
    elif p.foreign_gap >= 0:
        foreign_next = foreign_at[0] = gap(t, bases[FOREIGN_GAP], numbers[0], FOREIGN_GAP, p.foreign_gap)
    for i in range(len(p.calibration_first)):
        w.calibration_due[i] = numbered(t, bases[CALIBRATION_FIRST], i, CALIBRATION_FIRST, p.calibration_first[i])
    if len(p.calibration_first) > 0:
        calibration = _first_due(w.calibration_due)
        calibration_due = w.calibration_due[calibration]
    if fair:
        line_free = start_rivals(t, bases, rivals, line)

    while True:
        # 1. Completions: the QPU first, then the lanes.
        if qpu_due == now:
            lane = qpu_lane
            qpu_due, qpu_lane = INF, NO_LANE
            if lane >= 0:
                until = now
                if holder[lane] == FOREIGN:
                    row = ref[lane]
                    w.foreign_qpu_end[row] = now
                    step[lane] = AFTER
                    until += draw(
                        t,
                        bases[FOREIGN_AFTER],
                        numbers[row],
                        FOREIGN_AFTER,
                        p.foreign_after[row if foreigners > 0 else 0],
                    )
                else:
                    qpu_end[row_on_qpu] = last_qpu = now
                    on_qpu += 1
                    quantum_us += quantum
                    if not (outcome == FAILED and p.kind_fail_free[k] == 1):
                        charged_us += charge_us(quantum, rounding, kind_minimum[k])
                    if mode != SESSION:
                        spent = charged_us
                    if outcome == COMPLETED:
                        if learns:
                            w.learned[k] = 1
                        step[lane] = AFTER
                        until += after[job]
                    else:
                        row = row_on_qpu
                        state[row] = outcome
                        finished[row] = last_final = last_held = now
                        held_us = _bounded(held_us + now - lane_at[row])
                        holder[lane] = FREE
                        if lane < lowest:
                            lowest = lane
                        until = INF
                        free += 1
                        running -= 1
                        then = 0
                        if outcome == FAILED:
                            failed += 1
                            fails_left[job] -= 1
                            then = p.kind_fail_then[k]
                        else:
                            cancelled += 1
                            if p.kind_fail_then[k] == RETRY:
                                to_send -= fails_left[job]
                        if then == STOP_ALL:
                            cancelling = True
                        elif then == RETRY:
                            if not over:
                                pending = _push(heap_at, heap_job, pending, now, job)
                        else:
                            c = chain[job]
                            chain_left[c] -= 1
                            if chain_left[c] == 0 and not over:
                                pending = _advance(flow, progress, think, t, bases, c, now, pending)
                        other_next = now
                due[lane] = until
                if until < lane_next:
                    lane_next = until
        while lane_next == now:
            lane = 0
            while due[lane] != now:
                lane += 1
            row = ref[lane]
            due[lane] = INF
            lane_next = min(due)
            if step[lane] == BEFORE:
                step[lane] = READY
                if holder[lane] == OWN:
                    own_ready[row] = now
                else:
                    foreign_ready[row] = now
                lane_ready[lane] = now
                if ready_latest == now:
                    _line_up(w, lane, ready_first, ready_last, now)
                else:
                    ready_lanes[ready_last] = lane
                    ready_latest = now
                ready_last += 1
            elif holder[lane] == OWN:
                holder[lane] = FREE
                if lane < lowest:
                    lowest = lane
                free += 1
                running -= 1
                state[row] = COMPLETED
                finished[row] = last_final = last_held = now
                held_us = _bounded(held_us + now - lane_at[row])
                done += 1
                if done == cancel_at:
                    cancelling = True
                c = chain[row_job[row]]
                chain_left[c] -= 1
                if chain_left[c] == 0 and not over:
                    iteration = chain_iteration[c] + 1
                    if iteration < chain_iterations[c]:
                        chain_iteration[c] = iteration
                        chain_left[c] = chain_step[c]
                        c_job = chain_first[c] + iteration * chain_step[c]
                        pending = _push(heap_at, heap_job, pending, now + think[c_job], c_job)
                    else:
                        pending = _advance(flow, progress, think, t, bases, c, now, pending)
                    if pending > 0 and heap_at[0] < other_next:
                        other_next = heap_at[0]
            else:
                holder[lane] = FREE
                if lane < lowest:
                    lowest = lane
                free += 1
                foreign_lanes -= 1
                if row >= 0:
                    foreign_finished[row] = now
        if cancelling:
            cancelling = False
            cancelled += last - first
            if last > first:
                last_final = now
            _drop(w.state, w.finished, waiting, first, last, CANCELLED, now)
            first, in_line_end, pending, over = last, last, 0, True
            line_next, entry_in_line, other_next = INF, False, now

        if other_next <= now or running == 0 or limited == STOP:  # else no arrival and no timer is due
            other_next = now
            # 2. Arrivals: own submissions in order of the file, foreign jobs, entries becoming next in line.
            while pending > 0 and heap_at[0] == now:
                next_job = heap_job[0]
                pending = _pop(heap_at, heap_job, pending)
                if submitted[next_job] >= 0:
                    failed -= 1
                    row_job[rows] = next_job
                    row, row_end = rows, rows + 1
                    rows += 1
                else:
                    row, row_end = next_job, next_job + flow.chain_step[chain[next_job]]
                to_send -= row_end - row
                while row < row_end:
                    submitted[row] = now
                    sequence[row] = sent
                    sent += 1
                    waiting[last] = row
                    last += 1
                    if mode == JOB or not (active or entry_in_line or line_next < INF):
                        is_entry[row] = 1
                        if mode != JOB:
                            entry_number = sequence[row]
                        if fair:
                            if line_next == INF:
                                line_free = pass_rivals(t, bases, rivals, line, line_free, now)
                                line_next = line_free if line_free > now else now
                                if served_by(line) > MOST_SERVED:
                                    w.out[places.SHORT] = 2
                                    return
                        else:
                            current = now // p.correlation if p.correlation > 0 else 0
                            if current != wait_step:
                                wait_step, wait = current, numbered(t, bases[WAIT], current, WAIT, p.wait)
                            if entries > 0:
                                last_in_line += numbered(t, bases[BETWEEN], entries, BETWEEN, p.between)
                            if now + wait > last_in_line:
                                last_in_line = now + wait
                            entries += 1
                            in_line[row] = last_in_line
                            if last_in_line < line_next:
                                line_next = last_in_line
                    row += 1
                idle_until = INF
            while foreign_next == now:
                w.foreign_sequence[foreign_due] = sent
                sent += 1
                foreign_due += 1
                foreign_next = INF
                if foreigners > 0:
                    if foreign_due < foreigners:
                        foreign_next = foreign_at[foreign_due]
                elif foreign_due == foreign_room:
                    w.out[places.SHORT] = 1
                    return
                else:
                    foreign_next = now + gap(t, bases[FOREIGN_GAP], numbers[foreign_due], FOREIGN_GAP, p.foreign_gap)
                    foreign_at[foreign_due] = foreign_next
            if line_next == now:
                if fair:
                    spending = _spent(mode, spent, active, window_start, qpu_lane, holder, ref, qpu_start, now)
                    line_free = next_of_rivals(t, bases, rivals, line, now, spending)
                    if line_free > now:
                        line_next = line_free
                        if served_by(line) > MOST_SERVED:
                            w.out[places.SHORT] = 2
                            return
                    elif mode == JOB:
                        row = waiting[in_line_end]
                        in_line[row] = now
                        in_line_end += 1
                        line_free = now + qpu[row_job[row]]
                        line_next = line_free if in_line_end < last else INF
                    else:
                        line_next, entry_in_line, entry_at = INF, True, now
                        in_line[waiting[first]] = now
                elif mode == JOB:
                    while in_line_end < last and in_line[waiting[in_line_end]] == now:
                        in_line_end += 1
                    line_next = in_line[waiting[in_line_end]] if in_line_end < last else INF
                else:
                    line_next, entry_in_line, entry_at = INF, True, now

            # 3. Timers: the interactive TTL, the maximum TTL, the usage limit.
            closing = False
            if active and running == 0 and first == last:
                if over or (p.end == CLOSE and to_send == 0):
                    idle_until = now
                elif idle_until == INF:
                    idle_until = now + p.interactive_ttl
                closing = idle_until <= now
            if over_at == now:
                over_at = INF
                if not over:
                    if first < last or pending > 0 or to_send > 0:
                        cut = 1
                    if mode == SESSION:
                        failed += last - first
                    else:
                        cancelled += last - first
                    if last > first:
                        last_final = now
                    _drop(w.state, w.finished, waiting, first, last, FAILED if mode == SESSION else CANCELLED, now)
                    first, pending, over = last, 0, True
                    line_next, entry_in_line = INF, False
                    closing = active and running == 0
            if (
                limited == STOP
                and not (over and running == 0 and (closing or not active))
                and _spent(mode, spent, active and not closing, window_start, qpu_lane, holder, ref, qpu_start, now)
                + (now - window_start if closing and mode == SESSION else 0)
                >= limit
            ):
                if running > 0 or first < last or pending > 0 or to_send > 0:
                    limit_hit = 1
                if qpu_lane >= 0 and holder[qpu_lane] == OWN:
                    row = ref[qpu_lane]
                    qpu_end[row] = last_qpu = now
                    on_qpu += 1
                    quantum_us += now - qpu_start[row]
                    charged_us += charge_us(now - qpu_start[row], rounding, kind_minimum[kind[row_job[row]]])
                    qpu_due, qpu_lane = INF, NO_LANE
                cancelled += running
                if running > 0:
                    last_final = last_held = now
                ready_last, held, lane_next = _stop(w.lanes, w.state, w.finished, lane_at, ready_first, ready_last, now)
                lowest = 0
                held_us = _bounded(held_us + held)
                free += running
                running = 0
                closing = active
                left += last - first
                _drop(w.state, w.finished, waiting, first, last, QUEUED, -1)
                first, in_line_end, pending, over, over_at = last, last, 0, True, INF
                line_next, entry_in_line = INF, False
            if closing:
                active, idle_until = False, INF
                w.window_start[windows], w.window_end[windows] = window_start, now
                windows += 1
                active_us += now - window_start
                if mode == SESSION:
                    spent = active_us
                if fair:
                    line_free = now

        # 4. Starts: lanes are given, then the QPU.
        while free > 0 and (first < last or foreign_first < foreign_due):
            own, foreign = active and first < last, False
            if not own:
                foreign = foreign_first < foreign_due and not (mode == SESSION and active)
            if active:
                pass
            elif entry_in_line if mode != JOB else first < in_line_end:
                if limited == HOLD and (
                    _spent(mode, spent, active, window_start, qpu_lane, holder, ref, qpu_start, now) >= limit
                ):
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
                    active, entry_in_line, window_start, other_next = True, False, now, now
                    queue_us = _bounded(queue_us + now - submitted[waiting[first]])
                    if windows == 0:
                        over_at = now + p.max_time
                    if p.reuse_learning == 2:
                        _forget(w.learned)
            if not (own or foreign):
                break
            lane = lowest
            while holder[lane] != FREE:
                lane += 1
            lowest = lane + 1
            free -= 1
            if own:
                row = waiting[first]
                first += 1
                running += 1
                holder[lane] = OWN
                ref[lane] = row
                lane_at[row] = now
                own_lane[row] = lane
                if mode == JOB:
                    queue_us = _bounded(queue_us + now - submitted[row])
                if first_lane < 0:
                    first_lane = now
                until = now + before[row_job[row]]
            else:
                row = foreign_first
                foreign_first += 1
                foreign_lanes += 1
                holder[lane] = FOREIGN
                ref[lane] = row
                w.foreign_lane[row] = lane
                w.foreign_lane_at[row] = now
                spread = p.foreign_before[row if foreigners > 0 else 0]
                until = now + draw(t, bases[FOREIGN_BEFORE], numbers[row], FOREIGN_BEFORE, spread)
            if until == now:
                # Nothing to prepare: ready in this very pass, so that ties go by submission. The same lines as at the
                # completions, for called as a function they make the interpreted kernel a tenth slower.
                step[lane] = READY
                if holder[lane] == OWN:
                    own_ready[row] = now
                else:
                    foreign_ready[row] = now
                lane_ready[lane] = now
                if ready_latest == now:
                    _line_up(w, lane, ready_first, ready_last, now)
                else:
                    ready_lanes[ready_last] = lane
                    ready_latest = now
                ready_last += 1
            else:
                step[lane] = BEFORE
                due[lane] = until
                if until < lane_next:
                    lane_next = until
        if qpu_due == INF:
            if (
                calibration_due <= now
                and not (mode == SESSION and active)
                and not (ready_first < ready_last and lane_ready[ready_lanes[ready_first]] < calibration_due)
            ):
                if calibrated == len(w.calibration_start):
                    w.out[places.SHORT] = 1
                    return
                number = w.calibration_number[calibration]
                own_key = key_of(calibration, number)
                qpu_due = now + draw(
                    t, bases[CALIBRATION_LENGTH], own_key, CALIBRATION_LENGTH, p.calibration_length[calibration]
                )
                qpu_lane = CALIBRATION
                w.calibration_start[calibrated], w.calibration_end[calibrated] = now, qpu_due
                calibrated += 1
                other_next = now
                w.calibration_number[calibration] = number + 1
                w.calibration_due[calibration] = _due_again(calibration_due, p.calibration_every[calibration], now)
                calibration = _first_due(w.calibration_due)
                calibration_due = w.calibration_due[calibration]
            elif ready_first < ready_last:
                lane = ready_lanes[ready_first]
                ready_first += 1
                row = ref[lane]
                qpu_lane = lane
                if holder[lane] == FOREIGN:
                    w.foreign_qpu_start[row] = now
                    spread = p.foreign_qpu[row if foreigners > 0 else 0]
                    qpu_due = now + draw(t, bases[FOREIGN_QPU], numbers[row], FOREIGN_QPU, spread)
                else:
                    qpu_start[row] = now
                    if first_qpu < 0:
                        first_qpu = now
                    row_on_qpu = row
                    job = row_job[row]
                    k = kind[job]
                    quantum = qpu[job]
                    outcome = COMPLETED
                    learns = False
                    if quantum > kind_calm[k]:
                        if kind_learning[k] > 0 and (p.reuse_learning == 0 or w.learned[k] == 0):
                            quantum += kind_learning[k]
                            learning[row] = 1
                            learns = True
                        if fails_left[job] > 0:
                            fall_due = _share(quantum, p.kind_fail_ppm[k])
                            if fall_due <= kind_limit[k]:
                                outcome = FAILED
                                quantum = fall_due
                        if outcome == COMPLETED and quantum > kind_limit[k]:
                            outcome = CANCELLED
                            quantum = kind_limit[k]
                    qpu_due = now + quantum

        # The next instant at which something happens, or the end.
        soon = lane_next if lane_next < qpu_due else qpu_due
        if other_next <= now:
            other_next = line_next
            if pending > 0 and heap_at[0] < other_next:
                other_next = heap_at[0]
            if active and running == 0 and first == last and idle_until < other_next:
                other_next = idle_until
            if over_at < other_next and (active or first < last or pending > 0):
                other_next = over_at
            if running == 0 and pending == 0 and not active and now < soon and now < other_next:
                ended = first == last
                if limited == HOLD and over_at == INF and not ended:
                    ended = _spent(mode, spent, active, window_start, qpu_lane, holder, ref, qpu_start, now) >= limit
                if ended:
                    break
            if foreign_next < other_next:
                other_next = foreign_next
            if now < calibration_due < other_next:
                other_next = calibration_due
            if limited == STOP:
                reached = INF
                if mode == SESSION:
                    if active:
                        reached = window_start + limit - spent
                elif qpu_lane >= 0 and holder[qpu_lane] == OWN:
                    reached = qpu_start[ref[qpu_lane]] + limit - spent
                if now < reached < other_next:
                    other_next = reached
        if other_next < soon:
            soon = other_next
        if soon == INF:
            break
        now = soon

    if first < last:
        left += last - first
        limit_hit = 1
        _drop(w.state, w.finished, waiting, first, last, QUEUED, -1)
    out = w.out
    span = last_held - first_lane if first_lane >= 0 else 0
    out[places.ROWS], out[places.WINDOWS], out[places.CALIBRATIONS], out[places.FOREIGNERS] = (
        rows,
        windows,
        calibrated,
        foreign_first,
    )
    out[places.USAGE] = active_us if mode == SESSION else charged_us
    out[places.WALL], out[places.QUEUE], out[places.QUANTUM], out[places.CHARGED] = (
        last_final,
        queue_us,
        quantum_us,
        charged_us,
    )
    out[places.DRIFT] = last_qpu - first_qpu if on_qpu > 1 else 0
    out[places.HELD] = held_us
    out[places.SPAN] = span * lanes if span < MOST_SUM // lanes else MOST_SUM
    out[places.DONE], out[places.LOST], out[places.DROPPED], out[places.LEFT] = done, failed, cancelled, left
    out[places.CUT], out[places.LIMITED], out[places.STARTED] = cut, limit_hit, first_lane


def draw_times(p: Program, t: list[int], times: Times, bases: list[int]) -> None:
    """Draw what is random of the jobs' own durations; those of usage models err all by one draw."""
    for k in p.erring:
        spread = p.kind_error[k]
        fixed = t[spread] == FIXED
        times.error[k] = t[spread + 1] if fixed else between_quantiles(t, spread, bases[MODEL_ERROR])
        times.learning[k] = _erring(p.kind_learning[k], times.error[k])
    for job in range(p.jobs):
        k = p.kind[job]
        if p.kind_drawn[k] == 1:
            key = p.key[job]
            times.before[job] = draw(t, bases[BEFORE_QPU], key, BEFORE_QPU, p.kind_before[k])
            times.qpu[job] = draw(t, bases[ON_QPU], key, ON_QPU, p.kind_qpu[k])
            if p.kind_error[k] >= 0:
                times.qpu[job] = _erring(times.qpu[job], times.error[k])
            times.after[job] = draw(t, bases[AFTER_QPU], key, AFTER_QPU, p.kind_after[k])
    for chain in range(len(p.flow.chain_think)):
        spread = p.flow.chain_think[chain]
        if t[spread] != FIXED:
            step = p.flow.chain_step[chain]
            job = p.flow.chain_first[chain]
            for _ in range(1, p.flow.chain_iterations[chain]):
                job += step
                times.think[job] = draw(t, bases[THINK], p.think_key[job], THINK, spread)


def _line_up(w: Work, lane: int, first: int, last: int, now: int) -> None:
    """Put a lane into the QPU's line, before those of the same instant submitted later."""
    line, number = w.lanes.line, _number(w, lane)
    i = last
    while i > first and w.lanes.ready[line[i - 1]] == now and _number(w, line[i - 1]) > number:
        line[i] = line[i - 1]
        i -= 1
    line[i] = lane


def _number(w: Work, lane: int) -> int:
    """The place of a lane's holder in the order of submission."""
    row = w.lanes.ref[lane]
    return w.sequence[row] if w.lanes.holder[lane] == OWN else w.foreign_sequence[row]


def _bounded(total: int) -> int:
    """A sum over jobs, held where another addend could take it beyond 63 bits."""
    return total if total < MOST_SUM else MOST_SUM


def _share(quantum: int, ppm: int) -> int:
    """A share of a quantum time, in parts per million, half to even."""
    part = quantum % 1_000_000 * ppm
    whole, rest = quantum // 1_000_000 * ppm + part // 1_000_000, part % 1_000_000
    if rest > 500_000 or (rest == 500_000 and whole % 2 == 1):
        whole += 1
    return whole


def _erring(modelled: int, ppm: int) -> int:
    """A modelled quantum time times its model's error in parts per million, half to even, held at the clock's end."""
    actual = _share(modelled, ppm)
    return actual if actual < MAX_US else MAX_US


def _drop(
    state: list[int], finished: list[int], waiting: list[int], first: int, last: int, final: int, now: int
) -> None:
    """Give the waiting attempts their last state; ``now`` is -1 where it is not final."""
    for i in range(first, last):
        state[waiting[i]] = final
        finished[waiting[i]] = now


def _forget(learned: list[int]) -> None:
    for k in range(len(learned)):
        learned[k] = 0


def _first_due(due: list[int]) -> int:
    """The source of calibrations that is due first."""
    first = 0
    for i in range(len(due)):
        if due[i] < due[first]:
            first = i
    return first


def _due_again(due: int, every: int, now: int) -> int:
    """When a source of calibrations is next due: what was missed meanwhile is left out."""
    if every == 0:
        return INF
    return due + every * ((now - due) // every + 1)


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


def _stop(
    lanes: Lanes, state: list[int], finished: list[int], lane_at: list[int], ready_first: int, ready_last: int, now: int
) -> tuple[int, int, int]:
    """Cancel every running attempt of ours at once.

    Returns how many lanes still wait for the QPU, the time for which the cancelled held theirs, and when the next of
    the other lanes is due.
    """
    held, soon = 0, INF
    for lane in range(len(lanes.holder)):
        if lanes.holder[lane] == OWN:
            row = lanes.ref[lane]
            state[row] = CANCELLED
            finished[row] = now
            lanes.holder[lane] = FREE
            lanes.due[lane] = INF
            held += now - lane_at[row]
        elif lanes.due[lane] < soon:
            soon = lanes.due[lane]
    kept = ready_first
    for i in range(ready_first, ready_last):
        if lanes.holder[lanes.line[i]] == FOREIGN:
            lanes.line[kept] = lanes.line[i]
            kept += 1
    return kept, held, soon


def _advance(
    flow: Flow, progress: Progress, think: list[int], t: list[int], bases: list[int], chain: int, now: int, pending: int
) -> int:
    """A step's last result is in: send the next step, or the stages that waited for this chain."""
    progress.chain_iteration[chain] += 1
    iteration = progress.chain_iteration[chain]
    if iteration < flow.chain_iterations[chain]:
        progress.chain_left[chain] = flow.chain_step[chain]
        job = flow.chain_first[chain] + iteration * flow.chain_step[chain]
        return _push(progress.heap_at, progress.heap_job, pending, now + think[job], job)
    stage = flow.chain_stage[chain]
    progress.stage_chains_left[stage] -= 1
    if progress.stage_chains_left[stage] == 0:
        for i in range(flow.stage_next_at[stage], flow.stage_next_at[stage + 1]):
            following = flow.stage_next[i]
            progress.stage_waits[following] -= 1
            if progress.stage_waits[following] == 0:
                at = now + draw(t, bases[DELAY], flow.stage_key[following], DELAY, flow.stage_think[following])
                pending = _send_stage(flow, progress, following, at, pending)
    return pending


def _send_stage(flow: Flow, progress: Progress, stage: int, at: int, pending: int) -> int:
    """Schedule the first step of every chain of a stage."""
    for chain in range(flow.stage_chain[stage], flow.stage_chain[stage + 1]):
        pending = _push(progress.heap_at, progress.heap_job, pending, at, flow.chain_first[chain])
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
