"""Which parts a run's balance is made of: the fit's columns, gathered as people think of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.block_rows import block_rows
from evenstride.answers.levels import BALANCE, days_of
from evenstride.domain.driver_words import REFERENCE_ELAPSED_H

if TYPE_CHECKING:
    from evenstride.answers.levels import Level, Levels
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.library import Library
    from evenstride.stats.blocked import BlockedRuns

SHOES, SENSOR, LIKE_FOR_LIKE, WITHIN_RUN, DAYS = (
    "shoes",
    "sensor",
    "like_for_like",
    "within_run",
    "day_to_day",
)
"""Parts that are not drivers of one name."""

_TOGETHER = {"grade:bow": "grade"}
_KINDS = {"shoe": SHOES, "sensor": SENSOR}


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Columns of a fit that one word stands for: `speed`, `grade`, `shoes`, `sensor`, `tag:NAME`.

    `columns` of shape (k,).
    """

    name: str
    columns: BoolArray

    @property
    def comes_and_goes(self) -> bool:
        """Whether it is there or not, so that at 0 there is nothing to say of it."""
        return self.name in (SHOES, SENSOR, "camber") or ":" in self.name


def parts_of(names: tuple[str, ...]) -> tuple[Part, ...]:
    """Gather the columns of a fit, in their order; shoes in one part, sensors in the last one."""
    kinds = [_TOGETHER.get(n) or _KINDS.get(n.partition(":")[0]) or n for n in names]
    return tuple(
        Part(kind, np.array([kind == k for k in kinds], dtype=bool))
        for kind in dict.fromkeys(kinds)
    )


def usually_there(looked: Levels) -> FloatArray:
    """Return what reference conditions hold of things that come and go, shape (k,).

    1 for a tag that most runs have: the fit counts it as -1 where it is missing. The usual camber.
    """
    moves = looked.by_measure[BALANCE].moves
    is_tag = np.array([name.startswith("tag:") for name in moves.names], dtype=bool)
    found = (is_tag & (moves.conditions < 0.0).any(axis=0)).astype(np.float64)
    if "camber" in moves.names:
        found[moves.names.index("camber")] = looked.conditions.usual.camber
    return found


def apart(level: Level) -> FloatArray:
    """Return each run's conditions less the reference and the present sensor, shape (n, k)."""
    moves = level.moves
    sensor = np.array([name.startswith("sensor:") for name in moves.names], dtype=bool)
    return np.asarray(moves.conditions - np.where(sensor, moves.conditions[-1], 0.0))


def apart_as_run(level: Level) -> FloatArray:
    """Return `apart`, but how far into a run its mean is by the run's length, shape (n, k).

    Late minutes tell the fit little of a run, whose own drift is in them: it has all runs early.
    """
    found = apart(level)
    usable_h = level.series["usable_s"].cast(float).fill_null(0.0).to_numpy() / 3600.0
    found[:, level.moves.names.index("elapsed")] = 0.5 * usable_h - REFERENCE_ELAPSED_H
    return found


def rows_of_run(lib: Library, looked: Levels, run: int) -> BlockedRuns:
    """Return the blocks of one run of balance's series, as the fit has them."""
    level = looked.by_measure[BALANCE]
    series = level.series[run : run + 1]
    return block_rows(
        series,
        BALANCE,
        sensor=level.sensor[run : run + 1],
        day=days_of(series),
        blocks=lib.blocks(series["recording_id"].to_list()),
        known=looked.conditions,
    )


def apart_over_time(looked: Levels, run: int, rows: BlockedRuns) -> FloatArray:
    """Return a run's mean conditions by time, less the reference and the present sensor.

    The fit weighs a run's minutes by what they tell; a person takes the mean. What holds throughout
    runs is as the fit has it. Shape (k,).

    Parameters
    ----------
    looked
        All runs.
    run
        The run's place in the series of balance.
    rows
        Its blocks, from `rows_of_run`.
    """
    level = looked.by_measure[BALANCE]
    names = level.moves.names
    found: FloatArray = apart(level)[run].copy()
    share = rows.duration_s / rows.duration_s.sum()
    for name, column in rows.conditions.items():
        known = name != "speed" or looked.conditions.reference_m_s is not None
        if name in names and known:
            found[names.index(name)] = share @ np.nan_to_num(column)
    return found
