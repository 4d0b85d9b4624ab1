"""Decides how the app runs: one process, a server for each socket, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import tempfile
import threading
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from evenstride.web.app import make_app
from evenstride.web.guard import Guard, Limits
from evenstride.web.imports import ImportQueue
from evenstride.web.kept import KeptAnswers
from evenstride.web.phone import Phones
from evenstride.web.routes.phones import is_outside, outside_app
from evenstride.web.server import Demo, Server
from evenstride.web.uploads import UPLOAD_BYTES
from evenstride.web.warming import Warming

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from types import FrameType

    from starlette.types import ASGIApp, Receive, Scope, Send

    from evenstride.answers import Library

_GRACE_S = 1
_KEEP_ALIVE_S = 30
_ASK_WITHIN_S = 20.0
_SILENT_AT_MOST_S = 60.0
_MOST_CONNECTIONS = 200

LIMITS = Limits(
    form_bytes=2 * 2**20,
    upload_bytes=UPLOAD_BYTES,
    upload_paths=frozenset(("/import/files",)),
)
_OUTSIDE_LIMITS = Limits(form_bytes=4096, upload_bytes=4096, upload_paths=frozenset())
LOOPBACK_HOSTS = frozenset(("127.0.0.1", "localhost", "::1"))


@dataclass(frozen=True, slots=True)
class PhoneListener:
    """Where phones come in: a socket, who may come, and its certificate and key."""

    socket: socket.socket
    phones: Phones
    pem: Path


def serve(
    library: Library,
    loopback: socket.socket,
    *,
    phone: PhoneListener | None = None,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Answer requests until the process is told to end (SIGINT, SIGTERM), and then at once.

    Parameters
    ----------
    library
        An open library.
    loopback
        A listening socket at this computer's own address.
    phone
        Where phones come in; None where they may not.
    on_ready
        Called when every request will be answered.
    """
    with tempfile.TemporaryDirectory(prefix="evenstride-demo-", ignore_cleanup_errors=True) as demo:
        phones = phone.phones if phone is not None else Phones(library)
        server = Server(
            own=KeptAnswers(library),
            demo=Demo(Path(demo)),
            imports=ImportQueue(library),
            phones=phones,
        )
        app = make_app(server)
        warming = Warming(app)
        own = Guard(warming, hosts=LOOPBACK_HOSTS, token=server.token, limits=LIMITS)
        running = [(_Quiet(_config(own)), loopback)]
        if phone is not None:
            door = _door(app, server, phones)
            config = _config(door, pem=phone.pem)
            running.append((_Quiet(config), phone.socket))
        with _told_to_end(one for one, _ in running):
            on_ready()
            warming.begin()
            asyncio.run(_until_ended(running, phones))
            _close(server.imports)


def _door(app: ASGIApp, server: Server, phones: Phones) -> ASGIApp:
    """Lead a phone that is in to the app, and everybody else to the few pages for strangers."""
    inside = Guard(app, hosts=phones.hosts, token=server.token, limits=LIMITS, login=phones.login)
    outside = Guard(
        outside_app(replace(server, token=phones.token)),
        hosts=phones.hosts,
        token=phones.token,
        limits=_OUTSIDE_LIMITS,
    )

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        leads_out = scope["type"] == "http" and is_outside(scope["path"])
        await (outside if leads_out else inside)(scope, receive, send)

    return door


async def _until_ended(running: list[tuple[_Quiet, socket.socket]], phones: Phones) -> None:
    async def renew_codes() -> None:
        while True:
            phones.renew()
            await asyncio.sleep(1.0)

    renewing = asyncio.create_task(renew_codes())
    await asyncio.gather(*(one.serve(sockets=[sock]) for one, sock in running))
    renewing.cancel()


def _close(imports: ImportQueue) -> None:
    """Stop what is being imported; wait a moment only, the library is sound at any time."""
    closing = threading.Thread(target=imports.close, name="closing", daemon=True)
    closing.start()
    closing.join(_GRACE_S)


class _Quiet(uvicorn.Server):
    """A server that leaves the process's signals alone: there may be two of them."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


class _Patient(H11Protocol):
    """Lets go of whoever connects and asks nothing, or stops in the middle of sending.

    Without, a few hundred such connections keep everybody else out for as long as they like.
    """

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(_ASK_WITHIN_S)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is h11.SEND_BODY:
            self._wait(_SILENT_AT_MOST_S)  # anew with every piece: large files take their time
        elif not self._is_their_turn():
            self._wait(None)
        elif self._waiting is None:
            self._wait(_ASK_WITHIN_S)

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        super().connection_lost(exc)

    def _is_their_turn(self) -> bool:
        return self.conn.their_state is h11.SEND_BODY or (
            self.cycle is None or self.cycle.response_complete
        )

    def _wait(self, seconds: float | None) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        late = None if seconds is None else self.loop.call_later(seconds, self._late)
        self._waiting = late

    def _late(self) -> None:
        self._waiting = None
        if self.flow.read_paused:  # it is we who do not listen
            self._wait(_SILENT_AT_MOST_S)
        elif self._is_their_turn():
            self.transport.close()


def _config(app: ASGIApp, *, pem: Path | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        loop="asyncio",
        http=_Patient,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,  # nobody stands in front of us who may say where a request is from
        server_header=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
        ssl_certfile=pem,
    )


@contextmanager
def _told_to_end(servers: Iterable[uvicorn.Server]) -> Iterator[None]:
    """End the servers when the process is told to; in the main thread only, else nobody tells."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told = tuple(servers)

    def end(_signal: int, _frame: FrameType | None) -> None:
        for server in told:
            server.force_exit = server.should_exit  # told twice: wait for nobody
            server.should_exit = True

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    signals = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {each: signal.signal(each, end) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def leave(library: Library) -> None:
    """End the process now, though a thread may still be at work; the library stays sound."""
    library.close()
    sys.stdout.flush()
    sys.stderr.flush()
    others = threading.enumerate()
    if any(not one.daemon and one is not threading.main_thread() for one in others):
        os._exit(0)  # the interpreter would wait for them to finish


class _Once(logging.Filter):
    """Says an error once, though both the app and the server below it report it."""

    def __init__(self) -> None:
        super().__init__()
        self._last: BaseException | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        is_new = error is None or error is not self._last
        self._last = error
        return is_new


def log_to_standard_error() -> None:
    """Say our own errors, and nothing less, on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.ERROR)
    handler.setFormatter(logging.Formatter("evenstride: %(message)s"))
    handler.addFilter(_Once())
    logging.getLogger().addHandler(handler)
