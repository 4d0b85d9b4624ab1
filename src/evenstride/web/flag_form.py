"""The form of red-flag questions: each answered with yes, no or do not know, none passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final

from pydantic import ConfigDict, Field

from evenstride.domain.body import Side
from evenstride.domain.diary import FlagCheck
from evenstride.domain.errors import InputError
from evenstride.web.day_fields import Short, Text  # noqa: TC001 # pydantic reads them
from evenstride.web.entry_forms import EntryForm
from evenstride.web.typed_fields import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from evenstride.answers.body_and_plan.rows_diary import AskRow

_ANSWER: Final = "answer-"
_YES_NO: Final = {"yes": True, "no": False}
_UNKNOWN: Final = "unknown"


class FlagForm(EntryForm):
    """Answers, each as `answer-…` with the flag's slug."""

    model_config = ConfigDict(extra="allow")
    unseen: ClassVar[frozenset[str]] = EntryForm.unseen | {"ask"}

    ask: Annotated[str, Field(max_length=100)] = ""
    note: Text = ""

    @property
    def answers(self) -> Mapping[str, str]:
        """What was chosen of each flag, by its slug: `yes`, `no` or `unknown`."""
        return {
            name.removeprefix(_ANSWER): value
            for name, value in (self.model_extra or {}).items()
            if name.startswith(_ANSWER) and isinstance(value, str)
        }


class ResolveForm(EntryForm):
    """That what was raised is over: the day, and why."""

    resolved_on: Short = ""
    resolution: Text = ""


def read_resolution(form: ResolveForm) -> tuple[tuple[date, str] | None, dict[str, str]]:
    """Read since when something is over, and why.

    Returns
    -------
        Both, None where one is missing or cannot be; and a sentence for each that is.
    """
    wrong: dict[str, str] = {}
    on_date, why = None, form.resolution.strip()
    try:
        on_date = day_of(form.resolved_on, "The day")
    except InputError as error:
        wrong["resolved_on"] = str(error)
    if on_date is None:
        wrong.setdefault("resolved_on", "Since when is it over?")
    if not why:
        wrong["resolution"] = "Who saw it, and with what result?"
    wrong.update(form.wrong)
    return (None if on_date is None or wrong else (on_date, why)), wrong


def read_answers(
    form: FlagForm, asked: AskRow, today: date
) -> tuple[FlagCheck | None, dict[str, str]]:
    """Read the answers.

    Parameters
    ----------
    form
        As sent.
    asked
        The questions, and what they are about.
    today
        The local day, on which they are answered.

    Returns
    -------
        The answers, None where one is missing; and a sentence for each that is. A flag of which it
        is not known is not answered: its question stays due.
    """
    given, slugs = form.answers, [question["slug"] for question in asked["questions"]]
    wrong = {
        slug: "Answer this one too: yes, no, or do not know."
        for slug in slugs
        if given.get(slug) not in (*_YES_NO, _UNKNOWN)
    }
    known = {slug: _YES_NO[given[slug]] for slug in slugs if given.get(slug) in _YES_NO}
    if not wrong and not known:
        wrong["note"] = "Nothing was answered, so nothing is kept; the questions stay."
    wrong |= {name.removeprefix(_ANSWER): sentence for name, sentence in form.wrong.items()}
    if wrong:
        return None, wrong
    return (
        FlagCheck(
            today,
            known,
            region=asked["region"],
            side=Side(asked["side"]) if asked["side"] else None,
            note=form.note.strip(),
        ),
        {},
    )
