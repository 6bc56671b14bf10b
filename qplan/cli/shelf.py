"""The commands that need no workload: profiles, rules and codes, schemas, templates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

from qplan.cli.output import color, refuse_existing, width, write
from qplan.cli.status import DONE
from qplan.errors import UsageError
from qplan.model.fact import Fact
from qplan.render.base import Format, Options, Page, renderer

TEMPLATES = {
    "vqe": "a variational loop: each iteration needs the last one's result",
    "sweep": "many independent jobs, known at the outset",
    "single": "one primitive request",
    "pec": "error cancellation that learns the noise first",
}


def list_profiles(format: str, out: str | None) -> int:
    """Every shipped profile, one line each."""
    from qplan.parse import catalog
    from qplan.render.catalog import profiles

    page = profiles(
        [catalog.backend(name) for name in catalog.backend_names()],
        [catalog.plan(name) for name in catalog.plan_names()],
        [catalog.usage_model(name) for name in catalog.usage_model_names()],
        [catalog.queue_profile(name) for name in catalog.queue_names()],
    )
    return _show(page, format, out)


def show_profile(action: str, name: str | None, format: str, out: str | None) -> int:
    """One profile with the source of each figure, under the keys that a workload file replaces them by."""
    from qplan.parse.assumptions import plain
    from qplan.render.catalog import profile

    if action != "show" or name is None:
        raise UsageError("profiles takes nothing, or `show NAME`")
    return _show(profile(name, [replace(fact, name=plain(fact.name)) for fact in _facts_of(name)]), format, out)


def _facts_of(name: str) -> tuple[Fact, ...]:
    """The facts of whatever profile bears the name."""
    from qplan.parse import catalog

    kinds: tuple[tuple[tuple[str, ...], Callable[[str], tuple[Fact, ...]]], ...] = (
        (catalog.backend_names(), lambda name: catalog.backend(name).facts),
        (catalog.plan_names(), lambda name: catalog.plan(name).facts),
        (catalog.usage_model_names(), lambda name: catalog.usage_model(name).facts),
        (catalog.queue_names(), catalog.queue_facts),
        (catalog.background_names(), catalog.background_facts),
    )
    for names, facts_of in kinds:
        if name in names:
            return facts_of(name)
    raise catalog.UnknownNameError("profile", name, tuple(known for names, _ in kinds for known in names))


def print_schema(output: bool, out: str | None) -> int:
    """The JSON Schema of workload files, or of qplan's own JSON."""
    from qplan.parse import json_schema

    if output:
        write((files("qplan") / "data" / "output.schema.json").read_text(encoding="utf-8"), out)
    else:
        write(json.dumps(json_schema(), indent=2) + "\n", out)
    return DONE


def start_from(template: str | None, out: str | None, *, force: bool) -> int:
    """A template's text, or the list of templates; somebody's file is overwritten only by ``force``."""
    if not force:
        refuse_existing(out)
    if template is None:
        lines = [f"{name:8} {what}\n" for name, what in TEMPLATES.items()]
        write("".join(["Templates of `qplan init TEMPLATE -o FILE`:\n", *lines]), out)
        return DONE
    if template not in TEMPLATES:
        from qplan.parse.catalog import UnknownNameError

        raise UnknownNameError("template", template, tuple(TEMPLATES))
    write((files("qplan") / "data" / "templates" / f"{template}.yaml").read_text(encoding="utf-8"), out)
    return DONE


def leaf_of(subject: str) -> Page | None:
    """The page of a rule id or a diagnostic's code; ``None`` if the subject is neither."""
    from qplan.parse import catalog
    from qplan.parse.diagnostics import diagnostic, diagnostics
    from qplan.render.catalog import code, rule

    if re.fullmatch(r"[A-Za-z]-\d{2}", subject):
        return rule(catalog.rule(subject.upper()))
    if re.fullmatch(r"[Qq][Pp]\d{3}", subject):
        entry = diagnostic(subject)
        if entry is None:
            raise catalog.UnknownNameError("code", subject.upper(), tuple(entry.code for entry in diagnostics()))
        return code(entry)
    return None


def _show(page: Page, format: str, out: str | None) -> int:
    write(renderer(Format(format)).page(page, Options(width=width(), color=color(out))), out)
    return DONE
