"""Which runs may serve an experiment: pace, length and route, as registered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.domain.experiment import Comparable
    from evenstride.library import Library

_LENGTHS_ALIKE: Final = 0.1
_STARTS_ALIKE_M: Final = 300.0
_M_PER_DEG: Final = 111_195.0


def is_comparable(lib: Library, asked: Comparable, run: Mapping[str, Any]) -> bool:
    """Tell whether a run, a row of `Library.runs` with its speed, is of the kind registered.

    What is not known of a run (its speed, its length, where it began) does not speak against it. A
    run is over the registered route where it began within 300 m of it and is as long, within a
    tenth.
    """
    duration_s, speed, distance_m = run["duration_s"], run["speed_m_s"], run["distance_m"]
    if duration_s is not None and duration_s < asked.shortest_s:
        return False
    if speed is not None and asked.slowest_m_s is not None and speed < asked.slowest_m_s:
        return False
    if speed is not None and asked.fastest_m_s is not None and speed > asked.fastest_m_s:
        return False
    if asked.route is not None and run["run_id"] != asked.route:
        return _same_route(lib, asked.route, run["run_id"], distance_m)
    return True


def _same_route(lib: Library, route: str, run_id: str, distance_m: float | None) -> bool:
    known = lib.runs(("speed_m_s",)).filter(pl.col("run_id").is_in([route, run_id]))
    recording = dict(known.select("run_id", "recording_id").iter_rows())
    if route not in recording:
        return True
    same = known.row(by_predicate=pl.col("run_id") == route, named=True)["distance_m"]
    if None not in (same, distance_m) and abs(distance_m - same) > _LENGTHS_ALIKE * same:
        return False
    there, here = (_began(lib, recording[name]) for name in (route, run_id))
    if there is None or here is None:
        return True
    north = _M_PER_DEG * (here[0] - there[0])
    east = _M_PER_DEG * (here[1] - there[1]) * math.cos(math.radians(there[0]))
    return math.hypot(north, east) <= _STARTS_ALIKE_M


def _began(lib: Library, recording_id: str) -> tuple[float, float] | None:
    """Return where a recording began, its first position; None without any."""
    found = lib.samples(recording_id).select("lat_deg", "lon_deg").drop_nulls().drop_nans()
    return None if found.is_empty() else found.row(0)
