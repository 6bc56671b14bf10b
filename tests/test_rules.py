"""Every rule of the catalogue has a test that names it, and no test names a rule that does not exist."""

import ast
import re
from pathlib import Path

from qplan.parse import catalog

TESTS = Path(__file__).parent


def named_rules() -> dict[str, list[str]]:
    """Rule id to the tests whose names carry it."""
    found: dict[str, list[str]] = {}
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (match := re.match(r"test_([ljbsqurp])_(\d\d)_", node.name)):
                found.setdefault(f"{match[1].upper()}-{match[2]}", []).append(node.name)
    return found


def test_every_rule_has_a_test():
    assert sorted({rule.id for rule in catalog.rules()} - set(named_rules())) == []


def test_no_test_names_an_unknown_rule():
    assert sorted(set(named_rules()) - {rule.id for rule in catalog.rules()}) == []
