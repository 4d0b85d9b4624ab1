"""Decides when a complaint goes along with a measure of the runs: all pairs and lags counted.

Of every complaint, measure and lag a rank correlation is taken, slow changes taken off; what it
would be by chance is seen by moving the diary against the runs (`shuffling`). The largest of all,
each in units of its own scatter, is compared with the largest of all by chance, so that looking at
many costs what it should [1]_.

References
----------
.. [1] Westfall and Young 1993, Resampling-Based Multiple Testing, ISBN 0-471-55761-7 (maxT).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.stats.complaints.centring import less_slow, ranks
from evenstride.stats.complaints.shuffling import WEEK_DAYS, days_of_weeks, draw_orders

if TYPE_CHECKING:
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.domain.moves import IntArray

MOST_LAG_DAYS: Final = 3
LEAST_WEEKS: Final = 8
"""Weeks from the first day of the diary to the last: fewer have too few orders."""
LEAST_BOTH: Final = 20
"""Days with a word in the diary and a value of the measure."""
LEAST_FELT: Final = 6
"""Days of these on which the complaint was felt, and on which it was felt less or not at all."""
LEVEL: Final = 0.05

_DRAWS: Final = 999
_MOST_AT_ONCE: Final = 250_000
"""Multiplications of one product: larger ones BLAS shares among threads, which wait for each other
wherever something else runs."""
_NEARLY_1: Final = 0.999


@dataclass(frozen=True, slots=True, eq=False)
class Lagged:
    """What p complaints have to do with m measures at l lags; shapes (p, m, l), NaN where untold.

    Attributes
    ----------
    lags_days
        The lags, shape (l,); + : the complaint comes after the run.
    strength, low, high
        Rank correlation beyond the rhythm of the week, slow changes taken off; the interval is one
        of 95 % for all that was looked at together, and leaves out 0 just where `p` ≤ 0.05.
    p
        Probability that chance alone shows anything so strong anywhere.
    n
        Days that have both; 0 where untold.
    difference
        Mean of the measure (slow changes taken off, in its unit) on days with more of the complaint
        than around them, less its mean on the other days.
    looked_at
        How many pairs and lags were.
    """

    lags_days: IntArray
    strength: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    n: IntArray
    difference: FloatArray
    looked_at: int


def associate(
    rng: np.random.Generator,
    complaints: FloatArray,
    measures: FloatArray,
    asked: BoolArray,
    *,
    draws: int = _DRAWS,
) -> Lagged:
    """Look for complaints that go along with measures.

    Parameters
    ----------
    rng
        Draws the orders of the weeks.
    complaints
        Levels, a row a complaint, a column a day of the same run of days, shape (p, t); NaN on
        days of which nothing is known. All rows are known on the same days.
    measures
        Shape (m, t); NaN where there is none.
    asked
        Which pairs to look at, shape (p, m).
    draws
        How many orders.

    Returns
    -------
        See `Lagged`.
    """
    lags = np.arange(-MOST_LAG_DAYS, MOST_LAG_DAYS + 1)
    known, runs = _whole_weeks(complaints), _whole_weeks(measures)
    y = less_slow(ranks(known))
    x = np.stack([_later(series, lags) for series in less_slow(ranks(runs))])
    plain = np.stack([_later(series, lags) for series in less_slow(runs)])
    told = asked[:, :, None] & _enough(known, np.isfinite(x))
    if known.shape[1] < LEAST_WEEKS * WEEK_DAYS:
        told[:] = False
    if not told.any():
        nothing = np.full(told.shape, np.nan)
        none = np.zeros(told.shape, dtype=np.intp)
        return Lagged(lags, nothing, nothing, nothing, nothing, none, nothing, 0)
    orders = draw_orders(rng, known.shape[1] // WEEK_DAYS, draws)
    drawn, count = _scores(y, x, orders)
    mean = drawn.mean(axis=0)
    sd = drawn.std(axis=0)
    told &= sd > 0.0
    sd[~told] = np.nan
    far = np.abs((drawn - mean) / sd)
    largest = np.nanmax(far.reshape(draws + 1, -1), axis=1) if told.any() else np.zeros(draws + 1)
    own, by_chance = far[0], np.sort(largest[1:])
    more = draws - np.searchsorted(by_chance, own, side="left")
    p = np.where(told, (1.0 + more) / (draws + 1.0), np.nan)
    # The least score that stands: the interval leaves out 0 just where p does not exceed the level.
    least = by_chance[draws - int(LEVEL * (draws + 1))]
    beyond = drawn[0] - mean
    root = np.sqrt(np.maximum(count, 1.0))
    return Lagged(
        lags_days=lags,
        strength=np.where(told, np.tanh(beyond / root), np.nan),
        low=np.tanh((beyond - least * sd) / root),
        high=np.tanh((beyond + least * sd) / root),
        p=p,
        n=np.where(told, count, 0).astype(np.intp),
        difference=np.where(told, _difference(y, plain), np.nan),
        looked_at=int(told.sum()),
    )


def _scores(y: FloatArray, x: FloatArray, orders: IntArray) -> tuple[FloatArray, FloatArray]:
    """Score every pair and lag as it is, then in each order, shape (draws + 1, p, m, l).

    A score is Fisher's z of the correlation times the root of the days it is of. The days are those
    as it is, shape (p, m, l).
    """
    p, days = y.shape
    m, lags = x.shape[:2]
    as_it_is = np.arange(orders.shape[1])[None]
    wide = x.reshape(m * lags, days)
    there = np.isfinite(wide)
    # Single precision: a correlation is wanted to three digits, and it is twice as fast.
    value = np.where(there, wide, 0.0).astype(np.float32).T
    square, mask = value**2, there.astype(np.float32).T
    known = np.asarray(np.isfinite(y).all(axis=0))
    level = np.where(known, y, 0.0).astype(np.float32)
    # Matrix rows: complaints, their squares, and whether the day is known at all.
    rows = np.concatenate([level, level**2, known[None].astype(np.float32)])
    scores = np.empty((orders.shape[0] + 1, p, m * lags))
    first = np.zeros(m * lags)
    everyone = np.concatenate([as_it_is, orders])
    at_once = max(_MOST_AT_ONCE // (days * m * lags), 1)
    for at in range(0, everyone.shape[0], at_once):
        moved = rows[:, days_of_weeks(everyone[at : at + at_once])]
        product = moved[:p] @ value
        spread_y = moved[p : 2 * p] @ mask
        spread_x, count = moved[-1] @ square, moved[-1] @ mask
        with np.errstate(invalid="ignore", divide="ignore"):
            r = product / np.sqrt(spread_y * spread_x)
        r = np.clip(np.nan_to_num(r, nan=0.0, posinf=0.0, neginf=0.0), -_NEARLY_1, _NEARLY_1)
        z = np.arctanh(r) * np.sqrt(count)
        scores[at : at + moved.shape[1]] = z.transpose(1, 0, 2)
        if not at:
            first = count[0]
    count = np.broadcast_to(first.reshape(m, lags), (p, m, lags))
    return scores.reshape(-1, p, m, lags), count


def _enough(known: FloatArray, there: BoolArray) -> BoolArray:
    """Tell which pairs and lags have days enough, shape (p, m, l)."""
    answered = np.isfinite(known)
    both = np.einsum("pt,mlt->pml", answered.astype(float), there.astype(float))
    most = np.nanmax(np.where(answered, known, -np.inf), axis=1, keepdims=True)
    felt = _felt(known)
    with_it = np.einsum("pt,mlt->pml", felt.astype(float), there.astype(float))
    less = (answered & (known < most)).astype(float)
    without = np.einsum("pt,mlt->pml", less, there.astype(float))
    enough = (both >= LEAST_BOTH) & (with_it >= LEAST_FELT) & (without >= LEAST_FELT)
    return np.asarray(enough, dtype=np.bool_)


def _felt(known: FloatArray) -> BoolArray:
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isfinite(known) & (known != 0.0), dtype=np.bool_)


def _difference(y: FloatArray, plain: FloatArray) -> FloatArray:
    """Compare days with more of a complaint than around them with the others, shape (p, m, l)."""
    there = np.isfinite(plain)
    value = np.where(there, plain, 0.0)
    means = []
    with np.errstate(invalid="ignore", divide="ignore"):
        for days in (y > 0.0, y <= 0.0):
            weight = days.astype(float)
            total = np.einsum("pt,mlt->pml", weight, value)
            means.append(total / np.einsum("pt,mlt->pml", weight, there.astype(float)))
    return np.asarray(means[0] - means[1], dtype=np.float64)


def _later(series: FloatArray, lags: IntArray) -> FloatArray:
    """Put what was measured so many days before on each day, shape (l, t)."""
    out = np.full((lags.size, series.size), np.nan)
    for row, lag in zip(out, lags, strict=True):
        if lag >= 0:
            row[lag:] = series[: series.size - lag]
        else:
            row[:lag] = series[-lag:]
    return out


def _whole_weeks(daily: FloatArray) -> FloatArray:
    """Fill up to whole weeks with days of which nothing is known."""
    short = -daily.shape[1] % WEEK_DAYS
    return np.pad(daily, ((0, 0), (0, short)), constant_values=np.nan)
