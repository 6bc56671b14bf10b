"""Text that leaves: names and messages come from files of strangers, and no format may be tricked by them.

Each function takes text for one place in one format and gives text that means only itself there.
"""

from __future__ import annotations

import re
import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_WORKFLOW_COMMAND = re.compile(r":(?=:)|##(?=\[)")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!$&])")
_MENTION_OR_REFERENCE = re.compile(r"(@|#(?=\d)|\bGH-(?=\d)|(?<=:)//|\bwww\.)", re.IGNORECASE)
_LINE_MARKUP = re.compile(r"^(\s*|\s*\d+(?=[.)](?:\s|$)))([-+=.)])")
_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
_ILLEGAL_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""Compiled when first used: a set of so many characters takes 5 ms."""


def plain(text: str) -> str:
    """One line of visible characters; controls, bidirectional and zero-width ones are spelled as escapes.

    A double colon (and ``##[``) is parted, so that no line can begin with a command to a CI service.
    """
    one_line = " ".join(text.splitlines()) if "\n" in text or "\r" in text else text
    visible = one_line if one_line.isascii() and one_line.isprintable() else "".join(map(_visible, one_line))
    return _WORKFLOW_COMMAND.sub(lambda match: f"{match[0]} ", visible)


def markdown(text: str) -> str:
    """Prose inside markdown: no link, mention, reference, HTML, table cell or hidden comment can come of it."""
    parted = _MENTION_OR_REFERENCE.sub(r"\1 ", plain(text))
    return _LINE_MARKUP.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", parted))


def markdown_code(text: str) -> str:
    """A name inside markdown, also in a table cell: a code span, in which nothing is interpreted."""
    shown = plain(text).replace("|", "¦").strip() or " "
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence, pad = "`" * (longest + 1), " " if "`" in shown else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def markdown_block(text: str, language: str = "") -> str:
    """Lines of code inside markdown, with a fence longer than any in them."""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def csv_cell(text: str) -> str:
    """Text in a CSV cell; what a spreadsheet would take for a formula gets a leading apostrophe."""
    shown = plain(text)
    return f"'{shown}" if shown.lstrip().startswith(_FORMULA) else shown


def annotation(text: str) -> str:
    """The message of a CI annotation."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def annotation_property(text: str) -> str:
    """A property (file, title) of a CI annotation."""
    return annotation(text).replace(":", "%3A").replace(",", "%2C")


def xml(text: str) -> str:
    """Only characters that XML 1.0 admits; escaping is left to the writer of the XML."""
    return re.sub(_ILLEGAL_XML, "\ufffd", text)


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    return f"\\u{ord(character):04x}" if ord(character) > 0xFF else f"\\x{ord(character):02x}"
