"""What a device's configuration and properties tell of its times: checked, every problem at once, no Qiskit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from qplan.errors import Mark, Problem, WorkloadError
from qplan.render.safe import plain

MISSING, WRONG_KIND, OUT_OF_RANGE, NOT_FINITE = "QP102", "QP103", "QP104", "QP009"
NS_OF: Final = {
    "ns": Decimal(1), "us": Decimal(10) ** 3, "µs": Decimal(10) ** 3, "ms": Decimal(10) ** 6, "s": Decimal(10) ** 9
}  # fmt: skip
"""Units of lengths in properties, in nanoseconds."""
LEAST_NS, MOST_NS = Decimal("0.01"), Decimal(10) ** 6
"""No gate, measurement or reset is shorter (but for those done in software, of length 0) or longer: a unit is wrong."""
LEAST_DELAY_US, MOST_DELAY_US = Decimal("0.1"), Decimal(10) ** 5
"""No repetition delay but 0 is shorter or longer: it is not in microseconds."""
MOST_QUBITS: Final = 10**6
SINGLE: Final = ("sx", "measure", "reset")
PREFIXES: Final = ("fake_", "ibmq_", "ibm_")
CONFIGURATION: Final = ("n_qubits", "basis_gates", "coupling_map", "default_rep_delay")
PROPERTIES: Final = ("last_update_date", "gates", "qubits")
DUMP: Final = "write it with json.dump(backend.{}().to_dict(), file, default=str)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """The lengths in ns of one instruction, one for each qubit or edge."""

    name: str
    ns: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A device as it was on a day: ``""`` and ``None`` are not known; delays in µs.

    ``date`` is the day (UTC) of its properties.
    """

    name: str
    version: str = ""
    qubits: int
    processor: str = ""
    simulator: bool = False
    rep_delay_us: Decimal
    rep_delay_min_us: Decimal | None = None
    rep_delay_max_us: Decimal | None = None
    sx: Lengths | None = None
    two_qubit: Lengths | None = None
    measure: Lengths | None = None
    reset: Lengths | None = None
    date: str = ""


@dataclass(slots=True)
class Part:
    """One of the two documents: what messages call it, what it holds, and what is wrong with it."""

    file: str
    kind: str
    tree: Any
    problems: list[Problem] = field(default_factory=list)

    def say(self, code: str, message: str, hint: str = "") -> None:
        """Note a problem; of those that are alike, one."""
        problem = Problem(code=code, message=message, hint=hint, mark=Mark(file=self.file))
        if problem not in self.problems:
            self.problems.append(problem)

    def number(self, key: str, value: object, least: Decimal, most: Decimal, unit: str = "") -> Decimal | None:
        """A number within bounds; ``None``, and a problem, for anything else."""
        found = _decimal(value)
        if found is None:
            self.say(WRONG_KIND, f"{key}: {_given(value)} is not a number", DUMP.format(self.kind))
        elif not found.is_finite():
            self.say(NOT_FINITE, f"{key}: {found} is not a number that a device has")
        elif not least <= found <= most:
            self.say(OUT_OF_RANGE, f"{key}: {_short(found)}{unit} is not between {least} and {most:,f}{unit}")
        else:
            return found
        return None


def snapshot_of(configuration: Part, properties: Part | None) -> Snapshot:
    """The device that the two describe, or the configuration alone: then no length is known.

    Raises ``WorkloadError`` with every problem of both.
    """
    parts = [configuration, *([properties] if properties else [])]
    _check_kinds(configuration, properties)
    _raise_for(parts)
    told = _configured(configuration)
    lengths = _lengths(properties, configuration) if properties else {}
    date = _date(properties) if properties else ""
    if properties:
        _check_same(configuration, properties, told.get("qubits"))
    _raise_for(parts)
    return Snapshot(**told, **lengths, date=date)


def _raise_for(parts: Sequence[Part]) -> None:
    problems = [problem for part in parts for problem in part.problems]
    if problems:
        raise WorkloadError(problems)


def _check_kinds(configuration: Part, properties: Part | None) -> None:
    """Each must be an object, and the one that belongs there."""
    for part in (configuration, properties):
        if part and not isinstance(part.tree, Mapping):
            part.say(WRONG_KIND, f"{_given(part.tree)}, not the {part.kind} of a device", DUMP.format(part.kind))
    first = _is_a(configuration, PROPERTIES, CONFIGURATION)
    second = properties is not None and _is_a(properties, CONFIGURATION, PROPERTIES)
    hint = "swap the two files" if first and second else "name the configuration first, the properties second"
    if first:
        configuration.say(WRONG_KIND, "these are the properties of a device, not its configuration", hint)
    if second and properties:
        properties.say(WRONG_KIND, "this is the configuration of a device, not its properties", hint)


def _is_a(part: Part, marks: Sequence[str], others: Sequence[str]) -> bool:
    """Whether it holds more of the keys of one kind of document than of the other, which it should be."""
    if not isinstance(part.tree, Mapping):
        return False
    return sum(key in part.tree for key in marks) > sum(key in part.tree for key in others)


def _configured(part: Part) -> dict[str, Any]:
    """What the configuration tells, in the fields of a snapshot; problems leave a field out."""
    tree = part.tree
    for key in ("n_qubits", "default_rep_delay"):
        if tree.get(key) is None:
            hint = "add it, in microseconds: a profile cannot do without" if key != "n_qubits" else "add it"
            part.say(MISSING, f"{key!r} is missing", hint)
    told: dict[str, Any] = {
        "name": _text(part, "backend_name") or "device",
        "version": _text(part, "backend_version"),
        "processor": _processor(part),
        "simulator": tree.get("simulator") is True,
    }
    if tree.get("n_qubits") is not None and (count := _count(part, "n_qubits", tree["n_qubits"])):
        told["qubits"] = count
    return told | _delays(part)


def _count(part: Part, key: str, value: object) -> int | None:
    found = part.number(key, value, Decimal(1), Decimal(MOST_QUBITS))
    if found is not None and found != found.to_integral_value():
        part.say(OUT_OF_RANGE, f"{key}: {_short(found)} is not a whole number")
        return None
    return None if found is None else int(found)


def _text(part: Part, key: str) -> str:
    """One visible line of at most 64 characters; "" where the key is missing or null."""
    value = part.tree.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        part.say(WRONG_KIND, f"{key}: {_given(value)} is not a text")
        return ""
    return plain(value[:64])


def _processor(part: Part) -> str:
    """Family and revision: ``Heron r2``; "" where the configuration has none."""
    kind = part.tree.get("processor_type")
    if kind is None:
        return ""
    if not isinstance(kind, Mapping):
        part.say(WRONG_KIND, f"processor_type: {_given(kind)} is not a family and a revision")
        return ""
    family, revision = (_word(kind.get(key)) for key in ("family", "revision"))
    return f"{family} r{revision}" if family and revision else family


def _word(value: object) -> str:
    found = _decimal(value)
    return plain(value[:40]) if isinstance(value, str) else "" if found is None else f"{found:f}"[:40]


def _delays(part: Part) -> dict[str, Decimal]:
    """The repetition delay and its range, in µs."""
    default = _delay(part, "default_rep_delay", part.tree.get("default_rep_delay"))
    ends = part.tree.get("rep_delay_range")
    if ends is None:
        return {"rep_delay_us": default} if default is not None else {}
    if not isinstance(ends, Sequence) or isinstance(ends, str) or len(ends) != 2 or None in ends:
        part.say(WRONG_KIND, f"rep_delay_range: {_given(ends)} is not a least and a greatest delay")
        return {}
    least, most = (_delay(part, "rep_delay_range", end) for end in ends)
    if default is None or least is None or most is None:
        return {}
    if not least <= default <= most:
        told = f"default_rep_delay: {_short(default)} is outside rep_delay_range, {_short(least)} to {_short(most)}"
        part.say(OUT_OF_RANGE, told, "both are in microseconds, the least first")
    return {"rep_delay_us": default, "rep_delay_min_us": least, "rep_delay_max_us": most}


def _delay(part: Part, key: str, value: object) -> Decimal | None:
    """A delay in µs, to the nanosecond: Qiskit's conversions leave dust."""
    if value is None:
        return None
    found = part.number(key, value, Decimal(0), Decimal(10) ** 12)
    if found is None:
        return None
    unit = "seconds" if 0 < found < LEAST_DELAY_US else "nanoseconds" if found > MOST_DELAY_US else ""
    if unit:
        part.say(OUT_OF_RANGE, f"{key}: {_short(found)} us is no delay of a device", f"is it in {unit}? write us")
        return None
    return found.quantize(Decimal("0.001"))


def _lengths(part: Part, configuration: Part) -> dict[str, Any]:
    """Lengths by the snapshot's fields; a measurement's is the readout's, as Qiskit's targets have it."""
    found = _gate_lengths(part)
    readout = _readout_lengths(part)
    told: dict[str, Any] = {name: Lengths(name=name, ns=ns) for name, ns in found.single.items() if name in SINGLE}
    if readout:
        told["measure"] = Lengths(name="measure", ns=readout)
    if pairs := _two_qubit(found.pairs, configuration.tree):
        told["two_qubit"] = pairs
    return told


@dataclass(slots=True)
class _Gates:
    """Lengths in ns by gate, of gates on one qubit and on two."""

    single: dict[str, tuple[Decimal, ...]]
    pairs: dict[str, tuple[Decimal, ...]]


def _gate_lengths(part: Part) -> _Gates:
    single: defaultdict[str, list[Decimal]] = defaultdict(list)
    pairs: defaultdict[str, list[Decimal]] = defaultdict(list)
    for gate in _listed(part, "gates"):
        name, qubits = (gate.get("gate"), gate.get("qubits")) if isinstance(gate, Mapping) else (None, None)
        if not isinstance(name, str) or not isinstance(qubits, Sequence):
            part.say(WRONG_KIND, "gates: an entry is not a gate with its qubits", DUMP.format(part.kind))
            continue
        kept = pairs if len(qubits) == 2 else single if len(qubits) == 1 and name in SINGLE else None
        if kept is not None:
            kept[name] += _parameters(part, f"gates: {_name(name)}", gate.get("parameters"), "gate_length")
    return _Gates(
        {name: tuple(ns) for name, ns in single.items() if ns}, {n: tuple(ns) for n, ns in pairs.items() if ns}
    )


def _readout_lengths(part: Part) -> tuple[Decimal, ...]:
    return tuple(
        length for qubit in _listed(part, "qubits") for length in _parameters(part, "qubits", qubit, "readout_length")
    )


def _listed(part: Part, key: str) -> Sequence[Any]:
    """A list of the properties; a problem, and nothing, where there is none."""
    value = part.tree.get(key)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return value
    if value is None:
        part.say(MISSING, f"{key!r} is missing", DUMP.format(part.kind))
    else:
        part.say(WRONG_KIND, f"{key}: {_given(value)} is not a list", DUMP.format(part.kind))
    return ()


def _parameters(part: Part, place: str, entries: object, wanted: str) -> Iterator[Decimal]:
    """The lengths of that name among parameters, in ns."""
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        part.say(WRONG_KIND, f"{place}: the parameters are not a list", DUMP.format(part.kind))
        return
    for entry in entries:
        if isinstance(entry, Mapping) and entry.get("name") == wanted:
            length = _length_ns(part, f"{place}: {wanted}", entry.get("value"), entry.get("unit"))
            if length is not None:
                yield length


def _length_ns(part: Part, key: str, value: object, unit: object) -> Decimal | None:
    size = NS_OF.get(unit) if isinstance(unit, str) else None
    if size is None:
        part.say(OUT_OF_RANGE, f"{key}: {_given(unit)} is not a unit of time", "ns, us, ms or s would be right")
        return None
    found = part.number(key, value, Decimal(0), Decimal(10) ** 12, f" {unit}")
    if found is None:
        return None
    ns = found * size
    if ns and not LEAST_NS <= ns <= MOST_NS:
        part.say(OUT_OF_RANGE, f"{key}: {_short(found)} {unit} is no length of a gate", "the unit is another")
        return None
    return ns


def _two_qubit(pairs: Mapping[str, tuple[Decimal, ...]], configuration: Mapping[str, Any]) -> Lengths | None:
    """The gate that circuits are made of: of the basis gates on two qubits without an angle the one on most edges."""
    basis = configuration.get("basis_gates")
    wanted = [name for name in basis if isinstance(name, str)] if isinstance(basis, Sequence) else list(pairs)
    fixed = [name for name in wanted if name in pairs and name not in _with_parameters(configuration)]
    if not fixed:
        return None
    name = max(fixed, key=lambda name: len(pairs[name]))
    return Lengths(name=_name(name), ns=pairs[name])


def _with_parameters(configuration: Mapping[str, Any]) -> set[str]:
    """Gates that take an angle (``rzz``): they come beside the one that has none."""
    gates = configuration.get("gates")
    entries = gates if isinstance(gates, Sequence) else ()
    named = (gate for gate in entries if isinstance(gate, Mapping) and isinstance(gate.get("name"), str))
    return {gate["name"] for gate in named if gate.get("parameters")}


def _date(part: Part) -> str:
    """The day of the properties, in UTC where they tell an offset; "" where they tell none."""
    value = part.tree.get("last_update_date")
    if value is None:
        return ""
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return (moment.astimezone(UTC) if moment.tzinfo else moment).date().isoformat()
    except (TypeError, ValueError, OverflowError):
        part.say(WRONG_KIND, f"last_update_date: {_given(value)} is not a date", "2026-04-17T12:29:46+02:00 is one")
        return ""


def _check_same(configuration: Part, properties: Part, qubits: int | None) -> None:
    """Both must be of one device."""
    names = [_text(part, "backend_name") for part in (configuration, properties)]
    hint = "both must be of one device"
    if all(names) and len({_bare(name) for name in names}) > 1:
        properties.say(OUT_OF_RANGE, f"these are the properties of {names[1]}, not of {names[0]}", hint)
        return
    listed = properties.tree.get("qubits")
    held = len(listed) if isinstance(listed, Sequence) else qubits
    if qubits is not None and held != qubits:
        properties.say(OUT_OF_RANGE, f"holds {held:,} qubits, and the configuration says {qubits:,}", hint)


def _bare(name: str) -> str:
    """``fez`` of ``ibm_fez`` and ``fake_fez``: a fake backend's properties keep the device's name."""
    return next((name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)), name)


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def _short(value: Decimal) -> str:
    """A number of any size in a few characters, without the zeros that a conversion leaves."""
    return f"{value:.6g}" if len(f"{value}") > 12 else f"{value}"


def _name(text: str) -> str:
    return plain(text[:40])


def _given(value: object) -> str:
    """A value in a few words, fit for a terminal."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return plain(repr(value[:40]))
        case Mapping():
            return "an object"
        case Sequence():
            return "a list"
        case _:
            return plain(str(value)[:40])
