"""Answers what was run in which shoes, and how their heels are worn by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from evenstride.answers.annotating import used_words
from evenstride.answers.body_and_plan.diary_words import entry_words, wear_words
from evenstride.answers.body_and_plan.unread import unread_caveats
from evenstride.answers.dates import local_dates
from evenstride.answers.provenance import PROGRAM
from evenstride.answers.said_of_runs import said_of_runs
from evenstride.domain.answer import Answer, Provenance
from evenstride.domain.diary import Day, HeelWear
from evenstride.domain.diary_json import to_json
from evenstride.domain.wording import count_words, distance_words, printable

if TYPE_CHECKING:
    from datetime import datetime

    from evenstride.answers.body_and_plan.rows_diary import ShoesRow, WearRow
    from evenstride.domain.diary import Written
    from evenstride.domain.wording import Units
    from evenstride.library import Library

_NOT_A_CAUSE = (
    "Wear shows where a shoe was used, not why: it goes along with how you run, the ground and the "
    "shoe itself, and names no side as the weaker one."
)


def shoes(lib: Library, *, now: datetime, units: Units = "km") -> Answer:
    """Answer "what do my shoes say?".

    Parameters
    ----------
    lib
        The library.
    now
        Aware; looks at heels after it are left out.
    units
        What distances in sentences are said in.

    Returns
    -------
        Tables `shoes` (a row a pair, the last worn first) and `wear` (every look at their heels,
        the latest first). Verdict `some` or `none`.
    """
    looks = sorted(
        (one for one in lib.entries(HeelWear).values() if one.value.on_date <= now.date()),
        key=lambda one: (one.value.on_date, one.written_at_utc),
    )
    rows = _rows(lib, looks)
    sentences = tuple(
        f"{row['text']}." for row in rows if row["on_date"] is not None and row["more_worn"]
    )
    return Answer(
        question="shoes",
        headline=_headline(rows, units),
        verdict="some" if rows else "none",
        provenance=Provenance(PROGRAM, "diary 1", 0),
        sentences=sentences,
        tables={"shoes": rows, "wear": tuple(_wear_row(one) for one in looks[::-1])},
        caveats=(*((_NOT_A_CAUSE,) if sentences else ()), *unread_caveats(lib)),
    )


def known_shoes(lib: Library) -> tuple[str, ...]:
    """List the pairs of shoes that runs, the diary or heel wear name, as they are spelled."""
    worn = [one.value.shoes for one in lib.entries(Day).values() if one.value.shoes]
    looked_at = [one.value.shoes for one in lib.entries(HeelWear).values()]
    found: dict[str, str] = {}
    for pair in (*used_words(lib)[0], *worn, *looked_at):
        found.setdefault(pair.casefold(), pair)
    return tuple(found.values())


def _rows(lib: Library, looks: list[Written[HeelWear]]) -> tuple[ShoesRow, ...]:
    said = said_of_runs(lib)
    frame = lib.runs(())
    spelled = {pair.casefold(): pair for pair in known_shoes(lib)}
    worn: dict[str, list[tuple[str, float]]] = {}
    for run_id, day, distance_m in zip(
        frame["run_id"], local_dates(frame), frame["distance_m"], strict=True
    ):
        pair = said[run_id].shoes if run_id in said else None
        if pair:
            name = spelled.get(pair.casefold(), pair)
            worn.setdefault(name, []).append((day, distance_m or 0.0))
    last = {spelled[one.value.shoes.casefold()]: one.value for one in looks}
    rows = [_row(name, worn.get(name, []), last.get(name)) for name in {**last, **worn}]
    return tuple(
        sorted(rows, key=lambda row: (row["last_run"] or row["on_date"] or "", row["shoes"]))[::-1]
    )


def _row(name: str, runs: list[tuple[str, float]], last: HeelWear | None) -> ShoesRow:
    days = [day for day, _ in runs]
    return {
        "shoes": name,
        "runs": len(runs),
        "distance_m": sum(distance for _, distance in runs),
        "first_run": min(days, default=None),
        "last_run": max(days, default=None),
        "left": None if last is None else last.left,
        "right": None if last is None else last.right,
        "left_place": None if last is None else last.left_place,
        "right_place": None if last is None else last.right_place,
        "more_worn": None if last is None else _more_worn(last),
        "on_date": None if last is None else last.on_date.isoformat(),
        "text": printable(_words(name, last)),
    }


def _more_worn(wear: HeelWear) -> Literal["left", "right"] | None:
    if wear.left == wear.right:
        return None
    return "left" if wear.left > wear.right else "right"


def _words(name: str, last: HeelWear | None) -> str:
    if last is None:
        return f"{name}: the heels were not looked at"
    left = wear_words(last.left, last.left_place)
    right = wear_words(last.right, last.right_place)
    more = _more_worn(last)
    said = f"more worn on the {more}" if more else "alike on both sides"
    return f"{name}: {said} (left heel {left}, right heel {right})"


def _headline(rows: tuple[ShoesRow, ...], units: Units) -> str:
    if not rows:
        return (
            "No shoes yet: name them with a run or in the diary, or write how their heels look "
            "(`evenstride shoes wear`)."
        )
    first = rows[0]
    ran = (
        f", {distance_words(first['distance_m'], units, decimals=0)} in "
        f"{count_words(first['runs'], 'run')}"
        if first["runs"]
        else ""
    )
    return f"{count_words(len(rows), 'pair')} of shoes; the last worn: {first['shoes']}{ran}."


def _wear_row(one: Written[HeelWear]) -> WearRow:
    said = one.value
    return {
        "entry_id": one.entry_id,
        "version": one.version,
        "on_date": said.on_date.isoformat(),
        "shoes": said.shoes,
        "left": said.left,
        "right": said.right,
        "left_place": said.left_place,
        "right_place": said.right_place,
        "text": printable(entry_words(said)),
        "value": to_json(said),
    }
