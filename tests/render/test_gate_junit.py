"""JUnit XML: a case for each check, valid against what Jenkins publishes of the format."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from qplan.cli.limit_options import LIMITS
from qplan.cli.settings import Setting, limits_of
from qplan.model.gate import GateReport, Verdict
from qplan.render.gate_junit import junit
from tests.render import gate_samples as samples

NUMBER = r"\d+"
TEXT = r"(?s:.*)"
SUREFIRE_TIME = r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?"


@dataclass(frozen=True)
class Rule:
    """What an element may hold: attributes with their patterns, children with how often (``None``: any number)."""

    required: dict[str, str]
    optional: dict[str, str]
    children: dict[str, int | None]
    text: bool = False


OUTCOME = Rule(required={}, optional={"type": TEXT, "message": TEXT}, children={}, text=True)
SCHEMA = {
    # The facts of junit-10.xsd of Jenkins' xUnit plugin, and narrower where others are: counts are numbers, a case has
    # one outcome at most, a suite's properties stand first.
    "testsuites": Rule(
        required={},
        optional={"name": TEXT, "time": SUREFIRE_TIME, "tests": NUMBER, "failures": NUMBER, "errors": NUMBER},
        children={"testsuite": None},
    ),
    "testsuite": Rule(
        required={"name": TEXT, "tests": NUMBER, "failures": NUMBER, "errors": NUMBER},
        optional={"group": TEXT, "time": SUREFIRE_TIME, "skipped": NUMBER, "timestamp": TEXT, "hostname": TEXT,
                  "id": TEXT, "package": TEXT, "file": TEXT, "log": TEXT, "url": TEXT},
        children={"properties": 1, "testcase": None, "system-out": 1, "system-err": 1},
    ),
    "properties": Rule(required={}, optional={}, children={"property": None}),
    "property": Rule(required={"name": TEXT, "value": TEXT}, optional={}, children={}),
    "testcase": Rule(
        required={"name": ".+"},
        optional={"time": SUREFIRE_TIME, "classname": ".+", "group": TEXT},
        children={"skipped": 1, "error": 1, "failure": 1, "system-out": 1, "system-err": 1},
    ),
    "failure": OUTCOME,
    "error": OUTCOME,
    "skipped": OUTCOME,
    "system-out": Rule(required={}, optional={}, children={}, text=True),
    "system-err": Rule(required={}, optional={}, children={}, text=True),
}  # fmt: skip


def faults(element: Element) -> list[str]:
    """What the schema has against an element and all below it."""
    rule = SCHEMA.get(element.tag)
    if rule is None:
        return [f"<{element.tag}> is unknown"]
    allowed = rule.required | rule.optional
    found = [f"<{element.tag}> lacks {name}" for name in rule.required if name not in element.attrib]
    for name, value in element.attrib.items():
        if name not in allowed or not re.fullmatch(allowed[name], value):
            found.append(f"<{element.tag} {name}={value!r}>")
    tags = [child.tag for child in element]
    found += [f"<{tag}> in <{element.tag}>" for tag in tags if tag not in rule.children]
    found += [f"{tags.count(tag)} <{tag}>" for tag, most in rule.children.items() if most and tags.count(tag) > most]
    if not rule.text and (element.text or "").strip():
        found.append(f"text in <{element.tag}>")
    if "properties" in tags and tags[0] != "properties":
        found.append("<properties> is not first")
    return found + [fault for child in element for fault in faults(child)]


def parsed(report: GateReport) -> Element:
    text = junit(report)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ')
    assert text.endswith("</testsuites>\n")
    return ElementTree.fromstring(text.encode("utf-8"))


REPORTS = {
    "passing": samples.passing(),
    "failing": samples.failing(),
    "hostile": samples.hostile(),
    "300": samples.many(300, 20),
    "no checks": samples.report((), (), ()),
}


@pytest.mark.parametrize("name", REPORTS)
def test_it_is_valid_and_its_counts_are_those_of_its_cases(name: str) -> None:
    root = parsed(REPORTS[name])
    assert faults(root) == []
    cases = root.findall("testsuite/testcase")
    counts = [str(n) for n in (
        len(cases), len(root.findall(".//failure")), len(root.findall(".//error")),
    )]  # fmt: skip
    for element in (root, root[0]):
        assert [element.get(key) for key in ("tests", "failures", "errors")] == counts
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("<testsuites><suite/></testsuites>", "<suite> is unknown", id="element"),
        pytest.param("<testsuite name='a' tests='1' failures='0'/>", "lacks errors", id="attribute missing"),
        pytest.param("<testsuites tests='many'/>", "tests='many'", id="no number"),
        pytest.param("<testcase name='a' file='b'/>", "file='b'", id="attribute of another dialect"),
        pytest.param("<testcase name='a'><failure/><failure/></testcase>", "2 <failure>", id="two outcomes"),
        pytest.param("<testcase name='a'>x</testcase>", "text in <testcase>", id="text"),
        pytest.param("<testsuites time='1s'/>", "time='1s'", id="time"),
    ],
)
def test_the_schema_notices_a_fault(text: str, fault: str) -> None:
    assert fault in " ".join(faults(ElementTree.fromstring(text)))


def test_a_case_for_each_check_problem_and_change() -> None:
    cases = parsed(samples.failing()).findall("testsuite/testcase")
    assert [(case.get("classname"), case.get("name"), [each.tag for each in case]) for case in cases] == [
        ("gone.yaml", "file", ["error"]),
        ("bad.yaml", "QP101 at 3:5", ["error"]),
        ("workloads/vqe.yaml", "QP201", ["system-out"]),
        ("qplan.toml", "unchanged: max_cost", ["failure"]),
        ("workloads/vqe.yaml", "unchanged: plan.price_per_second", ["system-out"]),
        ("vqe", "max-cost", ["failure"]),
        ("sweep", "max-cost", []),
        ("vqe", "warn-usage", ["system-out"]),
        ("trial", "allocation, plan open", ["system-out"]),
        ("total", "max-total-increase-percent", ["failure"]),
    ]
    failure, said = cases[5][0], "vqe: cost 102.40 USD at p90, over 100.00 USD (qplan.toml)"
    assert (failure.get("message"), failure.text) == (said, said)
    assert cases[1][0].text == "bad.yaml:3:5: no such key: shotz (shots) [QP101]"
    assert cases[7][0].text == "vqe: usage 1 min 4 s at p90, over 50 s (QPLAN_WARN_USAGE)"


def test_properties_say_what_it_is_of() -> None:
    told = {each.get("name"): each.get("value") for each in parsed(samples.failing()).iter("property")}
    assert told["headline"] == (
        "FAIL: 166.40 USD at p90, +38.40 USD (+30.0 %) against main; 2 of 5 checks fail, 2 warn, "
        "1 change to what limits it, 1 error in files and 1 path not read"
    )
    assert (told["verdict"], told["status"], told["quantile"], told["baseline"]) == ("fail", "1", "p90", "main")


def test_a_workload_called_total_is_not_the_total() -> None:
    odd = samples.priced("total")
    checks = tuple(samples.check(samples.MAX_COST, Verdict.PASS, "fine", each) for each in (odd, None))
    cases = parsed(samples.report((odd,), (samples.amounts("1"),), checks)).iter("testcase")
    assert [case.get("classname") for case in cases] == ["total (workloads/total.yaml)", "total"]


def test_strangers_can_forge_nothing() -> None:
    text = junit(samples.hostile())
    assert re.fullmatch(r"[\n\x20-\x7e\u2026\ufffd]*", text)
    assert not re.search(r"^\s*(::|##\[)", text, re.MULTILINE)
    assert "<!" not in text
    assert text.count("<testcase ") == 6


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_cases_are_called_as_the_flags_are(name: str) -> None:
    told = replace(limits_of([Setting(name=name, value="1", source="")])[0], source=f"--{name}")
    odd = samples.priced("vqe")
    [case] = parsed(
        samples.report((odd,), (samples.amounts("1"),), (samples.check(told, Verdict.PASS, "", odd),))
    ).iter("testcase")
    assert case.get("name") == name
