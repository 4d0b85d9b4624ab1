"""How a sudden change of the level is told from its walking, at dates that are known or are not.

At a known date the step is one coefficient more of the filter. At unknown dates every cut of the
history says how much better a step there tells it (`cuts`); all dates are as likely beforehand.

References
----------
.. [1] Smith 1975, doi 10.1093/biomet/62.2.407 (the date of a change, and whether there is one).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import Estimate, FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.coefficients import Coefficients
from evenstride.stats.cuts import cuts
from evenstride.stats.filtering import run_filter
from evenstride.stats.gaussian import normal_cdf
from evenstride.stats.lanes import default_lanes
from evenstride.stats.smoothing import combination, smooth
from evenstride.stats.trend import estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.moves import Moves
    from evenstride.stats.cuts import Cuts

LEAST_RUNS = 20
"""From so many runs on changes at unknown dates are looked for."""

LEAST_BAYES_FACTOR = 20.0
"""How much better a step must tell the history than none does."""

MOST_STEPS = 2
# 1 pp of balance, in units of the scale.
_KNOWN_SD = 2.5
_WEIGHTY = 1e-4
_NEAR_RUNS = 20


@dataclass(frozen=True, slots=True)
class Step:
    """A sudden change of the level.

    Attributes
    ----------
    run
        The first run after it; most probably, where its date is not known.
    first, last
        95 % of what is believed of `run` lies in [first, last].
    change
        How far the level went, + toward the left where it is of balance.
    probability
        Of a step whose date is known: that it went the way that it says. Of one whose date is not:
        that there was any, were it as likely as not beforehand.
    bayes_factor
        Evidence of a step anywhere against none; NaN where the date is known.
    """

    run: int
    first: int
    last: int
    change: Estimate
    probability: float
    bayes_factor: float


def known_changes(
    moves: Moves, day: FloatArray, known: Sequence[int], *, unit: str, scale: float
) -> tuple[Step, ...]:
    """Say how far the level went at known dates.

    Parameters
    ----------
    moves
        The fit: sensors, shoes and all other drivers are taken off the runs first, as it has them;
        that makes a step beside them look smaller, never larger. What is uncertain of the drivers
        is in the intervals.
    day
        Days of its runs, shape (n,).
    known
        The first runs after dates at which something is known to have happened, each 1 to n - 1.
    unit, scale
        Of the differences, and the typical run-to-run SD of the measure.
    """
    steps = known_steps(day, moves.at_reference, moves.reading_se, known, unit=unit, scale=scale)
    return tuple(_less_sure(step, moves) for step in steps)


def sudden_changes(
    moves: Moves, day: FloatArray, known: Sequence[Step], *, unit: str, scale: float
) -> tuple[Step, ...]:
    """Look for sudden changes at unknown dates in what is left when known ones are taken off.

    Parameters as in `known_changes`, but for `known`, which are its steps.
    """
    left = moves.at_reference.copy()
    for step in known:
        left[step.run :] -= step.change.value
    found = sudden_steps(day, left, moves.reading_se, unit=unit, scale=scale)
    return tuple(_less_sure(step, moves) for step in found)


def known_steps(
    day: FloatArray,
    value: FloatArray,
    se: FloatArray,
    known: Sequence[int],
    *,
    unit: str,
    scale: float,
) -> tuple[Step, ...]:
    """Estimate steps of the level at known dates, all together, from all runs.

    Parameters as in `sudden_steps`; `known` are the first runs after them, each 1 to n - 1.
    """
    if not known:
        return ()
    n, k = day.size, len(known)
    design = (np.arange(n)[:, None] >= np.array(known)).astype(np.float64)
    after = Coefficients(np.zeros(k), _KNOWN_SD**2 * np.eye(k), design, np.ones(k))
    filtered = run_filter(
        day,
        (value - np.median(value)) / scale,
        (se / scale) ** 2,
        default_lanes(),
        coefficients=after,
    )
    smoothed = smooth(filtered, n)
    found = []
    for run, mean, var in zip(known, *combination(smoothed, np.eye(k)), strict=True):
        change = estimate(
            smoothed.weight,
            mean,
            var,
            origin=0.0,
            scale=scale,
            unit=unit,
            n_effective=float("nan"),
        )
        up = float(smoothed.weight @ normal_cdf(mean / np.sqrt(var)))
        way = up if change.value >= 0.0 else 1.0 - up
        found.append(Step(run, run, run, change, way, float("nan")))
    return tuple(found)


def sudden_steps(
    day: FloatArray,
    value: FloatArray,
    se: FloatArray,
    *,
    unit: str,
    scale: float,
    least_bayes_factor: float = LEAST_BAYES_FACTOR,
) -> tuple[Step, ...]:
    """Look for sudden changes of the level, at dates that nobody named.

    Parameters
    ----------
    day, value, se
        Day, value at reference conditions and its standard error of each run, shape (n,), in the
        order of the days; finite. What is known to have changed is taken off beforehand.
    unit, scale
        Of the values, and their typical run-to-run SD.
    least_bayes_factor
        What is demanded of each.

    Returns
    -------
        In the order of their finding, `MOST_STEPS` at most: the clearest first, then one in what is
        left when it is taken off. None from fewer than `LEAST_RUNS` runs.
    """
    if day.size < LEAST_RUNS:
        return ()
    left, var = value.copy(), (se / scale) ** 2
    found: list[Step] = []
    for _ in range(MOST_STEPS):
        step = clearest(cuts(day, (left - np.median(left)) / scale, var), unit=unit, scale=scale)
        if step.bayes_factor < least_bayes_factor:
            break
        found.append(step)
        left[step.run :] -= step.change.value
    return tuple(found)


def _less_sure(step: Step, moves: Moves) -> Step:
    """Widen a step by what is unknown of the drivers that differ between the runs around it."""
    near = moves.conditions[max(step.run - _NEAR_RUNS, 0) : step.run].mean(axis=0)
    apart = moves.conditions[step.run : step.run + _NEAR_RUNS].mean(axis=0) - near
    change = step.change
    se = float(np.sqrt(change.se**2 + apart @ moves.covariance @ apart))
    wider = se / max(change.se, 1e-12)
    low, high = (change.value + wider * (x - change.value) for x in (change.low, change.high))
    return replace(step, change=replace(change, se=se, low=low, high=high))


def clearest(cut: Cuts, *, unit: str, scale: float) -> Step:
    """Weigh all cuts: whether there was a step at one of them, at which, and how large it was."""
    # Where moment matching costs a cut something, that must not speak for a step: of what the cuts
    # say of a level without one, the greatest counts.
    without = float(np.logaddexp.reduce(cut.without, axis=1).max())
    sizes, many, _ = cut.stepped.shape
    log_weight = cut.stepped - without - np.log(sizes * many)
    total = float(np.logaddexp.reduce(log_weight, axis=None))
    weight = np.exp(log_weight - total)
    at = weight.sum(axis=(0, 2))
    below = np.cumsum(at)
    first, last = (int(np.searchsorted(below, p)) for p in (0.025, 0.975))
    last = min(last, many - 1)
    part = weight[:, first : last + 1].ravel()
    kept = part > _WEIGHTY * part.max()
    bayes_factor = float(np.exp(min(total, 700.0)))
    return Step(
        run=int(cut.run[np.argmax(at)]),
        first=int(cut.run[first]),
        last=int(cut.run[last]),
        change=estimate(
            part[kept] / part[kept].sum(),
            cut.mean[:, first : last + 1].ravel()[kept],
            cut.var[:, first : last + 1].ravel()[kept],
            origin=0.0,
            scale=scale,
            unit=unit,
            n_effective=float("nan"),
        ),
        probability=bayes_factor / (1.0 + bayes_factor),
        bayes_factor=bayes_factor,
    )
