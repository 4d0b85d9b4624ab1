"""How far a difference of the sides may be off: the published error, or the runner's own trials.

The larger of the two counts. The runner's own trials are pooled over the days of one way of
measuring: within a day they say how much a trial scatters, not how much a day does. Where nothing
is published, days are held against each other as soon as there are three.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evenstride.domain.diary import Measured
    from evenstride.domain.screening import Method

Z: Final = 1.96
"""As the published figures use it: MDC95 = 1.96 * sqrt(2) * SEM."""
_T_975: Final = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
    2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
)  # fmt: skip
"""Student's 97.5 % quantiles of 1, 2, ... degrees of freedom."""


@dataclass(frozen=True, slots=True)
class ErrorOfTest:
    """How far off one day of one test may be, in the unit of its method.

    Attributes
    ----------
    half
        Half the 95 % interval of left - right: what the sides have to differ by.
    se
        Standard error of left - right.
    left_se, right_se
        Standard errors of the means of each side.
    own
        Whether the runner's own trials gave it; else it is published.
    own_trials, own_days
        How many trials, and how many days, the runner's own error is made from; `own_days` is 0
        where days were not held against each other.
    """

    half: float
    se: float
    left_se: float
    right_se: float
    own: bool = False
    own_trials: int = 0
    own_days: int = 0


LEAST_DAYS: Final = 3
"""Two days have one difference: Student's quantile of it is 12.7."""


def student_975(df: int) -> float:
    """Return Student's 97.5 % quantile; within 0.001 of it from 1 degree of freedom on."""
    if df <= len(_T_975):
        return _T_975[df - 1]
    z = 1.959963984540054  # by Cornish and Fisher's expansion
    return z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)


def mean(trials: Sequence[float]) -> float:
    """Return the mean, whatever the order of the trials."""
    return math.fsum(trials) / len(trials)


def error_of_test(method: Method, day: Measured, earlier: Iterable[Measured]) -> ErrorOfTest | None:
    """Say how far off a day's difference may be; None where neither source tells.

    Parameters
    ----------
    method
        How it was measured.
    day
        The day; a side without trials is taken to have those that were made on the other.
    earlier
        Other days by the same way: their trials' scatter helps to know the runner's own.

    Returns
    -------
        The larger of the published error, widened where trials are missing (SEM * sqrt(3/n) of a
        test of three), and the runner's own, by Student's quantile. Where nothing is published and
        there are three days or more, their differences say how much a day scatters.
    """
    earlier = sorted(earlier, key=lambda one: one.on_date)
    n_left, n_right = len(day.left) or len(day.right), len(day.right) or len(day.left)
    candidates = [
        error
        for error in (
            _published(method, day, n_left, n_right),
            _own(method, (*earlier, day), n_left, n_right),
            None if known_error(method) else _own_days((*earlier, day)),
        )
        if error is not None
    ]
    return max(candidates, key=lambda error: error.half, default=None)


def known_error(method: Method) -> bool:
    """Whether a figure of its error is published; else only the runner's own trials tell."""
    return method.sem is not None or method.sem_share is not None


def _published(method: Method, day: Measured, n_left: int, n_right: int) -> ErrorOfTest | None:
    sem = method.sem
    if sem is None:
        if method.sem_share is None:
            return None
        means = [abs(mean(side)) for side in (day.left, day.right) if side]
        sem = method.sem_share * mean(means)
    left_se, right_se = (sem * math.sqrt(max(1.0, method.trials / n)) for n in (n_left, n_right))
    # of paired sides what one gains the other loses
    se = left_se + right_se if method.paired else math.sqrt(left_se**2 + right_se**2)
    full = n_left >= method.trials and n_right >= method.trials
    half = method.mdc_difference if full and method.mdc_difference is not None else Z * se
    return ErrorOfTest(half, se, left_se, right_se)


def _own(method: Method, days: Sequence[Measured], n_left: int, n_right: int) -> ErrorOfTest | None:
    squares: list[float] = []
    df = trials = 0
    for day in days:
        for values in _scattered(method, day):
            if len(values) > 1:
                centre = mean(values)
                squares += [(value - centre) ** 2 for value in values]
                df += len(values) - 1
                trials += len(values)
    if df < 1:
        return None
    sd = math.sqrt(math.fsum(squares) / df)
    if method.paired:
        n = min(n_left, n_right)
        se = max(sd, 2.0 * method.step) / math.sqrt(n)
        left_se = right_se = se / 2.0
    else:
        sd = max(sd, method.step)
        left_se, right_se = sd / math.sqrt(n_left), sd / math.sqrt(n_right)
        se = math.sqrt(left_se**2 + right_se**2)
    return ErrorOfTest(student_975(df) * se, se, left_se, right_se, own=True, own_trials=trials)


def _own_days(days: Sequence[Measured]) -> ErrorOfTest | None:
    """Hold days against each other, each against the next: a slow change adds little to that."""
    differences = [mean(day.left) - mean(day.right) for day in days if day.left and day.right]
    steps = [b - a for a, b in pairwise(differences)]
    if len(differences) < LEAST_DAYS:
        return None
    se = math.sqrt(math.fsum(step**2 for step in steps) / (2 * len(steps)))
    trials = sum(len(day.left) + len(day.right) for day in days)
    side = se / math.sqrt(2.0)
    half = student_975(len(steps)) * se
    return ErrorOfTest(half, se, side, side, own=True, own_trials=trials, own_days=len(differences))


def _scattered(method: Method, day: Measured) -> tuple[tuple[float, ...], ...]:
    """Return what scatters around a mean each: both sides, or differences of paired trials."""
    if method.paired:
        return (tuple(a - b for a, b in zip(day.left, day.right, strict=False)),)
    return day.left, day.right
