"""How simulated runs look that are run in laps: easy, with a warm-up, cut into blocks by the laps.

Blocks end where laps and settling times do, so that no block is of two conditions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.stats.simulation.block_training import REFERENCE_ELAPSED_H, Habits, Training

if TYPE_CHECKING:
    from numpy.random import Generator

IntArray = np.typing.NDArray[np.intp]

_BLOCK_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Laps:
    """A warm-up, then laps in pairs; the first `settling_s` of each are left out [s]."""

    pairs_per_run: int = 4
    lap_s: float = 240.0
    settling_s: float = 60.0
    warm_up_s: float = 600.0


def in_laps(rng: Generator, habits: Habits, laps: Laps, runs: int) -> tuple[Training, IntArray]:
    """Draw so many runs in laps.

    Parameters
    ----------
    rng
        The source of chance.
    habits
        How the runner trains: only easy runs on roads are run in laps.
    laps
        How they are cut.
    runs
        How many.

    Returns
    -------
        The runs, and which lap each block counts for, shape (m,): -1 for warm-up and settling.
    """
    lengths, lap = _cut(laps)
    shape = (runs, len(lengths))
    duration_s = np.tile(lengths, (runs, 1))
    gap_s = np.zeros(shape)
    gap_s[:, 0] = rng.uniform(5.0, 40.0, runs)
    running_s = np.cumsum(duration_s, axis=1) - 0.5 * duration_s
    speed = 0.12 * rng.standard_normal((runs, 1)) + 0.07 * rng.standard_normal(shape)
    shocks = rng.standard_normal((runs, shape[1] + 1))
    wave = (shocks[:, 1:] + 0.8 * shocks[:, :-1]) / math.sqrt(1.64)
    grade = habits.hilliness_pct * np.exp(0.4 * rng.standard_normal((runs, 1))) * wave
    squared = np.maximum(habits.easy_m_s + speed, 1.5) ** 2
    bend = 0.003 * rng.standard_normal((runs, 1)) * squared + 0.05 * rng.standard_normal(shape)
    nowhere = np.zeros(runs, dtype=np.bool_)
    training = Training(
        real=np.ones(shape, dtype=np.bool_),
        start_s=np.cumsum(duration_s + gap_s, axis=1) - duration_s,
        duration_s=duration_s,
        gap_s=gap_s,
        elapsed_h=running_s / 3600.0 - REFERENCE_ELAPSED_H,
        speed_m_s=habits.variety * speed - 0.05 * grade,
        grade_pct=grade,
        bend_m_s2=bend,
        quick=nowhere,
        track=nowhere,
        treadmill=nowhere,
        trail=nowhere,
    )
    return training, np.tile(lap, runs)


def _cut(laps: Laps) -> tuple[list[float], IntArray]:
    """Return how long each block of a run is and which lap it counts for."""
    parts = [(laps.warm_up_s, -1)]
    for k in range(2 * laps.pairs_per_run):
        parts += [(laps.settling_s, -1), (laps.lap_s - laps.settling_s, k)]
    lengths: list[float] = []
    lap: list[int] = []
    for seconds, k in parts:
        pieces = math.ceil(seconds / _BLOCK_S)
        lengths += [seconds / pieces] * pieces if pieces else []
        lap += [k] * pieces
    return lengths, np.array(lap, dtype=np.intp)
