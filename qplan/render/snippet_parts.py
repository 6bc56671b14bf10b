"""What a snippet is made of: the primitives, placeholders and variables of each item of a workload, all named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from qplan.model.workload import Container, End, Item, Job, Mode, Workload
from qplan.render.snippet_code import Names, identifier
from qplan.render.snippet_tools import Tool, Tools, times_of

IMPORTS = {
    "ThreadPoolExecutor": "concurrent.futures",
    "suppress": "contextlib",
    "count": "itertools",
    "sleep": "time",
    "Batch": "qiskit_ibm_runtime",
    "Estimator": "qiskit_ibm_runtime",
    "NoiseLearner": "qiskit_ibm_runtime",
    "QiskitRuntimeService": "qiskit_ibm_runtime",
    "Sampler": "qiskit_ibm_runtime",
    "Session": "qiskit_ibm_runtime",
    "IBMRuntimeError": "qiskit_ibm_runtime.exceptions",
}
"""Every name that a snippet may import, and from where."""

QISKIT = {name for name, module in IMPORTS.items() if module.startswith("qiskit")}

LOCALS = {
    "backend", "batch", "session", "pool", "job", "jobs", "result", "results", "parameters", "number", "copy",
    "future", "futures", "learner", "collect", "arrived", "service", "estimator", "sampler", "noise", "OPTIONS",
    "next_parameters", "circuits",
}  # fmt: skip
"""Names that snippets use for themselves."""

LARGEST_ORDERED = 200
"""Items beyond which nobody reads a snippet from top to bottom, and no single order is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A job of a step: ``times`` requests sent at once, their PUBs made by the placeholder ``pubs``."""

    job: Job
    tool: Tool
    pubs: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An item: what it sends, and the names of its variables; ``outcome`` holds what it leaves to others.

    ``after`` are places among the parts. ``single`` tells that ``sent`` is one job, not a list of jobs.
    """

    item: Item
    requests: tuple[Request, ...]
    after: tuple[int, ...]
    copies: int
    single: bool
    sent: str
    outcome: str
    parameters: str
    advance: str
    run: str
    future: str

    @property
    def loops(self) -> bool:
        """Whether each step needs the results of the one before."""
        return self.item.iterations > 1

    @property
    def one_job(self) -> bool:
        """Whether a step is a single request."""
        return sum(request.times for request in self.requests) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A workload in one mode. ``place`` is what primitives run in: ``backend``, ``batch`` or ``session``.

    ``ends`` tells that the place is closed; ``stop_after`` is the result that cancels the rest.
    """

    workload: Workload
    mode: Mode
    max_time: str
    parts: tuple[Part, ...]
    tools: tuple[Tool, ...]
    ends: bool
    stop_after: int | None

    @property
    def place(self) -> str:
        """The variable that primitives take as their mode."""
        return "backend" if self.mode is Mode.JOB else str(self.mode)

    @property
    def flat(self) -> bool:
        """Whether everything can be sent before anything is waited for."""
        return not any(part.loops or part.after for part in self.parts)

    @property
    def threaded(self) -> bool:
        """Whether a single thread would delay an item, or a copy, for which another one waits."""
        return not self.flat and (any(part.copies > 1 for part in self.parts) or not _is_chain(self.parts))


def script_of(workload: Workload, mode: Mode, max_time: str) -> Script:
    """The parts in an order in which each stands behind what it waits for."""
    items = _in_order(workload.items)
    container = {Mode.JOB: None, Mode.BATCH: workload.batch, Mode.SESSION: workload.session}[mode]
    stop_after = _stop_after(items, container)
    names = Names({*IMPORTS, *LOCALS})
    tools = Tools(items, names, learns_once=mode is Mode.SESSION or bool(container and container.reuse_noise_model))
    position = {item.name: place for place, item in enumerate(items)}
    parts = tuple(_part(item, position, tools, names, lists=stop_after is not None) for item in items)
    return Script(
        workload=workload,
        mode=mode,
        max_time=max_time if container else "",
        parts=parts,
        tools=tuple(tools.made.values()),
        ends=container is None or container.end is End.CLOSE or stop_after is not None,
        stop_after=stop_after,
    )


def _stop_after(items: Sequence[Item], container: Container | None) -> int | None:
    """The result that cancels the rest, if the workload has as many."""
    if container is None or container.end is not End.CANCEL or container.cancel_after is None:
        return None
    total = sum(item.iterations * item.copies * sum(job.count for job in item.jobs) for item in items)
    return container.cancel_after if container.cancel_after <= total else None


def _in_order(items: Sequence[Item]) -> tuple[Item, ...]:
    """What can be sent at once, then the others behind what they wait for; otherwise as in the file."""
    at_once = [item for item in items if not item.after and item.iterations == 1]
    place = {item.name: number for number, item in enumerate(items)}
    order = TopologicalSorter({item.name: item.after for item in items}).static_order()
    sent = {item.name for item in at_once}
    return (*at_once, *(items[place[name]] for name in order if name not in sent))


def _is_chain(parts: Sequence[Part]) -> bool:
    """Whether each part that waits needs all that the waiting parts before it waited for."""
    if len(parts) > LARGEST_ORDERED:
        return False
    before: list[set[int]] = []
    needed: set[int] = set()
    for place, part in enumerate(parts):
        before.append({*part.after}.union(*(before[earlier] for earlier in part.after)))
        if part.loops or part.after:
            if not needed <= before[place]:
                return False
            needed = {*part.after, place} if part.loops else {*part.after}
    return True


def _part(item: Item, position: dict[str, int], tools: Tools, names: Names, *, lists: bool) -> Part:
    base, alone = identifier(item.name), len(position) == 1
    requests = tuple(
        Request(
            job=job,
            tool=tools.of(job),
            pubs=names.take(f"{identifier(job.name)}_pubs"),
            times=times_of(item, job),
        )
        for job in item.jobs
    )
    loops = item.iterations > 1
    one = sum(request.times for request in requests) == 1 and not (lists and not loops)
    copies = item.copies if loops else 1

    def own(name: str) -> str:
        return name if alone else names.take(f"{base}_{name}")

    return Part(
        item=item,
        requests=requests,
        after=tuple(position[name] for name in item.after),
        copies=copies,
        single=one,
        sent=own("job" if one else "jobs"),
        outcome=own("result" if one and copies == 1 else "results"),
        parameters=own("parameters") if loops else "",
        advance=("next_parameters" if alone else names.take(f"next_{base}")) if loops else "",
        run=names.take(f"run_{base}"),
        future=own("future" if copies == 1 else "futures"),
    )
