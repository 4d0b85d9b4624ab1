"""Decides how a report is worded and its cells are written, the same for HTML and for PDF."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from evenstride.domain.quantities import QUANTITIES
from evenstride.domain.wording import (
    METRES,
    balance_pair,
    count_words,
    distance_words,
    duration_words,
    interval_words,
    pace_words,
    printable,
)
from evenstride.render.report_cells import Cells
from evenstride.render.report_moves import (
    MovesWords,
    PairWords,
    RunWords,
    moves_words,
    pair_words,
    runs_words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.domain.answer import Answer, Row, Source
    from evenstride.domain.wording import Units

MISSING = "–"
_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Cited:
    """A source as it is printed; `url` is empty where there is none."""

    text: str
    link: str
    url: str


@dataclass(frozen=True, slots=True)
class Note:
    """What the runner wrote about one question, in lines, and when."""

    question: str
    lines: tuple[str, ...]
    written: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A report in words: what is written where, nothing left to decide but how it looks.

    Attributes
    ----------
    days, made, facts
        The period, the day the report was made (empty when nobody said), and what is in it.
    where, left, right, interval, changing
        What it says first; without balance, `left`, `right` and `interval` are empty.
    sentences
        The reasoning.
    moves, explained, compared
        What moves the runner, runs taken apart, a comparison: a sheet each.
    earlier
        What is said of the runs of the period that the table leaves out; empty when none are.
    """

    title: str
    days: str
    made: str
    facts: str
    program: str
    where: str
    left: str
    right: str
    interval: str
    changing: str
    sentences: tuple[str, ...]
    moves: MovesWords | None
    explained: tuple[RunWords, ...]
    compared: PairWords | None
    measures: Cells
    runs: Cells
    earlier: str
    reading: tuple[tuple[str, str], ...]
    measured: tuple[str, ...]
    worn: Cells
    dropped: Cells
    notes: tuple[Note, ...]
    caveats: tuple[str, ...]
    sources: tuple[Cited, ...]


def printed(
    answer: Answer,
    *,
    units: Units = "km",
    most_runs: int,
    most_characters: int | None = None,
    most_drivers: int | None = None,
) -> Printed:
    """Put a report's Answer into words.

    Parameters
    ----------
    answer
        The Answer of `report`.
    units
        What distances and paces are said in.
    most_runs
        How many runs the table holds at most, the latest.
    most_characters
        How long what was typed about a run, or a device's name, may be; None for any length.
    most_drivers
        How many drivers are shown at most, the first ones; None for all.
    """
    tables = answer.tables
    (summary,) = tables["summary"]
    runs = tables["runs"]
    shown = runs[-most_runs:]
    left_out = len(runs) - len(shown)
    balance = answer.estimates.get("balance_left_pct")
    left, right = balance_pair(balance.value).split(" / ") if balance else ("", "")
    return Printed(
        title="Running balance",
        days=f"{_day(summary['since'])} to {_day(summary['until'])}",
        made=_day(summary["made"]) if summary["made"] else "",
        facts=_facts(summary, units),
        program=answer.provenance.program,
        where=str(summary["where"]),
        left=left,
        right=right,
        interval=interval_words(balance.low, balance.high) if balance else "",
        changing=str(summary["changing"]),
        sentences=answer.sentences,
        moves=moves_words(answer, most_drivers=most_drivers),
        explained=runs_words(answer),
        compared=pair_words(answer, units=units),
        measures=_measures(tables["measures"], summary),
        runs=_runs(shown, units).shortened(most_characters),
        earlier=f"and {count_words(left_out, 'earlier run')} in the period" if left_out else "",
        reading=tuple((str(row["term"]), str(row["text"])) for row in tables["reading"]),
        measured=tuple(str(row["text"]) for row in tables["measured"]),
        worn=_worn(tables["worn"]).shortened(most_characters),
        dropped=_dropped(tables["dropped"]),
        notes=tuple(_note(row) for row in tables["notes"]),
        caveats=answer.caveats,
        sources=tuple(_cited(source) for source in answer.sources),
    )


def _facts(summary: Row, units: Units) -> str:
    distance = summary["distance_m"]
    runs, with_balance = _whole(summary["runs"]), _whole(summary["runs_with_balance"])
    said = [count_words(runs, "run")]
    if isinstance(distance, int | float):
        said.append(distance_words(distance, units, decimals=0))
    said.append(f"{(_number(summary, 'duration_s') or 0.0) / _HOUR_S:,.0f} h")
    said.append("all with balance" if with_balance == runs else f"{with_balance} with balance")
    return ", ".join(said)


def _measures(rows: Sequence[Row], summary: Row) -> Cells:
    heads = ("", "now", "95 % interval", f"change in {summary['days']} days", "95 % interval", "")
    return Cells(heads, tuple(_measure(row) for row in rows), frozenset({0, 5}))


def _measure(row: Row) -> tuple[str, ...]:
    """Write one measure now and its change; balance and its change with their sides."""
    quantity = QUANTITIES[str(row["measure"])]
    unit, decimals = quantity.unit, max(quantity.decimals, 1)
    value, low, high = (_number(row, name) for name in ("value", "low", "high"))
    change = [_number(row, name) for name in ("change", "change_low", "change_high")]
    changed, interval = MISSING, MISSING
    if quantity.name == "balance_left_pct":
        now = (balance_pair(value), interval_words(low or math.nan, high or math.nan))
        if None not in change:
            changed = _to_side(change[0])
            interval = f"{_to_side(change[1])} to {_to_side(change[2])}"
    else:
        now = (f"{value:.{decimals}f} {unit}", f"{low:.{decimals}f} to {high:.{decimals}f} {unit}")
        if None not in change:
            changed = f"{_signed(change[0], decimals)} {unit}"
            interval = f"{_signed(change[1], decimals)} to {_signed(change[2], decimals)} {unit}"
    direction = str(row["direction"]).replace("_", " ")
    label = "Balance" if quantity.name == "balance_left_pct" else quantity.label.capitalize()
    return (label, *now, changed, interval, direction)


def _signed(value: float | None, decimals: int) -> str:
    return MISSING if value is None else f"{value:+.{decimals}f}".replace("-", "−")


def _to_side(change_pp: float | None) -> str:
    """Write a change of balance with the letter of the side that it is toward."""
    size = round(change_pp or 0.0, 1)
    if size == 0.0:
        return "0.0 pp"
    return f"{abs(size):.1f} pp {'L' if size > 0.0 else 'R'}"


def _runs(rows: Sequence[Row], units: Units) -> Cells:
    heads = (
        "date",
        units,
        f"pace /{units}",
        "L %",
        "R %",
        "±",
        "contact",
        "L ms",
        "R ms",
        "flight ms",
        "used %",
        "about it" if any(_about(row) for row in rows) else "",
    )
    return Cells(heads, tuple(_run(row, units) for row in reversed(rows)), frozenset({0, 11}))


def _run(row: Row, units: Units) -> tuple[str, ...]:
    distance, balance = _number(row, "distance_m"), _number(row, "balance_left_pct")
    low, high = _number(row, "low95"), _number(row, "high95")
    pair = balance_pair(balance).replace(" L", "").replace(" R", "").split(" / ")
    left, right = pair if len(pair) == 2 else (MISSING, MISSING)
    share = _number(row, "usable_share")
    return (
        f"{date.fromisoformat(str(row['local_date'])):%a %d %b %Y}",
        MISSING if distance is None else f"{distance / METRES[units]:.1f}",
        pace_words(_number(row, "speed_m_s"), units).replace(f" /{units}", ""),
        left,
        right,
        MISSING if low is None or high is None else f"{(high - low) / 2.0:.1f}",
        _fixed(row, "gct_ms"),
        _fixed(row, "left_gct_ms"),
        _fixed(row, "right_gct_ms"),
        _fixed(row, "flight_time_ms"),
        MISSING if share is None else f"{100.0 * share:.0f}",
        _about(row),
    )


def _about(row: Row) -> str:
    """Say what was typed about a run: a race, its title, its tags and shoes."""
    tags = row["tags"]
    said = [
        "race" if row["is_race"] else "",
        str(row["title"] or ""),
        ", ".join(tags) if isinstance(tags, list) else "",
        str(row["shoes"] or ""),
    ]
    return printable(" · ".join(part for part in said if part))


def _worn(rows: Sequence[Row]) -> Cells:
    return Cells(
        ("device", "sensor", "runs", "from", "to"),
        tuple(
            (
                printable(str(row["device"] or "unknown")),
                printable(str(row["sensor"] or MISSING)),
                f"{_whole(row['runs']):,}",
                _day(row["first"]),
                _day(row["last"]),
            )
            for row in rows
        ),
        frozenset({0, 1}),
    )


def _dropped(rows: Sequence[Row]) -> Cells:
    return Cells(
        ("left out", "time", "share"),
        tuple(
            (
                str(row["reason"]),
                duration_words(_number(row, "seconds")),
                f"{100.0 * (_number(row, 'share') or 0.0):.1f} %",
            )
            for row in rows
        ),
        frozenset({0}),
    )


def _note(row: Row) -> Note:
    lines = tuple(printable(line) for line in str(row["text"]).splitlines())
    return Note(str(row["question_asked"]), lines, _day(str(row["written_at"])[:10]))


def _cited(source: Source) -> Cited:
    link = source.link or ""
    return Cited(source.text, link, f"https://doi.org/{link[4:]}" if link[:4] == "doi " else "")


def _day(text: object) -> str:
    day = date.fromisoformat(str(text))
    return f"{day.day} {day:%b %Y}"


def _number(row: Mapping[str, Any], name: str) -> float | None:
    value = row[name]
    return float(value) if isinstance(value, int | float) else None


def _whole(value: object) -> int:
    assert isinstance(value, int)
    return value


def _fixed(row: Row, name: str) -> str:
    value = _number(row, name)
    return MISSING if value is None else f"{value:.0f}"
