"""Circuits in files to the text of a workload file: what ``qplan import`` does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from qplan import __version__
from qplan.bridge import observables as obs
from qplan.bridge.device import Device, device_of
from qplan.bridge.document import checked, workload_text
from qplan.bridge.facts import delays_of
from qplan.bridge.jobs import Facts, coerced, job_of
from qplan.bridge.need import need, version_of
from qplan.bridge.parameters import read_values
from qplan.bridge.reader_process import ReaderProcess
from qplan.bridge.reading import ReadFile, read_files, stem
from qplan.bridge.ready import Ready, Wanted, ready_circuits
from qplan.errors import FileError, UsageError
from qplan.parse import catalog

MOST_FILES_TOLD = 20
_NESTED = "as in a PUB they are paired: for each observable at each set, write every observable as a list of its own"
_PUB = re.compile(r"PUB (\d+): ")


class JobPer(StrEnum):
    """What becomes a job of its own: all circuits together, each file, or each circuit."""

    ALL = "all"
    FILE = "file"
    CIRCUIT = "circuit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """What the command line asks for; what it leaves open is left to the workload file's defaults.

    ``level`` is that of the transpiler (``None``: circuits must be ISA), ``seed`` its seed. ``observables`` and
    ``parameters`` are files; ``parameter_sets`` stands for values that are not known yet.
    """

    paths: Sequence[str]
    backend: str | None = None
    level: int | None = None
    seed: int = 0
    primitive: str | None = None
    shots: int | None = None
    precision: float | None = None
    observables: str | None = None
    parameters: str | None = None
    parameter_sets: int | None = None
    measure_all: bool = False
    resilience_level: int | None = None
    name: str | None = None
    plan: str | None = None
    job_per: JobPer = JobPer.ALL
    trust: bool = False

    @property
    def kind(self) -> str:
        """The primitive: as asked for, else the one that takes observables if there are any."""
        return self.primitive or ("estimator" if self.observables else "sampler")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """Everything that the request names, read."""

    device: Device
    files: list[ReadFile]
    wanted: Wanted


def imported(request: ImportRequest, file: str = "<workload>") -> str:
    """The text of the workload file, which is valid as ``file``.

    Raises ``UsageError`` with a line for each circuit that cannot be imported, ``FileError`` where a file cannot be
    read, ``WorkloadError`` where the service would refuse the workload.
    """
    need("import", "qiskit_ibm_runtime")
    _check(request)
    read = _read(request)
    ready = ready_circuits(read.files, read.device, read.wanted)
    facts = Facts(read.device)
    document: dict[str, object] = {"qplan": 1, "name": _name(request), "backend": read.device.backend}
    if request.plan is not None:
        document["plan"] = request.plan
    document["jobs"] = _jobs(request, ready, facts)
    text = workload_text(document, [*_comments(request, read, ready), *facts.notes])
    checked(text, file)
    return text


def _check(request: ImportRequest) -> None:
    """What in the request contradicts itself."""
    estimator = request.kind == "estimator"
    sampler = f"the sampler, and this is an estimator{'' if request.primitive else ' (--observables)'}"
    wrong = [
        estimator and request.shots is not None and f"--shots is for {sampler}: give --precision",
        estimator and request.measure_all and f"--measure-all is for {sampler}: it measures by itself",
        estimator and request.observables is None and "an estimator needs --observables FILE",
        not estimator and request.precision is not None and "--precision is for the estimator: give --shots",
        not estimator and request.observables is not None and "--observables are for the estimator",
        not estimator and request.resilience_level is not None and "--resilience-level is for the estimator",
        request.parameters is not None
        and request.parameter_sets is not None
        and "give --parameters or --parameter-sets, not both",
    ]
    told = [line for line in wrong if line]
    if told:
        raise UsageError("\n".join(told))


def _read(request: ImportRequest) -> _Read:
    """The files, while a process of its own reads the circuits; every fault of any of them at once."""
    unread: list[str] = []
    wrong: list[str] = []

    def tried(read: Any, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever is read
        try:
            return read(*args, **more)
        except FileError as error:
            unread.append(str(error))
        except UsageError as error:
            wrong.append(str(error))
        return None

    with ReaderProcess() as process:  # it starts while the device is made
        device = tried(device_of, request.backend or catalog.defaults()["backend"])
        files = tried(read_files, request.paths, trust=request.trust, process=process)
    observables = tried(obs.read_observables, request.observables) if request.observables else None
    values = tried(read_values, request.parameters) if request.parameters else None
    if unread:
        raise FileError("\n".join((*unread, *wrong)))
    if wrong:
        raise UsageError("\n".join(wrong))
    wanted = Wanted(
        primitive=request.kind,
        level=request.level,
        seed=request.seed,
        measure_all=request.measure_all,
        observables=observables,
        values=values,
        sets=request.parameter_sets,
    )
    return _Read(device=device, files=files, wanted=wanted)


def _jobs(request: ImportRequest, ready: Sequence[Ready], facts: Facts) -> list[dict[str, object]]:
    """The jobs; what Qiskit says of a PUB is told of its circuit, and of all circuits at once."""
    options = {} if request.resilience_level is None else {"resilience_level": request.resilience_level}
    jobs: list[dict[str, object]] = []
    wrong: list[str] = []
    names = _Names()
    for name, circuits in _grouped(request, ready):
        try:
            pubs = coerced(request.kind, [it.pub for it in circuits], shots=request.shots, precision=request.precision)
            jobs.append(job_of(request.kind, pubs, options, facts.device, name=names.unused(name), facts=facts))
        except UsageError as error:
            wrong += [_labelled(line, circuits) for line in str(error).splitlines()]
    if wrong:
        raise UsageError("\n".join(wrong))
    return jobs


def _grouped(request: ImportRequest, ready: Sequence[Ready]) -> Iterator[tuple[str, list[Ready]]]:
    """The circuits of each job with a name for it."""
    match request.job_per:
        case JobPer.ALL:
            yield _name(request), list(ready)
        case JobPer.FILE:
            for file, circuits in groupby(ready, key=lambda it: it.file):
                yield stem(file), list(circuits)
        case JobPer.CIRCUIT:
            for it in ready:
                yield stem(it.file), [it]


class _Names:
    """Names of jobs, each used once."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def unused(self, name: str) -> str:
        number = self._used[name] = self._used.get(name, 0) + 1
        return name if number == 1 else self.unused(f"{name}-{number}")


def _labelled(line: str, circuits: Sequence[Ready]) -> str:
    found = _PUB.match(line)
    told = f"{circuits[int(found[1]) - 1].label}: {line[found.end() :]}" if found else line
    return f"{told.rstrip('.')}; {_NESTED}" if "not broadcastable" in told else told


def _name(request: ImportRequest) -> str:
    """The workload's name: as asked for, else that of the only file or folder."""
    if request.name is not None:
        return request.name
    return stem(request.paths[0]) if len(request.paths) == 1 else "import"


def _comments(request: ImportRequest, read: _Read, ready: Sequence[Ready]) -> Iterator[str]:
    """What the file was made from, with what, and on which terms."""
    qiskit, runtime = version_of("qiskit"), version_of("qiskit-ibm-runtime")
    yield f"Imported by qplan {__version__} with Qiskit {qiskit} and qiskit-ibm-runtime {runtime}, from:"
    for file in read.files[:MOST_FILES_TOLD]:
        yield f"- {_told(file)}"
    if len(read.files) > MOST_FILES_TOLD:
        yield f"- and {len(read.files) - MOST_FILES_TOLD:,} more files"
    yield (
        f"Durations are those of {read.device.name}: ALAP scheduling at optimization level 0, then Qiskit's "
        "estimate_duration. Measurements and the resets that a circuit states are in them; rep_delay is not (the usage "
        "model adds it), nor is the reset before each execution (which some usage models count)."
    )
    transpiled = sum(it.transpiled for it in ready)
    if transpiled:
        share = f"{transpiled:,} of {len(ready):,} circuits"
        yield f"Transpiled for it: {share}, at level {request.level} with seed {request.seed}."
    if any(file.told.startswith("QPY") and _delays(file) for file in read.files):
        yield "QPY keeps no unit of a delay (Qiskit issue 10662): delays are taken as they were read, in cycles (dt)."
    if request.measure_all:
        yield "Measurements of all qubits were added to circuits without any."
    if read.wanted.observables is not None:
        yield f"Observables: {obs.told(read.wanted.observables)}, grouped qubit-wise."
    if request.parameter_sets is not None:
        yield f"Values of parameters are not known yet: {request.parameter_sets:,} sets of each circuit that has any."


def _delays(file: ReadFile) -> bool:
    return any(True for it in file.circuits for _ in delays_of(it.circuit))


def _told(file: ReadFile) -> str:
    count = len(file.circuits)
    name = os.path.basename(file.name) if os.path.isabs(file.name) else file.name  # where it lies is nobody's business
    return f"{name}: {count:,} circuit{'' if count == 1 else 's'}, {file.told}"
