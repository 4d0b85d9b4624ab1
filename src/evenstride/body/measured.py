"""What can be typed of a screening test, and what looks like a typing slip."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from evenstride.body.error_of_test import mean
from evenstride.body.finding_words import day_words, number, way_words
from evenstride.body.judging import judge, method_of, way_of
from evenstride.body.tests import screening_tests
from evenstride.domain.diary import MOST_LEVEL, MOST_NOTE, MOST_WORDS
from evenstride.domain.errors import InputError
from evenstride.domain.wording import list_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from evenstride.domain.diary import Measured
    from evenstride.domain.screening import Method, Test

MOST_TRIALS: Final = 20
"""Trials a side of one day."""
EARLIEST_YEAR: Final = 1950
_WHOLE: Final = frozenset({"count", "points"})
_MANY: Final = 3
"""From so many unusual trials on they are asked about in one sentence."""
_CROSSED: Final = 4.0
"""How much nearer the swapped sides have to be to the last time before it is asked."""
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")


def check_measured(m: Measured, earlier: Sequence[Measured], today: date) -> tuple[str, ...]:
    """Refuse what cannot be, and return what is doubtful.

    Parameters
    ----------
    m
        What was typed.
    earlier
        What was measured before, of any test; the entry that is being corrected left out.
    today
        The runner's own date.

    Returns
    -------
        Doubts, each a sentence that ends with `is that a typing slip?`; none where nothing is
        unusual.

    Raises
    ------
    InputError
        Unknown test, method, position or instrument; a value that cannot be; a future date; and
        so on, in one sentence.
    """
    test = screening_tests().get(m.test)
    if test is None:
        raise InputError(f"There is no test {m.test}; evenstride screen lists them.")
    method = method_of(test, m.method)
    if method is None:
        raise InputError(
            f"{test.name} is made by {list_words([x.slug for x in test.methods], 'or')}."
        )
    _check_way(m, test, method)
    if m.on_date > today:
        raise InputError(f"{m.on_date} is in the future.")
    if m.on_date.year < EARLIEST_YEAR:
        raise InputError(f"{m.on_date} is too long ago.")
    for pain, side in ((m.left_pain, "left"), (m.right_pain, "right")):
        if pain is not None and not 0 <= pain <= MOST_LEVEL:
            raise InputError(f"Pain on the {side} goes from 0 to {MOST_LEVEL}, {pain} does not.")
    for text, most, what in ((m.note, MOST_NOTE, "A note"), (m.by, MOST_WORDS, "A name")):
        if len(text) > most:
            raise InputError(f"{what} has at most {most:,} characters.")
    if method.choices:
        _check_seen(m, test, method)
        return ()
    _check_values(m, test, method)
    return (
        *_doubtful_values(m, test, method),
        *_doubtful_sides(m, method),
        *_swapped(m, method, earlier),
    )


def _check_way(m: Measured, test: Test, method: Method) -> None:
    for said, known, what in (
        (m.position, method.positions, "position"),
        (m.instrument, method.instruments, "instrument"),
    ):
        slugs = [slug for slug, _ in known]
        if slugs and not said:
            raise InputError(f"{test.name} needs its {what}: {list_words(slugs, 'or')}.")
        if said and said not in slugs:
            choice = f"it is {list_words(slugs, 'or')}" if slugs else "there is none to say"
            raise InputError(f"{test.name} has no {what} {said}: {choice}.")


def _check_seen(m: Measured, test: Test, method: Method) -> None:
    slugs = [slug for slug, _ in method.choices]
    if m.left or m.right:
        raise InputError(f"{test.name} is looked at, not measured: say {list_words(slugs, 'or')}.")
    if m.sign not in slugs:
        raise InputError(f"{test.name}: say what was seen, {list_words(slugs, 'or')}.")


def _check_values(m: Measured, test: Test, method: Method) -> None:
    if m.sign is not None:
        raise InputError(f"{test.name} by {method.label} is measured: give values, not a sign.")
    if not m.left and not m.right:
        raise InputError(f"{test.name} needs a value on the left or on the right.")
    for values, side in ((m.left, "left"), (m.right, "right")):
        if len(values) > MOST_TRIALS:
            raise InputError(f"{test.name} takes at most {MOST_TRIALS} trials a side.")
        for value in values:
            if not math.isfinite(value) or not method.lowest <= value <= method.highest:
                low, high = (number(v, method.unit) for v in (method.lowest, method.highest))
                raise InputError(
                    f"{test.name}: {value:g} on the {side} cannot be, it goes from {low} to {high}."
                )
            if method.unit in _WHOLE and value != int(value):
                raise InputError(f"{test.name}: {value:g} on the {side} is not a whole number.")
    if method.paired and len(m.left) != len(m.right):
        raise InputError(f"{test.name} is read on both sides at once: give as many left as right.")


def _doubtful_values(m: Measured, test: Test, method: Method) -> list[str]:
    values = (*m.left, *m.right)
    outside = [v for v in values if not method.likely_low <= v <= method.likely_high]
    if len(outside) >= _MANY:
        return [_another_way(outside, len(values), test, method)]
    doubts = []
    for values, side in ((m.left, "left"), (m.right, "right")):
        for at, value in enumerate(values):
            others = [v for i, v in enumerate(values) if i != at]
            which = f"The {_ORDINALS[at]} trial" if at < len(_ORDINALS) else f"Trial {at + 1}"
            told = number(value, method.unit)
            if not method.likely_low <= value <= method.likely_high:
                meant = _tenth(value, method)
                doubts.append(
                    f"{which} on the {side}, {told}, is outside of the usual "
                    f"{number(method.likely_low, method.unit)} to "
                    f"{number(method.likely_high, method.unit)}{meant}: is that a typing slip?"
                )
            elif others and min(abs(value - v) for v in others) >= method.likely_difference:
                rest = " and ".join(number(v, method.unit) for v in others)
                doubts.append(
                    f"{which} on the {side}, {told}, is far from {rest}: is that a typing slip?"
                )
    return doubts


def _another_way(outside: Sequence[float], of: int, test: Test, method: Method) -> str:
    """Ask once where much is unusual: it may be the numbers of another way of measuring."""
    low, high = min(outside), max(outside)
    told = number(low, method.unit)
    if low != high:
        told += f" to {number(high, method.unit)}"
    usual_as = [
        f"{other.label}, {other.unit}"
        for other in test.methods
        if other is not method
        and not other.choices
        and all(other.likely_low <= value <= other.likely_high for value in outside)
    ]
    meant = f"; as {list_words(usual_as, 'or')} they would not be" if usual_as else ""
    return (
        f"{len(outside)} of {of} trials ({told}) are outside of the usual "
        f"{number(method.likely_low, method.unit)} to {number(method.likely_high, method.unit)}"
        f"{meant}: is that a typing slip?"
    )


def _tenth(value: float, method: Method) -> str:
    """Say where a tenth would be usual: a lost decimal point is the commonest slip."""
    tenth = value / 10.0
    if method.unit not in _WHOLE and method.likely_low <= tenth <= method.likely_high:
        return f" ({number(tenth, method.unit)} would not be)"
    return ""


def _doubtful_sides(m: Measured, method: Method) -> list[str]:
    if not m.left or not m.right:
        return []
    apart = abs(mean(m.left) - mean(m.right))
    if apart < method.likely_difference:
        return []
    text = f"{apart:.1f}"
    rest = float(text[1:]) if text[1:2].isdecimal() else 0.0
    meant = f" (is {number(rest, method.unit)} meant?)" if rest else ""
    return [
        f"The sides differ by {number(apart, method.unit)}{meant}; "
        f"{number(method.likely_difference, method.unit)} and more is rarely seen: "
        "is that a typing slip?"
    ]


def _swapped(m: Measured, method: Method, earlier: Sequence[Measured]) -> list[str]:
    """Ask where left reads as right did the last time, and right as left."""
    before = [e for e in earlier if way_of(e) == way_of(m) and e.on_date <= m.on_date]
    if not before or not m.left or not m.right:
        return []
    last = max(before, key=lambda e: e.on_date)
    if not last.left or not last.right:
        return []
    finding = judge(screening_tests()[m.test], last, before)
    left, right, was_left, was_right = (mean(v) for v in (m.left, m.right, last.left, last.right))
    straight = abs(left - was_left) + abs(right - was_right)
    crossed = abs(left - was_right) + abs(right - was_left)
    if finding.lower is None or straight <= _CROSSED * crossed:
        return []
    now = f"{number(left, method.unit)} left and {number(right, method.unit)} right"
    then = f"{number(was_left, method.unit)} left and {number(was_right, method.unit)} right"
    way = way_words(method, m.position, m.instrument)
    return [
        f"Left and right look swapped against {day_words(last.on_date)} ({way}): now {now}, then "
        f"{then}: is that a typing slip?"
    ]
