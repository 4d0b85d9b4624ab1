"""The app on a copy of the year's library, asked without a server."""

from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import httpx
import pytest

from evenstride.answers import open_library
from evenstride.web.app import make_app
from evenstride.web.guard import Guard
from evenstride.web.imports import ImportQueue
from evenstride.web.kept import KeptAnswers
from evenstride.web.phone import Phones
from evenstride.web.serve import LIMITS
from evenstride.web.server import Demo, Server
from experiment_app import App

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def get(
    year_library_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., httpx.Response]]:
    """Ask the app for an address."""
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(year_library_path, folder / "library")
    with open_library(folder / "library") as lib:
        server = Server(
            own=KeptAnswers(lib),
            demo=Demo(folder / "demo"),
            imports=ImportQueue(lib),
            phones=Phones(lib),
            token="token",
        )
        app = Guard(
            make_app(server), hosts=frozenset(("testserver",)), token="token", limits=LIMITS
        )

        def ask(path: str, **options: object) -> httpx.Response:
            async def asking() -> httpx.Response:
                transport = httpx.ASGITransport(app=app)
                async with httpx.AsyncClient(
                    transport=transport, base_url="http://testserver"
                ) as client:
                    return await client.get(path, **options)

            return asyncio.run(asking())

        yield ask


@pytest.fixture
def app(year_library_path: Path, tmp_path: Path) -> Iterator[App]:
    """The app on a library of its own, which may be changed."""
    shutil.copytree(year_library_path, tmp_path / "library")
    with open_library(tmp_path / "library") as lib:
        yield App(lib, tmp_path)


@pytest.fixture
def laps(app: App) -> tuple[str, str]:
    """An experiment within runs, and a run whose laps may serve it."""
    name = app.register(kind="within_run", lap_s=130.0, warm_up_s=600.0, pairs_per_run=2)
    for run_id in app.since():
        look = app.get(f"/experiments/{name}/record", params={"run": run_id})
        if look.status_code == 200:
            return name, run_id
    pytest.fail("no run has laps of about two minutes that somebody pressed")
