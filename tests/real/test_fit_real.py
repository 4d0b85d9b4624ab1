"""The real files: reference values read with an independent decoder, and what the odd ones give."""

from __future__ import annotations

import csv
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from evenstride.formats import read
from evenstride.formats.containers import count, walk

if TYPE_CHECKING:
    from pathlib import Path


def index() -> dict[str, dict[str, str]]:
    from real_files import REAL_DATA

    path = REAL_DATA / "INDEX.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


INDEX = index()
RUNS = [name for name in INDEX if not name.startswith("odd/")]
BALANCED = [name for name in RUNS if INDEX[name]["balance_mean"]]
NO_BALANCE = "runs/567232369.fit"  # Stryd's balance, 0 throughout


@pytest.mark.parametrize("name", RUNS or ["none"])
def test_a_run_has_its_reference_values(real_data: Path, name: str):
    expected = INDEX[name]
    reading = read((real_data / name).read_bytes())
    assert reading.refusal is None
    assert reading.issues == ()
    (recording,) = reading.recordings
    assert recording.issues == ()
    run, samples = recording.run, recording.samples
    assert len(samples) == int(expected["records"])
    # The tracks were moved to 0 N 0 E, and the table counts no position on the equator.
    assert samples["lat_deg"].count() == samples["lon_deg"].count()
    elsewhere = samples["lat_deg"] != 0.0
    assert elsewhere.sum() == int(expected["positions"])
    if expected["max_abs_lat_deg"]:
        assert samples["lat_deg"].abs().max() == pytest.approx(
            float(expected["max_abs_lat_deg"]), abs=6e-4
        )
    assert len(recording.laps) == int(expected["laps"])
    balance = samples["balance_left_pct"].drop_nulls().to_numpy().astype(float)
    assert len(balance) == int(expected["balance_records"])
    if len(balance):
        assert balance.mean() == pytest.approx(float(expected["balance_mean"]), abs=6e-4)
        assert run.session_balance_left_pct == float(expected["session_balance"])
        assert run.started_at_utc == datetime.fromisoformat(expected["session_start_utc"])
    contact = samples["gct_ms"].drop_nulls().to_numpy().astype(float)
    assert contact.mean() == pytest.approx(float(expected["gct_mean_ms"]), abs=0.06)
    t_s = samples["t_s"].to_numpy()
    assert t_s[0] >= 0.0
    assert (np.diff(t_s) > 0).all()


@pytest.mark.parametrize("name", RUNS or ["none"])
def test_a_run_hangs_together(real_data: Path, name: str):
    (recording,) = read((real_data / name).read_bytes()).recordings
    run, samples = recording.run, recording.samples
    # The watch's own distance, lap distances and the last sample agree.
    assert samples["distance_m"].max() == pytest.approx(run.distance_m, rel=0.02, abs=10.0)
    assert sum(lap.distance_m or 0.0 for lap in recording.laps) == pytest.approx(
        run.distance_m, rel=0.02
    )
    assert sum(lap.timer_s or 0.0 for lap in recording.laps) == pytest.approx(
        run.duration_s, rel=0.02
    )
    # Laps follow one another without a gap, and number the samples.
    for before, after in zip(recording.laps, recording.laps[1:], strict=False):
        assert before.end_s == after.start_s
    assert samples["lap"].max() == len(recording.laps) - 1
    # Pauses are apart, in order, and with the timer make up the time that went by.
    ends = [0.0]
    for start, end in recording.pauses:
        assert ends[-1] <= start < end
        ends.append(end)
    # Cadence was doubled once: runners take 140 to 220 steps a minute where they run.
    running = samples.filter(samples["gct_ms"].is_not_null() & (samples["speed_m_s"] > 2.2))
    if len(running):
        assert 140 < running["cadence_spm"].median() < 220
    assert run.utc_offset_s is not None


@pytest.mark.parametrize("name", BALANCED or ["none"])
def test_the_mean_of_a_run_is_the_watchs_own(real_data: Path, name: str):
    # COROS averages its wild values away; the trail run was recorded every 3 s.
    (recording,) = read((real_data / name).read_bytes()).recordings
    mean = recording.samples["balance_left_pct"].mean()
    wide = name in {"runs/474597884061319569.fit", "runs/garmin-fenix-5-basic.fit"}
    assert mean == pytest.approx(recording.run.session_balance_left_pct, abs=0.35 if wide else 0.11)


SENSORS = {
    "runs/280963073.fit": "Running Dynamics Pod",
    "runs/474525383404847306.fit": "COROS PACE 3",
    "runs/474597884061319569.fit": "COROS PACE 3",
    "runs/Fenix3-Run-1321421020.fit": "HRM-Tri",
    "runs/activity_2477200414.fit": "HRM-Run",
    "runs/activity_2545022458.fit": "HRM-Run",
    "runs/garmin-fenix-5-basic.fit": "HRM4-Run",
    "runs/running-with-developer-data.fit": "HRM4-Run",
    "runs/track_cs_544406.fit": "HRM-Run",
}


@pytest.mark.parametrize("name", RUNS or ["none"])
def test_the_sensor_of_the_balance_is_known(real_data: Path, name: str):
    (recording,) = read((real_data / name).read_bytes()).recordings
    sensor = recording.run.sensor
    if name == NO_BALANCE:
        assert sensor is None
    else:
        assert sensor.name == SENSORS.get(name, "Running Dynamics Pod")


def test_a_single_stryd_pod_has_no_balance_of_anything(real_data: Path):
    (recording,) = read((real_data / NO_BALANCE).read_bytes()).recordings
    balances = [c for c in recording.samples.columns if c.endswith("balance")]
    assert len(balances) == 3
    assert all(recording.samples[c].count() == 0 for c in balances)
    assert recording.samples["gct_ms"].count() > 2500


# What each odd file gives: runs with their samples and issues, or the sentence of its refusal.
ODD: dict[str, list[tuple[int, list[str]]] | str] = {
    "Bryton-bad-data-170729181231.fit": "This is a cycling activity, not a run.",
    "activity-activity-filecrc.fit": [(14, []), (14, ["bad_crc"])],
    "activity-settings-corruptheader.fit": [(14, [])],
    "activity-settings-nodata.fit": [(14, [])],
    "activity-unexpected-eof.fit": [(14, ["truncated"])],
    "antfs-dump.63.fit": [(686, ["clock_not_set"])],
    "chained_Activity_activity_poolswim.fit": (
        "This is a stand up paddleboarding activity and a swimming activity, not a run."
    ),
    "compressed-speed-distance.fit": [(755, ["clock_not_set"])],
    "coros-pace-2-cycling-misaligned-fields.fit": "This is a cycling activity, not a run.",
    "sample_mulitple_header.fit": [(518, [])],
    "tpv_dev_fields_20260222.fit": "This is a cycling activity, not a run.",
    "valid_only_contain_fileid.fit": (
        "The file does not say which sport it is, and nothing in it says run."
    ),
}
AROUND = {
    "activity-settings-corruptheader.fit": ["trailing_bytes"],
    "activity-settings-nodata.fit": ["truncated"],
}


def test_every_odd_file_has_its_outcome(real_data: Path):
    assert {p.name for p in (real_data / "odd").glob("*.fit")} == set(ODD)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_gives_what_it_should(real_data: Path, name: str):
    reading = read((real_data / "odd" / name).read_bytes())
    expected = ODD[name]
    if isinstance(expected, str):
        assert reading.recordings == ()
        assert reading.refusal.sentence == expected
        assert reading.refusal.kind == "not_a_run"
    else:
        found = [(len(r.samples), [i.code for i in r.issues]) for r in reading.recordings]
        assert found == expected
        assert [i.code for i in reading.issues] == AROUND.get(name, [])


def test_of_a_triathlon_only_the_run_is_taken(real_data: Path):
    (recording,) = read((real_data / "odd/sample_mulitple_header.fit").read_bytes()).recordings
    assert recording.run.started_at_utc.isoformat() == "2018-05-27T09:23:41+00:00"
    assert recording.run.session_balance_left_pct == 51.66
    assert recording.samples["balance_left_pct"].mean() == pytest.approx(51.66, abs=0.05)
    assert recording.run.distance_m == 9805.92
    assert len(recording.laps) == 1


def test_compressed_speed_and_distance_add_up(real_data: Path):
    (recording,) = read((real_data / "odd/compressed-speed-distance.fit").read_bytes()).recordings
    assert recording.samples["distance_m"].max() == pytest.approx(10248.67, rel=0.01)


def test_the_folder_is_walked_to_the_last_file(real_data: Path):
    found = list(walk([real_data]))
    assert sum(f.name.endswith(".fit") for f in found) == len(INDEX)
    assert {f.refusal.kind for f in found if f.refusal} == {"not_a_run"}  # tables and this README
    assert count([real_data]) == len(found)
