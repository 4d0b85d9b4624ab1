"""Library: its health, and checking, rebuilding, exporting, copying it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Form
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from evenstride import answers
from evenstride.answers.care import size_words
from evenstride.domain.errors import InputError
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.server import Kept, TheServer

if TYPE_CHECKING:
    from evenstride.domain.answer import Answer
    from evenstride.web.kept import KeptAnswers
    from evenstride.web.server import Server

router = APIRouter()

_LOCAL_ONLY = frozenset(("export", "backup"))


@router.get("/library", summary="The library's health")
def library(request: Request, kept: Kept, server: TheServer, as_: Format = "html") -> Response:
    """Show what the library holds, and what can be done with it."""
    answer = _health(kept, server)
    if as_ == "json":
        return json_answer(answer)
    return _page(request, server, answer)


@router.get("/library/task", summary="How far the work on the library is, as a part of the page")
def task(request: Request, server: TheServer) -> Response:
    """Show what is going on, or what was done last."""
    return page(
        request,
        "part_task.html",
        task=server.imports.tasks.task(),
        has_zip=server.imports.tasks.zip_path() is not None,
        is_polled=True,
    )


@router.post("/library", summary="Check, rebuild, export or copy the library")
def begin(
    request: Request,
    kept: Kept,
    server: TheServer,
    kind: Annotated[Literal["check", "rebuild", "export", "zip", "backup"], Form()],
    folder: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Begin one piece of work; the answer does not wait for it."""
    if kind in _LOCAL_ONLY and request.scope.get("evenstride.phone") is not None:
        raise HTTPException(403, "Folders can be named on the computer itself only.")
    if kept is not server.own:
        raise InputError("This is the simulated runner's library: leave the demo first.")
    try:
        server.imports.tasks.start(kind, folder)
    except InputError as error:
        answer = _health(kept, server)
        return _page(
            request, server, answer, status=400, problem=str(error), kind=kind, typed=folder
        )
    return RedirectResponse("/library#task", status_code=303)


@router.get("/library/export.zip", summary="The ZIP that was made last")
def download(server: TheServer) -> Response:
    """Send the export, after it was made by `zip`."""
    path = server.imports.tasks.zip_path()
    if path is None:
        raise HTTPException(404)
    return FileResponse(
        path,
        media_type="application/zip",
        filename=f"evenstride-{datetime.now(UTC):%Y-%m-%d}.zip",
        # Says to the layer above that there is nothing to compress.
        headers={"Content-Encoding": "identity"},
    )


def _health(kept: KeptAnswers, server: Server) -> Answer:
    checked = server.imports.tasks.checked() if kept is server.own else None
    return kept.ask(answers.library_health, checked=checked)


def _page(
    request: Request,
    server: Server,
    answer: Answer,
    *,
    status: int = 200,
    problem: str | None = None,
    kind: str = "",
    typed: str = "",
) -> Response:
    tasks = server.imports.tasks
    return page(
        request,
        "library.html",
        status=status,
        current="library",
        answer=answer,
        task=tasks.task(),
        has_zip=tasks.zip_path() is not None,
        is_polled=False,
        is_local=request.scope.get("evenstride.phone") is None,
        problem=problem,
        kind=kind,
        typed=typed,
        size_words=size_words,
        folder=server.own.library.root,
    )
