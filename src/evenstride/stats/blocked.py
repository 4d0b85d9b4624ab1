"""What a fit of all blocks of all runs is made from: the rows, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evenstride.domain.estimate import FloatArray  # noqa: TC001 - dataclass fields

if TYPE_CHECKING:
    from collections.abc import Mapping

IntArray = np.typing.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class BlockedRuns:
    """Blocks of runs in the order of the runs' starts: m blocks of n runs.

    Attributes
    ----------
    run
        Which run each block is of, not decreasing, 0 to n - 1, each at least once, shape (m,).
    t_s, duration_s
        Middle of each block since the start of its run by the clock, increasing within a run, and
        its usable seconds, shape (m,).
    value
        The measure in each block, finite, shape (m,).
    conditions
        Drivers that vary within runs, as differences from reference conditions, each shape (m,);
        NaN where unknown, which counts as the reference. `elapsed` [h] is always among them.
    run_conditions
        Drivers that are the same throughout a run, each shape (n,).
    day
        Start of each run in days, not decreasing, shape (n,).
    sensor
        Which sensor measured each run, any integers, shape (n,).
    """

    run: IntArray
    t_s: FloatArray
    duration_s: FloatArray
    value: FloatArray
    conditions: Mapping[str, FloatArray]
    run_conditions: Mapping[str, FloatArray]
    day: FloatArray
    sensor: IntArray
