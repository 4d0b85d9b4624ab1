"""The door to the simulated runner: real-looking recordings, with the truth behind them.

`demo_year` and `simulate_year` give a year of runs, `simulate_run` one; each carries its truth.
Nothing here knows a clock: dates and the source of chance come in as arguments.
"""

from __future__ import annotations

from evenstride.stats.simulation.calendar import (
    demo_year,
    plan_run,
    simulate_year,
    training_days,
)
from evenstride.stats.simulation.course import Course, hill, park_loop, streets, track
from evenstride.stats.simulation.plan import RunPlan, Stretch
from evenstride.stats.simulation.run import RunTruth, SimulatedRun, simulate_run
from evenstride.stats.simulation.truth import (
    LevelChange,
    RunnerTruth,
    SensorTruth,
    demo_runner,
    draw_runner,
)

__all__ = [
    "Course",
    "LevelChange",
    "RunPlan",
    "RunTruth",
    "RunnerTruth",
    "SensorTruth",
    "SimulatedRun",
    "Stretch",
    "demo_runner",
    "demo_year",
    "draw_runner",
    "hill",
    "park_loop",
    "plan_run",
    "simulate_run",
    "simulate_year",
    "streets",
    "track",
    "training_days",
]
