"""How the whole history, later runs too, is brought to bear on the level at any day.

Over the lanes that carry weight after a chosen run, a pass forward and one backward (Rauch-Tung-
Striebel); days without a run are filled in afterwards, from the runs around them. Each run takes
part as the site that the filter left of it.

Coefficients are constants, so both passes are made as if they were known: given the coefficients,
level and shared part are a plain two-state model whose means are linear in them. The passes carry
these means at the coefficients' posterior mean and their slopes; what is unknown of the
coefficients is added when a variance is asked for. This is exact, and a fraction of the work of a
longer state.

References
----------
.. [1] de Jong 1991, doi 10.1214/aos/1176348139 (constants carried beside a filter).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import BoolArray, FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.filtering import IndexArray, coefficient_parts
from evenstride.stats.lanes import Lanes  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from evenstride.stats.filtering import Block, Filtered

_MOST_LANES = 64
_LEAST_WEIGHT = 1e-3
_LEAST_VAR, _LEAST_SHARE = 1e-12, 1e-6


@dataclass(frozen=True, slots=True)
class Smoothed:
    """The level at the conditions reported, and the shared part, in the lanes of weight.

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
        Means and covariances (m1, m2, p11, p12, p22) at each run, were the coefficients known and
        as `coefficient` says, then the slopes of m1 and of m2 on each of the k coefficients: at the
        next run and at the run itself from the runs so far, and from all runs; shape
        (5 + 2 k, n, l), the first one run shorter.
    gain
        Smoother gains (g11, g12, g21, g22) from each run to the next, shape (4, n - 1, l).
    site
        What each run amounted to, shape (2, n, l); see `filtering.Block`.
    present
        The conditions that the level is reported under, shape (k,).
    coefficient, coefficient_cov
        Posterior means and covariances of the coefficients, shapes (k, l) and (k, k, l).
    """

    day: FloatArray
    lane: IndexArray
    lanes: Lanes
    weight: FloatArray
    ahead: FloatArray
    filtered: FloatArray
    state: FloatArray
    gain: FloatArray
    site: FloatArray
    present: FloatArray
    coefficient: FloatArray
    coefficient_cov: FloatArray

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

    block, begin = _state_before(filtered, first, lane)
    k = filtered.coefficients.mean.size
    _, state = filtered.state_after(count - 1)
    mean, _, _, cov = coefficient_parts(state[:, chosen], k)
    forward, ahead, site = _forward(filtered, begin, mean, lane, range(block.start, count))
    skipped = first - block.start
    forward, site = forward[:, skipped:], site[:, skipped:]
    # The level changes over from the conditions it is filtered under to those that are reported.
    present = filtered.coefficients.present
    for x in (forward, ahead):
        x[0] += present @ mean
        x[5 : 5 + k] += present[:, None, None]
    ahead = ahead[:, skipped:]
    day = filtered.day[first:count]
    gain = _gain(forward[:, :-1], np.exp(-np.diff(day)[:, None] / lanes.tau_day), ahead)
    return Smoothed(
        day=day,
        lane=lane,
        lanes=lanes,
        weight=weight,
        ahead=ahead,
        filtered=forward,
        state=_backward(ahead, forward, gain),
        gain=gain,
        site=site,
        present=present,
        coefficient=mean,
        coefficient_cov=cov,
    )


def _state_before(filtered: Filtered, run: int, lane: IndexArray) -> tuple[Block, FloatArray]:
    """Return the block that a run is in, and the state before it in the lanes `lane`."""
    block = next(b for b in filtered.blocks if b.start <= run < b.stop)
    return block, block.before[:, np.searchsorted(block.lane, lane)]


def _forward(
    filtered: Filtered, begin: FloatArray, mean: FloatArray, lane: IndexArray, runs: range
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Filter runs by their sites, were the coefficients known to be `mean`, shape (k, l).

    Returns
    -------
        States after each run, shape (5 + 2 k, n, l), before each but the first, and the sites.
    """
    k = len(mean)
    lanes = filtered.lanes.pick(lane)
    site = _lanes_of(filtered, lane, runs)
    forward = np.empty((5 + 2 * k, len(runs), lane.size))
    ahead = np.empty((5 + 2 * k, len(runs) - 1, lane.size))
    design = filtered.coefficients.design
    constant = design @ mean
    step = np.diff(filtered.day, prepend=filtered.day[0])
    current = _given_coefficients(begin, mean)
    for i, run in enumerate(runs):
        if step[run] > 0.0:
            current = _ahead(current, step[run], lanes)
        if i:
            ahead[:, i - 1] = current
        m1, m2, p11, p12, p22 = current[:5]
        c1, c2 = p11 + p12, p12 + p22
        precision, natural = site[:, i]
        h = precision / (1.0 + (c1 + c2) * precision)
        gr = (natural - precision * (m1 + m2 + constant[run])) / (1.0 + (c1 + c2) * precision)
        after = forward[:, i]
        after[0], after[1] = m1 + c1 * gr, m2 + c2 * gr
        c1h = c1 * h
        c2h = c2 * h
        after[2], after[3], after[4] = p11 - c1h * c1, p12 - c1h * c2, p22 - c2h * c2
        if k:
            level, shared = current[5 : 5 + k], current[5 + k :]
            moved = level + shared + design[run][:, None]
            after[5 : 5 + k] = level - c1h * moved
            after[5 + k :] = shared - c2h * moved
        current = after
    return forward, ahead, site


def _lanes_of(filtered: Filtered, lane: IndexArray, runs: range) -> FloatArray:
    """Return the sites of consecutive runs in the lanes `lane`, shape (2, runs, l).

    A lane alive at the end was alive in every block.
    """
    return np.concatenate(
        [
            b.site[
                :, max(runs.start - b.start, 0) : runs.stop - b.start, np.searchsorted(b.lane, lane)
            ]
            for b in filtered.blocks
            if runs.start < b.stop and b.start < runs.stop
        ],
        axis=1,
    )


def _given_coefficients(joint: FloatArray, mean: FloatArray) -> FloatArray:
    """Turn a state with coefficients into one were they known to be `mean`, shape (k, l)."""
    k = len(mean)
    out = np.empty((5 + 2 * k, *joint.shape[1:]))
    out[:5] = joint[:5]
    if k == 0:
        return out
    believed, with_level, with_shared, cov = coefficient_parts(joint, k)
    cross = np.stack([with_level, with_shared], axis=-1)
    solved = np.linalg.solve(np.moveaxis(cov, (0, 1), (-2, -1)), np.moveaxis(cross, 0, -2))
    level_slope, shared_slope = np.moveaxis(solved, (-1, -2), (0, 1))
    apart = mean - believed
    out[0] += (level_slope * apart).sum(axis=0)
    out[1] += (shared_slope * apart).sum(axis=0)
    out[2] -= (level_slope * with_level).sum(axis=0)
    out[3] -= (level_slope * with_shared).sum(axis=0)
    out[4] -= (shared_slope * with_shared).sum(axis=0)
    out[5 : 5 + k] = level_slope
    out[5 + k :] = shared_slope
    return out


def _ahead(state: FloatArray, dt: FloatArray | float, lanes: Lanes) -> FloatArray:
    """Return states `dt` days later, no run being between; `dt` a number or of shape (m, 1)."""
    k = (len(state) - 5) // 2
    phi = np.exp(-dt / lanes.tau_day)
    out = state.copy()
    out[1] *= phi
    out[2] += dt * lanes.walk_var
    out[3] *= phi
    out[4] = lanes.shared_var + phi * phi * (state[4] - lanes.shared_var)
    out[5 + k :] *= phi
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
        k = (len(surprise) - 5) // 2
        d1, d2 = surprise[5 : 5 + k], surprise[5 + k :]
        out[5 : 5 + k] = g11 * d1 + g12 * d2
        out[5 + k :] = g21 * d1 + g22 * d2
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
    mean, var, slope = _level_given_coefficients(smoothed, day)
    return mean, var + _spread_of(slope, smoothed)


def _level_given_coefficients(
    smoothed: Smoothed, day: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return mean and variance of the level were the coefficients known, and its slopes on them."""
    at, before, dt = _place(smoothed, day)
    k = len(smoothed.coefficient)
    state = smoothed.state[:, before]
    state[2] += np.abs(dt)[:, None] * smoothed.lanes.walk_var
    inside = (dt > 0.0) & (before < smoothed.day.size - 1)
    if inside.any():
        state[:, inside] = _between(smoothed, at[inside], before[inside])[0]
    return state[0], state[2], state[5 : 5 + k]


def _spread_of(slope: FloatArray, smoothed: Smoothed) -> FloatArray:
    """Return the variance that unknown coefficients give what has these slopes, (k, m, l)."""
    by_lane = np.moveaxis(slope, -1, 0)
    seen = np.matmul(np.moveaxis(smoothed.coefficient_cov, -1, 0), by_lane)
    return np.asarray((by_lane * seen).sum(axis=1).T)


def combination(smoothed: Smoothed, row: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return mean and variance of the coefficients weighed by each row, (m, k); shapes (m, l)."""
    mean = row @ smoothed.coefficient
    var = np.einsum("ma,abl,mb->ml", row, smoothed.coefficient_cov, row)
    return mean, np.asarray(var)


def readings(smoothed: Smoothed, design: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what each run would read without its own part, from all runs.

    Parameters
    ----------
    smoothed
        The smoothed history.
    design
        The conditions of each of its runs, shape (n, k).

    Returns
    -------
        Means and variances, each of shape (n, l).
    """
    k = len(smoothed.coefficient)
    m1, m2, p11, p12, p22 = smoothed.state[:5]
    mean, var = m1 + m2, p11 + 2.0 * p12 + p22
    if k:
        # The level is carried under the conditions reported: change over to the run's own.
        row = design - smoothed.present
        slope = smoothed.state[5 : 5 + k] + smoothed.state[5 + k :]
        mean = mean + row @ smoothed.coefficient
        var = var + _spread_of(slope + row.T[:, :, None], smoothed)
    return mean, var


def others_say(smoothed: Smoothed, design: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what the other runs say that each run would read without its own part.

    The run's site is divided out of what all runs say; parameters and shapes as in `readings`.
    """
    mean, var = readings(smoothed, design)
    var = np.maximum(var, _LEAST_VAR)
    precision, natural = smoothed.site
    # What is left must not claim more than all runs together, nor nothing at all.
    left = np.maximum(1.0 / var - precision, _LEAST_SHARE / var)
    return (mean / var - natural) / left, 1.0 / left


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
    (m0, m1), (v0, v1), slope = _level_given_coefficients(smoothed, np.array([start, end]))
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
