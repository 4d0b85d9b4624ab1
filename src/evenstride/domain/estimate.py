"""An estimate is a value with its uncertainty; nothing leaves the statistics without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from typing import Self

FloatArray = npt.NDArray[np.float64]
Z95 = 1.959963984540054
"""Half the width of a normal's 95 % interval, in SDs."""
Z99 = 2.5758293035489004
"""Half the width of its 99 % interval."""
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its standard error and 95 % interval.

    Attributes
    ----------
    value
        The estimate, in `unit`.
    se
        Its standard error, in `unit`.
    low, high
        The 95 % interval, in `unit`.
    unit
        `%`, `pp`, `ms`, `spm`, `m/s` and so on; pp is a percentage point of balance.
    n_effective
        How many independent readings it is worth. 1,800 correlated seconds are not 1,800.
    """

    value: float
    se: float
    low: float
    high: float
    unit: str
    n_effective: float

    def times(self, factor: float, unit: str) -> Self:
        """Return the same estimate on another scale: value, error and interval times `factor`."""
        a, b = sorted((self.low * factor, self.high * factor))
        return type(self)(self.value * factor, self.se * abs(factor), a, b, unit, self.n_effective)
