"""What happened inside a recorder, and when: which calls were sent, and whose results were there before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

Clock = Callable[[], float]
"""Seconds from any origin, never backwards."""


@dataclass(slots=True, kw_only=True)
class Call:
    """A primitive call. ``job``: its job in the keys of a workload file, without a name.

    ``learned`` is the place of the first call that was sent after this one's end was known, ``None`` where there is
    none. ``think_s`` is the client's own time before it: since the last result that came, or since the call before it.
    """

    job: Mapping[str, object]
    think_s: float = 0.0
    learned: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """An instant of one thread: the clock, and the same without the time that calls of this thread have taken."""

    thread: int
    clock_s: float
    own_s: float


@dataclass(slots=True)
class Log:
    """The calls in their order. Any thread may write; what one thread waited for counts as known to all."""

    clock: Clock
    calls: list[Call] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.local = field(default_factory=threading.local)
    _ended: set[int] = field(default_factory=set)
    _news: list[int] = field(default_factory=list)
    _last: Moment | None = None

    @property
    def busy(self) -> bool:
        """Whether this thread is inside something that is measured already."""
        return bool(getattr(self._thread, "depth", 0))

    @contextmanager
    def held(self) -> Iterator[Moment]:
        """Time that is not the client's own: a call, or waiting for a result. Yields the moment at which it begins."""
        thread = self._thread
        thread.depth = getattr(thread, "depth", 0) + 1
        begun = self.now()
        try:
            yield begun
        finally:
            thread.depth -= 1
            if not thread.depth:
                thread.held_s = getattr(thread, "held_s", 0.0) + self.clock() - begun.clock_s

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A call that is not recorded, and what it calls itself is not either; its time is the client's own."""
        self._thread.depth = getattr(self._thread, "depth", 0) + 1
        try:
            yield
        finally:
            self._thread.depth -= 1

    def now(self) -> Moment:
        """The present instant of the thread that asks."""
        clock_s = self.clock()
        own_s = clock_s - getattr(self._thread, "held_s", 0.0)
        return Moment(thread=threading.get_ident(), clock_s=clock_s, own_s=own_s)

    def sent(self, job: Mapping[str, object], begun: Moment) -> int:
        """Add a call that was begun at a moment; gives its place."""
        with self._lock:
            for place in self._news:
                self.calls[place].learned = len(self.calls)
            self._news.clear()
            self.calls.append(Call(job=job, think_s=self._since_last(begun)))
            self._last = replace(begun, clock_s=self.clock())
            return len(self.calls) - 1

    def ended(self, place: int) -> None:
        """Note that the client knows the end of the call at ``place``, from now on."""
        with self._lock:
            if place not in self._ended:
                self._ended.add(place)
                self._news.append(place)
                self._last = self.now()

    def _since_last(self, begun: Moment) -> float:
        """The client's own seconds; between two threads there is no telling what else one of them did."""
        if self._last is None:
            return 0.0
        same = self._last.thread == begun.thread
        return max(0.0, begun.own_s - self._last.own_s if same else begun.clock_s - self._last.clock_s)
