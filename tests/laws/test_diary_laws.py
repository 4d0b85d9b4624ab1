"""Laws of the diary as JSON: any entry comes back the same; damage is a sentence, or none."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from evenstride.domain.body import REGIONS, Feeling, Moment, Side
from evenstride.domain.diary import (
    KINDS,
    Complaint,
    Day,
    Entry,
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
from evenstride.domain.exercise import WEEKDAYS, Exposure, Facts, Flag, HurtBefore, Sore, Wish
from evenstride.domain.exercise import TestedSide as OfTest  # pytest would collect a Tested…
from evenstride.domain.ground import Camber, Surface

DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
WORDS = st.text(max_size=30).filter(lambda text: text.isprintable())
NOTES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
LEVELS = st.integers(0, 10)
SIDES = st.sampled_from(Side)
PLACES = st.sampled_from(list(REGIONS))
NUMBERS = st.floats(-1e6, 1e6)
HOURS = st.floats(0.0, 24.0)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | values


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=4).map(tuple)


FACTS = st.builds(
    Facts,
    tested=some(
        st.builds(
            OfTest, WORDS, DAYS, maybe(SIDES), st.booleans(), maybe(NUMBERS), maybe(NUMBERS), WORDS
        )
    ),
    sore=some(
        st.builds(
            Sore, PLACES, SIDES, st.sampled_from(Feeling), st.sampled_from(Moment), LEVELS, DAYS
        )
    ),
    hurt=some(st.builds(HurtBefore, PLACES, SIDES, st.booleans(), st.booleans())),
    exposures=some(st.builds(Exposure, WORDS, maybe(SIDES), HOURS)),
    flags=some(st.builds(Flag, WORDS, st.sampled_from(["now", "before_running", "mention"]))),
    cadence_spm=maybe(NUMBERS),
    easy_speed_m_s=maybe(NUMBERS),
)
WISHES = st.builds(
    Wish, DAYS, some(st.sampled_from(WEEKDAYS)), st.integers(2, 3), st.integers(1, 600), some(WORDS)
)
ENTRIES: dict[str, st.SearchStrategy[Entry]] = {
    "complaint": st.builds(
        Complaint, DAYS, st.sampled_from(Moment), st.sampled_from(Feeling), PLACES, SIDES, LEVELS,
        maybe(WORDS), NOTES,
    ),
    "day": st.builds(
        Day, DAYS, maybe(WORDS), st.booleans(), some(WORDS), some(WORDS),
        maybe(st.sampled_from(Surface)), maybe(st.sampled_from(Camber)), maybe(WORDS),
        maybe(HOURS), maybe(HOURS), NOTES,
    ),
    "injury": st.builds(
        Injury, DAYS, PLACES, SIDES, st.sampled_from(["sudden", "gradual", "surgery", "unknown"]),
        WORDS, WORDS, maybe(DAYS), st.booleans(), NOTES,
    ),
    "heel_wear": st.builds(
        HeelWear, WORDS, DAYS, st.integers(0, 3), st.integers(0, 3),
        maybe(st.sampled_from(["outer", "middle", "inner", "even"])),
    ),
    "measured": st.builds(
        Measured, DAYS, WORDS, WORDS, WORDS, WORDS, WORDS, some(NUMBERS), some(NUMBERS),
        maybe(WORDS), maybe(LEVELS), maybe(LEVELS), NOTES,
    ),
    "flag_check": st.builds(
        FlagCheck, DAYS, st.dictionaries(WORDS, st.booleans(), max_size=4), maybe(PLACES),
        maybe(SIDES), NOTES, maybe(DAYS), NOTES,
    ),
    "plan": st.builds(KeptPlan, DAYS, WISHES, FACTS, st.integers(1, 9), maybe(DAYS), NOTES),
    "session": st.builds(
        SessionDone, WORDS, WORDS, DAYS, st.sampled_from(["done", "missed"]),
        some(
            st.builds(
                ItemDone, WORDS, maybe(st.integers(0, 100)), maybe(st.integers(0, 10_000)),
                maybe(st.integers(0, 10_000)), maybe(st.floats(0.0, 1_000.0)), maybe(LEVELS),
                maybe(LEVELS), st.booleans(),
            )
        ),
        NOTES,
    ),
}  # fmt: skip
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@given(st.one_of(*ENTRIES.values()))
def test_any_entry_comes_back_the_same(entry: Entry) -> None:
    text = json.dumps(to_json(entry), ensure_ascii=False, allow_nan=False)
    text.encode()
    back = from_json(KINDS[kind_of(entry)], json.loads(text))
    assert back == entry
    assert type(back) is type(entry)


@given(st.data())
def test_any_damage_is_a_sentence_or_is_none(data: st.DataObject) -> None:
    """Nothing else is ever raised, and what is let in can be written again."""
    kind = data.draw(st.sampled_from(list(ENTRIES)))
    values = json.loads(json.dumps(to_json(data.draw(ENTRIES[kind]))))
    inside = values
    while True:
        # Somewhere in it, one value becomes another.
        keys = list(inside) if isinstance(inside, dict) else list(range(len(inside)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if isinstance(inside[key], dict | list) and inside[key] and data.draw(st.booleans()):
            inside = inside[key]
            continue
        inside[key] = data.draw(ANY_JSON)
        break
    try:
        back = from_json(KINDS[kind], values)
    except InputError as error:
        said = str(error)
        said.encode()
        assert said.startswith(f"The {kind.replace('_', ' ')} cannot be read: ")
        assert len(said) < 300
    else:
        assert from_json(KINDS[kind], to_json(back)) == back


def test_every_kind_has_its_law() -> None:
    assert set(ENTRIES) == set(KINDS)
