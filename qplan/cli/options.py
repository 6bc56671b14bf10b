"""The options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class FormatChoice(StrEnum):
    """The output formats of every command."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"


class GateFormatChoice(StrEnum):
    """The output formats of the gate; ``summary`` is markdown that may be longer than a comment."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    SUMMARY = "summary"
    GITHUB = "github"
    JUNIT = "junit"


class EngineChoice(StrEnum):
    """How the simulation is run."""

    AUTO = "auto"
    INTERPRETED = "interpreted"
    COMPILED = "compiled"


class ObjectiveChoice(StrEnum):
    """What ``recommend`` minimises."""

    COST = "cost"
    TIME = "time"
    BALANCED = "balanced"


class ModeChoice(StrEnum):
    """The execution modes."""

    JOB = "job"
    BATCH = "batch"
    SESSION = "session"


class PrimitiveChoice(StrEnum):
    """Qiskit's primitives."""

    SAMPLER = "sampler"
    ESTIMATOR = "estimator"


class JobPerChoice(StrEnum):
    """What of imported circuits becomes a job."""

    ALL = "all"
    FILE = "file"
    CIRCUIT = "circuit"


Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Workload files; - reads standard input.")]
File = Annotated[str, typer.Argument(metavar="FILE", help="A workload file; - reads standard input.")]
Format = Annotated[FormatChoice, typer.Option("--format", "-f", help="How the output is written.")]
Out = Annotated[str | None, typer.Option("--out", "-o", metavar="FILE", help="Write to a file instead of the screen.")]
Point = Annotated[bool, typer.Option("--point", help="The fixed run: medians instead of draws.")]
Seed = Annotated[int, typer.Option("--seed", min=0, max=2**62, help="Seed of the random draws.")]
Plan = Annotated[str | None, typer.Option("--plan", metavar="NAME", help="Price plan, in place of the file's.")]
Backends = Annotated[
    list[str] | None,
    typer.Option("--backend", metavar="NAME", help="QPU, in place of the file's; repeat it to compare devices."),
]
UsageModel = Annotated[
    str | None, typer.Option("--usage-model", metavar="NAME", help="Usage model, in place of the file's.")
]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a field of the file, e.g. queue.wait=5m; repeatable."),
]
Timeline = Annotated[bool, typer.Option("--timeline", help="Show lanes and QPU against time.")]
ObjectiveOption = Annotated[ObjectiveChoice, typer.Option("--objective", help="What to minimise.")]
Deadline = Annotated[str | None, typer.Option("--deadline", metavar="DURATION", help="Results must be in by then.")]
Budget = Annotated[str | None, typer.Option("--budget", metavar="AMOUNT", help="The most it may cost.")]
AllowOutside = Annotated[
    bool, typer.Option("--allow-outside", help="Let a file name profiles and traces outside its folder.")
]
MaxJobs = Annotated[int, typer.Option("--max-jobs", min=1, help="Refuse workloads of more jobs than this.")]
Replications = Annotated[
    int | None,
    typer.Option("--replications", "-n", min=1, max=1_000_000, metavar="N", help="Random runs; 1,000 unless said."),
]
Precision = Annotated[
    str | None,
    typer.Option("--precision", metavar="SHARE", help="Run until the quantiles are that sure, e.g. 2%."),
]
Quantiles = Annotated[
    list[str] | None, typer.Option("--quantile", metavar="P", help="Another quantile, e.g. p95; repeatable.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", min=1, max=256, help="Processes or threads; the cores unless said.")
]
EngineOption = Annotated[
    EngineChoice, typer.Option("--engine", help="How the simulation is run; the figures are the same.")
]
MaxWork = Annotated[int, typer.Option("--max-work", min=1, help="Refuse more jobs times replications than this.")]
