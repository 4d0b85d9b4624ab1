"""Every value of every real file, held against fitdecode, an independent decoder."""

from __future__ import annotations

import math
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import fitdecode
import numpy as np
import pytest

from evenstride.formats.fit.columns import BYTE, STRING, component, numbers, text
from evenstride.formats.fit.columns import scaled as scaled_array
from evenstride.formats.fit.decode import decode
from evenstride.formats.fit.profile import fields

if TYPE_CHECKING:
    from pathlib import Path

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


@dataclass
class Theirs:
    """fitdecode's values of one kind of message, by row.

    `native` and `developer` hold (raw value, scaled value or None) by field; `unpacked` components
    by (packed field, component); `times` the resolved timestamps.
    """

    native: dict = field(default_factory=lambda: defaultdict(dict))
    developer: dict = field(default_factory=lambda: defaultdict(dict))
    unpacked: dict = field(default_factory=lambda: defaultdict(dict))
    times: dict = field(default_factory=dict)


def collected(frames) -> Theirs:
    theirs = Theirs()
    for row, frame in enumerate(frames):
        for place, data in enumerate(frame.fields):
            if data.field_def is None:
                expanded(theirs, row, data, frame.fields[place:])
            elif data.field_def.is_dev:
                f = data.field
                if f.name is not None:  # of one never described nothing is known
                    key = (f.def_num, f.name, f.units)
                    theirs.developer[key].setdefault(row, data.raw_value)
            else:
                number = data.field_def.def_num
                theirs.native[number].setdefault(row, (data.raw_value, scaled_value(data)))
                if number == TIMESTAMP and data.raw_value is not None:
                    theirs.times[row] = data.raw_value
    return theirs


def expanded(theirs: Theirs, row: int, data, rest) -> None:
    """Note a value that stands in no field of its own: a component, or a time in the header."""
    if data.field.def_num == TIMESTAMP:
        theirs.times.setdefault(row, data.raw_value)
        return
    # Components stand before the field they were packed in.
    owner = next((d for d in rest if d.field_def is not None), None)
    if owner is not None and owner.name == "compressed_speed_distance":
        theirs.unpacked[owner.field_def.def_num, data.field.def_num][row] = data.value


def scaled_value(data) -> float | None:
    """Return the value in its unit, where it is a plain number under its main name."""
    if data.field is None or data.parent_field is not None or data.field.type.enum:
        return None
    return data.value if isinstance(data.value, (int, float)) else None


def compare(held, frames) -> int:
    """Compare all fields of all messages of one kind; return how many values were compared."""
    theirs = collected(frames)
    compare_native(held, theirs)
    compare_developer(held, theirs)
    compare_components(held, theirs)
    seconds, known = held.times()
    if known.any():
        np.testing.assert_array_equal(held.arrays()["timestamp"], np.where(known, seconds, np.nan))
    for row, at in theirs.times.items():
        assert known[row]
        assert seconds[row] == at, row
    assert int(known[: len(frames)].sum()) == len(theirs.times)
    kinds = (theirs.native, theirs.developer, theirs.unpacked)
    return sum(len(rows) for kind in kinds for rows in kind.values())


def compare_native(held, theirs: Theirs) -> None:
    names = {held.number(n): n for n in held if isinstance(n, str)}
    series = held.series()
    arrays = held.arrays()
    for number, rows in theirs.native.items():
        if number not in names:
            assert all(raw in (None, ()) for raw, _ in rows.values()), number
            continue
        name = names[number]
        column = held[name]
        ours = our_values(column)
        known = fields(held.message).get(name)
        scaled = numbers(column, known.scale, known.offset) if known else numbers(column)
        if number != TIMESTAMP and column.base not in {BYTE, STRING}:
            np.testing.assert_array_equal(series[name], scaled)
            unit = (known.scale, known.offset) if known else ()
            np.testing.assert_array_equal(arrays[name], scaled_array(column, *unit))
        elif number != TIMESTAMP:
            np.testing.assert_array_equal(arrays[name], column.raw)
        for row, (raw, value) in rows.items():
            assert same(shortened(ours[row], raw), raw), (name, row, ours[row], raw)
            if value is not None:
                assert scaled[row] == pytest.approx(value, rel=1e-12), (name, row)


def compare_developer(held, theirs: Theirs) -> None:
    # fitdecode keeps the index, ours the application: number, name and unit are the same in both.
    developer = held.developer()
    arrays = held.arrays()
    for key, column in developer.items():
        if column.base in {BYTE, STRING}:
            np.testing.assert_array_equal(arrays[key], column.raw)
        else:
            missing = np.isnan(arrays[key])
            np.testing.assert_array_equal(missing, ~column.valid)
            assert (arrays[key] == column.raw)[~missing].all()
    for key, rows in theirs.developer.items():
        candidates = [
            our_values(c) for k, c in developer.items() if (k.number, k.name, k.unit) == key
        ]
        for row, raw in rows.items():
            assert any(same(shortened(c[row], raw), raw) for c in candidates), (key, row, raw)


def compare_components(held, theirs: Theirs) -> None:
    for (packed, number), rows in theirs.unpacked.items():
        owner = next(f for f in fields(held.message).values() if f.number == packed)
        c = next(c for c in owner.components if c.number == number)
        ours = component(
            held[owner.name],
            bits=c.bits,
            bit_offset=c.bit_offset,
            scale=c.scale,
            offset=c.offset,
            accumulate=c.accumulate,
        )
        for row, value in rows.items():
            assert same(None if np.isnan(ours[row]) else ours[row], value), (owner.name, row)


def same(ours: object, theirs: object) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-12)
    return ours == theirs


def files() -> list[str]:
    from real_files import REAL_DATA

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
