"""Every trap of the byte level, each by a file built for it."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from evenstride.formats.fit.columns import integers, native, numbers, table, texts, timestamps
from evenstride.formats.fit.crc import checksum, checksum_numpy
from evenstride.formats.fit.decode import decode
from evenstride.formats.fit.scan import scan
from fit_bytes import (
    BYTE,
    ENUM,
    FLOAT32,
    RECORD,
    RECORD_FIELDS,
    STRING,
    T0,
    UINT8,
    UINT16,
    UINT16Z,
    UINT32,
    Fit,
    crc,
    record,
    run,
)


def records(data: bytes, segment: int = 0):
    held = table(scan(data)[0][segment], RECORD)
    assert held is not None
    return held


def codes(data: bytes) -> list[str]:
    segments, around = scan(data)
    return [i.code for s in segments for i in s.issues] + [i.code for i in around]


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 4096, 10_001])
def test_both_checksums_equal_the_plain_one(size):
    data = np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8).tobytes()
    assert checksum(data) == checksum_numpy(data) == crc(data)


def test_a_sound_file_has_no_issues_and_all_records_in_order():
    data = run(500).to_bytes()
    assert codes(data) == []
    assert integers(native(records(data), 253), 500) == list(range(T0, T0 + 500))


def test_messages_that_alternate_in_long_cycles_are_all_found():
    # Cycles of three kinds, broken now and then, so that repeats and single steps both occur.
    fit = Fit().file_id().define(0, RECORD, RECORD_FIELDS)
    fit.define(1, 160, [(0, 3, BYTE)]).define(2, 233, [(0, 2, BYTE)])
    times, extras = [], 0
    for i in range(3000):
        fit.data(0, record(T0 + i)).data(1, b"abc")
        times.append(T0 + i)
        if i % 37 == 5 or (1000 < i < 1100 and i % 3):
            fit.data(2, b"xy")
            extras += 1
        fit.data(2, b"xy")
    data = fit.to_bytes()
    segment = scan(data)[0][0]
    assert integers(native(records(data), 253), 3000) == times
    assert len(table(segment, 160)) == 3000
    assert len(table(segment, 233)) == 3000 + extras


def test_big_endian_and_little_endian_of_the_same_message_agree():
    fit = Fit().file_id()
    fit.define(0, RECORD, [(253, 4, UINT32), (41, 2, UINT16)], big=True)
    fit.data(0, struct.pack(">IH", T0, 2501))
    fit.define(0, RECORD, [(253, 4, UINT32), (41, 2, UINT16)])
    fit.data(0, struct.pack("<IH", T0 + 1, 2502))
    held = records(fit.to_bytes())
    assert integers(native(held, 253), 2) == [T0, T0 + 1]
    assert integers(native(held, 41), 2) == [2501, 2502]


def test_a_local_message_may_be_redefined_and_a_field_change_size_and_type():
    fit = Fit().file_id()
    fit.define(0, RECORD, [(253, 4, UINT32), (4, 1, UINT8)])
    fit.data(0, struct.pack("<IB", T0, 80)).data(0, struct.pack("<IB", T0 + 1, 255))
    fit.define(0, RECORD, [(4, 2, UINT16), (253, 4, UINT32)])
    fit.data(0, struct.pack("<HI", 300, T0 + 2)).data(0, struct.pack("<HI", 255, T0 + 3))
    fit.define(0, RECORD, [(253, 4, UINT32)])
    fit.data(0, struct.pack("<I", T0 + 4))
    held = records(fit.to_bytes())
    assert integers(native(held, 253), 5) == [T0 + i for i in range(5)]
    # 255 is invalid where the field is one byte, and a value where it is two.
    assert integers(native(held, 4), 5) == [80, None, 300, 255, None]


def test_fields_of_size_zero_say_nothing():
    fit = Fit().file_id().define(0, RECORD, [(253, 4, UINT32), (41, 0, UINT16), (4, 1, UINT8)])
    fit.data(0, struct.pack("<IB", T0, 80))
    held = records(fit.to_bytes())
    assert native(held, 41) is None
    assert integers(native(held, 4), 1) == [80]


def test_messages_without_any_field_are_stepped_over():
    fit = Fit().file_id().define(3, 140, []).raw(b"\x03" * 50).define(0, RECORD, RECORD_FIELDS)
    data = fit.data(0, record(T0)).raw(b"\x03" * 9).data(0, record(T0 + 1)).to_bytes()
    assert codes(data) == []
    assert len(records(data)) == 2


def test_arrays_strings_bytes_unknown_types_and_sizes_that_do_not_fit():
    fields = [
        (0, 4, UINT16),  # an array of two
        (1, 6, STRING),
        (2, 2, BYTE),
        (3, 2, 0x55),  # no such base type
        (4, 3, UINT16),  # three bytes are no whole number of uint16
        (5, 2, UINT16Z),
        (6, 4, FLOAT32),
    ]
    fit = Fit().file_id().define(0, RECORD, fields)
    nan = struct.pack("<I", 0xFFFFFFFF)
    fit.data(
        0,
        struct.pack("<HH6s2s2s3sHf", 7, 65535, b"ab\0cd\0", b"\1\xff", b"\2\3", b"\4\5\6", 9, 1.5),
    )
    fit.data(
        0,
        struct.pack("<HH6s2s2s3sH", 65535, 8, b"\0" * 6, b"\xff\xff", b"\xff\xff", b"\7\7\7", 0)
        + nan,
    )
    held = records(fit.to_bytes())
    array = native(held, 0)
    assert array.raw.tolist() == [[7, 65535], [65535, 8]]
    assert array.valid.tolist() == [[True, False], [False, True]]
    assert numbers(array).tolist()[0] == 7.0
    assert texts(native(held, 1), 2) == ["ab", None]
    for number in (2, 3):
        assert native(held, number).base == BYTE
        assert native(held, number).valid.tolist() == [True, False]
    assert native(held, 4).raw.tolist() == [[4, 5, 6], [7, 7, 7]]
    assert np.isnan(numbers(native(held, 4))).all()
    assert integers(native(held, 5), 2) == [9, None]
    np.testing.assert_array_equal(numbers(native(held, 6)), [1.5, np.nan])


def test_compressed_timestamps_roll_over_and_count_from_any_message():
    fit = Fit().file_id().define(0, RECORD, [(4, 1, UINT8)])
    fit.event(T0 + 30, 0)  # a full timestamp in another kind of message
    expected = []
    at = T0 + 30
    for step in (1, 1, 1, 5, 31, 0, 2):
        at += step
        fit.short(0, at & 31, b"\x50")
        expected.append(at)
    fit.event(T0 + 500, 4)
    fit.short(0, (T0 + 501) & 31, b"\x51")
    expected.append(T0 + 501)
    data = fit.to_bytes()
    seconds, valid = timestamps(scan(data)[0][0], records(data))
    assert valid.all()
    assert seconds.tolist() == expected


def test_a_local_message_above_zero_may_have_compressed_timestamps():
    fit = Fit().file_id().define(3, RECORD, [(4, 1, UINT8)]).event(T0, 0)
    fit.short(3, (T0 + 3) & 31, b"\x50")
    data = fit.to_bytes()
    seconds, _ = timestamps(scan(data)[0][0], records(data))
    assert seconds.tolist() == [T0 + 3]


def test_a_compressed_timestamp_before_any_full_one_counts_from_zero():
    data = Fit().file_id().define(0, RECORD, [(4, 1, UINT8)]).short(0, 7, b"\x50").to_bytes()
    seconds, valid = timestamps(scan(data)[0][0], records(data))
    assert (seconds.tolist(), valid.tolist()) == ([7], [True])


def test_data_size_zero_is_read_to_the_end():
    assert codes(run(50).to_bytes(size=0, check=0)) == ["header_size", "truncated"]
    assert len(records(run(50).to_bytes(size=0, check=0))) == 50


def test_a_wrong_data_size_under_a_right_checksum_is_put_right():
    for size in (0, 40, 10**6):
        data = run(50).to_bytes(size=size)
        assert codes(data) == ["header_size"], size
        assert len(records(data)) == 50


@pytest.mark.parametrize("lost", [1, 2, 3, 30, 200])
def test_a_truncated_file_keeps_what_is_there(lost):
    fit = Fit().file_id().define(0, RECORD, RECORD_FIELDS)
    for i in range(100):
        fit.data(0, record(T0 + i))
    data = fit.to_bytes()[:-lost]
    assert codes(data) == ["truncated"]
    whole = 100 - -(-max(lost - 2, 0) // 12)  # a record and its header take 12 bytes
    assert integers(native(records(data), 253), whole) == list(range(T0, T0 + whole))


def test_a_bad_checksum_is_flagged_and_the_file_read():
    data = run(50).to_bytes(check=1)
    assert codes(data) == ["bad_crc"]
    assert len(records(data)) == 50


def test_trailing_bytes_are_left_out_and_padding_is_silent():
    data = run(50).to_bytes()
    assert codes(data + b"rubbish") == ["trailing_bytes"]
    assert codes(data + b"\0" * 64) == []


def test_chained_files_are_read_each_with_its_own_definitions():
    first, second = run(20), Fit().file_id().define(0, RECORD, [(253, 4, UINT32)])
    second.data(0, struct.pack("<I", T0 + 9))
    data = first.to_bytes() + second.to_bytes(header=12)
    assert codes(data) == []
    assert len(records(data, 0)) == 20
    assert len(records(data, 1)) == 1


def test_a_message_never_defined_ends_the_reading():
    fit = run(20).raw(b"\x07abcdef").define(1, RECORD, RECORD_FIELDS).data(1, record(T0))
    assert codes(fit.to_bytes()) == ["corrupt"]
    assert len(records(fit.to_bytes())) == 20


def test_more_definitions_than_any_watch_writes_end_the_reading():
    fit = Fit().file_id()
    for i in range(5000):
        fit.define(0, 1000 + i, [(0, 1, ENUM)]).data(0, b"\0")
    assert codes(fit.to_bytes()) == ["too_much"]


def test_developer_fields_are_known_by_application_number_and_name():
    fit = Fit().file_id()
    fit.application(0, bytes(range(16))).describe(0, 5, UINT16, "Power", "W")
    fit.application(1, bytes(range(16, 32))).describe(1, 5, UINT8, "Power", "W")
    fit.define(0, RECORD, [(253, 4, UINT32)], [(5, 2, 0), (5, 1, 1)])
    fit.data(0, struct.pack("<IHB", T0, 300, 30))
    # The same index is given to another application, and the same definition sent again.
    fit.application(0, bytes(range(32, 48))).describe(0, 5, FLOAT32, "Stiffness", "kN/m")
    fit.define(0, RECORD, [(253, 4, UINT32)], [(5, 4, 0), (5, 1, 1)])
    fit.data(0, struct.pack("<IfB", T0 + 1, 9.5, 31))
    held = decode(fit.to_bytes())[0][0].messages("record")
    series = {
        (key.application, key.name): value.tolist()
        for key, value in held.series().items()
        if not isinstance(key, str)
    }
    first, second, third = (bytes(range(a, a + 16)).hex() for a in (0, 16, 32))
    assert series[second, "Power"] == [30.0, 31.0]
    np.testing.assert_array_equal(series[first, "Power"], [300.0, np.nan])
    np.testing.assert_array_equal(series[third, "Stiffness"], [np.nan, 9.5])


def test_the_same_definition_bytes_mean_another_field_after_a_new_description():
    fit = Fit().file_id().application(0, bytes(range(16)))
    fit.describe(0, 1, UINT16, "First")
    fit.define(0, RECORD, [(253, 4, UINT32)], [(1, 2, 0)]).data(0, struct.pack("<IH", T0, 1))
    fit.describe(0, 1, UINT16, "Second")
    fit.define(0, RECORD, [(253, 4, UINT32)], [(1, 2, 0)]).data(0, struct.pack("<IH", T0 + 1, 2))
    held = decode(fit.to_bytes())[0][0].messages("record")
    series = {k.name: v.tolist() for k, v in held.series().items() if not isinstance(k, str)}
    np.testing.assert_array_equal(series["First"], [1.0, np.nan])
    np.testing.assert_array_equal(series["Second"], [np.nan, 2.0])


def test_a_developer_field_described_too_late_is_still_known_and_one_never_described_left_out():
    fit = Fit().file_id()
    fit.define(0, RECORD, [(253, 4, UINT32)], [(1, 2, 0), (2, 1, 0)])
    fit.data(0, struct.pack("<IHB", T0, 77, 1))
    fit.describe(0, 1, UINT16, "Late")
    held = decode(fit.to_bytes())[0][0].messages("record")
    developer = {k.name: integers(c, 1) for k, c in held.developer().items()}
    assert developer == {"Late": [77]}


def test_the_generic_door_names_messages_and_fields():
    (file,), around = decode(run(30).to_bytes())
    assert around == ()
    assert file.names() == ("file_id", "event", "record", "lap", "session", "activity")
    held = file.messages("record")
    assert set(held) == {"timestamp", "stance_time_balance", "stance_time", "cadence", "speed"}
    assert held.series()["stance_time_balance"][1] == 49.01
    assert file.messages("hrv") is None
    assert decode(b"no FIT file at all") == ((), ())
