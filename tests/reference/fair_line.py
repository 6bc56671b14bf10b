"""The line of a fair-share queue, in which entries of ours and the jobs of rival instances wait together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import simpy

from qplan.model.workload import FairShare

from .client import ProcessSteps
from .entities import Attempt
from .inputs import Inputs

LEAST_SERVICE_US = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A record of what was served, and who had to wait."""

    is_ours: bool
    ours_wait: bool
    rivals_wait: bool


@dataclass(slots=True, kw_only=True, eq=False)
class Instance:
    """Whoever waits in the line: ``waiting`` are entries of ours, or a rival's jobs by their running numbers."""

    allocation_us: int
    used_us: int
    spent_us: Callable[[], int]
    waiting: deque[Attempt | int] = field(default_factory=deque)


class FairLine:
    """Serves one at a time, of the instance that has used the least share of its allocation.

    An entry of ours that is served holds the line in a batch or session until ``release``, a single job for
    its time on the QPU.
    """

    def __init__(
        self,
        env: simpy.Environment,
        rules: FairShare,
        inputs: Inputs,
        wake: Callable[[], None],
        own_spent_us: Callable[[], int],
    ) -> None:
        self.choices: list[Choice] = []
        self._env = env
        self._rules = rules
        self._inputs = inputs
        self._wake = wake
        self._is_held = False
        self._is_held_for_no_time = False
        self._rival_spent_us = [0] * len(rules.rivals)
        self._ours = Instance(allocation_us=rules.allocation_us, used_us=rules.used_us, spent_us=own_spent_us)
        self._rivals = [self._rival(index) for index in range(len(rules.rivals))]

    def _rival(self, index: int) -> Instance:
        rival = self._rules.rivals[index]
        instance = Instance(
            allocation_us=rival.allocation_us, used_us=rival.used_us, spent_us=lambda: self._rival_spent_us[index]
        )
        self._env.process(self._arrivals(index, instance))
        return instance

    def _arrivals(self, index: int, rival: Instance) -> ProcessSteps:
        number = 0
        while True:
            yield self._env.timeout(self._inputs.rival_gap_us(index, number))
            rival.waiting.append(number)
            self._wake()
            number += 1

    @property
    def has_ours(self) -> bool:
        """Whether an entry of ours waits here."""
        return bool(self._ours.waiting)

    def join(self, entry: Attempt) -> None:
        self._ours.waiting.append(entry)

    def give_up(self) -> None:
        """No entry of ours waits any more."""
        self._ours.waiting.clear()

    def release(self) -> None:
        """The batch or session that holds the line is over."""
        self._is_held = False
        self._wake()

    def serve(self, holds_until_released: bool) -> Attempt | None:
        """Choose between an entry of ours and the rivals, if one waits and the line is free; gives it if served."""
        if self._is_held or not self.has_ours:
            return None
        job = self._take_next()
        if job is not None:
            self._hold(None if holds_until_released else self._inputs.qpu_us(job.job.number))
        return job

    def end_of_round(self) -> None:
        """The line is free again after a job of no length."""
        if self._is_held_for_no_time:
            self._is_held_for_no_time = False
            self.release()

    def end_of_instant(self) -> None:
        """Nothing of ours can come any more at this instant: choose among the rivals alone."""
        if not self._is_held and not self.has_ours:
            self._take_next()

    def _take_next(self) -> Attempt | None:
        """Take whose turn it is out of the line; a rival's job is served at once."""
        waiting = [instance for instance in (self._ours, *self._rivals) if instance.waiting]
        if not waiting:
            return None
        instance = min(waiting, key=self._share)  # the first of them where shares are level
        job = instance.waiting.popleft()
        self._record(instance)
        if isinstance(job, Attempt):
            return job
        self._serve_rival(self._rivals.index(instance), job)
        return None

    def _serve_rival(self, index: int, number: int) -> None:
        size_us = self._inputs.rival_size_us(index, number)
        self._rival_spent_us[index] += size_us
        self._hold(max(LEAST_SERVICE_US, size_us))

    def _record(self, served: Instance) -> None:
        rivals_wait = any(rival.waiting for rival in self._rivals)
        self.choices.append(Choice(is_ours=served is self._ours, ours_wait=self.has_ours, rivals_wait=rivals_wait))

    def _share(self, instance: Instance) -> int:
        window_us, gone_us = self._rules.window_us, int(self._env.now) + self._rules.warm_up_us
        left = ((window_us - gone_us) << 16) // window_us if gone_us < window_us else 0
        used_us = (instance.used_us * left) >> 16
        return ((used_us + instance.spent_us()) << 16) // instance.allocation_us

    def _hold(self, length_us: int | None) -> None:
        """For so long; ``None``: until ``release``."""
        self._is_held = True
        self._is_held_for_no_time = length_us == 0
        if length_us:
            self._env.process(self._release_in(length_us))

    def _release_in(self, length_us: int) -> ProcessSteps:
        yield self._env.timeout(length_us)
        self.release()
