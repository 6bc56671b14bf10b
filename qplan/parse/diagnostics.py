"""The register of codes: what each problem means, why it matters, and what cures it."""

from __future__ import annotations

from functools import cache

from qplan.errors import Severity
from qplan.model.fact import Diagnostic
from qplan.parse.package_data import content_of


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
