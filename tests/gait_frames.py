"""A plain runner as a samples frame: steady, on the flat, along a given path."""

from __future__ import annotations

import numpy as np
import polars as pl

from evenstride.domain.recording import SAMPLES_SCHEMA

METRES_PER_DEG = np.radians(1.0) * 6_371_000.0


def frame(seconds: int = 1800, **columns: object) -> pl.DataFrame:
    """A frame of a run at 1 Hz; any column may be given as a scalar or array (NaN = missing)."""
    t_s = np.asarray(columns.pop("t_s", np.arange(seconds, dtype=float)))
    speed = columns.get("speed_m_s", 3.0)
    usual: dict[str, object] = {
        "t_s": t_s,
        "distance_m": np.cumsum(np.broadcast_to(np.nan_to_num(speed), t_s.shape)),
        "speed_m_s": 3.0,
        "altitude_m": 100.0,
        "cadence_spm": 170.0,
        "gct_ms": 250.0,
        "balance_left_pct": 49.0,
        "vertical_oscillation_mm": 90.0,
        "vertical_ratio_pct": 8.5,
        "step_length_mm": 1060.0,
    }
    usual |= columns
    data = {}
    for name, dtype in SAMPLES_SCHEMA.items():
        value = np.broadcast_to(np.asarray(usual.get(name, np.nan), dtype=float), t_s.shape)
        series = pl.Series(name, value.copy()).fill_nan(None)
        data[name] = series.cast(dtype)
    return pl.DataFrame(data, schema=SAMPLES_SCHEMA)


def circle(
    t_s: np.ndarray, *, radius_m: float, speed_m_s: float, lat0: float = 0.0, lon0: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude [°] of a runner on a circle, to the left (anticlockwise)."""
    angle = speed_m_s * t_s / radius_m
    north, east = radius_m * np.sin(angle), radius_m * np.cos(angle)
    lat = lat0 + north / METRES_PER_DEG
    lon = lon0 + east / (METRES_PER_DEG * np.cos(np.radians(lat0)))
    return lat, (lon + 180.0) % 360.0 - 180.0
