"""Every value of every real file, held against fitdecode, an independent decoder."""

from __future__ import annotations

import math
import warnings
from collections import defaultdict
from pathlib import Path

import fitdecode
import numpy as np
import pytest

from evenstride.formats.fit.columns import BYTE, STRING, component, numbers, text
from evenstride.formats.fit.decode import decode
from evenstride.formats.fit.profile import fields

MESSAGES = (
    "file_id", "device_info", "developer_data_id", "field_description", "session", "lap", "event",
    "record", "activity", "sport",
)  # fmt: skip
TIMESTAMP = 253


def by_fitdecode(data: bytes):
    """Return messages by (file in chain, name), and whether all could be read."""
    found = defaultdict(list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with fitdecode.FitReader(data, processor=None) as reader:
                for frame in reader:
                    if isinstance(frame, fitdecode.FitDataMessage) and frame.name in MESSAGES:
                        found[reader.fit_file_index, frame.name].append(frame)
        except (fitdecode.FitError, ValueError):  # what these files make it raise
            return found, False
    return found, True


def our_values(column) -> list[object]:
    """Return a column as fitdecode's raw values: None for invalid, tuples for arrays and bytes."""
    raw, valid = column.raw, column.valid
    if column.base == STRING:
        return [text(v) for v in raw.tolist()]
    if column.base == BYTE:
        return [tuple(r) if ok else None for r, ok in zip(raw.tolist(), valid, strict=True)]
    if raw.ndim == 2:
        return [
            tuple(v if ok else None for v, ok in zip(r, oks, strict=True))
            for r, oks in zip(raw.tolist(), valid.tolist(), strict=True)
        ]
    return [v if ok else None for v, ok in zip(raw.tolist(), valid.tolist(), strict=True)]


def shortened(ours: object, theirs: object) -> object:
    """Cut an array of ours to the length it has in this message."""
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        return ours[: len(theirs)]
    return ours[0] if isinstance(ours, tuple) and not isinstance(theirs, tuple) else ours


def compare(held, frames) -> int:
    """Compare all fields of all messages of one kind; return how many values were compared."""
    expected = defaultdict(dict)  # key -> row -> (raw value, scaled value or None)
    unpacked = defaultdict(dict)  # (packed field, component number) -> row -> scaled value
    times = {}
    for row, frame in enumerate(frames):
        packed = None
        for data in frame.fields:
            if data.field_def is None:
                if data.field is not None and data.field.def_num == TIMESTAMP:
                    times.setdefault(row, data.raw_value)
                elif packed is not None:
                    unpacked[packed, data.field.def_num][row] = data.raw_value
                continue
            if data.field_def.is_dev:
                f = data.field
                if f.name is None:
                    continue  # never described: nothing is known of it
                key = ("developer", f.dev_data_index, f.def_num, f.name, f.units)
                expected[key].setdefault(row, (data.raw_value, None))
                continue
            field = data.field
            plain = (
                field is not None
                and data.parent_field is None
                and not field.type.enum
                and isinstance(data.value, (int, float))
            )
            value = (data.raw_value, data.value if plain else None)
            expected[data.field_def.def_num].setdefault(row, value)
            if data.field_def.def_num == TIMESTAMP and data.raw_value is not None:
                times[row] = data.raw_value
        # Components stand before the field they were packed in.
        for i, data in enumerate(frame.fields):
            if data.field_def is None and data.field is not None and data.is_expanded:
                owner = next((d for d in frame.fields[i:] if d.field_def is not None), None)
                if owner is not None and owner.name == "compressed_speed_distance":
                    unpacked[owner.field_def.def_num, data.field.def_num][row] = data.value
    compared = 0
    names = {held.number(n): n for n in held if isinstance(n, str)}
    developer = held.developer()
    for key, rows in expected.items():
        if isinstance(key, tuple):
            # fitdecode keeps the index; ours keeps the application. Name, number and unit agree.
            candidates = [
                our_values(c)
                for k, c in developer.items()
                if (k.number, k.name, k.unit) == (key[2], key[3], key[4])
            ]
            assert candidates, key
            for row, (raw, _) in rows.items():
                assert any(same(shortened(c[row], raw), raw) for c in candidates), (key, row, raw)
            compared += len(rows)
            continue
        if key not in names:
            assert all(raw in (None, ()) for raw, _ in rows.values()), key
            continue
        column = held[names[key]]
        ours = our_values(column)
        field = fields(held.message).get(names[key])
        scaled = numbers(column, field.scale, field.offset) if field else numbers(column)
        for row, (raw, value) in rows.items():
            mine = shortened(ours[row], raw)
            assert same(mine, raw), (names[key], row, mine, raw)
            if value is not None:
                assert scaled[row] == pytest.approx(value, rel=1e-12), (names[key], row)
        compared += len(rows)
    for (packed, number), rows in unpacked.items():
        field = next(f for f in fields(held.message).values() if f.number == packed)
        c = next(c for c in field.components if c.number == number)
        ours = component(
            held[field.name],
            bits=c.bits,
            bit_offset=c.bit_offset,
            scale=c.scale,
            offset=c.offset,
            accumulate=c.accumulate,
        )
        for row, value in rows.items():
            assert same(None if np.isnan(ours[row]) else ours[row], value), (field.name, row)
        compared += len(rows)
    seconds, known = held.times()
    for row, at in times.items():
        assert known[row]
        assert seconds[row] == at, row
    assert int(known[: len(frames)].sum()) == len(times)
    return compared


def same(ours: object, theirs: object) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-12)
    return ours == theirs


def files() -> list[str]:
    from conftest import REAL_DATA

    return sorted(str(p.relative_to(REAL_DATA)) for p in REAL_DATA.glob("*/*.fit"))


@pytest.mark.parametrize("name", files() or ["none"])
def test_every_value_equals_fitdecodes(real_data: Path, name: str):
    data = (real_data / name).read_bytes()
    theirs, complete = by_fitdecode(data)
    ours, _ = decode(data)
    compared = 0
    for (index, kind), frames in theirs.items():
        held = ours[index].messages(kind)
        assert held is not None
        if complete:
            assert held.count == len(frames), kind
        else:
            assert held.count >= len(frames), kind
        compared += compare(held, frames)
    if complete:
        for index, file in enumerate(ours):
            for kind in set(file.names()) & set(MESSAGES):
                assert (index, kind) in theirs, kind
    assert compared > 0 or not theirs
