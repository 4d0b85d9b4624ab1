"""What may have gone wrong in an experiment, checked, and how sure one must be to say so.

Each check cries wolf with a probability of `EACH` at most, all six of them together at most 5 % of
the time. A check that could not have seen a fault twice as large as what matters says that it
cannot tell; silence is not taken for an all-clear.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from evenstride.stats.experiments.inverting import invert
from evenstride.stats.experiments.student import half_width, two_sided_p

if TYPE_CHECKING:
    from evenstride.domain.estimate import BoolArray, FloatArray

EACH: Final = 0.008
"""The level of each check: six of them at it stay below 5 % together."""
_HIDDEN: Final = 2.0
"""A fault so many times what matters must not stay unseen, or the check cannot tell."""
_DRAWN: Final = 2**13 - 1
_FEWEST: Final = 3
_CORRELATION: Final = 0.3
"""Of neighbouring runs' values, as in real histories: means of them are worth fewer runs."""
_MOST_CORRELATION: Final = 0.8
_NOTHING: Final = (np.nan, -np.inf, np.inf, 1.0)


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check found.

    Attributes
    ----------
    name
        `carry_over`, `order_effect`, `wear_off`, `condition_difference`, `overshoot` or
        `regression_to_the_mean`.
    estimate, low, high
        How large the fault is, and its interval at 1 - the check's level; NaN and infinite where
        nothing can be said.
    p_value
        Two-sided; 1 where nothing can be said.
    verdict
        `failed`, `ok` or `cannot_tell`.
    """

    name: str
    estimate: float
    low: float
    high: float
    p_value: float
    verdict: Literal["ok", "failed", "cannot_tell"]


def carry_over(
    differences: FloatArray,
    treatment_first: BoolArray,
    follows: BoolArray,
    *,
    matters: float,
    seed: str,
    level: float = EACH,
) -> Checked:
    """Check whether the treatment still acts in the half after it.

    A half that follows a treated one is then shifted by the carry-over. Where a pair begins with
    what the pair before ended with, either both of its halves follow a treated one or neither does;
    where it begins with a switch, its control does and its treatment does not. Coins decide which
    is which. So the two kinds of pairs differ by the carry-over, and the mean effect is too small
    by half of it.

    Parameters
    ----------
    differences
        Treatment - control of each complete pair, in order, shape (n,).
    treatment_first
        Whether the treatment came first in it, shape (n,).
    follows
        Whether it followed the pair before it in this list so directly that something may have been
        carried over, shape (n,); the first does not.
    matters
        The smallest effect that matters, in the unit of the differences.
    seed
        Of the registration: the sequences compared are drawn from it.
    level
        Probability of crying wolf.

    Returns
    -------
        The carry-over: by how much a half is shifted by following a treated one.
    """
    stays = np.zeros(differences.size)
    stays[1:] = treatment_first[1:] != treatment_first[:-1]
    used = follows.copy()
    used[:1] = False
    found = _against(differences[used], stays[used], seed=f"{seed}/carry_over", level=level)
    return _judged("carry_over", found, matters=matters, level=level)


def order_effect(
    differences: FloatArray,
    treatment_first: BoolArray,
    *,
    matters: float,
    seed: str,
    level: float = EACH,
) -> Checked:
    """Check whether the second half of a pair differs from the first, whatever was done in it.

    It does not bias the effect, whose order was a coin's choice, but makes it scatter.

    Parameters
    ----------
    differences, treatment_first, matters, seed, level
        As in `carry_over`.

    Returns
    -------
        By how much the second half is above the first.
    """
    # Second - first is added where the treatment comes second, and taken off where it comes first.
    second = np.where(treatment_first, -1.0, 1.0)
    found = _against(differences, second, seed=f"{seed}/order_effect", level=level)
    return _judged("order_effect", found, matters=matters, level=level)


def wear_off(differences: FloatArray, *, matters: float, seed: str, level: float = EACH) -> Checked:
    """Check whether the effect changes as pair follows pair: it wears off, or is learnt.

    Parameters
    ----------
    differences, matters, seed, level
        As in `carry_over`.

    Returns
    -------
        The change of the effect from the first pair to the last, along a straight line.
    """
    along = np.linspace(0.0, 1.0, differences.size)
    found = _against(differences, along, seed=f"{seed}/wear_off", level=level)
    return _judged("wear_off", found, matters=matters, level=level)


def condition_difference(
    differences: FloatArray, *, matters: float, level: float = EACH
) -> Checked:
    """Check whether something else than the treatment differed between the conditions, as pace.

    Parameters
    ----------
    differences
        Of it, treatment - control of each complete pair, shape (n,); NaN where it is unknown.
    matters
        How much of it would matter, in its unit.
    level
        Probability of crying wolf; where several conditions are checked, their share of `EACH`.

    Returns
    -------
        The mean difference. A sure but small one, all of its interval within what matters, is ok.
    """
    known = differences[np.isfinite(differences)]
    name = "condition_difference"
    if known.size < _FEWEST:
        return _judged(name, _NOTHING, matters=matters, level=level)
    se = float(known.std(ddof=1) / np.sqrt(known.size))
    found = _student(float(known.mean()), se, known.size - 1, level)
    return _judged(name, found, matters=matters, level=level)


def overshoot(treated: FloatArray, *, level: float = EACH) -> Checked:
    """Check whether the treatment carried the runner past even.

    Parameters
    ----------
    treated
        Values of the treated halves of complete pairs in order, as distance past even: 0 = even,
        negative = still on the side registered, in pp, shape (n,).
    level
        Probability of crying wolf.

    Returns
    -------
        The mean: `failed` where it is past even for sure, `ok` where it is not for sure. Values of
        neighbouring runs are taken as correlated by 0.3, or as much more as they are.
    """
    estimate, low, high, p = _NOTHING
    if treated.size >= _FEWEST:
        estimate, low, high, p = _student(*_mean(treated), treated.size - 1, level)
    verdict: Literal["ok", "failed", "cannot_tell"] = "cannot_tell"
    if low > 0.0 or high < 0.0:
        verdict = "failed" if low > 0.0 else "ok"
    return Checked("overshoot", estimate, low, high, p, verdict)


def regression_to_the_mean(
    before: FloatArray, control: FloatArray, *, matters: float, level: float = EACH
) -> Checked:
    """Check whether the runner's untreated runs have moved since the experiment was thought of.

    Something is tried after bad days, and usual days follow: a comparison with what was before
    would take that for an effect. The experiment's own comparison is not touched by it.

    Parameters
    ----------
    before
        Values of the last runs before registration, as the outcome counts, shape (m,).
    control
        Values of the untreated halves, in order, shape (n,).
    matters, level
        As in `carry_over`.

    Returns
    -------
        Mean of the untreated - mean of those before.
    """
    name = "regression_to_the_mean"
    fewer = min(before.size, control.size)
    if fewer < _FEWEST:
        return _judged(name, _NOTHING, matters=matters, level=level)
    (then, se_then), (now, se_now) = _mean(before), _mean(control)
    # The smaller group limits how well the error is known.
    found = _student(now - then, float(np.hypot(se_then, se_now)), fewer - 1, level)
    return _judged(name, found, matters=matters, level=level)


def _against(
    d: FloatArray, x: FloatArray, *, seed: str, level: float
) -> tuple[float, float, float, float]:
    """Return the slope of differences along x with interval and p-value, against other orders of x.

    Where the differences have nothing to do with x, every order of x is as likely.
    """
    if d.size < _FEWEST or np.ptp(x) <= 0.0:
        return _NOTHING
    centred, moved = x - x.mean(), d - d.mean()
    bits = np.random.PCG64(int.from_bytes(sha256(seed.encode()).digest(), "big"))
    orders = np.argsort(bits.random_raw(_DRAWN * d.size).reshape(_DRAWN, d.size), axis=1)
    shuffled = centred[orders]
    actual, slope = float(centred @ moved), float(centred @ centred)
    scale = float(np.abs(centred) @ np.abs(moved))
    test = invert(actual, slope, shuffled @ moved, shuffled @ centred, scale=scale)
    low, high = test.interval(1.0 - level)
    return actual / slope, low, high, test.p_value


def _mean(values: FloatArray) -> tuple[float, float]:
    """Return the mean of neighbouring runs' values and its standard error."""
    left = values - values.mean()
    square = float(left @ left)
    seen = float(left[1:] @ left[:-1]) / square if square > 0.0 else 0.0
    correlation = min(max(seen, _CORRELATION), _MOST_CORRELATION)
    worth = (1.0 - correlation) / (1.0 + correlation)
    sd = float(values.std(ddof=1))
    return float(values.mean()), sd / float(np.sqrt(values.size * worth))


def _student(
    estimate: float, se: float, df: int, level: float
) -> tuple[float, float, float, float]:
    reach = float(se * half_width(1.0 - level, df))
    far = np.inf if estimate else 0.0
    p = two_sided_p(estimate / se if se > 0.0 else far, df)
    return estimate, estimate - reach, estimate + reach, p


def _judged(
    name: str, found: tuple[float, float, float, float], *, matters: float, level: float
) -> Checked:
    estimate, low, high, p = found
    reach = max(-low, high)
    if p <= level and reach > matters:
        return Checked(name, estimate, low, high, p, "failed")
    return Checked(
        name, estimate, low, high, p, "ok" if reach <= _HIDDEN * matters else "cannot_tell"
    )
