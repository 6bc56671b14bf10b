"""Findings about input files: a line each with the cure below it, and how many there were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qplan.errors import Problem, Severity
from qplan.render import numbers
from qplan.render.safe import annotation, annotation_property, plain


def line(problem: Problem) -> str:
    """``file:line:column: code: message``; anything but an error says what it is."""
    kind = "" if problem.severity is Severity.ERROR else f"{problem.severity}: "
    return plain(f"{problem.mark}: {problem.code}: {kind}{problem.message}")


def cure(problem: Problem) -> str:
    """The indented line below: the place in the file's structure and what would be right; or nothing."""
    told = ": ".join(part for part in (problem.path, problem.hint) if part)
    return f"    {plain(told)}" if told else ""


def tally(problems: Sequence[Problem], files: Sequence[str]) -> str:
    """``3 errors, 1 warning in 2 files``; the files counted are those with findings, or else those checked."""
    found = Counter(problem.severity for problem in problems)
    if not found:
        return f"{numbers.counted(len(files), 'file')} checked, no problems" if files else "no problems"
    kinds = ", ".join(numbers.counted(found[severity], severity) for severity in Severity if found[severity])
    within = numbers.counted(len({problem.mark.file for problem in problems}), "file")
    return f"{kinds} in {within}" + (f" of {len(files)} checked" if len(files) > 1 else "")


def problems_text(problems: Sequence[Problem], files: Sequence[str] = ()) -> str:
    """All findings for a terminal. The lines are not wrapped: editors and CI read them."""
    lines = [part for problem in problems for part in (line(problem), cure(problem)) if part]
    return "".join(f"{part}\n" for part in (*lines, tally(problems, files)))


def github(problem: Problem) -> str:
    """The finding as an annotation of GitHub Actions."""
    level = "notice" if problem.severity is Severity.NOTE else problem.severity
    mark = problem.mark
    place = f"file={annotation_property(mark.file)}"
    if mark.line:
        place += f",line={mark.line},col={mark.column}"
    message = annotation(problem.message + (f"\n{problem.hint}" if problem.hint else ""))
    return f"::{level} {place},title={annotation_property(problem.code)}::{message}"
