"""Which columns people see of diary, injuries, shoes and red flags."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from evenstride.domain.wording import printable
from evenstride.render.cells import MISSING, day_words, distance, number
from evenstride.render.column import Column, Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.domain.answer import Row
    from evenstride.domain.wording import Units

KINDS = {
    "complaint": "felt",
    "day": "day",
    "injury": "injury",
    "heel_wear": "shoes",
    "flag_check": "red flags",
    "measured": "test",
    "plan": "plan",
    "session": "session",
}
"""What the kinds of entries are called in a list."""
TIERS = {"now": "now", "before_running": "before running", "mention": "mention"}
"""What the tiers of red flags are called in a list."""
WEAR = ("not worn", "a little", "clearly", "through")
"""How far a heel is worn, by its number."""


# Names of entries are copied: what stands on the right is never broken into two lines.
def _text(key: str) -> Callable[[Row], str]:
    """Write a text; a dash where there is none."""

    def cell(row: Row) -> str:
        value = row.get(key)
        return MISSING if value is None or value == "" else printable(str(value))

    return cell


def _date(key: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = row.get(key)
        return MISSING if not value else day_words(str(value))

    return cell


def _one_of(key: str, names: dict[str, str]) -> Callable[[Row], str]:
    return lambda row: names.get(str(row.get(key)), MISSING)


def _several(key: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = row.get(key)
        said = value if isinstance(value, list | tuple) else ()
        return printable("; ".join(str(one) for one in said)) or MISSING

    return cell


def _whole(key: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = number(row, key)
        return MISSING if value is None else f"{value:,.0f}"

    return cell


def _level(row: Row) -> str:
    value = number(row, "level")
    return MISSING if value is None else f"{value:.0f} of 10"


def _worn(side: str) -> Callable[[Row], str]:
    def cell(row: Row) -> str:
        value = number(row, side)
        if value is None:
            return MISSING
        place = row.get(f"{side}_place")
        return f"{WEAR[int(value)]}, {place}" if place else WEAR[int(value)]

    return cell


@cache
def diary_columns(units: Units) -> dict[tuple[str, str], Shown]:
    """Return titles and columns, by question and table, for terminal and page."""
    entries = (
        Column("day", _date("on_date"), "left"),
        Column("", _one_of("kind", KINDS), "left", spare=2),
        Column("what", _text("text"), "left"),
        Column("entry", _text("entry_id"), spare=3),
    )
    written = (
        Column("entry", _text("entry_id")),
        Column("version", _whole("version"), spare=1),
        Column("what", _text("text"), "left"),
    )
    questions = (
        "To answer with yes, no or do not know",
        (
            Column("place", _text("place"), "left", spare=1),
            Column("a yes means", _one_of("tier", TIERS), "left", spare=3),
            Column("question", _text("question"), "left"),
            Column("flag", _text("slug"), "left"),
        ),
    )
    standing = (
        "Red flags that stand",
        (
            Column("", _one_of("tier", TIERS), "left"),
            Column("what", _text("name"), "left"),
            Column("place", _text("place"), "left", spare=1),
            Column("since", _date("since"), "left", spare=2),
            Column("answers", _text("entry_id")),
        ),
    )
    places = (
        "Where it is now",
        (
            Column("place", _text("place"), "left"),
            Column("", _text("feeling"), "left"),
            Column("level", _level),
            Column("worst of 14 days", _whole("worst"), spare=3),
            Column("said on", _date("last_on"), "left", spare=1),
            Column("since", _date("since"), "left", spare=2),
        ),
    )
    return {
        ("diary", "entries"): ("Entries", entries),
        ("diary", "places"): places,
        ("diary", "standing"): standing,
        ("diary_write", "written"): ("Written", written),
        ("diary_delete", "deleted"): ("Deleted", written),
        ("diary_history", "versions"): (
            "Versions",
            (
                Column("version", _whole("version")),
                Column("what", _text("text"), "left"),
                Column("changed", _several("changed"), "left"),
            ),
        ),
        ("injury", "injuries"): (
            "Injuries",
            (
                Column("place", _text("place"), "left"),
                Column("name", _text("name"), "left", spare=1),
                Column("began", _date("began"), "left"),
                Column("ended", _date("ended"), "left"),
                Column("days", _whole("days"), spare=3),
                Column("cause", _text("cause"), "left", spare=4),
                Column("entry", _text("entry_id"), spare=2),
            ),
        ),
        ("shoes", "shoes"): (
            "Shoes",
            (
                Column("shoes", _text("shoes"), "left"),
                Column("runs", _whole("runs"), spare=3),
                Column(units, distance("distance_m", 0, units), spare=2),
                Column("left heel", _worn("left"), "left"),
                Column("right heel", _worn("right"), "left"),
                Column("looked at", _date("on_date"), "left", spare=1),
                Column("last run", _date("last_run"), "left", spare=4),
            ),
        ),
        ("shoes", "wear"): (
            "Heels, looked at",
            (
                Column("day", _date("on_date"), "left"),
                Column("shoes", _text("shoes"), "left"),
                Column("left heel", _worn("left"), "left"),
                Column("right heel", _worn("right"), "left"),
                Column("entry", _text("entry_id"), spare=1),
            ),
        ),
        ("flags", "questions"): questions,
        ("flags", "standing"): standing,
        ("flags", "answered"): (
            "Answered",
            (
                Column("day", _date("on_date"), "left"),
                Column("place", _text("place"), "left", spare=1),
                Column("yes", _several("yes"), "left"),
                Column("no", _several("no"), "left", spare=3),
                Column("resolved", _date("resolved_on"), "left"),
                Column("answers", _text("entry_id"), spare=2),
            ),
        ),
    }
