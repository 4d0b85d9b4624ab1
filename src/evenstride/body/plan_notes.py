"""Decides what is said of a plan as a whole: its rules in words, and what it does not promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.body.catalogue import NO_TRIAL
from evenstride.body.red_flag_list import FLAGS
from evenstride.body.retests import RETEST_WEEK
from evenstride.body.sides import EXTRA_UNTIL_WEEK, RETEST_FROM_WEEK, found_something, latest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evenstride.domain.exercise import Facts, Wish

PAIN_RULE: Final = (
    "Pain up to 3 of 10: go on. 4 or 5: stay as you are. Above 5: stop that exercise. It has to be "
    "settled by the next morning and must not rise from week to week, else it goes one step back. "
    "This is not for a suspected bone injury."
)
REPETITION_RULE: Final = (
    "Do one or two repetitions more where they are good, and write down how many a side: two "
    "sessions running with one more than planned, and it goes on: two repetitions more, with a "
    "load 2 to 10 %, then the next step. The side that manages fewer sets the number of both."
)
MISSED_RULE: Final = (
    "A missed session is not made up for; after a week without any it goes on one step back."
)
BALANCE_RULE: Final = (
    "A test chooses a side, balance never does: it begins, and with a difference beyond the error "
    "of the test on two days it has one set more."
)
_SHORT_MINUTES: Final = 15
_BREATHS_A_WEEK: Final = 3


def notes_of(wish: Wish, facts: Facts) -> tuple[str, ...]:
    """List what holds for all of a plan."""
    return tuple(_notes(wish, facts))


def _notes(wish: Wish, facts: Facts) -> Iterator[str]:
    yield f"{NO_TRIAL}: this holds for all of it. It serves strength, comfort and your experiments."
    yield PAIN_RULE
    yield REPETITION_RULE
    yield MISSED_RULE
    yield BALANCE_RULE
    tested = latest_of(facts.tested, wish.first_date)
    if tested:
        yield (
            f"Make the tests again in week {RETEST_WEEK} (week {RETEST_FROM_WEEK} to "
            f"{EXTRA_UNTIL_WEEK}): the extra set stops once the difference lies inside the error "
            "of its test, or when there was no re-test."
        )
    else:
        yield "No test of the last half year chooses a side: all is done on both sides alike."
    if any(found_something(one) and not one.repeated for one in tested.values()):
        yield "What was found on one day only is tested again in the next session."
    if wish.sessions_per_week < _BREATHS_A_WEEK:
        yield "Breathing drills are meant for three days a week or more: add another day of them."
    if wish.minutes <= _SHORT_MINUTES:
        yield (
            "Ten minutes three times a week without supervision prevented no injuries in one trial "
            "(Toresdahl 2020, relative risk 0.97); supervised work of 24 weeks went with fewer "
            "(Leppänen 2024, hazard ratio 0.66, 0.45 to 0.97)."
        )
    for flag in facts.flags:
        if flag.tier == "mention":
            why = FLAGS[flag.slug].why if flag.slug in FLAGS else flag.slug.replace("-", " ")
            yield f"To be mentioned to a clinician: {why}"
    if any(flag.tier == "before_running" for flag in facts.flags):
        yield "A red flag stands: no running, no cues and no jumps until a clinician has seen it."
