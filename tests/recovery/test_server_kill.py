"""A server killed in the middle of an import leaves a sound library; importing again completes."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import httpx
import pytest

from evenstride.answers import check_library, open_library, runs

if TYPE_CHECKING:
    from pathlib import Path


class Served:
    """A server in a process of its own."""

    def __init__(self, library: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "evenstride", "serve", "--port", "0", "--no-open", "--library",
             str(library)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        address = self.process.stdout.readline().strip()
        self.client = httpx.Client(base_url=address, timeout=60)
        token = re.search(
            r'name="evenstride-token" content="([^"]+)"', self.client.get("/import").text
        )
        assert token is not None
        self.client.headers["X-Evenstride-Token"] = token[1]

    def hand_in(self, files: list[Path]) -> None:
        for start in range(0, len(files), 40):
            parts = [("files", (f.name, f.read_bytes())) for f in files[start : start + 40]]
            answer = self.client.post(
                "/import/files", files=parts, headers={"Accept": "application/json"}
            )
            assert answer.status_code == 202

    def answer(self) -> dict:
        answer: dict = self.client.get("/import?format=json").json()
        return answer

    def end(self, how: signal.Signals) -> None:
        self.client.close()
        self.process.send_signal(how)
        self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def wait_for_helpers(self) -> None:
        """Wait until the helper, which notices by itself, has ended too; it is of our session."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                os.killpg(self.process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.01)
        pytest.fail("a helper outlives its server")


def count_of(answer: dict, outcome: str) -> int:
    return next((r["files"] for r in answer["tables"]["outcomes"] if r["outcome"] == outcome), 0)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_server_leaves_a_sound_library_and_importing_again_completes(
    year_of_files, tmp_path, how
):
    library = tmp_path / "library"
    files = sorted(year_of_files.iterdir())
    rng = random.Random(7)
    in_the_middle = 0
    for wait_s in (0.0, rng.uniform(0.0, 0.2)):
        served = Served(library)
        served.hand_in(files)
        until = time.monotonic() + 60
        # From the first run in the library on, until shortly after.
        while count_of(served.answer(), "imported") == 0 and time.monotonic() < until:
            if served.answer()["verdict"] != "importing":
                break
            time.sleep(0.01)
        time.sleep(wait_s)
        in_the_middle += served.answer()["verdict"] == "importing"
        served.end(how)
        served.wait_for_helpers()
        with open_library(library) as lib:
            assert check_library(lib).verdict == "clean"
            before = lib.runs(measures=()).height
        assert before <= len(files)
    served = Served(library)
    served.hand_in(files)
    until = time.monotonic() + 120
    while (answer := served.answer())["verdict"] == "importing" and time.monotonic() < until:
        time.sleep(0.05)
    served.end(signal.SIGTERM)
    assert served.process.returncode == 0
    assert count_of(answer, "failed") == 0
    with open_library(library) as lib:
        assert check_library(lib).verdict == "clean"
        assert len(runs(lib).tables["runs"]) == len(files)
    assert in_the_middle > 0, "the server must really have been ended in the middle"
    with open_library(library) as lib:
        for path in (library / "tmp").iterdir():  # what a kill left is swept up after an hour
            os.utime(path, (0, 0))
        lib.sweep()
    assert list((library / "tmp").iterdir()) == []
