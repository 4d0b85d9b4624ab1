"""How noise that remembers looks once it is averaged over blocks of about a minute, exactly.

Second by second the noise is Ornstein–Uhlenbeck; the mean over a block and the value at its end are
jointly normal given the value at its start, so no second has to be drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray


def averaged_noise(
    rng: np.random.Generator, duration_s: FloatArray, gap_s: FloatArray, tau_s: float
) -> FloatArray:
    """Return block means of stationary Ornstein–Uhlenbeck noise of SD 1.

    Parameters
    ----------
    rng
        The source of chance.
    duration_s
        Length of each block [s], a row a run, shape (n, k), > 0.
    gap_s
        Time between the end of the block before and the start of each [s], shape (n, k), >= 0; the
        first column is not looked at.
    tau_s
        Correlation time of the noise [s].

    Returns
    -------
        Shape (n, k). Runs are independent; within a run the means are correlated as those of the
        noise are: with ``x = d / tau``, their variance is ``2 (x - 1 + exp(-x)) / x²``.
    """
    runs, blocks = duration_s.shape
    x = duration_s / tau_s
    kept = np.exp(-x)
    lost = -np.expm1(-x)
    slope = lost / x  # of the mean on the value at the start
    end_var = lost * (1.0 + kept)
    mean_var = np.maximum(2.0 * (x - lost) / x**2 - slope**2, 0.0)
    # The mean on the innovation of the value at the end, and what is left of it.
    carried = slope * lost / end_var
    left_sd = np.sqrt(np.maximum(mean_var - carried**2 * end_var, 0.0))
    idle = np.exp(-gap_s / tau_s)
    idle_sd = np.sqrt(-np.expm1(-2.0 * gap_s / tau_s))
    end_sd = np.sqrt(end_var)
    shocks = rng.standard_normal((3, blocks, runs))
    out = np.empty((runs, blocks))
    idle[:, 0], idle_sd[:, 0] = 0.0, 1.0  # stationary from the start
    end = np.zeros(runs)
    for k in range(blocks):
        start = idle[:, k] * end + idle_sd[:, k] * shocks[0, k]
        innovation = end_sd[:, k] * shocks[1, k]
        end = kept[:, k] * start + innovation
        out[:, k] = slope[:, k] * start + carried[:, k] * innovation + left_sd[:, k] * shocks[2, k]
    return out


def averaged_variance(duration_s: float, tau_s: float) -> float:
    """Return the variance of the mean of such noise over a block of `duration_s`."""
    x = duration_s / tau_s
    return float(2.0 * (x + np.expm1(-x)) / x**2)
