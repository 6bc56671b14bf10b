"""Jobs and loops of the file to nouns, and the checks that concern one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

from qplan.model.duration import Duration
from qplan.model.workload import Failure, FailureKind, Item, Job, OnFailure, Options, Primitive, Pub
from qplan.parse import schema_jobs
from qplan.parse.document import Path
from qplan.parse.findings import Findings
from qplan.parse.options import EXCLUSIVE, OTHER_PRIMITIVE, check_options, options_of, options_of_time
from qplan.parse.schema import WorkloadFile
from qplan.parse.spreads import NOTHING, Spreads

INSIDE_A_LOOP, NO_SUCH_NUMBER, DEEPER_THAN_DEPTH = "QP205", "QP217", "QP219"
ONE_GROUP, NO_EFFECT = "QP306", "QP307"
COUNTS = ("circuits", "parameter_sets", "observable_groups")
SIZES = ("depth", "two_qubit_depth", "two_qubit_gates")
OF_THE_LOOP = ("iterations", "copies", "think", "after")
_NO_OPTIONS = Options()


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Makes the items of a workload."""

    findings: Findings
    spreads: Spreads

    def items(self, file: WorkloadFile) -> tuple[Item, ...]:
        """Every entry of ``jobs:`` in the order of the file."""
        return tuple(self._item(shape, i) for i, shape in enumerate(file.jobs))

    def _item(self, shape: schema_jobs.Job | schema_jobs.Loop, i: int) -> Item:
        path: Path = ("jobs", i)
        if isinstance(shape, schema_jobs.Loop):
            name = shape.loop or f"loop-{i + 1}"
            jobs = tuple(self._inner(job, name, (*path, "jobs", k)) for k, job in enumerate(shape.jobs))
        else:
            name = shape.name or f"job-{i + 1}"
            jobs = (self._job(shape, name, path, shape.iterations * shape.copies),)
        return Item(
            name=name,
            jobs=jobs,
            iterations=shape.iterations,
            copies=shape.copies,
            think=self._think(shape, path),
            after=tuple(dict.fromkeys(shape.after or ())),
            is_loop=isinstance(shape, schema_jobs.Loop),
            mark=self.findings.mark(path),
        )

    def _think(self, shape: schema_jobs.Job | schema_jobs.Loop, path: Path) -> Duration | None:
        """Nothing repeats, nothing thinks; the profile's spread (``None``) in a loop that says nothing."""
        if shape.think is None:
            return None if shape.iterations > 1 else NOTHING
        return self.spreads.noun(shape.think, (*path, "think"))

    def _inner(self, shape: schema_jobs.Job, loop: str, path: Path) -> Job:
        for key in OF_THE_LOOP:
            if key in shape.model_fields_set:
                told = f"a job inside a loop has no {key} of its own; say it on the loop {loop!r}"
                self.findings.error(INSIDE_A_LOOP, told, (*path, key))
        return self._job(shape, shape.name or f"{loop}-{int(path[-1]) + 1}", path, 1)

    def _job(self, shape: schema_jobs.Job, name: str, path: Path, repeats: int) -> Job:
        primitive = Primitive(shape.primitive or "sampler")
        self._check(shape, primitive, path)
        given = "options" in shape.model_fields_set
        if given:
            check_options(shape.options, primitive, (*path, "options"), self.findings)
            self._check_stated(shape, path)
        maybe = self.spreads.maybe
        return Job(
            name=name,
            primitive=primitive,
            pubs=_pubs(shape, primitive),
            qubits=shape.qubits,
            options=options_of(shape.options) if given else _NO_OPTIONS,
            pec_gamma=shape.pec_gamma,
            noise_layers=shape.noise_layers,
            sub_jobs=shape.sub_jobs,
            qpu=maybe(shape.qpu, (*path, "qpu")),
            classical_before=maybe(shape.classical_before, (*path, "classical_before")),
            classical_after=maybe(shape.classical_after, (*path, "classical_after")),
            count=shape.count,
            failure=_failure(shape),
            mark=self.findings.mark(path),
        )

    def _check(self, shape: schema_jobs.Job, primitive: Primitive, path: Path) -> None:
        said = shape.model_fields_set
        if shape.pubs is not None:
            for key in COUNTS:
                if key in said:
                    told = f"{key} and pubs exclude each other: say it in each PUB"
                    self.findings.error(EXCLUSIVE, told, (*path, key))
        parts: Iterator[tuple[schema_jobs.Circuits, Path]] = (
            (pub, (*path, "pubs", i)) for i, pub in enumerate(shape.pubs or ())
        )
        for part, place in ((shape, path), *parts):
            self._check_circuits(part, primitive, place)

    def _check_stated(self, shape: schema_jobs.Job, path: Path) -> None:
        """Options say how quantum time is modelled; a stated one is taken as it is."""
        useless = options_of_time(shape.options) if shape.qpu is not None else []
        if useless:
            told = f"qpu states the quantum time, which {', '.join(useless)} cannot change"
            self.findings.warn(NO_EFFECT, told, (*path, "options"), "leave out one of the two")

    def _check_circuits(self, shape: schema_jobs.Circuits, primitive: Primitive, path: Path) -> None:
        if shape.shots is not None and shape.precision is not None:
            self.findings.error(EXCLUSIVE, "shots and precision exclude each other: keep one", (*path, "precision"))
        if shape.depth is not None and shape.circuit_duration is not None:
            told = "depth and circuit_duration exclude each other: keep one"
            self.findings.error(EXCLUSIVE, told, (*path, "circuit_duration"))
        if shape.precision is not None and primitive is Primitive.SAMPLER:
            told = "precision is for the estimator, and this is a sampler; give shots"
            self.findings.error(OTHER_PRIMITIVE, told, (*path, "precision"))
        if (shape.observable_groups or 1) > 1 and primitive is Primitive.SAMPLER:
            told = f"a sampler has no observables, yet its circuits are counted {shape.observable_groups:,} times"
            hint = "leave it out, or make it an estimator"
            self.findings.warn(ONE_GROUP, told, (*path, "observable_groups"), hint)
        if shape.depth is not None and (shape.two_qubit_depth or 0) > shape.depth:
            told = f"two_qubit_depth must be at most the depth of {shape.depth}, not {shape.two_qubit_depth}"
            self.findings.error(DEEPER_THAN_DEPTH, told, (*path, "two_qubit_depth"))


def check_failures(items: tuple[Item, ...], findings: Findings) -> None:
    """A failure of a job that is never sent is a slip of the pen."""
    for i, item in enumerate(items):
        for k, job in enumerate(item.jobs):
            most = job.count * item.iterations * item.copies
            if job.failure and max(job.failure.numbers) > most:
                path: Path = ("jobs", i, "jobs", k) if item.is_loop else ("jobs", i)
                told = f"there are {most:,} jobs {job.name!r}, so none has the number {max(job.failure.numbers):,}"
                findings.error(NO_SUCH_NUMBER, told, (*path, "failure", "numbers"))


def _pubs(shape: schema_jobs.Job, primitive: Primitive) -> tuple[Pub, ...]:
    if shape.pubs is None:
        return (_pub(shape, shape, primitive),)
    return tuple(_pub(pub, shape, primitive) for pub in shape.pubs)


def _pub(shape: schema_jobs.Circuits, job: schema_jobs.Job, primitive: Primitive) -> Pub:
    """What a PUB leaves open, its job says; shots and precision stand for each other, as depth and duration do."""
    sized = shape if shape.depth is not None or shape.circuit_duration is not None else job
    shots, precision = _shots(shape, job, primitive)
    seconds = sized.circuit_duration
    return Pub(
        circuits=shape.circuits or 1,
        parameter_sets=prod(shape.parameter_sets or (1,)),
        observable_groups=shape.observable_groups or 1,
        shots=shots,
        by_default=shots is not None and shape.shots is None and job.shots is None,
        precision=precision,
        depth=sized.depth,
        two_qubit_depth=job.two_qubit_depth if shape.two_qubit_depth is None else shape.two_qubit_depth,
        two_qubit_gates=job.two_qubit_gates if shape.two_qubit_gates is None else shape.two_qubit_gates,
        circuit_duration_s=None if seconds is None else float(seconds),
    )


def _shots(shape: schema_jobs.Circuits, job: schema_jobs.Job, primitive: Primitive) -> tuple[int | None, float | None]:
    """The PUB's own, else the job's, else the options'; the options' shots go before their precision."""
    for said in (shape, job):
        if said.shots is not None or said.precision is not None:
            return said.shots, said.precision
    options = job.options
    if options.default_shots is not None or primitive is Primitive.SAMPLER:
        return options.default_shots, None
    return None, options.default_precision


def _failure(shape: schema_jobs.Job) -> Failure | None:
    if shape.failure is None:
        return None
    failure = shape.failure
    return Failure(
        numbers=tuple(sorted(set(failure.numbers))),
        kind=FailureKind(failure.kind),
        at=failure.at,
        times=failure.times,
        then=OnFailure(failure.then),
    )
