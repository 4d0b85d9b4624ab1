"""Decides how the sessions of a plan become entries in anybody's calendar: a day, and what to do.

A session keeps its id, whatever becomes of its day and its exercises, so that a calendar that is
told again moves the entry instead of adding another. Nothing rings, and no time is blocked.
"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING

from evenstride.domain.errors import InputError
from evenstride.domain.wording import printable
from evenstride.version import VERSION

if TYPE_CHECKING:
    from datetime import datetime

    from icalendar import Event

    from evenstride.domain.answer import Answer, Row


def plan_calendar(answer: Answer, *, now: datetime) -> str:
    """Write the sessions of an Answer of `plan` as an iCalendar file.

    Every session is in it, done and missed ones too, so that no entry is left behind by an update;
    of a plan that is stopped or has ended those to come are called off.
    Soreness, findings and other reasons are not: calendars are shared.

    Parameters
    ----------
    answer
        Of `plan_dates`: its tables `sessions` and `items`, and its verdict.
    now
        Aware: when the calendar was written.

    Returns
    -------
        RFC 5545, lines ended by CR and LF: to be written as it is, without translation.

    Raises
    ------
    InputError
        There is no session, or `now` has no time zone.
    """
    from icalendar import Calendar

    if now.utcoffset() is None:
        raise InputError("What time it is now must be said with its time zone.")
    sessions = answer.tables.get("sessions", ())
    if not sessions or not all(row["plan_id"] for row in sessions):
        raise InputError(f"There is nothing to put into a calendar. {answer.headline}")
    items: dict[object, list[Row]] = {}
    for row in answer.tables.get("items", ()):
        items.setdefault(row["session_id"], []).append(row)
    made = Calendar()
    made.add("prodid", f"-//evenstride//{VERSION}//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    off = answer.verdict in ("stopped", "ended")
    for row in sessions:
        entry = _entry(row, items.get(row["session_id"], []), now)
        if off and row["state"] in ("next", "later"):
            entry.add("status", "CANCELLED")
        made.add_component(entry)
    written: bytes = made.to_ical()
    return written.decode("utf-8")


def _entry(row: Row, items: list[Row], now: datetime) -> Event:
    from icalendar import Event

    day = date.fromisoformat(str(row["on_date"]))
    state = {"done": " (done)", "missed": " (missed)"}.get(str(row["state"]), "")
    entry = Event()
    entry.add("uid", f"{row['plan_id']}.{row['session_id']}@evenstride")
    entry.add("sequence", row["sequence"])
    entry.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", f"{printable(str(row['title']))}{state}")
    lines = [f"{printable(str(item['name']))}: {printable(str(item['dose']))}" for item in items]
    if row["test_again"]:
        lines.insert(0, printable(str(row["test_again"])))
    if lines:
        entry.add("description", "\n".join(lines))
    entry.add("transp", "TRANSPARENT")
    return entry
