"""Ways to run along, and a receiver's errors on them, as complex metres (east + 1j · north)."""

from __future__ import annotations

import numpy as np

from gait_frames import METRES_PER_DEG

LANE_M = 1.22
INNER_M = 36.8
STRAIGHT_M = 84.39


def outline(corners: np.ndarray, length_m: float, speed_m_s: float) -> np.ndarray:
    """Follow a closed line of points, anticlockwise if they are, one place a second."""
    line = np.append(corners, corners[0])
    along = np.concatenate(([0.0], np.cumsum(np.abs(np.diff(line)))))
    return np.interp(np.arange(0.0, length_m, speed_m_s) % along[-1], along, line)


def around(corners: np.ndarray, laps: float, speed_m_s: float = 3.5) -> np.ndarray:
    """Go round a closed line so many times."""
    length_m = float(np.abs(np.diff(np.append(corners, corners[0]))).sum())
    return outline(corners, laps * length_m, speed_m_s)


def track(lane: int = 1, *, radius_m: float | None = None, straight_m: float = STRAIGHT_M):
    """A running track, anticlockwise from the end of a straight."""
    radius_m = INNER_M + LANE_M * (lane - 1) if radius_m is None else radius_m
    bend = radius_m * np.exp(1j * np.linspace(-np.pi / 2, np.pi / 2, 200))
    return np.concatenate((straight_m / 2 + bend, -straight_m / 2 - bend))


def lap_m(lane: int) -> float:
    return 2 * np.pi * (INNER_M + LANE_M * (lane - 1)) + 2 * STRAIGHT_M


def block_of_houses(length_m: float, width_m: float, corner_m: float) -> np.ndarray:
    """A rectangle with rounded corners, anticlockwise."""
    inner = (length_m / 2 - corner_m) + 1j * (width_m / 2 - corner_m)
    arc = corner_m * np.exp(1j * np.linspace(0.0, np.pi / 2, 20))
    middles = (inner, -inner.conjugate(), -inner, inner.conjugate())
    return np.concatenate([m + arc * 1j**k for k, m in enumerate(middles)])


def ellipse(a_m: float, b_m: float) -> np.ndarray:
    turn = np.linspace(0.0, 2 * np.pi, 400, endpoint=False)
    return a_m * np.cos(turn) + 1j * b_m * np.sin(turn)


def straight(seconds: int, speed_m_s: float = 3.0, direction_rad: float = 0.0) -> np.ndarray:
    return np.arange(seconds) * speed_m_s * np.exp(1j * direction_rad)


def join(*ways: np.ndarray) -> np.ndarray:
    """Go one way after the other, each from where the last one ended."""
    joined = ways[0]
    for way in ways[1:]:
        joined = np.append(joined, joined[-1] + way[1:] - way[0])
    return joined


def to_and_from(way: np.ndarray, seconds: int = 300) -> np.ndarray:
    """Come from elsewhere and go elsewhere."""
    return join(straight(seconds, 3.0, 0.4), way, straight(seconds, 3.0, 1.0))


def received(way: np.ndarray, rng: np.random.Generator, *, sd_m: float = 1.8) -> np.ndarray:
    """Add errors that change within a minute and a half, as those of GPS do."""
    keep = np.exp(-1.0 / 90.0)
    error = np.empty(way.size, dtype=complex)
    error[0] = complex(*rng.normal(size=2))
    fresh = np.sqrt(1.0 - keep**2) * (rng.normal(size=way.size) + 1j * rng.normal(size=way.size))
    for i in range(1, way.size):
        error[i] = keep * error[i - 1] + fresh[i]
    return way + sd_m * error


def degrees(way: np.ndarray, *, lat0_deg: float = 45.0, lon0_deg: float = -30.0):
    """Latitude and longitude [°] of places."""
    lon_deg = way.real / (METRES_PER_DEG * np.cos(np.radians(lat0_deg)))
    return lat0_deg + way.imag / METRES_PER_DEG, lon0_deg + lon_deg


def path(way: np.ndarray, t_s: np.ndarray | None = None):
    """The smoothed path of places at times (every second)."""
    from evenstride.gait import ground

    t_s = np.arange(float(way.size)) if t_s is None else t_s
    found = ground.path(t_s, *degrees(way))
    assert found is not None
    return found
