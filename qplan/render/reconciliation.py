"""An estimate beside its bill in every format: the verdict, then the parts of each job's bill."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from qplan.model.calibration import JobBill, Line, Reconciliation
from qplan.render import numbers, words
from qplan.render.base import Format, Options, Page, renderer


def reconciliation(told: Reconciliation, max_drift: float | None, format: Format, options: Options) -> str:
    """The text in one format."""
    return renderer(format).page(_page(told, max_drift), options)


def verdict(told: Reconciliation) -> str:
    """What was charged against what was predicted, in one line."""
    charged, predicted = _s(told.total.charged_s), _s(told.total.predicted_s)
    drift = "nothing was predicted" if told.drift is None else _percent(told.drift)
    return f"Charged {charged}, predicted {predicted}: {drift}"


def _page(told: Reconciliation, max_drift: float | None) -> Page:
    return Page(
        title=verdict(told),
        text=tuple(_sentences(told, max_drift)),
        headers=("job", "part", "predicted", "charged", "difference"),
        rows=tuple(_rows(told)),
        data=_data(told, max_drift),
    )


def _sentences(told: Reconciliation, max_drift: float | None) -> Iterator[str]:
    workload = told.workload
    yield f"{workload.name} on {workload.backend.name}, usage model {workload.usage.model.name}"
    job, line = told.largest
    if line.difference_s:
        of = f" of {job}" if job else ""
        yield f"The difference lies mainly in the {line.name}{of}: {_difference(line)}."
    low, high = (sum((getattr(bill, end) for bill in told.bills), Decimal()) for end in ("low_s", "high_s"))
    charged = sum((bill.total.charged_s or Decimal() for bill in told.bills), Decimal())
    if any(bill.low_s != bill.high_s for bill in told.bills):
        where = "in" if low <= charged <= high else "outside"
        yield f"The jobs' charge of {_s(charged)} lies {where} the 80 % band of the estimate, {_s(low)} to {_s(high)}."
    if max_drift is not None:
        within = "within" if told.is_within(max_drift) else "over"
        yield f"Drift {within} the limit of {numbers.percent(max_drift)}."
    yield from map(words.diagnostic, told.diagnostics)


def _rows(told: Reconciliation) -> Iterator[tuple[str, ...]]:
    for bill in told.bills:
        yield (f"{bill.job} ({numbers.counted(bill.receipts, 'receipt')})", *_cells(bill.total))
        yield from (("", f"- {line.name}", _s(line.predicted_s), "", "") for line in bill.terms)
        if bill.executed.charged_s is not None:
            yield ("", *_cells(bill.executed))
    if told.container:
        yield ("", *_cells(told.container))
    yield ("", *_cells(told.total))


def _cells(line: Line) -> tuple[str, ...]:
    return (line.name, _s(line.predicted_s), _s(line.charged_s), _difference(line))


def _s(seconds: Decimal | None) -> str:
    return "" if seconds is None else f"{seconds:,.3f}".rstrip("0").rstrip(".") + " s"


def _difference(line: Line) -> str:
    difference = line.difference_s
    if difference is None:
        return ""
    share = f" ({_percent(float(difference / line.predicted_s))})" if line.predicted_s else ""
    sign = "+" if difference > 0 else "-" if difference < 0 else ""
    return f"{sign}{_s(abs(difference))}{share}"


def _percent(share: float) -> str:
    return f"{100 * share:+.0f} %" if round(100 * share) else "0 %"


def _data(told: Reconciliation, max_drift: float | None) -> dict[str, object]:
    from qplan.render.json import problem_object

    workload = told.workload
    return {
        "version": told.version,
        "workload": {"name": workload.name, "file": workload.file},
        "backend": workload.backend.name,
        "usage_model": workload.usage.model.name,
        "reconciliation": {
            "drift": told.drift,
            "max_drift": max_drift,
            "within": None if max_drift is None else told.is_within(max_drift),
            "total": _line_data(told.total),
            "session_beside_jobs": _line_data(told.container) if told.container else None,
            "jobs": [_bill_data(bill) for bill in told.bills],
        },
        "diagnostics": [problem_object(problem) for problem in told.diagnostics],
    }


def _bill_data(bill: JobBill) -> dict[str, object]:
    return {
        "job": bill.job,
        "jobs": bill.jobs,
        "receipts": bill.receipts,
        **_line_data(bill.total),
        "band_s": {"low": float(bill.low_s), "high": float(bill.high_s)},
        "terms_s": {line.name: float(line.predicted_s) for line in bill.terms},
        "executed": _line_data(bill.executed),
    }


def _line_data(line: Line) -> dict[str, float | None]:
    charged, difference = line.charged_s, line.difference_s
    return {
        "predicted_s": float(line.predicted_s),
        "charged_s": None if charged is None else float(charged),
        "difference_s": None if difference is None else float(difference),
    }
