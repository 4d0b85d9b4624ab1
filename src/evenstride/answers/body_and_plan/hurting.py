"""What hurts now: sore places, injuries, red flags that stand; what nothing else may overrule."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from evenstride.answers.body_and_plan.flags import standing_flags
from evenstride.answers.body_and_plan.timeline import NOW_DAYS, in_order
from evenstride.domain.body import Side, of_leg, place_words
from evenstride.domain.diary import Complaint, Day, Injury, has_come
from evenstride.domain.exercise import Facts, HurtBefore, Sore
from evenstride.domain.wording import list_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evenstride.library import Library

_GONE_DAYS: Final = 7


def hurting(lib: Library, *, today: date) -> Facts:
    """Gather what hurts on a local day; the other facts of a plan are empty."""
    return Facts(
        sore=tuple(_sore(lib, today)),
        hurt=tuple(
            HurtBefore(
                injury.region,
                injury.side,
                direct=injury.how in ("sudden", "surgery"),
                over=injury.ended is not None and injury.ended <= today,
            )
            for injury in (written.value for written in lib.entries(Injury).values())
            if has_come(injury.began, today)
        ),
        flags=standing_flags(lib),
    )


def injured_legs(lib: Library, *, today: date) -> str:
    """Say which injuries of a leg are not over, in one sentence; empty where none is."""
    places = dict.fromkeys(
        place_words(one.region, one.side)
        for one in hurting(lib, today=today).hurt
        if not one.over and of_leg(one.region)
    )
    if not places:
        return ""
    return (
        f"By your diary an injury is not over ({list_words(list(places))}): run only as far as "
        "whoever treats it agrees, or write down when it ended."
    )


def _sore(lib: Library, today: date) -> Iterator[Sore]:
    """List the places felt in the last 14 days: the last word on each, and the worst of them.

    One good day does not end what hurt for weeks: a place is over once it was said to be gone, or
    that nothing hurts, and a week has passed since it was felt.
    """
    complaints = in_order(lib.entries(Complaint).values())
    free = [day.value.on_date for day in lib.entries(Day).values() if day.value.nothing_hurts]
    places: dict[tuple[str, Side], list[Complaint]] = {}
    for written in complaints:
        on_date = written.value.on_date
        if today - timedelta(days=NOW_DAYS) <= on_date and has_come(on_date, today):
            said = written.value
            places.setdefault((said.region, said.side), []).append(said)
    for all_said in places.values():
        felt = [said for said in all_said if said.level > 0]
        if not felt:
            continue
        last = felt[-1]
        gone = all_said[-1].level == 0 or any(last.on_date < day <= today for day in free)
        if gone and (today - last.on_date).days >= _GONE_DAYS:
            continue
        worst = max(said.level for said in felt)
        yield Sore(last.region, last.side, last.feeling, last.moment, worst, last.on_date)
