"""Drawing with rich: plain text in, one string out. The only module beside the tables that imports it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO

from rich import box
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from qplan.render import numbers
from qplan.render.safe import plain

NARROWEST, WIDEST = 80, 120
"""Tables are drawn for at least and at most so many columns."""
GAP = 2
_TIED = "\ue000"
"""A space at which no line is broken, until the drawing is done; rich would break at a no-break space."""


def fitting(width: int) -> int:
    """The width to draw for on a terminal of ``width`` columns."""
    return min(max(width, NARROWEST), WIDEST)


def text(content: str, style: str = "") -> Text:
    """Text that is only text: no markup, no emoji codes, no control characters; a number stays with its unit."""
    return Text(numbers.tied(plain(content), _TIED), style=style)


def heading(content: str) -> Text:
    """A line above a part."""
    return text(content, "bold")


def phrases(contents: Iterable[str]) -> Text:
    """Short phrases on as few lines as hold them, none broken."""
    return Text("   ".join(plain(content).replace(" ", _TIED) for content in contents))


def table(*, gap: int = GAP) -> Table:
    """An empty table with a line under its header and nothing around it."""
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, gap - 1, 0, 0), border_style="dim")


def number_column(into: Table, header: str, style: str = "") -> None:
    """A column of figures, which never wrap."""
    into.add_column(Text(header), justify="right", no_wrap=True, style=style)


def word_column(into: Table, header: str, *, ratio: int | None = None, least: int | None = None) -> None:
    """A column of words, which wrap between words and break where one is too long."""
    into.add_column(Text(header), overflow="fold", ratio=ratio, min_width=least)


def hanging(rows: Iterable[tuple[str, str]], style: str = "", *, least: int = 0, gap: int = GAP) -> Table:
    """Marks or labels (at least ``least`` wide), each with a text that wraps beside it."""
    grid = Table.grid(padding=(0, gap, 0, 0))
    grid.add_column(no_wrap=True, min_width=least)
    grid.add_column(overflow="fold")
    for label, content in rows:
        grid.add_row(text(label, style), text(content, style))
    return grid


def bullets(lines: Iterable[str]) -> Table:
    """A list."""
    return hanging((("-", line) for line in lines), gap=1)


def fits(candidate: Table, width: int) -> bool:
    """Whether nothing need be cut or wrapped."""
    console = _console(width, color=False)
    return Measurement.get(console, console.options.update(width=10 * width), candidate).maximum <= width


def draw(parts: Sequence[RenderableType], *, width: int, color: bool) -> str:
    """Parts one below the other, without trailing blanks."""
    console = _console(width, color=color)
    for part in parts:
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in _output(console).replace(_TIED, " ").splitlines())


def _console(width: int, *, color: bool) -> Console:
    return Console(
        file=StringIO(),
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )


def _output(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()
