"""Decides how much of an exercise: where it starts, how sets grow by the week, how long it takes.

Doses are those of the catalogue (conventions, unless it says otherwise). What the log changes of
them is decided in `progress`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.exercise import Counted, Dose, Sided

SECONDS_EACH: Final[Mapping[Counted, float]] = {
    "repetitions": 4.0,
    "seconds": 1.0,
    "breaths": 7.0,
    "minutes": 60.0,
    "runs": 0.0,
}
"""How long one of what is counted takes, roughly."""
REST_S: Final = 30.0
"""Rest after a set, or the time to change sides."""
TOP_DOWN_WEEKS: Final = 4
"""The first block; the weeks after it build what it prepared into strength."""
STRONGER_WEEKS: Final = 8
"""After this week the second half of the strength block begins."""


def seconds_of(
    sided: Sided, sets_left: int, sets_right: int, count: int, counted: Counted
) -> float:
    """Tell how long the sets of one exercise take, rests included [s].

    Of what is done with both sides at once the sets stand in both numbers and are done once.
    """
    sets = sets_left if sided == "both" else sets_left + sets_right
    return sets * (count * SECONDS_EACH[counted] + REST_S)


def sets_in_week(dose: Dose, week: int) -> int:
    """Tell how many sets a side the week would have: two weeks at the low end, then one more.

    The last two weeks have another one. Never more than the dose allows; time, soreness and the log
    may allow fewer.
    """
    low, high = dose.sets
    if week <= TOP_DOWN_WEEKS:
        more = 0 if week <= 2 else 1
    elif week <= STRONGER_WEEKS:
        more = 0 if week <= TOP_DOWN_WEEKS + 2 else 1
    else:
        more = 1 if week <= STRONGER_WEEKS + 2 else 2
    return min(low + more, high)


def count_step(counted: Counted) -> int:
    """Tell by how much the count goes up at once: two repetitions, ten seconds."""
    return {"repetitions": 2, "seconds": 10}.get(counted, 1)


def more_load_kg(load_kg: float) -> float | None:
    """Return the load after one step up: 5 % more on a grid of 0.5 kg, within 2 to 10 %.

    Light loads use finer grids; None where even 0.1 kg is more than 10 %.
    """
    for grid_kg in (0.5, 0.25, 0.1):
        steps = max(round(load_kg * 0.05 / grid_kg), 1)
        for tried in (steps, steps - 1):
            raised_kg = round(load_kg + tried * grid_kg, 3)
            if load_kg * 1.02 <= raised_kg <= load_kg * 1.10:
                return raised_kg
    return None


def less_load_kg(load_kg: float) -> float:
    """Return the load after one step back: a tenth less, down to the grid of 0.5 kg."""
    tenth_less_kg = load_kg * 0.9
    on_grid_kg = int(tenth_less_kg * 2.0) / 2.0
    return on_grid_kg if on_grid_kg >= load_kg * 0.8 else round(tenth_less_kg, 2)
