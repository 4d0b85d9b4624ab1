"""Which simulated histories judge the trend: run means with their truth, from DOMAIN section 7.

One value a run; no samples within a run. All randomness comes from the generator handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from numpy.random import Generator


@dataclass(frozen=True, slots=True)
class History:
    """Run means of a simulated runner, and what was true.

    Attributes
    ----------
    day
        Days of the runs, increasing, shape (n,).
    value
        Balance of each run, % left, shape (n,).
    se
        Its standard error within the run, pp, shape (n,).
    level
        The true level on these days, % left, shape (n,).
    spread, walk
        Run-to-run SD (of the core, where tails are heavy) in pp; walk in pp per root day.
    share, tau_day
        Share of the run-to-run variance that neighbouring days have in common, and for how long.
    nu
        Degrees of freedom of the own part.
    """

    day: FloatArray
    value: FloatArray
    se: FloatArray
    level: FloatArray
    spread: float
    walk: float
    share: float
    tau_day: float
    nu: float


def running_days(rng: Generator, count: int, per_week: float) -> FloatArray:
    """Return irregular run days: at most two a day, with a break of weeks now and then."""
    gaps = rng.exponential(7.0 / per_week, count)
    gaps += np.where(rng.random(count) < 0.01, rng.uniform(7.0, 40.0, count), 0.0)
    return np.asarray(np.floor(np.cumsum(gaps)))


def within_run_se(rng: Generator, count: int) -> FloatArray:
    """Return standard errors of run means in pp: 0.12 typical, 0.03 to 0.46 (DOMAIN 1)."""
    return np.clip(0.12 * np.exp(rng.normal(0.0, 0.5, count)), 0.03, 0.46)


def neighbour_correlated(
    rng: Generator, count: int, rho: float, *, nu: float | None = None
) -> FloatArray:
    """Return an AR(1) over run index with unit variance and lag-1 correlation `rho`.

    With `nu`, the innovations are Student-t scaled to unit variance.
    """
    shock = rng.standard_normal(count)
    if nu is not None:
        shock = rng.standard_t(nu, count) / np.sqrt(nu / (nu - 2.0))
    out = np.empty(count)
    out[0] = shock[0]
    for i in range(1, count):
        out[i] = rho * out[i - 1] + np.sqrt(1.0 - rho * rho) * shock[i]
    return out


def walking_runner(rng: Generator, count: int | None = None) -> History:
    """Return a runner whose level walks, with DOMAIN 7's ranges and Student-t days."""
    count = int(rng.integers(10, 301)) if count is None else count
    day = running_days(rng, count, float(rng.uniform(2.0, 6.0)))
    spread = float(rng.uniform(0.2, 0.9))
    walk = float(np.exp(rng.uniform(np.log(0.005), np.log(0.06))))
    nu = float(rng.choice([2.5, 3.0, 4.0, 8.0, 30.0]))
    share, tau_day = float(rng.uniform(0.0, 0.6)), float(rng.uniform(1.5, 6.0))
    gap = np.diff(day, prepend=day[0])
    level = rng.normal(50.0, 1.3) + np.cumsum(np.sqrt(gap) * walk * rng.standard_normal(count))
    shared = np.empty(count)
    shared[0] = rng.standard_normal()
    for i in range(1, count):
        phi = np.exp(-gap[i] / tau_day)
        shared[i] = phi * shared[i - 1] + np.sqrt(1.0 - phi * phi) * rng.standard_normal()
    own = rng.standard_t(nu, count)
    se = within_run_se(rng, count)
    value = level + spread * (np.sqrt(share) * shared + np.sqrt(1.0 - share) * own)
    value += se * rng.standard_normal(count)
    return History(day, value, se, level, spread, walk, share, tau_day, nu)


def unruly_runner(rng: Generator, count: int = 300) -> History:
    """Return a runner with heavy tails, a spread that changes over months, and wild single runs.

    Kurtosis of run-to-run differences from about 4 to above 40, as in four real histories.
    """
    day = running_days(rng, count, float(rng.uniform(2.0, 6.0)))
    gap = np.diff(day, prepend=day[0])
    spread = float(rng.uniform(0.2, 0.6))
    walk = float(rng.uniform(0.005, 0.06))
    nu = float(rng.choice([3.0, 5.0, 10.0]))
    level = rng.normal(50.0, 1.3) + np.cumsum(np.sqrt(gap) * walk * rng.standard_normal(count))
    months = 60.0
    log_factor = np.empty(count)
    log_factor[0] = rng.standard_normal()
    for i in range(1, count):
        phi = np.exp(-gap[i] / months)
        log_factor[i] = phi * log_factor[i - 1] + np.sqrt(1.0 - phi**2) * rng.standard_normal()
    own = spread * np.exp(0.4 * log_factor) * rng.standard_t(nu, count)
    wild = rng.random(count) < rng.choice([0.0, 0.005, 0.01])
    own += np.where(wild, rng.choice([-1.0, 1.0], count) * rng.uniform(3.0, 9.0, count), 0.0)
    se = within_run_se(rng, count)
    value = np.clip(level + own + se * rng.standard_normal(count), 0.0, 100.0)
    return History(day, value, se, level, spread, walk, 0.0, months, nu)


def still_runner(
    rng: Generator,
    rho: float,
    *,
    heavy: bool,
    days: int = 365,
    spread: float | None = None,
    change: float = 0.0,
    change_day: float = 0.0,
    ramp_days: float = 0.0,
) -> History:
    """Return a runner whose level stands still, but for at most one change.

    Parameters
    ----------
    rng
        Source of randomness.
    rho
        Correlation of neighbouring runs: an AR(1) over run index.
    heavy
        Student-t innovations with 3 degrees of freedom, else Gaussian.
    days
        Length of the history; 3 to 5 runs a week on random days.
    spread
        Run-to-run SD in pp; drawn from 0.2 to 0.9 when None.
    change, change_day, ramp_days
        The change in pp, the day it starts and how long it takes; 0 days is a step.
    """
    nu = 3.0 if heavy else np.inf
    day = np.flatnonzero(rng.random(days) < rng.uniform(3.0, 5.0) / 7.0).astype(np.float64)
    count = day.size
    spread = float(rng.uniform(0.2, 0.9)) if spread is None else spread
    done = np.clip((day - change_day) / max(ramp_days, 1e-9), 0.0, 1.0)
    level = 50.0 + change * done
    se = within_run_se(rng, count)
    own = spread * neighbour_correlated(rng, count, rho, nu=3.0 if heavy else None)
    value = level + own + se * rng.standard_normal(count)
    return History(day, value, se, level, spread, 0.0, rho, 0.0, nu)
