"""Whom the trend must beat: simple forecasts of the next run, and how forecasts are scored.

A forecast is scored by the log of the density it gave to what came (higher is better) and by
whether its 95 % interval held it. The first ten runs only warm up: no forecast is scored on them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evenstride.domain.estimate import Z95, FloatArray
from evenstride.stats.filtering import run_filter
from evenstride.stats.lanes import Lanes
from evenstride.stats.trend import fit_trend

WARM_UP = 10
_LEAST_SD = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """How well one method foretold a history.

    Attributes
    ----------
    log_score
        Mean log predictive density per run, in 1/unit.
    log_score_se
        Its standard error over the runs, taken as independent.
    coverage
        Share of runs inside the 95 % prediction interval.
    each
        Log density of each run but the first ten, shape (n - 10,): for differences run by run.
    """

    log_score: float
    log_score_se: float
    coverage: float
    each: FloatArray


def score(day: FloatArray, value: FloatArray, se: FloatArray, *, scale: float) -> dict[str, Score]:
    """Score the trend and its rivals one step ahead on a history.

    Parameters
    ----------
    day, value, se, scale
        As in `fit_trend`, n > 11.

    Returns
    -------
        By method: ``trend``; ``last_ten``, the mean of the last ten runs with the SD of those
        ten as they scattered around it; ``local_level``, a Gaussian local level whose
        variances were chosen by maximum likelihood over the whole history (later runs too,
        which favours it).
    """
    trend = fit_trend(day, value, se, unit="", scale=scale)
    inside = (value >= trend.predicted_low95) & (value <= trend.predicted_high95)
    return {
        "trend": _summary(trend.log_score, inside),
        "last_ten": _gaussian_summary(value, *_last_ten(value, scale)),
        "local_level": _gaussian_summary(value, *_local_level(day, value, se, scale)),
    }


def _last_ten(value: FloatArray, scale: float) -> tuple[FloatArray, FloatArray]:
    """Return mean and SD of the next run from the last ten; NaN while there are fewer."""
    mean, sd = np.full(value.size, np.nan), np.full(value.size, np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(value, WARM_UP)[:-1]
    mean[WARM_UP:] = windows.mean(axis=1)
    # The mean of ten is itself uncertain: a tenth of the variance on top.
    sd[WARM_UP:] = np.sqrt(1.1) * windows.std(axis=1, ddof=1)
    return mean, np.maximum(sd, _LEAST_SD * scale)


def _local_level(
    day: FloatArray, value: FloatArray, se: FloatArray, scale: float
) -> tuple[FloatArray, FloatArray]:
    """Return mean and SD of each run from those before, by the likeliest Gaussian local level."""
    spread, walk = (
        a.ravel()
        for a in np.meshgrid(0.1 * 1.1 ** np.arange(50), [0.0, *(0.005 * 1.3 ** np.arange(22))])
    )
    tiny = 1e-6
    lanes = Lanes(
        walk_var=walk**2,
        shared_var=tiny * spread**2,
        tau_day=np.ones_like(spread),
        own_var=(spread**2)[None],
        own_weight=np.ones((1, spread.size)),
        multiplier=np.ones(1),
        log_prior=np.zeros(spread.size),
    )
    var = (se / scale) ** 2
    filtered = run_filter(day, (value - value[0]) / scale, var, lanes, prune=False)
    # The first run's density is that of the diffuse start, the same in every lane.
    best = int(np.argmax(filtered.blocks[-1].log_weight_after()[-1]))
    mean, state_var = np.concatenate([b.reading[:, :, best] for b in filtered.blocks], axis=1)
    sd = np.sqrt(state_var + lanes.own_var[0, best] + var)
    return value[0] + scale * mean, scale * sd


def _gaussian_summary(value: FloatArray, mean: FloatArray, sd: FloatArray) -> Score:
    """Score normal forecasts."""
    z = (value - mean) / sd
    return _summary(-0.5 * (np.log(2.0 * np.pi) + z * z) - np.log(sd), np.abs(z) <= Z95)


def _summary(log_density: FloatArray, inside: np.typing.NDArray[np.bool_]) -> Score:
    """Average over the runs after the warm-up."""
    scored = log_density[WARM_UP:]
    se = float(scored.std(ddof=1) / np.sqrt(scored.size))
    return Score(float(scored.mean()), se, float(inside[WARM_UP:].mean()), scored)
