"""How the ground of runs is typed: which words and places there are, and what they change."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from evenstride.answers.ground_said import of_all
from evenstride.domain.errors import InputError
from evenstride.domain.ground import Camber, GroundPart, Surface
from evenstride.domain.wording import METRES, distance_words, duration_words, printable
from evenstride.library import KEEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.answers.rows import GroundPartRow
    from evenstride.domain.estimate import FloatArray
    from evenstride.library import Keep, Library

CAMBER_WORDS = {
    Camber.LEFT_LOWER: "the left foot stood lower",
    Camber.RIGHT_LOWER: "the right foot stood lower",
    Camber.NONE: "no side slope",
}
MOST_PARTS = 50
"""How many parts of a run may be spoken of."""

_PLACE = re.compile(
    r"(?:(?:(?P<h>\d{1,3}):)?(?P<m>\d{1,4}):(?P<s>[0-5]\d)"
    r"|(?P<number>\d{1,6}(?:[.,]\d{1,3})?) ?(?P<unit>km|mi|min|m|h|s))"
)
_ROUNDED = 0.01
_SECONDS = {"h": 3600.0, "min": 60.0, "s": 1.0}
_LENGTHS_M = {"m": 1.0, "km": METRES["km"], "mi": METRES["mi"]}


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a run as it was typed, in seconds, or in metres where it is a distance."""

    text: str
    value: float
    is_distance: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """How far [m], not decreasing, the runner had come at which moment [s]; shapes (n,)."""

    t_s: FloatArray
    far_m: FloatArray


@dataclass(frozen=True, slots=True)
class GroundEdit:
    """A change to what is said of the ground of runs.

    Attributes
    ----------
    surface, camber
        Words of `Surface` and `Camber`, `left-lower` for `left_lower` too; None or an empty text
        clears, KEEP leaves as it is.
    start, end
        The part it is of: a time since the start of the run with its pauses (`12:00`, `12 min`,
        `1:05:00`) or a distance (`2 km`, `1.5 mi`, `400 m`); None or an empty text is the start or
        the end of the run; an end up to 1 % behind the run's is that, for it was rounded. Both
        None: the whole run; what was said of its parts stays.
    forget
        First clear all that was said of the run and its parts.
    """

    surface: str | Keep | None = KEEP
    camber: str | Keep | None = KEEP
    start: str | None = None
    end: str | None = None
    forget: bool = False


def edited_ground(
    lib: Library, run_id: str, parts: Sequence[GroundPart], edits: Sequence[GroundEdit]
) -> tuple[GroundPart, ...]:
    """Return what is said of the ground of one run after these changes, in their order.

    Parameters
    ----------
    lib
        The library; asked only where an edit names a place.
    run_id
        The run.
    parts
        What is said of it now.
    edits
        The changes.

    Raises
    ------
    InputError
        There is no such surface, camber or place, a part does not begin before it ends, it begins
        or ends beyond the run, or there would be too many.
    """
    for edit in edits:
        surface = edit.surface if edit.surface is KEEP else surface_named(edit.surface)
        camber = edit.camber if edit.camber is KEEP else camber_named(edit.camber)
        if edit.forget:
            parts = ()
        start_s, end_s = _stretch(lib, run_id, edit)
        if start_s is None and end_s is None:
            before = of_all(parts)
            others = [p for p in parts if p.start_s is not None or p.end_s is not None]
        else:
            here = [(p.start_s, p.end_s) == (start_s, end_s) for p in parts]
            before = next(
                (p for p, same in zip(reversed(parts), reversed(here), strict=True) if same),
                GroundPart(start_s, end_s),
            )
            others = [p for p, same in zip(parts, here, strict=True) if not same]
        after = replace(
            before,
            surface=before.surface if surface is KEEP else surface,
            camber=before.camber if camber is KEEP else camber,
        )
        whole = after.start_s is None and after.end_s is None
        parts = (after, *others) if whole else (*others, after)
        parts = tuple(p for p in parts if p.surface is not None or p.camber is not None)
    if len(parts) > MOST_PARTS:
        raise InputError(f"Of run {run_id}, {MOST_PARTS} parts at most may be spoken of.")
    return tuple(parts)


def surface_named(text: str | None) -> Surface | None:
    """Read a surface; an empty text is none.

    Raises
    ------
    InputError
        There is no such surface.
    """
    if not text or not text.strip():
        return None
    try:
        return Surface(text.strip().casefold())
    except ValueError:
        raise InputError(f"A surface is {_alternatives(Surface)}, not {printable(text)}.") from None


def camber_named(text: str | None) -> Camber | None:
    """Read a camber, `left-lower` and `left lower` too; an empty text is none.

    Raises
    ------
    InputError
        There is no such camber.
    """
    if not text or not text.strip():
        return None
    try:
        return Camber(re.sub(r"[- ]", "_", text.strip().casefold()))
    except ValueError:
        raise InputError(f"A camber is {_alternatives(Camber)}, not {printable(text)}.") from None


def ground_rows(parts: Sequence[GroundPart]) -> list[GroundPartRow]:
    """Make rows of what is said of a run's ground."""
    return [
        {"start_s": p.start_s, "end_s": p.end_s, "surface": p.surface, "camber": p.camber}
        for p in parts
    ]


def ground_words(parts: Sequence[GroundPart]) -> list[str]:
    """Say what is said of a run's ground: `road, the left foot stood lower; track from 10:00`."""
    return [
        ", ".join(said for said in (p.surface, p.camber and CAMBER_WORDS[p.camber]) if said)
        + _stretch_words(p)
        for p in parts
    ]


def _stretch_words(part: GroundPart) -> str:
    start = "" if part.start_s is None else f" from {duration_words(part.start_s)}"
    end = "" if part.end_s is None else f" to {duration_words(part.end_s)}"
    return start + end


def _stretch(lib: Library, run_id: str, edit: GroundEdit) -> tuple[float | None, float | None]:
    """Read the part of a run that an edit is of [s]; None for the run's own start and end."""
    start, end = (
        _place(text.strip()) if text and text.strip() else None for text in (edit.start, edit.end)
    )
    if start is None and end is None:
        return None, None
    chosen = lib.run(run_id).chosen
    length_s = chosen.elapsed_s
    way = None
    if any(place is not None and place.is_distance for place in (start, end)):
        way = _way(lib, run_id, chosen.recording_id)
    start_s = 0.0 if start is None else _moment_s(start, way)
    end_s = math.inf if end is None else _moment_s(end, way)
    wrong = None
    if start is not None and start_s >= length_s:
        wrong = f"begins at {printable(start.text)}"
    elif end is not None and _is_beyond(end, length_s, way):
        wrong = f"ends at {printable(end.text)}"
    if wrong:
        raise InputError(
            f"No part of run {run_id} {wrong}: it lasts {duration_words(length_s)}"
            + (f" and is {distance_words(float(way.far_m[-1]), decimals=2)} long." if way else ".")
        )
    if start_s >= end_s:
        raise InputError(
            "A part must begin before it ends, not from "
            f"{printable(start.text) if start else 'the start'} to "
            f"{printable(end.text) if end else 'the end'}."
        )
    return start_s or None, end_s if end_s < length_s else None


def _place(text: str) -> _Place:
    """Read a place.

    Raises
    ------
    InputError
        It is none.
    """
    found = _PLACE.fullmatch(text.casefold())
    if found is None:
        raise InputError(
            "A place in a run is a distance or a time, like 2 km, 12 min or 1:05:00, not "
            f"{printable(text)}."
        )
    if found["number"] is None:
        whole_s = 3600 * int(found["h"] or 0) + 60 * int(found["m"]) + int(found["s"])
        return _Place(text, float(whole_s), is_distance=False)
    number, unit = float(found["number"].replace(",", ".")), found["unit"]
    if unit in _SECONDS:
        return _Place(text, number * _SECONDS[unit], is_distance=False)
    return _Place(text, number * _LENGTHS_M[unit], is_distance=True)


def _way(lib: Library, run_id: str, recording_id: str) -> _Way:
    """Read how far the runner had come, and when.

    Raises
    ------
    InputError
        The run has no distances.
    """
    samples = lib.samples(recording_id).select("t_s", "distance_m").drop_nulls().drop_nans()
    if samples.is_empty():
        raise InputError(f"Run {run_id} has no distances; name a time in it, like 12 min.")
    far_m = samples["distance_m"].to_numpy()
    # A watch that counts on from a session before begins elsewhere than at 0.
    return _Way(samples["t_s"].to_numpy(), np.maximum.accumulate(far_m) - far_m[0])


def _moment_s(place: _Place, way: _Way | None) -> float:
    """Return when a place was reached [s]; infinity for what is beyond the end."""
    if not place.is_distance or way is None:
        return place.value
    at = int(np.searchsorted(way.far_m, place.value, side="left"))
    return float(way.t_s[at]) if at < way.t_s.size else math.inf


def _is_beyond(end: _Place, length_s: float, way: _Way | None) -> bool:
    """Whether an end lies behind that of the run, by more than a rounded length would."""
    length = float(way.far_m[-1]) if end.is_distance and way is not None else length_s
    return end.value > (1.0 + _ROUNDED) * length


def _alternatives(words: type[Surface | Camber]) -> str:
    *others, last = (word.value for word in words)
    return f"{', '.join(others)} or {last}"
