"""The app: its routes, and what errors look like."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from evenstride import answers
from evenstride.domain.errors import (
    EmptyLibraryError,
    EvenstrideError,
    InputError,
    LibraryError,
    NoBalanceError,
    StorageError,
    UnknownEntryError,
    UnknownExperimentError,
    UnknownRunError,
)
from evenstride.version import VERSION
from evenstride.web import static
from evenstride.web.given_back import written_in
from evenstride.web.guard import BodyTooLargeError
from evenstride.web.pages import page
from evenstride.web.routes import (
    associations,
    body,
    compare,
    designing,
    diary,
    drivers,
    entries,
    exercises,
    experiments,
    explaining,
    fatigue,
    flags,
    home,
    importing,
    injuries,
    keeping,
    one_run,
    phones,
    planning,
    recording,
    reports,
    runs,
    screening,
    settings,
    shoes,
    trend,
    why,
)

if TYPE_CHECKING:
    from starlette.requests import Request

    from evenstride.web.server import Server

_LATEST = 10
_log = logging.getLogger(__name__)
_STATUS: dict[type[EvenstrideError], int] = {
    UnknownRunError: 404,
    UnknownEntryError: 404,
    UnknownExperimentError: 404,
    EmptyLibraryError: 404,
    NoBalanceError: 404,
    InputError: 400,
    StorageError: 507,  # before LibraryError, which it is one of
    LibraryError: 503,
}
_REFUSALS = {
    303: "Done; the page to see it on.",
    400: "What was given cannot be.",
    403: "The request is not from one of our pages.",
    404: "There is no such run, experiment or entry, or nothing to answer from.",
    413: "More than fits.",
    422: "What was given is not understood.",
    503: "The library cannot be used now.",
    507: "The disk is full.",
}


def make_app(server: Server) -> FastAPI:
    """Make the app around an open library; what listens wraps it in a `Guard`."""
    app = FastAPI(
        title="Evenstride",
        version=VERSION,
        summary="Every page of the app; with `format=json`, the Answer that it shows.",
        docs_url=None,  # its pages would load scripts from elsewhere
        redoc_url=None,
        default_response_class=HTMLResponse,
        responses={status: {"description": said} for status, said in _REFUSALS.items()},
    )
    app.state.server = server
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    for module in (
        *(home, trend, drivers, fatigue, compare, runs, one_run, explaining),
        *(designing, experiments, recording, associations),  # /experiments/new before /{experiment}
        *(diary, entries, injuries, shoes, flags),
        *(body, screening, why, planning, exercises),
        *(reports, importing, keeping, settings, phones),
    ):
        app.include_router(module.router)
    app.add_route("/assets/{stamp}/{name:path}", static.serve, include_in_schema=False)
    app.add_exception_handler(EvenstrideError, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _misunderstood)
    app.add_exception_handler(BodyTooLargeError, _too_large)
    app.add_exception_handler(Exception, _failed)
    return app


def _error(request: Request, status: int, title: str, sentence: str) -> Response:
    """Say an error as its asker reads it: a page, a part of one, or JSON."""
    if request.query_params.get("format") == "json" or "application/json" in request.headers.get(
        "accept", ""
    ):
        return JSONResponse({"error": sentence}, status_code=status)
    try:
        if request.headers.get("hx-request") == "true":
            return page(request, "part_error.html", status=status, sentence=sentence)
        return page(
            request,
            "error.html",
            status=status,
            title=title,
            sentence=sentence,
            written=written_in(request),
            current="",
        )
    except EvenstrideError:
        # How pages are to look stands in the library too, which may be just what has failed.
        return PlainTextResponse(f"{sentence}\n", status_code=status)


def _nothing_yet(request: Request, error: EvenstrideError) -> Response | None:
    """Show what a page without anything to answer from is for, and the ways in; None for others."""
    if request.method != "GET" or request.query_params.get("format") == "json":
        return None
    server: Server = request.app.state.server
    current = request.url.path.strip("/").partition("/")[0] or "home"
    if isinstance(error, EmptyLibraryError):
        body_now = home.body_now(server.shown(request))
        return page(request, "welcome.html", current=current, demo=server.demo, **body_now)
    if isinstance(error, NoBalanceError):
        listed = server.shown(request).ask(answers.runs)
        return page(
            request,
            "no_balance.html",
            current=current,
            sentence=str(error),
            rows=listed.tables["runs"][-_LATEST:],
            **home.body_now(server.shown(request)),
        )
    return None


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, EvenstrideError)
    designed = _nothing_yet(request, error)
    if designed is not None:
        return designed
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400)
    titles = {404: "Not here", 400: "That cannot be", 503: "The library", 507: "The disk"}
    sentence = str(error)
    return _error(request, status, titles[status], sentence[:1].upper() + sentence[1:])


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    words = {
        404: ("Not here", "There is no such page."),
        405: ("Not like this", "This address does not take that kind of request."),
        413: ("Too much", "This is more than fits."),
    }
    title, sentence = words.get(error.status_code, ("That did not work", str(error.detail)))
    response = _error(request, error.status_code, title, sentence)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _misunderstood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    said = "; ".join(f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors()[:3])
    return _error(request, 422, "That cannot be", f"Not understood: {said}.")


def _too_large(request: Request, _: Exception) -> Response:
    return _error(request, 413, "Too much", "This is more than fits.")


def _failed(request: Request, error: Exception) -> Response:
    """Say that we are at fault; the traceback goes to the terminal, not to the page."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _error(
        request,
        500,
        "Our fault",
        "Something went wrong in Evenstride itself; nothing of yours is lost. What happened stands "
        "in the terminal that it was started from.",
    )
