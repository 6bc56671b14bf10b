"""Whether Qiskit is there: what needs it says so in one line, with the cure."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from qplan.errors import UsageError

LEAST = (2, 3)
"""The oldest Qiskit used: qiskit-ibm-runtime 0.51 asks for it. None before 2.0 may read QPY of strangers."""
CURE = "pip install 'qplan[qiskit]'"


def need(what: str, *modules: str) -> None:
    """Raise ``UsageError`` unless Qiskit, new enough, and the other ``modules`` are installed; imports none of them.

    ``what`` names what needs them: the subject of the sentence.
    """
    found = qiskit_version()
    if not found:
        raise UsageError(f"{what} needs Qiskit: {CURE}")
    if _release(found) < LEAST:
        raise UsageError(f"{what} needs Qiskit {LEAST[0]}.{LEAST[1]} or newer, not {found}: {CURE} --upgrade")
    for module in modules:
        if find_spec(module) is None:
            raise UsageError(f"{what} needs {module.replace('_', '-')}: {CURE}")


def qiskit_version() -> str:
    """The version of the installed Qiskit; "" if there is none."""
    return version_of("qiskit")


def version_of(package: str) -> str:
    """The version of an installed package; "" if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _release(text: str) -> tuple[int, ...]:
    """Major and minor version of such as ``2.6.2`` or ``2.1.0rc1``."""
    return tuple(int(part) for part in text.split(".")[:2] if part.isdecimal())
