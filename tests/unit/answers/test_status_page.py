"""What Home stands on: the small trend, the last run, what is next, and what is missing."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime, timedelta

import jsonschema
import polars as pl
import pytest

from evenstride.answers import (
    annotate_runs,
    open_library,
    runs,
    settings,
    status,
    trend,
    write_note,
)
from evenstride.answers.schema import schema
from evenstride.render.as_json import answer_json


@pytest.fixture
def lib(year_library_path, tmp_path):
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as opened:
        yield opened


@pytest.fixture
def altered(lib, monkeypatch):
    """Answer from the library's runs and series, changed by functions of a frame."""
    read_runs, read_series = lib.runs, lib.series_of

    def alter(of_runs=lambda f: f, of_series=lambda name, f: f):
        def runs(_, measures=None):
            frame = read_runs(measures)
            # The reference pace asks for the speeds alone.
            return of_runs(frame) if "balance_left_pct" in frame else frame

        monkeypatch.setattr(type(lib), "runs", runs)
        monkeypatch.setattr(
            type(lib),
            "series_of",
            lambda _, names: {n: of_series(n, s) for n, s in read_series(names).items()},
        )

    return alter


def missing(answer):
    jsonschema.validate(json.loads(answer_json(answer)), schema("status"))
    return {row["what"]: row for row in answer.tables["missing"]}


def last_start(lib):
    return datetime.fromisoformat(status(lib).provenance.last_run_utc)


def test_the_small_trend_is_the_last_years_of_the_trend(lib):
    small, whole = status(lib).figures["trend"], trend(lib).figures["trend"]
    assert 0 < len(small.rows) <= 120
    since = date.fromisoformat(whole.rows[-1]["date"]) - timedelta(days=365)
    assert set(map(str, small.rows)) <= set(map(str, whole.rows))
    assert min(row["date"] for row in small.rows) >= since.isoformat()
    assert small.rows[-1] == whole.rows[-1]
    assert small.bands == whole.bands


def test_the_small_trend_shows_no_more_than_a_year(lib, altered):
    start = pl.col("started_at_utc")
    old = pl.int_range(pl.len()) < 20
    altered(
        of_series=lambda _, f: f.with_columns(
            pl.when(old).then(start - timedelta(days=800)).otherwise(start).alias("started_at_utc")
        )
    )
    answer = status(lib)
    assert answer.provenance.runs == 60
    assert len(answer.figures["trend"].points) == 40
    assert len(trend(lib).figures["trend"].points) == 60


def test_the_last_run_is_in_one_row(lib):
    (row,) = status(lib).tables["last_run"]
    listed = runs(lib).tables["runs"][-1]
    for name in set(row) & set(listed):
        assert row[name] == listed[name]
    assert row["low"] < row["balance_left_pct"] < row["high"]
    annotate_runs(lib, [row["run_id"]], title="Parkrun", is_race=True)
    (row,) = status(lib).tables["last_run"]
    assert (row["title"], row["is_race"]) == ("Parkrun", True)


def test_the_last_run_may_have_no_balance(lib, altered):
    before = runs(lib).tables["runs"][-1]["run_id"]
    altered(of_series=lambda _, f: f.head(-1))
    answer = status(lib)
    (row,) = answer.tables["last_run"]
    assert row["run_id"] == before
    assert row["balance_left_pct"] is row["low"] is row["high"] is None
    assert row["gct_ms"] is not None
    jsonschema.validate(json.loads(answer_json(answer)), schema("status"))


def test_what_is_next_is_said_with_and_without_its_command(lib):
    late = last_start(lib) + timedelta(days=30)
    for now in (None, late):
        answer = status(lib, now=now)
        (step,) = answer.tables["next"]
        said = answer.sentences[-1].removeprefix("Next: ")
        assert step["text"][0].isupper()
        assert "`" not in step["text"]
        assert step["command"] is None or f"`{step['command']}`" in said
    assert step == {
        "text": "Import newer runs; this is as of the last one.",
        "command": "evenstride import FOLDER",
        "question": "import",
    }
    assert said == "import newer runs (`evenstride import FOLDER`); this is as of the last one."


def test_the_sensor_is_missed_where_it_was_not_worn(lib, altered):
    gone = pl.int_range(pl.len()) >= 55
    altered(
        of_runs=lambda f: f.with_columns(
            balance_left_pct=pl.when(gone).then(None).otherwise("balance_left_pct")
        ),
        of_series=lambda n, f: f.head(55) if n == "balance_left_pct" else f,
    )
    answer = status(lib)
    assert answer.sentences[-1] == (
        "Next: wear the sensor: 5 of the last 10 runs have no balance (`evenstride runs`)."
    )
    assert answer.tables["next"][0]["text"] == (
        "Wear the sensor: 5 of the last 10 runs have no balance."
    )
    assert missing(answer)["balance of recent runs"]["why"] == "5 of the last 10 runs have none."


@pytest.mark.parametrize(("without", "said"), [(1, False), (2, True)])
def test_one_run_without_its_sensor_is_no_gap(lib, altered, without, said):
    gone = pl.int_range(pl.len()) >= 60 - without
    balance = pl.when(gone).then(None).otherwise("balance_left_pct")
    altered(of_runs=lambda f: f.with_columns(balance_left_pct=balance))
    assert ("balance of recent runs" in missing(status(lib))) is said


def test_hardly_usable_runs_are_to_be_looked_at(lib, altered):
    altered(of_runs=lambda f: f.with_columns(usable_share=pl.lit(0.5)))
    answer = status(lib)
    assert answer.sentences[-1] == (
        "Next: look at what was left out: 10 of the last 10 runs were less than 70 % usable "
        "(`evenstride show last`)."
    )
    assert answer.tables["next"][0] == {
        "text": "Look at what was left out: 10 of the last 10 runs were less than 70 % usable.",
        "command": "evenstride show last",
        "question": "show",
    }


def test_what_is_missing_is_only_what_is_true(lib):
    known = missing(status(lib))
    assert list(known) == [
        "leg and vertical stiffness",
        "your own view",
        "what goes with your balance",
    ]
    assert known["leg and vertical stiffness"]["why"] == "It needs your height and mass."
    settings(lib, "height_m", "1.75")
    said = missing(status(lib))["leg and vertical stiffness"]
    assert said["why"] == "It needs your mass."
    settings(lib, "mass_kg", "70")
    now = last_start(lib)
    write_note(lib, "noticed", "x", now=now)
    said = missing(status(lib))["your own view"]
    assert said["why"] == "Not answered yet: What have you tried? What can't you fix?"
    write_note(lib, "tried", "x", now=now)
    write_note(lib, "cannot_fix", "x", now=now)
    annotate_runs(lib, [runs(lib).tables["runs"][0]["run_id"]], add_tags=["heel"])
    assert missing(status(lib, now=now)) == {}
    stale = missing(status(lib, now=now + timedelta(days=40)))
    assert list(stale) == ["your newest runs"]
    assert stale["your newest runs"]["why"] == "The last run with balance is 40 days old."


@pytest.mark.parametrize(
    ("kept", "togo"),
    [
        (pl.int_range(pl.len()) < 1, "7 more runs and 14 more days to go."),
        (pl.int_range(pl.len()) < 4, "4 more runs and "),
        (pl.int_range(pl.len()).is_in([0, 1, 2, 40, 50, 51, 52]), "1 more run to go."),
    ],
)
def test_how_much_longer_it_takes_is_counted(lib, altered, kept, togo):
    altered(of_series=lambda _, f: f.filter(kept))
    answer = status(lib)
    assert answer.verdict == "too_early"
    rows = missing(answer)
    assert togo in rows["your normal, and whether you change"]["how"]
    assert next(iter(rows)) == "your normal, and whether you change"
    assert "`evenstride trend` can say more (" in answer.sentences[-1]


def test_enough_runs_in_too_few_days_wait_for_days_alone(lib, altered):
    start = pl.col("started_at_utc")
    close = start.first() + pl.duration(days=1) * pl.int_range(pl.len())
    altered(of_series=lambda _, f: f.head(9).with_columns(started_at_utc=close))
    rows = missing(status(lib))
    how = rows["your normal, and whether you change"]["how"]
    assert how == "Run with the sensor as usual: 6 more days to go."


@pytest.mark.parametrize(
    ("without", "what", "why"),
    [
        (("gct_ms", "flight_time_ms"), "contact and flight time", "the watch did not write it"),
        (("flight_time_ms",), "flight time", "contact time and cadence"),
    ],
)
def test_measures_that_no_run_has_are_said(lib, altered, without, what, why):
    altered(of_series=lambda n, f: f.clear() if n in without else f)
    answer = status(lib)
    assert why in missing(answer)[what]["why"]
    assert not set(without) & set(answer.estimates)
    assert not set(without) & set(trend(lib).figures)
