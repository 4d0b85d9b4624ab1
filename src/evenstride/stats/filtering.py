"""How a history is filtered forward: every lane at once, one pass, wild runs weighed down.

State of a lane: the level (a random walk in days) and the part of the run-to-run scatter that
neighbouring days share (Ornstein-Uhlenbeck). A run's own part is a scale mixture of normals, so
the exact posterior is a mixture that doubles with each run; after each run it is replaced by the
normal with the same mean and covariance (assumed-density filtering). A pass gives the one-step
predictive density of every run in every lane, hence the weight of each lane after each run.

What depends on more than the day (the sensor, the pace, the shoes) comes as coefficients: constants
that are appended to the state, and a row of conditions a run that they are weighed with. Sensors
are measured against that of the *first* run: so measured, a pass over all runs is also a pass over
any first few of them; reporting changes over to the present sensor, in `smoothing`.

What a run said is kept as a site: the normal observation that would have moved its lane's state as
the run did.

References
----------
.. [1] Harrison & Stevens 1976, doi 10.1111/j.2517-6161.1976.tb01586.x (multi-process models).
.. [2] Opper 1998 and Minka 2001 (assumed-density filtering, expectation propagation).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.coefficients import Coefficients, none_of
from evenstride.stats.gaussian import median
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
    before
        The state before the first run, after the one that precedes it: means and covariances (m1,
        m2, p11, p12, p22) of level and shared part, then what `coefficient_parts` tells apart,
        shape (5 + 3 k + k k, l), k coefficients.
    reading
        Mean and variance of what each run was expected to read but for its own part, before it was
        seen, shape (2, runs, l).
    site
        Precision and precision times mean of the normal observation that the run amounts to, shape
        (2, runs, l). The precision is negative where a run came as a surprise.
    log_density
        One-step log predictive density of each run, shape (runs, l).
    log_weight
        Unnormalised log weight of the lanes before the first run of the block, shape (l,).
    """

    start: int
    stop: int
    lane: IndexArray
    before: FloatArray
    reading: FloatArray
    site: FloatArray
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
    coefficients
        What moves the runs beside their day, and each run's conditions.
    lanes
        The whole grid.
    blocks
        The filtered blocks, in order.
    """

    day: FloatArray
    value: FloatArray
    var: FloatArray
    coefficients: Coefficients
    lanes: Lanes
    blocks: tuple[Block, ...]

    def state_after(self, run: int) -> tuple[Block, FloatArray]:
        """Return the block that holds a run, and the state of its lanes after that run."""
        block = next(b for b in self.blocks if b.start <= run < b.stop)
        _, state = _filter_block(
            self.lanes.pick(block.lane),
            block.lane,
            block.before,
            block.log_weight,
            runs=range(block.start, run + 1),
            known=self,
        )
        return block, state


def run_filter(
    day: FloatArray,
    value: FloatArray,
    var: FloatArray,
    lanes: Lanes,
    *,
    coefficients: Coefficients | None = None,
    alive: IndexArray | None = None,
    prune: bool = True,
) -> Filtered:
    """Filter a history forward in every lane.

    Parameters
    ----------
    day
        Days of the runs, not decreasing, shape (n,), n >= 1.
    value
        Values relative to some origin, in units of the scale, shape (n,), finite.
    var
        Measurement variances of the runs, same units squared, shape (n,), >= 0.
    lanes
        Hyper-parameters.
    coefficients
        What moves the runs beside their day; None: nothing.
    alive
        Lanes that are tried, where others are known to carry no weight; None: all.
    prune
        Drop lanes that the data have ruled out, within the still and the moving family apart.
    """
    n = day.size
    moved = none_of(n) if coefficients is None else coefficients
    alive = np.arange(lanes.log_prior.size) if alive is None else alive
    log_weight = lanes.log_prior[alive]
    k = moved.mean.size
    state = np.zeros((5 + 3 * k + k * k, alive.size))
    state[0], state[2] = start_of_level(value - moved.design @ moved.mean, var)
    state[4] = lanes.shared_var[alive]
    mean, _, _, cov = coefficient_parts(state, k)
    mean[...] = moved.mean[:, None]
    cov[...] = moved.cov[:, :, None]
    known = Filtered(day, value, var, moved, lanes, ())
    blocks: list[Block] = []
    start, size = 0, _FIRST_BLOCK
    while start < n:
        stop = min(start + size, n)
        block, state = _filter_block(
            lanes.pick(alive),
            alive,
            state,
            log_weight,
            runs=range(start, stop),
            known=known,
        )
        blocks.append(block)
        log_weight = log_weight + block.log_density.sum(axis=0)
        if prune and stop < n:
            kept = _keep(log_weight, lanes.still[alive])
            alive, log_weight, state = alive[kept], log_weight[kept], state[:, kept]
        start, size = stop, min(size + size // 2, _LARGEST_BLOCK)
    return replace(known, blocks=tuple(blocks))


def coefficient_parts(
    state: FloatArray, k: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return views of what a state says of `k` coefficients.

    Returns
    -------
        Their means, covariances with the level and with the shared part, each of shape (k, ...),
        and with one another, shape (k, k, ...).
    """
    rest = state.shape[1:]
    mean, with_level, with_shared = state[5 : 5 + 3 * k].reshape(3, k, *rest)
    return mean, with_level, with_shared, state[5 + 3 * k :].reshape(k, k, *rest)


def start_of_level(value: FloatArray, var: FloatArray) -> tuple[float, float]:
    """Return mean and variance of the level before the first run, units of the scale."""
    few = value[:_START_RUNS]
    middle = median(few)
    scatter = _MAD_TO_SD * median(np.abs(few - middle))
    error = float(np.sqrt(median(var[:_START_RUNS])))
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
    block, state = filtered.state_after(first - 1)
    log_weight = block.log_weight_after()[first - 1 - block.start]
    lanes = filtered.lanes.pick(block.lane)
    walking = ~lanes.still
    near = np.flatnonzero(walking & (log_weight > log_weight[walking].max() + _FROZEN_BELOW))
    log_weight = log_weight[near] - np.logaddexp.reduce(log_weight[near])
    lanes = lanes.pick(near)
    state = state[:, near]
    state[2] += lanes.walk_var * (frozen_from - filtered.day[first - 1])
    lanes = replace(lanes, walk_var=np.zeros(near.size))
    frozen, _ = _filter_block(
        lanes,
        near,
        state,
        log_weight,
        runs=range(first, stop),
        known=filtered,
    )
    return float(np.logaddexp.reduce(log_weight + frozen.log_density.sum(axis=0)))


def _keep(log_weight: FloatArray, still: np.typing.NDArray[np.bool_]) -> IndexArray:
    """Return the lanes that still carry weight within their family."""
    kept = np.zeros(log_weight.size, dtype=bool)
    for family in (still, ~still):
        if family.any():
            kept |= family & (log_weight > log_weight[family].max() + _DROP_BELOW)
    return np.flatnonzero(kept)


def matched(
    r: FloatArray, var: FloatArray, own_var: FloatArray, root_weight: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Match the moments of what a run makes of a lane: a mixture of updated normals, to one.

    Parameters
    ----------
    r
        How far the run read from what was expected, shape (..., l).
    var
        Variance of that but for the run's own part, shape (..., l).
    own_var, root_weight
        Variances of the components of the own part, increasing, and their weights over the root of
        two pi, shape (k, ..., l).

    Returns
    -------
        What the mean moves by and the covariance falls by, for one of covariance with the reading,
        and the log density of the run, each of shape (..., l).
    """
    r2 = r * r
    precision = 1.0 / (own_var + var)
    # The last component has the largest variance: relative to it nothing underflows.
    exponent = precision * (-0.5 * r2)
    widest = exponent[-1]
    density = root_weight * np.sqrt(precision) * np.exp(exponent - widest)
    total = density.sum(axis=0)
    a = density * precision
    g1 = a.sum(axis=0) / total
    g2 = (a * precision).sum(axis=0) / total
    return g1 * r, g1 - r2 * (g2 - g1 * g1), np.log(total) + widest


def _filter_block(  # noqa: PLR0915 - one step of one recursion, in closed form
    lane: Lanes,
    alive: IndexArray,
    before: FloatArray,
    log_weight: FloatArray,
    *,
    runs: range,
    known: Filtered,
) -> tuple[Block, FloatArray]:
    """Filter consecutive runs in the lanes given; the block, and the state after the last run."""
    k = known.coefficients.mean.size
    design = known.coefficients.design
    step = np.diff(known.day, prepend=known.day[0])
    reading = np.empty((2, len(runs), alive.size))
    site = np.empty((2, len(runs), alive.size))
    log_density = np.empty((len(runs), alive.size))
    state = before.copy()
    m1, m2, p11, p12, p22 = state[:5]
    coefficient, with_level, with_shared, cov = coefficient_parts(state, k)
    flat_cov = cov.reshape(k, k * alive.size)
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
            with_shared *= phi
        # Covariances of level, shared part and coefficients with what this run would read.
        c1, c2 = p11 + p12, p12 + p22
        m = m1 + m2
        reading_var = c1 + c2
        if k:
            row = design[run]
            moved, level_moved, shared_moved = row @ state[5 : 5 + 3 * k].reshape(3, k, -1)
            c_coefficient = (row @ flat_cov).reshape(k, alive.size)
            m = m + moved
            both = with_level + with_shared
            reading_var = reading_var + 2.0 * (level_moved + shared_moved) + row @ c_coefficient
            c_coefficient += both
            c1, c2 = c1 + level_moved, c2 + shared_moved
        r = known.value[run] - m
        gr, h, log_density[i] = matched(r, reading_var + known.var[run], own_var, root_weight)
        reading[0, i], reading[1, i] = m, reading_var
        left = 1.0 / (1.0 - reading_var * h)
        site[0, i] = h * left
        site[1, i] = (h * m + gr) * left
        m1 = m1 + c1 * gr
        m2 = m2 + c2 * gr
        c1h = c1 * h
        c2h = c2 * h
        p11 = p11 - c1h * c1
        p12 = p12 - c1h * c2
        p22 = p22 - c2 * c2h
        if k:
            coefficient += c_coefficient * gr
            with_level -= c_coefficient * c1h
            with_shared -= c_coefficient * c2h
            cov -= c_coefficient[:, None] * (c_coefficient * h)
    state[0], state[1], state[2], state[3], state[4] = m1, m2, p11, p12, p22
    block = Block(runs.start, runs.stop, alive, before, reading, site, log_density, log_weight)
    return block, state
