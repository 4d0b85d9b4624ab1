"""Which columns people see of `plan`, `exercises` and `why`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.domain.wording import printable
from evenstride.render.cells import MISSING, day_words
from evenstride.render.column import Column, Shown
from evenstride.render.told import Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Row

STATES = {"done": "done", "missed": "missed", "next": "next", "later": ""}
STANDINGS = {
    "for": "speaks for it",
    "against": "speaks against it",
    "both": "for and against",
    "open": "not known",
}


def _text(key: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = row.get(key)
        return MISSING if value is None or value == "" else printable(str(value))

    return cell


def _said(*keys: str) -> Callable[[Row], str]:
    """Write sentences of several fields, or of lists of them, behind each other; may be empty."""

    def words(row: Row) -> str:
        said: list[str] = []
        for key in keys:
            value = row.get(key)
            said += (
                [str(one) for one in value]
                if isinstance(value, list | tuple)
                else [str(value or "")]
            )
        return printable(" ".join(part for part in said if part))

    return words


def _lines(*keys: str) -> Callable[[Row], str]:
    """Write them as a cell: a dash where nothing is said."""
    words = _said(*keys)
    return lambda row: words(row) or MISSING


def _speaking(key: str) -> Callable[[Row], str]:
    """Write what speaks for a source or against it, and once a row what that rests on."""

    def cell(row: Row) -> str:
        said = _lines(key)(row)
        first = "speaks_for" if row.get("speaks_for") else "speaks_against"
        return said if key != first or said == MISSING else f"{said} (Rests on: {row['strength']}.)"

    return cell


def _named(key: str) -> Callable[[Row], str]:
    """Call a row by its name, and say how much of it."""
    return lambda row: f"{row['name']}: {row[key]}" if row.get(key) else str(row["name"])


def _try(row: Row) -> str:
    """Name the one step that makes it an experiment."""
    return f"`evenstride experiment new {row['cue']}`" if row.get("cue") else ""


def _date(row: Row) -> str:
    return day_words(str(row["on_date"]), weekday=True)


def _standing(row: Row) -> str:
    return STANDINGS.get(str(row["standing"]), str(row["standing"]))


def _done(row: Row) -> str:
    """Say what was done of one item: sets, repetitions a side, load, pain."""
    if row.get("left_out"):
        return "left out"
    if row.get("exercise") is None:
        return MISSING
    said = []
    if row.get("sets") is not None:
        said.append(f"{row['sets']} sets")
    if row.get("left") is not None or row.get("right") is not None:
        left, right = (MISSING if row.get(s) is None else row[s] for s in ("left", "right"))
        said.append(f"L {left} R {right}")
    if row.get("load_kg") is not None:
        said.append(f"{row['load_kg']:g} kg")
    if row.get("pain") is not None:
        said.append(f"pain {row['pain']}")
    if row.get("pain_next_morning") is not None:
        said.append(f"next morning {row['pain_next_morning']}")
    return ", ".join(said) or "as planned"


PLAN_COLUMNS: dict[tuple[str, str], Shown] = {
    ("plan", "next"): (
        "Next",
        (
            Column("day", _date, "left"),
            Column("when", _text("when"), "left"),
            Column("session", _text("title"), "left"),
            Column("min", _text("minutes")),
        ),
    ),
    ("plan", "left_out"): (
        "Left out, and why",
        (Column("exercise", _text("name"), "left"), Column("why", _text("why"), "left")),
    ),
    ("plan", "stopped"): (
        "What stops it",
        (
            Column("why", _text("reason"), "left"),
            Column("tell the clinician", _text("tell"), "left"),
        ),
    ),
    ("plan", "sessions"): (
        "Sessions",
        (
            Column("session", _text("session_id"), "left"),
            Column("day", _date, "left"),
            Column("what", _lines("title", "test_again"), "left"),
            Column("min", _text("minutes"), spare=1),
            Column("", lambda row: STATES[str(row["state"])], "left"),
        ),
    ),
    ("plan", "wish"): (
        "What you asked for",
        (Column("", _text("name"), "left"), Column("", _text("value"), "left")),
    ),
    ("plan", "logged"): (
        "What was done",
        (
            Column("day", _date, "left"),
            Column("session", _text("session_id"), "left"),
            Column("", _text("state"), "left"),
            Column("exercise", _text("exercise"), "left", spare=1),
            Column("done", _done, "left"),
        ),
    ),
    ("exercises", "exercises"): (
        "Exercises, cues and ground rules",
        (
            Column("name", _text("exercise"), "left"),
            Column("what for", _text("purpose"), "left"),
            Column("how much", _text("dose"), "left"),
        ),
    ),
    ("why", "ledger"): (
        "Possible sources",
        (
            Column("source", _text("label"), "left"),
            Column("for", _speaking("speaks_for"), "left"),
            Column("against", _speaking("speaks_against"), "left"),
        ),
    ),
    ("why", "next"): (
        "Would tell most next",
        (Column("what", _lines("text", "why"), "left"), Column("how", _text("command"), "left")),
    ),
}
"""Titles and columns, by question and table."""

PLAN_TOLD: dict[tuple[str, str], Told] = {
    ("plan", "items"): Told(
        "What to do",
        _named("dose"),
        (
            ("now", _said("step")),
            ("how", _said("how")),
            ("because", _said("because")),
            ("new", _said("changed")),
            ("out when", _said("out_when")),
            ("try it", _try),
        ),
    ),
    ("plan", "running"): Told(
        "While running",
        _named("how_much"),
        (("because", _said("because")), ("out when", _said("out_when")), ("try it", _try)),
    ),
    ("plan", "voices"): Told(
        "Where they disagree",
        lambda row: str(row["topic"]),
        (
            ("coach", _said("coach")),
            ("physio", _said("physio")),
            ("runner", _said("runner")),
            ("known", _said("evidence")),
            ("source", _said("source")),
            ("yours", _said("yours")),
            ("try it", _try),
        ),
    ),
}
"""What is told row by row instead, by question and table: sentences need the whole width."""
