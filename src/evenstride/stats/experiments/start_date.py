"""How a randomised start is tested: against what every other possible date would have shown.

What is begun on a date cannot be switched off, so there is one assignment only, the date. With no
effect the runs would have been the same whichever date had been drawn, and the size of the step at
the drawn one is as likely as any other to be the largest. With k dates no p-value is below 1/k.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.estimate import Estimate, FloatArray
from evenstride.domain.experiment import SMALLEST_P_OF_START, Decision
from evenstride.stats.experiments.inverting import TIE, Inverted, invert
from evenstride.stats.experiments.rule import way, within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from evenstride.domain.experiment import Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """How runs are weighed to estimate a step at each possible date; they fix the test's power.

    Attributes
    ----------
    weights
        A step's generalised least squares estimate over its standard error is `weights @ values`,
        with a level that wanders; shape (k, n). Zeros where no run lies before a date, or none on
        it or after it.
    se
        Its standard error by the covariance given, shape (k,); infinite there.
    steps
        Whether a run lies on the date or after it, as 0 and 1, shape (k, n).
    """

    weights: FloatArray
    se: FloatArray
    steps: FloatArray


def steps_at(
    day: FloatArray, se: FloatArray, candidates: FloatArray, *, covariance: Mapping[str, float]
) -> Steps:
    """Return how runs are weighed, which needs their days only and not yet their values.

    Parameters
    ----------
    day
        Local days of the runs as numbers, shape (n,), in any order.
    se
        Standard errors of their values within the run, in the outcome's unit, shape (n,).
    candidates
        The possible dates, days as well, shape (k,); a run on that day counts as after the start.
    covariance
        `Registration.covariance`: `walk_per_day`, `shared`, `shared_tau_days`, `own`, variances in
        squares of the outcome's unit.

    Raises
    ------
    InputError
        There are no runs or no dates, something is not a number, or all variances are 0.
    """
    if day.size == 0 or candidates.size == 0:
        raise InputError("A randomised start is analysed from at least one run and one date.")
    if not all(np.isfinite(x).all() for x in (day, se, candidates)):
        raise InputError(
            "Every run of a randomised start needs a day and an error that are numbers."
        )
    gap = np.abs(day[:, None] - day[None, :])
    since = day - day.min()
    made = covariance["shared"] * np.exp(-gap / covariance["shared_tau_days"])
    # Where the walk begins does not matter, since the level is estimated.
    made += covariance["walk_per_day"] * np.minimum(since[:, None], since[None, :])
    made[np.diag_indices_from(made)] += covariance["own"] + se * se
    variance = float(made.diagonal().max())
    if not variance > 0.0:
        raise InputError(
            "Runs without any scatter cannot be weighed: some variance must be above 0."
        )
    root = np.linalg.cholesky(made + 1e-10 * variance * np.eye(day.size))
    steps = (day[None, :] >= candidates[:, None]).astype(np.float64)
    # White runs; then whatever of a step the level explains is taken off it.
    white = np.linalg.solve(root, np.column_stack([np.ones(day.size), steps.T]))
    level = white[:, 0] / np.linalg.norm(white[:, 0])
    left = white[:, 1:] - np.outer(level, level @ white[:, 1:])
    size = np.linalg.norm(left, axis=0)
    told = steps.any(axis=1) & ~steps.all(axis=1)
    one_over = np.divide(1.0, size, out=np.zeros_like(size), where=told)
    # The weights of a step sum to 0 exactly, or a level of 50 would add rounding of its own.
    weights = np.linalg.solve(root.T, left * one_over).T
    weights -= weights.mean(axis=1, keepdims=True)
    return Steps(weights, np.where(told, one_over, np.inf), steps)


def start_test(values: FloatArray, steps: Steps, chosen: int) -> Inverted:
    """Test whether the step at the date drawn is more than other dates show.

    Parameters
    ----------
    values
        Of each run at reference conditions, in the order of the days that made `steps`, shape (n,).
    steps
        From `steps_at`.
    chosen
        Which of the dates was drawn.

    Returns
    -------
        Its p-value is the share of dates whose standardised step is at least as large as that of
        the date drawn, ties counted. Where no run lies before it or after it that is 1.

    Notes
    -----
    The step over its standard error is compared, not the step itself: dates near the ends of the
    window have noisier steps, which would hide a real one. Both are exact.

    References
    ----------
    .. [1] Edgington 1975, doi 10.1080/00223980.1975.9923926 (randomised start of an intervention).
    """
    statistic = steps.weights @ values
    slope = steps.weights @ steps.steps[chosen]
    others = np.arange(statistic.size) != chosen
    if not slope[chosen] > 0.0:
        nothing = np.full(statistic.size - 1, np.inf)
        return Inverted(1.0, -nothing, nothing)
    scale = float(np.abs(statistic).max() + np.abs(steps.weights[chosen] * values).max())
    return invert(
        float(statistic[chosen]),
        float(slope[chosen]),
        statistic[others],
        slope[others],
        scale=scale,
    )


def decide_start(
    values: FloatArray,
    day: FloatArray,
    candidates: FloatArray,
    chosen: int,
    *,
    se: FloatArray,
    covariance: Mapping[str, float],
    smallest_effect: float | None,
    unit: str,
) -> Decision:
    """Apply the rule of a randomised start, once, after its end.

    Parameters
    ----------
    values
        Of all runs from registration to the end, at reference conditions, in `unit`, shape (n,).
    day, se, candidates, covariance
        As in `steps_at`.
    chosen
        Which of the dates was drawn, from 0.
    smallest_effect
        The smallest that matters, > 0; None where nobody said.
    unit
        Of the outcome.

    Returns
    -------
        `increase` or `decrease` where p <= .05, `no_meaningful_effect` where the 90 % interval lies
        within the smallest that matters, else `too_early`, with no number that would help. There
        are no e-values; `decided_at` counts runs. The effect is the step of the level from the date
        drawn on, its standard error the model's, its interval the test's.

    Raises
    ------
    InputError
        Something is not a number, or the date is none of those that were possible.
    """
    if not 0 <= chosen < candidates.size:
        raise InputError(f"The start was none of the {candidates.size} possible dates.")
    if values.shape != day.shape or not np.isfinite(values).all():
        raise InputError("Every run of a randomised start needs a value that is a number.")
    steps = steps_at(day, se, candidates, covariance=covariance)
    # Values are taken from their middle: at 50 pp rounding would be large beside small steps.
    centred = values - np.median(values)
    test = start_test(centred, steps, chosen)
    step = float(steps.weights[chosen] @ centred) * float(steps.se[chosen])
    low90, high90 = test.interval(0.90)
    low, high = test.interval(0.95)
    verdict: Verdict = "too_early"
    by: Literal["p_value", "interval"] | None = None
    if test.p_value <= SMALLEST_P_OF_START + TIE:
        verdict, by = way(step), "p_value"
    elif within(low90, high90, smallest_effect):
        verdict, by = "no_meaningful_effect", "interval"
    return Decision(
        verdict=verdict,
        decided_by=by,
        decided_at=values.size if by else 0,
        effect=Estimate(step, float(steps.se[chosen]), low, high, unit, float(values.size)),
        low90=low90,
        high90=high90,
        p_value=test.p_value,
        p_value_se=0.0,
        exact=True,
        e_values=np.zeros(0),
        more_pairs=None,
    )
