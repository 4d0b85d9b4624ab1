"""An experiment across runs on the demo runner's year, recorded run by run as it went."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from evenstride.answers import open_library
from evenstride.answers.experiments.designing import register
from evenstride.answers.experiments.recording import Said, record
from evenstride.answers.experiments.wishes import Wish

if TYPE_CHECKING:
    from pathlib import Path

REGISTERED = datetime(2025, 2, 3, 12, tzinfo=UTC)
SEED = bytes(range(16))
WISH = Wish(
    treatment="Push off behind",
    control="Run as always",
    outcome="balance",
    pairs=7,
    washout_days=0,
)
NAME = "push-off-behind-2025-02"


def recorded_library(year_library_path: Path, folder: Path, *, halves: int = 17) -> Path:
    """Copy the year's library and run an experiment in it; the fourth half is skipped."""
    path = folder / "library"
    shutil.copytree(year_library_path, path)
    with open_library(path) as lib:
        register(lib, WISH, now=REGISTERED, seed=SEED)
        runs = lib.runs(("balance_left_pct",)).filter(lib.runs(())["started_at_utc"] > REGISTERED)
        rows = runs.select("run_id", "started_at_utc", "duration_s").rows()
        for i, (run_id, started, duration_s) in enumerate(rows[:halves]):
            now = started + timedelta(seconds=duration_s or 0.0, minutes=5)
            said = Said(did="skipped", note="Ill.") if i == 3 else Said(run=run_id)
            record(lib, NAME, said, now=now)
    return path
