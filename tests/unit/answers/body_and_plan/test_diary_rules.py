from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from evenstride.answers.body_and_plan.diary_rules import Around, checked
from evenstride.answers.body_and_plan.places_named import level_of, region_slug
from evenstride.domain.body import REGIONS, Feeling, Moment, Side
from evenstride.domain.diary import Complaint, Day, Entry, FlagCheck, HeelWear, Injury
from evenstride.domain.errors import InputError

TODAY = date(2026, 11, 21)
KNEE = Complaint(TODAY, Moment.AFTER, Feeling.PAIN, "knee-front", Side.RIGHT, 4)
DAY = Day(TODAY, nothing_hurts=True)
ANKLE = Injury(TODAY - timedelta(days=30), "ankle", Side.LEFT)
WEAR = HeelWear("Pegasus 40", TODAY, 1, 2, "outer", "outer")
CHECK = FlagCheck(TODAY, {"limp": True}, "knee-front", Side.RIGHT, level=0)
YEARS_AGO = date(2024, 11, 21)
LEFT_KNEE = tuple(
    replace(KNEE, side=Side.LEFT, on_date=TODAY - timedelta(days=days)) for days in (1, 5, 14)
)


def test_what_can_be_passes_without_a_doubt() -> None:
    for entry in (KNEE, replace(KNEE, level=0), DAY, ANKLE, WEAR, CHECK, FlagCheck(TODAY, {})):
        assert checked(entry, Around(TODAY, {})) == (entry, ())


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (replace(KNEE, level=11), "11 of 10"),
        (replace(KNEE, level=-1), "-1 of 10"),
        (replace(KNEE, on_date=TODAY + timedelta(days=1)), "future"),
        (replace(KNEE, on_date=date(1899, 12, 31)), "1899"),
        (replace(KNEE, region="nowhere"), "no region"),
        (replace(KNEE, side=Side.MIDDLE), "left or right, not in the middle"),
        (replace(KNEE, note="x" * 2_001), "2,000 characters"),
        (replace(DAY, on_date=TODAY + timedelta(days=1)), "future"),
        (Day(TODAY), "at least one thing"),
        (Day(TODAY, sat_h=25), "between 0 and 24"),
        (Day(TODAY, slept_h=-1), "between 0 and 24"),
        (Day(TODAY, sat_h=float("nan")), "between 0 and 24"),
        (Day(TODAY, done=("x" * 41,)), "40 characters"),
        (Day(TODAY, cues=tuple(f"cue {i}" for i in range(21))), "20 things at most"),
        (replace(ANKLE, began=TODAY + timedelta(days=1)), "future"),
        (replace(ANKLE, ended=TODAY + timedelta(days=1)), "future"),
        (replace(ANKLE, ended=ANKLE.began - timedelta(days=1)), "before it began"),
        (replace(ANKLE, name="x" * 201), "200 characters"),
        (replace(ANKLE, side=Side.MIDDLE), "not in the middle"),
        (replace(WEAR, shoes="  "), "which shoes"),
        (replace(WEAR, left=4), "0 (not to be seen) to 3"),
        (replace(WEAR, right_place=None), "where the right heel"),
        (Day(TODAY, sat_h=20, slept_h=20), "a day has 24"),
        (replace(KNEE, on_date=date(1, 1, 1)), "in the year 1:"),
        (replace(CHECK, answers={"no-such": True}), "no red flag"),
        (replace(CHECK, side=None), "which side"),
        (replace(CHECK, resolved_on=TODAY), "both"),
        (replace(CHECK, resolution="a bruise"), "both"),
        (replace(CHECK, resolved_on=TODAY, resolution=" \n "), "both"),
        (replace(CHECK, resolved_on=TODAY + timedelta(days=1), resolution="x"), "future"),
        (replace(CHECK, resolved_on=YEARS_AGO, resolution="x"), "before it was answered"),
        (
            replace(CHECK, answers={"limp": False}, resolved_on=TODAY, resolution="x"),
            "nothing to resolve",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(entry: Entry, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        checked(entry, Around(TODAY, {}))
    assert sentence in str(refused.value)
    assert str(refused.value).endswith((".", "?"))


@pytest.mark.parametrize(
    ("entry", "around", "doubt"),
    [
        (replace(KNEE, on_date=YEARS_AGO), {}, "more than a year ago"),
        (replace(ANKLE, began=YEARS_AGO), {}, "lasts still"),
        (KNEE, {"complaints": LEFT_KNEE}, "now the right for the first time"),
        (
            replace(KNEE, level=8),
            {"complaints": (replace(KNEE, level=1, on_date=TODAY - timedelta(days=1)),)},
            "was 1 of 10",
        ),
        (
            replace(KNEE, run_id="r"),
            {"run_days": {"r": TODAY - timedelta(days=2)}},
            "That run was on",
        ),
        (Day(TODAY, sat_h=16.5), {}, "hours sat"),
        (Day(TODAY, slept_h=14.5), {}, "hours slept"),
        (
            Day(TODAY, done=("hip-flexors",)),
            {},
            "did you mean roll-hip-flexors, stretching-before or hip-flexor-stretch?",
        ),
        (Day(TODAY, cues=("hip levels",)), {}, "did you mean hips-level"),
        (Day(TODAY, done=("Hip circle",)), {"routines": ("hip circles",)}, "mean hip circles"),
        (DAY, {"complaints": (KNEE,)}, "now nothing hurts"),
        (ANKLE, {"injuries": (replace(ANKLE, side=Side.RIGHT),)}, "now the left"),
        (WEAR, {"wear": (replace(WEAR, left=2),)}, "heels do not grow"),
    ],
)
def test_what_is_unlikely_is_asked(entry: Entry, around: dict[str, object], doubt: str) -> None:
    found, doubts = checked(entry, Around(TODAY, **{"run_days": {}, **around}))  # type: ignore[arg-type]
    assert found == entry
    assert len(doubts) == 1
    assert doubt in doubts[0]
    assert doubts[0].endswith("?" if isinstance(entry, Day) else "is that a typing slip?")


@pytest.mark.parametrize(
    ("entry", "around"),
    [
        (KNEE, {"complaints": (replace(KNEE, side=Side.LEFT),)}),
        (KNEE, {"complaints": (*LEFT_KNEE, replace(KNEE, side=Side.LEFT))}),
        (KNEE, {"complaints": (*LEFT_KNEE, replace(KNEE, on_date=YEARS_AGO))}),
        (KNEE, {"complaints": LEFT_KNEE[:2] * 2}),
        (replace(KNEE, level=0), {"complaints": LEFT_KNEE}),
        (replace(KNEE, region="calf"), {"complaints": LEFT_KNEE}),
        (KNEE, {"complaints": (KNEE,)}),
        (
            replace(KNEE, region="lower-back", side=Side.MIDDLE),
            {"complaints": (replace(KNEE, region="lower-back", side=Side.MIDDLE),)},
        ),
        (replace(KNEE, level=7), {"complaints": (replace(KNEE, level=1),)}),
        (replace(ANKLE, began=YEARS_AGO, ended=TODAY), {}),
        (replace(KNEE, run_id="r"), {"run_days": {"r": TODAY - timedelta(days=1)}}),
        (DAY, {"complaints": (replace(KNEE, level=0),)}),
        (Day(TODAY, done=("rolling-before", "dead-bug", "hip circles", "a nap")), {}),
        (Day(TODAY, done=("rolling",)), {"routines": ("rolling",)}),
        (WEAR, {"wear": (replace(WEAR, shoes="Other", left=3, right=3),)}),
    ],
)
def test_what_is_likely_is_not_asked(entry: Entry, around: dict[str, object]) -> None:
    assert checked(entry, Around(TODAY, **{"run_days": {}, **around}))[1] == ()  # type: ignore[arg-type]


def test_texts_are_cleaned_and_shoes_spelled_as_known() -> None:
    around = Around(TODAY, {}, shoes=("Pegasus 40",))
    day = Day(TODAY, done=(" hip  circles ,Rolling", "rolling"), shoes="PEGASUS 40", note="a\r\nb ")
    found, _ = checked(day, around)
    assert found == Day(TODAY, done=("hip circles", "Rolling"), shoes="Pegasus 40", note="a\nb")
    wear, _ = checked(replace(WEAR, shoes=" pegasus 40", left=0), around)
    assert wear == replace(WEAR, left=0, left_place=None)


def test_what_is_known_is_spelled_as_it_is_known() -> None:
    said = ("foam rolling before the run", "Roll_Quads", "SAUNA", "dead bug", "gym")
    around = Around(TODAY, {}, routines=("Sauna", "Dead bug"))
    found, doubts = checked(Day(TODAY, done=said, cues=("Run tall", "run-tall")), around)
    assert found == Day(
        TODAY, done=("rolling-before", "roll-quads", "Sauna", "Dead bug", "gym"), cues=("run-tall",)
    )
    assert doubts == ()


def test_regions_are_named_by_label_or_slug_and_the_nearest_is_said() -> None:
    for region in REGIONS.values():
        assert region_slug(region.label.upper()) == region_slug(region.slug) == region.slug
    for text, meant in (
        ("kne frnt", "front of the knee"),
        ("hip", "front of the hip"),
        ("achiles", "Achilles tendon"),
        ("xyz", "Achilles tendon"),
    ):
        with pytest.raises(InputError, match=meant):
            region_slug(text)


def test_levels_are_whole_numbers_from_0_to_10() -> None:
    assert [level_of(text) for text in ("0", "10", 3, 4.0)] == [0, 10, 3, 4]
    for text in ("11", "x", 2.5, float("nan"), float("inf"), "", "-1"):
        with pytest.raises(InputError, match="whole number"):
            level_of(text)
