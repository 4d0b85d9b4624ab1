"""Decides what of a run is followed along time, and how much it is smoothed to be read.

The watch smooths its own numbers over about 8 s. A mean over `WINDOW_S` around each record takes
off the flicker of single steps, and still shows a hill, a lap of a track or a stop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.gait import steps
from evenstride.gait.stretches import KINDS, SHORTEST_S, Stretches, stretches
from evenstride.gait.usable import USABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.gait.dissect import Dissection
    from evenstride.gait.ground import IntArray

WINDOW_S: Final = 20.0

SMOOTHED: Final = ("balance_left_pct", "left_gct_ms", "right_gct_ms", "gct_ms")
"""Means over `WINDOW_S` of usable running; `speed_m_s` is one of all that was not standing."""

_STANDING: Final = KINDS.index("standing")


@dataclass(frozen=True, slots=True)
class Course:
    """A recording along time.

    Attributes
    ----------
    t_s
        Times of the records [s], shape (n,).
    columns
        Of `SMOOTHED`, `speed_m_s`, `altitude_m` and `heart_rate_bpm` those that were recorded, each
        shape (n,). NaN where there is nothing to show: balance and contact times outside of the
        usable stretches, speed while standing. Within a usable stretch the mean of usable readings
        stands also where a single one was left out.
    stretches
        The usable ones, and those left out.
    interrupted
        Records before which the timer stood or nothing was written for `SHORTEST_S` or more, shape
        (n,).
    """

    t_s: FloatArray
    columns: Mapping[str, FloatArray]
    stretches: Stretches
    interrupted: BoolArray


def course(run: Dissection, samples: pl.DataFrame) -> Course:
    """Follow a run along time.

    Parameters
    ----------
    run
        The recording taken apart.
    samples
        The same recording; its `heart_rate_bpm` is read.
    """
    t_s, weight_s = run.columns["t_s"], run.usable.weight_s
    told = stretches(t_s, run.usable, run.pauses)
    piece = told.of(t_s)
    # In records of no time at all there are no stretches.
    kind = told.kind[piece] if told.kind.size else run.usable.reason
    found: dict[str, FloatArray] = {}
    for name, values in _by_foot(run).items():
        masked = np.where(run.usable.mask, values, np.nan)
        smooth = running_mean(t_s, masked, weight_s=weight_s, piece=piece, window_s=WINDOW_S)
        found[name] = np.where(kind == USABLE, smooth, np.nan)
    interrupted = _interrupted(t_s, weight_s)
    standing = (kind == _STANDING) | (run.usable.reason == _STANDING)
    moving = np.where(standing, np.nan, run.columns["speed_m_s"])
    unbroken = np.cumsum(interrupted, dtype=np.intp)
    smooth = running_mean(t_s, moving, weight_s=weight_s, piece=unbroken, window_s=WINDOW_S)
    found["speed_m_s"] = np.where(standing, np.nan, smooth)
    found["altitude_m"] = run.columns["altitude_m"]
    found["heart_rate_bpm"] = samples["heart_rate_bpm"].to_numpy().astype(np.float64)
    altitude_m = found["altitude_m"][np.isfinite(found["altitude_m"])]
    if altitude_m.size and altitude_m.min() == altitude_m.max():
        del found["altitude_m"]  # a treadmill's, made up
    recorded = {name: values for name, values in found.items() if np.isfinite(values).any()}
    return Course(t_s, recorded, told, interrupted)


def running_mean(
    t_s: FloatArray,
    values: FloatArray,
    *,
    weight_s: FloatArray,
    piece: IntArray,
    window_s: float,
) -> FloatArray:
    """Take the time-weighted mean within half a window on either side of each record.

    Parameters
    ----------
    t_s, values, weight_s
        Times [s], readings and the seconds they stand for, shape (n,). NaN means missing.
    piece
        Not decreasing, shape (n,): a mean never reaches from one piece into another.
    window_s
        Its whole width [s].

    Returns
    -------
        Shape (n,); NaN where no reading is within reach.
    """
    present = np.isfinite(values)
    weight = np.where(present, weight_s, 0.0)
    # Sums of deviations from the middle keep their digits over hours.
    centre = float(np.median(values[present])) if present.any() else 0.0
    total = np.concatenate(([0.0], np.cumsum(weight * np.where(present, values - centre, 0.0))))
    seconds = np.concatenate(([0.0], np.cumsum(weight)))
    low = np.searchsorted(t_s, t_s - 0.5 * window_s)
    high = np.searchsorted(t_s, t_s + 0.5 * window_s, "right")
    low = np.maximum(low, np.searchsorted(piece, piece))
    high = np.minimum(high, np.searchsorted(piece, piece, "right"))
    inside = seconds[high] - seconds[low]
    return np.asarray(centre + (total[high] - total[low]) / np.where(inside > 1e-9, inside, np.nan))


def _by_foot(run: Dissection) -> dict[str, FloatArray]:
    """Balance and each foot's contact; where no balance was recorded, the contact of both."""
    balance, gct = run.columns["balance_left_pct"], run.columns["gct_ms"]
    if not np.isfinite(balance).any():
        return {"gct_ms": gct}
    return {
        "balance_left_pct": balance,
        "left_gct_ms": steps.left_gct_ms(gct, balance),
        "right_gct_ms": steps.right_gct_ms(gct, balance),
    }


def _interrupted(t_s: FloatArray, weight_s: FloatArray) -> BoolArray:
    """Find records before which there is time that no record stands for, shape (n,)."""
    silent = np.zeros(t_s.size, dtype=bool)
    silent[1:] = t_s[1:] - t_s[:-1] - weight_s[:-1] >= SHORTEST_S
    return silent
