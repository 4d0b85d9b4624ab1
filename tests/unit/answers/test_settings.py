"""Settings: what may be typed, what holds where nothing is, whose pace runs are compared with."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta

import jsonschema
import pytest

from evenstride.answers import annotate_runs, open_library, preferences, runs, settings, trend
from evenstride.answers.runner_settings import Preferences, reference_speed
from evenstride.answers.schema import schema
from evenstride.domain.errors import InputError
from evenstride.render.as_json import answer_json


@pytest.fixture
def lib(tmp_path):
    with open_library(tmp_path / "lib") as opened:
        yield opened


@pytest.fixture
def own_year(year_library_path, tmp_path):
    """The year's library, to be written."""
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as opened:
        yield opened


def value_of(lib, name):
    (row,) = settings(lib, name).tables["settings"]
    return row["value"]


def test_every_setting_is_listed_with_what_it_may_be(lib):
    answer = settings(lib)
    rows = {row["name"]: row for row in answer.tables["settings"]}
    assert set(rows) == {
        "units", "bands", "mass_kg", "height_m", "reference_pace_s_km", "side_colours", "theme",
        "camber_habit", "driving_side", "preferred_devices",
    }  # fmt: skip
    assert rows["units"]["choices"] == ["km", "mi"]
    assert rows["theme"]["choices"] == ["auto", "light", "dark"]
    assert rows["mass_kg"]["choices"] is None
    for row in rows.values():
        assert row["value"] is None
        assert row["default"] in [*(row["choices"] or []), None]
    jsonschema.validate(json.loads(answer_json(answer)), schema("settings"))


def test_preferences_are_what_was_set_else_the_default(lib):
    assert preferences(lib) == Preferences("km", "own", "orange_blue", "auto")
    settings(lib, "units", "mi")
    settings(lib, "side_colours", "vermilion_navy")
    settings(lib, "theme", "dark")
    settings(lib, "bands", "coros")
    assert preferences(lib) == Preferences("mi", "coros", "vermilion_navy", "dark")
    settings(lib, "theme", "")
    assert preferences(lib).theme == "auto"
    lib.set_setting("units", ["furlongs"])  # as another program could have written it
    assert preferences(lib).units == "km"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("units", "miles", "units must be km or mi, not miles."),
        ("bands", "polar", "bands must be own, garmin or coros, not polar."),
        ("theme", "da\x1brk", "theme must be auto, light or dark, not da\ufffdrk."),
        ("reference_pace_s_km", "1:30", "from 2:00 /km to 20:00 /km, not 1:30."),
        ("reference_pace_s_km", "5:75", "a pace like 5:30"),
        ("reference_pace_s_km", "nan", "a pace like 5:30"),
        ("reference_pace_s_km", "5", "a pace like 5:30"),
        ("mass_kg", "nan", "from 25 to 250 kg"),
        ("shoe_size", "43", "There is no setting shoe_size; there are units, "),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(lib, name, value, said):
    with pytest.raises(InputError) as refused:
        settings(lib, name, value)
    assert said in str(refused.value)
    assert lib.settings() == {}


@pytest.mark.parametrize(
    ("typed", "s_km", "shown"),
    [
        ("5:30", 330.0, "5:30 /km"),
        (" 5:30 /km ", 330.0, "5:30 /km"),
        ("330", 330.0, "5:30 /km"),
        ("330 s", 330.0, "5:30 /km"),
        ("8:51/mi", 531 / 1.609344, "5:30 /km"),
    ],
)
def test_a_pace_is_typed_as_people_write_it(lib, typed, s_km, shown):
    settings(lib, "reference_pace_s_km", typed)
    assert lib.settings()["reference_pace_s_km"] == pytest.approx(s_km)
    assert value_of(lib, "reference_pace_s_km") == shown
    settings(lib, "reference_pace_s_km", shown)  # what is shown can be typed
    assert value_of(lib, "reference_pace_s_km") == shown


def test_a_pace_without_units_is_in_the_runners_own(lib):
    settings(lib, "units", "mi")
    settings(lib, "reference_pace_s_km", "8:51")
    assert lib.settings()["reference_pace_s_km"] == pytest.approx(531 / 1.609344)
    assert value_of(lib, "reference_pace_s_km") == "8:51 /mi"
    with pytest.raises(InputError, match=r"from 3:13 /mi to 32:11 /mi"):
        settings(lib, "reference_pace_s_km", "3:00")


def test_the_reference_is_the_set_pace_else_the_median_of_the_years_easy_runs(own_year):
    rows = runs(own_year).tables["runs"]
    speeds = sorted(row["speed_m_s"] for row in rows)
    middle = (speeds[29] + speeds[30]) / 2
    assert reference_speed(own_year) == (pytest.approx(middle), "your median easy pace")
    frame = own_year.runs(measures=("speed_m_s",))
    assert reference_speed(own_year, runs=frame) == reference_speed(own_year)
    fastest = sorted(rows, key=lambda row: row["speed_m_s"])[-20:]
    annotate_runs(own_year, [row["run_id"] for row in fastest], is_race=True)
    assert reference_speed(own_year)[0] == pytest.approx((speeds[19] + speeds[20]) / 2)
    annotate_runs(own_year, [row["run_id"] for row in rows[:-2]], is_race=True)
    assert reference_speed(own_year) is None
    settings(own_year, "reference_pace_s_km", "5:00")
    assert reference_speed(own_year) == (pytest.approx(1000 / 300), "the pace you set")


def test_the_median_pace_forgets_what_is_older_than_a_year_and_wrong_clocks(own_year):
    import polars as pl

    frame = own_year.runs(measures=("speed_m_s",))
    last = frame["started_at_utc"][-1]
    old = pl.int_range(pl.len()) < 30
    start = pl.col("started_at_utc")
    aged = frame.with_columns(
        pl.when(old).then(start - timedelta(days=366)).otherwise(start).alias("started_at_utc"),
        pl.when(old).then(9.0).otherwise("speed_m_s").alias("speed_m_s"),
    )
    expected = reference_speed(own_year, runs=frame.tail(30))
    assert reference_speed(own_year, runs=aged) == expected
    astray = pl.concat([aged, frame.tail(1).with_columns(start + timedelta(days=5000))])
    assert reference_speed(own_year, runs=astray, now=last) == expected


def test_an_empty_library_has_no_reference(lib):
    assert reference_speed(lib) is None


def test_bands_are_as_set_unless_asked_for(own_year):
    settings(own_year, "bands", "garmin")
    assert any("Garmin" in s for s in trend(own_year).sentences)
    assert not any("Garmin" in s for s in trend(own_year, bands="own").sentences)
    assert any("COROS" in s for s in trend(own_year, bands="coros").sentences)


def test_distances_are_said_in_the_runners_units(own_year):
    rows = runs(own_year).tables["runs"]
    since = rows[-10]["local_date"]
    total_m = sum(r["distance_m"] for r in rows if r["local_date"] >= since)
    assert f", {total_m / 1000:.0f} km together" in runs(own_year, since=since).headline
    settings(own_year, "units", "mi")
    assert f", {total_m / 1609.344:.0f} mi together" in runs(own_year, since=since).headline
