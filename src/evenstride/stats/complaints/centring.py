"""Decides what counts as slow in a series with gaps: the mean of the four weeks on either side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

HALF_WINDOW_DAYS: Final = 28


def less_slow(daily: FloatArray, half_window_days: int = HALF_WINDOW_DAYS) -> FloatArray:
    """Take the mean of the days around off each day.

    What changes over months (a build-up, an injury that heals) goes along with anything else that
    does, whether or not the two have to do with each other; days against the weeks around do not.

    Parameters
    ----------
    daily
        A value a day, shape (k, t); NaN means missing.
    half_window_days
        How many days on either side the mean is of; the day itself is among them.

    Returns
    -------
        The same less that mean, shape (k, t); NaN where missing.
    """
    there = np.isfinite(daily)
    total = _summed(np.where(there, daily, 0.0), half_window_days)
    count = _summed(there.astype(np.float64), half_window_days)
    with np.errstate(invalid="ignore"):
        return np.where(there, daily - total / np.maximum(count, 1.0), np.nan)


def ranks(daily: FloatArray) -> FloatArray:
    """Rank each series, equal values alike, to a variance of 1 about 0; NaN stays, shape (k, t).

    A series that never changes becomes 0.
    """
    ranked = np.full(daily.shape, np.nan)
    for series, out in zip(daily, ranked, strict=True):
        there = np.isfinite(series)
        if not there.any():
            continue
        _, which, count = np.unique(series[there], return_inverse=True, return_counts=True)
        middle = np.cumsum(count) - 0.5 * (count + 1)
        rank = middle[which]
        rank -= rank.mean()
        sd = rank.std()
        out[there] = rank / sd if sd > 0.0 else 0.0
    return ranked


def _summed(values: FloatArray, half: int) -> FloatArray:
    """Sum over the days around each, shape (k, t)."""
    days = values.shape[1]
    upto = np.concatenate([np.zeros((values.shape[0], 1)), np.cumsum(values, axis=1)], axis=1)
    at = np.arange(days)
    ends = np.minimum(at + half + 1, days), np.maximum(at - half, 0)
    return np.asarray(upto[:, ends[0]] - upto[:, ends[1]], dtype=np.float64)
