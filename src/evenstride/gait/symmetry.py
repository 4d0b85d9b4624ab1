"""Decides how balance converts to the other measures of asymmetry that papers and labs use.

All take the left share of contact time [%], 50 = even, shape (n,) or scalar arrays, and all but
one count + toward the left, like balance; the symmetry angle keeps its published opposite sign.
None of them says which leg is the weaker: a longer contact may be the stronger leg's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray


def symmetry_index_pct(balance_left_pct: FloatArray) -> FloatArray:
    """Robinson's symmetry index [%]: 100 (L − R) / (½ (L + R)); + = longer on the left.

    References
    ----------
    .. [1] Robinson, Herzog & Nigg 1987, J Manipulative Physiol Ther 10:172–176.
    """
    return 4.0 * (balance_left_pct - 50.0)


def symmetry_angle_pct(balance_left_pct: FloatArray) -> FloatArray:
    """Zifchock's symmetry angle [%]: 100 (45° − atan(L / R)) / 90°.

    The sign is the published one, opposite to every other measure here: NEGATIVE = longer on the
    left.

    References
    ----------
    .. [1] Zifchock et al. 2008, PMID 17913499.
    """
    # atan2 rather than a quotient, so that 100 % left is an angle and not a division by zero.
    angle_deg = np.degrees(np.arctan2(balance_left_pct, 100.0 - balance_left_pct))
    return np.asarray(100.0 * (45.0 - angle_deg) / 90.0)


def log_ratio_pct(balance_left_pct: FloatArray) -> FloatArray:
    """Natural logarithm of left over right, times 100; + = longer on the left. NaN at 0 and 100."""
    left = np.asarray(balance_left_pct, dtype=float)
    inside = np.where((left > 0.0) & (left < 100.0), left, np.nan)
    return np.asarray(100.0 * np.log(inside / (100.0 - inside)))


def limb_symmetry_index_pct(balance_left_pct: FloatArray) -> FloatArray:
    """Right contact over left contact [%]: 100 = even, below 100 = longer on the left.

    Clinics put the treated side over the other. Here the side is fixed, as a ratio that is folded
    at 100 would be biased by noise and could not be averaged. NaN at 0.
    """
    left = np.asarray(balance_left_pct, dtype=float)
    return np.asarray(100.0 * (100.0 - left) / np.where(left > 0.0, left, np.nan))
