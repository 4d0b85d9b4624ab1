"""How message bytes become typed columns: base types, byte order, invalid values, arrays.

A table gathers the rows of each definition once; a column is then a strided read of them, and stays
integers with a validity mask until somebody asks for numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evenstride.formats.fit.walk import IntArray  # noqa: TC001  (part of the types below)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.formats.fit.scan import Segment
    from evenstride.formats.fit.walk import FieldSpec, Group

AnyArray = npt.NDArray[Any]

BYTE, STRING = 0x0D, 0x07
ABSURD = 1e30
TIMESTAMP = 253

# Base type number: (NumPy type without byte order, the value that means "invalid").
NUMBERS: dict[int, tuple[str, int | None]] = {
    0x00: ("u1", 0xFF),  # enum
    0x01: ("i1", 0x7F),
    0x02: ("u1", 0xFF),
    0x83: ("i2", 0x7FFF),
    0x84: ("u2", 0xFFFF),
    0x85: ("i4", 0x7FFFFFFF),
    0x86: ("u4", 0xFFFFFFFF),
    0x88: ("f4", None),  # invalid is NaN
    0x89: ("f8", None),
    0x0A: ("u1", 0),  # the z types: zero is invalid
    0x8B: ("u2", 0),
    0x8C: ("u4", 0),
    0x8E: ("i8", 0x7FFFFFFFFFFFFFFF),
    0x8F: ("u8", 0xFFFFFFFFFFFFFFFF),
    0x90: ("u8", 0),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One field of all messages of a kind.

    Attributes
    ----------
    raw
        As stored, native byte order: shape (n,), or (n, k) for arrays and bytes; strings are `S`.
    valid
        Same shape as `raw` for numbers, (n,) for bytes and strings. What is not valid is missing:
        the message has no such field, or it holds the value that means "invalid".
    base
        FIT base type number.
    """

    raw: AnyArray
    valid: BoolArray
    base: int


@dataclass(frozen=True, eq=False)
class Part:
    """The messages of one definition; `span` is their place in the table, part behind part."""

    group: Group
    data: bytes
    positions: IntArray
    span: slice

    def __len__(self) -> int:
        return len(self.positions)

    @cached_property
    def rows(self) -> npt.NDArray[np.void]:
        """The bytes of the messages, gathered once for all fields; shape (n,)."""
        return window(self.data, self.group.definition.size)[self.positions]


@dataclass(frozen=True, slots=True)
class Table:
    """All messages of one kind in file order.

    Attributes
    ----------
    positions
        Where the messages start in the bytes, increasing.
    parts
        The messages by definition.
    order
        What brings values that stand part behind part into file order; None where they are.
    """

    number: int
    positions: IntArray
    parts: tuple[Part, ...]
    order: IntArray | None

    def __len__(self) -> int:
        return len(self.positions)


def table(segment: Segment, number: int) -> Table | None:
    """Gather the messages `number` of a FIT file; None where it has none."""
    groups = segment.groups.get(number)
    if not groups:
        return None
    parts = []
    n = 0
    for group in groups:
        at = group.positions()
        parts.append(Part(group, segment.data, at, slice(n, n + len(at))))
        n += len(at)
    if len(parts) == 1:
        return Table(number, parts[0].positions, tuple(parts), None)
    joined = np.concatenate([part.positions for part in parts])
    order = np.argsort(joined, kind="stable")
    if (order[1:] > order[:-1]).all():
        return Table(number, joined, tuple(parts), None)
    return Table(number, joined[order], tuple(parts), order)


def window(data: bytes, size: int) -> npt.NDArray[np.void]:
    """Return `data` as stretches of `size` bytes, one from each byte on."""
    return np.ndarray((len(data) - size + 1,), f"V{size}", data, strides=(1,))


def native(table: Table, number: int) -> Column | None:
    """Return the native field `number` of a table, None where no message defines it."""
    pieces = []
    for part in table.parts:
        spec = part.group.definition.native.get(number)
        if spec is not None:
            pieces.append((part, read(part, spec, spec.base)))
    return merged(table, pieces)


def read(part: Part, spec: FieldSpec, base: int) -> Column:
    """Read one field of one part as base type `base`."""
    n = len(part)
    size = spec.size
    strides = (part.rows.itemsize,)
    if base == STRING:
        raw: AnyArray = np.ndarray((n,), f"S{size}", part.rows, spec.offset, strides).copy()
        return Column(raw, raw.view(np.uint8).reshape(n, size)[:, 0] != 0, base)
    code, invalid = NUMBERS.get(base, ("u1", None))
    width = int(code[1])
    if base not in NUMBERS or size % width:
        # Bytes, unknown types, and sizes that do not fit the type: nothing is known but the bytes.
        raw = np.ndarray((n, size), np.uint8, part.rows, spec.offset, (*strides, 1)).copy()
        return Column(raw, _any_other(raw), BYTE)
    dtype = np.dtype((">" if part.group.definition.big_endian else "<") + code)
    if size == width:
        raw = np.ndarray((n,), dtype, part.rows, spec.offset, strides)
    else:
        raw = np.ndarray((n, size // width), dtype, part.rows, spec.offset, (*strides, width))
    raw = raw.astype(code)
    return Column(raw, raw == raw if invalid is None else raw != invalid, base)  # noqa: PLR0124


def _any_other(raw: AnyArray) -> BoolArray:
    """Whether bytes are anything but 0xFF throughout, row by row."""
    n, size = raw.shape
    if size in {1, 2, 4, 8}:
        whole = raw.view(f"u{size}").reshape(n)
        other: BoolArray = whole != np.iinfo(whole.dtype).max
    else:
        other = (raw != 0xFF).any(axis=1)
    return other


@np.errstate(all="ignore")  # a damaged float may be a signalling NaN
def merged(table: Table, pieces: Sequence[tuple[Part, Column]]) -> Column | None:
    """Join the pieces of a field from several definitions, whatever its size and type in each."""
    if not pieces:
        return None
    if len(table.parts) == 1:
        return pieces[0][1]
    # A field may change its type in mid-file; numbers win over bytes, the most frequent over all.
    rank = max(pieces, key=lambda p: (p[1].base not in {BYTE, STRING}, len(p[0])))[1]
    same = [(p, c) for p, c in pieces if _kind(c) == _kind(rank)]
    n = len(table)
    arrays = [c.raw for _, c in same]
    dtype = np.result_type(*{a.dtype for a in arrays})
    width = max((a.shape[1] for a in arrays if a.ndim == 2), default=0)
    raw = np.zeros((n, width) if width else n, dtype=dtype)
    per_value = width > 0 and rank.base != BYTE
    valid = np.zeros((n, width) if per_value else n, dtype=np.bool_)
    for part, column in same:
        if width and column.raw.ndim == 1:
            raw[part.span, 0] = column.raw
            valid[part.span, 0] = column.valid
        elif width:
            k = column.raw.shape[1]
            raw[part.span, :k] = column.raw
            if per_value:
                valid[part.span, :k] = column.valid
            else:
                valid[part.span] = column.valid
        else:
            raw[part.span] = column.raw
            valid[part.span] = column.valid
    if table.order is not None:
        raw, valid = raw[table.order], valid[table.order]
    return Column(raw, valid, rank.base)


def _kind(column: Column) -> str:
    return {BYTE: "bytes", STRING: "string"}.get(column.base, "number")


def numbers(column: Column, scale: float = 1.0, offset: float = 0.0) -> FloatArray:
    """Return a column as numbers, raw / scale - offset; shape (n,), NaN where missing.

    Of an array field the first value is taken; bytes and strings are no numbers, so all is NaN.
    """
    if column.base in {BYTE, STRING}:
        return np.full(len(column.raw), np.nan)
    if column.raw.ndim == 2:
        column = Column(column.raw[:, 0], column.valid[:, 0], column.base)
    return scaled(column, scale, offset)


@np.errstate(all="ignore")
def scaled(column: Column, scale: float = 1.0, offset: float = 0.0) -> FloatArray:
    """Return all values of a numeric column, raw / scale - offset; NaN where missing."""
    raw, valid = column.raw, column.valid
    out: FloatArray = np.true_divide(raw, scale, dtype=np.float64)
    if offset:
        out -= offset
    if not valid.all():
        out[~valid] = np.nan
    if raw.dtype.kind == "f":
        out[~(np.abs(out) < ABSURD)] = np.nan  # damage only: nothing measured is that large
    return out


def integers(column: Column | None, n: int) -> list[int | None]:
    """Return a column as raw Python integers, None where missing (or where there is no column)."""
    if column is None or column.base in {BYTE, STRING} or column.raw.dtype.kind == "f":
        return [None] * n
    raw, valid = column.raw, column.valid
    if raw.ndim == 2:
        raw, valid = raw[:, 0], valid[:, 0]
    return [v if ok else None for v, ok in zip(raw.tolist(), valid.tolist(), strict=True)]


def texts(column: Column | None, n: int) -> list[str | None]:
    """Return strings up to their first NUL, broken UTF-8 replaced, None where missing."""
    if column is None or column.base != STRING:
        return [None] * n
    return [text(v) for v in column.raw.tolist()]


def text(value: bytes) -> str | None:
    """Decode one FIT string."""
    return value.split(b"\0", 1)[0].decode("utf-8", errors="replace") or None


def component(
    column: Column,
    *,
    bits: int,
    bit_offset: int,
    scale: float = 1.0,
    offset: float = 0.0,
    accumulate: bool = False,
) -> FloatArray:
    """Unpack a component from the bits of a field: raw / scale - offset, shape (n,), NaN = missing.

    Parameters
    ----------
    column
        Bytes (little endian) or integers.
    bits, bit_offset
        Where the component lies.
    scale, offset
        Of the component, not of the field it is packed in.
    accumulate
        Whether the component counts on after it rolls over, starting from 0.
    """
    if column.base == STRING or column.raw.dtype.kind == "f":
        return np.full(len(column.raw), np.nan)
    if column.raw.ndim == 2:
        width = min(column.raw.shape[1], 8)
        whole = column.raw[:, :width].astype(np.uint64)
        packed = (whole << (np.arange(width, dtype=np.uint64) * np.uint64(8))).sum(
            axis=1, dtype=np.uint64
        )
        valid = column.valid if column.valid.ndim == 1 else column.valid.all(axis=1)
    else:
        packed, valid = column.raw.astype(np.uint64), column.valid
    value = ((packed >> np.uint64(bit_offset)) & np.uint64((1 << bits) - 1)).astype(np.int64)
    if accumulate:
        known = value[valid]
        value[valid] = np.cumsum(np.diff(known, prepend=0) % (1 << bits))
    out: FloatArray = value / scale - offset
    out[~valid] = np.nan
    return out


def timestamps(segment: Segment, table: Table) -> tuple[IntArray, BoolArray]:
    """Return the time of each message [s since 1989-12-31 UTC] and whether it has one.

    A message may carry its time in five bits of its header, counted on from the last full timestamp
    that stands before it in the file, in whichever message.
    """
    column = native(table, TIMESTAMP)
    n = len(table)
    if column is not None and _is_time(column):
        seconds, valid = column.raw.astype(np.int64), column.valid
        if valid.all():
            return seconds, valid
    else:
        seconds, valid = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    headers = np.frombuffer(segment.data, dtype=np.uint8)[table.positions]
    packed = (headers >= 0x80) & ~valid
    if packed.any():
        at, resolved = _rolled(segment)
        seconds = seconds.copy()
        seconds[packed] = resolved[np.searchsorted(at, table.positions[packed])]
        valid = valid | packed
    return seconds, valid


def _is_time(column: Column) -> bool:
    """Whether a column can hold seconds: whole numbers of at most 32 bits, one a message."""
    raw = column.raw
    return (
        column.base not in {BYTE, STRING}
        and raw.ndim == 1
        and raw.dtype.kind in "iu"
        and raw.dtype.itemsize <= 4
    )


def _rolled(segment: Segment) -> tuple[IntArray, IntArray]:
    """Resolve the header times of the whole file: positions and times of all timed messages."""
    data = np.frombuffer(segment.data, dtype=np.uint8)
    at, low, full = [], [], []
    for number in segment.groups:
        gathered = table(segment, number)
        assert gathered is not None
        column = native(gathered, TIMESTAMP)
        known = np.zeros(len(gathered), dtype=np.bool_)
        value = np.full(len(gathered), -1, dtype=np.int64)
        if column is not None and _is_time(column):
            known = column.valid
            value[known] = column.raw[known]
        headers = data[gathered.positions]
        short = (headers >= 0x80) & ~known
        used = known | short
        at.append(gathered.positions[used])
        full.append(value[used])
        low.append(np.where(short, headers & 0x1F, value & 0x1F)[used].astype(np.int64))
    positions = np.concatenate(at)
    order = np.argsort(positions, kind="stable")
    positions, value = positions[order], np.concatenate(full)[order]
    five = np.concatenate(low)[order]
    steps = np.diff(five, prepend=0) % 32
    steps[value >= 0] = 0
    total = np.cumsum(steps)
    # The last full timestamp before each message; before the first there is none: counted from 0.
    last = np.maximum.accumulate(np.where(value >= 0, np.arange(len(value)), -1))
    base = np.where(last >= 0, value[last] - total[last], 0)
    return positions, base + total
