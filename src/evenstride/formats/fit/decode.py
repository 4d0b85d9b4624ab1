"""What a FIT file holds, message by message and field by field, for whoever wants all of it.

Reading runs does not go through here: it asks for the few fields it needs. This is the door for
everything else, and for the tests that hold every value against another decoder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from evenstride.formats.fit.columns import (
    Column,
    Table,
    native,
    table,
    timestamps,
)
from evenstride.formats.fit.developer import (
    Description,
    DeveloperKey,
    descriptions,
    developer_arrays,
    developer_columns,
)
from evenstride.formats.fit.profile import message_name, message_number, names
from evenstride.formats.fit.scan import scan
from evenstride.formats.fit.series import series

if TYPE_CHECKING:
    from evenstride.domain.estimate import BoolArray, FloatArray
    from evenstride.domain.recording import Issue
    from evenstride.formats.fit.columns import AnyArray
    from evenstride.formats.fit.scan import Segment
    from evenstride.formats.fit.walk import Definition, IntArray

Key = str | DeveloperKey


@lru_cache(maxsize=1024)
def _named(definitions: tuple[Definition, ...]) -> dict[str, int]:
    """Return the native fields of definitions of one kind of message: their numbers by name."""
    known = names(definitions[0].number)
    met = dict.fromkeys(number for definition in definitions for number in definition.native)
    return {known.get(number) or f"unknown_{number}": number for number in met}


class Messages(Mapping[Key, Column]):
    """All messages of one kind: their fields by name, each read when it is asked for.

    Native fields go by their profile name (`heart_rate`, `unknown_107`), developer fields by their
    `DeveloperKey`.
    """

    __slots__ = ("_described", "_names", "_segment", "_table")

    def __init__(self, segment: Segment, held: Table, described: tuple[Description, ...]) -> None:
        self._segment = segment
        self._table = held
        self._described = described
        self._names = _named(tuple([part.group.definition for part in held.parts]))

    @property
    def count(self) -> int:
        """How many messages there are: the length of every column."""
        return len(self._table)

    def __getitem__(self, key: Key) -> Column:
        if isinstance(key, str):
            column = native(self._table, self._names[key])
            assert column is not None
            return column
        return self.developer()[key]

    def __iter__(self) -> Iterator[Key]:
        yield from self._names
        yield from self.developer()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def message(self) -> int:
        """The number of the message (20 for `record`)."""
        return self._table.number

    def number(self, name: str) -> int:
        """Return the number of a native field."""
        return self._names[name]

    def developer(self) -> dict[DeveloperKey, Column]:
        """Return the developer fields."""
        found = developer_columns(self._described, self._table)
        return {key: column for key, (_, column) in found.items()}

    def times(self) -> tuple[IntArray, BoolArray]:
        """Return when each message was written [s since 1989-12-31 UTC], and if it is known.

        Times that stand in five bits of the message header are resolved.
        """
        return timestamps(self._segment, self._table)

    def series(self) -> dict[Key, FloatArray]:
        """Return all numeric fields, scaled, NaN where missing, the first value of arrays."""
        found: dict[Key, FloatArray] = {}
        found.update(series(self._table))
        found.pop("timestamp", None)
        for key, value in developer_arrays(self._described, self._table).items():
            if value.dtype == np.float64:
                found[key] = value if value.ndim == 1 else value[:, 0]
        return found

    def arrays(self) -> dict[Key, AnyArray]:
        """Return all fields with all their values, shape (n,), or (n, k) for arrays.

        Numbers are scaled, NaN where missing; strings are bytes (`S`) and bytes are `uint8`, as
        they stand. `timestamp` holds the times that stand in message headers as well.
        """
        found: dict[Key, AnyArray] = {}
        found.update(series(self._table, whole=True))
        developer = developer_arrays(self._described, self._table)
        found.update((key, value) for key, value in developer.items())
        for name in self._names.keys() - found.keys():
            found[name] = self[name].raw
        at = found.get("timestamp")
        if at is None or np.isnan(np.add.reduce(at)):
            seconds, known = self.times()
            if known.any():
                found["timestamp"] = np.where(known, seconds, np.nan)
        return found


@dataclass(frozen=True)
class FitFile:
    """One FIT file: its messages by name, and what was wrong with it."""

    segment: Segment

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What was wrong with the bytes."""
        return self.segment.issues

    @cached_property
    def _described(self) -> tuple[Description, ...]:
        return descriptions(self.segment)

    def names(self) -> tuple[str, ...]:
        """Return the kinds of messages in the file (`record`, `unknown_233`)."""
        return tuple(message_name(number) for number in self.segment.groups)

    def messages(self, name: str) -> Messages | None:
        """Return all messages of a kind, None if there are none."""
        number = int(name[8:]) if name.startswith("unknown_") else message_number(name)
        held = table(self.segment, number)
        if held is None:
            return None
        return Messages(self.segment, held, self._described)


def decode(data: bytes) -> tuple[tuple[FitFile, ...], tuple[Issue, ...]]:
    """Decode all FIT files chained in `data`.

    Parameters
    ----------
    data
        The whole content, whatever it is.

    Returns
    -------
        The files, none if `data` does not begin like one; and what was found around them.
    """
    segments, around = scan(data)
    return tuple(FitFile(segment) for segment in segments), around
