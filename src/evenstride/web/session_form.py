"""The form of one session of a plan: what its fields hold, and what they say was done.

Every field is a text as it was typed, so that what was refused can be shown again as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from evenstride.domain.diary import ItemDone
from evenstride.domain.errors import InputError
from evenstride.web.typed_fields import MOST_TYPED, OF_TEN, number_of, whole_of
from evenstride.web.typed_form import TypedForm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

_MOST_ITEMS = 40
_Short = Annotated[str, Field(max_length=60)]
_Column = Annotated[list[_Short], Field(max_length=_MOST_ITEMS)]
_NUMBERS = ("sets", "left", "right", "load_kg", "pain", "pain_next_morning")


class SessionForm(TypedForm):
    """What the form sends: a column for each thing that is asked, a row for each exercise.

    `done` names the exercises that were ticked, `every` says that all were done. `seen` is the
    version of the log that the page showed, 0 for none. `sure` says that it is missed though its
    day is to come.
    """

    unseen: ClassVar[frozenset[str]] = frozenset(
        ("plan", "seen", "state", "every", "sure", "exercise")
    )

    plan: _Short = ""
    seen: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    state: Literal["done", "missed"] = "done"
    on_date: _Short = ""
    note: Annotated[str, Field(max_length=MOST_TYPED)] = ""
    every: _Short = ""
    sure: _Short = ""
    exercise: _Column = []  # noqa: RUF012 # pydantic copies it
    done: _Column = []  # noqa: RUF012 # pydantic copies it
    sets: _Column = []  # noqa: RUF012 # pydantic copies it
    left: _Column = []  # noqa: RUF012 # pydantic copies it
    right: _Column = []  # noqa: RUF012 # pydantic copies it
    load_kg: _Column = []  # noqa: RUF012 # pydantic copies it
    pain: _Column = []  # noqa: RUF012 # pydantic copies it
    pain_next_morning: _Column = []  # noqa: RUF012 # pydantic copies it


@dataclass(frozen=True, slots=True)
class Line:
    """What the fields of one exercise hold."""

    done: bool = False
    sets: str = ""
    left: str = ""
    right: str = ""
    load_kg: str = ""
    pain: str = ""
    pain_next_morning: str = ""

    @property
    def said(self) -> bool:
        """Whether anything but the tick was said."""
        return any(getattr(self, name) for name in _NUMBERS)


def typed_lines(form: SessionForm) -> dict[str, Line]:
    """Return what was typed, by exercise."""
    columns = zip_longest(*(getattr(form, name) for name in _NUMBERS), fillvalue="")
    return {
        exercise: Line(form.every == "yes" or exercise in form.done, *values)
        for exercise, values in zip(form.exercise, [*columns, *_empty(form)], strict=False)
    }


def _empty(form: SessionForm) -> Iterator[tuple[str, ...]]:
    """Make up for columns that were not sent."""
    return (("",) * len(_NUMBERS) for _ in form.exercise)


def kept_lines(rows: Sequence[Mapping[str, Any]], exercises: Sequence[str]) -> dict[str, Line]:
    """Return what was kept of a session that was done; what is not named was done as planned."""
    lines = {exercise: Line(done=True) for exercise in exercises}
    for row in rows:
        if row["exercise"] is not None:
            said = ("" if row[name] is None else f"{row[name]:g}" for name in _NUMBERS)
            lines[row["exercise"]] = Line(not row["left_out"], *said)
    return lines


def items_of(form: SessionForm) -> tuple[ItemDone, ...]:
    """Read what was done of each exercise; what is not ticked was left out.

    Raises
    ------
    InputError
        A field is not what it has to be.
    """
    return tuple(_item(exercise, line) for exercise, line in typed_lines(form).items())


def _item(exercise: str, line: Line) -> ItemDone:
    called = exercise.replace("-", " ")
    if not line.done and line.said:
        raise InputError(f"You said how {called} went, but not that it is done: tick it.")
    return ItemDone(
        exercise=exercise,
        sets=whole_of(line.sets, f"Sets of {called}"),
        left=whole_of(line.left, f"How many of {called} on the left"),
        right=whole_of(line.right, f"How many of {called} on the right"),
        load_kg=number_of(line.load_kg, f"The weight of {called}"),
        pain=whole_of(line.pain, f"Pain in {called}", like=OF_TEN),
        pain_next_morning=whole_of(line.pain_next_morning, f"Pain after {called}", like=OF_TEN),
        left_out=not line.done,
    )


def nothing_ticked(form: SessionForm) -> bool:
    """Tell whether it says of no exercise that it was done, nor how it went.

    Kept so it would be a session that was done with all of it left out: more likely none was meant.
    """
    lines = typed_lines(form).values()
    return form.state == "done" and bool(lines) and not any(ln.done or ln.said for ln in lines)


def missed_ahead(form: SessionForm, day: date, today: date) -> bool:
    """Tell whether it says of a session to come that it was missed, and nobody said: surely."""
    return form.state == "missed" and day > today and form.sure != "missed"


def empty_form(today: date, *, plan: str) -> SessionForm:
    """Return the form of a session of which nothing was said yet."""
    return SessionForm(plan=plan, on_date=today.isoformat())
