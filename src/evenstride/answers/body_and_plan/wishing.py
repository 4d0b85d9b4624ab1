"""What a plan may be asked for: days, minutes, goals, equipment, and what rules things out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from evenstride.body.wishes import LEAST_MINUTES, MOST_MINUTES, check_wish
from evenstride.domain.errors import InputError
from evenstride.domain.exercise import CONDITIONS, EQUIPMENT, GOALS, WEEKDAYS, Wish

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

_MOST_AHEAD_DAYS: Final = 365


def checked_wish(wish: Wish, today: date) -> Wish:
    """Return the wish with its lists in order, or refuse it.

    Raises
    ------
    InputError
        Something in it cannot be.
    """
    check_wish(wish)
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
