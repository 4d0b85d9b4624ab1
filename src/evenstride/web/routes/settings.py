"""Settings: what only the runner knows, and how the pages look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from evenstride import answers
from evenstride.domain.errors import InputError
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.server import Kept, TheServer

if TYPE_CHECKING:
    from evenstride.web.kept import KeptAnswers
    from evenstride.web.server import Server

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
    "facing_traffic": "facing traffic",
    "with_traffic": "with traffic",
    "right": "on the right",
    "left": "on the left",
}


JustKept = Annotated[str, Query(alias="kept", max_length=60, description="What was just kept.")]


@router.get("/settings", summary="The settings")
def settings(
    request: Request, kept: Kept, server: TheServer, as_: Format = "html", kept_name: JustKept = ""
) -> Response:
    """Show the settings, and the phones that may come in."""
    if as_ == "json":
        return json_answer(kept.ask(answers.settings))
    return _page(request, kept, server, kept_name=kept_name)


@router.post("/settings", summary="Change a setting")
def change(
    request: Request,
    kept: Kept,
    server: TheServer,
    name: Annotated[str, Form(max_length=60)],
    value: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Set one setting; an empty value forgets it, a wrong one is said beside its field."""
    try:
        answers.settings(kept.library, name, value)
    except InputError as error:
        listed = {row["name"] for row in kept.ask(answers.settings).tables["settings"]}
        if name not in listed:
            raise
        said = str(error)
        if said.startswith(f"{name} must"):  # its label stands above the field
            said = f"This must{said.removeprefix(f'{name} must')}"
        return _page(request, kept, server, status=400, refused=name, problem=said, typed=value)
    return RedirectResponse(f"/settings?kept={name}#{name}", status_code=303)


def _page(
    request: Request,
    kept: KeptAnswers,
    server: Server,
    *,
    status: int = 200,
    refused: str = "",
    problem: str = "",
    typed: str = "",
    kept_name: str = "",
) -> Response:
    return page(
        request,
        "settings.html",
        status=status,
        current="settings",
        answer=kept.ask(answers.settings),
        phones=server.phones,
        choice_words=CHOICE_WORDS,
        refused=refused,
        problem=problem,
        typed=typed,
        kept_name=kept_name,
    )
