"""Short ways to read receipts in a test."""

from __future__ import annotations

from pathlib import Path

from qplan.errors import Problem
from qplan.model.receipt import Receipt, ReceiptBook
from qplan.parse.receipts import read_receipts


def found(folder: Path, text: str, name: str = "r.json") -> tuple[Problem, ...]:
    """The problems of a text; its receipts are none if there is an error among them."""
    return _read(folder, text, name)[1]


def lines(folder: Path, text: str, name: str = "r.json") -> list[str]:
    """Each problem as a command prints it, with the name of the file alone."""
    return [
        f"{problem.mark}: {problem.code}: {problem.message}".replace(f"{folder}/", "")
        for problem in found(folder, text, name)
    ]


def book(folder: Path, text: str, name: str = "r.json", *, workload: str = "", job: str = "") -> ReceiptBook:
    """What a text without a problem holds."""
    read, problems = _read(folder, text, name, workload, job)
    assert problems == (), [problem.message for problem in problems]
    return read


def receipt(folder: Path, text: str, name: str = "r.json", *, workload: str = "", job: str = "") -> Receipt:
    """The only receipt of a text without a problem."""
    [one] = book(folder, text, name, workload=workload, job=job).receipts
    return one


def _read(
    folder: Path, text: str, name: str, workload: str = "", job: str = ""
) -> tuple[ReceiptBook, tuple[Problem, ...]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    read, problems, unread = read_receipts([str(path)], workload=workload, job=job)
    assert unread == {}
    if any(problem.severity == "error" for problem in problems):
        assert read == ReceiptBook()
    return read, problems
