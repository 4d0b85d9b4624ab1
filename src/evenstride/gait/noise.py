"""Decides what the noise of a run looks like, and so how far a mean over part of it can be off.

Seconds of a run are not independent: the watch smooths, and a runner wanders around his or her own
level within seconds and within minutes. The deviation from the level is modelled as

    sigma² · [(1 − s) · OU(tau_fast) + s · OU(tau_slow)]

with OU(tau) an Ornstein–Uhlenbeck process of unit variance. tau_fast, tau_slow and s are not known
well from one run, so all of a small grid are kept, each with its posterior weight; sigma² is
integrated out exactly. The likelihood is that of at most `MOST_PARTS` means of equal parts of the
run with the level integrated out (REML); what the seconds within the parts say of sigma² enters as
its prior. A steady drift through the run is no noise: it is part of what the runner did, and gets a
term of its own.

Integrating a run's own autocorrelation is simpler and too sure by half: in simulated half hours of
the kind above it finds a standard error of 0.10 pp where 0.21 is true, because the mean that it
subtracts has followed the slow wander.

Time is running time. The slow wander goes on through walks and pauses, so that a run with many of
them sees more of it in as many running seconds: its time constants are divided by the `stretch`,
clock time over running time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.estimate import FloatArray

MOST_PARTS: Final = 32
SHORTEST_PART_S: Final = 45.0

_FAST_S: Final = ((12.0, 0.2), (32.0, 0.6), (90.0, 0.2))
_SLOW_S: Final = ((240.0, 0.15), (600.0, 0.5), (1200.0, 0.35))
_SLOW_SHARE: Final = ((0.0, 0.12), (0.12, 0.26), (0.3, 0.35), (0.5, 0.19), (0.75, 0.08))
"""Values and prior weights. Chosen so that 95 % intervals cover 93–97 % in simulated runs of 12 min
to 3 h that share 30 % of their variance with tau 10–15 min, and still learn from a long run."""

_PRIOR_HALF_DOF: Final = 5.0
"""How much the scatter of seconds within the run counts against that of the parts' means."""

_PRIOR_SD_S: Final = 150.0
"""Seconds of running that the channel's own prior SD is worth: it matters in tiny runs only."""

_DRIFT_SD_PER_H: Final = 1.5
"""Prior SD of a steady drift, in sigma per hour: 0.6 pp/h of balance and somewhat more."""

_SMOOTHING_LOSS_S: Final = 8.0 / 3.0
"""A moving mean over 8 s, as the watch takes it, hides 8 s / (3 tau) of the variance of single
readings for tau well above 8 s, and nothing of that of means over minutes."""

_LOG_STEP: Final = 0.1
"""Part lengths and stretches are rounded to 10 %, so that a few dozen factors serve all runs."""

_LARGEST_STRETCH: Final = 3.0
"""A morning and an evening run in one file are not one run wandering for a day."""


def _grid() -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    points = [
        (fast, slow, share, p_fast * p_slow * p_share)
        for fast, p_fast in _FAST_S
        for share, p_share in _SLOW_SHARE
        # Without a slow part its time constant says nothing: one point stands for all.
        for slow, p_slow in (_SLOW_S if share > 0.0 else ((_SLOW_S[0][0], 1.0),))
    ]
    fast, slow, share, weight = np.array(points).T
    return fast, slow, share, np.log(weight)


_FAST, _SLOW, _SHARE, _LOG_PRIOR = _grid()
_FAST_VALUES, _FAST_AT = np.unique(_FAST, return_inverse=True)
_SLOW_VALUES, _SLOW_AT = np.unique(_SLOW, return_inverse=True)
_SMOOTHING_LOSS = ((1.0 - _SHARE) * np.minimum(_SMOOTHING_LOSS_S / _FAST, 0.5))[:, None]


@dataclass(frozen=True, slots=True)
class Noise:
    """What a run says of its noise, for several channels at once.

    Attributes
    ----------
    weight
        Posterior weight of each grid point, shape (grid, channels); columns sum to 1.
    variance
        Posterior scale of sigma² at each grid point, in the channel's unit squared, same shape.
    dof
        Degrees of freedom of the t distribution that goes with it.
    stretch
        Clock time over running time, ≥ 1, rounded.
    """

    weight: FloatArray
    variance: FloatArray
    dof: float
    stretch: float

    def channel(self, index: int) -> Noise:
        """Take one channel alone: shapes become (grid, 1)."""
        return self.channels([index])

    def channels(self, indices: Sequence[int]) -> Noise:
        """Take these channels, in this order: shapes become (grid, indices)."""
        if list(indices) == list(range(self.weight.shape[1])):
            return self
        columns = list(indices)
        return Noise(self.weight[:, columns], self.variance[:, columns], self.dof, self.stretch)


def _mean_variance(duration_s: FloatArray | float, tau_s: FloatArray) -> FloatArray:
    """Variance of the mean of a unit OU process over a duration, as broadcast."""
    r = np.maximum(duration_s, 1e-3) / tau_s
    # expm1: for short durations 1 − (1 − e^−r)/r loses its digits.
    return np.asarray(2.0 / r * (1.0 + np.expm1(-r) / r))


def _mean_covariance(duration_s: float, lag_s: FloatArray | float, tau_s: FloatArray) -> FloatArray:
    """Covariance of two such means, the second starting `lag_s` ≥ duration after the first."""
    r = duration_s / tau_s
    return np.asarray((np.expm1(-r) / r) ** 2 * np.exp(-(lag_s - duration_s) / tau_s))


def rounded_stretch(clock_s: float, running_s: float) -> float:
    """Clock time over running time, as the model takes it."""
    ratio = min(max(clock_s / max(running_s, 1.0), 1.0), _LARGEST_STRETCH)
    return float(np.exp(round(np.log(ratio) / _LOG_STEP) * _LOG_STEP))


def variance_of_mean(duration_s: FloatArray | float, stretch: float) -> FloatArray:
    """Variance of a mean over a stretch of running, for sigma = 1, at each grid point.

    Parameters
    ----------
    duration_s
        Running time averaged over [s], shape (m,) or scalar.
    stretch
        From `rounded_stretch`.

    Returns
    -------
        Shape (grid, m), or (grid, 1) for a scalar.
    """
    d = np.asarray(duration_s, dtype=float).reshape(1, -1)
    slow = _mean_variance(d, _SLOW_VALUES[:, None] / stretch)[_SLOW_AT]
    return variance_of_fast_mean(d) + _SHARE[:, None] * slow


def variance_of_fast_mean(duration_s: FloatArray) -> FloatArray:
    """Like `variance_of_mean`, but of the fast part alone: neighbours share the slow one."""
    # Few time constants make up the grid: exponentials are taken once for each.
    return (1.0 - _SHARE[:, None]) * _mean_variance(duration_s, _FAST_VALUES[:, None])[_FAST_AT]


def covariance_of_means(duration_s: float, lag_s: float, stretch: float) -> FloatArray:
    """Covariance of two means over `duration_s`, the second starting `lag_s` ≥ it after the first.

    Shape (grid, 1), for sigma = 1, in running time.
    """
    fast = _mean_covariance(duration_s, lag_s, _FAST_VALUES)[_FAST_AT]
    slow = _mean_covariance(duration_s, lag_s, _SLOW_VALUES / stretch)[_SLOW_AT]
    return ((1.0 - _SHARE) * fast + _SHARE * slow)[:, None]


def number_of_parts(duration_s: float) -> int:
    """How many equal parts a run of this much usable running is divided into."""
    return max(1, min(MOST_PARTS, int(duration_s / SHORTEST_PART_S)))


@lru_cache(maxsize=256)
def _factors(n: int, log_length: int, stretch: float) -> tuple[FloatArray, FloatArray]:
    """Whitening of n part means with the level projected out, and the log weight before data.

    Shapes (grid · n, n) and (grid, 1). The squared length of a whitened series is its residual
    sum of squares. They depend on the number and length of the parts and the stretch
    only.
    """
    length_s = float(np.exp(log_length * _LOG_STEP))
    k = np.arange(n)
    steps = np.abs(k[:, None] - k[None, :])
    lag_s = np.maximum(steps, 1) * length_s
    cov = np.zeros((_FAST.size, n, n))
    for share, tau in ((1.0 - _SHARE, _FAST), (_SHARE, _SLOW / stretch)):
        part = _mean_covariance(length_s, lag_s[None], tau[:, None, None])
        part[:, k, k] = _mean_variance(length_s, tau)[:, None]
        cov += share[:, None, None] * part
    hours = (k - (n - 1) / 2.0) * length_s / 3600.0
    cov += (_DRIFT_SD_PER_H**2) * np.outer(hours, hours)
    chol = np.linalg.cholesky(cov)
    white = np.linalg.inv(chol)
    level = white.sum(axis=2)
    information = np.sum(level**2, axis=1)
    unit = level / np.sqrt(information)[:, None]
    white -= unit[:, :, None] * np.einsum("gi,gij->gj", unit, white)[:, None, :]
    log_det = np.log(np.diagonal(chol, axis1=1, axis2=2)).sum(axis=1)
    log_weight = _LOG_PRIOR - log_det - 0.5 * np.log(information)
    return white.reshape(-1, n), log_weight[:, None]


def fit(
    part_means: FloatArray,
    *,
    duration_s: float,
    stretch: float,
    unit_variance: FloatArray,
    within_variance: FloatArray,
    prior_sd: FloatArray,
) -> Noise:
    """Learn the noise of a run from the means of its equal parts.

    Parameters
    ----------
    part_means
        Means of consecutive equal parts of the usable running, shape (parts, channels), finite.
    duration_s
        Usable running time of all parts [s].
    stretch
        From `rounded_stretch`.
    unit_variance
        `variance_of_mean(duration_s, stretch)`, which the caller needs as well.
    within_variance
        Variance of the single readings around their run mean, shape (channels,).
    prior_sd
        A usual SD of each channel within a run, shape (channels,), > 0.
    """
    n, channels = part_means.shape
    log_length = round(np.log(max(duration_s, 1.0) / n) / _LOG_STEP)
    white, log_weight = _factors(n, log_length, stretch)
    residual = (white @ (part_means - part_means.mean(axis=0))).reshape(-1, n, channels)
    rss = np.einsum("gnc,gnc->gc", residual, residual)
    # The readings scatter around their own mean, not the level, and the watch has smoothed them:
    # what each grid point keeps of sigma² in sight is known.
    seen = np.maximum(1.0 - unit_variance - _SMOOTHING_LOSS, 0.4)
    prior = (duration_s * within_variance) / seen + _PRIOR_SD_S * prior_sd**2
    prior /= duration_s + _PRIOR_SD_S
    half_dof = _PRIOR_HALF_DOF + (n - 1) / 2.0
    scale = _PRIOR_HALF_DOF * prior + 0.5 * rss
    log_posterior = log_weight + _PRIOR_HALF_DOF * np.log(prior) - half_dof * np.log(scale)
    weight = np.exp(log_posterior - log_posterior.max(axis=0))
    return Noise(weight / weight.sum(axis=0), scale / half_dof, 2.0 * half_dof, stretch)


def standard_errors(noise: Noise, unit_variance: FloatArray) -> FloatArray:
    """Find the standard error of a contrast: the SD of its posterior.

    Parameters
    ----------
    noise
        With c channels.
    unit_variance
        Variance of the contrast for sigma = 1 at each grid point, shape (grid, c) or (grid, 1), or
        (grid, m) where `noise` has a single channel.

    Returns
    -------
        In the channels' units, shape (c,) or (m,).
    """
    second = np.einsum("gc,gc->c", noise.weight * noise.variance, unit_variance)
    return np.asarray(np.sqrt(second * noise.dof / (noise.dof - 2.0)))


def errors(noise: Noise, unit_variance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Find the standard error and the half width of the 95 % interval of a contrast.

    The posterior is a mixture of t distributions with one centre. Its quantile is found to 1 %
    by one Newton step from two standard errors. Parameters as for `standard_errors`; returns `se`,
    `half_width`.
    """
    nu = noise.dof
    spread = noise.variance * unit_variance
    se = np.sqrt((noise.weight * spread).sum(axis=0) * nu / (nu - 2.0))
    half_width = 2.0 * se
    x = half_width / np.sqrt(spread)
    above, density = _t_tail_and_density(x, nu)
    tail = (noise.weight * above).sum(axis=0)
    slope = (noise.weight * x * density).sum(axis=0)
    # Between logarithms the tail is nearly straight, and a step cannot pass zero.
    half_width *= np.exp(np.log(tail / 0.025) * tail / slope)
    return se, half_width


def _t_tail_and_density(x: FloatArray, dof: float) -> tuple[FloatArray, FloatArray]:
    """Probability that Student's t is above x ≥ 0, to 2e-4 for `dof` ≥ 9, and its density at x.

    Wallace's transformation to a normal variable, and Abramowitz & Stegun 26.2.17: SciPy's own
    takes longer to import than hundreds of runs take to measure.
    """
    log_term = np.log1p(x * x / dof)
    z = np.sqrt(log_term * dof) * ((8.0 * dof + 1.0) / (8.0 * dof + 3.0))
    k = 1.0 / (1.0 + 0.2316419 * z)
    series = k * (
        0.319381530 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429)))
    )
    tail = np.exp(-0.5 * z * z) * series * (1.0 / math.sqrt(2.0 * math.pi))
    log_constant = math.lgamma((dof + 1.0) / 2.0) - math.lgamma(dof / 2.0)
    constant = math.exp(log_constant) / math.sqrt(dof * math.pi)
    return tail, constant * np.exp(log_term * (-(dof + 1.0) / 2.0))
