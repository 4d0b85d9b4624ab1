"""One run taken apart: what the page of a run shows is what was simulated."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jsonschema
import numpy as np
import polars as pl
import pytest

from evenstride.answers import import_files, open_library, settings, show
from evenstride.answers.schema import schema
from evenstride.domain.recording import Device, Lap, Recording, Run, Sensor
from evenstride.formats.fit.encode import encode_run
from evenstride.render.as_json import answer_json
from gait_frames import circle, frame

NAN = float("nan")
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
PAUSE, WALK, NO_GPS, STEP_S = (600.0, 690.0), (1200.0, 1260.0), (1500.0, 1560.0), 1800.0
BEFORE, AFTER = 49.125, 50.875
T = np.concatenate([np.arange(600.0), np.arange(690.0, 2700.0)])


def recording(samples, *, start=START, pauses=(), laps=()):
    t, distance = samples["t_s"], samples["distance_m"].drop_nulls()
    run = Run(
        run_id="",
        started_at_utc=start,
        utc_offset_s=0,
        sport="running",
        duration_s=float(t[-1]),
        distance_m=float(distance[-1]) if distance.len() else None,
        device=Device("garmin", "fr255"),
        sensor=Sensor("Running Dynamics Pod"),
    )
    return Recording(run=run, samples=samples, laps=laps, pauses=pauses)


def library(folder, *recordings):
    files = folder / "files"
    files.mkdir(parents=True)
    for i, one in enumerate(recordings):
        (files / f"{i:03d}.fit").write_bytes(encode_run(one))
    lib = open_library(folder / "library")
    import_files(lib, [files])
    return lib


def known(**columns):
    """45 minutes with a pause, a walk, a hole in the GPS, and a step of balance at half an hour."""
    walking = (WALK[0] <= T) & (WALK[1] > T)
    lat, lon = circle(T, radius_m=800.0, speed_m_s=3.0, lat0=52.0, lon0=13.4)
    lat[(NO_GPS[0] <= T) & (NO_GPS[1] > T)] = NAN
    usual = {
        "balance_left_pct": np.where(T < STEP_S, BEFORE, AFTER),
        "speed_m_s": np.where(walking, 1.4, 3.0),
        "cadence_spm": np.where(walking, 110.0, 170.0),
        "altitude_m": 100.0 + 20.0 * np.sin(T / 300.0),
        "heart_rate_bpm": np.round(140.0 + 10.0 * np.sin(T / 200.0)),
        "lat_deg": lat,
        "lon_deg": lon,
    }
    laps = (Lap(0, 0.0, 1350.0), Lap(1, 1350.0, 2700.0))
    return recording(frame(t_s=T, **usual | columns), pauses=(PAUSE,), laps=laps)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    with library(tmp_path_factory.mktemp("known"), known()) as lib:
        return show(lib, "last")


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory):
    flipped = np.where(T < STEP_S, 100.0 - BEFORE, 100.0 - AFTER)
    folder = tmp_path_factory.mktemp("mirrored")
    with library(folder, known(balance_left_pct=flipped)) as lib:
        return show(lib, "last")


def column(figure, name):
    return np.array([NAN if row[name] is None else row[name] for row in figure.rows])


def test_what_was_left_out_is_where_it_was(shown):
    assert [(row["start_s"], row["end_s"], row["code"]) for row in shown.tables["places"]] == [
        (0.0, 15.0, "start"),
        (600.0, 690.0, "paused"),
        (690.0, 705.0, "start"),
        (1200.0, 1260.0, "walking"),
        (1260.0, 1275.0, "start"),
    ]
    spans = shown.figures["course"].spans
    assert [(s["start"], s["end"], s["label"]) for s in spans] == [
        (0.0, 0.25, "first seconds after a start"),
        (10.0, 11.5, "the watch was paused"),
        (11.5, 11.75, "first seconds after a start"),
        (20.0, 21.0, "walking"),
        (21.0, 21.25, "first seconds after a start"),
    ]


def test_places_add_up_to_what_was_dropped(shown):
    for row in shown.tables["dropped"]:
        places = [p for p in shown.tables["places"] if p["code"] == row["code"]]
        assert sum(p["end_s"] - p["start_s"] for p in places) == pytest.approx(row["seconds"])
        assert {p["reason"] for p in places} == {row["reason"]}


def test_the_course_has_the_step_and_no_balance_where_none_counts(shown):
    figure = shown.figures["course"]
    assert figure.kind == "aligned"
    assert list(figure.roles.values()) == [
        "minute",
        "balance_left_pct",
        "speed_m_s",
        "altitude_m",
        "heart_rate_bpm",
        "left_gct_ms",
        "right_gct_ms",
    ]
    assert len(figure.rows) <= 800
    second, balance = column(figure, "minute") * 60.0, column(figure, "balance_left_pct")
    assert (np.diff(second) > 0).all()
    here = np.isfinite(balance)
    assert balance[here & (second < STEP_S - 10.5)] == pytest.approx(BEFORE, abs=0.02)
    assert balance[here & (second > STEP_S + 10.5)] == pytest.approx(AFTER, abs=0.02)
    for row in shown.tables["places"]:
        inside = (second >= row["start_s"]) & (second < row["end_s"] - 0.1)
        assert inside.any()
        assert not here[inside].any()
    speed = column(figure, "speed_m_s")
    assert np.nanmin(speed) == pytest.approx(1.4, abs=0.01)
    # One row of nothing where the watch was paused, between its last record and the next.
    nothing = np.isnan([column(figure, n) for n in list(figure.roles.values())[1:]]).all(axis=0)
    assert ((second > 599.0) & (second < 690.0))[nothing].tolist() == [True]


def test_peaks_are_kept(shown):
    figure = shown.figures["course"]
    assert np.nanmax(column(figure, "heart_rate_bpm")) == 150.0
    assert np.nanmin(column(figure, "heart_rate_bpm")) == 130.0
    assert np.nanmax(column(figure, "altitude_m")) == pytest.approx(120.0, abs=0.2)


def test_the_track_is_the_circle_coloured_by_balance(shown):
    figure = shown.figures["track"]
    assert (figure.kind, set(figure.roles)) == ("track", {"x", "y", "value", "minute"})
    assert len(figure.rows) <= 600
    x, y, minute = column(figure, "x_m"), column(figure, "y_m"), column(figure, "minute")
    breaks = np.flatnonzero(np.isnan(minute))
    assert (np.isnan(x) == np.isnan(minute)).all()
    between = [(round(60 * minute[i - 1]), round(60 * minute[i + 1])) for i in breaks]
    assert between == [(599, 690), (1499, 1560)]
    keep = ~np.isnan(minute)
    # It went round more than once, so that the middle of what was run is the circle's.
    radius = np.hypot(x[keep], y[keep])
    assert radius == pytest.approx(800.0, rel=0.01)
    value = column(figure, "balance_left_pct")
    assert value[minute < 29.5][5] == pytest.approx(BEFORE, abs=0.02)
    assert value[minute > 30.5] == pytest.approx(AFTER, abs=0.02)
    assert np.isnan(value[(minute > 20.01) & (minute < 20.99)]).all()


def test_the_straight_lines_between_kept_points_miss_little(shown):
    figure = shown.figures["track"]
    minute, x, y = (column(figure, n) for n in ("minute", "x_m", "y_m"))
    keep = ~np.isnan(minute)
    t = T[(T < 599) | ((T > 690) & (T < 1499)) | (T > 1560)]
    lat, lon = circle(t, radius_m=800.0, speed_m_s=3.0)
    east, north = np.radians(lon) * 6_371_000.0, np.radians(lat) * 6_371_000.0
    at = t / 60.0
    off = np.hypot(
        np.interp(at, minute[keep], x[keep]) - east, np.interp(at, minute[keep], y[keep]) - north
    )
    # Of 1,600 m: a pixel of 400.
    assert off.max() < 4.0


def test_no_place_on_earth_is_in_the_answer(shown):
    text = answer_json(shown)
    assert "lat_deg" not in text
    assert "lon_deg" not in text
    figure = shown.figures["track"]
    assert {name for row in figure.rows for name in row} == set(figure.roles.values())
    for name in ("x_m", "y_m"):
        metres = column(figure, name)
        assert np.nanmin(metres) == pytest.approx(-np.nanmax(metres), abs=2.0)


def test_the_histogram_has_the_shares_of_time(shown):
    figure = shown.figures["histogram"]
    share = {row["low"]: row["share"] for row in figure.rows if row["share"]}
    total = (600 - 15) + (1200 - 705) + (2700 - 1275)
    # 49.125 and 50.875, as the watch writes them, lie within these bins.
    assert set(share) == {49.0, 50.75}
    assert share[50.75] == pytest.approx(900 / total, abs=1e-3)
    assert sum(share.values()) == pytest.approx(1.0)


def test_thirds_have_both_feet_with_intervals(shown):
    first, middle, last = shown.tables["thirds"]
    assert [row["third"] for row in (first, middle, last)] == ["first", "middle", "last"]
    assert first["balance_left_pct"] == pytest.approx(BEFORE, abs=0.02)
    assert last["balance_left_pct"] == pytest.approx(AFTER, abs=0.02)
    assert first["balance_left_pct"] == pytest.approx(
        shown.estimates["balance_first_third_pct"].value
    )
    assert last["left_gct_ms"] == pytest.approx(5.0 * AFTER, abs=0.2)
    assert last["right_gct_ms"] == pytest.approx(5.0 * (100.0 - AFTER), abs=0.2)
    for row in (first, middle, last):
        for low, value, high in (
            ("balance_low_pct", "balance_left_pct", "balance_high_pct"),
            ("left_gct_low_ms", "left_gct_ms", "left_gct_high_ms"),
            ("right_gct_low_ms", "right_gct_ms", "right_gct_high_ms"),
        ):
            assert row[low] < row[value] < row[high]
    assert first["end_s"] == middle["start_s"]


def test_the_mirrored_runner_is_shown_mirrored(shown, mirrored):
    assert shown.tables["places"] == mirrored.tables["places"]
    a, b = shown.figures["course"], mirrored.figures["course"]
    x, y = (
        np.interp(np.arange(720, 1190, 7) / 60.0, column(f, "minute"), column(f, name))
        for f, name in ((a, "left_gct_ms"), (b, "right_gct_ms"))
    )
    assert x == pytest.approx(y, abs=0.11)
    one, other = (
        np.nanmean(column(f, "balance_left_pct")[column(f, "minute") < 29.0]) for f in (a, b)
    )
    assert one == pytest.approx(100.0 - other, abs=0.02)
    bins, flipped = shown.figures["histogram"].rows, mirrored.figures["histogram"].rows
    assert [row["low"] for row in bins] == [100.0 - row["high"] for row in reversed(flipped)]
    assert [row["share"] for row in bins] == [row["share"] for row in reversed(flipped)]
    for row, back in zip(shown.tables["thirds"], mirrored.tables["thirds"], strict=True):
        assert row["balance_low_pct"] == pytest.approx(100.0 - back["balance_high_pct"], abs=1e-6)
        assert row["left_gct_ms"] == pytest.approx(back["right_gct_ms"], abs=1e-3)


def test_the_answer_is_what_its_schema_says(shown):
    jsonschema.validate(json.loads(answer_json(shown)), schema("show"))


def test_the_answer_is_small(shown):
    assert len(answer_json(shown)) < 400_000


def bare(seconds=900, **columns):
    return recording(frame(seconds, **columns))


@pytest.mark.parametrize(
    ("made", "figures", "panels"),
    [
        (
            bare(heart_rate_bpm=150.0),
            {"balance", "course", "histogram"},
            "balance_left_pct speed_m_s heart_rate_bpm left_gct_ms right_gct_ms",
        ),
        (
            bare(),
            {"balance", "course", "histogram"},
            "balance_left_pct speed_m_s left_gct_ms right_gct_ms",
        ),
        (bare(balance_left_pct=NAN), {"course"}, "speed_m_s gct_ms"),
        (
            bare(
                **dict(
                    zip(
                        ("lat_deg", "lon_deg"),
                        circle(np.arange(900.0), radius_m=200.0, speed_m_s=3.0, lon0=180.0),
                        strict=True,
                    )
                )
            ),
            {"balance", "course", "track", "histogram"},
            "balance_left_pct speed_m_s left_gct_ms right_gct_ms",
        ),
    ],
    ids=["no GPS", "no heart rate", "no balance", "across 180°"],
)
def test_only_what_was_recorded_is_drawn(tmp_path, made, figures, panels):
    with library(tmp_path, made) as lib:
        answer = show(lib, "last")
    assert set(answer.figures) == figures
    course = answer.figures["course"]
    assert [name for role, name in course.roles.items() if role != "x"] == panels.split()
    assert ("50 even" in course.reference_lines) is ("balance_left_pct" in panels)
    if "track" in figures:
        assert max(np.abs(column(answer.figures["track"], "x_m"))) < 201.0
    jsonschema.validate(json.loads(answer_json(answer)), schema("show"))


def test_a_treadmill_has_no_track_and_no_altitude(tmp_path):
    made = bare(altitude_m=0.0)
    made = replace(made, run=replace(made.run, sport="treadmill_running"))
    with library(tmp_path, made) as lib:
        answer = show(lib, "last")
    assert "track" not in answer.figures
    assert "altitude_m" not in answer.figures["course"].roles.values()


def test_two_minutes_are_shown_without_thirds(tmp_path):
    with library(tmp_path, bare(120)) as lib:
        answer = show(lib, "last")
    assert answer.tables["thirds"] == ()
    assert len(answer.figures["course"].rows) <= 122
    assert answer.verdict == "measured"


def test_an_ultra_is_thinned_like_an_hour(tmp_path):
    t = np.arange(0.0, 43_200.0)
    rng = np.random.default_rng(5)
    lat, lon = circle(t, radius_m=5000.0, speed_m_s=3.0)
    wander = np.cumsum(rng.standard_normal(t.size)) * 0.02
    made = recording(
        frame(
            t_s=t,
            balance_left_pct=49.0 + np.clip(wander, -4, 4),
            heart_rate_bpm=np.round(140 + np.clip(wander, -20, 20)),
            altitude_m=100.0 + 50.0 * np.sin(t / 900.0),
            lat_deg=lat,
            lon_deg=lon,
        )
    )
    with library(tmp_path, made) as lib:
        answer = show(lib, "last")
    assert 400 < len(answer.figures["course"].rows) <= 800
    assert 300 < len(answer.figures["track"].rows) <= 600


@pytest.fixture(scope="module")
def week(tmp_path_factory):
    """Four runs, each a day later and faster; two of them started at the same minute."""
    made = []
    for day, speed in enumerate((2.8, 3.0, 3.2, 3.4)):
        start = START + timedelta(days=day)
        made.append(recording(frame(900, speed_m_s=speed), start=start))
    with library(tmp_path_factory.mktemp("week"), *made) as lib:
        yield lib


def pace_sentences(answer):
    return [s for s in answer.sentences if s.startswith("Mean pace")]


def test_the_neighbours_are_those_of_the_list(week):
    ids = week.runs(measures=())["run_id"].to_list()
    found = [show(week, run_id).tables["neighbours"][0] for run_id in ids]
    assert [row["previous"] for row in found] == [None, *ids[:-1]]
    assert [row["next"] for row in found] == [*ids[1:], None]


def test_the_pace_is_said_beside_the_usual_one(week):
    ids = week.runs(measures=())["run_id"].to_list()
    # The median of 2.8, 3.0, 3.2 and 3.4 m/s is 3.1: 5:23 /km.
    fast, slow = show(week, ids[-1]), show(week, ids[0])
    assert pace_sentences(fast) == [
        "Mean pace 4:54 /km, 29 s faster than your median easy pace (5:23 /km)."
    ]
    assert pace_sentences(slow) == [
        "Mean pace 5:57 /km, 34 s slower than your median easy pace (5:23 /km)."
    ]
    lines = fast.figures["course"].reference_lines
    assert lines["speed_m_s: reference pace"] == pytest.approx(3.1, abs=1e-3)


def test_the_pace_that_was_set_and_the_runners_units_count(tmp_path):
    with library(tmp_path, bare(speed_m_s=3.0)) as lib:
        assert pace_sentences(show(lib, "last")) == []
        assert (
            "speed_m_s: reference pace" not in show(lib, "last").figures["course"].reference_lines
        )
        settings(lib, "reference_pace_s_km", "5:33")
        assert pace_sentences(show(lib, "last")) == [
            "Mean pace 5:33 /km, the same as the pace you set."
        ]
        settings(lib, "units", "mi")
        (said,) = pace_sentences(show(lib, "last"))
        assert said == "Mean pace 8:56 /mi, the same as the pace you set."
        assert " mi in 14:59" in show(lib, "last").headline


def test_what_was_typed_is_shown_as_it_was(tmp_path):
    with library(tmp_path, bare()) as lib:
        run_id = lib.runs(measures=())["run_id"][0]
        said = {"title": None, "notes": None, "shoes": None}
        empty = {**said, "is_race": False, "tags": [], "ground": []}
        assert show(lib, "last").tables["annotation"] == ({"run_id": run_id, **empty},)
        lib.annotate([run_id], title="Park <b>", shoes="blue", is_race=True, add_tags=["b", "a"])
        answer = show(lib, "last")
        assert answer.tables["annotation"] == (
            {
                "run_id": run_id,
                "title": "Park <b>",
                "notes": None,
                "shoes": "blue",
                "is_race": True,
                "tags": ["a", "b"],
                "ground": [],
            },
        )
        jsonschema.validate(json.loads(answer_json(answer)), schema("show"))


def test_a_run_named_by_its_id_is_found_without_looking_at_others(week, monkeypatch):
    run_id = week.runs(measures=())["run_id"][1]
    expected = show(week, "2026-03-03").headline

    def refuse(lib, text):
        raise AssertionError(text)

    monkeypatch.setattr(type(week), "resolve", refuse)
    assert show(week, run_id).headline == expected


def test_samples_are_read_once(week, monkeypatch):
    read, asked = type(week).samples, []

    def noting(lib, recording_id):
        asked.append(recording_id)
        return read(lib, recording_id)

    monkeypatch.setattr(type(week), "samples", noting)
    show(week, "last")
    assert len(asked) == 1


def test_smart_recording_keeps_its_lines_whole(tmp_path):
    t = np.arange(0.0, 1800.0, 6.0)
    with library(tmp_path, recording(frame(t_s=t, heart_rate_bpm=140.0 + (t % 5)))) as lib:
        course = show(lib, "last").figures["course"]
    heart = column(course, "heart_rate_bpm")
    assert np.isfinite(heart).all()
    assert pl.Series(heart).len() == t.size
