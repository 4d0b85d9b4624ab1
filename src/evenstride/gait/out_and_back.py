"""Decides whether a runner turned round to come back the same way, when, and for how long.

The way back is laid over the way out, mirrored at the turn: places as far behind the turn as before
it must be near one another, for a third of the run in all. Where the runner turned more than once
within it (shuttles, a stretch of road run up and down) there is no one turn. Of several such parts
of a run the longest is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from evenstride.gait.ground import CHORD_S

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray
    from evenstride.gait.ground import ComplexArray, IntArray, Path

PROBE_M: Final = 50.0
NEAR_M: Final = 25.0
"""Both sides of a road and the errors of GPS twice; the next street is further."""

SLACK: Final = np.linspace(-1.0, 1.0, 13)
SLACK_M: Final = 30.0
SLACK_SHARE: Final = 0.03
"""Way out and way back differ in length by crossings, corners cut and errors."""

SAME_SHARE: Final = 0.85
SHORTEST_M: Final = 500.0
LEAST_OF_RUN: Final = 1.0 / 3.0
SECOND_TURN: Final = 0.25
"""Another turn with a way back of more than this share of the longest's makes it a shuttle."""

MOST_TURNS: Final = 40

LOOK_M: Final = np.array([-450.0, -350.0, -250.0, -150.0, 450.0, 350.0, 250.0, 150.0])
"""Two of four places before a turn and after it must be near for a second look."""


class ThereAndBack(NamedTuple):
    """The same way `[from_s, until_s)` there and, from the turn on, back; since the start [s]."""

    from_s: float
    turned_at_s: float
    until_s: float


def there_and_back(way: Path, turns: IntArray) -> ThereAndBack | None:
    """Find the turn from which the runner came back the same way, None where there was none.

    Parameters
    ----------
    way
        From `ground.path`.
    turns
        The chords of its U-turns, from `bends.u_turns`.
    """
    gone_m = np.concatenate(([0.0], np.cumsum(way.speed_m_s) * CHORD_S))
    run_m = float(gone_m[-1])
    if run_m < 2.0 * SHORTEST_M:
        return None
    found = [
        (_way_back_m(at_m, gone_m, way.smoothed_m), at_m)
        for at_m in _likely_m(turns, gone_m, way.smoothed_m)
    ]
    back_m, at_m = max(found, default=(0.0, 0.0))
    if back_m < SHORTEST_M or 2.0 * back_m < LEAST_OF_RUN * run_m:
        return None
    for other_m, other_at_m in found:
        inside = 2.0 * PROBE_M < abs(other_at_m - at_m) < back_m
        if inside and other_m >= SECOND_TURN * back_m:
            return None
    # Point j lies half a chord before the middle of the j-th chord.
    points_s = way.middle_s[0] + CHORD_S * (np.arange(gone_m.size) - 0.5)
    return ThereAndBack(*np.interp(at_m + back_m * np.array([-1, 0, 1]), gone_m, points_s).tolist())


def _likely_m(turns: IntArray, gone_m: FloatArray, place_m: ComplexArray) -> list[float]:
    """Where along the way it may be: at U-turns, and as far away as it went; if a look says so."""
    away = place_m - place_m[0]
    furthest = np.argmax(away.real**2 + away.imag**2)
    at_m = gone_m[np.append(_one_each(turns), furthest)]
    at_m = at_m[(at_m >= SHORTEST_M) & (at_m <= gone_m[-1] - SHORTEST_M)][:MOST_TURNS]
    if at_m.size == 0:
        return []
    around = np.interp(at_m[:, None] + LOOK_M, gone_m, place_m)
    before, after = around[:, : LOOK_M.size // 2], around[:, LOOK_M.size // 2 :]
    reach_m = NEAR_M + SLACK_M + SLACK_SHARE * SHORTEST_M
    near = np.count_nonzero(np.abs(before - after) <= reach_m, axis=1)
    return [float(m) for m in at_m[near >= LOOK_M.size // 4]]


def _one_each(chords: IntArray) -> IntArray:
    """Take the middle chord of each run of neighbours."""
    breaks = np.flatnonzero(np.diff(chords) > 2) + 1
    begin = np.concatenate(([0], breaks))
    end = np.append(breaks, chords.size)
    return chords[(begin + end) // 2] if chords.size else chords


def _way_back_m(at_m: float, gone_m: FloatArray, place_m: ComplexArray) -> float:
    """How far from the turn the way back is the way out, mirrored [m]."""
    most_m = min(at_m, float(gone_m[-1]) - at_m)
    from_turn = np.arange(PROBE_M, most_m + 1.0, PROBE_M)
    out = np.interp(at_m - from_turn, gone_m, place_m)
    slack = SLACK * (SLACK_M + SLACK_SHARE * from_turn[:, None])
    back = np.interp(at_m + from_turn[:, None] + slack, gone_m, place_m)
    near = (np.abs(back - out[:, None]) <= NEAR_M).any(axis=1)
    same = np.flatnonzero(near & (np.cumsum(near) >= SAME_SHARE * np.arange(1, near.size + 1)))
    return float(from_turn[same[-1]]) if same.size else 0.0
