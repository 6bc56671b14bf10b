"""Options of the primitives, as Qiskit's objects hold them, to the ``options`` of a workload file.

Three kinds are read: the dataclasses of ``qiskit_ibm_runtime.options``, whose fields are ``Unset`` until somebody sets
them; the models of ``qiskit_ibm_runtime.options_models``, which remember what was set; and plain mappings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from fractions import Fraction
from math import ceil, inf, nextafter
from numbers import Integral, Real
from typing import Any, get_args

from qplan.errors import UsageError
from qplan.parse.holders import Shape
from qplan.parse.schema_options import Options

LEAST_PRECISION = 1e-6
"""The least that a workload file takes."""
LEFT_OUT = ("experimental", "simulator")
"""What a workload file would only warn of: it is kept out, and told."""
QISKITS_ONLY = {
    "": ("abelian_grouping", "run_options", "seed_simulator"),
    "execution": ("scheduler_timing", "stretch_values"),
    "twirling": ("group",),
}
"""Keys that Qiskit knows and a workload file does not; in a mapping any other one is a slip, told by its check."""
ALWAYS = ("default_shots", "default_precision")
"""Primitives differ in these defaults (1,024 shots of a ``BackendSamplerV2``), so they are said even if not set."""
NULL_SAYS = ("max_overhead", "max_layers_to_learn")
"""Where nothing means "no limit" rather than the default."""
AUTO_IS_NOTHING = ("noise_factors", "extrapolated_noise_factors")
"""Where "auto" is the default, for which a workload file has no word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOptions:
    """What the user set, in the keys and nesting of a workload file; dotted names of what there is no place for."""

    kept: Mapping[str, object]
    left_out: tuple[str, ...] = ()


def read_options(options: object) -> ReadOptions:
    """Options from an options object of Qiskit, a primitive that has ``.options``, a mapping or ``None``.

    Raises ``UsageError`` for anything else.
    """
    left_out: list[str] = []
    kept = _mapping(_holder(options), Options, "", left_out)
    return ReadOptions(kept=kept, left_out=tuple(left_out))


def options_of(options: object) -> dict[str, object]:
    """Only what the user set, as plain values, in the keys and nesting that Qiskit and workload files share."""
    return dict(read_options(options).kept)


def precision_of(precision: float) -> float:
    """A precision as a workload file states it: for as many shots as ``ceil(1.0 / precision**2)`` is in Qiskit.

    Qiskit computes that in floating point, a workload file's shots are exact: where they differ (1 / sqrt(5), say)
    a neighbouring number is taken. At least one shot is; what no shots could reach is left to the check.
    """
    if not 0 < precision < 1:
        return 1.0 if precision >= 1 else precision
    shots = ceil(1.0 / precision**2) if precision >= LEAST_PRECISION else 0
    while shots and (exact := ceil(1 / Fraction(repr(precision)) ** 2)) != shots:
        precision = nextafter(precision, inf if exact > shots else 0.0)
    return precision


def _holder(options: object) -> object:
    """The options object of a primitive, or what was given itself."""
    if options is None:
        return {}
    if isinstance(options, Mapping) or _is_holder(options):
        return options
    inner = getattr(options, "options", None)
    if inner is not None and (isinstance(inner, Mapping) or _is_holder(inner)):
        return inner
    told = f"options: Qiskit's options of a primitive or a mapping, not {type(options).__name__}"
    raise UsageError(f"{told}; SamplerOptions(), EstimatorOptions() or {{'resilience_level': 1}}")


def _is_holder(value: object) -> bool:
    """Whether it is a dataclass or a pydantic model."""
    return not isinstance(value, type) and (is_dataclass(value) or hasattr(value, "model_fields_set"))


def _mapping(holder: object, shape: type[Shape], prefix: str, left_out: list[str]) -> dict[str, object]:
    """What is set of one level; names of what has no place in a workload file are added to ``left_out``."""
    said: dict[str, object] = {}
    strict = not isinstance(holder, Mapping)
    for name, value in _set_fields(holder):
        if _is_unset(value) or (value is None and name not in NULL_SAYS):
            continue
        path = f"{prefix}{name}"
        inner = _inner_shape(shape, name)
        if path in LEFT_OUT or _without_place(shape, name, prefix, strict=strict):
            if _says_something(value):
                left_out.append(path)
        elif inner is not None and (isinstance(value, Mapping) or _is_holder(value)):
            if told := _mapping(value, inner, f"{path}.", left_out):
                said[name] = told
        elif name == "layer_noise_model":
            said[name] = value is not False
        elif name == "default_precision" and isinstance(value, Real):
            said[name] = precision_of(float(value))
        elif not (name in AUTO_IS_NOTHING and isinstance(value, str) and value == "auto"):
            said[name] = _plain(value)
    return said


def _set_fields(holder: object) -> Iterator[tuple[str, Any]]:
    """Names and values of what may have been set: of a model what it remembers, of a dataclass what is no default."""
    if isinstance(holder, Mapping):
        yield from ((str(name), value) for name, value in holder.items())
    elif hasattr(holder, "model_fields_set"):
        remembered = holder.model_fields_set
        for name in type(holder).model_fields:  # type: ignore[attr-defined]
            value = getattr(holder, name)
            if name in remembered or _is_holder(value):
                yield name, value
    elif is_dataclass(holder):
        for field in fields(holder):
            value = getattr(holder, field.name)
            is_default = field.default is not MISSING and type(value) is type(field.default) and value == field.default
            if not field.name.startswith("_") and (field.name in ALWAYS or not is_default):
                yield field.name, value


def _is_unset(value: object) -> bool:
    """Whether it is Qiskit's ``Unset``, which cannot be named without importing Qiskit."""
    return type(value).__name__ == "UnsetType"


def _without_place(shape: type[Shape], name: str, prefix: str, *, strict: bool) -> bool:
    """Whether a workload file has no such key; in a mapping of the user's only a key that Qiskit would know."""
    if name in shape.model_fields:
        return False
    return strict or name in QISKITS_ONLY.get(prefix.rstrip("."), ())


def _says_something(value: object) -> bool:
    """Whether anything is set in what is left out."""
    if isinstance(value, Mapping) or _is_holder(value):
        return any(
            not _is_unset(inner) and inner is not None and _says_something(inner) for _, inner in _set_fields(value)
        )
    return True


def _inner_shape(shape: type[Shape], name: str) -> type[Shape] | None:
    """The shape of a key that holds a mapping."""
    field = shape.model_fields.get(name)
    kinds = () if field is None else (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Shape)), None)


def _plain(value: Any) -> object:  # noqa: ANN401 - whatever an option holds
    """A value as YAML can write it: NumPy's numbers become Python's, tuples lists, anything else its text."""
    match value:
        case str() | bool() | None:
            return str(value) if isinstance(value, str) else value
        case Integral():
            return int(value)
        case Real():
            return float(value)
        case Mapping():
            return {str(name): _plain(inner) for name, inner in value.items() if not _is_unset(inner)}
        case Sequence() | set() | frozenset():
            return [_plain(inner) for inner in value]
        case _ if hasattr(value, "tolist"):
            return _plain(value.tolist())
        case _:
            return str(value)
