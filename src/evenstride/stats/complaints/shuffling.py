"""Decides what chance may do to a diary: stretches of whole weeks change places, nothing else.

Complaints last for days and weeks, are written when they hurt, and life has a rhythm of seven days.
So the diary is moved against the runs as it is, its gaps too: cut at a drawn week, its stretches in
a drawn order. Within a stretch, and on weekdays, nothing changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.moves import IntArray

WEEK_DAYS: Final = 7
_LEAST_WEEKS, _STRETCHES = 2, 4


def stretch_weeks(weeks: int) -> int:
    """Return how many weeks a stretch has: a quarter of all, two at least.

    Shorter ones would tear apart what hangs together, and find what is not there.
    """
    return max(weeks // _STRETCHES, _LEAST_WEEKS)


def draw_orders(rng: np.random.Generator, weeks: int, draws: int) -> IntArray:
    """Draw orders of the weeks of a diary.

    Returns
    -------
        Which week comes where, shape (draws, weeks).
    """
    week = np.arange(weeks)
    stretch = week // stretch_weeks(weeks)
    places = rng.random((draws, int(stretch[-1]) + 1))
    mixed = np.argsort(places[:, stretch], axis=1, kind="stable")
    cut, begin = rng.integers(weeks, size=(2, draws, 1))
    orders = np.take_along_axis(mixed, (week + begin) % weeks, axis=1) + cut
    return np.asarray(orders % weeks, dtype=np.intp)


def days_of_weeks(orders: IntArray) -> IntArray:
    """Return which day comes where, shape (draws, 7 weeks)."""
    days = orders[:, :, None] * WEEK_DAYS + np.arange(WEEK_DAYS)
    return days.reshape(orders.shape[0], -1)
