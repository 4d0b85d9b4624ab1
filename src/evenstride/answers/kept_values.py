"""How frozen values made of numbers, texts, arrays and one another become bytes, and come back.

A header in JSON says what is what and how long each array is; then come all arrays, little-endian.
A SHA-256 goes before everything, so that no damaged number is ever read.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np

from evenstride.domain import moves, trend
from evenstride.domain.estimate import Estimate
from evenstride.stats.foundation import Foundation
from evenstride.stats.within import KeptPoints, WithinRuns

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAGIC = b"evenstride values 2\n"
_LENGTH = struct.Struct("<Q")
_HASH = hashlib.sha256().digest_size
_FLOAT = np.dtype("<f8")

_KINDS: dict[str, Any] = {
    kind.__name__: kind
    for kind in (
        Estimate,
        trend.Trend,
        trend.Direction,
        moves.DaySpread,
        moves.Driver,
        moves.Moves,
        moves.NoiseWithinRuns,
        moves.Shares,
        moves.Walk,
        Foundation,
        KeptPoints,
        WithinRuns,
    )
}


def to_bytes(value: object) -> bytes:
    """Write a value of one of the kinds that are kept."""
    arrays: list[np.ndarray[Any, np.dtype[np.float64]]] = []
    head = json.dumps(_said(value, arrays)).encode()
    body = b"".join([_LENGTH.pack(len(head)), head, *(a.astype(_FLOAT).tobytes() for a in arrays)])
    return _MAGIC + hashlib.sha256(body).digest() + body


def from_bytes(data: bytes) -> Any:  # noqa: ANN401 # what was written; the caller knows its kind
    """Read what `to_bytes` wrote, to the bit; None when it is anything else."""
    start = len(_MAGIC) + _HASH
    body = data[start:]
    if data[:start] != _MAGIC + hashlib.sha256(body).digest():
        return None
    (length,) = _LENGTH.unpack_from(body)
    head = json.loads(body[_LENGTH.size : _LENGTH.size + length])
    numbers = np.frombuffer(body, dtype=_FLOAT, offset=_LENGTH.size + length)
    return _Reader(numbers.astype(np.float64)).read(head)


def shape_of_kinds() -> tuple[str, ...]:
    """Name every field of every kind: what is kept was made for these."""
    return tuple(
        f"{name}.{field.name}"
        for name, kind in _KINDS.items()
        if is_dataclass(kind)
        for field in fields(kind)
    )


def _said(  # noqa: PLR0911 # one a kind of value
    value: object, arrays: list[np.ndarray[Any, Any]]
) -> Any:  # noqa: ANN401 # JSON
    if isinstance(value, np.ndarray):
        arrays.append(value)
        return {"array": value.shape}
    if isinstance(value, StrEnum):
        return {"kind": type(value).__name__, "is": value.value}
    if is_dataclass(value) and type(value).__name__ in _KINDS:
        inside = {f.name: _said(getattr(value, f.name), arrays) for f in fields(value)}
        return {"kind": type(value).__name__, "of": inside}
    if isinstance(value, float):
        arrays.append(np.array([value]))
        return {"number": 1}
    if isinstance(value, tuple):
        return {"tuple": [_said(x, arrays) for x in value]}
    if isinstance(value, dict):
        return {"map": [[_said(k, arrays), _said(x, arrays)] for k, x in value.items()]}
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"a value of {type(value).__name__} is not one that is kept")


class _Reader:
    """Numbers given out one part after another, in the order of writing."""

    def __init__(self, numbers: np.ndarray[Any, np.dtype[np.float64]]) -> None:
        self._numbers = numbers
        self._at = 0

    def read(self, said: Any) -> Any:  # noqa: ANN401 # JSON in, a value out
        if isinstance(said, dict):
            return self._made(said)
        return said

    def _made(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 # a value
        if "array" in said:
            shape = tuple(said["array"])
            return self._take(int(np.prod(shape))).reshape(shape)
        if "number" in said:
            return float(self._take(1)[0])
        if "tuple" in said:
            return tuple(self.read(x) for x in said["tuple"])
        if "map" in said:
            return {self.read(key): self.read(x) for key, x in said["map"]}
        kind = _KINDS[said["kind"]]
        if "is" in said:
            return kind(said["is"])
        return kind(**{name: self.read(x) for name, x in said["of"].items()})

    def _take(self, size: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        part = self._numbers[self._at : self._at + size]
        self._at += size
        return part
