"""What numbers mean in FIT: names, scales and enumerations, from fitdecode's profile.

The profile is 16,000 lines of tables, so it is imported at the first file and not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Component:
    """A quantity packed into some bits of another field."""

    number: int
    bits: int
    bit_offset: int
    scale: float
    offset: float
    accumulate: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A native field: value = raw / scale - offset."""

    number: int
    name: str
    scale: float
    offset: float
    units: str | None
    components: tuple[Component, ...] = ()


@lru_cache(maxsize=1)
def _messages() -> dict[int, Any]:
    from fitdecode import profile

    messages: dict[int, Any] = profile.MESSAGE_TYPES
    return messages


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    return {message.name: number for number, message in _messages().items()}


def message_number(name: str) -> int:
    """Return the number of a message, e.g. 20 for `record`."""
    return _numbers()[name]


def message_name(number: int) -> str:
    """Return the name of a message, `unknown_<number>` where the profile has none."""
    known = _messages().get(number)
    return f"unknown_{number}" if known is None else str(known.name)


@lru_cache(maxsize=256)
def fields(message: int) -> dict[str, Field]:
    """Return the native fields of a message by name; none for a message not in the profile."""
    known = _messages().get(message)
    if known is None:
        return {}
    return {
        field.name: Field(
            number,
            field.name,
            float(field.scale or 1),
            float(field.offset or 0),
            field.units,
            tuple(
                Component(
                    c.def_num,
                    c.bits,
                    c.bit_offset or 0,
                    float(c.scale or 1),
                    float(c.offset or 0),
                    bool(c.accumulate),
                )
                for c in field.components or ()
            ),
        )
        for number, field in known.fields.items()
    }


@lru_cache(maxsize=256)
def names(message: int) -> dict[int, str]:
    """Return the names of a message's native fields by number."""
    return {field.number: name for name, field in fields(message).items()}


@lru_cache(maxsize=4096)
def enum_name(kind: str, value: int) -> str | None:
    """Return the word for a value of an enumeration, e.g. `cycling` for 2 of `sport`."""
    from fitdecode import profile

    names = profile.FIELD_TYPES[kind].enum or {}
    name = names.get(value)
    return None if name is None else str(name)


def enum_value(kind: str, name: str) -> int:
    """Return the value of a word of an enumeration."""
    from fitdecode import profile

    return next(int(v) for v, n in profile.FIELD_TYPES[kind].enum.items() if n == name)
