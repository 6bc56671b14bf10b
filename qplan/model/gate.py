"""The gate: what workloads cost against limits and against a baseline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from qplan.errors import Problem
from qplan.model.workload import Mode


class Measure(StrEnum):
    """What a limit is on. ``ALLOCATION`` is usage against what is left of the plan."""

    COST = "cost"
    USAGE = "usage"
    WALL = "wall"
    ALLOCATION = "allocation"


class Bound(StrEnum):
    """Whether a limit is on the figure itself, or on its increase over the baseline, as an amount or in percent."""

    MOST = "most"
    INCREASE = "increase"
    INCREASE_PERCENT = "increase_percent"


class Scope(StrEnum):
    """Whether a limit holds for each workload or for all together."""

    WORKLOAD = "workload"
    TOTAL = "total"


class Verdict(StrEnum):
    """What comes of a limit, from best to worst: ``WARN`` is over one that only warns."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit. ``value`` is USD (or the plan's currency), seconds, or percent for ``INCREASE_PERCENT``.

    ``action`` is ``WARN`` or ``FAIL``. ``source`` says where it was set: ``--max-cost``, ``QPLAN_MAX_COST``,
    ``pyproject.toml``, ``the plan``.
    """

    measure: Measure
    bound: Bound
    scope: Scope
    value: Decimal
    action: Verdict = Verdict.FAIL
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """One workload in the mode that it names, or else the one recommended, over replications.

    ``usage_us``, ``wall_us`` and ``costs`` have one entry a replication (one in all for a fixed run); ``costs`` is
    ``None`` where the price is unknown, for ``cost_reason``. ``refused`` says why its mode is not allowed; its figures
    are then empty. ``digest`` names all that the figures follow from; ``inputs`` what the file says, flattened
    (``jobs.energy.shots``: ``4096``). ``limited_share`` is the share of the replications in which the plan's limit held
    jobs back. ``reused`` tells that the figures are the baseline's, whose digest was the same.
    """

    name: str
    file: str
    mode: Mode
    backend: str
    plan: str
    currency: str
    usage_us: tuple[int, ...] = ()
    wall_us: tuple[int, ...] = ()
    costs: tuple[Decimal, ...] | None = None
    cost_reason: str = ""
    complete_share: float = 1.0
    remaining_us: int | None = None
    refused: str = ""
    digest: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    reused: bool = False
    limited_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """Figures at the gate's quantile: seconds exact to the microsecond, money exact; ``None`` unknown."""

    usage_us: int | None
    wall_us: int | None
    cost: Decimal | None


class Kind(StrEnum):
    """How a workload differs from the baseline."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Driver:
    """An input that changed, and what that alone makes of the figures at the quantile (``None``: cannot be told).

    ``before`` and ``after`` are texts of the file, '' where the key is not there.
    """

    path: str
    before: str
    after: str
    cost: Decimal | None = None
    usage_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A workload against the baseline; ``was`` is ``None`` of an added one, ``now`` of a removed one."""

    kind: Kind
    name: str
    file: str
    was: Amounts | None = None
    now: Amounts | None = None
    drivers: tuple[Driver, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A limit held against a figure. ``subject`` is the workload's name, '' for the total; ``file`` its file.

    ``figure`` is in the limit's unit; ``None`` where it is unknown, and then the check fails. ``was`` is the baseline's
    figure, ``excused`` tells that the baseline was over the limit already and it did not get worse. ``text`` says it
    all in a sentence.
    """

    limit: Limit
    verdict: Verdict
    text: str
    subject: str = ""
    file: str = ""
    figure: Decimal | None = None
    was: Decimal | None = None
    excused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarded:
    """A change of the pull request that bears on its own limits: a limit, price, ``qpu:``, plan or profile.

    ``allowed`` tells that a flag lets it pass.
    """

    file: str
    what: str
    before: str
    after: str
    allowed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """All that the gate found; a renderer needs nothing else.

    ``quantile`` is in percent (90). ``changes`` are empty without a baseline, which ``baseline`` names. ``problems``
    are those of the files, errors and warnings; ``unread`` paths with why they cannot be read. ``settings`` are
    (name, value, source) of what was used, ``left_out`` the
    number of YAML files in folders that say nothing of qplan. ``status`` is the exit status that all of it leads to.
    """

    quantile: Decimal
    currency: str
    priced: tuple[Priced, ...]
    amounts: tuple[Amounts, ...]
    total: Amounts
    checks: tuple[Check, ...]
    was_total: Amounts | None = None
    baseline: str = ""
    changes: tuple[Change, ...] = ()
    guarded: tuple[Guarded, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()
    left_out: int = 0
    settings: tuple[tuple[str, str, str], ...] = ()
    seed: int = 0
    replications: int = 1
    status: int = 0
    version: str = ""
    data_date: str = ""

    @property
    def verdict(self) -> Verdict:
        """The worst of the checks and of what could not be checked."""
        if self.unread or any(problem.severity == "error" for problem in self.problems):
            return Verdict.FAIL
        if any(not each.allowed for each in self.guarded):
            return Verdict.FAIL
        return worst([check.verdict for check in self.checks])


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The worst of some verdicts; passing without any."""
    ranks = list(Verdict)
    return max(verdicts, key=ranks.index, default=Verdict.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What workloads cost before: from a stored document or a revision, which ``label`` names.

    ``problems`` tell what of it could not be priced.
    """

    label: str
    priced: tuple[Priced, ...]
    version: str = ""
    data_date: str = ""
    seed: int = 0
    replications: int = 1
    limits: tuple[Limit, ...] | None = None
    trees: tuple[tuple[str, object], ...] = field(default=(), hash=False)
    problems: tuple[Problem, ...] = ()
