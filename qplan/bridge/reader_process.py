"""Circuits are read in a process of their own.

A damaged or hostile file can make Qiskit ask for all memory, run for hours or end the process that reads it (it is
native code); then it is the reader that ends, and the file is told.
"""

from __future__ import annotations

import multiprocessing
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from time import monotonic
from typing import TYPE_CHECKING

from qplan.bridge.circuit_reader import has_timed_delays, read_circuits, written
from qplan.bridge.guard import guarded
from qplan.bridge.qpy_header import can_carry_code

if TYPE_CHECKING:
    from qiskit import QuantumCircuit

MOST_S = 60.0
"""Longest time for one file; OpenQASM 3 is the slowest, about 1 MiB a minute."""
MOST_TOTAL_S = 300.0
"""Longest time for all files that one reader, with those that replace it, is given."""
MOST_BYTES = 4 * 1024**3
"""Memory that a reader may take besides what Qiskit itself takes."""


class NoTimeError(ValueError):
    """All the time there is for reading has been taken: no other file can be read either."""


class ReaderProcess:
    """Reads files one after another; a context manager. A reader that ends, or takes too long, is replaced."""

    def __init__(
        self, most_s: float = MOST_S, most_bytes: int = MOST_BYTES, most_total_s: float = MOST_TOTAL_S
    ) -> None:
        self._most_s = most_s
        self._most_total_s = self._left_s = most_total_s
        self._most_bytes = most_bytes

    def __enter__(self) -> ReaderProcess:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, kind: str, data: bytes) -> list[QuantumCircuit]:
        """The circuits in a file of that kind.

        Raises ``ValueError`` with what is wrong with it, ``NoTimeError`` where it comes too late to be read.
        """
        started_s = monotonic()
        try:
            return self._read(kind, data)
        finally:
            self._left_s -= monotonic() - started_s

    def _read(self, kind: str, data: bytes) -> list[QuantumCircuit]:
        if self._left_s <= 0:
            raise NoTimeError(self._late)
        try:
            self._pipe.send((kind, data))
            if not self._pipe.poll(min(self._most_s, self._left_s)):
                late = self._left_s < self._most_s
                raise NoTimeError(self._late) if late else ValueError(f"took longer than {self._most_s:g} s to read")
            handed, fault = self._pipe.recv()
        except (EOFError, ConnectionError):
            self._restart()
            raise ValueError("damaged, or larger than memory: reading it ended the process that did") from None
        except ValueError:
            self._restart()
            raise
        if fault:
            raise ValueError(fault)
        # no limits here: what was read within the reader's takes about as much time and memory once more
        return read_circuits("qpy", handed) if handed else read_circuits(kind, data)

    @property
    def _late(self) -> str:
        return f"not read: all files together may take {self._most_total_s:g} s; import them in parts"

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would share Qiskit's threads, and hang
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=serve, args=(theirs, self._most_bytes), daemon=True)
        with guarded():  # it inherits where errors go, nowhere: its end, and an interrupt, are told here
            self._process.start()
        theirs.close()

    def _end(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.join()

    def _restart(self) -> None:
        self._end()
        self._start()


def serve(pipe: Connection, most_bytes: int) -> None:
    """The reader's own side: read what comes until nothing does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is the parent's business
    _bound_memory(most_bytes)
    with suppress(EOFError, ConnectionError):
        while True:
            kind, data = pipe.recv()
            try:
                pipe.send((_handed(kind, data), ""))
            except ValueError as error:
                pipe.send((b"", str(error)))


def _handed(kind: str, data: bytes) -> bytes:
    """The circuits of a program as QPY, which is read much faster; nothing where the file itself is to be read again.

    That is QPY without code, and what QPY would spoil: it keeps no unit of a delay (Qiskit issue 10662). Code in old
    QPY that is trusted runs here, and only once.
    """
    circuits = read_circuits(kind, data)
    if kind == "qpy":
        return written(circuits) if can_carry_code(data) else b""
    return b"" if any(map(has_timed_delays, circuits)) else written(circuits)


def _bound_memory(most_bytes: int) -> None:
    """Once Qiskit is there, let the process grow by so much and no more (where the system can)."""
    import qiskit.qasm2
    import qiskit.qpy  # noqa: F401

    try:
        import resource
    except ImportError:
        return
    with suppress(OSError, ValueError):
        with open("/proc/self/statm", encoding="ascii") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + most_bytes, now + most_bytes))
