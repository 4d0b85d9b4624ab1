"""Settings: what only the runner knows, and how the pages look."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.server import Kept, TheServer

router = APIRouter()

CHOICE_WORDS = {
    "km": "kilometres",
    "mi": "miles",
    "own": "my own normal only",
    "garmin": "Garmin’s beside my own",
    "coros": "COROS’s beside my own",
    "orange_blue": "orange left, blue right",
    "vermilion_navy": "vermilion left, navy right (stronger)",
    "auto": "as the system says",
    "light": "light",
    "dark": "dark",
}


@router.get("/settings", summary="The settings")
def settings(request: Request, kept: Kept, server: TheServer, as_: Format = "html") -> Response:
    """Show the settings, and the phones that may come in."""
    answer = kept.ask(answers.settings)
    if as_ == "json":
        return json_answer(answer)
    return page(
        request,
        "settings.html",
        current="settings",
        answer=answer,
        phones=server.phones,
        choice_words=CHOICE_WORDS,
    )


@router.post("/settings", summary="Change a setting")
def change(
    kept: Kept,
    name: Annotated[str, Form(max_length=60)],
    value: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Set one setting; an empty value forgets it."""
    answers.settings(kept.library, name, value)
    return RedirectResponse(f"/settings#{name}", status_code=303)
