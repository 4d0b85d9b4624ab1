"""Student's t distribution with whole degrees of freedom, without importing SciPy."""

from __future__ import annotations

import math
from typing import Final

_STEPS: Final = 200


def two_sided_p(t: float, df: int) -> float:
    """Return the probability of being at least as far from 0 as `t`.

    Parameters
    ----------
    t
        A statistic; infinite ones have probability 0.
    df
        Degrees of freedom, at least 1.

    References
    ----------
    .. [1] Abramowitz & Stegun 1964, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
    """
    angle = math.atan2(abs(t), math.sqrt(df))
    cos, sin = math.cos(angle), math.sin(angle)
    term, total = (cos, 0.0) if df % 2 else (1.0, 0.0)
    for i in range(2 + df % 2, df + 1, 2):
        total += term
        term *= cos * cos * (i - 1) / i
    inside = sin * total if df % 2 == 0 else 2.0 / math.pi * (angle + sin * total)
    return min(max(1.0 - inside, 0.0), 1.0)


def half_width(level: float, df: int) -> float:
    """Return how many standard errors an interval of this level reaches to either side.

    Parameters
    ----------
    level
        As 0.95, below 1.
    df
        Degrees of freedom, at least 1.
    """
    low, high = 0.0, 1.0
    while two_sided_p(high, df) > 1.0 - level:
        low, high = high, 2.0 * high
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        if middle in {low, high}:
            break
        if two_sided_p(middle, df) > 1.0 - level:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
