"""Calls of primitives to jobs: counted as the primitives' own code counts, timed as Qiskit times."""

import math
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("qiskit")
pytest.importorskip("qiskit_ibm_runtime")

from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.circuit.library import real_amplitudes
from qiskit.primitives import BackendEstimatorV2, BackendSamplerV2, StatevectorEstimator
from qiskit.primitives.containers.estimator_pub import EstimatorPub
from qiskit.primitives.containers.observables_array import ObservablesArray
from qiskit.primitives.containers.sampler_pub import SamplerPub
from qiskit.quantum_info import SparsePauliOp
from qiskit.transpiler import generate_preset_pass_manager
from qiskit_ibm_runtime import options_models
from qiskit_ibm_runtime.executor_estimator.prepare import prepare as prepare_estimator
from qiskit_ibm_runtime.executor_sampler.prepare import prepare as prepare_sampler
from qiskit_ibm_runtime.fake_provider import FakeFez
from qiskit_ibm_runtime.options import EstimatorOptions, SamplerOptions

from qplan.bridge import jobs
from qplan.bridge.device import device_from
from qplan.bridge.document import checked, workload_text
from qplan.bridge.facts import facts_of
from qplan.bridge.groups import group_counts
from qplan.bridge.jobs import Facts, coerced, folded, job_of
from qplan.bridge.options import options_of, precision_of, read_options
from qplan.errors import UsageError
from qplan.parse import catalog
from qplan.plan.executions import count_executions

NEW = options_models.EstimatorOptions
LEVEL_0 = {"resilience_level": 0}
Z0, Z1, X0, YY = "IZ", "ZI", "IX", "YY"


@pytest.fixture(scope="module")
def backend():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return FakeFez()


@pytest.fixture(scope="module")
def device(backend):
    return device_from(backend)


@pytest.fixture(scope="module")
def laid(backend):
    """A circuit of two parameters on the device."""
    manager = generate_preset_pass_manager(
        optimization_level=0, backend=backend, seed_transpiler=1, initial_layout=[0, 1]
    )
    plain = real_amplitudes(2, reps=0)
    measured = plain.copy()
    measured.measure_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SimpleNamespace(circuit=manager.run(plain), measured=manager.run(measured), run=manager.run)


def observables(laid, given):
    return ObservablesArray.coerce(given).apply_layout(laid.circuit.layout)


def made(*arguments: Any, **words: Any) -> Any:
    return job_of(*arguments, **words)


def executions(job):
    """Executions of a job as qplan counts them, without what is learned."""
    text = workload_text({"qplan": 1, "backend": "ibm_fez", "jobs": [job]})
    [item] = checked(text, "w.yaml").items
    counted = count_executions(item.jobs[0], catalog.constants().primitives)
    return sum(pub.copies * pub.circuits * pub.shots * len(pub.noise_factors) for pub in counted.pubs)


H2 = SparsePauliOp([Z0, Z1, "ZZ", "XX", YY, "II"], [1, 1, 1, 1, 1, 1])
ESTIMATED = {
    "one observable, one set": (Z0, (), 1),
    "two that commute": ([[Z0], [Z1]], (), 1),
    "two that do not": ([[Z0], [X0]], (), 2),
    "identity alone is measured": ("II", (), 1),
    "a sum in three bases": (H2, (), 3),
    "sets of one observable": (Z0, (5,), 5),
    "an array of sets": (Z0, (5, 4), 20),
    "observable for set": ([Z0, X0, YY], (3,), 3),
    "every observable for every set": ([[Z0], [X0], [YY]], (4,), 12),
    "some sets need more": ([[Z0, X0], [Z1, Z0]], (2,), 3),
    "a set of length one": ([Z0, X0], (1,), 2),
    "a sum beside a term": ([H2, Z0], (2,), 4),
    "projectors in their bases": (["0Z", "1I", "+I", "lr"], (), 3),
}


@pytest.mark.parametrize(("given", "shape", "circuits"), ESTIMATED.values(), ids=ESTIMATED)
def test_an_estimators_circuits_are_counted_as_the_primitives_count_them(given, shape, circuits, laid, backend, device):
    theirs = EstimatorPub.coerce((laid.circuit, observables(laid, given), np.zeros((*shape, 2)), 0.1))
    job = made("estimator", [theirs], LEVEL_0, device, name="e")
    assert executions(job) == circuits * 100
    program, _ = prepare_estimator([theirs], NEW(resilience_level=0))
    assert sum(item.size() for item in program.items) * program.shots == circuits * 100
    if not isinstance(given, list) or "0Z" not in given:  # of projectors BackendEstimatorV2 knows nothing
        theirs_made = BackendEstimatorV2(backend=backend)._preprocess_pub(theirs).circuits
        assert len(theirs_made) == circuits


SAMPLED = {
    "as it is": ((), 1),
    "sets": ((3,), 3),
    "an array of sets": ((5, 4), 20),
    "an array of one": ((1, 1), 1),
}


@pytest.mark.parametrize(("shape", "circuits"), SAMPLED.values(), ids=SAMPLED)
def test_a_samplers_circuits_are_its_parameter_sets(shape, circuits, laid, device):
    pub = SamplerPub.coerce((laid.measured, np.zeros((*shape, 2)), 64))
    assert executions(made("sampler", [pub], {}, device, name="s")) == circuits * 64 == pub.size * pub.shots
    program, _ = prepare_sampler([pub], options_models.SamplerOptions())
    assert sum(item.size() for item in program.items) * program.shots == circuits * 64


def test_shapes_stay_readable_and_uneven_groups_are_kept_apart(laid, device):
    pubs = [
        (laid.circuit, observables(laid, Z0), np.zeros((5, 4, 2)), 0.1),
        (laid.circuit, observables(laid, [[Z0, X0], [Z1, Z0]]), np.zeros((2, 2)), 0.1),
    ]
    told = [
        {key: pub[key] for key in ("parameter_sets", "observable_groups") if key in pub}
        for pub in made("estimator", pubs, {}, device, name="e")["pubs"]
    ]
    assert told == [{"parameter_sets": [5, 4]}, {}, {"observable_groups": 2}]


def test_groups_are_found_once_for_sets_that_need_the_same():
    counts = group_counts(ObservablesArray.coerce([[H2], [Z0]]), (1_000,))
    assert counts == {3: 1_000}


@pytest.mark.parametrize(
    "precision", [0.015625, 0.05, 0.03, 1 / math.sqrt(5), 1 / math.sqrt(1_000), 0.001, 0.7, 1.0, 3.0]
)
def test_a_precision_becomes_the_shots_that_it_becomes_in_qiskit(precision, laid, device):
    job = made("estimator", [(laid.circuit, observables(laid, Z0), [0, 0], precision)], LEVEL_0, device, name="e")
    program, _ = prepare_estimator(
        [(laid.circuit, observables(laid, Z0), [0, 0])], NEW(resilience_level=0), precision=precision
    )
    assert executions(job) == program.shots == math.ceil(1.0 / precision**2)


def test_a_precision_by_default_is_rounded_alike():
    options = EstimatorOptions(default_precision=1 / math.sqrt(5))
    assert options_of(options) == {"default_precision": precision_of(1 / math.sqrt(5))}
    assert precision_of(1 / math.sqrt(5)) != 1 / math.sqrt(5)


def test_equal_pubs_are_folded_and_every_figure_stays(laid, device):
    pub = (laid.measured, [0, 0], 100)
    other = (laid.measured, [0, 0], 200)
    job = made("sampler", [pub, other, pub, pub], {}, device, name="s")
    assert [(one.get("circuits", 1), one["shots"]) for one in job["pubs"]] == [(3, 100), (1, 200)]
    assert executions(job) == 500
    assert folded([{"shots": 1}, {"shots": True}, {"shots": 1}]) == [{"circuits": 2, "shots": 1}, {"shots": True}]


def test_a_sampler_pubs_duration_is_qiskits_own(laid, backend, device):
    [pub] = made("sampler", [(laid.measured, [0, 0], 100)], {}, device, name="s")["pubs"]
    scheduled = generate_preset_pass_manager(
        optimization_level=0, backend=backend, scheduling_method="alap", seed_transpiler=1
    ).run(laid.measured)
    assert pub["circuit_duration"] == f"{scheduled.estimate_duration(backend.target, unit='u'):.6g}us"


def test_an_estimators_circuit_lasts_as_long_as_its_longest_measured_one(laid, backend, device):
    """Of the circuits that BackendEstimatorV2 itself makes."""
    pub = EstimatorPub.coerce((laid.circuit, observables(laid, [[Z0], [X0], [YY]]), [0, 0], 0.1))
    manager = generate_preset_pass_manager(
        optimization_level=0, backend=backend, scheduling_method="alap", seed_transpiler=1
    )
    circuits = BackendEstimatorV2(backend=backend)._preprocess_pub(pub).circuits
    longest_us = max(one.estimate_duration(backend.target, unit="u") for one in manager.run(circuits))
    [told] = made("estimator", [pub], {}, device, name="e")["pubs"]
    assert told["circuit_duration"] == f"{longest_us:.6g}us"


def test_an_estimator_replaces_measurements_that_are_there(laid, device):
    both = [(circuit, observables(laid, [[Z0], [Z1]]), [0, 0], 0.1) for circuit in (laid.circuit, laid.measured)]
    [pub] = made("estimator", both, {}, device, name="e")["pubs"]
    assert pub["circuits"] == 2


def test_delays_that_are_parameters_last_as_long_as_they_are_bound_to(laid, device):
    wait, plain = Parameter("wait"), QuantumCircuit(2)
    plain.delay(wait, 0, "dt")
    plain.measure_all()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        circuit = laid.run(plain)
    durations = [
        made("sampler", [(circuit, values, 10)], {}, device, name="s")["pubs"][0]["circuit_duration"]
        for values in ([[1_000]], [[3_000]], [[1_000], [3_000]])
    ]
    first, second, mean = (float(text.removesuffix("us")) for text in durations)
    assert second - first == pytest.approx(2_000 * device.target.dt * 1e6)
    assert mean == pytest.approx((first + second) / 2)


def test_a_circuit_of_many_pubs_is_scheduled_once(laid, device, monkeypatch):
    asked = []

    def asking(circuit, device):
        asked.append(circuit)
        return facts_of(circuit, device)

    monkeypatch.setattr(jobs, "facts_of", asking)
    known = Facts(device)
    for _ in range(3):
        made("sampler", [(laid.measured, [0, 0], shots) for shots in (1, 2, 3)], {}, device, name="s", facts=known)
    assert len(asked) == 1


def left_of(options):
    options.simulator.seed_simulator = 3
    options.experimental = {"x": 1}
    return options


def rich(options):
    """The same choices in options of either kind."""
    options.resilience_level = 2
    options.execution.rep_delay = 0.0003
    options.resilience.zne.noise_factors = (1, 3)
    options.resilience.pec.max_overhead = None
    options.twirling.num_randomizations = 32
    options.environment.job_tags = ["a"]
    options.max_execution_time = 600
    return options


RICH = {
    "resilience_level": 2,
    "execution": {"rep_delay": 0.0003},
    "resilience": {"zne": {"noise_factors": [1.0, 3.0]}, "pec": {"max_overhead": None}},
    "twirling": {"num_randomizations": 32},
    "environment": {"job_tags": ["a"]},
    "max_execution_time": 600,
}
OPTIONS = {
    "nothing": (None, {}, ()),
    "nothing set, estimator": (EstimatorOptions(), {}, ()),
    "nothing set, sampler": (SamplerOptions(), {}, ()),
    "nothing set, new": (NEW(), {}, ()),
    "all that changes figures": (rich(EstimatorOptions()), RICH, ()),
    "all that changes figures, new": (rich(NEW()), RICH, ()),
    "what has no place": (left_of(EstimatorOptions()), {}, ("simulator", "experimental")),
    "what has no place, new": (left_of(NEW()), {}, ("simulator", "experimental")),
    "a group of twirls": (NEW(twirling={"group": "local_c1"}), {}, ("twirling.group",)),
    "auto is the default": (NEW(resilience={"zne": {"noise_factors": "auto"}}), {}, ()),
    "a mapping": ({"default_shots": np.int64(100)}, {"default_shots": 100}, ()),
    "a slip is left to the check": ({"resilence_level": 1}, {"resilence_level": 1}, ()),
    "a mapping that Qiskit knows": ({"simulator": {"seed_simulator": 1}}, {}, ("simulator",)),
    "a noise model": ({"resilience": {"layer_noise_model": [1]}}, {"resilience": {"layer_noise_model": True}}, ()),
}


@pytest.mark.parametrize(("options", "kept", "left_out"), OPTIONS.values(), ids=OPTIONS)
def test_only_what_was_set_is_read_of_options(options, kept, left_out):
    read = read_options(options)
    assert (read.kept, read.left_out) == (kept, left_out)


def test_a_primitive_brings_its_options_and_its_own_default_of_shots(backend):
    sampler = BackendSamplerV2(backend=backend, options={"seed_simulator": 7})
    read = read_options(sampler)
    assert (read.kept, read.left_out) == ({"default_shots": 1024}, ("seed_simulator",))
    assert options_of(BackendEstimatorV2(backend=backend)) == {"default_precision": 0.015625}


@pytest.mark.parametrize("options", [7, "resilience_level=1", EstimatorOptions, StatevectorEstimator()])
def test_what_are_no_options_is_refused(options):
    with pytest.raises(UsageError, match="options: Qiskit's options of a primitive or a mapping, not"):
        options_of(options)


CIRCUIT = QuantumCircuit(1, name="c")
MEASURED = QuantumCircuit(1, 1, name="m")
MEASURED.measure(0, 0)
FREE = QuantumCircuit(2, name="f")
FREE.rx(Parameter("a"), 0)
WIDE = generate_preset_pass_manager(optimization_level=0, coupling_map=[[0, 1], [1, 2]]).run(FREE)
NO_LIST = "pubs: this is a PUB, and not a list of PUBs: write [(circuit, ...)]"
ESTIMATORS = "PUB 1: this looks like an estimator's PUB: primitive='estimator', or EstimatorV2"
REFUSED = {
    "a circuit alone": ("sampler", CIRCUIT, {}, "pubs: a list of PUBs, not a QuantumCircuit: write [pub]"),
    "nothing": ("sampler", [], {}, "there is no PUB: give a list of at least one"),
    "no such primitive": ("smapler", [CIRCUIT], {}, "primitive: sampler or estimator, not 'smapler'"),
    "shots of an estimator": (
        "estimator",
        [(CIRCUIT, "Z")],
        {"shots": 1},
        "shots are for the sampler, and this is an estimator: give precision, or default_shots in options",
    ),
    "all PUBs at once": (
        "estimator",
        [(CIRCUIT, "ZZ"), (CIRCUIT, "Z"), (CIRCUIT, "Q")],
        {},
        "PUB 1: its observables are on 2 qubits, and its circuit is on 1: they need as many letters as the circuit has "
        "qubits\nPUB 3: ",
    ),
    "one fault of many PUBs": (
        "sampler",
        [MEASURED, (MEASURED, None, 0), (MEASURED, None, 0), 7, (MEASURED, None, 0), (MEASURED, None, 0)],
        {},
        "PUBs 2, 3, 5 and 1 more: shots must be positive\nPUB 4: ",
    ),
    "one fault of PUBs in a row": (
        "sampler",
        [(MEASURED, None, 0)] * 9,
        {},
        "PUBs 1 to 9: shots must be positive",
    ),
    "shots of none": ("sampler", [(MEASURED, None, 0)], {}, "PUB 1: shots must be positive"),
    "nothing measured": (
        "sampler",
        [MEASURED, CIRCUIT, (CIRCUIT, None, 5)],
        {},
        "PUBs 2 to 3: its circuit measures nothing: call measure_all() before it is transpiled",
    ),
    "one sampler's PUB alone": ("sampler", (FREE, [0.1]), {}, NO_LIST),
    "with its shots": ("sampler", (MEASURED, None, 100), {}, NO_LIST),
    "one estimator's PUB alone": ("estimator", (CIRCUIT, "Z"), {}, NO_LIST),
    "an observable for a sampler": ("sampler", [(MEASURED, "Z")], {}, ESTIMATORS),
    "one that Qiskit takes for values": ("sampler", [(FREE, SparsePauliOp("ZZ"))], {}, ESTIMATORS),
    "an estimator's PUB for a sampler": ("sampler", [EstimatorPub.coerce((CIRCUIT, "Z"))], {}, ESTIMATORS),
    "observables of the circuit before it was laid out": (
        "estimator",
        [(WIDE, "ZZ", [0.1])],
        {},
        "PUB 1: its observables are on 2 qubits, and its circuit is on 3: lay them out with "
        "apply_layout(circuit.layout), or give the circuit untranspiled, and transpile=1",
    ),
    "a PUB without observables": ("estimator", [(CIRCUIT,)], {}, "PUB 1: The length of pub must be 2, 3 or 4, but"),
    "a precision of none": ("estimator", [(CIRCUIT, "Z", None, 0)], {}, "PUB 1: precision must be more than 0, not 0"),
    "an empty array": (
        "estimator",
        [(CIRCUIT, [])],
        {},
        "PUB 1: its array of parameter values or observables is empty (shape (0,))",
    ),
}


def test_circuits_may_be_the_pubs_and_measure_wherever_they_like():
    inside = QuantumCircuit(1, 1)
    inside.append(MEASURED.to_instruction(), [0], [0])
    assert [len(coerced("sampler", pubs)) for pubs in ((MEASURED, inside), iter([inside]), [(MEASURED,)])] == [2, 1, 1]


@pytest.mark.parametrize(("primitive", "pubs", "words", "told"), REFUSED.values(), ids=REFUSED)
def test_what_qiskit_would_refuse_is_told_with_its_place(primitive, pubs, words, told):
    with pytest.raises(UsageError) as refused:
        coerced(primitive, pubs, **words)
    assert str(refused.value).startswith(told)
