"""How the runs of two periods are told apart at the same conditions, whatever the level did.

A period's mean is sought among all values alike, given the runs at reference conditions and how
days scatter with their heavy tails: one wild run does not move it. No belief about how levels walk
comes into it: with one, a level that moved by a pp between two months of ten runs is pulled to a
third of that, and the interval with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.stats.comparison import Spread, own_days, told

if TYPE_CHECKING:
    from evenstride.domain.estimate import Estimate, FloatArray
    from evenstride.domain.moves import IntArray, Moves

_PLACES, _BETWEEN = 81, 321
_CLOSER, _REACH_SDS, _FAR_SDS = 2, 8.0, 3.0
_LEAST_SHARE = 1e-12
_LEAST_EXPONENT = -700.0


@dataclass(frozen=True, slots=True)
class PeriodDifference:
    """How period B differs from period A, and where each stands at reference conditions."""

    difference: Estimate
    a: Estimate
    b: Estimate


def periods_differ(
    moves: Moves, a: IntArray, b: IntArray, *, day: FloatArray, unit: str
) -> PeriodDifference:
    """Compare the means of the runs `a` and `b` at reference conditions.

    Parameters
    ----------
    moves
        The fit of all runs.
    a, b
        Which runs, by their place in the fit, each shape (m,); they may have runs in common, which
        makes the interval wider than need be.
    day
        Start of each run of the fit in days, shape (n,).
    unit
        Of the measure and of the difference.
    """
    (places_a, believed_a), (places_b, believed_b) = _mean(moves, a), _mean(moves, b)
    apart = np.subtract.outer(places_b, places_a).ravel()
    edges = np.linspace(apart.min(), apart.max(), _BETWEEN + 1)
    cell = np.clip(np.searchsorted(edges, apart, side="right") - 1, 0, _BETWEEN - 1)
    believed = np.zeros(_BETWEEN)
    np.add.at(believed, cell, np.outer(believed_b, believed_a).ravel())
    middle = 0.5 * (edges[1:] + edges[:-1])
    n = moves.level.size
    of_a, of_b = (np.bincount(runs, minlength=n) / runs.size for runs in (a, b))
    return PeriodDifference(
        *(
            told(moves, _smeared(moves, *where, weight, day), 0.0, unit)
            for where, weight in (
                ((middle, believed), of_b - of_a),
                ((places_a, believed_a), of_a),
                ((places_b, believed_b), of_b),
            )
        )
    )


def _mean(moves: Moves, runs: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return places and what is believed of each being the mean of these runs, shape (c,)."""
    weight, var = own_days(moves)
    value, error_var = moves.at_reference[runs], moves.reading_se[runs] ** 2
    reach = _REACH_SDS * moves.day_sd + _FAR_SDS * float(np.sqrt(error_var.max()))
    places = np.linspace(value.min() - reach, value.max() + reach, _PLACES)
    for _ in range(_CLOSER):
        share = _believed(places, value, weight, var + error_var[:, None])
        middle = float(share @ places)
        sd = float(np.sqrt(share @ (places - middle) ** 2 + (places[1] - places[0]) ** 2))
        low, high = middle - _REACH_SDS * sd, middle + _REACH_SDS * sd
        places = np.linspace(max(low, places[0]), min(high, places[-1]), _PLACES)
    return places, _believed(places, value, weight, var + error_var[:, None])


def _believed(
    places: FloatArray, value: FloatArray, weight: FloatArray, var: FloatArray
) -> FloatArray:
    """Return how far each place is believed to be the mean; `value` (m,), `var` (m, c)."""
    log_share = np.zeros(places.size)
    for one, of_one in zip(value, var, strict=True):
        exponent = -0.5 * (places[:, None] - one) ** 2 / of_one
        density = np.exp(np.maximum(exponent, _LEAST_EXPONENT)) @ (weight / np.sqrt(of_one))
        log_share += np.log(density)
    share = np.exp(log_share - log_share.max())
    return np.asarray(share / share.sum())


def _smeared(
    moves: Moves, places: FloatArray, share: FloatArray, weight: FloatArray, day: FloatArray
) -> Spread:
    """Add what neighbouring days share, and what is unknown of the coefficients."""
    sensor = np.array([name.startswith("sensor:") for name in moves.names], dtype=bool)
    apart = weight @ (moves.conditions - np.where(sensor, moves.conditions[-1], 0.0))
    var = _shared_var(moves, weight, day) + float(apart @ moves.covariance @ apart)
    var += float((places[1] - places[0]) ** 2) / 12.0
    there = share > _LEAST_SHARE
    return Spread(
        share[there] / share[there].sum(), places[there], np.full(int(there.sum()), np.sqrt(var))
    )


def _shared_var(moves: Moves, weight: FloatArray, day: FloatArray) -> float:
    """Return the variance of what days share, weighed: it fades from one run to the next."""
    kept = np.exp(-np.diff(day, prepend=day[0]) / moves.days.shared_tau_days)
    so_far, var = 0.0, 0.0
    for w, k in zip(weight.tolist(), kept.tolist(), strict=True):
        so_far *= k
        var += w * (w + 2.0 * so_far)
        so_far += w
    return moves.days.shared_var * max(var, 0.0)
