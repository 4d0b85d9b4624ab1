"""What is said of the ground of one run: laps of a track, bends, climbs, the way back, words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.ground_said import camber_column, ground_of_run, of_all, surface_column
from evenstride.answers.ground_typed import CAMBER_WORDS, ground_words
from evenstride.domain.ground import Camber
from evenstride.domain.wording import count_words, distance_words, duration_words

if TYPE_CHECKING:
    import polars as pl

    from evenstride.answers.ground_said import SaidGround
    from evenstride.answers.rows_moves import RunGroundRow
    from evenstride.domain.ground import Ground, Surface, TrackLaps
    from evenstride.domain.wording import Units
    from evenstride.library import Library, StoredRun

_STRAIGHTS_M, _INSIDE_M, _LANE_M, _LANES = 2.0 * 84.39, 36.5 + 0.3, 1.22, 8
"""The standard track of World Athletics (Track and Field Facilities Manual, chapter 2): both
straights, the radius of the line that lane 1 is measured along, the width of a lane, how many."""
_LAP_WITHIN_M = 5.0
"""A lap this far from what a standard track has at the radius of its bends is of another track."""
_HABIT_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class ShownGround:
    """The ground of a run: a row of everything, and sentences of what is worth saying."""

    row: RunGroundRow
    sentences: tuple[str, ...]


def shown_ground(
    lib: Library, stored: StoredRun, samples: pl.DataFrame, units: Units
) -> ShownGround:
    """Tell the ground of a run.

    Parameters
    ----------
    lib
        The library: what was typed, and the runner's habit.
    stored
        The run.
    samples
        Those of its chosen recording; only whether there are positions is read.
    units
        What lengths of bends are said in.
    """
    ground = stored.ground
    said = ground_of_run(lib, stored.run_id)
    by_habit = _by_habit(said, stored.chosen.elapsed_s)
    sentences = _computed(ground, units)
    if ground.left_turn_deg is None:
        sentences.insert(0, _why_no_bends(lib, stored.run_id, samples))
    if said.parts:
        sentences.append(f"You said of the ground: {'; '.join(ground_words(said.parts))}.")
    if by_habit:
        sentences.append(f"By your habit {CAMBER_WORDS[by_habit]}.")
    return ShownGround(_row(ground, said, by_habit), tuple(sentences))


def lane_of(laps: TrackLaps) -> int | None:
    """Tell in which lane of a standard track laps were run, from the radius of their bends.

    Positions tell a radius to about a metre, so that it may be the next lane.

    Returns
    -------
        1 to 8; None where radius or lap are not those of a standard track.
    """
    outside_lane_1 = (laps.radius_m - _INSIDE_M) / _LANE_M
    standard_m = _STRAIGHTS_M + 2.0 * math.pi * laps.radius_m
    if abs(laps.lap_m - standard_m) > _LAP_WITHIN_M or not -1.0 < outside_lane_1 < _LANES - 0.5:
        return None
    return max(round(outside_lane_1), 0) + 1


def _row(ground: Ground, said: SaidGround, by_habit: Camber | None) -> RunGroundRow:
    laps = ground.laps
    return {
        "left_turn_deg": ground.left_turn_deg,
        "right_turn_deg": ground.right_turn_deg,
        "left_bend_km": _km(ground.left_bend_m),
        "right_bend_km": _km(ground.right_bend_m),
        "track_laps_left": laps.left if laps else None,
        "track_laps_right": laps.right if laps else None,
        "lap_m": laps.lap_m if laps else None,
        "radius_m": laps.radius_m if laps else None,
        "lane": lane_of(laps) if laps else None,
        "up_m": ground.up_m,
        "down_m": ground.down_m,
        "turned_back_at_s": ground.turned_back_at_s,
        "said": "; ".join(ground_words(said.parts)) or None,
        "surface_by_sport": _by_sport(said),
        "camber_by_habit": by_habit,
    }


def _computed(ground: Ground, units: Units) -> list[str]:
    """Say what positions and heights tell."""
    sentences = []
    if ground.laps:
        sentences.append(_laps(ground.laps))
    elif ground.left_turn_deg is not None and ground.right_turn_deg is not None:
        sentences.append(
            f"Turned through {ground.left_turn_deg / 360.0:.1f} full turns to the left and "
            f"{ground.right_turn_deg / 360.0:.1f} to the right, {_bends(ground, units)}."
        )
    if ground.turned_back_at_s is not None:
        sentences.append(
            f"Turned round at {duration_words(ground.turned_back_at_s)} and came back the same way."
        )
    if ground.up_m is not None and ground.down_m is not None:
        sentences.append(
            f"Climbed {ground.up_m:.0f} m and descended {ground.down_m:.0f} m."
            if max(ground.up_m, ground.down_m) > 0.0
            else "No climb or descent: it was flat."
        )
    return sentences


def _laps(laps: TrackLaps) -> str:
    by_side = [(n, side) for n, side in ((laps.left, "left"), (laps.right, "right")) if n]
    count = " and ".join(
        f"{count_words(n, 'lap') if first else n}{' of a track' if first else ''} to the {side}"
        for first, (n, side) in zip((True, False), by_side, strict=False)
    )
    lane = lane_of(laps)
    return f"{count}, {laps.lap_m:.0f} m each, with bends of about {laps.radius_m:.0f} m radius" + (
        f" (about lane {lane})." if lane else "."
    )


def _bends(ground: Ground, units: Units) -> str:
    left_m, right_m = ground.left_bend_m or 0.0, ground.right_bend_m or 0.0
    if left_m + right_m <= 0.0:
        return "none of it in tight bends"
    left, right = (distance_words(m, units, decimals=2) for m in (left_m, right_m))
    return f"with {left} of tight bends to the left and {right} to the right"


def _why_no_bends(lib: Library, run_id: str, samples: pl.DataFrame) -> str:
    if samples["lat_deg"].null_count() == samples.height:
        return "No positions were recorded: nothing is known of bends."
    if run_id in lib.grounds():
        return "Its positions are too few: nothing is known of bends."
    return "Its ground was never looked at: `evenstride library rebuild` does that."


def _by_sport(said: SaidGround) -> Surface | None:
    """Tell the surface that the recorded sport says, where the runner said none of the whole."""
    typed = of_all(said.parts).surface
    return None if typed is not None else surface_column((), said.sport, np.zeros(1))[0]


def _by_habit(said: SaidGround, elapsed_s: float) -> Camber | None:
    """Tell which foot stood lower by habit alone, where it holds for any of the run."""
    t_s = np.arange(0.0, max(elapsed_s, _HABIT_EVERY_S), _HABIT_EVERY_S)
    if (
        not said.habit_camber
        or not camber_column(said.parts, said.habit_camber, t_s, sport=said.sport).any()
    ):
        return None
    return Camber.LEFT_LOWER if said.habit_camber > 0.0 else Camber.RIGHT_LOWER


def _km(metres: float | None) -> float | None:
    return None if metres is None else metres / 1e3
