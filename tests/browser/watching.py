"""A server beside the test, and a browser's page under watch: what it asks and complains of."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from evenstride.web.server import Server

WIDTHS = (390, 1440)
THEMES = ("light", "dark")


@dataclass
class Running:
    """A server on a free port of this machine, in a thread of this process."""

    address: str
    library: Path
    server: Server
    stop: Callable[[], None] = field(repr=False)


@contextmanager
def running(library: Path, demo: Path) -> Iterator[Running]:
    """Serve a library as `evenstride serve` does."""
    import uvicorn

    from evenstride.answers import open_library
    from evenstride.web.app import make_app
    from evenstride.web.guard import Guard
    from evenstride.web.imports import ImportQueue
    from evenstride.web.kept import KeptAnswers
    from evenstride.web.phone import Phones
    from evenstride.web.serve import LIMITS, LOOPBACK_HOSTS
    from evenstride.web.server import Demo, Server

    lib = open_library(library)
    server = Server(
        own=KeptAnswers(lib), demo=Demo(demo), imports=ImportQueue(lib), phones=Phones(lib)
    )
    guarded = Guard(make_app(server), hosts=LOOPBACK_HOSTS, token=server.token, limits=LIMITS)
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        guarded, log_level="warning", lifespan="off", timeout_graceful_shutdown=1
    )
    serving = uvicorn.Server(config)
    thread = threading.Thread(target=serving.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()

    def stop() -> None:
        serving.should_exit = True
        thread.join(10)

    try:
        yield Running(f"http://127.0.0.1:{listener.getsockname()[1]}", library, server, stop)
    finally:
        stop()
        lib.close()


@dataclass
class Watched:
    """A page, and what went wrong in it: complaints of the console, requests to other places."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    received_bytes: list[tuple[str, int]] = field(default_factory=list)


@contextmanager
def watched(browser: Browser, app: Running, **options: object) -> Iterator[Watched]:
    """Open a page and watch it; everything that it complains of or asks elsewhere is a failure."""
    context = browser.new_context(**options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    # The browser tells of file choosers only after it was asked to, and a key pressed in the same
    # instant may overtake that: whoever expects one later must have asked from the start.
    page.on("filechooser", lambda _: None)
    seen = Watched(page)
    page.on(
        "console",
        lambda message: (
            seen.complaints.append(f"{message.type}: {message.text}")
            if message.type in ("error", "warning")
            else None
        ),
    )
    page.on("pageerror", lambda error: seen.complaints.append(f"error: {error}"))
    context.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((app.address + "/", "data:", "blob:", "about:"))
            else seen.elsewhere.append(request.url)
        ),
    )
    try:
        yield seen
        assert seen.complaints == []
        assert seen.elsewhere == []
    finally:
        context.close()


def drawn(page: Page) -> None:
    """Wait until every chart is drawn, those further down and those folded away too."""
    page.wait_for_load_state("networkidle")
    page.evaluate(
        "document.querySelectorAll('details:has(figure[data-chart])').forEach(d => d.open = true)"
    )
    for index in range(page.locator("figure[data-chart]").count()):
        figure = page.locator("figure[data-chart]").nth(index)
        figure.scroll_into_view_if_needed()
        page.wait_for_function(
            "index => document.querySelectorAll('figure[data-chart]')[index].dataset.drawn",
            arg=index,
        )
        assert figure.get_attribute("data-drawn") == "true"
    page.evaluate("window.scrollTo(0, 0)")


def no_axe_violation(page: Page) -> None:
    """Hold a page to every rule that axe knows."""
    found = Axe().run(page)
    said = [
        f"{v['id']}: {v['help']}: {[n['html'][:160] for n in v['nodes']][:3]}"
        for v in found.response["violations"]
    ]
    assert said == []


def fits(page: Page) -> None:
    """Nothing is wider than the screen, but what scrolls in a box of its own."""
    beyond_px = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert beyond_px <= 0
