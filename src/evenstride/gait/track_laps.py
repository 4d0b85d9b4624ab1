"""Decides what is laps of a running track: a capsule of 280 to 480 m, gone round again and again.

In three steps, each for those that pass the one before. Windows of `WINDOW_M` along the way that
turn by about a whole circle, for a lap or more: streets, parks, ways out and back have none. A
capsule (two half circles and two straights of the same length) fitted to all positions in them by
least squares that outliers do not drag. And that the mean way over all laps is this capsule, to the
little that errors of GPS leave when averaged: the corners of a block of houses stand out from it.
Laps are then counted by how far the runner goes round it, in either direction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.ground import TrackLaps
from evenstride.gait.ground import CHORD_S, MOVING_M_S
from evenstride.gait.swings import swings

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray
    from evenstride.gait.ground import ComplexArray, IntArray, Path

WINDOW_M: Final = 360.0
WINDOW_TURN_RAD: Final = (math.radians(220.0), math.radians(540.0))
"""360 m hold 454° of a lap of 285 m, and of one of 454 m (lane 8) between its straights 233°."""

LEAST_LOOPING_M: Final = 400.0
NEAR_M: Final = 60.0
"""Windows of one track have their mean places within this of one another."""

REACH_M: Final = 130.0
"""No track reaches further from its middle: the rest of the way there is left out of the fit."""

LAP_M: Final = (280.0, 480.0)
BEND_SHARE: Final = (0.46, 0.68)
"""Of a lap, in its two bends: 0.50 where bends and straights are of one length, 0.58 on the inner
lane of a standard track and 0.63 on its eighth."""

BINS: Final = 30
SEEN_SHARE: Final = 0.8
FEWEST_POINTS: Final = 60
MOST_POINTS: Final = 3000
OUTLYING_M: Final = (30.0,) * 4 + (15.0,) * 4 + (7.0,) * 6
"""In each step of the fit: the way onto the track and off it is to be left out in the end."""

ON_TRACK_M: Final = 15.0
"""Eight lanes are 10 m wide, and GPS errs by some metres."""

LONGEST_GAP_S: Final = 30.0
REVERSAL_LAPS: Final = 0.25
NEARLY_LAPS: Final = 0.08
"""A runner who starts and stops a little off the line has still run the lap."""

FEWEST_LAPS: Final = 3


@dataclass(frozen=True, slots=True)
class Capsule:
    """Two half circles and two straights: its middle [m], direction, half straight, and radius."""

    middle_m: complex
    direction_rad: float
    half_m: float
    radius_m: float

    @property
    def lap_m(self) -> float:
        """Length of its outline."""
        return 4.0 * self.half_m + 2.0 * math.pi * self.radius_m

    def seen(self, at_m: ComplexArray) -> tuple[FloatArray, FloatArray]:
        """Metres outside of the outline, and laps gone round counter-clockwise (0 to 1), (n,)."""
        x, y = self.turned(at_m)
        over = x - np.clip(x, -self.half_m, self.half_m)
        outside = np.hypot(over, y) - self.radius_m
        quarter_m = 0.5 * math.pi * self.radius_m
        # From the middle of the right-hand bend: its angle, a straight back, the other bend.
        angle = np.arctan2(y, np.abs(over))
        along = np.where(over > 0.0, self.radius_m * angle, np.sign(y) * (quarter_m + self.half_m))
        along -= np.where(over == 0.0, np.sign(y) * x, 0.0)
        left = 2.0 * (quarter_m + self.half_m) - self.radius_m * angle
        along = np.where(over < 0.0, left, along)
        return outside, np.asarray((along / self.lap_m) % 1.0)

    def turned(self, at_m: ComplexArray) -> tuple[FloatArray, FloatArray]:
        """Metres from its middle, along the straights and across, each (n,)."""
        q = (at_m - self.middle_m) * np.exp(-1j * self.direction_rad)
        return q.real, q.imag


def track_laps(way: Path) -> TrackLaps | None:
    """Count laps of a running track by direction.

    Parameters
    ----------
    way
        From `ground.path`.

    Returns
    -------
        None where there are fewer than `FEWEST_LAPS` whole ones.
    """
    inside = _looping(way)
    if inside is None or inside.size < FEWEST_POINTS:
        return None
    at_m = way.at_m[inside]
    capsule = fit_capsule(at_m[:: at_m.size // MOST_POINTS + 1])
    if capsule is None:
        return None
    laps = _laps(way, capsule)
    left = sum(math.floor(n + NEARLY_LAPS) for n in laps if n > 0.0)
    right = sum(math.floor(-n + NEARLY_LAPS) for n in laps if n < 0.0)
    if left + right < FEWEST_LAPS or not is_capsule(capsule, at_m, left + right):
        return None
    return TrackLaps(left, right, lap_m=capsule.lap_m, radius_m=capsule.radius_m)


def _looping(way: Path) -> IntArray | None:
    """Find the records in what looks like laps of one small loop."""
    speed, heading = way.speed_m_s, way.heading_rad
    gone_m = np.cumsum(speed) * CHORD_S
    if gone_m[-1] < WINDOW_M + LEAST_LOOPING_M:
        return None
    turn = np.abs(np.interp(gone_m + WINDOW_M, gone_m, heading) - heading)
    looping = (turn >= WINDOW_TURN_RAD[0]) & (turn <= WINDOW_TURN_RAD[1])
    looping &= gone_m <= gone_m[-1] - WINDOW_M
    if CHORD_S * float(speed[looping].sum()) < LEAST_LOOPING_M:
        return None
    weighted = np.cumsum(0.5 * (way.smoothed_m[1:] + way.smoothed_m[:-1]) * speed) * CHORD_S
    mean_m = (np.interp(gone_m + WINDOW_M, gone_m, weighted) - weighted) / WINDOW_M
    found = mean_m[looping]
    middle = complex(np.median(found.real), np.median(found.imag))
    looping &= np.abs(mean_m - middle) <= NEAR_M
    if CHORD_S * float(speed[looping].sum()) < LEAST_LOOPING_M:
        return None
    begin = np.flatnonzero(looping)
    end = np.searchsorted(gone_m, gone_m[begin] + WINDOW_M)
    covered = np.zeros(speed.size + 1)
    np.add.at(covered, begin, 1.0)
    np.add.at(covered, end, -1.0)
    chosen = (np.cumsum(covered)[:-1] > 0.0) & (speed >= MOVING_M_S)
    nearest = np.round((way.t_s - way.middle_s[0]) / CHORD_S).astype(np.intp)
    within = (nearest >= 0) & (nearest < speed.size)
    within &= np.abs(way.at_m - middle) <= REACH_M
    return np.flatnonzero(within & chosen[np.clip(nearest, 0, speed.size - 1)])


def fit_capsule(at_m: ComplexArray) -> Capsule | None:
    """Fit the outline of a capsule to points, shape (n,), by damped, reweighted least squares."""
    middle = complex(np.median(at_m.real), np.median(at_m.imag))
    spread = at_m - middle
    direction = 0.5 * float(np.angle(np.mean(spread**2)))
    x = spread * np.exp(-1j * direction)
    long_m, wide_m = (np.percentile(np.abs(v), 95.0) for v in (x.real, x.imag))
    capsule = Capsule(middle, direction, max(float(long_m - wide_m), 1.0), float(wide_m))
    for outlying_m in OUTLYING_M:
        capsule = _improved(capsule, at_m, outlying_m)
        if not (capsule.half_m > 0.0 and capsule.radius_m > 0.0):
            return None
    bends = 2.0 * math.pi * capsule.radius_m / capsule.lap_m
    sound = LAP_M[0] <= capsule.lap_m <= LAP_M[1] and BEND_SHARE[0] <= bends <= BEND_SHARE[1]
    return capsule if sound else None


def _improved(capsule: Capsule, at_m: ComplexArray, outlying_m: float) -> Capsule:
    """Take one step of Gauss and Newton; points further off than `outlying_m` weigh little."""
    x, y = capsule.turned(at_m)
    over = x - np.clip(x, -capsule.half_m, capsule.half_m)
    r = np.maximum(np.hypot(over, y), 1e-6)
    error = r - capsule.radius_m
    ux, uy = over / r, y / r
    # How the error changes with middle (along, across), direction, half straight and radius.
    slope = np.stack([-ux, -uy, uy * (over - x), -np.abs(ux), -np.ones(x.size)])
    weight = 1.0 / (1.0 + (error / outlying_m) ** 2)
    weighted = slope * weight
    normal = weighted @ slope.T
    normal[np.diag_indices(5)] *= 1.0 + 1e-6
    along, across, turn, half, radius = np.linalg.solve(
        normal + 1e-9 * np.eye(5), -weighted @ error
    ).tolist()
    moved = complex(along, across) * np.exp(1j * capsule.direction_rad)
    return Capsule(
        capsule.middle_m + complex(moved),
        capsule.direction_rad + turn,
        capsule.half_m + half,
        capsule.radius_m + radius,
    )


def is_capsule(capsule: Capsule, at_m: ComplexArray, laps: int) -> bool:
    """Say whether the mean way over all laps is this capsule."""
    return misfit_m(capsule, at_m) <= 1.0 + 2.0 / math.sqrt(laps)


def misfit_m(capsule: Capsule, at_m: ComplexArray) -> float:
    """Root mean square of how far the mean way lies off the outline [m]."""
    outside, gone = capsule.seen(at_m)
    near = np.abs(outside) <= ON_TRACK_M
    outside, which = outside[near], (gone[near] * BINS).astype(np.intp)
    order = np.lexsort((outside, which))
    count = np.bincount(which, minlength=BINS)[:BINS]
    # A part of the lap that nobody ran on is no track; single records may skip over a bin.
    if np.count_nonzero(count) < SEEN_SHARE * BINS:
        return math.inf
    ends = np.cumsum(count)[count > 0]
    middle = outside[order[ends - (count[count > 0] + 1) // 2]]
    return float(np.sqrt(np.mean(middle**2)))


def _laps(way: Path, capsule: Capsule) -> list[float]:
    """Laps gone between reversals and departures, + = counter-clockwise."""
    outside, gone = capsule.seen(way.smoothed_m)
    on = np.flatnonzero(np.abs(outside) <= ON_TRACK_M)
    if on.size < 2:
        return []
    step = np.diff(gone[on])
    step -= np.round(step)
    apart = np.diff(on) * CHORD_S > LONGEST_GAP_S
    step[apart] = 0.0
    total = np.concatenate(([0.0], np.cumsum(step)))
    ends = np.append(np.flatnonzero(apart) + 1, on.size)
    found: list[float] = []
    begin = 0
    for end in ends.tolist():
        found += swings(total[begin:end], REVERSAL_LAPS).tolist()
        begin = end
    return found
