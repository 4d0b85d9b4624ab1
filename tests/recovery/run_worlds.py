"""Simulated series with a known level, to see whether the errors of run means are honest.

The noise lives in clock time, as a sensor's would: pauses, walking and thinned-out recording take
seconds away from it. Many runs share one time axis and are columns of one array.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from evenstride.gait import means

LEVEL_PCT = 50.0
LAG_S = 8


@dataclass(frozen=True)
class World:
    """How noise and recording behave. `slow_share` is of the variance; times in seconds."""

    minutes: float
    sd_pp: float = 0.5
    slow_share: float = 0.3
    fast_s: tuple[float, float] = (25.0, 40.0)
    slow_s: tuple[float, float] = (600.0, 900.0)
    white_pp: float = 0.2
    minute_white_pp: float = 0.0
    drift_pp_per_h: float = 0.0
    smart: bool = False
    breaks: str = "none"  # none, lights, intervals
    missing: float = 0.01


@dataclass(frozen=True)
class Covered:
    """How often 95 % intervals held the truth, and standard errors against the actual spread."""

    mean: float
    first_third: float
    drift: float
    mean_se: float
    mean_sd: float
    drift_se: float
    drift_sd: float
    runs: int


def _ou(rng: np.random.Generator, n: int, runs: int, tau_s: float) -> np.ndarray:
    r = np.exp(-1.0 / tau_s)
    shocks = rng.normal(size=(n, runs))
    shocks[1:] *= np.sqrt(1.0 - r * r)
    return lfilter([1.0], [1.0, -r], shocks, axis=0)


def running_seconds(world: World, rng: np.random.Generator) -> np.ndarray:
    """Clock seconds in which the runner is running and settled, for the wanted minutes of it."""
    wanted = int(world.minutes * 60)
    if world.breaks == "none":
        return np.arange(wanted)
    seconds: list[np.ndarray] = []
    have, clock = 0, 0
    while have < wanted:
        if world.breaks == "lights":
            run, stop = int(rng.exponential(360.0)) + 30, int(rng.uniform(20, 90))
        else:
            run, stop = 180, 120
        run = min(run, wanted - have)
        seconds.append(np.arange(clock, clock + run))
        have += run
        clock += run + stop + 15
    return np.concatenate(seconds)


def simulate(
    world: World, rng: np.random.Generator, runs: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Readings (n, runs) [%], weights (n,) [s], true drift (n,) [pp], clock time [s]."""
    seconds = running_seconds(world, rng)
    n = int(seconds[-1]) + 1 + LAG_S
    x = np.sqrt(1.0 - world.slow_share) * _ou(rng, n, runs, rng.uniform(*world.fast_s))
    if world.slow_share:
        x += np.sqrt(world.slow_share) * _ou(rng, n, runs, rng.uniform(*world.slow_s))
    x *= world.sd_pp
    x += world.white_pp * rng.normal(size=x.shape)
    minute = world.minute_white_pp * rng.normal(size=(n // 60 + 1, runs))
    x += np.repeat(minute, 60, axis=0)[:n]
    total = np.cumsum(np.vstack([np.zeros((1, runs)), x]), axis=0)
    x = ((total[LAG_S:] - total[:-LAG_S]) / LAG_S)[seconds]
    hours = (np.arange(seconds.size) - 0.5 * (seconds.size - 1)) / 3600.0
    drift = world.drift_pp_per_h * hours
    x = np.round((LEVEL_PCT + drift[:, None] + x) * 32.0) / 32.0
    keep = np.arange(seconds.size)
    weight = np.ones(seconds.size)
    if world.smart:
        steps = rng.integers(1, 8, size=seconds.size)
        keep = np.concatenate(([0], np.cumsum(steps)))
        keep = keep[keep < seconds.size]
        weight = np.diff(np.append(keep, seconds.size)).astype(float)
    present = rng.random(keep.size) >= world.missing
    clock_s = float(seconds[-1] - seconds[0] + 1)
    return x[keep[present]], weight[present], drift[keep[present]], clock_s


def coverage(world: World, rng: np.random.Generator, *, batches: int, runs: int) -> Covered:
    """Measure `batches` × `runs` simulated runs; each batch draws its own time constants."""
    inside: list[tuple[float, float, float]] = []
    spread: list[tuple[float, float, float, float]] = []
    for _ in range(batches):
        x, weight, drift, clock_s = simulate(world, rng, runs)
        names = tuple(f"run{i}" for i in range(runs))
        channels = means.Channels(
            names,
            ("%",) * runs,
            np.full(runs, 0.5),
            x.T.copy(),
            weight,
            np.cumsum(weight),
            clock_s,
        )
        found = means.run_means(channels)
        ends = np.cumsum(weight)
        third = ends[-1] / 3.0
        first = drift[ends <= third].mean()
        change = drift[ends > 2.0 * third].mean() - first
        # Seconds that are missing at random leave the middle of the drift where it was, nearly.
        level = LEVEL_PCT + weight @ drift / ends[-1]
        for i, name in enumerate(names):
            mean = found.estimates[name]
            split = means.thirds(channels, i, found.noise(name), drift_unit="pp")
            assert split is not None
            early, _, moved = split
            inside.append(
                (
                    mean.low < level < mean.high,
                    early.low < LEVEL_PCT + first < early.high,
                    moved.low < change < moved.high,
                )
            )
            spread.append((mean.se, mean.value - level, moved.se, moved.value - change))
    held = np.mean(inside, axis=0)
    s = np.array(spread)
    return Covered(
        *(float(h) for h in held),
        mean_se=float(s[:, 0].mean()),
        mean_sd=float(np.sqrt(np.mean(s[:, 1] ** 2))),
        drift_se=float(s[:, 2].mean()),
        drift_sd=float(np.sqrt(np.mean(s[:, 3] ** 2))),
        runs=batches * runs,
    )
