"""Any bytes give a reading or a refusal, damage never raises, and what is written is read."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evenstride.domain.recording import SAMPLES_SCHEMA, Reading
from evenstride.formats import read
from evenstride.formats.fit.columns import integers, native, table
from evenstride.formats.fit.decode import decode
from evenstride.formats.fit.scan import scan
from fit_bytes import (
    BYTE,
    CODES,
    FLOAT32,
    RECORD,
    SIZES,
    STRING,
    T0,
    UINT8,
    UINT16,
    UINT32,
    Fit,
    run,
)


def rich() -> bytes:
    """A file with everything in it that has a reader: laps, pauses, developer fields, devices."""
    fit = run(40)
    fit.application(0, bytes.fromhex("18fb2cf01a4b430dad66988c847421f4"))
    fit.describe(0, 9, FLOAT32, "Leg Spring Stiffness", "kN/m")
    fit.describe(0, 1, UINT16, "RS_ContactTime_L", "ms")
    fit.describe(0, 2, UINT16, "RS_ContactTime_R", "ms")
    fields = [(253, 4, UINT32), (8, 3, BYTE), (42, 1, 0), (53, 1, UINT8)]
    fit.define(1, RECORD, fields, [(9, 4, 0), (1, 2, 0), (2, 2, 0)])
    for i in range(20):
        body = struct.pack("<I3sBBfHH", T0 + 50 + i, b"\1\2\3", 1, 64, 9.5, 240, 250)
        fit.data(1, body)
    fit.define(2, RECORD, [(4, 1, UINT8)])
    for i in range(10):
        fit.short(2, (T0 + 71 + i) & 31, b"\x50")
    return fit.to_bytes() + run(15, start=T0 + 5000).to_bytes(header=12)


RICH = rich()


def check(reading: Reading) -> None:
    """Hold a reading to what its type promises."""
    assert (reading.refusal is None) == bool(reading.recordings)
    for index, recording in enumerate(reading.recordings):
        assert recording.session_index == index
        samples = recording.samples
        assert list(samples.schema.items())[:16] == list(SAMPLES_SCHEMA.items())
        t_s = samples["t_s"].to_numpy()
        assert t_s[0] >= 0.0
        assert (np.diff(t_s) > 0).all()
        assert samples.columns[16:] == [f.column for f in recording.developer_fields]
        for lap in recording.laps:
            assert lap.start_s <= lap.end_s
        for start, end in recording.pauses:
            assert start < end
    if reading.refusal is not None:
        assert reading.refusal.sentence.endswith(".")


def test_the_rich_file_is_sound():
    reading = read(RICH)
    check(reading)
    first, second = reading.recordings
    assert first.issues == second.issues == ()
    assert (len(first.samples), len(second.samples)) == (70, 15)


@given(st.binary(max_size=400))
def test_any_bytes_give_a_reading(data):
    check(read(data))


@given(st.binary(max_size=400))
def test_any_bytes_after_a_header_give_a_reading(body):
    fit = Fit().raw(body)
    check(read(fit.to_bytes()))
    check(read(fit.to_bytes(size=0)))
    for file in decode(fit.to_bytes())[0]:
        for name in file.names():
            file.messages(name).series()


@given(st.integers(0, len(RICH)))
def test_a_file_cut_anywhere_gives_a_reading(cut):
    check(read(RICH[:cut]))


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(RICH) - 1), st.integers(0, 7)), min_size=1, max_size=9)
)
def test_flipped_bits_give_a_reading(flips):
    data = bytearray(RICH)
    for at, bit in flips:
        data[at] ^= 1 << bit
    check(read(bytes(data)))


TYPES = [*CODES, STRING, 0x8E, 0x8F, 0x90, 0xFF, 0x55]


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, len(RICH) - 1), st.sampled_from(TYPES)), min_size=1, max_size=9
    )
)
def test_types_put_anywhere_give_a_reading(changes):
    data = bytearray(RICH)
    for at, value in changes:
        data[at] = value
    check(read(bytes(data)))
    for file in decode(bytes(data))[0]:
        for name in file.names():
            held = file.messages(name)
            held.series()
            held.times()


@given(st.integers(0, len(RICH)), st.integers(0, 60), st.binary(max_size=40))
def test_bytes_lost_and_put_in_give_a_reading(at, lost, more):
    check(read(RICH[:at] + more + RICH[at + lost :]))


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(RICH) - 1), st.integers(0, 255)), min_size=1, max_size=30)
)
def test_flipped_bits_give_a_reading_long(changes):
    data = bytearray(RICH)
    for at, value in changes:
        data[at] = value
    check(read(bytes(data)))


bases = st.sampled_from([b for b in CODES if b != BYTE])


@st.composite
def tables(draw):
    """Draw definitions in either byte order and messages that use them in any order."""
    definitions = draw(
        st.lists(
            st.tuples(
                st.lists(
                    st.tuples(st.integers(0, 250), bases), min_size=1, max_size=6,
                    unique_by=lambda f: f[0],
                ),
                st.booleans(),
            ),
            min_size=1,
            max_size=4,
        )
    )  # fmt: skip
    order = draw(st.lists(st.integers(0, len(definitions) - 1), min_size=1, max_size=60))
    seed = draw(st.integers(0, 2**32 - 1))
    return definitions, order, seed


@given(tables())
def test_what_is_written_is_read(drawn):
    definitions, order, seed = drawn
    rng = np.random.default_rng(seed)
    fit = Fit()
    for local, (fields, big) in enumerate(definitions):
        # Every definition has its own message number, so that a field keeps one type.
        fit.define(local, 300 + local, [(n, SIZES[b], b) for n, b in fields], big=big)
    rows: dict[int, list[tuple[int, ...]]] = {}
    for local in order:
        fields, big = definitions[local]
        values = tuple(int(v) for v in rng.integers(1, 100, len(fields)))
        codes = "".join(CODES[b] for _, b in fields)
        fit.data(local, struct.pack((">" if big else "<") + codes, *values))
        rows.setdefault(local, []).append(values)
    (segment,), around = scan(fit.to_bytes())
    assert around == ()
    assert segment.issues == ()
    for local, written in rows.items():
        held = table(segment, 300 + local)
        assert len(held) == len(written)
        for place, (number, _) in enumerate(definitions[local][0]):
            column = native(held, number)
            assert column.valid.all()
            assert column.raw.tolist() == [row[place] for row in written]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=400), st.integers(1, 30))
def test_repeats_of_any_pattern_are_found_at_their_places(pattern, times):
    """The shortcut for repeated headers finds what a step by step reading finds."""
    fit = Fit()
    for local in range(4):
        fit.define(local, 300 + local, [(0, 4, UINT32), (1, 1 + 3 * local, BYTE)])
    expected: dict[int, list[int]] = {}
    for i, local in enumerate(pattern * times):
        fit.data(local, struct.pack("<I", i) + bytes([local]) * (1 + 3 * local))
        expected.setdefault(local, []).append(i)
    (segment,), _ = scan(fit.to_bytes())
    assert segment.issues == ()
    for local, places in expected.items():
        held = table(segment, 300 + local)
        assert integers(native(held, 0), len(held)) == places


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)
)
def test_names_survive(name):
    fit = Fit().file_id().application(0, bytes(range(16))).describe(0, 1, UINT8, name, "x")
    fit.define(0, RECORD, [(253, 4, UINT32)], [(1, 1, 0)]).data(0, struct.pack("<IB", T0, 7))
    held = decode(fit.to_bytes())[0][0].messages("record")
    assert [key.name for key in held.developer()] == [name]
    (recording,) = read(fit.session(T0, 1).to_bytes()).recordings
    assert recording.developer_fields[0].name == name
    assert recording.samples.columns[16].isidentifier()
