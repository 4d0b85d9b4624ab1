"""The form of a new plan: what its fields hold, and how they are read as a wish.

Every field is a text as it was typed, so that what was refused can be shown again as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, cast

from pydantic import BaseModel, Field

from evenstride.domain.errors import InputError
from evenstride.domain.exercise import Weekday, Wish
from evenstride.web.typed_fields import day_of, whole_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

_Short = Annotated[str, Field(max_length=60)]
_Several = Annotated[list[_Short], Field(max_length=40)]
WEEKDAY_WORDS: Final = (
    ("mon", "Monday"),
    ("tue", "Tuesday"),
    ("wed", "Wednesday"),
    ("thu", "Thursday"),
    ("fri", "Friday"),
    ("sat", "Saturday"),
    ("sun", "Sunday"),
)


class PlanForm(BaseModel):
    """What the form sends; `asked` tells a form with nothing ticked from none that was sent.

    `plan_id` is the name under which it will be kept, so that the same form sent twice begins one.
    """

    asked: _Short = ""
    plan_id: _Short = ""
    goals: _Several = []
    days: _Several = []
    sessions_per_week: _Short = ""
    minutes: _Short = ""
    equipment: _Several = []
    conditions: _Several = []
    first_date: _Short = ""

    def sent(self) -> Iterator[tuple[str, str]]:
        """Give what was chosen, field by field, so that another form can carry it."""
        for name, value in self:
            if name == "plan_id":
                continue
            for one in value if isinstance(value, list) else [value]:
                yield name, one


def first_form(today: date) -> PlanForm:
    """Return the form as it is before anything was chosen."""
    usual = Wish(first_date=today)
    return PlanForm(
        asked="yes",
        goals=list(usual.goals),
        days=list(usual.days),
        sessions_per_week=str(usual.sessions_per_week),
        minutes=str(usual.minutes),
        first_date=today.isoformat(),
    )


def wish_of(form: PlanForm, today: date) -> Wish:
    """Read a form as a wish; what it names is judged where plans are made.

    Raises
    ------
    InputError
        A field is not what it has to be.
    """
    usual = Wish(first_date=today)
    if not form.days:
        raise InputError("Tick the days on which you have time.")
    return Wish(
        first_date=day_of(form.first_date, "The first day") or usual.first_date,
        days=cast("tuple[Weekday, ...]", tuple(form.days)),
        sessions_per_week=whole_of(form.sessions_per_week, "How often a week")
        or usual.sessions_per_week,
        minutes=whole_of(form.minutes, "How many minutes") or usual.minutes,
        goals=tuple(form.goals) or usual.goals,
        equipment=tuple(form.equipment),
        conditions=tuple(form.conditions),
    )
