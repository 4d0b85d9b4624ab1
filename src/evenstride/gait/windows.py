"""Decides what stretches of a run that somebody names measure: laps of an experiment, and others.

The mask and the noise are those of the whole run, as for its laps, and a record belongs to the
window that it begins in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.measures import BLOCK_DTYPE
from evenstride.gait import blocks as block_rows
from evenstride.gait import means
from evenstride.gait.dissect import dissect
from evenstride.gait.measure import blocks_between, put_errors, way_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from evenstride.domain.measures import Blocks
    from evenstride.gait.dissect import Dissection
    from evenstride.gait.ground import IntArray

_PIECE_S: Final = 40.0
"""A stretch is cut into equal pieces as near to this as it allows, so none is over a minute."""


def measure_windows(
    samples: pl.DataFrame,
    windows: Sequence[tuple[float, float]],
    pauses: Iterable[tuple[float, float]] = (),
) -> Blocks:
    """Measure windows of a recording, each as one row.

    Parameters
    ----------
    samples
        Columns of `SAMPLES_SCHEMA`, in the order of time; more columns are ignored.
    windows
        Intervals `[start_s, end_s)` since the start of the run. They may overlap, stand in any
        order, be empty, and reach beyond the run.
    pauses
        Intervals `[start_s, end_s)` in which the timer stood.

    Returns
    -------
        Shape (windows,), dtype `BLOCK_DTYPE`, in the order of `windows`. Means weigh every usable
        second the same, as those of a run do; `usable_share` is that of the window within the
        recording; `balance_se_pp` leaves out the slow wander that neighbours share, as it does for
        blocks. Where nothing is usable, `duration_s` and `usable_share` are 0 and all else is NaN.
    """
    run = dissect(samples, pauses)
    begin, end = _usable_records(run, windows)
    found = np.full(len(windows), np.nan, dtype=BLOCK_DTYPE)
    found["duration_s"] = found["usable_share"] = 0.0
    # Records in a pause weigh nothing: a window of such has nothing to average.
    before_s = np.concatenate(([0.0], run.channels.ends_s))
    filled = np.flatnonzero(before_s[np.maximum(end, begin)] > before_s[begin])
    if filled.size == 0:
        return found
    found[filled] = _measured(run, begin[filled], end[filled])
    t_s, last_s = run.columns["t_s"], run.usable.weight_s[-1]
    start_s, stop_s = np.clip(np.array(windows)[filled].T, t_s[0], t_s[-1] + last_s)
    share = found["duration_s"][filled] / np.maximum(stop_s - start_s, 1e-9)
    found["usable_share"][filled] = np.minimum(share, 1.0)
    return found


def window_pieces(
    samples: pl.DataFrame,
    windows: Sequence[tuple[float, float]],
    pauses: Iterable[tuple[float, float]] = (),
) -> Blocks:
    """Cut what is usable in windows of a recording into pieces of at most a minute.

    As blocks are cut: a piece spans no break, and stretches under `blocks.SHORTEST_BLOCK_S` make
    none. Parameters as for `measure_windows`.

    Returns
    -------
        Shape (pieces,), dtype `BLOCK_DTYPE`: those of the first window, then those of the next.
        `t_s` of each lies in its window.
    """
    run = dissect(samples, pauses)
    t_s, weight_s = run.columns["t_s"][run.index], run.channels.weight_s
    begins, ends = [], []
    for a, b in zip(*_usable_records(run, windows), strict=True):
        if b > a:
            weight = weight_s[a:b]
            begin, end = block_rows.cut(t_s[a:b], weight, np.cumsum(weight), block_s=_PIECE_S)
            begins.append(begin + a)
            ends.append(end + a)
    if not any(begin.size for begin in begins):
        return np.zeros(0, dtype=BLOCK_DTYPE)
    return _measured(run, np.concatenate(begins), np.concatenate(ends))


def _usable_records(
    run: Dissection, windows: Sequence[tuple[float, float]]
) -> tuple[IntArray, IntArray]:
    """Find where each window begins and ends among the usable records."""
    bounds = np.array(windows, dtype=np.float64).reshape(-1, 2)
    records = np.searchsorted(run.columns["t_s"], bounds)
    begin, end = np.searchsorted(run.index, records).T
    return begin, end


def _measured(run: Dissection, begin: IntArray, end: IntArray) -> Blocks:
    rows = blocks_between(run, way_of(run), begin, end)
    found = means.run_means(run.channels)
    if "balance_left_pct" in found.estimates:
        put_errors(rows, found.noise("balance_left_pct"))
    return rows
