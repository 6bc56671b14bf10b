"""Published charges and timings against the tool as shipped; docs/accuracy.md has them held out."""

from __future__ import annotations

import statistics

import pytest

from benchmarks import accuracy, usage_fit
from qplan.calibrate import fit
from qplan.parse import catalog
from qplan.plan import plan_jobs
from qplan.plan.quantum_time import EXECUTIONS, breakdown
from tests.reference.published import Case, cases, spans, timestamps, usable, workload_of


@pytest.fixture(scope="module")
def estimates() -> dict[str, accuracy.Estimate]:
    measured = catalog.usage_model("measured")
    return {case.id: accuracy.by_qplan(case, measured, replications=200) for case in usable()}


def test_the_reference_set_is_whole():
    """103 charges, twelve of them unscored with a reason, and ten receipts."""
    rows = cases()
    assert (len(rows), len(usable())) == (113, 101)
    assert len({case.id for case in rows}) == 113
    assert {case.group for case in rows} == set(accuracy.GROUPS)
    assert (len(spans()), len(timestamps())) == (12, 20)


def test_the_shipped_models_are_those_of_the_fit():
    known = usage_fit.data()
    for name, text in usage_fit.texts(known, fit(known.charges.part(known.fitted), usage_fit.PRIOR)).items():
        assert (usage_fit.FOLDER / f"{name}.yaml").read_text(encoding="utf-8") == text, name


def test_half_of_all_charges_are_met_to_a_tenth_and_most_to_a_fifth(estimates):
    found = accuracy.score(estimates.values())
    assert found.median <= 0.10
    assert found.within_20 >= 0.70
    assert 0.75 <= found.covered <= 0.95


def test_no_class_is_worse_than_ibm_s_quick_form(estimates):
    for group in accuracy.GROUPS:
        own = [case for case in usable() if case.group == group]
        if len(own) >= 5:
            ours = statistics.median(estimates[case.id].error for case in own)
            assert ours <= statistics.median(accuracy.quick(case).error for case in own), group


@pytest.mark.parametrize(
    ("word", "case", "within"),
    [
        ("a Sampler job of 2,000,000 shots", "sqdalain-ch2t-2M", 0.06),
        ("one of 50,000", "sqdalain-c2h4", 0.04),
        ("an Estimator job at level 1, hardly any shots", "cosmo-gut", 0.10),
        ("one at level 2", "qcchem-h2-jw-8192", 0.05),
        ("its shots times sixteen", "qcchem-h2-lrace-131072", 0.06),
        ("learning, and 1,800,000 executions", "executor-pec", 0.12),
        ("level 1 on a system of 1 us", "phoenix-day1-8", 0.13),
        ("level 2 there", "phoenix-day1-9", 0.20),
    ],
)
def test_a_charge(word, case, within, estimates):
    assert estimates[case].error <= within, (word, estimates[case].usage_s, estimates[case].case.charged_s)


@pytest.mark.parametrize("span", spans(), ids=lambda span: span["id"])
def test_a_span_lasts_as_long_as_its_executions(span):
    """A span holds up to 1.2 s that is not shots, and is printed to the second; 78 PUBs took 0.2 s each beside."""
    workload = workload_of(span["workload"])
    model, constants = catalog.usage_model("measured"), catalog.constants()
    [job] = [job for item in workload.items for job in item.jobs]
    terms = dict(breakdown(job, workload.backend, model, constants.circuits, constants.primitives))
    executed = float(terms[EXECUTIONS])
    resolution, pubs = span["resolution_s"], job.pubs[0].circuits
    assert executed - 2 * resolution <= span["seconds"] <= executed + 2 * resolution + 1.2 + 0.25 * (pubs > 6) * pubs


def test_classical_times_are_those_of_the_timestamps():
    """Running to finished less the charge, of jobs that did not wait for the QPU; created to running."""

    def instant(row, key):
        hours, minutes, seconds = row[key].rstrip("Z").partition("T")[2].split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)

    around = sorted(instant(row, "finished") - instant(row, "running") - row["charged_s"] for row in timestamps())
    around = [seconds for seconds in around if seconds <= 30]
    sent = sorted(instant(row, "running") - instant(row, "created") for row in timestamps())
    sent = [seconds for seconds in sent if seconds <= 5]
    shipped = catalog.classical_defaults("ibm_fez")
    assert (len(around), len(sent)) == (17, 18)
    assert shipped.before_estimator is not None
    for ranked, spread in ((around, shipped.before_estimator), (sent, shipped.think)):
        assert spread.values_us[0] / 1e6 == pytest.approx(ranked[0], abs=0.01)
        assert spread.values_us[-1] / 1e6 == pytest.approx(ranked[-1], abs=0.01)
        assert spread.median_us / 1e6 == pytest.approx(statistics.median_low(ranked), abs=0.011)


def test_every_case_is_planned_without_refusal():
    for case in usable():
        refused = [
            problem for problem in plan_jobs(case.workload, catalog.constants()).problems if problem.severity == "error"
        ]
        assert not refused, case.id


def test_what_ran_on_the_old_engine_is_not_fitted():
    known = usage_fit.data()
    kept: list[Case] = [case for case, fitted in zip(known.cases, known.fitted, strict=True) if fitted]
    assert len(kept) == 84
    assert not [case for case in kept if case.run.startswith("2024") or case.group == "session"]
