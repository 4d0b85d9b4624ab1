"""Laws of red flags: both sides alike, answers only ever settle, a yes stands until resolved."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from evenstride.body.red_flags import FLAGS, due, raised, standing, stops_all, stops_running
from evenstride.domain.body import REGIONS, Feeling, Moment, Side
from evenstride.domain.diary import (
    Complaint,
    Day,
    FlagCheck,
    Injury,
    Measured,
    Written,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evenstride.body.red_flags import Ask
    from evenstride.domain.diary import Entry

TODAY = date(2026, 11, 21)
_AT = datetime(2026, 11, 21, tzinfo=UTC)
T = TypeVar("T", bound="Entry")

days = st.integers(0, 60).map(lambda ago: TODAY - timedelta(days=ago))
sides = st.sampled_from([Side.LEFT, Side.RIGHT])
# Few places, so that entries meet.
regions = st.sampled_from(["calf", "knee-front", "shin-front", "lower-back", "ribs"])
complaints = st.builds(
    Complaint,
    days,
    st.sampled_from(Moment),
    st.sampled_from(Feeling),
    regions,
    sides,
    st.integers(0, 10),
)
injuries = st.builds(
    Injury, days, regions, sides, ended=st.none() | st.just(TODAY), seen_by_clinician=st.booleans()
)
free_days = st.builds(Day, days, nothing_hurts=st.booleans())
measured = st.builds(
    Measured,
    days,
    st.just("hop"),
    st.just("cm"),
    left_pain=st.none() | st.integers(0, 10),
    right_pain=st.none() | st.integers(0, 10),
)
resolutions = st.sampled_from([(None, ""), (TODAY, "seen")])


@st.composite
def checks(draw: st.DrawFn) -> FlagCheck:
    region = draw(st.none() | regions)
    resolved_on, resolution = draw(resolutions)
    return FlagCheck(
        draw(days),
        draw(st.dictionaries(st.sampled_from(list(FLAGS)), st.booleans(), max_size=6)),
        region,
        draw(sides) if region else draw(st.none() | sides),
        resolved_on=resolved_on,
        resolution=resolution,
    )


def written(values: Sequence[T]) -> list[Written[T]]:
    return [Written(f"{type(value).__name__}-{i}", 1, _AT, value) for i, value in enumerate(values)]


diaries = st.tuples(
    st.lists(complaints, max_size=8).map(written),
    st.lists(injuries, max_size=2).map(written),
    st.lists(free_days, max_size=3).map(written),
    st.lists(checks(), max_size=4).map(written),
    st.lists(measured, max_size=2).map(written),
)
Diary = tuple[
    list[Written[Complaint]],
    list[Written[Injury]],
    list[Written[Day]],
    list[Written[FlagCheck]],
    list[Written[Measured]],
]


def asked(diary: Diary, *, shifted: bool = False) -> tuple[Ask, ...]:
    return due(*diary, today=TODAY, shifted=shifted)


def questions(asks: tuple[Ask, ...]) -> set[tuple[str | None, str | None, str]]:
    return {(ask.region, ask.side, flag.slug) for ask in asks for flag in ask.flags}


def each(some: list[Written[T]], change: Callable[[T], T]) -> list[Written[T]]:
    return [replace(one, value=change(one.value)) for one in some]


def mirrored(diary: Diary) -> Diary:
    felt, hurt, free, answered, tested = diary
    return (
        each(felt, lambda said: replace(said, side=said.side.other)),
        each(hurt, lambda said: replace(said, side=said.side.other)),
        free,
        each(answered, lambda said: replace(said, side=said.side and said.side.other)),
        each(
            tested,
            lambda said: replace(said, left_pain=said.right_pain, right_pain=said.left_pain),
        ),
    )


@settings(max_examples=60)
@given(diaries, st.booleans())
def test_a_mirrored_runner_is_asked_the_same_of_the_other_side(diary: Diary, shifted: bool) -> None:
    across = {
        (region, side and Side(side).other, slug)
        for region, side, slug in questions(asked(diary, shifted=shifted))
    }
    assert questions(asked(mirrored(diary), shifted=shifted)) == across
    assert Counter((flag.slug, flag.tier) for flag in standing(diary[3])) == Counter(
        (flag.slug, flag.tier) for flag in standing(mirrored(diary)[3])
    )


@settings(max_examples=60)
@given(diaries, st.booleans(), st.data())
def test_answers_settle_what_was_asked_and_only_do_not_know_leaves_it(
    diary: Diary, shifted: bool, data: st.DataObject
) -> None:
    asks = asked(diary, shifted=shifted)
    for ask in asks:
        given_ = {flag.slug: data.draw(st.sampled_from([True, False, None])) for flag in ask.flags}
        known = {slug: answer for slug, answer in given_.items() if answer is not None}
        felt, hurt, free, answered, tested = diary
        levels = [
            one.value.level
            for one in felt
            if (one.value.region, one.value.side) == (ask.region, ask.side)
        ]
        check = FlagCheck(TODAY, known, ask.region, ask.side, level=max(levels, default=None))
        answer = Written("new", 1, _AT, check)
        after = questions(asked((felt, hurt, free, [*answered, answer], tested), shifted=shifted))
        here = {slug for region, side, slug in after if (region, side) == (ask.region, ask.side)}
        unknown = {slug for slug, said in given_.items() if said is None}
        # What only raises suspicion goes with what else is asked, never alone.
        alone = all(FLAGS[slug].suspicion for slug in unknown)
        assert here == (set() if alone else unknown)
        assert after <= questions(asks)


@settings(max_examples=40)
@given(diaries, st.randoms(use_true_random=False))
def test_the_order_of_writing_does_not_matter(diary: Diary, random: object) -> None:
    shuffled = tuple(list(part) for part in diary)
    for part in shuffled:
        random.shuffle(part)  # type: ignore[attr-defined]
    assert questions(asked(shuffled)) == questions(asked(diary))  # type: ignore[arg-type]
    assert set(standing(shuffled[3])) == set(standing(diary[3]))  # type: ignore[arg-type]


@settings(max_examples=60)
@given(st.lists(checks(), max_size=5).map(written))
def test_a_yes_stands_until_its_own_answers_are_resolved(some: list[Written[FlagCheck]]) -> None:
    stands = {(one.check.entry_id, one.flag.slug) for one in raised(some)}
    assert stands == {
        (check.entry_id, slug)
        for check in some
        for slug, yes in check.value.answers.items()
        if yes and check.value.resolved_on is None
    }
    flags = standing(some)
    assert stops_running(flags) or not stops_all(flags)
    tiers = ["now", "before_running", "mention"]
    assert [flag.tier for flag in flags] == sorted((flag.tier for flag in flags), key=tiers.index)


@settings(max_examples=40)
@given(st.lists(checks(), max_size=4).map(written), checks())
def test_one_answer_more_never_makes_what_stands_less_urgent(
    some: list[Written[FlagCheck]], more: FlagCheck
) -> None:
    tiers = ["mention", "before_running", "now"]
    before = {(one.check.entry_id, one.flag.slug): one.flag.tier for one in raised(some)}
    added = [*some, Written("more", 1, _AT, more)]
    after = {(one.check.entry_id, one.flag.slug): one.flag.tier for one in raised(added)}
    assert all(tiers.index(after[key]) >= tiers.index(tier) for key, tier in before.items())


def test_every_region_can_be_asked_about() -> None:
    for region in REGIONS:
        said = Complaint(TODAY, Moment.DURING, Feeling.PAIN, region, Side.LEFT, 1)
        (ask,) = asked((written([said]), [], [], [], []))
        assert ask.flags
