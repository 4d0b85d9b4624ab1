"""How two runs, tags or periods are compared by the one fit, each in the way that fits them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.levels import BALANCE, days_of
from evenstride.answers.run_parts import (
    DAYS,
    WITHIN_RUN,
    apart_as_run,
    apart_over_time,
    rows_of_run,
    usually_there,
)
from evenstride.answers.sensors import UNKNOWN
from evenstride.domain.estimate import Z95, Estimate
from evenstride.domain.wording import printable
from evenstride.stats.comparison import (
    coefficients_weighed,
    power_of,
    power_of_runs,
    runs_differ,
)
from evenstride.stats.period_means import periods_differ

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.answers.compared_sides import Side
    from evenstride.answers.levels import Level, Levels
    from evenstride.domain.estimate import FloatArray
    from evenstride.library import Library

_DAY_S = 86_400.0
_SENSORS_ALIKE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What a comparison found.

    Attributes
    ----------
    difference, days
        B - A at the same conditions; how two days themselves differed, None of tags and periods.
    at_reference
        Both sides at reference conditions [%].
    conditions
        Of both sides less the reference, shape (2, k).
    own
        Columns that make up the difference itself, shape (k,).
    level_pp
        By how much the level differed, where that is not the difference.
    rest
        What what is left over is called.
    power
        How often a difference of a size would be told.
    """

    difference: Estimate
    days: Estimate | None
    at_reference: tuple[Estimate, Estimate]
    conditions: FloatArray
    own: FloatArray
    level_pp: float
    rest: str
    power: Callable[[float], float]


def compared(lib: Library, looked: Levels, first: Side, second: Side) -> Compared:
    """Compare two sides of one kind, of which the fit knows enough.

    Parameters
    ----------
    lib, looked
        The library and its levels.
    first, second
        A and B, from `sides_of`.
    """
    if first.kind == "run":
        return _runs(lib, looked, int(first.runs[0]), int(second.runs[0]))
    if first.kind == "tag":
        return _tags(looked, first, second)
    return _periods(looked.by_measure[BALANCE], first, second)


def sensor_caveat(level: Level, first: Side, second: Side) -> tuple[str, ...]:
    """Say that sensors differ, where none measured both sides, or one much more of the one."""
    counts = [
        np.bincount(level.sensor[side.runs], minlength=len(level.sensors))
        for side in (first, second)
    ]
    a, b = (count / count.sum() for count in counts)
    most = int(np.abs(b - a).argmax())
    if abs(b[most] - a[most]) < _SENSORS_ALIKE:
        return ()
    different = "by different sensors"
    if ((a > 0.0) & (b > 0.0)).any():
        sensor = printable(level.sensors[most] or UNKNOWN)
        different = (
            f"partly by different sensors ({sensor}: {counts[0][most]} of {first.runs.size} runs "
            f"of A, {counts[1][most]} of {second.runs.size} of B)"
        )
    return (
        f"A and B were measured {different}: what your other runs tell of these is taken "
        "off, but what changed together with the sensor cannot be told from it.",
    )


def _runs(lib: Library, looked: Levels, a: int, b: int) -> Compared:
    level = looked.by_measure[BALANCE]
    moves = level.moves
    start = level.series["started_at_utc"]
    gap_days = (start[b] - start[a]).total_seconds() / _DAY_S
    found = runs_differ(moves, a, b, gap_days=gap_days, unit="pp")
    return Compared(
        difference=found.lasting,
        days=found.days,
        at_reference=(_read_as(level, a), _read_as(level, b)),
        conditions=np.stack(
            [apart_over_time(looked, at, rows_of_run(lib, looked, at)) for at in (a, b)]
        ),
        own=np.zeros(moves.coefficient.size),
        level_pp=0.0,
        rest=WITHIN_RUN,
        power=lambda size: power_of_runs(found, size),
    )


def _read_as(level: Level, at: int) -> Estimate:
    """Return one run at reference conditions, its day as it was."""
    value, se = float(level.moves.at_reference[at]), float(level.moves.at_reference_se[at])
    return Estimate(value, se, value - Z95 * se, value + Z95 * se, "%", 1.0)


def _tags(looked: Levels, first: Side, second: Side) -> Compared:
    """Compare two tags, or one with the runs without it, which have no column of their own."""
    level = looked.by_measure[BALANCE]
    moves = level.moves
    names = [None if side.name is None else f"tag:{side.name}" for side in (first, second)]
    column = np.array([[n == name for n in moves.names] for name in names], dtype=np.float64)
    rows = column - usually_there(looked) * column.any(axis=0)
    difference = coefficients_weighed(moves, rows[1] - rows[0], unit="pp")
    now = level.trend.now
    return Compared(
        difference=difference,
        days=None,
        at_reference=(
            _plus(now, coefficients_weighed(moves, rows[0], unit="%")),
            _plus(now, coefficients_weighed(moves, rows[1], unit="%")),
        ),
        conditions=_mean_conditions(level, first, second),
        own=column.sum(axis=0),
        level_pp=float(moves.level[second.runs].mean() - moves.level[first.runs].mean()),
        rest=DAYS,
        power=lambda size: power_of(difference, size),
    )


def _periods(level: Level, first: Side, second: Side) -> Compared:
    day = days_of(level.series)
    found = periods_differ(level.moves, first.runs, second.runs, day=day, unit="pp")
    return Compared(
        difference=found.difference,
        days=None,
        at_reference=(replace(found.a, unit="%"), replace(found.b, unit="%")),
        conditions=_mean_conditions(level, first, second),
        own=np.zeros(level.moves.coefficient.size),
        level_pp=0.0,
        rest=DAYS,
        power=lambda size: power_of(found.difference, size),
    )


def _mean_conditions(level: Level, first: Side, second: Side) -> FloatArray:
    found = apart_as_run(level)
    return np.stack([found[side.runs].mean(axis=0) for side in (first, second)])


def _plus(level: Estimate, more: Estimate) -> Estimate:
    """Return a sum of two estimates, as if they were independent."""
    value, se = level.value + more.value, float(np.hypot(level.se, more.se))
    return replace(level, value=value, se=se, low=value - Z95 * se, high=value + Z95 * se, unit="%")
