"""Associations: what goes along with tags that nobody drew lots for."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from evenstride.render.vega import spec
from evenstride.web.experiment_form import OWN
from evenstride.web.kept import this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.server import Kept

router = APIRouter()


@router.get("/associations", summary="What goes along with what")
def associations(request: Request, kept: Kept, as_: Format = "html") -> Response:
    """Show every tag with how runs with it differ, and a way to try it properly."""
    from evenstride.answers.experiments.associations import associations as asked

    answer = kept.ask(asked, now=this_hour())
    if as_ == "json":
        return json_answer(answer)
    return page(
        request,
        "associations.html",
        current="experiments",
        answer=answer,
        own=OWN,
        specs={name: spec(figure) for name, figure in answer.figures.items()},
    )
