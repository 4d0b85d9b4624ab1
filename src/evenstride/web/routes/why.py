"""Why: the possible sources of this runner's asymmetry, for and against, and what would tell."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from evenstride.web.kept import this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.routes.flags import flags_of
from evenstride.web.server import Kept

router = APIRouter()


@router.get("/why", summary="Where might it come from?")
def why(request: Request, kept: Kept, as_: Format = "html") -> Response:
    """Show the ledger: each source with what speaks for and against it, and the next test."""
    from evenstride.answers.body_and_plan.where_from import why as asked

    answer = kept.ask(asked, now=this_hour())
    if as_ == "json":
        return json_answer(answer)
    return page(request, "why.html", current="body", answer=answer, flags=flags_of(kept))
