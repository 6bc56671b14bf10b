"""``from_pubs``: what the user would hand to the primitives, and how often, to a workload."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from qplan.api.workload import Workload
from qplan.bridge.calls import Placing, device_for, kind_of, mode_of
from qplan.bridge.document import checked, workload_text
from qplan.bridge.jobs import Facts, coerced, job_of, read_options
from qplan.bridge.need import need, qiskit_version
from qplan.errors import Mark, UsageError, WorkloadError
from qplan.parse.durations import duration_text

if TYPE_CHECKING:
    from qiskit.primitives import BaseEstimatorV2, BaseSamplerV2, EstimatorPubLike, SamplerPubLike
    from qiskit.providers import BackendV2

    AnyPubLike: TypeAlias = SamplerPubLike | EstimatorPubLike
    AnyPrimitive: TypeAlias = BaseSamplerV2 | BaseEstimatorV2 | type[BaseSamplerV2] | type[BaseEstimatorV2]

T = TypeVar("T")
Spread: TypeAlias = "str | float | timedelta | Mapping[str, object] | Sequence[object]"
"""A duration, fixed (``"2.5s"``, seconds, a ``timedelta``) or random (``{"p50": "4s", "p90": "11s"}``)."""


class LeftOutWarning(UserWarning):
    """Options were set that a workload file has no place for: they change no figure here."""


@dataclass(frozen=True, slots=True)
class Run:
    """One call of ``run``: its PUBs, and what of it differs from what ``from_pubs`` says for all.

    The options said there hold for calls that name no ``primitive`` and no ``options`` of their own.
    ``count`` such calls are sent together; the step is sent ``iterations`` times, each after the last one's results and
    ``think`` at the client, in so many ``copies``. ``after`` names what must have finished. ``classical_before``,
    ``classical_after`` and ``qpu`` state what is otherwise assumed or modelled.
    """

    pubs: Iterable[AnyPubLike]
    _: KW_ONLY
    primitive: str | AnyPrimitive | None = None
    options: object = None
    shots: int | None = None
    precision: float | None = None
    name: str = ""
    count: int = 1
    iterations: int = 1
    copies: int = 1
    think: Spread | None = None
    after: Sequence[str] = ()
    classical_before: Spread | None = None
    classical_after: Spread | None = None
    qpu: Spread | None = None


@dataclass(frozen=True, slots=True)
class Loop:
    """Several calls that are sent together as a step, which repeats."""

    runs: Sequence[Run]
    _: KW_ONLY
    name: str = ""
    iterations: int = 1
    copies: int = 1
    think: Spread | None = None
    after: Sequence[str] = ()


def from_pubs(
    pubs: Iterable[AnyPubLike] | Sequence[Run | Loop],
    *,
    backend: str | BackendV2 | None = None,
    primitive: str | AnyPrimitive | None = None,
    options: object = None,
    shots: int | None = None,
    precision: float | None = None,
    name: str = "from-pubs",
    mode: Literal["job", "batch", "session", "any"] | None = None,
    plan: str | Mapping[str, object] | None = None,
    queue: Spread | None = None,
    background: str | Mapping[str, object] | None = None,
    session: Mapping[str, object] | None = None,
    batch: Mapping[str, object] | None = None,
    usage_model: str | None = None,
    count: int = 1,
    iterations: int = 1,
    copies: int = 1,
    think: Spread | None = None,
    transpile: int | None = None,
    seed: int = 0,
) -> Workload:
    """Make a workload of what would be handed to ``SamplerV2.run`` or ``EstimatorV2.run``; nothing is submitted.

    ``pubs`` and ``shots`` or ``precision`` are the arguments of ``run``; or ``pubs`` is a list of ``Run`` and ``Loop``,
    one for each call. ``primitive`` is ``"sampler"``, ``"estimator"`` or a primitive, from which ``backend``, ``mode``
    and ``options`` are then taken. ``options`` are ``SamplerOptions``, ``EstimatorOptions`` or a mapping. ``backend``
    is a backend of Qiskit or a name (``ibm_fez``, ``fake_fez``). ``count``, ``iterations``, ``copies`` and ``think``
    say how often the call is sent. ``name``, ``plan``, ``queue``, ``background``, ``session``, ``batch`` and
    ``usage_model`` go into the workload as they are. ``transpile`` is the level (0 to 3) at which circuits that the
    backend cannot run as they are get transpiled, with ``seed``; without it they are refused.

    Raises ``UsageError`` and ``WorkloadError`` with every problem found, a line each; warns (``LeftOutWarning``) of
    options that are left out.
    """
    need("from_pubs", "qiskit_ibm_runtime")
    calls = _calls(
        pubs, Run((), shots=shots, precision=precision, count=count, iterations=iterations, copies=copies, think=think)
    )
    used = list(dict.fromkeys(_used_by(calls, primitive)))
    device = device_for(backend, used)
    maker = _Maker(
        primitive=primitive,
        options=options,
        placing=Placing(device=device, level=transpile, seed=seed),
        facts=Facts(device),
    )
    jobs = maker.entries(calls)
    head: dict[str, object] = {
        "qplan": 1,
        "name": name,
        "mode": mode or mode_of(used),
        "backend": device.backend,
        "plan": plan,
        "queue": _spread(queue),
        "background": background,
        "session": session,
        "batch": batch,
        "usage": {"model": usage_model} if usage_model else None,
    }
    text = workload_text(
        {key: value for key, value in head.items() if value is not None} | {"jobs": jobs}, maker.told()
    )
    _check(text)
    if maker.left_out:
        warnings.warn(_left_out(maker.left_out), LeftOutWarning, stacklevel=2)
    return Workload(text=text, left_out=tuple(maker.left_out))


class _Maker:
    """Calls to entries of ``jobs:``, and what is to be told of them."""

    def __init__(self, *, primitive: object, options: object, placing: Placing, facts: Facts) -> None:
        self._primitive, self._options = primitive, options
        self._placing, self._facts = placing, facts
        self.left_out: list[str] = []

    def entries(self, calls: Sequence[Run | Loop]) -> list[dict[str, object]]:
        """An entry for each call or loop; raises ``UsageError`` with what is wrong with any of them."""
        return _all_of(
            calls, self._entry, lambda call, at: call.name or f"{_kind(call)} {at + 1}" if len(calls) > 1 else ""
        )

    def told(self) -> list[str]:
        """Comments at the head of the file."""
        level, device = self._placing.level, self._placing.device.name
        made = (
            f", circuits transpiled at level {level} with seed {self._placing.seed}" if self._placing.transpiles else ""
        )
        return [
            f"written by qplan.from_pubs with Qiskit {qiskit_version()}{made}",
            f"circuit_duration: Qiskit's estimate_duration, scheduled as late as possible on {device}",
            *self._facts.notes,
            *([_left_out(self.left_out)] if self.left_out else []),
        ]

    def _entry(self, call: Run | Loop, at: int) -> dict[str, object]:
        if isinstance(call, Run):
            return self._job(call, call.name or f"job-{at + 1}") | _repeated(call)
        name = call.name or f"loop-{at + 1}"
        jobs = _all_of(
            call.runs,
            lambda run, i: self._inner(run, run.name or f"{name}-{i + 1}"),
            lambda run, i: run.name or f"run {i + 1}",
        )
        return {"loop": name, "jobs": jobs} | _repeated(call)

    def _inner(self, run: Run, name: str) -> dict[str, object]:
        return self._job(run, name) | _repeated(run)

    def _job(self, run: Run, name: str) -> dict[str, object]:
        primitive = run.primitive if run.primitive is not None else self._primitive
        if primitive is None:
            raise UsageError("primitive: say 'sampler' or 'estimator', or give the primitive itself")
        kind = kind_of(primitive)
        read = read_options(self._options_for(run, primitive))
        self.left_out += [told for told in read.left_out if told not in self.left_out]
        pubs = self._placing.placed(coerced(kind, run.pubs, shots=run.shots, precision=run.precision))
        job = job_of(kind, pubs, read.kept, self._placing.device, name=name, facts=self._facts)
        stated = {key: _spread(getattr(run, key)) for key in ("qpu", "classical_before", "classical_after")}
        return job | {key: value for key, value in stated.items() if value is not None}

    def _options_for(self, run: Run, primitive: object) -> object:
        """The call's own options; else those that are said together with its primitive, or that it was made with."""
        said = run.options if run.options is not None or run.primitive is not None else self._options
        made = not isinstance(primitive, str | type) and hasattr(primitive, "options")
        return primitive if said is None and made else said


def _check(text: str) -> None:
    """Raise ``WorkloadError`` for a text that nobody has seen: problems are told by their paths, not by its lines."""
    try:
        checked(text, "<python>")
    except WorkloadError as error:
        raise WorkloadError(
            [replace(problem, mark=Mark(file=problem.path or "workload")) for problem in error.problems]
        ) from None


def _calls(pubs: object, one: Run) -> list[Run | Loop]:
    """The calls that ``pubs`` lists, or the one that it is the PUBs of."""
    listed = list(pubs) if isinstance(pubs, Iterable) and not hasattr(pubs, "num_qubits") else None
    calls = [call for call in listed or () if isinstance(call, Run | Loop)]
    if not calls:
        given: Any = pubs if listed is None else listed
        return [replace(one, pubs=given)]
    if len(calls) < len(listed or ()):
        raise UsageError("pubs: either PUBs of one call, or Run and Loop for each call; not both")
    said = [key for key in ("shots", "precision", "think") if getattr(one, key) is not None]
    said += [key for key in ("count", "iterations", "copies") if getattr(one, key) != 1]
    if said:
        raise UsageError(f"{', '.join(said)}: say it on each Run or Loop, of which there are {len(calls)} here")
    return calls


def _used_by(calls: Sequence[Run | Loop], primitive: object) -> Iterator[object]:
    """The primitives of all calls."""
    runs = (run for call in calls for run in ([call] if isinstance(call, Run) else call.runs))
    yield from (used for run in runs if (used := run.primitive if run.primitive is not None else primitive) is not None)


def _all_of(
    items: Sequence[T], make: Callable[[T, int], dict[str, object]], label: Callable[[T, int], str]
) -> list[dict[str, object]]:
    """Each item made; raises ``UsageError`` with a labelled line for each that cannot be."""
    made: list[dict[str, object]] = []
    wrong: list[str] = []
    for at, item in enumerate(items):
        try:
            made.append(make(item, at))
        except UsageError as error:
            before = f"{label(item, at)}: " if label(item, at) else ""
            wrong += [f"{before}{line}" for line in str(error).splitlines()]
    if wrong:
        raise UsageError("\n".join(wrong))
    return made


def _kind(call: Run | Loop) -> str:
    return "run" if isinstance(call, Run) else "loop"


def _repeated(call: Run | Loop) -> dict[str, object]:
    """How often a call or a loop is sent, and after what; what is not said is left out."""
    counts: dict[str, Any] = {key: getattr(call, key, 1) for key in ("count", "iterations", "copies")}
    said: dict[str, object] = {key: value for key, value in counts.items() if value != 1}
    if call.think is not None:
        said["think"] = _spread(call.think)
    if call.after:
        said["after"] = [call.after] if isinstance(call.after, str) else list(call.after)
    return said


def _spread(value: Spread | None) -> object:
    """A duration as a workload file writes it: a ``timedelta`` as text, whatever it is in."""
    if isinstance(value, timedelta):
        seconds = Decimal(value.days * 86_400 + value.seconds) + Decimal(value.microseconds) / 1_000_000
        return duration_text(seconds)
    if isinstance(value, Mapping):
        return {key: _spread(inner) for key, inner in value.items()}  # type: ignore[arg-type]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_spread(inner) for inner in value]  # type: ignore[arg-type]
    return value


def _left_out(names: Sequence[str]) -> str:
    return f"options without a place in a workload file, left out: {', '.join(names)}"
