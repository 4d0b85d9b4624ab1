"""Decides how an entry of the diary is said in words, and what a correction changed."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from evenstride.answers.ground_typed import CAMBER_WORDS
from evenstride.body.catalogue import exercises
from evenstride.body.red_flags import FLAGS
from evenstride.domain.body import REGIONS, Moment, place_words
from evenstride.domain.cues import CUES
from evenstride.domain.diary import (
    Complaint,
    Day,
    Entry,
    FlagCheck,
    HeelWear,
    Injury,
    KeptPlan,
    Measured,
    SessionDone,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOMENTS: Final[Mapping[Moment, str]] = {
    Moment.BEFORE: "before the run",
    Moment.DURING: "during the run",
    Moment.AFTER: "after the run",
    Moment.NEXT_MORNING: "the next morning",
    Moment.OTHER: "at another time",
}
"""When something is felt, in words."""
WEAR: Final = ("not worn", "a little worn", "clearly worn", "worn through")
"""How far a heel is worn, by its number."""
WEAR_PLACES: Final = {
    "outer": "on the outside",
    "middle": "in the middle",
    "inner": "on the inside",
    "even": "evenly",
}
HOW: Final = {
    "sudden": "sudden",
    "gradual": "came gradually",
    "surgery": "surgery",
    "unknown": "",
}
"""How an injury came about, in words."""
_FIELDS: Final = {
    "on_date": "day",
    "run_id": "run",
    "nothing_hurts": "nothing hurts",
    "done": "done",
    "cues": "tried while running",
    "camber": "road side",
    "sat_h": "hours sat",
    "slept_h": "hours slept",
    "seen_by_clinician": "seen by a clinician",
    "left_place": "where on the left",
    "right_place": "where on the right",
    "resolved_on": "resolved on",
    "left_pain": "pain on the left",
    "right_pain": "pain on the right",
}


def day_words(day: date) -> str:
    """Say a day: `21 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def said_of(what: str) -> str:
    """Call a routine or cue as the list of cues or the catalogue does; own words stay."""
    if what in CUES:
        return CUES[what].name
    return exercises()[what].name if what in exercises() else what


def state_words(complaint: Complaint) -> str:
    """Say what is felt where: `right calf: pain 4 of 10`; a level of 0 is gone."""
    place = place_words(complaint.region, complaint.side)
    if complaint.level == 0:
        return f"{place}: {complaint.feeling.value} gone"
    return f"{place}: {complaint.feeling.value} {complaint.level} of 10"


def entry_words(entry: Entry) -> str:
    """Say an entry of any kind in one line, without a full stop: sentences bring their own."""
    said: Callable[[Any], str] = _WORDS[type(entry)]
    return said(entry).rstrip(" .")


def changed_words(before: Entry, after: Entry) -> list[str]:
    """Say what a correction changed, field by field, each in a few words."""
    return [
        f"{_FIELDS.get(field.name, field.name.replace('_', ' '))}: "
        f"{_value_words(getattr(before, field.name))} → {_value_words(getattr(after, field.name))}"
        for field in fields(before)
        if getattr(before, field.name) != getattr(after, field.name)
    ]


def _complaint(entry: Complaint) -> str:
    when = "" if entry.moment is Moment.OTHER else f", {MOMENTS[entry.moment]}"
    return _with_note(f"{state_words(entry)}{when}", entry.note)


def _day(entry: Day) -> str:
    ground = [
        f"on {entry.surface.value}" if entry.surface else "",
        CAMBER_WORDS[entry.camber] if entry.camber else "",
    ]
    parts = [
        "nothing hurts" if entry.nothing_hurts else "",
        f"done: {', '.join(said_of(one) for one in entry.done)}" if entry.done else "",
        f"tried: {', '.join(said_of(one) for one in entry.cues)}" if entry.cues else "",
        ", ".join(part for part in ground if part),
        f"shoes: {entry.shoes}" if entry.shoes else "",
        "" if entry.sat_h is None else f"sat {round(entry.sat_h, 1):g} h",
        "" if entry.slept_h is None else f"slept {round(entry.slept_h, 1):g} h",
    ]
    said = "; ".join(part for part in parts if part)
    return _with_note(said, entry.note) if said or entry.note else "nothing is said of the day"


def _injury(entry: Injury) -> str:
    place = place_words(entry.region, entry.side)
    how = HOW[entry.how]
    began = day_words(entry.began)
    when = f"from {began} to {day_words(entry.ended)}" if entry.ended else f"lasting since {began}"
    parts = [
        f"injury: {place}",
        entry.name,
        how,
        when,
        f"cause: {entry.cause}" if entry.cause else "",
        "seen by a clinician" if entry.seen_by_clinician else "",
    ]
    return _with_note(", ".join(part for part in parts if part), entry.note)


def wear_words(level: int, place: str | None) -> str:
    """Say how a heel is worn: `clearly worn on the outside`."""
    return f"{WEAR[level]} {WEAR_PLACES[place]}" if place else WEAR[level]


def _heel_wear(entry: HeelWear) -> str:
    left = wear_words(entry.left, entry.left_place)
    right = wear_words(entry.right, entry.right_place)
    return _with_note(f"{entry.shoes}: left heel {left}, right heel {right}", entry.note)


def _flag_check(entry: FlagCheck) -> str:
    in_order = sorted(entry.answers, key=_place_in_list)
    yes, no = (
        [_flag_name(slug) for slug in in_order if entry.answers[slug] is which]
        for which in (True, False)
    )
    about = about_words(entry)
    parts = [
        f"yes: {', '.join(yes)}" if yes else "",
        f"no: {', '.join(no)}" if no else "",
        "" if yes or no else "nothing answered yet",
        f"resolved on {day_words(entry.resolved_on)}: {entry.resolution.rstrip(' .')}"
        if entry.resolved_on
        else "",
    ]
    said = "; ".join(part for part in parts if part)
    return _with_note(f"red flags{f', {about}' if about else ''}: {said}", entry.note)


def about_words(entry: FlagCheck) -> str:
    """Say what answers about red flags are about: a place, a side, or nothing."""
    if entry.region is not None and entry.side is not None:
        return place_words(entry.region, entry.side)
    return f"{entry.side.value} side" if entry.side is not None else ""


def _measured(entry: Measured) -> str:
    sides = [
        f"{name} {', '.join(f'{value:g}' for value in values)}"
        for name, values in (("left", entry.left), ("right", entry.right))
        if values
    ]
    said = "; ".join([*sides, *([entry.sign.replace("_", " ")] if entry.sign else [])])
    return _with_note(f"{entry.test} ({entry.method}): {said or 'nothing'}", entry.note)


def _plan(entry: KeptPlan) -> str:
    ended = f", ended on {day_words(entry.ended_on)}" if entry.ended_on else ""
    return f"plan made on {day_words(entry.made_on)}{ended}"


def _session(entry: SessionDone) -> str:
    return _with_note(f"session {entry.session} {entry.state}", entry.note)


_WORDS: Final[Mapping[type, Callable[[Any], str]]] = {
    Complaint: _complaint,
    Day: _day,
    Injury: _injury,
    HeelWear: _heel_wear,
    FlagCheck: _flag_check,
    Measured: _measured,
    KeptPlan: _plan,
    SessionDone: _session,
}


def _place_in_list(slug: str) -> int:
    return list(FLAGS).index(slug) if slug in FLAGS else len(FLAGS)


def _flag_name(slug: str) -> str:
    return FLAGS[slug].name if slug in FLAGS else slug


def _with_note(said: str, note: str) -> str:
    lines = note.splitlines()
    if not lines:
        return said
    quoted = f"“{lines[0]}{'”' if len(lines) == 1 else ' …”'}"
    return f"{said}; {quoted}" if said else quoted


def _value_words(value: object) -> str:
    """Say the value of a field as people do."""
    if value is None or value in ("", (), {}):
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(_value_words(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{_flag_name(str(k))} {_value_words(v)}" for k, v in value.items())
    return _plain_words(value)


def _plain_words(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case date():
            return day_words(value)
        case Enum():
            return str(value.value).replace("_", " ")
        case float():
            return f"{value:g}"
        case _:
            return REGIONS[str(value)].label if str(value) in REGIONS else str(value)
