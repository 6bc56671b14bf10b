"""The primitives of a snippet: which jobs share one, what it is called, and where its noise model comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qplan.model.workload import Item, Job, Primitive
from qplan.render.snippet_code import Names, identifier
from qplan.render.snippet_options import Tree, learns_layers, options_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A primitive with its options. ``noise`` is the expression of its noise model, "" for none.

    ``circuits`` is the placeholder of the circuits whose layers are learned, "" where nothing is learned apart.
    """

    variable: str
    primitive: Primitive
    constant: str
    options: Tree
    noise: str = ""
    circuits: str = ""
    job: Job

    @property
    def class_name(self) -> str:
        """Qiskit's name of it."""
        return self.primitive.capitalize()


class Tools:
    """The primitives of a workload: jobs of equal options share one, unless it carries a noise model of its own."""

    def __init__(self, items: Sequence[Item], names: Names, *, learns_once: bool) -> None:
        self.made: dict[str, Tool] = {}
        self._names = names
        self._constants: dict[str, str] = {}
        self._repeated = {job.name for item in items for job in item.jobs if times_of(item, job) * item.iterations > 1}
        self._learns_once = learns_once
        jobs = [job for item in items for job in item.jobs]
        self._alone = {kind: len({self._key(j) for j in jobs if j.primitive is kind}) == 1 for kind in Primitive}
        self._one_set = len({repr(self._options(job)) for job in jobs} - {"{}"}) == 1
        self._models = sum(self._learns(job) or job.options.layer_noise_model for job in jobs)

    def of(self, job: Job) -> Tool:
        """The primitive that sends ``job``."""
        key = self._key(job)
        if key not in self.made:
            self.made[key] = self._make(job)
        return self.made[key]

    def _make(self, job: Job) -> Tool:
        base, options = identifier(job.name), self._options(job)
        alone = self._alone[job.primitive]
        noise = circuits = ""
        if self._learns(job):
            noise = "noise" if self._models == 1 else self._names.take(f"{base}_noise")
            circuits = self._names.take(f"{base}_circuits")
        elif job.options.layer_noise_model and job.primitive is Primitive.ESTIMATOR:
            noise = f"{self._names.take(f'{base}_noise')}()"
        return Tool(
            variable=str(job.primitive) if alone else self._names.take(f"{base}_{job.primitive}"),
            primitive=job.primitive,
            constant=self._constant(base, options) if options else "",
            options=options,
            noise=noise,
            circuits=circuits,
            job=job,
        )

    def _constant(self, base: str, options: Tree) -> str:
        key = repr(options)
        if key not in self._constants:
            self._constants[key] = "OPTIONS" if self._one_set else self._names.take(f"{base.upper()}_OPTIONS")
        return self._constants[key]

    def _key(self, job: Job) -> str:
        own = job.name if self._learns(job) or job.options.layer_noise_model else ""
        return repr((job.primitive, self._options(job), own))

    def _options(self, job: Job) -> Tree:
        return options_of(job, learned_apart=self._learns(job) or job.options.layer_noise_model)

    def _learns(self, job: Job) -> bool:
        return self._learns_once and job.name in self._repeated and learns_layers(job)


def times_of(item: Item, job: Job) -> int:
    """Requests of a step; copies of an item that does not loop are just more of them."""
    return job.count * (1 if item.iterations > 1 else item.copies)
