"""Likely mistakes: said with what can be done, never mended, and not said twice."""

import numpy as np
import pytest

from evenstride.answers import show, status
from evenstride.answers.levels import BALANCE
from evenstride.answers.likely_mistakes import (
    likely_mistakes,
    mistakes_of_run,
    of_issues,
    sources_of,
)
from evenstride.domain.recording import Issue
from evenstride.library import Annotation
from levels_made import day_name, library_without_runs, made_levels, readings, run_name

STUCK = Issue("warning", "stuck", "Balance stood at 48.0 % left for 9 minutes.", "from 60 s")


@pytest.fixture
def lib(tmp_path, monkeypatch):
    with library_without_runs(tmp_path, monkeypatch) as opened:
        yield opened


def mirrored(*places, count=40, level=48.5):
    value = readings(count, level)
    for at in places:
        value[at] = 100.0 - value[at]
    return value


def test_a_run_measured_the_wrong_way_round_is_named_with_what_to_do(lib):
    looked = made_levels(mirrored(18))
    (row,) = likely_mistakes(lib, looked)
    assert (row["kind"], row["run_id"]) == ("mirrored", run_name(18))
    assert f"`evenstride edit {run_name(18)} --tag mirrored`" in row["sentence"]
    assert "Nothing was changed" in row["sentence"]
    assert "reads 51." in row["sentence"]
    assert "those around it 48." in row["sentence"]
    assert mistakes_of_run(lib, looked, run_name(18)) == (row,)
    assert mistakes_of_run(lib, looked, run_name(17)) == ()


def test_the_reading_stays_as_it_is(lib):
    looked = made_levels(mirrored(18))
    likely_mistakes(lib, looked)
    assert looked.by_measure[BALANCE].series["value"][18] > 50.0
    assert looked.by_measure[BALANCE].moves.reading[18] > 50.0


def test_several_in_a_row_are_told_of_once(lib):
    (row,) = likely_mistakes(lib, made_levels(mirrored(18, 19, 20)))
    assert row["run_id"] == run_name(18)
    assert row["sentence"].startswith("3 runs from ")
    assert f"`evenstride edit {day_name(18)}..{day_name(20)} --tag mirrored`" in row["sentence"]


def test_who_has_said_so_is_not_asked_again(lib):
    typed = {18: Annotation(tags=("Mirrored",))}
    looked = made_levels(mirrored(18), typed=typed)
    assert likely_mistakes(lib, looked) == ()
    assert mistakes_of_run(lib, looked, run_name(18)) == ()


def test_only_what_is_recent_is_told_where_that_is_asked_for(lib):
    looked = made_levels(mirrored(5, 30, count=60, level=47.5))
    newest, oldest = likely_mistakes(lib, looked)
    assert (newest["run_id"], oldest["run_id"]) == (run_name(30), run_name(5))
    assert likely_mistakes(lib, looked, recent_days=70.0) == (newest,)


def test_a_visible_jump_with_another_sensor_is_told_as_the_sensors(lib):
    sensor = ["HRM-Run"] * 22 + ["Running Dynamics Pod"] * 18
    value = readings()
    value[22:] += 1.5
    looked = made_levels(value, sensor=sensor)
    (row,) = likely_mistakes(lib, looked)
    assert (row["kind"], row["run_id"]) == ("device", run_name(22))
    assert "toward the left" in row["sentence"]
    assert "not for you" in row["sentence"]
    assert mistakes_of_run(lib, looked, run_name(22)) == (row,)
    assert [source.link for source in sources_of((row,))] == ["doi 10.3390/s24113570"]
    assert likely_mistakes(lib, made_levels(readings(), sensor=sensor)) == ()


def test_a_jump_with_another_watch_may_be_either(lib):
    device = ["fenix 6"] * 22 + ["garmin fr255"] * 18
    value = readings()
    value[22:] -= 1.5
    (row,) = likely_mistakes(lib, made_levels(value, device=device))
    assert "cannot tell whether that was the watch or you" in row["sentence"]
    assert "toward the right" in row["sentence"]


def test_faults_of_the_recording_become_sentences_with_what_to_do(tmp_path, monkeypatch):
    harmless = Issue("warning", "short", "It is short.", "")
    with library_without_runs(tmp_path, monkeypatch, (STUCK, harmless)) as lib:
        (row,) = mistakes_of_run(lib, made_levels(readings()), run_name(39))
    assert row["kind"] == "stuck"
    assert row["sentence"].startswith(STUCK.message)
    assert "battery" in row["sentence"]
    assert of_issues("x", (harmless,)) == ()


def test_a_usual_year_has_no_mistakes_and_says_so_by_an_empty_table(year_library):
    assert show(year_library, "last").tables["mistakes"] == ()
    assert status(year_library).tables["mistakes"] == ()


def test_a_runner_near_even_is_told_nothing(lib):
    value = readings(level=50.0)
    value[18] = 100.0 - value[18]
    assert likely_mistakes(lib, made_levels(value)) == ()


def test_a_change_for_good_is_no_mistake_of_single_runs(lib):
    value = np.r_[readings(22, 48.5), readings(18, 51.5, seed=2)]
    rows = likely_mistakes(lib, made_levels(value))
    assert [row for row in rows if row["kind"] == "mirrored"] == []
