"""How far single runs scatter, in words a runner can use: two of three, and pairs of runs.

The run's own part is a mixture of normals with heavy tails, so neither follows from an SD: with
Student-t days 9 to 10 % of pairs differ by more than 1.96 SDs of a difference, not 5 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.stats.gaussian import mixture_quantile

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray
    from evenstride.stats.lanes import Lanes

_ONE_SD_ABOVE = 0.8413447460685429
_HIGHEST_OF_PAIRS = 0.975


def single_spread(lanes: Lanes) -> FloatArray:
    """Return half the width that holds 68.3 % of runs around the level, shape (l,).

    Of the shared and the run's own part, without its error of measurement; the SD for a Gaussian.
    """
    return _quantile(lanes.own_weight, lanes.own_var + lanes.shared_var, _ONE_SD_ABOVE)


def pair_limit(lanes: Lanes, error_var: float) -> FloatArray:
    """Return by how much 95 % of pairs of runs differ at most, shape (l,).

    Parameters
    ----------
    lanes
        The lanes.
    error_var
        Variance of a run's error of measurement, in units of the scale squared.
    """
    first, second = np.triu_indices(len(lanes.own_var))
    # A pair of unlike components comes in either order.
    times = np.where(first == second, 1.0, 2.0)[:, None]
    weight = times * lanes.own_weight[first] * lanes.own_weight[second]
    var = lanes.own_var[first] + lanes.own_var[second] + 2.0 * (lanes.shared_var + error_var)
    return _quantile(weight, var, _HIGHEST_OF_PAIRS)


def _quantile(weight: FloatArray, var: FloatArray, p: float) -> FloatArray:
    """Return the p-quantile of mixtures of normals around 0; `weight`, `var` of shape (k, l)."""
    return mixture_quantile(weight.T, np.zeros_like(var.T), np.sqrt(var.T), p)
