"""How both sides of a cut are made to say what they know of it: two filters that meet.

Up to a cut the history is filtered forward, from its end on backward; neither side has heard of the
other. What the two say of the level where they meet is then compared: with a step of unknown size
between them, and without. So a run just after a step is judged by the runs after it, and is not
taken for a wild one because those before it read otherwise, as a single pass would have it.

Model, lanes and treatment of heavy tails are those of `filtering`; the model is the same read
forward and backward: a random walk and a stationary Ornstein-Uhlenbeck part.

References
----------
.. [1] Fraser & Potter 1969, doi 10.1109/TAC.1969.1099196 (two filters that meet).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.filtering import matched, start_of_level
from evenstride.stats.gaussian import median
from evenstride.stats.lanes import Lanes, default_lanes

EITHER_SIDE = 5
"""How many runs a cut must have on either side: fewer may all be wild ones."""

# Steps of 0.5, 1 and 2 pp of balance are what is looked for; in units of the scale.
STEP_SDS = np.array([1.25, 2.5, 5.0])
# Where many runs tell the spread well, fewer lanes do.
_SPREAD_STEPS, _SPREAD_STEPS_OF_MANY = (-4, -2, 0, 2, 4), (-2, 0, 2)
_MANY_RUNS = 300
_LITTLE_BELIEVED = 1e3
_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True)
class Cuts:
    """What both sides of every cut say, lane by lane, in units of the scale.

    Attributes
    ----------
    run
        The first run after each cut, shape (c,).
    without
        Log evidence of the whole history without a step, shape (c, l): the same at every cut, but
        for what moment matching loses.
    stepped
        Log evidence with a step at the cut, a size's SD after the other, shape (s, c, l).
    mean, var
        Of the step's size then, shape (s, c, l).
    """

    run: np.typing.NDArray[np.intp]
    without: FloatArray
    stepped: FloatArray
    mean: FloatArray
    var: FloatArray


def cuts(day: FloatArray, value: FloatArray, var: FloatArray, lanes: Lanes | None = None) -> Cuts:
    """Compare both sides of every cut.

    Parameters
    ----------
    day, value, var
        As in `filtering.run_filter`, n >= 2 `EITHER_SIDE`.
    lanes
        Hyper-parameters; None takes those near the scatter of neighbouring runs, which a step does
        not touch.
    """
    tried = _lanes_near(value, var) if lanes is None else lanes
    run = np.arange(EITHER_SIDE, day.size - EITHER_SIDE + 1)
    state, log_density = _both_ways(day, value, var, tried)
    behind, ahead = state[:, run - 1, 0], state[:, day.size - 1 - run, 1]
    evidence = tried.log_prior + log_density[run - 1, 0] + log_density[day.size - 1 - run, 1]
    # The past, carried to the first run after the cut.
    dt = (day[run] - day[run - 1])[:, None]
    phi = np.exp(-dt / tried.tau_day)
    m1, m2, p11, p12, p22 = behind
    past = np.stack(
        [
            m1,
            m2 * phi,
            p11 + dt * tried.walk_var,
            p12 * phi,
            tried.shared_var + phi * phi * (p22 - tried.shared_var),
        ]
    )
    start, start_var = _start_from_the_end(value, var)
    nothing = np.zeros_like(tried.shared_var)
    unseen = np.stack([nothing + start, nothing, nothing + start_var, nothing, tried.shared_var])
    without, _, _ = _met(past, ahead, unseen, 0.0)
    met = [_met(past, ahead, unseen, sd**2) for sd in STEP_SDS]
    return Cuts(
        run,
        evidence + without,
        evidence + np.stack([m[0] for m in met]),
        np.stack([m[1] for m in met]),
        np.stack([m[2] for m in met]),
    )


def _lanes_near(value: FloatArray, var: FloatArray) -> Lanes:
    """Return lanes around the spread that neighbouring runs show; walks of every size."""
    grid = default_lanes()
    apart = np.abs(np.diff(value))
    spread = np.sqrt(
        max((_MAD_TO_SD * median(apart)) ** 2 / 2.0 - median(var), 0.25 * median(var), 1e-4)
    )
    core = grid.own_var[0] / grid.multiplier[0] + grid.shared_var
    spreads = np.unique(np.round(np.sqrt(core), 9))
    nearest = int(np.argmin(np.abs(np.log(spreads / spread))))
    steps = _SPREAD_STEPS if value.size < _MANY_RUNS else _SPREAD_STEPS_OF_MANY
    at = np.unique(np.clip(nearest + np.array(steps), 0, spreads.size - 1))
    kept = np.isin(np.round(np.sqrt(core), 9), spreads[at])
    share = grid.shared_var / core
    kept &= (share < 0.01) | (share > 0.6)
    # Neither the lightest tails nor the smallest walk but none: their neighbours do as well.
    kept &= grid.own_weight[-2] > np.unique(grid.own_weight[-2])[0]
    walks = np.unique(grid.walk_var)
    kept &= grid.walk_var != walks[1]
    return grid.pick(np.flatnonzero(kept))


def _start_from_the_end(value: FloatArray, var: FloatArray) -> tuple[float, float]:
    """Return mean and variance of the level after the last run, before any is filtered backward.

    They are taken off again where the sides meet. The walk has made them less certain by then,
    which is not reckoned with: so next to nothing is believed.
    """
    start, start_var = start_of_level(value[::-1], var[::-1])
    return start, _LITTLE_BELIEVED * start_var


def _both_ways(
    day: FloatArray, value: FloatArray, var: FloatArray, lanes: Lanes
) -> tuple[FloatArray, FloatArray]:
    """Filter a history forward and, at the same time, backward; see `filtering._filter_block`.

    Returns
    -------
        Mean and covariance (m1, m2, p11, p12, p22) of level and shared part after so many runs,
        shape (5, n, 2, l), and the log density of these runs, shape (n, 2, l).
    """
    n, count = day.size, lanes.log_prior.size
    values = np.stack([value, value[::-1]], axis=1)[:, :, None]
    variances = np.stack([var, var[::-1]], axis=1)[:, :, None]
    gap = np.diff(day)
    steps = np.stack([np.append(0.0, gap), np.append(0.0, gap[::-1])], axis=1)[:, :, None]
    states = np.empty((5, n, 2, count))
    log_density = np.empty((n, 2, count))
    start, start_var = np.transpose([start_of_level(value, var), _start_from_the_end(value, var)])
    shape = (2, count)
    m1, m2 = np.broadcast_to(start[:, None], shape), np.zeros(shape)
    p11, p12 = np.broadcast_to(start_var[:, None], shape), np.zeros(shape)
    p22 = np.broadcast_to(lanes.shared_var, shape)
    root_weight = (lanes.own_weight / np.sqrt(2.0 * np.pi))[:, None]
    own_var = lanes.own_var[:, None]
    for i in range(n):
        dt = steps[i]
        if i:
            phi = np.exp(-dt / lanes.tau_day)
            p11 = p11 + dt * lanes.walk_var
            m2, p12 = m2 * phi, p12 * phi
            p22 = lanes.shared_var + phi * phi * (p22 - lanes.shared_var)
        c1, c2 = p11 + p12, p12 + p22
        gr, h, log_density[i] = matched(
            values[i] - m1 - m2, c1 + c2 + variances[i], own_var, root_weight
        )
        m1, m2 = m1 + c1 * gr, m2 + c2 * gr
        c1h = c1 * h
        p11, p12, p22 = p11 - c1h * c1, p12 - c1h * c2, p22 - c2 * c2 * h
        states[:, i] = m1, m2, p11, p12, p22
    return states, np.cumsum(log_density, axis=0)


def _met(
    past: FloatArray, future: FloatArray, unseen: FloatArray, step_var: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Multiply what the past and the future say of level and shared part, a step between them.

    Parameters
    ----------
    past, future, unseen
        Means and covariances (m1, m2, p11, p12, p22); `unseen` is what was believed at the end from
        which the future was filtered, and is in `future` already. Shapes (5, c, l) and (5, l).
    step_var
        Prior variance of the step.

    Returns
    -------
        Log of the integral of the product, mean and variance of the step, each of shape (c, l).
    """
    before = past.copy()
    before[2] += step_var
    ja, ha, qa, da = _natural(before)
    jb, hb, qb, db = _natural(future)
    jc, hc, qc, dc = _natural(unseen)
    k11, k12, k22 = (a + b - c for a, b, c in zip(ja, jb, jc, strict=True))
    h1, h2 = (a + b - c for a, b, c in zip(ha, hb, hc, strict=True))
    det = k11 * k22 - k12 * k12
    # After a surprise a future can be less certain than if nothing had been seen: it says nothing.
    sound = (k11 > 0.0) & (det > 0.0)
    det = np.where(sound, det, np.inf)
    v11, v12, v22 = k22 / det, -k12 / det, k11 / det
    x1, x2 = v11 * h1 + v12 * h2, v12 * h1 + v22 * h2
    log = 0.5 * (h1 * x1 + h2 * x2 - qa - qb + qc - da - db + dc - np.log(det))  # -inf if not sound
    a11, a12, _ = ja
    pulled = a11 * (x1 - past[0]) + a12 * (x2 - past[1])
    spread = a11 * a11 * v11 + 2.0 * a11 * a12 * v12 + a12 * a12 * v22
    return log, step_var * pulled, step_var - step_var**2 * (a11 - spread)


def _natural(
    state: FloatArray,
) -> tuple[tuple[FloatArray, ...], tuple[FloatArray, ...], FloatArray, FloatArray]:
    """Return precision (j11, j12, j22), precision times mean, m'Jm, and the log determinant."""
    m1, m2, p11, p12, p22 = state
    det = p11 * p22 - p12 * p12
    j11, j12, j22 = p22 / det, -p12 / det, p11 / det
    h1, h2 = j11 * m1 + j12 * m2, j12 * m1 + j22 * m2
    return (j11, j12, j22), (h1, h2), m1 * h1 + m2 * h2, np.log(det)
