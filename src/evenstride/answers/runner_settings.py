"""What only the runner knows or chooses: the settings, what they may be, and how they are typed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

import polars as pl

from evenstride.answers.dates import well_dated
from evenstride.answers.ground_said import CAMBER_HABIT, DRIVING_SIDE, habit_camber
from evenstride.answers.provenance import provenance
from evenstride.domain.answer import Answer
from evenstride.domain.errors import InputError
from evenstride.domain.wording import METRES, pace_words, printable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from evenstride.answers.rows import SettingRow
    from evenstride.domain.wording import Units
    from evenstride.library import Library

BandsName = Literal["own", "garmin", "coros"]
SideColours = Literal["orange_blue", "vermilion_navy"]
Theme = Literal["auto", "light", "dark"]


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the runner wants to see things; every field has a value, set or by default.

    Attributes
    ----------
    units
        What distances and paces are said in.
    bands
        Whose bands are shown beside the runner's own normal; `own` shows none beside.
    side_colours
        The pair of colours of left and right.
    theme
        Light, dark, or as the device has it.
    """

    units: Units = "km"
    bands: BandsName = "own"
    side_colours: SideColours = "orange_blue"
    theme: Theme = "auto"


@dataclass(frozen=True, slots=True)
class _Setting:
    """One setting: what it is called, what for, and what it may be.

    `bounds` are of a number, `choices` of a word; one with neither has a way of its own.
    """

    label: str
    meaning: str
    choices: tuple[str, ...] = ()
    default: str | None = None
    bounds: tuple[float, float, str] | None = None


_OWN = Preferences()
_SETTINGS = {
    "units": _Setting(
        "units", "kilometres or miles, for distances and paces", ("km", "mi"), _OWN.units
    ),
    "bands": _Setting(
        "bands",
        "whose bands are shown beside your own normal",
        ("own", "garmin", "coros"),
        _OWN.bands,
    ),
    "mass_kg": _Setting("mass [kg]", "your mass, for stiffness", bounds=(25.0, 250.0, "kg")),
    "height_m": _Setting("height [m]", "your height, for stiffness", bounds=(1.0, 2.5, "m")),
    "reference_pace_s_km": _Setting(
        "reference pace",
        "the pace a run is compared with, like 5:30; your median easy pace unless set",
    ),
    "side_colours": _Setting(
        "side colours",
        "the colours of left and right",
        ("orange_blue", "vermilion_navy"),
        _OWN.side_colours,
    ),
    "theme": _Setting(
        "theme", "light, dark, or as your device has it", ("auto", "light", "dark"), _OWN.theme
    ),
    CAMBER_HABIT: _Setting(
        "side of the road",
        "if you nearly always run facing traffic, or nearly always with it; leave it unset if you "
        "change sides",
        ("facing_traffic", "with_traffic"),
    ),
    DRIVING_SIDE: _Setting(
        "driving side", "the side cars drive on where you run: right or left", ("right", "left")
    ),
    "preferred_devices": _Setting(
        "preferred devices", "devices or sensors to believe first, separated by commas"
    ),
}
_FASTEST_S_KM, _SLOWEST_S_KM = 120.0, 1200.0
_PACE = re.compile(
    r"(?:(?P<minutes>\d{1,2}):(?P<seconds>[0-5]\d)|(?P<all>\d{1,4}(?:[.,]\d+)?) ?s?)"
    r" ?(?:/ ?(?P<units>km|mi))?"
)
_EASY_DAYS = 365
_LEAST_EASY_RUNS = 3


def settings(lib: Library, name: str | None = None, value: str | None = None) -> Answer:
    """See the settings, or set one.

    Parameters
    ----------
    lib
        The library.
    name
        None to see all.
    value
        As it is typed; None to see, an empty text forgets it. A pace is `5:30` or seconds, in the
        runner's own units, or in the ones written behind it: `5:30 /km`, `8:51 /mi`.

    Returns
    -------
        Table `settings`: `name, label, value` (as it can be typed again; None when not set),
        `default` (what holds then), `choices` (None where anything may be typed) and `meaning`.
        Verdict `shown`, or `changed`.

    Raises
    ------
    InputError
        There is no such setting, or the value cannot be right.
    """
    if name is not None and name not in _SETTINGS:
        raise InputError(
            f"There is no setting {printable(name)}; there are {', '.join(_SETTINGS)}."
        )
    kept = lib.settings()
    if name is not None and value is not None:
        units = preferences_of(kept).units
        lib.set_setting(name, _parsed(name, value.strip(), units) if value.strip() else None)
        kept = lib.settings()
    units = preferences_of(kept).units
    rows: tuple[SettingRow, ...] = tuple(
        {
            "name": n,
            "label": setting.label,
            "value": _written(n, kept.get(n), units),
            "default": setting.default,
            "choices": list(setting.choices) or None,
            "meaning": setting.meaning,
        }
        for n, setting in _SETTINGS.items()
        if name in (None, n)
    )
    changed = name is not None and value is not None
    return Answer(
        question="settings",
        headline=f"{name} is now {_written(name, kept.get(name), units) or 'not set'}."
        if changed and name
        else "Settings of this library.",
        verdict="changed" if changed else "shown",
        provenance=provenance(None, "none"),
        sentences=(habit_sentence(kept),) if name in (None, CAMBER_HABIT, DRIVING_SIDE) else (),
        tables={"settings": rows},
    )


def habit_sentence(kept: Mapping[str, Any]) -> str:
    """Say which foot stands lower by the runner's habit, or what to say so that it is known."""
    habit, drives = kept.get(CAMBER_HABIT), kept.get(DRIVING_SIDE)
    along = {"facing_traffic": "facing traffic", "with_traffic": "with traffic"}.get(str(habit))
    lower = {1.0: "left", -1.0: "right"}.get(habit_camber(kept))
    if lower:
        return (
            f"You run {along}, where cars drive on the {drives}: on the {lower} edge of the road, "
            f"and as roads fall off to their edges, the {lower} foot stands lower. This holds for "
            "every run on road of which you say no camber."
        )
    if along:
        return f"You run {along}; say also which side cars drive on where you run."
    return (
        "Roads fall off to their edges, so one foot stands lower. If you nearly always run on the "
        "same side of the road, say which, and which side cars drive on."
    )


def preferences(lib: Library) -> Preferences:
    """Return how the runner wants to see things."""
    return preferences_of(lib.settings())


def preferences_of(kept: Mapping[str, Any]) -> Preferences:
    """Read preferences from the settings; what is not one of the choices counts as not set."""

    def choice(name: str) -> str:
        setting, value = _SETTINGS[name], kept.get(name)
        return value if value in setting.choices else str(setting.default)

    return Preferences(
        units=cast("Units", choice("units")),
        bands=cast("BandsName", choice("bands")),
        side_colours=cast("SideColours", choice("side_colours")),
        theme=cast("Theme", choice("theme")),
    )


def mass_and_height(lib: Library) -> tuple[float | None, float | None]:
    """Return what the runner set, [kg] and [m]."""
    kept = lib.settings()
    mass_kg, height_m = kept.get("mass_kg"), kept.get("height_m")
    return (
        mass_kg if isinstance(mass_kg, float | int) else None,
        height_m if isinstance(height_m, float | int) else None,
    )


def reference_speed(
    lib: Library, *, runs: pl.DataFrame | None = None, now: datetime | None = None
) -> tuple[float, str] | None:
    """Return the speed that a run is compared with [m/s], and in words whose it is.

    Parameters
    ----------
    lib
        The library.
    runs
        The runs as `Library.runs` lists them, with `speed_m_s`, where the caller has them already.
    now
        Aware; runs that start more than a day after it have a wrong clock and are left out.

    Returns
    -------
        The pace that was set (`the pace you set`). Else the runner's own median easy pace (`your
        median easy pace`): the median of the mean speeds of the runs of the 365 days up to the last
        run, those marked as a race left out. Nothing else is asked of a run to be easy: most runs
        are, and the median does not care for the rest. None with fewer than three such runs.
    """
    pace_s_km = lib.settings().get("reference_pace_s_km")
    if isinstance(pace_s_km, int | float) and _FASTEST_S_KM <= pace_s_km <= _SLOWEST_S_KM:
        return 1000.0 / pace_s_km, "the pace you set"
    frame = lib.runs(measures=("speed_m_s",)) if runs is None else runs
    dated = frame.filter(well_dated(now))
    if dated.is_empty():
        return None
    raced = [run_id for run_id, typed in lib.annotations().items() if typed.is_race]
    since = dated["started_at_utc"][-1] - timedelta(days=_EASY_DAYS)
    easy = dated.filter(
        (pl.col("started_at_utc") > since)
        & ~pl.col("run_id").is_in(raced)
        & pl.col("speed_m_s").is_finite()
    )["speed_m_s"]
    median = easy.median()
    if easy.len() < _LEAST_EASY_RUNS or not isinstance(median, float):
        return None
    return median, "your median easy pace"


def _parsed(name: str, text: str, units: Units) -> float | str | list[str]:
    setting = _SETTINGS[name]
    if setting.choices:
        if text not in setting.choices:
            *others, last = setting.choices
            said = f"{', '.join(others)} or {last}"
            raise InputError(f"{name} must be {said}, not {printable(text)}.")
        return text
    if setting.bounds:
        return _number(name, text, *setting.bounds)
    if name == "reference_pace_s_km":
        return _pace_s_km(text, units)
    return [part.strip() for part in text.split(",") if part.strip()]


def _number(name: str, text: str, low: float, high: float, unit: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise InputError(
            f"{name} must be a number from {low:g} to {high:g} {unit}, not {printable(text)}."
        )
    return number


def _pace_s_km(text: str, own_units: Units) -> float:
    """Read a pace as it is typed; seconds a kilometre whatever it is typed in."""
    found = _PACE.fullmatch(text)
    pace = math.nan
    units = own_units
    if found:
        units = cast("Units", found["units"] or own_units)
        typed_s = (
            float(found["all"].replace(",", "."))
            if found["all"]
            else 60.0 * int(found["minutes"]) + int(found["seconds"])
        )
        pace = typed_s * METRES["km"] / METRES[units]
    if not _FASTEST_S_KM <= pace <= _SLOWEST_S_KM:
        fastest, slowest = (
            pace_words(METRES["km"] / limit, units) for limit in (_FASTEST_S_KM, _SLOWEST_S_KM)
        )
        raise InputError(
            f"reference_pace_s_km must be a pace like 5:30, from {fastest} to {slowest}, "
            f"not {printable(text)}."
        )
    return pace


def _written(name: str, value: object, units: Units) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    if name == "reference_pace_s_km" and isinstance(value, int | float) and value > 0.0:
        return pace_words(METRES["km"] / value, units)
    return None if value is None else f"{value:g}" if isinstance(value, float) else str(value)
