"""Decides which rises and falls of a noisy course are real: those larger than its noise can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray


def swings(x: FloatArray, least: float) -> FloatArray:
    """Cut a course into rises and falls of at least `least`; smaller ones belong to what is around.

    Parameters
    ----------
    x
        Values in the order of time, finite, shape (n,).
    least
        Size of the smallest swing that counts, in the unit of `x`, > 0.

    Returns
    -------
        Size of each, + = rising, signs alternating, shape (m,). From where the first swing begins
        to where the last one ends their sum is the change of `x`.
    """
    step = np.diff(x)
    step = step[step != 0.0]
    if step.size == 0:
        return np.zeros(0)
    # Only turning points can begin or end a swing.
    last = np.append((step[1:] > 0.0) != (step[:-1] > 0.0), True)
    found: list[float] = []
    begin = extreme = low = high = 0.0
    sign = 0.0
    for value in np.cumsum(step)[last].tolist():
        if sign == 0.0:
            low, high = min(low, value), max(high, value)
            if high - low >= least:
                sign = 1.0 if value == high else -1.0
                begin, extreme = (low, high) if sign > 0.0 else (high, low)
        elif (value - extreme) * sign > 0.0:
            extreme = value
        elif (extreme - value) * sign >= least:
            found.append(extreme - begin)
            begin, extreme, sign = extreme, value, -sign
    if sign != 0.0:
        found.append(extreme - begin)
    return np.array(found)


def up_and_down(x: FloatArray, least: float) -> tuple[float, float]:
    """Add up the rises and the falls of a course as `swings` finds them, both >= 0."""
    sizes = swings(x, least)
    return float(sizes[sizes > 0.0].sum()), abs(float(sizes[sizes < 0.0].sum()))
