"""What moves the real runner of the thirty runs: told, by numbers that real runners have."""

from __future__ import annotations

import json

import jsonschema
import pytest

from evenstride.answers import drivers, fatigue, import_files, open_library
from evenstride.answers.schema import schema
from evenstride.render.as_json import answer_json


@pytest.fixture(scope="module")
def library(real_data, tmp_path_factory):
    with open_library(tmp_path_factory.mktemp("real") / "library") as lib:
        import_files(lib, [real_data / "one_runner"])
        yield lib


def test_thirty_real_runs_tell_pace_time_slope_and_bends(library):
    answer = drivers(library)
    jsonschema.validate(json.loads(answer_json(answer)), schema("drivers"))
    rows = {row["driver"]: row for row in answer.tables["drivers"]}
    # Sizes beyond these were not seen in 33 real recordings.
    for name, most in (("speed", 1.6), ("elapsed", 2.2), ("grade", 0.14), ("bend", 1.0)):
        assert rows[name]["estimable"], name
        assert abs(rows[name]["value_pp"]) < most
        assert rows[name]["high"] - rows[name]["low"] < most, "thirty runs narrow it down"
        assert answer.figures[name].points
    assert "camber" in {row["driver"] for row in answer.tables["untold"]}


def test_how_far_was_turned_adds_up_to_all_runs(library):
    months = drivers(library).tables["ground"]
    assert [row["month"] for row in months] == ["2022-08", "2022-09", "2022-10"]
    grounds = [g for g in library.grounds().values() if g.left_turn_deg is not None]
    assert len(grounds) >= 25
    assert sum(row["left_turn_deg"] for row in months) == pytest.approx(
        sum(g.left_turn_deg for g in grounds)
    )
    assert sum(row["right_bend_km"] for row in months) == pytest.approx(
        sum(g.right_bend_m for g in grounds) / 1e3
    )


def test_the_drift_of_real_runs_is_told_for_most(library):
    answer = fatigue(library)
    assert len(answer.tables["runs"]) >= 25
    assert abs(answer.estimates["drift_pp_per_h"].value) < 2.2
    assert answer.verdict in {"holds_longer", "holds_less", "not_distinguishable"}
