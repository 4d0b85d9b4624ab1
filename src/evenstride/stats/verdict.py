"""When a level is said to have moved: one rule, safe to look at after every run.

The rule
--------
``too_early`` with fewer than 8 runs or less than 14 days between the first and the last. Else
``increased`` or ``decreased`` when all three hold, and ``not_distinguishable`` when not:

1. *The level moves at all.* The evidence E, the Bayes factor of "the level walks" against "the
   level stands still", each a mixture over the same run-to-run spreads, correlations and tails,
   has reached 20. By Ville's inequality a runner whose level stands still ever reaches 1/alpha
   with probability alpha at most, however often the runner looks.
2. *It moved within the window.* The same Bayes factor restarted at the window's start, "it walked
   on" against "it froze there", has reached 40. This silences the rule when a change was long ago
   and the level has stood since, while E stays large for ever. (While the history is shorter than
   the window, it is E itself.) The window slides, so no theorem bounds its false alarms: with 40,
   a year of weekly looks after an old step told 2.5 % of simulated runners of a change where it
   told most, tails heavy and neighbours correlated 0.4 (with 30 it was up to 5.5 %). A step that
   has only just left the window may still be told for about a month.
3. *One way.* Given that the level moves, one direction of the change over the window has a
   probability of 0.95 at least.

Where several measures are looked at beside one another, each could raise a false alarm, so each
needs `family` times the evidence in 1 and in 2: by the union bound, all `family` of them together
then share the risk that one has alone.

Where there are several sensors, all hypotheses hold a constant offset for each, so a jump at a
change of sensor is evidence of an offset and none of a change. A real change that falls together
with one cannot be told from it, and is not.

Ville's bound is exact for the mixture of still runners that the prior describes; for each kind of
runner the false alarms are measured, in ``bench/bench_trend.py``, where the power stands too.

References
----------
.. [1] Ramdas, Grunwald, Vovk & Shafer 2023, doi 10.1214/23-STS894 (e-processes, Ville 1939).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.trend import Direction
from evenstride.stats.coefficients import of_sensors
from evenstride.stats.filtering import log_predictive_frozen, run_filter
from evenstride.stats.gaussian import normal_cdf
from evenstride.stats.lanes import default_lanes
from evenstride.stats.sensors import offset_groups
from evenstride.stats.smoothing import change_between, smooth

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from evenstride.domain.estimate import FloatArray
    from evenstride.stats.filtering import Filtered
    from evenstride.stats.smoothing import Smoothed

LEAST_RUNS = 8
LEAST_DAYS = 14.0
EVIDENCE_NEEDED = 20.0
EVIDENCE_IN_WINDOW_NEEDED = 40.0
DIRECTION_NEEDED = 0.95


def log_evidence(filtered: Filtered) -> FloatArray:
    """Return the log Bayes factor of a walking against a still level after each run, shape (n,).

    Zero throughout when the grid holds only one of the two families.
    """
    still = filtered.lanes.still
    if still.all() or not still.any():
        return np.zeros(filtered.day.size)
    prior = _log_sum(filtered.lanes.log_prior, ~still) - _log_sum(filtered.lanes.log_prior, still)
    return np.concatenate(
        [
            _log_sum(b.log_weight_after(), ~still[b.lane])
            - _log_sum(b.log_weight_after(), still[b.lane])
            - prior
            for b in filtered.blocks
        ]
    )


def log_evidence_since(filtered: Filtered, count: int, start: float) -> float:
    """Return the log Bayes factor of a walking level against one frozen since `start`.

    Both hypotheses let the level walk before; only the first `count` runs are known. `start` is
    after the first run and before the last of them.
    """
    first = int(np.searchsorted(filtered.day[:count], start, side="right"))
    walking = [
        _log_sum(b.log_weight_after()[i - b.start], ~filtered.lanes.still[b.lane])
        for i in (first - 1, count - 1)
        for b in filtered.blocks
        if b.start <= i < b.stop
    ]
    frozen = log_predictive_frozen(filtered, first, count, start)
    return float(walking[1] - walking[0]) - frozen


def decide(
    filtered: Filtered,
    count: int,
    log_e: float,
    window_days: float,
    smoothed: Smoothed | None = None,
    *,
    family: int = 1,
) -> Direction:
    """Apply the rule after the first `count` runs.

    Parameters
    ----------
    filtered
        The forward pass.
    count
        How many runs are known.
    log_e
        The log evidence after them.
    window_days
        How long ago the start of the window is; the first run when that is later.
    smoothed
        The first `count` runs, smoothed from the window's start at least, when at hand: it is
        needed only if the evidence is there.
    family
        How many measures share the risk of a false alarm.
    """
    first, now = float(filtered.day[0]), float(filtered.day[count - 1])
    if count < LEAST_RUNS or now - first < LEAST_DAYS:
        return Direction.TOO_EARLY
    start = max(first, now - window_days)
    # The dearer question is asked only when the cheaper one was answered.
    if log_e < np.log(family * EVIDENCE_NEEDED) or (
        start > first
        and log_evidence_since(filtered, count, start) < np.log(family * EVIDENCE_IN_WINDOW_NEEDED)
    ):
        return Direction.NOT_DISTINGUISHABLE
    smoothed = smooth(filtered, count, since=start) if smoothed is None else smoothed
    up = probability_up(smoothed, start, now)
    if up >= DIRECTION_NEEDED:
        return Direction.INCREASED
    if up <= 1.0 - DIRECTION_NEEDED:
        return Direction.DECREASED
    return Direction.NOT_DISTINGUISHABLE


def watch(
    day: FloatArray,
    value: FloatArray,
    se: FloatArray,
    *,
    scale: float,
    window_days: float = 90.0,
    every_days: float = 0.0,
    sensor: ArrayLike | None = None,
    family: int = 1,
) -> list[Direction]:
    """Return what the rule says after each run, as if the runner had looked after every one.

    The forward pass is causal, so one pass serves all looks: entry i is the direction of
    `fit_trend` on the first i + 1 runs.

    Parameters
    ----------
    day, value, se, scale, window_days, sensor, family
        As in `fit_trend`. With more than five sensors, which of them share an offset is decided
        by the whole history.
    every_days
        Look no more often than this; the entries between repeat the last look.
    """
    filtered = run_filter(
        day,
        (value - value[0]) / scale,
        (se / scale) ** 2,
        default_lanes(),
        coefficients=of_sensors(offset_groups(sensor, day.size)),
    )
    log_e = log_evidence(filtered)
    verdicts: list[Direction] = []
    looked = -np.inf
    for i in range(day.size):
        if verdicts and day[i] - looked < every_days:
            verdicts.append(verdicts[-1])
            continue
        looked = float(day[i])
        verdicts.append(decide(filtered, i + 1, float(log_e[i]), window_days, family=family))
    return verdicts


def probability_up(smoothed: Smoothed, start: float, end: float) -> float:
    """Return P(level(end) > level(start)), given that the level moves; 0.5 when no time passed."""
    moving = ~smoothed.still
    if end <= start or not moving.any():
        return 0.5
    mean, var = change_between(smoothed, start, end)
    weight = smoothed.weight[moving] / smoothed.weight[moving].sum()
    z = mean[moving] / np.sqrt(np.maximum(var[moving], 1e-12))
    return float(weight @ normal_cdf(z))


def _log_sum(log_weight: FloatArray, chosen: np.typing.NDArray[np.bool_]) -> FloatArray:
    """Return the log of the summed weights of the chosen lanes, over the last axis."""
    return np.asarray(np.logaddexp.reduce(log_weight[..., chosen], axis=-1))
