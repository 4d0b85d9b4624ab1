"""Whom the fit of what moves a measure must beat: the ways in which people do it by hand.

None of them is recommended: each takes readings for independent that are not, or lets one condition
stand for another. They are here to be told side by side with the fit (`judging`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import Z95, Estimate
from evenstride.stats.gaussian import median

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.estimate import FloatArray
    from evenstride.stats.blocked import BlockedRuns

LAST = 10


def split_runs(blocks: BlockedRuns, *, unit: str) -> dict[str, Estimate]:
    """Compare raw means of runs: those with much of a condition against those with little.

    What varies within runs is split at the runner's median, and each run gives a mean to either
    half. The difference of the two means of means is divided by that of the condition; a run is one
    reading, and Welch's standard error is used.

    Parameters
    ----------
    blocks
        All blocks.
    unit
        Of the value.

    Returns
    -------
        By driver; without those that cannot be split into halves of two runs or more.
    """
    found = {}
    for name, x in _columns(blocks).items():
        known = np.isfinite(x)
        more = known & (x > median(x[known]))
        less = known & ~more
        (value_a, x_a), (value_b, x_b) = (_run_means(blocks, x, side) for side in (more, less))
        if min(value_a.size, value_b.size) < 2:
            continue
        apart = x_a.mean() - x_b.mean()
        se = np.sqrt(value_a.var(ddof=1) / value_a.size + value_b.var(ddof=1) / value_b.size)
        found[name] = _normal(
            float((value_a.mean() - value_b.mean()) / apart), float(se / abs(apart)), unit
        )
    return found


def least_squares(
    blocks: BlockedRuns, *, unit: str, second_sd: float | None = None
) -> dict[str, Estimate]:
    """Regress readings on all conditions at once, as if every one were independent.

    Parameters
    ----------
    blocks
        All blocks.
    unit
        Of the value.
    second_sd
        SD of a second's reading about its block's mean, in `unit`: then each second counts as one
        reading. None: each block does, by its duration.

    Returns
    -------
        By driver, and `level`: the intercept, at reference conditions as the last run's sensor
        reads. Shoes are told against their mean, sensors against the first run's.
    """
    columns = _columns(blocks)
    sensors = np.unique(blocks.sensor).tolist()
    names = [*columns, *(f"sensor:{s}" for s in sensors)]
    design = np.column_stack(
        [
            np.ones(blocks.run.size),
            *(np.nan_to_num(x) for x in columns.values()),
            *((blocks.sensor == s)[blocks.run] for s in sensors),
        ]
    )
    weight = blocks.duration_s / (1.0 if second_sd is not None else blocks.duration_s.mean())
    # Sensors and shoes each add up to the intercept: what is asked for below does not care.
    gram = np.linalg.pinv((design * weight[:, None]).T @ design, hermitian=True)
    slope = gram @ (design.T @ (weight * blocks.value))
    left = weight @ (blocks.value - design @ slope) ** 2
    degrees = weight.sum() - np.linalg.matrix_rank(design)
    var = left / degrees + (second_sd**2 if second_sd is not None else 0.0)

    def told(row: FloatArray) -> Estimate:
        return _normal(float(row @ slope), float(np.sqrt(var * (row @ gram @ row))), unit)

    unit_row = np.eye(len(names) + 1)
    at = {name: unit_row[k + 1] for k, name in enumerate(names)}
    shoes = [row for name, row in at.items() if name.startswith("shoe:")]
    usual = np.mean(shoes, axis=0) if shoes else np.zeros(len(names) + 1)
    first, last = (at[f"sensor:{blocks.sensor[k]}"] for k in (0, -1))
    rows = {
        name: row - (usual if name.startswith("shoe:") else 0.0)
        for name, row in at.items()
        if not name.startswith("sensor:")
    }
    rows |= {
        name: row - first
        for name, row in at.items()
        if name.startswith("sensor:") and name != f"sensor:{blocks.sensor[0]}"
    }
    return {name: told(row) for name, row in rows.items()} | {
        "level": told(unit_row[0] + usual + last)
    }


def last_ten(blocks: BlockedRuns, *, unit: str) -> Estimate:
    """Return the mean of the last ten runs as the level, with its standard error.

    Parameters
    ----------
    blocks
        All blocks, of two runs or more.
    unit
        Of the value.
    """
    mean = raw_means(blocks)[-LAST:]
    return _normal(float(mean.mean()), float(mean.std(ddof=1) / np.sqrt(mean.size)), unit)


def raw_means(blocks: BlockedRuns) -> FloatArray:
    """Return each run's mean over time as it was measured, shape (n,)."""
    time = np.bincount(blocks.run, weights=blocks.duration_s)
    summed = np.bincount(blocks.run, weights=blocks.duration_s * blocks.value)
    return np.asarray(summed / time)


def _columns(blocks: BlockedRuns) -> Mapping[str, FloatArray]:
    """Return every condition by block that ever differs, shape (m,)."""
    all_of_them = dict(blocks.conditions)
    all_of_them |= {name: x[blocks.run] for name, x in blocks.run_conditions.items()}
    return {name: x for name, x in all_of_them.items() if np.unique(x[np.isfinite(x)]).size > 1}


def _run_means(
    blocks: BlockedRuns, x: FloatArray, where: np.typing.NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Return each run's mean value and mean condition over some of its blocks."""
    run, weight = blocks.run[where], blocks.duration_s[where]
    time = np.bincount(run, weights=weight)
    some = time > 0.0
    value, condition = (
        np.bincount(run, weights=weight * column[where])[some] / time[some]
        for column in (blocks.value, x)
    )
    return value, condition


def _normal(value: float, se: float, unit: str) -> Estimate:
    return Estimate(value, se, value - Z95 * se, value + Z95 * se, unit, float("nan"))
