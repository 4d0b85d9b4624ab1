"""Decides the bins in which readings are counted, and what share of the time lies in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

FINE_PP: Final = 0.25
COARSE_PP: Final = 0.5
FINE_UP_TO_PP: Final = 6.0
"""A run whose middle 98 % spans more than this is shown in coarse bins."""

SHOWN_SHARE: Final = 0.998
"""A wild second in an hour would squeeze all others into a corner: the outermost 0.1 % of the time
on either side get no bins."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Shares of time by bin.

    Attributes
    ----------
    low, high
        Edges of each bin, shape (m,); they adjoin, and 50 is one of them or would be.
    share
        Of all the time, shape (m,); up to 0.2 % of it lies beyond the bins.
    """

    low: FloatArray
    high: FloatArray
    share: FloatArray


def histogram(values: FloatArray, weight_s: FloatArray) -> Histogram | None:
    """Count how much time was spent at each value, balance in % above all.

    A reading on the edge of two bins counts half in each: bins closed on one side would favour a
    side, as sensors write round numbers.

    Parameters
    ----------
    values
        Readings, shape (n,). NaN means missing.
    weight_s
        Seconds that each stands for, shape (n,).

    Returns
    -------
        None without any reading.
    """
    present = np.isfinite(values) & (weight_s > 0.0)
    if not present.any():
        return None
    x, weight = values[present], weight_s[present]
    order = np.argsort(x, kind="stable")
    x, weight = x[order], weight[order]
    reached = np.cumsum(weight)
    total_s = float(reached[-1])

    def within(share: float) -> tuple[float, float]:
        # The same from both ends, so that a mirrored runner has mirrored bins.
        outside_s = 0.5 * (1.0 - share) * total_s
        first = int(np.searchsorted(reached, outside_s, "right"))
        last = int(np.searchsorted(reached - weight, total_s - outside_s)) - 1
        return float(x[min(first, x.size - 1)]), float(x[max(last, 0)])

    a, b = within(0.98)
    width = FINE_PP if b - a <= FINE_UP_TO_PP else COARSE_PP
    below, above = np.floor(x / width), np.ceil(x / width) - 1.0
    a, b = within(SHOWN_SHARE)
    first = int(min(np.floor(a / width), np.ceil(a / width) - 1.0))
    last = int(max(np.floor(b / width), np.ceil(b / width) - 1.0))
    counts = np.zeros(last - first + 1)
    for bins in (below, above):
        inside = (bins >= first) & (bins <= last)
        at = (bins[inside] - first).astype(np.intp)
        counts += 0.5 * np.bincount(at, weights=weight[inside], minlength=counts.size)
    low = width * np.arange(first, last + 1, dtype=np.float64)
    return Histogram(low, low + width, counts / total_s)
