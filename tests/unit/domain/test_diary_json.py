"""The diary as JSON: strict, named fields, the same back."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest

from evenstride.domain import exercise  # pytest would collect a class named Tested…
from evenstride.domain.body import REGIONS, Feeling, Moment, Side
from evenstride.domain.diary import (
    KINDS,
    MOST_NOTE,
    Complaint,
    Day,
    FlagCheck,
    HeelWear,
    Injury,
    ItemDone,
    KeptPlan,
    Measured,
    SessionDone,
)
from evenstride.domain.diary_json import from_json, kind_of, to_json
from evenstride.domain.errors import InputError
from evenstride.domain.exercise import Facts, Wish
from evenstride.domain.ground import Camber, Surface

DAY = date(2026, 2, 28)
COMPLAINT = Complaint(DAY, Moment.DURING, Feeling.PAIN, "calf", Side.LEFT, 3)


def test_every_kind_has_a_reader_for_every_field() -> None:
    """What no reader can be made for fails when the reader is made."""
    for name, kind in KINDS.items():
        with pytest.raises(InputError, match=f"The {name.replace('_', ' ')} cannot be read"):
            from_json(kind, {})


def test_an_entry_stands_under_its_own_names() -> None:
    day = Day(DAY, done=("a",), surface=Surface.TRACK, camber=Camber.NONE, slept_h=7.5)
    values = to_json(day)
    assert values == {
        "on_date": "2026-02-28",
        "run_id": None,
        "nothing_hurts": False,
        "done": ["a"],
        "cues": [],
        "surface": "track",
        "camber": "none",
        "shoes": None,
        "sat_h": None,
        "slept_h": 7.5,
        "note": "",
    }
    assert kind_of(day) == "day"
    assert from_json(Day, json.loads(json.dumps(values))) == day


def test_what_is_left_out_has_its_default_and_the_types_are_those_of_the_fields() -> None:
    found = from_json(
        Complaint,
        {
            "on_date": "2026-02-28",
            "moment": "during",
            "feeling": "pain",
            "region": "calf",
            "side": "left",
            "level": 3.0,
        },
    )
    assert found == COMPLAINT
    assert isinstance(found.level, int)
    assert isinstance(found.side, Side)
    assert isinstance(from_json(Day, {"on_date": "2026-02-28", "sat_h": 9}).sat_h, float)


@pytest.mark.parametrize(
    ("kind", "changes", "says"),
    [
        ("complaint", {"level": 11}, "its level must be a whole number from 0 to 10"),
        ("complaint", {"level": -1}, "level must be"),
        ("complaint", {"level": 3.5}, "level must be"),
        ("complaint", {"level": True}, "level must be"),
        ("complaint", {"level": "3"}, "level must be"),
        ("complaint", {"level": float("nan")}, "level must be"),
        ("complaint", {"level": None}, "level must be"),
        ("complaint", {"region": "elbow"}, "its region must be a region of the body map"),
        ("complaint", {"region": ["calf"]}, "its region must be a region"),
        ("complaint", {"side": "both"}, "its side must be one of left, right, middle"),
        ("complaint", {"side": []}, "its side must be one of"),
        ("complaint", {"on_date": "28.2.2026"}, "its on_date must be a date like 2026-11-21"),
        ("complaint", {"on_date": "20260228"}, "its on_date must be a date"),
        ("complaint", {"on_date": "2026-02-30"}, "its on_date must be a date"),
        ("complaint", {"on_date": 20260228}, "its on_date must be a date"),
        ("complaint", {"note": "x" * (MOST_NOTE + 1)}, "its note may have 2,000 characters"),
        ("complaint", {"run_id": "x" * 201}, "its run_id may have 200 characters"),
        ("complaint", {"run_id": 7}, "its run_id must be a text"),
        ("complaint", {"lvl": 3}, "it has a field this Evenstride does not know, “lvl”"),
        ("day", {"nothing_hurts": 1}, "its nothing_hurts must be true or false"),
        ("day", {"done": "rolling"}, "its done must be a list"),
        ("day", {"done": [1]}, "its done must be a text"),
        ("day", {"done": ["a"] * 1_001}, "its done may have 1,000 parts"),
        ("day", {"sat_h": 25}, "its sat_h must be a number from 0 to 24"),
        ("day", {"sat_h": float("inf")}, "its sat_h must be a number"),
        ("day", {"slept_h": 10**400}, "its slept_h must be a number"),
        ("heel_wear", {"left": 4}, "The heel wear cannot be read: its left must be .* 0 to 3"),
        ("heel_wear", {"left_place": "heel"}, "its left_place must be one of outer, middle, inner"),
        ("measured", {"left": [1.0, "2"]}, "its left must be a number"),
        ("measured", {"left_pain": 11}, "its left_pain must be"),
        ("flag_check", {"answers": ["limp"]}, "its answers must be a JSON object"),
        ("flag_check", {"answers": {"limp": None}}, "its answers must be true or false"),
        ("plan", {"wish": {}}, "its wish.first_date is missing"),
        ("plan", {"wish": 3}, "its wish must be a JSON object"),
        ("plan", {"wish": {"first_date": "2026-02-28", "days": ["now"]}}, "its wish.days must be"),
        ("plan", {"facts": {"sore": [{"level": 11}]}}, "its facts.sore.level must be"),
        ("plan", {"rules": 0}, "its rules must be a whole number from 1"),
        ("session", {"items": [{"exercise": "a", "pain": 12}]}, "its items.pain must be"),
        ("session", {"state": "later"}, "its state must be one of done, missed"),
    ],
)
def test_what_cannot_be_is_refused_by_kind_and_field(
    kind: str, changes: dict[str, Any], says: str
) -> None:
    sound = {
        "complaint": COMPLAINT,
        "day": Day(DAY),
        "heel_wear": HeelWear("a", DAY, 0, 0),
        "measured": Measured(DAY, "a", "b"),
        "flag_check": FlagCheck(DAY, {}),
        "plan": KeptPlan(DAY, Wish(DAY), Facts(), 1),
        "session": SessionDone("p", "w01-1", DAY, "done"),
    }[kind]
    values = to_json(sound)
    assert from_json(type(sound), values) == sound
    with pytest.raises(InputError, match=says) as caught:
        from_json(type(sound), values | changes)
    assert str(caught.value).startswith(f"The {kind.replace('_', ' ')} cannot be read: ")


@pytest.mark.parametrize("values", [None, 1, "x", [], [{}]])
def test_what_is_no_object_is_refused(values: object) -> None:
    with pytest.raises(InputError, match="The injury cannot be read: it must be a JSON object"):
        from_json(Injury, values)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(InputError, match="its side is missing"):
        from_json(Injury, {"began": "2026-02-28", "region": "calf"})


@pytest.mark.parametrize(
    "value",
    [
        replace(COMPLAINT, level=11),
        replace(COMPLAINT, region="elbow"),
        Day(DAY, sat_h=float("inf")),
        SessionDone("p", "s", DAY, "done", (ItemDone("a", pain=11),)),
        Measured(DAY, "a", "b", left=(float("nan"),)),
    ],
)
def test_what_could_not_be_read_back_is_not_written(value: Any) -> None:
    with pytest.raises(InputError):
        to_json(value)


def test_a_number_that_may_be_unknown_is_null_where_it_is_not_a_number() -> None:
    tested = exercise.TestedSide("a", DAY, None, difference=float("nan"), mdc=float("nan"))
    plan = KeptPlan(DAY, Wish(DAY), Facts(tested=(tested,)), 1)
    (back,) = from_json(KeptPlan, to_json(plan)).facts.tested
    assert (back.difference, back.mdc) == (None, None)


def test_every_region_of_the_map_can_be_written() -> None:
    for slug in REGIONS:
        assert to_json(replace(COMPLAINT, region=slug))["region"] == slug


def test_all_fields_are_written() -> None:
    assert list(to_json(COMPLAINT)) == [field.name for field in fields(Complaint)]
