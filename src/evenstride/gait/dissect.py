"""Decides what is read of a recording, and which channels its usable records have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.gait import means, steps, usable

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from evenstride.domain.estimate import FloatArray
    from evenstride.gait.ground import IntArray

_READ: Final = (
    "t_s",
    "lat_deg",
    "lon_deg",
    "altitude_m",
    "distance_m",
    "speed_m_s",
    "cadence_spm",
    "gct_ms",
    "balance_left_pct",
    "vertical_oscillation_mm",
    "vertical_ratio_pct",
    "step_length_mm",
)

_CHANNELS: Final = {
    "balance_left_pct": ("%", 0.5),
    "gct_ms": ("ms", 8.0),
    "flight_time_ms": ("ms", 8.0),
    "cadence_spm": ("spm", 3.0),
    "speed_m_s": ("m/s", 0.2),
    "left_gct_ms": ("ms", 8.0),
    "right_gct_ms": ("ms", 8.0),
    "duty_factor_pct": ("%", 1.0),
    "step_length_mm": ("mm", 60.0),
    "vertical_oscillation_mm": ("mm", 4.0),
    "vertical_ratio_pct": ("%", 0.4),
}
"""Unit and usual SD within a run, which counts for no more than 150 s of running. The first rows
are the ones that blocks average."""
_NAMES: Final = tuple(_CHANNELS)
_UNITS: Final = tuple(unit for unit, _ in _CHANNELS.values())
_PRIOR_SD: Final = np.array([sd for _, sd in _CHANNELS.values()])


@dataclass(frozen=True, slots=True)
class Dissection:
    """One recording taken apart.

    Attributes
    ----------
    columns
        Every column read, by name, shape (n,). NaN means missing.
    usable
        The mask over all n records.
    index
        Which records are usable, shape (u,).
    channels
        What was measured at these.
    pauses
        Intervals `[start_s, end_s)` in which the timer stood.
    """

    columns: dict[str, FloatArray]
    usable: usable.Usable
    index: IntArray
    channels: means.Channels
    pauses: tuple[tuple[float, float], ...]


def dissect(samples: pl.DataFrame, pauses: Iterable[tuple[float, float]] = ()) -> Dissection:
    """Take a recording apart, once for all that is asked of it.

    Parameters
    ----------
    samples
        Columns of `SAMPLES_SCHEMA`, in the order of time; more columns are ignored.
    pauses
        Intervals `[start_s, end_s)` in which the timer stood.
    """
    stood = tuple(pauses)
    matrix = samples[list(_READ)].to_numpy(order="fortran").astype(np.float64, copy=False)
    columns = dict(zip(_READ, matrix.T, strict=True))
    mask = usable.classify(
        columns["t_s"],
        speed_m_s=columns["speed_m_s"],
        cadence_spm=columns["cadence_spm"],
        gct_ms=columns["gct_ms"],
        balance_left_pct=columns["balance_left_pct"],
        pauses=stood,
    )
    index = np.flatnonzero(mask.reason == usable.USABLE)
    weight_s = mask.weight_s[index]
    t_s = columns["t_s"]
    clock_s = float(t_s[index[-1]] - t_s[index[0]] + weight_s[-1]) if index.size else 0.0
    channels = means.Channels(
        _NAMES, _UNITS, _PRIOR_SD, _values(columns, index), weight_s, np.cumsum(weight_s), clock_s
    )
    return Dissection(columns, mask, index, channels, stood)


def _values(columns: dict[str, FloatArray], index: IntArray) -> FloatArray:
    """Read the usable records, a row for each of `_CHANNELS`; a row of NaN where nothing is."""
    # One matrix, filled row by row: a run of hours is copied once.
    matrix = np.empty((len(_CHANNELS), index.size))
    x = dict(zip(_NAMES, matrix, strict=True))
    for name in _READ[5:]:
        np.take(columns[name], index, out=x[name], mode="clip")
    balance, gct, cadence = x["balance_left_pct"], x["gct_ms"], x["cadence_spm"]
    step_ms = steps.step_time_ms(cadence)
    x["left_gct_ms"][:] = steps.left_gct_ms(gct, balance)
    x["right_gct_ms"][:] = steps.right_gct_ms(gct, balance)
    x["flight_time_ms"][:] = steps.flight_time_ms(step_ms, gct)
    x["duty_factor_pct"][:] = steps.duty_factor_pct(step_ms, gct)
    # A device's own column is kept whole or replaced whole: two definitions are not mixed.
    length, ratio = x["step_length_mm"], x["vertical_ratio_pct"]
    if np.isnan(length).all():
        length[:] = steps.step_length_mm(x["speed_m_s"], step_ms)
    if np.isnan(ratio).all():
        ratio[:] = steps.vertical_ratio_pct(x["vertical_oscillation_mm"], length)
    return matrix
