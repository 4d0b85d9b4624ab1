"""Decides what is made ready before anybody asks: every page once, after the first was answered.

Charts, fits and templates take a second to be ready the first time. The first page must not wait
for that second, the second page should not either.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PAGES = (
    *("/", "/trend", "/drivers", "/runs", "/runs/last", "/compare", "/experiments"),
    *("/body", "/screen", "/why", "/plan", "/exercises", "/import", "/settings"),
)
_LONGEST_WAIT_S = 2.0


class Warming:
    """An app, with a thread that asks it for each page once somebody had the first one.

    Parameters
    ----------
    app
        The app itself, without what guards it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._answered = threading.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request on, and note that there was one."""
        try:
            await self._app(scope, receive, send)
        finally:
            self._answered.set()

    def begin(self) -> None:
        """Begin to wait for the first request; with nobody asking, for a moment only."""
        threading.Thread(target=self._warm, name="warming", daemon=True).start()

    def _warm(self) -> None:
        self._answered.wait(_LONGEST_WAIT_S)
        asyncio.run(self._ask_for_all())

    async def _ask_for_all(self) -> None:
        for path in _PAGES:
            # What fails here fails again for whoever asks, and is said then.
            await self._ask(path)

    async def _ask(self, path: str) -> None:
        asked = False

        async def receive() -> Message:
            nonlocal asked
            if asked:
                return {"type": "http.disconnect"}
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(_message: Message) -> None:
            pass

        scope: Scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"localhost")],
            "client": ("127.0.0.1", 0),
            "server": ("127.0.0.1", 0),
        }
        # The app has answered an error with its page for errors already, before raising it.
        await asyncio.gather(self._app(scope, receive, send), return_exceptions=True)
