"""Decides which measures a recording supports, and puts them together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.measures import BLOCK_DTYPE, Measures
from evenstride.gait import blocks as block_rows
from evenstride.gait import ground, means, noise, steps, usable
from evenstride.gait.dissect import Dissection, dissect
from evenstride.gait.faults import faults
from evenstride.gait.terrain import terrain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from evenstride.domain.estimate import Estimate
    from evenstride.domain.measures import Blocks
    from evenstride.domain.recording import Lap
    from evenstride.gait.ground import IntArray

_AVERAGED: Final = len(block_rows.AVERAGED)

LEVEL_GRADE_PCT: Final = 2.0
"""Stiffness from contact and flight holds on level ground: steeper blocks are left out."""


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
    run = dissect(samples, pauses)
    found = means.run_means(run.channels)
    estimates = dict(found.estimates)
    balance = found.noise("balance_left_pct") if "balance_left_pct" in found.estimates else None
    way = way_of(run)
    blocks = _blocks(run, way)
    if balance is not None:
        split = means.thirds(run.channels, 0, balance, drift_unit="pp")
        if split is not None:
            names = ("balance_first_third_pct", "balance_last_third_pct", "balance_drift_pp")
            estimates.update(zip(names, split, strict=True))
        put_errors(blocks, balance)
    found_here = _measures(run, slice(None), estimates, blocks)
    return replace(found_here, ground=terrain(run, way), faults=faults(run, way))


def measure_laps(
    samples: pl.DataFrame, laps: Sequence[Lap], pauses: Iterable[tuple[float, float]] = ()
) -> tuple[Measures, ...]:
    """Measure each lap of a recording, in the order of `laps`.

    The mask and the noise are those of the whole run: a lap that follows another without a stop
    does not settle anew, and a lap of a minute could not tell its own autocorrelation. Drift and
    thirds are not given. Other parameters as for `measure`.
    """
    run = dissect(samples, pauses)
    return laps_of(run, means.run_means(run.channels), laps)


def laps_of(run: Dissection, found: means.Means, laps: Sequence[Lap]) -> tuple[Measures, ...]:
    """Measure each lap as `measure_laps` does, of a run whose means are known already."""
    if not laps:
        return ()
    blocks = _blocks(run, way_of(run))
    middle_s = blocks["t_s"] + 0.5 * blocks["duration_s"]
    measured = []
    for lap in laps:
        # Records, usable records and blocks are in the order of time: a lap is a slice of each.
        bounds = [lap.start_s, lap.end_s]
        records = np.searchsorted(run.columns["t_s"], bounds)
        part = run.channels.part(slice(*np.searchsorted(run.index, records).tolist()))
        own_blocks = blocks[slice(*np.searchsorted(middle_s, bounds).tolist())]
        estimates = means.part_means(part, found)
        measured.append(_measures(run, slice(*records.tolist()), estimates, own_blocks))
    return tuple(measured)


@dataclass(frozen=True, slots=True)
class Third:
    """One third of the usable running: `[start_s, end_s)` by the clock, and its means by name."""

    start_s: float
    end_s: float
    estimates: dict[str, Estimate]


def thirds_of(run: Dissection, found: means.Means) -> tuple[Third, ...]:
    """Measure the first, middle and last third of the usable running.

    Parameters
    ----------
    run
        The recording.
    found
        Its means, from `means.run_means`; the noise of the whole run judges its thirds.

    Returns
    -------
        Three, or none where the run is too short for thirds.
    """
    channels = run.channels
    t_s, weight_s = run.columns["t_s"][run.index], channels.weight_s
    return tuple(
        Third(
            start_s=float(t_s[part.start]),
            end_s=float(t_s[part.stop - 1] + weight_s[part.stop - 1]),
            estimates=means.part_means(channels.part(part), found),
        )
        for part in means.third_parts(weight_s, channels.ends_s) or ()
    )


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


def blocks_between(
    run: Dissection, way: ground.Path | None, begin: IntArray, end: IntArray
) -> Blocks:
    """Average the usable records from `begin` to before `end`, indices among them, shape (m,).

    Returns
    -------
        Shape (m,), without `balance_se_pp`: see `put_errors`.
    """
    columns = run.columns
    distance_m = columns["distance_m"]
    if not np.isfinite(distance_m).any():
        speed = columns["speed_m_s"]
        distance_m = np.cumsum(np.where(np.isfinite(speed), speed, 0.0) * run.usable.weight_s)
    return block_rows.summarise(
        begin,
        end,
        usable=run.usable,
        index=run.index,
        values=run.channels.values[:_AVERAGED],
        track=block_rows.Track(columns["t_s"], columns["altitude_m"], distance_m, way),
    )


def put_errors(blocks: Blocks, balance: noise.Noise) -> None:
    """Fill in `balance_se_pp` by the noise of the run's balance: what neighbours do not share."""
    if blocks.size:
        fast = noise.variance_of_fast_mean(blocks["duration_s"])
        se = noise.standard_errors(balance, fast)
        blocks["balance_se_pp"] = np.where(np.isfinite(blocks["balance_left_pct"]), se, np.nan)


def way_of(run: Dissection) -> ground.Path | None:
    """Smooth the positions of a run; None where there are too few."""
    columns = run.columns
    return ground.path(columns["t_s"], columns["lat_deg"], columns["lon_deg"])


def _blocks(run: Dissection, way: ground.Path | None) -> Blocks:
    if run.index.size == 0:
        return np.zeros(0, dtype=BLOCK_DTYPE)
    begin, end = block_rows.cut(
        run.columns["t_s"][run.index], run.channels.weight_s, run.channels.ends_s
    )
    return blocks_between(run, way, begin, end)


def _measures(
    run: Dissection, inside: slice, estimates: dict[str, Estimate], blocks: Blocks
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
