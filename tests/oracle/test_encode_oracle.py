"""An independent decoder reads every written value back, up to the resolution of its field."""

from __future__ import annotations

import io
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import fitdecode
import numpy as np
import pytest

from evenstride.formats.fit.encode import encode_run
from evenstride.stats.simulation import (
    RunPlan,
    Stretch,
    demo_runner,
    plan_run,
    simulate_run,
    streets,
)

if TYPE_CHECKING:
    from evenstride.domain.recording import Recording

START = datetime(2025, 2, 3, 18, 5, 9, tzinfo=UTC)


def decoded(data: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Every data message in order: name, and values by field name (raw ones under `raw:`)."""
    messages = []
    with fitdecode.FitReader(
        io.BytesIO(data),
        check_crc=fitdecode.CrcCheck.RAISE,
        error_handling=fitdecode.ErrorHandling.RAISE,
    ) as reader:
        for frame in reader:
            if isinstance(frame, fitdecode.FitDataMessage):
                values = {f.name: f.value for f in frame.fields}
                values |= {f"raw:{f.name}": f.raw_value for f in frame.fields}
                messages.append((frame.name, values))
    return messages


def by_name(messages: list[tuple[str, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    out = defaultdict(list)
    for name, values in messages:
        out[name].append(values)
    return out


@pytest.fixture(scope="module")
def run() -> Recording:
    """Twenty minutes with a walk, a light, a pause and pressed laps."""
    rng = np.random.default_rng(5)
    plan = RunPlan(
        started_at_utc=START,
        day=3.0,
        kind="easy",
        stretches=(
            Stretch(40, 1.5),
            Stretch(300, 2.8),
            Stretch(20, 0.0),
            Stretch(300, 2.9, new_lap=True),
            Stretch(60, 0.0, paused=True),
            Stretch(480, 3.4, new_lap=True),
        ),
        course=streets(4000.0, rng),
        auto_lap_m=None,
    )
    return simulate_run(demo_runner(), plan, rng).recording


FIELDS = {
    # column: field, what its unit is in the column's unit, half a step
    "lat_deg": ("position_lat", 180 / 2**31, 0.5 * 180 / 2**31),
    "lon_deg": ("position_long", 180 / 2**31, 0.5 * 180 / 2**31),
    "altitude_m": ("enhanced_altitude", 1.0, 0.1),
    "distance_m": ("distance", 1.0, 0.005),
    "speed_m_s": ("enhanced_speed", 1.0, 0.0005),
    "gct_ms": ("stance_time", 1.0, 0.05),
    "balance_left_pct": ("stance_time_balance", 1.0, 0.005),
    "vertical_oscillation_mm": ("vertical_oscillation", 1.0, 0.05),
    "vertical_ratio_pct": ("vertical_ratio", 1.0, 0.005),
    "step_length_mm": ("step_length", 1.0, 0.05),
    "heart_rate_bpm": ("heart_rate", 1.0, 0.0),
    "temperature_c": ("temperature", 1.0, 0.0),
}
RUNNING_DYNAMICS = {
    "gct_ms", "balance_left_pct", "vertical_oscillation_mm", "vertical_ratio_pct", "step_length_mm",
}  # fmt: skip


@pytest.mark.parametrize("no_reading", ["zero", "invalid"])
def test_every_record_value(run: Recording, no_reading: str) -> None:
    records = by_name(decoded(encode_run(run, no_reading=no_reading)))["record"]
    samples = run.samples
    assert len(records) == samples.height
    stamps = [START + timedelta(seconds=t) for t in samples["t_s"]]
    assert [r["timestamp"] for r in records] == stamps
    for column, (field, unit, half_step) in FIELDS.items():
        wanted = samples[column].to_numpy().astype(float)
        missing = np.isnan(wanted)
        got = np.array([np.nan if r[field] is None else float(r[field]) for r in records]) * unit
        if column in RUNNING_DYNAMICS:
            assert missing.any(), column
            blank = 0.0 if no_reading == "zero" else np.nan
            assert np.array_equal(got[missing], np.full(missing.sum(), blank), equal_nan=True)
        tolerance = half_step + 1e-9 + 1e-6 * np.abs(wanted[~missing])
        assert np.all(np.abs(got - wanted)[~missing] <= tolerance), column
    strides = np.array([r["cadence"] + r["fractional_cadence"] for r in records])
    assert np.array_equal(2.0 * strides, samples["cadence_spm"].to_numpy())


def test_duty_factor_is_contact_over_two_steps(run: Recording) -> None:
    records = by_name(decoded(encode_run(run)))["record"]
    duty_pct = np.array([r["stance_time_percent"] for r in records])
    gct_ms = np.array([r["stance_time"] for r in records])
    cadence_spm = np.array([2 * (r["cadence"] + r["fractional_cadence"]) for r in records])
    read = duty_pct > 0
    stride_ms = 120_000.0 / cadence_spm[read]
    assert read.mean() > 0.9
    assert np.allclose(duty_pct[read], 100.0 * gct_ms[read] / stride_ms, atol=0.02)


def test_power_is_written_where_there_is_some(run: Recording) -> None:
    import polars as pl

    without = by_name(decoded(encode_run(run)))["record"]
    assert "power" not in without[0]
    samples = run.samples.with_columns(
        pl.when(pl.col("t_s") > 10).then(250.0).cast(pl.Float32).alias("power_w")
    )
    records = by_name(decoded(encode_run(replace(run, samples=samples))))["record"]
    assert records[5]["power"] is None
    assert records[50]["power"] == 250


def test_who_wrote_it_and_which_sensor_spoke(run: Recording) -> None:
    messages = by_name(decoded(encode_run(run)))
    (file_id,) = messages["file_id"]
    assert (file_id["type"], file_id["manufacturer"]) == ("activity", "garmin")
    assert file_id["garmin_product"] == "fr255"
    assert file_id["time_created"] == START
    watch, *sensors = messages["device_info"]
    assert (watch["device_index"], watch["source_type"]) == ("creator", "local")
    assert watch["software_version"] == pytest.approx(12.23)
    # A chest strap announces itself as a heart-rate monitor and as running dynamics (30).
    assert [s["garmin_product"] for s in sensors] == ["hrm_run", "hrm_run"]
    assert [s["antplus_device_type"] for s in sensors] == ["heart_rate", 30]
    assert {s["serial_number"] for s in sensors} == {1000001}


def test_a_pod_announces_itself_once() -> None:
    rng = np.random.default_rng(6)
    truth = demo_runner()
    plan = plan_run("treadmill", truth, date(2025, 1, 1), 300, rng)
    messages = by_name(decoded(encode_run(simulate_run(truth, plan, rng).recording)))
    (pod,) = messages["device_info"][1:]
    assert pod["garmin_product"] == "running_dynamics_pod"
    assert pod["antplus_device_type"] == 30
    assert "position_lat" not in messages["record"][0]
    assert "enhanced_altitude" not in messages["record"][0]
    assert messages["session"][0]["sub_sport"] == "treadmill"


def test_laps_and_session(run: Recording) -> None:
    messages = by_name(decoded(encode_run(run)))
    assert len(run.laps) == len(messages["lap"]) == 3
    for lap, got in zip(run.laps, messages["lap"], strict=True):
        assert got["start_time"] == START + timedelta(seconds=lap.start_s)
        assert got["total_elapsed_time"] == lap.end_s - lap.start_s
        assert got["total_timer_time"] == lap.timer_s
        assert got["total_distance"] == pytest.approx(lap.distance_m, abs=0.006)
        assert got["avg_stance_time_balance"] == pytest.approx(lap.balance_left_pct, abs=0.006)
        assert got["avg_stance_time"] == pytest.approx(lap.gct_ms, abs=0.06)
        strides = got["avg_running_cadence"] + got["avg_fractional_cadence"]
        assert 2 * strides == pytest.approx(lap.cadence_spm, abs=1 / 64)
        assert (got["lap_trigger"], got["sport"]) == (lap.trigger, "running")
    (session,) = messages["session"]
    assert session["start_time"] == START
    assert session["total_elapsed_time"] == 1200.0
    assert session["total_timer_time"] == run.run.duration_s == 1140.0
    assert session["total_distance"] == pytest.approx(run.run.distance_m, abs=0.006)
    assert session["num_laps"] == 3
    read = run.samples.drop_nulls("balance_left_pct")
    assert session["avg_stance_time_balance"] == pytest.approx(
        read["balance_left_pct"].mean(), abs=0.006
    )
    assert session["avg_stance_time"] == pytest.approx(run.samples["gct_ms"].mean(), abs=0.06)
    assert session["max_heart_rate"] == run.samples["heart_rate_bpm"].max()
    (activity,) = messages["activity"]
    assert activity["local_timestamp"] - activity["timestamp"] == timedelta(hours=-2)
    assert activity["num_sessions"] == 1


def test_events_and_laps_stand_where_they_happened(run: Recording) -> None:
    messages = decoded(encode_run(run))
    events = [(m["event_type"], m["timestamp"]) for name, m in messages if name == "event"]
    ((pause_start, pause_end),) = run.pauses
    assert events == [
        ("start", START),
        ("stop_all", START + timedelta(seconds=pause_start)),
        ("start", START + timedelta(seconds=pause_end)),
        ("stop_all", START + timedelta(seconds=1200)),
    ]
    stamps = [m["timestamp"] for name, m in messages if name in {"record", "event", "lap"}]
    assert stamps == sorted(stamps)


def test_an_unknown_offset_is_not_written(run: Recording) -> None:
    unknown = replace(run, run=replace(run.run, utc_offset_s=None))
    (activity,) = by_name(decoded(encode_run(unknown)))["activity"]
    assert activity["local_timestamp"] is None
