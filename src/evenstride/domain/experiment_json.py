"""Decides how an experiment looks as JSON: in the library, and in the open file it leaves in.

A registration is one thing with one digest wherever it lies. The digest is of what the JSON says,
not of how it is spelled: the order of its keys, white space, and whether a whole number is written
`1` or `1.0` do not change it, so that other programs may write the file anew. NaN is null, times
are in UTC, text is what UTF-8 can hold.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np

from evenstride.domain.errors import InputError
from evenstride.domain.experiment import (
    OUTCOMES,
    Comparable,
    Condition,
    Kind,
    LapUse,
    Record,
    Registration,
)
from evenstride.domain.text import storable

if TYPE_CHECKING:
    from typing import Literal

Json = dict[str, Any]
"""An object as `json.loads` gives it."""

_LARGEST_WHOLE = 2.0**53
_LARGEST_COUNT = 1_000_000
_LONGER_SIDES = ("left", "right")


def registration_to_json(registration: Registration) -> Json:
    """Write a registration as a JSON object, every field under its own name.

    Raises
    ------
    InputError
        A number is infinite.
    """
    return cast("Json", _plain(registration))


def record_to_json(record: Record) -> Json:
    """Write a record as a JSON object, every field under its own name.

    Raises
    ------
    InputError
        A number is infinite.
    """
    return cast("Json", _plain(record))


def canonical(values: Json) -> str:
    """Spell a JSON object in the one way that `digest` goes by: no spaces, keys sorted.

    Raises
    ------
    InputError
        A number is infinite.
    """
    return json.dumps(_plain(values), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(registration: Json) -> str:
    """SHA-256 of what a registration says, as 64 hexadecimal digits.

    Raises
    ------
    InputError
        A number is infinite.
    """
    return hashlib.sha256(canonical(registration).encode()).hexdigest()


def registration_from_json(values: object) -> Registration:
    """Read a registration back.

    Raises
    ------
    InputError
        It is not one; the sentence names the first field that cannot be read.
    """
    f = _Fields.of("registration", Registration, values)
    comparable = _Fields.of("registration's comparable", Comparable, f.get("comparable", {}))
    outcome = f.text("outcome")
    if outcome not in OUTCOMES:
        raise f.wrong("outcome", f"one of {', '.join(OUTCOMES)}")
    return Registration(
        experiment_id=f.text("experiment_id"),
        registered_at_utc=f.moment("registered_at_utc"),
        question=f.text("question"),
        kind=cast("Kind", f.word("kind", get_args(Kind))),
        treatment=f.text("treatment"),
        control=f.text("control"),
        outcome=outcome,
        longer_side=cast(
            "Literal['left', 'right'] | None", f.word_or_none("longer_side", _LONGER_SIDES)
        ),
        smallest_effect=f.number("smallest_effect"),
        prior_sd=f.number("prior_sd"),
        seed=f.text("seed"),
        pairs=f.count("pairs"),
        pairs_per_run=f.count("pairs_per_run", 1),
        lap_s=f.number("lap_s", 0.0),
        warm_up_s=f.number("warm_up_s", 0.0),
        settling_s=f.number("settling_s", 0.0),
        washout_days=f.count("washout_days", 0),
        comparable=Comparable(
            slowest_m_s=comparable.number_or_none("slowest_m_s"),
            fastest_m_s=comparable.number_or_none("fastest_m_s"),
            shortest_s=comparable.number("shortest_s", Comparable().shortest_s),
            route=comparable.text_or_none("route"),
        ),
        first_date=f.day_or_none("first_date"),
        last_date=f.day_or_none("last_date"),
        end_date=f.day_or_none("end_date"),
        reference=f.numbers("reference"),
        adjustment=f.numbers("adjustment"),
        lowest=f.nan_number("lowest"),
        highest=f.nan_number("highest"),
        covariance=f.numbers("covariance"),
        spread_sd=f.nan_number("spread_sd"),
        power=f.nan_number("power"),
        planned_effect=f.nan_number("planned_effect"),
        program=f.text("program", ""),
    )


def record_from_json(values: object) -> Record:
    """Read a record back.

    Raises
    ------
    InputError
        It is not one; the sentence names the first field that cannot be read.
    """
    f = _Fields.of("record", Record, values)
    laps = f.get("laps", ())
    if not isinstance(laps, Sequence) or isinstance(laps, str):
        raise f.wrong("laps", "a list")
    return Record(
        position=f.count("position"),
        recorded_at_utc=f.moment("recorded_at_utc"),
        run_id=f.text_or_none("run_id"),
        did=_condition(f, "did"),
        on_date=f.day_or_none("on_date"),
        rating=f.number_or_none("rating"),
        laps=tuple(_lap(lap) for lap in laps),
        note=f.text("note", ""),
    )


def _lap(values: object) -> LapUse:
    f = _Fields.of("record's lap", LapUse, values)
    return LapUse(
        pair=f.count("pair"),
        assigned=cast("Condition", f.word("assigned", get_args(Condition))),
        start_s=f.number("start_s"),
        end_s=f.number("end_s"),
        did=_condition(f, "did"),
    )


def _condition(f: _Fields, name: str) -> Condition | None:
    return cast("Condition | None", f.word_or_none(name, get_args(Condition)))


def _plain(value: object) -> object:
    """Turn a value into what `json` writes, the same for values that are the same."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return _plain_number(value)
    if isinstance(value, date):
        return _plain_time(value)
    if isinstance(value, Mapping):
        return {storable(str(name)): _plain(item) for name, item in value.items()}
    return _plain_parts(value)


def _plain_parts(value: object) -> object:
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return value


def _plain_number(value: float) -> float | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        raise InputError("An experiment cannot hold a number that is infinite.")
    return int(value) if value.is_integer() and abs(value) < _LARGEST_WHOLE else value


def _plain_time(value: date) -> str:
    if not isinstance(value, datetime):
        return value.isoformat()
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be written: {value!r}")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_REQUIRED: Any = object()


@dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of one JSON object, each read as what it must be, or refused by name."""

    what: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, what: str, kind: type, values: object) -> _Fields:
        if not isinstance(values, Mapping):
            raise InputError(f"The {what} cannot be read: it must be a JSON object.")
        known = {field.name for field in fields(kind)}
        unknown = next((str(name) for name in values if name not in known), None)
        if unknown is not None:
            raise InputError(
                f"The {what} cannot be read: this Evenstride does not know its field "
                f"“{storable(unknown)[:60]}”."
            )
        return cls(what, values)

    def wrong(self, name: str, must_be: str) -> InputError:
        return InputError(f"The {self.what} cannot be read: its {name} must be {must_be}.")

    def get(self, name: str, default: Any = _REQUIRED) -> Any:  # noqa: ANN401 # any JSON
        value = self.values.get(name, default)
        if value is _REQUIRED:
            raise InputError(f"The {self.what} cannot be read: its {name} is missing.")
        return value

    def text(self, name: str, default: Any = _REQUIRED) -> str:  # noqa: ANN401 # or _REQUIRED
        value = self.get(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "a text")
        return storable(value)

    def text_or_none(self, name: str) -> str | None:
        return None if self.get(name, None) is None else self.text(name)

    def word(self, name: str, words: tuple[str, ...]) -> str:
        value = self.text(name)
        if value not in words:
            raise self.wrong(name, f"one of {', '.join(words)}")
        return value

    def word_or_none(self, name: str, words: tuple[str, ...]) -> str | None:
        return None if self.get(name, None) is None else self.word(name, words)

    def number(self, name: str, default: Any = _REQUIRED) -> float:  # noqa: ANN401 # as text
        value = self.get(name, default)
        if not _is_finite_number(value):
            raise self.wrong(name, "a number")
        return float(value)

    def number_or_none(self, name: str) -> float | None:
        return None if self.get(name, None) is None else self.number(name)

    def nan_number(self, name: str) -> float:
        value = self.number_or_none(name)
        return math.nan if value is None else value

    def numbers(self, name: str) -> dict[str, float]:
        found = self.get(name, {})
        if not isinstance(found, Mapping) or not all(
            value is None or _is_finite_number(value) for value in found.values()
        ):
            raise self.wrong(name, "an object of numbers")
        return {
            storable(str(key)): math.nan if value is None else float(value)
            for key, value in found.items()
        }

    def count(self, name: str, default: Any = _REQUIRED) -> int:  # noqa: ANN401 # as text
        value = self.number(name, default)
        if not 0.0 <= value <= _LARGEST_COUNT or not value.is_integer():
            raise self.wrong(name, f"a whole number from 0 to {_LARGEST_COUNT:,}")
        return int(value)

    def moment(self, name: str) -> datetime:
        wrong = self.wrong(name, "a time with its zone, as 2026-11-21T09:00:00Z")
        try:
            found = datetime.fromisoformat(self.text(name))
            if found.tzinfo is None:
                raise wrong
            # Near the ends of the calendar a zone can lead out of it.
            return found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise wrong from None

    def day_or_none(self, name: str) -> date | None:
        if self.get(name, None) is None:
            return None
        try:
            return date.fromisoformat(self.text(name))
        except ValueError:
            raise self.wrong(name, "a date, as 2026-11-21") from None


def _is_finite_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:  # a whole number beyond all floats
        return False
