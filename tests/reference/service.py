"""The service's side: the line, the lanes, the QPU, and the batch or session, settled turn by turn.

Processes of SimPy move the clock: a job's way through its lane, a calibration, an arrival. They run at
SimPy's normal priority, and so completions come first at every instant. Whatever a process changes it
announces with ``Service.wake``, which schedules the other classes of the contract as turns of lower
priority. A turn that leads to something new at the same instant (a job of length zero) starts the
round again by itself, since what is new has the higher priority.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from functools import partial
from itertools import count
from math import inf

import simpy
from simpy.events import EventPriority

from qplan.model.pricing import LimitAction
from qplan.model.submission import Submission
from qplan.model.trace import State
from qplan.model.workload import End, OnFailure
from qplan.units import charge_us

from .accounts import ROUNDING_CODE
from .client import Client, ProcessSteps
from .container import OpenContainer
from .entities import Attempt, Calibration, Foreign, Job, Lane, Run
from .fair_line import FairLine
from .inputs import Inputs


class Turn(IntEnum):
    """The classes of one instant that come after the completions, as SimPy priorities (normal is 1)."""

    ARRIVALS = 2
    TIMERS = 3
    LANES = 4
    QPU = 5
    END_OF_INSTANT = 6


class TurnEvent(simpy.Event):
    """An event of this very instant that waits until all of higher priority has happened."""

    def __init__(self, env: simpy.Environment, turn: Turn, act: Callable[[simpy.Event], None]) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        self.callbacks.append(act)
        env.schedule(self, priority=EventPriority(turn))


class Service:
    """One run of a submission; afterwards its attributes tell what happened."""

    def __init__(self, submission: Submission, inputs: Inputs) -> None:
        fair = submission.queue.fair_share
        self.submission = submission
        self.inputs = inputs
        self.env = simpy.Environment(initial_time=-fair.warm_up_us if fair else 0)
        self.lanes = [Lane(number=number) for number in range(submission.lanes)]
        self.container = OpenContainer(submission.container, submission.mode) if submission.container else None
        self.attempts: list[Attempt] = []
        self.foreign: list[Foreign] = []
        self.calibrations: list[Calibration] = []
        self._line: list[Run] = []
        self._before_qpu: list[Run | Calibration] = []
        self._on_qpu: Run | Calibration | None = None
        self._arriving: list[int] = []
        self._sequence = count()
        self._entries = count()
        self._entry_before_us: int | None = None
        self._completed = 0
        self._charged_us = 0
        self._is_cancelled = False
        self._is_stopped = False
        self._turns = {
            Turn.ARRIVALS: self._settle_arrivals,
            Turn.TIMERS: self._settle_timers,
            Turn.LANES: self._give_lanes,
            Turn.QPU: self._end_round,
        }
        if fair:
            self._turns[Turn.END_OF_INSTANT] = self._end_instant
        self._turns_to_come: set[Turn] = set()
        self.client = Client(self.env, submission, inputs, self.wake)
        self.fair_line = FairLine(self.env, fair, inputs, self._wake_line, self._spent_us) if fair else None
        self._set_up_background()

    def run(self) -> None:
        """Run to the end of the last instant at which anything of ours can happen."""
        while self.env.peek() < inf and (self.env.peek() <= self.env.now or not self._is_over):
            self.env.step()

    @property
    def _is_over(self) -> bool:
        """Whether nothing of ours can happen after this instant."""
        box = self.container
        if self._running() or (box is not None and box.is_active):
            return False
        if self._is_stopped:
            return True
        has_deadline = box is not None and box.deadline_us is not None
        is_any_waiting = any(attempt.is_waiting for attempt in self.attempts)
        return not (self.client.pauses or (is_any_waiting and (self._may_start_ours or has_deadline)))

    @property
    def now_us(self) -> int:
        return int(self.env.now)

    # Turns

    def wake(self) -> None:
        """Let every class be settled at this instant, once what is under way has happened."""
        for turn in self._turns:
            self._take_turn_later(turn)

    def _wake_line(self) -> None:
        """Something is new in the fair-share line, perhaps before the submission, when there is nothing else."""
        self._take_turn_later(Turn.ARRIVALS)
        self._take_turn_later(Turn.END_OF_INSTANT)

    def _take_turn_later(self, turn: Turn) -> None:
        if turn not in self._turns_to_come:
            self._turns_to_come.add(turn)
            TurnEvent(self.env, turn, partial(self._take, turn))

    def _take(self, turn: Turn, _event: simpy.Event) -> None:
        self._turns_to_come.remove(turn)
        self._turns[turn]()

    def _wake_in(self, delay_us: int) -> None:
        def alarm() -> ProcessSteps:
            yield self.env.timeout(delay_us)
            self.wake()

        self.env.process(alarm())

    def _end_round(self) -> None:
        self._give_qpu()
        if self.fair_line is not None:
            self.fair_line.end_of_round()

    def _end_instant(self) -> None:
        assert self.fair_line is not None
        if self.env.peek() > self.env.now:
            self.fair_line.end_of_instant()
        else:
            self._take_turn_later(Turn.END_OF_INSTANT)

    # Background

    def _until(self, instant_us: int) -> simpy.Event:
        return self.env.timeout(instant_us - self.now_us)

    def _set_up_background(self) -> None:
        background = self.submission.background
        for lane, _ in zip(self.lanes, background.busy_lanes, strict=False):
            if (until_us := self.inputs.busy_us(lane.number)) > 0:
                self.env.process(self._hold_lane(lane, until_us))
        for number, job in enumerate(background.arrivals):
            self.env.process(self._arrive(number, job.arrival_us))
        if background.stream is not None:
            self.env.process(self._stream())
        for index in range(len(background.calibrations)):
            self.env.process(self._calibrate(index, 0, self.inputs.calibration_first_us(index)))

    def _hold_lane(self, lane: Lane, until_us: int) -> ProcessSteps:
        yield self._until(0)
        holder = Foreign(
            sequence=next(self._sequence),
            before_us=0,
            after_us=0,
            finished_us=until_us,
            gets_qpu=self.env.event(),
            is_busy_lane=True,
        )
        self._occupy(holder, lane)
        yield self._until(until_us)
        self._leave_lane(holder)

    def _arrive(self, number: int, arrival_us: int) -> ProcessSteps:
        yield self._until(arrival_us)
        self._arriving.append(number)
        self.wake()

    def _stream(self) -> ProcessSteps:
        yield self._until(0)
        for number in count():
            yield from self._arrive(number, self.now_us + self.inputs.foreign_gap_us(number))

    def _calibrate(self, index: int, number: int, due_us: int) -> ProcessSteps:
        """One calibration of a source, which brings about the next when it starts."""
        yield self._until(due_us)
        length_us = self.inputs.calibration_us(index, number)
        calibration = Calibration(index=index, due_us=due_us, on_qpu_us=length_us, gets_qpu=self.env.event())
        self.calibrations.append(calibration)
        calibration.gets_qpu.callbacks.append(partial(self._plan_next_calibration, calibration, number + 1))
        yield from self._use_qpu(calibration)

    def _plan_next_calibration(self, started: Calibration, number: int, _event: simpy.Event) -> None:
        every_us = self.submission.background.calibrations[started.index].every_us
        if every_us:
            missed = (self.now_us - started.due_us) // every_us
            due_us = started.due_us + (missed + 1) * every_us
            self.env.process(self._calibrate(started.index, number, due_us))

    # Arrivals

    def _settle_arrivals(self) -> None:
        due, self.client.due = self.client.due, []
        for job in sorted(due, key=lambda job: job.number):
            if self._accepts_jobs:
                self._submit(job)
        arriving, self._arriving = self._arriving, []
        for number in sorted(arriving):
            self._admit_foreign(number)
        if self.fair_line is not None:
            entry = self.fair_line.serve(holds_until_released=self.container is not None)
            if entry is not None:
                self._let_in_line(entry, self.now_us)

    @property
    def _accepts_jobs(self) -> bool:
        is_past = self.container is not None and self.container.is_past_deadline
        return not (self._is_cancelled or self._is_stopped or is_past)

    def _submit(self, job: Job) -> None:
        attempt = Attempt(
            sequence=next(self._sequence),
            job=job,
            submitted_us=self.now_us,
            before_us=self.inputs.before_us(job.number),
            after_us=self.inputs.after_us(job.number),
            gets_qpu=self.env.event(),
        )
        self.attempts.append(attempt)
        job.attempts.append(attempt)
        box = self.container
        if box is None or not (box.is_active or box.waiting):
            self._enqueue(attempt)
        if box is not None:
            box.waiting.append(attempt)

    def _enqueue(self, entry: Attempt) -> None:
        entry.is_entry = True
        if self.fair_line is not None:
            self.fair_line.join(entry)
        else:
            self._let_in_line(entry, self._next_in_line_us())

    def _next_in_line_us(self) -> int:
        """When an entry that is submitted now becomes next in line."""
        number, next_us = next(self._entries), self.now_us + self.inputs.wait_us(self.now_us)
        if self._entry_before_us is not None:
            next_us = max(next_us, self._entry_before_us + self.inputs.between_us(number))
        self._entry_before_us = next_us
        return next_us

    def _let_in_line(self, entry: Attempt, next_us: int) -> None:
        entry.next_in_line_us = next_us
        self._line.append(entry)
        self._wake_in(next_us - self.now_us)

    def _admit_foreign(self, number: int) -> None:
        before_us, qpu_us, after_us = self.inputs.foreign_us(number)
        foreign = Foreign(
            sequence=next(self._sequence),
            before_us=before_us,
            on_qpu_us=qpu_us,
            after_us=after_us,
            next_in_line_us=self.now_us,
            gets_qpu=self.env.event(),
        )
        self._line.append(foreign)

    # Timers

    def _settle_timers(self) -> None:
        if self.container is not None and not self._is_stopped:
            self._settle_interactive_ttl(self.container)
            self._settle_maximum_ttl(self.container)
        self._settle_usage_limit()

    def _settle_interactive_ttl(self, box: OpenContainer) -> None:
        closed = box.rules.end is End.CLOSE and self.client.has_sent_all
        is_over = closed or self._is_cancelled or box.is_past_deadline
        if self._is_idle(box) and (is_over or self.now_us >= box.idle_since_us + box.rules.interactive_ttl_us):
            self._close(box)

    def _settle_maximum_ttl(self, box: OpenContainer) -> None:
        if box.deadline_us is None or box.is_past_deadline or self.now_us < box.deadline_us:
            return
        box.is_past_deadline = True
        self._drop_queued(State.FAILED if box.is_session else State.CANCELLED)
        if self._is_idle(box):
            self._close(box)

    def _settle_usage_limit(self) -> None:
        if not self._is_stopped and self._is_limit_reached(LimitAction.STOP):
            self._is_stopped = True
            for attempt in self._running():
                assert attempt.process is not None
                attempt.process.interrupt()
            if self.fair_line is not None:
                self.fair_line.give_up()
            if self.container is not None:
                self._close(self.container)

    def _close(self, box: OpenContainer) -> None:
        if box.is_active and self.fair_line is not None:
            self.fair_line.release()
        box.close(self.now_us)

    def _is_idle(self, box: OpenContainer) -> bool:
        return box.is_active and not box.waiting and not self._running()

    def _running(self) -> list[Attempt]:
        return [lane.holder for lane in self.lanes if isinstance(lane.holder, Attempt)]

    def _is_limit_reached(self, action: LimitAction) -> bool:
        limit = self.submission.limit
        return limit is not None and limit.action is action and self._spent_us() >= limit.remaining_us

    def _spent_us(self) -> int:
        if self.container is not None and self.container.is_session:
            return self.container.active_us(self.now_us)
        elapsed_us = self.now_us - self._on_qpu.qpu_start_us if isinstance(self._on_qpu, Attempt) else 0
        return self._charged_us + elapsed_us

    def _wake_at_limit(self) -> None:
        limit = self.submission.limit
        if limit is not None:
            self._wake_in(max(0, limit.remaining_us - self._spent_us()))

    # Lanes

    def _give_lanes(self) -> None:
        while (lane := self._free_lane()) and (run := self._first_to_start()):
            self._start(run, lane)

    def _free_lane(self) -> Lane | None:
        return next((lane for lane in self.lanes if lane.holder is None), None)

    def _first_to_start(self) -> Run | None:
        box = self.container
        if box is not None and box.is_active and box.waiting:
            return box.waiting[0]
        next_in_line = sorted(
            (run for run in self._line if run.next_in_line_us <= self.now_us), key=lambda run: run.place_in_line
        )
        return next((run for run in next_in_line if self._may_start(run, next_in_line)), None)

    def _may_start(self, run: Run, next_in_line: list[Run]) -> bool:
        is_session = self.container is not None and self.container.is_session
        if isinstance(run, Attempt):
            return self._may_start_ours and not (is_session and self._others_are_busy())
        is_session_next = self._may_start_ours and any(isinstance(other, Attempt) for other in next_in_line)
        return not (is_session and (self._is_session_active or is_session_next))

    @property
    def _may_start_ours(self) -> bool:
        return not self._is_stopped and not self._is_limit_reached(LimitAction.HOLD)

    @property
    def _is_session_active(self) -> bool:
        return self.container is not None and self.container.is_session and self.container.is_active

    def _others_are_busy(self) -> bool:
        holds_lane = any(isinstance(lane.holder, Foreign) for lane in self.lanes)
        return holds_lane or isinstance(self._on_qpu, Calibration)

    def _start(self, run: Run, lane: Lane) -> None:
        if run in self._line:
            self._line.remove(run)
        if isinstance(run, Attempt) and self.container is not None:
            self.container.waiting.remove(run)
            self._activate(self.container)
        self._occupy(run, lane)
        run.process = self.env.process(self._go_through(run))

    def _activate(self, box: OpenContainer) -> None:
        if not box.is_active:
            box.open(self.now_us)
            assert box.deadline_us is not None
            self._wake_in(max(0, box.deadline_us - self.now_us))
            self._wake_at_limit()

    def _occupy(self, run: Run, lane: Lane) -> None:
        lane.holder = run
        run.lane = lane
        run.lane_us = self.now_us
        if isinstance(run, Foreign):
            self.foreign.append(run)

    # The QPU

    def _give_qpu(self) -> None:
        willing = [user for user in self._before_qpu if self._may_use_qpu(user)]
        if self._on_qpu is not None or not willing:
            return
        user = min(willing, key=lambda user: user.place_at_qpu)
        self._before_qpu.remove(user)
        self._on_qpu = user
        user.qpu_start_us = self.now_us
        if isinstance(user, Attempt):
            self._decide_outcome(user)
            self._wake_at_limit()
        user.gets_qpu.succeed()

    def _may_use_qpu(self, user: Run | Calibration) -> bool:
        return not (isinstance(user, Calibration) and self._is_session_active)

    def _decide_outcome(self, attempt: Attempt) -> None:
        job, box = attempt.job, self.container
        is_known = box is not None and box.shares_learning and job.kind_index in box.learned_kinds
        learning_us = self.inputs.learning_us(job.number)
        attempt.learning = learning_us > 0 and not is_known
        quantum_us = self.inputs.qpu_us(job.number) + (learning_us if attempt.learning else 0)
        attempt.verdict, attempt.on_qpu_us = job.outcome(quantum_us)

    # A run's way through its lane

    def _go_through(self, run: Run) -> ProcessSteps:
        try:
            yield self.env.timeout(run.before_us)
            run.ready_us = self.now_us
            yield from self._use_qpu(run)
            if run.verdict is State.COMPLETED:
                yield self.env.timeout(run.after_us)
        except simpy.Interrupt:
            run.verdict = State.CANCELLED
            self._give_back_qpu(run)
        self._leave_lane(run)

    def _use_qpu(self, user: Run | Calibration) -> ProcessSteps:
        self._before_qpu.append(user)
        self.wake()
        yield user.gets_qpu
        yield self.env.timeout(user.on_qpu_us)
        self._give_back_qpu(user)

    def _give_back_qpu(self, user: Run | Calibration) -> None:
        if user in self._before_qpu:
            self._before_qpu.remove(user)
        if self._on_qpu is user:
            self._on_qpu = None
            user.qpu_end_us = self.now_us
            if isinstance(user, Attempt):
                self._book(user)
        self.wake()

    def _book(self, attempt: Attempt) -> None:
        """Charge the attempt's time on the QPU, and keep what it has learned."""
        if attempt.is_charged:
            used_us = attempt.qpu_end_us - attempt.qpu_start_us
            rounding = ROUNDING_CODE[self.submission.rounding]
            self._charged_us += charge_us(used_us, rounding, attempt.job.kind.minimum_us)
        if self.container is not None and attempt.learning and attempt.verdict is State.COMPLETED:
            self.container.learned_kinds.add(attempt.job.kind_index)

    def _leave_lane(self, run: Run) -> None:
        assert run.lane is not None
        run.lane.holder = None
        run.finished_us = self.now_us
        if isinstance(run, Attempt):
            self._conclude(run)
        self.wake()

    # Results, and what the client makes of them

    def _conclude(self, attempt: Attempt) -> None:
        """A running attempt has come to its end."""
        if self.container is not None:
            self.container.idle_since_us = self.now_us
            self._wake_in(self.container.rules.interactive_ttl_us)
        self._make_final(attempt, attempt.verdict)

    def _make_final(self, attempt: Attempt, state: State) -> None:
        attempt.state = state
        attempt.finished_us = self.now_us
        job = attempt.job
        if state is State.COMPLETED:
            self._count_result()
        elif state is State.CANCELLED:
            job.planned_attempts = len(job.attempts)
        elif attempt.qpu_end_us == self.now_us:
            self._react_to_failure(job)
        if not (state is State.FAILED and job.has_attempts_left and self._accepts_jobs):
            job.final.succeed()

    def _count_result(self) -> None:
        self._completed += 1
        rules = self.submission.container
        if rules is not None and rules.end is End.CANCEL and self._completed == rules.cancel_after:
            self._cancel()

    def _react_to_failure(self, job: Job) -> None:
        failure = job.kind.failure
        if failure is not None and failure.then is OnFailure.STOP:
            self._cancel()
        elif job.has_attempts_left and self._accepts_jobs:
            self.client.send(job)

    def _cancel(self) -> None:
        self._is_cancelled = True
        self._drop_queued(State.CANCELLED)

    def _drop_queued(self, state: State) -> None:
        """What has no lane yet comes to its end here."""
        self._line = [run for run in self._line if isinstance(run, Foreign)]
        if self.fair_line is not None:
            self.fair_line.give_up()
        if self.container is not None:
            self.container.waiting.clear()
        for attempt in self.attempts:
            if attempt.is_waiting:
                self._make_final(attempt, state)
