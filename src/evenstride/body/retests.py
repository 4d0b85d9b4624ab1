"""Decides which tests are made again, and in which session.

What was found on one day only is tested again in the next session; all that matters from the
seventh week on until it was made, in time for the stop rule; and once more at the end. No session
has more than a few of them, and none that is not for now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.body.choosing import MOST_SORE
from evenstride.body.sides import found_something, latest_of, retested
from evenstride.body.tests import screening_tests
from evenstride.domain.body import Feeling, is_loaded, of_leg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.body.schedule import Slot, State
    from evenstride.domain.exercise import Facts, Sore, TestedSide, Wish

RETEST_WEEK: Final = 7
MOST_TESTS: Final = 4
"""Tests in a session, which are made rested, before the exercises: a convention."""
MINUTES_A_TEST: Final = 5
"""About so long a test takes, both sides, three trials, with rests [min]."""
NOT_NOW: Final = "Not for now, for what is sore, injured or flagged:"
"""How it is said which tests are not, see `not_now`."""
_JUMPS: Final = frozenset({"hop"})
_TIGHT: Final = Feeling.TIGHTNESS
MOST_SORE_TO_JUMP: Final = 3
"""From above this level on anywhere in the legs nobody jumps, as the test's own caution says; the
upper end of what the pain rule calls safe."""


def retests(
    wish: Wish, begun_with: Facts, known: Facts, slots: Sequence[Slot], states: Sequence[State]
) -> Mapping[str, tuple[str, ...]]:
    """Name the tests to make again by session; sessions without any are not in it.

    Parameters
    ----------
    wish, begun_with
        What was asked for, and known when the plan began.
    known
        What is known today.
    slots, states
        The sessions and how they stand.
    """
    then = latest_of(begun_with.tested, wish.first_date)
    tested = latest_of(known.tested, wish.first_date)
    made = {**then, **tested}
    telling = [slug for slug in made if found_something(made[slug]) or _told(then, slug)]
    due = [slug for slug in telling or made if not not_now(slug, known)]
    asked: dict[str, list[str]] = {slot.session_id: [] for slot in slots}
    ahead = [slot for slot, state in zip(slots, states, strict=True) if state in ("next", "later")]
    if ahead:
        once = [
            slug
            for slug in due
            if found_something(made[slug])
            and not made[slug].repeated
            and made[slug].on_date < ahead[0].on_date
        ]
        asked[ahead[0].session_id] = once[:MOST_TESTS]
    still = [slug for slug in due if not retested(made[slug], wish.first_date)]
    again = [slot for slot in ahead if slot.week >= RETEST_WEEK]
    groups = _dealt(due)
    for slot, group in (
        *zip(again, _dealt(still), strict=False),
        *zip(slots[-len(groups) :] if groups else (), groups, strict=True),
    ):
        there = asked[slot.session_id]
        there += [slug for slug in group if slug not in there]
    return {session: tuple(slugs) for session, slugs in asked.items() if slugs}


def _dealt(slugs: Sequence[str]) -> list[Sequence[str]]:
    """Deal tests out, a few a session."""
    return [slugs[k : k + MOST_TESTS] for k in range(0, len(slugs), MOST_TESTS)]


def _told(then: Mapping[str, TestedSide], slug: str) -> bool:
    found = then.get(slug)
    return found is not None and found_something(found)


def not_now(slug: str, known: Facts) -> bool:
    """Tell whether a test is not for now: it jumps, or loads a place that is sore or injured.

    Nothing with the weight on a leg is tested while a red flag there stops running.
    """
    test = screening_tests().get(slug)
    if test is None:
        return False
    if slug in _JUMPS and (
        any(flag.tier != "mention" for flag in known.flags)
        or any(sore.level > MOST_SORE_TO_JUMP and _in_leg(sore) for sore in known.sore)
    ):
        return True
    if test.weight_bearing and any(
        flag.tier == "before_running" and (flag.region is None or of_leg(flag.region))
        for flag in known.flags
    ):
        return True
    places = [
        *(s.region for s in known.sore if s.level > MOST_SORE and s.feeling is not _TIGHT),
        *(injury.region for injury in known.hurt if not injury.over),
    ]
    return any(is_loaded(place, test.loads, weight_bearing=test.weight_bearing) for place in places)


def _in_leg(sore: Sore) -> bool:
    return sore.feeling is not _TIGHT and of_leg(sore.region)
