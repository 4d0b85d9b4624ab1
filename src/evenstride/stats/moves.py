"""How one fit of all blocks of all runs is made: contrasts first, then the runs in their order.

What blocks say within their runs (`within`) becomes the belief about the slopes with which the runs
are then filtered, each as one number with its conditions (`filtering`, `smoothing`). Both steps are
exact given the variances, and use every block once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.moves import DaySpread, Moves, Shares, Walk
from evenstride.stats.coefficients import Coefficients
from evenstride.stats.filtering import run_filter
from evenstride.stats.foundation import Foundation, lay_foundation, sd_of
from evenstride.stats.gaussian import mixture_quantile, normal_cdf
from evenstride.stats.lanes import Lanes, default_lanes
from evenstride.stats.sensors import offset_groups, offset_prior, sensor_columns
from evenstride.stats.smoothing import level_at, others_say
from evenstride.stats.told_drivers import SHOE, Told, drivers_of
from evenstride.stats.trend import describe, run_mixture

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.moves import NoiseWithinRuns
    from evenstride.stats.blocked import BlockedRuns
    from evenstride.stats.filtering import Filtered
    from evenstride.stats.smoothing import Smoothed
    from evenstride.stats.within import WithinRuns

# Of what days are made (`lanes`), components with larger variance multipliers are wild.
_WILD_BEYOND = 10.0
# Lanes of less than this share of the best are not tried again for a few later runs.
_LEAST_LATER = float(np.log(1e-4))
_MOST_LANES_KEPT, _LEAST_KEPT = 8, 0.01


def fit_moves(
    blocks: BlockedRuns,
    *,
    unit: str,
    scale: float,
    slope_sd: Mapping[str, float],
    window_days: float = 90.0,
    family: int = 1,
    noise: NoiseWithinRuns | None = None,
    lanes: Lanes | None = None,
) -> Moves:
    """Fit one model to all blocks of all runs of one measure.

    Parameters
    ----------
    blocks
        The rows.
    unit, scale, window_days, family
        As in `fit_trend`.
    slope_sd
        Prior SD of what drivers do, around 0, by the driver's name or what stands before its colon;
        in the measure's unit for one of the driver's.
    noise
        Known noise within runs, instead of the grid.
    lanes
        Known variances between runs, instead of the grid.

    Returns
    -------
        All in the measure's unit. Mirroring the values mirrors the answer.

    Raises
    ------
    InputError
        The rows do not fit together.
    """
    made = lay_foundation(blocks, scale=scale, slope_sd=slope_sd, noise=noise)
    moves, _ = fit_runs(
        made,
        blocks,
        unit=unit,
        scale=scale,
        slope_sd=slope_sd,
        window_days=window_days,
        family=family,
        lanes=lanes,
    )
    return moves


def fit_runs(
    made: Foundation,
    runs: BlockedRuns,
    *,
    unit: str,
    scale: float,
    slope_sd: Mapping[str, float],
    window_days: float = 90.0,
    family: int = 1,
    lanes: Lanes | None = None,
) -> tuple[Moves, Foundation]:
    """Fit the runs to which all blocks came down.

    Parameters
    ----------
    made
        What the blocks came down to. Where it knows which variances between runs carry weight, no
        others are tried.
    runs
        Their days, sensors and run conditions; its blocks are not looked at.
    unit, scale, slope_sd, window_days, family, lanes
        As in `fit_moves`.

    Returns
    -------
        The fit, and what it was made from, with the variances that carry weight.
    """
    within, origin = made.within, made.origin
    names, moved, prior_sd = coefficients_of(runs, within, slope_sd, scale)
    filtered = run_filter(
        runs.day,
        within.reading,
        within.reading_var,
        default_lanes() if lanes is None else lanes,
        coefficients=moved,
        alive=made.lanes.astype(np.intp) if made.lanes.size and lanes is None else None,
    )
    code, last = runs.sensor, int(runs.sensor[-1])
    others = {
        int(other): moved.design[np.argmax(code == other)] * _is_sensor(names)
        for other in np.unique(code[code != last])
    }
    trend, smoothed = describe(
        filtered,
        unit=unit,
        origin=origin,
        scale=scale,
        window_days=window_days,
        family=family,
        foretell=False,
        sensors=others,
    )
    weight = smoothed.weight
    mean = smoothed.coefficient @ weight
    spread = smoothed.coefficient - mean[:, None]
    cov = smoothed.coefficient_cov @ weight + (spread * weight) @ spread.T
    level, level_var = _mixed(weight, *level_at(smoothed, runs.day))
    apart = moved.design - moved.present
    at_reference = within.reading - apart @ mean
    reference_var = within.reading_var + np.einsum("na,ab,nb->n", apart, cov, apart)
    expected, low99, high99, tail = _by_the_others(filtered, smoothed)
    day_var = float(weight @ smoothed.lanes.tame_sd() ** 2)
    told = Told(names, smoothed, cov, prior_sd, _ranges(names, made), scale=scale, unit=unit)
    moves = Moves(
        trend=trend,
        drivers=drivers_of(told),
        names=names,
        coefficient=scale * mean,
        covariance=scale**2 * cov,
        conditions=moved.design,
        reading=origin + scale * within.reading,
        reading_se=scale * np.sqrt(within.reading_var),
        at_reference=origin + scale * at_reference,
        at_reference_se=scale * np.sqrt(reference_var),
        expected=origin + scale * expected,
        expected_low99=origin + scale * low99,
        expected_high99=origin + scale * high99,
        tail_probability=tail,
        level=origin + scale * level,
        level_se=scale * np.sqrt(level_var),
        drift_per_h=scale * within.drift_per_h,
        drift_se_per_h=scale * np.sqrt(within.drift_var),
        noise=within.noise,
        day_sd=scale * float(weight @ smoothed.lanes.tame_sd()),
        days=_day_spread(smoothed, scale),
        walk=_walk(smoothed, origin, scale),
        shares=_shares(made, moved.design @ mean, mean, level, scale=scale, day_var=day_var),
    )
    return moves, replace(made, lanes=_of_weight(filtered) if lanes is None else np.zeros(0))


def _of_weight(filtered: Filtered) -> FloatArray:
    """Return the lanes that carried weight in the end, within the still and the moving family."""
    last = filtered.blocks[-1]
    log_weight = last.log_weight_after()[-1]
    still = filtered.lanes.still[last.lane]
    kept = np.zeros(last.lane.size, dtype=bool)
    for family in (still, ~still):
        if family.any():
            kept |= family & (log_weight > log_weight[family].max() + _LEAST_LATER)
    return last.lane[kept].astype(np.float64)


def _constant(conditions: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return what is the same throughout runs, shoes against their average.

    A run of which the shoes are not known counts as one in the average of them; of one pair alone
    nothing can be said.
    """
    found = {name: x for name, x in conditions.items() if np.ptp(x) > 0.0}
    shoes = [name for name in found if name.startswith(SHOE)]
    if len(shoes) == 1:
        del found[shoes[0]]
    elif shoes:
        said = np.sum([found[name] for name in shoes], axis=0)
        found |= {name: found[name] - said / len(shoes) for name in shoes}
    return found


def coefficients_of(
    blocks: BlockedRuns, within: WithinRuns, slope_sd: Mapping[str, float], scale: float
) -> tuple[tuple[str, ...], Coefficients, FloatArray]:
    """Return all constants: their names, what is believed, and their SD before any block."""
    group = offset_groups(blocks.sensor, blocks.day.size)
    sensors = sensor_columns(group)
    of_group = [f"sensor:{blocks.sensor[np.argmax(group == g)]}" for g in range(1, group.max() + 1)]
    constant = _constant(blocks.run_conditions)
    names = (*within.names, *constant, *of_group)
    k, c = within.slope.size, len(constant)
    mean, cov = np.zeros(len(names)), np.zeros((len(names), len(names)))
    mean[:k], cov[:k, :k] = within.slope, within.slope_cov
    run_sd = np.array([sd_of(name, slope_sd) / scale for name in constant])
    cov[k : k + c, k : k + c] = np.diag(run_sd**2)
    cov[k + c :, k + c :] = offset_prior(sensors.shape[1])
    design = np.column_stack([within.conditions, *constant.values(), sensors])
    present = np.zeros(len(names))
    present[k + c :] = sensors[-1]
    block_sd = np.array([sd_of(name, slope_sd) / scale for name in within.names])
    prior_sd = np.concatenate([block_sd, run_sd, np.sqrt(np.diag(cov)[k + c :])])
    return names, Coefficients(mean, cov, design, present), prior_sd


def _is_sensor(names: tuple[str, ...]) -> FloatArray:
    return np.array([name.startswith("sensor:") for name in names], dtype=float)


def _mixed(weight: FloatArray, mean: FloatArray, var: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of mixtures over lanes, (m, l) to (m,)."""
    centre = mean @ weight
    return centre, (var + (mean - centre[:, None]) ** 2) @ weight


def _by_the_others(
    filtered: Filtered, smoothed: Smoothed
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return what the other runs expect of each run, its 99 % band, and how far out it was.

    The band is of usual runs: were wild ones (a failing sensor) among them, nothing would ever lie
    outside.
    """
    mean, var = others_say(smoothed, filtered.coefficients.design)
    weight = np.broadcast_to(smoothed.weight, mean.shape)
    lanes = smoothed.lanes.without_wild(_WILD_BEYOND)
    mixture = run_mixture(weight, mean, var + filtered.var[:, None], lanes)
    low, high = (mixture_quantile(*mixture, p) for p in (0.005, 0.995))
    share, centre, sd = mixture
    below = (share * normal_cdf((filtered.value[:, None] - centre) / sd)).sum(axis=1)
    tail = np.minimum(2.0 * np.minimum(below, 1.0 - below), 1.0)
    return mean @ smoothed.weight, low, high, tail


def _day_spread(smoothed: Smoothed, scale: float) -> DaySpread:
    """Gather the own parts of all lanes into one mixture."""
    lanes, weight = smoothed.lanes, smoothed.weight
    return DaySpread(
        weight=(lanes.own_weight * weight).ravel(),
        var=scale**2 * lanes.own_var.ravel(),
        shared_var=scale**2 * float(weight @ lanes.shared_var),
        shared_tau_days=float(weight @ lanes.tau_day),
        walk_var_per_day=scale**2 * float(weight @ lanes.walk_var),
    )


def _walk(smoothed: Smoothed, origin: float, scale: float) -> Walk:
    """Keep the lanes that matter, in the measure's unit."""
    best = np.argsort(-smoothed.weight, kind="stable")[:_MOST_LANES_KEPT]
    best = best[smoothed.weight[best] >= _LEAST_KEPT * smoothed.weight[best[0]]]
    k = len(smoothed.coefficient)
    state = smoothed.state[:, :, best]
    return Walk(
        weight=smoothed.weight[best] / smoothed.weight[best].sum(),
        mean=origin + scale * state[0],
        var=scale**2 * state[2],
        slope=state[5 : 5 + k],
        coefficient_cov=scale**2 * smoothed.coefficient_cov[:, :, best],
    )


def _shares(
    made: Foundation,
    moved: FloatArray,
    mean: FloatArray,
    level: FloatArray,
    *,
    scale: float,
    day_var: float,
) -> Shares:
    """Share the variance of single blocks out, weighted by time.

    `moved` is what drivers make of each run and `mean` the coefficients, in units of the scale.
    """
    within = made.within
    w = made.minutes / made.minutes.sum()
    slope = mean[: len(within.names)]
    noise = within.noise
    parts = {
        "level": float(w @ (level - w @ level) ** 2),
        "drivers": float(w @ (moved - w @ moved) ** 2) + float(slope @ made.apart @ slope),
        "day_to_day": day_var,
        "drift": made.elapsed_square * (noise.drift_sd_per_h / scale) ** 2,
        "within_run": (noise.white_sd**2 + noise.fast_sd**2 + noise.slow_sd**2) / scale**2,
    }
    total = sum(parts.values())
    return Shares(**{name: part / total for name, part in parts.items()})


def _ranges(names: tuple[str, ...], made: Foundation) -> FloatArray:
    """Return the usual range of every coefficient; of what is there or not, 0 to 1."""
    ranges = np.tile([0.0, 1.0], (len(names), 1))
    ranges[: made.usual.shape[0]] = made.usual
    return ranges
