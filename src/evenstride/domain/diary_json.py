"""Decides how an entry of the diary looks as JSON: in the library, and in the open file.

Every field stands under its own name. What is read is held to the types of the fields, and to the
bounds that their docstrings name: nothing else is written either. Text is what UTF-8 can hold.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from evenstride.domain.body import REGIONS
from evenstride.domain.diary import (
    KINDS,
    MOST_LEVEL,
    MOST_NOTE,
    MOST_WORDS,
    Complaint,
    Day,
    E,
    Entry,
    FlagCheck,
    HeelWear,
    ItemDone,
    KeptPlan,
    Measured,
)
from evenstride.domain.errors import InputError
from evenstride.domain.exercise import Item, Sore, Wish
from evenstride.domain.text import storable

Json = dict[str, Any]
"""An object as `json.loads` gives it."""

_Reader = Callable[[object], Any]

_LEVELS = (0, MOST_LEVEL)
_HOURS = (0, 24)
_WORN = (0, 3)
_BOUNDS: Mapping[tuple[type, str], tuple[int, int]] = {
    (Complaint, "level"): _LEVELS,
    (Sore, "level"): _LEVELS,
    (Day, "sat_h"): _HOURS,
    (Day, "slept_h"): _HOURS,
    (FlagCheck, "level"): _LEVELS,
    (HeelWear, "left"): _WORN,
    (HeelWear, "right"): _WORN,
    (Measured, "left_pain"): _LEVELS,
    (Measured, "right_pain"): _LEVELS,
    (KeptPlan, "rules"): (1, 1_000),
    (Wish, "sessions_per_week"): (2, 3),
    (Wish, "minutes"): (1, 600),
    (ItemDone, "sets"): (0, 100),
    (ItemDone, "left"): (0, 10_000),
    (ItemDone, "right"): (0, 10_000),
    (ItemDone, "load_kg"): (0, 1_000),
    (ItemDone, "pain"): _LEVELS,
    (ItemDone, "pain_next_morning"): _LEVELS,
    (Item, "count"): (0, 10_000),
    (Item, "sets_left"): (0, 100),
    (Item, "sets_right"): (0, 100),
    (Item, "step"): (0, 100),
    (Item, "load_kg"): (0, 1_000),
}
"""What a number is from and to, both included."""
_ANY_NUMBER = (-1_000_000, 1_000_000)
_LONG = ("note", "resolution", "end_reason", "because", "out_when", "changed")
_MOST_PARTS = 1_000


class _Unreadable(Exception):  # noqa: N818 # no error yet: it becomes one where the kind is known
    """A value that cannot be what it should: which field, and what it must be."""

    def __init__(self, said: str, *path: str) -> None:
        super().__init__(said)
        self.said = said
        self.path = path

    def within(self, name: str) -> _Unreadable:
        return _Unreadable(self.said, name, *self.path)

    def words(self) -> str:
        where = ".".join(self.path)
        return f"its {where} {self.said}" if where else f"it {self.said}"


def kind_of(value: Entry) -> str:
    """Return what the kind of an entry is called where it is kept."""
    return next(name for name, kind in KINDS.items() if kind is type(value))


def to_json(value: Entry) -> Json:
    """Write an entry as a JSON object, every field under its own name.

    Raises
    ------
    InputError
        A number is infinite or missing where one must be, or a field does not hold what it must;
        the sentence names the kind and the field.
    """
    plain = cast("Json", _plain(value))
    from_json(type(value), plain)  # what cannot be read back is not written
    return plain


def from_json(kind: type[E], values: object) -> E:
    """Read an entry of a kind back.

    Parameters
    ----------
    kind
        One of the classes in `KINDS`.
    values
        What `to_json` gave, or what JSON was parsed to. Fields with a default may be missing.

    Raises
    ------
    InputError
        It is none: a field is unknown, is missing, is of another type or out of its bounds. The
        sentence names the kind and the first such field.
    """
    try:
        return cast("E", _object_reader(cast("type", kind))(values))
    except _Unreadable as error:
        name = next(name for name, known in KINDS.items() if known is kind).replace("_", " ")
        raise InputError(f"The {name} cannot be read: {error.words()}.") from None


def _plain(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {storable(str(name)): _plain(item) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return _plain_number_or_day(value)


def _plain_number_or_day(value: object) -> object:
    if isinstance(value, float):
        return None if math.isnan(value) else value
    if isinstance(value, date):
        return value.isoformat()
    return value


@cache
def _object_reader(kind: type) -> _Reader:
    """Make what reads the JSON object of a dataclass."""
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name], kind, field.name) for field in fields(kind)}
    required = [
        field.name
        for field in fields(kind)
        if field.default is MISSING and field.default_factory is MISSING
    ]

    def read(values: object) -> object:
        if not isinstance(values, Mapping):
            raise _Unreadable("must be a JSON object")
        given: dict[str, object] = {}
        for name, value in values.items():
            reader = readers.get(name)
            if reader is None:
                raise _Unreadable(
                    f"has a field this Evenstride does not know, “{storable(str(name))[:60]}”"
                )
            try:
                given[name] = reader(value)
            except _Unreadable as error:
                raise error.within(name) from None
        for name in required:
            if name not in given:
                raise _Unreadable("is missing", name)
        return kind(**given)

    return read


def _reader(hint: Any, kind: type, name: str) -> _Reader:  # noqa: ANN401 # any type hint
    """Make what reads the field `name` of `kind`, or a part of it, by its type hint."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is None:
        return _plain_reader(hint, kind, name)
    if origin is Literal:
        return _word_reader({word: word for word in parts})
    # `X | None`, `tuple[X, ...]` and `Mapping[str, X]`
    (*_, inner) = (part for part in parts if part not in (type(None), ...))
    make = {tuple: _tuple_reader, Mapping: _mapping_reader}.get(origin, _or_none)
    return make(_reader(inner, kind, name))


def _plain_reader(hint: type, kind: type, name: str) -> _Reader:
    if is_dataclass(hint):
        return _object_reader(hint)
    if issubclass(hint, StrEnum):
        return _word_reader({str(member): member for member in hint})
    if (hint, name) == (str, "region"):
        return _region
    bounds = _BOUNDS.get((kind, name), _ANY_NUMBER)
    readers: dict[type, _Reader] = {
        str: _text_reader(MOST_NOTE if name in _LONG else MOST_WORDS),
        bool: _flag,
        int: _whole_reader(*bounds),
        float: _number_reader(*bounds),
        date: _day,
    }
    return readers[hint]  # a kind with another type of field is noticed by the tests


def _word_reader(words: Mapping[str, object]) -> _Reader:
    must_be = f"must be one of {', '.join(words)}"

    def read(value: object) -> object:
        if not isinstance(value, str) or value not in words:
            raise _Unreadable(must_be)
        return words[value]

    return read


def _or_none(inner: _Reader) -> _Reader:
    return lambda value: None if value is None else inner(value)


def _tuple_reader(part: _Reader) -> _Reader:
    def read(value: object) -> tuple[object, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise _Unreadable("must be a list")
        if len(value) > _MOST_PARTS:
            raise _Unreadable(f"may have {_MOST_PARTS:,} parts at most")
        return tuple(part(item) for item in value)

    return read


def _mapping_reader(part: _Reader) -> _Reader:
    name = _text_reader(MOST_WORDS)

    def read(value: object) -> dict[str, object]:
        if not isinstance(value, Mapping):
            raise _Unreadable("must be a JSON object")
        if len(value) > _MOST_PARTS:
            raise _Unreadable(f"may have {_MOST_PARTS:,} parts at most")
        return {name(key): part(item) for key, item in value.items()}

    return read


def _text_reader(most: int) -> _Reader:
    def read(value: object) -> str:
        if not isinstance(value, str):
            raise _Unreadable("must be a text")
        if len(value) > most:
            raise _Unreadable(f"may have {most:,} characters at most, this one has {len(value):,}")
        return value if value.isascii() else storable(value)

    return read


def _region(value: object) -> str:
    if not isinstance(value, str) or value not in REGIONS:
        raise _Unreadable("must be a region of the body map")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unreadable("must be true or false")
    return value


def _whole_reader(low: int, high: int) -> _Reader:
    must_be = f"must be a whole number from {low:,} to {high:,}"

    def read(value: object) -> int:
        # JSON of other programs may write 1 as 1.0.
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _Unreadable(must_be)
        return value

    return read


def _number_reader(low: int, high: int) -> _Reader:
    must_be = f"must be a number from {low:,} to {high:,}"

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _Unreadable(must_be)
        if not low <= value <= high:
            raise _Unreadable(must_be)
        return float(value)

    return read


def _day(value: object) -> date:
    try:
        found = date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.isoformat() != value:
        raise _Unreadable("must be a date like 2026-11-21")
    return found
