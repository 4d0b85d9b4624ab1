"""How far sums over the blocks of one run can be trusted, given the noise that all runs tell of.

The way out against the way back: what changes side on the way back, as the slope of a road does for
a runner who keeps to one edge, stands out as half of that difference. And a run's plain mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import Z95, Estimate

if TYPE_CHECKING:
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.domain.moves import NoiseWithinRuns

MINUTE_S = 60.0
LEAST_BLOCKS = 4
"""On either way."""

# As the fit has it: noise that fades over half a minute, averaged over each block.
_FAST_TAU_S, _FAST_VAR_OF_MINUTE = 32.0, 0.585
# A run's noise is like that of the other runs, as if so many blocks had said so.
_PRIOR_BLOCKS = 12.0


def half_difference(
    value: FloatArray,
    out: BoolArray,
    *,
    t_s: FloatArray,
    duration_s: FloatArray,
    elapsed_h: FloatArray,
    conditions: FloatArray,
    coefficient: FloatArray,
    covariance: FloatArray,
    noise: NoiseWithinRuns,
    unit: str,
) -> Estimate | None:
    """Return half of how much further left the way out reads than the way back.

    Parameters
    ----------
    value
        The measure in the m blocks that were run there and back, shape (m,).
    out
        Which are of the way out, shape (m,).
    t_s, duration_s
        Middle of each block and its usable seconds, shape (m,).
    elapsed_h
        Running time before each, from anywhere, shape (m,).
    conditions
        What else differed between the blocks, shape (m, k), no NaN.
    coefficient, covariance
        What that does, by the fit of all runs, shapes (k,) and (k, k).
    noise
        Within runs, by the same fit.
    unit
        Of the measure.

    Returns
    -------
        None with fewer than `LEAST_BLOCKS` blocks on either way. The run's own drift counts as
        noise: out comes before back, and only chance has it that nothing else changed with time.
    """
    if min(int(out.sum()), int((~out).sum())) < LEAST_BLOCKS:
        return None
    cov = noise_cov(t_s, duration_s, elapsed_h - elapsed_h.mean(), noise)
    cov += conditions @ covariance @ conditions.T
    design = np.column_stack([np.ones(value.size), np.where(out, 1.0, -1.0)])
    left = value - conditions @ coefficient
    solved = np.linalg.solve(cov, np.column_stack([design, left]))
    found_cov = np.linalg.inv(design.T @ solved[:, :2])
    found = found_cov @ (design.T @ solved[:, 2])
    misfit = float(left @ solved[:, 2] - found @ (design.T @ solved[:, 2]))
    scale = (_PRIOR_BLOCKS + misfit) / (_PRIOR_BLOCKS + value.size - design.shape[1])
    se = float(np.sqrt(found_cov[1, 1] * scale))
    return Estimate(
        value=float(found[1]),
        se=se,
        low=float(found[1]) - Z95 * se,
        high=float(found[1]) + Z95 * se,
        unit=unit,
        n_effective=float(left.var() / se**2),
    )


def plain_mean_se(
    t_s: FloatArray, duration_s: FloatArray, elapsed_h: FloatArray, noise: NoiseWithinRuns
) -> float:
    """Return the standard error of a run's mean by time, within the run, as said of its reference.

    Parameters
    ----------
    t_s, duration_s
        Middle of each block and its usable seconds, shape (m,).
    elapsed_h
        Running time before each, less that of reference conditions: the run's own drift is in its
        mean as far as that is later than the reference; shape (m,).
    noise
        Within runs, by the fit of all.
    """
    share = duration_s / duration_s.sum()
    return float(np.sqrt(share @ noise_cov(t_s, duration_s, elapsed_h, noise) @ share))


def noise_cov(
    t_s: FloatArray, duration_s: FloatArray, elapsed_h: FloatArray, noise: NoiseWithinRuns
) -> FloatArray:
    """Return how blocks of one run vary together, shape (m, m); parameters as `plain_mean_se`."""
    apart_s = np.abs(t_s[:, None] - t_s)
    x = duration_s / _FAST_TAU_S
    mean = -np.expm1(-x) / x
    between_s = np.maximum(apart_s - 0.5 * (duration_s[:, None] + duration_s), 0.0)
    cov = np.outer(mean, mean) * np.exp(-between_s / _FAST_TAU_S)
    np.fill_diagonal(cov, 2.0 * (1.0 - mean) / x)
    cov *= noise.fast_sd**2 / _FAST_VAR_OF_MINUTE
    cov += np.diag(noise.white_sd**2 * MINUTE_S / duration_s)
    cov += noise.slow_sd**2 * np.exp(-apart_s / noise.slow_tau_s)
    cov += noise.drift_sd_per_h**2 * np.outer(elapsed_h, elapsed_h)
    return np.asarray(cov)
