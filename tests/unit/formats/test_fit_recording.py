"""What becomes of a FIT file: runs, what is missing in them, and why a file is refused."""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from evenstride.domain.recording import SAMPLES_SCHEMA
from evenstride.formats import read
from fit_bytes import (
    ACTIVITY,
    BYTE,
    CYCLING,
    DEVICE_INFO,
    ENUM,
    FLOAT32,
    FLOAT64,
    LAP,
    RECORD,
    RECORD_FIELDS,
    RUNNING,
    SINT32,
    SPORT,
    STRING,
    T0,
    UINT8,
    UINT16,
    UINT32,
    UINT32Z,
    Fit,
    record,
    run,
)

START = datetime(1989, 12, 31, tzinfo=UTC) + timedelta(seconds=T0)
SWIMMING, TRANSITION, WALKING = 5, 3, 11


def only(data: bytes):
    reading = read(data)
    assert reading.refusal is None
    (recording,) = reading.recordings
    assert list(recording.samples.schema.items())[:16] == list(SAMPLES_SCHEMA.items())
    return recording


def codes(recording) -> list[str]:
    return [i.code for i in recording.issues]


def with_fields(
    fields: list[tuple[int, int, int]], payloads: list[bytes], *, sport: int = RUNNING
) -> Fit:
    """A run whose records are time and `fields`."""
    fit = Fit().file_id().define(0, RECORD, [(253, 4, UINT32), *fields])
    for i, payload in enumerate(payloads):
        fit.data(0, struct.pack("<I", T0 + i) + payload)
    return fit.session(T0, len(payloads), sport)


def test_a_sound_run():
    recording = only(run(60).to_bytes())
    assert codes(recording) == []
    found = recording.run
    assert found.started_at_utc == START
    assert found.utc_offset_s == 7200
    assert found.sport == "running"
    assert found.duration_s == 60.0
    assert found.run_id == ""
    assert (found.device.manufacturer, found.device.product) == ("garmin", "fr255")
    samples = recording.samples
    assert samples["t_s"].to_list() == [float(i) for i in range(60)]
    assert samples["balance_left_pct"][3] == pytest.approx(49.03, abs=1e-5)
    assert samples["gct_ms"][3] == 250.0
    assert samples["speed_m_s"][3] == 3.0
    assert samples["lat_deg"].null_count() == 60
    assert recording.session_index == 0
    assert recording.format == "fit"


def test_cadence_counts_strides_and_is_doubled_once_with_its_fraction():
    rows = [struct.pack("<BB", *r) for r in ((85, 64), (85, 255), (0, 0), (255, 64))]
    recording = only(with_fields([(4, 1, UINT8), (53, 1, UINT8)], rows).to_bytes())
    assert recording.samples["cadence_spm"].to_list() == [171.0, 170.0, 0.0, None]


def test_zero_and_invalid_are_missing_where_zero_is_no_reading():
    fields = [(84, 2, UINT16), (41, 2, UINT16), (39, 2, UINT16), (83, 2, UINT16), (85, 2, UINT16)]
    rows = [struct.pack("<5H", *[v] * 5) for v in (0, 65535, 5000)]
    samples = only(with_fields(fields, rows).to_bytes()).samples
    for column, value in (
        ("balance_left_pct", 50.0),
        ("gct_ms", 500.0),
        ("vertical_oscillation_mm", 500.0),
        ("vertical_ratio_pct", 50.0),
        ("step_length_mm", 500.0),
    ):
        assert samples[column].to_list() == [None, None, value], column


def test_a_standing_runner_has_speed_zero_and_a_lost_one_has_none():
    samples = only(
        with_fields([(6, 2, UINT16)], [struct.pack("<H", v) for v in (0, 65535, 3000)]).to_bytes()
    ).samples
    assert samples["speed_m_s"].to_list() == [0.0, None, 3.0]


def test_of_plain_and_enhanced_fields_the_valid_one_wins():
    fields = [(6, 2, UINT16), (73, 4, UINT32), (2, 2, UINT16), (78, 4, UINT32)]
    none16, none32 = 65535, 0xFFFFFFFF
    rows = [
        struct.pack("<HIHI", none16, 3100, none16, (100 + 500) * 5),
        struct.pack("<HIHI", 3200, none32, (110 + 500) * 5, none32),
        struct.pack("<HIHI", none16, none32, none16, none32),
    ]
    samples = only(with_fields(fields, rows).to_bytes()).samples
    assert samples["speed_m_s"].to_list() == pytest.approx([3.1, 3.2, None])
    assert samples["altitude_m"].to_list() == [100.0, 110.0, None]


def test_the_balance_of_a_power_meter_is_never_the_balance_of_the_feet():
    rows = [struct.pack("<B", 0x80 | 48)] * 3
    recording = only(with_fields([(30, 1, UINT8)], rows).to_bytes())
    assert recording.samples["balance_left_pct"].null_count() == 3
    assert recording.run.sensor is None


def test_balance_is_the_share_on_the_left():
    left_longer, right_longer = (
        only(with_fields([(84, 2, UINT16)], [struct.pack("<H", v)] * 2).to_bytes())
        for v in (5200, 4800)
    )
    assert left_longer.samples["balance_left_pct"].to_list() == [52.0, 52.0]
    assert right_longer.samples["balance_left_pct"].to_list() == [48.0, 48.0]


def test_positions_are_degrees():
    rows = [struct.pack("<ii", 2**30, -(2**29)), struct.pack("<ii", 0x7FFFFFFF, 0x7FFFFFFF)]
    samples = only(with_fields([(0, 4, SINT32), (1, 4, SINT32)], rows).to_bytes()).samples
    assert samples["lat_deg"].to_list() == [90.0, None]
    assert samples["lon_deg"].to_list() == [-45.0, None]


def test_compressed_speed_and_distance_count_on_past_their_twelve_bits():
    def packed(speed: int, distance: int) -> bytes:
        return (speed | distance << 12).to_bytes(3, "little")

    rows = [packed(300, 100), packed(310, 4000), packed(320, 50), b"\xff\xff\xff"]
    samples = only(with_fields([(8, 3, BYTE)], rows).to_bytes()).samples
    assert samples["speed_m_s"].to_list() == pytest.approx([3.0, 3.1, 3.2, None])
    assert samples["distance_m"].to_list() == [100 / 16, 250.0, (4096 + 50) / 16, None]


def test_fields_of_a_type_they_cannot_have_are_missing():
    # Speed and distance packed in a string, a time as a float, a speed without measure.
    rows = [b"abc" + struct.pack("<d", 1e300)] * 3
    samples = only(with_fields([(8, 3, STRING), (6, 8, FLOAT64), (41, 0, UINT16)], rows).to_bytes())
    assert samples.samples["speed_m_s"].null_count() == 3
    assert samples.samples["distance_m"].null_count() == 3
    fit = Fit().file_id().define(0, RECORD, [(253, 4, FLOAT32), (41, 2, UINT16)])
    fit.data(0, struct.pack("<fH", 1e9, 2500))
    refusal = read(fit.session(T0, 1).to_bytes()).refusal
    assert refusal.sentence == "None of the samples in this file has a sound time."


def test_records_out_of_order_repeated_and_without_time_are_put_right_and_flagged():
    fit = Fit().file_id().define(0, RECORD, [(253, 4, UINT32), (84, 2, UINT16), (41, 2, UINT16)])
    for at, balance, contact in (
        (T0, 5000, 2500),
        (T0 + 2, 5002, 2502),
        (T0 + 1, 5001, 2501),
        (T0 + 3, 5003, 65535),  # one second told in two records
        (T0 + 3, 65535, 2503),
        (0xFFFFFFFF, 5009, 2509),
        (T0 + 900 * 86400, 5009, 2509),
    ):
        fit.data(0, struct.pack("<IHH", at, balance, contact))
    recording = only(fit.session(T0, 4).to_bytes())
    assert codes(recording) == ["times_missing", "times_backward", "times_repeated"]
    assert recording.samples["t_s"].to_list() == [0.0, 1.0, 2.0, 3.0]
    assert recording.samples["balance_left_pct"].to_list() == pytest.approx(
        [50.0, 50.01, 50.02, 50.03], abs=1e-5
    )
    assert recording.samples["gct_ms"].to_list() == pytest.approx([250.0, 250.1, 250.2, 250.3])


def test_pauses_are_between_a_stop_and_the_next_start():
    fit = run(100)
    for at, kind in ((20, 4), (30, 0), (50, 1), (52, 4), (60, 0), (99, 4)):
        fit.event(T0 + at, kind)
    assert only(fit.to_bytes()).pauses == ((20.0, 30.0), (50.0, 60.0))


def test_laps_end_where_the_next_starts_and_number_the_samples():
    fit = Fit().file_id().define(0, RECORD, RECORD_FIELDS)
    for i in range(10):
        fit.data(0, record(T0 + i))
    for start, elapsed, balance in ((0, 3700, 4950), (4, 6000, 0)):
        fit.message(
            LAP,
            [
                (2, UINT32, T0 + start),
                (7, UINT32, elapsed),
                (8, UINT32, elapsed),
                (9, UINT32, 1250),
                (119, UINT16, balance),
                (79, UINT16, 2480),
                (17, UINT8, 86),
                (80, UINT8, 64),
                (24, ENUM, 0),
            ],
        )
    recording = only(fit.session(T0, 10).to_bytes())
    first, second = recording.laps
    assert (first.start_s, first.end_s, first.timer_s, first.distance_m) == (0.0, 4.0, 3.7, 12.5)
    assert (first.balance_left_pct, first.gct_ms, first.cadence_spm) == (49.5, 248.0, 173.0)
    assert first.trigger == "manual"
    assert (second.start_s, second.end_s, second.balance_left_pct) == (4.0, 10.0, None)
    assert recording.samples["lap"].to_list() == [0] * 4 + [1] * 6


def test_a_multisport_file_yields_its_runs_each_with_its_own():
    fit = Fit().file_id().define(0, RECORD, RECORD_FIELDS)
    sports = (SWIMMING, TRANSITION, CYCLING, TRANSITION, RUNNING, CYCLING, RUNNING)
    for i in range(70):
        fit.data(0, record(T0 + i, 4000 + i))
    for i, sport in enumerate(sports):
        fit.message(LAP, [(2, UINT32, T0 + 10 * i), (7, UINT32, 10_000)])
        fit.session(T0 + 10 * i, 10, sport)
    reading = read(fit.to_bytes())
    first, second = reading.recordings
    assert (first.session_index, second.session_index) == (0, 1)
    for recording, begin in ((first, 40), (second, 60)):
        assert recording.run.started_at_utc == START + timedelta(seconds=begin)
        assert recording.samples["t_s"].to_list() == [float(i) for i in range(10)]
        assert recording.samples["balance_left_pct"][0] == pytest.approx(40 + begin / 100, abs=1e-5)
        assert [(lap.start_s, lap.end_s) for lap in recording.laps] == [(0.0, 10.0)]


def test_chained_files_yield_their_runs():
    data = run(20).to_bytes() + run(30, start=T0 + 1000, sub_sport=3).to_bytes()
    first, second = read(data).recordings
    assert (len(first.samples), len(second.samples)) == (20, 30)
    assert (first.run.sport, second.run.sport) == ("running", "trail_running")
    assert (first.session_index, second.session_index) == (0, 1)


@pytest.mark.parametrize(
    ("sub_sport", "word"),
    [
        (0, "running"), (255, "running"), (1, "treadmill_running"), (3, "trail_running"),
        (4, "track_running"), (45, "indoor_running"), (58, "virtual_running"),
        (67, "ultra_running"),
    ],
)  # fmt: skip
def test_sports_on_foot(sub_sport, word):
    assert only(run(9, sub_sport=sub_sport).to_bytes()).run.sport == word


@pytest.mark.parametrize(
    ("fit", "sentence"),
    [
        (run(9, sport=CYCLING), "This is a cycling activity, not a run."),
        (run(9, sport=SWIMMING), "This is a swimming activity, not a run."),
        (run(9, sport=WALKING), "This is a walking activity, not a run."),
        (Fit().file_id(2), "This is a settings file, not an activity."),
        (Fit().file_id(32), "This is a daily monitoring file, not an activity."),
        (Fit().file_id(6), "This is a course file, not an activity."),
        (Fit().file_id(99), "This is a FIT file of kind 99, not an activity."),
        (Fit().file_id(), "This activity has no samples."),
        (Fit().file_id().session(T0, 9), "This run has no samples: only its summary was recorded."),
    ],
)
def test_what_is_sound_but_no_run_says_what_it_is(fit, sentence):
    refusal = read(fit.to_bytes()).refusal
    assert (refusal.kind, refusal.sentence) == ("not_a_run", sentence)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x0e\x20 and then nothing", "The file is not in a format that Evenstride reads (FIT)."),
        (run(9).to_bytes()[:20], "The file holds nothing that can be read."),
        (run(9).to_bytes()[:60], "The file is damaged or cut off before its first sample."),
        (b"\x03" + run(9).to_bytes()[1:], "The file does not begin like a FIT file."),
    ],
)
def test_what_cannot_be_read_says_why(data, sentence):
    refusal = read(data).refusal
    assert (refusal.kind, refusal.sentence) == ("unreadable", sentence)


def test_a_monitoring_file_is_refused_by_its_first_bytes_alone():
    data = Fit().file_id(32).to_bytes()
    huge = data[:14] + data[14:-2] + b"\xff" * 1000
    assert read(huge).refusal.sentence == "This is a daily monitoring file, not an activity."


def without_session(fields: list[tuple[int, int, int]], payload: bytes, sport: int | None) -> bytes:
    fit = Fit().file_id()
    if sport is not None:
        fit.message(SPORT, [(0, ENUM, sport), (1, ENUM, 3)])
    fit.define(0, RECORD, [(253, 4, UINT32), *fields])
    for i in range(20):
        fit.data(0, struct.pack("<I", T0 + 5 + i) + payload)
    return fit.to_bytes()[:-2]


def test_without_a_session_the_sport_message_decides():
    recording = only(without_session([(3, 1, UINT8)], b"\x80", RUNNING))
    assert codes(recording) == ["truncated", "no_session"]
    assert recording.run.sport == "trail_running"
    assert recording.run.started_at_utc == START + timedelta(seconds=5)
    assert recording.run.duration_s == 19.0
    assert read(without_session([(3, 1, UINT8)], b"\x80", CYCLING)).refusal.kind == "not_a_run"


@pytest.mark.parametrize(
    ("fields", "payload", "is_run"),
    [
        ([(41, 2, UINT16)], struct.pack("<H", 2500), True),  # only running has contact times
        ([(42, 1, ENUM)], b"\x01", True),  # the records call themselves running
        ([(42, 1, ENUM)], b"\x02", False),  # or cycling
        ([(4, 1, UINT8), (6, 2, UINT16)], struct.pack("<BH", 85, 3000), True),  # steps of 1.06 m
        ([(4, 1, UINT8), (6, 2, UINT16)], struct.pack("<BH", 85, 8000), False),  # 2.8 m: a wheel
        ([(3, 1, UINT8)], b"\x80", False),  # a heart rate says nothing
    ],
)
def test_without_session_and_sport_the_samples_decide(fields, payload, is_run):
    reading = read(without_session(fields, payload, None))
    assert (reading.refusal is None) == is_run
    if is_run:
        assert "no_session" in codes(reading.recordings[0])


def test_a_start_after_the_first_sample_is_moved_to_it():
    fit = Fit().file_id().define(0, RECORD, RECORD_FIELDS)
    for i in range(10):
        fit.data(0, record(T0 - 3 + i))
    recording = only(fit.session(T0, 7).to_bytes())
    assert codes(recording) == ["start_late"]
    assert recording.samples["t_s"].to_list() == [float(i) for i in range(10)]


def test_a_start_that_has_nothing_to_do_with_the_samples_is_not_believed():
    fit = Fit().file_id().define(0, RECORD, RECORD_FIELDS)
    for i in range(10):
        fit.data(0, record(T0 + i))
    recording = only(fit.session(5, 7).to_bytes())
    assert codes(recording) == ["start_unsound"]
    assert recording.run.started_at_utc == START


def test_a_watch_that_was_never_set_is_flagged():
    recording = only(run(10, start=5000).to_bytes())
    assert codes(recording) == ["clock_not_set"]
    assert recording.run.started_at_utc == START  # when the file was created, which it knows
    assert recording.samples["t_s"][9] == 9.0


@pytest.mark.parametrize(
    ("local", "offset_s"), [(7200, 7200), (-12600, -12600), (20703, 20700), (10**6, None)]
)
def test_the_local_offset_is_rounded_to_quarters_and_must_make_sense(local, offset_s):
    fit = with_fields([(41, 2, UINT16)], [struct.pack("<H", 2500)] * 3)
    fit.message(ACTIVITY, [(253, UINT32, T0 + 3), (5, UINT32, T0 + 3 + local)])
    assert only(fit.to_bytes()).run.utc_offset_s == offset_s


def test_without_a_local_time_the_position_gives_the_offset():
    semicircles = 2**31 / 180
    row = struct.pack("<ii", round(48.137 * semicircles), round(11.575 * semicircles))
    recording = only(with_fields([(0, 4, SINT32), (1, 4, SINT32)], [row] * 3).to_bytes())
    assert recording.run.utc_offset_s == 7200  # Munich in September


def device(
    fit: Fit, index: int, *, product: int, maker: int = 1, kind: int = 255, source: int = 1,
    serial: int = 0, name: str = "",
) -> Fit:  # fmt: skip
    values: list[tuple[int, int, object]] = [
        (253, UINT32, T0), (0, UINT8, index), (1, UINT8, kind), (2, UINT16, maker),
        (3, UINT32Z, serial), (4, UINT16, product), (25, ENUM, source),
    ]  # fmt: skip
    if name:
        values.append((27, STRING, name))
    return fit.message(DEVICE_INFO, values)


def test_the_sensor_that_calls_itself_running_dynamics_supplied_the_balance():
    fit = run(10)
    device(fit, 0, product=3992, source=5)
    device(fit, 3, product=3300, kind=120, serial=7)  # a strap that only counts heart beats here
    device(fit, 4, product=65535, maker=65535, kind=30)
    device(fit, 4, product=2593, kind=30, serial=1234)
    sensor = only(fit.to_bytes()).run.sensor
    assert (sensor.name, sensor.serial_number) == ("Running Dynamics Pod", "1234")
    assert (sensor.manufacturer, sensor.product) == ("garmin", "running_dynamics_pod")
    assert sensor.evidence == "device_info"


@pytest.mark.parametrize(
    ("product", "name"),
    [(1752, "HRM-Run"), (1743, "HRM-Tri"), (3300, "HRM-Pro"), (4130, "HRM-Pro Plus")],
)
def test_a_strap_known_to_measure_balance_is_taken_by_its_product(product, name):
    fit = device(device(run(10), 0, product=3992, source=5), 1, product=product, kind=120)
    assert only(fit.to_bytes()).run.sensor.name == name


def test_two_sensors_that_could_have_supplied_it_are_flagged():
    fit = device(device(run(10), 1, product=1752, kind=30), 2, product=2593, kind=30)
    assert codes(only(fit.to_bytes())) == ["several_sensors"]


def test_a_sensor_changed_in_mid_run_under_the_same_index_is_flagged():
    fit = device(device(run(10), 4, product=1752, kind=30), 4, product=2593, kind=30)
    assert codes(only(fit.to_bytes())) == ["several_sensors"]


def test_a_watch_alone_is_the_only_source():
    fit = Fit()
    fit.message(0, [(0, ENUM, 4), (1, UINT16, 294), (2, UINT16, 804), (8, STRING, "COROS PACE 3")])
    fit.define(0, RECORD, RECORD_FIELDS)
    fit.data(0, record(T0)).data(0, record(T0 + 1)).session(T0, 2)
    device(fit, 0, product=804, maker=294, source=255, name="COROS PACE 3")
    sensor = only(fit.to_bytes()).run.sensor
    assert (sensor.name, sensor.evidence) == ("COROS PACE 3", "only_source")


def test_a_sensor_nobody_knows_is_unknown():
    fit = device(run(10), 5, product=77, maker=500, kind=99)
    assert only(fit.to_bytes()).run.sensor.evidence == "unknown"


RUNSCRIBE = bytes(range(100, 116))
STRYD = bytes.fromhex("18fb2cf01a4b430dad66988c847421f4")


def runscribe(units: str, left: float, right: float, *, native: int = 0) -> bytes:
    fit = Fit().file_id().application(2, RUNSCRIBE)
    fit.describe(2, 0, FLOAT32, "RS_ContactTime_L", units)
    fit.describe(2, 1, FLOAT32, "RS_ContactTime_R", units)
    fit.define(0, RECORD, [(253, 4, UINT32), (84, 2, UINT16)], [(0, 4, 2), (1, 4, 2)])
    for i in range(3):
        fit.data(0, struct.pack("<IHff", T0 + i, native, left, right))
    return fit.session(T0, 3).to_bytes()


@pytest.mark.parametrize(("units", "factor"), [("ms", 1.0), ("Milliseconds", 1.0), ("s", 1e-3)])
def test_contact_times_of_both_feet_give_balance_by_their_own_unit(units, factor):
    recording = only(runscribe(units, 260.0 * factor, 240.0 * factor))
    assert recording.samples["balance_left_pct"].to_list() == pytest.approx([52.0] * 3, abs=1e-4)
    assert recording.samples["gct_ms"].to_list() == pytest.approx([250.0] * 3, abs=1e-3)
    assert (recording.run.sensor.name, recording.run.sensor.evidence) == (
        "RunScribe",
        "developer_field",
    )
    mirrored = only(runscribe(units, 240.0 * factor, 260.0 * factor))
    assert mirrored.samples["balance_left_pct"].to_list() == pytest.approx([48.0] * 3, abs=1e-4)


def test_an_application_never_replaces_the_native_balance():
    recording = only(runscribe("ms", 260.0, 240.0, native=4900))
    assert recording.samples["balance_left_pct"].to_list() == pytest.approx([49.0] * 3, abs=1e-5)
    assert recording.run.sensor.evidence != "developer_field"


def test_contact_times_in_a_unit_nobody_knows_are_left_alone():
    recording = only(runscribe("furlongs", 260.0, 240.0))
    assert recording.samples["balance_left_pct"].null_count() == 3


def test_developer_columns_are_named_by_application_number_and_name():
    fit = Fit().file_id().application(0, STRYD)
    fit.describe(0, 9, FLOAT32, "Leg Spring Stiffness", "kN/m")
    fit.describe(0, 31, FLOAT32, "Leg Spring Stiffness Balance", "%")
    fit.describe(0, 3, UINT16, "Ground Time", "Milliseconds")
    fit.describe(0, 7, UINT8, "Tenths", "m", scale=10)
    fit.describe(0, 8, STRING, "Word")
    fit.define(
        0, RECORD, [(253, 4, UINT32)], [(9, 4, 0), (31, 4, 0), (3, 2, 0), (7, 1, 0), (8, 2, 0)]
    )
    for i in range(2):
        fit.data(0, struct.pack("<IffHB2s", T0 + i, 9.5, 0.0, 244, 15, b"a\0"))
    recording = only(fit.session(T0, 2).to_bytes())
    samples = recording.samples
    assert samples.columns[16:] == [
        "dev_18fb2cf0_9_leg_spring_stiffness",
        "dev_18fb2cf0_31_leg_spring_stiffness_balance",
        "dev_18fb2cf0_3_ground_time",
        "dev_18fb2cf0_7_tenths",
    ]
    assert samples["dev_18fb2cf0_9_leg_spring_stiffness"].to_list() == [9.5, 9.5]
    assert samples["dev_18fb2cf0_7_tenths"].to_list() == [1.5, 1.5]
    # A single pod writes zero for every balance: missing, not 0 % left.
    assert samples["dev_18fb2cf0_31_leg_spring_stiffness_balance"].null_count() == 2
    assert samples["gct_ms"].to_list() == [244.0, 244.0]
    first = recording.developer_fields[0]
    assert (first.name, first.unit, first.number) == ("Leg Spring Stiffness", "kN/m", 9)
    assert first.application_id == STRYD.hex()
    assert [f.column for f in recording.developer_fields] == samples.columns[16:]


def test_more_developer_fields_than_any_app_writes_are_cut_off_and_flagged():
    fit = Fit().file_id().application(0, STRYD)
    for number in range(200):
        fit.describe(0, number, UINT8, f"f{number}")
    fit.define(0, RECORD, [(253, 4, UINT32)], [(n, 1, 0) for n in range(200)])
    fit.data(0, struct.pack("<I", T0) + bytes(200))
    recording = only(fit.session(T0, 1).to_bytes())
    assert codes(recording) == ["developer_fields_dropped"]
    assert len(recording.samples.columns) == 16 + 128


def test_missing_is_null_and_never_nan():
    rows = [struct.pack("<H", v) for v in (0, 65535, 5000)]
    samples = only(with_fields([(84, 2, UINT16)], rows).to_bytes()).samples
    floats = samples.select(pl.col(pl.Float32, pl.Float64).is_nan().sum())
    assert sum(floats.row(0)) == 0
    assert np.isfinite(samples["balance_left_pct"].drop_nulls().to_numpy()).all()
