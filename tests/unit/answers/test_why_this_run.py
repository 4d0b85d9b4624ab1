"""Why a run reads as it does: parts that sum, sides that are named, and runs that are odd."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from itertools import pairwise

import jsonschema
import polars as pl
import pytest

from evenstride.answers import annotate_runs, explain, import_files, open_library, runs
from evenstride.answers.schema import schema
from evenstride.domain.errors import EmptyLibraryError, NoBalanceError, UnknownRunError
from evenstride.domain.ground import Ground
from evenstride.formats.fit.encode import encode_run
from evenstride.library.library import Library
from evenstride.render.as_json import answer_json
from evenstride.stats.simulation import demo_year


@pytest.fixture(scope="module")
def odd_library_path(tmp_path_factory):
    """Twenty-six runs: one reads 4 pp further left than it should, one has no balance."""
    folder = tmp_path_factory.mktemp("odd")
    for i, run in enumerate(demo_year(date(2025, 1, 6))[:26]):
        recording = run.recording
        balance = pl.col("balance_left_pct") + (4.0 if i == 15 else 0.0)
        if i == 20:
            balance = pl.lit(None, dtype=pl.Float32)
        samples = recording.samples.with_columns(balance_left_pct=balance)
        (folder / f"{i:03d}.fit").write_bytes(encode_run(replace(recording, samples=samples)))
    path = tmp_path_factory.mktemp("odd_library") / "library"
    with open_library(path) as lib:
        import_files(lib, [folder])
    return path


@pytest.fixture
def odd(odd_library_path):
    with open_library(odd_library_path) as lib:
        yield lib


@pytest.fixture
def mine(year_library_path, tmp_path):
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as lib:
        yield lib


def ids(lib):
    return [row["run_id"] for row in runs(lib).tables["runs"]]


@pytest.mark.parametrize("place", [0, 12, 33, -1])
def test_the_parts_sum_to_the_asymmetry_exactly(year_library, place):
    run = ids(year_library)[place]
    answer = explain(year_library, run)
    listed = next(r for r in runs(year_library).tables["runs"] if r["run_id"] == run)
    e = answer.estimates
    assert e["balance_left_pct"].value == listed["balance_left_pct"]
    assert e["asymmetry_pp"].value == pytest.approx(listed["balance_left_pct"] - 50.0, abs=1e-9)
    rows = answer.tables["contributions"]
    assert sum(row["value_pp"] for row in rows) == pytest.approx(e["asymmetry_pp"].value, abs=1e-9)
    assert e["expected_pp"].value + e["unexplained_pp"].value == pytest.approx(
        e["asymmetry_pp"].value, abs=1e-9
    )
    assert [row["part"] for row in rows[:5]] == ["level", "speed", "elapsed", "grade", "bend"]
    assert rows[-1]["part"] == "unexplained"
    assert all(row["low"] <= row["value_pp"] <= row["high"] for row in rows)


def test_the_figure_goes_from_even_to_the_run_without_a_gap(year_library):
    answer = explain(year_library, "last")
    figure = answer.figures["contributions"]
    *steps, total = figure.rows
    assert steps[0]["start"] == 0.0
    assert all(b["start"] == a["end"] for a, b in pairwise(steps))
    assert steps[-1]["end"] == total["end"] == answer.estimates["asymmetry_pp"].value
    parts = [row["value_pp"] for row in answer.tables["contributions"]]
    assert [s["end"] - s["start"] for s in steps] == pytest.approx(parts, abs=1e-9)
    assert all(s["low"] < s["end"] < s["high"] for s in steps[:-1])


def test_what_is_printed_keeps_to_its_schema(year_library, odd):
    for lib in (year_library, odd):
        for run in ids(lib)[-8:-6]:
            said = json.loads(answer_json(explain(lib, run)))
            jsonschema.validate(said, schema("explain"))


def test_a_run_like_the_others_is_usual_and_says_where_such_runs_read(year_library):
    answer = explain(year_library, "last")
    assert answer.verdict == "usual"
    assert "within what is usual for you" in answer.headline
    assert "99 times in 100" in answer.sentences[0]
    speed = next(r for r in answer.tables["contributions"] if r["part"] == "speed")
    assert "/km" in speed["condition"]
    assert "your median easy pace" in speed["condition"]
    assert speed["usual_low"] < speed["usual_high"]


def test_a_run_that_reads_4_pp_too_far_left_is_called_so(odd):
    answer = explain(odd, ids(odd)[15])
    assert answer.verdict == "outside_left"
    assert "outside your usual range" in answer.headline
    assert "toward the left" in answer.headline
    rest = answer.estimates["unexplained_pp"]
    assert rest.low < 4.0 < rest.high
    assert rest.low > 2.0
    beside = [explain(odd, run).verdict for run in ids(odd)[10:15]]
    assert beside == ["usual"] * 5


def test_a_run_without_balance_and_one_that_is_not_there_are_said_plainly(odd, tmp_path):
    with pytest.raises(NoBalanceError, match="no balance was recorded"):
        explain(odd, ids(odd)[20])
    with pytest.raises(UnknownRunError):
        explain(odd, "2031-01-01")
    with open_library(tmp_path / "none") as lib, pytest.raises(EmptyLibraryError):
        explain(lib, "last")


def test_with_a_few_runs_it_is_too_early(year_of_files, tmp_path):
    files = sorted(year_of_files.iterdir())[:5]
    with open_library(tmp_path / "few") as lib:
        import_files(lib, files)
        answer = explain(lib, "last")
    assert answer.verdict == "too_early"
    assert answer.tables["contributions"] == ()
    assert "8 runs" in answer.sentences[0]
    assert set(answer.estimates) == {"asymmetry_pp", "balance_left_pct"}
    jsonschema.validate(json.loads(answer_json(answer)), schema("explain"))


def test_what_is_not_as_usual_is_said(mine):
    every = ids(mine)
    annotate_runs(mine, every[:20], shoes="Old pair")
    annotate_runs(mine, every[20:40], shoes="Other pair")
    annotate_runs(mine, every[40:41], shoes="New pair", is_race=True)
    rows = explain(mine, every[40]).tables["different"]
    said = {row["what"]: row["sentence"] for row in rows}
    assert said["shoes"] == "It was your first run with New pair."
    assert said["race"] == "It was a race."
    assert "shoes" not in {r["what"] for r in explain(mine, every[30]).tables["different"]}


def test_shoes_and_tags_are_parts_under_the_name_they_have(mine):
    every = ids(mine)
    annotate_runs(mine, every[::2], shoes="Left pair", tags=["rolled"])
    annotate_runs(mine, every[1::2], shoes="Right pair")
    parts = {r["part"]: r for r in explain(mine, every[20]).tables["contributions"]}
    assert {"shoe:Left pair", "tag:rolled"} <= set(parts)
    assert parts["shoe:Left pair"]["condition"] == (
        "on your feet in 30 of 60 runs with known shoes"
    )
    other = {r["part"]: r for r in explain(mine, every[21]).tables["contributions"]}
    assert "tag:rolled" not in other
    # What one of two pairs does is what the other does not.
    left, right = (p[f"shoe:{n} pair"]["value_pp"] for p, n in ((parts, "Left"), (other, "Right")))
    assert left == pytest.approx(-right, abs=1e-9)


def test_out_and_back_is_a_test_of_the_side_of_the_road(year_library, monkeypatch):
    run = ids(year_library)[10]
    monkeypatch.setattr(Library, "grounds", lambda _: {})
    assert explain(year_library, run).tables["camber_test"] == ()
    turned = Ground(turned_back_at_s=1200.0, same_way_from_s=0.0, same_way_until_s=2400.0)
    monkeypatch.setattr(Library, "grounds", lambda _: {run: turned})
    answer = explain(year_library, run)
    (row,) = answer.tables["camber_test"]
    assert row["low"] < row["difference_pp"] < row["high"]
    assert any("out" in s and "back" in s for s in answer.sentences)
