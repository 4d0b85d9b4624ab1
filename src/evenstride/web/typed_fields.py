"""How single fields of a form are read: numbers, times, paces and days, as people type them."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from evenstride.domain.errors import InputError
from evenstride.domain.wording import METRES, printable

if TYPE_CHECKING:
    from evenstride.domain.wording import Units

OF_TEN = "from 0 to 10"
"""What a level may be, as a field that is none says it."""
MOST_TYPED = 20_000
"""Characters that a form takes of a field: what the rule refuses is said, and not lost."""
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d{1,4})?", re.ASCII)
_WHOLE = re.compile(r"\d{1,6}", re.ASCII)


def number_of(text: str, what: str) -> float | None:
    """Read a number, None where nothing was typed.

    Raises
    ------
    InputError
        It is none; `what` begins the sentence.
    """
    text = text.strip()
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise InputError(f"{what} is a number like 0.3, not {printable(text)}.")
    return float(text.replace(",", "."))


def whole_of(text: str, what: str, *, like: str = "like 12") -> int | None:
    """Read a whole number, None where nothing was typed.

    Raises
    ------
    InputError
        It is none; `what` begins the sentence, `like` says what it may be.
    """
    text = text.strip()
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise InputError(f"{what} is a whole number {like}, not {printable(text)}.")
    return int(text)


def seconds_of(text: str, what: str) -> float | None:
    """Read minutes and seconds, or minutes alone; None where nothing was typed.

    Raises
    ------
    InputError
        It is neither; `what` begins the sentence.
    """
    text = text.strip()
    if not text:
        return None
    found = _CLOCK.fullmatch(text)
    if found:
        return 3600.0 * int(found[1] or 0) + 60.0 * int(found[2]) + int(found[3])
    if _NUMBER.fullmatch(text):
        return 60.0 * float(text.replace(",", "."))
    raise InputError(f"{what} is a time like 5:00, not {printable(text)}.")


def speed_of(text: str, what: str, units: Units) -> float | None:
    """Read a pace as a speed [m/s]; None where nothing was typed.

    Raises
    ------
    InputError
        It is none; `what` begins the sentence.
    """
    found = _CLOCK.fullmatch(text.strip())
    pace_s = seconds_of(text, what) if found or not text.strip() else None
    if text.strip() and not pace_s:
        raise InputError(f"{what} is a pace like 6:30, not {printable(text)}.")
    return METRES[units] / pace_s if pace_s else None


def day_of(text: str, what: str) -> date | None:
    """Read a day; None where nothing was typed.

    Raises
    ------
    InputError
        It is none; `what` begins the sentence.
    """
    text = text.strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{what} is a day like 2026-05-31, not {printable(text)}.") from None


def several_of(text: str, what: str, most: int) -> tuple[int, ...]:
    """Read whole numbers by spaces or commas, or stretches of them, like `3 4 5` or `3-5`.

    Raises
    ------
    InputError
        They are none, or more than `most`; `what` begins the sentence.
    """
    found: list[int] = []
    for word in text.replace(",", " ").split():
        first, _, last = word.partition("-")
        if not (_WHOLE.fullmatch(first) and _WHOLE.fullmatch(last or first)):
            raise InputError(f"{what} are numbers like 3 4 5 6 or 3-6, not {printable(text)}.")
        if int(last or first) - int(first) >= most:
            raise InputError(f"{what} are at most {most}.")
        found += range(int(first), int(last or first) + 1)
    return tuple(found[: most + 1])
