"""The form of one screening test: what its fields hold, and how they are read as measured.

Every field is a text as it was typed, so that what was refused can be shown again as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, TypeVar

from pydantic import Field

from evenstride.domain.diary import MOST_NOTE, MOST_WORDS, Measured
from evenstride.domain.errors import InputError
from evenstride.web.typed_fields import OF_TEN, day_of, number_of, whole_of
from evenstride.web.typed_form import TypedForm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from evenstride.answers.body_and_plan.rows_screening import ChoiceRow, MethodRow

T = TypeVar("T")
MOST_TRIALS: Final = 20
"""Trials a side that can be kept."""
_Short = Annotated[str, Field(max_length=60)]
_Trials = Annotated[list[_Short], Field(max_length=MOST_TRIALS)]


class MeasuredForm(TypedForm):
    """What the form sends.

    `entry_id` is made with the page, so that a form sent twice is kept once; `seen` is the version
    that the page showed, 0 for none. `sure` says that an unlikely value is none the less right.
    """

    unseen: ClassVar[frozenset[str]] = frozenset(("entry_id", "seen", "method", "sure"))

    entry_id: _Short = ""
    seen: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    method: _Short = ""
    position: _Short = ""
    instrument: _Short = ""
    by: Annotated[str, Field(max_length=MOST_WORDS)] = ""
    on_date: _Short = ""
    left: _Trials = []  # noqa: RUF012 # pydantic copies it
    right: _Trials = []  # noqa: RUF012 # pydantic copies it
    sign: _Short = ""
    left_pain: _Short = ""
    right_pain: _Short = ""
    note: Annotated[str, Field(max_length=MOST_NOTE)] = ""
    sure: _Short = ""


def measured_of(
    form: MeasuredForm, test: str, today: date
) -> tuple[Measured | None, dict[str, str]]:
    """Read a form as measured; whether it can be is judged where tests are known.

    Returns
    -------
        What was measured, None where a field does not hold what it asks for; and a sentence for
        each that does not.
    """
    wrong: dict[str, str] = {}

    def held(name: str, read: Callable[[], T | None]) -> T | None:
        try:
            return read()
        except InputError as error:
            wrong[name] = str(error)
            return None

    value = Measured(
        on_date=held("on_date", lambda: day_of(form.on_date, "The day")) or today,
        test=test,
        method=form.method,
        position=form.position,
        instrument=form.instrument,
        by=form.by.strip(),
        left=held("left", lambda: _values(form.left, "left")) or (),
        right=held("right", lambda: _values(form.right, "right")) or (),
        sign=form.sign or None,
        left_pain=held(
            "left_pain", lambda: whole_of(form.left_pain, "Pain on the left", like=OF_TEN)
        ),
        right_pain=held(
            "right_pain", lambda: whole_of(form.right_pain, "Pain on the right", like=OF_TEN)
        ),
        note=form.note,
    )
    wrong.update(form.wrong)  # it says more than that what is there is no day or number
    return (None if wrong else value), wrong


def _values(typed: Sequence[str], side: str) -> tuple[float, ...]:
    read = (_value(text, f"Trial {i} on the {side}") for i, text in enumerate(typed, start=1))
    return tuple(value for value in read if value is not None)


def _value(text: str, what: str) -> float | None:
    """Read a number that may be below zero, as the Foot Posture Index is."""
    text = text.strip().replace("\N{MINUS SIGN}", "-")
    if text in ("-", "+"):
        raise InputError(f"{what} is a number like 38.5, not a sign alone.")
    value = number_of(text.lstrip("+") if not text.startswith("-") else text[1:], what)
    return -value if value is not None and text.startswith("-") else value


def first_form(
    rows: Sequence[MethodRow], before: Mapping[str, Any] | None, *, today: date
) -> MeasuredForm:
    """Return the form before anything was typed: measured the way it was the last time.

    Parameters
    ----------
    rows
        The ways of making the test, the preferred first.
    before
        What was measured last, of this test or of another; None where nothing was.
    today
        The day it is made on, unless said otherwise.
    """
    last = before or {}
    method = next((row for row in rows if row["method"] == last.get("method")), rows[0])
    return MeasuredForm(
        method=method["method"],
        position=_still(method["positions"], last.get("position")),
        instrument=_still(method["instruments"], last.get("instrument")),
        by=str(last.get("by") or ""),
        on_date=today.isoformat(),
    )


def _still(choices: Sequence[ChoiceRow], slug: object) -> str:
    """Return what was chosen last where it can be chosen here, else the first."""
    slugs = [one["slug"] for one in choices]
    return str(slug) if slug in slugs else "".join(slugs[:1])


def kept_form(row: Mapping[str, Any]) -> MeasuredForm:
    """Return the form that holds what was measured, to correct it."""
    return MeasuredForm(
        entry_id=str(row["entry_id"]),
        seen=int(row["version"]),
        method=str(row["method"]),
        position=str(row["position"]),
        instrument=str(row["instrument"]),
        by=str(row["by"]),
        on_date=str(row["on_date"]),
        left=[f"{value:g}" for value in row["left"]],
        right=[f"{value:g}" for value in row["right"]],
        sign=str(row["sign"] or ""),
        left_pain="" if row["left_pain"] is None else str(row["left_pain"]),
        right_pain="" if row["right_pain"] is None else str(row["right_pain"]),
        note=str(row["note"]),
    )
