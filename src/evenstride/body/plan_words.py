"""Words of a plan: which finding, wish or rule put an item there, and what would take it out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from evenstride.body.choosing import sore_words
from evenstride.body.doses import TOP_DOWN_WEEKS
from evenstride.body.sides import EXTRA_UNTIL_WEEK, RETEST_FROM_WEEK, found_something, lower_side
from evenstride.body.tests import screening_tests
from evenstride.domain.body import REGIONS, place_words
from evenstride.domain.exercise import GOALS, WEEKS
from evenstride.domain.wording import list_words

if TYPE_CHECKING:
    from datetime import date

    from evenstride.body.choosing import Easier, Reason
    from evenstride.body.sides import Sides
    from evenstride.domain.body import Side
    from evenstride.domain.exercise import Exercise, TestedSide

_UNITS: Final = {"deg": "°", "count": "", "points": " points"}
_NAMED: Final = 3
"""Regions that a sentence names."""
_STOPS: Final = "pain above 5 of 10 during it takes it out"
_AND_AFTER: Final = f", and with week {EXTRA_UNTIL_WEEK} if there was none"


def date_words(day: date) -> str:
    """Write a day as in all answers: `03 Nov 2026`."""
    return f"{day:%d %b %Y}"


def amount_words(value: float, unit: str) -> str:
    """Write an amount with its unit: `5.2°`, `4 cm`, `6`."""
    return f"{round(value, 1):g}{_UNITS.get(unit, f' {unit}' if unit else '')}"


def test_name(slug: str) -> str:
    """Return the name of a test; its slug where the catalogue of tests has none of it."""
    test = screening_tests().get(slug)
    return slug if test is None else test.name


@lru_cache(maxsize=256)
def finding_words(one: TestedSide) -> str:
    """Say what a test found, when, against which error, and on how many days."""
    said = f"{test_name(one.test)} on {date_words(one.on_date)}"
    side = lower_side(one)
    days = "found on two days" if one.repeated else "found on one day only"
    if one.difference is not None and side is not None:
        amount = amount_words(abs(one.difference), one.unit)
        error = "unknown" if one.mdc is None else amount_words(one.mdc, one.unit)
        return f"{said}: {amount} less on the {side.value} (error of the test {error}), {days}"
    if one.sign is not None and found_something(one):
        return f"{said}: {_seen(one)}, {days}"
    if side is not None:
        return f"{said}: less on the {side.value}, {days}"
    return f"{said}: no difference beyond its error"


def _seen(one: TestedSide) -> str:
    """Return the words of what was seen, as the test's own choices have them."""
    test = screening_tests().get(one.test)
    labels = {} if test is None else {s: words for m in test.methods for s, words in m.choices}
    return labels.get(one.sign or "", (one.sign or "").replace("_", " "))


def because(
    exercise: Exercise,
    reason: Reason | None,
    sides: Sides,
    *,
    week: int,
    extra: bool,
    no_extra: str,
    gone: bool,
) -> str:
    """Say in a sentence what put an exercise into a session, and what chose its side.

    Parameters
    ----------
    exercise
        Which.
    reason
        The strongest that speaks for it; None: only the block of the week.
    sides
        What tests say of its sides.
    week
        Of the plan.
    extra
        Whether one side has a set more here.
    no_extra
        Why it has none although the tests give it one; empty where that is not so.
    gone
        Whether the finding of `reason` was there when the plan began and is not any more.
    """
    if sides.by:
        found = "; ".join(finding_words(one) for one in sides.by)
        chosen = f"{found}: {_chosen(sides, extra=extra, no_extra=no_extra)}"
        if reason is not None and reason.injury is not None:
            return f"{reason_words(reason)}; {chosen}"
        return chosen
    even = _EVEN[exercise.sided]
    if reason is None:
        return f"{_block_words(week)}; {even}."
    if reason.finding is not None and gone:
        found = finding_words(reason.finding)
        return f"It came in by this: {found}; that is not found any more; {even}."
    if reason.finding is not None and exercise.sided == "mirrored":
        even = _no_side_yet(reason.finding, week)
    return f"{reason_words(reason)}; {even}."


def reason_words(reason: Reason) -> str:
    """Say what speaks for an exercise, without its sides and without a full stop."""
    if reason.injury is not None:
        hurt = place_words(reason.injury.region, reason.injury.side)
        return f"An earlier direct injury ({hurt}) puts the foot first"
    if reason.finding is not None:
        return f"{finding_words(reason.finding)}: it works on that"
    if reason.place is not None:
        return f"{sore_words(reason.place)}: it works there"
    if reason.sitting is not None:
        return f"You sit about {reason.sitting.share:.0f} hours a day: it opens the hips"
    return f"You wished for this: {GOALS[reason.goal or '']}"


def _no_side_yet(finding: TestedSide, week: int) -> str:
    if not finding.repeated:
        return "one day chooses no side yet, so both sides in turn"
    if week > EXTRA_UNTIL_WEEK:
        return f"no re-test since week {RETEST_FROM_WEEK} chose a side, so both sides in turn"
    return _EVEN["mirrored"]


_EVEN: Final = {
    "both": "both sides work at once",
    "each_side": "no test chose a side, so both have the same",
    "mirrored": "nothing found a side, so both sides in turn",
}


def _chosen(sides: Sides, *, extra: bool, no_extra: str) -> str:
    """Say what follows of the tests for the sides."""
    if sides.disagree:
        return "they point to different sides, so both have the same."
    if sides.only is not None:
        return f"so it is done on the {sides.only.value} only."
    side = "" if sides.first is None else sides.first.value
    if extra:
        return f"so the {side} begins and has one set more."
    if no_extra:
        return f"so the {side} begins; it has no set more, as {no_extra}."
    if not any(one.repeated for one in sides.by):
        return f"so the {side} begins; no extra set until another day says the same."
    return f"so the {side} begins; both have the same number."


def _block_words(week: int) -> str:
    if week <= TOP_DOWN_WEEKS:
        return f"Weeks 1 to {TOP_DOWN_WEEKS} go from the top down, from the ribs to the feet"
    return f"Weeks {TOP_DOWN_WEEKS + 1} to {WEEKS} build strength on that"


def out_when(
    exercise: Exercise, sides: Sides, *, week: int, extra: bool, easier: Easier | None
) -> str:
    """Say in a sentence what would take an exercise, or what is sided of it, out."""
    if easier is not None:
        return f"The easier way ends {easier.ends}; {_STOPS}."
    if sides.by and not sides.disagree:
        tests = " and ".join(dict.fromkeys(test_name(one.test) for one in sides.by))
        if extra:
            widest = max(sides.by, key=lambda one: one.mdc or 0.0)
            inside = amount_words(widest.mdc or 0.0, widest.unit)
            until = "" if week > EXTRA_UNTIL_WEEK else _AND_AFTER
            return (
                f"The extra set stops once the re-test ({tests}) lies inside {inside}{until}; "
                f"{_STOPS}."
            )
        if sides.only is not None:
            until = "" if week > EXTRA_UNTIL_WEEK else _AND_AFTER
            return f"Both sides again once a re-test ({tests}) finds them alike{until}; {_STOPS}."
        side = sides.first.value if sides.first is not None else ""
        return f"The {side} no longer begins once a re-test ({tests}) finds both alike; {_STOPS}."
    places = [REGIONS[slug].label for slug in exercise.loads[:_NAMED]]
    if not places:
        return f"{_STOPS[0].upper()}{_STOPS[1:]}."
    where = list_words(places, "or")
    return f"{_STOPS[0].upper()}{_STOPS[1:]}, and so does soreness above 5 at the {where}."


def changed_sides(  # noqa: PLR0911 # one sentence for each change
    before: Sides, after: Sides, *, had: bool, has: bool, week: int, otherwise: str
) -> str:
    """Say what became different about the sides since the session before; empty where nothing.

    `had` and `has` tell whether one side has a set more; `otherwise` why it has none where no test
    says so.
    """
    if had and not has and before.first is not None:
        return _stops(before.first, before, after, week=week, otherwise=otherwise)
    if before.only != after.only and after.only is not None:
        return f"On the {after.only.value} only now: {finding_words(after.by[0])}."
    if before.only is not None and after.only is None:
        if week > EXTRA_UNTIL_WEEK and not after.disagree:
            return f"Both sides again: no re-test since week {RETEST_FROM_WEEK} chose one."
        return "Both sides again: no test chooses one any more."
    if before.first != after.first and after.first is not None:
        return f"The {after.first.value} begins now: {finding_words(after.by[0])}."
    if before.first is not None and after.first is None:
        return "Neither side is preferred any more: the tests do not choose one."
    if has and not had and after.first is not None:
        return f"One set more on the {after.first.value}: {finding_words(after.by[0])}."
    return ""


def _stops(side: Side, before: Sides, after: Sides, *, week: int, otherwise: str) -> str:
    """Say why the extra set is over."""
    extra = f"The extra set on the {side.value} stops"
    tests = " and ".join(dict.fromkeys(test_name(one.test) for one in before.by))
    if after.first is None and after.disagree:
        return f"{extra}: tests point to different sides now."
    if after.first is None:
        return f"{extra}: {tests} made again finds no difference beyond its error."
    if after.first is not side:
        return f"{extra}, and the {after.first.value} begins now: {finding_words(after.by[0])}."
    if not after.extra and week > EXTRA_UNTIL_WEEK:
        return f"{extra}: no re-test of {tests} since week {RETEST_FROM_WEEK} found it again."
    if not after.extra:
        return f"{extra}: {finding_words(after.by[0])}."
    return f"{extra}: {otherwise}."
