"""How runs, tags and periods of one runner are compared like for like, all from the one fit.

What two runs tell of a lasting shift between their days is their difference at reference
conditions, beside what two days differ by for no reason known: no belief about how the level moves
comes into it. (Two periods: `period_means`.)

Every difference is B - A, + toward the left where the measure is balance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import Estimate, FloatArray
from evenstride.stats.gaussian import merge_by_spread, mixture_quantile, normal_cdf

if TYPE_CHECKING:
    from evenstride.domain.moves import Moves

_LEAST_SD = 1e-9
_ONE_SD = (0.15865525393145707, 0.8413447460685429)
_INTERVAL = (0.025, 0.975)
_RUNS_COMPARED = 2


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """A mixture of normals in the measure's unit: weights summing to 1, means, SDs, shape (c,)."""

    weight: FloatArray
    mean: FloatArray
    sd: FloatArray

    def quantile(self, p: float) -> float:
        """Return the p-quantile."""
        return float(mixture_quantile(self.weight, self.mean[None], self.sd[None], p)[0])

    def below(self, x: float) -> float:
        """Return the probability of less than `x`."""
        return float(self.weight @ normal_cdf((x - self.mean) / self.sd))


@dataclass(frozen=True, slots=True)
class RunDifference:
    """How run B differs from run A at the same conditions.

    Attributes
    ----------
    lasting
        A shift that lasts: days differ by chance, and that is in the interval.
    days
        How the two days themselves differed, whatever the reason.
    scatter
        How such a difference scatters about the lasting shift.
    """

    lasting: Estimate
    days: Estimate
    scatter: Spread


def runs_differ(moves: Moves, a: int, b: int, *, gap_days: float, unit: str) -> RunDifference:
    """Compare two runs.

    Parameters
    ----------
    moves
        The fit of all runs.
    a, b
        Which runs, by their place in the fit.
    gap_days
        How far apart they are.
    unit
        Of the difference.

    Returns
    -------
        B - A at reference conditions, as the present sensor reads.

    Notes
    -----
    The interval is as wide for two runs that were picked because they stand far apart as for any
    two: picking them so makes it too bold.
    """
    apart = moves.conditions[b] - moves.conditions[a]
    difference = float(moves.at_reference[b] - moves.at_reference[a])
    known = float(moves.reading_se[a] ** 2 + moves.reading_se[b] ** 2)
    known += float(apart @ moves.covariance @ apart)
    scatter = _pair(moves, abs(gap_days), known)
    return RunDifference(
        lasting=told(moves, scatter, difference, unit),
        days=told(moves, _normal(known), difference, unit),
        scatter=scatter,
    )


def coefficients_weighed(moves: Moves, row: FloatArray, *, unit: str) -> Estimate:
    """Return what the coefficients add up to, weighed by a row, shape (k,)."""
    spread = _normal(float(row @ moves.covariance @ row))
    return told(moves, spread, float(row @ moves.coefficient), unit)


def level_under(
    moves: Moves, run: int, conditions: FloatArray, *, unit: str, own_se: float = 0.0
) -> list[Estimate]:
    """Return what the level on the day of a run would read under conditions, all runs considered.

    Parameters
    ----------
    moves
        The fit of all runs.
    run
        Which run, by its place in the fit.
    conditions
        Less the reference, and less the present sensor, a row each, shape (m, k).
    unit
        Of the estimates.
    own_se
        A standard error to add: that of what they are held against.
    """
    walk = moves.walk
    moved = conditions @ moves.coefficient

    def var_with(row: FloatArray) -> FloatArray:
        slope = walk.slope[:, run] + row[:, None]
        unknown = np.einsum("al,abl,bl->l", slope, walk.coefficient_cov, slope)
        return np.asarray(walk.var[run] + unknown)

    # The lanes kept are few; the level itself, and how well it is known, is that of all.
    middle = walk.mean[run] + (moves.level[run] - walk.mean[run] @ walk.weight)
    at_reference = var_with(np.zeros(moves.coefficient.size))
    kept = walk.weight @ (at_reference + (middle - moves.level[run]) ** 2)
    more = max(float(moves.level_se[run] ** 2 - kept), 0.0) + own_se**2
    return [
        told(
            moves,
            Spread(walk.weight, middle, np.sqrt(np.maximum(var_with(row) + more, _LEAST_SD**2))),
            float(m),
            unit,
        )
        for row, m in zip(conditions, moved, strict=True)
    ]


def power_of_runs(found: RunDifference, size: float) -> float:
    """Return how often a lasting shift of this size between such two runs would be told."""
    return _power(found.scatter, size)


def power_of(estimate: Estimate, size: float) -> float:
    """Return how often a difference of this size, as well known as this one, would be told."""
    return _power(_normal(estimate.se**2), size)


def _power(scatter: Spread, size: float) -> float:
    """Return how often zero would lie outside the interval; `scatter` is around 0."""
    reach = scatter.quantile(_INTERVAL[1])
    return scatter.below(-reach - size) + scatter.below(size - reach)


def _pair(moves: Moves, gap_days: float, known: float) -> Spread:
    """Return how two days differ by chance, and what is known to add to it, a variance."""
    days = moves.days
    own, var = own_days(moves)
    shared = 2.0 * days.shared_var * -np.expm1(-gap_days / days.shared_tau_days)
    weight = np.outer(own, own).ravel()
    total = np.add.outer(var, var).ravel() + shared + known
    return Spread(weight, np.zeros(weight.size), np.sqrt(total))


def own_days(moves: Moves) -> tuple[FloatArray, FloatArray]:
    """Return weights and variances of the runs' own parts, few and not empty, shape (c,)."""
    days = moves.days
    zero = np.zeros((1, days.var.size))
    own, _, sd = merge_by_spread(days.weight[None], zero, np.sqrt(days.var)[None])
    there = own[0] > 0.0
    return own[0][there] / own[0][there].sum(), sd[0][there] ** 2


def _normal(var: float) -> Spread:
    return Spread(np.ones(1), np.zeros(1), np.full(1, max(np.sqrt(max(var, 0.0)), _LEAST_SD)))


def told(moves: Moves, spread: Spread, centre: float, unit: str) -> Estimate:
    """Return a mixture, moved by `centre`, as an estimate.

    Its error is half of what holds 68.3 % of it: with days this heavy-tailed an SD says little.
    """
    low, below, above, high = (
        spread.quantile(p) for p in (*_INTERVAL[:1], *_ONE_SD, *_INTERVAL[1:])
    )
    se = 0.5 * (above - below)
    return Estimate(
        value=centre + float(spread.weight @ spread.mean),
        se=se,
        low=centre + low,
        high=centre + high,
        unit=unit,
        n_effective=(_RUNS_COMPARED * moves.day_sd / max(se, _LEAST_SD)) ** 2,
    )
