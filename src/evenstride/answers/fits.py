"""How a fit of the trend is remembered: by a digest of all it depends on, in plain bytes.

A fit is a function of its inputs and of the program's code, nothing else. So what was fitted once
is asked for by a digest of both, and whatever is wrong with the bytes that come back, the fit is
made anew: they can be lost at any time, and never be wrong.
"""

from __future__ import annotations

import hashlib
import json
import struct
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from evenstride.domain.estimate import Estimate
from evenstride.domain.trend import Direction, Trend
from evenstride.stats import fit_trend
from evenstride.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

    import numpy.typing as npt

    from evenstride.domain.estimate import FloatArray
    from evenstride.library import Library

    IntArray = npt.NDArray[np.intp]

_MAGIC = b"evenstride fit 1\n"
_LENGTH = struct.Struct("<Q")
_ESTIMATE_NUMBERS = ("value", "se", "low", "high", "n_effective")
_WINDOW_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What a trend is fitted to; see `evenstride.stats.fit_trend` for shapes and units."""

    day: FloatArray
    value: FloatArray
    se: FloatArray
    sensor: IntArray
    unit: str
    scale: float
    window_days: float
    family: int

    def fit(self) -> Trend:
        """Fit the trend, its whole history, without what was foretold of each run."""
        return fit_trend(
            self.day,
            self.value,
            self.se,
            unit=self.unit,
            scale=self.scale,
            window_days=self.window_days,
            sensor=self.sensor,
            family=self.family,
            foretell=False,
        )

    def digest(self) -> str:
        """Digest every input, the program's version and the code of the model."""
        made = hashlib.sha256(_MAGIC + model_digest().encode())
        numbers = (self.scale, self.window_days, float(self.family), float(self.day.size))
        made.update(np.array(numbers, dtype="<f8").tobytes())
        for array in (self.day, self.value, self.se):
            made.update(np.ascontiguousarray(array, dtype="<f8").tobytes())
        made.update(np.ascontiguousarray(self.sensor, dtype="<i8").tobytes())
        made.update(self.unit.encode())
        return made.hexdigest()


def remembered(lib: Library, measure: str, asked: Asked) -> Trend:
    """Return the fit, remembered or made; what was made is remembered where it can be.

    Where the library cannot be written nothing is kept, and each call fits anew.
    """
    slot = f"{measure}-{asked.window_days:.{_WINDOW_DECIMALS}f}".replace(".", "_")
    digest = asked.digest()
    data = lib.stored_fit(slot, digest)
    found = None if data is None else trend_from_bytes(data)
    if found is not None:
        return found
    made = asked.fit()
    lib.store_fit(slot, digest, trend_to_bytes(made))
    return made


@cache
def model_digest() -> str:
    """Digest what the numbers of a fit depend on beside its inputs: versions, and the model's code.

    The code itself is digested, and not a number that somebody must remember to raise.
    """
    shape = (field.name for kind in (Trend, Estimate) for field in fields(kind))
    return digest_of_code(files("evenstride.stats").iterdir(), (VERSION, np.__version__, *shape))


def digest_of_code(folder: Iterable[Traversable], versions: Iterable[str]) -> str:
    """Digest the modules in a folder, by name and content, and some versions."""
    made = hashlib.sha256("\0".join(versions).encode())
    for module in sorted((m for m in folder if m.name.endswith(".py")), key=lambda m: m.name):
        content = hashlib.sha256(module.read_bytes()).digest()
        made.update(module.name.encode() + b"\0" + content)
    return made.hexdigest()


def trend_to_bytes(trend: Trend) -> bytes:
    """Write a trend: a JSON header, then all its numbers as little-endian float64.

    The header says the direction, the units, and how long each array is; a SHA-256 of the rest goes
    before, so that no damaged number is ever read.
    """
    header: dict[str, Any] = {"direction": trend.direction.value}
    numbers: list[FloatArray] = []
    for field in fields(Trend):
        value = getattr(trend, field.name)
        if isinstance(value, np.ndarray):
            header[field.name] = value.size
            numbers.append(value)
        elif isinstance(value, Estimate):
            header[field.name] = value.unit
            numbers.append(_numbers(value))
        elif field.name == "offsets":
            header[field.name] = [[code, estimate.unit] for code, estimate in value.items()]
            numbers.extend(_numbers(estimate) for estimate in value.values())
        elif field.name != "direction":
            numbers.append(np.array([value], dtype=np.float64))
    head = json.dumps(header).encode()
    body = _LENGTH.pack(len(head)) + head + np.concatenate(numbers).astype("<f8").tobytes()
    return _MAGIC + hashlib.sha256(body).digest() + body


def trend_from_bytes(data: bytes) -> Trend | None:
    """Read what `trend_to_bytes` wrote, to the bit; None when it is anything else."""
    start = len(_MAGIC) + hashlib.sha256().digest_size
    body = data[start:]
    if data[:start] != _MAGIC + hashlib.sha256(body).digest():
        return None
    (length,) = _LENGTH.unpack_from(body)
    header = json.loads(body[_LENGTH.size : _LENGTH.size + length])
    numbers = np.frombuffer(body, dtype="<f8", offset=_LENGTH.size + length)
    taken = _Taken(numbers.astype(np.float64))
    values: dict[str, Any] = {}
    for field in fields(Trend):
        said = header.get(field.name)
        if field.name == "direction":
            values[field.name] = Direction(said)
        elif field.name == "offsets":
            values[field.name] = {int(code): taken.estimate(unit) for code, unit in said}
        elif isinstance(said, str):
            values[field.name] = taken.estimate(said)
        elif said is not None:
            values[field.name] = taken.array(said)
        else:
            number = float(taken.array(1)[0])
            values[field.name] = int(number) if field.name == "normal_runs" else number
    return Trend(**values)


class _Taken:
    """Numbers given out one part after another."""

    def __init__(self, numbers: FloatArray) -> None:
        self._rest = numbers

    def array(self, size: int) -> FloatArray:
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def estimate(self, unit: str) -> Estimate:
        numbers: Iterator[float] = iter(self.array(len(_ESTIMATE_NUMBERS)).tolist())
        return Estimate(unit=unit, **dict(zip(_ESTIMATE_NUMBERS, numbers, strict=True)))


def _numbers(estimate: Estimate) -> FloatArray:
    return np.array([getattr(estimate, name) for name in _ESTIMATE_NUMBERS], dtype=np.float64)
