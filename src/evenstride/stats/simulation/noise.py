"""How noise that remembers and sensors that lag are computed, a whole run at a time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

BLOCK = 64


def coloured_noise(n: int, tau_s: float, rng: np.random.Generator) -> FloatArray:
    """Return n seconds of stationary Ornstein–Uhlenbeck noise, SD 1, correlation time `tau_s`."""
    kept = math.exp(-1.0 / tau_s)
    steps = rng.standard_normal(n)
    steps[1:] *= math.sqrt(1.0 - kept**2)  # the first is drawn from the stationary law
    return _recursion(steps, kept, 0.0)


def smoothed(values: FloatArray, tau_s: float) -> FloatArray:
    """Return values [shape (n,), each second] behind a first-order lag of `tau_s` seconds."""
    if tau_s <= 0 or values.size == 0:
        return values
    kept = math.exp(-1.0 / tau_s)
    return _recursion((1.0 - kept) * values, kept, float(values[0]))


def _recursion(steps: FloatArray, kept: float, before: float) -> FloatArray:
    """Return y[t] = kept · y[t-1] + steps[t] with y[-1] = before.

    Blocks of 64 at once, because importing scipy.signal costs longer than a simulated year.
    """
    blocks = np.zeros((-(-steps.size // BLOCK), BLOCK))
    blocks.ravel()[: steps.size] = steps
    powers = kept ** np.arange(BLOCK + 1)
    lags = np.subtract.outer(np.arange(BLOCK), np.arange(BLOCK))
    within = blocks @ np.where(lags >= 0, powers[np.abs(lags)], 0.0).T
    carried = np.empty(len(blocks))
    last = before
    for k, end in enumerate(within[:, -1].tolist()):
        carried[k] = last
        last = end + powers[BLOCK] * last
    whole: FloatArray = within + np.multiply.outer(carried, powers[1:])
    return whole.ravel()[: steps.size]
