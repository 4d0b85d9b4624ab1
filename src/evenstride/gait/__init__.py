"""Samples to measures of one run. No input, no output, no clock.

`measure` and `measure_laps` take a samples frame, `stiffness` the blocks of a run; the functions
over arrays behind them are in `usable`, `steps`, `symmetry`, `ground`, `blocks`, `noise`, `means`.
"""

from evenstride.gait.measure import measure, measure_laps, stiffness

__all__ = ["measure", "measure_laps", "stiffness"]
