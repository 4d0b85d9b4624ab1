"""How a body bends: limbs of fixed length that reach a point, and the round outline they have.

Points are complex numbers, x to the right and y up; a direction is an angle in degrees, 0 to the
right and 90 up.
"""

from __future__ import annotations

import cmath
import math
from itertools import pairwise
from typing import Final

SLACK: Final = 1.02
"""How far beyond its length a limb may be asked to reach: two per cent, which no eye sees."""


class TooFarError(ValueError):
    """A limb was asked to reach farther than it is long."""


def along(direction_deg: float, length: float = 1.0) -> complex:
    """Return the step of this length into this direction."""
    return cmath.rect(length, math.radians(direction_deg))


def direction(start: complex, end: complex) -> float:
    """Return the direction from one point to another [deg]; 0 where they are the same."""
    return math.degrees(cmath.phase(end - start)) if end != start else 0.0


def middle_joint(start: complex, end: complex, upper: float, lower: float, bend: int) -> complex:
    """Return where knee or elbow is, of a limb from `start` to `end`.

    Parameters
    ----------
    start, end
        Hip and ankle, or shoulder and wrist.
    upper, lower
        Lengths of thigh and shin, or upper arm and forearm.
    bend
        1 where the joint lies to the left of the way from start to end, -1 to the right.

    Raises
    ------
    TooFarError
        Where the limb is too short to reach.
    """
    reach = abs(end - start)
    if reach > (upper + lower) * SLACK:
        raise TooFarError(f"{reach:.1f} is farther than {upper + lower:.1f}")
    if reach >= upper + lower:
        return start + (end - start) * upper / (upper + lower)
    reach = max(reach, abs(upper - lower) + 1e-6)
    cosine = (upper**2 + reach**2 - lower**2) / (2.0 * upper * reach)
    turn = math.degrees(math.acos(max(-1.0, min(1.0, cosine))))
    return start + along(direction(start, end) + bend * turn, upper)


def outline(*stations: tuple[complex, float]) -> str:
    """Return the path of a round limb through circles (centre, radius), as one closed shape a pair.

    All shapes run the same way round, so that they fill as one and a stroke painted beneath the
    fill shows around the whole only.
    """
    if len(stations) == 1:
        return _circle(*stations[0])
    return "".join(_capsule(a, ra, b, rb) for (a, ra), (b, rb) in pairwise(stations))


def point(at: complex) -> str:
    """Write a point as a path does."""
    return f"{_short(at.real)} {_short(at.imag)}"


def _capsule(a: complex, ra: float, b: complex, rb: float) -> str:
    apart = abs(b - a)
    if apart <= abs(ra - rb) + 1e-9:
        return _circle(a, ra) if ra >= rb else _circle(b, rb)
    axis, open_rad = cmath.phase(b - a), math.acos((ra - rb) / apart)
    up, down = cmath.rect(1.0, axis + open_rad), cmath.rect(1.0, axis - open_rad)
    wide = open_rad < math.pi / 2.0
    return (
        f"M{point(a + ra * up)}"
        f"A{_short(ra)} {_short(ra)} 0 {int(wide)} 1 {point(a + ra * down)}"
        f"L{point(b + rb * down)}"
        f"A{_short(rb)} {_short(rb)} 0 {int(not wide)} 1 {point(b + rb * up)}Z"
    )


def _circle(at: complex, radius: float) -> str:
    r, start, across = _short(radius), point(at - radius), point(at + radius)
    return f"M{start}A{r} {r} 0 1 1 {across}A{r} {r} 0 1 1 {start}Z"


def _short(value: float) -> str:
    text = f"{value:.1f}"
    return text.removesuffix(".0")
