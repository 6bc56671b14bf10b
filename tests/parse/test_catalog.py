"""What ships with qplan: every figure has a source, names resolve, and the figures are those of the sources."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from qplan.errors import UsageError
from qplan.model.backend import Backend
from qplan.model.duration import Duration
from qplan.model.fact import Status
from qplan.model.pricing import LimitAction, PricingPlan
from qplan.model.usage import UsageModel
from qplan.parse import catalog
from qplan.parse.package_data import content_of, names_in

RULES = """
L-01 L-02 L-03 L-04 L-05
J-01 J-02 J-03 J-04 J-05 J-06
B-01 B-02 B-03 B-04 B-05 B-06 B-07 B-08 B-09 B-10 B-11 B-12 B-13 B-14
S-01 S-02 S-03 S-04 S-05 S-06 S-07 S-08 S-09 S-10 S-11 S-12 S-13 S-14
Q-01 Q-02 Q-03 Q-04
U-01 U-02 U-03 U-04 U-05 U-06 U-07 U-08 U-09 U-10 U-11
R-01 R-02 R-03 R-04 R-05 R-06 R-07
P-01 P-02 P-03 P-04 P-05 P-06
"""
CURRENT = """
ibm_aachen ibm_berlin ibm_boston ibm_fez ibm_kingston ibm_marrakesh ibm_miami ibm_phoenix ibm_pittsburgh
"""
FILES = [f"{folder}/{name}.yaml" for folder in catalog.FOLDERS for name in names_in(folder)]
DEFAULTS = ["defaults.yaml", "fair_share.yaml"]
NO_FIGURES = {"title", "simulator", "sources"}
HOUR_US = 3_600_000_000


def figures_in(mapping: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of a profile file that is not part of its head, by path."""
    for key, entry in mapping.items():
        if not path and key in NO_FIGURES:
            continue
        if isinstance(entry, dict) and "value" not in entry:
            yield from figures_in(entry, f"{path}{key}.")
        else:
            yield f"{path}{key}", entry


@pytest.mark.parametrize("file", [*FILES, *DEFAULTS])
def test_every_figure_has_source_date_and_status(file: Any) -> None:
    content = content_of(file)
    for path, figure in figures_in(content):
        assert figure["status"] in {"published", "measured", "derived", "assumed"}, path
        source = content["sources"][figure["source"]]
        assert source["title"], path
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}", source["date"]), path


@pytest.mark.parametrize("file", [*FILES, *DEFAULTS, "rules.yaml"])
def test_no_source_is_left_over(file: Any) -> None:
    text = str({key: entry for key, entry in content_of(file).items() if key != "sources"})
    assert [name for name in content_of(file)["sources"] if f"'{name}'" not in text] == []


def test_facts_carry_source_date_and_status() -> None:
    nouns: list[Backend | PricingPlan | UsageModel] = [catalog.backend(name) for name in catalog.backend_names()]
    nouns += [catalog.plan(name) for name in catalog.plan_names()]
    nouns += [catalog.usage_model(name) for name in catalog.usage_model_names()]
    facts = [fact for noun in nouns for fact in noun.facts]
    facts += [fact for name in catalog.queue_names() for fact in catalog.queue_facts(name)]
    facts += [fact for name in catalog.background_names() for fact in catalog.background_facts(name)]
    facts += [*catalog.classical_defaults("ibm_fez").facts, *catalog.default_facts().values(), *catalog.limits().facts]
    assert len(facts) > 300
    assert [fact for fact in facts if not (fact.value and fact.source and fact.date)] == []
    assert {fact.status for fact in facts} == set(Status) - {Status.USER}


def test_rules_are_complete() -> None:
    assert sorted(rule.id for rule in catalog.rules()) == sorted(RULES.split())


@pytest.mark.parametrize("rule", catalog.rules(), ids=lambda rule: rule.id)
def test_rule_says_all(rule: Any) -> None:
    assert len(rule.statement) > 20
    assert rule.seen_as.endswith(".")
    assert rule.source
    assert re.fullmatch(r"\d{4}(-\d\d){1,2}", rule.date)


def test_notes_are_marked() -> None:
    assert {rule.id for rule in catalog.rules() if rule.note} == {"J-04", "J-06", "B-11", "B-14", "S-12"}


def test_rule_by_id_in_any_case() -> None:
    assert catalog.rule("s-09").id == "S-09"
    assert "Open" in catalog.rule("S-09").statement


def test_fleet_and_retired() -> None:
    backends = [catalog.backend(name) for name in catalog.backend_names()]
    assert [b.name for b in backends if not b.retired and not b.simulator] == CURRENT.split()
    assert [b.name for b in backends if b.simulator] == ["fake_nighthawk", "local_simulator"]
    assert {b.name: b.retired for b in backends}["ibm_brisbane"] == "2025-11-03"


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("ibm_berlin", "rep_delay_s", 0.004),
        ("ibm_berlin", "rep_delay_min_s", 0.001),
        ("ibm_berlin", "plans", ("flex", "premium")),
        ("ibm_berlin", "reset_ns", None),
        ("ibm_fez", "two_qubit_ns", 84.0),
        ("ibm_fez", "sx_ns", 24.0),
        ("ibm_fez", "measure_ns", 1560.0),
        ("ibm_fez", "rep_delay_max_s", 0.002),
        ("ibm_kingston", "reset_ns", 2312.0),
        ("ibm_kingston", "plans", ("open", "pay-as-you-go", "flex", "premium")),
        ("ibm_boston", "plans", ("pay-as-you-go", "flex", "premium")),
        ("ibm_miami", "two_qubit_ns", 138.0),
        ("ibm_phoenix", "rep_delay_s", 0.000001),
        ("ibm_phoenix", "sx_ns", None),
        ("ibm_torino", "qubits", 133),
        ("ibm_kawasaki", "sx_ns", 53.3),
        ("ibm_washington", "rep_delay_s", 0.00015),
        ("ibm_pittsburgh", "lanes", 5),
        ("local_simulator", "rep_delay_s", 0.0),
    ],
)
def test_backend_figure(name: Any, field: Any, value: Any) -> None:
    assert getattr(catalog.backend(name), field) == value


@pytest.mark.parametrize(
    ("name", "price", "sessions", "action", "remaining_us", "batch_max_us"),
    [
        ("open", "0", False, LimitAction.HOLD, 600_000_000, 600_000_000),
        ("pay-as-you-go", "1.60", True, LimitAction.STOP, None, 8 * HOUR_US),
        ("flex", "1.20", True, LimitAction.HOLD, None, 8 * HOUR_US),
        ("premium", None, True, LimitAction.HOLD, None, 8 * HOUR_US),
    ],
)
def test_plan_figures(name: Any, price: Any, sessions: Any, action: Any, remaining_us: Any, batch_max_us: Any) -> None:
    plan = catalog.plan(name)
    assert plan.price_per_second == (None if price is None else Decimal(price))
    assert (plan.sessions_allowed, plan.limit_action, plan.remaining_us) == (sessions, action, remaining_us)
    assert (plan.batch_max_time_us, plan.session_max_time_us) == (batch_max_us, 8 * HOUR_US)
    assert (plan.batch_interactive_ttl_us, plan.batch_interactive_ttl_documented_us) == (1_000_000, 60_000_000)


@pytest.mark.parametrize(
    ("name", "fact", "status"),
    [
        ("pay-as-you-go", "price_per_second", "published"),
        ("flex", "price_per_second", "assumed"),
        ("premium", "session_max_time_us", "published"),
        ("flex", "session_max_time_us", "assumed"),
        ("open", "batch_interactive_ttl_us", "measured"),
        ("open", "batch_interactive_ttl_documented_us", "published"),
    ],
)
def test_plan_figures_say_how_sure_they_are(name: Any, fact: Any, status: Any) -> None:
    assert {f.name: f.status.value for f in catalog.plan(name).facts}[fact] == status


def test_premium_is_not_billed_per_second_and_open_has_no_sessions() -> None:
    assert catalog.plan("premium").price_reason.startswith("not billed per second")
    assert "no sessions" in catalog.plan("open").sessions_reason
    assert catalog.plan("flex").price_reason == ""


def test_usage_models() -> None:
    published, measured = catalog.usage_model("published"), catalog.usage_model("measured")
    assert set(published.per_job_s.values()) == {Decimal(2)}
    assert (published.rounding, published.counts_reset, published.per_execution_s) == ("up", True, Decimal(0))
    assert measured.per_job_s == {
        "sampler": Decimal("1.56"),
        "estimator_0": Decimal("2.61"),
        "estimator_1": Decimal("3.24"),
        "estimator_2": Decimal("3.08"),
    }
    assert (measured.per_circuit_s, measured.per_wide_circuit_s) == (Decimal("0.0011"), Decimal("0.0131"))
    assert (measured.per_execution_s, measured.trex_executions) == (Decimal("0.0000038"), Decimal(29_643))
    assert (measured.automatic_trex_share, measured.default_circuit_duration_s) == (Decimal(0), Decimal("0.000012"))
    assert (measured.rounding, measured.minimum_s, measured.counts_reset) == ("nearest", Decimal(2), False)
    assert (measured.band_low, measured.band_high) == (Decimal("0.96"), Decimal("1.5"))
    assert (measured.wide_qubits, measured.wide_depth, measured.wide_band_high) == (30, 1000, Decimal("2.5"))


def test_queue_profiles_are_bounded_and_have_a_source() -> None:
    busy = catalog.queue_profile("busy-2020-21")
    assert (busy.wait.median_us, busy.wait.values_us[-1], busy.wait.probabilities[-1]) == (644_500_000, 48 * HOUR_US, 1)
    assert (busy.between, busy.correlation_us) == (Duration.fixed(67_100_000), HOUR_US)
    quiet = catalog.queue_profile("quiet-2026")
    assert (quiet.wait.median_us, quiet.wait.values_us[-1]) == (1_230_000, 1_337_030_000)
    assert {catalog.queue_profile(name).wait.probabilities[-1] for name in catalog.queue_names()} == {1.0}
    assert "quiet-2026" in catalog.queue_facts("busy-2020-21")[0].source


MACHINES = {
    "johannesburg-2020-21": 39_026_900_000,
    "manhattan-2020-21": 3_852_800_000,
    "paris-2020-21": 746_500_000,
    "rome-2020-21": 53_700_000,
    "toronto-2020-21": 42_200_000,
}


@pytest.mark.parametrize(("name", "median_us"), MACHINES.items())
def test_queues_of_single_machines_say_how_many_jobs_they_rest_on(name: str, median_us: int) -> None:
    assert catalog.queue_profile(name).wait.median_us == median_us
    [wait, *_] = catalog.queue_facts(name)
    assert re.search(r": [0-9,]{3,} jobs; the bound of 48 h is assumed$", wait.source)
    assert (wait.status, wait.date) == (Status.MEASURED, "2021-03")


def test_classical_defaults() -> None:
    classical = catalog.classical_defaults("ibm_fez")
    assert (classical.before.median_us, classical.before.values_us[-1]) == (3_380_000, 125_980_000)
    assert (classical.after.median_us, classical.after.is_random) == (0, False)
    assert (classical.think.median_us, classical.think.values_us[-1]) == (1_200_000, 2_250_000)
    assert classical.before_estimator is not None
    assert (classical.before_estimator.median_us, classical.before_estimator.values_us[-1]) == (5_980_000, 20_320_000)


def test_background_stays_under_two_hours_a_day() -> None:
    day = [(24 * HOUR_US // one.every_us, one.length) for one in catalog.background_profile("typical").calibrations]
    assert day == [(24, Duration.fixed(60_000_000)), (6, Duration.fixed(900_000_000))]
    assert sum(times * length.median_us for times, length in day) < 2 * HOUR_US


def test_the_phase_of_calibrations_is_anywhere_in_their_period() -> None:
    for one in catalog.background_profile("typical").calibrations:
        assert (one.first.values_us, one.first.probabilities) == ((0, one.every_us), (0.0, 1.0))
        assert one.first.median_us == one.every_us // 2


def test_defaults_of_a_fair_share_queue() -> None:
    defaults = catalog.fair_share_defaults()
    assert defaults.times_us == {"used": 0, "window": 28 * 24 * HOUR_US, "warm_up": 24 * HOUR_US}
    assert {fact.name: fact.status for fact in defaults.facts} == {
        "used": Status.ASSUMED,
        "window": Status.PUBLISHED,
        "warm_up": Status.ASSUMED,
    }


def test_defaults_exist_and_are_explained() -> None:
    assert catalog.defaults() == {
        "backend": "ibm_kingston",
        "plan": "pay-as-you-go",
        "queue": "busy-2020-21",
        "usage_model": "measured",
    }
    assert catalog.defaults()["plan"] in catalog.backend(catalog.defaults()["backend"]).plans
    assert "only measured distribution" in catalog.default_facts()["queue"].source
    assert catalog.circuit_defaults().duration_s == Decimal("0.000075")


def test_limits_of_a_job() -> None:
    limits = catalog.limits()
    assert (limits.sampler_executions, limits.instructions_per_qubit) == (10_000_000, 26_800_000)
    assert (limits.two_qubit_gates_per_circuit, limits.qpu_time_s) == (5_000_000, 10_800)
    assert catalog.constants().limits == limits


def test_data_date_is_the_newest_of_the_sources() -> None:
    dates = [source["date"] for file in FILES for source in content_of(file)["sources"].values()]
    assert catalog.data_date() == max(dates) == "2026-09-30"


@pytest.mark.parametrize(
    ("look_up", "name", "nearest"),
    [
        (catalog.backend, "ibm_fes", "ibm_fez"),
        (catalog.plan, "premum", "premium"),
        (catalog.usage_model, "measurd", "measured"),
        (catalog.queue_profile, "quiet", "quiet-2026"),
        (catalog.background_profile, "typcal", "typical"),
        (catalog.rule, "S-99", "S-09"),
    ],
)
def test_unknown_name_tells_the_nearest(look_up: Any, name: Any, nearest: Any) -> None:
    with pytest.raises(catalog.UnknownNameError) as caught:
        look_up(name)
    assert caught.value.nearest[0] == nearest
    assert f"did you mean {nearest!r}?" in str(caught.value)
    assert isinstance(caught.value, UsageError)
    assert isinstance(caught.value, KeyError)


@pytest.mark.parametrize("name", ["../plans/open", "/etc/passwd", "", "x" * 500])
def test_a_name_is_never_a_path(name: Any) -> None:
    with pytest.raises(catalog.UnknownNameError, match="known are"):
        catalog.backend(name)


def test_one_backend_reads_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def watched(path: str) -> Mapping[str, Any]:
        read.append(path)
        return content_of(path)

    monkeypatch.setattr(catalog, "content_of", watched)
    catalog.backend("ibm_fez")
    assert read == ["backends/ibm_fez.yaml"]
