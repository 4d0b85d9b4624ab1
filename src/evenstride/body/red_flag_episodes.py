"""Puts what was felt at one place together: pain that comes and comes again is one episode."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from evenstride.body.red_flag_tiers import questions_for
from evenstride.domain.body import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from evenstride.body.red_flag import RedFlag
    from evenstride.domain.body import Side
    from evenstride.domain.diary import Complaint, Day, Written

QUIET_DAYS: Final = 21
"""After so many days without pain at a place the next one is a new onset: a convention."""
GONE_DAYS: Final = 7
"""As `QUIET_DAYS`, where it was said to be gone in between."""


@dataclass(frozen=True, slots=True)
class Episode:
    """Pain at one place that comes and comes again: what hurt, the oldest first."""

    region: str
    side: Side
    complaints: tuple[Written[Complaint], ...]

    @property
    def began(self) -> date:
        """The day of its first pain."""
        return self.complaints[0].value.on_date

    @property
    def last_pain(self) -> date:
        """The last day on which it hurt."""
        return self.complaints[-1].value.on_date


def pain_episodes(
    complaints: Iterable[Written[Complaint]], days: Iterable[Written[Day]] = ()
) -> tuple[Episode, ...]:
    """Put the pain of each place together into episodes, by place, the oldest first.

    An episode goes on while pain comes again within three weeks of the last; within one week where
    it was said to be gone in between, by a level of 0 or a day on which nothing hurts. Soreness and
    tightness of level 7 and more count as pain; so does whatever else asks a question.
    """
    return episodes(complaints, days, lambda said: bool(questions_of(said)))


def episodes(
    complaints: Iterable[Written[Complaint]],
    days: Iterable[Written[Day]],
    counts: Callable[[Complaint], bool],
) -> tuple[Episode, ...]:
    """Put those complaints of each place together that count."""
    free = [day.value.on_date for day in days if day.value.nothing_hurts]
    by_place: dict[tuple[str, Side], list[Written[Complaint]]] = {}
    for one in complaints:
        by_place.setdefault((one.value.region, one.value.side), []).append(one)
    found = []
    for (region, side), some in by_place.items():
        gone = [*free, *(one.value.on_date for one in some if one.value.level == 0)]
        current: list[Written[Complaint]] = []
        for one in sorted((one for one in some if counts(one.value)), key=_in_order):
            if current and _is_over(current[-1].value.on_date, one.value.on_date, gone):
                found.append(Episode(region, side, tuple(current)))
                current = []
            current.append(one)
        if current:
            found.append(Episode(region, side, tuple(current)))
    return tuple(found)


def _is_over(last: date, new: date, gone: Sequence[date]) -> bool:
    """Tell whether pain on `new` is a new onset after pain on `last`."""
    quiet = (new - last).days
    return quiet > QUIET_DAYS or (quiet > GONE_DAYS and any(last < day < new for day in gone))


def questions_of(complaint: Complaint) -> tuple[RedFlag, ...]:
    """Return what one complaint asks."""
    return questions_for(
        complaint.region, complaint.side, complaint.feeling, complaint.level, complaint.note
    )


def _in_order(one: Written[Complaint]) -> tuple[date, int]:
    """Order within a day: the morning after yesterday's run comes before today's."""
    moments = (Moment.NEXT_MORNING, Moment.BEFORE, Moment.DURING, Moment.AFTER, Moment.OTHER)
    return one.value.on_date, moments.index(one.value.moment)
