"""Answers what the diary says: all entries, how complaints moved, and what an entry said before."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.diary_words import (
    changed_words,
    day_words,
    entry_words,
)
from evenstride.answers.body_and_plan.diary_writing import MODEL, Say, kind_name, today_of, write
from evenstride.answers.body_and_plan.flags import (
    ask_sentences,
    asks_due,
    standing_rows,
    standing_sentences,
)
from evenstride.answers.body_and_plan.timeline import (
    in_order,
    moved,
    sore_places,
    timeline_figure,
    timeline_rows,
)
from evenstride.answers.body_and_plan.unread import (
    as_far_as_read,
    is_about_flags,
    unread_caveats,
    unread_rows,
    unread_words,
)
from evenstride.answers.provenance import PROGRAM
from evenstride.domain.answer import Answer, Provenance
from evenstride.domain.body import place_words
from evenstride.domain.diary import (
    KINDS,
    Complaint,
    Day,
    Entry,
    FlagCheck,
    HeelWear,
    Injury,
    Unread,
    Version,
    Written,
)
from evenstride.domain.diary_json import to_json
from evenstride.domain.errors import InputError, LibraryCorruptError
from evenstride.domain.wording import count_words, printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from evenstride.answers.body_and_plan.rows_diary import (
        EntryRow,
        SorePlaceRow,
        VersionRow,
        WrittenRow,
    )
    from evenstride.library import Library

__all__ = ["Say", "delete", "diary", "history", "kind_of_entry", "write"]

_SHOWN: Final[tuple[type[Entry], ...]] = (Complaint, Day, Injury, HeelWear, FlagCheck)
_MOST_PLACES, _MOST_SHOES = 3, 6
_UNREAD: Final = "It cannot be read"
_FLAG_MAY_BE_GONE: Final = (
    "If it said yes to a red flag, that is deleted with it: say it again where it is still so "
    "(`evenstride flags`)."
)
NO_CAUSE: Final = (
    "An order in time is no cause: that a place was named after another does not say that one led "
    "to the other."
)


def diary(lib: Library, *, since: date | None = None, now: datetime) -> Answer:
    """Answer "what does my diary say?".

    Parameters
    ----------
    lib
        The library.
    since
        The first day shown; None: all.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        Tables `entries` (complaints, days, injuries, heel wear and answers about red flags, the
        newest first), `timeline` (complaints, the oldest first), `places` (how it is now), `moved`,
        `ask`, `standing` and `unread` (what cannot be read and is left out); figure `timeline`
        where there is anything to draw. Verdict `some`, `nothing_hurts` (the last said) or
        `empty`.

    Raises
    ------
    InputError
        `now` has no time zone.
    """
    today = today_of(now)
    entries = [one for kind in _SHOWN for one in lib.entries(kind).values()]
    shown = [one for one in entries if since is None or _day_of(one.value) >= since]
    complaints = list(lib.entries(Complaint).values())
    days = list(lib.entries(Day).values())
    places = sore_places(complaints, days, today=today)
    within = [one for one in complaints if since is None or one.value.on_date >= since]
    ways = moved(within)
    asks, stand = asks_due(lib, now=now), standing_rows(lib)
    rows = timeline_rows(within)
    injured = [one.value for one in lib.entries(Injury).values()]
    kinds = ("complaint",) if entries else tuple(map(kind_name, _SHOWN))
    limit = as_far_as_read(lib, *kinds)
    headline, verdict = _headline(entries, places, complaints, days, limit=limit)
    return Answer(
        question="diary",
        headline=headline,
        verdict=verdict,
        provenance=Provenance(PROGRAM, MODEL, 0),
        sentences=(
            *standing_sentences(stand),
            *ask_sentences(asks),
            *(way["sentence"] for way in ways),
        ),
        tables={
            "standing": stand,
            "ask": asks,
            "places": places,
            "moved": ways,
            "timeline": rows,
            "unread": unread_rows(lib),
            "entries": tuple(_entry_row(one) for one in _newest_first(shown)),
        },
        figures=(
            {
                "timeline": timeline_figure(
                    rows, injured, _new_shoes(days, since), ways=ways, since=since
                )
            }
            if rows or injured
            else {}
        ),
        caveats=(*((NO_CAUSE,) if ways else ()), *unread_caveats(lib)),
    )


def kind_of_entry(lib: Library, entry_id: str) -> type[Entry]:
    """Find of which kind an entry is.

    Raises
    ------
    UnknownEntryError
        There is none of this id.
    LibraryCorruptError
        Its last version cannot be read.
    """
    last = lib.entry_versions(entry_id)[-1]
    if last.value is None:
        raise LibraryCorruptError(
            f"Entry {printable(entry_id)[:60]} of the diary cannot be read, only deleted; or "
            "restore a backup."
        )
    return type(last.value)


def delete(lib: Library, kind: type[Entry] | None, entry_id: str, *, now: datetime) -> Answer:
    """Delete an entry with all its versions, for good; also one that cannot be read.

    Parameters
    ----------
    lib
        The library.
    kind
        Of which kind it is; None: whichever it is.
    entry_id
        Which.
    now
        Aware, in the runner's own time zone.

    Returns
    -------
        Verdict `deleted`; table `deleted`: what it said last.

    Raises
    ------
    UnknownEntryError
        There is none of this id and kind.
    InputError
        A red flag stands by it: that is resolved first, with a date and a reason, so that none is
        lifted by forgetting that it was ever said.
    """
    today_of(now)
    unread = next((one for one in lib.unread_entries() if one.entry_id == entry_id), None)
    if unread is not None:
        return _delete_unread(lib, unread)
    which = kind_of_entry(lib, entry_id) if kind is None else kind
    last: Written[Entry] = lib.entry(which, entry_id)
    _refuse_standing(lib, entry_id)
    lib.delete_entry(which, entry_id)
    row: WrittenRow = {
        "entry_id": entry_id,
        "version": last.version,
        "kind": kind_name(which),
        "text": printable(entry_words(last.value)),
    }
    asks_again = isinstance(last.value, FlagCheck) and last.value.side is not None
    return Answer(
        question="diary_delete",
        headline=f"Deleted: {row['text']}.",
        verdict="deleted",
        provenance=Provenance(PROGRAM, MODEL, 0),
        tables={"deleted": (row,)},
        caveats=(
            "What made these questions due makes them due again while it stands in the diary.",
        )
        if asks_again
        else (),
    )


def _delete_unread(lib: Library, unread: Unread) -> Answer:
    lib.delete_entry(None, unread.entry_id)
    row: WrittenRow = {
        "entry_id": unread.entry_id,
        "version": unread.version,
        "kind": kind_name(KINDS[unread.kind]) if unread.kind in KINDS else "unknown",
        "text": f"{unread_words(unread)}, which could not be read",
    }
    return Answer(
        question="diary_delete",
        headline=f"Deleted: {row['text']}.",
        verdict="deleted",
        provenance=Provenance(PROGRAM, MODEL, 0),
        tables={"deleted": (row,)},
        caveats=(_FLAG_MAY_BE_GONE,) if is_about_flags(unread) else (),
    )


def _refuse_standing(lib: Library, entry_id: str) -> None:
    rows = (row for row in standing_rows(lib) if row["entry_id"] == entry_id)
    names = ", ".join(row["name"].lower() for row in rows)
    if names:
        raise InputError(
            f"A red flag stands by this answer ({names}). Resolve it first, with the day and the "
            f"reason (`evenstride flags resolve {entry_id} --why …`); then it can be deleted."
        )


def history(lib: Library, kind: type[Entry] | None, entry_id: str, *, now: datetime) -> Answer:
    """Say what an entry said, version by version, and what each correction changed.

    Parameters
    ----------
    lib, kind, entry_id
        As for `delete`.
    now
        Aware, in the runner's own time zone: in it times are said.

    Returns
    -------
        Table `versions`, the first one first; verdict `corrected` or `as_written`, or `unread`
        where the last cannot be read.

    Raises
    ------
    UnknownEntryError
        There is none of this id and kind.
    """
    today_of(now)
    versions = lib.entry_versions(entry_id)
    if kind is not None and versions[-1].kind != kind_name(kind):
        lib.entry(kind, entry_id)  # says what there is
    before = (None, *versions[:-1])
    rows = tuple(_version_row(last, one) for last, one in zip(before, versions, strict=True))
    times = len(rows) - 1
    corrected = f"corrected {'once' if times == 1 else f'{times} times'}" if times else "as written"
    unread = versions[-1].value is None
    return Answer(
        question="diary_history",
        headline=f"{rows[-1]['text']}: {corrected}.",
        verdict="unread" if unread else "corrected" if times else "as_written",
        provenance=Provenance(PROGRAM, MODEL, 0),
        sentences=tuple(
            f"Version {row['version']}{_at(one, now)}: "
            f"{'; '.join(row['changed']) or row['unread'] or row['text']}."
            for row, one in zip(rows, versions, strict=True)
        ),
        tables={"versions": rows},
    )


def _version_row(before: Version | None, one: Version) -> VersionRow:
    changed: tuple[str, ...] = ()
    if before is not None and before.value is not None and type(before.value) is type(one.value):
        changed = tuple(changed_words(before.value, one.value))
    return {
        "version": one.version,
        "written_at_utc": None if one.written_at_utc is None else one.written_at_utc.isoformat(),
        "text": _UNREAD if one.value is None else printable(entry_words(one.value)),
        "changed": [printable(said) for said in changed],
        "value": {} if one.value is None else to_json(one.value),
        "unread": printable(one.text) if one.value is None else None,
    }


def _headline(
    entries: Sequence[Written[Entry]],
    places: Sequence[SorePlaceRow],
    complaints: Sequence[Written[Complaint]],
    days: Sequence[Written[Day]],
    *,
    limit: str,
) -> tuple[str, str]:
    """Say how it is now; `limit` is what is said where that there is nothing is not sure."""
    if not entries:
        return (
            f"The diary is empty{limit}. After a run, say what is sore, tight or painful, or that "
            "nothing is: `evenstride diary add`, or the Diary page.",
            "empty",
        )
    if places:
        said = [_place_words(row) for row in places[:_MOST_PLACES]]
        more = len(places) - _MOST_PLACES
        rest = f"; and {count_words(more, 'more place')}" if more > 0 else ""
        text = "; ".join(said)
        return f"{text[:1].upper()}{text[1:]}{rest}.", "some"
    free = max((one.value.on_date for one in days if one.value.nothing_hurts), default=None)
    last = in_order(complaints)[-1].value.on_date if complaints else None
    if free is not None and (last is None or free >= last):
        return f"Nothing hurts, as you said on {day_words(free)}{limit}.", "nothing_hurts"
    count = count_words(len(entries), "entry", "entries")
    return f"{count}; no complaint in the last two weeks{limit}.", "some"


def _place_words(row: SorePlaceRow) -> str:
    since, last = (date.fromisoformat(day) for day in (row["since"], row["last_on"]))
    felt = f"{row['place']}: {row['feeling']} {row['level']} of 10 on {day_words(last)}"
    return felt if since == last else f"{felt}, first named on {day_words(since)}"


def _entry_row(one: Written[Entry]) -> EntryRow:
    said = one.value
    region, side = getattr(said, "region", None), getattr(said, "side", None)
    return {
        "entry_id": one.entry_id,
        "version": one.version,
        "kind": kind_name(type(said)),
        "on_date": _day_of(said).isoformat(),
        "text": printable(entry_words(said)),
        "written_at_utc": one.written_at_utc.isoformat(),
        "run_id": getattr(said, "run_id", None),
        "region": region,
        "side": side,
        "place": place_words(region, side) if region and side else None,
        "level": said.level if isinstance(said, Complaint) else None,
        "value": to_json(said),
    }


def _newest_first(entries: Sequence[Written[Entry]]) -> list[Written[Entry]]:
    return sorted(entries, key=lambda one: (_day_of(one.value), one.written_at_utc, one.entry_id))[
        ::-1
    ]


def _day_of(entry: Entry) -> date:
    if isinstance(entry, Injury):
        return entry.began
    day: date = getattr(entry, "on_date", date.min)
    return day


def _new_shoes(days: Sequence[Written[Day]], since: date | None) -> list[dict[str, object]]:
    """Return the first day of each pair of shoes that the diary names after another one."""
    first: dict[str, date] = {}
    for one in sorted(days, key=lambda one: one.value.on_date):
        if one.value.shoes:
            first.setdefault(one.value.shoes, one.value.on_date)
    found = [(day, shoes) for shoes, day in first.items()][1:]
    return [
        {"date": day.isoformat(), "label": f"first in {printable(shoes)}"}
        for day, shoes in found[-_MOST_SHOES:]
        if since is None or day >= since
    ]


def _at(one: Version, now: datetime) -> str:
    if one.written_at_utc is None:
        return ""
    at = one.written_at_utc.astimezone(now.tzinfo)
    return f", {day_words(at.date())} at {at:%H:%M}"
