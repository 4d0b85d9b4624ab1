"""Decides which changes of altitude are climbs and descents, and which are noise of the sensor.

A barometer moves in steps of 0.2 m and drifts by decimetres in a gust; the altitude of GPS wanders
by metres. Altitude is averaged over 20 s, and a rise or fall counts from `LEAST_CLIMB_M` on, or
from `NOISE_FACTOR` times the noise of means over 10 s, whichever is more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from evenstride.gait.swings import up_and_down

if TYPE_CHECKING:
    from evenstride.domain.estimate import FloatArray

STEP_S: Final = 10.0
LEAST_CLIMB_M: Final = 2.0
NOISE_FACTOR: Final = 4.0
LONGEST_S: Final = 30 * 86_400.0


def climbs_m(t_s: FloatArray, altitude_m: FloatArray) -> tuple[float, float] | None:
    """Climb and descent of a run [m], both >= 0.

    Parameters
    ----------
    t_s, altitude_m
        Times [s] and altitude [m] of the records, shape (n,). NaN means missing; gaps are
        taken as straight.

    Returns
    -------
        None without altitude, and where it is the same throughout: a treadmill's, made up.
    """
    t, x = t_s, altitude_m
    if not np.isfinite(x.sum()):
        present = np.isfinite(x)
        t, x = t_s[present], x[present]
    if t.size < 2 or not 3.0 * STEP_S < t[-1] - t[0] <= LONGEST_S:
        return None
    if x[0] == x[-1] and x.min() == x.max():
        return None
    begin = np.searchsorted(t, np.arange(t[0], t[-1], STEP_S))
    # Where nothing was written there is nothing to average.
    begin = begin[np.append(True, begin[1:] != begin[:-1])]
    count = np.diff(begin, append=t.size)
    total = np.add.reduceat(x, begin)
    smooth = (total[1:] + total[:-1]) / (count[1:] + count[:-1])
    return up_and_down(smooth, max(LEAST_CLIMB_M, NOISE_FACTOR * _noise_m(total / count)))


def _noise_m(x: FloatArray) -> float:
    """Spread of what a smooth course of the ground leaves unexplained, by its third differences."""
    third = x[3:] - x[:-3] - 3.0 * (x[2:-1] - x[1:-2])
    # White noise has third differences of 20 times its variance, and a MAD of 0.6745 of its SD.
    if third.size == 0:
        return 0.0
    middle = third.size // 2
    mad = float(np.partition(np.abs(third), middle)[middle])
    return mad / (0.6745 * math.sqrt(20.0))
