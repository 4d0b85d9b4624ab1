"""The report's answer says what the other answers say, and only of its period."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jsonschema
import polars as pl
import pytest

from evenstride.answers import (
    compare,
    drivers,
    explain,
    fatigue,
    import_files,
    open_library,
    report,
    trend,
)
from evenstride.answers.schema import schema
from evenstride.domain.errors import EmptyLibraryError, InputError, UnknownRunError
from evenstride.formats.fit.encode import encode_run
from evenstride.render.as_json import answer_json
from made_year import made_year

NOW = datetime(2025, 7, 1, 8, tzinfo=UTC)


def written(folder, recordings):
    """Write recordings as files."""
    folder.mkdir()
    for i, recording in enumerate(recordings):
        (folder / f"{i:03d}.fit").write_bytes(encode_run(recording))
    return folder


def first_runs(count):
    return [run.recording for run in made_year()[:count]]


@pytest.fixture
def own_library(year_library_path, tmp_path):
    """A copy of the year's library that may be written."""
    shutil.copytree(year_library_path, tmp_path / "own")
    with open_library(tmp_path / "own") as lib:
        yield lib


def test_it_has_no_statistics_of_its_own(year_library):
    told, changing = report(year_library, days=60), trend(year_library, window_days=60)
    assert told.estimates == changing.estimates
    assert told.verdict == changing.verdict
    assert told.sentences == changing.sentences
    assert told.tables["measures"] == changing.tables["measures"]
    beam = told.figures["balance"].rows[0]
    assert beam["balance_left_pct"] == changing.estimates["balance_left_pct"].value
    band = changing.figures["trend"].bands["your normal"]
    assert (beam["normal_low"], beam["normal_high"]) == band
    assert list(told.figures) == ["balance", "trend", "gct_ms", "flight_time_ms", "drivers"]


def test_what_moves_it_is_what_the_other_answers_say(year_library):
    told, moving, holding = report(year_library), drivers(year_library), fatigue(year_library)
    said = {row["about"]: row for row in told.tables["moves"]}
    assert list(said) == ["drivers", "fatigue", "changes"]
    assert (said["drivers"]["headline"], said["drivers"]["verdict"]) == (
        moving.headline,
        moving.verdict,
    )
    assert said["fatigue"]["sentences"] == list(holding.sentences)
    assert set(said["drivers"]["sentences"]) <= set(moving.sentences)
    assert not set(said["drivers"]["sentences"]) & set(told.sentences), "nothing is said twice"
    assert said["changes"]["sentences"]
    for name in ("drivers", "untold", "shares", "mistakes"):
        assert told.tables[name] == moving.tables[name]
    assert told.figures["drivers"] == moving.figures["drivers"]
    assert told.tables["explained"] == told.tables["compared"] == ()


def test_runs_are_taken_apart_and_sides_compared_as_they_are_alone(year_library):
    ids = year_library.runs(measures=())["run_id"]
    sides = (f"{ids[0][:10]}..{ids[29][:10]}", f"{ids[30][:10]}..{ids[-1][:10]}")
    told = report(year_library, explain=("last", ids[5], ids[-1]), compare=sides)
    assert [row["run_id"] for row in told.tables["explained"]] == [ids[-1], ids[5]], "each once"
    for row in told.tables["explained"]:
        alone, mine = explain(year_library, row["run_id"]), row["run_id"]
        assert (row["verdict"], row["headline"]) == (alone.verdict, alone.headline)
        parts = [part for part in told.tables["contributions"] if part["run_id"] == mine]
        assert sum(part["value_pp"] for part in parts) == pytest.approx(row["asymmetry_pp"])
        assert [part["part"] for part in parts] == [
            part["part"] for part in alone.tables["contributions"]
        ]
        figure = told.figures[f"contributions:{mine}"]
        assert figure == alone.figures["contributions"]
    alone = compare(year_library, *sides)
    (row,) = told.tables["compared"]
    assert row["difference_pp"] == alone.estimates["difference_pp"].value
    assert row["raw_difference_pp"] == alone.estimates["raw_difference_pp"].value
    for name in ("sides", "why", "power"):
        assert told.tables[name] == alone.tables[name]
    assert told.figures["difference"] == alone.figures["difference"]
    assert len(set(told.caveats)) == len(told.caveats)
    document = json.loads(answer_json(told))
    jsonschema.validate(document, schema("report"))
    del document["tables"]["contributions"][0]["run_id"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema("report"))


def test_what_cannot_be_explained_or_compared_is_refused(year_library):
    with pytest.raises(UnknownRunError):
        report(year_library, explain=("nobody's",))
    with pytest.raises(InputError):
        report(year_library, compare=("last", "last"))
    with pytest.raises(InputError, match="up to 12 runs"):
        report(year_library, explain=("last",) * 13)


def test_the_period_ends_with_the_last_run(year_library):
    frame = year_library.runs(measures=("balance_left_pct",))
    last = frame["started_at_utc"][-1]
    for days in (14, 45, 3650):
        told = report(year_library, days=days)
        rows = told.tables["runs"]
        expected = frame.filter(pl.col("started_at_utc") > last - timedelta(days=days))
        assert [row["run_id"] for row in rows] == expected["run_id"].to_list()
        (summary,) = told.tables["summary"]
        assert summary["runs"] == len(rows) == sum(row["runs"] for row in told.tables["worn"])
        assert summary["distance_m"] == pytest.approx(expected["distance_m"].sum())
    assert len(report(year_library, days=3650).tables["runs"]) == 60


def test_seconds_used_and_left_out_add_up(year_library):
    told = report(year_library, days=3650)
    measures = [year_library.run(row["run_id"]).chosen.measures for row in told.tables["runs"]]
    recorded = sum(m.usable_s + sum(m.dropped.values()) for m in measures)
    dropped = {row["code"]: row for row in told.tables["dropped"]}
    for code, row in dropped.items():
        assert row["seconds"] == pytest.approx(sum(m.dropped[code] for m in measures))
        assert row["share"] == pytest.approx(row["seconds"] / recorded)
    used = sum(m.usable_s for m in measures) / recorded
    assert f"({100 * used:.0f} %)" in told.tables["measured"][0]["text"]


def test_what_was_typed_is_in_it(own_library):
    run_id = own_library.runs(measures=())["run_id"][-1]
    own_library.annotate([run_id], title="Parkrun", is_race=True, add_tags=["flat", "cold"])
    own_library.write_note("tried", "A pod on the other shoe.", written_at_utc=NOW)
    told = report(own_library, now=NOW + timedelta(days=200))
    last = told.tables["runs"][-1]
    assert (last["run_id"], last["title"], last["is_race"]) == (run_id, "Parkrun", True)
    assert last["tags"] == ["cold", "flat"]
    (note,) = told.tables["notes"]
    assert note["question_asked"] == "What have you tried?"
    assert note["text"] == "A pod on the other shoe."


def test_it_says_what_it_does_not_say_and_why(year_library):
    told = report(year_library)
    said = " ".join(told.caveats)
    for needed in (
        "at the same pace, freshness and ground",
        "50/50 is no goal",
        "no injury",
        "no weak leg",
    ):
        assert needed in said
    cited = {source.link for source in told.sources}
    assert "doi 10.1136/bmjsem-2023-001787" in cited
    assert len(cited) == len(told.sources), "a source is named once"
    assert "bmjsem" in (told.sources[0].link or ""), "[1] in the caveats is the first source"
    assert {row["term"] for row in told.tables["reading"]} >= {"Balance", "Your normal"}


def test_a_mirrored_runner_has_a_mirrored_report(tmp_path):
    recordings = first_runs(12)
    mirrored = [
        replace(
            r, samples=r.samples.with_columns(balance_left_pct=100.0 - pl.col("balance_left_pct"))
        )
        for r in recordings
    ]
    told = []
    for name, files in (("plain", recordings), ("mirrored", mirrored)):
        with open_library(tmp_path / f"library-{name}") as lib:
            import_files(lib, [written(tmp_path / name, files)])
            told.append(report(lib))
    one, other = (t.tables["runs"] for t in told)
    assert any(row["balance_left_pct"] is not None for row in one)
    for a, b in zip(one, other, strict=True):
        assert a["balance_left_pct"] == pytest.approx(100.0 - b["balance_left_pct"], abs=0.02)
        assert a["left_gct_ms"] == pytest.approx(b["right_gct_ms"], abs=0.5)
    now, flipped = (t.estimates["balance_left_pct"] for t in told)
    assert now.value == pytest.approx(100.0 - flipped.value, abs=0.02)
    assert "longer on the right" in told[0].tables["summary"][0]["where"]
    assert "longer on the left" in told[1].tables["summary"][0]["where"]


def test_three_runs_are_too_early_but_a_report(tmp_path):
    with open_library(tmp_path / "library") as lib:
        import_files(lib, [written(tmp_path / "files", first_runs(3))])
        told = report(lib)
    assert told.verdict == "too_early"
    assert len(told.tables["runs"]) == 3
    assert told.figures["balance"].rows[0]["normal_low"] is None
    (said,) = told.tables["moves"]
    assert said["verdict"] == "too_early"
    assert "drivers" not in told.figures


def test_runs_without_balance_are_still_told(tmp_path):
    without = [
        replace(
            r, samples=r.samples.with_columns(pl.lit(None, pl.Float64).alias("balance_left_pct"))
        )
        for r in first_runs(4)
    ]
    with open_library(tmp_path / "library") as lib:
        import_files(lib, [written(tmp_path / "files", without)])
        told = report(lib)
    assert told.verdict == "no_balance"
    assert told.figures == {}
    assert told.estimates == {}
    assert [row["balance_left_pct"] for row in told.tables["runs"]] == [None] * 4
    assert all(row["gct_ms"] is not None for row in told.tables["runs"])
    assert any("4 runs of 4 have no balance" in row["text"] for row in told.tables["measured"])
    jsonschema.validate(json.loads(answer_json(told)), schema("report"))


def test_an_empty_library_and_wrong_days_are_refused(tmp_path, year_library):
    with open_library(tmp_path / "library") as lib, pytest.raises(EmptyLibraryError):
        report(lib)
    for days in (6.9, 3651, float("nan")):
        with pytest.raises(InputError, match="7 to 3650 days"):
            report(year_library, days=days)
    with pytest.raises(InputError, match="time zone"):
        report(year_library, now=datetime(2026, 1, 1))  # noqa: DTZ001 # naive on purpose


def test_its_schema_holds_and_names_every_key(own_library):
    own_library.write_note("noticed", "It pulls.", written_at_utc=NOW)
    document = json.loads(answer_json(report(own_library, now=NOW + timedelta(days=200))))
    jsonschema.validate(document, schema("report"))
    del document["tables"]["runs"][0]["low95"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema("report"))
