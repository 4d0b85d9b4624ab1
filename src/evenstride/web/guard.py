"""Decides which requests reach the pages at all, and the rules that every response carries.

A page of another site can make a browser send requests here, and a name of its own resolve to this
machine (DNS rebinding). So the Host must be one of ours; what changes something must come from our
own pages, by Origin and by the pages' token; and no request may be larger than its page needs.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from evenstride.web.given_back import FORM_KEY, MOST_FIELDS, written_in_body

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-evenstride-token"  # noqa: S105 # the name of a header
TOKEN_FIELD = "token"  # noqa: S105 # the name of a form's field
VIEW_MARK = "."
"""What follows it in a page's token names the library that the page shows; nothing: the own one."""
VIEW_KEY = "evenstride.view"
"""Where a request's scope holds that name."""
_SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
_FORM = "application/x-www-form-urlencoded"
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::(\d{0,5}))?", re.ASCII | re.IGNORECASE)
_MOST_DIGITS = 15
_OLD_PAGE = (
    "This page is from before Evenstride was last started: go back, reload it, and try again."
)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How many bytes a request's body may have: forms, and uploads by the paths that take them."""

    form_bytes: int
    upload_bytes: int
    upload_paths: frozenset[str]

    def of(self, path: str) -> int:
        """Give the limit for a path."""
        return self.upload_bytes if path in self.upload_paths else self.form_bytes


class Guard:
    """The outermost layer of the app, one for each address that it listens at.

    Parameters
    ----------
    app
        What answers the requests that may pass.
    hosts
        The names, without ports, by which this machine may be called.
    token
        What every page carries and every change must bring back.
    limits
        The largest bodies.
    login
        Called with each request's scope; a response other than None is sent in place of the page.
        None where no login is needed (this machine alone can ask).
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: frozenset[str],
        token: str,
        limits: Limits,
        login: Callable[[Scope], Response | None] | None = None,
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._token = token
        self._limits = limits
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it in a sentence."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # there are no web sockets here
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if "cache-control" not in headers:
                    headers["Cache-Control"] = "private, no-cache"
            await send(message)

        headers = Headers(scope=scope)
        refusal, body = await self._refusal(scope, headers, receive)
        if refusal is not None:
            await refusal(scope, receive, send_with_headers)
            return
        scope[FORM_KEY] = body
        await self._app(
            scope, _bounded(receive, body, self._limits.of(scope["path"])), send_with_headers
        )

    async def _refusal(
        self, scope: Scope, headers: Headers, receive: Receive
    ) -> tuple[Response | None, bytes | None]:
        """Say why a request may not pass, None if it may; and its body where it had to be read."""
        refused = self._malformed(scope, headers)
        if refused is not None:
            return refused, None
        if _looks_in(headers):
            return _refuse(403, "Another site asked for this page: refused."), None
        if self._login is not None and (asked := self._login(scope)) is not None:
            return asked, None
        if scope["method"] in _SAFE:
            return None, None
        if not _same_origin(scope, headers):
            return _refuse(403, "This change was asked for by another site: refused."), None
        return await self._without_token(scope, headers, receive)

    def _malformed(self, scope: Scope, headers: Headers) -> Response | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _host_name(hosts[0]) not in self._hosts:
            return _refuse(400, "Evenstride does not answer to this address.")
        length = headers.get("content-length", "0")
        limit = self._limits.of(scope["path"])
        if not length.isascii() or not length.isdigit():
            return _refuse(400, "The length of this request is no number.")
        if len(length) > _MOST_DIGITS or int(length) > limit:
            return _refuse(413, f"This is more than the {_size(limit)} that fit.")
        return None

    async def _without_token(
        self, scope: Scope, headers: Headers, receive: Receive
    ) -> tuple[Response | None, bytes | None]:
        given, body = headers.get(TOKEN_HEADER), None
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if given is None and kind == _FORM:
            body = await _whole(receive, self._limits.form_bytes)
            if body is None:
                return _refuse(413, "This form is larger than any of ours."), None
            given = _field(body.decode("utf-8", "replace"))
        elif given is None:
            given = _field(scope.get("query_string", b"").decode("ascii", "replace"))
        token, _, view = (given or "").partition(VIEW_MARK)
        scope[VIEW_KEY] = view
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return (
                _refuse(403, _OLD_PAGE + _given_back(body or b"")),
                None,
            )
        return None, body


def _refuse(status: int, sentence: str) -> Response:
    return PlainTextResponse(sentence + "\n", status_code=status)


def _given_back(body: bytes) -> str:
    """Return what was written in a form, to be copied: reloading its page loses it."""
    every = [f"{name}:\n{text}" for name, text in written_in_body(body)]
    return "\n\n".join(("", "What you wrote, to copy:", *every)) if every else ""


def _host_name(host: str) -> str | None:
    """Give the name in a Host header, None where it is malformed."""
    found = _HOST.fullmatch(host)
    if found is None or int(found[3] or 0) > 0xFFFF:
        return None
    return (found[1] or found[2]).lower()


def _looks_in(headers: Headers) -> bool:
    """Say whether another site's page asks for a page of ours behind its reader's back.

    It could not read the answer, but measure how long it took; and make us draw reports all day.
    Being led here by a link is fine.
    """
    site, mode = headers.get("sec-fetch-site"), headers.get("sec-fetch-mode")
    return site in ("cross-site", "same-site") and mode not in (None, "navigate")


def _same_origin(scope: Scope, headers: Headers) -> bool:
    """Say whether a request comes from our own page, by what browsers tell of it."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or origin == f"{scope['scheme']}://{headers['host']}"


def _field(text: str) -> str | None:
    try:
        found: Mapping[str, list[str]] = parse_qs(text, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    return found[TOKEN_FIELD][0] if TOKEN_FIELD in found else None


async def _whole(receive: Receive, limit: int) -> bytes | None:
    """Read a body to its end; None where it is larger than `limit`, or its sender has left."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


class BodyTooLargeError(Exception):
    """A body without a stated length has grown beyond its limit."""


def _bounded(receive: Receive, body: bytes | None, limit: int) -> Receive:
    """Hand a body on: one read already, or one to be read that may not grow beyond `limit`."""
    size, replayed = 0, body is None

    async def bounded() -> Message:
        nonlocal size, replayed
        if not replayed:
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > limit:
                raise BodyTooLargeError
        return message

    return bounded


def _size(size_bytes: int) -> str:
    for unit, step in (("GB", 2**30), ("MB", 2**20)):
        if size_bytes >= step:
            return f"{size_bytes / step:.0f} {unit}"
    return f"{size_bytes / 2**10:.0f} kB"
