"""What the blocks within runs say: slopes, how blocks scatter, and each run's own mean.

Blocks of one run share an unknown height (that is for `filtering`), a drift of the run's own, slow
and fast noise (both Ornstein-Uhlenbeck, unequal gaps) and white noise that falls with a block's
length; each run has its own scale of noise. Fast is what a watch's readings share for half a
minute: averaged over blocks it still reaches into the next one, and a single slow part that has to
explain that too forgets the rest. Given the noise, the blocks of a run part without loss into a
weighted mean, which says where the run was, and contrasts, which say how balance moves with its
conditions and nothing else: the two are independent. So all contrasts are summed up once, whatever
the level did, and each run goes on as one number with its mean conditions.

The noise is tried on a grid (shares of the slow and the fast part, time of the slow one, spread of
the drifts), climbed to its best point; the weights of the points around it are the posterior of the
noise, and what is handed on is averaged over them.

References
----------
.. [1] Patterson & Thompson 1971, doi 10.1093/biomet/58.3.545 (likelihood of contrasts).
.. [2] Lange, Little & Taylor 1989, doi 10.1080/01621459.1989.10478852 (a scale for each unit).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.domain.moves import NoiseWithinRuns

if TYPE_CHECKING:
    from evenstride.stats.blocked import BlockedRuns

IntArray = np.typing.NDArray[np.intp]

MINUTE_S = 60.0
# Means over a minute of noise that fades over 32 s correlate by 0.35 with the next, 0.05 beyond.
_FAST_TAU_S = 57.0
_FAST_OF_REST = np.array([0.0, 0.25, 0.5, 0.75, 0.95])
_SLOW_SHARES = np.array([0.02, 0.06, 0.14, 0.25, 0.38, 0.52, 0.66, 0.8, 0.92])
_SLOW_TAUS_S = 60.0 * np.array([3.0, 6.0, 12.0, 24.0])
_GRID_START = (2, 4, 2)
# Typical values and how far runners differ (log SD): DOMAIN 7.
_TAU_CENTRE_S, _TAU_LOG_SD = 600.0, 1.0
# Spread of runs' own drifts, in scales per hour: 0.6 pp/h is 1.5.
_DRIFTS_PER_H = np.array([0.0, 0.4, 0.8, 1.2, 1.8, 2.7, 4.0])
_DRIFT_CENTRE_PER_H, _DRIFT_LOG_SD, _DRIFT_NONE = 1.3, 0.8, 0.02
# The variance of blocks about their run: near one scale squared, as if eight blocks had said so.
_PRIOR_BLOCKS, _PRIOR_VAR = 8.0, 1.0
# Runs' noise variances scatter around the common one like an inverse gamma worth so many blocks.
_RUN_SCALE_BLOCKS = 12.0
_RUN_SCALE_ROUNDS = 4
_LEAST_WEIGHT = 0.03
_MOST_POINTS = 8


@dataclass(frozen=True, slots=True, eq=False)
class WithinRuns:
    """What the blocks of n runs say, in units of the measure's scale.

    Attributes
    ----------
    names
        The k conditions.
    slope, slope_cov
        Posterior of their slopes from contrasts within runs alone, shapes (k,) and (k, k).
    conditions
        Mean condition of each run as weighted, shape (n, k).
    reading, reading_var
        Weighted mean of each run and its variance within the run, shape (n,).
    drift_per_h, drift_var
        Each run's drift beyond the common slope, by itself, shape (n,); NaN where it has none.
    noise
        Averaged over the grid.
    """

    names: tuple[str, ...]
    slope: FloatArray
    slope_cov: FloatArray
    conditions: FloatArray
    reading: FloatArray
    reading_var: FloatArray
    drift_per_h: FloatArray
    drift_var: FloatArray
    noise: NoiseWithinRuns


@dataclass(frozen=True, slots=True)
class _Layout:
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


@dataclass(frozen=True, slots=True)
class _Shape:
    """What noise is made of: shares of the variance of a minute, and the time of the slow part."""

    slow: float
    fast: float
    slow_tau_s: float


_TYPICAL = _Shape(slow=0.25, fast=0.37, slow_tau_s=_TAU_CENTRE_S)


@dataclass(frozen=True, slots=True)
class _Point:
    """One point of the grid: the noise, and what it makes of the blocks."""

    log_weight: float
    shape: _Shape
    drift_var: float
    var: float
    slope: FloatArray
    slope_cov: FloatArray
    pieces: _Pieces


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Whitened blocks summed up by run: products with the ones and with the drift column.

    `ones` and `drift` of shape (n, c) by rank, where c counts [1, conditions..., value]; `total`
    (c, c); `log_s` the sum of log variances.
    """

    ones: FloatArray
    drift: FloatArray
    total: FloatArray
    log_s: float
    white: FloatArray


def within_runs(
    blocks: BlockedRuns,
    *,
    scale: float,
    slope_sd: FloatArray,
    noise: NoiseWithinRuns | None = None,
) -> WithinRuns:
    """Sum up what blocks say within their runs.

    Parameters
    ----------
    blocks
        All blocks.
    scale
        Typical run-to-run SD of the measure, in its unit.
    slope_sd
        Prior SD of each condition's slope around 0, in the measure's unit, in the order of
        `blocks.conditions`, shape (k,).
    noise
        Known noise, instead of the grid; the runs then share one scale.

    Returns
    -------
        All in units of `scale`, except `noise`, which is in the measure's own.
    """
    names = tuple(blocks.conditions)
    layout = _laid_out(blocks)
    columns = np.column_stack(
        [
            np.ones(blocks.value.size),
            *(np.nan_to_num(blocks.conditions[name]) for name in names),
            blocks.value / scale,
        ]
    )[layout.order]
    elapsed = 1 + names.index("elapsed")
    prior = np.diag((scale / slope_sd) ** 2)
    model = _Model(layout, columns, elapsed, prior)
    if noise is not None:
        white, fast, slow, drift = (
            (x / scale) ** 2
            for x in (noise.white_sd, noise.fast_sd, noise.slow_sd, noise.drift_sd_per_h)
        )
        var = white + fast + slow
        shape = _Shape(slow / var, fast / var, noise.slow_tau_s)
        points = [model.at_known(shape, var=var, drift_var=drift)]
    else:
        points = model.weighed(model.run_weights())
    return _handed_on(names, model, points, scale)


def _laid_out(blocks: BlockedRuns) -> _Layout:
    run = blocks.run
    count = np.bincount(run)
    first = np.cumsum(count) - count
    number = np.arange(run.size) - first[run]
    run_of_rank = np.argsort(-count, kind="stable")
    rank = np.empty(count.size, dtype=np.intp)
    rank[run_of_rank] = np.arange(count.size)
    order = np.lexsort((rank[run], number))
    gap_s = np.diff(blocks.t_s, prepend=blocks.t_s[0])
    return _Layout(
        order=order,
        starts=np.concatenate(([0], np.cumsum(np.bincount(number)))),
        rank_of_block=rank[run][order],
        run_of_rank=run_of_rank,
        count=count[run_of_rank],
        gap_s=gap_s[order],
        minutes=blocks.duration_s[order] / MINUTE_S,
    )


class _Model:
    """The blocks, laid out; what is computed of them for one noise at a time."""

    def __init__(
        self, layout: _Layout, columns: FloatArray, elapsed: int, prior: FloatArray
    ) -> None:
        self.layout = layout
        self.columns = columns
        self.elapsed = elapsed
        self.prior = prior
        self.dims = layout.count - 1.0

    def whiten(self, shape: _Shape, run_weight: FloatArray) -> _Pieces:
        """Whiten the blocks for unit variance, runs of weight w as if their noise were 1 / w.

        A Kalman filter of two states a run, over all runs at once, block after block.
        """
        layout, columns, z = self.layout, self.columns, self.elapsed
        white = (1.0 - shape.slow - shape.fast) / layout.minutes
        fade_f, fade_s = (np.exp(-layout.gap_s / tau) for tau in (_FAST_TAU_S, shape.slow_tau_s))
        runs, width = layout.count.size, columns.shape[1]
        ones, drift = np.zeros((runs, width)), np.zeros((runs, width))
        out = np.empty_like(columns)
        variance = np.empty(len(columns))
        fast, slow = np.zeros((runs, width)), np.zeros((runs, width))
        pff, pfs, pss = np.full(runs, shape.fast), np.zeros(runs), np.full(runs, shape.slow)
        for j in range(layout.starts.size - 1):
            at = slice(layout.starts[j], layout.starts[j + 1])
            n = at.stop - at.start
            if j:
                f, s = fade_f[at], fade_s[at]
                fast, slow = fast[:n] * f[:, None], slow[:n] * s[:, None]
                pff = shape.fast + f * f * (pff[:n] - shape.fast)
                pfs = pfs[:n] * (f * s)
                pss = shape.slow + s * s * (pss[:n] - shape.slow)
            cf, cs = pff + pfs, pfs + pss
            total = cf + cs + white[at]
            kf, ks = cf / total, cs / total
            v = columns[at] - fast
            v -= slow
            fast += kf[:, None] * v
            slow += ks[:, None] * v
            pff = pff - kf * cf
            pfs = pfs - kf * cs
            pss = pss - ks * cs
            v *= np.sqrt(run_weight[:n] / total)[:, None]
            out[at] = v
            variance[at] = total
            ones[:n] += v * v[:, :1]
            drift[:n] += v * v[:, z : z + 1]
        return _Pieces(ones, drift, out.T @ out, float(np.log(variance).sum()), out)

    def contrasts(
        self, pieces: _Pieces, drift_ratio: float
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Take heights and drifts off.

        Returns
        -------
            The summed products of contrasts, shape (c, c); the runs' parts that were taken off for
            the height and for the drift, each (n, c), whose outer products are what is missing; and
            the drift column's own information, shape (n,).
        """
        one = pieces.ones[:, 0]
        height = pieces.ones / np.sqrt(one)[:, None]
        own = pieces.drift - pieces.ones * (pieces.ones[:, self.elapsed] / one)[:, None]
        info = np.maximum(own[:, self.elapsed], 0.0)
        if drift_ratio > 0.0:
            drift = own / np.sqrt(info + 1.0 / drift_ratio)[:, None]
        else:
            drift = np.zeros_like(own)
        total = pieces.total - height.T @ height - drift.T @ drift
        return total, height, drift, info

    def solve(self, total: FloatArray, var: float) -> tuple[FloatArray, FloatArray, float]:
        """Return slopes, their covariance, and the sum of squares left over, at a variance."""
        precision = total[1:-1, 1:-1] / var + self.prior
        cov = np.linalg.inv(precision)
        cov = 0.5 * (cov + cov.T)
        slope = cov @ (total[1:-1, -1] / var)
        left = total[-1, -1] - slope @ (2.0 * total[1:-1, -1] - total[1:-1, 1:-1] @ slope)
        return slope, cov, float(max(left, 0.0))

    def variance(self, total: FloatArray) -> tuple[float, FloatArray, FloatArray, float]:
        """Return the variance that fits best, with slopes, their covariance, what is left over."""
        var, dims = _PRIOR_VAR, float(self.dims.sum())
        for _ in range(6):
            slope, cov, left = self.solve(total, var)
            fitted = float((total[1:-1, 1:-1] / var * cov).sum())
            var = (left + _PRIOR_BLOCKS * _PRIOR_VAR) / max(
                dims - fitted + _PRIOR_BLOCKS, _PRIOR_BLOCKS
            )
        slope, cov, left = self.solve(total, var)
        return var, slope, cov, left

    def left_by_run(self, pieces: _Pieces, slope: FloatArray, drift_ratio: float) -> FloatArray:
        """Return the sum of squares that each run leaves over, by rank, shape (n,)."""
        take = np.concatenate(([0.0], -slope, [1.0]))
        residual = pieces.white @ take
        squares = np.bincount(self.layout.rank_of_block, weights=residual**2)
        _, height, drift, _ = self.contrasts(pieces, drift_ratio)
        return np.maximum(squares - (height @ take) ** 2 - (drift @ take) ** 2, 0.0)

    def run_weights(self) -> FloatArray:
        """Return how much each run's noise is believed below the common one, by rank, shape (n,).

        At a typical noise: the scale of a run depends little on what the noise is made of.
        """
        weight = np.ones(self.dims.size)
        for _ in range(_RUN_SCALE_ROUNDS):
            pieces = self.whiten(_TYPICAL, weight)
            total, _, _, _ = self.contrasts(pieces, _DRIFT_CENTRE_PER_H**2)
            var, slope, _, _ = self.variance(total)
            ratio = _DRIFT_CENTRE_PER_H**2 / var
            left = self.left_by_run(pieces, slope, ratio) / weight
            weight = (_RUN_SCALE_BLOCKS + self.dims) / (_RUN_SCALE_BLOCKS + left / var)
        return weight

    def points(self, shape: _Shape, run_weight: FloatArray) -> list[_Point]:
        """Evaluate one shape of the noise with every spread of drifts."""
        pieces = self.whiten(shape, run_weight)
        log_prior = -0.5 * (np.log(shape.slow_tau_s / _TAU_CENTRE_S) / _TAU_LOG_SD) ** 2
        first, _, _, _ = self.contrasts(pieces, _DRIFT_CENTRE_PER_H**2)
        usual = self.variance(first)[0]
        dims = float(self.dims.sum())
        found = []
        for sd in _DRIFTS_PER_H:
            ratio = sd * sd / usual
            total, _, _, info = self.contrasts(pieces, ratio)
            var, slope, cov, left = self.variance(total)
            log_weight = log_prior + _log_drift_prior(sd)
            log_weight -= 0.5 * (
                pieces.log_s
                + float(np.log(pieces.ones[:, 0]).sum())
                + float(np.log1p(ratio * info).sum())
                + (dims + _PRIOR_BLOCKS) * np.log(var)
                + (left + _PRIOR_BLOCKS * _PRIOR_VAR) / var
                + float(slope @ self.prior @ slope)
                - float(np.linalg.slogdet(cov)[1])
            )
            found.append(_Point(log_weight, shape, ratio * var, var, slope, cov, pieces))
        return found

    def weighed(self, run_weight: FloatArray) -> list[_Point]:
        """Climb the grid to its best shape; return the points around it that carry weight."""
        axes = (_FAST_OF_REST, _SLOW_SHARES, _SLOW_TAUS_S)
        known: dict[tuple[int, ...], list[_Point]] = {}

        def best_at(place: tuple[int, ...]) -> float:
            if place not in known:
                of_rest, slow, tau_s = (float(a[i]) for a, i in zip(axes, place, strict=True))
                shape = _Shape(slow, of_rest * (1.0 - slow), tau_s)
                known[place] = self.points(shape, run_weight)
                self._forget(known)
            return max((p.log_weight for p in known[place]), default=-np.inf)

        here: tuple[int, ...] = _GRID_START
        climbing = True
        while climbing:
            climbing = False
            for axis in range(len(axes)):
                for step in (-1, 1):
                    there = (*here[:axis], here[axis] + step, *here[axis + 1 :])
                    if 0 <= there[axis] < axes[axis].size and best_at(there) > best_at(here):
                        here, climbing = there, True
        for place in itertools.product(*(range(i - 1, i + 2) for i in here)):
            if all(0 <= i < a.size for i, a in zip(place, axes, strict=True)):
                best_at(place)
        points = [p for some in known.values() for p in some]
        return sorted(points, key=lambda p: -p.log_weight)[:_MOST_POINTS]

    @staticmethod
    def _forget(known: dict[tuple[int, ...], list[_Point]]) -> None:
        """Let go of points without weight: each holds all blocks."""
        top = max(p.log_weight for some in known.values() for p in some)
        for place, some in known.items():
            known[place] = [p for p in some if p.log_weight > top + np.log(_LEAST_WEIGHT)]

    def at_known(self, shape: _Shape, *, var: float, drift_var: float) -> _Point:
        """Return the one point of a known noise."""
        pieces = self.whiten(shape, np.ones(self.dims.size))
        total, _, _, _ = self.contrasts(pieces, drift_var / var)
        slope, cov, _ = self.solve(total, var)
        return _Point(0.0, shape, drift_var, var, slope, cov, pieces)


def _log_drift_prior(sd: float) -> float:
    if sd == 0.0:
        return float(np.log(_DRIFT_NONE))
    return float(-0.5 * (np.log(sd / _DRIFT_CENTRE_PER_H) / _DRIFT_LOG_SD) ** 2)


def _handed_on(
    names: tuple[str, ...],
    model: _Model,
    points: list[_Point],
    scale: float,
) -> WithinRuns:
    """Average over the points and put the runs back into their order."""
    log_weight = np.array([p.log_weight for p in points])
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    by_point = [_of_runs(model, p) for p in points]
    slope = sum(w * p.slope for w, p in zip(weight, points, strict=True))
    cov = sum(
        w * (p.slope_cov + np.outer(p.slope - slope, p.slope - slope))
        for w, p in zip(weight, points, strict=True)
    )
    mean, reading_var, drift, drift_var = (
        np.einsum("p,p...->...", weight, np.stack(x)) for x in zip(*by_point, strict=True)
    )
    back = np.empty_like(model.layout.run_of_rank)
    back[model.layout.run_of_rank] = np.arange(back.size)
    white, fast, slow, log_tau, drift_each = (
        float(weight @ np.array(x))
        for x in (
            [p.var * (1.0 - p.shape.slow - p.shape.fast) for p in points],
            [p.var * p.shape.fast for p in points],
            [p.var * p.shape.slow for p in points],
            [np.log(p.shape.slow_tau_s) for p in points],
            [p.drift_var for p in points],
        )
    )
    return WithinRuns(
        names=names,
        slope=np.asarray(slope),
        slope_cov=np.asarray(cov),
        conditions=mean[back, 1:-1],
        reading=mean[back, -1],
        reading_var=reading_var[back],
        drift_per_h=drift[back],
        drift_var=drift_var[back],
        noise=NoiseWithinRuns(
            white_sd=scale * float(np.sqrt(white)),
            fast_sd=scale * float(np.sqrt(fast)),
            slow_sd=scale * float(np.sqrt(slow)),
            slow_tau_s=float(np.exp(log_tau)),
            drift_sd_per_h=scale * float(np.sqrt(drift_each)),
        ),
    )


def _of_runs(model: _Model, point: _Point) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the runs' weighted means of all columns, their variance, drifts and theirs."""
    pieces, z = point.pieces, model.elapsed
    ratio = point.drift_var / point.var
    one, with_drift, own = pieces.ones[:, 0], pieces.ones[:, z], pieces.drift[:, z]
    pulled = with_drift / (own + 1.0 / ratio) if ratio > 0.0 else np.zeros_like(own)
    q = one - pulled * with_drift
    mean = (pieces.ones - pulled[:, None] * pieces.drift) / q[:, None]
    take = np.concatenate(([0.0], -point.slope, [1.0]))
    info = own - with_drift**2 / one
    enough = info > 1e-6 * np.maximum(own, 1e-300)
    safe = np.where(enough, info, np.nan)
    drift = ((pieces.drift - pieces.ones * (with_drift / one)[:, None]) @ take) / safe
    return mean, point.var / q, drift, point.var / safe
