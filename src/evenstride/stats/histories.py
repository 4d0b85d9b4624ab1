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
