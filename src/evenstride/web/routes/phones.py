"""Phones: being let in by a code, being shown the door, and standing on the home screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from evenstride.domain.errors import EvenstrideError
from evenstride.web import static
from evenstride.web.pages import page
from evenstride.web.phone import (
    COOKIE,
    NAME_LETTERS,
    SCOPE_KEY,
    Outcome,
    clear_session,
    device_name,
    set_session,
)
from evenstride.web.server import Server, TheServer

if TYPE_CHECKING:
    from evenstride.web.phone import Phones

router = APIRouter()

OUTSIDE = frozenset(("/pair", "/manifest.webmanifest"))
_STATUS = {Outcome.EMPTY: 200, Outcome.WRONG: 403, Outcome.OVER: 403, Outcome.LOCKED: 403}


def is_outside(path: str) -> bool:
    """Say whether a path is for those too who are not in."""
    return path in OUTSIDE or path.startswith("/assets/")


def outside_app(server: Server) -> Starlette:
    """Make the little app that strangers see: it knows no other page, so it can show none.

    `server.token` is the token of its form.
    """
    app = Starlette(
        routes=[
            Route("/pair", _pair_page, methods=["GET"]),
            Route("/pair", _pair, methods=["POST"]),
            Route("/manifest.webmanifest", manifest, methods=["GET"]),
            Route("/assets/{stamp}/{name:path}", _asset, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _plain, EvenstrideError: _plain_refusal},
    )
    app.state.server = server
    return app


def _phones(request: Request) -> Phones:
    server: Server = request.app.state.server
    assert server.phones is not None
    return server.phones


def _shown(request: Request, state: str, *, status: int = 200, typed_name: str = "") -> Response:
    phones = _phones(request)
    code = phones.code
    return page(
        request,
        "pair.html",
        status=status,
        state="locked" if code is None or code.locked else state,
        tries_left=code.tries_left if code is not None else 0,
        device=typed_name or device_name(request.headers.get("user-agent", "")),
        name_letters=NAME_LETTERS,
    )


def _pair_page(request: Request) -> Response:
    phones = _phones(request)
    if phones.phone_of(request.cookies.get(COOKIE)) is not None:
        return _shown_paired(request)
    return _shown(request, "empty")


def _shown_paired(request: Request) -> Response:
    return page(request, "pair.html", state="paired")


async def _pair(request: Request) -> Response:
    form = await request.form(max_files=0, max_fields=20)
    code, name = form.get("code"), form.get("name")
    typed_name = name[:NAME_LETTERS] if isinstance(name, str) else ""
    typed = code if isinstance(code, str) else ""
    own_name = typed_name.strip() or device_name(request.headers.get("user-agent", ""))
    outcome, secret = await run_in_threadpool(_phones(request).pair, typed, own_name)
    if secret is not None:
        response = RedirectResponse("/", status_code=303)
        set_session(response, secret)
        return response
    return await run_in_threadpool(
        _shown, request, outcome.value, status=_STATUS[outcome], typed_name=typed_name
    )


def _asset(request: Request) -> Response:
    return static.serve(request)


def _plain(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.detail}\n", status_code=error.status_code)


def _plain_refusal(_request: Request, error: Exception) -> Response:
    return PlainTextResponse(f"{error}\n", status_code=503)


@router.get("/manifest.webmanifest", include_in_schema=False)
def manifest(_request: Request) -> Response:
    """Describe the app to a phone's home screen.

    There is no service worker: nothing of a runner is to lie about in a browser's cache, without
    the computer there is nothing to show, and installing needs none.
    """
    icons = [
        {"src": static.address("icon.svg"), "type": "image/svg+xml", "sizes": "any"},
        {"src": static.address("icon-192.png"), "type": "image/png", "sizes": "192x192"},
        {"src": static.address("icon-512.png"), "type": "image/png", "sizes": "512x512"},
        {
            "src": static.address("icon-maskable-512.png"),
            "type": "image/png",
            "sizes": "512x512",
            "purpose": "maskable",
        },
    ]
    return JSONResponse(
        {
            "id": "/",
            "name": "Evenstride",
            "short_name": "Evenstride",
            "description": "Where your left/right balance really is, and whether it is changing.",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#faf9f6",
            "theme_color": "#faf9f6",
            "lang": "en",
            "icons": icons,
        },
        media_type="application/manifest+json",
    )


@router.post("/phones/forget", summary="Let a phone in no more")
def forget(
    request: Request,
    server: TheServer,
    phone_id: Annotated[str, Form(max_length=60)] = "",
    every: Annotated[bool, Form()] = False,
) -> Response:
    """Forget one phone, or all of them; a phone can forget itself only."""
    own = request.scope.get(SCOPE_KEY)
    if server.phones is None:
        raise HTTPException(404)
    if own is not None:
        if every or phone_id != own.phone_id:
            raise HTTPException(403, "Other phones are forgotten at the computer itself.")
        server.phones.revoke(phone_id)
        response = RedirectResponse("/pair", status_code=303)
        clear_session(response)
        return response
    if every:
        server.phones.revoke_all()
    else:
        server.phones.revoke(phone_id)
    return RedirectResponse("/settings#phones", status_code=303)
