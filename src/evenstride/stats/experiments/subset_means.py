"""How the means of all 2^n subsets are counted and ranked without listing them.

Half of the numbers make 2^(n/2) sums, and so does the other half: sorted, they tell by bisection
how many of all sums lie below a bound.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

_FEW: Final = 8192
"""Once so few subsets are left between the bounds, they are listed."""
_MOST_STEPS: Final = 200


def subset_sums(values: FloatArray) -> FloatArray:
    """Return the sums of all subsets, shape (2^n,): bit i of the index says whether i is in it."""
    sums = np.zeros(2**values.size)
    for i, value in enumerate(values):
        sums[2**i : 2 ** (i + 1)] = sums[: 2**i] + value
    return sums


@lru_cache(maxsize=64)
def subset_sizes(n: int) -> FloatArray:
    """Return how many are in each subset of n, shape (2^n,), in the order of `subset_sums`."""
    sizes = subset_sums(np.ones(n))
    sizes.flags.writeable = False
    return sizes


def sums_at_most(values: FloatArray, bound: float) -> int:
    """Return how many of all 2^n subsets, the empty one among them, sum to `bound` or less."""
    one, two = _halves(values)
    return int(np.searchsorted(np.sort(two), bound - np.sort(one), side="right").sum())


def smallest_mean(values: FloatArray, rank: int) -> float:
    """Return the rank-th smallest mean of a non-empty subset.

    Parameters
    ----------
    values
        Shape (n,).
    rank
        From 1 to 2^n - 1.

    Returns
    -------
        The mean, in the values' unit, exact but for rounding.
    """
    low, high = float(values.min()), float(values.max())
    width = high - low
    if width <= 0.0:
        return low
    low -= 1e-9 * width  # no mean is at or below it
    high += 1e-9 * width  # and all are at or below this one
    below, within = 0, 2**values.size - 1
    for step in range(_MOST_STEPS):
        if within - below <= _FEW or high - low <= 1e-14 * width:
            break
        middle = 0.5 * (low + high)
        if step % 3:  # counts in a tail grow about exponentially
            share = np.log((rank + 1.0) / (below + 1.0)) / np.log((within + 1.0) / (below + 1.0))
            middle = low + float(np.clip(share, 0.02, 0.98)) * (high - low)
        # A subset's mean is at most t where what is left of its values beyond t sums to 0 or less.
        count = sums_at_most(values - middle, 0.0) - 1
        if count >= rank:
            high, within = middle, count
        else:
            low, below = middle, count
    means = _means_between(values, low, high, most=4 * _FEW)
    if rank - below > means.size:  # ties beyond counting: all the same but for rounding
        return high
    return float(np.partition(means, rank - below - 1)[rank - below - 1])


def _means_between(values: FloatArray, low: float, high: float, *, most: int) -> FloatArray:
    """Return the means in (low, high] of non-empty subsets, at most about `most`, in no order."""
    n = values.size
    one, two = _halves(values - low)
    size_one, size_two = subset_sizes(n - n // 2), subset_sizes(n // 2)
    order = np.argsort(two)
    two, size_two = two[order], size_two[order]
    start = np.searchsorted(two, -one, side="left")
    end = np.searchsorted(two, n * (high - low) - one, side="right")
    many = np.minimum(np.maximum(end - start, 0), most)
    first = np.repeat(np.arange(one.size), many)
    second = np.arange(first.size) - np.repeat(np.cumsum(many) - many - start, many)
    size = size_one[first] + size_two[second]
    total = one[first] + two[second]
    kept = (size > 0.0) & (total > 0.0)
    means = low + total[kept] / size[kept]
    return np.asarray(means[means <= high], dtype=np.float64)


def _halves(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    n = values.size
    return subset_sums(values[: n - n // 2]), subset_sums(values[n - n // 2 :])
