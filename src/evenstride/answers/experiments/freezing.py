"""What is laid down at registration of how values are adjusted: slopes that never move again.

The slopes are those of the library's model on the day of registration. Were they fitted anew with
the experiment's own runs, the randomisation test would no longer be exact, and numbers would move.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from evenstride.answers.block_rows import UsualGround, conditions_of
from evenstride.answers.ground_said import ground_of_runs, habit_camber
from evenstride.answers.sensors import SERIAL_MARK
from evenstride.domain.driver_words import REFERENCE_ELAPSED_H

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evenstride.answers.block_rows import Conditions
    from evenstride.answers.levels import Level
    from evenstride.domain.experiment import Registration
    from evenstride.library import Library

_SENSOR, _SURFACE = "sensor:", "surface:"
_BELIEVED_SDS, _BELIEVED_SCALES = 10.0, 7.5
_MAY_BE_THE_TREATMENT = ("tag:", "shoe:")


def frozen_slopes(level: Level) -> dict[str, float]:
    """Return what one unit of each driver does to the measure, by the driver's name.

    Tags and shoes are left out: what is noted of a run may be what the experiment is about.
    Sensors go by their names and count against the present one.
    """
    moves = level.moves
    found: dict[str, float] = {}
    present = 0.0
    for name, slope in zip(moves.names, moves.coefficient.tolist(), strict=True):
        if name.startswith(_MAY_BE_THE_TREATMENT):
            continue
        if name.startswith(_SENSOR):
            code = int(name.removeprefix(_SENSOR))
            found[f"{_SENSOR}{level.sensors[code]}"] = slope
            if code == level.sensor[-1]:
                present = slope
        else:
            found[name] = slope
    sensors = {name for name in found if name.startswith(_SENSOR)}
    if sensors:
        first = f"{_SENSOR}{level.sensors[level.sensor[0]]}"
        found |= {name: found[name] - present for name in sensors} | {first: -present}
    return found


def sensor_constant(adjustment: Mapping[str, float], sensor: str | None) -> float:
    """Return by how much a sensor reads more than the one present at registration.

    A second sensor of the same model makes the first be named by its serial number as well; it
    still is what was registered under the model's name.
    """
    named = f"{_SENSOR}{sensor}"
    return adjustment.get(named, adjustment.get(named.partition(SERIAL_MARK)[0], 0.0))


def frozen_range(level: Level) -> tuple[float, float]:
    """Return between which values at reference conditions a reading is believed.

    Wide: ten usual days to either side of the level, and at least 3 pp of balance. It is laid down
    beforehand and does not look at what was assigned, so what it leaves out biases nothing.
    """
    scale = level.quantity.scale or 1.0
    reach = max(_BELIEVED_SDS * float(level.moves.day_sd), _BELIEVED_SCALES * scale)
    now = level.trend.now.value
    return now - reach, now + reach


def frozen_reference(lib: Library, speed_m_s: float | None) -> dict[str, float]:
    """Return the reference conditions by name; without a speed where nobody can say one.

    What is usual underfoot and the runner's habit are laid down with them: both may change.
    """
    speed = {} if speed_m_s is None else {"speed_m_s": speed_m_s}
    return {
        **speed,
        "elapsed_h": REFERENCE_ELAPSED_H,
        "camber": conditions_of(lib).usual.camber,
        "habit_camber": habit_camber(lib.settings()),
    }


def conditions_as_registered(lib: Library, registration: Registration) -> Conditions:
    """Read the conditions of all runs, against what was usual when it was registered."""
    reference, known = registration.reference, conditions_of(lib)
    surfaces = [
        name.removeprefix(_SURFACE) for name in registration.adjustment if name.startswith(_SURFACE)
    ]
    return replace(
        known,
        reference_m_s=reference.get("speed_m_s"),
        ground=ground_of_runs(lib, habit=reference.get("habit_camber")),
        usual=UsualGround(
            reference.get("camber", known.usual.camber), known.usual.surface, tuple(surfaces)
        ),
    )
