"""The table of formats."""

import inspect
import subprocess
import sys

import pytest

from qplan.render import Format, Options, Renderer, catalog, csv_, json, markdown, renderer, table
from qplan.render.base import RENDERERS
from tests.render import samples

MODULES: dict[Format, Renderer] = {  # typed, so mypy checks that each module is a renderer
    Format.TABLE: table,
    Format.JSON: json,
    Format.MARKDOWN: markdown,
    Format.CSV: csv_,
}


@pytest.mark.parametrize("name", Format)
def test_every_format_has_its_module(name: Format) -> None:
    assert renderer(name) is MODULES[name]
    assert list(RENDERERS) == list(Format)


@pytest.mark.parametrize("name", Format)
def test_every_output_is_text_that_ends_with_one_newline(name: Format) -> None:
    report, options = samples.vqe(), Options(timeline=True)
    made = renderer(name)
    for text in (
        made.estimate([report], options),
        made.compare([report, report], options),
        made.recommend([report], options),
        made.problems([], ["a.yaml"], options),
        made.page(catalog.rule(samples.RULE), options),
    ):
        assert text.endswith("\n")
        assert not text.endswith("\n\n")


@pytest.mark.parametrize("name", [Format.JSON, Format.CSV, Format.MARKDOWN])
def test_formats_for_machines_do_not_load_rich(name: Format) -> None:
    code = (
        "import sys\n"
        "from qplan.render import Format, Options, renderer\n"
        "from tests.render import samples\n"
        f"renderer(Format.{name.name}).compare([samples.vqe()], Options(timeline=True))\n"
        "sys.exit('rich' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_door_loads_no_format() -> None:
    code = "import sys, qplan.render; sys.exit(any(m in sys.modules for m in ('json', 'csv', 'rich')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_rendering_neither_prints_nor_depends_on_the_surroundings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = renderer(Format.TABLE).compare([samples.vqe()], Options())
    for name, value in (("COLUMNS", "40"), ("TERM", "dumb"), ("NO_COLOR", "1"), ("FORCE_COLOR", "1")):
        monkeypatch.setenv(name, value)
    assert renderer(Format.TABLE).compare([samples.vqe()], Options()) == before
    assert capsys.readouterr().out == ""


def test_options_have_their_defaults_in_one_place() -> None:
    assert Options() == Options(width=80, color=False, timeline=False)
    assert inspect.signature(table.compare_table).parameters["width"].default == Options().width
