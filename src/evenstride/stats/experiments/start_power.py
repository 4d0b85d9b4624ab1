"""How likely a randomised start is to find an effect, given how often the runner runs.

A date is told from the next one only by the runs that lie between them, and the largest step is
seldom exactly where it was made: many more possible dates than 20 are needed before the date drawn
is likely to be among the twentieth part with the largest steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.experiment import SMALLEST_P_OF_START
from evenstride.stats.experiments.inverting import TIE
from evenstride.stats.experiments.planning import draw
from evenstride.stats.experiments.start_date import steps_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.random import Generator

    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.experiment import Scatter
    from evenstride.stats.experiments.start_date import Steps


@dataclass(frozen=True, slots=True)
class Window:
    """When a randomised start may be, in days: first a baseline, then the dates, then the rest."""

    before_days: int
    dates: int
    after_days: int


def start_power(
    effects: Sequence[float],
    scatter: Scatter,
    *,
    covariance: Mapping[str, float],
    se: float,
    gap_days: FloatArray,
    window: Window,
    rng: Generator,
    sims: int = 1000,
    calendars: int = 10,
) -> FloatArray:
    """Return how likely effects of some sizes are found, with their sign.

    Parameters
    ----------
    effects
        In the outcome's unit, as a step that lasts from the start on.
    scatter
        How single runs lie about the level, errors of measurement included; see `run_scatter`.
    covariance
        As it would be registered; see `start_covariance`.
    se
        Standard error of a usual run within the run, in the outcome's unit.
    gap_days
        Days between neighbouring runs so far, shape (m,): those to come are drawn from them.
    window
        When the start may be.
    rng
        The source of chance.
    sims, calendars
        How many experiments are simulated in all, and on how many calendars of runs.

    Returns
    -------
        Shape (len(effects),). The date is any of the possible ones.

    Raises
    ------
    InputError
        Nothing is known of how often the runner runs, or the window has no dates.
    """
    gaps = gap_days[np.isfinite(gap_days) & (gap_days >= 0.0)]
    if gaps.size == 0 or not gaps.max() > 0.0:
        raise InputError("How often runs come must be known before a start is planned.")
    if min(window.before_days, window.after_days) < 0 or window.dates < 1:
        raise InputError("A randomised start has possible dates, and days before and after them.")
    candidates = window.before_days + np.arange(window.dates, dtype=np.float64)
    last = window.before_days + window.dates + window.after_days
    each = -(-sims // calendars)
    found = np.zeros(len(effects))
    for _ in range(calendars):
        day = _days_to_come(gaps, last, rng)
        steps = steps_at(day, np.full(day.size, se), candidates, covariance=covariance)
        quiet = _drawn(scatter, day, covariance, each, rng) @ steps.weights.T
        chosen = rng.integers(0, window.dates, each)
        found += [_found(quiet, steps, chosen, abs(effect)) for effect in effects]
    return np.asarray(found / calendars, dtype=np.float64)


def _days_to_come(gaps: FloatArray, last: int, rng: Generator) -> FloatArray:
    """Return the days of runs before the day `last`, at least one, as whole numbers."""
    many = int(np.ceil(2.0 * last / gaps.mean())) + 10
    day = np.floor(np.cumsum(rng.choice(gaps, many)))
    return np.asarray(day[: max(int((day < last).sum()), 1)], dtype=np.float64)


def _drawn(
    scatter: Scatter, day: FloatArray, covariance: Mapping[str, float], sims: int, rng: Generator
) -> FloatArray:
    """Draw runs without an effect, shape (sims, n): the level, what neighbours share, and more."""
    gap = np.diff(day, prepend=day[0])
    level_sd = np.sqrt(gap * covariance["walk_per_day"])
    level = np.cumsum(level_sd * rng.standard_normal((sims, day.size)), axis=1)
    kept = np.exp(-gap / covariance["shared_tau_days"])
    kept[0] = 0.0
    fresh = np.sqrt(covariance["shared"] * (1.0 - kept**2)) * rng.standard_normal(level.shape)
    shared = np.empty_like(fresh)
    at = np.zeros(sims)
    for i in range(day.size):
        at = kept[i] * at + fresh[:, i]
        shared[:, i] = at
    return level + shared + draw(scatter, (sims, day.size), rng)


def _found(
    quiet: FloatArray, steps: Steps, chosen: np.typing.NDArray[np.intp], effect: float
) -> float:
    """Return the share of experiments whose date drawn has a step above 0 that is large enough.

    Statistics are linear in the values: an effect from a date on adds the same to every experiment
    with that date.
    """
    rows = np.arange(chosen.size)
    adds = effect * (steps.weights @ steps.steps.T)
    statistic = quiet + adds.T[chosen]
    actual = statistic[rows, chosen]
    as_far = np.abs(statistic) >= np.abs(actual)[:, None] * (1.0 - TIE)
    p = as_far.mean(axis=1)
    told = np.isfinite(steps.se)[chosen]
    right = (p <= SMALLEST_P_OF_START + TIE) & (actual > 0.0) & told
    return float(right.mean())
