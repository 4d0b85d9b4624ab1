"""The door of the reading room: cheap to open, and it knows files by their content."""

from __future__ import annotations

import subprocess
import sys

from evenstride.formats import read
from fit_bytes import run


def test_importing_the_door_imports_nothing_heavy():
    heavy = "numpy", "polars", "fitdecode", "fastcrc", "tzfpy"
    program = f"import sys, evenstride.formats; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_reading_the_same_bytes_twice_gives_the_same():
    data = run(30).to_bytes()
    (first,), (second,) = read(data).recordings, read(data).recordings
    assert first.run == second.run
    assert first.laps == second.laps
    assert first.samples.equals(second.samples)
