"""What a person waits for: help, wrong words, and the trend of 3,000 runs."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NOTES = """
The first two rows of `trend` are without any fit kept. The four fits share nothing but the days;
each takes 3,000 steps of small NumPy operations over a few hundred sets of variances, and this
library alternates between two sensors, the dearer case. All four now carry their whole history,
which pages draw; it is kept, so this is paid once for each new run. Fitting the four in one pass
would save perhaps a third; not done yet.
"""

_TREND = """
import json, shutil, sys, time
from pathlib import Path
import evenstride as es
import evenstride.answers.is_it_changing
import evenstride.library.library
from evenstride.answers import fits
began = time.perf_counter()
spent = []
fit = fits.fit_trend
shutil.rmtree(Path(sys.argv[1]) / "fits", ignore_errors=True)

def timed(*args, **kwargs):
    t = time.perf_counter()
    found = fit(*args, **kwargs)
    spent.append(time.perf_counter() - t)
    return found
fits.fit_trend = timed
with es.open_library(sys.argv[1]) as lib:
    es.answers.trend(lib)
    cold = time.perf_counter() - began
    began = time.perf_counter()
    es.answers.trend(lib)
print(json.dumps([cold, sum(spent), spent[0], time.perf_counter() - began]))
"""


def results(quick: bool = False) -> list[tuple[str, str, str, bool]]:
    """Measure; rows of (what, target, measured, met)."""
    repeats = 3 if quick else 9
    program = [sys.executable, "-m", "evenstride"]
    waits = {
        "`--help`": _seconds([*program, "--help"], repeats),
        "a wrong word": _seconds([*program, "statsu"], repeats),
        "`trend --help`": _seconds([*program, "trend", "--help"], repeats),
    }
    rows = [
        (f"{what}, whole process", "≤ 0.3 s", f"{seconds:.2f} s", seconds <= 0.3)
        for what, seconds in waits.items()
    ]
    count = 300 if quick else 3000
    with tempfile.TemporaryDirectory() as name:
        library = Path(name) / "library"
        _long_library(library, count)
        timed = [
            json.loads(subprocess.check_output([sys.executable, "-c", _TREND, str(library)]))
            for _ in range(3)
        ]
        whole, fit, first, again = (statistics.median(t[i] for t in timed) for i in range(4))
        process = _seconds([*program, "trend", "--library", str(library)], 3)
    return [
        *rows,
        (f"`trend` of {count:,} runs after start-up", "≤ 1.5 s", f"{whole:.2f} s", whole <= 1.5),
        (
            "of which the fits of all four (balance, contact, flight, cadence)",
            "≤ 0.5 s",
            f"{fit:.2f} s (of balance alone {first:.2f} s)",
            fit <= 0.5,
        ),
        ("`trend` again, its fits kept", "(none set)", f"{again:.3f} s", True),
        (
            f"`trend` of {count:,} runs, whole process, fits kept",
            "(none set)",
            f"{process:.2f} s",
            True,
        ),
    ]


def _seconds(command: list[str], repeats: int) -> float:
    spent = []
    for _ in range(repeats):
        began = time.perf_counter()
        subprocess.run(command, capture_output=True, check=False)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent)


def _long_library(path: Path, count: int) -> None:
    """Make a library of short runs: how long they are does not matter to the trend."""
    from dataclasses import replace
    from datetime import UTC, date, datetime, timedelta

    from evenstride.answers import import_files, open_library
    from evenstride.formats.fit.encode import encode_run
    from evenstride.stats.simulation import demo_year

    runs = [r.recording for r in demo_year(date(2025, 1, 6))]
    files = path.with_name("files")
    files.mkdir(parents=True)
    for i in range(count):
        recording = runs[i % len(runs)]
        start = datetime(2006, 1, 1, 7, tzinfo=UTC) + timedelta(days=2.2 * i)
        start = start.replace(microsecond=0)
        short = replace(
            recording,
            samples=recording.samples.head(900),
            laps=(),
            pauses=(),
            run=replace(recording.run, started_at_utc=start, duration_s=900.0),
        )
        (files / f"{i:05d}.fit").write_bytes(encode_run(short))
    with open_library(path) as lib:
        import_files(lib, [files], workers=2)


if __name__ == "__main__":
    for row in results(quick="--quick" in sys.argv):
        print(*row, sep=" | ")
