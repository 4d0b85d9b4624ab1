"""How one fit of all blocks of all runs is made: contrasts first, then the runs in their order.

What blocks say within their runs (`within`) becomes the belief about the slopes with which the runs
are then filtered, each as one number with its conditions (`filtering`, `smoothing`). Both steps are
exact given the variances, and use every block once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.moves import DaySpread, Driver, Moves, Shares, Walk
from evenstride.stats.coefficients import Coefficients
from evenstride.stats.filtering import run_filter
from evenstride.stats.gaussian import mixture_quantile, normal_cdf
from evenstride.stats.lanes import Lanes, default_lanes
from evenstride.stats.sensors import offset_groups, offset_prior, sensor_columns
from evenstride.stats.smoothing import combination, level_at, others_say
from evenstride.stats.trend import describe, estimate, run_mixture, worth
from evenstride.stats.within import WithinRuns, within_runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.estimate import Estimate, FloatArray
    from evenstride.domain.moves import NoiseWithinRuns
    from evenstride.stats.blocked import BlockedRuns
    from evenstride.stats.filtering import Filtered
    from evenstride.stats.smoothing import Smoothed

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
_MOST_LANES_KEPT, _LEAST_KEPT = 8, 0.01
_USUAL = (0.1, 0.9)
_CLOSE, _LEARNED_ANYWAY = 0.8, 0.9
_LEAST_VAR = 1e-12


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
    _check(blocks)
    origin = float(np.median(blocks.value))
    blocks = replace(blocks, value=blocks.value - origin, conditions=_varying(blocks.conditions))
    sd = np.array([_sd_of(name, slope_sd) for name in blocks.conditions])
    within = within_runs(blocks, scale=scale, slope_sd=sd, noise=noise)
    names, moved, prior_sd = _coefficients(blocks, within, slope_sd, scale)
    filtered = run_filter(
        blocks.day,
        within.reading,
        within.reading_var,
        default_lanes() if lanes is None else lanes,
        coefficients=moved,
    )
    code, last = blocks.sensor, int(blocks.sensor[-1])
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
    level, level_var = _mixed(weight, *level_at(smoothed, blocks.day))
    apart = moved.design - moved.present
    at_reference = within.reading - apart @ mean
    reference_var = within.reading_var + np.einsum("na,ab,nb->n", apart, cov, apart)
    expected, low99, high99, tail = _by_the_others(filtered, smoothed)
    return Moves(
        trend=trend,
        drivers=_drivers(blocks, names, smoothed, cov, prior_sd, scale=scale, unit=unit),
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
        shares=_shares(
            blocks,
            moved.design,
            names,
            mean,
            within=within,
            level=level,
            scale=scale,
            day_var=float(weight @ smoothed.lanes.tame_sd() ** 2),
        ),
    )


def _check(blocks: BlockedRuns) -> None:
    m, n = blocks.run.size, blocks.day.size
    sized = {blocks.t_s.size, blocks.duration_s.size, blocks.value.size}
    sized |= {x.size for x in blocks.conditions.values()}
    by_run = {blocks.sensor.size, *(x.size for x in blocks.run_conditions.values())}
    if n == 0 or sized != {m} or by_run != {n}:
        raise InputError("A fit needs as many of everything as there are blocks, or runs.")
    if not np.array_equal(np.unique(blocks.run), np.arange(n)) or (np.diff(blocks.run) < 0).any():
        raise InputError("A fit needs blocks in the order of their runs, one a run at least.")
    if not (np.isfinite(blocks.value).all() and np.isfinite(blocks.day).all()):
        raise InputError("A fit needs finite values and days.")
    if (np.diff(blocks.day) < 0.0).any():
        raise InputError("A fit needs its runs in the order of their days.")
    if not (blocks.duration_s > 0.0).all():
        raise InputError("A fit needs blocks that last.")
    if "elapsed" not in blocks.conditions:
        raise InputError("A fit needs how long each run had gone on.")


def _varying(conditions: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Leave out what never differs from the reference: nothing can be said of it."""
    return {
        name: column
        for name, column in conditions.items()
        if name == "elapsed" or (np.nan_to_num(column) != 0.0).any()
    }


def _constant(conditions: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Return what is the same throughout runs, shoes against their average.

    A run of which the shoes are not known counts as one in the average of them.
    """
    found = {name: x for name, x in conditions.items() if np.ptp(x) > 0.0}
    shoes = [name for name in found if name.startswith(SHOE)]
    if shoes:
        said = np.sum([found[name] for name in shoes], axis=0)
        found |= {name: found[name] - said / len(shoes) for name in shoes}
    return found


def _per_unit(names: tuple[str, ...], name: str) -> FloatArray:
    """Return how the coefficients are weighed for one unit of a driver, shape (k,)."""
    row = np.array([1.0 if n == name else 0.0 for n in names])
    if name.startswith(SHOE):
        shoes = np.array([n.startswith(SHOE) for n in names])
        row -= shoes / shoes.sum()
    return row


def _sd_of(name: str, slope_sd: Mapping[str, float]) -> float:
    return slope_sd[name] if name in slope_sd else slope_sd[name.partition(":")[0]]


def _coefficients(
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
    run_sd = np.array([_sd_of(name, slope_sd) / scale for name in constant])
    cov[k : k + c, k : k + c] = np.diag(run_sd**2)
    cov[k + c :, k + c :] = offset_prior(sensors.shape[1])
    design = np.column_stack([within.conditions, *constant.values(), sensors])
    present = np.zeros(len(names))
    present[k + c :] = sensors[-1]
    block_sd = np.array([_sd_of(name, slope_sd) / scale for name in within.names])
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
    """Return what the other runs expect of each run, its 99 % band, and how far out it was."""
    mean, var = others_say(smoothed, filtered.coefficients.design)
    weight = np.broadcast_to(smoothed.weight, mean.shape)
    mixture = run_mixture(weight, mean, var + filtered.var[:, None], smoothed.lanes)
    low, high = (mixture_quantile(*mixture, p) for p in (0.005, 0.995))
    share, centre, sd = mixture
    below = (share * normal_cdf((filtered.value[:, None] - centre) / sd)).sum(axis=1)
    tail = np.minimum(2.0 * np.minimum(below, 1.0 - below), 1.0)
    return mean @ smoothed.weight, low, high, tail


def _drivers(
    blocks: BlockedRuns,
    names: tuple[str, ...],
    smoothed: Smoothed,
    cov: FloatArray,
    prior_sd: FloatArray,
    *,
    scale: float,
    unit: str,
) -> tuple[Driver, ...]:
    """Tell of every coefficient, and of climbs and descents apart."""
    partner = _partners(cov, prior_sd, names)
    rows = np.array([_per_unit(names, name) for name in names])
    learned = 1.0 - np.einsum("ja,ab,jb->j", rows, cov, rows) / ((rows * prior_sd) ** 2).sum(axis=1)

    single = smoothed.lanes.tame_sd() ** 2

    def told(row: FloatArray) -> Estimate:
        mean, var = (x[0] for x in combination(smoothed, row[None]))
        return estimate(
            smoothed.weight,
            mean,
            var,
            origin=0.0,
            scale=scale,
            unit=unit,
            n_effective=worth(smoothed.weight, mean, var, single),
        )

    found = []
    for j, name in enumerate(names):
        if name == BOW:
            continue
        low, high = _usual_range(blocks, name)
        per_unit = _per_unit(names, name)
        over = per_unit * (high - low)
        if name == "grade" and BOW in names:
            over[names.index(BOW)] = abs(high) - abs(low)
        found.append(
            Driver(
                name,
                told(per_unit),
                UNITS.get(name, ""),
                _direction(smoothed, per_unit),
                low,
                high,
                told(over),
                float(learned[j]),
                partner[j],
            )
        )
    if BOW in names and "grade" in names:
        at, bow = names.index("grade"), names.index(BOW)
        low, high = _usual_range(blocks, "grade")
        for name, sign, ends in (
            ("grade:up", 1.0, (0.0, max(high, 0.0))),
            ("grade:down", -1.0, (min(low, 0.0), 0.0)),
        ):
            per_unit = np.zeros(len(names))
            per_unit[at], per_unit[bow] = 1.0, sign
            before = prior_sd[at] ** 2 + prior_sd[bow] ** 2
            after = float(per_unit @ cov @ per_unit)
            found.append(
                Driver(
                    name,
                    told(per_unit),
                    "%",
                    _direction(smoothed, per_unit),
                    *ends,
                    told(per_unit * (ends[1] - ends[0])),
                    1.0 - after / before,
                    partner[at],
                )
            )
    return tuple(found)


def _direction(smoothed: Smoothed, row: FloatArray) -> float:
    """Return the probability that what a row adds up to has the sign of its mean."""
    mean, var = (x[0] for x in combination(smoothed, row[None]))
    up = float(smoothed.weight @ normal_cdf(mean / np.sqrt(np.maximum(var, _LEAST_VAR))))
    return up if float(smoothed.weight @ mean) >= 0.0 else 1.0 - up


def _usual_range(blocks: BlockedRuns, name: str) -> tuple[float, float]:
    """Return the 10th and 90th percentile of a driver over time; 0 and 1 of what is or is not."""
    if name not in blocks.conditions or ":" in name:
        return 0.0, 1.0
    x = blocks.conditions[name]
    known = np.isfinite(x)
    if name == "camber":
        return float(min(x[known].min(), 0.0)), float(max(x[known].max(), 0.0))
    order = np.argsort(x[known], kind="stable")
    time = np.cumsum(blocks.duration_s[known][order])
    low, high = (float(x[known][order][np.searchsorted(time, p * time[-1])]) for p in _USUAL)
    return low, high


def _partners(cov: FloatArray, prior_sd: FloatArray, names: tuple[str, ...]) -> list[str | None]:
    """Return, for each driver, the one that it cannot be told apart from, if there is one."""
    sd = np.sqrt(np.diag(cov))
    together = np.abs(cov / np.outer(sd, sd))
    np.fill_diagonal(together, 0.0)
    for at, name in enumerate(names):
        if name == BOW:
            together[at] = together[:, at] = 0.0
    learned = 1.0 - (sd / prior_sd) ** 2
    return [
        names[int(np.argmax(row))]
        if row.size and row.max() >= _CLOSE and share < _LEARNED_ANYWAY
        else None
        for row, share in zip(together, learned, strict=True)
    ]


def _day_spread(smoothed: Smoothed, scale: float) -> DaySpread:
    """Gather the own parts of all lanes into one mixture."""
    lanes, weight = smoothed.lanes, smoothed.weight
    return DaySpread(
        weight=(lanes.own_weight * weight).ravel(),
        var=scale**2 * lanes.own_var.ravel(),
        shared_var=scale**2 * float(weight @ lanes.shared_var),
        shared_tau_days=float(weight @ lanes.tau_day),
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
        cov=scale**2 * state[2:5],
        gain=smoothed.gain[:, :, best],
        slope=state[5 : 5 + k],
        coefficient_cov=scale**2 * smoothed.coefficient_cov[:, :, best],
    )


def _shares(
    blocks: BlockedRuns,
    design: FloatArray,
    names: tuple[str, ...],
    mean: FloatArray,
    *,
    within: WithinRuns,
    level: FloatArray,
    scale: float,
    day_var: float,
) -> Shares:
    """Share the variance of single blocks out, weighted by time."""
    w = blocks.duration_s / blocks.duration_s.sum()
    by_run = design.copy()
    by_run[:, [name in blocks.conditions for name in names]] = 0.0
    moved = (by_run @ mean)[blocks.run]
    for name, size in zip(names, mean, strict=True):
        if name in blocks.conditions:
            moved += size * np.nan_to_num(blocks.conditions[name])
    elapsed = np.nan_to_num(blocks.conditions["elapsed"])
    parts = {
        "level": float(w @ (level[blocks.run] - w @ level[blocks.run]) ** 2),
        "drivers": float(w @ (moved - w @ moved) ** 2),
        "day_to_day": day_var,
        "drift": float(w @ elapsed**2) * (within.noise.drift_sd_per_h / scale) ** 2,
        "within_run": sum(
            sd**2 for sd in (within.noise.white_sd, within.noise.fast_sd, within.noise.slow_sd)
        )
        / scale**2,
    }
    total = sum(parts.values())
    return Shares(**{name: part / total for name, part in parts.items()})
