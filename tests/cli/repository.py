"""A real git repository for a test, made without the configuration of whoever runs it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

WORKLOAD = """\
qplan: 1
name: {name}
backend: ibm_fez
plan: {plan}
mode: job
queue: {{wait: 1m}}
usage: {{rounding: none}}
jobs:
  - {{name: energy, qpu: {qpu}, classical_before: 1s, classical_after: 0s}}
"""


def workload(name: str = "a", *, qpu: str = "5s", plan: str = "pay-as-you-go") -> str:
    """A fixed workload: it costs 1.60 USD for each second of ``qpu``."""
    return WORKLOAD.format(name=name, qpu=qpu, plan=plan)


class Repository:
    """A repository in a folder; ``write`` and ``commit`` fill it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        who = {f"GIT_{role}_{what}": "t@example.com" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        env = {**kept, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        ran = subprocess.run(["git", *arguments], cwd=self.root, env=env, capture_output=True, text=True, check=True)
        return ran.stdout.strip()

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def commit(self, message: str = "c") -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)
        return self.git("rev-parse", "HEAD")
