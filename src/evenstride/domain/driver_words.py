"""How drivers and parts of a run's balance are called by people: names, units, ranges, sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.domain.cues import CUES
from evenstride.domain.wording import pace_words, printable

if TYPE_CHECKING:
    from evenstride.domain.wording import Units

REFERENCE_ELAPSED_H = 0.25
"""How far into a run reference conditions are."""

_NARROW_PP, _SMALL_PP = 0.2, 0.095

_CALLED = {
    "speed": "Speed",
    "elapsed": "Time into the run",
    "grade": "Slope",
    "grade:up": "Uphill",
    "grade:down": "Downhill",
    "bend": "Bends",
    "camber": "Camber",
    "level": "Your level",
    "like_for_like": "Like for like",
    "shoe": "Shoes",
    "shoes": "Shoes",
    "surface": "Surface",
    "tag": "Tags",
    "sensor": "Sensor",
    "drivers": "Conditions",
    "day_to_day": "Day to day",
    "drift": "Drift of single runs",
    "within_run": "From minute to minute",
    "unexplained": "Not explained",
    "total": "This run",
}
_KINDS = {
    "surface": "{}",
    "shoe": "Shoes: {}",
    "sensor": "Sensor: {}",
    "tag": "Tag: {}",
    "no_tag": "Without tag: {}",
}
_ONE_OF_IT = {
    "speed": "per m/s faster",
    "elapsed": "per hour",
    "grade": "per % of slope",
    "grade:up": "per % uphill",
    "grade:down": "per % downhill",
    "bend": "per m/s² to the left",
    "camber": "with the left foot lower",
    "surface": "against where you run most",
    "shoe": "against your shoes on average",
    "sensor": "against the present one",
    "tag": "with it against without",
}
STEPS: dict[str, dict[float, str]] = {
    "camber": {-1.0: "right foot lower", 0.0: "level, or not said", 1.0: "left foot lower"},
    "present": {0.0: "without", 1.0: "with"},
}
"""Drivers that have a few values only, by the name of their column, and what these are called."""


def driver_label(name: str) -> str:
    """Call a driver, or a part of a run's balance, as people do: `bend` is `Bends`.

    What a person typed (shoes, tags) keeps its own writing, control characters made seen; a tag
    that is a cue or a drill is called by its name.
    """
    if name in _CALLED:
        return _CALLED[name]
    kind, found, own = name.partition(":")
    if not found or kind not in _KINDS:
        return printable((name[:1].upper() + name[1:]).replace("_", " "))
    if kind in ("tag", "no_tag") and own in CUES:
        own = CUES[own].name
    said = _KINDS[kind].format(printable(own))
    return said[:1].upper() + said[1:]


def driver_unit_words(name: str) -> str:
    """Say what one unit of a driver is: `per m/s faster`, `left foot lower`."""
    return _ONE_OF_IT.get(name) or _ONE_OF_IT.get(name.partition(":")[0], "")


def range_words(
    name: str, low: float, high: float, *, reference_m_s: float, units: Units = "km"
) -> str:
    """Say a runner's usual range of a driver, its higher end against its lower.

    Parameters
    ----------
    name
        A driver's name.
    low, high
        Differences from the reference, in the driver's unit.
    reference_m_s
        The reference speed.
    units
        `km` or `mi`, for pace.

    Returns
    -------
        `4:40 instead of 5:50 /km`, `1 h 20 min in instead of 10 min`; what one of it is where it
        is there or not.
    """
    if name == "speed":
        slower = pace_words(reference_m_s + low, units)
        faster = pace_words(reference_m_s + high, units)
        return f"{faster.partition(' ')[0]} instead of {slower}"
    if name == "elapsed":
        late, early = (_hours_words(REFERENCE_ELAPSED_H + h) for h in (high, low))
        return f"{late} in instead of {early}"
    kind, _, way = name.partition(":")
    if kind == "grade":
        return (
            f"{high:.1f} % {way} instead of level"
            if way
            else f"{_signed(high, 1)} % instead of {_signed(low, 1)} %"
        )
    if name == "bend":
        turned, (size, *side) = _turn(low), _turn(high).split()
        return " ".join([size, "m/s²", *side, "instead of", turned])
    if name == "camber" and low < 0.0:
        return "left foot lower instead of right"
    return driver_unit_words(name)


def _hours_words(hours: float) -> str:
    whole, minutes = divmod(round(60.0 * max(hours, 0.0)), 60)
    if not whole:
        return f"{minutes} min"
    return f"{whole} h {minutes} min" if minutes else f"{whole} h"


def _signed(value: float, decimals: int) -> str:
    said = f"{value:+.{decimals}f}".replace("-", "−")
    return said[1:] if float(f"{value:.{decimals}f}") == 0.0 else said


def _turn(lateral_m_s2: float) -> str:
    rounded = round(lateral_m_s2, 2)
    if rounded == 0.0:
        return "0"
    return f"{abs(rounded):.2f} {'left' if rounded > 0 else 'right'}"


def pp_decimals(low_pp: float, high_pp: float) -> int:
    """Return how many decimals a size with this interval is worth: one, two where it is narrow."""
    return 2 if high_pp - low_pp < _NARROW_PP else 1


def pp_words(value_pp: float, *, decimals: int | None = None) -> str:
    """Say a size in pp by its side, shortly: `0.6 L`, `0.3 R`, `0.0`.

    Where no decimals are given, what is smaller than 0.1 pp gets a second one: `0.03 L`.
    """
    if decimals is None:
        small = abs(value_pp) < _SMALL_PP and round(value_pp, 2) != 0.0
        decimals = 2 if small else 1
    rounded = round(value_pp, decimals)
    if rounded == 0.0:
        return f"{0.0:.{decimals}f}"
    return f"{abs(rounded):.{decimals}f} {'L' if rounded > 0 else 'R'}"


def pp_interval_words(low_pp: float, high_pp: float, *, decimals: int = 1) -> str:
    """Say an interval in pp by its sides: `0.2 to 1.0 L`, `0.4 R to 0.1 L`."""
    low, high = round(low_pp, decimals), round(high_pp, decimals)
    if low >= 0.0 < high:
        return f"{abs(low):.{decimals}f} to {high:.{decimals}f} L"
    if high <= 0.0 > low:
        return f"{abs(high):.{decimals}f} to {abs(low):.{decimals}f} R"
    return f"{pp_words(low, decimals=decimals)} to {pp_words(high, decimals=decimals)}"
