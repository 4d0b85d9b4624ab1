"""The answers: one frozen Answer each, saying what the numbers say, with the side named."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from evenstride.answers import open_library, runs, settings, show, status, trend
from evenstride.domain.errors import (
    EmptyLibraryError,
    InputError,
    NoBalanceError,
    UnknownRunError,
)
from evenstride.render.as_json import answer_json


def test_status_and_trend_never_disagree(year_library):
    where, changing = status(year_library), trend(year_library)
    assert where.verdict == changing.verdict
    assert where.estimates["balance_left_pct"] == changing.estimates["balance_left_pct"]
    assert where.estimates["change_pp"] == changing.estimates["change_pp"]


def test_status_says_where_the_simulated_runner_is(year_library):
    answer = status(year_library)
    now = answer.estimates["balance_left_pct"]
    assert now.low < now.value < now.high
    assert now.high < 50.0, "the demo runner is longer on the right"
    assert "% right" in answer.headline
    assert "not adjusted for pace" in answer.headline
    assert any("longer on the right" in s for s in answer.sentences)
    assert {"gct_ms", "flight_time_ms", "cadence_spm"} <= set(answer.estimates)


def test_trend_rows_are_one_a_day_with_nested_bands(year_library):
    rows = trend(year_library).tables["trend"]
    dates = [row["date"] for row in rows]
    assert dates == sorted(set(dates))
    for row in rows:
        assert row["low95"] < row["low80"] < row["balance_left_pct"] < row["high80"] < row["high95"]
    last = trend(year_library).estimates["balance_left_pct"]
    assert rows[-1]["balance_left_pct"] == pytest.approx(last.value)


def test_the_window_can_be_chosen(year_library):
    short, long = (trend(year_library, window_days=w) for w in (30.0, 90.0))
    assert short.estimates["change_pp"] != long.estimates["change_pp"]


@pytest.mark.parametrize(("vendor", "name"), [("garmin", "Garmin"), ("coros", "COROS")])
def test_vendor_bands_are_shown_on_request_only_and_labelled(year_library, vendor, name):
    own, vendors = trend(year_library), trend(year_library, bands=vendor)
    assert not any(name in s for s in own.sentences)
    assert any(s.startswith(f"{name} would show") for s in vendors.sentences)
    assert any(label.startswith(name) for label in vendors.figures["trend"].reference_lines)
    assert own.verdict == vendors.verdict
    with pytest.raises(InputError, match="polar"):
        trend(year_library, bands="polar")


def test_an_old_last_run_is_said(year_library):
    last = datetime.fromisoformat(status(year_library).provenance.last_run_utc)
    soon = status(year_library, now=last + timedelta(days=2))
    late = status(year_library, now=last + timedelta(days=200))
    assert not any("days old" in c for c in soon.caveats)
    assert any("200 days old" in c for c in late.caveats)


def test_show_has_both_feet_laps_thirds_and_what_was_dropped(year_library):
    answer = show(year_library, "last")
    e = answer.estimates
    left, right, mean = e["left_gct_ms"].value, e["right_gct_ms"].value, e["gct_ms"].value
    assert (left + right) / 2 == pytest.approx(mean, rel=2e-3)
    assert 100 * left / (left + right) == pytest.approx(e["balance_left_pct"].value, abs=0.05)
    drift = e["balance_last_third_pct"].value - e["balance_first_third_pct"].value
    assert e["balance_drift_pp"].value == pytest.approx(drift, abs=1e-9)
    assert answer.tables["laps"]
    assert {row["code"] for row in answer.tables["dropped"]} <= {
        "standing",
        "walking",
        "start",
        "no_reading",
        "implausible",
    }


def test_show_converts_with_the_published_signs(year_library):
    answer = show(year_library, "last")
    rows = {row["measure"]: row["value"] for row in answer.tables["conversions"]}
    asymmetry = answer.estimates["balance_left_pct"].value - 50.0
    assert rows["symmetry_index_pct"] == pytest.approx(4 * asymmetry)
    assert rows["symmetry_angle_pct"] * asymmetry < 0, "the symmetry angle has the other sign"
    assert rows["log_ratio_pct"] * asymmetry > 0


def test_stiffness_appears_when_mass_and_height_are_known(year_library_path, tmp_path):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(year_library_path, copy)
    with open_library(copy) as lib:
        assert "leg_stiffness_kn_m" not in show(lib, "last").estimates
        settings(lib, "mass_kg", "70")
        settings(lib, "height_m", "1,75")
        e = show(lib, "last").estimates
        assert 5.0 < e["leg_stiffness_kn_m"].value < 20.0
        assert e["vertical_stiffness_kn_m"].value > e["leg_stiffness_kn_m"].value
        settings(lib, "mass_kg", "")
        assert "leg_stiffness_kn_m" not in show(lib, "last").estimates


@pytest.mark.parametrize(
    ("name", "value"),
    [("mass_kg", "7000"), ("mass_kg", "much"), ("height_m", "175"), ("shoe_size", "43")],
)
def test_a_setting_that_cannot_be_right_is_refused(tmp_path, name, value):
    with open_library(tmp_path / "lib") as lib:
        with pytest.raises(InputError):
            settings(lib, name, value)
        assert all(row["value"] is None for row in settings(lib).tables["settings"])


def test_a_run_can_be_named_in_many_ways(year_library):
    listed = runs(year_library).tables["runs"]
    run = listed[10]
    for name in (run["run_id"], run["local_date"]):
        assert show(year_library, name).headline == show(year_library, run["run_id"]).headline
    assert show(year_library, "last").headline == show(year_library, listed[-1]["run_id"]).headline
    wrong = run["run_id"][:-1] + "x"
    with pytest.raises(UnknownRunError, match=run["run_id"][:8]):
        show(year_library, wrong)


def test_an_empty_library_says_what_to_do(tmp_path):
    with open_library(tmp_path / "lib") as lib:
        for ask in (status, trend, runs, lambda x: show(x, "last")):
            with pytest.raises(EmptyLibraryError, match="import"):
                ask(lib)


def test_runs_without_balance_say_which_devices_give_it(year_library_path, tmp_path):
    from datetime import date

    import polars as pl

    from evenstride.answers import import_files
    from evenstride.formats.fit.encode import encode_run
    from evenstride.stats.simulation import demo_year

    recording = demo_year(date(2025, 1, 6))[0].recording
    from dataclasses import replace

    samples = recording.samples.with_columns(balance_left_pct=pl.lit(None, dtype=pl.Float32))
    (tmp_path / "x.fit").write_bytes(encode_run(replace(recording, samples=samples)))
    with open_library(tmp_path / "lib") as lib:
        import_files(lib, [tmp_path / "x.fit"])
        with pytest.raises(NoBalanceError, match="HRM"):
            trend(lib)
        shown = show(lib, "last")
        assert shown.verdict == "no_balance"
        assert "gct_ms" in shown.estimates
        assert runs(lib).tables["runs"][0]["balance_left_pct"] is None


@pytest.mark.parametrize("count", [1, 2, 3])
def test_very_few_runs_are_too_early_and_not_a_failure(year_of_files, tmp_path, count):
    from evenstride.answers import import_files

    with open_library(tmp_path / "lib") as lib:
        import_files(lib, sorted(year_of_files.iterdir())[:count])
        for answer in (status(lib, now=datetime(2026, 1, 1, tzinfo=UTC)), trend(lib)):
            assert answer.verdict == "too_early"
            json.loads(answer_json(answer))
            now = answer.estimates["balance_left_pct"]
            assert now.low < now.value < now.high


@pytest.fixture(scope="module")
def two_sensor_library(tmp_path_factory):
    """Forty runs: HRM-Run, one by the watch, then a pod that reads 1.5 pp further right."""
    from dataclasses import replace
    from datetime import date

    import polars as pl

    from evenstride.answers import import_files
    from evenstride.formats.fit.encode import encode_run
    from evenstride.stats.simulation import demo_year

    folder = tmp_path_factory.mktemp("two_sensors")
    (folder / "files").mkdir()
    year = demo_year(date(2025, 1, 6))
    hrm, pod = year[0].recording.run.sensor, year[-1].recording.run.sensor
    for i in range(40):
        recording = year[i].recording
        samples = recording.samples.head(1200)
        sensor = None if i == 20 else pod if i > 20 else hrm
        if i > 20:
            samples = samples.with_columns(pl.col("balance_left_pct") - 1.5)
        run = replace(recording.run, sensor=sensor, session_balance_left_pct=None)
        short = replace(recording, run=run, samples=samples, laps=(), pauses=())
        (folder / "files" / f"{i:03d}.fit").write_bytes(encode_run(short))
    with open_library(folder / "library") as lib:
        import_files(lib, [folder / "files"])
        yield lib


def test_a_new_sensor_is_told_as_a_sensor_and_not_as_a_change(two_sensor_library):
    answer = trend(two_sensor_library)
    assert answer.verdict == "not_distinguishable"
    assert status(two_sensor_library).verdict == "not_distinguishable"
    rows = {row["sensor"]: row for row in answer.tables["sensors"]}
    assert list(rows) == ["HRM-Run", "garmin fr255", "Running Dynamics Pod"]
    assert [row["runs"] for row in rows.values()] == [20, 1, 19]
    old, once, present = rows.values()
    assert old["low"] < 1.5 < old["high"]
    assert old["offset_pp"] == pytest.approx(1.5, abs=0.5)
    assert once["high"] - once["low"] > old["high"] - old["low"]
    assert present["offset_pp"] == present["low"] == present["high"] == 0.0
    for said in (answer.sentences, status(two_sensor_library).sentences):
        (sentence,) = (s for s in said if "reads" in s)
        assert f"HRM-Run reads {old['offset_pp']:.1f} pp further left than Running Dyn" in sentence
        assert f"{old['low']:.1f} to {old['high']:.1f}" in sentence
        assert "; garmin fr255 reads " in sentence
        assert sentence.endswith(": the level is as Running Dynamics Pod reads it.")


def test_runs_of_an_unknown_sensor_are_a_group_of_their_own(two_sensor_library, monkeypatch):
    import polars as pl

    read, known = two_sensor_library.series, trend(two_sensor_library).tables["sensors"]
    unnamed = pl.col("sensor").replace("HRM-Run", None)
    monkeypatch.setattr(
        type(two_sensor_library), "series", lambda _, measure: read(measure).with_columns(unnamed)
    )
    answer = trend(two_sensor_library)
    first = answer.tables["sensors"][0]
    assert first == known[0] | {"sensor": None}
    assert any(s.startswith("An unknown sensor reads") for s in answer.sentences)
    assert answer.figures["trend"].events[-1]["label"] == "Running Dynamics Pod from here on"


def test_dots_of_other_sensors_are_drawn_as_the_present_one_would_have_read_them(
    two_sensor_library,
):
    answer = trend(two_sensor_library)
    figure, runs_ = answer.figures["trend"], answer.tables["runs"]
    assert figure.roles["points_y"] == "balance_as_present_sensor_pct"
    offset = {row["sensor"]: row["offset_pp"] for row in answer.tables["sensors"]}
    for row in runs_:
        corrected = row["balance_left_pct"] - offset[row["sensor"]]
        assert row["balance_as_present_sensor_pct"] == pytest.approx(corrected)
        assert row["low95"] < row["balance_left_pct"] < row["high95"], "its own reading stays"
    levels = [row["balance_left_pct"] for row in answer.tables["trend"]]
    assert max(levels) - min(levels) < 1.0


def test_with_one_sensor_nothing_is_said_of_sensors(year_library):
    answer = trend(year_library)
    assert answer.tables["sensors"] == ()
    assert not any("reads" in s for s in answer.sentences)
    for row in answer.tables["runs"]:
        assert row["balance_as_present_sensor_pct"] == row["balance_left_pct"]


def test_the_answer_with_two_sensors_is_as_its_schema_says(two_sensor_library):
    import jsonschema

    from evenstride.answers.schema import schema

    jsonschema.validate(json.loads(answer_json(trend(two_sensor_library))), schema("trend"))


def test_a_terminal_shows_the_table_of_sensors(two_sensor_library):
    import io

    from rich.console import Console

    from evenstride.render.terminal import print_answer

    out = io.StringIO()
    print_answer(trend(two_sensor_library), Console(file=out, width=80))
    (line,) = (s for s in out.getvalue().splitlines() if s.startswith("HRM-Run") and " 20 " in s)
    assert line.split()[2] == f"{trend(two_sensor_library).tables['sensors'][0]['offset_pp']:+.1f}"


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_runs_without_a_value_or_an_error_are_left_out_of_the_trend(
    year_library, monkeypatch, missing
):
    import polars as pl

    read = year_library.series
    at = pl.int_range(pl.len())

    def with_holes(measure):
        return read(measure).with_columns(
            value=pl.when(at == 5).then(missing).otherwise("value"),
            se=pl.when(at == 9).then(missing).otherwise("se"),
        )

    whole = trend(year_library).tables["runs"]
    monkeypatch.setattr(type(year_library), "series", lambda _, measure: with_holes(measure))
    answer = trend(year_library)
    kept = [row["run_id"] for row in answer.tables["runs"]]
    assert kept == [row["run_id"] for i, row in enumerate(whole) if i not in (5, 9)]
    assert answer.tables["measures"][0]["runs"] == len(kept)


def test_two_pods_of_one_model_are_two_sensors():
    import polars as pl

    from evenstride.answers.sensors import told_apart

    series = pl.DataFrame(
        {
            "sensor": ["Pod", "Pod", "Pod", "HRM", "HRM", None],
            "sensor_serial_number": ["100001", "200002", None, "7", "7", None],
        }
    )
    assert told_apart(series)["sensor"].to_list() == [
        "Pod …0001",
        "Pod …0002",
        "Pod",
        "HRM",
        "HRM",
        None,
    ]
