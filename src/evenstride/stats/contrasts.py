"""What contrasts within runs say of slopes and of the noise, at the points of a grid of noises.

A contrast is what is left of the blocks of a run when its own height and drift are taken off.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.whitening import Layout, Pieces, Shape, whiten

_FAST_OF_REST = np.array([0.0, 0.25, 0.5, 0.75, 0.95])
_SLOW_SHARES = np.array([0.02, 0.06, 0.14, 0.25, 0.38, 0.52, 0.66, 0.8, 0.92])
_SLOW_TAUS_S = 60.0 * np.array([3.0, 6.0, 12.0, 24.0])
_GRID_START = (2, 4, 2)
# Typical values and how far runners differ (log SD): DOMAIN 7.
_TAU_CENTRE_S, _TAU_LOG_SD = 600.0, 1.0
# Spread of runs' own drifts, in scales per hour: 0.6 pp/h is 1.5.
_DRIFTS_PER_H = np.array(
    [0.0, 0.3, 0.45, 0.6, 0.75, 0.92, 1.1, 1.3, 1.55, 1.85, 2.2, 2.7, 3.3, 4.0]
)
_DRIFT_CENTRE_PER_H, _DRIFT_LOG_SD, _DRIFT_NONE = 1.3, 0.8, 0.02
_LOG_DRIFT_PRIOR = np.where(
    _DRIFTS_PER_H > 0.0,
    -0.5 * (np.log(np.maximum(_DRIFTS_PER_H, 1e-9) / _DRIFT_CENTRE_PER_H) / _DRIFT_LOG_SD) ** 2,
    np.log(_DRIFT_NONE),
)
# The variance of blocks about their run: near one scale squared, as if eight blocks had said so.
_PRIOR_BLOCKS, _PRIOR_VAR = 8.0, 1.0
# Runs' noise variances scatter around the common one like an inverse gamma worth so many blocks:
# much, some, or not at all.
_RUN_SCALE_BLOCKS = (8.0, 30.0, 1e5)
_RUN_SCALE_ROUNDS, _VARIANCE_ROUNDS = 4, 6
_LEAST_WEIGHT = 0.02
_MOST_POINTS = 16

_TYPICAL = Shape(slow=0.25, fast=0.37, slow_tau_s=_TAU_CENTRE_S)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the grid: the noise, and what it makes of the blocks."""

    log_weight: float
    shape: Shape
    drift_var: float
    var: float
    slope: FloatArray
    slope_cov: FloatArray
    total: FloatArray
    pieces: Pieces


class Contrasts:
    """The blocks, laid out; what is computed of them for one noise at a time."""

    def __init__(
        self, layout: Layout, columns: FloatArray, elapsed: int, prior: FloatArray
    ) -> None:
        self.layout = layout
        self.columns = columns
        self.elapsed = elapsed
        self.prior = prior
        self._plain: dict[Shape, Pieces] = {}
        self.dims: FloatArray = layout.count.astype(np.float64) - 1.0

    def _whiten(self, shape: Shape, run_weight: FloatArray) -> Pieces:
        return whiten(self.layout, self.columns, self.elapsed, shape, run_weight)

    def contrasts(
        self, pieces: Pieces, drift_ratio: float
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

    def solve(
        self, total: FloatArray, var: FloatArray | float
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return slopes, their covariance, and the sum of squares left over, at given variances.

        Of one `total` (c, c) and a number, or of several at once: (d, c, c) and (d,).
        """
        var = np.asarray(var, dtype=np.float64)
        xx, xy = total[..., 1:-1, 1:-1], total[..., 1:-1, -1]
        cov = np.linalg.inv(xx / var[..., None, None] + self.prior)
        cov = 0.5 * (cov + np.swapaxes(cov, -1, -2))
        slope = np.matmul(cov, (xy / var[..., None])[..., None])[..., 0]
        seen = np.matmul(xx, slope[..., None])[..., 0]
        left = total[..., -1, -1] - (slope * (2.0 * xy - seen)).sum(axis=-1)
        return slope, np.asarray(cov, dtype=np.float64), np.maximum(left, 0.0)

    def variance(self, total: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return the variance that fits best, with what `solve` returns at it."""
        dims = float(self.dims.sum())
        var: FloatArray = np.full(total.shape[:-2], _PRIOR_VAR)
        slope, cov, left = self.solve(total, var)
        for _ in range(_VARIANCE_ROUNDS):
            fitted = (total[..., 1:-1, 1:-1] * cov).sum(axis=(-1, -2)) / var
            free = np.maximum(dims - fitted + _PRIOR_BLOCKS, _PRIOR_BLOCKS)
            var = np.asarray((left + _PRIOR_BLOCKS * _PRIOR_VAR) / free)
            slope, cov, left = self.solve(total, var)
        return var, slope, cov, left

    def left_by_run(self, pieces: Pieces, slope: FloatArray, drift_ratio: float) -> FloatArray:
        """Return the sum of squares that each run leaves over, by rank, shape (n,)."""
        take = np.concatenate(([0.0], -slope, [1.0]))
        residual = pieces.white @ take
        squares = np.bincount(self.layout.rank_of_block, weights=residual**2)
        _, height, drift, _ = self.contrasts(pieces, drift_ratio)
        return np.maximum(squares - (height @ take) ** 2 - (drift @ take) ** 2, 0.0)

    def run_weights(self) -> FloatArray:
        """Return how much each run's noise is believed below the common one, by rank, shape (n,).

        Averaged over how far runs' noises may scatter; where the runs are of one noise, all weights
        are near 1. At a typical shape: the scale of a run depends little on what noise is made of.
        """
        pieces = self._whiten(_TYPICAL, np.ones(self.dims.size))
        weights, log_likelihood = [], []
        for blocks in _RUN_SCALE_BLOCKS:
            weight: FloatArray = np.ones(self.dims.size)
            squares: FloatArray = self.dims
            for _ in range(_RUN_SCALE_ROUNDS):
                weighed = self._weighed_by(pieces, weight)
                total, _, _, _ = self.contrasts(weighed, _DRIFT_CENTRE_PER_H**2)
                var, slope, _, _ = self.variance(total)
                ratio = _DRIFT_CENTRE_PER_H**2 / float(var)
                squares = self.left_by_run(weighed, slope, ratio) / (weight * var)
                weight = np.asarray((blocks + self.dims) / (blocks + squares))
            weights.append(weight)
            log_likelihood.append(_log_student(squares, self.dims, float(var), blocks))
        share = np.exp(np.array(log_likelihood) - max(log_likelihood))
        return np.asarray(share / share.sum() @ np.stack(weights))

    def _weighed_by(self, pieces: Pieces, weight: FloatArray) -> Pieces:
        """Return pieces of unit weights as if they had been whitened with these."""
        white = pieces.white * np.sqrt(weight)[self.layout.rank_of_block][:, None]
        by_run = weight[:, None]
        return Pieces(
            pieces.ones * by_run, pieces.drift * by_run, white.T @ white, pieces.log_s, white
        )

    def points(self, shape: Shape, run_weight: FloatArray) -> list[Point]:
        """Evaluate one shape of the noise with every spread of drifts."""
        pieces = self._whiten(shape, run_weight)
        log_prior = -0.5 * (np.log(shape.slow_tau_s / _TAU_CENTRE_S) / _TAU_LOG_SD) ** 2
        first, _, _, info = self.contrasts(pieces, _DRIFT_CENTRE_PER_H**2)
        ratio = _DRIFTS_PER_H**2 / float(self.variance(first)[0])
        total = np.stack([self.contrasts(pieces, r)[0] for r in ratio.tolist()])
        var, slope, cov, left = self.variance(total)
        dims = float(self.dims.sum())
        log_weight = (
            log_prior
            + _LOG_DRIFT_PRIOR
            - 0.5
            * (
                pieces.log_s
                + float(np.log(pieces.ones[:, 0]).sum())
                + np.log1p(ratio[:, None] * info).sum(axis=1)
                + (dims + _PRIOR_BLOCKS) * np.log(var)
                + (left + _PRIOR_BLOCKS * _PRIOR_VAR) / var
                + np.einsum("da,ab,db->d", slope, self.prior, slope)
                - np.linalg.slogdet(cov)[1]
            )
        )
        return [
            Point(
                float(log_weight[i]),
                shape,
                float(ratio[i] * var[i]),
                float(var[i]),
                slope[i],
                cov[i],
                total[i],
                pieces,
            )
            for i in range(ratio.size)
        ]

    def weighed(self, run_weight: FloatArray) -> list[Point]:
        """Climb the grid to its best shape; return the points around it that carry weight."""
        axes = (_FAST_OF_REST, _SLOW_SHARES, _SLOW_TAUS_S)
        known: dict[tuple[int, ...], list[Point]] = {}

        def best_at(place: tuple[int, ...]) -> float:
            if place not in known:
                of_rest, slow, tau_s = (float(a[i]) for a, i in zip(axes, place, strict=True))
                shape = Shape(slow, of_rest * (1.0 - slow), tau_s)
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
    def _forget(known: dict[tuple[int, ...], list[Point]]) -> None:
        """Let go of points without weight: each holds all blocks."""
        top = max(p.log_weight for some in known.values() for p in some)
        for place, some in known.items():
            known[place] = [p for p in some if p.log_weight > top + np.log(_LEAST_WEIGHT)]

    def at_known(self, shape: Shape, *, var: float, drift_var: float) -> Point:
        """Return the one point of a known noise."""
        pieces = self._whiten(shape, np.ones(self.dims.size))
        total, _, _, _ = self.contrasts(pieces, drift_var / var)
        slope, cov, _ = self.solve(total, var)
        return Point(0.0, shape, drift_var, var, slope, cov, total, pieces)

    def added_to(self, total: FloatArray, shape: Shape, *, var: float, drift_var: float) -> Point:
        """Return a point of known noise, these blocks added to what others had added up to."""
        # Several points are of one shape, with other drifts.
        if shape not in self._plain:
            self._plain[shape] = self._whiten(shape, np.ones(self.dims.size))
        pieces = self._plain[shape]
        ratio = drift_var / var
        slope, _, _ = self.solve(total, var)
        blocks = _RUN_SCALE_BLOCKS[1]
        left = self.left_by_run(pieces, slope, ratio)
        pieces = self._weighed_by(pieces, (blocks + self.dims) / (blocks + left / var))
        own, _, _, _ = self.contrasts(pieces, ratio)
        slope, cov, _ = self.solve(total + own, var)
        return Point(0.0, shape, drift_var, var, slope, cov, total + own, pieces)


def _log_student(squares: FloatArray, dims: FloatArray, var: float, blocks: float) -> float:
    """Return the log likelihood of runs whose noise variances are as if from so many blocks.

    `squares` are what runs leave over, in units of the common variance `var`; shapes (n,).
    """
    sizes, index = np.unique(dims, return_inverse=True)
    gammas = np.array([math.lgamma((blocks + d) / 2.0) - math.lgamma(blocks / 2.0) for d in sizes])
    log_density = (
        gammas[index]
        - 0.5 * dims * math.log(blocks * var)
        - 0.5 * (blocks + dims) * np.log1p(squares / blocks)
    )
    return float(log_density.sum())


def of_runs(
    model: Contrasts, point: Point
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
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
