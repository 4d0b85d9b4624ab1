"""An archive of hour-long runs as a watch would have written it, and ways to weigh a process."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_DISTINCT = 24


def write_archive(folder: Path, runs: int) -> list[Path]:
    """Write hour-long runs (3,600 records each), two days apart, every file different."""
    from evenstride.formats.fit.encode import encode_run
    from evenstride.stats.simulation import demo_runner, plan_run, simulate_run

    truth, rng = demo_runner(), np.random.default_rng(11)
    recordings = []
    while len(recordings) < _DISTINCT:
        plan = plan_run("long", truth, date(2016, 1, 4), float(len(recordings)), rng)
        recording = simulate_run(truth, plan, rng).recording
        if recording.samples.height >= 3600:
            samples = recording.samples.head(3600)
            laps = tuple(lap for lap in recording.laps if lap.end_s <= 3600.0)
            pauses = tuple(p for p in recording.pauses if p[1] <= 3600.0)
            recordings.append(
                replace(
                    recording,
                    samples=samples,
                    laps=laps,
                    pauses=pauses,
                    run=replace(recording.run, duration_s=3600.0),
                )
            )
    folder.mkdir(parents=True)
    start = datetime(2006, 1, 1, 7, tzinfo=UTC)
    paths = []
    for i in range(runs):
        recording = recordings[i % _DISTINCT]
        run = replace(recording.run, started_at_utc=start + timedelta(days=2 * i, minutes=i % 60))
        path = folder / f"{i:05d}.fit"
        path.write_bytes(encode_run(replace(recording, run=run)))
        paths.append(path)
    return paths


def tree_memory_mb(command: Sequence[str]) -> tuple[float, float, float]:
    """Run a command; return seconds, and the peak of its largest process and of all together [MB].

    Together is the sum of proportional set sizes, sampled every 20 ms.
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    largest = together = 0.0
    while process.poll() is None:
        sizes = [_pss_mb(pid) for pid in _family(process.pid)]
        largest = max(largest, *sizes, 0.0)
        together = max(together, sum(sizes))
        time.sleep(0.02)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - began, largest, together


def _family(pid: int) -> list[int]:
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(c) for c in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _pss_mb(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0.0
    return 0.0
