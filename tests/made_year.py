"""The demonstration's year of runs, simulated once in a process: do not change its arrays."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evenstride.stats.simulation.run import SimulatedRun


@cache
def made_year() -> tuple[SimulatedRun, ...]:
    """Return the demo runner's runs from 6 January 2025 on."""
    from evenstride.stats.simulation import demo_year

    return tuple(demo_year(date(2025, 1, 6)))
