"""A QPU as a user of it sees it."""

from __future__ import annotations

from dataclasses import dataclass

from qplan.model.fact import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """One QPU (or simulator). ``None`` means that the figure is not known.

    ``rep_delay_*_s`` in seconds as Qiskit's option; gate lengths in nanoseconds, medians over qubits
    or edges; ``plans`` the plans that may use it (empty: not known, all); ``retired`` a date or "".
    """

    name: str
    lanes: int
    rep_delay_s: float
    qubits: int | None = None
    processor: str = ""
    simulator: bool = False
    retired: str = ""
    plans: tuple[str, ...] = ()
    rep_delay_min_s: float | None = None
    rep_delay_max_s: float | None = None
    sx_ns: float | None = None
    two_qubit_ns: float | None = None
    measure_ns: float | None = None
    reset_ns: float | None = None
    session_advice_s: float | None = None
    facts: tuple[Fact, ...] = ()

    def __hash__(self) -> int:
        return hash(self.name)
