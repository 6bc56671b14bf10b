"""A usage model's constants from charges: a ridge fit towards a prior that whole-second charges and strays do not bend.

The time of a charge is linear in the constants but for two of them, which multiply the time per execution:

    time = base + slopes . constants + constants[per_execution] x (cross . constants)

A charge is a whole number of seconds, so any time that rounds to it fits it equally well, unless it lies so near to
the next one that what charges stray by themselves would carry it there; a charge at the least there is says only that
the time is not above it. What is left beyond that is weighed by a Cauchy weight, which
lets a stray charge pull less the further it strays. The prior is a normal one: with few charges the constants stay
near it, and the intervals say so.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

HALF_S = 0.5
"""Half of the last digit of a charge, which is a whole number of seconds."""
NOISE_S = 0.3
"""What a charge strays from any model by itself: about the spread of a uniform second."""
RELATIVE = 0.05
"""What it strays in proportion: repeated jobs of one kind were charged within 5 % of each other."""
STRAY = 1.0
"""Deviations beyond which a charge pulls less: the scale of the Cauchy weight."""
STEPS, DAMPING = 60, 0.5
LEAST_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Charges:
    """``n`` charges and how their time follows from ``k`` constants; seconds.

    ``base`` (n), ``slopes`` and ``cross`` (n x k), ``charged`` (n); ``half`` (n): half of a charge's last digit;
    ``noise`` (n): what it strays by itself; ``floor`` (n): the least charge there is for it; ``trust`` (n): factors on
    its spread, 1 for a measured one.
    """

    base: Array
    slopes: Array
    cross: Array
    charged: Array
    half: Array
    noise: Array
    floor: Array
    trust: Array

    def __len__(self) -> int:
        return len(self.charged)

    def part(self, chosen: NDArray[np.bool_] | NDArray[np.int_]) -> Charges:
        """The charges chosen by a mask or by their numbers."""
        return Charges(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})

    def beside(self, others: Charges) -> Charges:
        """These charges and then the others."""
        joined = {
            field.name: np.concatenate([getattr(self, field.name), getattr(others, field.name)])
            for field in fields(self)
        }
        return Charges(**joined)

    def times(self, values: Array, execution: int) -> Array:
        """The time of each charge under constants ``values``, of which number ``execution`` is that per execution."""
        times: Array = self.base + self.slopes @ values + values[execution] * (self.cross @ values)
        return times


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """What is held of the constants before a charge is seen: ``mean`` and ``sd`` (k), and their ``names``.

    ``execution`` is the place of the constant per execution.
    """

    names: tuple[str, ...]
    mean: Array
    sd: Array
    execution: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The constants (k) with their covariance (k x k); ``informed`` (k): the share of each that the charges tell.

    ``informed`` is 0 where a constant rests on the prior alone and nears 1 where the charges settle it.
    """

    prior: Prior
    values: Array
    covariance: Array
    informed: Array

    @property
    def sd(self) -> Array:
        """Standard deviation of each constant."""
        return np.sqrt(np.diag(self.covariance))


def fit(charges: Charges, prior: Prior) -> Fit:
    """The constants nearest to the charges and the prior, none below zero; the prior itself without charges."""
    values = prior.mean.copy()
    precision = np.diag(prior.sd**-2.0)
    hessian = np.zeros_like(precision)
    for _ in range(STEPS):
        hessian, pull = _system(charges, values, prior)
        step = np.linalg.solve(hessian + precision, pull + precision @ prior.mean)
        values = (1 - DAMPING) * values + DAMPING * np.maximum(step, 0)
    covariance: Array = np.asarray(np.linalg.inv(hessian + precision), dtype=np.float64)
    informed = 1 - np.diag(covariance) / prior.sd**2
    return Fit(prior=prior, values=values, covariance=covariance, informed=informed)


def _system(charges: Charges, values: Array, prior: Prior) -> tuple[Array, Array]:
    """The normal equations of the charges around ``values``: their matrix and their right side."""
    times = np.maximum(charges.times(values, prior.execution), LEAST_S)
    slack = np.maximum(charges.half - charges.noise, 0)
    least = np.where(charges.charged <= charges.floor, 0.0, charges.charged - slack)
    nearest = np.clip(times, least, charges.charged + slack)
    scale = np.hypot(charges.noise, RELATIVE * np.sqrt(times * charges.charged)) * charges.trust
    weight = 1 / (1 + ((times - nearest) / (STRAY * scale)) ** 2) / scale**2
    slopes = charges.slopes + values[prior.execution] * charges.cross
    slopes[:, prior.execution] += charges.cross @ values
    target = nearest - times + slopes @ values
    weighted = slopes * weight[:, None]
    return slopes.T @ weighted, weighted.T @ target


def held_out(charges: Charges, prior: Prior, parts: NDArray[np.int_]) -> Array:
    """The time (n) of each charge under the constants fitted without any charge of its part."""
    times = np.zeros(len(charges))
    for part in np.unique(parts):
        own = parts == part
        found = fit(charges.part(~own), prior)
        times[own] = charges.part(own).times(found.values, prior.execution)
    return times


def widened(fit: Fit, factor: float) -> Fit:
    """The fit with its spreads multiplied by ``factor``: charges strayed further than was taken for granted."""
    return replace(fit, covariance=fit.covariance * factor**2)
