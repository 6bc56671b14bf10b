"""What strangers write into names means nothing but itself."""

import re
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from qplan.render import Format, Options, renderer, safe
from tests.render import samples

EVERYTHING = Options(width=80, timeline=True)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("energy [red]b[/red] :smile:", "energy [red]b[/red] :smile:", id="markup is text"),
        pytest.param("a\x1b[31mb\x00", "a\\x1b[31mb\\x00", id="terminal codes"),
        pytest.param("a\u202eb\u200bc\ue000", "a\\u202eb\\u200bc\\ue000", id="bidirectional, zero-width, private"),
        pytest.param("a\r\n::error::b", "a : :error: :b", id="a workflow command on a line of its own"),
        pytest.param("##[error]x", "## [error]x", id="the older kind of command"),
        pytest.param("naïve Ψ 量子", "naïve Ψ 量子", id="letters of the world"),
    ],
)
def test_plain(text: str, shown: str) -> None:
    assert safe.plain(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("[l](http://x.y)", r"\[l\](http:// x.y)", id="link and bare address"),
        pytest.param("www.x.y @team #12 GH-12", r"www. x.y @ team \# 12 GH- 12", id="mentions and references"),
        pytest.param("<b>&<!-- qplan -->", r"\<b\>\&\<\!-- qplan --\>", id="HTML and a hidden marker"),
        pytest.param("a|b `c` *d* _e_ ~f~ $g$", r"a\|b \`c\` \*d\* \_e\_ \~f\~ \$g\$", id="cells, code, emphasis"),
        pytest.param("- a", r"\- a", id="list"),
        pytest.param("1. a", r"1\. a", id="numbered list"),
        pytest.param("2.4 times", "2.4 times", id="a decimal is no list"),
        pytest.param("=====", r"\=====", id="underline of a heading"),
    ],
)
def test_markdown(text: str, shown: str) -> None:
    assert safe.markdown(text) == shown


def test_markdown_code() -> None:
    assert safe.markdown_code("a|b") == "`a¦b`"
    assert safe.markdown_code("a``b") == "``` a``b ```"
    assert safe.markdown_block("x = '''\n````\n'''", "python").splitlines()[0] == "`````python"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("=1+1", "'=1+1", id="equals"),
        pytest.param("+1", "'+1", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@x", "'@x", id="at"),
        pytest.param("  =1", "'  =1", id="after blanks"),
        pytest.param("\uff1d1", "'\uff1d1", id="full width"),
        pytest.param("a=1", "a=1", id="inside"),
    ],
)
def test_csv_cell(text: str, shown: str) -> None:
    assert safe.csv_cell(text) == shown


def test_annotations_escape_what_would_end_them() -> None:
    assert safe.annotation("50%\r\n::error::x") == "50%25%0D%0A::error::x"
    assert safe.annotation_property("a,b:c%") == "a%2Cb%3Ac%25"


def test_xml_holds_legal_characters_only() -> None:
    element = ElementTree.Element("case", name=safe.xml("a\x00b\x1bc\ud800d\ufffee\tf<"))
    assert ElementTree.fromstring(ElementTree.tostring(element)).get("name") == "a\ufffdb\ufffdc\ufffdd\ufffde\tf<"


def outputs(name: Format) -> dict[str, str]:
    """Everything a format can say about the hostile sample."""
    chosen, report = renderer(name), samples.hostile()
    return {
        "estimate": chosen.estimate([report, samples.vqe()], EVERYTHING),
        "compare": chosen.compare([report], EVERYTHING),
        "recommend": chosen.recommend([report], EVERYTHING),
        "problems": chosen.problems(report.diagnostics, [samples.HOSTILE], EVERYTHING),
    }


def no_control_characters(text: str) -> bool:
    return all(character == "\n" or character.isprintable() for character in text)


def no_command_to_ci(text: str) -> bool:
    return not re.search(r"^\s*::", text, re.MULTILINE)


def markdown_is_inert(text: str) -> bool:
    """Nothing active outside code, our own details tags and line breaks apart."""
    prose = re.sub(r"(`{3,}).*?\1|(`{1,2})(?!`).*?(?<!`)\2(?!`)", "", text, flags=re.DOTALL)
    prose = re.sub(r"</?(details|summary)>|<br>", "", prose)
    return not re.search(r"(?<!\\)[<\[]|@\w|://\w", prose)


def csv_is_inert(text: str) -> bool:
    return not re.search(r"(^|,)\"?\s*[=+@]", text, re.MULTILINE)


LAWS: dict[Format, tuple[Callable[[str], bool], ...]] = {
    Format.TABLE: (),
    Format.JSON: (str.isascii,),
    Format.MARKDOWN: (markdown_is_inert,),
    Format.CSV: (csv_is_inert,),
}


@pytest.mark.parametrize("name", Format)
def test_hostile_names_do_nothing_in_any_format(name: Format) -> None:
    for verb, text in outputs(name).items():
        for law in (no_control_characters, no_command_to_ci, *LAWS[name]):
            assert law(text), (verb, law.__name__)


def test_the_laws_notice_a_breach() -> None:
    assert not no_control_characters("a\x1b[31m")
    assert not no_command_to_ci("a\n  ::error::b")
    assert not markdown_is_inert("see [l](x)")
    assert not markdown_is_inert("hello @team")
    assert not csv_is_inert("a,=1+1")
