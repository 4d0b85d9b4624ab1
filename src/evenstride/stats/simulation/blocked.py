"""How a simulated runner's runs come out in blocks, with everything that was true of them.

Balance is in % left; everything else counts in pp, + toward the left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping  # noqa: TC003 - dataclass fields
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import BoolArray, FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.blocked import BlockedRuns
from evenstride.stats.histories import running_days
from evenstride.stats.simulation.block_noise import averaged_noise
from evenstride.stats.simulation.block_runner import BlockRunner  # noqa: TC001 - dataclass fields
from evenstride.stats.simulation.block_training import train

if TYPE_CHECKING:
    from numpy.random import Generator

    from evenstride.stats.simulation.block_training import Training

_FROM_POSITIONS = {"grade", "grade:bow", "bend"}
_SATURATES_AT_M_S = 0.5
_SPREAD_MONTHS_DAYS = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class BlockTruth:
    """What was true of simulated blocks: m blocks of n runs.

    Attributes
    ----------
    runner
        From whom they are.
    slopes
        The runner's, but for `speed` where pace is not linear: there the slope of the straight line
        that fits its effect on these blocks best.
    level
        At reference conditions on each run's day, as the present (the last run's) sensor reads [%],
        shape (n,).
    day_pp, drift_pp_per_h
        Each run's own difference and own drift, shape (n,).
    sensor_pp
        How much further left each run's sensor reads than the present one, shape (n,).
    conditions
        The conditions of each block as they were, unknown ones too, each shape (m,).
    moved_pp
        What slopes and conditions add up to in each block, shape (m,).
    noise_pp
        Noise of each block, shape (m,).
    wild, failing, mirrored
        Runs with something added, with a failing sensor, and with the sensor the other way round;
        shape (n,).
    """

    runner: BlockRunner
    slopes: Mapping[str, float]
    level: FloatArray
    day_pp: FloatArray
    drift_pp_per_h: FloatArray
    sensor_pp: FloatArray
    conditions: Mapping[str, FloatArray]
    moved_pp: FloatArray
    noise_pp: FloatArray
    wild: BoolArray
    failing: BoolArray
    mirrored: BoolArray


def simulate_blocks(
    rng: Generator, runner: BlockRunner, *, runs: int
) -> tuple[BlockedRuns, BlockTruth]:
    """Draw so many runs of a runner.

    Parameters
    ----------
    rng
        The source of chance.
    runner
        Whose runs.
    runs
        How many, >= 1.

    Returns
    -------
        What a fit sees, values in % left, and what was true.
    """
    training = train(rng, runner.habits, runs)
    day = np.sort(running_days(rng, runs, runner.runs_per_week) + rng.uniform(0.25, 0.85, runs))
    return observe(rng, runner, training, day)


def observe(
    rng: Generator,
    runner: BlockRunner,
    training: Training,
    day: FloatArray,
    *,
    shift_pp: FloatArray | float = 0.0,
) -> tuple[BlockedRuns, BlockTruth]:
    """Draw what is measured on given runs of a runner.

    Parameters
    ----------
    rng
        The source of chance.
    runner
        Whose runs.
    training
        The runs.
    day
        When they start [days], not decreasing, shape (n,).
    shift_pp
        What is added to the level on the day of each run, shape (n,).

    Returns
    -------
        As `simulate_blocks`.
    """
    runs, real = day.size, training.real
    run = np.repeat(np.arange(runs), real.sum(axis=1))
    within = {
        "speed": training.speed_m_s,
        "elapsed": training.elapsed_h,
        "grade": training.grade_pct,
        "bend": training.bend_m_s2,
    }
    if "grade:bow" in runner.slopes:
        within["grade:bow"] = np.abs(training.grade_pct)
    if runner.camber_typed:
        within["camber"] = _camber(rng, runner, training)
    true = {name: column[real] for name, column in within.items()}
    per_run = _run_conditions(rng, runner, training)

    slopes = dict(runner.slopes)
    pace_pp = _pace_pp(runner, true["speed"])
    if runner.pace != "linear":
        slopes["speed"] = float(np.polyfit(true["speed"], pace_pp, 1)[0])
    moved = pace_pp + sum(
        (runner.slopes.get(name, 0.0) * x for name, x in true.items() if name != "speed"),
        np.zeros(run.size),
    )
    moved += sum((runner.slopes[name] * x for name, x in per_run.items()), np.zeros(runs))[run]

    level, day_pp, wild = _days(rng, runner, day)
    level = level + shift_pp
    drift = runner.drift_sd_pp_per_h * rng.standard_normal(runs)
    noise = _noise(rng, runner, training)[real]
    sensor = _sensor(rng, len(runner.sensors_pp), runs)
    offset = np.asarray(runner.sensors_pp)[sensor]
    value = (level + day_pp + offset)[run] + moved + drift[run] * true["elapsed"] + noise
    failing = rng.random(runs) < runner.failing_share
    fault = rng.choice([-1.0, 1.0], runs) * rng.uniform(2.0, 9.0, runs)
    value += np.where(failing[run], fault[run] + 2.0 * rng.standard_normal(run.size), 0.0)
    mirrored = rng.random(runs) < runner.mirrored_share
    value = np.where(mirrored[run], 100.0 - value, value)

    blind = training.treadmill | (rng.random(runs) < runner.missing_gps)
    seen = {
        name: np.where(blind[run], np.nan, x) if name in _FROM_POSITIONS else x
        for name, x in true.items()
    }
    blocks = BlockedRuns(
        run=run,
        t_s=(training.start_s + 0.5 * training.duration_s)[real],
        duration_s=training.duration_s[real],
        value=value,
        conditions=seen,
        run_conditions=per_run,
        day=day,
        sensor=sensor,
    )
    truth = BlockTruth(
        runner=runner,
        slopes=slopes,
        level=level + offset[-1],
        day_pp=day_pp,
        drift_pp_per_h=drift,
        sensor_pp=offset - offset[-1],
        conditions=true,
        moved_pp=moved,
        noise_pp=noise,
        wild=wild,
        failing=failing,
        mirrored=mirrored,
    )
    return blocks, truth


def _pace_pp(runner: BlockRunner, speed_m_s: FloatArray) -> FloatArray:
    """Return what pace does; curved ones have the runner's slope at the reference."""
    slope = runner.slopes.get("speed", 0.0)
    if runner.pace == "quadratic":
        return np.asarray(slope * (speed_m_s + speed_m_s**2))
    if runner.pace == "saturating":
        return np.asarray(slope * _SATURATES_AT_M_S * np.tanh(speed_m_s / _SATURATES_AT_M_S))
    return np.asarray(slope * speed_m_s)


def _camber(rng: Generator, runner: BlockRunner, training: Training) -> FloatArray:
    """Return the lower side where it is known, +1 left; half of the runs go back on it."""
    runs = len(training.real)
    road = ~(training.track | training.treadmill | training.trail)
    known = road & (rng.random(runs) < runner.camber_typed)
    side = np.where(rng.random(runs) < 0.7, 1.0, -1.0) * known
    back = np.arange(training.real.shape[1]) >= 0.5 * training.real.sum(axis=1)[:, None]
    there_and_back = rng.random(runs) < 0.5
    return np.asarray(side[:, None] * np.where(back & there_and_back[:, None], -1.0, 1.0))


def _run_conditions(
    rng: Generator, runner: BlockRunner, training: Training
) -> dict[str, FloatArray]:
    """Return what holds throughout a run, each shape (n,): surface, shoes, tags."""
    runs = len(training.real)
    found = {name: np.zeros(runs) for name in runner.names("surface")}
    for name, where in (("treadmill", training.treadmill), ("trail", training.trail)):
        if f"surface:{name}" in found:
            found[f"surface:{name}"] = where.astype(np.float64)
    pairs = runner.names("shoe")
    if pairs:
        # The last pair is kept for fast days, mostly; the others take turns.
        usual = rng.integers(0, max(len(pairs) - 1, 1), runs)
        fast = training.quick & (rng.random(runs) < 0.6)
        fast |= rng.random(runs) < 0.1
        worn = np.where(fast, len(pairs) - 1, usual)
        found |= {name: (worn == k).astype(np.float64) for k, name in enumerate(pairs)}
    for name in runner.names("tag"):
        found[name] = (rng.random(runs) < runner.tag_share).astype(np.float64)
    return found


def _days(
    rng: Generator, runner: BlockRunner, day: FloatArray
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Return level [%], days' differences [pp] and which runs are wild, each shape (n,)."""
    runs = day.size
    gap = np.diff(day, prepend=day[0])
    steps = runner.walk_pp * np.sqrt(gap) * rng.standard_normal(runs)
    level = runner.balance_left_pct + np.cumsum(steps)
    shared = _over_days(rng, gap, runner.tau_days)
    factor = np.exp(runner.spread_log_sd * _over_days(rng, gap, _SPREAD_MONTHS_DAYS))
    own = factor * rng.standard_t(runner.df, runs)
    day_pp = runner.spread_pp * (
        math.sqrt(runner.shared) * shared + math.sqrt(1.0 - runner.shared) * own
    )
    wild = rng.random(runs) < runner.wild_share
    day_pp += np.where(wild, runner.wild_sd_pp * rng.standard_normal(runs), 0.0)
    return level, day_pp, wild


def _over_days(rng: Generator, gap: FloatArray, tau_days: float) -> FloatArray:
    """Return stationary Ornstein–Uhlenbeck values of SD 1, `gap` days apart, shape (n,)."""
    kept = np.exp(-gap / tau_days)
    out = np.sqrt(1.0 - kept**2) * rng.standard_normal(gap.size)
    out[0] = rng.standard_normal()
    for i in range(1, gap.size):
        out[i] += kept[i] * out[i - 1]
    return np.asarray(out)


def _noise(rng: Generator, runner: BlockRunner, training: Training) -> FloatArray:
    """Return the noise of each block [pp], shape (n, k)."""
    fast, slow = (
        averaged_noise(rng, training.duration_s, training.gap_s, tau)
        for tau in (runner.fast_tau_s, runner.slow_tau_s)
    )
    white = rng.standard_normal(fast.shape) * np.sqrt(60.0 / training.duration_s)
    noise = runner.noise_sd_pp * (
        math.sqrt(1.0 - runner.slow_share) * fast + math.sqrt(runner.slow_share) * slow
    )
    uneven = np.exp(runner.noise_log_sd * rng.standard_normal((len(fast), 1)))
    return np.asarray((noise + runner.white_sd_pp * white) * uneven)


def _sensor(rng: Generator, sensors: int, runs: int) -> np.typing.NDArray[np.intp]:
    """Return the sensor of each run: each is taken up once and worn until the next."""
    if sensors == 1 or runs < sensors:
        return np.zeros(runs, dtype=np.intp)
    changes = rng.choice(np.arange(1, runs), sensors - 1, replace=False)
    return np.asarray(np.searchsorted(np.sort(changes), np.arange(runs), side="right"))
