"""A recorder that stands where a session, a batch or a backend stands, and turns a script's calls into a workload."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections import Counter
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any

from qplan import __version__
from qplan.bridge.document import checked, workload_text
from qplan.bridge.need import need, version_of
from qplan.bridge.recorder_hooks import Run, shut_service, watch_calls, watch_end
from qplan.bridge.recorder_log import Clock, Log
from qplan.bridge.recorder_places import backend_and_device, hint, is_real, session_on, too_large
from qplan.bridge.recorder_pubs import Describer, Sent, backend_of, mode_of, sent_by
from qplan.bridge.recorder_results import made_up, made_up_job
from qplan.bridge.recorder_save import check_writable, saved
from qplan.bridge.recorder_steps import Document, Pace, jobs_of, left_out_s
from qplan.errors import QplanError, UsageError
from qplan.model.workload import Mode
from qplan.parse import catalog
from qplan.parse.durations import parse_duration
from qplan.parse.reader import shown
from qplan.say import say_us
from qplan.units import US_PER_S, us_from_s

if TYPE_CHECKING:
    from qiskit.providers import BackendV2
    from qiskit_ibm_runtime import Session

TOLD_GAPS_S = 0.1
"""From how many seconds in all it is told that gaps between calls sent together are left out."""

_lock = threading.Lock()
_open: list[Recording] = []
"""The recorder that is open: one in the whole process."""


class MadeUpWarning(UserWarning):
    """The results that a recorder hands to a script are made up."""


def record(
    backend: BackendV2 | str,
    *,
    mode: str = "job",
    execute: bool = True,
    max_time: int | str | None = None,
    save: str | os.PathLike[str] | None = None,
    name: str = "recorded",
    plan: str | None = None,
    think: str | float | None = None,
    submission: str | float | None = None,
    transpile: int | None = None,
    reference: bool = False,
    seed: int = 0,
    clock: Clock = time.perf_counter,
) -> Recording:
    """A context that stands where ``Session(backend)``, ``Batch(backend)`` or the backend itself stands.

    ``with qplan.record(backend, mode="session", save="vqe.yaml") as session:`` records every call of a primitive
    inside, and gives a real session (batch, backend) that never leaves this machine.

    ``backend``: a fake backend, a simulator, a device of the service (with ``execute=False``), or a device's name.
    ``mode``: ``job``, ``batch`` or ``session``; ``max_time`` as ``Session`` takes it. ``execute=False`` runs nothing
    and hands back made-up results, drawn with ``seed``. ``save``: the workload file that is written at the end.
    ``name`` and ``plan`` go into that file. ``think`` stands in for the client's own times between calls, which are
    else measured with ``clock`` (seconds); to these ``submission`` is added, which is what sending a job takes (as
    measured on the service, unless said). ``transpile``: the level (0 to 3) at which circuits that are not ISA are
    transpiled for their figures. ``reference``: calls of primitives without a backend (``StatevectorEstimator``) are
    recorded as though they were the service's.

    Raises ``UsageError`` for what cannot be recorded, ``WorkloadError`` for a name, plan or time that a workload file
    cannot have, and ``UsageError`` on entry when another recorder is open.
    """
    need("record", "qiskit_ibm_runtime")
    if mode not in tuple(Mode):
        raise UsageError(f"mode: job, batch or session, not {mode!r:.80}")
    if transpile not in (None, 0, 1, 2, 3):
        raise UsageError(f"transpile: a level from 0 to 3, not {transpile!r:.80}")
    if mode == "job" and max_time is not None:
        raise UsageError("max_time limits a session or a batch: give mode='session' or mode='batch'")
    return Recording(
        given=backend,
        mode=str(mode),
        execute=execute,
        max_time=max_time,
        save_to=save,
        name=name,
        plan=plan,
        pace=_pace(think, submission),
        level=transpile,
        reference=reference,
        seed=seed,
        clock=clock,
    )


class Recording:
    """What was recorded, from the first call on; ``record`` makes one. As a context it is used once.

    ``compare``, ``recommend`` and ``simulate`` take it as the workload that it is.

    Any thread may send calls while it is open. What one thread waited for counts as known to all of them.
    """

    def __init__(
        self,
        *,
        given: BackendV2 | str,
        mode: str,
        execute: bool,
        max_time: int | str | None,
        save_to: str | os.PathLike[str] | None,
        name: str,
        plan: str | None,
        pace: Pace,
        level: int | None,
        reference: bool,
        seed: int,
        clock: Clock,
    ) -> None:
        import numpy as np

        self._backend, self._device = backend_and_device(given, execute=execute)
        self._mode, self._execute, self._max_time = mode, execute, max_time
        self._save_to, self._name, self._plan, self._pace = save_to, name, plan, pace
        self._reference, self._seed = reference, seed
        self._describer = Describer(device=self._device, level=level, seed=seed)
        self._random = np.random.default_rng(seed)
        self._log = Log(clock)
        self._lock = threading.Lock()
        self._stack: ExitStack | None = None
        self._modes: Counter[str] = Counter()
        self._left_out: dict[str, None] = {}
        self._failed: dict[int, str] = {}
        self._elsewhere = self._refused = 0
        self._others: Counter[str] = Counter()
        self._broken = ""
        # What is wrong with it is better told now than after an hour of work.
        checked(workload_text(self._head() | {"jobs": [{"name": "any"}]}), "<recording>")

    def __enter__(self) -> BackendV2 | Session:
        """The session, batch or backend that primitives take as their ``mode``."""
        if self._stack is not None:
            raise UsageError("a recorder is used once: call qplan.record again for another recording")
        if self._save_to is not None:
            check_writable(self._save_to)
        with ExitStack() as stack:
            self._claim(stack)
            shut_service(stack)
            watch_calls(self._called, self._other, stack)
            place: BackendV2 | Session = self._backend
            if self._mode != "job":
                place = stack.enter_context(session_on(self._backend, self._mode, self._max_time))
            if not self._execute:
                told = f"results on {self._device.name} are made up, and iterations that depend on them an assumption"
                warnings.warn(f"qplan.record executes nothing: {told}", MadeUpWarning, stacklevel=2)
            elif told := too_large(self._backend):
                warnings.warn(f"qplan.record executes: {told}", RuntimeWarning, stacklevel=2)
            self._stack = stack.pop_all()
        return place

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Give everything back as it was, and save what was recorded; an exception of the script passes on."""
        assert self._stack is not None
        self._stack.close()
        self._broken = kind.__name__ if kind else ""
        if self._save_to is None:
            return
        try:
            self.save(self._save_to)
        except QplanError as unsaved:
            if error is None:
                raise
            error.add_note(f"qplan: the recording up to here is not saved: {unsaved}")

    def __len__(self) -> int:
        """How many calls were recorded."""
        return len(self._log.calls)

    def __repr__(self) -> str:
        """The device, the mode and the number of calls."""
        return f"<Recording of {_counted(len(self), 'call')} on {self._device.name}, {self.mode} mode>"

    @property
    def mode(self) -> str:
        """The mode asked for; where all calls ran in sessions or batches of the script's own, that."""
        used = list(self._modes)
        return used[0] if self._mode == "job" and len(used) == 1 else self._mode

    @property
    def document(self) -> Document:
        """The workload in the keys of a workload file. Raises ``UsageError`` where nothing was recorded."""
        if not self._log.calls:
            raise UsageError(self._nothing())
        return self._head() | {"jobs": jobs_of(self._log.calls, self._pace)}

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the workload should know, a line each: they stand at the head of the file."""
        return tuple(note for note in (*self._told_of_run(), *self._told_of_calls()) if note)

    def to_yaml(self) -> str:
        """The workload file as text, with ``notes`` as its comments."""
        return workload_text(self.document, self.notes)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Check the workload and write its file, whole or not at all.

        Raises ``UsageError`` where nothing was recorded, ``WorkloadError`` and ``FileError``.
        """
        text = self.to_yaml()
        checked(text, shown(os.fspath(path)))
        saved(text, path)

    def _head(self) -> Document:
        """What the file says beside its jobs."""
        document: Document = {"qplan": 1, "name": self._name, "mode": self.mode, "backend": self._device.backend}
        if self._plan is not None:
            document["plan"] = self._plan
        if self._max_time is not None:
            document[self._mode] = {"max_time": self._max_time}
        return document

    def _claim(self, stack: ExitStack) -> None:
        with _lock:
            if _open:
                raise UsageError("a recorder is open already, and there is one at a time: leave its context first")
            _open.append(self)
        stack.callback(_open.clear)

    def _called(self, original: Run, primitive: Any, arguments: tuple[Any, ...], words: dict[str, Any]) -> Any:  # noqa: ANN401
        """Record a call of a primitive and answer it; one inside another, or on another backend, just goes on."""
        if self._log.busy:
            return original(primitive, *arguments, **words)
        if not self._is_ours(backend_of(primitive)):
            self._elsewhere += 1
            with self._log.aside():
                return original(primitive, *arguments, **words)
        with self._log.held() as begun:
            sent, bound = sent_by(original, primitive, arguments, words)
            with self._lock:
                job = self._describer.job(sent)
            answer = self._answer(original, primitive, bound, sent)
            with self._lock:
                self._modes[mode_of(primitive)] += 1
                self._left_out |= dict.fromkeys(sent.left_out)
            place = self._log.sent(job, begun)
            watch_end(answer, self._log.held, partial(self._ended, place))
        return answer

    def _answer(self, original: Run, primitive: Any, bound: Any, sent: Sent) -> Any:  # noqa: ANN401
        """The job that the primitive makes, or one that has made-up results."""
        if self._execute:
            try:
                return original(*bound.args, **bound.kwargs)
            except Exception:
                self._refused += 1
                raise
        _check_open(primitive)
        with self._lock:
            results = made_up(sent.primitive, sent.pubs, sent.options, self._random)
        return made_up_job(sent.primitive, sent.pubs, results, backend_of(primitive))

    def _ended(self, place: int, error: Exception | None) -> None:
        self._log.ended(place)
        if error is not None and place not in self._failed:
            self._failed[place] = type(error).__name__
            if told := hint(self._backend):
                error.add_note(told)

    def _other(self, original: Run, sender: Any, arguments: tuple[Any, ...], words: dict[str, Any]) -> Any:  # noqa: ANN401
        """Work that is no call of a primitive: not in the file, and never done where nothing is executed."""
        if self._log.busy:
            return original(sender, *arguments, **words)
        kind = type(sender).__name__
        if not self._execute:
            raise UsageError(f"{kind} cannot be recorded without executing it: leave it out of what is recorded")
        self._others[kind] += 1
        with self._log.held():
            return original(sender, *arguments, **words)

    def _is_ours(self, backend: Any) -> bool:  # noqa: ANN401
        if backend is None:
            return self._reference
        same = is_real(backend) and is_real(self._backend) and backend.name == self._backend.name
        return same or backend is self._backend

    def _nothing(self) -> str:
        told = f"nothing was recorded: no primitive ran on {self._device.name} inside the context"
        if not self._elsewhere:
            return told
        return f"{told}, and {_counted(self._elsewhere, 'call')} went elsewhere (reference=True records those of none)"

    def _told_of_run(self) -> list[str]:
        versions = " and ".join(f"{package} {version_of(package)}" for package in ("qiskit", "qiskit-ibm-runtime"))
        calls = _counted(len(self), "primitive call")
        told = [f"Recorded by qplan {__version__} with {versions}: {calls} on {self._device.name}."]
        if self._execute:
            told.append("Executed in local testing mode; the time that took is not counted.")
        else:
            told.append(
                f"NOTHING WAS EXECUTED: the results handed to the script were made up (seed {self._seed}). "
                "How often it iterates, and what it sends then, is an assumption."
            )
        if self._pace.stated is None:
            added = f"and {say_us(self._pace.added_us)} for each submission"
            told.append(f"think: the script's own time between calls, measured on this machine, {added}.")
        if self._broken:
            told.append(f"THE SCRIPT ENDED EARLY ({self._broken}): this is what it had sent by then.")
        if self._describer.transpiles:
            told.append(f"Circuits were transpiled for {self._device.name}, level {self._describer.level}.")
        return told

    def _told_of_calls(self) -> list[str]:
        told = [*self._device.notes]
        if self._left_out:
            told.append(f"Options that a workload file has no place for: {', '.join(self._left_out)}.")
        if (gaps_s := left_out_s(self._log.calls)) >= TOLD_GAPS_S:
            spent = say_us(round(gaps_s * US_PER_S))
            told.append(f"Left out: {spent} between calls that were sent without waiting for a result in between.")
        if set(self._modes) - {self.mode}:
            ran = ", ".join(f"{count} in {mode} mode" for mode, count in sorted(self._modes.items()))
            told.append(f"The calls ran in more than one mode ({ran}); a workload has one.")
        for place, kind in sorted(self._failed.items()):
            told.append(f"Call {place + 1} failed when it was executed ({kind}); the file has it as one that succeeds.")
        if self._refused:
            told.append(f"{_counted(self._refused, 'call')} refused before it was sent: not in the file.")
        if self._elsewhere:
            told.append(f"{_counted(self._elsewhere, 'call')} on other backends or on none: not in the file.")
        for kind, count in sorted(self._others.items()):
            told.append(f"{_counted(count, 'run')} of {kind}: not in the file.")
        return told


def _pace(think: str | float | None, submission: str | float | None) -> Pace:
    """Think times as asked for. Raises ``UsageError`` for what is no duration."""
    asked_us: dict[str, int] = {}
    for name, value in (("think", think), ("submission", submission)):
        try:
            asked_us |= {} if value is None else {name: us_from_s(parse_duration(value))}
        except ValueError as error:
            raise UsageError(f"{name}: {error}") from error
    # Thinking where a workload says nothing is what sending a job takes by itself (data/classical/default.yaml).
    return Pace(stated=think, added_us=asked_us.get("submission", catalog.classical_defaults("").think.median_us))


def _check_open(primitive: Any) -> None:  # noqa: ANN401
    """As a session does: closed, it takes no more calls."""
    place = getattr(primitive, "mode", None)
    if place is not None and not getattr(place, "_active", True):
        from qiskit_ibm_runtime.exceptions import IBMRuntimeError

        raise IBMRuntimeError("The session is closed.")


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
