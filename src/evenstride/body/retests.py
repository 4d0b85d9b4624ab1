"""Decides which tests are made again, and in which session.

What was found on one day only is tested again in the next session; all that matters in the seventh
week, in time for the stop rule; and once more in the last session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.body.choosing import LEGS, MOST_SORE
from evenstride.body.sides import RETEST_FROM_WEEK, found_something, latest_of, retested
from evenstride.body.tests import screening_tests
from evenstride.domain.body import REGIONS, Feeling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.body.schedule import Slot, State
    from evenstride.domain.exercise import Facts, TestedSide, Wish

RETEST_WEEK: Final = 7
_JUMPS: Final = frozenset({"hop"})
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
    due = [slug for slug in telling or made if not _forbidden(slug, known)]
    asked: dict[str, tuple[str, ...]] = {}
    ahead = [slot for slot, state in zip(slots, states, strict=True) if state in ("next", "later")]
    if ahead and ahead[0].week < RETEST_FROM_WEEK:
        asked[ahead[0].session_id] = tuple(
            slug
            for slug in due
            if found_something(made[slug])
            and not made[slug].repeated
            and made[slug].on_date < ahead[0].on_date
        )
    again = next(
        (
            slot
            for slot, state in zip(slots, states, strict=True)
            if slot.week >= RETEST_WEEK and state != "missed"
        ),
        None,
    )
    if again is not None:
        still = tuple(slug for slug in due if not retested(made[slug], wish.first_date))
        asked[again.session_id] = still if again in ahead else tuple(due)
    asked[slots[-1].session_id] = tuple(due)
    return {session: slugs for session, slugs in asked.items() if slugs}


def _told(then: Mapping[str, TestedSide], slug: str) -> bool:
    found = then.get(slug)
    return found is not None and found_something(found)


def _forbidden(slug: str, known: Facts) -> bool:
    """Tell whether a test is not for now: it jumps under a flag or sore, or loads a sore place."""
    if slug in _JUMPS and (
        any(flag.tier != "mention" for flag in known.flags)
        or any(
            sore.level > MOST_SORE_TO_JUMP
            and sore.feeling is not Feeling.TIGHTNESS
            and REGIONS[sore.region].part in LEGS
            for sore in known.sore
        )
    ):
        return True
    test = screening_tests().get(slug)
    return test is not None and any(
        sore.level > MOST_SORE
        and sore.feeling is not Feeling.TIGHTNESS
        and sore.region in test.loads
        for sore in known.sore
    )
