"""An import killed at any moment and run again ends in the same library."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from evenstride.answers import check_library, export_library, import_files, open_library, runs

if TYPE_CHECKING:
    from pathlib import Path

_KILLS = 12


def exported(library: Path, to: Path) -> dict[str, bytes]:
    with open_library(library) as lib:
        export_library(lib, to)
    return {
        str(p.relative_to(to)): p.read_bytes()
        for p in to.rglob("*")
        if p.is_file() and p.name != "import_times.csv"
    }


@pytest.fixture(scope="module")
def archive(whole_year_of_files):
    return whole_year_of_files


@pytest.fixture(scope="module")
def unkilled(archive, tmp_path_factory):
    """How many runs the archive holds, and all that is exported of them."""
    folder = tmp_path_factory.mktemp("unkilled")
    with open_library(folder / "whole") as lib:
        import_files(lib, [archive])
        count = len(runs(lib).tables["runs"])
    return count, exported(folder / "whole", folder / "out")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_import_run_again_ends_in_the_same_library(archive, unkilled, tmp_path, workers):
    count, whole = unkilled
    killed = tmp_path / "killed"
    command = [sys.executable, "-m", "evenstride", "import", str(archive)]
    command += ["--library", str(killed), "--workers", str(workers)]
    rng = random.Random(workers)
    died = 0
    longest = 3.0
    for _ in range(_KILLS):
        began = time.monotonic()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        try:
            process.wait(rng.uniform(0.1, 1.0) * longest)
            longest = max(longest * 0.8, time.monotonic() - began)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            died += 1
            # Whatever was committed can be read at once, and is sound.
            if (killed / "library.sqlite").exists():
                with open_library(killed) as lib:
                    assert check_library(lib).verdict == "clean"
    assert died >= _KILLS // 3, "the process must really have been killed"
    subprocess.run(command, check=True, capture_output=True)
    with open_library(killed) as lib:
        assert check_library(lib).verdict == "clean"
        assert len(runs(lib).tables["runs"]) == count
    assert exported(killed, tmp_path / "out") == whole


def test_a_reader_sees_whole_runs_while_another_process_writes(archive, tmp_path):
    library = tmp_path / "library"
    with open_library(library) as lib:
        import_files(lib, [archive / "000.fit"])
        command = [sys.executable, "-m", "evenstride", "import", str(archive)]
        process = subprocess.Popen(
            [*command, "--library", str(library)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        seen = []
        while process.poll() is None:
            table = runs(lib).tables["runs"]
            assert all(row["usable_share"] is not None for row in table)
            lib.samples(lib.runs()["recording_id"][-1])
            seen.append(len(table))
        assert process.returncode == 0
        assert seen == sorted(seen)
        assert len(runs(lib).tables["runs"]) == len(list(archive.iterdir()))


def test_two_imports_at_once_lose_nothing(archive, tmp_path):
    library = tmp_path / "library"
    command = [sys.executable, "-m", "evenstride", "import", str(archive)]
    both = [
        subprocess.Popen(
            [*command, "--library", str(library)], stderr=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for process in both:
        out, err = process.communicate()
        assert process.returncode == 0, (out, err)
    with open_library(library) as lib:
        assert check_library(lib).verdict == "clean"
        assert len(runs(lib).tables["runs"]) == len(list(archive.iterdir()))
