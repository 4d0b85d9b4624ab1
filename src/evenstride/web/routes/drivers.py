"""Drivers: what moves the balance, and by how much."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from evenstride import answers
from evenstride.render.vega import spec
from evenstride.web.kept import this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.server import Kept

router = APIRouter()


@router.get("/drivers", summary="What moves it?")
def drivers(request: Request, kept: Kept, as_: Format = "html") -> Response:
    """Show every driver with its size and interval, how it was fitted, and what is left over."""
    answer = kept.ask(answers.drivers, now=this_hour())
    if as_ == "json":
        return json_answer(answer)
    units = answers.preferences(kept.library).units
    return page(
        request,
        "drivers.html",
        current="drivers",
        answer=answer,
        specs={name: spec(figure, units=units) for name, figure in answer.figures.items()},
    )
