"""Which constant effects a randomisation test leaves standing: its inversion, without searching.

A statistic that is linear in the data changes from `a` to `a - t * b` when an effect `t` is taken
off. Another assignment, with `a` and `b`, is at least as far from 0 as the actual one, with `A` and
`B`, where `|a - t b| >= |A - t B|`. As long as `|b| <= B`, which holds for flips of signs and for
standardised coefficients, these `t` are one closed interval around the estimate `A / B`, whose ends
are `(A - a) / (B - b)` and `(A + a) / (B + b)`. The test's p-value therefore falls on both sides of
the estimate, and its confidence interval ends at order statistics of these ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

TIE: Final = 1e-10
"""Statistics that differ by less than this part of their scale are equal: sums of the same numbers
in another order differ by rounding."""
_AT_ONCE: Final = 2**13


@dataclass(frozen=True, slots=True, eq=False)
class Inverted:
    """A randomisation test of no effect, and what is needed to test every other effect.

    Attributes
    ----------
    p_value
        Share of all assignments, the actual one among them, whose statistic is at least as far from
        0 as the actual one's.
    lows, highs
        Of each other assignment, between which effects it is at least as far from 0 as the actual
        one, shape (m,).
    """

    p_value: float
    lows: FloatArray
    highs: FloatArray

    def intervals(self, *levels: float) -> list[tuple[float, float]]:
        """Return all effects with a p-value above 1 - level: closed intervals, may be infinite.

        Parameters
        ----------
        levels
            As 0.95; those asked for together cost no more than one.
        """
        m = self.lows.size
        ranks = [rank_of_end(level, m + 1) for level in levels]
        known = [rank for rank in ranks if rank]
        if not known:
            return [(-np.inf, np.inf)] * len(levels)
        lows = np.partition(self.lows, [rank - 1 for rank in known])
        highs = np.partition(self.highs, [m - rank for rank in known])
        return [
            agreeing(
                float(lows[rank - 1]),
                float(highs[m - rank]),
                in_it=self.p_value > 1.0 - level + TIE,
            )
            if rank
            else (-np.inf, np.inf)
            for level, rank in zip(levels, ranks, strict=True)
        ]

    def interval(self, level: float) -> tuple[float, float]:
        """Return the one of `intervals` for a level."""
        return self.intervals(level)[0]


def rank_of_end(level: float, assignments: int) -> int:
    """Return which of the ordered ends bounds the interval, from 1; 0 where none does.

    An effect is inside when more than `(1 - level) * assignments` assignments, the actual one among
    them, are at least as far out as the actual one.
    """
    return int((1.0 - level) * assignments + 1e-9)


def agreeing(low: float, high: float, *, in_it: bool) -> tuple[float, float]:
    """Return the interval with 0 in it where the test does not reject 0, whatever rounding did."""
    return (min(low, 0.0), max(high, 0.0)) if in_it else (low, high)


def invert(
    actual: float, slope: float, others: FloatArray, slopes: FloatArray, *, scale: float
) -> Inverted:
    """Invert the two-sided test of a statistic that is linear in the data.

    Parameters
    ----------
    actual, slope
        The statistic under the actual assignment, and by how much an effect of 1 raises it, > 0.
    others, slopes
        Both under all other assignments, shape (m,); no slope may exceed the actual one's in size.
    scale
        The size that rounding errors are measured by, as the largest the statistic could be.

    Returns
    -------
        The test; ties count against the actual assignment.
    """
    tie = TIE * scale
    count, m = 1, others.size
    lows, highs = np.empty(m), np.empty(m)
    # In parts that stay in the processor's cache: it is twice as fast.
    for part in (slice(at, at + _AT_ONCE) for at in range(0, m, _AT_ONCE)):
        other, other_slope = others[part], slopes[part]
        count += int(np.count_nonzero(np.abs(other) >= abs(actual) - tie))
        below, above = slope - other_slope, slope + other_slope
        # An assignment that nothing tells from the actual one, or from its mirror image, is as far
        # out whatever the effect.
        same = np.minimum(below, above) <= TIE * slope
        with np.errstate(divide="ignore", invalid="ignore"):
            one = (actual - other) / below
            two = (actual + other) / above
        lows[part] = np.where(same, -np.inf, np.minimum(one, two))
        highs[part] = np.where(same, np.inf, np.maximum(one, two))
    return Inverted(count / (m + 1), lows, highs)
