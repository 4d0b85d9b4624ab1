"""Shoes: what was run in them, and how their heels wear by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride.domain.answer import Answer
from evenstride.domain.diary import HeelWear
from evenstride.domain.errors import DoubtError, InputError
from evenstride.render.heels_svg import heels_svg
from evenstride.web.diary_form import new_page
from evenstride.web.entry_forms import WEAR_PLACES, WEAR_WORDS, WearForm
from evenstride.web.kept import KeptAnswers, this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.routes.diary import DONE, Done
from evenstride.web.routes.entries import add_entry
from evenstride.web.routes.experiments import now
from evenstride.web.server import Kept

router = APIRouter()


def shoes_of(kept: KeptAnswers) -> Answer:
    """Ask for the shoes."""
    from evenstride.answers.body_and_plan.shoes import shoes as asked

    return kept.ask(asked, now=this_hour())


@router.get("/shoes", summary="Shoes, their kilometres and their heels")
def shoes(
    request: Request,
    kept: Kept,
    as_: Format = "html",
    done: Done = "",
    pair: Annotated[str, Query(max_length=200, description="The pair to look at.")] = "",
) -> Response:
    """Show every pair with its kilometres and heels, and the form to look at them again."""
    if as_ == "json":
        return json_answer(shoes_of(kept))
    return _page(request, kept, said=DONE.get(done, ""), pair=pair)


@router.post("/shoes", summary="Write down how heels are worn")
def wear(request: Request, kept: Kept, form: Annotated[WearForm, Form()]) -> Response:
    """Keep one look at the heels of a pair."""
    wrong, problem = add_entry(kept, form)
    if wrong or problem:
        return _page(request, kept, form=form, wrong=wrong, problem=problem)
    return RedirectResponse("/shoes?done=written", status_code=303)


def _page(
    request: Request,
    kept: KeptAnswers,
    *,
    said: str = "",
    pair: str = "",
    form: WearForm | None = None,
    wrong: Mapping[str, str] | None = None,
    problem: InputError | None = None,
) -> Response:
    answer = shoes_of(kept)
    last: dict[str, HeelWear] = {}
    for written in kept.library.entries(HeelWear).values():
        held = last.get(written.value.shoes)
        if held is None or held.on_date <= written.value.on_date:
            last[written.value.shoes] = written.value
    drawn = {
        shoes: heels_svg(worn, title_id=f"heels-{i}")
        for i, (shoes, worn) in enumerate(last.items())
    }
    return page(
        request,
        "shoes.html",
        status=400 if wrong or problem else 200,
        current="body",
        answer=answer,
        form=form or WearForm(page=new_page(), shoes=pair, on_date=now().date().isoformat()),
        said=said,
        wrong=wrong or {},
        problem=str(problem) if problem else "",
        doubts=problem.doubts if isinstance(problem, DoubtError) else (),
        today=now().date().isoformat(),
        wear_words=WEAR_WORDS,
        wear_places=WEAR_PLACES,
        blank=heels_svg(None, title_id="heels-blank"),
        drawn=drawn,
        known_shoes=[str(row["shoes"]) for row in answer.tables.get("shoes", ())],
    )
