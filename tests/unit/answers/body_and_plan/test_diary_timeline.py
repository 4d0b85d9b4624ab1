from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from evenstride.answers.body_and_plan.timeline import (
    moved,
    sore_places,
    spells,
    timeline_figure,
    timeline_rows,
)
from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import Complaint, Day, Injury, Written

TODAY = date(2026, 11, 21)
_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def felt(
    days_ago: int,
    region: str,
    level: int = 3,
    *,
    side: Side = Side.RIGHT,
    moment: Moment = Moment.AFTER,
    feeling: Feeling = Feeling.TIGHTNESS,
) -> Written[Complaint]:
    said = Complaint(ago(days_ago), moment, feeling, region, side, level)
    return Written(f"{days_ago}-{region}-{side}-{moment}", 1, _AT, said)


def test_a_complaint_that_moved_is_said_as_an_order_in_time() -> None:
    (way,) = moved([felt(40, "hip-front"), felt(30, "hip-front"), felt(18, "knee-front")])
    assert way["sentence"] == (
        "The right front of the hip was first named on 12 October 2026; the right front of the "
        "knee since 3 November 2026."
    )
    assert (way["from_region"], way["to_region"], way["side"]) == (
        "hip-front",
        "knee-front",
        Side.RIGHT,
    )


def test_other_sides_parts_near_by_and_long_ago_did_not_move() -> None:
    assert moved([felt(40, "hip-front", side=Side.LEFT), felt(18, "knee-front")]) == ()
    assert moved([felt(40, "knee-outer"), felt(18, "knee-front")]) == ()
    assert moved([felt(100, "hip-front"), felt(18, "knee-front")]) == ()
    assert moved([felt(18, "hip-front"), felt(18, "knee-front")]) == ()


def test_a_place_follows_the_one_that_began_last_before_it() -> None:
    ways = moved([felt(50, "lower-back"), felt(40, "hip-front"), felt(18, "knee-front")])
    assert [(way["from_region"], way["to_region"]) for way in ways] == [
        ("lower-back", "hip-front"),
        ("hip-front", "knee-front"),
    ]


def test_a_place_that_only_came_back_did_not_follow_the_one_between() -> None:
    said = [felt(50, "hip-front"), felt(35, "knee-front"), felt(30, "knee-front")]
    (way,) = moved([*said, felt(8, "hip-front")])
    assert (way["from_region"], way["to_region"]) == ("hip-front", "knee-front")
    long_ago = moved([felt(200, "hip-front"), *said[1:], felt(8, "hip-front")])
    assert [way["sentence"] for way in long_ago] == [
        "The right front of the knee was first named on 17 October 2026; the right front of the "
        "hip again since 13 November 2026."
    ]
    again = moved([felt(200, "hip-front"), felt(50, "hip-front"), felt(35, "knee-front")])
    assert again[0]["sentence"].startswith("The right front of the hip was named again on 2 Oct")


def test_a_spell_ends_after_three_quiet_weeks() -> None:
    found = spells([felt(60, "calf"), felt(39, "calf"), felt(17, "calf"), felt(10, "calf", 0)])
    assert [(spell.began, spell.last) for spell in found] == [
        (ago(60), ago(39)),
        (ago(17), ago(17)),
    ]


def test_how_it_is_now_is_what_was_said_last_of_two_weeks() -> None:
    said = [
        felt(20, "calf", 6),
        felt(10, "calf", 5),
        felt(2, "calf", 2),
        felt(15, "heel", 4),
        felt(5, "ankle", 4),
        felt(1, "ankle", 0),
    ]
    (row,) = sore_places(said, [], today=TODAY)
    assert (row["region"], row["level"], row["worst"], row["since"]) == (
        "calf",
        2,
        5,
        ago(20).isoformat(),
    )
    free = Written("d", 1, _AT, Day(ago(1), nothing_hurts=True))
    assert sore_places(said, [free], today=TODAY) == ()
    same_day = Written("d", 1, _AT, Day(ago(2), nothing_hurts=True))
    assert [row["region"] for row in sore_places(said, [same_day], today=TODAY)] == ["calf"]


def test_the_morning_after_comes_before_the_run_of_its_day() -> None:
    said = [
        felt(1, "calf", 5, moment=Moment.AFTER),
        felt(1, "calf", 2, moment=Moment.NEXT_MORNING),
    ]
    assert [row["level"] for row in timeline_rows(said)] == [2, 5]
    assert sore_places(said, [], today=TODAY)[0]["level"] == 5


def test_the_figure_holds_places_levels_feelings_and_injuries() -> None:
    rows = timeline_rows([felt(5, "calf", feeling=Feeling.PAIN)])
    injuries = [
        Injury(ago(300), "ankle", Side.LEFT, name="sprain", ended=ago(200)),
        Injury(ago(9), "calf", Side.RIGHT),
    ]
    figure = timeline_figure(rows, injuries, (), since=ago(100))
    assert figure.kind == "timeline"
    assert {figure.rows[0][column] for column in figure.roles.values()} == {
        ago(5).isoformat(),
        "right calf",
        3,
        Feeling.PAIN,
    }
    assert figure.spans == (
        {"start": ago(9).isoformat(), "end": None, "label": "injury", "place": "right calf"},
    )
    assert len(timeline_figure(rows, injuries, (), since=None).spans) == 2


def test_of_a_day_the_worse_of_its_moments_counts() -> None:
    worse = felt(0, "knee-front", 9, moment=Moment.DURING, feeling=Feeling.PAIN)
    milder = felt(0, "knee-front", 3, moment=Moment.AFTER)
    before = felt(1, "knee-front", 10)
    (row,) = sore_places([milder, worse, before], [], today=TODAY)
    assert (row["level"], row["feeling"], row["moment"]) == (9, Feeling.PAIN, Moment.DURING)
    assert (row["entry_id"], row["last_on"]) == (worse.entry_id, TODAY.isoformat())
    gone = felt(0, "knee-front", 0, moment=Moment.AFTER)
    assert sore_places([worse, gone], [], today=TODAY) == ()


def test_what_is_said_again_of_a_moment_takes_the_place_of_what_was_said() -> None:
    first, again = felt(0, "calf", 8), felt(0, "calf", 2)
    later = replace(again, entry_id="later", written_at_utc=_AT + timedelta(minutes=5))
    (row,) = sore_places([later, first], [], today=TODAY)
    assert (row["level"], row["worst"], row["entry_id"]) == (2, 8, "later")
