"""Levels made from run means, one block a run: what stands on a fit is tested without files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from evenstride.answers.block_rows import SLOPE_SDS, Conditions, UsualGround, block_rows
from evenstride.answers.levels import BALANCE, Level, Levels, days_of
from evenstride.domain.quantities import QUANTITIES
from evenstride.library import Annotation, open_library
from evenstride.stats.moves import fit_moves

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FIRST = datetime(2025, 1, 6, 7, tzinfo=UTC)
SE = 0.1


def readings(count: int = 40, level: float = 48.5, seed: int = 1) -> np.ndarray:
    """Run means around a level, 0.3 pp from day to day."""
    return level + 0.3 * np.random.default_rng(seed).standard_normal(count)


def run_name(at: int) -> str:
    """The id of the run at a place; they are two days apart."""
    return f"run-{at:03d}"


def day_name(at: int) -> str:
    """The local date of the run at a place."""
    return f"{FIRST + timedelta(days=2 * at):%Y-%m-%d}"


def made_levels(
    value: np.ndarray,
    *,
    sensor: Sequence[str | None] | None = None,
    device: Sequence[str] | None = None,
    typed: Mapping[int, Annotation] | None = None,
) -> Levels:
    """Levels of runs with these means, every other day."""
    n = len(value)
    said = {run_name(at): annotation for at, annotation in (typed or {}).items()}
    series = pl.DataFrame(
        {
            "run_id": [run_name(at) for at in range(n)],
            "recording_id": [f"recording-{at:03d}" for at in range(n)],
            "started_at_utc": [FIRST + timedelta(days=2 * at) for at in range(n)],
            "utc_offset_s": [0] * n,
            "sensor": list(sensor or ["Running Dynamics Pod"] * n),
            "device": list(device or ["garmin fr255"] * n),
            "usable_s": [1800.0] * n,
            "value": value,
            "se": [SE] * n,
        }
    )
    names = series["sensor"].unique(maintain_order=True).to_list()
    code = np.array([names.index(name) for name in series["sensor"]])
    known = Conditions(2.8, "your median easy pace", {}, said, UsualGround(0.0, "road", ()))
    rows = block_rows(series, BALANCE, sensor=code, day=days_of(series), blocks={}, known=known)
    moves = fit_moves(rows, unit="%", scale=0.4, slope_sd=SLOPE_SDS[BALANCE])
    level = Level(QUANTITIES[BALANCE], series, tuple(names), code, moves, moves.trend)
    return Levels({BALANCE: level}, (), None, known)


def library_without_runs(folder: Path, monkeypatch, issues=()):
    """A library that keeps fits and notes; whichever run is asked for has these issues."""
    lib = open_library(folder / "library")
    stored = SimpleNamespace(chosen=SimpleNamespace(issues=tuple(issues)))
    monkeypatch.setattr(type(lib), "run", lambda _, run_id: stored)
    return lib
