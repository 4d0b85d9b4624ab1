"""How the whole history, later runs too, is brought to bear on the level at any day.

A backward pass (Rauch-Tung-Striebel) over the lanes that carry weight after a chosen run; days
without a run are filled in afterwards, from the runs around them.

Sensors' offsets are constants, so the pass is made as if they were known: given the offsets, level
and shared part are a plain two-state model whose means are linear in them. The pass carries these
means at the offsets' posterior mean and their slopes; what is unknown of the offsets is added
when a variance is asked for. This is exact, and a fraction of the work of a longer state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import BoolArray, FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.filtering import IndexArray, offset_parts
from evenstride.stats.lanes import Lanes  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.stats.filtering import Block, Filtered

_MOST_LANES = 64
_LEAST_WEIGHT = 1e-3


@dataclass(frozen=True, slots=True)
class Smoothed:
    """The level as the present sensor reads it, and the shared part, in the lanes of weight.

    Attributes
    ----------
    day
        Days of the runs, shape (n,).
    lane
        Indices of the lanes kept into the whole grid, shape (l,).
    lanes
        These lanes.
    weight
        Their posterior weights, summing to 1, shape (l,).
    ahead, filtered, state
        Means and covariances (m1, m2, p11, p12, p22) at each run, were the offsets known and as
        `offset` says, then the slopes of m1 and of m2 on each of the k offsets: at the next run
        and at the run itself from the runs so far, and from all runs; shape (5 + 2 k, n, l), the
        first one run shorter.
    gain
        Smoother gains (g11, g12, g21, g22) from each run to the next, shape (4, n - 1, l).
    present
        The group of the last run's sensor.
    offset, offset_cov
        Posterior means and covariances of the offsets to the first sensor, shapes (k, l) and
        (k, k, l).
    """

    day: FloatArray
    lane: IndexArray
    lanes: Lanes
    weight: FloatArray
    ahead: FloatArray
    filtered: FloatArray
    state: FloatArray
    gain: FloatArray
    present: int
    offset: FloatArray
    offset_cov: FloatArray

    @property
    def still(self) -> BoolArray:
        """Lanes in which the level stands still, shape (l,)."""
        return self.lanes.still


def smooth(filtered: Filtered, count: int, *, since: float = -np.inf) -> Smoothed:
    """Smooth the first `count` runs of a filtered history, as if no later run were known.

    Parameters
    ----------
    filtered
        The forward pass.
    count
        How many runs to use, 1 <= count <= n.
    since
        How far back to go, a day: to the last run that is not after it. Runs before that one are
        used, but nothing can be asked of their days.
    """
    first = max(int(np.searchsorted(filtered.day[:count], since, side="right")) - 1, 0)
    last = next(b for b in filtered.blocks if b.start < count <= b.stop)
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

    forward = lanes_of([(b, b.filtered) for b in filtered.blocks], lane, range(first, count))
    day = filtered.day[first:count]
    _, _, _, offset_cov = offset_parts(forward[:, -1], filtered.others)
    offset = forward[5 : 5 + filtered.others, -1]
    present = int(filtered.group[count - 1])
    if filtered.others:
        forward = _given_offsets(forward, offset, present)
    gap = np.diff(day)[:, None]
    ahead = _ahead(forward[:, :-1], gap, lanes)
    gain = _gain(forward[:, :-1], np.exp(-gap / lanes.tau_day), ahead)
    return Smoothed(
        day=day,
        lane=lane,
        lanes=lanes,
        weight=weight,
        ahead=ahead,
        filtered=forward,
        state=_backward(ahead, forward, gain),
        gain=gain,
        present=present,
        offset=offset,
        offset_cov=offset_cov,
    )


def lanes_of(
    parts: Iterable[tuple[Block, FloatArray]], lane: IndexArray, runs: range
) -> FloatArray:
    """Return blocks' arrays (..., runs, their lanes), joined: consecutive runs, the lanes `lane`.

    A lane alive at the end was alive in every block.
    """
    return np.concatenate(
        [
            x[
                :,
                max(runs.start - b.start, 0) : runs.stop - b.start,
                np.searchsorted(b.lane, lane),
            ]
            for b, x in parts
            if runs.start < b.stop and b.start < runs.stop
        ],
        axis=1,
    )


def _given_offsets(joint: FloatArray, offset: FloatArray, present: int) -> FloatArray:
    """Turn states with offsets into states were the offsets known to be `offset`, shape (k, l).

    The level changes over from the first sensor's reading to that of group `present`.
    """
    others = len(offset)
    mean, with_level, with_shared, cov = offset_parts(joint, others)
    if others == 1:
        slope = np.stack([with_level / cov[0], with_shared / cov[0]])
    else:
        cross = np.stack([with_level, with_shared], axis=-1)
        solved = np.linalg.solve(np.moveaxis(cov, (0, 1), (-2, -1)), np.moveaxis(cross, 0, -2))
        slope = np.moveaxis(solved, (-1, -2), (0, 1))
    level_slope, shared_slope = slope
    out = np.empty((5 + 2 * others, *joint.shape[1:]))
    apart = offset[:, None] - mean
    out[0] = joint[0] + (level_slope * apart).sum(axis=0)
    out[1] = joint[1] + (shared_slope * apart).sum(axis=0)
    out[2] = joint[2] - (level_slope * with_level).sum(axis=0)
    out[3] = joint[3] - (level_slope * with_shared).sum(axis=0)
    out[4] = joint[4] - (shared_slope * with_shared).sum(axis=0)
    out[5 : 5 + others] = level_slope
    out[5 + others :] = shared_slope
    if present:
        out[0] += offset[present - 1]
        out[5 + present - 1] += 1.0
    return out


def _ahead(state: FloatArray, dt: FloatArray, lanes: Lanes) -> FloatArray:
    """Return states `dt` days later, no run being between; `dt` of shape (m, 1)."""
    others = (len(state) - 5) // 2
    phi = np.exp(-dt / lanes.tau_day)
    out = state.copy()
    out[1] *= phi
    out[2] += dt * lanes.walk_var
    out[3] *= phi
    out[4] = lanes.shared_var + phi * phi * (state[4] - lanes.shared_var)
    out[5 + others :] *= phi
    return out


def _gain(before: FloatArray, phi: FloatArray, ahead: FloatArray) -> FloatArray:
    """Return the smoother gain P F' Q^-1, P the covariance `before`, Q the one `ahead`."""
    p11, p12, p22 = before[2:5]
    q11, q12, q22 = ahead[2:5]
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


def _backward(ahead: FloatArray, forward: FloatArray, gain: FloatArray) -> FloatArray:
    """Run the backward recursion; shape (5 + 2 k, n, l)."""
    state = np.empty_like(forward)
    current = forward[:, -1]
    state[:, -1] = current
    for i in range(forward.shape[1] - 2, -1, -1):
        current = _pull(forward[:, i], gain[:, i], current - ahead[:, i])
        state[:, i] = current
    return state


def _pull(before: FloatArray, gain: FloatArray, surprise: FloatArray) -> FloatArray:
    """Move a state by what later runs changed ahead of it: x + G d, P + G D G', slopes like x."""
    g11, g12, g21, g22 = gain
    d1, d2, d11, d12, d22 = surprise[:5]
    a11, a12 = g11 * d11 + g12 * d12, g11 * d12 + g12 * d22
    a21, a22 = g21 * d11 + g22 * d12, g21 * d12 + g22 * d22
    out = np.empty_like(before)
    out[0] = g11 * d1 + g12 * d2
    out[1] = g21 * d1 + g22 * d2
    out[2] = a11 * g11 + a12 * g12
    out[3] = a11 * g21 + a12 * g22
    out[4] = a21 * g21 + a22 * g22
    if len(surprise) > 5:
        others = (len(surprise) - 5) // 2
        d1, d2 = surprise[5 : 5 + others], surprise[5 + others :]
        out[5 : 5 + others] = g11 * d1 + g12 * d2
        out[5 + others :] = g21 * d1 + g22 * d2
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
    mean, var, slope = _level_given_offsets(smoothed, day)
    return mean, var + _spread_of(slope, smoothed)


def _level_given_offsets(
    smoothed: Smoothed, day: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean and variance of the level were the offsets known, and its slopes on them."""
    at, before, dt = _place(smoothed, day)
    others = len(smoothed.offset)
    state = smoothed.state[:, before]
    state[2] += np.abs(dt)[:, None] * smoothed.lanes.walk_var
    inside = (dt > 0.0) & (before < smoothed.day.size - 1)
    if inside.any():
        state[:, inside] = _between(smoothed, at[inside], before[inside])[0]
    return state[0], state[2], state[5 : 5 + others]


def _spread_of(slope: FloatArray, smoothed: Smoothed) -> FloatArray:
    """Return the variance that unknown offsets give what has these slopes on them, (k, m, l)."""
    return np.asarray(np.einsum("aml,abl,bml->ml", slope, smoothed.offset_cov, slope))


def offset_to_present(smoothed: Smoothed, group: int) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of how much more a sensor reads than the present one, shape (l,)."""
    slope = _reading_slope(smoothed, np.array([group]))
    mean = np.einsum("am,al->l", slope, smoothed.offset)
    spread = _spread_of(np.broadcast_to(slope[:, :, None], (*slope.shape, mean.size)), smoothed)
    return np.asarray(mean), spread[0]


def _reading_slope(smoothed: Smoothed, group: IndexArray) -> FloatArray:
    """Return how a sensor's reading less the present one's depends on the offsets, (k, m)."""
    slope = np.zeros((len(smoothed.offset) + 1, group.size))
    slope[group, np.arange(group.size)] += 1.0
    slope[smoothed.present] -= 1.0
    return slope[1:]


def readings(smoothed: Smoothed, group: IndexArray) -> tuple[FloatArray, FloatArray]:
    """Return what each run's sensor would read without the run's own part, from all runs.

    Parameters
    ----------
    smoothed
        The smoothed history.
    group
        The sensor of each run, shape (n,).

    Returns
    -------
        Means and variances, each of shape (n, l).
    """
    others = len(smoothed.offset)
    m1, m2, p11, p12, p22 = smoothed.state[:5]
    mean, var = m1 + m2, p11 + 2.0 * p12 + p22
    if others:
        of_sensor = _reading_slope(smoothed, group)
        slope = smoothed.state[5 : 5 + others] + smoothed.state[5 + others :]
        mean = mean + np.einsum("am,al->ml", of_sensor, smoothed.offset)
        var = var + _spread_of(slope + of_sensor[:, :, None], smoothed)
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
    (m0, m1), (v0, v1), slope = _level_given_offsets(smoothed, np.array([start, end]))
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
    unknown = _spread_of(slope[:, 1:] - slope[:, :1], smoothed)[0]
    moving = ~smoothed.still
    return np.where(moving, m1 - m0, 0.0), np.where(
        moving, np.maximum(v0 + v1 - 2.0 * covariance, 0.0) + unknown, 0.0
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
    there = _ahead(smoothed.filtered[:, before], dt, lanes)
    ahead = smoothed.ahead[:, before]
    gain = _gain(there, np.exp(-left / lanes.tau_day), ahead)
    return _pull(there, gain, smoothed.state[:, before + 1] - ahead), gain
