"""What ground a simulated run is on: curvature and height along the way, and the watch's positions.

A course is a function of the distance run. Heading is the integral of curvature (+ = turning left),
position the integral of heading, so bends on the map and bends in the truth are the same bends.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

STEP_M = 2.0
METRES_PER_DEG = 111_194.9  # of latitude, on a sphere of 6,371 km
HOME_LAT_DEG, HOME_LON_DEG = 45.0, -30.0  # in mid-Atlantic, where nobody lives
HOME_UTC_OFFSET_S = -7200
TRACK_RADIUS_M, TRACK_STRAIGHT_M = 36.5, 84.39
U_TURN_M = 8.0


@dataclass(frozen=True, slots=True)
class Course:
    """Ground along a run, on a grid of `STEP_M` metres of distance, shapes (n,).

    Attributes
    ----------
    curvature_per_m
        One over the radius of the bend, + = turning left.
    altitude_m
        Height.
    heading_rad
        Direction at the start, counter-clockwise from east.
    """

    curvature_per_m: FloatArray
    altitude_m: FloatArray
    heading_rad: float = 0.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What a course is like where the runner is, shapes (n,)."""

    x_m: FloatArray  # east of the start
    y_m: FloatArray  # north of the start
    altitude_m: FloatArray
    grade_pct: FloatArray
    curvature_per_m: FloatArray


def ground_at(course: Course, distance_m: FloatArray) -> Ground:
    """Return position, height, grade and curvature after `distance_m`, shape (n,).

    Beyond its end a course goes straight on.
    """
    grid_m = np.arange(course.curvature_per_m.size) * STEP_M
    heading = course.heading_rad + np.cumsum(course.curvature_per_m) * STEP_M
    x_m = np.concatenate(([0.0], np.cumsum(np.cos(heading))[:-1] * STEP_M))
    y_m = np.concatenate(([0.0], np.cumsum(np.sin(heading))[:-1] * STEP_M))
    over_m = np.maximum(distance_m - grid_m[-1], 0.0)
    grade_pct = np.gradient(course.altitude_m, STEP_M) * 100.0
    return Ground(
        x_m=np.interp(distance_m, grid_m, x_m) + over_m * math.cos(heading[-1]),
        y_m=np.interp(distance_m, grid_m, y_m) + over_m * math.sin(heading[-1]),
        altitude_m=np.interp(distance_m, grid_m, course.altitude_m),
        grade_pct=np.interp(distance_m, grid_m, grade_pct),
        curvature_per_m=np.interp(distance_m, grid_m, course.curvature_per_m, right=0.0),
    )


def degrees_from_metres(x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return latitude and longitude [°] of points east and north of the simulated home."""
    lat_deg = HOME_LAT_DEG + y_m / METRES_PER_DEG
    lon_deg = HOME_LON_DEG + x_m / (METRES_PER_DEG * math.cos(math.radians(HOME_LAT_DEG)))
    return lat_deg, lon_deg


def track(length_m: float, *, clockwise: bool = False) -> Course:
    """Return laps of a running track's inside lane: flat, two bends of 36.5 m radius a lap."""
    grid_m = np.arange(0.0, length_m, STEP_M)
    half_lap_m = TRACK_STRAIGHT_M + math.pi * TRACK_RADIUS_M
    # From the heading at both ends of each step: laps that overlie one another, however many.
    halves, into_m = np.divmod(np.append(grid_m, grid_m.size * STEP_M), half_lap_m)
    turned = math.pi * halves + np.maximum(into_m - TRACK_STRAIGHT_M, 0.0) / TRACK_RADIUS_M
    curvature = np.diff(turned) / STEP_M
    return Course(-curvature if clockwise else curvature, np.full(grid_m.size, 20.0))


def streets(length_m: float, rng: np.random.Generator, *, hilliness_m: float = 6.0) -> Course:
    """Return a way out through streets and the same way back.

    Left and right corners of 12 m radius, gentle curves between them, one U-turn; heights roll
    with an SD of `hilliness_m`.
    """
    half = round(length_m / 2.0 / STEP_M)
    curvature = rng.normal(0.0, 1.0) * 1e-4 + _rolling(half, 400.0, rng) * 1e-3
    corner = round(math.pi / 2.0 * 12.0 / STEP_M)
    at = round(rng.uniform(60.0, 200.0) / STEP_M)
    side = 1.0
    while at + corner < half:
        # Alternating corners lead away from home instead of round the block.
        curvature[at : at + corner] += side / 12.0
        side = -side
        at += corner + round(rng.uniform(120.0, 500.0) / STEP_M)
    altitude_m = 20.0 + hilliness_m * _rolling(half, 900.0, rng)
    return _there_and_back(curvature, altitude_m, rng.uniform(-math.pi, math.pi))


def hill(length_m: float, rng: np.random.Generator, *, climb_m: float, rise_m: float) -> Course:
    """Return a hill run up and down again and again: `climb_m` of way for `rise_m` of height."""
    climb = round(climb_m / STEP_M)
    repeats = math.ceil(length_m / (2.0 * climb_m))
    up = 20.0 + rise_m * (1.0 - np.cos(np.linspace(0.0, math.pi, climb))) / 2.0
    once = _there_and_back(_rolling(climb, 150.0, rng) * 3e-3, up, 0.0)
    turn = round(U_TURN_M / STEP_M)
    at_foot = np.full(turn, math.pi / U_TURN_M)
    return Course(
        np.tile(np.concatenate((once.curvature_per_m, at_foot)), repeats),
        np.tile(np.concatenate((once.altitude_m, np.full(turn, 20.0))), repeats),
        rng.uniform(-math.pi, math.pi),
    )


def park_loop(length_m: float, rng: np.random.Generator, *, clockwise: bool) -> Course:
    """Return one winding round through a park that ends near where it began."""
    grid_m = np.arange(0.0, length_m, STEP_M)
    phase = grid_m / length_m * 2.0 * math.pi
    curvature = np.full(grid_m.size, 2.0 * math.pi / length_m)
    for harmonic in range(2, 40):
        # Harmonics of the heading leave the whole turn at 2 pi, and the end close to the start.
        swing = rng.normal(0.0, 0.9 / harmonic)
        curvature += (
            swing * harmonic * 2.0 * math.pi / length_m
            * np.cos(harmonic * phase + rng.uniform(0.0, 2.0 * math.pi))
        )  # fmt: skip
    altitude_m = 20.0 + 4.0 * np.sin(phase + rng.uniform(0.0, 2.0 * math.pi))
    return Course(-curvature if clockwise else curvature, altitude_m, rng.uniform(-3.0, 3.0))


def _rolling(n: int, wavelength_m: float, rng: np.random.Generator) -> FloatArray:
    """Return a smooth random profile of SD 1 along the way, 0 at its start, shape (n,)."""
    grid_m = np.arange(n) * STEP_M
    profile = np.zeros(n)
    for scale in (0.6, 1.0, 1.7, 2.9):
        phase = rng.uniform(0.0, 2.0 * math.pi)
        wave = 2.0 * math.pi * grid_m / (wavelength_m * scale)
        profile += (np.sin(wave + phase) - math.sin(phase)) / math.sqrt(2.0)
    return profile


def _there_and_back(curvature: FloatArray, altitude_m: FloatArray, heading_rad: float) -> Course:
    """Append a U-turn to the left and the way back; a left bend out is a right bend home."""
    turn = round(U_TURN_M / STEP_M)
    return Course(
        np.concatenate((curvature, np.full(turn, math.pi / U_TURN_M), -curvature[::-1])),
        np.concatenate((altitude_m, np.full(turn, altitude_m[-1]), altitude_m[::-1])),
        heading_rad,
    )
