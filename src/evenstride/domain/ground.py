"""What the ground of a run is: bends, laps of a track, climbs; and what a person said of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Surface(StrEnum):
    """What is underfoot. Only a person knows."""

    ROAD = "road"
    PAVEMENT = "pavement"
    TRACK = "track"
    TRAIL = "trail"
    TREADMILL = "treadmill"


class Camber(StrEnum):
    """Which foot stands on the lower side of a sloping road; `NONE` where it does not slope."""

    LEFT_LOWER = "left_lower"
    RIGHT_LOWER = "right_lower"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class GroundPart:
    """What a person said of a run, or of its part `[start_s, end_s)`; None where nothing was said.

    `start_s` and `end_s` count from the start of the run; both are None for the whole run. A part
    goes before the whole run where both speak.
    """

    start_s: float | None = None
    end_s: float | None = None
    surface: Surface | None = None
    camber: Camber | None = None


@dataclass(frozen=True, slots=True)
class TrackLaps:
    """Laps of a running track found in a run.

    Attributes
    ----------
    left, right
        Whole laps turning left (counter-clockwise) and right.
    lap_m
        Length of a lap as it was run, the median [m].
    radius_m
        Radius of its bends, the median [m]: which lane, roughly.
    """

    left: int
    right: int
    lap_m: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Ground:
    """What positions and heights say of the ground of one recording.

    Attributes
    ----------
    left_turn_deg, right_turn_deg
        How far it turned to either side while running, U-turns left out, both >= 0; None without
        positions (a treadmill).
    left_bend_m, right_bend_m
        Metres run in bends tight enough to matter, by side; None without positions.
    laps
        Laps of a track; None where it was none.
    up_m, down_m
        Climb and descent by the smoothed altitude, both >= 0; None without it.
    turned_back_at_s
        When the runner turned round to come back the same way, seconds since the start; None where
        it was no out-and-back.
    same_way_from_s, same_way_until_s
        What was run there and back, `[from, until)` with the turn inside; None together with it.
    """

    left_turn_deg: float | None = None
    right_turn_deg: float | None = None
    left_bend_m: float | None = None
    right_bend_m: float | None = None
    laps: TrackLaps | None = None
    up_m: float | None = None
    down_m: float | None = None
    turned_back_at_s: float | None = None
    same_way_from_s: float | None = None
    same_way_until_s: float | None = None
