"""Decides how position and altitude become grade and bends for each block of a run.

Lateral acceleration is mean speed × heading change / time, + = turning left. Positions are smoothed
over 10 s and taken `DELAY_S` earlier than the block because the sensor's balance lags by as much. A
block that holds a U-turn is dropped: there the runner slows and steps around, and does not bend.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields

IntArray = npt.NDArray[np.intp]
ComplexArray = npt.NDArray[np.complex128]

METRES_PER_DEG: Final = np.radians(1.0) * 6_371_000.0
DELAY_S: Final = 8.0
CHORD_S: Final = 5.0
"""Headings are those of chords this long, between positions smoothed over two of them: 12 m at
2.5 m/s, against a GPS error of a few metres that changes slowly."""

MOVING_M_S: Final = 0.8
"""Below this smoothed speed a heading is noise: a runner at a light does not turn."""

U_TURN_RAD: Final = np.radians(150.0)
U_TURN_CHORDS: Final = 2
"""150° within 10 s: a 200 m track taken at 5 m/s turns 150° in 9 s, a 400 m track in 19 s."""

FOLDED: Final = 0.4
"""A smoothed track that goes slower than this share of the watch's speed has been folded over."""

PRESENT_SHARE: Final = 0.8
LONGEST_S: Final = 30 * 86_400.0
"""A recording that claims more has a broken clock."""

SHORTEST_CLIMB_M: Final = 20.0


def local_metres(lat_deg: FloatArray, lon_deg: FloatArray) -> ComplexArray:
    """Map positions to metres east + 1j · north of the first one, shape (n,), n ≥ 1.

    A flat map is good to 0.1 % over the 20 km around the start that a run covers.
    """
    east_deg = lon_deg - lon_deg[0]
    if east_deg.max() - east_deg.min() > 180.0:
        # Across 180° the difference, not the longitude, is what is small.
        east_deg -= 360.0 * np.round(east_deg / 360.0)
    metres = np.empty(lat_deg.shape, dtype=np.complex128)
    metres.real = east_deg * (METRES_PER_DEG * np.cos(np.radians(lat_deg[0])))
    metres.imag = (lat_deg - lat_deg[0]) * METRES_PER_DEG
    return metres


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """Where a run went, smoothed, on a lattice of `CHORD_S`.

    Attributes
    ----------
    t_s, at_m
        Times [s] and places (metres east + 1j · north of the first) of the records that have a
        position, shape (n,).
    smoothed_m
        Mean place of the two lattice steps around each inner point, shape (k + 1,).
    middle_s
        Times half-way between these points [s], shape (k,), k >= 2.
    speed_m_s
        Between them, shape (k,).
    turn_rad
        From each of these chords to the next, + = left, within ±180°, 0 where the runner stands,
        shape (k - 1,).
    heading_rad
        The sum of the turns so far, shape (k,).
    """

    t_s: FloatArray
    at_m: ComplexArray
    smoothed_m: ComplexArray
    middle_s: FloatArray
    speed_m_s: FloatArray
    turn_rad: FloatArray
    heading_rad: FloatArray


def path(t_s: FloatArray, lat_deg: FloatArray, lon_deg: FloatArray) -> Path | None:
    """Smooth positions, once for all that is asked of them.

    Parameters
    ----------
    t_s, lat_deg, lon_deg
        Times [s] and positions [°] of the records, shape (n,). NaN means missing.

    Returns
    -------
        None where there are no positions (a treadmill), or too few to have headings.
    """
    t, lat, lon = t_s, lat_deg, lon_deg
    if not np.isfinite(lat.sum() + lon.sum()):
        valid = np.isfinite(lat) & np.isfinite(lon)
        t, lat, lon = t_s[valid], lat[valid], lon[valid]
    if t.size < 2 or t[-1] - t[0] > LONGEST_S:
        return None
    # One lattice serves the run: its steps are the chords, and half of the smoothing window.
    lattice = np.arange(t[0], t[-1] + 0.5 * CHORD_S, CHORD_S)
    if lattice.size < 5:
        return None
    at_m = local_metres(lat, lon)
    smoothed = _smoothed(t, at_m, lattice)
    velocity = np.diff(smoothed) / CHORD_S
    speed = np.abs(velocity)
    # The angle of a quotient of complex numbers is the turn from one to the next, within ±180°.
    quotient = velocity[1:] * velocity[:-1].conj()
    turn = np.arctan2(quotient.imag, quotient.real)
    moving = speed >= MOVING_M_S
    turn *= moving[1:] & moving[:-1]
    heading = np.concatenate(([0.0], np.cumsum(turn)))
    return Path(t, at_m, smoothed, lattice[1:-2] + 0.5 * CHORD_S, speed, turn, heading)


def lateral_acceleration_m_s2(
    way: Path | None,
    t_s: FloatArray,
    *,
    block_start_s: FloatArray,
    block_end_s: FloatArray,
    block_speed_m_s: FloatArray,
) -> FloatArray:
    """Mean lateral acceleration in each block [m/s²], + = turning left.

    Parameters
    ----------
    way
        From `path`.
    t_s
        Times of all records, with a position or without [s], shape (n,).
    block_start_s, block_end_s, block_speed_m_s
        Interval `[start, end)` [s] and mean speed [m/s] of each block, shape (m,).

    Returns
    -------
        Shape (m,). NaN where positions are missing (a treadmill), or a U-turn or a folded track
        says nothing of bends.
    """
    if way is None or block_start_s.size == 0:
        return np.full(block_start_s.shape, np.nan)
    begin, end = block_start_s - DELAY_S, block_end_s - DELAY_S
    middle, turned = way.middle_s, way.heading_rad
    change = np.interp(end, middle, turned) - np.interp(begin, middle, turned)
    result = block_speed_m_s * change / (block_end_s - block_start_s)

    first = np.minimum(np.searchsorted(middle, begin), middle.size - 1)
    last = np.maximum(np.searchsorted(middle, end, "right"), first + 1)
    sharp = np.zeros(middle.size)
    sharp[U_TURN_CHORDS:] = np.abs(turned[U_TURN_CHORDS:] - turned[:-U_TURN_CHORDS])
    bounds = np.stack([first, last], axis=1).ravel()
    sharpest = np.maximum.reduceat(np.append(sharp, 0.0), bounds)[::2]
    slowest = np.minimum.reduceat(np.append(way.speed_m_s, np.inf), bounds)[::2]
    sound = (sharpest < U_TURN_RAD) & (slowest >= FOLDED * block_speed_m_s)
    if way.t_s is not t_s:
        seen = np.searchsorted(way.t_s, end) - np.searchsorted(way.t_s, begin)
        wanted = np.searchsorted(t_s, end) - np.searchsorted(t_s, begin)
        sound &= seen >= PRESENT_SHARE * wanted
    return np.where(sound, result, np.nan)


def _smoothed(t_s: FloatArray, x: ComplexArray, lattice_s: FloatArray) -> ComplexArray:
    """Take the mean over the two steps around each inner point of a lattice, by the integral."""
    area = np.zeros(x.size, dtype=np.complex128)
    np.cumsum((x[1:] + x[:-1]) * (0.5 * np.diff(t_s)), out=area[1:])
    at = np.interp(lattice_s, t_s, area)
    # The lattice may end after the last record, where the runner is taken to stay.
    at[-1] += x[-1] * max(lattice_s[-1] - t_s[-1], 0.0)
    return np.asarray((at[2:] - at[:-2]) / (2.0 * CHORD_S))


def grade_pct(
    distance_m: FloatArray, altitude_m: FloatArray, weight_s: FloatArray, begins: IntArray
) -> FloatArray:
    """Slope of altitude over distance by least squares within each block [%], + = uphill.

    The fit over the whole block is the smoothing: barometers move in steps of 0.2 m.

    Parameters
    ----------
    distance_m, altitude_m, weight_s
        Of the usable records, block after block, shape (n,). NaN means missing.
    begins
        Index of each block's first record, increasing from 0, shape (m,).

    Returns
    -------
        Shape (m,). NaN where altitude or distance is missing, or the block covers less than
        `SHORTEST_CLIMB_M`.
    """
    # Squares of 40 km take 10 of the 16 digits; those that are left give a grade to 0.001 %.
    d, a = distance_m, altitude_m
    present = np.isfinite(d) & np.isfinite(a)
    w = weight_s
    if not present.all():
        w, d, a = np.where(present, w, 0.0), np.where(present, d, 0.0), np.where(present, a, 0.0)
    wd = w * d
    s, sd, sa, sdd, sda = np.add.reduceat(np.stack([w, wd, w * a, wd * d, wd * a]), begins, axis=1)
    spread = s * sdd - sd**2
    # A steady climb spreads its distance by its length over the root of 12.
    enough = 12.0 * spread >= (s * SHORTEST_CLIMB_M) ** 2
    enough &= s > 0.0
    spread[~enough] = np.nan
    return np.asarray(100.0 * (s * sda - sd * sa) / spread)
