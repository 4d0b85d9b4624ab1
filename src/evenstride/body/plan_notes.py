"""Decides what is said of a plan as a whole: its rules in words, and what it does not promise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evenstride.body.catalogue import NO_TRIAL
from evenstride.body.plan_words import test_name
from evenstride.body.red_flag_list import FLAGS
from evenstride.body.retests import NOT_NOW, RETEST_WEEK, not_now
from evenstride.body.sides import EXTRA_UNTIL_WEEK, RETEST_FROM_WEEK, found_something, latest_of
from evenstride.domain.body import of_leg, place_words
from evenstride.domain.wording import list_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from evenstride.domain.exercise import Facts, TestedSide, Wish

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
_NO_BREATH_HELD: Final = frozenset({"high_blood_pressure", "late_pregnancy", "hernia"})
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
            f"{EXTRA_UNTIL_WEEK}): the extra set, and what is done on one side only, stop once the "
            "difference lies inside the error of its test, or when there was no re-test."
        )
    else:
        yield "No test of the last half year chooses a side: all is done on both sides alike."
    if any(found_something(one) and not one.repeated for one in tested.values()):
        yield "What was found on one day only is tested again in the next session."
    yield from _of_the_runner(wish, facts, tested)
    if wish.sessions_per_week < _BREATHS_A_WEEK:
        yield "Breathing drills are meant for three days a week or more: add another day of them."
    if wish.minutes <= _SHORT_MINUTES:
        yield (
            "Ten minutes three times a week without supervision prevented no injuries in one trial "
            "(Toresdahl 2020, relative risk 0.97); supervised work of 24 weeks went with fewer "
            "(Leppänen 2024, hazard ratio 0.66, 0.45 to 0.97)."
        )


def _of_the_runner(wish: Wish, facts: Facts, tested: Mapping[str, TestedSide]) -> Iterator[str]:
    """Say what follows of injuries, of what a person said of themselves, and of red flags."""
    for injury in facts.hurt:
        if not injury.over and of_leg(injury.region):
            yield (
                f"The injury of the {place_words(injury.region, injury.side)} is not over: run, "
                "and do what loads it, only as far as whoever treats it agrees."
            )
    resting = [test_name(slug) for slug in tested if not_now(slug, facts)]
    if resting:
        yield (f"{NOT_NOW} the test{'s' * (len(resting) > 1)} {list_words(resting)}.")
    if _NO_BREATH_HELD & {*wish.conditions}:
        yield (
            "Never hold your breath in any of it: breathe out with the effort. Show this plan to "
            "whoever looks after you before you begin."
        )
    for flag in facts.flags:
        if flag.tier == "mention":
            why = FLAGS[flag.slug].why if flag.slug in FLAGS else flag.slug.replace("-", " ")
            yield f"To be mentioned to a clinician: {why}"
    if any(flag.tier == "before_running" for flag in facts.flags):
        yield "A red flag stands: no running, no cues and no jumps until a clinician has seen it."
