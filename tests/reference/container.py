"""A batch or session: what waits in it, when it is active, what noise models it keeps."""

from __future__ import annotations

from qplan.model.workload import Container, Mode

from .entities import Attempt


class OpenContainer:
    """The state of the one batch or session of a run; lanes and the line are not its business."""

    def __init__(self, rules: Container, mode: Mode) -> None:
        self.rules = rules
        self.is_session = mode is Mode.SESSION
        self.shares_learning = self.is_session or rules.reuse_noise_model
        self.waiting: list[Attempt] = []
        self.learned_kinds: set[int] = set()
        self.windows_us: list[tuple[int, int]] = []
        self.opened_us: int | None = None
        self.deadline_us: int | None = None
        self.is_past_deadline = False
        self.idle_since_us = 0

    @property
    def is_active(self) -> bool:
        return self.opened_us is not None

    def open(self, now_us: int) -> None:
        """Activate; the first time starts the maximum TTL. A batch has no use for a noise model from before."""
        self.opened_us = now_us
        if self.deadline_us is None:
            self.deadline_us = now_us + self.rules.max_time_us
        if not self.is_session:
            self.learned_kinds.clear()

    def close(self, now_us: int) -> None:
        """End the open window, if there is one."""
        if self.opened_us is not None:
            self.windows_us.append((self.opened_us, now_us))
            self.opened_us = None

    def active_us(self, now_us: int) -> int:
        """Length of the windows so far."""
        open_us = now_us - self.opened_us if self.opened_us is not None else 0
        return sum(end - start for start, end in self.windows_us) + open_us
