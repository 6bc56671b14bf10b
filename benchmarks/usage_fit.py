"""Fit the usage model ``measured`` to the published charges, and write its file.

``python -m benchmarks.usage_fit [--write]``

What is fitted, on what, towards which prior and how it is judged: docs/accuracy.md. Sessions are left out, since
their charge holds classical time, and so is what is known to have run on the execution engine of 2024.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import qplan
from qplan.calibrate import HALF_S, NOISE_S, Charges, Fit, Prior, fit
from qplan.features import EXECUTION, NAMES, UNITS, features, with_values
from qplan.model.usage import QuantumTime, UsageModel
from qplan.parse import catalog
from qplan.plan import plan_jobs
from qplan.units import s_from_us
from tests.reference.published import Case, usable

FOLDER = Path(qplan.__file__).parent / "data" / "usage_models"
STATED = 3.0
"""Factor on the spread of a figure that an author wrote down: they stray 2.7 times as far from the fit as IBM's own
charges at the median, 2.9 times at the third quartile."""
MINIMUM_S = 2.0
PRIOR = Prior(
    names=NAMES,
    # Per job: IBM's 2 s, which its formula rounds up, so half a second more where charges are rounded to nearest.
    # Per circuit: 1.125 s a basis of 4,096 shots, as a third party found, less 4,096 x (250 us rep_delay and
    # 5 us), leaves 2 ms for each of 32 random circuits. Wide circuits: IBM's formula takes 75 us more for an execution
    # than circuits of known length last, 4.8 ms over the 64 shots that a random circuit has at least. Per execution:
    # about 11 us lie around the gates in a published circuit timing, none are in IBM's formula. TREX: 9 s at 275 us an
    # execution, as the same third party found.
    mean=np.array([2.5, 2.5, 2.5, 2.5, 2, 5, 8, 3.2]),
    sd=np.array([1, 1, 1, 1, 2, 10, 5, 0.5]),
    execution=EXECUTION,
)
DIGITS = np.array([2, 2, 2, 2, 2, 1, 1, 2])
"""Decimals of each constant, in the units of the fit, that its standard deviation allows to tell."""
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """The scored charges (n) and their features; ``fitted`` (n) are those a fit may see."""

    cases: tuple[Case, ...]
    charges: Charges
    fitted: Mask

    def models(self, key: Callable[[Case], str]) -> dict[str, UsageModel]:
        """For each group of cases, the model fitted to all the others."""
        keys = np.array([key(case) for case in self.cases])
        return {
            group: model_of(fit(self.charges.part(self.fitted & (keys != group)), PRIOR)) for group in np.unique(keys)
        }


def data() -> Data:
    """The published charges with their features under the borders of the shipped model."""
    scored = usable()
    rows = [_features(case) for case in scored]
    jobs = np.array([sum(count for _, count in case.jobs()) for case in scored])
    charges = Charges(
        base=np.array([row[0] for row in rows]),
        slopes=np.array([row[1] for row in rows]),
        cross=np.array([row[2] for row in rows]),
        charged=np.array([case.charged_s for case in scored]),
        half=np.full(len(scored), HALF_S),
        noise=np.full(len(scored), NOISE_S),
        floor=MINIMUM_S * jobs,
        trust=np.array([STATED if case.stated else 1.0 for case in scored]),
    )
    fitted = np.array([case.recent and case.group != "session" for case in scored])
    return Data(cases=scored, charges=charges, fitted=fitted)


def _features(case: Case) -> tuple[float, NDArray[np.float64], NDArray[np.float64]]:
    model, constants = catalog.usage_model("measured"), catalog.constants()
    found = [(features(job, case.workload.backend, model, constants), count) for job, count in case.jobs()]
    return (
        sum(count * each.base for each, count in found),
        sum((count * each.slopes for each, count in found), np.zeros(len(NAMES))),
        sum((count * each.cross for each, count in found), np.zeros(len(NAMES))),
    )


def figures(found: Fit) -> dict[str, float]:
    """The constants as they are written down: rounded, in seconds and executions."""
    rounded = (round(float(value), int(digits)) for value, digits in zip(found.values, DIGITS, strict=True))
    return {name: float(f"{value * unit:.9g}") for name, value, unit in zip(NAMES, rounded, UNITS, strict=True)}


def model_of(found: Fit) -> UsageModel:
    """The measured model with the constants of a fit."""
    return replace(with_values(catalog.usage_model("measured"), figures(found)), name="measured")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """Charge over estimate of a case; ``wide`` tells that wide or deep circuits take most of its time."""

    charged: float
    wide: bool


def ratio(case: Case, model: UsageModel) -> Ratio:
    """A case against the sum of its jobs' charges under a model."""
    workload = replace(case.workload, usage=replace(case.workload.usage, model=model))
    planned = plan_jobs(workload, catalog.constants())
    times = [(planned.jobs[job.name].quantum, count) for job, count in case.jobs()]
    charges = [(count * _charge_s(time), time.wide) for time, count in times]
    total = sum(charge for charge, _ in charges)
    return Ratio(charged=case.charged_s / total, wide=2 * sum(charge for charge, wide in charges if wide) > total)


def _charge_s(time: QuantumTime) -> float:
    return float(max(round(s_from_us(time.main_us + time.learning_us)), s_from_us(time.minimum_us)))


def bands(ratios: Sequence[Ratio]) -> dict[str, Decimal]:
    """10th and 90th percentile of charge over estimate that had not seen it: of most jobs, and of wide ones."""

    def ends(prefix: str, chosen: list[float]) -> dict[str, Decimal]:
        low, high = np.quantile(chosen, [0.1, 0.9], method="inverted_cdf")
        return {f"{prefix}low": Decimal(f"{min(low, 1.0):.2f}"), f"{prefix}high": Decimal(f"{max(high, 1.0):.2f}")}

    narrow, wide = ([each.charged for each in ratios if each.wide is kind] for kind in (False, True))
    return {**ends("band_", narrow), **(ends("wide_band_", wide) if wide else {})}


def banded(model: UsageModel, ends: dict[str, Decimal]) -> UsageModel:
    """The model with its bands replaced by those found."""
    return replace(
        model,
        band_low=ends["band_low"],
        band_high=ends["band_high"],
        wide_band_low=ends.get("wide_band_low"),
        wide_band_high=ends.get("wide_band_high"),
    )


def _written(text: str, key: str, value: str, note: str = "") -> str:
    """The file's text with the figure of a key replaced, and the spread in its note where one is given."""
    pattern = rf"(^ *{key}: \{{value: '?)[^,']+('?, .*?note: \")" + (r"(?:\+-[^;\"]*; )?" if note else "")
    replaced, count = re.subn(pattern, rf"\g<1>{value}\g<2>{note}", text, count=1, flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"there is no line for {key}")
    return replaced


def measured_text(text: str, found: Fit, ends: dict[str, Decimal]) -> str:
    """The model's file with the constants of a fit, their standard deviations and the ends of its bands."""
    for key, end in ends.items():
        text = _written(text, key, str(end))
    spread = (round(float(sd), int(digits)) for sd, digits in zip(found.sd, DIGITS, strict=True))
    for name, value, sd in zip(NAMES, found.values, spread, strict=True):
        key = name.removeprefix("per_job.")
        digits = int(DIGITS[NAMES.index(name)])
        number, suffix = {
            "per_circuit": (f"{value:.{digits}f}ms", " ms"),
            "per_wide_circuit": (f"{value:.{digits}f}ms", " ms"),
            "per_execution": (f"{value:.{digits}f}us", " us"),
            "trex_executions": (f"{value * 1e4:.0f}", ""),
        }.get(name, (f"{value:.{digits}f}s", " s"))
        shown = f"{sd * 1e4:.0f}" if name == "trex_executions" else f"{sd:.{digits}f}"
        text = _written(text, key, number, f"+-{shown}{suffix}; ")
    return text


def texts(known: Data, found: Fit) -> dict[str, str]:
    """The files of both models as this fit makes them."""
    jobs = [case for case in known.cases if case.group != "session"]
    models = known.models(lambda case: case.notebook)
    unseen = bands([ratio(case, models[case.notebook]) for case in jobs])
    formula = catalog.usage_model("published")
    straight = [replace(ratio(case, formula), wide=False) for case in jobs]
    measured, published = ((FOLDER / f"{name}.yaml").read_text(encoding="utf-8") for name in ("measured", "published"))
    for key, end in bands(straight).items():
        published = _written(published, key, str(end))
    return {"measured": measured_text(measured, found, unseen), "published": published}


def main() -> None:
    """Fit, print, and write if asked."""
    parser = argparse.ArgumentParser(description="fit the usage model 'measured' to the published charges")
    parser.add_argument("--write", action="store_true", help="write the constants to the model's file")
    write = parser.parse_args().write
    known = data()
    found = fit(known.charges.part(known.fitted), PRIOR)
    print(f"{int(known.fitted.sum())} of {len(known.cases)} charges fitted")
    for name, value, sd, told in zip(NAMES, found.values * UNITS, found.sd * UNITS, found.informed, strict=True):
        print(f"  {name:22s} {value:12.6g} +- {sd:.2g}  ({told:.0%} from the charges)")
    for name, text in texts(known, found).items():
        file = FOLDER / f"{name}.yaml"
        same = file.read_text(encoding="utf-8") == text
        print(f"{file.name}: {'as shipped' if same else 'written' if write else 'differs; --write puts it in'}")
        if write and not same:
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
