"""How the whole history, later runs too, is brought to bear on the level at any day.

A backward pass (Rauch-Tung-Striebel) over the lanes that carry weight after a chosen run; days
without a run are filled in afterwards, from the runs around them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import BoolArray, FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.lanes import Lanes  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from evenstride.stats.filtering import Filtered

_MOST_LANES = 64
_LEAST_WEIGHT = 1e-3


@dataclass(frozen=True, slots=True)
class Smoothed:
    """The level and the shared part at every run, in the lanes that carry weight.

    Attributes
    ----------
    day
        Days of the runs, shape (n,).
    lanes
        The lanes kept, l of them.
    weight
        Their posterior weights, summing to 1, shape (l,).
    predicted, filtered, state
        Means and covariances (m1, m2, p11, p12, p22) at each run: from the runs before it, with
        itself, and from all runs; shape (5, n, l).
    gain
        Smoother gains (g11, g12, g21, g22) from each run to the next, shape (4, n - 1, l).
    """

    day: FloatArray
    lanes: Lanes
    weight: FloatArray
    predicted: FloatArray
    filtered: FloatArray
    state: FloatArray
    gain: FloatArray

    @property
    def still(self) -> BoolArray:
        """Lanes in which the level stands still, shape (l,)."""
        return self.lanes.still


def smooth(filtered: Filtered, count: int) -> Smoothed:
    """Smooth the first `count` runs of a filtered history, as if no later run were known.

    Parameters
    ----------
    filtered
        The forward pass.
    count
        How many runs to use, 1 <= count <= n.
    """
    blocks = [b for b in filtered.blocks if b.start < count]
    last = blocks[-1]
    log_weight = last.log_weight_after()[count - 1 - last.start]
    weight = np.exp(log_weight - log_weight.max())
    # The best lanes of all; and, for what is said of a moving level, of the moving ones.
    chosen = np.zeros(weight.size, dtype=bool)
    still = filtered.lanes.still[last.lane]
    for family in (still, ~still):
        if family.any():
            best = np.argsort(np.where(family, -weight, 1.0), kind="stable")[:_MOST_LANES]
            chosen[best] = family[best] & (weight[best] >= _LEAST_WEIGHT * weight[family].max())
    lane = last.lane[chosen]
    weight = weight[chosen] / weight[chosen].sum()
    lanes = filtered.lanes.pick(lane)

    columns = [np.searchsorted(b.lane, lane) for b in blocks]
    sizes = [min(b.stop, count) - b.start for b in blocks]
    predicted = np.concatenate(
        [b.predicted[:, :k, c] for b, c, k in zip(blocks, columns, sizes, strict=True)], axis=1
    )
    forward = np.concatenate(
        [b.filtered[:, :k, c] for b, c, k in zip(blocks, columns, sizes, strict=True)], axis=1
    )
    day = filtered.day[:count]
    phi = np.exp(-np.diff(day)[:, None] / lanes.tau_day)
    gain = _gain(forward[:, :-1], phi, predicted[:, 1:])
    return Smoothed(
        day, lanes, weight, predicted, forward, _backward(predicted, forward, gain), gain
    )


def _gain(before: FloatArray, phi: FloatArray, ahead: FloatArray) -> FloatArray:
    """Return the smoother gain P F' Q^-1, P the covariance `before`, Q the one `ahead`."""
    _, _, p11, p12, p22 = before
    _, _, q11, q12, q22 = ahead
    p12f, p22f = p12 * phi, p22 * phi
    per_det = 1.0 / (q11 * q22 - q12 * q12)
    return np.stack(
        [
            (p11 * q22 - p12f * q12) * per_det,
            (p12f * q11 - p11 * q12) * per_det,
            (p12 * q22 - p22f * q12) * per_det,
            (p22f * q11 - p12 * q12) * per_det,
        ]
    )


def _backward(predicted: FloatArray, forward: FloatArray, gain: FloatArray) -> FloatArray:
    """Run the backward recursion; shape (5, n, l)."""
    state = np.empty_like(forward)
    current = forward[:, -1]
    state[:, -1] = current
    for i in range(forward.shape[1] - 2, -1, -1):
        current = _pull(forward[:, i], gain[:, i], current - predicted[:, i + 1])
        state[:, i] = current
    return state


def _pull(before: FloatArray, gain: FloatArray, surprise: FloatArray) -> FloatArray:
    """Move a state by what later runs changed ahead of it: x + G d, P + G D G'."""
    g11, g12, g21, g22 = gain
    d1, d2, d11, d12, d22 = surprise
    a11, a12 = g11 * d11 + g12 * d12, g11 * d12 + g12 * d22
    a21, a22 = g21 * d11 + g22 * d12, g21 * d12 + g22 * d22
    out = np.empty_like(before)
    out[0] = g11 * d1 + g12 * d2
    out[1] = g21 * d1 + g22 * d2
    out[2] = a11 * g11 + a12 * g12
    out[3] = a11 * g21 + a12 * g22
    out[4] = a21 * g21 + a22 * g22
    out += before
    return out


def level_at(smoothed: Smoothed, day: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of the level at any days, in every lane.

    Parameters
    ----------
    smoothed
        The smoothed history.
    day
        Days, shape (m,); before the first and after the last run the level walks on unseen.

    Returns
    -------
        Means and variances, each of shape (m, l), units of the scale.
    """
    at, before, dt = _place(smoothed, day)
    mean = smoothed.state[0][before].copy()
    var = smoothed.state[2][before] + np.abs(dt)[:, None] * smoothed.lanes.walk_var
    inside = (dt > 0.0) & (before < smoothed.day.size - 1)
    if inside.any():
        pulled = _between(smoothed, at[inside], before[inside])[0]
        mean[inside], var[inside] = pulled[0], pulled[2]
    return mean, var


def change_between(smoothed: Smoothed, start: float, end: float) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of level(end) - level(start) in every lane.

    Parameters
    ----------
    smoothed
        The smoothed history.
    start, end
        Days, start <= end; `end` is not before the last run.

    Returns
    -------
        Means and variances, shape (l,); both exactly 0 where the level stands still.
    """
    (m0, m1), (v0, v1) = level_at(smoothed, np.array([start, end]))
    last = smoothed.day.size - 1
    at, before, dt = _place(smoothed, np.array([start]))
    i = int(before[0])
    if i == last:  # both in the future of the last run
        return m1 - m0, np.abs(v1 - v0)
    if dt[0] > 0.0:
        _, (a, b, _, _) = _between(smoothed, at, before)
        a, b = a[0], b[0]
        i += 1
    else:
        a, b = np.ones_like(m0), np.zeros_like(m0)
    for g11, g12, g21, g22 in smoothed.gain[:, i:].transpose(1, 0, 2):
        a, b = a * g11 + b * g21, a * g12 + b * g22
    covariance = a * smoothed.state[2, last] + b * smoothed.state[3, last]
    moving = ~smoothed.still
    return np.where(moving, m1 - m0, 0.0), np.where(
        moving, np.maximum(v0 + v1 - 2.0 * covariance, 0.0), 0.0
    )


def _place(
    smoothed: Smoothed, day: FloatArray
) -> tuple[FloatArray, np.typing.NDArray[np.intp], FloatArray]:
    """Return the days, the last run at or before each (the first for earlier days), and the gap."""
    before = np.maximum(np.searchsorted(smoothed.day, day, side="right") - 1, 0)
    return day, before, day - smoothed.day[before]


def _between(
    smoothed: Smoothed, at: FloatArray, before: np.typing.NDArray[np.intp]
) -> tuple[FloatArray, FloatArray]:
    """Return state and gain to the next run, at days strictly between two runs."""
    lanes = smoothed.lanes
    dt = (at - smoothed.day[before])[:, None]
    left = (smoothed.day[before + 1] - at)[:, None]
    m1, m2, p11, p12, p22 = smoothed.filtered[:, before]
    phi = np.exp(-dt / lanes.tau_day)
    there = np.stack(
        [
            m1,
            m2 * phi,
            p11 + dt * lanes.walk_var,
            p12 * phi,
            lanes.shared_var + phi * phi * (p22 - lanes.shared_var),
        ]
    )
    ahead = smoothed.predicted[:, before + 1]
    gain = _gain(there, np.exp(-left / lanes.tau_day), ahead)
    return _pull(there, gain, smoothed.state[:, before + 1] - ahead), gain
