"""The forms of one entry at a time: a complaint, a day, an injury, worn heels.

Every field is a text as it was typed, so that what was refused can be shown again as it was. What
cannot be is returned as a sentence beside the field it belongs to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, TypeVar, cast

from pydantic import Field

from evenstride.domain.body import Feeling, Moment
from evenstride.domain.diary import Complaint, Day, HeelWear, Injury
from evenstride.domain.errors import InputError
from evenstride.render.body_map import place_key, place_of_key
from evenstride.web.day_fields import DayFields, Line, Pair, Short, Text, fields_of, read_day
from evenstride.web.diary_form import page_name
from evenstride.web.typed_fields import OF_TEN, day_of, whole_of
from evenstride.web.typed_form import TypedForm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from evenstride.domain.diary import Entry, WearPlace
    from evenstride.render.body_map import Place

T = TypeVar("T")
HOW_WORDS: Final = {
    "sudden": "suddenly: a fall, a twist",
    "gradual": "bit by bit",
    "surgery": "surgery",
    "unknown": "I do not know",
}
WEAR_WORDS: Final = {
    0: "not to be seen",
    1: "a little",
    2: "clearly",
    3: "through the outsole",
}
WEAR_PLACES: Final[Mapping[str, str]] = {
    "outer": "outer edge",
    "middle": "middle",
    "inner": "inner edge",
    "even": "evenly",
}


class EntryForm(TypedForm):
    """What goes along with every form: what it corrects, or the name of a new entry."""

    unseen: ClassVar[frozenset[str]] = frozenset(("page", "seen", "sure"))

    page: Annotated[str, Field(max_length=60, description="The page's own name.")] = ""
    seen: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    sure: Short = ""

    @property
    def new_id(self) -> str:
        """The id of what it writes anew: pressed twice, it is one entry."""
        return page_name(self.page)


class ComplaintForm(EntryForm):
    """One complaint."""

    on_date: Short = ""
    moment: Short = ""
    feeling: Short = ""
    place: Short = ""
    level: Short = ""
    run: Short = ""
    note: Text = ""


class DayForm(EntryForm, DayFields):
    """One day, or one run's."""

    on_date: Short = ""
    run: Short = ""
    nothing_hurts: Short = ""


class InjuryForm(EntryForm):
    """One injury."""

    began: Short = ""
    ended: Short = ""
    place: Short = ""
    how: Short = ""
    name: Line = ""
    cause: Line = ""
    seen_by_clinician: Short = ""
    note: Text = ""


class WearForm(EntryForm):
    """One look at the heels of a pair."""

    shoes: Pair = ""
    on_date: Short = ""
    left: Short = ""
    right: Short = ""
    left_place: Short = ""
    right_place: Short = ""
    note: Text = ""


def form_of_entry(value: Entry, version: int) -> EntryForm | None:
    """Fill in the form of an entry; None of those kinds that have a page of their own."""
    if isinstance(value, Complaint):
        return ComplaintForm(
            seen=version,
            on_date=value.on_date.isoformat(),
            moment=value.moment,
            feeling=value.feeling,
            place=place_key((value.region, value.side)),
            level=str(value.level),
            run=value.run_id or "",
            note=value.note,
        )
    if isinstance(value, Day):
        return DayForm(
            **fields_of(value).model_dump(),
            seen=version,
            on_date=value.on_date.isoformat(),
            run=value.run_id or "",
            nothing_hurts="yes" if value.nothing_hurts else "",
        )
    if isinstance(value, Injury):
        return InjuryForm(
            seen=version,
            began=value.began.isoformat(),
            ended=value.ended.isoformat() if value.ended else "",
            place=place_key((value.region, value.side)),
            how=value.how,
            name=value.name,
            cause=value.cause,
            seen_by_clinician="yes" if value.seen_by_clinician else "",
            note=value.note,
        )
    if isinstance(value, HeelWear):
        return WearForm(
            seen=version,
            shoes=value.shoes,
            on_date=value.on_date.isoformat(),
            left=str(value.left),
            right=str(value.right),
            left_place=value.left_place or "",
            right_place=value.right_place or "",
            note=value.note,
        )
    return None


KINDS_OF_FORMS: Final[Mapping[type[EntryForm], type[Entry]]] = {
    ComplaintForm: Complaint,
    DayForm: Day,
    InjuryForm: Injury,
    WearForm: HeelWear,
}
"""Which kind of entry each form is about."""


def read_entry(form: EntryForm) -> tuple[Entry | None, dict[str, str]]:
    """Read a form as its entry.

    Returns
    -------
        The entry, None where a field does not hold what it asks for; and a sentence for each.
    """
    wrong: dict[str, str] = {}
    readers: Mapping[type[EntryForm], Callable[..., Entry | None]] = {
        ComplaintForm: _complaint,
        DayForm: _day,
        InjuryForm: _injury,
        WearForm: _wear,
    }
    value = readers[type(form)](form, wrong)
    wrong.update(form.wrong)  # it says more than that what is there is no day or number
    return (None if wrong else value), wrong


def _complaint(form: ComplaintForm, wrong: dict[str, str]) -> Complaint | None:
    on_date = _day_in(wrong, "on_date", form.on_date)
    place = _place_in(wrong, form.place)
    level = _held(
        wrong,
        "level",
        lambda: _needed(whole_of(form.level, "The level", like=OF_TEN), "How much?"),
    )
    feeling = _one_of(wrong, "feeling", form.feeling, [*Feeling], "Is it sore, tight or painful?")
    moment = _one_of(wrong, "moment", form.moment, [*Moment], "When was it felt?")
    if on_date is None or place is None or level is None or wrong:
        return None
    return Complaint(
        on_date,
        Moment(moment),
        Feeling(feeling),
        *place,
        level=level,
        run_id=form.run or None,
        note=form.note.strip(),
    )


def _day(form: DayForm, wrong: dict[str, str]) -> Day | None:
    on_date = _day_in(wrong, "on_date", form.on_date)
    if on_date is None:
        return None
    day, refused = read_day(form, on_date, form.run or None, nothing_hurts=bool(form.nothing_hurts))
    wrong.update(refused)
    return day


def _injury(form: InjuryForm, wrong: dict[str, str]) -> Injury | None:
    began = _day_in(wrong, "began", form.began)
    ended = _held(wrong, "ended", lambda: day_of(form.ended, "The day it was over"))
    place = _place_in(wrong, form.place)
    how = _one_of(wrong, "how", form.how or "unknown", [*HOW_WORDS], "How did it begin?")
    if began is None or place is None or wrong:
        return None
    return Injury(
        began,
        *place,
        how=cast('Literal["sudden", "gradual", "surgery", "unknown"]', how),
        name=form.name.strip(),
        cause=form.cause.strip(),
        ended=ended,
        seen_by_clinician=bool(form.seen_by_clinician),
        note=form.note.strip(),
    )


def _wear(form: WearForm, wrong: dict[str, str]) -> HeelWear | None:
    on_date = _day_in(wrong, "on_date", form.on_date)
    shoes = _held(wrong, "shoes", lambda: _needed(form.shoes.strip() or None, "Which shoes?"))
    worn: dict[str, int] = {}
    for side in ("left", "right"):
        typed = getattr(form, side)
        if typed not in map(str, WEAR_WORDS):
            wrong[side] = f"How worn is the {side} heel?"
            continue
        worn[side] = int(typed)
        where = getattr(form, f"{side}_place")
        if where and where not in WEAR_PLACES:
            wrong[f"{side}_place"] = f"Where is the {side} heel worn?"
    if on_date is None or shoes is None or wrong:
        return None
    return HeelWear(
        shoes,
        on_date,
        worn["left"],
        worn["right"],
        # Where nothing is worn there is no place to it.
        cast("WearPlace | None", (worn["left"] and form.left_place) or None),
        cast("WearPlace | None", (worn["right"] and form.right_place) or None),
        note=form.note.strip(),
    )


def _held(wrong: dict[str, str], name: str, read: Callable[[], T]) -> T | None:
    """Read a field; what it raises is said beside it."""
    try:
        return read()
    except InputError as error:
        wrong[name] = str(error)
        return None


def _needed(value: T | None, asked: str) -> T:
    if value is None:
        raise InputError(asked)
    return value


def _day_in(wrong: dict[str, str], name: str, typed: str) -> date | None:
    return _held(wrong, name, lambda: _needed(day_of(typed, "The day"), "Which day?"))


def _place_in(wrong: dict[str, str], typed: str) -> Place | None:
    return _held(wrong, "place", lambda: _needed(place_of_key(typed), "Which place, which side?"))


def _one_of(wrong: dict[str, str], name: str, typed: str, known: list[str], asked: str) -> str:
    if typed not in known:
        wrong[name] = asked
    return typed
