"""How a simulated runner moves through a plan: speed, steps, contact, heart, place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.stats.simulation.course import degrees_from_metres, ground_at
from evenstride.stats.simulation.noise import coloured_noise, smoothed
from evenstride.stats.simulation.plan import WALKING_M_S

if TYPE_CHECKING:
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.stats.simulation.course import Course
    from evenstride.stats.simulation.plan import RunPlan
    from evenstride.stats.simulation.truth import RunnerTruth


@dataclass(frozen=True, slots=True)
class Movement:
    """Every second of a run, pauses among them, shapes (n,).

    `felt_speed_m_s` is the speed that the gait follows (reference speed while not running);
    `lateral_acceleration_m_s2` counts + when turning left; position and height are as the watch
    has them and NaN on a treadmill, grade and bend as they are.
    """

    paused: BoolArray
    running: BoolArray
    walking: BoolArray
    elapsed_s: FloatArray  # pauses not counted
    speed_m_s: FloatArray
    felt_speed_m_s: FloatArray
    distance_m: FloatArray
    lat_deg: FloatArray
    lon_deg: FloatArray
    altitude_m: FloatArray
    grade_pct: FloatArray
    lateral_acceleration_m_s2: FloatArray
    cadence_spm: FloatArray
    gct_ms: FloatArray
    vertical_oscillation_mm: FloatArray
    heart_rate_bpm: FloatArray
    gct_level_ms: float  # that day, at reference speed
    cadence_level_spm: float


@dataclass(frozen=True, slots=True)
class _Path:
    speed_m_s: FloatArray
    distance_m: FloatArray
    lat_deg: FloatArray
    lon_deg: FloatArray
    altitude_m: FloatArray
    grade_pct: FloatArray
    curvature_per_m: FloatArray


def move(truth: RunnerTruth, plan: RunPlan, rng: np.random.Generator) -> Movement:
    """Run the plan, second by second."""
    seconds = [s.duration_s for s in plan.stretches]
    intended_m_s = np.repeat([float(s.speed_m_s) for s in plan.stretches], seconds)
    paused = np.repeat([s.paused for s in plan.stretches], seconds)
    n = intended_m_s.size
    standing = paused | (intended_m_s <= 0.0)
    walking = ~standing & (intended_m_s < WALKING_M_S)
    running = ~standing & ~walking
    path = _path(plan.course, intended_m_s, standing, rng)

    gct_level = truth.gct_level_ms(plan.day) + rng.normal(0.0, truth.gct_day_sd_ms)
    cadence_level = truth.cadence_level_spm(plan.day) + rng.normal(0.0, truth.cadence_day_sd_spm)
    felt = np.where(running, path.speed_m_s, truth.reference_speed_m_s)
    felt = smoothed(np.maximum(felt, WALKING_M_S), 4.0)
    cadence_off = truth.cadence_spm_per_m_s * (felt - truth.reference_speed_m_s)
    cadence_off += 1.4 * coloured_noise(n, 15.0, rng)
    shortened = (felt / truth.reference_speed_m_s) ** truth.gct_speed_exponent
    gct_off = gct_level * (shortened - 1.0) + 4.0 * coloured_noise(n, 20.0, rng)
    cadence = cadence_level + cadence_off
    oscillation = truth.vertical_oscillation_mm * (cadence_level / cadence) ** 1.5
    oscillation += 1.8 * coloured_noise(n, 25.0, rng)
    cadence = np.where(walking, 112.0 + cadence_off, cadence)
    return Movement(
        paused=paused,
        running=running,
        walking=walking,
        elapsed_s=np.cumsum(~paused) - 1.0,
        speed_m_s=path.speed_m_s,
        felt_speed_m_s=felt,
        distance_m=path.distance_m,
        lat_deg=path.lat_deg,
        lon_deg=path.lon_deg,
        altitude_m=path.altitude_m,
        grade_pct=path.grade_pct,
        lateral_acceleration_m_s2=path.speed_m_s**2 * path.curvature_per_m,
        cadence_spm=np.where(standing, 0.0, cadence),
        gct_ms=np.where(walking, 560.0 + 6.0 * gct_off, gct_level + gct_off),
        vertical_oscillation_mm=np.where(walking, 0.55 * oscillation, oscillation),
        heart_rate_bpm=_heart_rate(truth, path.speed_m_s, path.grade_pct, rng),
        gct_level_ms=gct_level,
        cadence_level_spm=cadence_level,
    )


def _path(
    course: Course | None,
    intended_m_s: FloatArray,
    standing: BoolArray,
    rng: np.random.Generator,
) -> _Path:
    """Pace wanders by 2 % and gives way uphill; positions err by some 2 m, slowly, as GPS does."""
    n = intended_m_s.size
    speed = intended_m_s * (1.0 + 0.02 * coloured_noise(n, 40.0, rng))
    east_m, north_m = 1.8 * coloured_noise(n, 90.0, rng), 1.8 * coloured_noise(n, 90.0, rng)
    barometer_m = 0.5 * coloured_noise(n, 300.0, rng)
    if course is None:
        speed = np.where(standing, 0.0, smoothed(speed, 3.0))
        nothing, flat = np.full(n, np.nan), np.zeros(n)
        return _Path(speed, np.cumsum(speed) - speed, nothing, nothing, nothing, flat, flat)
    grade_pct = ground_at(course, np.cumsum(speed) - speed).grade_pct
    speed = smoothed(speed * np.clip(1.0 - 0.025 * grade_pct, 0.6, 1.2), 3.0)
    speed = np.where(standing, 0.0, speed)
    distance_m = np.cumsum(speed) - speed
    ground = ground_at(course, distance_m)
    lat_deg, lon_deg = degrees_from_metres(ground.x_m + east_m, ground.y_m + north_m)
    return _Path(
        speed_m_s=speed,
        distance_m=distance_m,
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        altitude_m=np.rint((ground.altitude_m + barometer_m) * 5.0) / 5.0,
        grade_pct=ground.grade_pct,
        curvature_per_m=ground.curvature_per_m,
    )


def _heart_rate(
    truth: RunnerTruth, speed_m_s: FloatArray, grade_pct: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Return beats a minute: an effort that the heart follows within a minute, and its drift."""
    effort = truth.heart_rate_bpm + 26.0 * (speed_m_s - truth.reference_speed_m_s)
    effort += 2.0 * np.clip(grade_pct, -5.0, 8.0) * (speed_m_s > WALKING_M_S)
    effort[0] = 88.0
    bpm = smoothed(np.clip(effort, 85.0, 186.0), 45.0) + np.arange(effort.size) * (6.0 / 3600.0)
    return np.clip(np.rint(bpm + 1.5 * coloured_noise(effort.size, 30.0, rng)), 60.0, 200.0)
