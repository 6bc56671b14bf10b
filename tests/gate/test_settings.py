"""Settings: from flags, variables and files; what wins, what is refused, and what is said of it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from qplan.cli.limit_options import LIMITS
from qplan.cli.setting_values import NAMES
from qplan.cli.settings import (
    Setting,
    from_environment,
    from_flags,
    governed,
    limits_of,
    resolved,
    settings_from,
)
from qplan.errors import FileError, UsageError
from qplan.gate import Allow
from qplan.model.gate import Bound, Limit, Measure, Scope, Verdict

FILE = """
[project]
name = "x"

[tool.qplan]
quantile = "p95"
max_cost = 50

[tool.qplan.gate]
max-usage = "10m"
max_increase_percent = 12.5
allow_new = true
"""


def test_the_settings_of_a_file_with_their_lines() -> None:
    assert settings_from(FILE, "pyproject.toml") == (
        Setting(name="quantile", value="p95", source="pyproject.toml:6"),
        Setting(name="max-cost", value="50", source="pyproject.toml:7"),
        Setting(name="max-usage", value="10m", source="pyproject.toml:10"),
        Setting(name="max-increase-percent", value="12.5", source="pyproject.toml:11"),
        Setting(name="allow-new", value="true", source="pyproject.toml:12"),
    )


def test_a_file_of_qplans_own_needs_no_table() -> None:
    assert settings_from("max_cost = 5\n[gate]\nseed = 1\n", "a/qplan.toml") == (
        Setting(name="max-cost", value="5", source="a/qplan.toml:1"),
        Setting(name="seed", value="1", source="a/qplan.toml:3"),
    )
    assert settings_from("", "qplan.toml") == ()


@pytest.mark.parametrize("text", ["", "[tool.ruff]\n", "tool = 5\n", "[project]\nname = 'qplan'\n"])
def test_a_pyproject_without_our_table_says_nothing(text: str) -> None:
    assert settings_from(text, "pyproject.toml") is None


REFUSED = [
    ("an unknown key", "max_cots = 5", "qplan.toml:1: unknown setting 'max_cots'; did you mean max_cost?"),
    ("in the form it has", "max-cots = 5", "qplan.toml:1: unknown setting 'max-cots'; did you mean max-cost?"),
    ("like nothing", "x = 5", "qplan.toml:1: unknown setting 'x'"),
    ("an unknown table", "[gates]\nmax_cost = 5", "qplan.toml: unknown setting 'gates'"),
    ("twice", "max_cost = 5\nmax-cost = 6", "qplan.toml:2: max-cost is set twice, first at qplan.toml:1"),
    ("twice in two tables", "seed = 5\n[gate]\nseed = 5", "qplan.toml:3: seed is set twice, first at qplan.toml:1"),
    (
        "not TOML",
        "max_cost 5",
        "qplan.toml: not valid TOML: Expected '=' after a key in a key/value pair (at line 1, column 10)",
    ),
    ("no table", "gate = 5", "qplan.toml: unknown setting 'gate'"),
    (
        "a word",
        'max_cost = "much"',
        "qplan.toml:1: max_cost: must be an amount of money from 0 to 1,000,000,000,000, such as 250.00, not 'much'",
    ),
    (
        "less than nothing",
        "max_cost = -1",
        "qplan.toml:1: max_cost: must be an amount of money from 0 to 1,000,000,000,000, such as 250.00, not '-1'",
    ),
    (
        "not a number",
        "max_cost = nan",
        "qplan.toml:1: max_cost: must be an amount of money from 0 to 1,000,000,000,000, such as 250.00, not 'NaN'",
    ),
    (
        "a list",
        "max_cost = [5]",
        "qplan.toml:1: max_cost: must be an amount of money from 0 to 1,000,000,000,000, such as 250.00",
    ),
    (
        "a truth value",
        "max_cost = true",
        "qplan.toml:1: max_cost: must be an amount of money from 0 to 1,000,000,000,000, such as 250.00",
    ),
    ("a word for a flag", 'strict = "yes"', "qplan.toml:1: strict: must be true or false"),
    (
        "days",
        'max_usage = "3d"',
        "qplan.toml:1: max_usage: '3d' is not a duration: days are not a unit, 1 day is 24h; write it like "
        "500us, 20ms, 5s, 10m, 2h or 1h30m; a bare number is seconds",
    ),
    (
        "a percentile of 0",
        "quantile = 0",
        "qplan.toml:1: quantile: must be a percentile from 1 to 100, such as p95, not '0'",
    ),
    (
        "endless digits",
        f"max_cost = 0.{'1' * 40}",
        "qplan.toml:1: max_cost: must be an amount of money from 0 to 1,000,000,000,000, such as 250.00, not "
        f"'0.{'1' * 40}'",
    ),
    (
        "a baseline",
        'compare_to_git = "HEAD"',
        "qplan.toml:1: unknown setting 'compare_to_git'; it is for the command line or a variable only",
    ),
    (
        "leave to move limits",
        "allow_limit_changes = true",
        "qplan.toml:1: unknown setting 'allow_limit_changes'; it is for the command line or a variable only",
    ),
]


@pytest.mark.parametrize(("why", "text", "told"), REFUSED, ids=[row[0] for row in REFUSED])
def test_a_file_is_refused(why: str, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)) as refused:
        settings_from(text, "qplan.toml")
    assert str(refused.value) == told


def test_all_that_is_wrong_with_a_file_is_told_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        settings_from("max_cots = 5\nseed = -1\nmax_wall = 'soon'\n", "qplan.toml")
    assert [line.partition(": ")[0] for line in str(refused.value).splitlines()] == [
        "qplan.toml:1",
        "qplan.toml:2",
        "qplan.toml:3",
    ]


@pytest.mark.parametrize("name", LIMITS)
def test_every_limit_is_a_flag_a_variable_and_a_key(name: str) -> None:
    key = name.replace("-", "_")
    from_file = settings_from(f"{key} = 7", "qplan.toml")
    assert from_file is not None
    found = [*from_flags({name: "7"}), *from_environment({f"QPLAN_{key.upper()}": "7"}), *from_file]
    assert [each.source for each in found] == [f"--{name}", f"QPLAN_{key.upper()}", "qplan.toml:1"]
    limits = limits_of(found)
    assert len({(each.measure, each.bound, each.scope, each.action, each.value) for each in limits}) == 1
    assert limits[0].value == 7


MEANT = [
    ("max-cost", "50", Measure.COST, Bound.MOST, Scope.WORKLOAD, Verdict.FAIL, "50"),
    ("warn-usage", "10m", Measure.USAGE, Bound.MOST, Scope.WORKLOAD, Verdict.WARN, "600"),
    ("max-wall", "1h30m", Measure.WALL, Bound.MOST, Scope.WORKLOAD, Verdict.FAIL, "5400"),
    ("max-total-cost", "0.10", Measure.COST, Bound.MOST, Scope.TOTAL, Verdict.FAIL, "0.10"),
    ("warn-increase", "5", Measure.COST, Bound.INCREASE, Scope.WORKLOAD, Verdict.WARN, "5"),
    ("max-increase-percent", "12.5%", Measure.COST, Bound.INCREASE_PERCENT, Scope.WORKLOAD, Verdict.FAIL, "12.5"),
    ("max-total-usage-increase", "5s", Measure.USAGE, Bound.INCREASE, Scope.TOTAL, Verdict.FAIL, "5"),
    ("max-wall-increase-percent", "20", Measure.WALL, Bound.INCREASE_PERCENT, Scope.WORKLOAD, Verdict.FAIL, "20"),
]


@pytest.mark.parametrize(("name", "text", "measure", "bound", "scope", "action", "value"), MEANT)
def test_what_a_limit_means(
    name: str, text: str, measure: Measure, bound: Bound, scope: Scope, action: Verdict, value: str
) -> None:
    assert limits_of(from_flags({name: text})) == (
        Limit(measure=measure, bound=bound, scope=scope, value=Decimal(value), action=action, source=f"--{name}"),
    )


def test_flags_win_then_variables_then_the_file() -> None:
    flags = from_flags({"max-cost": "1", "strict": False, "seed": None})
    variables = from_environment({"QPLAN_MAX_COST": "2", "QPLAN_SEED": "2", "QPLAN_STRICT": "no"})
    file = settings_from("max_cost = 3\nseed = 3\nstrict = true\nquantile = 75\nallow_new = true", "qplan.toml")
    assert file is not None
    found = resolved((flags, variables, file))
    assert [(limit.value, limit.source) for limit in found.limits] == [(Decimal(1), "--max-cost")]
    assert (found.seed, found.strict, found.quantile, found.allow) == (
        2, False, Decimal(75), Allow(new=True)
    )  # fmt: skip
    assert found.told == (
        ("max-cost", "1", "--max-cost"),
        ("quantile", "75", "qplan.toml:4"),
        ("strict", "no", "QPLAN_STRICT"),
        ("seed", "2", "QPLAN_SEED"),
        ("allow-new", "true", "qplan.toml:5"),
    )


def test_variables_that_are_empty_or_of_others_do_not_count() -> None:
    assert from_environment({"QPLAN_MAX_COST": " ", "QPLAN_DEBUG": "1", "PATH": "/bin", "QPLAN_PATHS": "w"}) == ()


VARIABLES = [
    ("QPLAN_MAX_COTS", "5", "QPLAN_MAX_COTS: unknown variable; did you mean QPLAN_MAX_COST?"),
    ("QPLAN_ALLOW_ALL", "1", "QPLAN_ALLOW_ALL: unknown variable; did you mean QPLAN_ALLOW_NEW?"),
    ("QPLAN_STRICT", "maybe", "QPLAN_STRICT: must be true or false, not 'maybe'"),
    ("QPLAN_REPLICATIONS", "0", "QPLAN_REPLICATIONS: must be a whole number from 1 to 1,000,000, not '0'"),
]


@pytest.mark.parametrize(("name", "value", "told"), VARIABLES)
def test_a_variable_is_refused(name: str, value: str, told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        from_environment({name: value})


def test_all_wrong_flags_are_told_at_once() -> None:
    with pytest.raises(UsageError) as refused:
        from_flags({"max-cost": "x", "max-wall": "-5"})
    assert [line.partition(": ")[0] for line in str(refused.value).splitlines()] == ["--max-cost", "--max-wall"]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in a folder whose own settings must not be seen from inside."""
    (tmp_path / "qplan.toml").write_text("max_cost = 999\n")
    root = tmp_path / "repo"
    for folder in (".git", "a/deep", "b"):
        (root / folder).mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def limits(files: list[str], **flags: str) -> list[tuple[str, str]]:
    found = governed(files, from_flags(flags), ())
    return [(str(each.value), each.source) for each in found.settings.limits]


FOUND = [
    ("nowhere, and not beyond the repository", {}, "a/w.yaml", []),
    ("beside", {"a/qplan.toml": "max_cost = 1"}, "a/w.yaml", [("1", "a/qplan.toml:1")]),
    ("above", {"qplan.toml": "max_cost = 1"}, "a/deep/w.yaml", [("1", "qplan.toml:1")]),
    (
        "the nearest",
        {"a/qplan.toml": "max_cost = 1", "qplan.toml": "max_cost = 2"},
        "a/deep/w.yaml",
        [("1", "a/qplan.toml:1")],
    ),
    (
        "it replaces those above",
        {"a/qplan.toml": "max_cost = 3", "qplan.toml": "max_cost = 2"},
        "a/w.yaml",
        [("3", "a/qplan.toml:1")],
    ),
    ("an empty one does not", {"a/qplan.toml": "", "qplan.toml": "max_cost = 2"}, "a/w.yaml", [("2", "qplan.toml:1")]),
    ("pyproject", {"pyproject.toml": "[tool.qplan]\nmax_cost = 1"}, "a/w.yaml", [("1", "pyproject.toml:2")]),
    (
        "past one of others",
        {"a/pyproject.toml": "[tool.x]", "qplan.toml": "max_cost = 2"},
        "a/w.yaml",
        [("2", "qplan.toml:1")],
    ),
    (
        "our own before the shared",
        {"qplan.toml": "max_cost = 1", "pyproject.toml": "[tool.qplan]\nmax_cost = 2"},
        "w.yaml",
        [("1", "qplan.toml:1")],
    ),
]


@pytest.mark.parametrize(("why", "files", "workload", "wanted"), FOUND, ids=[row[0] for row in FOUND])
def test_the_first_file_upwards_holds(
    why: str, files: dict[str, str], workload: str, wanted: list[tuple[str, str]], tree: Path
) -> None:
    for name, text in files.items():
        (tree / name).write_text(text)
    assert limits([workload]) == wanted


def test_files_of_several_folders_have_limits_of_their_own(tree: Path) -> None:
    (tree / "a/qplan.toml").write_text("max_cost = 1\nmax_usage = 5\nquantile = 75")
    (tree / "b/qplan.toml").write_text("max_cost = 2\nquantile = 75")
    found = governed(["a/x.yaml", "a/y.yaml", "b/z.yaml"], from_flags({"max-usage": "9"}), ())
    assert (found.settings.quantile, [str(each.value) for each in found.settings.limits]) == (Decimal(75), ["9"])
    assert [(sorted(files), [str(each.value) for each in own]) for files, own in found.own] == [
        (["a/x.yaml", "a/y.yaml"], ["1"]), (["b/z.yaml"], ["2"])
    ]  # fmt: skip
    assert ("max-cost", "2", "b/qplan.toml:1") in found.settings.told


def test_what_is_for_all_must_be_the_same_everywhere(tree: Path) -> None:
    (tree / "a/qplan.toml").write_text("max_total_cost = 1")
    told = "max-total-cost: the settings files of these workloads do not agree (a/qplan.toml:1); give --max-total-cost"
    with pytest.raises(UsageError, match=re.escape(told)):
        governed(["a/x.yaml", "b/z.yaml"], (), ())
    assert limits(["a/x.yaml", "b/z.yaml"], **{"max-total-cost": "5"}) == [("5", "--max-total-cost")]


def test_every_broken_file_is_told(tree: Path) -> None:
    (tree / "a/qplan.toml").write_text("x = 1")
    (tree / "b/qplan.toml").write_text("y = 1")
    with pytest.raises(UsageError) as refused:
        governed(["a/x.yaml", "a/y.yaml", "b/z.yaml"], (), ())
    assert str(refused.value).splitlines() == [
        "a/qplan.toml:1: unknown setting 'x'", "b/qplan.toml:1: unknown setting 'y'"
    ]  # fmt: skip


def test_a_settings_file_that_cannot_be_read_is_no_missing_one(tree: Path) -> None:
    (tree / "qplan.toml").mkdir()
    with pytest.raises(FileError, match=re.escape("qplan.toml: a directory, not a regular file")):
        limits(["w.yaml"])


def test_settings_of_elsewhere_are_read_as_one_says(tree: Path) -> None:
    texts = {str(tree / "qplan.toml"): "max_cost = 8"}
    assert governed(["a/w.yaml"], (), (), texts.get).settings.limits[0].value == 8


def test_no_name_says_two_things() -> None:
    assert len({name.replace("-", "_") for name in NAMES}) == len(NAMES)
