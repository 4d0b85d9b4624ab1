"""How the conditions of one run are called by people: at what pace, how far in, on what ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.levels import BALANCE
from evenstride.answers.run_parts import SENSOR, SHOES
from evenstride.answers.sensors import UNKNOWN
from evenstride.domain.driver_words import REFERENCE_ELAPSED_H
from evenstride.domain.wording import METRES, duration_words, pace_words, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from evenstride.answers.levels import Levels
    from evenstride.answers.run_parts import Part
    from evenstride.domain.estimate import FloatArray
    from evenstride.domain.wording import Units

_AS_MOSTLY = "as mostly: in your level"
_SAME_S, _ALL, _FLAT_PCT, _STRAIGHT_M_S2 = 2.5, 0.95, 0.05, 0.005


def name_of(part: Part, looked: Levels, at: int, found: FloatArray) -> str:
    """Name a part as this run has it: `shoe:NAME` for the shoes worn, `sensor:NAME` for its own.

    `no_tag:NAME` where most runs have a tag and this one, by its conditions `found`, has not.
    """
    level = looked.by_measure[BALANCE]
    if part.name == SHOES:
        typed = looked.conditions.typed.get(level.series["run_id"][at])
        return f"shoe:{typed.shoes}" if typed and typed.shoes else SHOES
    if part.name == SENSOR:
        return f"sensor:{level.sensors[level.sensor[at]] or UNKNOWN}"
    kind, _, tag = part.name.partition(":")
    if kind == "tag" and found[part.columns].sum() < 0.0:
        return f"no_tag:{tag}"
    return part.name


def condition_words(
    part: Part, looked: Levels, at: int, found: FloatArray, units: Units
) -> str | None:
    """Say a run's condition: `5:02 /km, 40 s faster than your median easy pace`.

    Parameters
    ----------
    part
        Of what.
    looked
        All runs.
    at
        The run's place among them.
    found
        Its conditions less the reference, shape (k,).
    units
        For pace.
    """
    names = looked.by_measure[BALANCE].moves.names
    x = dict(zip(names, found.tolist(), strict=True))
    said: dict[str, Callable[[], str | None]] = {
        "speed": lambda: _pace(looked, x["speed"], units),
        "elapsed": lambda: (
            f"on average {duration_words(3600.0 * (x['elapsed'] + REFERENCE_ELAPSED_H))} in"
        ),
        "grade": lambda: _slope(x["grade"], x.get("grade:bow")),
        "bend": lambda: _turning(x["bend"]),
        "camber": lambda: _side_slope(x["camber"] + looked.conditions.usual.camber),
        SHOES: lambda: _worn(looked, at),
        SENSOR: lambda: _sensor(looked),
    }
    if part.name in said:
        words = said[part.name]()
        in_level = part.name == "camber" and x["camber"] == 0.0
        return f"{words}, {_AS_MOSTLY}" if in_level else words
    share = x[part.name]
    if part.name.startswith("tag:"):
        if share < 0.0:
            return "unlike most of your runs"
        return "with it" if share > 0.0 else f"with it, {_AS_MOSTLY}"
    if part.name.startswith("surface:"):
        return "all of it" if share >= _ALL else f"{share:.0%} of it".replace("%", " %")
    return None


def _pace(looked: Levels, faster_m_s: float, units: Units) -> str | None:
    reference, whose = looked.conditions.reference_m_s, looked.conditions.whose
    if reference is None:
        return None
    speed = max(reference + faster_m_s, 0.1)
    less_s = METRES[units] / reference - METRES[units] / speed
    beside = f"as {whose}"
    if abs(less_s) >= _SAME_S:
        beside = f"{abs(less_s):.0f} s {'faster' if less_s > 0.0 else 'slower'} than {whose}"
    return f"{pace_words(speed, units)}, {beside}"


def _slope(mean_pct: float, either_pct: float | None) -> str:
    way = "up" if mean_pct > 0.0 else "down"
    mean = f"{abs(mean_pct):.1f} % {way}" if abs(mean_pct) >= _FLAT_PCT else "level"
    return f"{mean} on average" + (
        f", {either_pct:.1f} % up or down" if either_pct is not None else ""
    )


def _side_slope(side: float) -> str:
    """Say which foot stood lower; of a run with both sides, by which there was more of."""
    foot = "left" if side > 0.0 else "right"
    if abs(side) >= _ALL:
        return f"{foot} foot lower"
    return f"{foot} foot lower for more of it" if abs(side) >= 1.0 - _ALL else "no side slope"


def _turning(lateral_m_s2: float) -> str:
    if abs(lateral_m_s2) < _STRAIGHT_M_S2:
        return "as far to the left as to the right"
    side = "left" if lateral_m_s2 > 0.0 else "right"
    return f"{abs(lateral_m_s2):.2f} m/s² to the {side} on average"


def _worn(looked: Levels, at: int) -> str | None:
    series, typed = looked.by_measure[BALANCE].series, looked.conditions.typed
    worn = [t.shoes if (t := typed.get(run_id)) else None for run_id in series["run_id"]]
    known = [shoes for shoes in worn if shoes]
    return f"on your feet in {known.count(worn[at] or '')} of {len(known)} runs with known shoes"


def _sensor(looked: Levels) -> str:
    level = looked.by_measure[BALANCE]
    present = level.sensors[level.sensor[-1]] or UNKNOWN
    return f"against {printable(present)}, which you wear now"


def usual_range(parts_pp: FloatArray) -> tuple[float | None, float | None]:
    """Return where 8 of 10 runs lie; None where all are alike, shape (n,)."""
    if np.ptp(parts_pp) == 0.0:
        return None, None
    low, high = np.quantile(parts_pp, (0.1, 0.9)).tolist()
    return float(low), float(high)
