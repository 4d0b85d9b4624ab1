"""What a plan may be asked for: days, minutes, goals, equipment, and what rules things out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evenstride.domain.errors import InputError
from evenstride.domain.exercise import CONDITIONS, EQUIPMENT, GOALS, WEEKDAYS, Wish
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

LEAST_MINUTES, MOST_MINUTES = 10, 120
_MOST_AHEAD_DAYS: Final = 365


def checked_wish(wish: Wish, today: date) -> Wish:
    """Return the wish with its lists in order, or refuse it.

    Raises
    ------
    InputError
        Something in it cannot be.
    """
    for what, given, known in (
        ("goal", wish.goals, GOALS),
        ("piece of equipment", wish.equipment, EQUIPMENT),
        ("condition", wish.conditions, CONDITIONS),
        ("day", wish.days, WEEKDAYS),
    ):
        for name in given:
            if name not in known:
                raise InputError(
                    f"There is no {what} “{printable(name)[:40]}”; there are {', '.join(known)}."
                )
    if wish.sessions_per_week not in (2, 3):
        raise InputError("A plan has two or three sessions a week.")
    if len(set(wish.days)) < wish.sessions_per_week:
        raise InputError(
            f"{wish.sessions_per_week} sessions a week need as many days; name the days that are "
            "free."
        )
    if not LEAST_MINUTES <= wish.minutes <= MOST_MINUTES:
        raise InputError(f"A session takes {LEAST_MINUTES} to {MOST_MINUTES} minutes.")
    if not 0 <= (wish.first_date - today).days <= _MOST_AHEAD_DAYS:
        raise InputError("A plan begins today or within a year from now.")
    return replace(
        wish,
        days=_in_order(wish.days, WEEKDAYS),
        goals=_in_order(wish.goals, GOALS) or ("stronger",),
        equipment=_in_order(wish.equipment, EQUIPMENT),
        conditions=_in_order(wish.conditions, CONDITIONS),
    )


def _in_order(given: Collection[str], known: Collection[str]) -> tuple:  # type: ignore[type-arg]
    return tuple(name for name in known if name in given)


def known_wish(wish: Wish) -> Wish:
    """Return a wish as it was kept, without what this edition of the program does not know."""
    return replace(
        wish,
        minutes=min(max(wish.minutes, LEAST_MINUTES), MOST_MINUTES),
        goals=_in_order(wish.goals, GOALS) or ("stronger",),
        equipment=_in_order(wish.equipment, EQUIPMENT),
        conditions=_in_order(wish.conditions, CONDITIONS),
    )
