"""What can have been done of a session: which exercises, how many, how much, with what pain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.domain.diary import MOST_LEVEL
from evenstride.domain.errors import InputError
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.diary import ItemDone
    from evenstride.domain.exercise import Session

MOST_SETS, MOST_COUNT, MOST_LOAD_KG = 10, 600, 500.0
"""What can be logged of one item."""


def checked_items(items: Sequence[ItemDone], session: Session) -> tuple[ItemDone, ...]:
    """Return what was done of a session, or refuse it.

    Raises
    ------
    InputError
        It is of no exercise of the session, of one twice, or a number cannot be.
    """
    planned = {item.exercise for item in session.items}
    seen: set[str] = set()
    for item in items:
        if item.exercise not in planned:
            raise InputError(
                f"There is no “{printable(item.exercise)[:40]}” in session {session.session_id}; "
                f"there are {', '.join(sorted(planned))}."
            )
        if item.exercise in seen:
            raise InputError(f"{item.exercise} is named twice.")
        seen.add(item.exercise)
        for what, value, most in (
            ("sets", item.sets, MOST_SETS),
            ("repetitions on the left", item.left, MOST_COUNT),
            ("repetitions on the right", item.right, MOST_COUNT),
            ("kg", item.load_kg, MOST_LOAD_KG),
        ):
            if value is not None and not 0 <= value <= most:
                raise InputError(f"{item.exercise}: {value:g} {what} cannot be; 0 to {most:g}.")
        for when, pain in (("", item.pain), (" on the next morning", item.pain_next_morning)):
            if pain is not None and not 0 <= pain <= MOST_LEVEL:
                raise InputError(f"{item.exercise}: pain{when} is 0 to {MOST_LEVEL}, not {pain}.")
    return tuple(items)
