"""Decides what a plan can be asked for: known names, days enough, a session of some length."""

from __future__ import annotations

from typing import Final

from evenstride.domain.errors import InputError
from evenstride.domain.exercise import CONDITIONS, EQUIPMENT, GOALS, WEEKDAYS, Wish
from evenstride.domain.wording import printable

LEAST_MINUTES: Final = 10
MOST_MINUTES: Final = 120
_SESSIONS: Final = (2, 3)
_SHOWN: Final = 40


def check_wish(wish: Wish) -> None:
    """Refuse a wish that cannot be.

    Raises
    ------
    InputError
        Something in it is not known, the days are too few, or a session too short or too long.
    """
    for what, given, known in (
        ("goal", wish.goals, GOALS),
        ("piece of equipment", wish.equipment, EQUIPMENT),
        ("condition", wish.conditions, CONDITIONS),
        ("day", wish.days, WEEKDAYS),
    ):
        for name in given:
            if name not in known:
                said = printable(name)[:_SHOWN]
                raise InputError(f"There is no {what} “{said}”; there are {', '.join(known)}.")
    if wish.sessions_per_week not in _SESSIONS:
        raise InputError("A plan has two or three sessions a week.")
    if len(set(wish.days)) < wish.sessions_per_week:
        raise InputError(
            f"{wish.sessions_per_week} sessions a week need as many days; name the days that are "
            "free."
        )
    if not LEAST_MINUTES <= wish.minutes <= MOST_MINUTES:
        raise InputError(f"A session takes {LEAST_MINUTES} to {MOST_MINUTES} minutes.")
