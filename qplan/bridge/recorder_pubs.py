"""What a primitive call says, in the keys of a workload file; and what is asked of the primitive itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING, Any

from qplan.bridge.calls import Placing, kind_of
from qplan.bridge.jobs import Facts, coerced, job_of, read_options

if TYPE_CHECKING:
    from qplan.bridge.device import Device
    from qplan.bridge.recorder_hooks import Run

KEPT_PUBS = 200
"""PUBs after which what is known of circuits is forgotten: a script may make a new one for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A primitive call: ``pubs`` as Qiskit coerces them, ``options`` in the keys of a workload file."""

    primitive: str
    pubs: Sequence[Any]
    options: Mapping[str, object]
    left_out: tuple[str, ...]


def sent_by(original: Run, primitive: Any, arguments: tuple[Any, ...], words: dict[str, Any]) -> tuple[Sent, Any]:  # noqa: ANN401
    """The call, and its arguments bound, PUBs as a list, to be handed on."""
    bound = signature(original).bind(primitive, *arguments, **words)
    given: Any = bound.arguments.get("pubs")
    if hasattr(given, "__iter__") and not hasattr(given, "num_qubits"):
        bound.arguments["pubs"] = given = list(given)
    kind = kind_of(primitive)
    shots, precision = bound.arguments.get("shots"), bound.arguments.get("precision") or None
    pubs = coerced(kind, given, shots=shots, precision=precision)
    options, left_out = _options(primitive)
    return Sent(primitive=kind, pubs=pubs, options=options, left_out=left_out), bound


def backend_of(primitive: Any) -> Any:  # noqa: ANN401 - a BackendV2 or None
    """The backend that a primitive was made for; ``None`` for one that simulates by itself."""
    backend = getattr(primitive, "backend", None)
    return backend() if callable(backend) else backend


def mode_of(primitive: object) -> str:
    """The mode that a primitive runs in."""
    from qiskit_ibm_runtime import Batch, Session

    place = getattr(primitive, "mode", None)
    return "batch" if isinstance(place, Batch) else "session" if isinstance(place, Session) else "job"


def _options(primitive: Any) -> tuple[Mapping[str, object], tuple[str, ...]]:  # noqa: ANN401
    """What is set; of the primitives that have no options, the one default that they keep."""
    if hasattr(primitive, "options"):
        read = read_options(primitive)
        return read.kept, read.left_out
    names = ("default_shots", "default_precision")
    return {name: value for name in names if (value := getattr(primitive, name, None))}, ()


@dataclass(slots=True, kw_only=True)
class Describer:
    """Calls to jobs of a workload file. ``level``: circuits that are not ISA are transpiled so, else refused."""

    device: Device
    level: int | None
    seed: int
    transpiles: bool = False
    _placing: Placing | None = None
    _facts: Facts | None = None
    _seen: int = 0

    def job(self, sent: Sent) -> dict[str, object]:
        """The call's job, without a name. Raises ``UsageError`` with a line for each PUB that does not fit."""
        if self._placing is None or self._facts is None or self._seen > KEPT_PUBS:
            self._placing = Placing(device=self.device, level=self.level, seed=self.seed)
            self._facts, self._seen = Facts(self.device), 0
        self._seen += len(sent.pubs)
        pubs = self._placing.placed(sent.pubs)
        self.transpiles |= self._placing.transpiles
        job = job_of(sent.primitive, pubs, sent.options, self.device, name="", facts=self._facts)
        return {key: value for key, value in job.items() if key != "name"}
