"""As much of GitHub's runner as the action needs: expressions of `env`, the files that steps write, outputs."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import ROOT

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
_EXPRESSION = re.compile(r"\$\{\{ (inputs|steps)\.([\w.-]+) \}\}")
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")


@dataclass
class Job:
    """What became of the action: the status of the step that failed (0: none did), its outputs, summary and log."""

    status: int = 0
    failed: str = ""
    steps: dict[str, dict[str, str]] = field(default_factory=dict)
    summary: str = ""
    log: str = ""

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of the action, which are there whether or not a step failed."""
        return {name: self._told(each["value"], {}) for name, each in ACTION["outputs"].items()}

    def environment(self, step: Mapping[str, Any], inputs: Mapping[str, str]) -> dict[str, str]:
        """The variables of a step, expressions filled in."""
        return {name: self._told(value, inputs) for name, value in step.get("env", {}).items()}

    def _told(self, text: str, inputs: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            if match[1] == "inputs":
                return inputs[match[2]]
            step, _, output = match[2].partition(".outputs.")
            return self.steps.get(step, {}).get(output, "")

        return _EXPRESSION.sub(value, text)


def act(workspace: Path, variables: Mapping[str, str] | None = None, **given: str) -> Job:
    """Run the action's steps in a workspace; ``given`` are inputs, with ``_`` for ``-``."""
    unknown = {name.replace("_", "-") for name in given} - set(ACTION["inputs"])
    assert not unknown, unknown
    inputs = {name: each["default"] for name, each in ACTION["inputs"].items()}
    inputs |= {name.replace("_", "-"): value for name, value in given.items()}
    temporary = workspace.parent / "runner temp"  # the runner promises no path without blanks
    temporary.mkdir(exist_ok=True)
    job = Job()
    for number, step in enumerate(ACTION["runs"]["steps"]):
        files = {name: temporary / f"{name}-{number}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        environment = {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "GITHUB_ACTIONS": "true",
            "CI": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_EVENT_NAME": "push",
            "RUNNER_TEMP": str(temporary),
            **{name: str(file) for name, file in files.items()},
            **(variables or {}),
            **job.environment(step, inputs),
        }
        script = temporary / "step.sh"
        script.write_text(step["run"])
        ran = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
            cwd=workspace, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        job.log += ran.stdout + ran.stderr
        job.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        job.steps[step.get("id", str(number))] = outputs_of(files["GITHUB_OUTPUT"].read_text())
        if ran.returncode:
            job.status, job.failed = ran.returncode, step["name"]
            break
    return job


def outputs_of(text: str) -> dict[str, str]:
    """What a step said in its output file, read as the runner reads it. Raises ``ValueError`` for what it refuses."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        if "<<" in line and ("=" not in line or line.index("<<") < line.index("=")):
            name, _, delimiter = line.partition("<<")
            value: list[str] = []
            for inner in lines:
                if inner == delimiter:
                    break
                value.append(inner)
            else:
                raise ValueError(f"no end of {name}")
            found[name] = "\n".join(value)
        elif "=" in line:
            name, _, found[name] = line.partition("=")
        else:
            raise ValueError(f"no output: {line!r}")
    return found
