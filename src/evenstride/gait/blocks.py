"""Decides how usable running is cut into blocks of about a minute, the rows that every model sees.

A block spans consecutive usable running without a break of `LARGEST_BREAK_S` or more; a stretch
between two breaks is cut into equal blocks as near to a minute as it allows. Stretches under
`SHORTEST_BLOCK_S` make no block: they still count in the means of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.domain.measures import BLOCK_DTYPE, Blocks
from evenstride.gait import ground

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray
    from evenstride.gait.ground import IntArray
    from evenstride.gait.usable import Usable

BLOCK_S: Final = 60.0
SHORTEST_BLOCK_S: Final = 20.0
LARGEST_BREAK_S: Final = 10.0

AVERAGED: Final = ("balance_left_pct", "gct_ms", "flight_time_ms", "cadence_spm", "speed_m_s")
"""The rows of `summarise`'s `values`, in this order."""


@dataclass(frozen=True, slots=True)
class Track:
    """Where the runner was: record by record, shape (n,), NaN = missing, and on the map."""

    t_s: FloatArray
    altitude_m: FloatArray
    distance_m: FloatArray
    way: ground.Path | None


def cut(
    t_s: FloatArray, weight_s: FloatArray, ends_s: FloatArray, *, block_s: float = BLOCK_S
) -> tuple[IntArray, IntArray]:
    """Cut usable records into blocks.

    Parameters
    ----------
    t_s, weight_s, ends_s
        Time of each usable record [s], how long it stands for [s] and the running total of that,
        shape (n,).
    block_s
        Wanted length [s].

    Returns
    -------
        Indices `[begin, end)` of each block among the usable records, each shape (m,).
    """
    none = np.zeros(0, dtype=np.intp)
    if t_s.size == 0:
        return none, none
    broken = t_s[1:] - t_s[:-1] - weight_s[:-1] >= LARGEST_BREAK_S
    inner = np.flatnonzero(broken) + 1
    first = np.concatenate(([0], inner))
    last = np.concatenate((inner, [t_s.size]))
    start_s = ends_s[first] - weight_s[first]
    length_s = ends_s[last - 1] - start_s
    keep = length_s >= SHORTEST_BLOCK_S
    if not keep.any():
        return none, none
    first, last, start_s, length_s = first[keep], last[keep], start_s[keep], length_s[keep]
    count = np.maximum(np.round(length_s / block_s), 1.0).astype(np.intp)
    # The k-th block of each stretch begins with the record whose middle passes k / count of it.
    stretch = np.repeat(np.arange(count.size), count)
    firsts = np.cumsum(count) - count
    k = np.arange(stretch.size) - firsts[stretch]
    begin = np.searchsorted(
        ends_s - 0.5 * weight_s, start_s[stretch] + (length_s / count)[stretch] * k
    )
    begin[firsts] = first
    end = np.append(begin[1:], 0)
    end[firsts + count - 1] = last
    full = end > begin
    return begin[full], end[full]


def summarise(
    begin: IntArray,
    end: IntArray,
    *,
    usable: Usable,
    index: IntArray,
    values: FloatArray,
    track: Track,
) -> Blocks:
    """Average the usable records of each block.

    Parameters
    ----------
    begin, end
        From `cut`, shape (m,).
    usable
        Of all n records.
    index
        Which records are usable, shape (u,).
    values
        Readings of the usable records, a row for each of `AVERAGED`, shape (5, u). NaN = missing.
    track
        All records.

    Returns
    -------
        Shape (m,), without `balance_se_pp`, which the noise of the run decides.
    """
    blocks = np.full(begin.size, np.nan, dtype=BLOCK_DTYPE)
    if begin.size == 0:
        return blocks
    # Blocks of a stretch adjoin; what lies between stretches is left out of the sums.
    if begin[0] == 0 and end[-1] == index.size and np.array_equal(begin[1:], end[:-1]):
        rows, starts = index, begin
        inside: IntArray | slice = slice(None)
    else:
        inside = np.concatenate([np.arange(a, b) for a, b in zip(begin, end, strict=True)])
        rows = index[inside]
        starts = np.concatenate(([0], np.cumsum(end - begin)[:-1]))
    weight = usable.weight_s[rows]
    duration_s = np.add.reduceat(weight, starts)
    x = values[:, inside]
    weighted = x * weight
    means = np.add.reduceat(weighted, starts, axis=1) / duration_s
    if np.isnan(means).any():
        present = np.isfinite(x)
        parts = np.add.reduceat(np.where(present, weighted, 0.0), starts, axis=1)
        weights = np.add.reduceat(np.where(present, weight, 0.0), starts, axis=1)
        means = parts / np.where(weights > 0.0, weights, np.nan)
    for name, mean in zip(AVERAGED, means, strict=True):
        blocks[name] = mean
    t_first, t_last = index[begin], index[end - 1]
    blocks["t_s"] = track.t_s[t_first]
    end_s = track.t_s[t_last] + usable.weight_s[t_last]
    blocks["duration_s"] = duration_s
    # A flicker of zero length cannot be a share of anything.
    blocks["usable_share"] = np.minimum(duration_s / np.maximum(end_s - blocks["t_s"], 1e-9), 1.0)
    running_s = np.cumsum(usable.weight_s * usable.running)
    before = running_s[t_first] - usable.weight_s[t_first]
    blocks["elapsed_s"] = 0.5 * (before + running_s[t_last])
    blocks["grade_pct"] = ground.grade_pct(
        track.distance_m[rows], track.altitude_m[rows], weight, starts
    )
    blocks["lateral_acceleration_m_s2"] = ground.lateral_acceleration_m_s2(
        track.way,
        track.t_s,
        block_start_s=blocks["t_s"],
        block_end_s=end_s,
        block_speed_m_s=blocks["speed_m_s"],
    )
    return blocks
