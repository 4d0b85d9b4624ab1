"""What is reported of a level: every figure as a mixture over what the variances may be.

Model (DESIGN 5, one run one observation): a run's value is the level on its day, plus a part that
neighbouring days share, plus the run's own part with heavy tails, plus its measurement error, plus
a constant of the sensor that measured it. All is reported as the present sensor reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.estimate import Z95, Estimate
from evenstride.domain.trend import Trend
from evenstride.stats.coefficients import of_sensors
from evenstride.stats.filtering import run_filter
from evenstride.stats.gaussian import median, merge_by_spread, mixture_quantile
from evenstride.stats.lanes import SPREAD_RATIO, WILD_FROM, Lanes, default_lanes
from evenstride.stats.scatter import pair_limit, single_spread
from evenstride.stats.sensors import offset_groups
from evenstride.stats.smoothing import (
    change_between,
    combination,
    level_at,
    others_say,
    smooth,
)
from evenstride.stats.verdict import LEAST_RUNS, decide, log_evidence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from evenstride.domain.estimate import FloatArray
    from evenstride.stats.filtering import Block, Filtered
    from evenstride.stats.smoothing import Smoothed

_NODE_DAYS = 7.0
# Nothing is known more exactly than this share of the typical run-to-run SD.
_LEAST_SD = 1e-6


def fit_trend(
    day: ArrayLike,
    value: ArrayLike,
    se: ArrayLike,
    *,
    unit: str,
    scale: float,
    at_day: ArrayLike | None = None,
    window_days: float = 90.0,
    lanes: Lanes | None = None,
    sensor: ArrayLike | None = None,
    history: bool = True,
    foretell: bool = True,
    family: int = 1,
) -> Trend:
    """Fit the level of one measure through a runner's runs.

    Parameters
    ----------
    day
        Days of the runs, any origin, not decreasing (two runs a day are two equal days),
        shape (n,), n >= 1.
    value
        Mean of the measure in each run, in `unit`, shape (n,); finite.
    se
        Standard error of each run's mean, in `unit`, shape (n,); finite, >= 0.
    unit
        Unit of the value, passed through to the estimates.
    scale
        Typical run-to-run SD of this measure in `unit` (balance 0.4 pp, contact and flight time
        6 ms, cadence 2 spm): sets where the grid of variances lies, not what they are.
    at_day
        Days to report the level at; by default the days of the runs and one node a week.
    window_days
        The change is the level on the last day minus the level this long before, or on the first
        day when the history is shorter (`Trend.window_days` is then the shorter span).
    lanes
        Hyper-parameters to use instead of the default grid, in units of `scale`.
    sensor
        Which sensor measured each run, any integers, shape (n,); None when one measured all. The
        last run's sensor is the present one. Every other has a constant unknown offset to it,
        N(0, (2.5 scale)^2) beforehand, estimated with the level; beyond four others, those with
        fewest runs share one.
    history
        Whether to go back through the whole history. If not, the level is reported on the last day
        only, `at_day` is not looked at, and `wild` and the normal band are NaN; the rest stays as
        it is.
    foretell
        Whether to say what was foretold of each run; it takes almost half of the time.
    family
        How many measures share the risk of a false alarm: each needs so many times the evidence.

    Returns
    -------
        The trend, as the present sensor reads. The sign of the change, which is the level's alone,
        is that of the value: + = more now. `log_score`, `predicted` and its band (in the reading of
        each run's own sensor) are NaN for the first run, which nothing precedes, and throughout
        when not asked for.

    Raises
    ------
    InputError
        When arrays differ in length, are empty or not finite, days decrease, sensors are not
        integers, `scale` or `window_days` is not positive, or `family` is less than 1.

    Notes
    -----
    The rule for `direction` is documented in `evenstride.stats.verdict`. Shifting, scaling or
    mirroring the values does the same to the answer.
    """
    day_, value_, se_ = _checked(day, value, se, scale, window_days)
    if family < 1:
        raise InputError("A trend needs a family of at least one measure.")
    grid = default_lanes() if lanes is None else lanes
    origin = float(value_[0])
    moved = of_sensors(offset_groups(sensor, day_.size))
    filtered = run_filter(
        day_, (value_ - origin) / scale, (se_ / scale) ** 2, grid, coefficients=moved
    )
    others: dict[int, FloatArray] = {}
    if sensor is not None:
        code = np.asarray(sensor)
        for other in np.unique(code[code != code[-1]]).tolist():
            others[other] = moved.design[np.argmax(code == other)]
    trend, _ = describe(
        filtered,
        unit=unit,
        origin=origin,
        scale=scale,
        at_day=None if at_day is None else np.asarray(at_day, dtype=np.float64),
        window_days=window_days,
        history=history,
        foretell=foretell,
        family=family,
        sensors=others if moved.mean.size else {},
    )
    return trend


def describe(
    filtered: Filtered,
    *,
    unit: str,
    origin: float,
    scale: float,
    at_day: FloatArray | None = None,
    window_days: float = 90.0,
    history: bool = True,
    foretell: bool = True,
    family: int = 1,
    sensors: Mapping[int, FloatArray],
) -> tuple[Trend, Smoothed]:
    """Report a filtered history, and the smoothed one that is reported.

    Parameters
    ----------
    filtered
        The forward pass, over values less `origin` in units of `scale`.
    origin, scale
        What the values were less of, and in units of.
    sensors
        The conditions of each sensor other than the present one, by its integer, each shape (k,).
    unit, at_day, window_days, history, foretell, family
        As in `fit_trend`.
    """
    day_ = filtered.day
    log_e = log_evidence(filtered)
    if not history:
        report = day_[-1:]
    elif at_day is None:
        report = _report_days(day_)
    else:
        report = at_day
    end = max(float(day_[-1]), float(report.max(initial=-np.inf)))
    start = min(max(float(day_[0]), end - window_days), end)
    smoothed = smooth(filtered, day_.size, since=-np.inf if history else start)
    mean, var = level_at(smoothed, report)
    sd = np.sqrt(np.maximum(var, _LEAST_SD**2))
    weight = smoothed.weight
    low95, low80, high80, high95 = (
        origin + scale * mixture_quantile(weight, mean, sd, p) for p in (0.025, 0.1, 0.9, 0.975)
    )

    now_mean, now_var = level_at(smoothed, np.array([end]))
    change_mean, change_var = change_between(smoothed, start, end)
    spread = smoothed.lanes.tame_sd()
    typical_var = median(filtered.var)
    single = spread**2 + typical_var
    n_now = worth(weight, now_mean[0], now_var[0], single)
    score, predicted, predicted_low, predicted_high = (
        _one_step_ahead(filtered) if foretell else np.full((4, day_.size), np.nan)
    )
    if history:
        normal_low, normal_high, normal_runs = _normal_band(smoothed, start, typical_var)
    else:
        normal_low, normal_high, normal_runs = np.nan, np.nan, 0
    trend = Trend(
        day=report,
        level=origin + scale * (mean @ weight),
        low80=low80,
        high80=high80,
        low95=low95,
        high95=high95,
        now=estimate(
            weight,
            now_mean[0],
            now_var[0],
            origin=origin,
            scale=scale,
            unit=unit,
            n_effective=n_now,
        ),
        change=estimate(
            weight,
            change_mean,
            change_var,
            origin=0.0,
            scale=scale,
            unit=unit,
            n_effective=n_now,
        ),
        window_days=end - start,
        direction=decide(
            filtered, day_.size, float(log_e[-1]), window_days, smoothed, family=family
        ),
        evidence=float(np.exp(min(log_e[-1], 700.0))),
        day_to_day=_positive_estimate(weight, single_spread(smoothed.lanes), scale, unit),
        normal_low=origin + scale * normal_low,
        normal_high=origin + scale * normal_high,
        normal_runs=normal_runs,
        mdc=_positive_estimate(weight, pair_limit(smoothed.lanes, typical_var), scale, unit),
        wild=wild(filtered, smoothed) if history else np.full(day_.size, np.nan),
        log_score=score - np.log(scale),
        predicted=origin + scale * predicted,
        predicted_low95=origin + scale * predicted_low,
        predicted_high95=origin + scale * predicted_high,
        offsets={
            other: _of_row(smoothed, row - smoothed.present, scale, unit, single)
            for other, row in sensors.items()
        },
    )
    return trend, smoothed


def _of_row(
    smoothed: Smoothed, row: FloatArray, scale: float, unit: str, single: FloatArray
) -> Estimate:
    """Return what coefficients weighed by a row add up to."""
    mean, var = (x[0] for x in combination(smoothed, row[None]))
    n = worth(smoothed.weight, mean, var, single)
    return estimate(smoothed.weight, mean, var, origin=0.0, scale=scale, unit=unit, n_effective=n)


def _checked(
    day: ArrayLike, value: ArrayLike, se: ArrayLike, scale: float, window_days: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the three arrays as floats, or raise what is wrong with them."""
    arrays = tuple(np.atleast_1d(np.asarray(a, dtype=np.float64)) for a in (day, value, se))
    day_, value_, se_ = arrays
    if not day_.shape == value_.shape == se_.shape or day_.ndim != 1 or day_.size == 0:
        raise InputError("A trend needs as many values and errors as days, and at least one run.")
    if not all(np.isfinite(a).all() for a in arrays) or (se_ < 0.0).any():
        raise InputError("A trend needs finite days and values, and errors that are not negative.")
    if (np.diff(day_) < 0.0).any():
        raise InputError("A trend needs its runs in the order of their days.")
    if not (np.isfinite(scale) and scale > 0.0 and window_days > 0.0):
        raise InputError("A trend needs a positive scale and a positive window.")
    return day_, value_, se_


def _report_days(day: FloatArray) -> FloatArray:
    """Return the days of the runs and one node a week between the first and the last."""
    return np.unique(np.concatenate([day, np.arange(day[0], day[-1], _NODE_DAYS)]))


def estimate(
    weight: FloatArray,
    mean: FloatArray,
    var: FloatArray,
    *,
    origin: float,
    scale: float,
    unit: str,
    n_effective: float,
) -> Estimate:
    """Return a mixture over lanes as an estimate; all shapes (l,)."""
    centre = float(weight @ mean)
    total = float(weight @ (var + (mean - centre) ** 2))
    sd = np.sqrt(np.maximum(var, _LEAST_SD**2))
    low, high = (
        float(mixture_quantile(weight, mean[None], sd[None], p)[0]) for p in (0.025, 0.975)
    )
    return Estimate(
        value=origin + scale * centre,
        se=scale * float(np.sqrt(max(total, 0.0))),
        low=origin + scale * low,
        high=origin + scale * high,
        unit=unit,
        n_effective=n_effective,
    )


def _positive_estimate(weight: FloatArray, x: FloatArray, scale: float, unit: str) -> Estimate:
    """Return a spread, uncertain over lanes, as an estimate that is normal on the log scale."""
    log_x = np.log(x)
    centre = float(weight @ log_x)
    # The grid itself blurs: a lane stands for all spreads nearest to its own.
    log_var = float(weight @ (log_x - centre) ** 2 + np.log(SPREAD_RATIO) ** 2 / 12.0)
    value, log_sd = scale * float(np.exp(centre)), float(np.sqrt(log_var))
    return Estimate(
        value=value,
        se=value * log_sd,
        low=value * float(np.exp(-Z95 * log_sd)),
        high=value * float(np.exp(Z95 * log_sd)),
        unit=unit,
        n_effective=0.5 / log_var,
    )


def worth(weight: FloatArray, mean: FloatArray, var: FloatArray, single: FloatArray) -> float:
    """Return how many independent runs an estimate is worth: variance of one over its own."""
    centre = float(weight @ mean)
    total = float(weight @ (var + (mean - centre) ** 2))
    return float(weight @ single) / max(total, _LEAST_SD**2)


def _one_step_ahead(
    filtered: Filtered,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return log score, mean and 95 % band of each run before it was seen; NaN for the first."""
    parts = [_predict_block(filtered, b) for b in filtered.blocks]
    score, mean, low, high = (np.concatenate(p) for p in zip(*parts, strict=True))
    for a in (score, mean, low, high):
        a[0] = np.nan
    return score, mean, low, high


def _predict_block(
    filtered: Filtered, block: Block
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return log score, mean and 95 % band of the runs of a block, from the runs before each."""
    after = block.log_weight_after()
    before = after - block.log_density
    before -= np.logaddexp.reduce(before, axis=1, keepdims=True)
    score = np.logaddexp.reduce(before + block.log_density, axis=1)
    weight = np.exp(before)
    each, reading_var = block.reading
    mean = (weight * each).sum(axis=1)
    state_var = reading_var + filtered.var[block.start : block.stop, None]
    low, high = _run_quantiles(weight, each, state_var, filtered.lanes.pick(block.lane))
    return score, mean, low, high


def run_mixture(
    weight: FloatArray, mean: FloatArray, var: FloatArray, lanes: Lanes
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return single runs as mixtures of few normals: weights, means, SDs, each of shape (m, c).

    `weight`, `mean` and `var` (all but the runs' own parts) of shape (m, l).
    """
    shape = (mean.shape[0], -1)
    components = np.sqrt(var[:, None, :] + lanes.own_var).reshape(shape)
    means = np.broadcast_to(mean[:, None, :], (mean.shape[0], *lanes.own_var.shape)).reshape(shape)
    weights = (weight[:, None, :] * lanes.own_weight).reshape(shape)
    return merge_by_spread(weights / weights.sum(axis=1, keepdims=True), means, components)


def _run_quantiles(
    weight: FloatArray, mean: FloatArray, var: FloatArray, lanes: Lanes
) -> tuple[FloatArray, FloatArray]:
    """Return the 95 % band of single runs; `weight`, `mean`, `var` of shape (m, l)."""
    merged = run_mixture(weight, mean, var, lanes)
    return mixture_quantile(*merged, 0.025), mixture_quantile(*merged, 0.975)


def _normal_band(smoothed: Smoothed, start: float, typical_var: float) -> tuple[float, float, int]:
    """Return where 95 % of single runs fall around the usual level, and from how many runs it is.

    Units of the scale. The usual level is the mean over the runs before `start`, else over all.
    """
    lanes = smoothed.lanes
    before = smoothed.day[smoothed.day < start]
    base = before if before.size >= LEAST_RUNS else smoothed.day
    mean, var = (x.mean(axis=0, keepdims=True) for x in level_at(smoothed, base))
    # The mean's own variance is this at most, and little beside that of single runs.
    total = var + lanes.shared_var + typical_var
    low, high = _run_quantiles(smoothed.weight[None], mean, total, lanes)
    return float(low[0]), float(high[0]), base.size


def wild(filtered: Filtered, smoothed: Smoothed) -> FloatArray:
    """Return the probability that each run's own part came from a wide component, shape (n,).

    Each run is judged against what all the *other* runs say of it.
    """
    lanes = smoothed.lanes
    mean, var = others_say(smoothed, filtered.coefficients.design)
    wide = lanes.multiplier >= WILD_FROM
    residual2 = (filtered.value[:, None] - mean) ** 2
    base = var + filtered.var[:, None]
    log_density = np.stack(
        [
            np.log(w) - 0.5 * np.log(base + v) - 0.5 * residual2 / (base + v)
            for w, v in zip(lanes.own_weight, lanes.own_var, strict=True)
        ]
    )
    log_total = np.logaddexp.reduce(log_density, axis=0)
    share = np.exp(log_density[wide] - log_total).sum(axis=0)
    return np.asarray(share @ smoothed.weight)
