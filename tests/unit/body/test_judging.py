"""What a test says: the larger of two errors, ways never mixed, pain and few trials named."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from evenstride.body.error_of_test import error_of_test
from evenstride.body.screening import judge, latest_findings
from evenstride.body.tests import screening_tests
from evenstride.domain.body import Side
from evenstride.domain.diary import Measured

TODAY = date(2026, 11, 20)
LUNGE = {"test": "ankle-lunge", "method": "degrees", "position": "knee-bent", "instrument": "phone"}


def made(left=(), right=(), *, ago=0, **other):
    way = LUNGE if "test" not in other else {}
    day = TODAY - timedelta(days=ago)
    return Measured(on_date=day, left=tuple(left), right=tuple(right), **way | other)


def judged(day, *earlier):
    return judge(screening_tests()[day.test], day, earlier)


@pytest.mark.parametrize(
    ("left", "outcome", "lower"),
    [
        ((40.0,) * 3, "no_difference", None),
        ((35.4,) * 3, "no_difference", None),
        ((35.3,) * 3, "left_lower", Side.LEFT),
        ((44.7,) * 3, "right_lower", Side.RIGHT),
    ],
)
def test_sides_differ_from_the_published_error_on(left, outcome, lower):
    finding = judged(made(left, (40, 40, 40)))
    assert (finding.outcome, finding.lower) == (outcome, lower)
    assert finding.mdc == 4.7
    words = "differs beyond" if lower else "does not differ beyond"
    assert f"{words} the error of the test" in finding.sentence


def test_the_sentence_names_the_side_and_what_it_needs():
    finding = judged(made((38, 39, 38), (44, 43, 44)))
    assert "differs beyond the error of the test: 5.3° less on the left (needs 4.7°)" in (
        finding.sentence
    )
    assert "on one day so far" in finding.sentence
    assert "Rangers" not in finding.sentence


def test_the_ranger_study_is_named_from_its_cut_on_and_forecasts_nothing():
    finding = judged(made((38, 38, 38), (44.5, 44.5, 44.5)))
    assert "Rangers" in finding.sentence
    assert "no forecast" in finding.sentence


def test_fewer_trials_widen_the_error_and_it_is_said():
    one = judged(made((40,), (44.8,)))
    assert one.mdc == pytest.approx(1.96 * 2**0.5 * 1.7 * 3**0.5)
    assert one.outcome == "no_difference"
    assert "Only one trial a side, where 3 belong" in one.sentence
    two = judged(made((40, 40), (40, 40, 40)))
    assert "Only 2 trials on the left" in two.sentence
    right = judged(made((40, 40, 40), (40, 40)))
    assert "Only 2 trials on the right" in right.sentence
    assert two.mdc == right.mdc > 4.7


def test_more_trials_than_belong_do_not_narrow_it():
    assert judged(made((40,) * 9, (40,) * 9)).mdc == 4.7
    hop = {"test": "hop", "method": "cm"}
    three, nine = (judged(made((150,) * n, (150,) * n, **hop)).mdc for n in (3, 9))
    assert three == nine == pytest.approx(1.96 * 2**0.5 * 0.041 * 150)


def test_own_scatter_counts_where_it_is_larger():
    finding = judged(made((30, 40, 50), (35, 45, 55)))
    # pooled SD 10 of 4 degrees of freedom: 2.776 * 10 * sqrt(2/3)
    assert finding.mdc == pytest.approx(22.67, abs=0.01)
    assert "scatter more than the published error" in finding.sentence


def test_own_trials_of_earlier_days_of_the_same_way_help():
    hold = {"test": "dead-bug-hold", "method": "hold"}
    day = made((20, 24), (30, 34), **hold)
    alone = judged(day)
    with_more = judged(day, made((20, 24), (30, 34), ago=30, **hold))
    assert with_more.mdc < alone.mdc
    assert "as far as your own trials tell" in alone.sentence
    assert "4 trials of yours" in alone.sentence
    assert "8 trials of yours" in with_more.sentence


def test_from_three_days_on_days_are_held_against_each_other():
    way = {"test": "dead-bug-hold", "method": "lowering", "instrument": "phone"}
    days = [
        made((50, 51, 50), (r, r + 1, r), ago=ago, **way)
        for ago, r in ((60, 50), (40, 60), (20, 48), (0, 58))
    ]
    two, all_of_them = judged(days[1], days[0]), judged(days[-1], *days[:-1])
    assert (two.outcome, two.lower) == ("cannot_tell", None)
    assert "10 less on the left" in two.sentence.replace("°", "")
    assert "how far days differ is not known" in two.sentence
    assert "Make it on 3 days" in two.sentence
    assert all_of_them.outcome == "no_difference"
    assert "from 4 days" in all_of_them.sentence


def test_the_scatter_of_days_is_that_of_each_against_the_next():
    way = {"test": "dead-bug-hold", "method": "lowering", "instrument": "phone"}
    days = [made((50, 50, 50), (r, r, r), ago=ago, **way) for ago, r in ((9, 50), (5, 60), (0, 50))]
    # steps of 10 and -10: a day scatters by sqrt(200 / 4); 4.303 of two degrees of freedom
    assert judged(days[-1], *days[:-1]).mdc == pytest.approx(4.303 * 50**0.5)


def test_paired_trials_scatter_by_their_differences():
    scales = replace(screening_tests()["two-scales"].methods[0], sem_share=None)
    day = {"test": "two-scales", "method": "kg", "instrument": "scales"}
    moved = error_of_test(scales, made((33, 35, 37), (37, 35, 33), **day), [])
    # differences of -4, 0, 4: SD 4 of 2 degrees of freedom
    assert moved.half == pytest.approx(4.303 * 4 / 3**0.5)
    still = error_of_test(scales, made((35, 35, 35), (35, 35, 35), **day), [])
    assert still.half == pytest.approx(4.303 * 2 * scales.step / 3**0.5)


def test_trials_that_agree_fully_are_not_believed_beyond_what_can_be_read():
    points = {"test": "foot-posture", "method": "points"}
    assert judged(made((3, 3, 3), (5, 5, 5), **points)).outcome == "no_difference"
    assert judged(made((3, 3, 3), (6, 6, 6), **points)).outcome == "cannot_tell"


def test_without_a_published_error_a_side_is_named_from_three_days_on():
    points = {"test": "foot-posture", "method": "points"}
    days = [made((3, 3, 3), (8, 8, 8), ago=ago, **points) for ago in (9, 5, 0)]
    assert judged(days[1], days[0]).outcome == "cannot_tell"
    third = judged(days[2], *days[:2])
    assert (third.outcome, third.lower) == ("left_lower", Side.LEFT)
    published = judged(made((30, 30, 30), (40, 40, 40)))
    assert published.outcome == "left_lower"  # its error is known: one day tells


def test_one_side_or_no_known_error_cannot_be_told():
    one = judged(made((40, 41, 40)))
    assert (one.outcome, one.right, one.difference) == ("cannot_tell", None, None)
    assert "only the left was measured" in one.sentence
    hold = judged(made((60,), (90,), test="single-leg-bridge", method="hold"))
    assert hold.outcome == "cannot_tell"
    assert "too few trials" in hold.sentence


@pytest.mark.parametrize(
    "other",
    [
        {"position": "knee-straight"},
        {"instrument": "goniometer"},
        {"by": "the physio"},
        {"test": "ankle-lunge", "method": "cm", "position": "knee-bent", "instrument": "tape"},
    ],
)
def test_ways_are_never_mixed(other):
    before = made((30, 30, 30), (44, 44, 44), ago=40, **({**LUNGE, **other}))
    now = made((44, 44, 44), (30, 30, 30))
    finding = judged(now, before)
    assert (finding.change, finding.repeated) == (None, False)
    assert len(latest_findings([before, now])) == 2


def test_a_change_has_to_reach_the_error_of_both_days():
    before = made((38, 38, 38), (46, 46, 46), ago=42)
    less = judged(made((40, 40, 40), (42, 42, 42)), before)
    assert less.change.value == pytest.approx(6.0)
    assert less.change_beyond_error is False
    more = judged(made((41, 41, 41), (42.4, 42.4, 42.4)), before)
    assert more.change.value == pytest.approx(6.6)
    assert more.change_beyond_error is True
    assert "toward less on the right (needs 6.6°)" in more.sentence


def test_a_change_of_days_that_are_not_alike_has_both_their_errors():
    finding = judged(made((40, 40, 40), (40, 40, 40)), made((40,), (46,), ago=42))
    assert finding.change.value == pytest.approx(6.0)
    needs = finding.change.high - finding.change.value
    assert needs == pytest.approx((4.7**2 + (1.96 * 2**0.5 * 1.7 * 3**0.5) ** 2) ** 0.5)


def test_another_day_repeats_it_or_not():
    first = made((38, 38, 38), (46, 46, 46), ago=42)
    assert judged(made((38, 38, 38), (46, 46, 46)), first).repeated
    assert not judged(made((46, 46, 46), (38, 38, 38)), first).repeated
    assert not judged(first, first).repeated  # the day itself is no other day


def test_half_a_day_between_does_not_hide_the_one_before():
    first = made((38, 38, 38), (46, 46, 46), ago=42)
    half = made((38, 38, 38), ago=20)
    assert judged(made((38, 38, 38), (46, 46, 46)), first, half).repeated


def test_pain_in_the_test_is_named():
    hurt = judged(made((30, 30, 30), (44, 44, 44), left_pain=5, right_pain=1))
    assert hurt.pain_side is Side.LEFT
    assert "It hurt on the left (5 of 10)" in hurt.sentence
    assert judged(made((30, 30, 30), (44, 44, 44), left_pain=3)).pain_side is None
    both = judged(made((30, 30, 30), (44, 44, 44), left_pain=4, right_pain=4))
    assert both.pain_side is Side.MIDDLE


def test_the_share_of_the_other_leg_stands_beside_the_convention():
    raised = {"test": "heel-raise", "method": "count", "position": "floor"}
    finding = judged(made((20,), (28,), **raised))
    assert "71 % of the right; 90 % or more is a convention" in finding.sentence


def test_two_scales_share_their_error():
    """What one leg gains the other loses: a difference is off by twice the error of a leg."""
    way = {"test": "two-scales", "method": "kg", "instrument": "scales"}
    finding = judged(made((35, 35, 35), (35, 35, 35), **way))
    assert finding.mdc == pytest.approx(1.96 * 2 * 0.07 * 35)


def test_what_is_seen_is_said_as_it_was():
    way = {"test": "chest-breath", "method": "hands"}
    finding = judged(made(sign="right_lower", **way))
    assert (finding.outcome, finding.lower) == ("seen", None)
    assert "the right widens less" in finding.sentence
    assert judged(made(sign="right_lower", **way), made(sign="right_lower", ago=9, **way)).repeated


def test_the_latest_of_each_way_in_the_order_of_the_tests():
    found = latest_findings(
        [
            made(test="arch", method="seen", sign="even"),
            made((30, 30, 30), (40, 40, 40), ago=9),
            made((40, 40, 40), (40, 40, 40), ago=2),
            made((40, 40, 40), (40, 40, 40), ago=1, test="gone", method="cm"),
            made((40, 40, 40), (40, 40, 40), ago=1, test="ankle-lunge", method="gone"),
        ]
    )
    assert [(f.test, f.outcome) for f in found] == [
        ("ankle-lunge", "no_difference"),
        ("arch", "seen"),
    ]
