"""The guard lets through what our own pages ask, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.responses import PlainTextResponse, Response

from evenstride.web.guard import HEADERS, Guard, Limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "a-token-of-the-page"
HOSTS = frozenset(("127.0.0.1", "localhost", "::1"))
LIMITS = Limits(form_bytes=1000, upload_bytes=5000, upload_paths=frozenset(("/up",)))
HERE = "http://127.0.0.1:8650"


def echo(seen: list[bytes]) -> ASGIApp:
    """An app that keeps the bodies it gets."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message: Message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body", False):
                break
        seen.append(body)
        await PlainTextResponse("through")(scope, receive, send)

    return app


def guarded(
    seen: list[bytes] | None = None, login: Callable[[Scope], Response | None] | None = None
) -> httpx.AsyncClient:
    app = Guard(
        echo([] if seen is None else seen), hosts=HOSTS, token=TOKEN, limits=LIMITS, login=login
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url=HERE)


def run(make: Callable[[httpx.AsyncClient], object], **options: object) -> httpx.Response:
    import asyncio

    async def ask() -> httpx.Response:
        async with guarded(**options) as client:
            return await make(client)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8650", "localhost:8650", "LOCALHOST", "[::1]:8650", "127.0.0.1"]
)
def test_our_own_names_pass(host: str) -> None:
    assert run(lambda c: c.get("/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8650",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil@127.0.0.1",
        "127.0.0.1:port",
        "127.0.0.1/x",
        "127.0.0.2",
        "0.0.0.0",
        "",
        "[::1",
    ],
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(host: str) -> None:
    answer = run(lambda c: c.get("/", headers={"host": host}))
    assert answer.status_code == 400
    assert "through" not in answer.text


def test_two_hosts_are_none() -> None:
    headers = [("host", "127.0.0.1"), ("host", "evil.example")]
    assert run(lambda c: c.get("/", headers=headers)).status_code == 400


def test_a_change_needs_the_token() -> None:
    seen: list[bytes] = []
    assert run(lambda c: c.post("/x", data={"a": "1"}), seen=seen).status_code == 403
    assert run(lambda c: c.post("/x", data={"a": "1", "token": "no"}), seen=seen).status_code == 403
    assert run(lambda c: c.request("DELETE", "/x"), seen=seen).status_code == 403
    assert not seen


def test_the_token_in_a_form_passes_and_the_form_arrives_whole() -> None:
    seen: list[bytes] = []
    assert run(lambda c: c.post("/x", data={"a": "ü", "token": TOKEN}), seen=seen).is_success
    assert seen == [f"a=%C3%BC&token={TOKEN}".encode()]


def test_the_token_in_a_header_passes() -> None:
    headers = {"x-evenstride-token": TOKEN}
    assert run(lambda c: c.post("/x", content=b"{}", headers=headers)).is_success


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "https://127.0.0.1:8650"},
        {"origin": "http://127.0.0.1:1234"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_change_from_another_origin_is_refused_even_with_the_token(
    headers: dict[str, str],
) -> None:
    answer = run(lambda c: c.post("/x", data={"token": TOKEN}, headers=headers))
    assert answer.status_code == 403


def test_a_change_from_our_own_page_passes() -> None:
    headers = {"origin": HERE, "sec-fetch-site": "same-origin"}
    assert run(lambda c: c.post("/x", data={"token": TOKEN}, headers=headers)).is_success


def test_a_body_that_says_it_is_too_large_is_refused_unread() -> None:
    seen: list[bytes] = []
    headers = {"x-evenstride-token": TOKEN}
    answer = run(lambda c: c.post("/x", content=b"x" * 1001, headers=headers), seen=seen)
    assert answer.status_code == 413
    assert not seen
    assert run(lambda c: c.post("/up", content=b"x" * 5000, headers=headers)).is_success
    assert run(lambda c: c.post("/up", content=b"x" * 5001, headers=headers)).status_code == 413


def test_a_body_that_does_not_say_its_length_cannot_grow_beyond_the_limit() -> None:
    from evenstride.web.guard import BodyTooLargeError

    async def parts():
        for _ in range(20):
            yield b"x" * 100

    headers = {"x-evenstride-token": TOKEN}
    with pytest.raises(BodyTooLargeError):
        run(lambda c: c.post("/x", content=parts(), headers=headers))
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert run(lambda c: c.post("/x", content=parts(), headers=form)).status_code == 413


def test_every_response_carries_the_rules_also_a_refusal() -> None:
    for answer in (
        run(lambda c: c.get("/")),
        run(lambda c: c.get("/", headers={"host": "evil.example"})),
        run(lambda c: c.post("/x")),
    ):
        for name, value in HEADERS.items():
            assert answer.headers[name] == value
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy


def test_a_login_is_asked_before_anything_is_answered() -> None:
    seen: list[bytes] = []

    def login(_scope: Scope) -> Response | None:
        return PlainTextResponse("who are you", status_code=401)

    headers = {"x-evenstride-token": TOKEN}
    assert run(lambda c: c.get("/"), seen=seen, login=login).status_code == 401
    answer = run(lambda c: c.post("/x", headers=headers), seen=seen, login=login)
    assert answer.status_code == 401
    assert not seen
