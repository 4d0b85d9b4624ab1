"""Decides the side: a test chooses it or nobody does; balance is not even known here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from evenstride.domain.body import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from evenstride.domain.exercise import Exercise, TestedSide

STALE_DAYS: Final = 180
"""A test older than this when the plan begins chooses nothing: it is to be made again."""
RETEST_FROM_WEEK: Final = 6
"""A test from this week on counts as the re-test."""
EXTRA_UNTIL_WEEK: Final = 8
"""Without a re-test the extra set, and what is done to one side only, end with this week."""
_SEEN_LOWER: Final = {"left_lower": Side.LEFT, "right_lower": Side.RIGHT}


@dataclass(frozen=True, slots=True)
class Sides:
    """What tests say of the sides of one exercise.

    Attributes
    ----------
    first
        The side to begin with, that which tested lower; None where none did, or tests disagree.
    extra
        Whether that side has one set more: found beyond the error, on two days, and not yet gone.
    only
        Of what is mirrored: the one side it is done to.
    by
        The tests that said so; where they disagree, these.
    disagree
        Whether tests point to different sides, so that none is chosen.
    """

    first: Side | None = None
    extra: bool = False
    only: Side | None = None
    by: tuple[TestedSide, ...] = ()
    disagree: bool = False


def latest_of(tested: Iterable[TestedSide], first_date: date) -> dict[str, TestedSide]:
    """Keep the latest of each test, and none that was old when the plan began."""
    newest: dict[str, TestedSide] = {}
    for one in tested:
        if one.on_date < first_date - timedelta(days=STALE_DAYS):
            continue
        there = newest.get(one.test)
        if there is None or one.on_date >= there.on_date:
            newest[one.test] = one
    return newest


def lower_side(one: TestedSide) -> Side | None:
    """Name the side that tested lower, measured beyond its error or seen; None where neither."""
    return one.side if one.side is not None else _SEEN_LOWER.get(one.sign or "")


def named_side(one: TestedSide) -> Side | None:
    """Name the side that a finding is about: the lower one, or where ribs or hip bone stand out."""
    if one.side is not None or one.sign is None:
        return one.side
    return {"left": Side.LEFT, "right": Side.RIGHT}.get(one.sign.partition("_")[0])


def found_something(one: TestedSide) -> bool:
    """Tell whether the test found the sides unlike, whichever way."""
    return named_side(one) is not None


def beyond_error(one: TestedSide) -> bool:
    """Tell whether a measured difference reaches the error of its test, which has to be known."""
    return (
        one.side is not None
        and one.difference is not None
        and one.mdc is not None
        and math.isfinite(one.mdc)
        and abs(one.difference) >= one.mdc
    )


def earns_a_set(one: TestedSide) -> bool:
    """Tell whether a finding may give its side one set more: beyond the error, on two days."""
    return one.repeated and beyond_error(one)


def retested(one: TestedSide, first_date: date) -> bool:
    """Tell whether it was made from the week of the re-test on."""
    return one.on_date >= first_date + timedelta(weeks=RETEST_FROM_WEEK - 1)


def sides_of(
    exercise: Exercise, tested: Mapping[str, TestedSide], *, week: int, first_date: date
) -> Sides:
    """Decide the side of one exercise in a week of the plan.

    Parameters
    ----------
    exercise
        Which.
    tested
        The latest of each test.
    week
        1 to 12.
    first_date
        On which the plan begins.
    """
    if exercise.sided == "each_side":
        return _each_side(exercise, tested, week=week, first_date=first_date)
    if exercise.sided == "mirrored":
        return _mirrored(exercise, tested, week=week, first_date=first_date)
    return Sides()


def _each_side(
    exercise: Exercise, tested: Mapping[str, TestedSide], *, week: int, first_date: date
) -> Sides:
    by = tuple(tested[slug] for slug in exercise.tests if slug in tested)
    by = tuple(one for one in by if lower_side(one) in (Side.LEFT, Side.RIGHT))
    lower = {lower_side(one) for one in by}
    if len(lower) != 1:
        return Sides(by=by, disagree=len(lower) > 1)
    extra = any(
        earns_a_set(one) and (week <= EXTRA_UNTIL_WEEK or retested(one, first_date)) for one in by
    )
    return Sides(first=lower.pop(), extra=extra, by=by)


def _mirrored(
    exercise: Exercise, tested: Mapping[str, TestedSide], *, week: int, first_date: date
) -> Sides:
    """Choose the one side it is done to, seen from the side that each test names.

    What was felt or seen on one day only chooses none: how far hands and eyes can be trusted is not
    known, so it has to be found on two. After the week of the re-test only what was found again
    chooses.
    """
    toward = dict(exercise.toward)
    found = (tested[slug] for slug in toward if slug in tested and named_side(tested[slug]))
    by = tuple(
        one
        for one in found
        if (one.repeated or beyond_error(one))
        and (week <= EXTRA_UNTIL_WEEK or retested(one, first_date))
    )
    chosen = {
        named if toward[one.test] == "lower" else named.other
        for one in by
        if (named := named_side(one)) is not None
    }
    if len(chosen) != 1:
        return Sides(by=by, disagree=len(chosen) > 1)
    side = chosen.pop()
    return Sides(first=side, only=side, by=by)
