"""How coefficients are told as drivers: sizes, usual ranges, and which cannot be told apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.domain.moves import Driver
from evenstride.stats.gaussian import normal_cdf
from evenstride.stats.smoothing import Smoothed, combination
from evenstride.stats.trend import estimate, worth

if TYPE_CHECKING:
    from evenstride.domain.estimate import Estimate
    from evenstride.stats.blocked import BlockedRuns

BOW = "grade:bow"
"""The condition |grade|: how far climbs and descents differ from one straight line."""

SHOE = "shoe:"

UNITS = {
    "speed": "m/s",
    "elapsed": "h",
    "grade": "%",
    "grade:up": "%",
    "grade:down": "%",
    "bend": "m/s²",
    "camber": "side",
}
_USUAL = (0.1, 0.9)
# Two of which only the sum is known correlate so; beside their priors not by 1. And, of 0.4 pp, a
# day's spread: an interval over the usual range wider than half a point.
_CLOSE, _VAGUE = 0.65, 0.32
_LEAST_VAR = 1e-12


@dataclass(frozen=True, slots=True)
class Told:
    """What drivers are told from, k coefficients in units of the scale.

    Attributes
    ----------
    names
        Of the coefficients.
    smoothed
        The fit, with the coefficients by lane.
    cov
        Their covariance over all lanes, shape (k, k).
    prior_sd
        What was believed of each beforehand, shape (k,).
    ranges
        Usual range of each, shape (k, 2).
    scale, unit
        Of the measure.
    """

    names: tuple[str, ...]
    smoothed: Smoothed
    cov: FloatArray
    prior_sd: FloatArray
    ranges: FloatArray
    scale: float
    unit: str

    def size(self, row: FloatArray) -> Estimate:
        """Return what the coefficients weighed by a row add up to, in the measure's unit."""
        smoothed = self.smoothed
        mean, var = (x[0] for x in combination(smoothed, row[None]))
        return estimate(
            smoothed.weight,
            mean,
            var,
            origin=0.0,
            scale=self.scale,
            unit=self.unit,
            n_effective=worth(smoothed.weight, mean, var, smoothed.lanes.tame_sd() ** 2),
        )

    def direction(self, row: FloatArray) -> float:
        """Return the probability that what a row adds up to has the sign of its mean."""
        weight = self.smoothed.weight
        mean, var = (x[0] for x in combination(self.smoothed, row[None]))
        up = float(weight @ normal_cdf(mean / np.sqrt(np.maximum(var, _LEAST_VAR))))
        return up if float(weight @ mean) >= 0.0 else 1.0 - up


def drivers_of(told: Told) -> tuple[Driver, ...]:
    """Tell of every coefficient, and of climbs and descents apart."""
    names, ranges = told.names, told.ranges
    width = ranges[:, 1] - ranges[:, 0]
    rows = np.array([_per_unit(names, name) for name in names])
    # As they are told: shoes against their average, not by themselves.
    spread = rows @ told.cov @ rows.T
    partner = _partners(spread, width * np.sqrt(np.diag(spread)), names)
    found = []
    for j, name in enumerate(names):
        if name == BOW:
            continue
        low, high = ranges[j].tolist()
        row = _per_unit(names, name)
        over = row * (high - low)
        if name == "grade" and BOW in names:
            over[names.index(BOW)] = abs(high) - abs(low)
        found.append(_driver(told, name, row, over=over, ends=(low, high), partner=partner[j]))
    if BOW in names and "grade" in names:
        at, bow = names.index("grade"), names.index(BOW)
        low, high = ranges[at].tolist()
        for name, sign, ends in (
            ("grade:up", 1.0, (0.0, max(high, 0.0))),
            ("grade:down", -1.0, (0.0, max(-low, 0.0))),
        ):
            row = np.zeros(len(names))
            row[at], row[bow] = sign, 1.0
            found.append(
                _driver(
                    told, name, row, over=row * (ends[1] - ends[0]), ends=ends, partner=partner[at]
                )
            )
    return tuple(found)


def _driver(
    told: Told,
    name: str,
    row: FloatArray,
    *,
    over: FloatArray,
    ends: tuple[float, float],
    partner: str | None,
) -> Driver:
    """Tell of one: `row` weighs the coefficients for one unit, `over` for the usual range."""
    return Driver(
        name=name,
        effect=told.size(row),
        unit=UNITS.get(name, ""),
        probability_direction=told.direction(row),
        range_low=ends[0],
        range_high=ends[1],
        range_effect=told.size(over),
        learned=float(1.0 - row @ told.cov @ row / ((row * told.prior_sd) ** 2).sum()),
        inseparable_from=partner,
    )


def _per_unit(names: tuple[str, ...], name: str) -> FloatArray:
    """Return how the coefficients are weighed for one unit of a driver, shape (k,)."""
    row = np.array([1.0 if n == name else 0.0 for n in names])
    if name.startswith(SHOE):
        shoes = np.array([n.startswith(SHOE) for n in names])
        row -= shoes / shoes.sum()
    return row


def usual_range(blocks: BlockedRuns, name: str) -> tuple[float, float]:
    """Return the 10th and 90th percentile of a driver over time; 0 and 1 of what is or is not."""
    if name not in blocks.conditions or ":" in name:
        return 0.0, 1.0  # of |grade| too, which is told of with the slope itself
    x = blocks.conditions[name]
    known = np.isfinite(x)
    if name == "camber":
        return float(min(x[known].min(), 0.0)), float(max(x[known].max(), 0.0))
    order = np.argsort(x[known], kind="stable")
    time = np.cumsum(blocks.duration_s[known][order])
    low, high = (float(x[known][order][np.searchsorted(time, p * time[-1])]) for p in _USUAL)
    return low, high


def _partners(cov: FloatArray, range_sd: FloatArray, names: tuple[str, ...]) -> list[str | None]:
    """Return, for each driver, the one that it cannot be told apart from, if there is one.

    Two that go together so closely that of one of them too little is known over its usual range
    (SDs `range_sd`, in units of the scale) cannot be told apart, whichever of them that is.
    """
    sd = np.sqrt(np.maximum(np.diag(cov), _LEAST_VAR))
    together = np.abs(cov / np.outer(sd, sd))
    np.fill_diagonal(together, 0.0)
    within = [name == BOW for name in names]
    together[within] = together[:, within] = 0.0
    # Shoes are told against their average: that one takes from another is no confusion.
    shoe = np.array([name.startswith(SHOE) for name in names])
    together[np.outer(shoe, shoe)] = 0.0
    vague = range_sd > _VAGUE
    together[~(vague[:, None] | vague)] = 0.0
    return [
        names[int(np.argmax(row))] if row.size and row.max() >= _CLOSE else None for row in together
    ]
