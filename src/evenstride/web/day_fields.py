"""The fields about a day or a run: routines, cues, ground, shoes, sitting, sleep.

Every field is a text as it was typed, so that what was refused can be shown again as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from evenstride.answers.typing_rules import MOST_SHOES
from evenstride.domain.cues import CUES, GROUPS, cue_named
from evenstride.domain.diary import MOST_NOTE, MOST_WORDS, Day
from evenstride.domain.errors import InputError
from evenstride.domain.ground import Camber, Surface
from evenstride.web.typed_fields import number_of
from evenstride.web.typed_form import TypedForm

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from evenstride.domain.cues import Group

_MOST_TICKED: Final = 60
_RUNNING: Final[tuple[Group, ...]] = ("while_running", "where")
Short = Annotated[str, Field(max_length=60)]
Line = Annotated[str, Field(max_length=MOST_WORDS)]
Pair = Annotated[str, Field(max_length=MOST_SHOES)]
Text = Annotated[str, Field(max_length=MOST_NOTE)]
_Several = Annotated[str, Field(max_length=2000)]
Words = Annotated[list[Line], Field(max_length=_MOST_TICKED)]


class DayFields(TypedForm):
    """What the fields about a day hold; of routines and cues those ticked, and others in words."""

    done: Words = []  # noqa: RUF012 # pydantic copies it
    done_other: _Several = ""
    cues: Words = []  # noqa: RUF012 # pydantic copies it
    cues_other: _Several = ""
    surface: Short = ""
    camber: Short = ""
    shoes: Pair = ""
    sat_h: Short = ""
    slept_h: Short = ""
    note: Text = ""


def fields_of(day: Day) -> DayFields:
    """Return the fields as they stand for a day."""
    return DayFields(
        done=list(day.done),
        cues=list(day.cues),
        surface=day.surface or "",
        camber=day.camber or "",
        shoes=day.shoes or "",
        sat_h=_number(day.sat_h),
        slept_h=_number(day.slept_h),
        note=day.note,
    )


def read_day(
    fields: DayFields, on_date: date, run_id: str | None, *, nothing_hurts: bool
) -> tuple[Day, dict[str, str]]:
    """Read the fields as a day.

    Returns
    -------
        The day, and of every field that does not hold what it asks for a sentence.
    """
    wrong: dict[str, str] = {}

    def hours(name: str, typed: str, what: str) -> float | None:
        try:
            return number_of(typed, what)
        except InputError as error:
            wrong[name] = str(error)
            return None

    if fields.surface and fields.surface not in (*Surface,):
        wrong["surface"] = "Choose one of the surfaces."
    if fields.camber and fields.camber not in (*Camber,):
        wrong["camber"] = "Choose which foot stood lower."
    day = Day(
        on_date=on_date,
        run_id=run_id,
        nothing_hurts=nothing_hurts,
        done=_all_of(fields.done, fields.done_other),
        cues=_all_of(fields.cues, fields.cues_other),
        surface=None if "surface" in wrong or not fields.surface else Surface(fields.surface),
        camber=None if "camber" in wrong or not fields.camber else Camber(fields.camber),
        shoes=" ".join(fields.shoes.split()) or None,
        sat_h=hours("sat_h", fields.sat_h, "Hours sat"),
        slept_h=hours("slept_h", fields.slept_h, "Hours slept"),
        note=fields.note.strip(),
    )
    return day, wrong | dict(fields.wrong)


def chips(used: Iterable[str], chosen: Collection[str], *, running: bool) -> list[tuple[str, str]]:
    """List what can be ticked: slug (or own words) and name, the runner's own first.

    Parameters
    ----------
    used
        What was said before, the latest first.
    chosen
        What is ticked now: it is listed wherever it comes from.
    running
        Whether it is tried while running (a cue), else done beside it (a routine).
    """
    groups = [group for group in GROUPS if (group in _RUNNING) is running and group != "worn"]
    known = [slug for group in groups for slug, cue in CUES.items() if cue.group == group]
    every = dict.fromkeys((*used, *known, *chosen))
    return [(word, CUES[word].name if word in CUES else word) for word in every]


def _all_of(ticked: Iterable[str], others: str) -> tuple[str, ...]:
    """Put together what was ticked and typed; what is called like a cue becomes its slug."""
    words = [" ".join(word.split()) for word in (*ticked, *others.split(","))]
    named = [cue.slug if (cue := cue_named(word)) else word for word in words if word]
    return tuple(dict.fromkeys(named))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
