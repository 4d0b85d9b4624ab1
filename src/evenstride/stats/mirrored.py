"""How a run measured the wrong way round is told: it reads far off, but its mirror image does not.

A sensor that is clipped on the other way round gives the right foot's share for the left's: 100
less the balance. Whether a run was, and the next ones too until the sensor is clipped on anew, is a
chain of two states; what a run should read comes from the runs around it by their median, which a
few mirrored ones do not move. A runner near 50 reads alike both ways: then nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.moves import DaySpread

BEGINS = 1.0 / 200.0
"""How often a run is the first that is measured the wrong way round."""

STAYS = 0.5
"""How often the run after a mirrored one is mirrored too."""

LIKELY = 0.5
"""From this probability on a run is said to look mirrored: 1 of 2,000 runs that are not does."""

LEAST_RUNS = 8
_EVEN = 50.0
_AROUND = 15
_MAD_TO_SD = 1.4826
_MOST_LOG_ODDS = 50.0
_SQRT_2PI = float(np.sqrt(2.0 * np.pi))


def mirrored_probability(
    reading: FloatArray, reading_se: FloatArray, apart: FloatArray, days: DaySpread
) -> FloatArray:
    """Return the probability of each run that it was measured the wrong way round.

    Parameters
    ----------
    reading, reading_se
        Balance of the runs as measured and its standard error within the run, in the order of their
        starts, shape (n,), % left and pp.
    apart
        What a run's conditions and sensor move it by from reference conditions, pp, shape (n,).
    days
        How single runs scatter.

    Returns
    -------
        Shape (n,); 0 throughout with fewer than `LEAST_RUNS`. Mirroring all runs changes nothing.
    """
    n = reading.size
    if n < LEAST_RUNS:
        return np.zeros(n)
    level, level_var = _level_around(reading - apart)
    noise = level_var + reading_se**2 + days.shared_var
    as_is = _log_density(reading - apart - level, noise, days)
    other = _log_density(2.0 * _EVEN - reading - apart - level, noise, days)
    return _in_chain(other - as_is)


def _level_around(value: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the median of the runs around each run, itself left out, and its variance."""
    n = value.size
    most = min(2 * _AROUND, n - 1)
    run = np.arange(n)[:, None]
    other = np.clip(run - _AROUND, 0, n - 1 - most) + np.arange(most)
    other += other >= run
    level = _middle(value[other])
    spread = _MAD_TO_SD * _middle(np.abs(value[other] - level[:, None]))
    # The variance of a median, were the runs normal.
    return level, 0.5 * np.pi * spread**2 / most


def _middle(x: FloatArray) -> FloatArray:
    """Return the median of each row; `np.median` would import `numpy.ma`."""
    ordered, k = np.sort(x, axis=1), x.shape[1]
    return np.asarray(0.5 * (ordered[:, (k - 1) // 2] + ordered[:, k // 2]))


def _log_density(away: FloatArray, noise: FloatArray, days: DaySpread) -> FloatArray:
    """Return the log density of readings so far from the level, each with its noise, shape (n,)."""
    var = noise[:, None] + days.var
    log = np.log(days.weight / (_SQRT_2PI * np.sqrt(var))) - 0.5 * away[:, None] ** 2 / var
    return np.asarray(np.logaddexp.reduce(log, axis=1))


def _in_chain(log_odds: FloatArray) -> FloatArray:
    """Return the probability of the second state of each link, given what is seen of all."""
    seen = np.exp(np.clip(log_odds, -_MOST_LOG_ODDS, _MOST_LOG_ODDS)).tolist()
    odds, later = np.empty(len(seen)), np.empty(len(seen))
    before = BEGINS
    for i, ratio in enumerate(seen):
        odds[i] = ratio * before / (1.0 - before)
        now = odds[i] / (1.0 + odds[i])
        before = now * STAYS + (1.0 - now) * BEGINS
    # How much better the second state tells what comes later.
    later[-1] = 1.0
    for i in range(len(seen) - 2, -1, -1):
        ratio = seen[i + 1] * later[i + 1]
        later[i] = (STAYS * ratio + 1.0 - STAYS) / (BEGINS * ratio + 1.0 - BEGINS)
    both = odds * later
    return np.asarray(both / (1.0 + both))
