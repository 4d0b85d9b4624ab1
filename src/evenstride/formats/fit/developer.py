"""Which application a developer field belongs to, and what type and unit it has.

A file describes developer fields as it goes, under small indices that may be given to another
application in mid-file. A field is therefore known by its application, number, name and unit, never
by its index; what holds for a message is the last description before its definition (the first one
after it, where a device describes too late).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from evenstride.formats.fit.columns import (
    BYTE,
    Column,
    integers,
    merged,
    native,
    read,
    table,
    texts,
)
from evenstride.formats.fit.series import Reading, joined, plan
from evenstride.formats.fit.walk import DEVELOPER_DATA_ID, FIELD_DESCRIPTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.formats.fit.columns import AnyArray, Part, Table
    from evenstride.formats.fit.scan import Segment
    from evenstride.formats.fit.series import Plan
    from evenstride.formats.fit.walk import FieldSpec

T = TypeVar("T")

MAX_COLUMNS = 128  # five times what the richest real file has

# Field numbers of field_description and developer_data_id; the decoder itself stands on these.
_INDEX, _NUMBER, _BASE, _NAME, _SCALE, _OFFSET, _UNITS, _NATIVE = 0, 1, 2, 3, 6, 7, 8, 15
_APPLICATION, _DATA_INDEX = 1, 3


@dataclass(frozen=True, slots=True)
class DeveloperKey:
    """What a developer field is known by; `application` is the hexadecimal id, None if none."""

    application: str | None
    index: int
    number: int
    name: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Description:
    """One description of a developer field, and where in the file it stands."""

    position: int
    index: int
    number: int
    base: int
    key: DeveloperKey
    scale: float = 1.0
    offset: float = 0.0
    native_field: int | None = None


def descriptions(segment: Segment) -> tuple[Description, ...]:
    """Return all descriptions of developer fields in file order."""
    described = table(segment, FIELD_DESCRIPTION)
    if described is None:
        return ()
    n = len(described)
    ids = _applications(segment)

    def ints(number: int) -> list[int | None]:
        return integers(native(described, number), n)

    out = []
    for position, index, number, base, name, scale, offset, units, native_field in zip(
        described.positions.tolist(),
        ints(_INDEX),
        ints(_NUMBER),
        ints(_BASE),
        texts(native(described, _NAME), n),
        ints(_SCALE),
        ints(_OFFSET),
        texts(native(described, _UNITS), n),
        ints(_NATIVE),
        strict=True,
    ):
        if index is None or number is None:
            continue
        application = _at(ids.get(index, ()), position)
        key = DeveloperKey(
            application,
            # The index tells fields apart only where no application does.
            index if application is None else -1,
            number,
            name or f"field {number}",
            units,
        )
        out.append(
            Description(
                position,
                index,
                number,
                BYTE if base is None else base,
                key,
                float(scale or 1),
                float(offset or 0),
                native_field,
            )
        )
    return tuple(out)


def _applications(segment: Segment) -> dict[int, list[tuple[int, str]]]:
    ids = table(segment, DEVELOPER_DATA_ID)
    out: dict[int, list[tuple[int, str]]] = {}
    if ids is None:
        return out
    application = native(ids, _APPLICATION)
    if application is None or application.base != BYTE:
        return out
    for position, index, raw, valid in zip(
        ids.positions.tolist(),
        integers(native(ids, _DATA_INDEX), len(ids)),
        application.raw,
        application.valid.tolist(),
        strict=True,
    ):
        if index is not None and valid:
            out.setdefault(index, []).append((position, raw.tobytes().hex()))
    return out


def _at(known: Sequence[tuple[int, T]], position: int) -> T | None:
    """Return what was said last before `position`, else first after it."""
    before = [value for at, value in known if at < position]
    if before:
        return before[-1]
    return known[0][1] if known else None


def developer_columns(
    described: Sequence[Description], table: Table, *, limit: int = MAX_COLUMNS
) -> dict[DeveloperKey, tuple[Description, Column]]:
    """Return the developer fields of a table by key, at most `limit` of them.

    Fields that are never described are left out: nothing is known of them but their bytes.
    """
    pieces: dict[DeveloperKey, list[tuple[Part, Column]]] = {}
    chosen: dict[DeveloperKey, Description] = {}
    for part, resolved in zip(table.parts, _resolved(described, table, limit), strict=True):
        for spec, description in resolved:
            piece = part, read(part, spec, description.base)
            pieces.setdefault(description.key, []).append(piece)
            chosen.setdefault(description.key, description)
    out = {}
    for key, found in pieces.items():
        column = merged(table, found)
        if column is not None:
            out[key] = (chosen[key], column)
    return out


def developer_arrays(
    described: Sequence[Description], table: Table, *, limit: int = MAX_COLUMNS
) -> dict[DeveloperKey, AnyArray]:
    """Return the values of developer fields by key, numbers as raw / scale - offset.

    Numbers are float64, shape (n,), or (n, k) for arrays, NaN where missing; bytes and strings are
    as they stand.
    """
    resolved = _resolved(described, table, limit)
    if not any(resolved):
        return {}
    plans = [
        _plan(tuple(own), part.group.definition.big_endian)
        for part, own in zip(table.parts, resolved, strict=True)
    ]
    out: dict[DeveloperKey, AnyArray] = joined(table, plans, whole=True)
    if any(not r.numeric for how in plans for r in how.readings):
        columns = developer_columns(described, table, limit=limit)
        out |= {key: column.raw for key, (_, column) in columns.items() if key not in out}
    met = dict.fromkeys(d.key for own in resolved for _, d in own)
    return {key: out[key] for key in met if key in out}


@lru_cache(maxsize=1024)
def _plan(resolved: tuple[tuple[FieldSpec, Description], ...], big_endian: bool) -> Plan:  # noqa: FBT001
    readings = [Reading(d.key, spec, d.base, d.scale, d.offset) for spec, d in resolved]
    return plan(readings, big_endian=big_endian)


def _resolved(
    described: Sequence[Description], table: Table, limit: int
) -> list[list[tuple[FieldSpec, Description]]]:
    """Return which fields of each part are described, and how."""
    out: list[list[tuple[FieldSpec, Description]]] = [[] for _ in table.parts]
    if not any(part.group.definition.developer for part in table.parts):
        return out
    by_slot: dict[tuple[int, int], list[tuple[int, Description]]] = {}
    for d in described:
        by_slot.setdefault((d.index, d.number), []).append((d.position, d))
    met: set[DeveloperKey] = set()
    for part, own in zip(table.parts, out, strict=True):
        here: set[DeveloperKey] = set()
        for spec in part.group.definition.developer:
            description = _described(by_slot, part, spec)
            # The same field twice in one message: the first stands.
            if description is None or description.key in here:
                continue
            if description.key not in met and len(met) >= limit:
                continue
            met.add(description.key)
            here.add(description.key)
            own.append((spec, description))
    return out


def _described(
    by_slot: dict[tuple[int, int], list[tuple[int, Description]]], part: Part, spec: FieldSpec
) -> Description | None:
    known = by_slot.get((spec.developer_index, spec.number), ())
    return _at(known, part.group.defined_at)
