"""Decides on which days the sessions of a plan lie, what they are called, and which is next.

Days and names follow from the wish alone: facts and logs never move a session that is still to
come, so a missed one is never made up for by two on a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Literal

from evenstride.domain.errors import InputError
from evenstride.domain.exercise import WEEKDAYS, WEEKS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from evenstride.domain.diary import SessionDone
    from evenstride.domain.exercise import Weekday, Wish

State = Literal["done", "missed", "next", "later"]
_DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a session: `w03-2` is the second of the third week, on `on_date`."""

    session_id: str
    on_date: date
    week: int


def slots_of(wish: Wish) -> tuple[Slot, ...]:
    """Lay out twelve weeks, each from the weekday of the first date on.

    The wish is one that `wishes.check_wish` lets pass.
    """
    offsets = sorted(
        (WEEKDAYS.index(day) - wish.first_date.weekday()) % _DAYS_A_WEEK
        for day in spread_days(tuple(wish.days), wish.sessions_per_week)
    )
    return tuple(
        Slot(
            f"w{week:02d}-{number}",
            wish.first_date + timedelta(days=_DAYS_A_WEEK * (week - 1) + offset),
            week,
        )
        for week in range(1, WEEKS + 1)
        for number, offset in enumerate(offsets, start=1)
    )


@cache
def spread_days(days: tuple[Weekday, ...], sessions_per_week: int) -> tuple[Weekday, ...]:
    """Choose as many of the free days as there are sessions, as far apart as they can be.

    Of several that are as far apart, those earliest in the week.
    """
    free = sorted({WEEKDAYS.index(day) for day in days})
    best = max(
        combinations(free, sessions_per_week),
        key=lambda chosen: (_closest(chosen), tuple(-day for day in chosen)),
    )
    return tuple(WEEKDAYS[day] for day in best)


def _closest(chosen: Collection[int]) -> int:
    """Return the fewest days between two sessions, round the week."""
    ordered = sorted(chosen)
    return min(
        [later - earlier for earlier, later in pairwise(ordered)]
        + [ordered[0] + _DAYS_A_WEEK - ordered[-1]]
    )


def states_of(
    slots: Sequence[Slot], logs: Mapping[str, SessionDone], today: date
) -> tuple[State, ...]:
    """Tell which sessions are done, missed, next, later.

    A session without a log is missed once its day is over, or once a later one was logged; it can
    still be logged afterwards, and is then what the log says.
    """
    last = max((i for i, slot in enumerate(slots) if slot.session_id in logs), default=-1)
    states: list[State] = []
    found = False
    for i, slot in enumerate(slots):
        if (log := logs.get(slot.session_id)) is not None:
            states.append(log.state)
        elif i < last or slot.on_date < today:
            states.append("missed")
        else:
            states.append("later" if found else "next")
            found = True
    return tuple(states)


def logs_by_session(slots: Sequence[Slot], done: Sequence[SessionDone]) -> dict[str, SessionDone]:
    """Bring the log into order by session; the last said of one holds.

    Raises
    ------
    InputError
        When it names a session that the plan does not have.
    """
    known = {slot.session_id for slot in slots}
    for log in done:
        if log.session not in known:
            raise InputError(f"There is no session {log.session} in this plan.")
    return {log.session: log for log in done}
