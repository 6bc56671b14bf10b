"""How well usage is predicted: published charges against estimates of models that have not seen them.

``python -m benchmarks.accuracy [--write]``

Each charge is estimated by qplan itself, in the mode in which it ran, over replications: by IBM's published formula
(the usage model ``published``), and by the model ``measured`` fitted anew without the repository, or without the
notebook, that the charge is from. IBM's quick form, 2 s + 0.35 ms an execution, is worked out beside. ``--write``
writes docs/accuracy.md's tables and picture.
"""

from __future__ import annotations

import argparse
import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from benchmarks.usage_fit import Data, banded, bands, data, ratio
from qplan.model.usage import UsageModel
from qplan.parse import catalog
from qplan.plan import plan_jobs
from qplan.plan.executions import count_executions
from qplan.runs import Draws, over_replications
from tests.reference.published import Case

PAGE = Path(__file__).parent.parent / "docs" / "accuracy.md"
PICTURE = PAGE.parent / "img" / "accuracy.svg"
GROUPS = {
    "sampler": "Sampler",
    "estimator_0": "Estimator, level 0",
    "estimator_1": "Estimator, level 1",
    "estimator_2": "Estimator, level 2",
    "learning": "noise learned or PEC",
    "wide": "Estimator, 50 qubits or more",
    "session": "sessions",
    "1us": "rep_delay of 1 to 250 us (Nighthawk r2)",
}
"""The classes of the tables; a case is in one of them."""
REPLICATIONS = 1000
QUICK_JOB_S, QUICK_EXECUTION_S = 2.0, 0.00035
"""IBM's quick form: estimate-job-run-time of the documentation, 2026-08."""
RECEIPTS = "1us"
START, END = "<!-- figures of benchmarks.accuracy -->", "<!-- end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What was predicted for a case (s): the figure qplan shows, and its 80 % band."""

    case: Case
    usage_s: float
    low_s: float
    high_s: float

    @property
    def error(self) -> float:
        """The absolute error as a share of the charge."""
        return abs(self.usage_s - self.case.charged_s) / self.case.charged_s

    @property
    def ratio(self) -> float:
        """Predicted over charged."""
        return self.usage_s / self.case.charged_s

    @property
    def covered(self) -> bool:
        """Whether the charge lies in the band."""
        return self.low_s <= self.case.charged_s <= self.high_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A row of the tables: shares are of ``n``."""

    n: int
    median: float
    within_20: float
    within_25: float
    total: float
    geometric: float
    covered: float


def by_qplan(case: Case, model: UsageModel, replications: int = REPLICATIONS) -> Estimate:
    """What qplan shows of a case under a usage model."""
    workload = replace(case.workload, usage=replace(case.workload.usage, model=model))
    planned = plan_jobs(workload, catalog.constants())
    draws = Draws(replications=replications)
    accounts = over_replications(planned, draws)(workload)
    usage = next(account.usage for account in accounts if account.mode is case.workload.mode)
    return Estimate(case=case, usage_s=usage.p50 / 1e6, low_s=usage.p10 / 1e6, high_s=usage.p90 / 1e6)


def quick(case: Case) -> Estimate:
    """IBM's quick form, rounded up a job."""
    primitives = catalog.constants().primitives
    usage_s = sum(
        count * math.ceil(QUICK_JOB_S + QUICK_EXECUTION_S * _executions(count_executions(job, primitives)))
        for job, count in case.jobs()
    )
    return Estimate(case=case, usage_s=usage_s, low_s=usage_s, high_s=usage_s)


def _executions(counted: object) -> int:
    main, layers, trex = (getattr(counted, name) for name in ("main", "learning_layers", "learning_trex_manual"))
    return int(main + layers + trex)


def cross_validated(known: Data, key: Callable[[Case], str]) -> list[Estimate]:
    """Each case estimated by the model fitted without its group, its bands found among the other groups too."""
    models = known.models(key)
    ratios = [(key(case), ratio(case, models[key(case)])) for case in known.cases if case.group != "session"]
    ends = {group: bands([each for other, each in ratios if other != group]) for group in models}
    return [by_qplan(case, banded(models[key(case)], ends[key(case)])) for case in known.cases]


def score(estimates: Iterable[Estimate]) -> Score:
    """The figures of a row."""
    rows = list(estimates)
    return Score(
        n=len(rows),
        median=statistics.median(row.error for row in rows),
        # Charges are whole seconds: 12 s for 10 is 20 %, whatever the machine makes of 0.2.
        within_20=statistics.fmean(row.error <= 0.2 + 1e-9 for row in rows),
        within_25=statistics.fmean(row.error <= 0.25 + 1e-9 for row in rows),
        total=sum(row.usage_s for row in rows) / sum(row.case.charged_s for row in rows),
        geometric=statistics.geometric_mean(row.ratio for row in rows),
        covered=statistics.fmean(row.covered for row in rows),
    )


def estimates() -> dict[str, list[Estimate]]:
    """Every estimator's predictions, in the order of the tables."""
    known = data()
    published = catalog.usage_model("published")
    return {
        "IBM's quick form": [quick(case) for case in known.cases],
        "published": [by_qplan(case, published) for case in known.cases],
        "measured, by repository": cross_validated(known, lambda case: case.repository),
        "measured, by notebook": cross_validated(known, lambda case: case.notebook),
    }


def table(title: str, found: Mapping[str, Sequence[Estimate]], chosen: Callable[[Case], bool]) -> str:
    """The rows of all estimators for the cases chosen."""
    lines = [
        f"| {title} | n | median error | within 20 % | within 25 % | total | geometric mean | in the 80 % band |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, rows in found.items():
        told = score(row for row in rows if chosen(row.case))
        band = "" if name.startswith("IBM") else f"{told.covered:.0%}"
        lines.append(
            f"| {name} | {told.n} | {told.median:.1%} | {told.within_20:.0%} | {told.within_25:.0%} "
            f"| {told.total:.2f} | {told.geometric:.2f} | {band} |"
        )
    return "\n".join(lines)


def report(found: Mapping[str, Sequence[Estimate]]) -> str:
    """All tables, as markdown."""
    tables = [
        table("all usable rows", found, lambda case: case.group != RECEIPTS),
        table("with the ten receipts", found, lambda case: True),
        table("without what ran in 2024", found, lambda case: case.recent),
        *(table(title, found, partial(_is_of, group)) for group, title in GROUPS.items()),
    ]
    return "\n\n".join(tables)


def _is_of(group: str, case: Case) -> bool:
    return case.group == group


def furthest(rows: Iterable[Estimate], count: int) -> str:
    """The estimates that are furthest off, as markdown."""
    ranked = sorted(rows, key=lambda row: -abs(math.log(row.ratio)))[:count]
    lines = ["| charge | class | charged | predicted | band |", "|---|---|---|---|---|"]
    lines += [
        f"| {row.case.id} | {row.case.group} | {row.case.charged_s:,.0f} s | {row.usage_s:,.0f} s "
        f"| {row.low_s:,.0f} to {row.high_s:,.0f} s |"
        for row in ranked
    ]
    return "\n".join(lines)


def draw(rows: Sequence[Estimate], path: Path) -> None:
    """Predicted against charged, on logarithmic scales, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "qplan"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 6.0))
    for group, title in GROUPS.items():
        own = [row for row in rows if row.case.group == group]
        x, y = [row.case.charged_s for row in own], [row.usage_s for row in own]
        spread = [[row.usage_s - row.low_s for row in own], [row.high_s - row.usage_s for row in own]]
        axes.errorbar(x, y, yerr=spread, fmt="o", markersize=4, linewidth=0.6, alpha=0.8, label=title)
    ends = (1.5, 3000)
    axes.plot(ends, ends, color="black", linewidth=0.8)
    axes.fill_between(ends, [end * 0.8 for end in ends], [end * 1.2 for end in ends], color="grey", alpha=0.2)
    axes.set(xscale="log", yscale="log", xlim=ends, ylim=ends, xlabel="charged (s)", ylabel="predicted (s)")
    axes.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": "qplan"})


def main() -> None:
    """Estimate, print, and write if asked."""
    parser = argparse.ArgumentParser(description="published charges against estimates that have not seen them")
    parser.add_argument("--write", action="store_true", help="write the tables and the picture of docs/accuracy.md")
    write = parser.parse_args().write
    found = estimates()
    last = found["measured, by notebook"]
    text = f"{report(found)}\n\nFurthest off, by notebook:\n\n{furthest(last, 20)}"
    print(text)
    if write:
        before, rest = PAGE.read_text(encoding="utf-8").split(START)
        after = rest.split(END, 1)[1]
        PAGE.write_text(f"{before}{START}\n\n{text}\n\n{END}{after}", encoding="utf-8")
        draw(last, PICTURE)


if __name__ == "__main__":
    main()
