"""What looks like a mistake of wearing or measuring: said with what can be done, and never mended.

A sensor clipped on the other way round; a jump that came with another sensor or watch; running on
the spot; a balance that stands still. Whatever is found, no data changes: the runner decides.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from evenstride.answers.dates import local_dates
from evenstride.answers.levels import BALANCE, days_of
from evenstride.answers.when_it_changed import known_only
from evenstride.domain.answer import Source
from evenstride.domain.wording import balance_pair, change_interval_words, count_words, toward
from evenstride.stats.mirrored import LIKELY, mirrored_probability

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.answers.levels import Level, Levels
    from evenstride.answers.rows_moves import MistakeRow
    from evenstride.answers.when_it_changed import KnownStep
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.recording import Issue
    from evenstride.library import Library

_SOURCES = {
    "device": Source("Devices disagree, uphill above all (Berzosa 2024)", "doi 10.3390/s24113570"),
    "on_the_spot": Source("On the spot a pod reads contact 82 ms too short (Sensors 2023;23:7155)"),
}
TAG = "mirrored"
"""What the runner tags a run with that was measured the wrong way round."""

_VISIBLE_PP = 0.5
_AROUND = 15
_TODO = {
    "on_the_spot": "Next time pause the watch while you wait, or stand still.",
    "stuck": "Look at how the sensor sits, and at its battery; if another device recorded the run "
    "too, choose that recording (`evenstride library prefer`).",
}
MISTAKES = frozenset(_TODO)
"""The codes of issues of a recording that are told as mistakes."""


def likely_mistakes(
    lib: Library, looked: Levels, *, recent_days: float | None = None
) -> tuple[MistakeRow, ...]:
    """List what looks like a mistake in the runs with balance, the newest first.

    Parameters
    ----------
    lib
        The library.
    looked
        Its levels.
    recent_days
        Only in so many days up to the last run; None all. On the spot and stuck are always those of
        the last run only: each run says its own.
    """
    level = looked.by_measure[BALANCE]
    day = days_of(level.series)
    oldest = -np.inf if recent_days is None else float(day[-1]) - recent_days
    run_ids: list[str] = level.series["run_id"].to_list()
    found = [*_mirrored_rows(looked), *_device_rows(lib, looked)]
    rows = [row for at, row in sorted(found, key=lambda f: -f[0]) if day[at] >= oldest]
    return (*of_issues(run_ids[-1], lib.run(run_ids[-1]).chosen.issues), *rows)


def mistakes_of_run(lib: Library, looked: Levels, run_id: str) -> tuple[MistakeRow, ...]:
    """List what looks like a mistake in one run, or came with it."""
    level = looked.by_measure[BALANCE]
    run_ids: list[str] = level.series["run_id"].to_list()
    mine = of_issues(run_id, lib.run(run_id).chosen.issues)
    if run_id not in run_ids:
        return mine
    at = run_ids.index(run_id)
    probability = _probability(level)
    mirrored = probability[at] >= LIKELY and not _said_so(looked, run_id)
    return (
        *mine,
        *((_mirrored_row(level, at, at, probability),) if mirrored else ()),
        *(row for run, row in _device_rows(lib, looked) if run == at),
    )


def of_issues(run_id: str, issues: Iterable[Issue]) -> tuple[MistakeRow, ...]:
    """Turn the issues of a run's recording that are mistakes into rows."""
    return tuple(
        {
            "kind": cast("Literal['on_the_spot', 'stuck']", issue.code),
            "run_id": run_id,
            "sentence": f"{issue.message} {_TODO[issue.code]}",
        }
        for issue in issues
        if issue.code in MISTAKES
    )


def sources_of(rows: Iterable[MistakeRow]) -> tuple[Source, ...]:
    """Return what is behind the kinds of mistakes that are told."""
    kinds = dict.fromkeys(row["kind"] for row in rows)
    return tuple(_SOURCES[kind] for kind in kinds if kind in _SOURCES)


def _device_rows(lib: Library, looked: Levels) -> list[tuple[int, MistakeRow]]:
    """Return the clear jumps that came with another sensor or watch, with the runs' places."""
    level = looked.by_measure[BALANCE]
    return [
        (step.run, _device_row(step, level))
        for step in known_only(lib, looked).known
        if step.kind in ("sensor", "watch") and step.clear and abs(step.change.value) >= _VISIBLE_PP
    ]


def _mirrored_rows(looked: Levels) -> list[tuple[int, MistakeRow]]:
    """Return the runs that look mirrored, those in a row as one, with the place of the last."""
    level = looked.by_measure[BALANCE]
    probability = _probability(level)
    likely = [
        at
        for at in np.flatnonzero(probability >= LIKELY).tolist()
        if not _said_so(looked, level.series["run_id"][at])
    ]
    if not likely:
        return []
    stretches = np.split(np.array(likely), np.flatnonzero(np.diff(likely) > 1) + 1)
    return [
        (int(some[-1]), _mirrored_row(level, int(some[0]), int(some[-1]), probability))
        for some in stretches
    ]


def _said_so(looked: Levels, run_id: str) -> bool:
    """Whether the runner has said that a run was mirrored: then nobody need be told."""
    said = looked.conditions.typed.get(run_id)
    return said is not None and TAG in (tag.casefold() for tag in said.tags)


def _probability(level: Level) -> FloatArray:
    moves = level.moves
    return mirrored_probability(
        moves.reading, moves.reading_se, moves.reading - moves.at_reference, moves.days
    )


def _mirrored_row(level: Level, first: int, last: int, probability: FloatArray) -> MistakeRow:
    """Say that runs look mirrored, and what can be done."""
    dates = [date.fromisoformat(day) for day in local_dates(level.series)]
    run_id = level.series["run_id"][first]
    moves = level.moves
    runs = slice(first, last + 1)
    count = last + 1 - first
    read = balance_pair(float(moves.reading[runs].mean()))
    near = np.r_[max(first - _AROUND, 0) : first, last + 1 : last + 1 + _AROUND]
    near = near[near < len(dates)]
    usual = balance_pair(float(np.sort(moves.at_reference[near])[near.size // 2]))
    likely = f"{100.0 * min(float(probability[runs].mean()), 0.99):.0f} %"
    if count == 1:
        what = f"The run of {dates[first]:%d %b %Y} reads {read}"
        it = "it"
        command = f"`evenstride edit {run_id} --tag {TAG}`"
    else:
        what = (
            f"{count_words(count, 'run')} from {dates[first]:%d %b %Y} to {dates[last]:%d %b %Y} "
            f"read {read} on average"
        )
        it = "them"
        command = f"`evenstride edit {dates[first]}..{dates[last]} --tag {TAG}`"
    return {
        "kind": "mirrored",
        "run_id": run_id,
        "sentence": (
            f"{what}, those around {it} {usual}: as if left and right were exchanged (probability "
            f"{likely}). Was the sensor clipped on the other way round? Nothing was changed. If it "
            f"was, say so with a tag ({command}): what several runs with one tag have in common "
            "does not move your level."
        ),
    }


def _device_row(step: KnownStep, level: Level) -> MistakeRow:
    """Say that a jump came with another device, and what would tell whose it is."""
    day = date.fromisoformat(local_dates(level.series)[step.run])
    size = f"{toward(step.change.value)} (95 % interval: {change_interval_words(step.change)})"
    if step.kind == "sensor":
        said = (
            f"With another sensor from {day:%d %b %Y} on ({step.what}) readings went {size}. That "
            "is taken for the sensor, not for you; a few runs with the old one in between would "
            "make it surer."
        )
    else:
        said = (
            f"With another watch from {day:%d %b %Y} on ({step.what}) readings went {size}. These "
            "runs cannot tell whether that was the watch or you: a few runs with the old one in "
            "between would."
        )
    return {"kind": "device", "run_id": level.series["run_id"][step.run], "sentence": said}
