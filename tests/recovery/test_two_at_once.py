"""Browsers, tabs and a command line at work on one library at once: nothing lost, nothing fails."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING

import httpx
import pytest

from evenstride.answers import check_library, import_files, open_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PROGRAM = (sys.executable, "-m", "evenstride")
PAGES = ("/", "/trend", "/runs", "/runs/last", "/import", "/library", "/settings", "/report.html")
READERS, SAVES = 3, 8


class Tab:
    """One browser, with the token of the page that it has open."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=120)
        found = re.search(
            r'name="evenstride-token" content="([^"]+)"', self.client.get("/settings").text
        )
        assert found is not None
        self.token = found[1]

    def save(self, path: str, **fields: object) -> httpx.Response:
        return self.client.post(path, data={**fields, "token": self.token})


@pytest.fixture(scope="module")
def first_runs(year_of_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the first 30 of the runs, to be copied."""
    folder = tmp_path_factory.mktemp("first")
    with open_library(folder / "library") as lib:
        import_files(lib, sorted(year_of_files.iterdir())[:30], workers=1)
    return folder / "library"


@pytest.fixture
def library(first_runs: Path, tmp_path: Path) -> Path:
    """A library of the first 30 of the runs."""
    shutil.copytree(first_runs, tmp_path / "library")
    return tmp_path / "library"


@pytest.fixture
def address(library: Path) -> Iterator[str]:
    """Where a server of that library listens; it must have nothing to complain of at its end."""
    with subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--no-open", "--library", str(library)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.extend(process.stderr))
        reader.start()
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        reader.join(10)
    assert "Traceback" not in "".join(said), "".join(said)


@pytest.fixture
def open_tab(address: str) -> Iterator[Callable[[], Tab]]:
    """Open tabs of that server; they are closed at the end."""
    tabs: list[Tab] = []

    def open_one() -> Tab:
        tabs.append(Tab(address))
        return tabs[-1]

    yield open_one
    for tab in tabs:
        tab.client.close()


def typed_by(answer: dict) -> dict:
    row: dict = answer["tables"]["annotation"][0]
    return row


def test_tags_from_tabs_and_an_import_from_the_command_line_lose_nothing(  # noqa: C901 # three actors
    library: Path, open_tab: Callable[[], Tab], year_of_files: Path
) -> None:
    with open_library(library) as lib:
        runs = lib.runs(measures=()).get_column("run_id").to_list()
    bad: list[str] = []
    took_s: list[float] = []
    over, imported_all = threading.Event(), threading.Event()

    def read() -> None:
        tab = open_tab()
        while not over.is_set():
            for page in PAGES:
                began = time.monotonic()
                answer = tab.client.get(page)
                took_s.append(time.monotonic() - began)
                if answer.status_code != 200:
                    bad.append(f"{page}: {answer.status_code}")

    def write(which: int) -> str:
        """Save for as long as the import goes on, all tags at least; the last title."""
        tab, title = open_tab(), ""
        for i in count():
            if i >= SAVES and imported_all.is_set():
                return title
            answer = tab.save("/runs/annotate", run=runs[:5], add_tag=f"tab{which} {i % SAVES}")
            if answer.status_code not in (200, 303):
                bad.append(f"tag {which} {i}: {answer.status_code} {answer.text[:200]}")
            title = f"title {i}"
            answer = tab.save(f"/runs/{runs[5 + which]}", title=title)
            if answer.status_code not in (200, 303):
                bad.append(f"title {which} {i}: {answer.status_code}")
        raise AssertionError

    with ThreadPoolExecutor(READERS + 2) as pool:
        readers = [pool.submit(read) for _ in range(READERS)]
        writers = [pool.submit(write, which) for which in range(2)]
        try:
            imported = subprocess.run(
                [*PROGRAM, "import", "--library", str(library), str(year_of_files)],
                check=False,
                capture_output=True,
                text=True,
            )
            imported_all.set()
            titles = [writer.result() for writer in writers]
        finally:  # or nobody would ever stop
            imported_all.set()
            over.set()
        for reader in readers:
            reader.result()
    assert imported.returncode == 0, imported.stderr
    assert bad == []
    assert len(took_s) > 20
    took_s.sort()

    with open_library(library) as lib:
        typed = lib.annotations()
        for run in runs[:5]:
            assert typed[run].tags == tuple(
                sorted(f"tab{which} {i}" for which in range(2) for i in range(SAVES))
            )
        for which in range(2):
            assert typed[runs[5 + which]].title == titles[which]
        assert lib.runs(measures=()).height == len(list(year_of_files.iterdir()))
        assert check_library(lib).verdict == "clean"
    # What the pages say is what is there, not what was there before the other process wrote.
    listed = open_tab().client.get("/runs?format=json").json()["tables"]["runs"]
    assert len(listed) == len(list(year_of_files.iterdir()))


def test_a_page_shows_what_another_process_has_just_written(
    library: Path, open_tab: Callable[[], Tab]
) -> None:
    tab = open_tab()
    with open_library(library) as lib:
        for i in range(8):
            run = lib.resolve("last")
            tab.client.get("/runs")
            lib.annotate([run], title=f"written beside it {i}")
            assert f"written beside it {i}" in tab.client.get("/runs").text
            lib.set_setting("units", "mi" if i % 2 else "km")
            said = re.search(r"/(km|mi)\b", tab.client.get("/runs/last").text)
            assert said is not None
            assert said[1] == ("mi" if i % 2 else "km")


def test_each_tab_changes_only_the_fields_it_sends(
    library: Path, open_tab: Callable[[], Tab]
) -> None:
    one, other = open_tab(), open_tab()
    one.save("/runs/last", title="from one")
    other.save("/runs/last", notes="from the other", race=["no", "yes"])
    one.save("/runs/last", shoes="blue")
    other.save("/runs/last", tags="long, hills")
    one.save("/runs/annotate", run="last", add_tag="rain")
    with open_library(library) as lib:
        run = lib.resolve("last")
    one.save("/runs/annotate", run=run, add_tag="rain")
    typed = typed_by(one.client.get("/runs/last?format=json").json())
    assert typed["title"] == "from one"
    assert typed["notes"] == "from the other"
    assert typed["shoes"] == "blue"
    assert typed["is_race"] is True
    assert sorted(typed["tags"]) == ["hills", "long", "rain"]


def test_a_form_opened_before_takes_back_nothing_of_another_tab(
    library: Path, open_tab: Callable[[], Tab]
) -> None:
    """The form of a run sends all its fields; those left as they were must not undo a change."""
    del library
    before = {"title": "", "notes": "", "shoes": "", "tags": "easy", "race": "no"}
    one, other = open_tab(), open_tab()
    one.save("/runs/last", **before)
    was = {f"was_{name}": value for name, value in before.items()}
    one.save("/runs/last", **before | {"title": "mine", "tags": "easy, hills"}, **was)
    other.save(
        "/runs/last", **before | {"notes": "theirs", "tags": "rain", "race": ["no", "yes"]}, **was
    )
    typed = typed_by(one.client.get("/runs/last?format=json").json())
    assert typed["title"] == "mine"
    assert typed["notes"] == "theirs"
    assert typed["is_race"] is True
    assert sorted(typed["tags"]) == ["hills", "rain"]
