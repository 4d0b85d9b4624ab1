"""How a history is filtered forward: every lane at once, one pass, wild runs weighed down.

State of a lane: the level (a random walk in days) and the part of the run-to-run scatter that
neighbouring days share (Ornstein-Uhlenbeck). A run's own part is a scale mixture of normals, so
the exact posterior is a mixture that doubles with each run; after each run it is replaced by the
normal with the same mean and covariance (assumed-density filtering). A pass gives the one-step
predictive density of every run in every lane, hence the weight of each lane after each run.

References
----------
.. [1] Harrison & Stevens 1976, doi 10.1111/j.2517-6161.1976.tb01586.x (multi-process models).
.. [2] Opper 1998 and Minka 2001 (assumed-density filtering, expectation propagation).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.lanes import Lanes  # noqa: TC001 - dataclass fields

IndexArray = np.typing.NDArray[np.intp]

# Before the first run the level is believed to be near the median of the first seven, give or take
# 2.5 times their scatter: worth a sixth of a run, yet enough for a first run that is wild to be
# seen as such. Seven is one fewer than any verdict needs, so no verdict peeks ahead. The median of
# fewer says less.
_START_RUNS, _START_SDS, _START_SDS_OF_FEW = 7, 2.5, 5.0
_MAD_TO_SD = 1.4826
# A lane is dropped when its weight falls below this share of the best lane of its family.
_DROP_BELOW = float(np.log(1e-5))
_FROZEN_BELOW = float(np.log(1e-3))
_FIRST_BLOCK, _LARGEST_BLOCK = 6, 48


@dataclass(frozen=True, slots=True)
class Block:
    """Some consecutive runs, filtered in the lanes that were then alive.

    Attributes
    ----------
    start, stop
        The runs [start, stop).
    lane
        Indices of the lanes into the grid, shape (l,).
    predicted, filtered
        Means and covariances (m1, m2, p11, p12, p22) before and after each run,
        shape (5, runs, l).
    log_density
        One-step log predictive density of each run, shape (runs, l).
    log_weight
        Unnormalised log weight of the lanes before the first run of the block, shape (l,).
    """

    start: int
    stop: int
    lane: IndexArray
    predicted: FloatArray
    filtered: FloatArray
    log_density: FloatArray
    log_weight: FloatArray

    def log_weight_after(self) -> FloatArray:
        """Unnormalised log weights of the lanes after each run, shape (runs, l)."""
        return np.asarray(self.log_weight + np.cumsum(self.log_density, axis=0))


@dataclass(frozen=True, slots=True)
class Filtered:
    """A filtered history: what was put in, in units of the scale, and the blocks.

    Attributes
    ----------
    day, value, var
        Days, values and measurement variances of the runs, shape (n,).
    lanes
        The whole grid.
    blocks
        The filtered blocks, in order.
    """

    day: FloatArray
    value: FloatArray
    var: FloatArray
    lanes: Lanes
    blocks: tuple[Block, ...]


def run_filter(
    day: FloatArray, value: FloatArray, var: FloatArray, lanes: Lanes, *, prune: bool = True
) -> Filtered:
    """Filter a history forward in every lane.

    Parameters
    ----------
    day
        Days of the runs, not decreasing, shape (n,), n >= 1.
    value
        Values relative to the first run, in units of the scale, shape (n,), finite.
    var
        Measurement variances of the runs, same units squared, shape (n,), >= 0.
    lanes
        Hyper-parameters.
    prune
        Drop lanes that the data have ruled out, within the still and the moving family apart.
    """
    n = day.size
    step = np.diff(day, prepend=day[0])
    alive = np.arange(lanes.log_prior.size)
    log_weight = lanes.log_prior.copy()
    state = np.zeros((5, alive.size))
    state[0], state[2] = start_of_level(value, var)
    state[4] = lanes.shared_var
    blocks: list[Block] = []
    start, size = 0, _FIRST_BLOCK
    while start < n:
        stop = min(start + size, n)
        block = _filter_block(
            lanes.pick(alive),
            alive,
            state,
            log_weight,
            runs=range(start, stop),
            step=step,
            value=value,
            var=var,
        )
        blocks.append(block)
        log_weight = log_weight + block.log_density.sum(axis=0)
        state = block.filtered[:, -1]
        if prune and stop < n:
            kept = _keep(log_weight, lanes.still[alive])
            alive, log_weight, state = alive[kept], log_weight[kept], state[:, kept]
        start, size = stop, min(size + size // 2, _LARGEST_BLOCK)
    return Filtered(day, value, var, lanes, tuple(blocks))


def start_of_level(value: FloatArray, var: FloatArray) -> tuple[float, float]:
    """Return mean and variance of the level before the first run, units of the scale."""
    few = value[:_START_RUNS]
    middle = float(np.median(few))
    scatter = _MAD_TO_SD * float(np.median(np.abs(few - middle)))
    error = float(np.sqrt(np.median(var[:_START_RUNS])))
    sds = _START_SDS if few.size == _START_RUNS else _START_SDS_OF_FEW
    return middle, (sds * max(1.0, scatter, error)) ** 2


def log_predictive_frozen(filtered: Filtered, first: int, stop: int, frozen_from: float) -> float:
    """Return the log density of some runs, given those before, were the level frozen meanwhile.

    Parameters
    ----------
    filtered
        The forward pass.
    first, stop
        The runs [first, stop) to predict; first >= 1.
    frozen_from
        The day from which the level stands still, between the runs first - 1 and first. Until
        then it walked: only lanes of the walking family take part.
    """
    block = next(b for b in filtered.blocks if b.start < first <= b.stop)
    at = first - 1 - block.start
    log_weight = block.log_weight_after()[at]
    lanes = filtered.lanes.pick(block.lane)
    walking = ~lanes.still
    near = np.flatnonzero(walking & (log_weight > log_weight[walking].max() + _FROZEN_BELOW))
    log_weight = log_weight[near] - np.logaddexp.reduce(log_weight[near])
    lanes = lanes.pick(near)
    state = block.filtered[:, at, near]
    state[2] += lanes.walk_var * (frozen_from - filtered.day[first - 1])
    lanes = replace(lanes, walk_var=np.zeros(near.size))
    step = np.diff(filtered.day, prepend=filtered.day[0])
    frozen = _filter_block(
        lanes,
        near,
        state,
        log_weight,
        runs=range(first, stop),
        step=step,
        value=filtered.value,
        var=filtered.var,
    )
    return float(np.logaddexp.reduce(log_weight + frozen.log_density.sum(axis=0)))


def _keep(log_weight: FloatArray, still: np.typing.NDArray[np.bool_]) -> IndexArray:
    """Return the lanes that still carry weight within their family."""
    kept = np.zeros(log_weight.size, dtype=bool)
    for family in (still, ~still):
        if family.any():
            kept |= family & (log_weight > log_weight[family].max() + _DROP_BELOW)
    return np.flatnonzero(kept)


def _filter_block(
    lane: Lanes,
    alive: IndexArray,
    state: FloatArray,
    log_weight: FloatArray,
    *,
    runs: range,
    step: FloatArray,
    value: FloatArray,
    var: FloatArray,
) -> Block:
    """Filter consecutive runs in the lanes given, from the state and the weights before them."""
    predicted = np.empty((5, len(runs), alive.size))
    filtered = np.empty((5, len(runs), alive.size))
    log_density = np.empty((len(runs), alive.size))
    m1, m2, p11, p12, p22 = state
    root_weight = lane.own_weight / np.sqrt(2.0 * np.pi)
    own_var, shared_var, rate = lane.own_var, lane.shared_var, -1.0 / lane.tau_day
    walk_var = lane.walk_var
    for i, run in enumerate(runs):
        dt = step[run]
        if dt > 0.0:
            phi = np.exp(dt * rate)
            p11 = p11 + dt * walk_var
            m2 = m2 * phi
            p12 = p12 * phi
            p22 = shared_var + phi * phi * (p22 - shared_var)
        c1, c2 = p11 + p12, p12 + p22
        r = value[run] - m1 - m2
        r2 = r * r
        precision = 1.0 / (own_var + (c1 + c2 + var[run]))
        # The last component has the largest variance: relative to it nothing underflows.
        exponent = precision * (-0.5 * r2)
        widest = exponent[-1]
        density = root_weight * np.sqrt(precision) * np.exp(exponent - widest)
        total = density.sum(axis=0)
        a = density * precision
        g1 = a.sum(axis=0) / total
        g2 = (a * precision).sum(axis=0) / total
        # Mean and covariance of the mixture of the updated normals, in closed form.
        h = g1 - r2 * (g2 - g1 * g1)
        gr = g1 * r
        predicted[0, i], predicted[1, i] = m1, m2
        predicted[2, i], predicted[3, i], predicted[4, i] = p11, p12, p22
        log_density[i] = np.log(total) + widest
        m1 = m1 + c1 * gr
        m2 = m2 + c2 * gr
        c1h = c1 * h
        p11 = p11 - c1h * c1
        p12 = p12 - c1h * c2
        p22 = p22 - c2 * c2 * h
        filtered[0, i], filtered[1, i] = m1, m2
        filtered[2, i], filtered[3, i], filtered[4, i] = p11, p12, p22
    return Block(runs.start, runs.stop, alive, predicted, filtered, log_density, log_weight)
