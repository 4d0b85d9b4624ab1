"""Decides how a report words what moves the runner, explained runs, and a comparison."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from evenstride.domain.driver_words import (
    driver_label,
    driver_unit_words,
    pp_decimals,
    pp_interval_words,
    pp_words,
)
from evenstride.domain.wording import balance_pair, interval_words, pace_words, printable
from evenstride.render.cells import MISSING, number
from evenstride.render.report_cells import Cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.answer import Answer, Figure, Row
    from evenstride.domain.wording import Units

_TITLES = {
    "fatigue": "Does it hold through a run?",
    "changes": "When did it change?",
    "mistakes": "Worth a look",
}
_UNTOLD = "cannot be told yet"
_SURE, _UNSURE = 0.99, 0.01


@dataclass(frozen=True, slots=True)
class Said:
    """A titled part: its first sentence, which may be missing, and the others."""

    title: str
    lead: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MovesWords:
    """The sheet "What moves it"; its table is empty while it is too early.

    `figure` has the rows of the table; `more` is what is said of those left out, and of drivers of
    which nothing is known.
    """

    lead: str
    sentences: tuple[str, ...]
    table: Cells
    figure: Figure | None
    more: str
    parts: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class RunWords:
    """The sheet of an explained run; `beside` is what is not as usual about it."""

    run_id: str
    title: str
    lead: str
    sentences: tuple[str, ...]
    table: Cells
    figure: Figure | None
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PairWords:
    """The sheet of a comparison."""

    title: str
    lead: str
    sentences: tuple[str, ...]
    like_for_like: str
    raw: str
    sides: Cells
    why: Cells
    figure: Figure | None
    power: str


def moves_words(answer: Answer, *, most_drivers: int | None = None) -> MovesWords | None:
    """Word the sheet "What moves it" of a report's Answer; None where there is nothing to say.

    Parameters
    ----------
    answer
        The Answer of `report`.
    most_drivers
        How many are shown at most, the first ones; None for all.
    """
    said = answer.tables["moves"]
    if not said:
        return None
    first, *others = said
    rows = answer.tables["drivers"]
    shown = rows[:most_drivers]
    left_out = len(rows) - len(shown)
    figure = answer.figures.get("drivers")
    if figure is not None:  # its rows are those of the table, in their order
        figure = replace(figure, rows=figure.rows[: len(shown)])
    parts = [_said(row) for row in others if row["headline"] or row["sentences"]]
    mistakes = tuple(str(row["sentence"]) for row in answer.tables["mistakes"])
    if mistakes:
        parts.append(Said(_TITLES["mistakes"], "", mistakes))
    return MovesWords(
        lead=str(first["headline"]),
        sentences=_texts(first["sentences"]),
        table=_drivers(shown),
        figure=figure if figure and figure.rows else None,
        more=_more(left_out, answer.tables["untold"]),
        parts=tuple(parts),
    )


def runs_words(answer: Answer) -> tuple[RunWords, ...]:
    """Word the sheet of each explained run."""
    return tuple(_run(answer, row) for row in answer.tables["explained"])


def pair_words(answer: Answer, *, units: Units = "km") -> PairWords | None:
    """Word the sheet of the comparison; None where none was asked for."""
    if not answer.tables["compared"]:
        return None
    (row,) = answer.tables["compared"]
    return PairWords(
        title="Like for like",
        lead=str(row["headline"]),
        sentences=_texts(row["sentences"]),
        like_for_like=_sized(row, "difference_pp", "low", "high"),
        raw=_sized(row, "raw_difference_pp", "raw_low", "raw_high"),
        sides=_sides(answer.tables["sides"], units),
        why=_why(answer.tables["why"]),
        figure=answer.figures.get("difference"),
        power=_power(answer.tables["power"]),
    )


def _more(left_out: int, untold: Sequence[Row]) -> str:
    """Say how many drivers are not shown, and of which the runs say nothing."""
    names = [_lowered(driver_label(str(row["driver"]))) for row in untold]
    said = [f"… and {left_out} more in the app."] if left_out else []
    if names:
        said.append(f"These runs say nothing yet of: {', '.join(names)}.")
    return " ".join(said)


def _said(row: Row) -> Said:
    return Said(
        _TITLES.get(str(row["about"]), str(row["about"]).capitalize()),
        str(row["headline"] or ""),
        _texts(row["sentences"]),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(text) for text in value) if isinstance(value, list | tuple) else ()


def _drivers(rows: Sequence[Row]) -> Cells:
    heads = ("", "effect", "95 % interval", "sure of side", "by itself", "")
    return Cells(heads, tuple(_driver(row) for row in rows), frozenset({0, 4, 5}))


def _driver(row: Row) -> tuple[str, ...]:
    name = str(row["driver"])
    size, interval = _size(row, "range_effect_pp", "range_effect_low", "range_effect_high")
    own, unit = number(row, "value_pp"), driver_unit_words(name)
    # What is there or not has one size only; the figure says against what.
    by_itself = f"{pp_words(own, decimals=2)} {unit}" if row["unit"] and own is not None else ""
    sure = _chance(number(row, "probability_direction"))
    return (driver_label(name), size, interval, sure, by_itself, _clear(row))


def _clear(row: Row) -> str:
    """Say whether a driver is clear, or why it is not said of it."""
    name = str(row["driver"])
    if not row["estimable"]:
        other = row["inseparable_from"]
        if other:
            return f"goes with {_lowered(driver_label(str(other)))}"
        return _UNTOLD
    low, high = number(row, "range_effect_low"), number(row, "range_effect_high")
    beside = low is not None and high is not None and (low > 0.0 or high < 0.0)
    if name.startswith("sensor:"):
        return "the sensor, not the runner"
    if name.startswith("grade:"):
        return "a part of slope"
    if row["clear"]:
        return "clear"
    return "may be chance" if beside else "not clear"


def _lowered(label: str) -> str:
    return f"{label[:1].lower()}{label[1:]}"


def _run(answer: Answer, row: Row) -> RunWords:
    run_id = str(row["run_id"])
    tables = answer.tables
    mine = {
        name: [other for other in tables[name] if other["run_id"] == run_id]
        for name in ("contributions", "different", "mistakes")
    }
    day, _, said = str(row["headline"]).partition(": ")
    heads = ("", "adds", "95 % interval", "mostly", "here")
    parts = tuple(_part(part) for part in mine["contributions"])
    return RunWords(
        run_id=run_id,
        title=f"The run of {day}",
        lead=said,
        sentences=_texts(row["sentences"]),
        table=Cells(heads, parts, frozenset({0, 4})),
        figure=answer.figures.get(f"contributions:{run_id}"),
        beside=tuple(str(one["sentence"]) for one in (*mine["different"], *mine["mistakes"])),
    )


def _part(row: Row) -> tuple[str, ...]:
    size, interval = _size(row, "value_pp", "low", "high")
    low, high = number(row, "usual_low"), number(row, "usual_high")
    usual = (
        MISSING
        if low is None or high is None
        else pp_interval_words(low, high, decimals=pp_decimals(low, high))
    )
    here = printable(str(row["condition"])) if row["condition"] else MISSING
    return (driver_label(str(row["part"])), size, interval, usual, here)


def _sides(rows: Sequence[Row], units: Units) -> Cells:
    heads = ("", "runs", "as measured", "like for like", "95 % interval", f"pace /{units}")
    return Cells(heads, tuple(_side(row, units) for row in rows), frozenset({0}))


def _side(row: Row, units: Units) -> tuple[str, ...]:
    low, high = number(row, "low"), number(row, "high")
    return (
        f"{str(row['side']).upper()}: {printable(str(row['what']))}",
        f"{number(row, 'runs') or 0.0:,.0f}",
        balance_pair(number(row, "balance_left_pct")),
        balance_pair(number(row, "at_reference_left_pct")),
        MISSING if low is None or high is None else interval_words(low, high),
        pace_words(number(row, "speed_m_s"), units).replace(f" /{units}", ""),
    )


def _why(rows: Sequence[Row]) -> Cells:
    made = tuple(
        (driver_label(str(row["part"])), pp_words(number(row, "value_pp") or 0.0)) for row in rows
    )
    return Cells(("part of what was measured", "adds"), made, frozenset({0}))


def _power(rows: Sequence[Row]) -> str:
    """Say how often such a comparison finds what is there."""
    if not rows:
        return ""
    said = [
        f"{_often(number(row, 'power_pct') or 0.0)} for {number(row, 'size_pp') or 0.0:g} pp"
        for row in rows
    ]
    return f"How often such a comparison finds a difference that is there: {', '.join(said)}."


def _often(power_pct: float) -> str:
    return "more than 99 %" if power_pct > 100.0 * _SURE else f"{power_pct:.0f} %"


def _size(row: Row, key: str, low_key: str, high_key: str) -> tuple[str, str]:
    """Write a size and its interval, as finely as the interval is worth."""
    value, low, high = (number(row, name) for name in (key, low_key, high_key))
    if value is None or low is None or high is None:
        return MISSING, MISSING
    decimals = pp_decimals(low, high)
    return pp_words(value, decimals=decimals), pp_interval_words(low, high, decimals=decimals)


def _sized(row: Row, key: str, low_key: str, high_key: str) -> str:
    size, interval = _size(row, key, low_key, high_key)
    return MISSING if size == MISSING else f"{size} ({interval})"


def _chance(value: float | None) -> str:
    if value is None:
        return MISSING
    return "> 99 %" if value > _SURE else "< 1 %" if value < _UNSURE else f"{100.0 * value:.0f} %"
