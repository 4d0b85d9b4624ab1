"""How all numeric fields of a kind of message are read at once, be the messages few or many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from evenstride.formats.fit.columns import NUMBERS, numbers, read
from evenstride.formats.fit.profile import fields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evenstride.domain.estimate import FloatArray
    from evenstride.formats.fit.columns import Table
    from evenstride.formats.fit.scan import Definition, FieldSpec, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """The fields of one type in a definition: where their bytes are, one row of indices each."""

    specs: tuple[FieldSpec, ...]
    bytes_at: IntArray
    dtype: str
    native: str
    invalid: int | None
    scales: FloatArray
    offsets: FloatArray


@lru_cache(maxsize=1024)
def _batches(definition: Definition) -> tuple[_Batch, ...]:
    known = {f.number: f for f in fields(definition.number).values()}
    by_base: dict[int, list[FieldSpec]] = {}
    for spec in definition.native.values():
        if spec.base in NUMBERS and spec.size % int(NUMBERS[spec.base][0][1]) == 0:
            by_base.setdefault(spec.base, []).append(spec)
    out = []
    for base, specs in by_base.items():
        code, invalid = NUMBERS[base]
        starts = np.array([s.offset for s in specs])
        described = [known.get(s.number) for s in specs]
        out.append(
            _Batch(
                tuple(specs),
                starts[:, None] + np.arange(int(code[1])),
                (">" if definition.big_endian else "<") + code,
                code,
                invalid,
                np.array([1.0 if f is None else f.scale for f in described]),
                np.array([0.0 if f is None else f.offset for f in described]),
            )
        )
    return tuple(out)


_FEW = 128


@np.errstate(all="ignore")  # a damaged float may be a signalling NaN
def series(table: Table) -> dict[int, FloatArray]:
    """Return all native numeric fields at once: raw / scale - offset, NaN where missing.

    The same as `native` and `numbers` field by field. A file has some hundred fields that occur in
    a handful of messages, so fields of one type are read together where the messages are few.

    Parameters
    ----------
    table
        n messages.

    Returns
    -------
        By field number, shape (n,); of array fields the first value.
    """
    n = len(table)
    out: dict[int, FloatArray] = {}
    for part in table.parts:
        rows = len(part.rows)
        whole = np.ndarray((rows, part.rows.itemsize), np.uint8, part.rows)
        for batch in _batches(part.group.definition):
            own: Iterable[FloatArray]
            if rows <= _FEW:
                raw = whole.take(batch.bytes_at, axis=1).view(batch.dtype)[:, :, 0].T
                together: FloatArray = raw / batch.scales[:, None] - batch.offsets[:, None]
                if batch.invalid is not None:
                    together[raw == batch.invalid] = np.nan
                own = together
            else:
                own = [
                    numbers(read(part, spec, spec.base), scale, offset)
                    for spec, scale, offset in zip(
                        batch.specs, batch.scales.tolist(), batch.offsets.tolist(), strict=True
                    )
                ]
            for spec, value in zip(batch.specs, own, strict=True):
                if part.places is None:
                    out[spec.number] = value
                    continue
                joined = out.get(spec.number)
                if joined is None:
                    joined = out[spec.number] = np.full(n, np.nan)
                joined[part.places] = value
    return out
