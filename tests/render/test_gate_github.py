"""Annotations of GitHub Actions: a line each, at most ten of a kind."""

from __future__ import annotations

import re

from qplan.errors import Mark, Problem, Severity
from qplan.render.gate_github import github
from tests.render import gate_samples as samples
from tests.render.test_safe import no_control_characters

FAILING = """\
::error file=gone.yaml,title=not read::gone.yaml: there is no such file
::error file=bad.yaml,line=3,col=5,title=QP101::no such key: shotz%0Ashots
::error file=qplan.toml,line=1,title=changes what limits it::qplan.toml: max_cost: 50 -> 100
::error file=workloads/vqe.yaml,line=1,title=vqe%2C max-cost::vqe: cost 102.40 USD at p90, over 100.00 USD (qplan.toml)
::error title=total%2C max-total-increase-percent::\
total: cost up 30 %25 at p90 (128.00 USD -> 166.40 USD), over 10 %25 (--max-total-increase-percent)
::warning file=workloads/vqe.yaml,title=QP201::a session of one job
::warning file=workloads/vqe.yaml,line=1,title=vqe%2C warn-usage::\
vqe: usage 1 min 4 s at p90, over 50 s (QPLAN_WARN_USAGE)
::warning file=workloads/trial.yaml,line=1,title=trial%2C allocation%2C plan open::\
trial: usage 12 s at p90, over the 10 s left; it was 12 s before, so it is no worse (plan open)
::notice file=workloads/vqe.yaml,line=1,title=changes what limits it::\
workloads/vqe.yaml: plan.price_per_second: (none) -> 1.20 (allowed by a flag)
"""


def test_each_finding_stands_at_its_place() -> None:
    assert github(samples.failing()) == FAILING


def test_nothing_found_is_nothing_said() -> None:
    assert github(samples.passing()) == ""


def test_ten_of_a_kind_are_all_shown() -> None:
    lines = github(samples.many(30, 10)).splitlines()
    assert len(lines) == 10
    assert "more" not in lines[-1]


def test_of_more_than_ten_the_tenth_says_how_many() -> None:
    lines = github(samples.many(30, 12)).splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::error title=qplan gate::3 more; the report tells all of them"


def test_each_kind_has_its_own_ten() -> None:
    report = samples.many(30, 12)
    notes = tuple(
        Problem(code=f"QP{i}", message="m", severity=severity, mark=Mark(file="w.yaml"))
        for severity in (Severity.WARNING, Severity.NOTE)
        for i in range(25)
    )
    told = samples.report(report.priced, report.amounts, report.checks, problems=notes)
    kinds = re.findall(r"^::(\w+) ", github(told), re.MULTILINE)
    assert kinds == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert github(told).count("::16 more; ") == 2


def test_strangers_can_forge_nothing() -> None:
    text = github(samples.hostile())
    assert len(text.splitlines()) == 5
    for line in text.splitlines():
        command, properties, message = re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)", line).groups()  # type: ignore[union-attr]
        assert command in ("error", "warning")
        keys = [pair.partition("=")[0] for pair in properties.split(",")]
        assert set(keys) <= {"file", "line", "col", "title"}
        assert len(keys) == len(set(keys))
        assert not re.search(r"%(?!25|0A|0D|3A|2C)", properties + message)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert no_control_characters(text.replace("\ufffe", ""))
