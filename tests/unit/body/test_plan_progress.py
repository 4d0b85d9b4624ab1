"""The rule of repetitions and the rule of pain, session by session."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from evenstride.body.catalogue import exercises
from evenstride.body.doses import less_load_kg, more_load_kg, seconds_of, sets_in_week
from evenstride.body.progress import after_done, beginning, is_out, step_back
from evenstride.domain.body import Side
from evenstride.domain.diary import ItemDone

DAY = date(2026, 11, 23)
LUNGE = exercises()["lunge"]


def follow(*sessions, exercise=LUNGE, only=None, weekly=False):
    """Play sessions given as changes to what was asked for: repetitions more, pain, ..."""
    standing = beginning(exercise)
    for k, said in enumerate(sessions):
        more = said.pop("more", None)
        reps = (
            {} if more is None else {"left": standing.count + more, "right": standing.count + more}
        )
        week = k + 1 if weekly else 1
        standing = after_done(
            exercise,
            standing,
            ItemDone(exercise.slug, **{**reps, **said}),
            only=only,
            week=week,
            on_date=DAY + timedelta(days=2 * k),
        )
    return standing


def test_one_more_in_two_sessions_running_is_two_more():
    assert follow({"more": 1}).count == 6
    after = follow({"more": 1}, {"more": 2})
    assert after.count == 8
    assert "6 become 8" in after.said[0]


@pytest.mark.parametrize("between", [{"more": 0}, {}, {"more": 1, "pain": 4}, {"left_out": True}])
def test_the_two_sessions_have_to_follow_each_other(between):
    assert follow({"more": 1}, dict(between), {"more": 1}).count == 6


def test_the_side_that_manages_fewer_decides():
    assert follow({"left": 9, "right": 6}, {"left": 9, "right": 6}).count == 6
    assert follow({"left": 9, "right": 7}, {"left": 9, "right": 7}).count == 8


def test_of_one_side_only_that_side_decides():
    drill = exercises()["sucker-punch-rockback"]
    rows = {"left": 10, "right": 0}
    assert follow(dict(rows), dict(rows), exercise=drill, only=Side.LEFT).step == 1
    assert follow(dict(rows), dict(rows), exercise=drill, only=Side.RIGHT).step == 0


def test_at_the_top_of_the_dose_comes_the_next_step_at_the_low_end():
    well = [{"more": 1} for _ in range(8)]
    after = follow(*well)
    assert (after.step, after.count) == (1, 6)
    on = follow(*[{"more": 1} for _ in range(60)])
    assert on.step == len(LUNGE.progression)
    assert on.count == LUNGE.dose.count[1]
    assert "no harder step" in on.said[0]


def test_a_load_goes_up_by_2_to_10_per_cent():
    after = follow({"more": 1, "load_kg": 10.0}, {"more": 1, "load_kg": 10.0})
    assert (after.load_kg, after.count) == (10.5, 6)


@pytest.mark.parametrize("load_kg", [1.0, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0, 24.0, 60.0, 142.5])
def test_load_steps_are_within_bounds(load_kg):
    assert load_kg * 1.02 <= more_load_kg(load_kg) <= load_kg * 1.10 + 1e-9
    assert load_kg * 0.8 <= less_load_kg(load_kg) < load_kg


def test_nothing_fits_a_very_light_load():
    assert more_load_kg(0.5) is None
    assert follow({"more": 1, "load_kg": 0.5}, {"more": 1, "load_kg": 0.5}).count == 8


def test_pain_up_to_3_goes_on_and_4_or_5_stays():
    assert follow({"more": 1, "pain": 3}, {"more": 1, "pain": 3}).count == 8
    for pain in (4, 5):
        after = follow({"more": 1, "pain": pain}, {"more": 1, "pain": pain})
        assert after.count == 6
        assert after.hold
        assert f"Pain of {pain}" in after.said[0]


def test_pain_above_5_stops_it_for_two_weeks_and_the_second_time_for_good():
    out = follow({"more": 1, "pain": 6})
    assert is_out(out, DAY + timedelta(days=13))
    assert not is_out(out, DAY + timedelta(days=14))
    assert (out.easier, out.step, out.count) == (True, 0, 6)
    for_good = follow({"pain": 6}, {"pain": 8})
    assert is_out(for_good, DAY + timedelta(days=300))
    assert is_out(follow({"pain": 0, "pain_next_morning": 7}), DAY)


@pytest.mark.parametrize(
    ("pain", "morning", "back"),
    [(2, 3, True), (2, 2, False), (5, 4, True), (5, 3, False), (3, 0, False), (None, 3, False)],
)
def test_what_is_not_settled_by_the_next_morning_is_one_step_back(pain, morning, back):
    start = [{"more": 1}, {"more": 1}]
    after = follow(*start, {"pain": pain, "pain_next_morning": morning})
    assert after.count == (6 if back else 8)
    assert ("morning after" in " ".join(after.said)) is back


@pytest.mark.parametrize(
    ("pains", "back"),
    [
        ((0, 1), False),
        ((1, 1, 1), False),
        ((0, 2), True),
        ((0, 1, 2), True),
        ((2, 1, 2), False),
        ((3, 2, 1), False),
    ],
)
def test_pain_that_rises_from_week_to_week_is_one_step_back(pains, back):
    after = follow(*({"pain": pain} for pain in pains), weekly=True)
    assert after.easier is back  # at the low end one step back is the easier way
    assert ("rose from week to week" in " ".join(after.said)) is back


def test_a_rise_is_told_once_and_not_again_by_what_follows_it():
    risen = [{"pain": 0}, {"pain": 2}]
    assert follow(*(dict(one) for one in risen), {}, weekly=True).said == ()
    standing = follow(*(dict(one) for one in risen), weekly=True)
    for said in ({"pain": 1}, {"pain": 2}, {}):
        again = after_done(
            LUNGE, standing, ItemDone("lunge", **said), only=None, week=2, on_date=DAY
        )
        assert again.said == ()


def test_steps_back_in_their_order():
    standing = follow(*[{"more": 1} for _ in range(8)], {"more": 0, "load_kg": 10.0})
    assert (standing.step, standing.load_kg) == (1, 10.0)
    standing = step_back(LUNGE, standing, "Why")
    assert (standing.step, standing.load_kg) == (1, 9.0)
    unloaded = follow(*[{"more": 1} for _ in range(10)])
    assert (unloaded.step, unloaded.count) == (1, 8)
    unloaded = step_back(LUNGE, unloaded, "Why")
    assert (unloaded.step, unloaded.count, unloaded.easier) == (0, 6, False)
    unloaded = step_back(LUNGE, unloaded, "Why")
    assert unloaded.easier


def test_two_good_sessions_end_the_easier_way():
    after = follow({"pain": 6}, {"more": 0, "pain": 1}, {"more": 0, "pain": 1})
    assert not after.easier
    assert after.count == 6
    assert "the exercise itself again" in after.said[0]


def test_done_as_planned_changes_nothing():
    standing = after_done(LUNGE, beginning(LUNGE), None, only=None, week=1, on_date=DAY)
    assert (standing.count, standing.streak, standing.done) == (6, 0, 1)


def test_sets_grow_by_the_week_within_the_dose():
    assert [sets_in_week(LUNGE.dose, week) for week in range(1, 13)] == [
        *(2, 2, 3, 3),
        *(2, 2, 3, 3),
        *(3, 3, 4, 4),
    ]


def test_both_sides_at_once_take_the_time_once():
    assert seconds_of("both", 3, 3, 10, "repetitions") == 3 * 70.0
    assert seconds_of("each_side", 3, 2, 10, "repetitions") == 5 * 70.0
    assert seconds_of("mirrored", 3, 0, 10, "breaths") == 300.0
