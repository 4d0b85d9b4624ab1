"""The answers: one frozen Answer each, saying what the numbers say, with the side named."""

from __future__ import annotations

import json
import re
import statistics
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest

from evenstride.answers import import_files, open_library, runs, settings, show, status, trend
from evenstride.answers.schema import schema
from evenstride.domain.errors import (
    EmptyLibraryError,
    InputError,
    NoBalanceError,
    UnknownRunError,
)
from evenstride.domain.estimate import Estimate
from evenstride.domain.wording import interval_words, side_words
from evenstride.formats.fit.encode import encode_run
from evenstride.render.as_json import answer_json
from made_year import made_year


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
    assert answer.headline.endswith("at your easy pace, fresh, on the flat.")
    (at,) = (s for s in answer.sentences if s.startswith("That is at "))
    assert re.search(r"\d:\d\d /km \(your median easy pace\)", at)
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
    import polars as pl

    recording = made_year()[0].recording
    samples = recording.samples.with_columns(balance_left_pct=pl.lit(None, dtype=pl.Float32))
    (tmp_path / "x.fit").write_bytes(encode_run(replace(recording, samples=samples)))
    with open_library(tmp_path / "lib") as lib:
        import_files(lib, [tmp_path / "x.fit"])
        with pytest.raises(NoBalanceError, match=r"the only run carries no usable .* HRM-Pro"):
            trend(lib)
        shown = show(lib, "last")
        assert shown.verdict == "no_balance"
        assert "gct_ms" in shown.estimates
        assert runs(lib).tables["runs"][0]["balance_left_pct"] is None


@pytest.mark.parametrize("count", [1, 2, 3])
def test_very_few_runs_are_too_early_and_not_a_failure(year_of_files, tmp_path, count):
    with open_library(tmp_path / "lib") as lib:
        import_files(lib, sorted(year_of_files.iterdir())[:count])
        for answer in (status(lib, now=datetime(2026, 1, 1, tzinfo=UTC)), trend(lib)):
            assert answer.verdict == "too_early"
            json.loads(answer_json(answer))
            now = answer.estimates["balance_left_pct"]
            assert now.low < now.value < now.high
            told = json.loads(answer_json(answer))
            for name in ("change_pp", "day_to_day_spread_pp", "mdc_pp"):
                assert told["estimates"][name]["value"] is None
            for row in told["tables"]["measures"]:
                assert row["change"] is row["change_low"] is row["change_high"] is None
                assert row["value"] is not None
            text = " ".join(answer.sentences)
            assert "From 8 runs over two weeks on this says what is normal for you." in text
            assert "Change over" not in text
            assert "Your normal" not in text
            assert "nan" not in text
            jsonschema.validate(told, schema(answer.question))
        (beam,) = status(lib).figures["balance"].rows
        assert beam["normal_low"] is beam["normal_high"] is None


def short_runs(count, days=()):
    """The demo runner's first runs, twenty minutes each; `days` says which start on another day."""
    for i, simulated in enumerate(made_year()[:count]):
        recording = simulated.recording
        start = dict(days).get(i, recording.run.started_at_utc)
        run = replace(recording.run, started_at_utc=start, session_balance_left_pct=None)
        samples = recording.samples.head(1200)
        yield i, replace(recording, run=run, samples=samples, laps=(), pauses=())


def library_of(folder, recordings):
    files = folder / "files"
    files.mkdir()
    for i, recording in recordings:
        (files / f"{i:03d}.fit").write_bytes(encode_run(recording))
    lib = open_library(folder / "library")
    import_files(lib, [files])
    return lib


WRONG = {3: datetime(2099, 1, 1, 7, tzinfo=UTC), 5: datetime(1990, 1, 5, 7, tzinfo=UTC)}


def test_runs_of_a_wrong_clock_are_left_out_and_named(tmp_path):
    now = datetime(2025, 2, 10, tzinfo=UTC)
    (tmp_path / "wrong").mkdir()
    (tmp_path / "right").mkdir()
    right = [(i, r) for i, r in short_runs(14) if i not in WRONG]
    with (
        library_of(tmp_path / "wrong", short_runs(14, WRONG.items())) as lib,
        library_of(tmp_path / "right", right) as known,
    ):
        for ask in (status, trend):
            answer, expected = ask(lib, now=now), ask(known, now=now)
            assert answer.estimates == expected.estimates
            assert answer.sentences == expected.sentences
            assert answer.provenance == expected.provenance
            (caveat,) = set(answer.caveats) - set(expected.caveats)
            assert caveat.startswith("2 runs have a date that cannot be right (1990-01-05")
            assert "2099-01-01" in caveat
            assert caveat.endswith("): they are left out.")
        # Nobody said what time it is: only what is too early is known to be wrong.
        far = trend(lib)
        (_, caveat) = far.caveats
        assert caveat.startswith("1 run has a date that cannot be right (1990-01-05")
        assert far.provenance.last_run_utc.startswith("2099")
        for ask in (status, trend):
            with pytest.raises(InputError, match="time zone"):
                ask(lib, now=datetime(2025, 2, 10))  # noqa: DTZ001 # the misuse
            with pytest.raises(
                InputError, match="No run with balance has a date that can be right"
            ):
                ask(lib, now=datetime(2001, 1, 1, tzinfo=UTC))


def test_a_run_that_starts_within_a_day_from_now_is_kept(year_library):
    last = datetime.fromisoformat(trend(year_library).provenance.last_run_utc)
    kept = trend(year_library, now=last - timedelta(hours=23))
    assert kept.provenance == trend(year_library).provenance
    left_out = trend(year_library, now=last - timedelta(hours=25))
    assert left_out.provenance.runs == kept.provenance.runs - 1


def test_a_side_is_named_only_when_the_interval_denies_even(year_library, monkeypatch):
    shown = show(year_library, "last")
    balance = shown.estimates["balance_left_pct"]
    assert balance.high < 50.0
    assert "longer on the right" in shown.headline
    read = type(year_library).run
    wider = replace(balance, high=50.1)

    def unsure(lib, run_id):
        stored = read(lib, run_id)
        chosen = stored.chosen
        estimates = {**chosen.measures.estimates, "balance_left_pct": wider}
        measures = replace(chosen.measures, estimates=estimates)
        again = replace(chosen, measures=measures)
        return replace(stored, chosen=again)

    monkeypatch.setattr(type(year_library), "run", unsure)
    headline = show(year_library, "last").headline
    assert headline.endswith("not distinguishable from even.")
    assert "longer" not in headline


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (50.01, 50.04, "longer on the left"),
        (49.0, 49.99, "longer on the right"),
        (50.0, 51.0, "not distinguishable from even"),
        (49.0, 50.0, "not distinguishable from even"),
        (48.0, 53.0, "not distinguishable from even"),
    ],
)
def test_the_side_is_the_intervals(low, high, said):
    assert side_words(Estimate((low + high) / 2, 1.0, low, high, "%", 10.0)) == said


def test_an_old_last_run_is_said_by_trend_too_and_what_is_next_is_to_import(year_library):
    last = datetime.fromisoformat(status(year_library).provenance.last_run_utc)
    late, soon = last + timedelta(days=22), last + timedelta(days=20)
    assert any("22 days old" in c for c in trend(year_library, now=late).caveats)
    assert not any("days old" in c for c in trend(year_library, now=soon).caveats)
    assert status(year_library, now=late).sentences[-1].startswith("Next: import newer runs")
    assert "import" not in status(year_library, now=soon).sentences[-1]


def test_the_change_the_normal_and_the_last_run_are_said_with_where_they_are_from(year_library):
    where, changing = status(year_library), trend(year_library)
    for said in (where.sentences, changing.sentences):
        assert sum(s.startswith("Change over 90 days: ") for s in said) == 1
        assert (
            sum(s.startswith("Your normal, from the runs before the last 90 da") for s in said) == 1
        )
        (spread,) = (s for s in said if s.startswith("Two of three runs lie within"))
        assert f"{where.estimates['day_to_day_spread_pp'].value:.2f} pp of your level" in spread
    row = changing.tables["runs"][-1]
    (last,) = (s for s in where.sentences if s.startswith("Last run with balance"))
    assert interval_words(row["low95"], row["high95"]) in last


def test_only_the_three_beside_balance_need_three_times_the_evidence(year_library, monkeypatch):
    from evenstride.answers import fits

    fit, family = fits.fit_runs, {}

    def noting(*args, **options):
        family[options["unit"]] = (*family.get(options["unit"], ()), options["family"])
        return fit(*args, **options)

    monkeypatch.setattr(fits, "fit_runs", noting)
    trend(year_library, window_days=77.0)  # nobody else asks for it: nothing is remembered
    assert family == {"%": (1,), "ms": (3, 3), "spm": (3,)}


def test_show_says_how_much_was_used_and_leaves_the_reasons_to_the_table(year_library):
    (used,) = (s for s in show(year_library, "last").sentences if s.startswith("Used "))
    assert re.fullmatch(r"Used [\d:]+ of [\d:]+ \(\d+ %\)\.", used)


@pytest.fixture(scope="module")
def two_sensor_library(tmp_path_factory):
    """Forty runs: HRM-Run, one by the watch, then a pod that reads 1.5 pp further right."""
    import polars as pl

    folder = tmp_path_factory.mktemp("two_sensors")
    (folder / "files").mkdir()
    year = made_year()
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

    read, known = two_sensor_library.series_of, trend(two_sensor_library).tables["sensors"]
    unnamed = pl.col("sensor").replace("HRM-Run", None)
    monkeypatch.setattr(
        type(two_sensor_library),
        "series_of",
        lambda _, names: {name: s.with_columns(unnamed) for name, s in read(names).items()},
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
    assert figure.roles["points_y"] == "balance_at_reference_pct"
    means = {
        name: [
            statistics.fmean(row[name] for row in runs_ if row["sensor"] == sensor)
            for sensor in ("HRM-Run", "Running Dynamics Pod")
        ]
        for name in ("balance_left_pct", "balance_at_reference_pct")
    }
    raw, corrected = (before - after for before, after in means.values())
    assert raw > 1.0, "as read they are 1.5 pp apart"
    assert abs(corrected) < 0.5
    for row in runs_:
        assert row["low95"] < row["balance_left_pct"] < row["high95"], "its own reading stays"
    levels = [row["balance_left_pct"] for row in answer.tables["trend"]]
    assert max(levels) - min(levels) < 1.0


def test_with_one_sensor_nothing_is_said_of_sensors(year_library):
    answer = trend(year_library)
    assert answer.tables["sensors"] == ()
    assert not any("reads" in s for s in answer.sentences)
    apart = [
        row["balance_at_reference_pct"] - row["balance_left_pct"] for row in answer.tables["runs"]
    ]
    assert 0.0 < max(map(abs, apart)) < 1.5, "only pace, ground and freshness are taken off"


def test_the_answer_with_two_sensors_is_as_its_schema_says(two_sensor_library):
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

    read = year_library.series_of
    at = pl.int_range(pl.len())

    def with_holes(names):
        value = pl.when(at == 5).then(missing).otherwise("value")
        se = pl.when(at == 9).then(missing).otherwise("se")
        return {name: s.with_columns(value=value, se=se) for name, s in read(names).items()}

    whole = trend(year_library).tables["runs"]
    monkeypatch.setattr(type(year_library), "series_of", lambda _, names: with_holes(names))
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
