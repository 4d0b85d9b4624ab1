"""The body: which side complains, whether that goes along with the runs, and all ways from here."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from evenstride.web.kept import this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.routes.flags import flags_of
from evenstride.web.server import Kept

router = APIRouter()


@router.get("/body", summary="What does my body say?")
def body(request: Request, kept: Kept, as_: Format = "html") -> Response:
    """Show what complains, since when, and whether it moves with balance, contact or load."""
    from evenstride.answers.body_and_plan.says import body as asked

    answer = kept.ask(asked, now=this_hour())
    if as_ == "json":
        return json_answer(answer)
    return page(request, "body.html", current="body", answer=answer, flags=flags_of(kept))
