"""How often and how to run, from the options to the nouns; and the line that tells how far a long run is."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from qplan.errors import UsageError
from qplan.model.account import TOLD
from qplan.runs import Draws
from qplan.simulation import Engine, Runner
from qplan.simulation.kept import can_compile

if TYPE_CHECKING:
    from rich.progress import Progress

COMPILING = "compiling the simulation (once)"
SHOWN_AFTER_S, TELL_AFTER_S = 1.0, 5.0
FASTER = "qplan: pip install 'qplan[fast]' compiles the simulation: the same figures, some fifty times as fast\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawOptions:
    """What the command line says of draws, as typed."""

    seed: int = 0
    replications: int | None = None
    precision: str | None = None
    quantiles: list[str] | None = None
    workers: int | None = None
    engine: str = Engine.AUTO
    max_work: int = 100_000_000


def draws_of(options: DrawOptions) -> Draws:
    """The draws asked for; raises ``UsageError``."""
    if options.replications is not None and options.precision is not None:
        raise UsageError("--replications and --precision: one of them, since a precision takes as many as it needs")
    percents = sorted({_percent(text) for text in options.quantiles or ()} - {*TOLD})
    return Draws(
        seed=options.seed,
        replications=options.replications,
        precision=None if options.precision is None else _share(options.precision),
        percents=tuple(percents),
        most_work=options.max_work,
        runner=Runner(engine=Engine(options.engine), workers=options.workers or cores(), progress=Meter()),
    )


def close_meter(draws: Draws) -> None:
    """Leave the terminal as it was, however a run ended; after a long one tell how to have a shorter one."""
    meter = draws.runner.progress
    if isinstance(meter, Meter):
        meter.close()
        if time.monotonic() - meter.begun > TELL_AFTER_S and not can_compile():
            sys.stderr.write(FASTER)


class Meter:
    """Tells on a terminal's standard error how far a run of more than a second is, counted in ``units``."""

    def __init__(self, units: str = "replications") -> None:
        self._units = units
        self.begun = self._since = time.monotonic()
        self._shown: Progress | None = None

    def __call__(self, done: int, count: int) -> None:
        """So many of ``count`` replications are done."""
        if self._shown is None and done == 0 < count:
            self._since = time.monotonic()
        if (
            self._shown is None
            and (done < count or count == 0)
            and time.monotonic() - self._since > SHOWN_AFTER_S
            and _is_terminal()
        ):
            self._shown = _progress()
            self._shown.start()
        if self._shown is not None:
            task = self._shown.task_ids[0] if self._shown.task_ids else self._shown.add_task("")
            self._shown.update(task, description=self._units if count else COMPILING, completed=done, total=count or 1)
            if done >= count > 0:
                self.close()

    def close(self) -> None:
        """Take the line away."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _percent(text: str) -> Decimal:
    """``p99.5``, ``99.5`` or ``99.5%`` as a percentage."""
    percent = _number(text.strip().removeprefix("p").removesuffix("%"))
    if percent is None or not (percent == 0 or 1 <= percent <= 100) or percent.as_tuple().exponent not in range(-4, 3):
        raise UsageError(f"--quantile: a percentile from 1 to 100, such as p95 or 99.5, not {text!r:.80}")
    return percent


def _share(text: str) -> float:
    """``2%`` or ``0.02`` as a share."""
    number = _number(text.strip().removesuffix("%"))
    share = None if number is None else number / 100 if text.strip().endswith("%") else number
    if share is None or not Decimal("0.0001") <= share <= Decimal("0.5"):
        raise UsageError(f"--precision: a share from 0.01% to 50%, such as 2%, not {text!r:.80}")
    return float(share)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
