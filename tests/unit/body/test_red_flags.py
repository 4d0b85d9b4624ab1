from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from evenstride.body.red_flags import (
    FLAGS,
    URGENT_BONES,
    due,
    general_questions,
    pain_episodes,
    questions_for,
    raised,
    standing,
    stops_all,
    stops_running,
    tier_of,
    what_to_do,
    why_urgent,
)
from evenstride.domain.body import REGIONS, Feeling, Moment, Side
from evenstride.domain.diary import (
    Complaint,
    Day,
    FlagCheck,
    Injury,
    ItemDone,
    Measured,
    SessionDone,
    Written,
)
from evenstride.domain.exercise import Flag

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evenstride.body.red_flags import Ask, RedFlag

TODAY = date(2026, 11, 21)
_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def pain(
    days_ago: int,
    level: int = 3,
    region: str = "knee-front",
    side: Side = Side.RIGHT,
    *,
    feeling: Feeling = Feeling.PAIN,
    moment: Moment = Moment.AFTER,
) -> Written[Complaint]:
    said = Complaint(ago(days_ago), moment, feeling, region, side, level)
    return Written(f"c-{days_ago}-{side}-{region}-{moment}", 1, _AT, said)


def check(
    days_ago: int,
    answers: Mapping[str, bool],
    region: str | None = "knee-front",
    side: Side | None = Side.RIGHT,
    *,
    resolved: str = "",
    level: int | None = None,
) -> Written[FlagCheck]:
    on = ago(0) if resolved else None
    said = FlagCheck(
        ago(days_ago), answers, region, side, resolved_on=on, resolution=resolved, level=level
    )
    return Written(f"f-{days_ago}-{side}-{region}", 1, _AT, said)


def asked(
    complaints: Sequence[Written[Complaint]] = (),
    *,
    injuries: Sequence[Written[Injury]] = (),
    days: Sequence[Written[Day]] = (),
    checks: Sequence[Written[FlagCheck]] = (),
    measured: Sequence[Written[Measured]] = (),
    shifted: bool = False,
) -> tuple[Ask, ...]:
    return due(complaints, injuries, days, checks, measured, today=TODAY, shifted=shifted)


def slugs(ask: Ask) -> list[str]:
    return [flag.slug for flag in ask.flags]


def all_no(ask: Ask, days_ago: int = 0) -> Written[FlagCheck]:
    return check(days_ago, dict.fromkeys(slugs(ask), False), ask.region, ask.side)


# -- the list --------------------------------------------------------------------------------------


def test_every_sign_of_the_domain_is_asked() -> None:
    named = {
        "focal bony tenderness": "bone-tender",
        "worsens with running and does not warm up": "bone-worsens",
        "pain on hopping": "bone-hop",
        "rest or night pain": "night-pain",
        "limp": "limp",
        "missed periods": "missed-periods",
        "weight loss": "weight-loss",
        "an earlier bone injury": "earlier-bone-injury",
        "calf swelling or warmth": "clot",
        "saddle numbness or bladder/bowel change": "saddle-or-bladder",
        "progressive weakness": "weakness",
        "chest pain or fainting": "chest-or-faint",
        "fever or hot joint": "hot-joint",
        "locking or giving way": "locking",
        "an Achilles pop": "achilles-pop",
        "a numb tight calf on exertion": "tight-on-exertion",
        "one that stays": "tight-stays",
        "pain over 2-3 weeks unimproved": "unimproved",
        "a sudden new large asymmetry with pain": "new-asymmetry",
    }
    assert set(named.values()) == set(FLAGS)


@pytest.mark.parametrize("flag", FLAGS.values(), ids=FLAGS)
def test_a_flag_says_what_it_asks_why_what_to_do_and_whence(flag: RedFlag) -> None:
    assert "?" in flag.question
    assert all(text.endswith(".") for text in (flag.why, flag.act, flag.tell))
    assert flag.source.text
    assert set(flag.regions) <= set(REGIONS)
    assert set(flag.urgent_regions) <= set(flag.regions)


def test_tiers_are_those_of_the_domain() -> None:
    now = [slug for slug, flag in FLAGS.items() if flag.tier == "now"]
    assert set(now) == {
        "chest-or-faint",
        "saddle-or-bladder",
        "weakness",
        "clot",
        "tight-stays",
        "hot-joint",
        "achilles-pop",
    }
    mention = [slug for slug, flag in FLAGS.items() if flag.tier == "mention"]
    assert mention == ["missed-periods", "weight-loss", "earlier-bone-injury"]


# -- what is asked where ---------------------------------------------------------------------------


def test_a_calf_is_asked_about_clots_and_a_back_about_the_saddle() -> None:
    calf = [flag.slug for flag in questions_for("calf", Side.LEFT, Feeling.PAIN, 1)]
    back = [flag.slug for flag in questions_for("lower-back", Side.MIDDLE, Feeling.PAIN, 1)]
    assert {"clot", "tight-stays", "achilles-pop"} <= set(calf)
    assert "saddle-or-bladder" not in calf
    assert {"saddle-or-bladder", "weakness"} <= set(back)
    assert "clot" not in back


def test_the_most_urgent_are_asked_first() -> None:
    tiers = [flag.tier for flag in questions_for("shin-front", Side.LEFT, Feeling.PAIN, 5)]
    assert tiers == sorted(tiers, key=["now", "before_running", "mention"].index)


def test_what_is_gone_or_a_little_sore_asks_nothing() -> None:
    assert questions_for("calf", Side.LEFT, Feeling.PAIN, 0) == ()
    assert questions_for("calf", Side.LEFT, Feeling.SORENESS, 3) == ()
    assert questions_for("thigh-front", Side.LEFT, Feeling.SORENESS, 6) == ()
    assert questions_for("thigh-front", Side.LEFT, Feeling.TIGHTNESS, 6) == ()


def test_a_tight_calf_is_asked_what_only_tightness_means() -> None:
    tight = [flag.slug for flag in questions_for("calf", Side.LEFT, Feeling.TIGHTNESS, 4)]
    assert tight == ["clot", "tight-stays", "tight-on-exertion"]


def test_a_sore_calf_is_asked_about_a_clot_and_words_of_a_note_about_what_they_name() -> None:
    sore = questions_for("calf", Side.LEFT, Feeling.SORENESS, 4)
    assert [flag.slug for flag in sore] == ["clot"]
    noted = questions_for("calf", Side.LEFT, Feeling.SORENESS, 2, "Swollen, and it woke me.")
    assert [flag.slug for flag in noted] == ["clot", "hot-joint", "night-pain"]
    harmless = "warm-up, hot day, a night run, faint, popular, locked out"
    assert questions_for("calf", Side.LEFT, Feeling.SORENESS, 2, harmless) == ()
    assert questions_for("knee-front", Side.LEFT, Feeling.SORENESS, 2, "ran with the club") == ()


def test_every_region_is_asked_something_at_the_onset_of_pain() -> None:
    for region in REGIONS:
        assert questions_for(region, Side.LEFT, Feeling.PAIN, 1), region


# -- tiers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", URGENT_BONES)
def test_a_bone_sign_at_a_bone_that_heals_badly_is_urgent(region: str) -> None:
    for slug in ("bone-tender", "bone-hop", "bone-worsens", "night-pain", "limp"):
        assert tier_of(slug, region) == "now"
        assert tier_of(slug, "shin-inner") == "before_running"


def test_what_raises_suspicion_lifts_a_bone_sign_and_nothing_else() -> None:
    for other in ("missed-periods", "weight-loss", "earlier-bone-injury"):
        assert tier_of("bone-tender", "shin-inner", [other]) == "now"
        assert tier_of("locking", "knee-front", [other]) == "before_running"
        assert tier_of(other, "shin-inner", ["bone-tender"]) == "mention"


def test_an_urgent_bone_sign_says_so_and_what_to_do_now() -> None:
    far, near = Flag("bone-tender", "before_running", "heel"), Flag("bone-tender", "now", "groin")
    assert not why_urgent(far)
    assert "this place" in why_urgent(near)
    assert "what else you said" in why_urgent(Flag("bone-tender", "now", "heel"))
    assert "today or tomorrow" in what_to_do(near)
    assert "today or tomorrow" not in what_to_do(far)


def test_what_stops() -> None:
    now, before, mention = (
        (Flag("clot", "now"),),
        (Flag("limp", "before_running"),),
        (Flag("weight-loss", "mention"),),
    )
    assert [stops_all(flags) for flags in (now, before, mention, ())] == [True, False, False, False]
    assert [stops_running(flags) for flags in (now, before, mention, ())] == [
        True,
        True,
        False,
        False,
    ]


# -- what stands -----------------------------------------------------------------------------------


def test_a_yes_stands_until_it_is_resolved_with_a_date_and_a_reason() -> None:
    yes = check(5, {"limp": True, "locking": False})
    later_no = check(1, {"limp": False})
    assert [flag.slug for flag in standing([yes, later_no])] == ["limp"]
    half = Written("f", 2, _AT, FlagCheck(ago(5), {"limp": True}, resolved_on=TODAY))
    assert [flag.slug for flag in standing([half])] == ["limp"]
    assert standing([check(5, {"limp": True}, resolved="seen by Dr X: a bruise")]) == ()


def test_what_stands_is_at_its_place_the_most_urgent_first() -> None:
    flags = standing(
        [
            check(9, {"limp": True, "earlier-bone-injury": True}, "heel", Side.LEFT),
            check(2, {"locking": True}),
        ]
    )
    assert flags == (
        Flag("limp", "now", "heel", Side.LEFT),
        Flag("locking", "before_running", "knee-front", Side.RIGHT),
        Flag("earlier-bone-injury", "mention"),
    )


def test_a_flag_of_another_edition_is_passed_over() -> None:
    assert raised([check(1, {"no-such-flag": True})]) == ()


# -- when questions are due ------------------------------------------------------------------------


def test_the_onset_of_pain_asks_until_answered_with_yes_or_no() -> None:
    first = pain(3)
    (ask,) = asked([first])
    assert (ask.region, ask.side, ask.since) == ("knee-front", Side.RIGHT, ago(3))
    assert ask.entry_ids == (first.entry_id,)
    assert "hurt since 18 November 2026" in ask.reason
    assert "locking" in slugs(ask)
    assert asked([first], checks=[all_no(ask)]) == ()
    partly = check(0, {"locking": False})
    (still,) = asked([first], checks=[partly])
    assert "locking" not in slugs(still)
    assert len(still.flags) == len(ask.flags) - 1


def test_do_not_know_leaves_every_question_due() -> None:
    (ask,) = asked([pain(3)])
    assert asked([pain(3)], checks=[check(0, {})]) == (ask,)


def test_answers_about_the_other_side_or_of_before_do_not_count() -> None:
    (ask,) = asked([pain(3)])
    other = check(0, dict.fromkeys(slugs(ask), False), side=Side.LEFT)
    (left,) = asked([pain(3)], checks=[other])
    assert "locking" in slugs(left)
    before = all_no(ask, days_ago=4)
    (again,) = asked([pain(3)], checks=[before])
    assert "locking" in slugs(again)


@pytest.mark.parametrize(
    ("then", "now", "asks"),
    [
        *((3, 9, True), (3, 6, True), (5, 7, True), (6, 8, True), (8, 10, True)),
        *((3, 5, False), (8, 9, False), (9, 9, False)),
    ],
)
def test_pain_above_what_was_answered_is_asked_about_anew(then: int, now: int, asks: bool) -> None:
    (first,) = asked([pain(3, then)])
    no = dict.fromkeys(slugs(first), False)
    answered = check(2, no, level=then)
    assert not asked([pain(3, then)], checks=[answered])
    found = asked([pain(3, then), pain(1, now)], checks=[answered])
    assert bool(found) is asks
    if asks:
        assert f"{now} of 10" in found[0].reason
        later = check(0, no, level=now)
        assert not asked([pain(3, then), pain(1, now)], checks=[answered, later])


def test_pain_that_rises_in_steps_is_asked_about_though_no_step_is_large() -> None:
    steps = [pain(9, 2), pain(7, 4), pain(5, 6), pain(3, 8)]
    (first,) = asked(steps[:1])
    no = dict.fromkeys(slugs(first), False)
    answered = [check(8, no, level=2)]
    assert not asked(steps[:2], checks=answered)
    assert asked(steps[:3], checks=answered)
    answered.append(check(4, no, level=6))
    assert not asked(steps[:3], checks=answered)
    assert asked(steps, checks=answered)


def test_worse_pain_counts_whenever_and_of_whatever_moment_it_was_written() -> None:
    (first,) = asked([pain(1, 2)])
    answered = check(1, dict.fromkeys(slugs(first), False), level=2)
    earlier = pain(1, 9, moment=Moment.DURING)
    before = pain(4, 9)
    for worse in (earlier, before, replace(pain(1, 2), value=pain(1, 9).value)):
        assert asked([pain(1, 2), worse], checks=[answered])


def test_a_sign_in_the_note_of_a_day_is_asked_about() -> None:
    note = Written("d-1", 1, _AT, Day(ago(1), note="chest pain at the end, nearly fainted"))
    (ask,) = asked(days=[note])
    assert slugs(ask) == ["chest-or-faint"]
    assert not asked(days=[replace(note, value=Day(ago(1), note="a faint drizzle"))])
    answered = check(0, {"chest-or-faint": False}, None, None)
    assert not asked(days=[note], checks=[answered])


def test_an_exercise_that_hurt_is_asked_about_until_the_diary_says_where() -> None:
    done = SessionDone("p", "w01-1", ago(1), "done", (ItemDone("heel-raise", pain=8),))
    written = Written("s-1", 1, _AT, done)
    (ask,) = due((), (), (), (), (), sessions=[written], today=TODAY, shifted=False)
    assert "Heel raise on one leg hurt (8 of 10)" in ask.reason
    assert "Write in the diary where" in ask.reason
    assert {"bone-tender", "night-pain"} <= {flag.slug for flag in ask.flags}
    bearable = replace(written, value=replace(done, items=(ItemDone("heel-raise", pain=5),)))
    assert not due((), (), (), (), (), sessions=[bearable], today=TODAY, shifted=False)
    (there,) = due((pain(0, 8),), (), (), (), (), sessions=[written], today=TODAY, shifted=False)
    assert there.region == "knee-front"
    little = [pain(0, 1, "calf")]
    both = due(little, (), (), (), (), sessions=[written], today=TODAY, shifted=False)
    assert {ask.region for ask in both} == {"calf", None}, "a calf at 1 does not say where"


def test_pain_written_on_the_other_side_of_the_date_line_is_asked_about() -> None:
    assert asked([pain(-1, 8, "groin")]), "it was today where it was written"
    assert not asked([pain(-2, 8, "groin")])


def test_pain_that_comes_again_is_asked_anew_only_after_three_quiet_weeks() -> None:
    (ask,) = asked([pain(40)])
    checked = all_no(ask, days_ago=40)
    assert asked([pain(40), pain(19, 1)], checks=[checked]) == ()
    (anew,) = asked([pain(40), pain(18, 1)], checks=[checked])
    assert anew.since == ago(18)


def test_pain_that_was_gone_is_asked_anew_after_a_week() -> None:
    (ask,) = asked([pain(12)])
    checked = all_no(ask, days_ago=12)
    free = Written("d", 1, _AT, Day(ago(8), nothing_hurts=True))
    assert asked([pain(12), pain(2, 1)], checks=[checked]) == ()
    for ended in (
        asked([pain(12), pain(2, 1)], days=[free], checks=[checked]),
        asked([pain(12), pain(8, 0), pain(2, 1)], checks=[checked]),
    ):
        assert [one.since for one in ended] == [ago(2)]


def test_pain_named_long_ago_is_not_asked_about_any_more() -> None:
    assert asked([pain(43)]) == ()
    assert len(asked([pain(42)])) == 1


def test_two_weeks_no_better_is_asked_about_though_the_onset_was_answered() -> None:
    days = [pain(15, 3), pain(8, 3), pain(0, 3)]
    (ask,) = asked(days[:1])
    checked = all_no(ask, days_ago=15)
    assert asked(days[:2], checks=[checked]) == ()
    (late,) = asked(days, checks=[checked])
    assert "unimproved" in slugs(late)
    assert "no less" in late.reason
    assert set(late.entry_ids) == {days[0].entry_id, days[2].entry_id}
    better = [pain(15, 3), pain(8, 2), pain(0, 1)]
    assert asked(better, checks=[checked]) == ()


@pytest.mark.parametrize(
    ("levels", "is_asked"),
    [
        ((4, 3, 3, 3, 3, 3, 3), True),  # a little better at first, then the same for weeks
        ((8, 5, 5, 5), True),  # far better at first, then it stays
        ((8, 7, 7, 7), True),
        ((8, 7, 6, 5, 4, 3, 2), False),  # 2 points in two weeks
        ((3, 3, 2, 2, 1, 1), False),  # by a third
        ((3, 3), False),  # a week is too short to tell
    ],
)
def test_pain_that_stays_is_asked_about_and_what_gets_better_is_not(
    levels: tuple[int, ...], is_asked: bool
) -> None:
    days = [pain(7 * i, level) for i, level in enumerate(reversed(levels))][::-1]
    (first,) = asked(days[:1])
    no = {**all_no(first, days_ago=7 * len(levels) - 7).value.answers}
    checked = check(7 * len(levels) - 7, no)
    late = [slug for ask in asked(days, checks=[checked]) for slug in slugs(ask)]
    assert ("unimproved" in late) is is_asked


def test_pain_that_goes_on_so_is_asked_about_again_after_four_weeks() -> None:
    weeks = [pain(7 * i) for i in range(7)][::-1]
    (ask,) = asked(weeks)
    early = all_no(ask, days_ago=28)
    assert "unimproved" in slugs(asked(weeks, checks=[early])[0])
    assert asked(weeks, checks=[all_no(ask, days_ago=0)]) == ()


def test_soreness_that_lasts_three_weeks_is_asked_about_like_pain() -> None:
    def sore(*levels: int, region: str = "shin-front") -> list[Written[Complaint]]:
        return [
            pain(7 * i, level, region, feeling=Feeling.SORENESS)
            for i, level in enumerate(reversed(levels))
        ]

    (ask,) = asked(sore(6, 6, 6, 6))
    assert {"unimproved", "bone-hop"} <= set(slugs(ask))
    assert "has been sore again and again for 21 days" in ask.reason
    assert asked(sore(6, 6, 6)) == ()
    assert asked(sore(3, 3, 3, 3)) == ()
    assert asked(sore(6, 6, 5, 4)) == ()  # 2 points less within two weeks


def test_a_next_morning_worse_from_time_to_time_is_asked_about() -> None:
    def mornings(*levels: int) -> list[Written[Complaint]]:
        some = zip((9, 6, 3), levels, strict=True)
        return [pain(day, level, moment=Moment.NEXT_MORNING) for day, level in some]

    (ask,) = asked(mornings(1, 1, 1))
    checked = all_no(ask, days_ago=9)
    assert asked(mornings(1, 1, 1), checks=[checked]) == ()
    assert asked(mornings(2, 4, 3), checks=[checked]) == ()
    (rising,) = asked(mornings(1, 2, 4), checks=[checked])
    assert "next morning" in rising.reason
    assert "night-pain" in slugs(rising)


def test_balance_that_moved_suddenly_is_asked_about_only_with_pain() -> None:
    assert asked(shifted=True) == ()
    (ask,) = asked([pain(3)])
    checked = all_no(ask, days_ago=3)
    (moved,) = asked([pain(3)], checks=[checked], shifted=True)
    assert slugs(moved) == ["new-asymmetry"]
    assert (
        asked([pain(3)], checks=[checked, check(0, {"new-asymmetry": False})], shifted=True) == ()
    )


def test_a_shift_long_after_the_pain_is_not_asked_about() -> None:
    for days_ago, asks in ((21, True), (22, False)):
        (ask,) = asked([pain(days_ago)])
        checked = all_no(ask, days_ago=days_ago)
        assert bool(asked([pain(days_ago)], checks=[checked], shifted=True)) is asks


def test_an_injury_that_nobody_has_seen_is_asked_about() -> None:
    def injury(*, ended: date | None = None, seen: bool = False) -> Written[Injury]:
        said = Injury(ago(20), "ankle", Side.LEFT, "sudden", ended=ended, seen_by_clinician=seen)
        return Written("i", 1, _AT, said)

    (ask,) = asked(injuries=[injury()])
    assert {"limp", "unimproved"} <= set(slugs(ask))
    assert asked(injuries=[injury(seen=True)]) == ()
    assert asked(injuries=[injury(ended=ago(1))]) == ()


def test_a_leg_that_hurt_in_a_test_is_asked_about() -> None:
    def hop(level: int) -> Written[Measured]:
        said = Measured(ago(1), "single-leg-hop", "cm", left_pain=level, right_pain=0)
        return Written("m", 1, _AT, said)

    assert asked(measured=[hop(3)]) == ()
    (ask,) = asked(measured=[hop(4)])
    assert (ask.region, ask.side) == (None, Side.LEFT)
    assert "bone-hop" in slugs(ask)
    assert asked(measured=[hop(4)], checks=[all_no(ask)]) == ()


def test_what_stands_is_not_asked_again_at_its_place() -> None:
    yes = check(10, {"limp": True})
    (ask,) = asked([pain(3)], checks=[yes])
    assert "limp" not in slugs(ask)


def test_what_is_about_the_person_is_asked_once_not_at_every_place() -> None:
    (ask,) = asked([pain(3)])
    assert "weight-loss" in slugs(ask)
    (other,) = asked(
        [pain(3), pain(1, region="heel")],
        checks=[all_no(ask)],
    )
    assert other.region == "heel"
    assert "weight-loss" not in slugs(other)


def test_a_no_to_what_raises_suspicion_holds_for_three_months() -> None:
    for days_ago, again in ((90, False), (91, True)):
        before = check(days_ago, {"weight-loss": False}, None, None)
        (ask,) = asked([pain(3)], checks=[before])
        assert ("weight-loss" in slugs(ask)) is again


def test_suspicion_alone_is_never_asked() -> None:
    (ask,) = asked([pain(3)])
    signs = {flag.slug: False for flag in ask.flags if not flag.suspicion}
    assert asked([pain(3)], checks=[check(0, signs)]) == ()


def test_the_most_urgent_place_comes_first() -> None:
    knee, calf = pain(1, region="knee-front"), pain(2, region="calf")
    assert [ask.region for ask in asked([knee, calf])] == ["calf", "knee-front"]


def test_general_questions_are_about_no_place() -> None:
    assert {"chest-or-faint", "missed-periods"} <= {flag.slug for flag in general_questions()}
    assert not any(flag.bone for flag in general_questions())


def test_an_episode_holds_what_hurt_at_its_place_in_order() -> None:
    (one, other) = pain_episodes(
        [pain(1), pain(5), pain(3, 0), pain(30), pain(1, feeling=Feeling.SORENESS)]
    )
    assert (one.began, one.last_pain) == (ago(30), ago(30))
    assert [said.value.on_date for said in other.complaints] == [ago(5), ago(1)]
