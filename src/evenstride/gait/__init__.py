"""Samples to measures of one run. No input, no output, no clock.

`measure` and `measure_laps` take a samples frame, `stiffness` the blocks of a run. Who asks more of
one recording takes it apart once by `dissect` and hands that to `laps_of`, `thirds_of` and to
`course`, `track`, `histogram`. Stretches of a run that somebody names are measured by `windows`.
The functions over arrays behind them are in `usable`, `steps`, `symmetry`, `ground`, `blocks`,
`noise`, `means`, `stretches`; what is told of the ground is put together by `terrain` from `bends`,
`track_laps`, `climbs`, `out_and_back`, and mistakes are found by `faults`.
"""

from evenstride.gait.dissect import Dissection, dissect
from evenstride.gait.measure import (
    Third,
    laps_of,
    measure,
    measure_laps,
    stiffness,
    thirds_of,
)

__all__ = [
    "Dissection",
    "Third",
    "dissect",
    "laps_of",
    "measure",
    "measure_laps",
    "stiffness",
    "thirds_of",
]
