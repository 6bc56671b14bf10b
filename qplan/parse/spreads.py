"""Durations of the schema to nouns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qplan.model.duration import Duration, Spread
from qplan.parse.document import Path
from qplan.parse.findings import Findings
from qplan.parse.quantiles import quantiles_from
from qplan.parse.schema_durations import Exponential, MeanSd, Quantiles, Trace
from qplan.parse.shape import name_of
from qplan.parse.traces import Folder, trace_us
from qplan.units import us_from_s

BAD_SPREAD, BAD_TRACE = "QP209", "QP215"
NOTHING = Duration.fixed(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spreads:
    """Turns durations into nouns; what is wrong with one is found, and 0 taken for it."""

    findings: Findings
    folder: Folder

    def maybe(self, shape: Any, path: Path) -> Duration | None:  # noqa: ANN401 - one of the shapes of a duration
        """The noun, or ``None`` where the file says nothing."""
        return None if shape is None else self.noun(shape, path)

    def noun(self, shape: Any, path: Path) -> Duration:  # noqa: ANN401
        """The noun of a duration at ``path``."""
        if isinstance(shape, Decimal):
            return Duration.fixed(us_from_s(shape))
        try:
            return _MAKERS[type(shape)](shape, self.folder)
        except ValueError as error:
            trace = isinstance(shape, Trace)
            told = f"the trace {shape.trace!r} {error}" if trace else f"{name_of(path)}: {error}"
            self.findings.error(BAD_TRACE if trace else BAD_SPREAD, told, (*path, "trace") if trace else path)
            return NOTHING


def _sample(values: list[Decimal], _: Folder) -> Duration:
    return Duration(spread=Spread.RESAMPLED, values_us=tuple(map(us_from_s, values)))


def _quantiles(shape: Quantiles, _: Folder) -> Duration:
    return quantiles_from(shape.root)


def _mean_sd(shape: MeanSd, _: Folder) -> Duration:
    if shape.sd and not shape.mean:
        raise ValueError("a mean of 0 leaves no room for a standard deviation; give a longer mean")
    return Duration(spread=Spread.MEAN_SD, values_us=(us_from_s(shape.mean), us_from_s(shape.sd)))


def _exponential(shape: Exponential, _: Folder) -> Duration:
    return Duration(spread=Spread.EXPONENTIAL, values_us=(us_from_s(shape.mean),))


def _trace(shape: Trace, folder: Folder) -> Duration:
    return Duration(spread=Spread.RESAMPLED, values_us=trace_us(shape.trace, folder))


_MAKERS: dict[type, Callable[[Any, Folder], Duration]] = {
    list: _sample,
    Quantiles: _quantiles,
    MeanSd: _mean_sd,
    Exponential: _exponential,
    Trace: _trace,
}
