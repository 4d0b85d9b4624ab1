"""How all numeric fields of a kind of message are read at once, be the messages few or many.

A file has some hundred fields that occur in a handful of messages each, where every call to NumPy
costs more than the work it does, and a few dozen that occur thousands of times. So whole numbers
of all sizes are read together: eight bytes that end where the field ends, shifted right until the
field's own are left. Of many messages each field is read by its own stride.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from evenstride.formats.fit.columns import ABSURD, NUMBERS, merged, read, scaled
from evenstride.formats.fit.profile import fields, names

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from evenstride.domain.estimate import FloatArray
    from evenstride.formats.fit.columns import Part, Table
    from evenstride.formats.fit.walk import Definition, FieldSpec, IntArray

# From here on reading field by field is the faster.
_MANY = 256
_EIGHT_LITTLE, _EIGHT_BIG = np.dtype("<i8"), np.dtype(">i8")


@dataclass(frozen=True, slots=True)
class Reading:
    """How one field is read: where it is, as what, and its unit: value = raw / scale - offset."""

    key: Hashable
    spec: FieldSpec
    base: int
    scale: float = 1.0
    offset: float = 0.0

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers at all."""
        code, _ = NUMBERS.get(self.base, ("", None))
        return bool(code) and not self.spec.size % int(code[1])

    @property
    def exact(self) -> bool:
        """Whether every number in it fits a float64: all but whole numbers of 64 bits."""
        return self.numeric and NUMBERS[self.base][0] not in {"i8", "u8"}


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Where k values of a message stand and what they mean; arrays of shape (k, 1).

    `keys` names the field of each value, an array's once for each of its values. `at` and `types`
    lead to the values themselves, `ends` to the eight bytes that end with them, of which `shift`
    and `mask` leave the value; `fractions` are the rows of floating-point numbers, which are read
    by themselves. Only the first `scaled` rows have a scale. `alone` are fields that do not fit in.
    """

    readings: tuple[Reading, ...]
    alone: frozenset[Hashable]
    keys: tuple[Hashable, ...]
    arrays: tuple[tuple[Hashable, slice], ...]
    at: tuple[int, ...]
    types: tuple[np.dtype[Any], ...]
    ends: IntArray
    shift: IntArray
    mask: IntArray
    invalid: FloatArray
    scale: FloatArray
    scaled: int
    offset: FloatArray | None
    fractions: tuple[int, ...]
    big_endian: bool


def plan(readings: Sequence[Reading], *, big_endian: bool) -> Plan:
    """Lay out how numbers are read."""
    keys: list[Hashable] = []
    types: list[np.dtype[Any]] = []
    rest: list[tuple[float, ...]] = []
    fractions: list[int] = []
    # What has a scale comes first, so that the rest need not be divided by 1.
    for r in sorted(readings, key=lambda r: r.scale == 1.0):
        if not r.exact:
            continue
        code, invalid = NUMBERS[r.base]
        size = int(code[1])
        mask = {"i": -1, "u": (1 << 8 * size) - 1, "f": 0}[code[0]]
        if invalid is None:
            fractions += range(len(keys), len(keys) + r.spec.size // size)
        for at in range(r.spec.offset, r.spec.offset + r.spec.size, size):
            keys.append(r.key)
            types.append(np.dtype((">" if big_endian else "<") + code))
            none = np.nan if invalid is None else invalid
            rest.append((at, at + size - 8, 64 - 8 * size, mask, none, r.scale, r.offset))
    columns = np.array(rest, dtype=np.float64).reshape(-1, 7).T[:, :, None]
    at, ends, shift, mask = columns[:4].astype(np.int64)
    invalid, scale, offset = columns[4:]
    return Plan(
        tuple(readings),
        frozenset(r.key for r in readings if r.numeric and not r.exact),
        tuple(keys),
        _arrays(keys),
        tuple(at[:, 0].tolist()),
        tuple(types),
        ends,
        shift,
        mask,
        invalid,
        scale,
        int((scale != 1.0).sum()),
        offset if offset.any() else None,
        tuple(fractions),
        big_endian,
    )


def _arrays(keys: Sequence[Hashable]) -> tuple[tuple[Hashable, slice], ...]:
    """Return which fields have several values, one behind another, and where."""
    counts = Counter(keys)
    firsts = ((key, keys.index(key)) for key in counts if counts[key] > 1)
    return tuple((key, slice(first, first + counts[key])) for key, first in firsts)


@lru_cache(maxsize=2048)
def _native_plan(definition: Definition, wanted: frozenset[str] | None) -> Plan:
    named = names(definition.number)
    described = fields(definition.number)
    readings = []
    for number, spec in definition.native.items():
        name = named.get(number) or f"unknown_{number}"
        if wanted is None or name in wanted:
            f = described.get(name)
            scale, offset = (1.0, 0.0) if f is None else (f.scale, f.offset)
            readings.append(Reading(name, spec, spec.base, scale, offset))
    return plan(readings, big_endian=definition.big_endian)


def _fill(out: FloatArray, part: Part, how: Plan) -> None:
    """Put the numbers of a part in `out`, in their units, shape (k, n)."""
    n = len(part)
    if not how.keys:
        return
    if n < _MANY:
        eight = _EIGHT_BIG if how.big_endian else _EIGHT_LITTLE
        everywhere = np.ndarray((len(part.data) - 7,), eight, part.data, strides=(1,))
        raw = everywhere[part.positions + how.ends]
        if how.big_endian:
            raw = raw << how.shift
        raw = raw >> how.shift
        np.bitwise_and(raw, how.mask, out=out, casting="unsafe")
        alone: Iterable[int] = how.fractions
    else:
        alone = range(len(how.at))
    for i in alone:
        rows = part.rows
        out[i] = np.ndarray((n,), how.types[i], rows, how.at[i], rows.strides)
    missing = out == how.invalid
    out[: how.scaled] /= how.scale[: how.scaled]
    if how.offset is not None:
        out -= how.offset
    np.putmask(out, missing, np.nan)
    for i in how.fractions:
        # Damage only: nothing measured is that large.
        np.putmask(out[i], ~(np.abs(out[i]) < ABSURD), np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """The common rows of several plans; `places` are the rows the values of each go to."""

    keys: tuple[Hashable, ...]
    arrays: tuple[tuple[Hashable, slice], ...]
    places: tuple[slice | list[int], ...]


@lru_cache(maxsize=256)
def _layout(plans: tuple[tuple[Hashable, ...], ...]) -> _Layout:
    """Lay out common rows in the order of the first plan, as far as arrays stay together."""
    widths: Counter[Hashable] = Counter()
    for keys in plans:
        widths |= Counter(keys)
    rows = tuple(key for key, width in widths.items() for _ in range(width))
    places: list[slice | list[int]] = []
    for keys in plans:
        place = [rows.index(key) + keys[:i].count(key) for i, key in enumerate(keys)]
        straight = place == list(range(len(place)))
        places.append(slice(0, len(place)) if straight else place)
    return _Layout(rows, _arrays(rows), tuple(places))


@np.errstate(all="ignore")  # a damaged float may be a signalling NaN
def joined(table: Table, plans: Sequence[Plan], *, whole: bool) -> dict[Any, FloatArray]:
    """Return the numbers of all parts by key in file order.

    Of array fields all values are given if `whole`, shape (n, k), else the first.
    """
    if len(plans) == 1:
        keys, arrays = plans[0].keys, plans[0].arrays
        together = np.empty((len(keys), len(table)))
        _fill(together, table.parts[0], plans[0])
    else:
        # Most messages have the same definition: their values are put in place in one piece.
        most = sorted(zip(table.parts, plans, strict=True), key=lambda p: -len(p[0]))
        layout = _layout(tuple(how.keys for _, how in most))
        keys, arrays = layout.keys, layout.arrays
        together = np.full((len(keys), len(table)), np.nan)
        for (part, how), place in zip(most, layout.places, strict=True):
            if isinstance(place, slice):
                _fill(together[place, part.span], part, how)
            else:
                own = np.empty((len(how.keys), len(part)))
                _fill(own, part, how)
                together[place, part.span] = own
        if table.order is not None:
            together = together.take(table.order, axis=1)
    out: dict[Any, FloatArray] = dict(zip(keys, together, strict=True))
    for key, rows in arrays:
        out[key] = together[rows].T if whole else together[rows.start]
    for key in {key for how in plans for key in how.alone}:
        readings = [
            (part, r)
            for part, how in zip(table.parts, plans, strict=True)
            for r in how.readings
            if r.key == key and r.numeric
        ]
        column = merged(table, [(part, read(part, r.spec, r.base)) for part, r in readings])
        assert column is not None
        found = scaled(column, readings[0][1].scale, readings[0][1].offset)
        out[key] = found if whole or found.ndim == 1 else found[:, 0]
    return out


def series(
    table: Table, wanted: frozenset[str] | None = None, *, whole: bool = False
) -> dict[str, FloatArray]:
    """Return native numeric fields at once: raw / scale - offset, NaN where missing.

    The same as `native` and `numbers` field by field.

    Parameters
    ----------
    table
        n messages.
    wanted
        Names of the fields to read; None for all.
    whole
        Whether to give all values of array fields, shape (n, k), or the first.

    Returns
    -------
        By field name, shape (n,).
    """
    plans = [_native_plan(part.group.definition, wanted) for part in table.parts]
    return joined(table, plans, whole=whole)
