"""Profile files to nouns: figures with and without sources, overrides, and what is wrong with them."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from qplan.errors import WorkloadError
from qplan.model.duration import Duration, Spread
from qplan.model.fact import Fact, Status
from qplan.model.pricing import LimitAction
from qplan.model.workload import Calibration
from qplan.parse import catalog
from qplan.parse.profiles import backend_from, plan_from, usage_model_from
from qplan.parse.quantiles import quantiles_from, spread_text
from qplan.parse.surroundings import background_from, queue_from

Content = Mapping[str, Any]
Found = tuple[str, str, str]

SOURCES = {"lab": {"title": "lab book", "repo": "me/lab", "commit": "0123456789", "date": "2026-10-01"}}
OWN: Content = {
    "sources": SOURCES,
    "lanes": {"value": 3, "source": "lab", "status": "measured", "note": "seen at noon"},
    "rep_delay": "100us",
}


def problems_of(kind: Callable[..., object], mapping: Content, overrides: Content | None = None) -> list[Found]:
    with pytest.raises(WorkloadError) as caught:
        kind(mapping, "mine", overrides)
    return [(problem.code, problem.path, problem.hint) for problem in caught.value.problems]


def test_figure_with_source_becomes_a_fact() -> None:
    lanes = backend_from(OWN, "mine").facts[0]
    assert lanes == Fact(
        name="lanes",
        value="3",
        source="lab book (me/lab@0123456): seen at noon",
        status=Status.MEASURED,
        date="2026-10-01",
    )


def test_bare_value_counts_as_the_users() -> None:
    delay = backend_from(OWN, "mine").facts[1]
    assert delay == Fact(name="rep_delay_s", value="100us", source="given by the user", status=Status.USER, date="")


def test_source_may_be_a_text_of_its_own() -> None:
    own = {**OWN, "qubits": {"value": 7, "source": "my colleague", "date": "2026-10", "status": "assumed"}}
    fact = backend_from(own, "mine").facts[1]
    assert (fact.source, fact.date, fact.status) == ("my colleague", "2026-10", Status.ASSUMED)


def test_omitted_figures_are_not_known() -> None:
    mine = backend_from(OWN, "mine")
    assert (mine.qubits, mine.sx_ns, mine.rep_delay_max_s, mine.plans, mine.retired) == (None, None, None, (), "")
    assert [fact.name for fact in mine.facts] == ["lanes", "rep_delay_s"]


@pytest.mark.parametrize(
    ("overrides", "field", "value"),
    [
        ({"lanes": 3}, "lanes", 3),
        ({"rep_delay": "1ms"}, "rep_delay_s", 0.001),
        ({"rep_delay": 0.00002}, "rep_delay_s", 0.00002),
        ({"rep_delay_min": "20us"}, "rep_delay_min_s", 0.00002),
        ({"rep_delay_max": "500us"}, "rep_delay_max_s", 0.0005),
        ({"sx": "30ns"}, "sx_ns", 30.0),
        ({"two_qubit": "90ns"}, "two_qubit_ns", 90.0),
        ({"measure": "2us"}, "measure_ns", 2000.0),
        ({"reset": 0.000002}, "reset_ns", 2000.0),
        ({"qubits": 20}, "qubits", 20),
        ({"qubits": None}, "qubits", None),
        ({"plans": ["open"]}, "plans", ("open",)),
        ({"session_advice": "2h"}, "session_advice_s", 7200.0),
    ],
)
def test_override_replaces_one_figure_and_is_the_users(overrides: Any, field: Any, value: Any) -> None:
    plain, changed = catalog.backend("ibm_fez"), catalog.backend("ibm_fez", overrides)
    assert getattr(changed, field) == value
    assert {fact.name: fact.status for fact in changed.facts}[field] is Status.USER
    others = {fact.name: fact for fact in plain.facts if fact.name != field}
    assert {fact.name: fact for fact in changed.facts if fact.name != field} == others


def test_a_retired_backend_can_be_brought_back() -> None:
    assert catalog.backend("ibm_torino").retired == "2026-04-01"
    back = catalog.backend("ibm_torino", {"retired": None})
    assert back.retired == ""
    assert {fact.name: fact.value for fact in back.facts}["retired"] == "no"


def test_plan_override_replaces_a_price_and_its_reason() -> None:
    contract = catalog.plan("premium", {"price_per_second": 0.8, "currency": "EUR", "remaining": "4m"})
    assert contract.price_per_second == Decimal("0.8")
    assert (contract.price_reason, contract.currency, contract.remaining_us) == ("", "EUR", 240_000_000)


def test_plan_of_a_user_states_as_little_as_a_price() -> None:
    own = plan_from({"price_per_second": None, "limit_action": "stop"}, "own")
    assert (own.price_per_second, own.price_reason) == (None, "the price is not known")
    assert (own.limit_action, own.sessions_allowed, own.remaining_us) == (LimitAction.STOP, True, None)


@pytest.mark.parametrize(
    ("overrides", "found"),
    [
        pytest.param({"lane": 3}, ("QP101", "lane", "did you mean 'lanes'?"), id="misspelt"),
        pytest.param({"sources": {}}, ("QP101", "sources"), id="the table of sources"),
        pytest.param({"lanes": 0}, ("QP104", "lanes"), id="no lane"),
        pytest.param({"lanes": True}, ("QP104", "lanes"), id="truth value"),
        pytest.param({"lanes": 2.5}, ("QP104", "lanes"), id="half a lane"),
        pytest.param({"lanes": None}, ("QP104", "lanes"), id="null where a figure is needed"),
        pytest.param({"rep_delay": "5 min"}, ("QP104", "rep_delay"), id="no duration"),
        pytest.param({"sx": -1}, ("QP104", "sx"), id="negative"),
        pytest.param({"plans": "open"}, ("QP104", "plans"), id="text for a list"),
        pytest.param({"qubits": {"value": 3, "status": "sure"}}, ("QP104", "qubits.status"), id="no such status"),
        pytest.param({"qubits": {"value": 3, "sorce": "x"}}, ("QP101", "qubits.sorce"), id="unknown part of a figure"),
    ],
)
def test_wrong_override_is_told(overrides: Any, found: Any) -> None:
    (problem,) = problems_of(backend_from, OWN, overrides)
    assert problem[: len(found)] == found


def test_all_problems_come_at_once() -> None:
    found = problems_of(backend_from, {"lanes": 0, "rep_delay": "x", "lane": 1})
    assert [code for code, *_ in found] == ["QP104", "QP104", "QP101"]


def test_missing_figure_is_told() -> None:
    assert problems_of(backend_from, {"lanes": 5}) == [("QP102", "rep_delay", "add 'rep_delay'")]


@pytest.mark.parametrize("price", [-1, "NaN", "Infinity", 10**9, "much"])
def test_price_must_be_an_amount(price: Any) -> None:
    assert problems_of(plan_from, {"price_per_second": price})[0][:2] == ("QP104", "price_per_second")


def test_usage_model_of_a_user() -> None:
    constants = {"per_circuit": 0, "per_execution": "5us", "automatic_trex_share": 0.5, "counts_reset": False}
    shape = {"rounding": "up", "minimum": "2s", "band_low": 0.9, "band_high": 1.1}
    per_job = {
        "sampler": {"value": "3s", "source": "lab", "status": "measured"},
        "estimator_0": "3s",
        "estimator_1": 9.5,
        "estimator_2": "10s",
    }
    model = usage_model_from({"sources": SOURCES, "per_job": per_job, **constants, **shape}, "mine")
    assert model.per_job_s["estimator_1"] == Decimal("9.5")
    assert (model.rounding, model.wide_qubits) == ("up", None)
    assert {fact.name: fact.status.value for fact in model.facts}["per_job_s.sampler"] == "measured"


def test_queue_without_correlation_has_one_wait_for_the_whole_run() -> None:
    queue, facts = queue_from({"wait": {"p50": "11m", "p90": "4h"}}, "mine")
    assert (queue.wait.values_us, queue.wait.probabilities) == ((660_000_000, 14_400_000_000), (0.5, 0.9))
    assert (queue.between, queue.correlation_us) == (Duration.fixed(0), 0)
    assert [(fact.name, fact.value) for fact in facts] == [("wait", "p50 11m, p90 4h")]


def test_queue_may_have_a_fixed_wait() -> None:
    assert queue_from({"wait": "11m", "between": "30s"}, "mine")[0].wait == Duration.fixed(660_000_000)


def test_periods_of_the_background_may_be_random_in_all_but_the_period() -> None:
    often = {"first": {"min": 0, "max": "2h"}, "every": "2h", "length": {"p50": "1m", "p90": "3m"}}
    rare = {"first": "2h", "every": "24h", "length": "10m"}
    background, facts = background_from({"calibrations": {"a": often, "b": rare}})
    hour = 3_600_000_000
    phase = Duration(spread=Spread.QUANTILES, values_us=(0, 2 * hour), probabilities=(0.0, 1.0))
    length = Duration(spread=Spread.QUANTILES, values_us=(60_000_000, 180_000_000), probabilities=(0.5, 0.9))
    assert background.calibrations == (
        Calibration(first=phase, length=length, every_us=2 * hour),
        Calibration(first=Duration.fixed(2 * hour), length=Duration.fixed(600_000_000), every_us=24 * hour),
    )
    assert [(fact.name, fact.value) for fact in facts] == [
        ("calibrations.a.first", "min 0s, max 2h"),
        ("calibrations.a.every", "2h"),
        ("calibrations.a.length", "p50 1m, p90 3m"),
        ("calibrations.b.first", "2h"),
        ("calibrations.b.every", "24h"),
        ("calibrations.b.length", "10m"),
    ]


def test_between_may_be_random_in_a_profile() -> None:
    queue, facts = queue_from({"wait": "11m", "between": {"p50": "30s", "p90": "2m"}}, "mine")
    assert (queue.between.is_random, facts[1].value) == (True, "p50 30s, p90 2m")


@pytest.mark.parametrize("every", ["0s", "1us"])
def test_a_period_cannot_be_endless(every: Any) -> None:
    rare = {"first": "2h", "every": every, "length": "10m"}
    with pytest.raises(WorkloadError, match=r"calibrations\.b\.every"):
        background_from({"calibrations": {"b": rare}})


def test_quantiles_may_stand_in_any_order_and_between_percents() -> None:
    spread = quantiles_from({"max": "1h", "p99.9": "30m", "min": 0, "p50": "1s"})
    assert spread.values_us == (0, 1_000_000, 1_800_000_000, 3_600_000_000)
    assert spread.probabilities == (0.0, 0.5, 0.999, 1.0)
    assert spread_text(spread) == "min 0s, p50 1s, p99.9 30m, max 1h"


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        pytest.param({}, "no quantile", id="empty"),
        pytest.param({"p50": "2s", "p90": "1s"}, "p90 is shorter than p50", id="falling"),
        pytest.param({"min": "1s", "p0": "1s"}, "p0 is given twice", id="twice"),
        pytest.param({"q50": "1s"}, "'q50' is not a quantile", id="misspelt"),
        pytest.param({"p101": "1s"}, "is not a quantile", id="beyond"),
        pytest.param({"p50": "soon"}, "'soon' is not a duration", id="no duration"),
    ],
)
def test_wrong_quantiles_are_told(mapping: Any, words: Any) -> None:
    with pytest.raises(ValueError, match=words):
        quantiles_from(mapping)
