"""How far the two halves of a pair lie apart when nothing is done, by the runner's own history.

Across runs: two days differ, and each run's mean is known only so well. Within a run: the day is
the same for both laps and falls out; what is left is noise that a few minutes do not average out.
The order of the halves is randomised, so whatever a pair's difference is made of counts around 0,
and differences of different pairs do not go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.experiment import Outcome, Scatter
from evenstride.domain.moves import DaySpread, NoiseWithinRuns
from evenstride.domain.quantities import QUANTITIES
from evenstride.stats.comparison import own_days
from evenstride.stats.contrast_within import noise_cov
from evenstride.stats.gaussian import merge_by_spread
from evenstride.stats.lanes import MULTIPLIERS, student_weights

if TYPE_CHECKING:
    from collections.abc import Collection

    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.domain.moves import Moves

_MINUTE_S, _HOUR_S = 60.0, 3600.0
REFERENCE_ELAPSED_S: Final = 900.0
"""A quarter of an hour into the run: values are said of then."""
# Components so many SDs of a usual day wide are sensors that failed or were put on the other way
# round. Such a reading is found and its pair dropped, so it is no part of what pairs scatter by.
_FAILED_FROM_SDS = 30.0
_SENSOR = "sensor:"
SHORTEST_WINDOW_S: Final = 30.0
"""What must be left of a lap."""
_FEWEST_MINUTES_OF_DRIFT = 10.0

# A runner nobody knows yet, in SDs of a usual day (DOMAIN 7): three tenths of its variance are
# shared with the days before, tails are those of a Student-t with 5 degrees of freedom, and noise
# within runs is that of balance, for which a usual day is 0.4 pp.
_DEFAULT_SHARED, _DEFAULT_TAU_DAYS, _DEFAULT_NU = 0.3, 3.0, 5.0
_DEFAULT_NOISE = NoiseWithinRuns(
    white_sd=0.5, fast_sd=0.8, slow_sd=0.7, slow_tau_s=750.0, drift_sd_per_h=1.5
)
_DEFAULT_RATING_SD = 1.3


@dataclass(frozen=True, slots=True)
class Shape:
    """How one experiment measures: what its scatter depends on beside the runner.

    Attributes
    ----------
    run_minutes
        Usable minutes of a run, across runs.
    gap_days
        From one run of a pair to the other.
    lap_s, settling_s
        Within a run: length of a lap, and what is dropped at its beginning.
    """

    run_minutes: float = 45.0
    gap_days: float = 2.0
    lap_s: float = 240.0
    settling_s: float = 30.0


def across_runs_scatter(
    moves: Moves,
    *,
    gap_days: float,
    run_minutes: float,
    adjusted: Collection[str] | None = None,
    comparable: BoolArray | None = None,
) -> Scatter:
    """Tell how the means of two runs differ.

    Parameters
    ----------
    moves
        The fit of all the runner's runs.
    gap_days
        From one run of a pair to the other, >= 0.
    run_minutes
        Usable minutes of each, > 0.
    adjusted
        Names of the coefficients with which values are taken to reference conditions; None: all.
        What the others do (shoes, say) scatters runs as it did so far.
    comparable
        Which of the fit's runs are such as the experiment would take, shape (n,); None: all.

    Returns
    -------
        In squares of the measure's unit.

    Raises
    ------
    InputError
        A gap below 0, or runs of no length.
    """
    own = _usual_days(moves)
    known = _conditions_var(moves, adjusted=adjusted, comparable=comparable)
    return _of_days(own, moves.noise, gap_days, run_minutes, known)


def run_scatter(moves: Moves, *, run_minutes: float) -> Scatter:
    """Tell how a single run lies about the level and what its neighbours share with it.

    Of a randomised start, where runs are not paired; parameters and errors as
    `across_runs_scatter`.
    """
    own = _usual_days(moves)
    return Scatter(own.weight, own.var + _run_var(moves.noise, run_minutes))


def start_covariance(moves: Moves) -> dict[str, float]:
    """Return how runs are weighed in a randomised start, as `Registration.covariance` has it.

    Returns
    -------
        `walk_per_day`, `shared`, `own` in squares of the measure's unit and `shared_tau_days`;
        errors of measurement within runs come on top of `own`.
    """
    own = _usual_days(moves)
    return {
        "walk_per_day": own.walk_var_per_day,
        "shared": own.shared_var,
        "shared_tau_days": own.shared_tau_days,
        "own": float(own.weight @ own.var),
    }


def within_run_scatter(noise: NoiseWithinRuns, *, lap_s: float, settling_s: float) -> Scatter:
    """Tell how the means of two neighbouring laps of one run differ.

    Parameters
    ----------
    noise
        Within runs, by the fit of all.
    lap_s
        How long a lap is.
    settling_s
        What is dropped at the beginning of each lap, >= 0.

    Returns
    -------
        In squares of the measure's unit: exact for white noise, two Ornstein-Uhlenbeck parts, and
        a drift of the run's own that moves the later lap. The warm-up makes room for fewer laps,
        see `pairs_that_fit`, and does not change how two of them differ.

    Raises
    ------
    InputError
        Less than `SHORTEST_WINDOW_S` is left of a lap.
    """
    window_s = lap_s - settling_s
    if not (settling_s >= 0.0 and window_s >= SHORTEST_WINDOW_S):
        raise InputError(
            f"Of a lap of {lap_s:g} s, {settling_s:g} s of settling leave too little to measure."
        )
    pieces = int(np.ceil(window_s / _MINUTE_S))
    each = np.full(2 * pieces, window_s / pieces)
    inside = (np.arange(pieces) + 0.5) * each[0]
    t_s = np.concatenate([inside, lap_s + inside])
    weight = np.repeat([-1.0, 1.0], pieces) / pieces
    cov = noise_cov(t_s, each, t_s / _HOUR_S, noise)
    return Scatter(np.ones(1), np.array([weight @ cov @ weight]))


def pairs_that_fit(*, run_minutes: float, lap_s: float, warm_up_s: float) -> int:
    """Return how many whole pairs of laps a run has room for after its warm-up."""
    return max(int((_MINUTE_S * run_minutes - warm_up_s) // (2.0 * lap_s)), 0)


def drift_scatter(moves: Moves, *, run_minutes: float) -> Scatter:
    """Tell how the drifts of two runs differ, in squares of the measure's unit per hour.

    Runs' own drifts, with the tails of a Student-t, and the error with which so many minutes tell
    a straight line through them.

    Parameters
    ----------
    moves
        The fit of all the runner's runs.
    run_minutes
        Usable minutes of each run.

    Raises
    ------
    InputError
        Runs too short to drift.
    """
    return _of_drifts(moves.noise, run_minutes)


def default_scatter(outcome: Outcome, *, within_run: bool, shape: Shape) -> Scatter:
    """Return what pairs of a runner may scatter by of whom nothing is known yet: an assumption.

    Parameters
    ----------
    outcome
        What is measured.
    within_run
        Whether the halves are laps of one run.
    shape
        How it is measured.

    Returns
    -------
        In squares of the outcome's unit. Days of balance differ by 0.4 pp, which is typical; four
        real runners had 0.41 to 0.91 (DOMAIN 7), so the truth may well be twice as much. For
        ratings 1.3 points is nothing but a convention.
    """
    if outcome.measure is None:
        return Scatter(np.ones(1), np.array([2.0 * _DEFAULT_RATING_SD**2]))
    scale = QUANTITIES[outcome.measure].scale
    if scale is None:
        raise InputError(f"Nothing is known of how {outcome.label} differs from day to day.")
    noise = NoiseWithinRuns(
        white_sd=scale * _DEFAULT_NOISE.white_sd,
        fast_sd=scale * _DEFAULT_NOISE.fast_sd,
        slow_sd=scale * _DEFAULT_NOISE.slow_sd,
        slow_tau_s=_DEFAULT_NOISE.slow_tau_s,
        drift_sd_per_h=scale * _DEFAULT_NOISE.drift_sd_per_h,
    )
    if outcome.name == "drift":
        return _of_drifts(noise, shape.run_minutes)
    if within_run:
        return within_run_scatter(noise, lap_s=shape.lap_s, settling_s=shape.settling_s)
    weight, core = _tails(_DEFAULT_NU)
    days = DaySpread(
        weight=weight,
        var=scale**2 * (1.0 - _DEFAULT_SHARED) * core,
        shared_var=scale**2 * _DEFAULT_SHARED,
        shared_tau_days=_DEFAULT_TAU_DAYS,
    )
    return _of_days(days, noise, shape.gap_days, shape.run_minutes, 0.0)


def _usual_days(moves: Moves) -> DaySpread:
    """Return how days differ, components of like spread merged and failed sensors left out."""
    weight, var = own_days(moves)
    usual = var < (_FAILED_FROM_SDS * moves.day_sd) ** 2
    days = moves.days
    return DaySpread(
        weight=weight[usual] / weight[usual].sum(),
        var=var[usual],
        shared_var=days.shared_var,
        shared_tau_days=days.shared_tau_days,
        walk_var_per_day=days.walk_var_per_day,
    )


def _of_days(
    days: DaySpread, noise: NoiseWithinRuns, gap_days: float, run_minutes: float, known: float
) -> Scatter:
    if not gap_days >= 0.0:
        raise InputError("The runs of a pair cannot be less than 0 days apart.")
    faded = -np.expm1(-gap_days / days.shared_tau_days)
    same = 2.0 * days.shared_var * faded + gap_days * days.walk_var_per_day + known
    same += 2.0 * _run_var(noise, run_minutes)
    first, second = np.triu_indices(days.var.size)
    # A pair of unlike components comes in either order.
    times = np.where(first == second, 1.0, 2.0)
    weight = times * days.weight[first] * days.weight[second]
    var = days.var[first] + days.var[second] + same
    merged, _, sd = merge_by_spread(weight[None], np.zeros((1, var.size)), np.sqrt(var)[None])
    there = merged[0] > 0.0
    return Scatter(merged[0, there] / merged[0, there].sum(), sd[0, there] ** 2)


def _run_var(noise: NoiseWithinRuns, run_minutes: float) -> float:
    """Return the variance of a run's mean over equal parts, as said of reference conditions."""
    t_s, each = _minutes_of(run_minutes)
    weight = np.full(t_s.size, 1.0 / t_s.size)
    return float(
        weight @ noise_cov(t_s, each, (t_s - REFERENCE_ELAPSED_S) / _HOUR_S, noise) @ weight
    )


def _of_drifts(noise: NoiseWithinRuns, run_minutes: float) -> Scatter:
    if not run_minutes >= _FEWEST_MINUTES_OF_DRIFT:
        raise InputError(f"A drift needs runs of {_FEWEST_MINUTES_OF_DRIFT:g} minutes at least.")
    t_s, each = _minutes_of(run_minutes)
    hours = (t_s - t_s.mean()) / _HOUR_S
    weight = hours / (hours @ hours)
    no_drift = NoiseWithinRuns(
        noise.white_sd, noise.fast_sd, noise.slow_sd, noise.slow_tau_s, drift_sd_per_h=0.0
    )
    error = float(weight @ noise_cov(t_s, each, hours, no_drift) @ weight)
    share, core = _tails(_DEFAULT_NU)
    var = noise.drift_sd_per_h**2 * core / (share @ core)
    first, second = np.divmod(np.arange(core.size**2), core.size)
    return Scatter(share[first] * share[second], var[first] + var[second] + 2.0 * error)


def _minutes_of(run_minutes: float) -> tuple[FloatArray, FloatArray]:
    """Return the middles of the parts of a run, about a minute each, and their lengths [s]."""
    if not run_minutes > 0.0:
        raise InputError("A run of no length tells nothing.")
    parts = int(np.ceil(run_minutes))
    each = np.full(parts, _MINUTE_S * run_minutes / parts)
    return (np.arange(parts) + 0.5) * each[0], each


def _tails(nu: float) -> tuple[FloatArray, FloatArray]:
    """Return weights and variances of a Student-t of core variance 1, failed sensors left out."""
    usual = MULTIPLIERS < _FAILED_FROM_SDS**2
    weight = student_weights(nu)[usual]
    return weight / weight.sum(), MULTIPLIERS[usual]


def _conditions_var(
    moves: Moves, *, adjusted: Collection[str] | None, comparable: BoolArray | None
) -> float:
    """Return what different conditions of neighbouring runs add to the variance of a difference.

    What is adjusted for adds the coefficients' uncertainty. The sensor stays the same.
    """
    taken = np.array([not name.startswith(_SENSOR) for name in moves.names], dtype=bool)
    rows = moves.conditions if comparable is None else moves.conditions[comparable]
    if len(rows) < 2 or not taken.any():
        return 0.0
    apart = np.diff(rows[:, taken], axis=0)
    left_in = np.array([adjusted is not None and name not in adjusted for name in moves.names])
    slope = np.where(left_in, moves.coefficient, 0.0)[taken]
    cov = moves.covariance[np.ix_(taken, taken)] + np.outer(slope, slope)
    squares = apart.T @ apart / len(apart)
    return float((cov * squares).sum())
