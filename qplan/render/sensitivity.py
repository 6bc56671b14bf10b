"""What drives cost and wall-clock, in every format: the verdict, then the inputs of each, the largest share first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from typing import TYPE_CHECKING

from qplan.model.sensitivity import Driver, Drivers, Input, Sensitivity, Share, Target
from qplan.render import numbers, words
from qplan.render.base import Format, Options, Page, renderer
from qplan.render.safe import csv_cell
from qplan.units import s_from_us

if TYPE_CHECKING:
    from rich.console import RenderableType

WORDS: Mapping[Input, str] = {
    Input.QUEUE_WAIT: "the queue wait",
    Input.BETWEEN: "the time between entries",
    Input.FAIR_SHARE: "the queue's other instances",
    Input.ARRIVALS: "foreign jobs",
    Input.BUSY_LANES: "busy lanes",
    Input.CALIBRATIONS: "calibrations",
    Input.BEFORE: "classical_before",
    Input.QPU: "the stated quantum time",
    Input.AFTER: "classical_after",
    Input.THINK: "think time",
    Input.REP_DELAY: "rep_delay",
    Input.CIRCUIT: "circuit duration",
    Input.RESET: "reset",
    Input.PER_EXECUTION: "the time per execution",
    Input.PER_CIRCUIT: "the time per circuit",
    Input.PER_JOB: "the time per job",
    Input.READOUT_CALIBRATION: "readout calibration",
    Input.NOISE_LEARNING: "noise learning",
    Input.MITIGATION: "mitigation",
    Input.MODEL_ERROR: "the usage model error",
}
LEVEL = (
    "Of the level: what goes from a fixed run, with every duration at its median, when that input alone is set to "
    "nothing. Shares overlap and need not sum to 100 %; the larger of an input's two decides its rank."
)
VARIANCE = (
    "Of the variance: what the input takes part in, alone or with others (total effect), and the sampling error "
    "of 95 %."
)
WHOLE, TENTH = 0.005, 0.001
"""From which sampling error on a share is told in whole percents, and the least that is told in tenths."""
_CSV = (
    "workload", "file", "backend", "plan", "mode", "target", "rank", "input", "level_s", "without_s", "level_share",
    "random", "variance_share", "variance_error", "alone_share", "alone_error", "now", "source", "seed", "replications",
)  # fmt: skip


def sensitivity(told: Sensitivity, format: Format, options: Options) -> str:
    """The text in one format."""
    match format:
        case Format.TABLE:
            return _table(told, options)
        case Format.CSV:
            return _csv(told)
        case Format.JSON:
            return renderer(format).page(_page(told, *told.targets), options)
        case Format.MARKDOWN:
            pages = (_page(told, target) for target in told.targets)
            return "\n".join([renderer(format).page(page, options) for page in (*pages, _foot(told))])


def verdict(told: Sensitivity) -> tuple[str, str]:
    """What the cost is, and what the spread of the wall-clock; then the other way round."""
    cost, wall = told.targets
    where = f"As {told.mode.said(told.workload.size)}"
    if not told.replications:
        return f"{where}, {_of_level(cost)}; {_of_level(wall)}.", "Nothing here is random, so neither has a spread."
    second = f"{_of_level(wall)}; {_of_spread(cost, told)}."
    return f"{where}, {_of_level(cost)}; {_of_spread(wall, told)}.", second[0].upper() + second[1:]


def _of_level(drivers: Drivers) -> str:
    largest = max(drivers.drivers, key=lambda driver: driver.level or 0.0, default=None)
    if not drivers.level_us:
        return "the run takes no time" if drivers.target is Target.WALL else "nothing is billed"
    if largest is None or not largest.level or largest.level < 0:
        return f"no single input makes the {drivers.target}"
    return f"{numbers.percent(largest.level)} of the {drivers.target} is {WORDS[largest.input]}"


def _of_spread(drivers: Drivers, told: Sensitivity) -> str:
    if not drivers.varies:
        return f"nothing random changes the {drivers.target}"
    largest = max(drivers.drivers, key=_total)
    if largest.variance is None or largest.variance.total.is_nothing:
        runs = numbers.count(told.replications)
        return f"{runs} replications are too few to tell what spreads the {drivers.target}"
    share = _shown(largest.variance.total)
    return f"{share} of the spread of the {drivers.target} is {WORDS[largest.input]}"


def _total(driver: Driver) -> float:
    return driver.variance.total.value if driver.variance else 0.0


def _shown(share: Share) -> str:
    """A share of a variance, no more exact than it is known; no estimate of more than all is told."""
    value = min(share.value, 1.0)
    return f"{100 * value:.0f} %" if share.error >= WHOLE else numbers.percent(value)


def level_cell(driver: Driver) -> str:
    """The share of the level; nothing has no share."""
    if driver.level is None:
        return "-"
    if driver.level >= 0:
        return numbers.percent(driver.level)
    return f"-{numbers.percent(-driver.level)}" if driver.level <= -TENTH else "about 0"


def variance_cell(driver: Driver, drivers: Drivers) -> str:
    """The share of the variance with its error, or why there is none."""
    if driver.variance is None:
        return "-" if driver.is_random and not drivers.varies else "not random"
    total = driver.variance.total
    if not total.value:
        return "none"
    if total.is_nothing:
        return "about 0"
    value = min(total.value, 1.0)
    if total.error < WHOLE and not TENTH <= value <= 1 - TENTH:
        return numbers.percent(value)
    digits = 0 if total.error >= WHOLE else 1
    return f"{100 * value:.{digits}f} ± {100 * max(total.error, TENTH):.{digits}f} %"


def _moving(drivers: Drivers) -> list[Driver]:
    """The inputs that bear on it."""
    return [driver for driver in drivers.drivers if driver.without_us != drivers.level_us or _total(driver) > 0]


def _label(driver: Driver) -> str:
    return WORDS[driver.input].removeprefix("the ")


def _without_influence(drivers: Drivers) -> str:
    idle = [_label(driver) for driver in drivers.drivers if driver not in _moving(drivers)]
    return f"No influence on the {drivers.target}: {numbers.listed(idle)}." if idle else ""


def _level(told: Sensitivity, drivers: Drivers) -> str:
    """What the shares of the level are shares of."""
    figure = numbers.duration(drivers.level_us)
    if drivers.target is Target.COST:
        beyond = " beyond the included" if told.workload.plan.included_us else ""
        figure = f"{numbers.money(drivers.amount, told.workload.plan.currency)} for {figure} of usage{beyond}"
    return f"{drivers.target[0].upper()}{drivers.target[1:]}: {figure} in a fixed run"


def _subject(told: Sensitivity) -> str:
    workload = told.workload
    return f"{workload.name} on {workload.backend.name}, plan {workload.plan.name}"


def _notes(told: Sensitivity) -> Iterator[str]:
    yield LEVEL
    if told.replications:
        yield VARIANCE
    if told.jobs_done < told.workload.size:
        jobs = numbers.counted(told.workload.size, "job")
        yield f"{numbers.count(told.jobs_done)} of {jobs} complete in the fixed run; without an input it may be more."
    yield from map(words.diagnostic, told.diagnostics)


def _footer(told: Sensitivity) -> str:
    drawn = f"{told.samples} samples of {numbers.count(told.replications)} runs, seed {told.seed}"
    parts = [
        "Pre-run estimate, not a quote",
        f"data of {told.data_date}" if told.data_date else "",
        drawn if told.replications else "one run",
        f"qplan {told.version}" if told.version else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def _page(told: Sensitivity, *targets: Drivers) -> Page:
    """The inputs of a target; the first one's page has the verdict, and the data of all."""
    [drivers, *_] = targets
    first = drivers is told.targets[0]
    above = [verdict(told)[1], _subject(told), _level(told, drivers)] if first else []
    idle = _without_influence(drivers)
    return Page(
        title=verdict(told)[0] if first else _level(told, drivers),
        text=(*above, *([idle] if idle else ())),
        headers=("input", "of_the_level", "of_the_variance", "now", "source"),
        rows=tuple(
            (_label(driver), level_cell(driver), variance_cell(driver, drivers), driver.now, driver.source)
            for driver in _moving(drivers)
        ),
        data=_data(told),
    )


def _foot(told: Sensitivity) -> Page:
    return Page(title="Notes", text=(*_notes(told), _footer(told)), headers=(), rows=())


def _table(told: Sensitivity, options: Options) -> str:
    from rich.text import Text

    from qplan.render import terminal
    from qplan.render.terminal import heading, text

    first, second = verdict(told)
    parts: list[RenderableType] = [heading(first), text(second), Text(), text(_subject(told), "dim")]
    for drivers in told.targets:
        parts += [Text(), heading(_level(told, drivers)), *_drawn(told, drivers)]
    parts += [Text(), terminal.bullets(_notes(told)), Text(), text(_footer(told), "dim")]
    return terminal.draw(parts, width=terminal.fitting(options.width), color=options.color)


def _drawn(told: Sensitivity, drivers: Drivers) -> Iterator[RenderableType]:
    from qplan.render import terminal
    from qplan.render.terminal import text

    moving, idle = _moving(drivers), _without_influence(drivers)
    if moving:
        drawn = terminal.table()
        drawn.add_column("input", no_wrap=True)
        terminal.number_column(drawn, "of the level")
        if told.replications:
            terminal.number_column(drawn, "of the variance")
        terminal.word_column(drawn, "now")
        for driver in moving:
            variance = [variance_cell(driver, drivers)] if told.replications else []
            drawn.add_row(_label(driver), level_cell(driver), *variance, text(driver.now))
        yield drawn
    if idle:
        yield text(idle, "dim")


def _csv(told: Sensitivity) -> str:
    """A row for each target and input."""
    import csv

    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_CSV)
    writer.writerows(_cells(told))
    return out.getvalue()


def _cells(told: Sensitivity) -> Iterator[list[object]]:
    workload = told.workload
    own = (workload.name, workload.file, workload.backend.name, workload.plan.name, told.mode)
    for drivers in told.targets:
        for rank, driver in enumerate(drivers.drivers, 1):
            data = _driver_data(driver)
            figures = [data[name] for name in ("without_s", "level_share", "random")]
            shares = [data[name] for name in ("variance_share", "variance_error", "alone_share", "alone_error")]
            place = (drivers.target, rank, driver.input, s_from_us(drivers.level_us))
            row = (*own, *place, *figures, *shares, driver.now, driver.source, told.seed, told.replications)
            yield [_cell(value) for value in row]


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return csv_cell(value) if isinstance(value, str) else value


def _data(told: Sensitivity) -> dict[str, object]:
    from qplan.render.json import problem_object

    workload = told.workload
    return {
        "version": told.version,
        "data_date": told.data_date or None,
        "workload": {"name": workload.name, "file": workload.file},
        "backend": workload.backend.name,
        "plan": workload.plan.name,
        "mode": told.mode.value,
        "seed": told.seed,
        "replications": told.replications,
        "samples": told.samples,
        "verdict": " ".join(verdict(told)),
        "sensitivity": [_drivers_data(told, drivers) for drivers in told.targets],
        "diagnostics": [problem_object(problem) for problem in told.diagnostics],
    }


def _drivers_data(told: Sensitivity, drivers: Drivers) -> dict[str, object]:
    return {
        "target": drivers.target.value,
        "level_s": s_from_us(drivers.level_us),
        "cost": _cents(drivers.amount),
        "currency": told.workload.plan.currency if drivers.amount is not None else None,
        "varies": drivers.varies,
        "inputs": [_driver_data(driver) for driver in drivers.drivers],
    }


def _driver_data(driver: Driver) -> dict[str, object]:
    total, alone = (driver.variance.total, driver.variance.alone) if driver.variance else (None, None)
    return {
        "input": driver.input.value,
        "now": driver.now,
        "source": driver.source,
        "random": driver.is_random,
        "without_s": s_from_us(driver.without_us),
        "level_share": None if driver.level is None else round(driver.level, 6),
        "variance_share": _rounded(total.value if total else None),
        "variance_error": _rounded(total.error if total else None),
        "alone_share": _rounded(alone.value if alone else None),
        "alone_error": _rounded(alone.error if alone else None),
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 6)


def _cents(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
