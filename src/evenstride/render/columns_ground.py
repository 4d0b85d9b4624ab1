"""Which facts people see of the ground of one run, on its page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from evenstride.domain.wording import METRES, printable
from evenstride.render.cells import MISSING, duration, number, plain, sides
from evenstride.render.column import Column, Shown

if TYPE_CHECKING:
    from evenstride.domain.answer import Row
    from evenstride.domain.wording import Units

_TURNS_PER_DEGREE = 1.0 / 360.0
_LOWER = {"left_lower": "left foot lower", "right_lower": "right foot lower"}


def _climb(row: Row) -> str:
    up_m, down_m = number(row, "up_m"), number(row, "down_m")
    return MISSING if up_m is None or down_m is None else f"{up_m:.0f} / {down_m:.0f} m"


def _said(row: Row) -> str:
    return printable(str(row.get("said") or MISSING))


def _by_habit(row: Row) -> str:
    return _LOWER.get(str(row.get("camber_by_habit")), MISSING)


def _lap(row: Row) -> str:
    lap_m = number(row, "lap_m")
    return MISSING if lap_m is None else f"{lap_m:.0f} m"


def _radius(row: Row) -> str:
    radius_m, lane = number(row, "radius_m"), row.get("lane")
    if radius_m is None:
        return MISSING
    return f"{radius_m:.0f} m" + (f", about lane {lane}" if lane else "")


@cache
def ground_facts(units: Units = "km") -> Shown:
    """Return the title and the facts; one that is missing is not shown."""
    per_unit = METRES["km"] / METRES[units]
    return (
        "The ground",
        (
            Column("Laps of a track", sides("track_laps_left", "track_laps_right"), "left"),
            Column("A lap", _lap, "left"),
            Column("Radius of its bends", _radius, "left"),
            Column(
                "Full turns", sides("left_turn_deg", "right_turn_deg", _TURNS_PER_DEGREE, 1), "left"
            ),
            Column(
                f"In tight bends, {units}",
                sides("left_bend_km", "right_bend_km", per_unit, 2),
                "left",
            ),
            Column("Climb / descent", _climb, "left"),
            Column("Turned round at", duration("turned_back_at_s"), "left"),
            Column("You said", _said, "left"),
            Column("Surface, by the watch", plain("surface_by_sport"), "left"),
            Column("By your habit", _by_habit, "left"),
        ),
    )
