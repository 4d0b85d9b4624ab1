"""Decides how the next assignment becomes an entry in anybody's calendar: a day, and what to do.

The entry of an assignment keeps its id, so that a calendar that is told again moves it instead of
adding another. It rings no bell and blocks no time.
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


def calendar(answer: Answer, *, now: datetime) -> str:
    """Write the assignments of an Answer of `experiment_next` as an iCalendar file.

    Parameters
    ----------
    answer
        Each row of `tables.next` becomes an entry of its own.
    now
        Aware, in the runner's own time zone: an entry without a day, or whose day is over, is put
        on this day.

    Returns
    -------
        RFC 5545, lines ended by CR and LF: to be written as it is, without translation.

    Raises
    ------
    InputError
        There is nothing to do next, or `now` has no time zone.
    """
    from icalendar import Calendar

    if now.utcoffset() is None:
        raise InputError("What time it is now must be said with its time zone.")
    rows = answer.tables.get("next", ())
    if not rows:
        raise InputError(f"There is nothing to put into a calendar. {answer.headline}")
    made = Calendar()
    made.add("prodid", f"-//evenstride//{VERSION}//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    for row in rows:
        made.add_component(_entry(row, now))
    written: bytes = made.to_ical()
    return written.decode("utf-8")


def _entry(row: Row, now: datetime) -> Event:
    from icalendar import Event

    today = now.date()
    said = row.get("not_before")
    day = max(date.fromisoformat(str(said)[:10]), today) if said else today
    entry = Event()
    entry.add("uid", f"{row['experiment_id']}.{row['position']}@evenstride")
    entry.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", _summary(row))
    entry.add("description", _description(row))
    entry.add("transp", "TRANSPARENT")
    return entry


def _laps(row: Row) -> list[Row]:
    laps = row.get("laps")
    return list(laps) if isinstance(laps, list | tuple) else []


def _summary(row: Row) -> str:
    what, laps = printable(str(row["what"])), _laps(row)
    return f"Run of {len(laps)} laps, the first: {what}" if laps else f"Run: {what}"


def _description(row: Row) -> str:
    lines = [printable(str(row.get("how") or ""))]
    lines += [f"{lap['lap']}: {printable(str(lap['what']))}" for lap in _laps(row)]
    lines.append(f"Experiment {row['experiment_id']}")
    return "\n".join(line for line in lines if line)
