"""`qplan calibrate` and `qplan reconcile` by their functions: what is fitted, what is refused, where a bill differs."""

from __future__ import annotations

import json
from decimal import Decimal
from math import ceil

import numpy as np
import pytest

from benchmarks import usage_fit
from qplan.calibrate import fit
from qplan.calibration import calibrate, significant
from qplan.errors import WorkloadError
from qplan.features import EXECUTION, FIELDS, NAMES, UNITS, features
from qplan.model.receipt import ReceiptBook
from qplan.model.usage import UsageModel
from qplan.parse import catalog
from qplan.parse.load import load
from qplan.parse.matching import match
from qplan.parse.receipts import read_receipts
from qplan.pipeline import Wishes, report
from qplan.plan import plan_jobs
from qplan.plan.quantum_time import quantum_time
from qplan.reconciliation import reconcile
from qplan.render.base import Format, Options
from qplan.render.calibration import calibration as rendered
from qplan.render.calibration import profile_text
from qplan.runs import Draws
from tests.reference.published import RECEIPTS, RECEIPTS_OF, usable

EMPTY = ReceiptBook()
WORKLOAD = """\
qplan: 1
backend: ibm_fez
queue: 0s
jobs:
  - {name: prepare, primitive: sampler, circuits: 2, depth: 50, shots: 10000}
  - {name: energy, primitive: estimator, circuits: 5, depth: 100, shots: 4096, count: 3}
"""


def matched(path, **options):
    book, problems, unread = read_receipts([str(path)])
    assert (problems, unread) == ((), {})
    found, problems, unread = match(book, **options)
    return found, [problem.code for problem in problems]


def calibrated(path, prior: UsageModel | None = None):
    found, codes = matched(path)
    assert codes == []
    return calibrate(found, EMPTY, prior or catalog.usage_model("measured"))


def rows(tmp_path, *lines, name="r.csv"):
    path = tmp_path / name
    path.write_text("\n".join(lines) + "\n")
    return path


# The features of a job are those of the tool.


@pytest.mark.parametrize("case", usable()[::7], ids=lambda case: case.id)
def test_features_are_the_quantum_time_itself(case):
    model, constants = catalog.usage_model("measured"), catalog.constants()
    values = {f"per_job.{name}": float(s) for name, s in model.per_job_s.items()}
    values |= {name: float(getattr(model, field)) for name, field in FIELDS.items()}
    assert sorted(values) == sorted(NAMES)
    c = [values[name] / unit for name, unit in zip(NAMES, UNITS, strict=True)]
    for job, _ in case.jobs():
        found = features(job, case.workload.backend, model, constants)
        time = quantum_time(job, case.workload.backend, model, constants.circuits, constants.primitives)
        predicted = found.base + float(found.slopes @ c) + c[EXECUTION] * float(found.cross @ c)
        assert predicted == pytest.approx((time.main_us + time.learning_us) / 1e6, abs=2e-5, rel=1e-6)


# The ten receipts of ibm_phoenix.


def without_phoenix() -> UsageModel:
    """The shipped model as it would be had nobody published those receipts."""
    known = usage_fit.data()
    others = known.fitted & ~np.array([case.repository == RECEIPTS_OF for case in known.cases])
    return usage_fit.model_of(fit(known.charges.part(others), usage_fit.PRIOR))


@pytest.mark.parametrize("prior", [None, "unseen"], ids=["shipped prior", "prior that has not seen them"])
def test_ten_receipts_make_a_usable_profile(prior):
    """Left out one by one, each is predicted within 20 % or a second, whatever the prior has seen."""
    told = calibrated(RECEIPTS, without_phoenix() if prior else None)
    assert (told.backend, len(told.checks), told.folds) == ("ibm_phoenix", 10, 10)
    assert told.within_20_or_a_second == 1.0
    assert told.within_20 >= 0.7
    assert (told.first, told.last) == ("2026-09-20", "2026-09-20")
    by_name = {each.name: each for each in told.constants}
    assert by_name["per_job.sampler"].is_kept, "no receipt of a sampler"
    assert by_name["per_wide_circuit"].is_kept, "no wide circuit"
    assert by_name["per_job.estimator_0"].informed > 0.9
    assert [seen.key for seen in told.observed if seen.spread] == ["classical_before_estimator"]


def test_a_profile_is_a_usage_model_that_workloads_name(tmp_path):
    told = calibrated(RECEIPTS)
    (tmp_path / "phoenix.yaml").write_text(profile_text(told))
    (tmp_path / "w.yaml").write_text(
        "qplan: 1\nbackend: ibm_phoenix\nusage: {model: phoenix.yaml}\n"
        "jobs: [{name: a, primitive: estimator, circuits: 40, shots: 4096, options: {resilience_level: 1}}]\n"
    )
    loaded = load([str(tmp_path / "w.yaml")])
    assert loaded.problems == ()
    [workload] = loaded.workloads
    model = workload.usage.model
    assert (model.band_low, model.band_high) == (told.model.band_low, told.model.band_high)
    for key, seconds in told.model.per_job_s.items():
        assert model.per_job_s[key] == seconds, key
    for field in ("per_circuit_s", "per_wide_circuit_s", "per_execution_s", "trex_executions", "minimum_s"):
        assert getattr(model, field) == getattr(told.model, field), field
    assert workload.classical.before_estimator == told.observed[1].spread
    facts = {fact.name: fact.source for fact in workload.assumptions}
    assert facts["classical_before_estimator"] == "10 receipts of ibm_phoenix"


def test_a_profile_of_another_device_lends_its_constants_and_says_so(tmp_path):
    (tmp_path / "phoenix.yaml").write_text(profile_text(calibrated(RECEIPTS)))
    (tmp_path / "w.yaml").write_text("qplan: 1\nbackend: ibm_fez\nusage: {model: phoenix.yaml}\njobs: [{shots: 9}]\n")
    loaded = load([str(tmp_path / "w.yaml")])
    assert [problem.code for problem in loaded.problems] == ["QP310"]
    assert loaded.workloads[0].classical == catalog.classical_defaults("ibm_fez")


def test_waits_of_receipts_are_the_queue_of_a_workload_that_names_none(tmp_path):
    lines = [
        f"{shots},1,ibm_fez,5,{wait},30" for shots, wait in ((1000, 3), (2000, 9), (3000, 27), (4000, 81), (5000, 243))
    ]
    path = rows(tmp_path, "shots,circuits,backend,charged_s,wait_s,ran_s", *lines)
    told = calibrated(path)
    waits = told.observed[-1].spread
    assert waits is not None
    assert (waits.median_us, waits.values_us[-1]) == (27_000_000, 243_000_000)
    (tmp_path / "fez.yaml").write_text(profile_text(told))
    (tmp_path / "w.yaml").write_text("qplan: 1\nbackend: ibm_fez\nusage: {model: fez.yaml}\njobs: [{shots: 9}]\n")
    queue = load([str(tmp_path / "w.yaml")]).workloads[0].queue
    assert (queue.name, queue.wait) == ("calibrated", waits)
    (tmp_path / "w.yaml").write_text(
        "qplan: 1\nbackend: ibm_fez\nqueue: 1m\nusage: {model: fez.yaml}\njobs: [{shots: 9}]\n"
    )
    assert load([str(tmp_path / "w.yaml")]).workloads[0].queue.wait.median_us == 60_000_000


def test_no_receipt_leaves_nothing_and_few_say_so(tmp_path):
    told = calibrated(rows(tmp_path, "shots,circuits,backend,charged_s", "100000,1,ibm_fez,28"))
    assert [problem.code for problem in told.diagnostics] == ["QP705"]
    assert all(each.is_kept or each.informed < 1 for each in told.constants)
    with pytest.raises(WorkloadError) as raised:
        calibrate((), EMPTY, catalog.usage_model("measured"))
    assert [problem.code for problem in raised.value.problems] == ["QP702"]


def test_more_receipts_narrow_the_interval(tmp_path):
    def sd(count):
        lines = [f"{1000 * (i + 1)},1,ibm_fez,{round(4 + 0.27 * (i + 1))}" for i in range(count)]
        path = rows(tmp_path, "shots,circuits,backend,charged_s", *lines, name=f"{count}.csv")
        return calibrated(path).constants[0].sd

    assert sd(40) < sd(10) < sd(2)


def test_a_job_that_did_not_complete_is_told_and_not_fitted(tmp_path):
    path = rows(tmp_path, "shots,circuits,backend,charged_s,status", "1000,1,ibm_fez,2,", "50000,1,ibm_fez,3,cancelled")
    told = calibrated(path)
    assert [problem.code for problem in told.diagnostics] == ["QP703", "QP705"]
    assert len(told.checks) == 1


def test_receipts_of_several_devices_are_refused(tmp_path):
    found, _ = matched(rows(tmp_path, "shots,circuits,backend,charged_s", "9,1,ibm_fez,2", "9,1,ibm_kingston,2"))
    with pytest.raises(WorkloadError) as raised:
        calibrate(found, EMPTY, catalog.usage_model("measured"))
    assert [(problem.code, problem.message) for problem in raised.value.problems] == [
        ("QP701", "line 2: the first of 1 of ibm_fez"),
        ("QP701", "line 3: the first of 1 of ibm_kingston"),
    ]


@pytest.mark.parametrize(
    ("word", "text", "code"),
    [
        ("of no job", '{"usage": {"qpu_charge_time_seconds": 5, "status": "complete"}}', "QP622"),
        ("of no backend", "- {circuits: 4, shots: 1000, charged_s: 5}", "QP623"),
        ("of an unknown backend", "- {circuits: 4, shots: 1000, charged_s: 5, backend: ibm_fes}", "QP624"),
        ("of an unknown job", "- {workload: w.yaml, job: enrgy, charged_s: 5}", "QP621"),
    ],
)
def test_a_receipt_is_refused(word, text, code, tmp_path):
    (tmp_path / "w.yaml").write_text(WORKLOAD)
    found, codes = matched(rows(tmp_path, text, name="r.yaml" if text[0] == "-" else "r.json"))
    assert (found, codes) == ((), [code]), word


def test_the_output_is_the_same_in_every_format():
    told = calibrated(RECEIPTS)
    data = json.loads(rendered(told, Format.JSON, Options()))["calibration"]
    assert (data["receipts"], data["within_20_or_a_second"], len(data["checks"])) == (10, 1.0, 10)
    assert data["constants"][0] == {
        "name": "per_job.sampler",
        "shipped": 1.56,
        "calibrated": 1.56,
        "sd": 1.0,
        "informed": 0.0,
    }
    for format in (Format.TABLE, Format.MARKDOWN, Format.CSV):
        assert "estimator" not in rendered(told, format, Options()) or format is not Format.CSV
    assert (
        rendered(told, Format.CSV, Options()).splitlines()[0] == "constant,shipped,calibrated,95_percent,from_receipts"
    )
    assert all(len(line) <= 80 for line in rendered(told, Format.TABLE, Options()).splitlines())


@pytest.mark.parametrize(
    ("value", "sd", "written"),
    [
        (2.46157, 0.131, 2.46),
        (0.00088843, 0.00034, 0.00089),
        (36255.99, 8375.1, 36300.0),
        (5.4941e-06, 8e-07, 5.49e-06),
    ],
)
def test_a_figure_is_written_as_far_as_it_is_known(value, sd, written):
    assert significant(value, sd) == pytest.approx(written, rel=1e-12)


# Reconcile.


def reconciled(tmp_path, *receipts, text=WORKLOAD, sessions=()):
    (tmp_path / "w.yaml").write_text(text)
    jobs = [
        {"job": job, "metrics": {"usage": {"qpu_charge_time_seconds": s, "status": "complete"}, **more}}
        for job, s, more in receipts
    ]
    content = {
        "qplan_receipts": 1,
        "workload": "w.yaml",
        "jobs": jobs,
        **({"session": sessions[0]} if sessions else {}),
    }
    (tmp_path / "r.json").write_text(json.dumps(content))
    book, problems, _ = read_receipts([str(tmp_path / "r.json")])
    assert problems == ()
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    return reconcile(workload, book)


def test_each_job_is_laid_beside_its_receipts(tmp_path):
    told = reconciled(tmp_path, ("prepare", 7, {}), ("energy[1]", 17, {}), ("energy[2]", 20, {}))
    prepare, energy = told.bills
    assert (prepare.total.predicted_s, prepare.total.charged_s, prepare.total.difference_s) == (7, 7, 0)
    assert (energy.jobs, energy.receipts, energy.total.charged_s) == (3, 2, 37)
    assert sum(line.predicted_s for line in energy.terms) == energy.total.predicted_s
    assert [line.name for line in energy.terms] == [
        "per job", "per circuit", "executions", "readout calibration", "rounding and minimum",
    ]  # fmt: skip
    assert told.total.charged_s == 44
    assert told.drift == pytest.approx(44 / float(told.total.predicted_s) - 1)
    assert told.largest[0] == "energy"
    assert [problem.code for problem in told.diagnostics] == ["QP713"]
    assert energy.low_s <= energy.total.predicted_s < energy.high_s


def test_execution_time_tells_where_the_difference_lies(tmp_path):
    """7 s predicted, of which 5.1 s execute; 12 s charged, 5.2 s executed: it lies beside the executions."""
    told = reconciled(tmp_path, ("prepare", 12, {"circuits_execution_time_ns": 5_200_000_000}))
    [bill] = told.bills
    assert (bill.executed.charged_s, round(bill.executed.predicted_s, 1)) == (Decimal("5.2"), Decimal("5.1"))
    job, line = told.largest
    assert (job, line.name, round(line.difference_s)) == ("prepare", "time beside the executions", 5)


def test_a_session_is_charged_beside_its_jobs(tmp_path):
    details = {
        "id": "s1", "backend_name": "ibm_fez", "interactive_timeout": 60, "max_time": 28800, "active_timeout": 28800,
        "state": "closed", "accepting_jobs": False, "last_job_started": None, "last_job_completed": None,
        "started_at": None, "closed_at": None, "activated_at": None, "mode": "dedicated", "usage_time": 60.0,
    }  # fmt: skip
    told = reconciled(tmp_path, ("prepare", 7, {}), *[(f"energy[{i}]", 17, {}) for i in (1, 2, 3)], sessions=(details,))
    assert told.container is not None
    assert told.container.charged_s == 60 - 7 - 3 * 17
    assert told.container.predicted_s > 0
    assert told.total.charged_s == 60


LEARNING = """\
qplan: 1
backend: ibm_fez
mode: {mode}
queue: 0s
jobs:
  - name: pec
    primitive: estimator
    depth: 20
    two_qubit_depth: 10
    count: 3
    pec_gamma: 1.2
    noise_layers: 2
    options: {{resilience: {{pec_mitigation: true}}}}
"""


@pytest.mark.parametrize(("mode", "learned"), [("job", 3), ("session", 1)])
def test_s_11_noise_learned_in_a_session_is_predicted_once(mode, learned, tmp_path):
    receipts: list[tuple[str, int, dict[str, object]]] = [(f"pec[{i}]", 100, {}) for i in (1, 2, 3)]
    [bill] = reconciled(tmp_path, *receipts, text=LEARNING.format(mode=mode)).bills
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    quantum = plan_jobs(workload, catalog.constants()).jobs["pec"].quantum
    terms = {line.name: line.predicted_s for line in bill.terms}
    assert terms["noise learning"] == pytest.approx(Decimal(learned * quantum.learning_us) / 10**6, abs=Decimal("1e-5"))
    assert sum(terms.values()) == bill.total.predicted_s


DETAILS = {
    "id": "s1", "backend_name": "ibm_fez", "interactive_timeout": 60, "max_time": 28800, "active_timeout": 28800,
    "state": "closed", "accepting_jobs": False, "mode": "dedicated", "usage_time": 60.0,
}  # fmt: skip


def test_a_session_with_receipts_of_some_jobs_alone_is_not_compared(tmp_path):
    told = reconciled(tmp_path, ("prepare", 7, {}), ("energy[1]", 17, {}), sessions=(DETAILS,))
    assert told.container is None
    assert [problem.code for problem in told.diagnostics] == ["QP713", "QP715"]


def test_a_job_without_any_receipt_is_told(tmp_path):
    told = reconciled(tmp_path, ("prepare", 7, {}))
    assert [(problem.code, problem.message) for problem in told.diagnostics] == [
        ("QP713", "3 of 3 jobs 'energy' have no receipt: left out on both sides")
    ]


@pytest.mark.parametrize(
    ("word", "changed", "code"),
    [("of another backend", {"backend_name": "ibm_kingston"}, "QP712"), ("of another id", {"id": "s2"}, "QP711")],
)
def test_details_that_do_not_belong_are_refused(word, changed, code, tmp_path):
    (tmp_path / "w.yaml").write_text(WORKLOAD)
    job = {"job": "prepare", "session_id": "s1", "metrics": {"usage": {"quantum_seconds": 7}}}
    content = {"qplan_receipts": 1, "workload": "w.yaml", "jobs": [job], "session": {**DETAILS, **changed}}
    (tmp_path / "r.json").write_text(json.dumps(content))
    book, problems, _ = read_receipts([str(tmp_path / "r.json")])
    assert problems == ()
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    with pytest.raises(WorkloadError) as raised:
        reconcile(workload, book)
    assert [problem.code for problem in raised.value.problems] == [code], word


@pytest.mark.parametrize(
    ("word", "labels", "codes"),
    [
        ("twice the same number", ("energy[1]", "energy[1]"), ["QP608"]),
        ("beyond the last", ("energy[4]",), ["QP621"]),
        ("before the first", ("energy[0]",), ["QP621"]),
        ("without a number as often as one likes", ("energy", "energy"), []),
    ],
)
def test_labels_are_those_of_the_workload(word, labels, codes, tmp_path):
    (tmp_path / "w.yaml").write_text(WORKLOAD)
    lines = [f"w.yaml,{label},17" for label in labels]
    _, found_codes = matched(rows(tmp_path, "workload,job,charged_s", *lines))
    assert found_codes == codes, word
    book, _, _ = read_receipts([str(tmp_path / "r.csv")])
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    if codes:
        with pytest.raises(WorkloadError) as raised:
            reconcile(workload, book)
        assert [problem.code for problem in raised.value.problems] == codes, word
    else:
        assert reconcile(workload, book).bills[0].receipts == 2


def test_a_described_receipt_is_beside_no_workload(tmp_path):
    (tmp_path / "w.yaml").write_text("qplan: 1\nqueue: 0s\njobs: [{name: a, qpu: 5s}]\n")
    book, _, _ = read_receipts([str(rows(tmp_path, "shots,circuits,backend,charged_s", "9,1,ibm_kingston,2"))])
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    with pytest.raises(WorkloadError) as raised:
        reconcile(workload, book)
    assert [problem.code for problem in raised.value.problems] == ["QP711"]


def test_a_charge_where_nothing_was_predicted_is_over_every_limit(tmp_path):
    told = reconciled(tmp_path, ("a", 500, {}), text="qplan: 1\nqueue: 0s\njobs: [{name: a, qpu: 0s}]\n")
    assert told.drift is None
    assert not told.is_within(1e9)
    assert reconciled(tmp_path, ("a", 0, {}), text="qplan: 1\nqueue: 0s\njobs: [{name: a, qpu: 0s}]\n").is_within(0)


def test_a_failed_job_and_a_lower_bound_are_told(tmp_path):
    job = "{name: a, primitive: estimator, options: {resilience_level: 2}}"
    text = f"qplan: 1\nbackend: ibm_fez\nqueue: 0s\njobs: [{job}]\n"
    (tmp_path / "w.yaml").write_text(text)
    book, _, _ = read_receipts([str(rows(tmp_path, "workload,job,charged_s,status", "w.yaml,a,3,failed"))])
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    assert [problem.code for problem in reconcile(workload, book).diagnostics] == ["QP703", "QP504"]


# How honest a calibration is.


def test_repeats_of_a_job_know_nothing_more_of_it(tmp_path):
    """Each is a whole second of the same time: a hundred equal charges are as one, and are left out together."""
    header = "shots,circuits,backend,charged_s"
    one, many = (
        calibrated(rows(tmp_path, header, *["2000,1,ibm_fez,3"] * count, name=f"{count}.csv")) for count in (1, 100)
    )
    assert (many.jobs, len(many.checks), many.folds) == (1, 100, 1)
    assert many.constants == one.constants
    assert (many.model.band_low, many.model.band_high) == (one.model.band_low, one.model.band_high)


def test_no_interval_is_narrower_than_whole_seconds_allow(tmp_path):
    lines = [f"{1000 * (i + 1)},1,ibm_fez,{round(2.4 + 0.26 * (i + 1))}" for i in range(300)]
    told = calibrated(rows(tmp_path, "shots,circuits,backend,charged_s", *lines))
    sampler = told.constants[0]
    assert sampler.sd >= 0.1
    assert abs(sampler.value - 2.4) < 2 * sampler.sd


@pytest.mark.parametrize(
    ("word", "lines", "narrower"),
    [
        ("one primitive alone", [f"sampler,{9000 * i},{round(1.56 + 0.266 * 9 * i)}" for i in range(1, 30)], False),
        (
            "both primitives",
            [
                f"{p},{9000 * i},{round(b + 0.266 * 9 * i)}"
                for i in range(1, 30)
                for p, b in (("sampler", 1.56), ("estimator", 11))
            ],
            True,
        ),
    ],
)
def test_the_band_is_narrowed_where_all_kinds_of_jobs_were_seen(word, lines, narrower, tmp_path):
    told = calibrated(
        rows(tmp_path, "primitive,shots,charged_s,circuits,backend", *[f"{line},1,ibm_fez" for line in lines])
    )
    shipped = catalog.usage_model("measured")
    assert (told.model.band_high < shipped.band_high) is narrower, word
    assert told.model.wide_band_high == shipped.wide_band_high, "no wide job was seen"


def test_a_prior_that_rounds_up_is_met_by_charges_rounded_up(tmp_path):
    """Charges that IBM's formula itself would make leave its constants where they are, the untouched ones exactly."""
    formula = catalog.usage_model("published")
    lines = [
        f"{shots},1,10,ibm_fez,{ceil(2 + shots * (250e-6 + 10 * 39e-9 + 3.144e-6))}"
        for shots in range(3000, 90000, 3000)
    ]
    found, _ = matched(rows(tmp_path, "shots,circuits,depth,backend,charged_s", *lines))
    told = calibrate(found, EMPTY, formula)
    assert told.constants[0].value == pytest.approx(2.0, abs=0.15)
    assert told.model.automatic_trex_share == formula.automatic_trex_share == 1
    assert told.model.per_job_s["estimator_1"] == 2


def test_stated_times_are_no_evidence(tmp_path):
    (tmp_path / "w.yaml").write_text("qplan: 1\nbackend: ibm_fez\njobs: [{name: a, qpu: 5s, count: 9}]\n")
    found, _ = matched(rows(tmp_path, "workload,job,charged_s", *[f"w.yaml,a[{i}],5" for i in range(1, 7)]))
    with pytest.raises(WorkloadError) as raised:
        calibrate(found, EMPTY, catalog.usage_model("measured"))
    assert [problem.code for problem in raised.value.problems] == ["QP704"] * 6 + ["QP702"]


def test_sessions_are_told_and_of_the_same_device(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps([DETAILS]))
    path = rows(tmp_path, "shots,circuits,backend,charged_s", "9,1,ibm_fez,2")
    book, _, _ = read_receipts([str(path), str(tmp_path / "r.json")])
    found, _, _ = match(book)
    assert "QP706" in [problem.code for problem in calibrate(found, book, catalog.usage_model("measured")).diagnostics]
    (tmp_path / "k.json").write_text(json.dumps([{**DETAILS, "backend_name": "ibm_kingston"}]))
    book, _, _ = read_receipts([str(path), str(tmp_path / "k.json")])
    with pytest.raises(WorkloadError):
        calibrate(found, book, catalog.usage_model("measured"))


@pytest.mark.parametrize(
    ("word", "receipt", "code"),
    [
        ("of another workload", {"job": "a", "workload": "other.yaml"}, "QP711"),
        ("of another backend", {"job": "energy", "backend": "ibm_kingston"}, "QP712"),
        ("of an unknown job", {"job": "enrgy"}, "QP621"),
    ],
)
def test_a_receipt_that_does_not_belong_is_refused(word, receipt, code, tmp_path):
    (tmp_path / "w.yaml").write_text(WORKLOAD)
    (tmp_path / "other.yaml").write_text(WORKLOAD)
    job = {"metrics": {"usage": {"qpu_charge_time_seconds": 5, "status": "complete"}}, "workload": "w.yaml", **receipt}
    (tmp_path / "r.json").write_text(json.dumps({"qplan_receipts": 1, "jobs": [job]}))
    book, problems, _ = read_receipts([str(tmp_path / "r.json")])
    assert problems == (), word
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    with pytest.raises(WorkloadError) as raised:
        reconcile(workload, book)
    assert [problem.code for problem in raised.value.problems] == [code], word


def test_more_receipts_than_jobs_are_told(tmp_path):
    told = reconciled(tmp_path, ("prepare", 7, {}), ("prepare", 8, {}))
    assert [problem.code for problem in told.diagnostics] == ["QP713", "QP714"]


@pytest.mark.parametrize(
    ("word", "metrics"),
    [
        ("since the API of 2026-03", {"usage": {"qpu_charge_time_seconds": 7, "status": "complete"}}),
        ("before it", {"usage": {"quantum_seconds": 7}}),
        ("long before", {"bss": {"seconds": 7}}),
    ],
)
def test_p_05_the_time_of_a_past_job_is_read_from_its_metrics(word, metrics, tmp_path):
    (tmp_path / "w.yaml").write_text(WORKLOAD)
    (tmp_path / "m.json").write_text(json.dumps(metrics))
    book, problems, _ = read_receipts([str(tmp_path / "m.json")], workload=str(tmp_path / "w.yaml"), job="prepare")
    assert (problems, [receipt.charged_us for receipt in book.receipts]) == ((), [7_000_000]), word
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    assert reconcile(workload, book).total.charged_s == 7


@pytest.mark.parametrize(
    ("word", "job", "told"),
    [
        ("folding of unknown depth", "{primitive: estimator, options: {resilience_level: 2}}", True),
        ("folding of known depth", "{primitive: estimator, two_qubit_depth: 9, options: {resilience_level: 2}}", False),
        ("a stated time", "{qpu: 5s}", False),
    ],
)
@pytest.mark.parametrize("point", [True, False])
def test_an_estimate_says_its_band_and_whether_it_is_a_lower_bound(word, job, told, point, tmp_path):
    (tmp_path / "w.yaml").write_text(f"qplan: 1\nqueue: 0s\njobs: [{job}]\n")
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    found = report(workload, Wishes(point=point, draws=Draws(replications=50)))
    assert ("QP504" in [problem.code for problem in found.diagnostics]) is told, word
    errors = [fact.value for fact in found.assumptions if fact.name == "usage model error"]
    assert errors[0].startswith("x 0.96 to x 1.5") if errors else "qpu" in job, word


@pytest.mark.parametrize(
    ("word", "metrics"),
    [
        ("milliseconds for seconds, against the execution time", {"charge": 3000, "executed": 2_100_000_000}),
        ("seconds for nanoseconds", {"charge": 5, "executed": 2.1}),
        ("a charge beyond the job's own time", {"charge": 300, "ran": 20}),
    ],
)
def test_a_wrong_unit_is_told_by_what_stands_beside_it(word, metrics, tmp_path):
    stamps = {"running": "2026-09-20T10:00:00Z", "finished": f"2026-09-20T10:00:{metrics.get('ran', 0):02d}Z"}
    content = {
        "usage": {"qpu_charge_time_seconds": metrics["charge"], "status": "complete"},
        **({"circuits_execution_time_ns": metrics["executed"]} if "executed" in metrics else {}),
        **({"timestamps": stamps} if "ran" in metrics else {}),
    }
    (tmp_path / "r.json").write_text(json.dumps(content))
    book, problems, _ = read_receipts([str(tmp_path / "r.json")], workload="w.yaml", job="a")
    assert (book.receipts, [problem.code for problem in problems]) == ((), ["QP607"]), word


def test_a_status_as_the_client_prints_it(tmp_path):
    path = rows(tmp_path, "shots,circuits,backend,charged_s,status", "9,1,ibm_fez,2,JobStatus.DONE")
    assert matched(path)[0][0].receipt.state == "completed"


def test_a_fixed_run_tells_the_band_in_seconds(tmp_path):
    (tmp_path / "w.yaml").write_text(
        "qplan: 1\nqueue: 0s\njobs: [{name: a, shots: 100000, depth: 10}, {name: b, qpu: 10s}]\n"
    )
    [workload] = load([str(tmp_path / "w.yaml")]).workloads
    fixed, drawn = (report(workload, Wishes(point=point, draws=Draws(replications=50))) for point in (True, False))
    [told] = [problem.message for problem in fixed.diagnostics if problem.code == "QP505"]
    assert told == "80 % band of the usage model: 36 s to 51 s of usage as a batch"
    assert "QP505" not in [problem.code for problem in drawn.diagnostics]
