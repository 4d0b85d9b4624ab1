"""A balance and its interval in the other asymmetry measures people know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import Estimate
from evenstride.gait.symmetry import (
    limb_symmetry_index_pct,
    log_ratio_pct,
    symmetry_angle_pct,
    symmetry_index_pct,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.estimate import FloatArray

_CONVERSIONS: dict[str, Callable[[FloatArray], FloatArray]] = {
    "symmetry_index_pct": symmetry_index_pct,
    "symmetry_angle_pct": symmetry_angle_pct,
    "log_ratio_pct": log_ratio_pct,
    "limb_symmetry_index_pct": limb_symmetry_index_pct,
}
_STEP_PP = 1e-3


def conversions(balance: Estimate) -> dict[str, Estimate]:
    """Convert an estimate of balance [% left], value, error and interval.

    Returns
    -------
        `symmetry_index_pct` (+ left), `symmetry_angle_pct` (NEGATIVE = longer on the left, as
        published), `log_ratio_pct` (+ left) and `limb_symmetry_index_pct` (right over left, 100 =
        even). The error is carried by the
        slope, the interval by its ends.
    """
    return {name: _converted(balance, convert) for name, convert in _CONVERSIONS.items()}


def _converted(balance: Estimate, convert: Callable[[FloatArray], FloatArray]) -> Estimate:
    value, a, b, below, above = (
        float(v)
        for v in convert(
            np.array(
                [
                    balance.value,
                    balance.low,
                    balance.high,
                    balance.value - _STEP_PP,
                    balance.value + _STEP_PP,
                ]
            )
        )
    )
    slope = abs(above - below) / (2.0 * _STEP_PP)
    return Estimate(value, slope * balance.se, min(a, b), max(a, b), "%", balance.n_effective)
