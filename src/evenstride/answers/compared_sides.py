"""What a person means who names the two sides of a comparison: runs, tags or the rest, periods."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from evenstride.answers.block_rows import RACE
from evenstride.answers.dates import local_dates
from evenstride.answers.levels import BALANCE, NO_BALANCE_IN_RUN
from evenstride.answers.naming_runs import runs_named
from evenstride.answers.why_this_run import place_of
from evenstride.domain.errors import InputError, NoBalanceError
from evenstride.domain.wording import count_words, distance_words, printable

if TYPE_CHECKING:
    from evenstride.answers.levels import Levels
    from evenstride.domain.moves import IntArray
    from evenstride.domain.wording import Units
    from evenstride.library import Library

Kind = Literal["run", "tag", "period"]

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_TAG, _TO = "tag:", ".."
REST = "rest"
"""How all runs without the tag of the other side are named."""
_LEAST_RUNS = 2
_KINDS: dict[Kind, str] = {"run": "a run", "tag": "a tag", "period": "a period"}


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One side of a comparison.

    Attributes
    ----------
    kind
        What it is.
    what
        How it is called.
    name
        The run's id, or the tag as it was typed; None for a period, and for runs without a tag.
    runs
        Its runs that have balance, by their place in the series of balance, shape (m,), m >= 1.
    """

    kind: Kind
    what: str
    name: str | None
    runs: IntArray


def sides_of(lib: Library, looked: Levels, a: str, b: str, *, units: Units) -> tuple[Side, Side]:
    """Find both sides.

    Raises
    ------
    EmptyLibraryError, UnknownRunError
        There is no such run, or none in a period or with a tag.
    NoBalanceError
        None of the runs of a side has balance.
    InputError
        Both sides are the same, or not of one kind; periods overlap, or have one run only; a date
        cannot be right.
    """
    said = a.strip(), b.strip()
    if any(text.casefold() == REST for text in said):
        return _tag_and_rest(lib, looked, *said)
    first, second = (_side(lib, looked, text, units) for text in said)
    if first.kind != second.kind:
        raise InputError(
            f"Compare two runs, two tags or two periods, not {_KINDS[first.kind]} with "
            f"{_KINDS[second.kind]}."
        )
    if np.array_equal(first.runs, second.runs):
        raise InputError("Both sides are the same runs: there is nothing to compare.")
    if first.kind == "period":
        _refuse_overlap(looked, first, second)
        for side in (first, second):
            _refuse_one_run(lib, looked, side)
    return first, second


def _tag_and_rest(lib: Library, looked: Levels, a: str, b: str) -> tuple[Side, Side]:
    """Find a tag's runs and all the others, in the order of naming.

    Raises
    ------
    InputError
        The other side is no tag, or there are no others.
    """
    others_first = a.casefold() == REST
    text = b if others_first else a
    if not text.casefold().startswith(_TAG):
        raise InputError(
            f"{REST} is all runs without a tag: compare it with a tag, {_TAG}NAME, not with "
            f"{printable(text)}."
        )
    tagged = _tag(lib, looked, text)
    count = looked.by_measure[BALANCE].series.height
    others = np.setdiff1d(np.arange(count), tagged.runs)
    if not others.size:
        raise InputError(f"Every run with balance has the tag {tagged.what}: there is no rest.")
    rest = Side("tag", "all other runs", None, others)
    return (rest, tagged) if others_first else (tagged, rest)


def _refuse_overlap(looked: Levels, first: Side, second: Side) -> None:
    shared = np.intersect1d(first.runs, second.runs)
    if shared.size:
        raise InputError(
            f"The two periods overlap: both have {_of_days(looked, shared)} "
            f"({count_words(shared.size, 'run')}). Let one end before the other begins."
        )


def _refuse_one_run(lib: Library, looked: Levels, side: Side) -> None:
    if side.runs.size >= _LEAST_RUNS:
        return
    at = int(side.runs[0])
    series = looked.by_measure[BALANCE].series[at : at + 1]
    day = local_dates(series)[0]
    name = day if local_dates(lib.runs(())).count(day) == 1 else series["run_id"][0]
    raise InputError(
        f"In the period {side.what} there is one run with balance: compare it as a run, "
        f"{name}, with another run."
    )


def _side(lib: Library, looked: Levels, text: str, units: Units) -> Side:
    month = _MONTH.fullmatch(text)
    if month and 1 <= int(month[2]) <= 12:  # months of a year
        last = calendar.monthrange(max(int(month[1]), 1), int(month[2]))[1]
        text = f"{text}-01{_TO}{text}-{last}"
    if text.casefold().startswith(_TAG):
        return _tag(lib, looked, text)
    if _TO in text:
        runs = _with_balance(looked, runs_named(lib, [text]), text)
        return Side("period", _period_called(looked, text, runs), None, runs)
    run_id = lib.resolve(text)
    at = place_of(looked, run_id)
    return Side("run", _run_called(lib, looked, at, units), run_id, np.array([at]))


def _tag(lib: Library, looked: Levels, text: str) -> Side:
    wanted = text[len(_TAG) :].strip().casefold()
    races = [run_id for run_id, t in looked.conditions.typed.items() if t.is_race or RACE in t.tags]
    if wanted == RACE and races:
        return Side("tag", RACE, RACE, _with_balance(looked, tuple(races), text))
    runs = _with_balance(looked, runs_named(lib, [text]), text)
    own = looked.conditions.typed[looked.by_measure[BALANCE].series["run_id"][int(runs[0])]]
    name = next(tag for tag in own.tags if tag.casefold() == wanted)
    return Side("tag", printable(name), name, runs)


def _with_balance(looked: Levels, run_ids: tuple[str, ...], text: str) -> IntArray:
    wanted = set(run_ids)
    here = [
        at
        for at, run_id in enumerate(looked.by_measure[BALANCE].series["run_id"])
        if run_id in wanted
    ]
    if not here:
        count = count_words(len(run_ids), "run")
        raise NoBalanceError(f"{printable(text)} ({count}): {NO_BALANCE_IN_RUN}")
    return np.array(here)


def _run_called(lib: Library, looked: Levels, at: int, units: Units) -> str:
    """Call a run by its day, its title and its length: `14 Mar 2026, club 10 km, 10.0 km`."""
    series = looked.by_measure[BALANCE].series[at : at + 1]
    run_id = series["run_id"][0]
    typed = looked.conditions.typed.get(run_id)
    runs = lib.runs(())
    distance_m = runs["distance_m"][int(runs["run_id"].index_of(run_id) or 0)]
    said = [day_called(local_dates(series)[0])]
    if typed and typed.title:
        said.append(printable(typed.title))
    if distance_m:
        said.append(distance_words(distance_m, units))
    return ", ".join(said)


def _period_called(looked: Levels, text: str, runs: IntArray) -> str:
    """Call a period by its days as asked for; where an end is open, by its first or last run's."""
    asked = [day.strip() for day in text.split(_TO)]
    if not all(asked):
        own = [
            local_dates(looked.by_measure[BALANCE].series[at : at + 1])[0]
            for at in (runs[[0, -1]]).tolist()
        ]
        asked = [day or run_day for day, run_day in zip(asked, own, strict=True)]
    first, last = (day_called(day) for day in asked)
    return first if first == last else f"{first} to {last}"


def _of_days(looked: Levels, runs: IntArray) -> str:
    """Say from when to when runs are."""
    series = looked.by_measure[BALANCE].series
    first, last = (
        day_called(local_dates(series[at : at + 1])[0]) for at in (int(runs[0]), int(runs[-1]))
    )
    return first if first == last else f"{first} to {last}"


def day_called(iso_day: str) -> str:
    """Return `14 Mar 2026`."""
    year, month, day = (int(part) for part in iso_day.split("-"))
    return f"{day} {calendar.month_abbr[month]} {year}"
