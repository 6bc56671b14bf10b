"""What ``simulate``, ``compare`` and ``recommend`` give: figures as attributes, and all that the commands print."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from qplan.errors import UsageError
from qplan.model.account import Account, CostQuantity, Quantity
from qplan.model.comparison import Action, Alternative, BreakEven, Reason
from qplan.model.fact import Fact
from qplan.model.report import Report
from qplan.render.base import Format, Options, renderer
from qplan.render.words import chosen, shown
from qplan.runs import Draws
from qplan.units import s_from_us

if TYPE_CHECKING:
    import pandas as pd

NARROWEST, WIDEST = 80, 120
ASSUMED = "\n\nAssumed"
"""Where the terminal's text turns to assumptions."""
N = TypeVar("N", float, Decimal)


class View(StrEnum):
    """Which command's output a result prints as."""

    ESTIMATE = "estimate"
    COMPARE = "compare"
    RECOMMEND = "recommend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles(Generic[N]):
    """A quantity over the replications; in a fixed run all are equal. ``others`` are quantiles asked for, by name."""

    p10: N
    p50: N
    p90: N
    mean: N
    others: Mapping[str, N]

    def __getitem__(self, name: str) -> N:
        """A quantile or the mean by its name: ``usage_s["p95"]``. Raises ``KeyError``, which says what is known."""
        known = self.to_dict()
        if name not in known:
            raise KeyError(_unknown(name, known))
        return known[name]

    def to_dict(self) -> dict[str, N]:
        """All of them by name."""
        return {"p10": self.p10, "p50": self.p50, "p90": self.p90, "mean": self.mean, **self.others}


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """What became of the jobs, in the run that is shown (of many replications that of median wall-clock)."""

    total: int
    completed: int
    failed: int
    cancelled: int
    not_submitted: int
    queued: int


class ModeResult:
    """One execution mode: times in seconds, cost in ``currency``.

    Figures of a refused mode raise ``UsageError`` with the reason; so does a cost that is not known.
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    @property
    def mode(self) -> str:
        """``job``, ``batch`` or ``session``."""
        return self._account.mode.value

    @property
    def allowed(self) -> bool:
        """Whether the plan admits the mode."""
        return self._account.allowed

    @property
    def reason(self) -> str | None:
        """Why the mode is refused."""
        return self._account.reason

    @property
    def usage_s(self) -> Quantiles[float]:
        """What is billed, in seconds."""
        return _seconds(self._known.usage)

    @property
    def wall_s(self) -> Quantiles[float]:
        """From the submission to the last final state, in seconds."""
        return _seconds(self._known.wall)

    @property
    def queue_s(self) -> Quantiles[float]:
        """Time in the queue, in seconds, summed over its entries."""
        return _seconds(self._known.queue)

    @property
    def qpu_busy_s(self) -> Quantiles[float]:
        """Own time on the QPU, in seconds."""
        return _seconds(self._known.qpu_busy)

    @property
    def drift_s(self) -> Quantiles[float]:
        """From the first start on the QPU to the last end, in seconds."""
        return _seconds(self._known.drift)

    @property
    def cost(self) -> Quantiles[Decimal]:
        """What it costs, in ``currency``, exact."""
        amount = self._known.cost
        if amount is None:
            raise UsageError(f"{self.mode}: the cost is not known: {self.cost_reason or 'no price is known'}")
        return _amounts(amount)

    @property
    def is_priced(self) -> bool:
        """Whether there is a cost."""
        return self.allowed and self._account.cost is not None

    @property
    def cost_reason(self) -> str | None:
        """Why there is no cost."""
        return self._account.cost_reason

    @property
    def currency(self) -> str:
        """The currency of the cost."""
        return self._account.currency

    @property
    def jobs(self) -> Jobs:
        """What became of the jobs."""
        run = self._known.sample
        return Jobs(
            total=run.jobs,
            completed=run.completed,
            failed=run.failed,
            cancelled=run.cancelled,
            not_submitted=run.not_submitted,
            queued=run.queued,
        )

    @property
    def _known(self) -> Account:
        if not self._account.allowed:
            raise UsageError(f"{self.mode} is refused: {self._account.reason}")
        return self._account

    def __repr__(self) -> str:
        from qplan.render.words import price

        told = price(self._account) if self.allowed else f"refused: {self.reason}"
        return f"<{self.mode}: {told}>"


class Modes(dict[str, ModeResult]):
    """The modes that a result shows, by their names; a ``KeyError`` says which there are."""

    def __missing__(self, name: str) -> ModeResult:
        raise KeyError(_unknown(name, self))


@dataclass(frozen=True, kw_only=True, repr=False)
class Result:
    """A workload's figures in its modes, and what to do; of several workloads or backends one after the other.

    ``len(result)`` and ``result[i]`` tell them apart: the figures below are of the only one, and raise ``UsageError``
    where there are several. ``reports`` are qplan's own objects, which may change from version to version.
    """

    reports: tuple[Report, ...]
    view: View
    timeline: bool = False
    draws: Draws | None = None

    def __len__(self) -> int:
        return len(self.reports)

    def __getitem__(self, index: int) -> Result:
        """The result of one workload on one backend."""
        return replace(self, reports=(self.reports[index],))

    def __iter__(self) -> Iterator[Result]:
        return (self[i] for i in range(len(self)))

    @property
    def name(self) -> str:
        """The workload's name."""
        return self._only.workload.name

    @property
    def backend(self) -> str:
        """The backend's name."""
        return self._only.workload.backend.name

    @property
    def plan(self) -> str:
        """The plan's name."""
        return self._only.workload.plan.name

    @property
    def seed(self) -> int:
        """The seed of the random draws."""
        return self._only.seed

    @property
    def replications(self) -> int:
        """How many replications were run; 1 for a fixed run."""
        return self._only.replications

    @cached_property
    def modes(self) -> Modes:
        """Each mode that is shown, by its name."""
        return Modes((account.mode.value, ModeResult(account)) for account in shown(self._only))

    @property
    def mode(self) -> str | None:
        """The mode asked for, else the one recommended; ``None`` where none can be."""
        account = chosen(self._only)
        return account.mode.value if account else None

    @property
    def usage_s(self) -> Quantiles[float]:
        """What is billed in ``mode``, in seconds."""
        return self._chosen.usage_s

    @property
    def wall_s(self) -> Quantiles[float]:
        """Wall-clock in ``mode``, in seconds."""
        return self._chosen.wall_s

    @property
    def cost(self) -> Quantiles[Decimal]:
        """What ``mode`` costs, in ``currency``, exact."""
        return self._chosen.cost

    @property
    def currency(self) -> str:
        """The currency of the cost."""
        return self._only.workload.plan.currency

    @property
    def headline(self) -> str:
        """The verdict in a sentence."""
        from qplan.render.verdict import verdict

        return verdict(self._only)[0]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why: a rule each, and a sentence."""
        return self._only.recommendation.reasons

    @property
    def actions(self) -> tuple[Action, ...]:
        """What else to do (``recommend``)."""
        return self._only.recommendation.actions

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Other ways to run it, and what speaks against them (``recommend``)."""
        return self._only.recommendation.alternatives

    @property
    def break_evens(self) -> tuple[BreakEven, ...]:
        """Figures at which the choice would flip (``recommend``)."""
        return self._only.recommendation.break_evens

    @property
    def snippet(self) -> str:
        """Qiskit code of the answer, "" where there is none; raises ``UsageError`` of anything but ``recommend``."""
        if self.view is not View.RECOMMEND:
            raise UsageError("the snippet is the code of a recommendation: qplan.recommend(workload).snippet")
        return self._only.recommendation.snippet

    @property
    def assumptions(self) -> tuple[Fact, ...]:
        """Every default taken, with its source."""
        return self._only.assumptions

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is allowed but unwise, and notes, a sentence each."""
        from qplan.render.words import diagnostic

        return tuple(diagnostic(problem) for problem in self._only.diagnostics)

    def render(
        self,
        format: Literal["table", "json", "markdown", "csv"] = "table",
        *,
        width: int | None = None,
    ) -> str:
        """What the command prints in a format; ``width`` in columns (the terminal's unless said)."""
        if format not in tuple(Format):
            raise UsageError(f"format: table, json, markdown or csv, not {format!r:.80}")
        write = getattr(renderer(Format(format)), self.view.value)
        told: str = write(self._stored(format), Options(width=width or _width(), timeline=self.timeline))
        return told

    def to_dict(self) -> dict[str, Any]:
        """The command's JSON document (``qplan schema --output``)."""
        document: dict[str, Any] = json.loads(self.render("json"))
        return document

    def to_frame(self) -> pd.DataFrame:
        """A pandas frame with a row for each workload, backend and mode: the command's CSV."""
        try:
            import pandas as pd
        except ImportError:
            raise UsageError("to_frame needs pandas: pip install pandas") from None
        from io import StringIO

        return pd.read_csv(StringIO(self.render("csv")), na_values=[""], keep_default_na=False)

    def __str__(self) -> str:
        return self.render().rstrip("\n")

    def __repr__(self) -> str:
        """The verdict and the figures, without what they rest on."""
        head, _, rest = str(self).partition(ASSUMED)
        return f"{head}\n\n(print it for what this rests on)" if rest else head

    def _repr_html_(self) -> str:
        """The verdict and the modes in a notebook."""
        from qplan.api.notebook import html

        return html(self.reports, str(self))

    @property
    def _only(self) -> Report:
        if len(self.reports) != 1:
            raise UsageError(f"there are {len(self.reports)} results here: take one of them, as result[0]")
        return self.reports[0]

    @property
    def _chosen(self) -> ModeResult:
        account = chosen(self._only)
        if account is None and len(self.modes) == 1:
            return next(iter(self.modes.values()))  # refused: its figures tell why
        if account is None:
            raise UsageError(f"no mode is recommended; result.modes has them all. {self.headline}")
        return ModeResult(account)

    def _stored(self, format: str) -> tuple[Report, ...]:
        """The reports; in the JSON of an estimate with what a later run is compared with."""
        if self.view is not View.ESTIMATE or format != Format.JSON:
            return self.reports
        from qplan.gating import digest_of, priced_of

        digests = [digest_of(told.workload, self.draws) if self.draws else "" for told in self.reports]
        return tuple(
            replace(told, priced=priced_of(told, digest)) for told, digest in zip(self.reports, digests, strict=True)
        )


def _unknown(name: object, known: Iterable[str]) -> str:
    return f"{name!r:.80}; known are {', '.join(known)}"


def _seconds(quantity: Quantity) -> Quantiles[float]:
    return Quantiles(
        p10=s_from_us(quantity.p10),
        p50=s_from_us(quantity.p50),
        p90=s_from_us(quantity.p90),
        mean=s_from_us(quantity.mean),
        others={name: s_from_us(us) for name, us in quantity.others},
    )


def _amounts(cost: CostQuantity) -> Quantiles[Decimal]:
    return Quantiles(p10=cost.p10, p50=cost.p50, p90=cost.p90, mean=cost.mean, others=dict(cost.others))


def _width() -> int:
    """Columns to fill: the terminal's, within what tables are made for."""
    if os.environ.get("COLUMNS", "").isdecimal() or os.isatty(1):
        return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((NARROWEST, 24)).columns))
    return NARROWEST
