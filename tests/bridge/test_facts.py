"""What is said of a circuit on a device: equal to Qiskit's own figures, exact, and honest where there is none."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

qiskit = pytest.importorskip("qiskit")
pytest.importorskip("qiskit_ibm_runtime")

from qiskit import QuantumCircuit  # noqa: E402
from qiskit.circuit import Delay, Parameter  # noqa: E402
from qiskit.transpiler import generate_preset_pass_manager  # noqa: E402

from qplan.bridge import branches  # noqa: E402
from qplan.bridge.device import Device, device_of  # noqa: E402
from qplan.bridge.facts import duration_ns, facts_of, fingerprint, not_isa, too_wide, transpiled  # noqa: E402
from qplan.errors import UsageError  # noqa: E402
from tests.bridge.circuits import ansatz, ghz  # noqa: E402


@pytest.fixture(scope="module")
def fez() -> Device:
    return device_of("fake_fez")


def circuit(build: Callable[[Any], object], qubits: int = 2) -> Any:
    made = QuantumCircuit(qubits, qubits, name="made")
    build(made)
    return made


def length_ns(device: Device, gate: str, *qubits: int) -> Decimal:
    return duration_ns(device.target[gate][qubits].duration)


@pytest.mark.parametrize("level", [0, 1, 3])
@pytest.mark.parametrize("qubits", [2, 7])
def test_durations_are_those_of_qiskits_own_recipe(fez: Device, qubits: int, level: int) -> None:
    run = transpiled(ghz(qubits), fez, level, 0)
    recipe = generate_preset_pass_manager(optimization_level=0, target=fez.target, scheduling_method="alap")
    seconds = recipe.run(run).estimate_duration(fez.target)
    found = facts_of(run, fez)
    assert found.duration_ns == Decimal(round(seconds * 1e15)) / 10**6
    assert found.duration_ns is not None
    assert found.duration_ns == found.duration_ns.to_integral_value()  # whole cycles of 4 ns
    assert (found.qubits, found.two_qubit_gates) == (qubits, run.count_ops()["cz"])
    assert found.two_qubit_depth == run.depth(lambda step: step.operation.name == "cz")
    assert found.depth == run.depth()
    assert (found.untimed, found.left_out) == ("", "")


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        pytest.param(lambda c: c.sx(0), "sx", id="a gate"),
        pytest.param(lambda c: (c.sx(0), c.sx(1), c.rz(1, 0)), "sx", id="side by side"),
        pytest.param(lambda c: (c.sx(0), c.barrier(), c.sx(1)), "sx sx", id="a barrier parts them"),
        pytest.param(lambda c: (c.cz(0, 1), c.measure(0, 0)), "cz measure", id="a final measurement is in it"),
        pytest.param(lambda c: (c.measure(0, 0), c.sx(0), c.measure(0, 0)), "measure sx measure", id="inside"),
        pytest.param(lambda c: (c.reset(0), c.sx(0)), "reset sx", id="a stated reset is in it"),
        pytest.param(lambda c: (c.delay(1000, 0, "ns"), c.sx(0)), "1000 sx", id="a delay"),
    ],
)  # fmt: skip
def test_what_a_duration_is_made_of(fez: Device, build: Callable[[Any], object], expected: str) -> None:
    lengths = {gate: length_ns(fez, gate, 0) for gate in ("sx", "measure", "reset")} | {
        "cz": length_ns(fez, "cz", 0, 1)
    }
    parts = [lengths[word] if word in lengths else Decimal(word) for word in expected.split()]
    assert facts_of(circuit(build), fez).duration_ns == sum(parts)


def test_barriers_and_delays_use_no_qubit_and_count_no_layer(fez: Device) -> None:
    found = facts_of(circuit(lambda c: (c.sx(0), c.barrier(), c.delay(4, 2)), 5), fez)
    assert (found.qubits, found.two_qubit_depth, found.two_qubit_gates) == (1, 0, 0)


def test_the_values_of_parameters_do_not_matter(fez: Device) -> None:
    run = transpiled(ansatz(), fez, 1, 0)
    bound = run.assign_parameters([0.1, 0.2])
    assert facts_of(run, fez).duration_ns == facts_of(bound, fez).duration_ns is not None


def test_a_bit_in_no_register_is_no_obstacle(fez: Device) -> None:
    from qiskit.circuit import Clbit, Qubit

    loose = QuantumCircuit([Qubit()], [Clbit()])
    loose.measure(0, 0)
    assert facts_of(loose, fez).duration_ns == length_ns(fez, "measure", 0)


@pytest.mark.parametrize(
    ("build", "untimed"),
    [
        pytest.param(lambda c: c.delay(Parameter("t"), 0), True, id="a delay that is a parameter"),
        pytest.param(lambda c: c.delay(4, 0), False, id="a delay that is known"),
    ],
)
def test_what_has_no_duration_says_why(fez: Device, build: Callable[[Any], object], untimed: bool) -> None:
    found = facts_of(circuit(build), fez)
    assert (found.duration_ns is None, bool(found.untimed)) == (untimed, untimed)


def _if(c: Any) -> None:
    c.measure(0, 0)
    with c.if_test((0, 1)) as otherwise:
        c.sx(1)
    with otherwise:
        c.sx(1)
        c.sx(1)


def _loop(c: Any) -> None:
    with c.for_loop(range(5)):
        c.sx(0)
        with c.for_loop(range(2)):
            c.sx(1)


def _counted(c: Any) -> None:
    index = Parameter("i")
    with c.for_loop((4, 8), index):
        c.delay(index, 0, "dt")


def _switch(c: Any) -> None:
    c.measure(0, 0)
    with c.switch(c.clbits[0]) as case:
        with case(0):
            c.sx(1)
        with case(1):
            c.reset(1)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        pytest.param(_if, "measure sx sx", id="the longer branch, after what decides it"),
        pytest.param(_loop, "sx sx sx sx sx sx sx sx sx sx", id="loops in loops"),
        pytest.param(_counted, "48", id="a loop that counts"),
        pytest.param(_switch, "measure reset", id="the longest case"),
    ],
)
def test_control_flow_is_its_longest_way(fez: Device, build: Callable[[Any], object], expected: str) -> None:
    lengths = {gate: length_ns(fez, gate, 0) for gate in ("sx", "measure")} | {"reset": length_ns(fez, "reset", 1)}
    parts = [lengths[word] if word in lengths else Decimal(word) for word in expected.split()]
    found = facts_of(circuit(build), fez)
    assert found.duration_ns == sum(parts)
    assert found.left_out == branches.LEFT_OUT


def test_a_while_loop_cannot_be_counted(fez: Device) -> None:
    endless = QuantumCircuit(1, 1)
    with endless.while_loop((0, 0)):
        endless.measure(0, 0)
    with pytest.raises(UsageError, match="a while loop lasts until a measurement ends it"):
        facts_of(endless, fez)


def test_a_loop_without_end_is_given_up(fez: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(branches, "MOST_STEPS", 1000)
    long = QuantumCircuit(1)
    with long.for_loop(range(10**9)):
        pass
    with pytest.raises(UsageError, match="more than 1,000 steps when its loops are unrolled; write its job by hand"):
        facts_of(long, fez)


@pytest.mark.parametrize(
    ("word", "change", "alike"),
    [
        ("nothing", lambda c: None, True),
        ("a length", lambda c: c.data.__setitem__(1, c.data[1].replace(operation=Delay(1000, "ns"))), False),
        ("a unit", lambda c: c.data.__setitem__(1, c.data[1].replace(operation=Delay(100, "us"))), False),
        ("a qubit", lambda c: c.data.__setitem__(0, c.data[0].replace(qubits=[c.qubits[1]])), False),
        ("a gate in a branch", lambda c: c.data[-1].operation.blocks[0].x(0), False),
    ],
)
def test_a_circuit_that_is_changed_in_place_is_another(word: str, change: Callable[[Any], object], alike: bool) -> None:
    made = QuantumCircuit(2, 1)
    made.sx(0)
    made.delay(100, 0, "ns")
    with made.if_test((0, 0)):
        made.x(0)
    before = fingerprint(made)
    change(made)
    assert (fingerprint(made) == before) is alike, word


def test_a_delay_off_the_grid_says_what_it_must_be() -> None:
    sherbrooke = device_of("fake_sherbrooke")
    made = QuantumCircuit(1)
    made.sx(0)
    made.delay(1001, 0, "dt")
    with pytest.raises(UsageError, match="the length of every delay must be a multiple of 16 dt on fake_sherbrooke"):
        transpiled(made, sherbrooke, 1, 0)


def test_the_same_seed_gives_the_same_circuit(fez: Device) -> None:
    dense = circuit(lambda c: [c.cx(i, j) for i in range(7) for j in range(i)], 7)
    first, second, other = (transpiled(dense, fez, 1, seed) for seed in (3, 3, 4))
    assert first == second
    assert first != other


@pytest.mark.parametrize(
    ("made", "told"),
    [
        pytest.param(lambda: ghz(3), "The instruction h on qubits (0,) is not", id="a gate"),
        pytest.param(lambda: ghz(157), "157 qubits, and the device has 156", id="too wide"),
        pytest.param(lambda: circuit(lambda c: c.cz(0, 2), 3), "The instruction cz on", id="no such edge"),
        pytest.param(lambda: circuit(lambda c: c.cz(0, 1)), "", id="ISA"),
    ],
)  # fmt: skip
def test_why_a_circuit_is_not_isa(fez: Device, made: Callable[[], Any], told: str) -> None:
    assert not_isa(made(), fez.target).startswith(told)
    assert bool(not_isa(made(), fez.target)) == bool(told)
    assert bool(too_wide(made(), fez.target)) == told.startswith("157")


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param(2.0160000000000003e-06, Decimal(2016), id="what floating point adds is gone"),
        pytest.param(6.82311111111111e-06, Decimal("6823.111111"), id="cycles of 2/9 ns"),
        pytest.param(2.401583999998e-3, Decimal(2_401_584), id="dust on a long one"),
        pytest.param(0.0, Decimal(0), id="nothing"),
        pytest.param(1e-3, Decimal(1_000_000), id="no exponent"),
    ],
)
def test_seconds_to_nanoseconds(seconds: float, expected: Decimal) -> None:
    assert str(duration_ns(seconds)) == str(expected)


@pytest.mark.parametrize("name", ["fake_fez", "fake_torino", "fake_manila", "fake_brisbane"])
def test_a_schedule_changes_nothing_where_it_is_left_out(name: str) -> None:
    """Padding takes nearly all the time of scheduling, so it is left out where it cannot matter."""
    from qiskit.circuit.random import random_circuit

    device = device_of(name)
    recipe = generate_preset_pass_manager(optimization_level=0, target=device.target, scheduling_method="alap")
    for seed in range(4):
        run = transpiled(random_circuit(5, 8, seed=seed, measure=True, reset=True, max_operands=2), device, seed, seed)
        assert facts_of(run, device).duration_ns == duration_ns(recipe.run(run).estimate_duration(device.target))
