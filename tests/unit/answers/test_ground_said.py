"""What is known of the ground without measuring: which foot stands lower, and on what it runs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from evenstride.answers import annotate_runs, ground_of_run, ground_of_runs, open_library, settings
from evenstride.answers.ground_said import (
    SaidGround,
    camber_column,
    habit_camber,
    of_all,
    surface_column,
)
from evenstride.answers.ground_typed import GroundEdit
from evenstride.answers.runner_settings import habit_sentence
from evenstride.domain.ground import Camber, GroundPart, Surface

T_S = np.array([30.0, 90.0, 150.0, 210.0])
LEFT, RIGHT, FLAT = Camber.LEFT_LOWER, Camber.RIGHT_LOWER, Camber.NONE


def camber(*parts, habit=0.0, sport=""):
    return camber_column(parts, habit, T_S, sport=sport).tolist()


def surface(*parts, sport=""):
    return surface_column(parts, sport, T_S)


@pytest.mark.parametrize(
    ("habit", "drives", "lower"),
    [
        # On the left edge of the road the left foot stands lower.
        ("facing_traffic", "right", 1.0),
        ("with_traffic", "right", -1.0),
        ("facing_traffic", "left", -1.0),
        ("with_traffic", "left", 1.0),
        ("facing_traffic", None, 0.0),
        (None, "right", 0.0),
        (None, None, 0.0),
        (["facing_traffic"], {"right": 1}, 0.0),  # as another program could have written it
    ],
)
def test_a_habit_says_which_foot_stands_lower(habit, drives, lower):
    kept = {"camber_habit": habit, "driving_side": drives}
    assert habit_camber(kept) == lower
    said = habit_sentence(kept)
    assert ("the left foot stands lower" in said) == (lower > 0)
    assert ("the right foot stands lower" in said) == (lower < 0)


def test_nothing_said_is_nothing_known():
    assert camber() == [0.0] * 4
    assert surface() == [None] * 4
    assert camber(GroundPart()) == [0.0] * 4


def test_what_is_said_of_the_whole_run_holds_throughout_and_is_signed_to_the_left():
    assert camber(GroundPart(camber=LEFT)) == [1.0] * 4
    assert camber(GroundPart(camber=RIGHT)) == [-1.0] * 4
    assert camber(GroundPart(camber=FLAT)) == [0.0] * 4
    assert surface(GroundPart(surface=Surface.TRAIL)) == [Surface.TRAIL] * 4


def test_a_part_goes_before_the_whole_run_and_a_later_one_before_an_earlier():
    whole = GroundPart(surface=Surface.ROAD, camber=LEFT)
    out, back = GroundPart(60.0, 180.0, camber=RIGHT), GroundPart(150.0, None, Surface.TRACK, FLAT)
    for parts in itertools.permutations((whole, out, back)):
        said = camber(*parts)
        late = 0.0 if parts.index(back) > parts.index(out) else -1.0
        assert said == [1.0, -1.0, late, 0.0]  # a part ends before its end: [start, end)
        assert surface(*parts) == [Surface.ROAD, Surface.ROAD, Surface.TRACK, Surface.TRACK]
    assert camber(GroundPart(None, 90.0, camber=LEFT)) == [1.0, 0.0, 0.0, 0.0]


def test_a_habit_holds_on_road_and_where_nothing_is_known_alone():
    assert camber(habit=-1.0) == [-1.0] * 4
    assert camber(GroundPart(surface=Surface.ROAD), habit=-1.0) == [-1.0] * 4
    for other in set(Surface) - {Surface.ROAD}:
        part = GroundPart(60.0, 180.0, other)
        assert camber(part, habit=1.0) == [1.0, 0.0, 0.0, 1.0]
        assert camber(GroundPart(surface=other), habit=1.0) == [0.0] * 4
    for sport in ("track_running", "trail_running", "treadmill_running", "virtual_running"):
        assert camber(habit=1.0, sport=sport) == [0.0] * 4
        assert camber(GroundPart(surface=Surface.ROAD), habit=1.0, sport=sport) == [1.0] * 4
    assert camber(habit=1.0, sport="running") == [1.0] * 4


def test_who_says_a_camber_of_a_run_is_not_overruled_by_a_habit():
    assert camber(GroundPart(0.0, 60.0, camber=FLAT), habit=1.0) == [0.0] * 4
    assert camber(GroundPart(0.0, 60.0, camber=RIGHT), habit=1.0) == [-1.0, 0.0, 0.0, 0.0]


def test_the_sport_says_the_surface_unless_the_runner_does():
    assert surface(sport="track_running") == [Surface.TRACK] * 4
    assert surface(sport="treadmill_running") == [Surface.TREADMILL] * 4
    assert surface(sport="trail_running") == [Surface.TRAIL] * 4
    assert surface(sport="running") == [None] * 4
    part = GroundPart(60.0, None, Surface.ROAD)
    assert surface(part, sport="track_running") == [Surface.TRACK, *[Surface.ROAD] * 3]


def test_no_moment_is_no_ground():
    assert camber_column((), 1.0, np.array([])).shape == (0,)
    assert surface_column((), "running", np.array([])) == []


def test_what_was_said_of_the_whole_run_is_found_among_parts():
    parts = (GroundPart(5.0, 6.0, Surface.TRAIL), GroundPart(camber=LEFT), GroundPart(None, 9.0))
    assert of_all(parts) == GroundPart(camber=LEFT)
    assert of_all(()) == GroundPart()


def test_every_run_has_its_ground(year_library_path, tmp_path):
    import shutil

    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as lib:
        first, second, *others = lib.runs(())["run_id"].to_list()
        settings(lib, "camber_habit", "facing_traffic")
        settings(lib, "driving_side", "right")
        annotate_runs(lib, [first], ground=[GroundEdit(surface="trail")])
        annotate_runs(lib, [second], ground=[GroundEdit(camber="right-lower")])
        said = ground_of_runs(lib)
        assert said[first] == SaidGround((GroundPart(surface=Surface.TRAIL),), "running", 1.0)
        assert said[second] == SaidGround((GroundPart(camber=RIGHT),), "running", 0.0)
        indoors = {"treadmill_running": 0.0}
        assert all(said[run].habit_camber == indoors.get(said[run].sport, 1.0) for run in others)
        assert {run: ground_of_run(lib, run) for run in said} == said


@pytest.mark.parametrize("sport", ["treadmill_running", "virtual_running", "indoor_running"])
def test_under_a_roof_no_habit_holds(lib_of_sport, sport):
    with lib_of_sport(sport) as lib:
        settings(lib, "camber_habit", "with_traffic")
        settings(lib, "driving_side", "left")
        assert [said.habit_camber for said in ground_of_runs(lib).values()] == [0.0]


def test_outside_it_does(lib_of_sport):
    with lib_of_sport("ultra_running") as lib:
        settings(lib, "camber_habit", "with_traffic")
        settings(lib, "driving_side", "left")
        assert [said.habit_camber for said in ground_of_runs(lib).values()] == [1.0]


@pytest.fixture
def lib_of_sport(tmp_path, year_of_files):
    import sqlite3
    from contextlib import closing

    from evenstride.answers import import_files

    def make(sport):
        path = tmp_path / sport
        with open_library(path) as lib:
            import_files(lib, [year_of_files / "000.fit"], workers=1)
        with closing(sqlite3.connect(path / "library.sqlite")) as connection:
            connection.execute("UPDATE recordings SET sport = ?", (sport,))
            connection.commit()
        return open_library(path)

    return make
