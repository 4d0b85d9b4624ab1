"""When it changed: known dates first, nothing told twice, and words that name the side."""

import json
from datetime import UTC, datetime, timedelta

import jsonschema
import numpy as np
import pytest

from evenstride.answers import trend, when_it_changed
from evenstride.answers.schema import schema
from evenstride.answers.when_it_changed import (
    change_events,
    change_rows,
    change_sentences,
    changes,
    watch_sentences,
)
from evenstride.library import Annotation
from evenstride.render.as_json import answer_json
from levels_made import FIRST, day_name, library_without_runs, made_levels, readings

POD, HRM = "Running Dynamics Pod", "HRM-Run"


@pytest.fixture
def lib(tmp_path, monkeypatch):
    with library_without_runs(tmp_path, monkeypatch) as opened:
        yield opened


def stepped(at, size, count=40):
    value = readings(count)
    value[at:] += size
    return value


def test_a_sudden_change_that_nobody_named_is_found_between_two_dates(lib):
    found = changes(lib, made_levels(stepped(22, 1.5)))
    (row,) = change_rows(found)
    assert row["kind"] == "unknown"
    assert row["date_low"] <= day_name(21) < day_name(22) <= row["date_high"]
    assert row["date_low"] < row["date"] <= row["date_high"]
    assert row["low"] < 1.5 < row["high"]
    assert row["low"] > 0.3
    assert 0.95 < row["probability"] <= 1.0
    (sentence,) = change_sentences(found)
    assert "toward the left" in sentence
    assert "nothing that you noted goes with it" in sentence
    (event,) = change_events(found)
    assert event["date"] == row["date"]


def test_mirroring_the_runner_mirrors_the_change(lib):
    value = stepped(22, 1.5)
    (row,), (mirror,) = (change_rows(changes(lib, made_levels(v))) for v in (value, 100 - value))
    assert mirror["change_pp"] == pytest.approx(-row["change_pp"], abs=1e-6)
    assert mirror["date"] == row["date"]
    assert "toward the right" in change_sentences(changes(lib, made_levels(100 - value)))[0]


def test_a_jump_with_another_sensor_is_the_sensors_and_not_found_once_more(lib):
    sensor = [HRM] * 22 + [POD] * 18
    found = changes(lib, made_levels(stepped(22, -1.5), sensor=sensor))
    (row,) = change_rows(found)
    assert row["kind"] == "sensor"
    assert row["date"] == row["date_low"] == row["date_high"] == day_name(22)
    assert row["what"] == f"{POD} after {HRM}"
    assert row["low"] < -1.5 < row["high"] < 0.0
    assert row["probability"] > 0.99
    size, apart, others = change_sentences(found)
    assert "readings went 1." in size
    assert "toward the right" in size
    assert "could not be told from the sensor" in apart
    assert others == "No sudden change at a date that nobody noted is clear from these runs."


def test_sensors_that_take_turns_are_told_once_each(lib):
    sensor = [HRM if at % 2 else POD for at in range(40)]
    found = changes(lib, made_levels(readings(), sensor=sensor))
    (row,) = change_rows(found)
    assert len(change_sentences(found)) == 1, "worn by turns they can be told from the runner"
    assert (row["date"], row["what"]) == (day_name(1), f"{HRM} after {POD}")
    assert row["low"] < 0.0 < row["high"]


def test_first_runs_in_new_shoes_are_told_with_what_the_shoes_do(lib):
    typed = {at: Annotation(shoes="Daily" if at < 20 or at % 2 else "Racer") for at in range(40)}
    value = readings() + np.array([0.9 * (typed[at].shoes == "Racer") for at in range(40)])
    found = changes(lib, made_levels(value, typed=typed))
    (row,) = (r for r in change_rows(found) if r["kind"] == "shoes")
    assert row["date"] == day_name(20)
    assert row["what"] == "first run in Racer, after Daily"
    assert row["low"] < 0.9 < row["high"]
    assert row["low"] > 0.0
    assert any("first run in Racer" in s for s in change_sentences(found))


def test_a_note_and_an_injury_have_a_step_each_before_anything_is_searched(lib):
    lib.write_note(
        "tried",
        "New insoles\nand a longer story that goes on and on and on and on",
        written_at_utc=FIRST + timedelta(days=2 * 15 - 1),
    )
    typed = {at: Annotation(tags=("Injury left",)) for at in (28, 29)}
    value = stepped(15, 1.5)
    found = changes(lib, made_levels(value, typed=typed))
    note, injury = change_rows(found)
    assert note["kind"] == injury["kind"] == "note"
    assert (note["date"], injury["date"]) == (day_name(15), day_name(28))
    assert note["what"].startswith("your note “New insoles and a longer")
    assert note["what"].endswith("…”")
    assert note["low"] > 0.5
    assert injury["low"] < 0.0 < injury["high"]
    said = change_sentences(found)
    assert any("New insoles" in s and "toward the left" in s for s in said)
    assert not any("Injury" in s for s in said), "its step is not clear"
    assert said[-1].startswith("No sudden change at a date that nobody noted")


def test_another_watch_is_told_of_and_taken_off_but_not_taken_for_the_runner(lib):
    device = ["fenix 6"] * 22 + ["garmin fr255"] * 18
    found = changes(lib, made_levels(stepped(22, 1.5), device=device))
    (row,) = change_rows(found)
    assert (row["kind"], row["date"]) == ("sensor", day_name(22))
    (sentence,) = watch_sentences(found)
    assert "whether that was the watch or you, these runs cannot tell" in sentence
    quiet = changes(lib, made_levels(readings(), device=device))
    assert watch_sentences(quiet) == ()


def test_what_goes_with_a_change_that_was_found_is_said(lib):
    value = np.r_[readings(22, 48.5), readings(18, 51.5, seed=2)]
    (sentence,) = change_sentences(changes(lib, made_levels(value)))
    assert "clipped on the other way round since?" in sentence


def test_few_runs_are_told_when_the_search_begins(lib):
    found = changes(lib, made_levels(readings(12)))
    assert change_rows(found) == ()
    assert change_sentences(found) == (
        "Sudden changes at dates not known are looked for from 20 runs on.",
    )


def test_what_was_found_once_is_remembered_until_something_is_noted(lib, monkeypatch):
    looked = made_levels(stepped(22, 1.5))
    first = changes(lib, looked)
    asked = []
    search = when_it_changed.sudden_changes
    monkeypatch.setattr(
        when_it_changed, "sudden_changes", lambda *a, **k: asked.append(a) or search(*a, **k)
    )
    assert change_rows(changes(lib, looked)) == change_rows(first)
    assert asked == []
    lib.write_note("noticed", "x", written_at_utc=datetime(2025, 2, 20, tzinfo=UTC))
    changes(lib, looked)
    assert len(asked) == 1


def test_trend_with_changes_is_as_its_schema_says_and_says_no_less(year_library):
    plain, more = trend(year_library), trend(year_library, changes=True)
    assert "changes" not in plain.tables
    assert set(more.sentences) > set(plain.sentences)
    jsonschema.validate(json.loads(answer_json(more)), schema("trend"))
    assert more.verdict == plain.verdict
    assert [row["kind"] for row in more.tables["changes"]].count("unknown") == 0
