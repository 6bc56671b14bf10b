"""A workload as the Qiskit program that runs it in one mode, once the user's circuits are filled in."""

from __future__ import annotations

import ast
from dataclasses import replace
from itertools import groupby

from qplan.model.workload import Mode, Workload
from qplan.render import numbers
from qplan.render.snippet_code import Expression, Group, Line, assign, call, deeper, flush, label, literal, source, then
from qplan.render.snippet_options import layer_learning_of, shots_in_pubs
from qplan.render.snippet_parts import IMPORTS, Part, Request, Script, Tool, script_of
from qplan.units import US_PER_S

CHECKED_AGAINST = "0.51"
"""The qiskit-ibm-runtime whose names are used; a test compares it, and every name, with the package's record."""

BLANK: list[Line] = [(0, "")]
CALENDAR = (("h", 3600), ("m", 60), ("s", 1))


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
        *(_threads(script) if script.threaded else _sequence(script)),
        *_notes(script),
    ]
    return source([*_header(script), *_imports(source(program)), *program])


def _hms(us: int | None) -> str:
    """A length of time as Qiskit reads it, such as ``2h 30m``."""
    if us is None:
        return ""
    rest, words = max(1, -(-us // US_PER_S)), []
    for unit, length_s in CALENDAR:
        amount, rest = divmod(rest, length_s)
        words += [f"{amount}{unit}"] if amount else []
    return " ".join(words)


def _header(script: Script) -> list[Line]:
    """Nothing of the user's in the first two lines, where Python would look for the encoding."""
    return flush(
        f"# Written by qplan; the names are those of qiskit-ibm-runtime {CHECKED_AGAINST}.",
        "# Fill in the functions that raise NotImplementedError.",
        f"# Workload {label(script.workload.name)} in {script.mode} mode.",
    )


def _imports(program: str) -> list[Line]:
    used = {node.id for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Name)}
    found = sorted((module, name) for name, module in IMPORTS.items() if name in used)
    standard = [pair for pair in found if not pair[0].startswith("qiskit")]
    others = [pair for pair in found if pair[0].startswith("qiskit")]
    lines: list[Line] = []
    for block in (standard, others):
        for module, names in groupby(block, key=lambda pair: pair[0]):
            lines += flush(f"from {module} import {', '.join(name for _, name in names)}")
        lines += BLANK if block else []
    return lines


def _backend(script: Script) -> list[Line]:
    backend = script.workload.backend
    if not backend.simulator:
        return flush(assign("backend", Group("QiskitRuntimeService().backend(", _text(backend.name), ")")))
    local = "QiskitRuntimeService(channel='local')"
    chosen: Expression = f"{local}.least_busy()"
    if backend.name.startswith("fake_"):
        chosen = Group(f"{local}.backend(", _text(backend.name), ")")
    return flush("# Local testing takes the modes, but schedules nothing.", assign("backend", chosen))


def _text(text: str) -> tuple[Expression, ...]:
    value = literal(text)
    return (Group("", value.parts, "", comma=False),) if isinstance(value, Group) else (value,)


# Placeholders ---------------------------------------------------------------------------------------------------------


def _placeholders(script: Script) -> list[Line]:
    lines: list[Line] = []
    for tool in script.tools:
        if tool.circuits:
            what = "return the circuits whose layers are learned"
            lines += _placeholder(tool.circuits, (), "", what)
        elif tool.noise:
            lines += _placeholder(tool.noise.removesuffix("()"), (), "", "return your noise model")
    for part in script.parts:
        for request in part.requests:
            lines += _placeholder(request.pubs, _pubs_of(part, request, script), _planned(request), "return your PUBs")
        if part.loops:
            comment = f"your optimiser, planned at {_think(part, script)}; result is None at first"
            comment = comment if part.one_job else comment.replace("result is", "results are")
            lines += _placeholder(part.advance, _advance_of(part, script), comment, "return the next parameters")
    return [*lines, *BLANK, *BLANK]


def _placeholder(name: str, arguments: tuple[Expression, ...], comment: str, what: str) -> list[Line]:
    body = [*flush(f"# {comment}")] if comment else []
    body += flush(f"raise NotImplementedError({what!r})")
    return [*BLANK, *BLANK, (0, then(call(f"def {name}", *arguments), ":")), *deeper(body)]


def _planned(request: Request) -> str:
    job = request.job
    circuits = numbers.counted(sum(pub.executed_circuits for pub in job.pubs), "circuit")
    if not shots_in_pubs(job):
        return f"planned: {circuits}"
    shots = sorted({pub.shots for pub in job.pubs if pub.shots is not None})
    if not shots:
        return f"planned: {circuits}; give each PUB its precision"
    told = f"{shots[0]} to {shots[-1]}" if len(shots) > 1 else f"{shots[0]}"
    return f"planned: {circuits}; give each PUB its shots, {told}"


def _think(part: Part, script: Script) -> str:
    think = part.item.think or script.workload.classical.think
    return f"{numbers.duration(think.median_us)} a step"


def _pubs_of(part: Part, request: Request, script: Script) -> tuple[str, ...]:
    """What the PUBs of a request are made from."""
    given = ("parameters",) if part.loops else _outcomes(part, script)
    return (*given, "number") if request.times > 1 else given


def _advance_of(part: Part, script: Script) -> tuple[str, ...]:
    """What the next parameters of a loop are made from."""
    result = "result" if part.one_job else "results"
    return ("parameters", result, *(("copy",) if part.copies > 1 else ()), *_outcomes(part, script))


def _outcomes(part: Part, script: Script) -> tuple[str, ...]:
    return tuple(script.parts[place].outcome for place in part.after)


def _constants(script: Script) -> list[Line]:
    constants = {tool.constant: tool.options for tool in script.tools if tool.constant}
    lines = [(0, assign(name, literal(options))) for name, options in constants.items()]
    return [*lines, *BLANK] if lines else []


# Sending --------------------------------------------------------------------------------------------------------------


def _sequence(script: Script) -> list[Line]:
    """One thread: everything is sent before anything is waited for, as far as the workload allows."""
    body = [*_learning(script)]
    for tool in script.tools:
        body += _tool(tool, script.place)
    waited: set[int] = set()
    for part in script.parts:
        for place in sorted(set(part.after) - waited):
            earlier = script.parts[place]
            body += [] if earlier.loops else _outcome(earlier, script)
        waited.update(part.after)
        body += _loop(part, script) if part.loops else _send(part, script)
    rest = [part for place, part in enumerate(script.parts) if place not in waited and not part.loops]
    results = [line for part in rest for line in _outcome(part, script)]
    if script.stop_after is None:
        after = [*BLANK, *results] if results and script.mode is not Mode.JOB else results
        return [*_within(script, body), *after]
    if script.flat:
        return [*_within(script, [*body, *_cancel(script)]), *_running_finish(), *results]
    return [*_collect(script), *_within(script, [*body, *results], "suppress(IBMRuntimeError)")]


def _within(script: Script, body: list[Line], *others: Expression) -> list[Line]:
    """``body`` in the batch or session, and in the ``others`` beside it."""
    managed = list(others)
    lines: list[Line] = []
    if script.mode is not Mode.JOB:
        limits = (f"max_time={script.max_time!r}",) if script.max_time else ()
        opened = call(str(script.mode).capitalize(), "backend=backend", *limits)
        if script.ends:
            last = [other for other in managed if str(other).startswith("ThreadPool")]
            first = [other for other in managed if other not in last]
            managed = [*first, then(opened, f" as {script.place}"), *last]
        else:
            lines += flush("# Left open, as the workload says (end: none): its time limits end it.")
            lines += flush(assign(script.place, opened))
    if not managed:
        return [*lines, *body]
    if len(managed) == 1:
        opening = then(_with(managed[0]), ":")
    else:
        opening = Group("with (", tuple(managed), "):")
    return [*lines, (0, opening), *deeper(body)]


def _with(manager: Expression) -> Expression:
    if isinstance(manager, str):
        return f"with {manager}"
    return replace(manager, opening=f"with {manager.opening}")


def _learning(script: Script) -> list[Line]:
    """Noise is learned once, where every job can use the model."""
    lines: list[Line] = []
    for tool in script.tools:
        if tool.circuits:
            learning = layer_learning_of(tool.job)
            options = (assign("options=", literal(learning)),) if learning else ()
            lines += flush(
                "# Learned once, for all jobs that follow.",
                assign("learner", call("NoiseLearner", f"mode={script.place}", *options)),
                f"{tool.noise} = learner.run({tool.circuits}()).result()",
            )
    return lines


def _tool(tool: Tool, place: str) -> list[Line]:
    options = (f"options={tool.constant}",) if tool.constant else ()
    lines = flush(assign(tool.variable, call(tool.class_name, f"mode={place}", *options)))
    if tool.noise:
        lines += flush(f"{tool.variable}.options.resilience.layer_noise_model = {tool.noise}")
    return lines


def _send(part: Part, script: Script) -> list[Line]:
    """Every job of a step, without waiting for any."""
    lines: list[Line] = []
    for request in part.requests:
        arguments = [part.parameters if name == "parameters" else name for name in _pubs_of(part, request, script)]
        run = call(f"{request.tool.variable}.run", call(request.pubs, *arguments))
        if part.sent.endswith("job"):
            return flush(assign(part.sent, run))
        repeated = (f"for number in range({request.times})",) if request.times > 1 else ()
        sign = " += [" if lines else " = ["
        lines += flush(Group(f"{part.sent}{sign}", (run, *repeated), "]", comma=False))
    return lines


def _loop(part: Part, script: Script) -> list[Line]:
    arguments = [part.parameters, part.outcome, *_advance_of(part, script)[2:]]
    body = [
        *flush(assign(part.parameters, call(part.advance, *arguments))),
        *_send(part, script),
        *_outcome(part, script),
    ]
    return [
        *flush(f"{part.parameters} = {part.outcome} = None", f"for _ in range({part.item.iterations}):"),
        *deeper(body),
    ]


def _outcome(part: Part, script: Script) -> list[Line]:
    """Wait for what was sent."""
    one = part.sent.endswith("job")
    if script.stop_after is not None and not script.flat:
        return flush(f"{part.outcome} = collect([{part.sent}])[0]" if one else f"{part.outcome} = collect({part.sent})")
    if one:
        return flush(f"{part.outcome} = {part.sent}.result()")
    done = ("if job.done()",) if script.stop_after is not None else ()
    parts = ("job.result()", f"for job in {part.sent}", *done)
    return flush(Group(f"{part.outcome} = [", parts, "]", comma=False))


# Threads --------------------------------------------------------------------------------------------------------------


def _threads(script: Script) -> list[Line]:
    """Items that go on side by side: a function for each, all started before any is waited for."""
    lines = _collect(script) if script.stop_after is not None else []
    lines += [line for part in script.parts for line in _thread(part, script)]
    workers = sum(part.copies for part in script.parts)
    body = [*_learning(script), *flush("# All are started before any is waited for, so their jobs overlap.")]
    body += [line for part in script.parts for line in _start(part, script)]
    pool = f"ThreadPoolExecutor(max_workers={workers}) as pool"
    return [*lines, *BLANK, *BLANK, *_within(script, body, pool), *BLANK, *_gather(script)]


def _thread(part: Part, script: Script) -> list[Line]:
    own = replace(part, sent="job" if part.one_job else "jobs", outcome="result" if part.one_job else "results")
    own = replace(own, parameters="parameters")
    body: list[Line] = flush(f"# {label(part.item.name)}: own primitive, own tags.")
    tags = (repr_of_label(part), *(("f'copy {copy}'",) if part.copies > 1 else ()))
    for tool in dict.fromkeys(request.tool.variable for request in part.requests):
        made = next(request.tool for request in part.requests if request.tool.variable == tool)
        body += _tool(made, script.place)
        body += flush(Group(f"{tool}.options.environment.job_tags = [", tags, "]"))
    for place in part.after:
        body += _await(script.parts[place])
    body += _loop(own, script) if part.loops else [*_send(own, script), *_outcome(own, script)]
    body += flush(f"return parameters, {own.outcome}" if part.loops else f"return {own.outcome}")
    arguments = [script.place, *(["copy"] if part.copies > 1 else [])]
    arguments += [script.parts[place].future for place in part.after]
    return [*BLANK, *BLANK, (0, then(call(f"def {part.run}", *arguments), ":")), *deeper(body)]
