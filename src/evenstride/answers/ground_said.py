"""What is known of the ground of runs without measuring: what was said, by habit, by sport."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from evenstride.answers.said_of_runs import ground_said_of_runs
from evenstride.domain.ground import Camber, GroundPart, Surface

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.library import Library

CAMBER_HABIT, DRIVING_SIDE = "camber_habit", "driving_side"
"""The names of the settings."""

_SIDE_LOWER = {Camber.LEFT_LOWER: 1.0, Camber.RIGHT_LOWER: -1.0, Camber.NONE: 0.0}
_SURFACE_OF_SPORT = {
    "track_running": Surface.TRACK,
    "trail_running": Surface.TRAIL,
    "treadmill_running": Surface.TREADMILL,
    "virtual_running": Surface.TREADMILL,
}
_UNDER_A_ROOF = frozenset({"treadmill_running", "virtual_running", "indoor_running"})


@dataclass(frozen=True, slots=True)
class SaidGround:
    """What is known of the ground of one run.

    Attributes
    ----------
    parts
        What was said of it, as `ground_said_of_runs` gives it.
    sport
        Its sport.
    habit_camber
        +1 where by the runner's habit the left foot stood lower, −1 the right, 0 where the habit
        does not hold: no habit set, camber said of this run, or a run under a roof.
    """

    parts: tuple[GroundPart, ...]
    sport: str
    habit_camber: float


def ground_of_runs(lib: Library, *, habit: float | None = None) -> dict[str, SaidGround]:
    """Read what is known of the ground of every run, by run id.

    `habit` is as `habit_camber` gives it; None for that of the settings.
    """
    said = ground_said_of_runs(lib)
    habit = habit_camber(lib.settings()) if habit is None else habit
    runs = lib.runs(())
    return {
        run_id: SaidGround(
            said.get(run_id, ()), sport, _habit_of_run(said.get(run_id, ()), sport, habit)
        )
        for run_id, sport in zip(runs["run_id"], runs["sport"], strict=True)
    }


def ground_of_run(lib: Library, run_id: str) -> SaidGround:
    """Read what is known of the ground of one run.

    Raises
    ------
    UnknownRunError
        There is no run of this id.
    """
    sport = lib.run(run_id).chosen.run.sport
    parts = ground_said_of_runs(lib).get(run_id, ())
    return SaidGround(parts, sport, _habit_of_run(parts, sport, habit_camber(lib.settings())))


def habit_camber(settings: Mapping[str, Any]) -> float:
    """Return which foot stands lower by habit: +1 the left, −1 the right, 0 where it is not known.

    A road falls off to its edges. Facing traffic is on the side cars do not drive on: where they
    drive on the right that is the left edge, and the left foot stands lower.
    """
    drives, habit = settings.get(DRIVING_SIDE), settings.get(CAMBER_HABIT)
    for side, facing in (("right", 1.0), ("left", -1.0)):
        if drives == side:
            return {"facing_traffic": facing, "with_traffic": -facing}.get(str(habit), 0.0)
    return 0.0


def camber_column(
    parts: Sequence[GroundPart], habit_camber: float, t_s: FloatArray, *, sport: str = ""
) -> FloatArray:
    """Return which foot stood lower at moments of a run.

    Parameters
    ----------
    parts
        What was said; a later part goes before an earlier one, any before what was said of all.
    habit_camber
        As `SaidGround` has it. It holds on road, and where the surface is not known.
    t_s
        Seconds since the start of the run, shape (n,).
    sport
        The run's sport, which may say the surface.

    Returns
    -------
        +1 left lower, −1 right lower, 0 neither or not known, shape (n,).
    """
    t_s = np.asarray(t_s, dtype=np.float64)
    by_habit = 0.0 if any(part.camber is not None for part in parts) else habit_camber
    surfaces = surface_column(parts, sport, t_s)
    column = np.array(
        [by_habit if surface in (None, Surface.ROAD) else 0.0 for surface in surfaces],
        dtype=np.float64,
    )
    for part in _general_first(parts):
        if part.camber is not None:
            column[_within(part, t_s)] = _SIDE_LOWER[part.camber]
    return column


def surface_column(
    parts: Sequence[GroundPart], sport: str, t_s: FloatArray
) -> list[Surface | None]:
    """Return what was underfoot at moments of a run.

    Parameters
    ----------
    parts
        What was said, as for `camber_column`; it goes before the sport.
    sport
        The run's sport: a track, a trail and a treadmill are known by it.
    t_s
        Seconds since the start of the run, shape (n,).

    Returns
    -------
        n surfaces; None where it is not known.
    """
    t_s = np.asarray(t_s, dtype=np.float64)
    # A list: an array would make plain texts of the members of an enumeration of texts.
    column = [_SURFACE_OF_SPORT.get(sport)] * len(t_s)
    for part in _general_first(parts):
        if part.surface is not None:
            for at in np.flatnonzero(_within(part, t_s)):
                column[at] = part.surface
    return column


def of_all(parts: Sequence[GroundPart]) -> GroundPart:
    """Return what was said of the whole run; a part that says nothing where nothing was."""
    surface, camber = None, None
    for part in parts:
        if _is_general(part):
            surface, camber = part.surface or surface, part.camber or camber
    return GroundPart(surface=surface, camber=camber)


def _habit_of_run(parts: Sequence[GroundPart], sport: str, habit: float) -> float:
    said = any(part.camber is not None for part in parts)
    return 0.0 if said or sport in _UNDER_A_ROOF else habit


def _is_general(part: GroundPart) -> bool:
    return part.start_s is None and part.end_s is None


def _general_first(parts: Sequence[GroundPart]) -> list[GroundPart]:
    return sorted(parts, key=lambda part: not _is_general(part))


def _within(part: GroundPart, t_s: FloatArray) -> BoolArray:
    start_s = -np.inf if part.start_s is None else part.start_s
    end_s = np.inf if part.end_s is None else part.end_s
    return (t_s >= start_s) & (t_s < end_s)
