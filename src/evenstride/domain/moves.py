"""What moves a measure: drivers, what each run owes to them, and one fit of all blocks of all runs.

Every size counts + toward the left where the measure is balance. Reference conditions: the runner's
easy speed, a quarter of an hour into the run, flat, straight, no camber, the shoes on average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.domain.trend import Trend  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from evenstride.domain.estimate import Estimate

IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Driver:
    """Something that moves the measure, and by how much.

    Attributes
    ----------
    name
        `speed`, `elapsed`, `grade`, `grade:up`, `grade:down`, `bend`, `camber`, `surface:NAME`,
        `shoe:NAME`, `sensor:NAME`, `tag:NAME`.
    effect
        By how much for one `unit` of the driver; in the measure's unit.
    unit
        What one of it is: `m/s`, `h`, `%` (of `grade:down`, of descent), `m/s²` (to the left),
        `side` (left lower against none), or `` where it is there or not.
    probability_direction
        Probability that the effect has the sign of its value.
    range_low, range_high
        The runner's usual range of it, 10th and 90th percentile over time, as differences from the
        reference; 0 and 1 where it is there or not.
    range_effect
        The effect over that range: of the higher against the lower end.
    learned
        Share of what was unknown beforehand that these runs took away, 0 to 1.
    inseparable_from
        The driver that goes with this one so closely that their effects cannot be told apart; None
        where there is none.
    """

    name: str
    effect: Estimate
    unit: str
    probability_direction: float
    range_low: float
    range_high: float
    range_effect: Estimate
    learned: float
    inseparable_from: str | None


@dataclass(frozen=True, slots=True)
class Shares:
    """Of what the variance of single blocks is made, parts of 1 that sum to 1.

    Attributes
    ----------
    level
        The slow level, as far as it moves.
    drivers
        Everything that `Driver`s explain.
    day_to_day
        Days that differ for no reason known.
    drift
        Each run's own drift.
    within_run
        Noise from minute to minute.
    """

    level: float
    drivers: float
    day_to_day: float
    drift: float
    within_run: float


@dataclass(frozen=True, slots=True)
class NoiseWithinRuns:
    """How blocks of one run scatter around what is explained, in the measure's unit.

    `white_sd` of one minute, `fast_sd` of what a minute shares with the next, `slow_sd` and
    `slow_tau_s` of what many minutes share, `drift_sd_per_h` of runs' own drifts.
    """

    white_sd: float
    fast_sd: float
    slow_sd: float
    slow_tau_s: float
    drift_sd_per_h: float


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """The level at reference conditions on the runs' days, with what it owes to the coefficients.

    One lane is one set of what the unknown variances may be. In units of the measure.

    Attributes
    ----------
    weight
        Of each lane, summing to 1, shape (l,).
    mean
        Of the level, shape (n, l).
    var
        Its variance, were the coefficients known, shape (n, l).
    slope
        What one unit of each coefficient moves the level by, shape (k, n, l).
    coefficient_cov
        Of the coefficients in each lane, shape (k, k, l).
    """

    weight: FloatArray
    mean: FloatArray
    var: FloatArray
    slope: FloatArray
    coefficient_cov: FloatArray


@dataclass(frozen=True, slots=True)
class DaySpread:
    """How single runs scatter about the level: a mixture of normals, in the measure's unit.

    Attributes
    ----------
    weight, var
        Weights, summing to 1, and variances of a run's own part, shape (c,).
    shared_var
        Variance of the part that neighbouring days share.
    shared_tau_days
        How long it lasts.
    walk_var_per_day
        By how much the level itself moves meanwhile.
    """

    weight: FloatArray
    var: FloatArray
    shared_var: float
    shared_tau_days: float
    walk_var_per_day: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """One fit of all blocks of all runs of one measure.

    Attributes
    ----------
    trend
        The level at reference conditions; its `wild` is by run.
    drivers
        In the order of `names`, those derived from others (`grade:up`) behind them.
    names
        The k fitted coefficients: the columns of `conditions`, rows of `coefficient`.
    coefficient, covariance
        Posterior mean and covariance, shapes (k,) and (k, k).
    conditions
        Mean condition of each run less the reference, shape (n, k): weighted as the fit weighs the
        run's blocks.
    reading, reading_se
        Weighted mean of each run as measured, and its standard error within the run, shape (n,).
    at_reference, at_reference_se
        The same at reference conditions as the present sensor reads; the error holds that of the
        coefficients, not how days differ; shape (n,).
    expected, expected_low99, expected_high99
        What the other runs say of each run at its own conditions (its `reading`), and where 99 % of
        such readings of usual runs would fall, days' differences included, wild runs (a failing
        sensor) left out; shape (n,).
    tail_probability
        Two-sided probability of a usual run's reading so far out, given the other runs; shape (n,).
    level, level_se
        The level at reference conditions on each run's day, from all runs, shape (n,).
    drift_per_h, drift_se_per_h
        Each run's own drift beyond `elapsed` of all runs, by itself (not shrunk), shape (n,); NaN
        where a run is too short to say.
    noise
        Within runs.
    day_sd
        Spread of days, wild ones left out (shared and own parts together).
    days
        The same in full.
    walk
        The level on the runs' days, lane by lane.
    shares
        Of variance.
    """

    trend: Trend
    drivers: tuple[Driver, ...]
    names: tuple[str, ...]
    coefficient: FloatArray
    covariance: FloatArray
    conditions: FloatArray
    reading: FloatArray
    reading_se: FloatArray
    at_reference: FloatArray
    at_reference_se: FloatArray
    expected: FloatArray
    expected_low99: FloatArray
    expected_high99: FloatArray
    tail_probability: FloatArray
    level: FloatArray
    level_se: FloatArray
    drift_per_h: FloatArray
    drift_se_per_h: FloatArray
    noise: NoiseWithinRuns
    day_sd: float
    days: DaySpread
    walk: Walk
    shares: Shares
