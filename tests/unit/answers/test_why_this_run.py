"""Why a run reads as it does: parts that sum, sides that are named, and runs that are odd."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from itertools import pairwise

import jsonschema
import polars as pl
import pytest

from evenstride.answers import (
    annotate_runs,
    explain,
    import_files,
    open_library,
    runs,
    why_this_run,
)
from evenstride.answers.ground_typed import GroundEdit
from evenstride.answers.schema import schema
from evenstride.domain.errors import EmptyLibraryError, NoBalanceError, UnknownRunError
from evenstride.domain.ground import Ground
from evenstride.formats.fit.encode import encode_run
from evenstride.library.library import Library
from evenstride.render.as_json import answer_json
from made_year import made_year


@pytest.fixture(scope="module")
def odd_library_path(tmp_path_factory):
    """Twenty-six runs: one reads 4 pp further left than it should, one has no balance."""
    folder = tmp_path_factory.mktemp("odd")
    for i, run in enumerate(made_year()[:26]):
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


@pytest.mark.parametrize(("side", "said"), [(1.0, True), (3.0, False)])
def test_a_run_whose_mirror_image_were_usual_is_called_so(odd, monkeypatch, side, said):
    """Twice as far out again, its mirror image is no more usual than itself."""
    whole = why_this_run._usual_band
    run = ids(odd)[-1]
    own = explain(odd, run).estimates["balance_left_pct"].value - 50.0

    def elsewhere(*args):
        middle, low, high = whole(*args)
        there = 50.0 - side * own
        return there, there + 0.2 * (low - middle), there + 0.2 * (high - middle)

    monkeypatch.setattr(why_this_run, "_usual_band", elsewhere)
    answer = explain(odd, run)
    assert answer.verdict != "usual"
    assert any("sides exchanged" in s for s in answer.sentences) == said


def test_a_tag_of_the_run_is_a_part_though_most_runs_have_it(mine):
    every = ids(mine)
    few = every[5::6]
    annotate_runs(mine, [run for run in every if run not in few], add_tags=["cold"])
    with_it = explain(mine, every[0])
    parts = {r["part"]: r for r in with_it.tables["contributions"]}
    assert parts["tag:cold"]["value_pp"] == 0.0
    assert "in your level" in parts["tag:cold"]["condition"]
    without = explain(mine, few[0])
    parts = {r["part"]: r for r in without.tables["contributions"]}
    assert "tag:cold" not in parts
    assert parts["no_tag:cold"]["value_pp"] != 0.0
    labels = {row["label"] for row in without.figures["contributions"].rows}
    assert "Without tag: cold" in labels


def test_a_tag_that_tells_nothing_is_said_beside(mine):
    every = ids(mine)
    annotate_runs(mine, every[30:31], add_tags=["gel"])
    answer = explain(mine, every[30])
    assert not any("tag" in r["part"] for r in answer.tables["contributions"])
    said = {r["what"]: r["sentence"] for r in answer.tables["different"]}
    assert said["tag"] == "It is your only run with the tag gel: what that does cannot be told."
    annotate_runs(mine, every[31:33], add_tags=["gel"])
    said = {r["what"]: r["sentence"] for r in explain(mine, every[30]).tables["different"]}
    assert said["tag"] == "You tagged it gel, as in only 3 of 60 runs."
    annotate_runs(mine, every[33:50], add_tags=["gel"])
    assert "tag" not in {r["what"] for r in explain(mine, every[30]).tables["different"]}


def test_usual_camber_is_a_part_of_nothing(mine):
    every = ids(mine)
    annotate_runs(mine, every[:40], ground=[GroundEdit(camber="left-lower")])
    annotate_runs(mine, every[40:], ground=[GroundEdit(camber="right-lower")])
    usual, other = (
        {r["part"]: r for r in explain(mine, run).tables["contributions"]}["camber"]
        for run in (every[0], every[-1])
    )
    assert usual["value_pp"] == 0.0
    assert usual["condition"] == "left foot lower, as mostly: in your level"
    assert other["value_pp"] != 0.0
    assert other["condition"] == "right foot lower"


def test_the_band_is_about_what_is_expected_in_long_runs_too(year_library):
    """The plain mean of a long run lies late in it: what time does belongs into its band."""
    lengths = year_library.runs(()).sort("duration_s")["run_id"].to_list()
    for run in (lengths[0], lengths[-1]):
        answer = explain(year_library, run)
        expected = answer.estimates["expected_pp"].value
        low, high = (float(x) for x in re.findall(r"(\d\d\.\d)", answer.sentences[0])[:2])
        sentence = answer.sentences[0]
        assert sentence.startswith("By your other runs, one like this reads "), sentence
        side = 1.0 if "left" in sentence.partition("99 times")[0] else -1.0
        assert side * (0.5 * (low + high) - 50.0) == pytest.approx(expected, abs=0.25), sentence


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
