"""What a simulated runner's training looks like in blocks: kinds of runs, pace, hills, bends.

Every condition is a difference from the runner's reference: easy speed, a quarter of an hour in,
flat, straight. Arrays have a row a run and are padded behind its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import BoolArray, FloatArray  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from numpy.random import Generator

REFERENCE_ELAPSED_H = 0.25
_EASY, _LONG, _TEMPO, _INTERVALS, _HILLS, _RACE = range(6)
_KIND_SHARES = (0.52, 0.12, 0.14, 0.10, 0.08, 0.04)
_WARM_UP_MIN, _COOL_DOWN_MIN = 12.0, 8.0
_LAP_M = 400.0
_LONGEST_BLOCKS = 120


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody trains.

    Attributes
    ----------
    easy_m_s
        Easy speed, the reference.
    variety
        How far runs differ in pace: 1 is usual, 0 always the same.
    hilliness_pct
        Typical SD of the grade within a run.
    track_share
        Share of fast runs that are on a track; one in six of them runs it clockwise.
    treadmill_share
        Share of easy runs on a treadmill.
    trail_share
        Share of long and hilly runs on a trail.
    stop_share
        Chance of a stop after each block.
    fast_only_when_tired
        Whether pace rises with the time run, the same way each time, and in no other way.
    """

    easy_m_s: float = 2.8
    variety: float = 1.0
    hilliness_pct: float = 0.8
    track_share: float = 0.3
    treadmill_share: float = 0.0
    trail_share: float = 0.0
    stop_share: float = 0.03
    fast_only_when_tired: bool = False


@dataclass(frozen=True, slots=True)
class Training:
    """Runs in blocks; k is the largest number of blocks.

    Attributes
    ----------
    real
        Which cells are blocks, shape (n, k): the first so many of each row.
    start_s, duration_s, gap_s
        When each block starts since the run did, by the clock, how long it is, and the stop before
        it, shape (n, k).
    elapsed_h
        Running time at the middle of each block less the reference, shape (n, k).
    speed_m_s, grade_pct, bend_m_s2
        Differences from the reference; bends count + to the left; shape (n, k).
    quick
        Which runs hold a fast part, shape (n,).
    track, treadmill, trail
        On what each run was; none of them is road; shape (n,).
    """

    real: BoolArray
    start_s: FloatArray
    duration_s: FloatArray
    gap_s: FloatArray
    elapsed_h: FloatArray
    speed_m_s: FloatArray
    grade_pct: FloatArray
    bend_m_s2: FloatArray
    quick: BoolArray
    track: BoolArray
    treadmill: BoolArray
    trail: BoolArray


def train(rng: Generator, habits: Habits, runs: int) -> Training:
    """Draw so many runs of 20 to 120 minutes.

    Parameters
    ----------
    rng
        The source of chance.
    habits
        How the runner trains.
    runs
        How many runs.
    """
    kind = rng.choice(len(_KIND_SHARES), runs, p=_KIND_SHARES)
    minutes = np.clip(46.0 * np.exp(0.3 * rng.standard_normal(runs)), 20.0, 80.0)
    minutes = np.where(kind == _LONG, rng.uniform(70.0, 120.0, runs), minutes)
    minutes = np.where((kind == _TEMPO) | (kind == _INTERVALS), np.maximum(minutes, 38.0), minutes)
    blocks = np.clip(np.round(minutes), 20, _LONGEST_BLOCKS).astype(np.intp)
    shape = (runs, int(blocks.max()))
    real = np.arange(shape[1]) < blocks[:, None]

    # What is left at the end of a stretch makes a block of another length.
    odd = rng.random(shape) < 0.1
    duration_s = np.where(odd, rng.uniform(25.0, 85.0, shape), rng.uniform(58.0, 62.0, shape))
    stops = rng.random(shape) < habits.stop_share
    gap_s = np.where(stops, rng.exponential(60.0, shape) + 10.0, 0.0)
    gap_s[:, 0] = rng.uniform(5.0, 40.0, runs)
    start_s = np.cumsum(duration_s + gap_s, axis=1) - duration_s
    running_s = np.cumsum(duration_s, axis=1) - 0.5 * duration_s
    elapsed_h = running_s / 3600.0 - REFERENCE_ELAPSED_H

    quick = (kind == _TEMPO) | (kind == _INTERVALS) | (kind == _RACE)
    track = quick & (rng.random(runs) < habits.track_share)
    treadmill = (kind == _EASY) & (rng.random(runs) < habits.treadmill_share)
    trail = ((kind == _LONG) | (kind == _HILLS)) & (rng.random(runs) < habits.trail_share)
    grade_pct = _grade(rng, habits, kind, real) * ~(track | treadmill)[:, None]
    speed = _pace(rng, habits, kind, running_s / 60.0, minutes)
    if habits.fast_only_when_tired:
        speed = 1.2 * (elapsed_h + 0.02 * rng.standard_normal(shape))
    else:
        speed = speed - 0.05 * grade_pct * ~trail[:, None]
    bend = _bends(rng, habits, speed, track) * ~treadmill[:, None]
    return Training(
        real=real,
        start_s=start_s,
        duration_s=duration_s,
        gap_s=gap_s,
        elapsed_h=elapsed_h,
        speed_m_s=speed,
        grade_pct=grade_pct,
        bend_m_s2=bend,
        quick=quick,
        track=track,
        treadmill=treadmill,
        trail=trail,
    )


def _pace(
    rng: Generator,
    habits: Habits,
    kind: np.typing.NDArray[np.intp],
    minute: FloatArray,
    minutes: FloatArray,
) -> FloatArray:
    """Return speed less the easy speed, shape (n, k)."""
    runs, shape = kind.size, minute.shape
    whole = 0.12 * rng.standard_normal(runs)
    whole += np.select(
        [kind == _LONG, kind == _RACE], [-0.15, rng.uniform(0.7, 1.2, runs)], default=0.0
    )
    done = minute / minutes[:, None]
    main = (minute > _WARM_UP_MIN) & (minute < minutes[:, None] - _COOL_DOWN_MIN)
    harder = rng.uniform(0.5, 1.1, runs)[:, None]
    on = (minute - _WARM_UP_MIN) % 5.0 < 3.0
    speed = np.where(main & (kind == _TEMPO)[:, None], harder, 0.0)
    speed = np.where(main & (kind == _INTERVALS)[:, None], np.where(on, 0.5 + harder, -0.35), speed)
    fade = np.where(np.isin(kind, (_LONG, _RACE)), -0.15, 0.05)[:, None] * (done - 0.5)
    wobble = 0.07 * rng.standard_normal(shape)
    return np.asarray(habits.variety * (whole[:, None] + speed + fade) + wobble)


def _grade(
    rng: Generator, habits: Habits, kind: np.typing.NDArray[np.intp], real: BoolArray
) -> FloatArray:
    """Return the grade of each block [%]: every run ends where it began."""
    steep = habits.hilliness_pct * np.exp(0.4 * rng.standard_normal(kind.size))
    steep = np.where(kind == _HILLS, 2.5 * steep, steep)
    shocks = rng.standard_normal(real.shape)
    wave = shocks.copy()
    wave[:, 1:] += 0.8 * shocks[:, :-1]
    wave /= np.sqrt(1.64)
    wave = np.where(real, wave, 0.0)
    wave -= wave.sum(axis=1, keepdims=True) / real.sum(axis=1, keepdims=True)
    return np.asarray(steep[:, None] * wave)


def _bends(rng: Generator, habits: Habits, speed: FloatArray, track: BoolArray) -> FloatArray:
    """Return lateral acceleration [m/s²]: a whole lap of a track turns by 360°."""
    runs = track.size
    squared = np.maximum(habits.easy_m_s + speed, 1.5) ** 2
    side = np.where(rng.random(runs) < 1.0 / 6.0, -1.0, 1.0)
    laps = (side * track)[:, None] * (squared * 2.0 * np.pi / _LAP_M)
    loop = 0.003 * rng.standard_normal(runs)[:, None] * squared
    streets = 0.05 * rng.standard_normal(speed.shape)
    return np.asarray(np.where(track[:, None], laps, loop + streets))
