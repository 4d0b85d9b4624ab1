"""The form about one assignment of an experiment: what its fields hold, and what they say.

Every field is a text as it was typed, so that what was refused can be shown again as it was.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

from pydantic import BaseModel, Field

from evenstride.domain.errors import InputError
from evenstride.domain.experiment import LapUse
from evenstride.domain.wording import count_words
from evenstride.web.typed_fields import MOST_TYPED, day_of, number_of, seconds_of, several_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evenstride.answers.experiments.recording import Said
    from evenstride.answers.rows_experiments import LapToDoRow
    from evenstride.domain.experiment import Condition, Kind

OTHER_RUN = "other"
"""What the choice of a run sends that is none of those listed."""

_MOST_LAPS: Final = 100
_OTHER_THING, _NEITHER = "other", "skipped"
_DONE: Final = ("", "as_assigned", _OTHER_THING, _NEITHER)
_WHICH: Final = "Say whether you did as asked, the other thing, or skipped it."
_WHEN: Final = (
    "No lap says when it was run: type the times, name laps of the watch, or say of each that "
    "neither was done."
)
_INSTEAD: Final[dict[Condition, Condition]] = {"treatment": "control", "control": "treatment"}
_Short = Annotated[str, Field(max_length=60)]
_Line = Annotated[str, Field(max_length=300)]
_Text = Annotated[str, Field(max_length=MOST_TYPED)]


class RecordForm(BaseModel):
    """What is said of one assignment; of laps the columns, the first of each the first lap."""

    position: Annotated[
        int | None, Field(ge=0, le=100_000, description="Which assignment, from 0.")
    ] = None
    correct: Annotated[
        int | None, Field(ge=0, le=100_000, description="An assignment recorded before.")
    ] = None
    run: _Short = ""
    other_run: _Short = ""
    did: _Short = ""
    rating: _Short = ""
    on_date: _Short = ""
    note: _Text = ""
    lap_numbers: _Line = ""
    lap_from: Annotated[list[_Short], Field(max_length=_MOST_LAPS)] = []
    lap_to: Annotated[list[_Short], Field(max_length=_MOST_LAPS)] = []
    lap_did: Annotated[list[_Short], Field(max_length=_MOST_LAPS)] = []


def require_whole(form: RecordForm, kind: Kind) -> None:
    """Refuse a form that leaves open what it is about: nothing is written of what was not said.

    Raises
    ------
    InputError
        Which assignment, what was done or which run is missing.
    """
    if form.position is None:
        raise InputError("Say which assignment it is about: open its page and choose there.")
    by_laps = kind == "within_run" and bool(form.lap_numbers or _typed(form))
    if kind == "within_run" and not form.did and not by_laps:
        raise InputError(_WHEN)
    if not by_laps and form.did not in _DONE[1:]:
        raise InputError(_WHICH)
    skipped = form.did == _NEITHER or (by_laps and _all_left_out(form))
    if kind != "randomised_start" and not form.run.strip() and not skipped:
        raise InputError("Say which run it was: its day, or last.")


def said_of(form: RecordForm, asked: Sequence[LapToDoRow]) -> Said:
    """Read the form as what became of an assignment.

    Parameters
    ----------
    form
        As sent.
    asked
        The laps of the assignment in their order; empty where it has none.

    Raises
    ------
    InputError
        A field does not hold what it asks for.
    """
    from evenstride.answers.experiments.recording import Said

    if form.did not in _DONE:
        raise InputError(_WHICH)
    if form.correct is not None and form.position not in (None, form.correct):
        raise InputError("Two assignments are named, and it can be about one only.")
    _check_rows(form, asked)
    run = form.other_run if form.run == OTHER_RUN else form.run
    numbers = several_of(form.lap_numbers, "The laps", _MOST_LAPS)
    skipped = form.did == _NEITHER or (not numbers and _all_left_out(form))
    if form.run == OTHER_RUN and not run.strip() and not skipped:
        raise InputError("Say which run it was: its day, or last.")
    laps = () if numbers or skipped else tuple(_laps(form, asked))
    if _typed(form) and not (numbers or skipped or laps):
        raise InputError(_WHEN)
    if any(did == _NEITHER for did in form.lap_did[: len(numbers)]):
        raise InputError("A lap cannot be named and left out: name those of the watch that served.")
    return Said(
        run=run.strip() or None,
        did="skipped" if skipped else cast("Any", form.did or "as_assigned"),
        rating=number_of(form.rating, "The rating"),
        # Numbers, once typed, go before the times that stand in the fields below them.
        lap_numbers=numbers,
        laps=laps,
        other_laps=tuple(
            number for number, did in enumerate(form.lap_did, start=1) if did == _OTHER_THING
        )
        if numbers
        else (),
        on_date=day_of(form.on_date, "The day it began"),
        note=form.note,
        position=form.position if form.correct is None else form.correct,
    )


def _typed(form: RecordForm) -> list[tuple[str, str, str]]:
    """Return the rows of laps: from, to, and what was done; empty where none were shown."""
    return list(zip_longest(form.lap_from, form.lap_to, form.lap_did, fillvalue=""))


def _all_left_out(form: RecordForm) -> bool:
    """Tell whether of every lap it is said that neither was done."""
    rows = _typed(form)
    return bool(rows) and all(did == _NEITHER for _, _, did in rows)


def _check_rows(form: RecordForm, asked: Sequence[LapToDoRow]) -> None:
    """Refuse rows of laps that are not those that were asked for."""
    if len(_typed(form)) > len(asked):
        raise InputError(
            f"{count_words(len(_typed(form)), 'lap')} came, but {len(asked)} were asked for: open "
            "the page again."
        )
    if not set(form.lap_did) <= set(_DONE):
        raise InputError("Say of each lap whether you did as asked, the other thing, or neither.")


def _laps(form: RecordForm, asked: Sequence[LapToDoRow]) -> Iterator[LapUse]:
    """Read the stretches that were typed, each by what was asked of it."""
    for lap, (start, end, did) in zip(asked, _typed(form), strict=False):
        number, condition = lap["lap"], lap["condition"]
        start_s = seconds_of(start, f"Where lap {number} begins")
        end_s = seconds_of(end, f"Where lap {number} ends")
        if did == _NEITHER or (start_s is None and end_s is None):
            continue
        if start_s is None or end_s is None:
            raise InputError(f"Of lap {number} say both where it begins and where it ends.")
        done = _INSTEAD[condition] if did == _OTHER_THING else condition
        yield LapUse(lap["pair"] - 1, condition, start_s, end_s, done)
