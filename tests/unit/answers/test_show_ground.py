"""The ground of one run as `show` tells it: laps and their lane, bends, climbs, what was said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import jsonschema
import numpy as np
import pytest

from evenstride.answers import GroundEdit, annotate_runs, import_files, open_library, settings, show
from evenstride.answers.schema import schema
from evenstride.answers.show_ground import lane_of
from evenstride.domain.ground import TrackLaps
from evenstride.domain.recording import Device, Recording, Run
from evenstride.formats.fit.encode import encode_run
from evenstride.gait.track_laps import track_laps
from evenstride.render.as_json import answer_json
from evenstride.render.html_tables import html_facts
from gait_courses import around, degrees, join, path, received, straight, to_and_from, track
from gait_frames import frame

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
RUN = Run("", START, 0, "running", 1.0, None, Device("garmin", "fr255"), None)


@pytest.fixture
def shown_of(tmp_path):
    """Show a run along a way, after something was done to its library."""

    def shown(way=None, *, sport="running", prepare=None, **columns):
        seconds = 900 if way is None else way.size
        if way is not None:
            lat, lon = degrees(received(way, np.random.default_rng(1)))
            columns |= {"lat_deg": lat, "lon_deg": lon}
        samples = frame(seconds, **columns)
        run = replace(RUN, sport=sport, duration_s=float(seconds - 1))
        (tmp_path / "one.fit").write_bytes(encode_run(Recording(run, samples)))
        with open_library(tmp_path / "library") as lib:
            import_files(lib, [tmp_path / "one.fit"])
            if prepare:
                prepare(lib, lib.runs(())["run_id"][0])
            answer = show(lib, "last")
        jsonschema.validate(json.loads(answer_json(answer)), schema("show"))
        (row,) = answer.tables["ground"]
        return row, answer.sentences

    return shown


def test_laps_of_a_track_are_said_with_side_length_and_lane(shown_of):
    row, said = shown_of(to_and_from(around(track(3), 8)))
    assert (row["track_laps_left"], row["track_laps_right"], row["lane"]) == (8, 0, 3)
    assert row["lap_m"] == pytest.approx(415.0, abs=6.0)
    assert any(
        s.startswith("8 laps of a track to the left, 4") and s.endswith("radius (about lane 3).")
        for s in said
    )
    assert not any("full turns" in s for s in said)


def test_the_same_way_mirrored_turns_right(shown_of):
    row, said = shown_of(to_and_from(around(track(3), 8).conjugate()))
    assert (row["track_laps_left"], row["track_laps_right"]) == (0, 8)
    assert row["right_bend_km"] > 1.5
    assert row["left_bend_km"] < 0.1
    assert any(s.startswith("8 laps of a track to the right") for s in said)


def test_laps_in_both_directions_are_said_of_both(shown_of):
    half = around(track(), 6)
    _, said = shown_of(to_and_from(join(half, half[::-1])))
    assert any(s.startswith("6 laps of a track to the left and 6 to the right, ") for s in said)


def test_the_turns_the_way_back_and_the_hill_of_a_road(shown_of):
    out = join(straight(300), straight(300, 3.0, 0.8))
    t = np.arange(2 * out.size - 1)
    hill = np.interp(t, [0, out.size, 2 * out.size], [10.0, 60.0, 10.0])
    row, said = shown_of(join(out, out[::-1]), altitude_m=hill)
    assert row["track_laps_left"] is None
    assert row["lane"] is None
    assert row["turned_back_at_s"] == pytest.approx(out.size, abs=6.0)
    assert row["left_turn_deg"] == pytest.approx(0.8 * 180.0 / np.pi, abs=12.0)
    # 46 degrees each way are an eighth of a turn; what the GPS wanders may make it a sixth.
    turned = r"Turned through 0\.[12] full turns to the left and 0\.[12] to the right, with 0\.0"
    assert any(re.match(turned, s) for s in said)
    assert any(s.startswith("Turned round at 10:0") for s in said)
    assert any(s.startswith(("Climbed 49 m", "Climbed 50 m", "Climbed 51 m")) for s in said)


def test_a_treadmill_says_that_nothing_is_known_of_bends(shown_of):
    row, said = shown_of(sport="treadmill_running")
    unknown = {name for name, value in row.items() if value is None}
    assert set(row) - unknown == {"surface_by_sport"}
    assert row["surface_by_sport"] == "treadmill"
    assert "No positions were recorded: nothing is known of bends." in said


def test_a_ground_that_was_never_looked_at_says_what_to_do(shown_of):
    def forget(lib, run_id):
        with lib.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE details SET ground = NULL")
        lib.remembered.forget()

    row, said = shown_of(straight(900), prepare=forget)
    assert row["left_turn_deg"] is None
    assert any("`evenstride library rebuild`" in s for s in said)


def test_what_was_said_goes_before_habit_and_sport(shown_of):
    def say(lib, run_id):
        settings(lib, "driving_side", "right")
        settings(lib, "camber_habit", "facing_traffic")
        annotate_runs(lib, (run_id,), ground=[GroundEdit(surface="road", camber="right-lower")])

    row, said = shown_of(prepare=say)
    assert (row["said"], row["camber_by_habit"]) == ("road, the right foot stood lower", None)
    assert "You said of the ground: road, the right foot stood lower." in said
    assert not any("habit" in s for s in said)


@pytest.mark.parametrize(
    ("side", "sport", "surface", "lower"),
    [
        ("right", "running", None, "left_lower"),
        ("left", "running", None, "right_lower"),
        ("right", "running", "trail", None),
        ("right", "track_running", None, None),
        ("right", "track_running", "road", "left_lower"),
    ],
)
def test_the_habit_is_said_where_it_holds(shown_of, side, sport, surface, lower):
    def say(lib, run_id):
        settings(lib, "driving_side", side)
        settings(lib, "camber_habit", "facing_traffic")
        annotate_runs(lib, (run_id,), ground=[GroundEdit(surface=surface)])

    row, said = shown_of(sport=sport, prepare=say)
    assert row["camber_by_habit"] == lower
    assert any(s.startswith("By your habit") for s in said) is (lower is not None)


@pytest.mark.parametrize("lane", range(1, 9))
def test_the_lane_is_the_one_that_was_run_in(lane):
    way = received(to_and_from(around(track(lane), 8)), np.random.default_rng(100 * lane), sd_m=1.0)
    found = track_laps(path(way, None))
    assert found is not None
    assert lane_of(found) == lane


@pytest.mark.parametrize(
    ("lap_m", "radius_m", "lane"),
    [
        (400.0, 36.8, 1),
        (397.0, 36.2, 1),
        (453.6, 36.8 + 7 * 1.22, 8),
        (461.3, 36.8 + 8 * 1.22, None),  # there is no lane 9
        (400.0, 38.4, None),  # a track of shorter straights
        (200.0, 17.5, None),  # a hall
        (389.0, 35.0, None),
    ],
)
def test_a_lane_is_told_on_a_standard_track_only(lap_m, radius_m, lane):
    assert lane_of(TrackLaps(5, 0, lap_m, radius_m)) == lane


def test_the_facts_on_the_page_are_those_that_are_known(shown_of):
    row, _ = shown_of(to_and_from(around(track(), 8)))
    facts = html_facts(row)
    assert "about lane 1" in facts
    assert "8 L" in facts
    assert "Turned round" not in facts
    assert "You said" not in facts
    assert html_facts(dict.fromkeys(row)) == ""
    assert "&lt;b&gt;" in html_facts({**dict.fromkeys(row), "said": "<b>"})


def test_a_schema_may_be_asked_for_by_the_name_of_its_command():
    assert schema("edit") == schema("annotate")
