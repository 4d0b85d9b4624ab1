"""A real Chromium, and the app on a library of its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, sync_playwright
from watching import Running, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium; without one these tests fail and say what to install.

    Of a module, not of the session: while it is there its own event loop runs, and other tests of
    the same process could run none.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.fail(
            "There is no Chromium here, so no page was tested: install Debian's "
            "chromium-headless-shell (`make test` does, where it may)."
        )
    with sync_playwright() as play:
        launched = play.chromium.launch(
            executable_path=found,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def app(year_library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The app on a copy of the demo runner's first 60 runs."""
    folder = tmp_path_factory.mktemp("app")
    shutil.copytree(year_library_path, folder / "library")
    with running(folder / "library", folder / "demo") as made:
        yield made


@pytest.fixture
def empty_app(tmp_path: Path) -> Iterator[Running]:
    """The app on an empty library."""
    with running(tmp_path / "library", tmp_path / "demo") as made:
        yield made
