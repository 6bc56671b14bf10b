"""The columns of a receipt in CSV and YAML: who was charged, what, when, and a job described inline."""

from __future__ import annotations

from typing import Final

CHARGE: Final = "charged_s"
ALIASES: Final = {"timed_s": "executed_s", "wall_s": "ran_s"}
"""Other names of a column."""

IDENTITY: Final = ("id", "workload", "job", "backend", "mode", "session", "status")
SECONDS: Final = (CHARGE, "executed_s", "timed_s", "wait_s", "ran_s", "wall_s")
INSTANTS: Final = ("created", "running", "finished")
IGNORED: Final = ("tag", "day")
"""Free text of the user's own."""

SAME: Final = (
    "primitive",
    "circuits",
    "parameter_sets",
    "observable_groups",
    "shots",
    "precision",
    "qubits",
    "depth",
    "two_qubit_depth",
    "two_qubit_gates",
)
"""Columns that a job of a workload file has under the same name."""

NESTED: Final[dict[str, tuple[str, ...]]] = {
    **{name: (name,) for name in SAME},
    "circuit_duration_us": ("circuit_duration",),
    "resilience_level": ("options", "resilience_level"),
    "rep_delay_us": ("options", "execution", "rep_delay"),
    "rep_delay_s": ("options", "execution", "rep_delay"),
    "num_randomizations": ("options", "twirling", "num_randomizations"),
    "shots_per_randomization": ("options", "twirling", "shots_per_randomization"),
}
"""Columns that describe a job, and where a job of a workload file says the same."""

CONVERTED: Final = ("circuit_duration_us", "rep_delay_us", "rep_delay_s")
"""Those of them that the workload file has in another unit or form."""

COLUMNS: Final = (*IDENTITY, *SECONDS, *INSTANTS, *NESTED, *IGNORED)
NUMBERS: Final = frozenset((*SECONDS, *CONVERTED))
PLAIN: Final = frozenset(NESTED) - NUMBERS
