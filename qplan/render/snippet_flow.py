"""The body of a snippet in one thread: what is sent, when it is waited for, and what surrounds it."""

from __future__ import annotations

from dataclasses import replace

from qplan.model.workload import Mode
from qplan.render.snippet_code import (
    WIDTH,
    Expression,
    Group,
    Line,
    assign,
    call,
    deeper,
    flush,
    literal,
    one_line,
    then,
)
from qplan.render.snippet_options import layer_learning_of
from qplan.render.snippet_parts import Part, Request, Script
from qplan.render.snippet_tools import Tool

GAP = ("", "")
SUPPRESS = "suppress(IBMRuntimeError)"


def in_order(script: Script) -> list[Line]:
    """Everything is sent before anything is waited for, as far as the workload allows."""
    body = learning(script)
    for tool in script.tools:
        body += primitive(tool, script.place)
    sent, waited = _steps(script)
    rest = [part for place, part in enumerate(script.parts) if place not in waited and not part.loops]
    results = [line for part in rest for line in outcome(part, script)]
    body += sent
    if script.stop_after is None:
        gap = flush("") if results and script.mode is not Mode.JOB else []
        return [*within(script, body), *gap, *results]
    if script.flat:
        return [*within(script, [*body, *_cancel(script)]), *flush(""), *_until_still(), *results]
    return [*collector(script), *within(script, [*body, *results], SUPPRESS)]


def pubs_arguments(part: Part, request: Request, script: Script) -> tuple[str, ...]:
    """What the PUBs of a request are made from."""
    given = ("parameters",) if part.loops else _outcomes(part, script)
    return (*given, "number") if request.times > 1 else given


def advance_arguments(part: Part, script: Script) -> tuple[str, ...]:
    """What the next parameters of a loop are made from."""
    result = "result" if part.one_job else "results"
    return ("parameters", result, *(("copy",) if part.copies > 1 else ()), *_outcomes(part, script))


def within(script: Script, body: list[Line], *others: Expression) -> list[Line]:
    """``body`` in the batch or session and in the ``others``: what suppresses stands before it, a pool behind."""
    lines: list[Line] = []
    managers = list(others)
    if script.mode is not Mode.JOB:
        limits = (f"max_time={script.max_time!r}",) if script.max_time else ()
        opened = call(str(script.mode).capitalize(), "backend=backend", *limits)
        if script.ends:
            managers.insert(1 if SUPPRESS in managers else 0, then(opened, f" as {script.place}"))
        else:
            lines += flush("# Left open, as the workload says (end: none): only its time limits end it.")
            lines += flush(assign(script.place, opened))
    if not managers:
        return [*lines, *body]
    return [*lines, (0, _with(managers)), *deeper(body)]


def learning(script: Script) -> list[Line]:
    """Noise is learned once where every later job can use the model."""
    lines: list[Line] = []
    for tool in script.tools:
        if tool.circuits:
            given = layer_learning_of(tool.job)
            options = (assign("options=", literal(given)),) if given else ()
            lines += flush(
                "# Learned once, for all jobs that follow.",
                assign("learner", call("NoiseLearner", f"mode={script.place}", *options)),
                assign(tool.noise, then(call("learner.run", f"{tool.circuits}()"), ".result()")),
            )
    return lines


def primitive(tool: Tool, place: str) -> list[Line]:
    """A primitive made, with its options."""
    options = (f"options={tool.constant}",) if tool.constant else ()
    lines = flush(assign(tool.variable, call(tool.class_name, f"mode={place}", *options)))
    if tool.noise:
        lines += flush(assign(f"{tool.variable}.options.resilience.layer_noise_model", tool.noise))
    return lines


def send(part: Part, script: Script) -> list[Line]:
    """Every job of a step, without waiting for any."""
    lines: list[Line] = []
    for request in part.requests:
        given = pubs_arguments(part, request, script)
        arguments = [part.parameters if name == "parameters" else name for name in given]
        run = call(f"{request.tool.variable}.run", call(request.pubs, *arguments))
        if part.single:
            return flush(assign(part.sent, run))
        repeated = (f"for number in range({request.times})",) if request.times > 1 else ()
        sign = "+=" if lines else "="
        lines += flush(Group(f"{part.sent} {sign} [", (run, *repeated), "]", comma=False))
    return lines


def loop(part: Part, script: Script) -> list[Line]:
    """The steps of a loop; the optimiser works before each, so nothing idles behind the last result."""
    arguments = [part.parameters, part.outcome, *advance_arguments(part, script)[2:]]
    body = [
        *flush(assign(part.parameters, call(part.advance, *arguments))),
        *send(part, script),
        *outcome(part, script),
    ]
    return [
        *flush(f"{part.parameters} = {part.outcome} = None", f"for _ in range({part.item.iterations}):"),
        *deeper(body),
    ]


def outcome(part: Part, script: Script) -> list[Line]:
    """Wait for what was sent."""
    if script.stop_after is not None and not script.flat:
        return flush(f"{part.outcome} = collect({f'[{part.sent}])[0]' if part.single else f'{part.sent})'}")
    if part.single:
        return flush(f"{part.outcome} = {part.sent}.result()")
    done = ("if job.done()",) if script.stop_after is not None else ()
    return flush(Group(f"{part.outcome} = [", ("job.result()", f"for job in {part.sent}", *done), "]", comma=False))


def collector(script: Script) -> list[Line]:
    """A function that counts results and cancels the rest at the one the workload names."""
    steps = deeper(flush(f"if next(arrived) == {script.stop_after}:", f"    {script.place}.cancel()"))
    body = [
        *flush("# Whatever is sent or awaited after the cancel raises IBMRuntimeError.", "results = []"),
        *flush("for job in jobs:", "    results.append(job.result())"),
        *steps,
        *flush("return results"),
    ]
    return [*flush("arrived = count(1)", *GAP, "def collect(jobs):"), *deeper(body), *flush(*GAP)]


def _steps(script: Script) -> tuple[list[Line], set[int]]:
    """The parts one after another, and the places of those that were waited for."""
    lines: list[Line] = []
    waited: set[int] = set()
    for part in script.parts:
        for place in sorted(set(part.after) - waited):
            earlier = script.parts[place]
            lines += [] if earlier.loops else outcome(earlier, script)
        waited.update(part.after)
        lines += loop(part, script) if part.loops else send(part, script)
    return lines, waited


def _cancel(script: Script) -> list[Line]:
    """Wait for so many results, whichever come first, and drop the jobs that are still queued."""
    lists = tuple(f"*{part.sent}" for part in script.parts)
    gathered = [] if len(lists) == 1 else flush(Group("jobs = [", lists, "]"))
    return [
        *gathered,
        *flush(f"while sum(job.in_final_state() for job in jobs) < {script.stop_after}:", "    sleep(1)"),
        *flush(f"{script.place}.cancel()"),
    ]


def _until_still() -> list[Line]:
    return flush(
        "# Jobs that run at the cancel still finish; those that were queued have no result.",
        "while not all(job.in_final_state() for job in jobs):",
        "    sleep(1)",
    )


def _with(managers: list[Expression]) -> Expression:
    together = f"with {', '.join(map(one_line, managers))}:"
    if len(together) <= WIDTH:
        return together
    if len(managers) == 1 and isinstance(managers[0], Group):
        return replace(managers[0], opening=f"with {managers[0].opening}", closing=f"{managers[0].closing}:")
    return Group("with (", tuple(managers), "):")


def _outcomes(part: Part, script: Script) -> tuple[str, ...]:
    return tuple(script.parts[place].outcome for place in part.after)
