"""Decides which measures a recording supports, and puts them together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.measures import BLOCK_DTYPE, Measures
from evenstride.gait import blocks as block_rows
from evenstride.gait import means, noise, steps, usable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from evenstride.domain.estimate import BoolArray, Estimate, FloatArray
    from evenstride.domain.measures import Blocks
    from evenstride.domain.recording import Lap
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

# Unit and usual SD within a run, which counts for no more than 150 s of running. The first rows
# are the ones that blocks average.
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
_NAMES: Final = tuple(_CHANNELS)
_UNITS: Final = tuple(unit for unit, _ in _CHANNELS.values())
_PRIOR_SD: Final = np.array([sd for _, sd in _CHANNELS.values()])
_AVERAGED: Final = len(block_rows.AVERAGED)

LEVEL_GRADE_PCT: Final = 2.0
"""Stiffness from contact and flight holds on level ground: steeper blocks are left out."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One recording taken apart: all columns, the mask, and the channels of its usable records."""

    columns: dict[str, FloatArray]
    usable: usable.Usable
    index: IntArray
    channels: means.Channels


def measure(samples: pl.DataFrame, pauses: Iterable[tuple[float, float]] = ()) -> Measures:
    """Measure one recording.

    Parameters
    ----------
    samples
        Columns of `SAMPLES_SCHEMA`, in the order of time; more columns are ignored.
    pauses
        Intervals `[start_s, end_s)` in which the timer stood.

    Returns
    -------
        Estimates of what the data supports, blocks, and the seconds left out by reason. Usable and
        dropped seconds add up to the recorded time. Balance is the left share in percent, drift in
        pp with + = toward the left. An estimate's error is that of the mean over this run; days
        differ by more.
    """
    run = _take_apart(samples, pauses)
    found = means.run_means(run.channels)
    estimates = dict(found.estimates)
    balance = found.noise("balance_left_pct") if "balance_left_pct" in found.estimates else None
    blocks = _blocks(run)
    if balance is not None:
        split = means.thirds(run.channels, 0, balance, drift_unit="pp")
        if split is not None:
            names = ("balance_first_third_pct", "balance_last_third_pct", "balance_drift_pp")
            estimates.update(zip(names, split, strict=True))
        if blocks.size:
            fast = noise.variance_of_fast_mean(blocks["duration_s"])
            se = noise.standard_errors(balance, fast)
            blocks["balance_se_pp"] = np.where(np.isfinite(blocks["balance_left_pct"]), se, np.nan)
    return _measures(run, slice(None), estimates, blocks)


def measure_laps(
    samples: pl.DataFrame, laps: Sequence[Lap], pauses: Iterable[tuple[float, float]] = ()
) -> tuple[Measures, ...]:
    """Measure each lap of a recording, in the order of `laps`.

    The mask and the noise are those of the whole run: a lap that follows another without a stop
    does not settle anew, and a lap of a minute could not tell its own autocorrelation. Drift and
    thirds are not given. Other parameters as for `measure`.
    """
    run = _take_apart(samples, pauses)
    found = means.run_means(run.channels)
    blocks = _blocks(run)
    t_s = run.columns["t_s"]
    measured = []
    for lap in laps:
        inside = (t_s >= lap.start_s) & (t_s < lap.end_s)
        part = run.channels.part(inside[run.index])
        estimates = means.part_means(part, found)
        middle = blocks["t_s"] + 0.5 * blocks["duration_s"]
        own_blocks = blocks[(middle >= lap.start_s) & (middle < lap.end_s)]
        measured.append(_measures(run, inside, estimates, own_blocks))
    return tuple(measured)


def stiffness(blocks: Blocks, *, mass_kg: float, height_m: float) -> dict[str, Estimate] | None:
    """Vertical and leg stiffness of a run [kN/m] from its level blocks, or None without any.

    Parameters
    ----------
    blocks
        Of one run. Those steeper than `LEVEL_GRADE_PCT` either way, or of unknown grade, are left
        out.
    mass_kg, height_m
        Of the runner, > 0.

    Returns
    -------
        `vertical_stiffness_kn_m` and `leg_stiffness_kn_m`. The error is that of the mean over the
        run; what the model itself and the trunk sensor's contact time are off by comes on top.

    References
    ----------
    .. [1] Morin et al. 2005, doi 10.1123/jab.21.2.167.
    """
    level = blocks[np.abs(blocks["grade_pct"]) <= LEVEL_GRADE_PCT]
    vertical, leg = steps.stiffness_kn_m(
        mass_kg=mass_kg,
        height_m=height_m,
        contact_s=level["gct_ms"] / 1e3,
        flight_s=level["flight_time_ms"] / 1e3,
        speed_m_s=level["speed_m_s"],
    )
    channels = means.Channels(
        names=("vertical_stiffness_kn_m", "leg_stiffness_kn_m"),
        units=("kN/m", "kN/m"),
        prior_sd=np.array([1.0, 0.5]),
        values=np.stack([vertical, leg]),
        weight_s=np.asarray(level["duration_s"]),
        ends_s=np.cumsum(level["duration_s"]),
        clock_s=float(np.ptp(level["t_s"])) if level.size else 0.0,
    )
    return dict(means.run_means(channels).estimates) or None


def _take_apart(samples: pl.DataFrame, pauses: Iterable[tuple[float, float]]) -> _Run:
    matrix = samples[list(_READ)].to_numpy(order="fortran").astype(np.float64, copy=False)
    columns = dict(zip(_READ, matrix.T, strict=True))
    mask = usable.classify(
        columns["t_s"],
        speed_m_s=columns["speed_m_s"],
        cadence_spm=columns["cadence_spm"],
        gct_ms=columns["gct_ms"],
        balance_left_pct=columns["balance_left_pct"],
        pauses=pauses,
    )
    index = np.flatnonzero(mask.reason == usable.USABLE)
    weight_s = mask.weight_s[index]
    t_s = columns["t_s"]
    clock_s = float(t_s[index[-1]] - t_s[index[0]] + weight_s[-1]) if index.size else 0.0
    channels = means.Channels(
        _NAMES, _UNITS, _PRIOR_SD, _values(columns, index), weight_s, np.cumsum(weight_s), clock_s
    )
    return _Run(columns, mask, index, channels)


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


def _blocks(run: _Run) -> Blocks:
    if run.index.size == 0:
        return np.zeros(0, dtype=BLOCK_DTYPE)
    columns = run.columns
    distance_m = columns["distance_m"]
    if not np.isfinite(distance_m).any():
        speed = columns["speed_m_s"]
        distance_m = np.cumsum(np.where(np.isfinite(speed), speed, 0.0) * run.usable.weight_s)
    begin, end = block_rows.cut(
        columns["t_s"][run.index], run.channels.weight_s, run.channels.ends_s
    )
    return block_rows.summarise(
        begin,
        end,
        usable=run.usable,
        index=run.index,
        values=run.channels.values[:_AVERAGED],
        track=block_rows.Track(
            columns["t_s"],
            columns["lat_deg"],
            columns["lon_deg"],
            columns["altitude_m"],
            distance_m,
        ),
    )


def _measures(
    run: _Run, inside: BoolArray | slice, estimates: dict[str, Estimate], blocks: Blocks
) -> Measures:
    """Add up the seconds of the records inside by reason."""
    by_reason = np.bincount(
        run.usable.reason[inside],
        weights=run.usable.weight_s[inside],
        minlength=len(usable.REASONS) + 1,
    )
    recorded_s = float(by_reason.sum())
    usable_s = float(by_reason[usable.USABLE])
    return Measures(
        estimates=estimates,
        blocks=blocks,
        usable_s=usable_s,
        usable_share=usable_s / recorded_s if recorded_s > 0.0 else 0.0,
        dropped={name: float(s) for name, s in zip(usable.REASONS, by_reason[1:], strict=True)},
    )
