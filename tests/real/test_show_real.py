"""Every real run can be shown, within bounds, and says the same as its measures."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

from evenstride.answers import import_files, open_library, show
from evenstride.answers.schema import schema
from evenstride.render.as_json import answer_json


@pytest.fixture(scope="module")
def answers(real_data, tmp_path_factory):
    with open_library(tmp_path_factory.mktemp("real") / "library") as lib:
        import_files(lib, [real_data / name for name in ("one_runner", "runs", "odd")])
        ids = lib.runs(measures=())["run_id"].to_list()
        return {run_id: (show(lib, run_id), lib.run(run_id).chosen) for run_id in ids}


def test_every_real_run_is_shown_within_bounds(answers):
    assert len(answers) > 40
    for run_id, (answer, _) in answers.items():
        figures = answer.figures
        jsonschema.validate(json.loads(answer_json(answer)), schema("show"))
        assert len(figures["course"].rows) <= 800, run_id
        if "track" in figures:
            assert len(figures["track"].rows) <= 600, run_id
        assert ("histogram" in figures) is (answer.verdict == "measured"), run_id
        assert len(answer.tables["places"]) <= 300, run_id
        assert len(answer_json(answer)) < 400_000, run_id


def test_the_course_of_a_real_run_is_about_its_mean(answers):
    measured = [(a, s) for a, s in answers.values() if a.verdict == "measured"]
    assert len(measured) > 35
    for answer, stored in measured:
        rows = answer.figures["course"].rows
        balance = np.array(
            [r["balance_left_pct"] for r in rows if r["balance_left_pct"] is not None]
        )
        mean = answer.estimates["balance_left_pct"].value
        assert balance.min() - 0.02 <= mean <= balance.max() + 0.02
        histogram = answer.figures["histogram"].rows
        share = np.array([r["share"] for r in histogram])
        middle = np.array([0.5 * (r["low"] + r["high"]) for r in histogram])
        assert 0.997 < share.sum() < 1.001
        assert share @ middle / share.sum() == pytest.approx(mean, abs=0.1)
        # Places are what was dropped, but for flickers.
        assert stored.measures.usable_s > 0.0


def test_places_of_a_real_run_add_up_to_what_was_dropped(answers):
    off = []
    for answer, stored in answers.values():
        dropped = sum(stored.measures.dropped.values())
        placed = sum(
            p["end_s"] - p["start_s"]
            for p in answer.tables["places"]
            if p["code"] not in ("paused", "gap")
        )
        off.append(abs(placed - dropped) / (stored.measures.usable_s + dropped))
    assert np.median(off) < 0.002
    assert max(off) < 0.08


def test_real_tracks_have_the_length_of_the_run(answers):
    compared = 0
    for run_id, (answer, stored) in answers.items():
        distance_m = stored.run.distance_m
        if "track" not in answer.figures or not distance_m or distance_m < 2000:
            continue
        rows = answer.figures["track"].rows
        xy = np.array([[np.nan if r[k] is None else r[k] for k in ("x_m", "y_m")] for r in rows])
        length_m = np.nansum(np.hypot(*np.diff(xy, axis=0).T))
        assert 0.85 < length_m / distance_m < 1.1, run_id
        compared += 1
    assert compared > 30
