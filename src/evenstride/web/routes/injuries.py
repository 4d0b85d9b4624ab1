"""Injuries: since when, which side, how it began, when it was over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride.domain.answer import Answer
from evenstride.domain.diary import Injury
from evenstride.domain.errors import DoubtError, InputError
from evenstride.web.day_fields import Short
from evenstride.web.diary_form import new_page
from evenstride.web.entry_choices import place_choices
from evenstride.web.entry_forms import HOW_WORDS, EntryForm, InjuryForm
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.routes.diary import DONE, Done, EntryId
from evenstride.web.routes.entries import add_entry
from evenstride.web.routes.experiments import now
from evenstride.web.routes.flags import flags_of
from evenstride.web.server import Kept
from evenstride.web.typed_fields import day_of

router = APIRouter()


class EndForm(EntryForm):
    """The day on which an injury was over."""

    ended: Short = ""


def injuries_of(kept: KeptAnswers) -> Answer:
    """Ask for the injuries."""
    from evenstride.answers.body_and_plan.injuries import injuries as asked

    return kept.ask(asked, now=this_hour())


@router.get("/injuries", summary="Injuries, over or not")
def injuries(request: Request, kept: Kept, as_: Format = "html", done: Done = "") -> Response:
    """Show every injury, and the form to add one."""
    if as_ == "json":
        return json_answer(injuries_of(kept))
    return _page(request, kept, said=DONE.get(done, ""))


@router.post("/injuries", summary="Write down an injury")
def add(request: Request, kept: Kept, form: Annotated[InjuryForm, Form()]) -> Response:
    """Keep an injury; what cannot be kept so is said beside its field."""
    wrong, problem = add_entry(kept, form)
    if wrong or problem:
        return _page(request, kept, form=form, wrong=wrong, problem=problem)
    return RedirectResponse("/injuries?done=written", status_code=303)


@router.post("/injuries/{entry_id}/end", summary="Say that an injury is over")
def end(
    request: Request, kept: Kept, entry_id: EntryId, form: Annotated[EndForm, Form()]
) -> Response:
    """Keep the day on which it was over."""
    from evenstride.answers.body_and_plan.diary import Say, write

    injury = kept.library.entry(Injury, entry_id)
    ended, wrong = _over_since(form)
    if wrong:
        return _page(request, kept, ending=entry_id, ended=form.ended, wrong=wrong)
    try:
        value = replace(injury.value, ended=ended)
        say = Say(value, entry_id, seen=form.seen)
        write(kept.library, [say], sure=bool(form.sure), now=now())
    except InputError as error:
        return _page(request, kept, ending=entry_id, ended=form.ended, problem=error)
    return RedirectResponse("/injuries?done=ended", status_code=303)


def _over_since(form: EndForm) -> tuple[date | None, Mapping[str, str]]:
    wrong: dict[str, str] = {}
    ended = None
    try:
        ended = day_of(form.ended, "The day it was over")
    except InputError as error:
        wrong["ended"] = str(error)
    if ended is None:
        wrong.setdefault("ended", "Since when is it over?")
    return ended, wrong | dict(form.wrong)


def _page(
    request: Request,
    kept: KeptAnswers,
    *,
    said: str = "",
    form: InjuryForm | None = None,
    wrong: Mapping[str, str] | None = None,
    problem: InputError | None = None,
    ending: str = "",
    ended: str = "",
) -> Response:
    today = now().date().isoformat()
    return page(
        request,
        "injuries.html",
        status=400 if wrong or problem else 200,
        current="body",
        answer=injuries_of(kept),
        flags=flags_of(kept),
        form=form or InjuryForm(page=new_page()),
        said=said,
        wrong=wrong or {},
        problem=str(problem) if problem else "",
        doubts=problem.doubts if isinstance(problem, DoubtError) else (),
        ending=ending,
        ended=ended or today,
        today=today,
        how_words=HOW_WORDS,
        places=place_choices(),
    )
