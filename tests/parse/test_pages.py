"""The register of codes and the two pages made from the room's own data."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import qplan.parse
from qplan.model.fact import Diagnostic
from qplan.parse.diagnostics import diagnostic, diagnostics
from qplan.parse.schema_keys import all_keys
from tests.parse.pages import DOCS, pages
from tests.parse.texts import found, workload

ROOM = Path(qplan.parse.__file__).parent
NO_FILE_SHOWS = ("QP011", "QP012", "QP013", "QP107", "QP310")
OTHER_ROOMS = ("QP4", "QP5", "QP7", "QP81")
RECEIPTS = "QP6"
STORED = "QP8"  # shown by tests/parse/test_stored.py
PROFILE_FILES = "figures.py"  # its codes are of the shipped profiles; for a workload's figures they become QP212


def test_every_code_in_use_is_registered_and_every_registered_one_in_use() -> None:
    texts = [path.read_text(encoding="utf-8") for path in ROOM.glob("*.py") if path.name != PROFILE_FILES]
    used = {code for text in texts for code in re.findall(r'"(QP[0-9]{3})"', text)}
    assert used == {entry.code for entry in diagnostics() if not entry.code.startswith(OTHER_ROOMS)}


def test_codes_are_in_order_and_found_by_name() -> None:
    codes = [entry.code for entry in diagnostics()]
    assert codes == sorted(codes)
    assert diagnostic("qp003") is diagnostics()[2]
    assert diagnostic("QP999") is None


SHOWN = [
    entry
    for entry in diagnostics()
    if not entry.code.startswith((*OTHER_ROOMS, RECEIPTS, STORED)) and entry.code not in NO_FILE_SHOWS
]


@pytest.mark.parametrize("entry", SHOWN, ids=[entry.code for entry in SHOWN])
def test_the_example_of_a_code_has_that_problem_and_no_other(entry: Diagnostic) -> None:
    assert [(problem.code, problem.severity) for problem in found(entry.example)] == [(entry.code, entry.severity)]


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.name)
def test_the_pages_are_up_to_date(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == pages()[page], "run `python -m tests.parse.pages`"


EXAMPLES = re.findall(r"```yaml\n(qplan: 1\n.*?)```", (DOCS / "workload-format.md").read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("text", EXAMPLES, ids=lambda text: workload(text).name)
def test_the_whole_files_of_the_page_are_valid(text: str) -> None:
    assert found(text) == ()


def test_the_page_shows_a_fair_share_and_a_stream() -> None:
    shown = [workload(text) for text in EXAMPLES]
    assert [read.name for read in shown if read.queue.fair_share] == ["sweep-beside-two-groups"]
    assert [read.name for read in shown if read.background and read.background.stream] == ["batch-among-others"]


def test_every_key_of_the_format_is_documented_at_its_place() -> None:
    text = (DOCS / "workload-format.md").read_text(encoding="utf-8")
    tables = dict(re.findall(r"<!-- table: (\S+ \S+) -->\n(.*?)<!-- end -->", text, re.DOTALL))
    for key in all_keys():
        if key.place.startswith("jobs[].jobs[]"):
            continue
        assert f"| `{key.name}` |" in tables[f"{key.place or 'file'} {key.shape.__name__}"], key.path
