"""How the normal distribution and mixtures of it are evaluated, without importing SciPy.

`scipy.stats` takes about two seconds to import and `scipy.special` a quarter; the trend needs
only the normal distribution function, the quantiles of mixtures and a median.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

_ERFC_CHEBYSHEV = (
    -1.26551223,
    1.00002368,
    0.37409196,
    0.09678418,
    -0.18628806,
    0.27886807,
    -1.13520398,
    1.48851587,
    -0.82215223,
    0.17087277,
)
_SQRT_HALF = float(np.sqrt(0.5))
_INV_SQRT_2PI = float(1.0 / np.sqrt(2.0 * np.pi))
_PLAIN_STEPS, _NEWTON_STEPS, _TOLERANCE = 12, 80, 1e-7
_MERGE_LOG_RATIO = float(np.log(1.4))

Z80 = 1.2815515655446004


def normal_cdf(z: FloatArray) -> FloatArray:
    """Return the standard normal distribution function, any shape, relative error < 1.3e-7.

    Parameters
    ----------
    z
        Standardised values, any shape.

    References
    ----------
    .. [1] Press et al., Numerical Recipes, 2nd ed. 1992, §6.2 (`erfcc`).
    """
    x = np.abs(z) * _SQRT_HALF
    t = 1.0 / (1.0 + 0.5 * x)
    p = np.full_like(t, _ERFC_CHEBYSHEV[-1])
    for c in _ERFC_CHEBYSHEV[-2::-1]:
        p *= t
        p += c
    tail = 0.5 * t * np.exp(np.maximum(p - x * x, -700.0))
    return np.where(z > 0.0, 1.0 - tail, tail)


def mixture_quantile(weight: FloatArray, mean: FloatArray, sd: FloatArray, p: float) -> FloatArray:
    """Return the p-quantile of each row's mixture of normals.

    Parameters
    ----------
    weight
        Weights that sum to 1 over the last axis, shape (m, k) or (k,).
    mean, sd
        Means and positive SDs of the components, shape (m, k).
    p
        Probability, 0 < p < 1.

    Returns
    -------
        Quantiles, shape (m,). Each lies between the least and the largest quantile of the
        components, which bracket it; Newton steps stay inside the shrinking bracket.
    """
    if p > 0.5:
        return -mixture_quantile(weight, -mean, sd, 1.0 - p)
    each = mean + _normal_quantile(p) * sd
    low, high = each.min(axis=-1), each.max(axis=-1)
    # The geometric mean of the SDs is a good first guess where a few components are very wide.
    middle, log_sd = (weight * mean).sum(axis=-1), (weight * np.log(sd)).sum(axis=-1)
    x = np.clip(middle + _normal_quantile(p) * np.exp(log_sd), low, high)
    scaled = weight / sd * _INV_SQRT_2PI
    for i in range(_NEWTON_STEPS):
        u = (x[..., None] - mean) / sd
        below = np.maximum((weight * normal_cdf(u)).sum(axis=-1), 1e-300)
        if (np.abs(below - p) <= _TOLERANCE * p).all():
            break
        slope = (scaled * np.exp(np.maximum(-0.5 * u * u, -700.0))).sum(axis=-1)
        low = np.where(below < p, x, low)
        high = np.where(below > p, x, high)
        # Newton on log F, which is close to straight where F itself is not.
        step = x - np.log(below / p) * below / np.maximum(slope, 1e-300)
        inside = (step > low) & (step < high) & (i < _PLAIN_STEPS or i % 2 == 0)
        x = np.where(inside, step, 0.5 * (low + high))
    return np.asarray(x)


def median(x: FloatArray) -> float:
    """Return the median of a non-empty array; `np.median` would import `numpy.ma`, 50 ms."""
    ordered = np.sort(x, axis=None)
    return float(0.5 * (ordered[(ordered.size - 1) // 2] + ordered[ordered.size // 2]))


def merge_by_spread(
    weight: FloatArray, mean: FloatArray, sd: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Merge the components of like spread in each row's mixture into one normal each.

    Parameters
    ----------
    weight, mean, sd
        Weights, means and positive SDs of the components, shape (m, k).

    Returns
    -------
        Weights, means and SDs of the merged components, shape (m, b): each has the mean and the
        variance of those merged, whose SDs are within a factor of 1.4. Empty ones weigh 0.
    """
    rows = mean.shape[0]
    # Cells lie at fixed places, so that what is merged does not depend on the other rows.
    cell = np.floor(np.log(sd) / _MERGE_LOG_RATIO).astype(np.intp)
    cell -= cell.min()
    count = int(cell.max()) + 1
    flat = (cell + count * np.arange(rows)[:, None]).ravel()
    length = rows * count

    def gather(x: FloatArray) -> FloatArray:
        sums = np.bincount(flat, weights=x.ravel(), minlength=length)
        return np.asarray(sums, dtype=np.float64).reshape(rows, count)

    total = gather(weight)
    per = 1.0 / np.maximum(total, 1e-300)
    centre = gather(weight * mean) * per
    off = mean.ravel() - centre.ravel()[flat]
    var = gather((weight * sd * sd).ravel() + weight.ravel() * off * off) * per
    empty = total <= 0.0
    # What is empty must not widen the bracket in which the quantiles are sought.
    middle = (weight * mean).sum(axis=1, keepdims=True)
    return total, np.where(empty, middle, centre), np.where(empty, sd.min(), np.sqrt(var))


@cache
def _normal_quantile(p: float) -> float:
    """Invert the standard normal distribution function by bisection (a scalar, a few µs)."""
    if p > 0.5:
        return -_normal_quantile(1.0 - p)
    low, high = -9.0, 0.0
    for _ in range(60):
        mid = 0.5 * (low + high)
        if normal_cdf(np.array([mid]))[0] < p:
            low = mid
        else:
            high = mid
    return 0.5 * (low + high)
