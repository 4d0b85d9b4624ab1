"""Which runs share a sensor's offset, and what is believed of the offsets before any run is seen.

Two sensors on one runner do not agree (DOMAIN 1: they may differ by 1.6 pp in one run). Each sensor
but one therefore has an unknown constant offset, estimated together with the level. Any two sensors
are believed to differ by N(0, 2.5^2) in units of the scale (1 pp of balance), whichever they are:
then it does not matter which of them the others are measured against.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from evenstride.domain.estimate import FloatArray

    IndexArray = np.typing.NDArray[np.intp]

OFFSET_SD = 2.5
MOST_OTHERS = 4


def offset_groups(sensor: ArrayLike | None, count: int) -> IndexArray:
    """Return which offset each run has: 0 the first run's sensor, 1 the next that came, and so on.

    Parameters
    ----------
    sensor
        Any integer a sensor, shape (n,); None when all runs are of one.
    count
        How many runs there are, n.

    Returns
    -------
        Groups, numbered by their first run, shape (n,). The last run's sensor and the four others
        with most runs have an offset each; any beyond these share one, as if they were one sensor.

    Raises
    ------
    InputError
        When `sensor` is not one integer a run.
    """
    if sensor is None:
        return np.zeros(count, dtype=np.intp)
    code = np.asarray(sensor)
    if code.shape != (count,) or not np.issubdtype(code.dtype, np.integer):
        raise InputError("A trend needs the sensor of each run as an integer.")
    _, first, group, runs = np.unique(
        code, return_index=True, return_inverse=True, return_counts=True
    )
    runs[group[-1]] = count + 1  # the present sensor is never lumped together with others
    rare = np.lexsort((first, -runs))[1 + MOST_OTHERS :]
    if rare.size > 1:
        shared = np.isin(group, rare)
        group[shared] = rare[0]
    _, first, group = np.unique(group, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.intp)
    rank[np.argsort(first)] = np.arange(first.size)
    return rank[group]


def offset_prior(others: int) -> FloatArray:
    """Return the prior covariance of the offsets to the first sensor, shape (k, k).

    Every one, and the difference of every two, has the variance `OFFSET_SD` squared.
    """
    return np.asarray(0.5 * OFFSET_SD**2 * (np.eye(others) + 1.0))


def sensor_columns(group: IndexArray) -> FloatArray:
    """Return which offset each run reads with, one column a sensor but the first, shape (n, k)."""
    return np.asarray(group[:, None] == np.arange(1, int(group.max(initial=0)) + 1), dtype=float)
