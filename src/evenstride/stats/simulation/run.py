"""How a run of a known runner becomes what a watch writes down, with the truth beside it.

Each second's balance is level + sensor + day + slopes (smoothed by the sensor's lag) + the run's
own drift + noise; then the sensor's habits are laid over it: nothing in the first seconds of
a start, wild values in the next ones, gaps, silence in some walks, a resolution of 1/32 pp.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from evenstride.domain.errors import InputError
from evenstride.domain.recording import SAMPLES_SCHEMA, Device, Lap, Recording, Run
from evenstride.stats.simulation.body import move
from evenstride.stats.simulation.noise import coloured_noise, smoothed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.stats.simulation.body import Movement
    from evenstride.stats.simulation.plan import RunPlan
    from evenstride.stats.simulation.truth import RunnerTruth, SensorTruth

REFERENCE_ELAPSED_S = 900.0
BEND_LIMIT_M_S2 = 2.0  # on a hairpin the body turns by shuffling, not by leaning
SENSED_RANGE_PCT = (5.0, 95.0)
WATCH = Device("garmin", "fr255", "3000003", "12.23")

IntArray = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class RunTruth:
    """What is true of one simulated run.

    Attributes
    ----------
    level_pct
        Level of balance that day, random walk included, as an ideal sensor reads it at reference
        conditions [%].
    day_offset_pp, drift_pp_per_h, effect_pp, sensor_offset_pp
        This run's departures from it [pp, pp per hour].
    balance_at_reference_pct
        Level, sensor, day and effect together: what this run shows at reference conditions [%].
    wild
        Whether `day_offset_pp` holds a wild run's surplus.
    gct_ms, cadence_spm
        At reference speed that day.
    contributions_pp
        `speed`, `elapsed` (with the run's drift), `grade`, `bend` and `noise` at each sample,
        shape (n,), before gaps and rounding.
    """

    day: float
    level_pct: float
    day_offset_pp: float
    drift_pp_per_h: float
    effect_pp: float
    sensor_offset_pp: float
    balance_at_reference_pct: float
    wild: bool
    gct_ms: float
    cadence_spm: float
    contributions_pp: Mapping[str, FloatArray]


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """A recording as a watch would have made it, the plan behind it, and the truth."""

    recording: Recording
    plan: RunPlan
    truth: RunTruth


def simulate_run(
    truth: RunnerTruth,
    plan: RunPlan,
    rng: np.random.Generator,
    *,
    walk_pp: float = 0.0,
    shared_day_pp: float = 0.0,
) -> SimulatedRun:
    """Simulate one run at 1 s.

    Parameters
    ----------
    truth, plan
        The runner and the run.
    rng
        The source of chance; as many numbers are drawn whatever the runner's balance, so that a
        mirrored runner gives the mirrored run.
    walk_pp, shared_day_pp
        The level's random walk so far, and the offset shared with the neighbouring days
        (`simulate_year` draws both).

    Returns
    -------
        Recording, plan and truth. Samples follow `SAMPLES_SCHEMA`; missing is null.

    Raises
    ------
    InputError
        When the plan has not one second of recorded time.
    """
    if not any(s.duration_s > 0 and not s.paused for s in plan.stretches):
        raise InputError("a simulated run needs at least one second that is not a pause.")
    body = move(truth, plan, rng)
    balance, state = _balance(truth, plan, body, rng, walk_pp=walk_pp, shared_day_pp=shared_day_pp)
    sensed, silent = _as_sensed(truth, balance, body, rng)
    if plan.sensor_reversed:
        sensed = 100.0 - sensed
    worn = truth.sensor_on(plan.day)
    kept = ~body.paused
    columns = _columns(plan, body, np.where(worn is None, np.nan, sensed), silent)
    columns = {name: values[kept] for name, values in columns.items()}
    columns["t_s"] -= columns["t_s"][0]
    # A lap that was all pause does not exist.
    columns["lap"] = np.unique(columns["lap"], return_inverse=True)[1]
    run_truth = replace(
        state, contributions_pp={k: v[kept] for k, v in state.contributions_pp.items()}
    )
    return SimulatedRun(_recording(plan, worn, columns, _pauses(body.paused)), plan, run_truth)


def _balance(
    truth: RunnerTruth,
    plan: RunPlan,
    body: Movement,
    rng: np.random.Generator,
    *,
    walk_pp: float,
    shared_day_pp: float,
) -> tuple[FloatArray, RunTruth]:
    """Add up what balance is made of each second [%], shape (n,)."""
    n = body.speed_m_s.size
    side = truth.random_side
    wild = rng.random() < truth.wild_share
    surplus_pp = rng.normal(0.0, truth.wild_sd_pp)
    df = truth.day_to_day_df
    own_sd_pp = truth.day_to_day_sd_pp * math.sqrt(1.0 - truth.day_to_day_shared)
    own_pp = own_sd_pp * rng.standard_t(df) / math.sqrt(df / (df - 2.0))
    day_offset_pp = shared_day_pp + side * (own_pp + (surplus_pp if wild else 0.0))
    drift = side * rng.normal(0.0, truth.run_drift_sd_pp_per_h)
    noise = math.sqrt(1.0 - truth.noise_slow_share) * coloured_noise(
        n, truth.noise_fast_tau_s, rng
    ) + math.sqrt(truth.noise_slow_share) * coloured_noise(n, truth.noise_slow_tau_s, rng)

    bend_m_s2 = np.clip(body.lateral_acceleration_m_s2, -BEND_LIMIT_M_S2, BEND_LIMIT_M_S2)
    faster_m_s = body.felt_speed_m_s - truth.reference_speed_m_s
    later_h = (body.elapsed_s - REFERENCE_ELAPSED_S) / 3600.0
    lag_s = truth.sensor_lag_s
    contributions_pp = {
        "speed": truth.speed_pp_per_m_s * smoothed(faster_m_s, lag_s),
        "elapsed": (truth.elapsed_pp_per_h + drift) * later_h,
        "grade": truth.grade_pp_per_pct * smoothed(body.grade_pct, lag_s),
        "bend": truth.bend_pp_per_m_s2 * smoothed(bend_m_s2, lag_s),
        "noise": side * truth.noise_sd_pp * noise,
    }
    worn = truth.sensor_on(plan.day)
    sensor_offset_pp = worn.offset_pp if worn else 0.0
    level_pct = truth.balance_level_pct(plan.day) + walk_pp
    at_reference_pct = level_pct + sensor_offset_pp + day_offset_pp + plan.effect_pp
    balance = sum(contributions_pp.values(), np.full(n, at_reference_pct))
    return balance, RunTruth(
        day=plan.day,
        level_pct=level_pct,
        day_offset_pp=day_offset_pp,
        drift_pp_per_h=drift,
        effect_pp=plan.effect_pp,
        sensor_offset_pp=sensor_offset_pp,
        balance_at_reference_pct=at_reference_pct,
        wild=wild,
        gct_ms=body.gct_level_ms,
        cadence_spm=body.cadence_level_spm,
        contributions_pp=contributions_pp,
    )


def _as_sensed(
    truth: RunnerTruth, balance: FloatArray, body: Movement, rng: np.random.Generator
) -> tuple[FloatArray, BoolArray]:
    """Return balance as it is written down, and the seconds in which nothing is read."""
    n = balance.size
    second = np.arange(n)
    starts = body.running & ~np.concatenate(([False], body.running[:-1]))
    since_start_s = second - np.maximum.accumulate(np.where(starts, second, 0))
    start = np.cumsum(starts)
    wildness_pp = rng.normal(0.0, 2.5, n + 1)[start] * np.exp(-since_start_s / 8.0)
    wildness_pp = np.where(body.running, wildness_pp, 0.0)
    wildness_pp += np.where(body.walking, 1.5 * coloured_noise(n, 10.0, rng), 0.0)
    blind_s = rng.integers(3, 9, n + 1)[start]

    walks = body.walking & ~np.concatenate(([False], body.walking[:-1]))
    blank_walk = (rng.random(n + 1) < truth.walking_blank_share)[np.cumsum(walks)]
    gap = rng.random(n) < truth.zero_share / truth.zero_burst_s
    length_s = rng.geometric(1.0 / truth.zero_burst_s, n)
    silent = second < np.maximum.accumulate(np.where(gap, second + length_s, 0))
    silent |= ~(body.running | body.walking)
    silent |= body.walking & blank_walk
    silent |= body.running & (since_start_s < blind_s)

    sensed = (balance + truth.random_side * wildness_pp) / truth.resolution_pp
    return np.clip(np.rint(sensed) * truth.resolution_pp, *SENSED_RANGE_PCT), silent


def _columns(
    plan: RunPlan, body: Movement, balance: FloatArray, silent: BoolArray
) -> dict[str, FloatArray | IntArray]:
    """Return what the watch has for each second, pauses still among them; NaN is missing."""
    n = body.speed_m_s.size
    nothing = np.full(n, np.nan)
    heard = ~silent
    cadence = np.rint(body.cadence_spm)
    step_mm = np.divide(
        body.speed_m_s * 60_000.0, cadence, out=nothing.copy(), where=heard & (cadence > 0)
    )
    ratio_pct = np.divide(
        body.vertical_oscillation_mm * 100.0, step_mm, out=nothing.copy(), where=step_mm > 300.0
    )
    return {
        "t_s": np.arange(float(n)),
        "lat_deg": body.lat_deg,
        "lon_deg": body.lon_deg,
        "altitude_m": body.altitude_m,
        "distance_m": body.distance_m,
        "speed_m_s": body.speed_m_s,
        "cadence_spm": cadence,
        "gct_ms": np.where(silent, np.nan, body.gct_ms),
        "balance_left_pct": np.where(silent, np.nan, balance),
        "vertical_oscillation_mm": np.where(silent, np.nan, body.vertical_oscillation_mm),
        "vertical_ratio_pct": ratio_pct,
        "step_length_mm": step_mm,
        "power_w": nothing,
        "heart_rate_bpm": body.heart_rate_bpm,
        # A watch comes warm from the wrist and stays above the air.
        "temperature_c": np.rint(plan.temperature_c + 4.0 + 6.0 * np.exp(-np.arange(n) / 400.0)),
        "lap": _laps_of(plan, body.distance_m),
    }


def _laps_of(plan: RunPlan, distance_m: FloatArray) -> IntArray:
    if plan.auto_lap_m is not None:
        return (distance_m // plan.auto_lap_m).astype(np.int64)
    pressed = np.cumsum([s.new_lap and k > 0 for k, s in enumerate(plan.stretches)])
    return np.repeat(pressed, [s.duration_s for s in plan.stretches])


def _pauses(paused: BoolArray) -> tuple[tuple[float, float], ...]:
    edges = np.diff(np.concatenate(([False], paused, [False])).astype(np.int8))
    first = int(np.argmin(paused))  # the run begins with its first recorded second
    starts, ends = np.flatnonzero(edges == 1) - first, np.flatnonzero(edges == -1) - first
    last = int(np.flatnonzero(~paused)[-1]) - first
    return tuple(
        (float(a), float(b)) for a, b in zip(starts, ends, strict=True) if a > 0 and b <= last
    )


def _recording(
    plan: RunPlan,
    worn: SensorTruth | None,
    columns: Mapping[str, FloatArray | IntArray],
    pauses: tuple[tuple[float, float], ...],
) -> Recording:
    """Put the samples beside what the watch sums up: laps, session balance, pauses."""
    # Series by series: from a dict, polars starts a pool of threads, slower than all the rest.
    samples = pl.DataFrame(
        [pl.Series(k, columns[k], t, nan_to_null=True) for k, t in SAMPLES_SCHEMA.items()]
    )
    t_s, balance = columns["t_s"], columns["balance_left_pct"]
    lap, distance_m = columns["lap"], columns["distance_m"]
    firsts = np.flatnonzero(np.diff(lap, prepend=-1))
    bounds_s = np.append(t_s[firsts], t_s[-1] + 1.0)
    bounds_m = np.append(distance_m[firsts], distance_m[-1] + columns["speed_m_s"][-1])
    counts = np.diff(np.append(firsts, lap.size))
    means = {
        name: _means_by_lap(columns[name], lap, firsts.size)
        for name in ("balance_left_pct", "gct_ms", "cadence_spm")
    }
    trigger = "manual" if plan.auto_lap_m is None else "distance"
    laps = tuple(
        Lap(
            number=k,
            start_s=float(bounds_s[k]),
            end_s=float(bounds_s[k + 1]),
            timer_s=float(counts[k]),
            distance_m=float(bounds_m[k + 1] - bounds_m[k]),
            balance_left_pct=means["balance_left_pct"][k],
            gct_ms=means["gct_ms"][k],
            cadence_spm=means["cadence_spm"][k],
            trigger="session_end" if k == firsts.size - 1 else trigger,
        )
        for k in range(firsts.size)
    )
    read = balance[~np.isnan(balance)]
    on_track = plan.kind == "track"
    run = Run(
        run_id="",
        started_at_utc=plan.started_at_utc,
        utc_offset_s=plan.utc_offset_s,
        sport="treadmill_running"
        if plan.course is None
        else "track_running"
        if on_track
        else "running",
        duration_s=float(lap.size),
        distance_m=float(bounds_m[-1]),
        device=WATCH,
        sensor=worn.sensor if worn else None,
        session_balance_left_pct=float(read.mean()) if read.size else None,
    )
    return Recording(run=run, samples=samples, laps=laps, pauses=pauses)


def _means_by_lap(
    values: FloatArray | IntArray, lap: FloatArray | IntArray, laps: int
) -> list[float | None]:
    read = ~np.isnan(values)
    index = lap[read].astype(np.int64)
    count = np.bincount(index, minlength=laps)
    total = np.bincount(index, weights=values[read], minlength=laps)
    return [float(t / c) if c else None for t, c in zip(total, count, strict=True)]
