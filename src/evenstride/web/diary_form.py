"""The form after a run: what hurts and how much, in several places at once, and what was done.

Every field is a text as it was typed, so that what was refused can be shown again as it was. The
page has a name, and each entry one by it and its place: pressed twice, it is written once.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from pydantic import ConfigDict, Field

from evenstride.domain.body import Feeling, Moment, Side, place_words
from evenstride.domain.diary import MOST_LEVEL, Complaint, Day
from evenstride.domain.errors import InputError
from evenstride.render.body_map import place_key, place_of_key, places
from evenstride.web.day_fields import DayFields, Line, Short, fields_of, read_day
from evenstride.web.typed_fields import OF_TEN, whole_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from evenstride.answers.body_and_plan.diary import Say
    from evenstride.domain.diary import Written
    from evenstride.render.body_map import Place
    from evenstride.web.diary_subject import Subject

TYPED: Final = "typed"
"""The key of the place that is typed in words."""
FEELING_WORDS: Final = {
    Feeling.SORENESS: "sore",
    Feeling.TIGHTNESS: "tight",
    Feeling.PAIN: "painful",
}
MOMENT_WORDS: Final = {
    Moment.BEFORE: "before it",
    Moment.DURING: "during it",
    Moment.AFTER: "after it",
    Moment.NEXT_MORNING: "the next morning",
    Moment.OTHER: "at another time",
}
_PAGE = re.compile(r"[0-9a-f]{16}", re.ASCII)
_LEVEL, _FEELING = "level-", "feeling-"
_BOTH: Final = (
    "You said that nothing hurts, and named a place that does: set its level to –, or press Save."
)
_MEANWHILE: Final = (
    "Something else was kept about it in the meantime: open the diary again, it is shown there. "
    "What you typed stands below."
)
_NOTHING_SAID: Final = "Say where it hurts, or that nothing does."


class DiaryForm(DayFields):
    """What the form sends; of each place `level-…` and `feeling-…`, as `place_key` names it."""

    model_config = ConfigDict(extra="allow")
    unseen: ClassVar[frozenset[str]] = frozenset(
        ("page", "run", "day", "day_id", "day_seen", "nothing", "sure")
    )

    page: Annotated[str, Field(max_length=60, description="The page's own name.")] = ""
    run: Short = ""
    day: Short = ""
    moment: Short = ""
    nothing: Short = ""
    typed_place: Line = ""
    day_id: Annotated[str, Field(max_length=100)] = ""
    day_seen: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    sure: Short = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """What was said of one place; `place` is None where what was typed is none."""

    key: str
    place: Place | None
    feeling: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What a form says: what is to be written, and of every field that is wrong a sentence."""

    says: tuple[Say, ...]
    wrong: Mapping[str, str]


def new_page() -> str:
    """Make the name of a new page."""
    return secrets.token_hex(8)


def page_name(sent: str) -> str:
    """Return the name a page sent, or a new one where it sent none."""
    return sent if _PAGE.fullmatch(sent) else new_page()


def first_form(subject: Subject, day: Written[Day] | None) -> DiaryForm:
    """Return the form as it is before anything was said, with what is known of the day."""
    known = fields_of(day.value) if day else DayFields()
    return DiaryForm(
        **known.model_dump(),
        page=new_page(),
        run=subject.run_id or "",
        day="" if subject.run_id else subject.on_date.isoformat(),
        moment=subject.moment,
        day_id=day.entry_id if day else "",
        day_seen=day.version if day else 0,
    )


def spots(form: DiaryForm) -> Iterator[Spot]:
    """Give the places of which something was said, as the map has them; one that is typed last."""
    sent = {
        name: value for name, value in (form.model_extra or {}).items() if isinstance(value, str)
    }
    for place in places():
        key = place_key(place)
        feeling, level = sent.get(_FEELING + key, ""), sent.get(_LEVEL + key, "")
        if level:
            yield Spot(key, place, feeling, level)
    typed = form.typed_place.strip()
    feeling, level = sent.get(_FEELING + TYPED, ""), sent.get(_LEVEL + TYPED, "")
    if typed or level:
        yield Spot(TYPED, place_named(typed), feeling, level)


def place_named(text: str) -> Place | None:
    """Read a place in words: `right front of the hip`, `lower back, in the middle`, `calf left`."""
    words = " ".join(text.casefold().replace(",", " ").split())
    every = {_spelled(place): place for place in places()}
    if words in every:
        return every[words]
    for side in (Side.LEFT, Side.RIGHT):  # the side may stand last, as in `calf, left`
        if words.endswith(f" {side.value}"):
            turned = f"{side.value} {words.removesuffix(side.value).strip()}"
            return every.get(turned)
    return place_of_key(text.strip().casefold())


def read_form(
    form: DiaryForm, subject: Subject, shown: Written[Day] | None, *, other: bool, today: date
) -> Read:
    """Read the form as what is to be written; what was left as the page showed it is not.

    Parameters
    ----------
    form
        As sent.
    subject
        What it is about.
    shown
        What was kept of that run or day when the page was made; None where nothing was.
    other
        Whether something is kept of it now that the page neither showed nor wrote.
    today
        The local day.
    """
    from evenstride.answers.body_and_plan.diary import Say

    page = page_name(form.page)
    wrong: dict[str, str] = {}
    moment = Moment(form.moment) if form.moment in (*Moment,) else subject.moment
    on_date, run_id = subject.day_of(moment, today)
    found = [said for spot in spots(form) if (said := _felt(spot, wrong)) is not None]
    says = [
        Say(
            Complaint(on_date, moment, feeling, slug, side, level, run_id),
            entry_id=f"{page}-{place_key((slug, side))}",
        )
        for (slug, side), feeling, level in found
    ]
    hurts = any(level > 0 for _, _, level in found)
    if form.nothing and hurts:
        wrong["places"] = _BOTH
    before = shown.value if shown else Day(subject.on_date, subject.run_id)
    nothing = bool(form.nothing) or (before.nothing_hurts and not hurts)
    day, refused = read_day(form, before.on_date, before.run_id, nothing_hurts=nothing)
    wrong |= {_beside(name): sentence for name, sentence in refused.items()}
    if day != before and shown is not None:
        says.append(Say(day, entry_id=shown.entry_id, seen=shown.version))
    elif day != before and other:
        wrong["day"] = _MEANWHILE
    elif day != before:
        says.append(Say(day, entry_id=day_entry_id(page)))
    if not (says or wrong or form.nothing):
        wrong["places"] = _NOTHING_SAID
    return Read(tuple(says), wrong)


def day_entry_id(page: str) -> str:
    """Name the entry about the day that a page writes first."""
    return f"{page}-day"


def _beside(name: str) -> str:
    """Return what a sentence about a field stands beside: of a place, beside the place."""
    return name.removeprefix(_LEVEL).removeprefix(_FEELING)


def _felt(spot: Spot, wrong: dict[str, str]) -> tuple[Place, Feeling, int] | None:
    """Read one place; what is missing is said under its key."""
    if spot.place is None:
        wrong[spot.key] = "Which place is meant? Choose one that is offered, with its side."
        return None
    called = place_words(*spot.place)
    try:
        level = whole_of(spot.level, "The level", like=OF_TEN)
    except InputError as error:
        wrong[spot.key] = str(error)
        return None
    if level is None:
        wrong[spot.key] = f"How much, from 0 to {MOST_LEVEL}, is the {called}?"
    elif spot.feeling not in (*Feeling,):
        wrong[spot.key] = f"Is the {called} sore, tight or painful?"
    else:
        return spot.place, Feeling(spot.feeling), level
    return None


def _spelled(place: Place) -> str:
    slug, side = place
    words = place_words(slug, side).casefold().replace(",", " ")
    return " ".join(words.split())
