"""An experiment as JSON: the same afterwards, one digest, and every mistake named."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenstride.domain.errors import InputError
from evenstride.domain.experiment import OUTCOMES, Comparable, LapUse, Record, Registration
from evenstride.domain.experiment_json import (
    canonical,
    digest,
    record_from_json,
    record_to_json,
    registration_from_json,
    registration_to_json,
)
from evenstride.domain.text import storable

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
REGISTERED = Registration(
    experiment_id="push-off-behind",
    registered_at_utc=NOW,
    question="Does pushing off behind even things out?",
    kind="within_run",
    treatment="Push off behind 👟",
    control="Run as you like",
    outcome="toward_even",
    longer_side="right",
    smallest_effect=0.3,
    prior_sd=0.5,
    seed="0123456789abcdef",
    pairs=12,
    pairs_per_run=4,
    lap_s=240.0,
    comparable=Comparable(2.8, None, 900.0),
    first_date=date(2026, 12, 1),
    reference={"speed_m_s": 3.1},
    adjustment={"speed_m_s": -0.12345678901234567},
    lowest=45.5,
    highest=52.25,
    spread_sd=0.41,
    power=0.9,
    planned_effect=0.5,
    program="0.5",
)
RECORDED = Record(
    position=3,
    recorded_at_utc=NOW,
    run_id="2026-11-20-0730",
    did="treatment",
    on_date=date(2026, 11, 20),
    rating=7.5,
    laps=(LapUse(0, "treatment", 630.0, 840.5, "control"), LapUse(0, "control", 870.0, 1080.0)),
    note="Windy.",
)

texts = st.text(max_size=20)
numbers = st.floats(allow_nan=False, allow_infinity=False)
maybe = st.none() | numbers
counts = st.integers(0, 1_000_000)
days = st.none() | st.dates()
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 # Hypothesis adds the zone
    datetime(2090, 1, 1),  # noqa: DTZ001 # as above
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)
tables_of_numbers = st.dictionaries(texts, numbers, max_size=3)
conditions = st.sampled_from(["treatment", "control"])
registrations = st.builds(
    Registration,
    experiment_id=texts,
    registered_at_utc=moments,
    question=texts,
    kind=st.sampled_from(["within_run", "across_runs", "randomised_start"]),
    treatment=texts,
    control=texts,
    outcome=st.sampled_from(sorted(OUTCOMES)),
    longer_side=st.sampled_from(["left", "right", None]),
    smallest_effect=numbers,
    prior_sd=numbers,
    seed=texts,
    pairs=counts,
    pairs_per_run=counts,
    lap_s=numbers,
    warm_up_s=numbers,
    settling_s=numbers,
    washout_days=counts,
    comparable=st.builds(Comparable, maybe, maybe, numbers, st.none() | texts),
    first_date=days,
    last_date=days,
    end_date=days,
    reference=tables_of_numbers,
    adjustment=tables_of_numbers,
    covariance=tables_of_numbers,
    lowest=numbers,
    highest=numbers,
    spread_sd=numbers,
    power=numbers,
    planned_effect=numbers,
    program=texts,
)
records = st.builds(
    Record,
    position=counts,
    recorded_at_utc=moments,
    run_id=st.none() | texts,
    did=st.none() | conditions,
    on_date=days,
    rating=maybe,
    laps=st.lists(
        st.builds(LapUse, counts, conditions, numbers, numbers, st.none() | conditions), max_size=3
    ).map(tuple),
    note=texts,
)


def through_a_file(values: dict[str, Any], **how: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(values, **how).encode())
    return found


@given(registrations)
def test_a_registration_is_the_same_afterwards(registration: Registration) -> None:
    values = registration_to_json(registration)
    again = through_a_file(values, indent=3)
    assert registration_from_json(again) == registration
    assert digest(again) == digest(values)
    assert canonical(registration_to_json(registration_from_json(again))) == canonical(values)


@given(records)
def test_a_record_is_the_same_afterwards(record: Record) -> None:
    values = through_a_file(record_to_json(record))
    assert record_from_json(values) == record
    assert canonical(record_to_json(record_from_json(values))) == canonical(values)


def test_what_is_not_known_is_null() -> None:
    values = registration_to_json(
        replace(REGISTERED, power=math.nan, covariance={"own": math.nan, "shared": 1.0})
    )
    assert (values["power"], values["covariance"]) == (None, {"own": None, "shared": 1})
    found = registration_from_json(values)
    assert math.isnan(found.power)
    assert math.isnan(found.covariance["own"])


def test_what_is_missing_is_as_usual() -> None:
    values = registration_to_json(REGISTERED)
    for name in ("pairs_per_run", "lap_s", "comparable", "reference", "power", "program"):
        del values[name]
    found = registration_from_json(values)
    assert (found.pairs_per_run, found.lap_s, found.comparable) == (1, 0.0, Comparable())
    assert (found.reference, found.program) == ({}, "")
    assert math.isnan(found.power)
    record = record_to_json(RECORDED)
    for name in ("laps", "note", "rating", "on_date", "did", "run_id"):
        del record[name]
    assert record_from_json(record) == Record(3, NOW, None, None)


@pytest.mark.parametrize(
    "spelled",
    [
        lambda text: text.replace(",", " ,\n"),
        lambda text: text.replace('"pairs":12', '"pairs":12.0'),
        lambda text: text.replace('"smallest_effect":0.3', '"smallest_effect":3.0e-1'),
        lambda text: text.replace("👟", "\\ud83d\\udc5f"),
        lambda text: json.dumps(dict(reversed(json.loads(text).items()))),
    ],
)
def test_a_digest_is_of_what_is_said_not_of_how_it_is_spelled(spelled: Any) -> None:
    text = canonical(registration_to_json(REGISTERED))
    other = spelled(text)
    assert other != text
    assert digest(json.loads(other)) == digest(registration_to_json(REGISTERED))


def test_anything_said_otherwise_has_another_digest() -> None:
    values = registration_to_json(REGISTERED)
    seen = {digest(values)}
    for name in values:
        changed = {**values, name: "something else"}
        seen.add(digest(changed))
        without = dict(values)
        del without[name]
        seen.add(digest(without))
    assert len(seen) == 1 + 2 * len(values)
    assert digest(values) == digest(registration_to_json(replace(REGISTERED)))


def test_the_digest_never_changes() -> None:
    """Libraries and files out there hold digests: the spelling they are of is for ever."""
    values = {"b": 1.0, "a": [0.1, None, True, "é👟\n"], "c": {"y": -2.5e-7, "x": 12}}
    assert canonical(values) == '{"a":[0.1,null,true,"é👟\\n"],"b":1,"c":{"x":12,"y":-2.5e-07}}'
    assert digest(values) == "d006413bd5d3a0c97d1dc7741cb0ad64cf5c0fae0bf1616d6bc302ba20573fd7"


def test_numbers_of_numpy_are_numbers() -> None:
    odd = replace(REGISTERED, smallest_effect=np.float64(0.3), pairs=np.int64(12))
    assert canonical(registration_to_json(odd)) == canonical(registration_to_json(REGISTERED))


def test_half_a_character_becomes_a_mark() -> None:
    values = registration_to_json(REGISTERED)
    values["question"], values["adjustment"] = "a\ud800b", {"tag:\udfff": 1.0}
    found = registration_from_json(values)
    assert (found.question, found.adjustment) == ("a\ufffdb", {"tag:\ufffd": 1.0})
    assert digest(values) == digest(registration_to_json(found))
    assert storable("\ud83d\udc5f \x00é") == "👟 \x00é"


def test_a_time_is_written_in_utc() -> None:
    zone = timezone(timedelta(hours=2))
    there = replace(REGISTERED, registered_at_utc=NOW.astimezone(zone))
    assert registration_to_json(there)["registered_at_utc"] == "2026-11-21T09:00:00Z"
    with pytest.raises(ValueError, match="without a zone"):
        registration_to_json(replace(REGISTERED, registered_at_utc=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize("number", [math.inf, -math.inf])
def test_what_is_infinite_is_refused(number: float) -> None:
    with pytest.raises(InputError, match="infinite"):
        registration_to_json(replace(REGISTERED, lap_s=number))
    with pytest.raises(InputError, match="infinite"):
        digest({"lap_s": number})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("experiment_id", None, "its experiment_id must be a text"),
        ("experiment_id", ..., "its experiment_id is missing"),
        ("registered_at_utc", "2026-11-21", "its registered_at_utc must be a time with its zone"),
        ("registered_at_utc", "2026-11-21T09:00:00", "a time with its zone"),
        ("registered_at_utc", "0001-01-01T00:00:00+10:00", "a time with its zone"),
        ("registered_at_utc", 3, "must be a text"),
        ("kind", "before_after", "its kind must be one of within_run, across_runs, randomised"),
        ("outcome", "speed", "its outcome must be one of toward_even, balance"),
        ("longer_side", "weak", "its longer_side must be one of left, right"),
        ("smallest_effect", "0.3", "its smallest_effect must be a number"),
        ("smallest_effect", None, "its smallest_effect must be a number"),
        ("smallest_effect", True, "its smallest_effect must be a number"),
        ("smallest_effect", math.inf, "its smallest_effect must be a number"),
        ("smallest_effect", 10**400, "its smallest_effect must be a number"),
        ("pairs", 1.5, "its pairs must be a whole number from 0 to 1,000,000"),
        ("pairs", -1, "its pairs must be a whole number"),
        ("pairs", 10**9, "its pairs must be a whole number"),
        ("comparable", [], "registration's comparable cannot be read: it must be a JSON object"),
        ("comparable", {"pace": 3}, "comparable cannot be read: this Evenstride does not know"),
        ("comparable", {"shortest_s": "x"}, "its shortest_s must be a number"),
        ("first_date", "21.11.2026", "its first_date must be a date, as 2026-11-21"),
        ("adjustment", [1], "its adjustment must be an object of numbers"),
        ("adjustment", {"a": "b"}, "its adjustment must be an object of numbers"),
        ("power", "much", "its power must be a number"),
        ("cue\ud800", 1, "does not know its field “cue\ufffd”"),
    ],
)
def test_a_registration_that_is_none_is_refused_by_name(name: str, value: Any, says: str) -> None:
    values = registration_to_json(REGISTERED)
    if value is ...:
        del values[name]
    else:
        values[name] = value
    with pytest.raises(InputError) as caught:
        registration_from_json(values)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("position", None, "its position must be a number"),
        ("did", "nothing", "its did must be one of treatment, control"),
        ("rating", "high", "its rating must be a number"),
        ("laps", "two", "its laps must be a list"),
        ("laps", {}, "its laps must be a list"),
        ("laps", [3], "record's lap cannot be read: it must be a JSON object"),
        ("laps", [{"pair": 0}], "its assigned is missing"),
        ("run_id", 3, "its run_id must be a text"),
        ("on_date", "soon", "its on_date must be a date"),
    ],
)
def test_a_record_that_is_none_is_refused_by_name(name: str, value: Any, says: str) -> None:
    with pytest.raises(InputError) as caught:
        record_from_json({**record_to_json(RECORDED), name: value})
    assert says in str(caught.value)


@pytest.mark.parametrize("values", [None, [], "x", 3, {}])
def test_what_is_no_object_at_all_is_refused(values: Any) -> None:
    for read in (registration_from_json, record_from_json):
        with pytest.raises(InputError, match="cannot be read"):
            read(values)
