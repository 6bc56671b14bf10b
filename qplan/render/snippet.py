"""A workload as the Qiskit program that runs it in one mode, once the user's circuits are filled in."""

from __future__ import annotations

import ast
from itertools import groupby

from qplan.model.workload import Mode, Primitive, Workload
from qplan.render import numbers
from qplan.render.snippet_code import (
    WIDTH,
    Expression,
    Group,
    Line,
    assign,
    call,
    deeper,
    flush,
    label,
    literal,
    source,
    then,
)
from qplan.render.snippet_flow import advance_arguments, in_order, pubs_arguments
from qplan.render.snippet_options import shots_in_pubs
from qplan.render.snippet_parts import IMPORTS, QISKIT, Part, Request, Script, script_of
from qplan.render.snippet_threads import side_by_side
from qplan.units import US_PER_S

CHECKED_AGAINST = "0.51"
"""The qiskit-ibm-runtime whose names are used; a test compares it, and every name, with a record of the package."""

GAP = ("", "")
UNITS_S = {"h": 3600, "m": 60, "s": 1}
MODE_NOTES = (
    '# Limits in seconds: {place}.details()["max_time"] and ["interactive_timeout"].',
    "# REST: PATCH /sessions/{{id}} accepting_jobs=false closes, DELETE .../close cancels.",
    "# Usage: {place}.usage(); of each job: job.usage(); its times: job.metrics().",
)
JOB_NOTES = ("# Usage: job.usage(); times: job.metrics().",)


def snippet(workload: Workload, mode: Mode, max_time_us: int | None) -> str:
    """A Qiskit program that runs ``workload`` in ``mode``; ends with a newline.

    ``max_time_us`` limits the batch or session, in microseconds, rounded up to whole seconds; ``None`` leaves it
    to the service. Lines have at most 88 columns; the workload's texts stand in it by their ``repr()`` only.
    """
    script = script_of(workload, mode, _hms(max_time_us))
    program = [
        *_backend(script),
        *_placeholders(script),
        *_constants(script),
        *(side_by_side(script) if script.threaded else in_order(script)),
        *_notes(script),
    ]
    return source([*_header(script), *_imports(source(program)), *program])


def _hms(us: int | None) -> str:
    """A length of time as Qiskit reads it, such as ``2h 30m``."""
    if us is None:
        return ""
    rest, words = max(1, -(-us // US_PER_S)), []
    for unit, length_s in UNITS_S.items():
        amount, rest = divmod(rest, length_s)
        words += [f"{amount}{unit}"] if amount else []
    return " ".join(words)


def _header(script: Script) -> list[Line]:
    """Nothing of the user's in the first two lines: Python looks for the encoding there."""
    return flush(
        f"# Written by qplan; the names are those of qiskit-ibm-runtime {CHECKED_AGAINST}.",
        "# Fill in the functions that raise NotImplementedError.",
        f"# Workload {label(script.workload.name)} in {script.mode} mode.",
    )


def _imports(program: str) -> list[Line]:
    used = {node.id for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Name)}
    found = sorted((name in QISKIT, module, name) for name, module in IMPORTS.items() if name in used)
    lines: list[Line] = []
    for _, block in groupby(found, key=lambda row: row[0]):
        for module, names in groupby(block, key=lambda row: row[1]):
            lines += flush(_import(module, tuple(name for *_, name in names)))
        lines += flush("")
    return lines


def _import(module: str, names: tuple[str, ...]) -> Expression:
    line = f"from {module} import {', '.join(names)}"
    return line if len(line) <= WIDTH else Group(f"from {module} import (", names, ")")


def _backend(script: Script) -> list[Line]:
    backend = script.workload.backend
    if not backend.simulator and not backend.name.startswith("fake_"):
        return flush(_chosen("QiskitRuntimeService().backend", backend.name))
    told, local = "# Local testing takes the modes, but schedules nothing.", "QiskitRuntimeService(channel='local')"
    if backend.name.startswith("fake_"):
        return flush(told, _chosen(f"{local}.backend", backend.name))
    return flush(told, f"backend = {local}.least_busy()")


def _chosen(choose: str, name: str) -> Expression:
    value = literal(name)
    if isinstance(value, Group):
        return Group(f"backend = {choose}(", value.parts, ")", comma=False)
    return assign("backend", call(choose, value))


def _placeholders(script: Script) -> list[Line]:
    lines: list[Line] = []
    for tool in script.tools:
        if tool.circuits:
            lines += _placeholder(tool.circuits, (), "", "return the circuits whose layers are learned")
        elif tool.noise:
            lines += _placeholder(tool.noise.removesuffix("()"), (), "", "return your noise model")
    for part in script.parts:
        for request in part.requests:
            arguments = pubs_arguments(part, request, script)
            lines += _placeholder(request.pubs, arguments, _planned(request), "return your PUBs")
        if part.loops:
            arguments = advance_arguments(part, script)
            lines += _placeholder(part.advance, arguments, _optimiser(part, script), "return the next parameters")
    return [*lines, *flush(*GAP)]


def _placeholder(name: str, arguments: tuple[str, ...], comment: str, what: str) -> list[Line]:
    body = [*flush(f"# {comment}")] if comment else []
    body += flush(f"raise NotImplementedError({what!r})")
    return [*flush(*GAP), (0, then(call(f"def {name}", *arguments), ":")), *deeper(body)]


def _planned(request: Request) -> str:
    job = request.job
    circuits = f"planned: {numbers.counted(sum(pub.executed_circuits for pub in job.pubs), 'circuit')}"
    if not shots_in_pubs(job):
        return circuits
    if job.primitive is Primitive.ESTIMATOR:
        return f"{circuits}; give each PUB its own precision"
    shots = sorted({pub.shots for pub in job.pubs if pub.shots is not None})
    told = f"{shots[0]} to {shots[-1]}" if len(shots) > 1 else f"{shots[0]}"
    return f"{circuits}; give each PUB its shots, {told}"


def _optimiser(part: Part, script: Script) -> str:
    think = part.item.think or script.workload.classical.think
    first = "result is None" if part.one_job else "results are None"
    planned = f" (planned: {numbers.duration(think.median_us)} a step)" if think.median_us else ""
    return f"your optimiser{planned}; at first {first}"


def _constants(script: Script) -> list[Line]:
    constants = {tool.constant: tool.options for tool in script.tools if tool.constant}
    lines = [(0, assign(name, literal(options))) for name, options in constants.items()]
    return [*lines, *flush("")] if lines else []


def _notes(script: Script) -> list[Line]:
    notes = JOB_NOTES if script.mode is Mode.JOB else MODE_NOTES
    return flush("", *(note.format(place=script.place) for note in notes))
