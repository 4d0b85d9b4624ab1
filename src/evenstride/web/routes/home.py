"""Home: every question in a sentence; a welcome where there are no runs yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
from evenstride.domain.diary import Complaint, Day, Injury, KeptPlan, Measured
from evenstride.domain.errors import EmptyLibraryError, NoBalanceError
from evenstride.web.kept import this_hour
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.routes.diary import diary_of
from evenstride.web.routes.experiments import lost_of, next_of
from evenstride.web.routes.flags import flags_of
from evenstride.web.routes.planning import plan_of
from evenstride.web.routes.screening import screen_of
from evenstride.web.routes.trend import trend_of
from evenstride.web.server import DEMO_COOKIE, Kept, TheServer

if TYPE_CHECKING:
    from evenstride.answers import Library
    from evenstride.web.kept import KeptAnswers

router = APIRouter()

_OF_THE_BODY = (Complaint, Day, Injury, Measured, KeptPlan)
_LATEST = 8


def body_now(kept: KeptAnswers) -> dict[str, Any]:
    """Ask what Home says of the body, with a watch or without: red flags, and the plan."""
    return {"flags": flags_of(kept), "plan": plan_of(kept)}


@router.get("/", summary="Where am I?")
def home(request: Request, kept: Kept, as_: Format = "html") -> Response:
    """Show where the runner is, what changes, the last run, what is missing and what to do next.

    Without a run that carries balance, what was written down and tested is shown, where any was.
    """
    try:
        status = kept.ask(answers.status, now=this_hour())
    except (EmptyLibraryError, NoBalanceError):
        if as_ == "json" or not _says_anything(kept.library):
            raise
        return _by_the_body(request, kept)
    if as_ == "json":
        return json_answer(status)
    return page(
        request,
        "home.html",
        current="home",
        answer=status,
        beside={n: figure for n, figure in trend_of(kept).figures.items() if n != "trend"},
        notes=kept.ask(answers.notes),
        following=next_of(kept),
        lost=lost_of(kept),
        today=this_hour().date().isoformat(),
        **body_now(kept),
    )


def _says_anything(lib: Library) -> bool:
    """Tell whether anything of the body was written down, tested or planned."""
    return any(lib.entries(kind) for kind in _OF_THE_BODY)


def _by_the_body(request: Request, kept: KeptAnswers) -> Response:
    """Show what is known without balance."""
    from evenstride.answers.body_and_plan.says import body
    from evenstride.answers.body_and_plan.where_from import why

    at = this_hour()
    try:
        runs = kept.ask(answers.runs).tables["runs"]
    except EmptyLibraryError:
        runs = ()
    return page(
        request,
        "home_body.html",
        current="home",
        body=kept.ask(body, now=at),
        why=kept.ask(why, now=at),
        diary=diary_of(kept),
        screen=screen_of(kept),
        rows=runs[-_LATEST:],
        today=at.date().isoformat(),
        **body_now(kept),
    )


@router.post("/notes", summary="Keep the answer to one of the coach's questions")
def write_note(
    kept: Kept,
    name: Annotated[str, Form(max_length=40)],
    text: Annotated[str, Form(max_length=40_000)] = "",
) -> Response:
    """Keep what the runner noticed, tried, or cannot fix."""
    answers.write_note(kept.library, name, text)
    return RedirectResponse("/#notes", status_code=303)


@router.post("/demo", summary="Show the simulated runner, or leave the demo")
def demo(request: Request, server: TheServer, leave: Annotated[bool, Form()] = False) -> Response:
    """Make the simulated runner's library and show it until it is left."""
    if leave:
        response: Response = RedirectResponse("/", status_code=303)
        response.delete_cookie(DEMO_COOKIE)
        return response
    server.demo.start()
    response = RedirectResponse("/demo", status_code=303)
    response.set_cookie(
        DEMO_COOKIE, "1", httponly=True, samesite="strict", secure=request.url.scheme == "https"
    )
    return response


@router.get("/demo", summary="How far the simulated runner is")
def demo_progress(request: Request, server: TheServer) -> Response:
    """Show how far making the demo is, and go home when it is there."""
    if server.demo.kept is not None:
        if request.headers.get("hx-request") == "true":  # it would follow a redirect unseen
            return Response(headers={"HX-Redirect": "/"})
        return RedirectResponse("/", status_code=303)
    if not server.demo.started:
        return RedirectResponse("/", status_code=303)
    return page(request, "demo.html", current="home", demo=server.demo)
