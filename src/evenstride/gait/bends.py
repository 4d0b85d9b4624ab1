"""Decides what of a runner's turning is bends, by side, and what is U-turns and the noise of GPS.

Headings on a straight wander by a few degrees with the error of GPS, back and forth. So turning is
counted in swings of the heading of `LEAST_TURN_RAD` or more: a wander adds nothing to either side,
a gentle curve of kilometres is counted whole, and left less right is what the runner turned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from evenstride.gait.ground import CHORD_S, FOLDED, U_TURN_CHORDS, U_TURN_RAD
from evenstride.gait.swings import up_and_down

if TYPE_CHECKING:
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.gait.ground import IntArray, Path

LEAST_TURN_RAD: Final = np.radians(30.0)

WIDEST_BEND_M: Final = 80.0
"""At 3 m/s this is 0.1 m/s² to the side: at 0.3 pp per m/s², a driver of 0.03 pp. The outermost
lane of a track bends with 46 m; headings of chords of 15 m err by a third of a bend this wide."""

FOLD_REACH: Final = 3
"""Chords on either side of a fold that belong to the U-turn."""


class Bends(NamedTuple):
    """How far a run turned [°], and how far it ran in bends [m], by side, all >= 0."""

    left_turn_deg: float
    right_turn_deg: float
    left_bend_m: float
    right_bend_m: float


def bends(way: Path, running: BoolArray, turns: IntArray) -> Bends:
    """Tell a run's turning by side.

    Parameters
    ----------
    way
        From `ground.path`.
    running
        Whether the runner ran, at each of its chords, shape (k,). Turning while walking or standing
        is not counted.
    turns
        The chords of its U-turns, from `u_turns`.

    Returns
    -------
        A bend is where the way turns more tightly than `WIDEST_BEND_M` and by `LEAST_TURN_RAD` or
        more to one side. The smoothing spreads a street corner over some 15 s, and its metres with
        it.
    """
    turn = way.turn_rad * (running[1:] & running[:-1])
    for at in turns.tolist():
        turn[max(at - FOLD_REACH, 0) : at + FOLD_REACH] = 0.0
    left, right = up_and_down(np.concatenate(([0.0], np.cumsum(turn))), float(LEAST_TURN_RAD))
    left_m, right_m = _tight(turn, 0.5 * CHORD_S * (way.speed_m_s[1:] + way.speed_m_s[:-1]))
    return Bends(float(np.degrees(left)), float(np.degrees(right)), left_m, right_m)


def u_turns(way: Path) -> IntArray:
    """Find the chords in which the runner turns back, increasing.

    A smoothed track that turns back is folded: it goes much slower there than a little before and a
    little after; or its heading jumps.
    """
    speed, heading = way.speed_m_s, way.heading_rad
    turned = np.zeros(speed.size, dtype=bool)
    far = 2 * FOLD_REACH
    if speed.size > far:
        beside = np.minimum(speed[:-far], speed[far:])
        turned[FOLD_REACH:-FOLD_REACH] = speed[FOLD_REACH:-FOLD_REACH] < FOLDED * beside
    jump = np.abs(heading[U_TURN_CHORDS:] - heading[:-U_TURN_CHORDS])
    turned[U_TURN_CHORDS // 2 : -(U_TURN_CHORDS // 2)] |= jump >= U_TURN_RAD
    return np.flatnonzero(turned)


def _tight(turn_rad: FloatArray, length_m: FloatArray) -> tuple[float, float]:
    """Metres in bends to the left and to the right."""
    tight = np.abs(turn_rad) * WIDEST_BEND_M > length_m
    side = np.sign(turn_rad) * tight
    starts = np.flatnonzero(np.append(True, side[1:] != side[:-1]))
    turned = np.add.reduceat(turn_rad * tight, starts)
    metres = np.add.reduceat(length_m, starts)
    return (
        float(metres[turned >= LEAST_TURN_RAD].sum()),
        float(metres[turned <= -LEAST_TURN_RAD].sum()),
    )
