"""Decides how entries of the diary are kept: every version, until the entry is deleted whole.

SQLite leaves pieces of deleted rows behind in its pages, even where it is told to overwrite them:
so a deletion writes all that stays anew, and the pages that it lay on are overwritten.
"""

from __future__ import annotations

import difflib
import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import BigInteger, Select, delete, insert, select, type_coerce

from evenstride.domain import diary_json
from evenstride.domain.diary import KINDS, Written
from evenstride.domain.errors import (
    InputError,
    LibraryCorruptError,
    LibraryError,
    UnknownEntryError,
)
from evenstride.domain.text import storable
from evenstride.library import database, reading, tables, typed
from evenstride.library.tables import from_us

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from evenstride.domain.diary import E, Entry
    from evenstride.library.entries import New

_NAME = re.compile(r"[A-Za-z0-9](?:[-_.]?[A-Za-z0-9]){0,79}")
"""It stands in addresses."""
_SHOWN = 60
_MOST_READ = 8_192
_Row = tuple[str, int, int, str]
"""Id, version, microseconds, JSON."""


def latest(connection: Connection, kind: type[E]) -> dict[str, Written[E]]:
    """Read the latest versions of a kind; see `Said.entries`.

    Raises
    ------
    LibraryCorruptError
        An entry cannot be read, or a version of it is missing.
    """
    last: dict[str, _Row] = {}
    for row in _rows(connection, kind):
        before = last.get(row[0])
        _require_next(row, before[1] if before else 0)
        last[row[0]] = row  # it stays where its first version put it
    return {name: _written(row, kind) for name, row in last.items()}


def one(connection: Connection, kind: type[E], entry_id: str) -> Written[E]:
    """Read the latest version of an entry; see `Said.entry`. Raises as `history` does."""
    return history(connection, kind, entry_id)[-1]


def history(connection: Connection, kind: type[E], entry_id: str) -> tuple[Written[E], ...]:
    """Read all versions of an entry, the oldest first; see `Said.entry_history`.

    Raises
    ------
    UnknownEntryError
        There is none of this id and kind.
    LibraryCorruptError
        A version cannot be read, or one is missing.
    """
    found = _rows(connection, kind, entry_id)
    if not found:
        raise _unknown(connection, kind, entry_id)
    for before, row in enumerate(found):
        _require_next(row, before)
    return tuple(_written(row, kind) for row in found)


def write(connection: Connection, new: Sequence[New], written_at_utc: datetime) -> tuple[int, ...]:
    """Write entries or their next versions; see `Said.write_entries`."""
    tables.to_us(written_at_utc)  # refuse a naive time before anything is done
    runs = [run_id for one in new if (run_id := getattr(one.value, "run_id", None)) is not None]
    typed.require_runs(connection, runs)
    return tuple(_write_one(connection, one, written_at_utc) for one in new)


def remove(connection: Connection, kind: type[E], entry_id: str) -> None:
    """Delete an entry with all its versions; see `Said.delete_entry`.

    `PRAGMA secure_delete` has to be on.
    """
    e = tables.entries.c
    name = storable(entry_id)
    there = select(e.id).where(e.entry_id == name, e.kind == _name_of(kind)).limit(1)
    if connection.scalar(there) is None:
        raise _unknown(connection, kind, entry_id)
    rest = select(e.id, e.entry_id, e.version, e.kind, _us(e.written_at_utc), e.value)
    stay = [tuple(row) for row in connection.execute(rest.where(e.entry_id != name).order_by(e.id))]
    connection.execute(delete(tables.entries))
    _value.cache_clear()
    if stay:
        # As the rows lie, sound or not.
        connection.exec_driver_sql(
            "INSERT INTO entries (id, entry_id, version, kind, written_at_utc, value)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            stay,
        )


def unsound(connection: Connection) -> Iterator[tuple[str, str]]:
    """Say what is wrong with entries: the id, and a sentence."""
    e = tables.entries.c
    query = select(e.entry_id, e.version, e.kind, _us(e.written_at_utc), e.value).order_by(e.id)
    before: dict[str, tuple[int, str]] = {}
    for name, version, kind, at, text in connection.execute(query):
        last = before.get(name, (0, kind))
        before[name] = (version, kind)
        try:
            with reading.sound_rows(reading.DAMAGED_TYPED):
                if kind not in KINDS or kind != last[1]:
                    raise _damaged(name)
                _require_next((name, version, at, text), last[0])
                _written((name, version, at, text), KINDS[kind])
        except LibraryError as error:
            yield str(name), str(error)


def as_they_lie(connection: Connection) -> Iterator[dict[str, Any]]:
    """Give every entry with all its versions as open JSON, sound or not: what an export writes.

    What cannot be read is given as the text that it is.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(select(tables.entries).order_by(tables.entries.c.id)):
        one = found.setdefault(
            row.entry_id, {"entry_id": row.entry_id, "kind": row.kind, "versions": []}
        )
        one["versions"].append(
            {
                "version": row.version,
                "written_at_utc": row.written_at_utc.isoformat().replace("+00:00", "Z"),
                "value": _parsed(row.value),
            }
        )
    yield from found.values()


def _write_one(connection: Connection, new: New, written_at_utc: datetime) -> int:
    name, kind = new.entry_id, diary_json.kind_of(new.value)
    if not _NAME.fullmatch(name):
        raise InputError(
            "An entry's name has up to 80 letters a to z, digits and single hyphens, dots or "
            f"underscores between them, not “{storable(name)[:_SHOWN]}”."
        )
    text = _text(new.value)
    e = tables.entries.c
    query = select(e.version, e.kind, e.value).where(e.entry_id == name).order_by(e.version)
    there = connection.execute(query).all()
    if there and there[-1].kind != kind:
        raise InputError(
            f"“{name}” is taken: it is a {_words(there[-1].kind)} already, no {_words(kind)}."
        )
    if there and there[-1].value == text:
        return cast("int", there[-1].version)
    last: int = there[-1].version if there else 0
    if last != new.seen:
        raise InputError(_meanwhile(last))
    connection.execute(
        insert(tables.entries).values(
            entry_id=name,
            version=last + 1,
            kind=kind,
            written_at_utc=written_at_utc,
            value=text,
        )
    )
    return last + 1


def _meanwhile(last: int) -> str:
    if last == 0:
        return "It was deleted in the meantime; nothing was changed."
    return "It was changed in the meantime; look again before you change it."


def _text(value: Entry) -> str:
    """Spell an entry in one way, so that the same is recognised."""
    # Read back first: 6 and 6.0 are the same then, and spelled alike.
    sound = diary_json.to_json(diary_json.from_json(type(value), diary_json.to_json(value)))
    return json.dumps(sound, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _us(column: Any) -> Any:  # noqa: ANN401 # SQLAlchemy's own kind
    return type_coerce(column, BigInteger)


def _rows(connection: Connection, kind: type, entry_id: str | None = None) -> list[_Row]:
    e = tables.entries.c
    query: Select[Any] = select(e.entry_id, e.version, _us(e.written_at_utc), e.value)
    query = query.where(e.kind == _name_of(kind)).order_by(e.id)
    if entry_id is not None:
        query = query.where(e.entry_id == storable(entry_id))
    return cast("list[_Row]", database.rows(connection, query))


def _name_of(kind: type) -> str:
    return next(name for name, known in KINDS.items() if known is kind)


_KIND_WORDS: Final = {
    "complaint": "complaint",
    "day": "day",
    "injury": "injury",
    "heel_wear": "look at heels",
    "measured": "screening test",
    "flag_check": "answer about red flags",
    "plan": "plan",
    "session": "session of a plan",
}


def _words(kind: str) -> str:
    """Say what a kind is called in a sentence."""
    return _KIND_WORDS.get(kind, "entry")


def _require_next(row: _Row, before: int) -> None:
    if row[1] != before + 1:
        raise LibraryCorruptError(
            f"A version of entry {row[0]} of the diary is missing; restore a backup."
        )


def _written(row: _Row, kind: type[E]) -> Written[E]:
    name, version, at, text = row
    try:
        value = cast("E", _value(cast("type", kind), text))
    except (ValueError, RecursionError, InputError) as error:
        raise _damaged(name) from error
    return Written(name, version, from_us(at), value)


@lru_cache(maxsize=_MOST_READ)
def _value(kind: type, text: str) -> Entry:
    """Read what an entry says; remembered, as all are read again whenever anything is written."""
    return cast("Entry", diary_json.from_json(kind, json.loads(text)))


def _damaged(name: str) -> LibraryCorruptError:
    return LibraryCorruptError(f"Entry {name} of the diary is damaged; restore a backup.")


def _parsed(text: str) -> Any:  # noqa: ANN401 # any JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _unknown(connection: Connection, kind: type, entry_id: str) -> UnknownEntryError:
    e = tables.entries.c
    what = _words(_name_of(kind))
    query = select(e.entry_id).where(e.kind == _name_of(kind)).order_by(e.id)
    every = list(dict.fromkeys(connection.scalars(query)))
    said = storable(entry_id)[:_SHOWN]
    if not every:
        return UnknownEntryError(f"There is no {what} “{said}”: none is written yet.")
    near = _nearest(said, every)
    hint = f"did you mean {near}?" if near else f"the last written is {every[-1]}."
    return UnknownEntryError(f"There is no {what} “{said}”: {hint}")


def _nearest(said: str, every: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(said, list(every), n=1, cutoff=0.6)), None)
