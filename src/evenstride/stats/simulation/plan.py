"""What a simulated runner sets out to do: stretches of one speed each, on a course, at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenstride.stats.simulation.course import HOME_UTC_OFFSET_S

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.stats.simulation.course import Course

WALKING_M_S = 2.0
"""Whoever moves slower than this walks."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a run at one intended speed: 0 stands, below 2 m/s walks.

    `paused` stops the timer, so that nothing is written; `new_lap` presses the lap button at its
    start.
    """

    duration_s: int
    speed_m_s: float
    new_lap: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What the runner sets out to do.

    Attributes
    ----------
    started_at_utc, utc_offset_s
        Aware start; local time minus UTC.
    day
        Days since the runner's day 0.
    kind
        A word for people: `easy`, `long`, `tempo`, ...
    stretches
        The run in order.
    course
        The ground; None is a treadmill.
    auto_lap_m
        Distance after which the watch starts a new lap by itself; None leaves it to `new_lap`.
    temperature_c
        Of the air.
    effect_pp
        What a cue, a shoe or the camber adds to balance throughout this run, + = toward the left.
    sensor_reversed
        The sensor is clipped on the other way round and exchanges left and right.
    """

    started_at_utc: datetime
    day: float
    kind: str
    stretches: tuple[Stretch, ...]
    course: Course | None
    utc_offset_s: int = HOME_UTC_OFFSET_S
    auto_lap_m: float | None = 1000.0
    temperature_c: float = 14.0
    effect_pp: float = 0.0
    sensor_reversed: bool = False
