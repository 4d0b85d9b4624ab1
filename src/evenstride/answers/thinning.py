"""Decides which rows of a long series are kept so that what is seen of it stays the same.

`keep_shape` is for a path: points stay where a straight line between the others would miss them by
most (Douglas and Peucker, at each point's own time). `keep_peaks` is for lines over time: first the
least and the greatest value of every column in every bin, and the ends of holes; then the shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

IntArray = npt.NDArray[np.intp]

FLICKER_S: Final = 3.0
"""A hole no longer than this is bridged, by the straight line that would be seen anyway."""

_MARKS: Final = 0.25
_PEAKS: Final = 0.5
"""Shares of the rows that may mark holes, and that these and the peaks may take together. The rest
goes where a straight line would be furthest off."""

_GROWTH: Final = 1.25

_MOST_CONSIDERED: Final = 6000
"""Points whose shape is looked at; of half a day every few seconds are."""


def keep_peaks(t_s: FloatArray, columns: FloatArray, *, most: int) -> tuple[IntArray, FloatArray]:
    """Choose rows of several columns that share their times.

    Parameters
    ----------
    t_s
        Times [s], not decreasing, shape (n,).
    columns
        Shape (k, n), k ≥ 1. NaN means missing.
    most
        How many rows may stay.

    Returns
    -------
        Which rows stay, not more than `most` unless that is fewer than can be (2k + 2), in order;
        and the columns at all n rows with short holes bridged. Between two rows that stay, a column
        has a hole in between only where a row of it that stays is NaN. Holes longer than
        `FLICKER_S` stay, unless they are so many that a quarter of `most` could not mark them: then
        only the longer ones do.
    """
    n = t_s.size
    longest_s = FLICKER_S
    bridged, marks = _holes(t_s, columns, longest_s)
    while marks.size > most * _MARKS and longest_s < t_s[-1] - t_s[0]:
        longest_s *= 2.0
        bridged, marks = _holes(t_s, columns, longest_s)
    if n <= most:
        return np.arange(n), bridged
    room = max(int(most * _PEAKS), marks.size)
    bins = max((room - marks.size) // (2 * len(columns)), 1)
    kept = _with_peaks(bridged, bins, marks)
    while bins < n:
        more = max(int(bins * _GROWTH), bins + 1)
        fuller = _with_peaks(bridged, more, marks)
        if fuller.size > room:
            break
        bins, kept = more, fuller
    return keep_shape(t_s, _on_one_scale(t_s, bridged), kept, most=most), bridged


def _on_one_scale(t_s: FloatArray, columns: FloatArray) -> FloatArray:
    """Scale each column by its range, as panels of one height do, and bridge its holes."""
    scaled = np.zeros_like(columns)
    for column, out in zip(columns, scaled, strict=True):
        valid = np.isfinite(column)
        if valid.any():
            height = float(np.ptp(column[valid]))
            out[:] = np.interp(t_s, t_s[valid], column[valid]) / (height or 1.0)
    return scaled


def _holes(t_s: FloatArray, columns: FloatArray, longest_s: float) -> tuple[FloatArray, IntArray]:
    """Bridge the holes up to a length; mark the others by their ends and one row inside.

    The columns so bridged, and the marked rows, with the first and the last of all.
    """
    bridged = columns.copy()
    marks = [np.array([0, t_s.size - 1], dtype=np.intp)[: t_s.size]]
    for column in bridged:
        valid = np.flatnonzero(np.isfinite(column))
        if valid.size in (0, t_s.size):
            continue
        before, after = valid[:-1], valid[1:]
        hole = after - before > 1
        before, after = before[hole], after[hole]
        long = t_s[after] - t_s[before] > longest_s
        inside = before[long] + (after[long] - before[long]) // 2
        marks += [valid[[0, -1]], before[long], inside, after[long]]
        if not long.all():
            depth = np.zeros(t_s.size + 1, dtype=np.intp)
            depth[before[~long] + 1] += 1
            depth[after[~long]] -= 1
            short = np.cumsum(depth[:-1]) > 0
            column[short] = np.interp(t_s[short], t_s[valid], column[valid])
    return bridged, np.unique(np.concatenate(marks))


def _with_peaks(columns: FloatArray, bins: int, marks: IntArray) -> IntArray:
    """Find the rows of the least and the greatest value in each of equal bins, and the marked."""
    k, n = columns.shape
    width = -(-n // bins)
    padded = np.full((k, -(-n // width) * width), np.nan)
    padded[:, :n] = columns
    boxes = padded.reshape(k, -1, width)
    starts = np.arange(boxes.shape[1]) * width
    missing = np.isnan(boxes)
    least = starts + np.where(missing, np.inf, boxes).argmin(axis=2)
    greatest = starts + np.where(missing, -np.inf, boxes).argmax(axis=2)
    found = ~missing.all(axis=2)
    return np.unique(np.concatenate((marks, least[found], greatest[found])))


def keep_shape(t_s: FloatArray, points: FloatArray, fixed: IntArray, *, most: int) -> IntArray:
    """Choose points of a path between which it is as good as straight.

    Parameters
    ----------
    t_s
        Time of each point [s], not decreasing, shape (n,).
    points
        Coordinates, on one scale, shape (k, n), finite.
    fixed
        Points that must stay, among them the first and the last, in order.
    most
        How many may stay; the fixed ones do in any case.

    Returns
    -------
        Which points stay, in order: those first that the line between their neighbours, followed at
        even speed, misses by most.
    """
    if t_s.size > 2 * _MOST_CONSIDERED:
        every = np.arange(0, t_s.size, -(-t_s.size // _MOST_CONSIDERED))
        some = np.unique(np.concatenate((every, fixed)))
        within = keep_shape(t_s[some], points[:, some], np.searchsorted(some, fixed), most=most)
        return np.asarray(some[within])
    kept = np.unique(fixed)
    room = most - kept.size
    if t_s.size <= most or room <= 0:
        return np.arange(t_s.size) if room > 0 else kept
    ends = kept
    chosen, off_of_chosen = np.zeros(0, dtype=np.intp), np.zeros(0)
    limit = np.full(kept.size - 1, np.inf)
    while True:
        at, off = _furthest(t_s, points, kept)
        # The two halves of a segment are no more important than the point that made them, and a
        # point after as many better ones as there is room for will never be among the best.
        off = np.minimum(off, limit)
        floor = np.partition(off_of_chosen, -room)[-room] if off_of_chosen.size >= room else 0.0
        better = off > floor
        if not better.any():
            break
        chosen = np.concatenate((chosen, at[better]))
        off_of_chosen = np.concatenate((off_of_chosen, off[better]))
        limit = np.repeat(np.where(better, off, 0.0), np.where(better, 2, 1))
        kept = np.sort(np.concatenate((kept, at[better])))
    best = np.argsort(-off_of_chosen, kind="stable")[:room]
    return np.sort(np.concatenate((ends, chosen[best])))


def _furthest(t_s: FloatArray, points: FloatArray, kept: IntArray) -> tuple[IntArray, FloatArray]:
    """Find the point of each segment that lies furthest from it, and how far; shape (m − 1,)."""
    segment = np.repeat(np.arange(kept.size - 1), np.diff(kept))
    a, b = kept[segment], kept[segment + 1]
    inner = slice(kept[0], kept[-1])
    span_s = t_s[b] - t_s[a]
    share = (t_s[inner] - t_s[a]) / np.where(span_s > 0.0, span_s, 1.0)
    start = points[:, a]
    off = np.sqrt(((points[:, inner] - start - share * (points[:, b] - start)) ** 2).sum(axis=0))
    # The first point of a segment is kept already, whatever rounding says.
    off[kept[:-1] - kept[0]] = 0.0
    greatest = np.maximum.reduceat(off, kept[:-1] - kept[0])
    where = np.flatnonzero(off == greatest[segment])
    _, first = np.unique(segment[where], return_index=True)
    return where[first] + kept[0], greatest
