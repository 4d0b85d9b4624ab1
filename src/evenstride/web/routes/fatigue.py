"""Fatigue: whether balance holds longer into a run than it used to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from evenstride import answers
from evenstride.render.vega import spec
from evenstride.web.kept import this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.server import Kept

router = APIRouter()

_PAGE_ROWS = 100


@router.get("/fatigue", summary="Does it hold through a run?")
def fatigue(
    request: Request,
    kept: Kept,
    as_: Format = "html",
    at: Annotated[int, Query(ge=0, le=100_000, description="First row of the table.")] = 0,
) -> Response:
    """Show how far balance drifts within each run, and whether that changes."""
    answer = kept.ask(answers.fatigue, now=this_hour())
    if as_ == "json":
        return json_answer(answer)
    rows = answer.tables["runs"][::-1]
    return page(
        request,
        "fatigue.html",
        current="drivers",
        answer=answer,
        specs={name: spec(figure) for name, figure in answer.figures.items()},
        rows=rows[at : at + _PAGE_ROWS],
        count=len(rows),
        at=at,
        page_rows=_PAGE_ROWS,
    )
