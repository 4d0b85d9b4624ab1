"""What only the runner knows: mass and height, and which device to believe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.answers.provenance import provenance
from evenstride.domain.answer import Answer
from evenstride.domain.errors import InputError

if TYPE_CHECKING:
    from evenstride.library import Library

_MEANINGS = {
    "mass_kg": "your mass, for stiffness",
    "height_m": "your height, for stiffness",
    "preferred_devices": "devices or sensors to believe first, separated by commas",
}
_BOUNDS = {"mass_kg": (25.0, 250.0, "kg"), "height_m": (1.0, 2.5, "m")}


def settings(lib: Library, name: str | None = None, value: str | None = None) -> Answer:
    """See the settings, or set one.

    Parameters
    ----------
    lib
        The library.
    name
        None to see all.
    value
        None to see; an empty text forgets it.

    Raises
    ------
    InputError
        There is no such setting, or the value cannot be right.
    """
    if name is not None and name not in _MEANINGS:
        raise InputError(f"There is no setting {name}; there are {', '.join(_MEANINGS)}.")
    if name is not None and value is not None:
        lib.set_setting(name, _parsed(name, value.strip()) if value.strip() else None)
    kept = lib.settings()
    rows = tuple(
        {"name": n, "value": _written(kept.get(n)), "meaning": meaning}
        for n, meaning in _MEANINGS.items()
        if name in (None, n)
    )
    changed = name is not None and value is not None
    return Answer(
        question="settings",
        headline=f"{name} is now {_written(kept.get(name)) or 'not set'}."
        if changed and name
        else "Settings of this library.",
        verdict="changed" if changed else "shown",
        provenance=provenance(None, "none"),
        tables={"settings": rows},
    )


def mass_and_height(lib: Library) -> tuple[float | None, float | None]:
    """Return what the runner set, [kg] and [m]."""
    kept = lib.settings()
    return kept.get("mass_kg"), kept.get("height_m")


def _parsed(name: str, text: str) -> float | list[str]:
    if name not in _BOUNDS:
        return [part.strip() for part in text.split(",") if part.strip()]
    low, high, unit = _BOUNDS[name]
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise InputError(f"{name} must be a number from {low:g} to {high:g} {unit}, not {text}.")
    return number


def _written(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(str(v) for v in value)
    return None if value is None else f"{value:g}" if isinstance(value, float) else str(value)
