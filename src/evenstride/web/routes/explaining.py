"""Why one run reads as it does: a part of the Run page that comes after it, or a page by itself."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from evenstride import answers
from evenstride.domain.errors import InputError, NoBalanceError
from evenstride.render.vega import spec
from evenstride.web.kept import this_hour
from evenstride.web.pages import Format, is_part, json_answer, page
from evenstride.web.routes.one_run import RunName
from evenstride.web.server import Kept

router = APIRouter()


@router.get("/runs/{run}/explain", summary="Why does this run read as it does?")
def explain(request: Request, kept: Kept, run: RunName, as_: Format = "html") -> Response:
    """Show what a run's balance is made of.

    It rests on a fit of all runs, which takes a while where something has changed: the Run page
    does not wait for it and asks for this part afterwards.
    """
    run_id = kept.library.resolve(run)
    part = is_part(request, "explain")
    try:
        answer = kept.ask(answers.explain, run_id, now=this_hour())
    except (NoBalanceError, InputError) as error:
        if as_ == "json":
            raise
        return page(
            request,
            "part_unexplained.html" if part else "explain.html",
            current="runs",
            run_id=run_id,
            answer=None,
            sentence=str(error),
        )
    if as_ == "json":
        return json_answer(answer)
    return page(
        request,
        "part_explain.html" if part else "explain.html",
        current="runs",
        by_itself=not part,
        run_id=run_id,
        answer=answer,
        specs={name: spec(figure) for name, figure in answer.figures.items()},
    )
