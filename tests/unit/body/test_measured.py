"""What can be typed of a test, and what is asked back."""

import math
from dataclasses import replace
from datetime import date, timedelta

import pytest

from evenstride.body.screening import check_measured
from evenstride.domain.diary import Measured
from evenstride.domain.errors import InputError

TODAY = date(2026, 11, 20)
GOOD = Measured(
    on_date=TODAY,
    test="ankle-lunge",
    method="degrees",
    position="knee-bent",
    instrument="phone",
    left=(38.0, 39.0, 38.0),
    right=(44.0, 43.0, 44.0),
)
SCALES = Measured(TODAY, "two-scales", "kg", instrument="scales", left=(35.0,), right=(34.0,))
SEEN = Measured(TODAY, "arch", "seen", sign="even")
POINTS = Measured(TODAY, "foot-posture", "points", left=(3.0,), right=(4.0,))


def doubts(measured, *earlier):
    return check_measured(measured, earlier, TODAY)


def test_much_that_is_unusual_is_asked_once_and_the_other_way_of_measuring_named():
    typed = replace(GOOD, left=(9.0, 10.0, 9.0), right=(10.0, 11.0, 10.0))
    (doubt,) = doubts(typed)
    assert "6 of 6 trials (9° to 11°) are outside of the usual" in doubt
    assert "as toe to wall, cm they would not be" in doubt
    (doubt,) = doubts(replace(GOOD, left=(75.0, 75.0, 75.0), right=(74.0, 39.0, 75.0)))[:1]
    assert "5 of 6 trials" in doubt
    assert "toe to wall" not in doubt


def test_what_is_usual_raises_no_doubt():
    assert doubts(GOOD) == doubts(SCALES) == doubts(SEEN) == doubts(POINTS) == ()


@pytest.mark.parametrize(
    ("base", "wrong", "message"),
    [
        (GOOD, {"test": "elbow"}, "no test elbow"),
        (GOOD, {"method": "feet"}, "degrees or cm"),
        (GOOD, {"position": ""}, "needs its position: knee-bent or knee-straight"),
        (GOOD, {"position": "seated"}, "no position seated"),
        (GOOD, {"instrument": ""}, "needs its instrument"),
        (GOOD, {"on_date": TODAY + timedelta(days=1)}, "in the future"),
        (GOOD, {"on_date": date(1900, 1, 1)}, "too long ago"),
        (GOOD, {"left": (), "right": ()}, "needs a value"),
        (GOOD, {"left": (95.0,)}, "95 on the left cannot be, it goes from 0° to 80°"),
        (GOOD, {"right": (math.nan,)}, "nan on the right cannot be"),
        (GOOD, {"left": (40.0,) * 21}, "at most 20 trials"),
        (GOOD, {"left_pain": 11}, "Pain on the left goes from 0 to 10"),
        (GOOD, {"right_pain": -1}, "Pain on the right"),
        (GOOD, {"sign": "even"}, "is measured"),
        (GOOD, {"note": "x" * 2001}, "at most 2,000"),
        (POINTS, {"left": (3.5,)}, "not a whole number"),
        (POINTS, {"left": (13.0,)}, "from −12 to 12"),
        (SCALES, {"left": (35.0, 36.0)}, "as many left as right"),
        (SEEN, {"sign": None}, "left_flatter, right_flatter or even"),
        (SEEN, {"sign": "flat"}, "left_flatter, right_flatter or even"),
        (SEEN, {"left": (1.0,)}, "looked at, not measured"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(base, wrong, message):
    with pytest.raises(InputError, match=message):
        doubts(replace(base, **wrong))


def test_a_side_difference_with_a_digit_too_many():
    """One source prints 26.5° for ≥ 6.5°."""
    (doubt,) = doubts(replace(GOOD, left=(58.5,) * 3, right=(32.0,) * 3))
    assert doubt.startswith("The sides differ by 26.5° (is 6.5° meant?)")
    assert doubt.endswith("is that a typing slip?")


def test_a_lost_decimal_point():
    tape = Measured(TODAY, "ankle-lunge", "cm", "knee-bent", "tape", left=(25.0,), right=(11.0,))
    (value, sides) = doubts(tape)
    assert "(2.5 cm would not be)" in value
    assert sides.endswith("is that a typing slip?")


def test_one_trial_far_from_the_others():
    (doubt,) = doubts(replace(GOOD, left=(38.0, 55.0, 39.0)))
    assert "The second trial on the left, 55°, is far from 38° and 39°" in doubt


def test_sides_swapped_against_the_last_time():
    swapped = replace(GOOD, left=GOOD.right, right=GOOD.left)
    before = replace(GOOD, on_date=TODAY - timedelta(days=30))
    (doubt,) = doubts(swapped, before)
    assert "look swapped against 21 Oct 2026" in doubt
    assert doubts(GOOD, before) == ()
    assert doubts(swapped, replace(before, position="knee-straight")) == ()


def test_what_was_even_before_cannot_look_swapped():
    before = replace(GOOD, on_date=TODAY - timedelta(days=30), left=(41.0,) * 3, right=(42.0,) * 3)
    assert doubts(replace(GOOD, left=(42.0,) * 3, right=(41.0,) * 3), before) == ()


def test_sides_that_came_together_do_not_look_swapped():
    before = replace(GOOD, on_date=TODAY - timedelta(days=30))
    assert doubts(replace(GOOD, left=(41.5,) * 3, right=(41.0,) * 3), before) == ()
