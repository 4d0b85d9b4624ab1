"""What every handler may ask for: the libraries, what they answered last, and the pages' token."""

from __future__ import annotations

import secrets
import shutil
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.requests import Request  # noqa: TC002 # fastapi reads it when it runs

from evenstride import answers
from evenstride.domain.errors import EvenstrideError, InputError
from evenstride.web.guard import VIEW_KEY, VIEW_MARK
from evenstride.web.kept import KeptAnswers

if TYPE_CHECKING:
    from pathlib import Path

    from evenstride.web.imports import ImportQueue
    from evenstride.web.phone import Phones

DEMO_COOKIE = "evenstride-demo"
DEMO_VIEW = "demo"


@dataclass(slots=True)
class Demo:
    """The simulated runner: a library of its own, made when somebody wants to see it."""

    folder: Path
    kept: KeptAnswers | None = None
    done: int = 0
    total: int = 0
    error: str | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to make it, unless it is there or being made."""
        with self._lock:
            if self.kept is not None or (self._thread and self._thread.is_alive()):
                return
            self.error = None
            self._thread = threading.Thread(target=self._make, name="demo", daemon=True)
            self._thread.start()

    @property
    def started(self) -> bool:
        """Whether anybody wanted to see it."""
        return self._thread is not None

    def _make(self) -> None:
        before = 0

        def report(done: int, total: int) -> None:
            # As many files are written first as are read in after.
            self.done, self.total = before + done, 2 * total

        try:
            library, files = answers.demo_folder(self.folder)
            today = datetime.now(UTC).date()
            answers.write_demo_year(files, until=today, on_progress=report)
            before = self.done
            lib = answers.open_library(library, create=True)
            answers.import_files(lib, [files], workers=1, on_progress=report)
            shutil.rmtree(files)
            self.kept = KeptAnswers(lib)
        except EvenstrideError as error:
            self.error = str(error)
        finally:
            if self.kept is None and self.error is None:
                self.error = (
                    "Something went wrong in Evenstride itself; what happened stands in the "
                    "terminal that it was started from."
                )


@dataclass(frozen=True, slots=True)
class Server:
    """One running app.

    Attributes
    ----------
    own
        The runner's library, with what it answered last.
    demo
        The simulated runner's.
    imports
        Files that were handed in, and what became of them.
    phones
        Who may come in from the local network; None while nobody may.
    token
        What every page carries and every change must bring back.
    """

    own: KeptAnswers
    demo: Demo
    imports: ImportQueue
    phones: Phones | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    def shown(self, request: Request) -> KeptAnswers:
        """Choose the library that a browser looks at: the demo's where its cookie says so."""
        if request.cookies.get(DEMO_COOKIE) == "1" and self.demo.kept is not None:
            return self.demo.kept
        return self.own

    def page_token(self, kept: KeptAnswers) -> str:
        """Give the token for a page that shows this library."""
        return self.token if kept is self.own else f"{self.token}{VIEW_MARK}{DEMO_VIEW}"


def _server(request: Request) -> Server:
    server: Server = request.app.state.server
    return server


def _kept(request: Request) -> KeptAnswers:
    """Choose the library a request is about; a change must come from a page that shows it."""
    server = _server(request)
    kept = server.shown(request)
    view = request.scope.get(VIEW_KEY)
    if view is not None and (view == DEMO_VIEW) != (kept is not server.own):
        raise InputError(
            "Another tab has opened or left the demo since this page was made: reload it, so that "
            "what you write lands where you see it."
        )
    return kept


TheServer = Annotated[Server, Depends(_server)]
Kept = Annotated[KeptAnswers, Depends(_kept)]
