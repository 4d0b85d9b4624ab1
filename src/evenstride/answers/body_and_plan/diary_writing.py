"""Decides how entries of the diary are written: checked first, named, all of them or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING, Final, Literal, cast

import polars as pl

from evenstride.answers.body_and_plan.diary_rules import Around, checked, says_something
from evenstride.answers.body_and_plan.diary_words import entry_words
from evenstride.answers.body_and_plan.flags import (
    NO_DIAGNOSIS,
    ask_sentences,
    asks_due,
    standing_rows,
    standing_sentences,
)
from evenstride.answers.body_and_plan.places_named import region_slug
from evenstride.answers.body_and_plan.routines_named import used_routines
from evenstride.answers.body_and_plan.shoes import known_shoes
from evenstride.answers.body_and_plan.unread import unread_caveats
from evenstride.answers.dates import local_dates
from evenstride.answers.provenance import PROGRAM
from evenstride.body.red_flags import pain_episodes
from evenstride.body.screening import check_measured
from evenstride.domain.answer import Answer, Provenance
from evenstride.domain.diary import (
    KINDS,
    Complaint,
    Day,
    E,
    Entry,
    FlagCheck,
    HeelWear,
    Injury,
    KeptPlan,
    Measured,
    SessionDone,
    Written,
    has_come,
)
from evenstride.domain.errors import DoubtError, InputError
from evenstride.domain.wording import count_words, printable
from evenstride.library import New

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evenstride.answers.body_and_plan.rows_diary import EntryKind, WrittenRow
    from evenstride.library import Library

MODEL: Final = "diary 1"
Verdict = Literal["written", "corrected", "unchanged"]
_TRIES: Final = 3
_MOST_NAMED: Final = 40


@dataclass(frozen=True, slots=True)
class Say:
    """One entry to write.

    Attributes
    ----------
    value
        What it says. A region may be named by its label, a run as `Library.resolve` reads it.
    entry_id
        The entry that it corrects, or the name of a new one; None: a new one is named.
    seen
        Of a correction: the version that its writer knows of.
    """

    value: Entry
    entry_id: str | None = None
    seen: int = 0


def write(lib: Library, items: Sequence[Say], *, sure: bool = False, now: datetime) -> Answer:
    """Write entries, or correct some: all of them or none.

    Parameters
    ----------
    lib
        The library.
    items
        At least one. One without a name that says what an entry says already is that entry.
    sure
        Whether what is unlikely is meant.
    now
        Aware, in the runner's own time zone: its date is today.

    Returns
    -------
        Question `diary_write`; verdict `written`, `corrected` (one was there before) or
        `unchanged`; tables `written` and `ask`: red-flag questions that are due now.

    Raises
    ------
    InputError
        Something cannot be so, or was changed in the meantime; nothing is written.
    DoubtError
        Something is unlikely, and nobody is sure; nothing is written.
    UnknownRunError, EmptyLibraryError
        A run that is named is not here; nothing is written.
    """
    if not items:
        raise InputError("There is nothing to write.")
    today = today_of(now)
    found = [_checked(lib, item, today) for item in items]
    doubts = tuple(dict.fromkeys(doubt for _, some in found for doubt in some))
    if doubts and not sure:
        raise DoubtError(*doubts)
    values = [value for value, _ in found]
    standing = {one.entry_id: one for value in values for one in lib.entries(type(value)).values()}
    named, versions = _write(lib, items, values, now)
    verdict = _verdict(named, standing)
    return _answer(lib, named, versions, verdict, now)


def today_of(now: datetime) -> date:
    """Return the local day.

    Raises
    ------
    InputError
        `now` has no time zone.
    """
    if now.utcoffset() is None:
        raise InputError("What time it is now must be said with its time zone.")
    return now.date()


def kind_name(kind: type[Entry]) -> EntryKind:
    """Return what a kind of entry is called where it is kept."""
    return cast("EntryKind", next(name for name, known in KINDS.items() if known is kind))


def _checked(lib: Library, item: Say, today: date) -> tuple[Entry, tuple[str, ...]]:
    value = item.value
    if isinstance(value, KeptPlan | SessionDone):
        raise InputError("Plans and their sessions are written by the plan.")
    if isinstance(value, Measured):
        earlier = [one.value for one in _others(lib, Measured, item.entry_id)]
        return value, check_measured(value, earlier, today)
    if isinstance(value, FlagCheck):
        _require_reason(lib, item.entry_id, value)
        value = _with_level(lib, value)
    if isinstance(value, Complaint | Day) and value.run_id is not None:
        value = replace(value, run_id=lib.resolve(value.run_id))
    if isinstance(value, Complaint | Injury):
        value = replace(value, region=region_slug(value.region))
    return checked(value, _around(lib, value, item.entry_id, today))


def _with_level(lib: Library, check: FlagCheck) -> FlagCheck:
    """Note how bad the place was at most, in the episode that is answered about."""
    if check.level is not None or check.region is None:
        return check
    here = [
        episode
        for episode in pain_episodes(lib.entries(Complaint).values(), lib.entries(Day).values())
        if (episode.region, episode.side) == (region_slug(check.region), check.side)
        and has_come(episode.began, check.on_date)
    ]
    levels = (one.value.level for one in here[-1].complaints) if here else ()
    return replace(check, level=max(levels, default=0))


def _require_reason(lib: Library, entry_id: str | None, value: FlagCheck) -> None:
    """Refuse to take back a yes without a word: else a correction would resolve what stands."""
    before = lib.entries(FlagCheck).get(entry_id or "")
    if before is None or says_something(value.note):
        return
    if any(yes and not value.answers.get(slug) for slug, yes in before.value.answers.items()):
        raise InputError("A yes is taken back: say why in the note, or resolve it with a date.")


def _around(lib: Library, value: Entry, entry_id: str | None, today: date) -> Around:
    """Gather what an entry of this kind is held against, and nothing else."""
    around = Around(today, _run_day(lib, getattr(value, "run_id", None)))
    if isinstance(value, Complaint | Day):
        some = tuple(one.value for one in _others(lib, Complaint, entry_id))
        around = replace(around, complaints=some)
    if isinstance(value, Injury):
        around = replace(
            around, injuries=tuple(one.value for one in _others(lib, Injury, entry_id))
        )
    if isinstance(value, HeelWear):
        around = replace(around, wear=tuple(one.value for one in _others(lib, HeelWear, entry_id)))
    if isinstance(value, Day):
        around = replace(around, routines=used_routines(lib))
    if isinstance(value, Day | HeelWear):
        corrects = entry_id in lib.entries(type(value))
        around = replace(around, shoes=known_shoes(lib), is_correction=corrects)
    return around


def _others(lib: Library, kind: type[E], entry_id: str | None) -> Iterator[Written[E]]:
    return (one for name, one in lib.entries(kind).items() if name != entry_id)


def _run_day(lib: Library, run_id: str | None) -> dict[str, date]:
    if run_id is None:
        return {}
    days = local_dates(lib.runs(()).filter(pl.col("run_id") == run_id))
    return {run_id: date.fromisoformat(days[0])} if days else {}


def _write(
    lib: Library, items: Sequence[Say], values: Sequence[Entry], now: datetime
) -> tuple[list[New], tuple[int, ...]]:
    """Name what has no name yet and write it; a name that somebody takes just then is not kept."""
    for last_try in (False,) * (_TRIES - 1) + (True,):
        named = _named(lib, items, values)
        try:
            return named, lib.write_entries(named, written_at_utc=now.astimezone(UTC))
        except InputError:
            taken = any(
                item.entry_id is None and not new.seen and new.entry_id in _names(lib, new.value)
                for item, new in zip(items, named, strict=True)
            )
            if last_try or not taken:
                raise
    raise AssertionError  # the last try returns or raises


def _named(lib: Library, items: Sequence[Say], values: Sequence[Entry]) -> list[New]:
    named: list[New] = []
    taken: set[str] = set()
    for item, value in zip(items, values, strict=True):
        new = New(item.entry_id, value, item.seen) if item.entry_id else _new(lib, value, taken)
        taken.add(new.entry_id)
        named.append(new)
    return named


def _new(lib: Library, value: Entry, taken: set[str]) -> New:
    """Name a new entry, or find the one that says the same already.

    What was felt counts as said already only where nothing else was said of it since: pain of 5
    that went down to 1 and is 5 again is a third word.
    """
    entries = lib.entries(type(value))
    of_it = [one for one in entries.values() if _matter(one.value) == _matter(value)]
    last = sorted(of_it, key=lambda one: one.written_at_utc)[-1:]
    for one in last:
        if one.value == value and one.entry_id not in taken:
            return New(one.entry_id, value, one.version)
    taken = taken | {one.entry_id for one in lib.unread_entries()}
    stem = _stem(value)
    numbered = (stem if i == 1 else f"{stem}-{i}" for i in count(1))
    return New(next(name for name in numbered if name not in entries and name not in taken), value)


def _matter(value: Entry) -> object:
    """Return what later words may be about again; of what is no complaint only itself."""
    if isinstance(value, Complaint):
        return value.on_date, value.moment, value.feeling, value.region, value.side
    return value


def _names(lib: Library, value: Entry) -> dict[str, Written[Entry]]:
    return lib.entries(type(value))


def _stem(value: Entry) -> str:
    """Begin the name of an entry so that people know it again: `2026-11-21-right-knee-front`."""
    match value:
        case Complaint():
            return f"{value.on_date}-{value.side}-{value.region}"
        case Injury():
            return f"{value.began}-injury-{value.side}-{value.region}"
        case HeelWear():
            return f"{value.on_date}-heels-{_plain(value.shoes)}".rstrip("-")
        case FlagCheck():
            about = [part for part in (value.side, value.region) if part]
            return "-".join([value.on_date.isoformat(), "flags", *about])
        case Measured():
            return f"{value.on_date}-test-{value.test}"
        case _:
            return f"{getattr(value, 'on_date', '')}-day"


def _plain(text: str) -> str:
    return re.sub("[^a-z0-9]+", "-", text.casefold()).strip("-")[:_MOST_NAMED].strip("-")


def _verdict(named: Sequence[New], before: Mapping[str, Written[Entry]]) -> Verdict:
    known = [before.get(new.entry_id) for new in named]
    if all(
        one is not None and one.value == new.value for one, new in zip(known, named, strict=True)
    ):
        return "unchanged"
    return "corrected" if any(known) else "written"


def _answer(
    lib: Library, named: Sequence[New], versions: Sequence[int], verdict: Verdict, now: datetime
) -> Answer:
    rows: tuple[WrittenRow, ...] = tuple(
        {
            "entry_id": new.entry_id,
            "version": version,
            "kind": kind_name(type(new.value)),
            "text": printable(entry_words(new.value)),
        }
        for new, version in zip(named, versions, strict=True)
    )
    asks = asks_due(lib, now=now)
    answered = any(isinstance(new.value, FlagCheck) for new in named)
    texts = [row["text"] for row in rows]
    done = {"unchanged": "As it was", "corrected": "Corrected", "written": "Written"}[verdict]
    one = len(texts) == 1
    what = texts[0] if one else count_words(len(texts), "entry", "entries")
    return Answer(
        question="diary_write",
        headline=f"{done}: {what}.",
        verdict=verdict,
        provenance=Provenance(PROGRAM, MODEL, 0),
        sentences=(
            *(() if one else (f"{text}." for text in texts)),
            *(standing_sentences(standing_rows(lib)) if answered else ()),
            *ask_sentences(asks),
        ),
        tables={"written": rows, "ask": asks},
        caveats=(*((NO_DIAGNOSIS,) if answered else ()), *unread_caveats(lib)),
    )
