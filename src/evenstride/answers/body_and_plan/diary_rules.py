"""Decides what may be typed into the diary: what cannot be is refused, what is unlikely asked.

A refusal is an `InputError` in one sentence; a doubt is a sentence that ends with a question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.diary_words import day_words
from evenstride.answers.body_and_plan.places_named import level_of, region_slug
from evenstride.answers.body_and_plan.routines_named import near_routines, routine_named
from evenstride.answers.typing_rules import MOST_SHOES, MOST_TAG, line_of, text_of
from evenstride.body.red_flags import FLAGS
from evenstride.domain.body import REGIONS, Feeling, Side, place_words
from evenstride.domain.diary import (
    MOST_NOTE,
    MOST_WORDS,
    Complaint,
    Day,
    Entry,
    FlagCheck,
    HeelWear,
    Injury,
)
from evenstride.domain.errors import InputError
from evenstride.domain.wording import count_words, list_words, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

_FIRST_DAY: Final = date(1900, 1, 1)
_LONG_AGO: Final = timedelta(days=366)
_JUMP: Final = 7
_OF_LATE: Final = timedelta(days=14)
_USUAL_DAYS: Final = 3
_MOST_SAT_H, _MOST_SLEPT_H, _DAY_H = 16.0, 14.0, 24.0
_MOST_ROUTINES: Final = 20
_MOST_WEAR: Final = 3
SLIP: Final = "is that a typing slip?"
"""How a doubt ends."""


@dataclass(frozen=True, slots=True)
class Around:
    """What is known already, and what day it is: what an entry is held against.

    Attributes
    ----------
    today
        The runner's local day.
    run_days
        The local days of the runs, by id.
    complaints, injuries, wear
        The other entries, without the one that is corrected.
    shoes
        The pairs that are known, as they are spelled.
    routines
        The routines, cues and tags of one's own words that were written before.
    is_correction
        Whether it was said before: then nothing may be left of it, as where what was said to be
        free of pain begins to hurt.
    """

    today: date
    run_days: Mapping[str, date]
    complaints: Sequence[Complaint] = ()
    injuries: Sequence[Injury] = ()
    wear: Sequence[HeelWear] = ()
    shoes: Iterable[str] = ()
    routines: Collection[str] = ()
    is_correction: bool = False


def checked(entry: Entry, around: Around) -> tuple[Entry, tuple[str, ...]]:
    """Hold an entry against the rules.

    Parameters
    ----------
    entry
        A complaint, a day, an injury, heel wear or answers about red flags; others pass as they
        are: those who write them check them.
    around
        What is known already.

    Returns
    -------
        The entry as it is kept (texts cleaned, shoes spelled as known), and the doubts.

    Raises
    ------
    InputError
        It cannot be so; the sentence says why.
    """
    match entry:
        case Complaint():
            return _complaint(entry, around)
        case Day():
            return _day(entry, around)
        case Injury():
            return _injury(entry, around)
        case HeelWear():
            return _heel_wear(entry, around)
        case FlagCheck():
            return _flag_check(entry, around)
        case _:
            return entry, ()


def _complaint(entry: Complaint, around: Around) -> tuple[Complaint, tuple[str, ...]]:
    _require_day(entry.on_date, "The day", around.today)
    entry = replace(
        entry,
        region=_placed(entry.region, entry.side),
        level=level_of(entry.level),
        note=_note(entry.note),
    )
    doubts = [
        *_long_ago(entry.on_date, around.today),
        *_run_doubt(entry.run_id, entry.on_date, around),
    ]
    usual = _only_across(entry, around)
    if usual:
        days = count_words(len(usual), "day")
        place = place_words(entry.region, entry.side.other)
        doubts.append(
            f"{_a(place)} was named on {days} since {day_words(min(usual))}, now the "
            f"{entry.side.value} for the first time – {SLIP}"
        )
    near = [
        one
        for one in around.complaints
        if (one.region, one.side, one.feeling) == (entry.region, entry.side, entry.feeling)
        and abs((one.on_date - entry.on_date).days) <= 1
    ]
    far = max(near, key=lambda one: abs(one.level - entry.level), default=None)
    if far is not None and abs(far.level - entry.level) >= _JUMP:
        doubts.append(
            f"{_a(place_words(entry.region, entry.side))} was {far.level} of 10 on "
            f"{day_words(far.on_date)} and is {entry.level} of 10 now – {SLIP}"
        )
    return entry, tuple(doubts)


def _day(entry: Day, around: Around) -> tuple[Day, tuple[str, ...]]:
    _require_day(entry.on_date, "The day", around.today)
    for hours, what in ((entry.sat_h, "Hours sat"), (entry.slept_h, "Hours slept")):
        if hours is not None and not 0.0 <= hours <= _DAY_H:
            raise InputError(f"{what} lie between 0 and 24, not at {hours:g}.")
    sat, slept = entry.sat_h or 0.0, entry.slept_h or 0.0
    if sat + slept > _DAY_H:
        raise InputError(
            f"{sat:g} hours sat and {slept:g} slept are {sat + slept:g} together, and a day has 24."
        )
    entry = replace(
        entry,
        done=_routines(entry.done, "What was done", around.routines),
        cues=_routines(entry.cues, "What was tried", around.routines),
        shoes=_shoes(entry.shoes, around),
        note=_note(entry.note),
    )
    if entry == Day(entry.on_date, entry.run_id) and not around.is_correction:
        raise InputError("Say at least one thing about that day.")
    doubts = [
        *_long_ago(entry.on_date, around.today),
        *_run_doubt(entry.run_id, entry.on_date, around),
        *_near_doubts((*entry.done, *entry.cues), around.routines),
    ]
    if sat > _MOST_SAT_H:
        doubts.append(f"{sat:g} hours sat – {SLIP}")
    if slept > _MOST_SLEPT_H:
        doubts.append(f"{slept:g} hours slept – {SLIP}")
    hurting = next(
        (
            one
            for one in around.complaints
            if one.on_date == entry.on_date and one.feeling is Feeling.PAIN and one.level
        ),
        None,
    )
    if entry.nothing_hurts and hurting is not None:
        doubts.append(
            f"{_a(place_words(hurting.region, hurting.side))} was {hurting.level} of 10 on that "
            f"day, and now nothing hurts – {SLIP}"
        )
    return entry, tuple(doubts)


def _injury(entry: Injury, around: Around) -> tuple[Injury, tuple[str, ...]]:
    _require_day(entry.began, "The day it began", around.today)
    if entry.ended is not None:
        _require_day(entry.ended, "The day it ended", around.today)
        if entry.ended < entry.began:
            raise InputError(
                f"It cannot end on {day_words(entry.ended)}, before it began on "
                f"{day_words(entry.began)}."
            )
    entry = replace(
        entry,
        region=_placed(entry.region, entry.side),
        name=line_of(entry.name, "A name", MOST_WORDS) or "",
        cause=line_of(entry.cause, "A cause", MOST_WORDS) or "",
        note=_note(entry.note),
    )
    doubts = []
    if entry.ended is None and entry.began < around.today - _LONG_AGO:
        doubts.append(
            f"It began on {day_words(entry.began)}, more than a year ago, and lasts still – {SLIP}"
        )
    if any(
        (one.region, one.began, one.side) == (entry.region, entry.began, entry.side.other)
        and one.side is not entry.side
        for one in around.injuries
    ):
        doubts.append(
            f"{_a(place_words(entry.region, entry.side.other))} is written with the same first "
            f"day, now the {entry.side.value} – {SLIP}"
        )
    return entry, tuple(doubts)


def _heel_wear(entry: HeelWear, around: Around) -> tuple[HeelWear, tuple[str, ...]]:
    _require_day(entry.on_date, "The day", around.today)
    shoes = _shoes(entry.shoes, around)
    if shoes is None:
        raise InputError("Say which shoes they are.")
    for side, level, place in (
        ("left", entry.left, entry.left_place),
        ("right", entry.right, entry.right_place),
    ):
        if not 0 <= level <= _MOST_WEAR:
            raise InputError(
                f"A heel is worn from 0 (not to be seen) to 3 (through the outsole), the {side} "
                f"one not {level}."
            )
        if level and place is None:
            raise InputError(
                f"Say where the {side} heel is worn: outer, middle, inner, or even all over."
            )
    entry = replace(
        entry,
        shoes=shoes,
        left_place=entry.left_place if entry.left else None,
        right_place=entry.right_place if entry.right else None,
        note=_note(entry.note),
    )
    before = [one for one in around.wear if one.shoes == shoes and one.on_date <= entry.on_date]
    last = max(before, key=lambda one: one.on_date, default=None)
    doubts = list(_long_ago(entry.on_date, around.today))
    if last is not None:
        doubts += [
            f"The {side} heel of {shoes} was {was} of 3 on {day_words(last.on_date)} and is "
            f"{now} of 3 now, and heels do not grow – {SLIP}"
            for side, was, now in (
                ("left", last.left, entry.left),
                ("right", last.right, entry.right),
            )
            if now < was
        ]
    return entry, tuple(doubts)


def _flag_check(entry: FlagCheck, around: Around) -> tuple[FlagCheck, tuple[str, ...]]:
    _require_day(entry.on_date, "The day", around.today)
    for slug in entry.answers:
        if slug not in FLAGS:
            raise InputError(
                f"There is no red flag “{printable(slug)[:60]}”; there are {', '.join(FLAGS)}."
            )
    region = entry.region
    if region is not None:
        if entry.side is None:
            raise InputError("Say on which side it is, or name no place.")
        region = _placed(region, entry.side)
    resolution = text_of(entry.resolution, "A reason", MOST_NOTE) or ""
    resolution = resolution if says_something(resolution) else ""
    if (entry.resolved_on is None) != (not resolution):
        raise InputError(
            "A red flag is resolved with both: the day, and why (seen by whom, with what result)."
        )
    if entry.resolved_on is not None:
        _require_day(entry.resolved_on, "The day it is resolved", around.today)
        if entry.resolved_on < entry.on_date:
            raise InputError(
                f"It cannot be resolved on {day_words(entry.resolved_on)}, before it was answered "
                f"on {day_words(entry.on_date)}."
            )
        if not any(entry.answers.values()):
            raise InputError("There is nothing to resolve: nothing was answered with yes.")
    entry = replace(entry, region=region, resolution=resolution, note=_note(entry.note))
    return entry, _long_ago(entry.on_date, around.today)


def says_something(text: str) -> bool:
    """Tell whether a text has a letter or a digit: signs that nobody sees are no reason."""
    return any(map(str.isalnum, text))


def _require_day(day: date, what: str, today: date) -> None:
    if day > today:
        raise InputError(
            f"{what}, {day_words(day)}, lies in the future: today is {day_words(today)}."
        )
    if day < _FIRST_DAY:
        raise InputError(f"{what} cannot lie in the year {day.year}: that is too long ago.")


def _long_ago(day: date, today: date) -> tuple[str, ...]:
    if day >= today - _LONG_AGO:
        return ()
    return (f"{day_words(day)} is more than a year ago – {SLIP}",)


def _run_doubt(run_id: str | None, day: date, around: Around) -> tuple[str, ...]:
    ran = around.run_days.get(run_id) if run_id is not None else None
    if ran is None or 0 <= (day - ran).days <= 1:
        return ()
    return (f"That run was on {day_words(ran)}, the entry is of {day_words(day)} – {SLIP}",)


def _placed(region: str, side: Side) -> str:
    """Return the slug of a region; the middle only where it lies across."""
    slug = region_slug(region)
    if side is Side.MIDDLE and not REGIONS[slug].across:
        raise InputError(f"The {REGIONS[slug].label} is left or right, not in the middle.")
    return slug


def _only_across(entry: Complaint, around: Around) -> set[date]:
    """Return the days of late on which the other side was named, and never this one.

    Two legs may well be sore alike: nothing is asked where both are named on one day, or this side
    ever was. One side again and again, and then the other alone, may be a slip.
    """
    here = [one for one in around.complaints if one.region == entry.region and one.level]
    if not entry.level or entry.side is Side.MIDDLE or any(one.side is entry.side for one in here):
        return set()
    across = {one.on_date for one in here if one.side is entry.side.other}
    late = {day for day in across if timedelta(0) <= entry.on_date - day <= _OF_LATE}
    return late if len(late) >= _USUAL_DAYS and entry.on_date not in across else set()


def _routines(said: Iterable[str], what: str, used: Collection[str]) -> tuple[str, ...]:
    """Clean routines and cues, which become tags of runs: a comma separates two.

    What is known is spelled as it is known, so that one routine is not taken for two.
    """
    parts = (part for text in said for part in text.split(","))
    lines = (line_of(part, what, MOST_TAG) for part in parts)
    found: dict[str, str] = {}
    for line in lines:
        if line is not None:
            named = routine_named(line, used) or line
            found.setdefault(named.casefold(), named)
    if len(found) > _MOST_ROUTINES:
        raise InputError(f"{what} may name {_MOST_ROUTINES} things at most, not {len(found)}.")
    return tuple(found.values())


def _near_doubts(words: Iterable[str], used: Collection[str]) -> Iterator[str]:
    """Ask about words that nobody knows, where something that is known is near."""
    for word in words:
        near = near_routines(word, used) if routine_named(word, used) is None else ()
        if near:
            meant = list_words(near, "or")
            yield f"“{printable(word)}” would be a word of your own – did you mean {meant}?"


def _shoes(shoes: str | None, around: Around) -> str | None:
    """Spell shoes as they are known already, so that one pair is not taken for two."""
    line = line_of(shoes, "Shoes", MOST_SHOES)
    if line is None:
        return None
    return next((one for one in around.shoes if one.casefold() == line.casefold()), line)


def _note(note: str) -> str:
    return text_of(note, "A note", MOST_NOTE) or ""


def _a(place: str) -> str:
    return f"The {place}"
