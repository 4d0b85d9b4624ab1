"""What about a run differs from what is usual for this runner, in sentences."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from evenstride.answers.block_rows import RACE
from evenstride.answers.dates import well_dated
from evenstride.answers.levels import BALANCE
from evenstride.answers.sensors import UNKNOWN
from evenstride.domain.wording import (
    count_words,
    distance_words,
    duration_words,
    pace_words,
    printable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from evenstride.answers.levels import Levels
    from evenstride.answers.rows_moves import DifferentRow
    from evenstride.domain.wording import Units
    from evenstride.library import Library

GAP_DAYS = 14
_AROUND = 5
_LEAST_RUNS, _BEYOND = 20, 0.95
_RARE_SHARE, _RARE_RUNS = 0.05, 2
_MOSTLY = 0.5
_SHORT_S = 600.0
_ON = {
    "road": "on roads",
    "pavement": "on pavements",
    "track": "on a track",
    "trail": "on trails",
    "treadmill": "on a treadmill",
}


def different(
    lib: Library, looked: Levels, at: int, *, now: datetime | None, units: Units
) -> tuple[DifferentRow, ...]:
    """Tell what is not usual about a run of balance's series: none where all is as ever.

    Rows `what` (`sensor`, `shoes`, `surface`, `gap`, `race`, `long`, `fast`, `hilly`) and
    `sentence`. Of pace, length and hills it takes 20 runs to say what is usual.
    """
    run_id = looked.by_measure[BALANCE].series["run_id"][at]
    runs = lib.runs(measures=("speed_m_s",)).filter(well_dated(now))
    found = [
        *_sensor(looked, at),
        *_shoes(looked, at),
        *_tags(looked, run_id),
        *_surface(looked, at),
        *_gap(runs, run_id),
        *_race(looked, run_id),
        *_short(looked, at),
        *_extremes(lib, runs, run_id, units),
    ]
    return tuple({"what": what, "sentence": sentence} for what, sentence in found)


def _sensor(looked: Levels, at: int) -> Iterator[tuple[str, str]]:
    level = looked.by_measure[BALANCE]
    around = level.sensor[max(at - _AROUND, 0) : at + _AROUND + 1].tolist()
    usual, count = Counter(around).most_common(1)[0]
    own = int(level.sensor[at])
    if own != usual and 2 * count > len(around):
        yield (
            "sensor",
            f"It was measured by {_called(level.sensors[own])}, the runs around it mostly by "
            f"{_called(level.sensors[usual])}.",
        )
    elif at and own != level.sensor[at - 1]:
        yield (
            "sensor",
            f"It was measured by {_called(level.sensors[own])}, the run before it by "
            f"{_called(level.sensors[level.sensor[at - 1]])}.",
        )


def _called(sensor: str | None) -> str:
    return printable(sensor or UNKNOWN)


def _shoes(looked: Levels, at: int) -> Iterator[tuple[str, str]]:
    ids, typed = looked.by_measure[BALANCE].series["run_id"], looked.conditions.typed
    own = typed.get(ids[at])
    if own is None or not own.shoes:
        return
    before = [t.shoes for run_id in ids[:at] if (t := typed.get(run_id)) and t.shoes]
    all_runs = [t.shoes for run_id in ids if (t := typed.get(run_id)) and t.shoes]
    shoes = printable(own.shoes)
    if before and own.shoes not in before:
        yield "shoes", f"It was your first run with {shoes}."
    elif len(all_runs) >= _LEAST_RUNS and all_runs.count(own.shoes) <= max(
        _RARE_RUNS, _RARE_SHARE * len(all_runs)
    ):
        count = all_runs.count(own.shoes)
        yield "shoes", f"You wore {shoes}, as in only {count} of {len(all_runs)} runs."


def _tags(looked: Levels, run_id: str) -> Iterator[tuple[str, str]]:
    """Say a run's tags that few other runs have; that it was a race is said elsewhere."""
    typed, ids = looked.conditions.typed, looked.by_measure[BALANCE].series["run_id"]
    own = typed.get(run_id)
    for tag in own.tags if own else ():
        count = sum(tag in t.tags for i in ids if (t := typed.get(i)))
        if tag == RACE or count > max(_RARE_RUNS, _RARE_SHARE * ids.len()):
            continue
        said = printable(tag)
        yield (
            "tag",
            f"You tagged it {said}, as in only {count} of {ids.len()} runs."
            if count > 1
            else f"It is your only run with the tag {said}: what that does cannot be told.",
        )


def _short(looked: Levels, at: int) -> Iterator[tuple[str, str]]:
    usable_s = looked.by_measure[BALANCE].series["usable_s"][at]
    if usable_s is not None and usable_s < _SHORT_S:
        yield (
            "short",
            f"Only {duration_words(usable_s)} of it could be used: so short a run says little.",
        )


def _surface(looked: Levels, at: int) -> Iterator[tuple[str, str]]:
    moves = looked.by_measure[BALANCE].moves
    for name, share in zip(moves.names, moves.conditions[at].tolist(), strict=True):
        kind, _, surface = name.partition(":")
        if kind == "surface" and share > _MOSTLY:
            yield (
                "surface",
                f"It was {_ON.get(surface, surface)}, which is not what you mostly run on.",
            )


def _gap(runs: pl.DataFrame, run_id: str) -> Iterator[tuple[str, str]]:
    at = runs["run_id"].index_of(run_id)
    if not at:
        return
    days = (runs["started_at_utc"][at] - runs["started_at_utc"][at - 1]).days
    if days > GAP_DAYS:
        yield "gap", f"It was the first run after {count_words(days, 'day')} without one."


def _race(looked: Levels, run_id: str) -> Iterator[tuple[str, str]]:
    typed = looked.conditions.typed
    own = typed.get(run_id)
    if own and own.is_race:
        races = sum(t.is_race or RACE in t.tags for t in typed.values())
        yield "race", "It was a race" + (f", one of {races}." if races > 1 else ".")


def _extremes(
    lib: Library, runs: pl.DataFrame, run_id: str, units: Units
) -> Iterator[tuple[str, str]]:
    """Say where a run goes beyond 95 % of all runs."""
    if runs.height < _LEAST_RUNS:
        return
    grounds = lib.grounds()
    climbs = [
        None if (g := grounds.get(i)) is None or g.up_m is None or not m else g.up_m / m
        for i, m in zip(runs["run_id"], runs["distance_m"], strict=True)
    ]
    table = runs.select(
        "run_id", "duration_s", "speed_m_s", "distance_m", climb=pl.Series(climbs, dtype=pl.Float64)
    )
    own = table.row(by_predicate=pl.col("run_id") == run_id, named=True)
    said = {
        "long": ("duration_s", "It was longer", duration_words(own["duration_s"])),
        "fast": ("speed_m_s", "It was faster", pace_words(own["speed_m_s"], units)),
        "hilly": ("climb", "It climbed more for its length", _climb(own, units)),
    }
    for what, (column, more, size) in said.items():
        value, known = own[column], table[column].drop_nulls()
        if value is None or known.len() < _LEAST_RUNS:
            continue
        share = float((known < value).mean() or 0.0)
        if share >= _BEYOND:
            yield what, f"{more} than {int(100.0 * share)} % of your runs ({size})."


def _climb(own: dict[str, float | None], units: Units) -> str:
    climb, distance_m = own["climb"], own["distance_m"]
    if climb is None or distance_m is None:
        return ""
    return f"{climb * distance_m:.0f} m up in {distance_words(distance_m, units)}"
