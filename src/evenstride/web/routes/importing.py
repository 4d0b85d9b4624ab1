"""Import: files, folders and archives in; how far their import is; what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Form, Query
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from evenstride import answers
from evenstride.domain.errors import InputError
from evenstride.web.pages import Format, json_answer, page
from evenstride.web.server import Kept, TheServer
from evenstride.web.uploads import MOST_FILES, UPLOAD_BYTES, receive

if TYPE_CHECKING:
    from evenstride.web.kept import KeptAnswers
    from evenstride.web.server import Server

router = APIRouter()

_PAGE_ROWS = 100
_UPLOAD_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            }
        },
    }
}
Shown = Annotated[
    Literal["all", "imported", "already_there", "not_a_run", "unreadable", "failed"],
    Query(description="Only files of this outcome."),
]
At = Annotated[int, Query(ge=0, le=1_000_000, description="First row.")]


@router.get("/import", summary="Import runs, and what became of the files")
def imports(
    request: Request, server: TheServer, as_: Format = "html", show: Shown = "all", at: At = 0
) -> Response:
    """Show the ways in, how far the import is, and each file's outcome."""
    answer = answers.import_progress(server.own.library, server.imports.state())
    if as_ == "json":
        return json_answer(answer)
    return _page(request, server, "import.html", show=show, at=at)


@router.get("/import/progress", summary="How far the import is, as a part of the page")
def progress(request: Request, server: TheServer, show: Shown = "all", at: At = 0) -> Response:
    """Show how far the import is."""
    return _page(request, server, "part_imports.html", show=show, at=at)


@router.post(
    "/import/files",
    summary="Hand in files or ZIPs",
    openapi_extra=_UPLOAD_BODY,
    response_model=None,
)
async def files(request: Request, kept: Kept, server: TheServer) -> Response:
    """Take files in, to be imported one after another; the answer does not wait for that."""
    _require_own(kept, server)
    count = await receive(request, server.own.library, server.imports.hand_in)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"files": count}, status_code=202)
    return RedirectResponse("/import#progress", status_code=303)


@router.post("/import/folder", summary="Hand in a folder of this computer", response_model=None)
async def folder(
    request: Request,
    kept: Kept,
    server: TheServer,
    path: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Take a folder in by its path; from this computer itself only."""
    _require_loopback(request)
    try:
        _require_own(kept, server)
        await run_in_threadpool(server.imports.hand_in_folder, path)
    except InputError as error:
        return _page(request, server, "import.html", status=400, problem=str(error), typed=path)
    return RedirectResponse("/import#progress", status_code=303)


@router.post("/import/stop", summary="Stop importing")
def stop(server: TheServer) -> Response:
    """Stop the import; what is in the library stays, what waits is let go."""
    server.imports.stop()
    return RedirectResponse("/import#progress", status_code=303)


@router.post("/import/clear", summary="Begin a new list of files")
def clear(server: TheServer) -> Response:
    """Forget what became of the files so far, unless some are being imported."""
    server.imports.clear()
    return RedirectResponse("/import", status_code=303)


def _page(
    request: Request,
    server: Server,
    template: str,
    *,
    status: int = 200,
    show: str = "all",
    at: int = 0,
    problem: str | None = None,
    typed: str = "",
) -> Response:
    answer = answers.import_progress(server.own.library, server.imports.state())
    rows = [row for row in answer.tables["files"] if show in ("all", row["outcome"])][::-1]
    return page(
        request,
        template,
        status=status,
        current="import",
        answer=answer,
        outcomes={row["outcome"]: row["files"] for row in answer.tables["outcomes"]},
        rows=rows[at : at + _PAGE_ROWS],
        count=len(rows),
        show=show,
        at=at,
        page_rows=_PAGE_ROWS,
        problem=problem,
        typed=typed,
        is_local=_is_local(request),
        most_files=MOST_FILES,
        most_bytes=UPLOAD_BYTES,
    )


def _is_local(request: Request) -> bool:
    return request.scope.get("evenstride.phone") is None


def _require_loopback(request: Request) -> None:
    if not _is_local(request):
        raise HTTPException(403, "Folders can be named on the computer itself only.")


def _require_own(kept: KeptAnswers, server: Server) -> None:
    if kept is not server.own:
        raise InputError("This is the simulated runner: leave the demo to import your own runs.")
