"""What the gate found, as outputs and summary of a step of GitHub Actions: ``publish.py FOLDER STATUS``.

Standard library only, for it may be run by any Python. Whatever the gate left undone is told as a failure.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path

FAILED = """\
<!-- qplan-gate -->

### FAIL: the gate could not run (exit status {status})

The log of the job says why.
"""


def main() -> None:
    """Write the files that the runner reads."""
    folder, status = Path(sys.argv[1]), int(sys.argv[2])
    for name in ("comment.md", "summary.md"):
        if not (folder / name).is_file():
            (folder / name).write_text(FAILED.format(status=status), encoding="utf-8")
    _append("GITHUB_STEP_SUMMARY", (folder / "summary.md").read_text(encoding="utf-8"))
    outputs = {
        "status": str(status),
        **_figures(folder / "gate.json", status),
        "summary-file": str(folder / "summary.md"),
        "comment-file": str(folder / "comment.md"),
        "comment-body": (folder / "comment.md").read_text(encoding="utf-8"),
        "report-file": _if_there(folder / "gate.json"),
        "junit-file": _if_there(folder / "junit.xml"),
    }
    for name, value in outputs.items():
        _append("GITHUB_OUTPUT", _output(name, value))


def _figures(path: Path, status: int) -> dict[str, str]:
    """The verdict and the total, as far as the report tells them; any status but 0 is a failure whatever it says."""
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))["summary"]
        total = summary["total"]
        told = {"verdict": summary["verdict"], "total-cost": total["cost"], "total-usage-s": total["usage_s"]}
    except (OSError, ValueError, KeyError, TypeError):
        told = {"verdict": "fail", "total-cost": None, "total-usage-s": None}
    if status != 0:
        told["verdict"] = "fail"
    return {name: "" if value is None else str(value) for name, value in told.items()}


def _output(name: str, value: str) -> str:
    """An output between delimiters that nobody can foresee, so that no line of it can end it and begin another."""
    delimiter = f"qplan-{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value.rstrip(chr(10))}\n{delimiter}\n"


def _if_there(path: Path) -> str:
    return str(path) if path.is_file() else ""


def _append(variable: str, text: str) -> None:
    with open(os.environ[variable], "a", encoding="utf-8", newline="\n") as file:
        file.write(text)


if __name__ == "__main__":
    main()
