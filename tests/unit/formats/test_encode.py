"""What the FIT writer refuses, leaves out, and gives back through the reader."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenstride.domain.errors import InputError
from evenstride.domain.recording import SAMPLES_SCHEMA, Device, Lap, Recording, Run, Sensor
from evenstride.formats import read
from evenstride.formats.fit.crc import checksum_numpy
from evenstride.formats.fit.encode import encode_run
from evenstride.stats.simulation import demo_runner, plan_run, simulate_run

# Half a step of each field, and the float32 of the samples.
HALF_STEP = {
    "t_s": 0.0,
    "lat_deg": 0.5 * 180 / 2**31 + 1e-12,
    "lon_deg": 0.5 * 180 / 2**31 + 1e-12,
    "altitude_m": 0.1001,
    "distance_m": 0.00501,
    "speed_m_s": 0.000501,
    "cadence_spm": 1 / 128 + 1e-4,
    "gct_ms": 0.0501,
    "balance_left_pct": 0.00501,
    "vertical_oscillation_mm": 0.0501,
    "vertical_ratio_pct": 0.00501,
    "step_length_mm": 0.0502,
    "power_w": 0.5,
    "heart_rate_bpm": 0.5,
    "temperature_c": 0.5,
    "lap": 0,
}

RUN = Run(
    run_id="",
    started_at_utc=datetime(2025, 3, 1, 7, 30, 12, tzinfo=UTC),
    utc_offset_s=5 * 3600 + 1800,
    sport="running",
    duration_s=4.0,
    distance_m=11.0,
    device=Device("garmin", "fr255", "77", "12.23"),
    sensor=Sensor("HRM-Run", "garmin", "hrm_run", "88"),
    session_balance_left_pct=48.9,
)


def recording(run: Run = RUN, **columns: list[float | None]) -> Recording:
    """Four seconds of running with these columns instead of the usual ones."""
    usual: dict[str, list[float | None]] = {
        "t_s": [0.0, 1.0, 2.0, 3.0],
        "lat_deg": [45.0, 45.00002, 45.00004, 45.00006],
        "lon_deg": [-30.0, -30.0, -30.00001, -30.00002],
        "altitude_m": [20.0, 20.2, 20.4, 20.4],
        "distance_m": [0.0, 2.75, 5.5, 8.25],
        "speed_m_s": [2.75, 2.75, 2.75, 2.75],
        "cadence_spm": [168.0, 167.0, 168.0, 168.5],
        "gct_ms": [250.1, None, 249.9, 248.0],
        "balance_left_pct": [48.5, None, 48.53, 48.56],
        "vertical_oscillation_mm": [88.1, None, 88.0, 87.9],
        "vertical_ratio_pct": [8.9, None, 8.91, 8.92],
        "step_length_mm": [985.0, None, 984.0, 983.5],
        "power_w": [None] * 4,
        "heart_rate_bpm": [120.0, 121.0, None, 122.0],
        "temperature_c": [-3.0, -3.0, None, -4.0],
        "lap": [0, 0, 0, 0],
    }
    samples = pl.DataFrame(usual | columns, schema=SAMPLES_SCHEMA)
    return Recording(run=run, samples=samples, laps=(Lap(0, 0.0, 4.0, 4.0, 11.0),))


def assert_same(got: Recording, wanted: Recording) -> None:
    """Both say the same, up to the resolution of FIT's fields."""
    assert got.samples.schema == wanted.samples.schema
    assert got.samples.height == wanted.samples.height
    for name, tolerance in HALF_STEP.items():
        a = got.samples[name].to_numpy().astype(float)
        b = wanted.samples[name].to_numpy().astype(float)
        assert np.array_equal(np.isnan(a), np.isnan(b)), name
        assert np.all(np.isnan(b) | (np.abs(a - b) <= tolerance)), name
    for run, other in ((got.run, wanted.run),):
        assert run.started_at_utc == other.started_at_utc
        assert run.utc_offset_s == other.utc_offset_s
        assert (run.sport, run.device, run.sensor) == (other.sport, other.device, other.sensor)
        assert run.duration_s == pytest.approx(other.duration_s, abs=0.001)
        assert run.distance_m == pytest.approx(other.distance_m, abs=0.01)
        assert run.session_balance_left_pct == pytest.approx(
            other.session_balance_left_pct, abs=0.005001
        )
    assert got.pauses == wanted.pauses
    assert len(got.laps) == len(wanted.laps)
    for lap, other_lap in zip(got.laps, wanted.laps, strict=True):
        assert (lap.number, lap.trigger) == (other_lap.number, other_lap.trigger)
        assert (lap.start_s, lap.end_s) == (other_lap.start_s, other_lap.end_s)
        assert lap.timer_s == pytest.approx(other_lap.timer_s)
        assert lap.distance_m == pytest.approx(other_lap.distance_m, abs=0.00501)
        assert lap.balance_left_pct == pytest.approx(other_lap.balance_left_pct, abs=0.00501)
        assert lap.gct_ms == pytest.approx(other_lap.gct_ms, abs=0.0501)
        assert lap.cadence_spm == pytest.approx(other_lap.cadence_spm, abs=1 / 127)


def test_header_and_checksums_are_right() -> None:
    data = encode_run(recording())
    size, _, _, length, magic = struct.unpack("<BBHI4s", data[:12])
    assert (size, magic, length) == (14, b".FIT", len(data) - 16)
    # Bytes followed by their own checksum have the checksum 0.
    assert checksum_numpy(data[:14]) == 0
    assert checksum_numpy(data) == 0


@pytest.mark.parametrize(
    "kind", ["easy", pytest.param("long", id="long run"), "tempo", "intervals", "track", "hills"]
)
def test_a_simulated_run_comes_back(kind: str) -> None:
    rng = np.random.default_rng(11)
    truth = demo_runner()
    for day in (5, 300):
        plan = plan_run(kind, truth, date(2025, 1, 6), day, rng)
        wanted = simulate_run(truth, plan, rng).recording
        reading = read(encode_run(wanted))
        assert reading.refusal is None
        (got,) = reading.recordings
        assert got.issues == ()
        assert_same(got, wanted)


def test_a_treadmill_run_comes_back_without_positions() -> None:
    rng = np.random.default_rng(12)
    plan = plan_run("treadmill", demo_runner(), date(2025, 1, 6), 9, rng)
    wanted = simulate_run(demo_runner(), plan, rng).recording
    (got,) = read(encode_run(wanted)).recordings
    assert got.run.sport == "treadmill_running"
    assert got.samples["lat_deg"].null_count() == got.samples.height
    assert_same(got, wanted)


@pytest.mark.parametrize("no_reading", ["zero", "invalid"])
def test_zero_and_invalid_are_both_no_reading(no_reading: str) -> None:
    (got,) = read(encode_run(recording(), no_reading=no_reading)).recordings
    assert got.samples["balance_left_pct"].null_count() == 1
    assert got.samples["gct_ms"].null_count() == 1
    assert got.samples["heart_rate_bpm"].null_count() == 1


def test_zero_and_invalid_are_different_bytes() -> None:
    assert encode_run(recording(), no_reading="zero") != encode_run(
        recording(), no_reading="invalid"
    )


@pytest.mark.parametrize(
    "sport",
    ["running", "trail_running", "treadmill_running", "track_running", "indoor_running",
     "virtual_running", "street_running"],
)  # fmt: skip
def test_kinds_of_running_come_back(sport: str) -> None:
    (got,) = read(encode_run(recording(replace(RUN, sport=sport)))).recordings
    assert got.run.sport == sport


def test_a_ride_is_not_a_run() -> None:
    reading = read(encode_run(recording(replace(RUN, sport="cycling"))))
    assert reading.recordings == ()
    assert reading.refusal is not None
    assert reading.refusal.kind == "not_a_run"


def test_a_pause_comes_back() -> None:
    wanted = recording(t_s=[0.0, 1.0, 31.0, 32.0])
    wanted = replace(
        wanted, pauses=((2.0, 31.0),), laps=(Lap(0, 0.0, 33.0, 4.0, 11.0, trigger="session_end"),)
    )
    (got,) = read(encode_run(wanted)).recordings
    assert got.pauses == ((2.0, 31.0),)
    assert got.samples["t_s"].to_list() == [0.0, 1.0, 31.0, 32.0]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("cadence_spm", [168.0, 168.0, 510.0, 168.0]),
        ("speed_m_s", [2.0, -0.5, 2.0, 2.0]),
        ("lat_deg", [45.0, 45.0, 200.0, 45.0]),
        ("heart_rate_bpm", [255.0, 120.0, 120.0, 120.0]),
        ("balance_left_pct", [656.0, 50.0, 50.0, 50.0]),
        ("temperature_c", [-130.0, 5.0, 5.0, 5.0]),
        ("altitude_m", [float("inf"), 5.0, 5.0, 5.0]),
    ],
)
def test_a_value_that_fits_no_field_is_refused(column: str, values: list[float | None]) -> None:
    with pytest.raises(InputError, match=column):
        encode_run(recording(**{column: values}))


@pytest.mark.parametrize("t_s", [[0.0, 2.0, 1.0, 3.0], [0.0, 1.0, float("nan"), 3.0]])
def test_samples_out_of_order_are_refused(t_s: list[float | None]) -> None:
    with pytest.raises(InputError, match="order of time"):
        encode_run(recording(t_s=t_s))


def test_a_start_without_time_zone_is_refused() -> None:
    naive = datetime(2025, 3, 1, 7, 30)  # noqa: DTZ001  (that is the point)
    with pytest.raises(InputError, match="aware"):
        encode_run(recording(replace(RUN, started_at_utc=naive)))


def test_a_lap_that_fits_no_field_is_refused() -> None:
    wanted = replace(recording(), laps=(Lap(0, 0.0, 4.0, -4.0, 11.0),))
    with pytest.raises(InputError, match="does not fit"):
        encode_run(wanted)


def test_a_watch_known_by_its_name_keeps_it() -> None:
    """COROS has no numbers that stand for a word: the name itself is in the file."""
    device = Device("coros", "COROS PACE 3", "4711", "3.08")
    own = Sensor("COROS PACE 3", "coros", "COROS PACE 3", "4711", "only_source")
    (got,) = read(encode_run(recording(replace(RUN, device=device, sensor=own)))).recordings
    assert (got.run.device, got.run.sensor) == (device, own)


def test_a_sensor_known_by_its_name_keeps_it() -> None:
    pod = Sensor("COROS POD 2", "coros", None, "12")
    (got,) = read(encode_run(recording(replace(RUN, sensor=pod)))).recordings
    assert got.run.sensor == pod


def test_a_name_too_long_for_its_field_is_cut_between_letters() -> None:
    device = Device("coros", "ä" * 40)
    (got,) = read(encode_run(recording(replace(RUN, device=device)))).recordings
    assert got.run.device.product == "ä" * 15


def test_a_duty_factor_beyond_its_field_is_left_out() -> None:
    slow = recording(gct_ms=[2000.0] * 4, cadence_spm=[500.0, 168.0, 168.0, 168.0])
    (got,) = read(encode_run(slow)).recordings
    assert got.samples["gct_ms"].to_list() == [2000.0] * 4


def test_no_samples_at_all_is_still_a_file() -> None:
    empty = replace(recording(), samples=recording().samples.clear(), laps=())
    assert checksum_numpy(encode_run(empty)) == 0


def _floats(low: float, high: float) -> st.SearchStrategy[float | None]:
    return st.none() | st.floats(low, high, allow_subnormal=False)


# The running dynamics start above 0: a written 0 means "no reading".
_RANGES = {
    "lat_deg": (-90.0, 90.0),
    "lon_deg": (-180.0, 179.9),
    "altitude_m": (-400.0, 9000.0),
    "distance_m": (0.0, 1e6),
    "speed_m_s": (0.0, 20.0),
    "cadence_spm": (0.0, 500.0),
    "gct_ms": (1.0, 2000.0),
    "balance_left_pct": (1.0, 99.0),
    "vertical_oscillation_mm": (1.0, 400.0),
    "vertical_ratio_pct": (1.0, 60.0),
    "step_length_mm": (1.0, 4000.0),
    "power_w": (0.0, 2000.0),
    "heart_rate_bpm": (1.0, 250.0),
    "temperature_c": (-60.0, 60.0),
}


@settings(max_examples=60, deadline=None)
@given(data=st.data(), no_reading=st.sampled_from(["zero", "invalid"]))
def test_whatever_the_values_they_come_back(data: st.DataObject, no_reading: str) -> None:
    n = data.draw(st.integers(2, 6))
    steps = data.draw(st.lists(st.integers(1, 400), min_size=n - 1, max_size=n - 1))
    t_s = np.concatenate(([0], np.cumsum(steps))).astype(float)
    columns: dict[str, list[float | None]] = {
        name: data.draw(st.lists(_floats(*bounds), min_size=n, max_size=n))
        for name, bounds in _RANGES.items()
    }
    # A reader tells a run by its records; one position is there or not as a whole.
    lost = [
        a is None or b is None for a, b in zip(columns["lat_deg"], columns["lon_deg"], strict=True)
    ]
    for name in ("lat_deg", "lon_deg"):
        columns[name] = [None if gone else v for v, gone in zip(columns[name], lost, strict=True)]
    end_s = float(t_s[-1]) + 1.0
    samples = pl.DataFrame(
        {"t_s": t_s, **columns, "lap": [0] * n}, schema=SAMPLES_SCHEMA, strict=False
    )
    wanted = Recording(
        run=replace(RUN, duration_s=end_s), samples=samples, laps=(Lap(0, 0.0, end_s, end_s),)
    )
    (got,) = read(encode_run(wanted, no_reading=no_reading)).recordings
    for name, tolerance in HALF_STEP.items():
        a = got.samples[name].to_numpy().astype(float)
        b = wanted.samples[name].to_numpy().astype(float)
        assert np.array_equal(np.isnan(a), np.isnan(b)), name
        assert np.all(np.isnan(b) | (np.abs(a - b) <= tolerance + 1e-6 * np.abs(b))), name
