"""What is believed of the constants that move a run's reading, before the run is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields
from evenstride.stats.sensors import offset_prior, sensor_columns

IndexArray = np.typing.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Constants, and how much of each is in every run, in units of the measure's scale.

    Attributes
    ----------
    mean, cov
        What is believed of the k constants, shapes (k,) and (k, k).
    design
        A row a run that the constants are weighed with, shape (n, k).
    present
        The row under which everything is reported, shape (k,): reference conditions, as the present
        sensor reads.
    """

    mean: FloatArray
    cov: FloatArray
    design: FloatArray
    present: FloatArray


def none_of(count: int) -> Coefficients:
    """Return that nothing moves `count` runs."""
    nothing = np.zeros(0)
    return Coefficients(nothing, np.zeros((0, 0)), np.zeros((count, 0)), nothing)


def of_sensors(group: IndexArray) -> Coefficients:
    """Return that only the sensors of the runs move them; `group` from `offset_groups`."""
    columns = sensor_columns(group)
    prior = offset_prior(columns.shape[1])
    return Coefficients(np.zeros(columns.shape[1]), prior, columns, columns[-1])
