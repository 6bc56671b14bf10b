"""The register of codes: what each problem means, why it matters, and what cures it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from qplan.errors import Severity
from qplan.parse.package_data import content_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One code. ``example`` is a workload file (or a command line) that has the problem."""

    code: str
    severity: Severity
    title: str
    why: str
    cure: str
    example: str


@cache
def diagnostics() -> tuple[Diagnostic, ...]:
    """Every registered code, in order."""
    entries = content_of("diagnostics.yaml")
    return tuple(
        Diagnostic(code=code, **{**entry, "severity": Severity(entry["severity"])}) for code, entry in entries.items()
    )


def diagnostic(code: str) -> Diagnostic | None:
    """The entry of a code, in capitals or not; ``None`` for an unknown one."""
    return next((entry for entry in diagnostics() if entry.code == code.upper()), None)


def diagnostics_page() -> str:
    """The register as Markdown: ``docs/diagnostics.md``."""
    return "\n".join([*_OPENING, *(line for entry in diagnostics() for line in _section(entry))])


_OPENING = (
    "# Diagnostics",
    "",
    "<!-- Made from qplan/data/diagnostics.yaml by `python -m tests.parse.test_pages`; do not edit. -->",
    "",
    "Every problem of a workload file is told at once, each on a line `file:line:column: code: message`, with a hint",
    "where there is one. Errors stop the run (exit status 2), warnings do not. `qplan explain CODE` prints an entry.",
    "",
    "QP0xx: the text and its YAML. QP1xx: the shape. QP2xx: the meaning. QP3xx: allowed but unwise.",
    "",
)


def _section(entry: Diagnostic) -> Iterator[str]:
    yield f"## {entry.code}: {entry.title}"
    yield ""
    yield f"*{entry.severity.capitalize()}.* {entry.why}"
    yield ""
    yield f"**Cure:** {entry.cure}"
    yield ""
    yield "```yaml" if ":" in entry.example or entry.example.startswith("#") else "```text"
    yield entry.example.rstrip("\n")
    yield "```"
    yield ""
