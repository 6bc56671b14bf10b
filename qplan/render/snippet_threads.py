"""The body of a snippet whose items go on side by side: a thread for each, all started before any is waited for."""

from __future__ import annotations

from dataclasses import replace

from qplan.render.snippet_code import Expression, Group, Line, call, deeper, flush, label, then
from qplan.render.snippet_flow import GAP, SUPPRESS, collector, learning, loop, outcome, primitive, send, within
from qplan.render.snippet_options import tags_of
from qplan.render.snippet_parts import Part, Script


def side_by_side(script: Script) -> list[Line]:
    """A function for each item, the pool that runs them, and their results."""
    lines = flush("") if script.stop_after is None else collector(script)
    lines += [line for part in script.parts for line in [*_function(part, script), *flush(*GAP)]]
    pool = f"ThreadPoolExecutor(max_workers={sum(part.copies for part in script.parts)}) as pool"
    body = learning(script)
    body += flush("# All are started before any is waited for, so that their jobs overlap.")
    body += [_start(part, script) for part in script.parts]
    return [*lines, *within(script, body, pool), *flush(""), *_gather(script)]


def _function(part: Part, script: Script) -> list[Line]:
    step = ("job", "result") if part.one_job else ("jobs", "results")
    own = replace(part, single=part.one_job, sent=step[0], outcome=step[1], parameters="parameters")
    body = _primitives(part, script)
    body += [line for place in part.after for line in flush(_await(script.parts[place]))]
    body += loop(own, script) if part.loops else [*send(own, script), *outcome(own, script)]
    body += flush(f"return parameters, {own.outcome}" if part.loops else f"return {own.outcome}")
    return [(0, then(call(f"def {part.run}", *_arguments(part, script, "copy")), ":")), *deeper(body)]


def _primitives(part: Part, script: Script) -> list[Line]:
    """Primitives of the thread's own, with tags that tell its jobs from the others'."""
    own: tuple[Expression, ...] = (label(part.item.name), *(("f'copy {copy}'",) if part.copies > 1 else ()))
    lines: list[Line] = []
    for tool in {request.tool.variable: request.tool for request in part.requests}.values():
        tags = (*map(repr, tags_of(tool.job)), *own)
        lines += primitive(tool, script.place)
        lines += flush(Group(f"{tool.variable}.options.environment.job_tags = [", tags, "]"))
    return lines


def _arguments(part: Part, script: Script, copy: str) -> tuple[str, ...]:
    return (script.place, *((copy,) if part.copies > 1 else ()), *(script.parts[p].future for p in part.after))


def _await(earlier: Part) -> Expression:
    """The results of a part on which this one depends; a loop leaves its parameters beside them."""
    if earlier.copies == 1:
        return f"{earlier.outcome} = {earlier.future}.result(){'[1]' if earlier.loops else ''}"
    parts = ("future.result()[1]", f"for future in {earlier.future}")
    return Group(f"{earlier.outcome} = [", parts, "]", comma=False)


def _start(part: Part, script: Script) -> Line:
    submit = call("pool.submit", part.run, *_arguments(part, script, "copy"))
    if part.copies == 1:
        return 0, replace(submit, opening=f"{part.future} = {submit.opening}")
    return 0, Group(f"{part.future} = [", (submit, f"for copy in range({part.copies})"), "]", comma=False)


def _gather(script: Script) -> list[Line]:
    """The results, in the order of the items; a thread that a cancel cut short has none."""
    if script.stop_after is None:
        return flush(Group("results = [", ("future.result()", _each_future(script, "")), "]", comma=False))
    return flush(
        "results = []", _each_future(script, ":"), f"    with {SUPPRESS}:", "        results.append(future.result())"
    )


def _each_future(script: Script, tail: str) -> Expression:
    if len(script.parts) == 1:
        return f"for future in {script.parts[0].future}{tail}"
    names = tuple(part.future if part.copies == 1 else f"*{part.future}" for part in script.parts)
    return Group("for future in [", names, f"]{tail}")
