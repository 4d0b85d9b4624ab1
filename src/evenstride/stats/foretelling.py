"""How well the fit of all blocks foretells each run from the runs before it, beside its rivals.

A run is foretold at its own conditions: what was run is known, what balance did is not. Slopes,
noise within runs and variances between them come from earlier runs alone; what blocks say within
their runs is brought up to date every ten runs, all else after every run. A condition met for the
first time counts from the next such date on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import BoolArray, FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.filtering import run_filter
from evenstride.stats.foundation import extend_foundation, lay_foundation
from evenstride.stats.lanes import default_lanes
from evenstride.stats.moves import coefficients_of
from evenstride.stats.scoring import WARM_UP, score
from evenstride.stats.trend import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.stats.blocked import BlockedRuns
    from evenstride.stats.scoring import Score

EVERY = 10


@dataclass(frozen=True, slots=True, eq=False)
class Foretold:
    """Each run as foretold from those before it, n runs.

    Attributes
    ----------
    reading, reading_se
        What was read, weighed by the noise that earlier runs showed, shape (n,).
    log_density
        Log of the density that the forecast gave to it, shape (n,); NaN for the first ten.
    inside
        Whether the 95 % prediction interval held it, shape (n,).
    """

    reading: FloatArray
    reading_se: FloatArray
    log_density: FloatArray
    inside: BoolArray


@dataclass(frozen=True, slots=True)
class Against:
    """How the fit foretold runs beside a rival: `gain` of log density a run, and its error."""

    gain: float
    gain_se: float
    rival: Score


def foretell(blocks: BlockedRuns, *, scale: float, slope_sd: Mapping[str, float]) -> Foretold:
    """Foretell each run but the first ten.

    Parameters
    ----------
    blocks
        All blocks of n > 11 runs.
    scale, slope_sd
        As in `fit_moves`.
    """
    n = blocks.day.size
    reading, var = np.full(n, np.nan), np.full(n, np.nan)
    log_density, inside = np.full(n, np.nan), np.zeros(n, dtype=bool)
    for start in range(WARM_UP, n, EVERY):
        stop = min(start + EVERY, n)
        before = lay_foundation(some_runs(blocks, 0, start), scale=scale, slope_sd=slope_sd)
        upto = some_runs(blocks, 0, stop)
        made = extend_foundation(
            before,
            some_runs(blocks, start, stop),
            scale=scale,
            slope_sd=slope_sd,
            reference_m_s=before.reference_m_s,
        )
        # Contrasts within the runs to be foretold would tell of slopes: they are not heard.
        within = replace(made.within, slope=before.within.slope, slope_cov=before.within.slope_cov)
        _, moved, _ = coefficients_of(upto, within, slope_sd, scale)
        filtered = run_filter(
            upto.day, within.reading, within.reading_var, default_lanes(), coefficients=moved
        )
        trend, _ = describe(
            filtered,
            unit="",
            origin=0.0,
            scale=scale,
            window_days=90.0,
            family=1,
            foretell=True,
            sensors={},
        )
        new = slice(0 if start == WARM_UP else start, stop)
        reading[new] = made.origin + scale * within.reading[new]
        var[new] = scale**2 * within.reading_var[new]
        log_density[start:stop] = trend.log_score[start:stop]
        seen = scale * within.reading[start:stop]
        inside[start:stop] = (seen >= trend.predicted_low95[start:stop]) & (
            seen <= trend.predicted_high95[start:stop]
        )
    return Foretold(reading, np.sqrt(var), log_density, inside)


def against_rivals(day: FloatArray, foretold: Foretold, *, scale: float) -> dict[str, Against]:
    """Hold the forecasts against those that see run means only: same runs, same readings.

    Parameters
    ----------
    day
        Days of the runs, shape (n,).
    foretold
        As `foretell` returns it.
    scale
        As in `fit_moves`.

    Returns
    -------
        By rival: ``last_ten``, ``local_level`` as in `scoring.score`, and ``trend``, the trend of
        run means, which knows nothing of what was run.
    """
    rivals = score(day, foretold.reading, foretold.reading_se, scale=scale)
    found = {}
    for name, rival in rivals.items():
        more = foretold.log_density[WARM_UP:] - rival.each
        found[name] = Against(
            float(more.mean()), float(more.std(ddof=1) / np.sqrt(more.size)), rival
        )
    return found


def some_runs(blocks: BlockedRuns, first: int, stop: int) -> BlockedRuns:
    """Return the runs [first, stop), numbered from 0."""
    at = (blocks.run >= first) & (blocks.run < stop)
    return replace(
        blocks,
        run=blocks.run[at] - first,
        t_s=blocks.t_s[at],
        duration_s=blocks.duration_s[at],
        value=blocks.value[at],
        conditions={name: x[at] for name, x in blocks.conditions.items()},
        run_conditions={name: x[first:stop] for name, x in blocks.run_conditions.items()},
        day=blocks.day[first:stop],
        sensor=blocks.sensor[first:stop],
    )
