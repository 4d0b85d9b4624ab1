"""Decides how positions become a flat picture of where the run went, and where it is interrupted.

Metres east and north of the middle of the run, by the equirectangular projection: good to 0.1 %
over the 20 km around it. Nothing of where on earth that is remains.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.gait.ground import METRES_PER_DEG
from evenstride.gait.usable import LONGEST_INTERVAL_S

if TYPE_CHECKING:
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.gait.ground import IntArray

SMALLEST_M: Final = 20.0
"""GPS on a treadmill wanders within less than this."""

MOST_PIECES: Final = 100
"""More interruptions than this cannot be seen: longer silences are then bridged."""

_FASTEST_M_S: Final = 12.0
_MARGIN_M: Final = 200.0


@dataclass(frozen=True, slots=True)
class FlatTrack:
    """Where a run went.

    Attributes
    ----------
    record
        Index of the records with a position, shape (m,).
    east_m, north_m
        Of these [m], from the middle of the run's extent, shape (m,).
    interrupted
        Positions that no line leads to, shape (m,): the first, and those after a break.
    """

    record: IntArray
    east_m: FloatArray
    north_m: FloatArray
    interrupted: BoolArray


def flat_track(
    t_s: FloatArray,
    lat_deg: FloatArray,
    lon_deg: FloatArray,
    *,
    interrupted: BoolArray,
    distance_m: float | None,
) -> FlatTrack | None:
    """Draw positions on a flat map.

    Parameters
    ----------
    t_s, lat_deg, lon_deg
        Times [s] and positions [°] of the records, shape (n,). NaN means missing.
    interrupted
        Records before which the timer stood or nothing was written, shape (n,).
    distance_m
        How long the run was, None when unknown. A position further from the middle than that is an
        error of the receiver, 0° N 0° E most often, and is left out.

    Returns
    -------
        None without positions, or where they span less than `SMALLEST_M`.
    """
    record = np.flatnonzero(np.isfinite(lat_deg) & np.isfinite(lon_deg))
    if record.size < 2:
        return None
    east_m, north_m = _projected(lat_deg[record], lon_deg[record])
    time_s = float(t_s[record[-1]] - t_s[record[0]])
    reach_m = _MARGIN_M + (distance_m or _FASTEST_M_S * time_s)
    near = np.hypot(east_m, north_m) <= reach_m
    if not near.all():
        record = record[near]
        if record.size < 2:
            return None
        east_m, north_m = _projected(lat_deg[record], lon_deg[record])
    extent_m = max(float(np.ptp(east_m)), float(np.ptp(north_m)))
    if extent_m < SMALLEST_M:
        return None
    breaks = np.cumsum(interrupted)[record]
    stopped = breaks[1:] != breaks[:-1]
    silence_s = np.diff(t_s[record])
    longest_s = LONGEST_INTERVAL_S
    broken = stopped | (silence_s > longest_s)
    while np.count_nonzero(broken) >= MOST_PIECES:
        longest_s *= 2.0
        broken = silence_s > longest_s
    return FlatTrack(
        record,
        east_m - 0.5 * float(east_m.min() + east_m.max()),
        north_m - 0.5 * float(north_m.min() + north_m.max()),
        np.append(True, broken),
    )


def _projected(lat_deg: FloatArray, lon_deg: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Metres east and north of the median position, each shape (m,)."""
    # Differences of longitudes are small where longitudes themselves jump, at 180°.
    east_deg = (lon_deg - lon_deg[0] + 180.0) % 360.0 - 180.0
    middle_deg = float(np.median(lat_deg))
    east_m = (east_deg - np.median(east_deg)) * (METRES_PER_DEG * np.cos(np.radians(middle_deg)))
    return np.asarray(east_m), (lat_deg - middle_deg) * METRES_PER_DEG
