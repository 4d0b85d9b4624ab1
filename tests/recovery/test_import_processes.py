"""An import by several processes: interrupted, bereft of a helper, or killed, it ends whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from evenstride.answers import check_library, import_files, open_library, runs


@pytest.fixture(scope="module")
def big_folder(whole_year_of_files):
    """Enough runs that an import can be met in its midst."""
    return whole_year_of_files


def started_import(archive: Path, library: Path, *program: str) -> subprocess.Popen[str]:
    """An import by two processes in a process group of its own, as a shell starts one."""
    return subprocess.Popen(
        [*program, "import", str(archive), "--library", str(library), "--workers", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def helpers_of(process: subprocess.Popen[str]) -> list[int]:
    """Processes that an import has started to decode."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    pids = [int(pid) for pid in children.split()]
    return [p for p in pids if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]


def wait_for(condition, *, timeout_s: float = 30.0):
    end = time.monotonic() + timeout_s
    while not (found := condition()):
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)
    return found


def is_sound_and_finishes(library: Path, archive: Path) -> None:
    """Whatever was finished is sound, and the same import again makes it whole."""
    with open_library(library) as lib:
        assert check_library(lib).verdict == "clean"
        import_files(lib, [archive])
        assert check_library(lib).verdict == "clean"
        assert len(runs(lib).tables["runs"]) == len(list(archive.iterdir()))


CONSOLE_SCRIPT = (str(Path(sys.executable).with_name("evenstride")),)
AS_MODULE = (sys.executable, "-m", "evenstride")
needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs Linux's /proc")


@pytest.mark.parametrize("program", [CONSOLE_SCRIPT, AS_MODULE], ids=["script", "module"])
def test_helpers_start_however_the_program_was_started(year_of_files, tmp_path, program):
    with started_import(year_of_files, tmp_path / "lib", *program) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "60 imported" in out
    assert "Traceback" not in err


@needs_proc
@pytest.mark.parametrize("at", ["start", "decoding"])
def test_an_interrupt_ends_all_processes_with_one_sentence(big_folder, tmp_path, at):
    library = tmp_path / "lib"
    with started_import(big_folder, library, *AS_MODULE) as process:
        helpers = wait_for(lambda: helpers_of(process))
        if at == "decoding":
            wait_for(lambda: len(list(library.glob("samples/*/*"))) > 20)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
        began = time.monotonic()
        out, err = process.communicate(timeout=60)
        assert time.monotonic() - began < 5.0
    # To a shell both are 130. Python ends by the signal itself, its sentence said, where it was met
    # while a text was executed, as dataclasses are when they are imported.
    assert process.returncode in (130, -signal.SIGINT), err
    assert out == ""
    said = "evenstride: stopped; what was finished is kept."
    assert said in err.splitlines()
    # Met while interpreters start, Python itself now and then says something beside it.
    assert at == "start" or err.splitlines() == [said]
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in helpers))
    is_sound_and_finishes(library, big_folder)


@needs_proc
def test_a_helper_that_is_killed_is_one_sentence(big_folder, tmp_path):
    library = tmp_path / "lib"
    with started_import(big_folder, library, *AS_MODULE) as process:
        helper = wait_for(lambda: helpers_of(process))[0]
        wait_for(lambda: len(list(library.glob("samples/*/*"))) > 20)
        os.kill(helper, signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 1, err
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith("evenstride: A helper process died")
    is_sound_and_finishes(library, big_folder)


@needs_proc
def test_helpers_end_when_the_import_is_killed(big_folder, tmp_path):
    library = tmp_path / "lib"
    with started_import(big_folder, library, *AS_MODULE) as process:
        helpers = wait_for(lambda: helpers_of(process))
        wait_for(lambda: len(list(library.glob("samples/*/*"))) > 20)
        process.kill()
        process.communicate(timeout=60)
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in helpers), timeout_s=5.0)
    is_sound_and_finishes(library, big_folder)
