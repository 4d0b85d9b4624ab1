"""How blocks of all runs are freed of the noise they share: one pass over all runs at once.

Noise within a run has three parts: white, falling with a block's length; fast, which fades over
half a minute and is averaged over each block; and slow, which many minutes share. Gaps are unequal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from evenstride.stats.blocked import BlockedRuns

IntArray = np.typing.NDArray[np.intp]

MINUTE_S = 60.0
# The watch's own smoothing and a step's swing fade over half a minute (DOMAIN 1, 7).
_FAST_TAU_S = 32.0
# Variance of a minute's mean of such noise: 2 (x - 1 + exp(-x)) / x² with x = 60 / 32.
_FAST_VAR_OF_MINUTE = 0.585


@dataclass(frozen=True, slots=True)
class Shape:
    """What noise is made of: shares of the variance of a minute, and the time of the slow part."""

    slow: float
    fast: float
    slow_tau_s: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Blocks ordered by their number within the run, longer runs first, so that steps are slices.

    `rank` is the place of each run in this order; `starts[j]` to `starts[j + 1]` are the j-th
    blocks of the runs that have one, which are the first so many ranks.
    """

    order: IntArray
    starts: IntArray
    rank_of_block: IntArray
    run_of_rank: IntArray
    count: IntArray
    gap_s: FloatArray
    minutes: FloatArray
    fast: _FastMeans


@dataclass(frozen=True, slots=True)
class Pieces:
    """Whitened blocks summed up by run: products with the ones and with the drift column.

    `ones` and `drift` of shape (n, c) by rank, where c counts [1, conditions..., value]; `total`
    (c, c); `log_s` the sum of log variances.
    """

    ones: FloatArray
    drift: FloatArray
    total: FloatArray
    log_s: float
    white: FloatArray


def lay_out(blocks: BlockedRuns) -> Layout:
    """Lay blocks out."""
    run = blocks.run
    count = np.bincount(run)
    first = np.cumsum(count) - count
    number = np.arange(run.size) - first[run]
    run_of_rank = np.argsort(-count, kind="stable")
    rank = np.empty(count.size, dtype=np.intp)
    rank[run_of_rank] = np.arange(count.size)
    order = np.lexsort((rank[run], number))
    gap_s = np.diff(blocks.t_s, prepend=blocks.t_s[0])
    fast = _fast_means(blocks.duration_s, gap_s)
    return Layout(
        order=order,
        starts=np.concatenate(([0], np.cumsum(np.bincount(number)))),
        rank_of_block=rank[run][order],
        run_of_rank=run_of_rank,
        count=count[run_of_rank],
        gap_s=gap_s[order],
        minutes=blocks.duration_s[order] / MINUTE_S,
        fast=_FastMeans(
            *(x[order] for x in (fast.slope, fast.rest, fast.kept, fast.shared, fast.idle))
        ),
    )


def whiten(
    layout: Layout, columns: FloatArray, elapsed: int, shape: Shape, run_weight: FloatArray
) -> Pieces:
    """Whiten the blocks for unit variance, runs of weight w as if their noise were 1 / w.

    A Kalman filter of two states a run, over all runs at once, block after block.

    Parameters
    ----------
    layout, columns
        The blocks in their order, and what is whitened: ones, conditions, the value; shape (m, c).
    elapsed
        Which column is the time into the run.
    shape
        What the noise is made of.
    run_weight
        By rank, shape (n,).
    """
    white = (1.0 - shape.slow - shape.fast) / layout.minutes
    fade_s = np.exp(-layout.gap_s / shape.slow_tau_s)
    part = layout.fast
    per = shape.fast / _FAST_VAR_OF_MINUTE
    runs, width = layout.count.size, columns.shape[1]
    ones, drift = np.zeros((runs, width)), np.zeros((runs, width))
    out = np.empty_like(columns)
    variance = np.empty(len(columns))
    fast, slow = np.zeros((runs, width)), np.zeros((runs, width))
    pff, pfs, pss = np.full(runs, per), np.zeros(runs), np.full(runs, shape.slow)
    for j in range(layout.starts.size - 1):
        at = slice(layout.starts[j], layout.starts[j + 1])
        n = at.stop - at.start
        if j:
            f, s = part.idle[at], fade_s[at]
            fast, slow = fast[:n] * f[:, None], slow[:n] * s[:, None]
            pff = per + f * f * (pff[:n] - per)
            pfs = pfs[:n] * (f * s)
            pss = shape.slow + s * s * (pss[:n] - shape.slow)
        a, kept = part.slope[at], part.kept[at]
        cs = a * pfs + pss
        total = a * (a * pff + pfs) + cs + per * part.rest[at] + white[at]
        cf = kept * (a * pff + pfs) + per * part.shared[at]
        kf, ks = cf / total, cs / total
        v = columns[at] - a[:, None] * fast
        v -= slow
        fast = kept[:, None] * fast + kf[:, None] * v
        slow += ks[:, None] * v
        pff = kept * kept * (pff - per) + per - kf * cf
        pfs = kept * pfs - kf * cs
        pss = pss - ks * cs
        v *= np.sqrt(run_weight[:n] / total)[:, None]
        out[at] = v
        variance[at] = total
        ones[:n] += v * v[:, :1]
        drift[:n] += v * v[:, elapsed : elapsed + 1]
    return Pieces(ones, drift, out.T @ out, float(np.log(variance).sum()), out)


@dataclass(frozen=True, slots=True)
class _FastMeans:
    """How means over blocks of Ornstein-Uhlenbeck noise hang together, for a variance of 1.

    Given the noise at its start, a block's mean is `slope` times it and varies by `rest`; the noise
    at its end is `kept` times it, and covaries with the mean by `shared`. `idle` is what is kept
    from the end of the block before; all of shape (m,).
    """

    slope: FloatArray
    rest: FloatArray
    kept: FloatArray
    shared: FloatArray
    idle: FloatArray


def _fast_means(duration_s: FloatArray, gap_s: FloatArray) -> _FastMeans:
    """Return how they do; `gap_s` from middle to middle of blocks of a run."""
    x = duration_s / _FAST_TAU_S
    lost = -np.expm1(-x)
    slope = lost / x
    before_s = np.concatenate((duration_s[:1], duration_s[:-1]))
    idle_s = np.maximum(gap_s - 0.5 * (duration_s + before_s), 0.0)
    return _FastMeans(
        slope=slope,
        rest=np.maximum(2.0 * (x - lost) / x**2 - slope**2, 0.0),
        kept=1.0 - lost,
        shared=slope * lost,
        idle=np.exp(-idle_s / _FAST_TAU_S),
    )
