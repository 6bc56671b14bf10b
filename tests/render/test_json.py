"""JSON: the contract's keys, typed by the published schema."""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import qplan
from qplan.model.account import Account
from qplan.model.report import SCHEMA_VERSION, Report
from qplan.model.usage import Explained
from qplan.model.workload import Mode
from qplan.render import Format, Options, Page, catalog, renderer
from qplan.render import json as render_json
from tests.render import samples

SCHEMA = json.loads((Path(qplan.__file__).parent / "data" / "output.schema.json").read_text(encoding="utf-8"))
OPTIONS = Options(timeline=True)


def conforms(text: str, definition: str) -> Any:
    """Read strictly (no NaN, no repeated key) and check against one definition and the whole schema."""

    def pairs(items: Sequence[tuple[str, Any]]) -> dict[str, Any]:
        assert len({key for key, _ in items}) == len(items)
        return dict(items)

    data = json.loads(text, object_pairs_hook=pairs, parse_constant=pytest.fail)
    jsonschema.Draft7Validator(SCHEMA).validate(data)
    one = {"$ref": f"#/definitions/{definition}", "definitions": SCHEMA["definitions"]}
    jsonschema.Draft7Validator(one).validate(data)
    return data


def documented(data: Any, schema: dict[str, Any], path: str = "") -> list[str]:
    """Keys of the data that the schema does not name."""
    if "$ref" in schema:
        schema = SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]]
    for option in schema.get("anyOf", ()):
        if option != {"type": "null"}:
            schema = SCHEMA["definitions"][option["$ref"].rpartition("/")[2]]
    if isinstance(data, list):
        return [miss for item in data for miss in documented(item, schema["items"], f"{path}[]")]
    if not isinstance(data, dict):
        return []
    known, missing = schema.get("properties", {}), []
    for key, value in data.items():
        patterns = (part for pattern, part in schema.get("patternProperties", {}).items() if re.search(pattern, key))
        part = known.get(key) or next(patterns, schema.get("additionalProperties"))
        missing += [f"{path}.{key}"] if part is None else documented(value, part, f"{path}.{key}")
    return missing


def test_the_schema_is_a_valid_draft_7_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "sample",
    [
        samples.vqe,
        samples.open_plan,
        samples.unknown_price,
        samples.spread,
        lambda: samples.spread(5, 95),
        samples.risky,
        samples.large,
        samples.hostile,
        samples.hostile_spread,
    ],
)
def test_every_output_conforms_and_every_key_is_documented(sample: Callable[[], Report]) -> None:
    for verb in ("estimate", "compare", "recommend"):
        data = conforms(getattr(renderer(Format.JSON), verb)([sample()], OPTIONS), "report")
        assert documented(data, {"$ref": "#/definitions/report"}) == []


def test_the_schema_refuses_what_the_contract_refuses() -> None:
    good = render_json.report_object(samples.vqe())
    for broken in (
        {**good, "schema_version": "2.0"},
        {**good, "modes": {"serial": {}}},
        {key: value for key, value in good.items() if key != "plan"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft7Validator(SCHEMA).validate(broken)
    jsonschema.Draft7Validator(SCHEMA).validate({**good, "a_key_of_a_later_minor": 1})


def test_one_report() -> None:
    text = renderer(Format.JSON).compare([samples.vqe()], Options())
    assert text.isascii()
    assert text.startswith(f'{{\n  "schema_version": "{SCHEMA_VERSION}",\n  "version": "0.1.0",\n')
    assert text.endswith("\n}\n")
    data = json.loads(text)
    assert list(data) == [
        "schema_version", "version", "data_date", "workload", "backend", "plan", "seed", "replications",
        "sampling", "modes", "comparison", "recommendation", "assumptions", "diagnostics",
    ]  # fmt: skip
    assert data["workload"] == {"name": "h2o-vqe", "file": "vqe.yaml"}
    assert (data["backend"], data["plan"], data["seed"], data["replications"]) == (
        "ibm_kingston", "pay-as-you-go", 0, 1,
    )  # fmt: skip
    assert list(data["modes"]) == ["job", "batch", "session"]
    assert data["modes"]["session"] == {
        "allowed": True,
        "reason": None,
        "usage_s": {"p10": 40, "p50": 40, "p90": 40, "mean": 40},
        "wall_s": {"p10": 140, "p50": 140, "p90": 140, "mean": 140},
        "queue_s": {"p10": 100, "p50": 100, "p90": 100, "mean": 100},
        "qpu_busy_s": {"p10": 18, "p50": 18, "p90": 18, "mean": 18},
        "drift_s": {"p10": 36, "p50": 36, "p90": 36, "mean": 36},
        "cost": {"p10": "64.00", "p50": "64.00", "p90": "64.00", "mean": "64.00", "currency": "USD"},
        "cost_reason": None,
        "jobs": {"total": 3, "completed": 3, "failed": 0, "cancelled": 0, "not_submitted": 0, "queued": 0},
        "retries": 0,
        "lane_use": 0.15,
        "activations": 1,
        "windows": [{"start_s": 100, "end_s": 140}],
        "need": None,
        "completed_jobs": {"p10": 3, "p50": 3, "p90": 3, "mean": 3},
        "odds": None,
    }
    assert data["sampling"] is None
    assert data["modes"]["job"]["windows"] == []
    assert data["comparison"] == {"reference": "batch", "cheapest": "job", "fastest": "session"}
    assert data["recommendation"]["reasons"][1] == {
        "rule": "R-03", "text": "It costs 64.00 USD against 28.80 USD as a batch.", "speaks_for": False,
    }  # fmt: skip
    assert data["recommendation"]["actions"][1] == {
        "kind": "merge", "rule": "U-03", "text": "Merge the jobs of a step.",
        "saves_usage_s": 4, "saves_wall_s": -3, "saves_cost": "6.40",
    }  # fmt: skip
    assert data["recommendation"]["break_evens"][0]["value"] == "31.5"
    assert data["assumptions"][3] == {
        "name": "think", "value": "5 s", "source": "vqe.yaml:14", "status": "user", "date": None,
    }  # fmt: skip
    assert data["diagnostics"][0]["line"] is None


def test_replications_come_with_quantiles_odds_and_the_sampling_error() -> None:
    data = json.loads(renderer(Format.JSON).compare([samples.risky()], Options()))
    assert data["sampling"] == {
        "error": 0.0421, "confidence": 0.95, "figure": "p90 of wall-clock as a batch", "wanted": None, "met": True,
        "says": "sampling error only",
    }  # fmt: skip
    session = data["modes"]["session"]
    assert session["odds"] == {
        "cheapest": 0.0, "fastest": 0.7, "complete": 0.7, "ttl_cut": 0.3, "over_allocation": 0.2,
        "within_budget": None, "within_deadline": 0.8,
    }  # fmt: skip
    assert session["completed_jobs"] == {"p10": 2, "p50": 3, "p90": 3, "mean": 2.7}
    assert session["usage_s"] == {"p10": 38, "p50": 42, "p90": 46, "mean": 42.5}


def test_quantiles_asked_for_are_keys_of_every_quantity() -> None:
    mode = json.loads(renderer(Format.JSON).compare([samples.spread(5, 95)], Options()))["modes"]["session"]
    assert mode["wall_s"] == {"p10": 70, "p50": 700, "p90": 15160, "mean": 12160, "p5": 70, "p95": 100040}
    assert mode["cost"] == {
        "p10": "60.80", "p50": "67.20", "p90": "73.60", "mean": "68.00", "p5": "60.80", "p95": "75.20",
        "currency": "USD",
    }  # fmt: skip
    assert mode["completed_jobs"] == {"p10": 3, "p50": 3, "p90": 3, "mean": 3, "p5": 3, "p95": 3}


def test_shares_have_six_decimals_and_an_unmet_precision_says_so() -> None:
    report = samples.spread()
    third = replace(report.odds[0] or pytest.fail("no odds"), cheapest=1 / 3)
    told = replace(report, odds=(third, None, None), sampling=replace(samples.SAMPLING, wanted=0.02))
    data = json.loads(renderer(Format.JSON).compare([told], Options()))
    assert data["modes"]["job"]["odds"]["cheapest"] == 0.333333
    assert data["modes"]["batch"]["odds"] is None
    assert (data["sampling"]["wanted"], data["sampling"]["met"]) == (0.02, False)


def test_the_timeline_comes_only_when_asked_for() -> None:
    zero = replace(samples.SESSION.timeline[0], end_us=0)
    account = replace(samples.SESSION, timeline=(zero, *samples.SESSION.timeline[:3]))
    report = samples.with_accounts(samples.vqe(), account)
    assert "timeline" not in render_json.report_object(report)["modes"]["session"]  # type: ignore[index]
    data = json.loads(renderer(Format.JSON).compare([report], OPTIONS))
    assert data["modes"]["session"]["timeline"] == [
        {"job": "energy[1]", "phase": "queue", "lane": None, "start_s": 0, "end_s": 100},
        {"job": "energy[1]", "phase": "classical_before", "lane": 0, "start_s": 100, "end_s": 104},
        {"job": "energy[1]", "phase": "qpu", "lane": 0, "start_s": 104, "end_s": 110},
    ]


def test_a_refused_mode_has_a_reason_and_null_figures() -> None:
    mode = json.loads(renderer(Format.JSON).compare([samples.open_plan()], OPTIONS))["modes"]["session"]
    assert mode.pop("allowed") is False
    assert mode.pop("reason") == "The Open plan admits no sessions (rule S-09)."
    assert set(mode.values()) == {None}


def test_unknown_money_is_null_with_a_reason_and_never_zero() -> None:
    mode = json.loads(renderer(Format.JSON).compare([samples.unknown_price()], Options()))["modes"]["batch"]
    assert mode["cost"] is None
    assert mode["cost_reason"] == "the price of flex is agreed with each customer; set plan.price_per_second"


def test_a_limit_met_tells_what_the_whole_would_need() -> None:
    mode = json.loads(renderer(Format.JSON).compare([samples.open_plan()], Options()))["modes"]["batch"]
    assert mode["need"] == {"usage_s": 18, "wall_s": 340, "cost": "28.80"}


def test_times_are_whole_or_exact_to_the_microsecond() -> None:
    run = replace(samples.JOB.runs[0], usage_us=1_500_001, wall_us=10**16)
    report = samples.with_accounts(samples.vqe(), Account(mode=Mode.JOB, runs=(run,)))
    text = renderer(Format.JSON).compare([report], Options())
    assert '"p50": 1.500001,' in text
    assert '"p50": 10000000000,' in text


def test_several_reports_come_with_a_summary() -> None:
    other = replace(samples.unknown_price(), workload=samples.workload("other", "other.yaml"))
    data = conforms(renderer(Format.JSON).estimate([samples.vqe(), other], Options()), "reports")
    assert list(data) == ["schema_version", "workloads", "summary"]
    assert data["workloads"][0] == json.loads(renderer(Format.JSON).estimate([samples.vqe()], Options()))
    assert documented(data, {"$ref": "#/definitions/reports"}) == []
    assert data["summary"] == {
        "reports": 2,
        "backends": ["ibm_kingston"],
        "comparable": False,
        "chosen": [
            {"workload": "h2o-vqe", "file": "vqe.yaml", "backend": "ibm_kingston", "mode": "session", "usage_s": 40,
             "wall_s": 140, "cost": "64.00"},
            {"workload": "other", "file": "other.yaml", "backend": "ibm_kingston", "mode": "session", "usage_s": 40,
             "wall_s": 140, "cost": None},
        ],
        "mean_usage_s": 80,
        "mean_cost": None,
        "currency": None,
    }  # fmt: skip


def test_problems() -> None:
    data = conforms(renderer(Format.JSON).problems(samples.PROBLEMS, ["vqe.yaml", "one.yaml"], Options()), "problems")
    assert data["summary"] == {"valid": False, "errors": 1, "warnings": 1, "notes": 0}
    assert data["problems"][0] == {
        "severity": "error", "code": "QP012", "message": "shots is -5", "hint": "write a whole number from 1 up",
        "path": "jobs[0].shots", "file": "vqe.yaml", "line": 12, "column": 12,
    }  # fmt: skip


PAGES = {
    "profiles": catalog.profiles([samples.KINGSTON], [samples.PAYG], [samples.MODEL]),
    "profile": catalog.profile("ibm_kingston", samples.FACTS),
    "rule": catalog.rule(samples.RULE),
    "rules": catalog.rules([samples.RULE]),
    "figures": catalog.figures("vqe.yaml", [Explained(figure="usage", value="6 s", terms=samples.TERMS)]),
}


@pytest.mark.parametrize(("name", "page"), PAGES.items(), ids=PAGES)
def test_pages_of_the_catalogue(name: str, page: Page) -> None:
    data = conforms(renderer(Format.JSON).page(page, Options()), name)
    assert documented(data, {"$ref": f"#/definitions/{name}"}) == []
