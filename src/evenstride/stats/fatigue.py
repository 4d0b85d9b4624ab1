"""Whether balance holds longer into a run than it used to: one straight line through runs' drifts.

Within the window the drift of run r is `now + change * (day - last day) / window`, plus what is
this run's own (with heavy tails: a mixture of normals that stands in for a Student-t), plus the
error with which a single run tells its drift. How large the own parts are and how heavy their tails
is tried on a grid, the line is found for each, and all are averaged by how well they explain the
runs. Where the drift wanders, the line is the one that fits what it was on the runs' days best.

A drift holds longer where it is smaller on the same side, so the verdict needs two things: that it
changed, and that it was, by and large, on one side of 0 all the while, which the sum of both ends
of the line tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.estimate import Estimate, FloatArray
from evenstride.stats.gaussian import mixture_quantile
from evenstride.stats.lanes import MULTIPLIERS, student_weights
from evenstride.stats.verdict import LEAST_DAYS, LEAST_RUNS

UNIT: Final = "pp/h"
_TAUS_PP_PER_H = 0.05 * 1.35 ** np.arange(14)
# Runs' own drifts scatter by 0.6 pp/h typically (DOMAIN 7), and by three times as much at most.
_TAU_CENTRE_PP_PER_H, _TAU_LOG_SD = 0.6, 0.8
_NUS = np.array([30.0, 5.0, 2.5])
_NU_PRIOR = np.array([0.4, 0.35, 0.25])
# Of the drift now, and of its change: weak beside what ten runs say.
_PRIOR_SD_PP_PER_H = np.array([2.0, 1.5])
_ROUNDS, _CLOSE = 60, 1e-7
_LEAST_CURVATURE = 0.05


class Holding(StrEnum):
    """What the rule says: whether balance holds longer into a run than it did."""

    LONGER = "holds_longer"
    LESS = "holds_less"
    NOT_DISTINGUISHABLE = "not_distinguishable"
    TOO_EARLY = "too_early"


@dataclass(frozen=True, slots=True, eq=False)
class Fatigue:
    """The drift within runs, and how it changed; + = toward the left as a run goes on.

    Attributes
    ----------
    now, before
        The drift on the last day, and at the start of the window.
    change
        `now` less `before`.
    holding
        The verdict.
    window_days, window_runs
        How long ago the start of the window is, and how many runs lie within.
    day, level, low80, high80, low95, high95
        The line and its bands on the days of these runs, increasing, shape (m,).
    own_sd
        How runs' own drifts scatter: SD of the core, their errors left out [pp/h].
    """

    now: Estimate
    before: Estimate
    change: Estimate
    holding: Holding
    window_days: float
    window_runs: int
    day: FloatArray
    level: FloatArray
    low80: FloatArray
    high80: FloatArray
    low95: FloatArray
    high95: FloatArray
    own_sd: float


@dataclass(frozen=True, slots=True, eq=False)
class _Lines:
    """Lines (now, change) of l lanes.

    Weights (l,), means (l, 2), covariances (l, 2, 2), and SDs of runs' own drifts (l,).
    """

    weight: FloatArray
    mean: FloatArray
    cov: FloatArray
    tau: FloatArray

    def told(self, row: tuple[float, float], *, common_var: float = 0.0) -> Estimate:
        """Return what now and change add up to, weighed by a row."""
        mean, var = self._along(np.array([row]), common_var)
        centre = float(mean[0] @ self.weight)
        total = float((var[0] + (mean[0] - centre) ** 2) @ self.weight)
        (low,), (high,) = (
            mixture_quantile(self.weight, mean, np.sqrt(var), p) for p in (0.025, 0.975)
        )
        core = float(self.weight @ self.tau**2)
        worth = core / total if total > 0.0 else float("nan")
        return Estimate(centre, float(np.sqrt(total)), float(low), float(high), UNIT, worth)

    def quantile(self, rows: FloatArray, p: float, *, common_var: float) -> FloatArray:
        mean, var = self._along(rows, common_var)
        return mixture_quantile(self.weight, mean, np.sqrt(var), p)

    def _along(self, rows: FloatArray, common_var: float) -> tuple[FloatArray, FloatArray]:
        var = np.einsum("ma,lab,mb->ml", rows, self.cov, rows)
        return rows @ self.mean.T, var + common_var


def drift_trend(
    day: FloatArray,
    drift_pp_per_h: FloatArray,
    se_pp_per_h: FloatArray,
    *,
    common_se_pp_per_h: float = 0.0,
    window_days: float = 90.0,
) -> Fatigue:
    """Follow the drift within runs through the last days of a runner's history.

    Parameters
    ----------
    day
        Starts of the runs in days, not decreasing, shape (n,), n >= 1.
    drift_pp_per_h, se_pp_per_h
        The whole drift of each run by itself, + = toward the left, and its standard error, > 0;
        finite, shape (n,).
    common_se_pp_per_h
        Standard error that all of them share: it widens what is said of the drift, not what is said
        of its change.
    window_days
        How far back the line goes: over the whole history where that is shorter, and further back
        where there are too few runs within.

    Returns
    -------
        `Holding.LONGER` or `Holding.LESS` where the 95 % interval of the change leaves out 0, and
        so does that of the sum of the drift now and before. Mirroring the drifts mirrors the
        estimates and leaves the verdict.

    Raises
    ------
    InputError
        The arrays do not fit together, or are not what they must be.
    """
    _check(day, drift_pp_per_h, se_pp_per_h)
    if not (common_se_pp_per_h >= 0.0 and window_days > 0.0):
        raise InputError("A shared error is not negative, and a window is longer than nothing.")
    end = float(day[-1])
    start = max(float(day[0]), min(end - window_days, float(day[-min(day.size, LEAST_RUNS)])))
    inside = day >= start
    span = end - start
    ago = (day[inside] - end) / span if span > 0.0 else np.zeros(int(inside.sum()))
    lines = _lines(ago, drift_pp_per_h[inside], se_pp_per_h[inside])
    common_var = common_se_pp_per_h**2
    rows = np.column_stack([np.ones(ago.size), ago])
    low95, low80, high80, high95 = (
        lines.quantile(rows, p, common_var=common_var) for p in (0.025, 0.1, 0.9, 0.975)
    )
    change = lines.told((0.0, 1.0))
    # |now| < |before| where (now - before) (now + before) < 0.
    both = lines.told((2.0, -1.0), common_var=4.0 * common_var)
    return Fatigue(
        now=lines.told((1.0, 0.0), common_var=common_var),
        before=lines.told((1.0, -1.0), common_var=common_var),
        change=change,
        holding=_holding(float(day[-1] - day[0]), day.size, change, both),
        window_days=span,
        window_runs=int(inside.sum()),
        day=day[inside],
        level=rows @ (lines.weight @ lines.mean),
        low80=low80,
        high80=high80,
        low95=low95,
        high95=high95,
        own_sd=float(np.sqrt(lines.weight @ lines.tau**2)),
    )


def common_se(
    se_pp_per_h: FloatArray, *, drift_sd_pp_per_h: float, elapsed_se_pp_per_h: float
) -> float:
    """Return the error that the drifts of all runs share.

    The drift of a run is what is left when pace, slope and so on are taken off. Where these always
    change as runs go on, what all runs have in common is known no better than they are: its error
    is then more than that of a mean over runs.

    Parameters
    ----------
    se_pp_per_h
        Of each run's drift by itself, finite, > 0, shape (n,).
    drift_sd_pp_per_h
        SD of runs' own drifts.
    elapsed_se_pp_per_h
        Standard error of the drift common to all, whatever else moves.
    """
    mean_var = 1.0 / np.sum(1.0 / (se_pp_per_h**2 + drift_sd_pp_per_h**2))
    return float(np.sqrt(max(elapsed_se_pp_per_h**2 - mean_var, 0.0)))


def _check(day: FloatArray, drift: FloatArray, se: FloatArray) -> None:
    if not day.shape == drift.shape == se.shape or day.ndim != 1 or day.size == 0:
        raise InputError("A trend of drifts needs as many drifts and errors as days, one at least.")
    if not all(np.isfinite(a).all() for a in (day, drift, se)) or (se <= 0.0).any():
        raise InputError("A trend of drifts needs finite days, drifts and positive errors.")
    if (np.diff(day) < 0.0).any():
        raise InputError("A trend of drifts needs its runs in the order of their days.")


def _holding(history_days: float, runs: int, change: Estimate, both: Estimate) -> Holding:
    if runs < LEAST_RUNS or history_days < LEAST_DAYS:
        return Holding.TOO_EARLY
    if change.low <= 0.0 <= change.high or both.low <= 0.0 <= both.high:
        return Holding.NOT_DISTINGUISHABLE
    return Holding.LONGER if both.value * change.value < 0.0 else Holding.LESS


def _lines(ago: FloatArray, drift: FloatArray, se: FloatArray) -> _Lines:
    """Find the line of every lane: by expectation and maximisation, with the curvature there.

    `ago` of the runs, 0 on the last day and -1 at the start, shape (m,).
    """
    tau = np.repeat(_TAUS_PP_PER_H, _NUS.size)
    share = np.tile(np.stack([student_weights(nu) for nu in _NUS]), (_TAUS_PP_PER_H.size, 1))
    log_prior = -0.5 * (np.log(tau / _TAU_CENTRE_PP_PER_H) / _TAU_LOG_SD) ** 2
    log_prior = log_prior + np.tile(np.log(_NU_PRIOR), _TAUS_PP_PER_H.size)
    # Lanes, runs, components.
    var = se[None, :, None] ** 2 + (tau[:, None] ** 2 * MULTIPLIERS)[:, None, :]
    log_share = np.log(share)[:, None, :] - 0.5 * np.log(var)
    x = np.column_stack([np.ones(ago.size), ago])
    precision = np.diag(1.0 / _PRIOR_SD_PP_PER_H**2)
    line = np.tile([np.median(drift), 0.0], (tau.size, 1))
    for _ in range(_ROUNDS):
        left = drift - line @ x.T
        _, held = _components(left, var, log_share)
        weight = (held / var).sum(axis=2)
        info = np.einsum("lm,ma,mb->lab", weight, x, x) + precision
        moved = np.linalg.solve(info, np.einsum("lm,ma->la", weight * drift, x)[..., None])[..., 0]
        step, line = np.abs(moved - line).max(), moved
        if step < _CLOSE:
            break
    left = drift - line @ x.T
    log_density, held = _components(left, var, log_share)
    weight = (held / var).sum(axis=2)
    # What a run says of the line falls where it may be a wild one.
    curvature = weight - left**2 * ((held / var**2).sum(axis=2) - weight**2)
    curvature = np.maximum(curvature, _LEAST_CURVATURE * weight)
    info = np.einsum("lm,ma,mb->lab", curvature, x, x) + precision
    log_weight = (
        log_prior
        + log_density.sum(axis=1)
        - 0.5 * np.einsum("la,ab,lb->l", line, precision, line)
        - 0.5 * np.linalg.slogdet(info)[1]
    )
    share_of = np.exp(log_weight - log_weight.max())
    return _Lines(share_of / share_of.sum(), line, np.linalg.inv(info), tau)


def _components(
    left: FloatArray, var: FloatArray, log_share: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the log density of what is left, (l, m), and which components hold it, (l, m, k)."""
    log_part = log_share - 0.5 * left[..., None] ** 2 / var
    log_density = np.logaddexp.reduce(log_part, axis=2)
    return log_density, np.exp(log_part - log_density[..., None])
