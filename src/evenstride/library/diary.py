"""Decides how entries of the diary are kept: every version, until the entry is deleted whole.

One that cannot be read takes none of the others with it: it is returned beside them, as it lies.

SQLite leaves pieces of deleted rows behind in its pages, even where it is told to overwrite them:
so a deletion writes all that stays anew, and the pages that it lay on are overwritten.
"""

from __future__ import annotations

import difflib
import json
import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import BigInteger, LargeBinary, Select, delete, insert, select, type_coerce
from sqlalchemy import cast as as_type

from evenstride.domain import diary_json
from evenstride.domain.diary import (
    A_PLAN_RUNS,
    KIND_WORDS,
    KINDS,
    KeptPlan,
    Unread,
    Version,
    Written,
)
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
_DAYS: Final = ("on_date", "began", "made_on")
"""What kinds call the day that they are of."""
_MOST_READ = 8_192
_Row = tuple[str, int, str, int, bytes]
"""Id, version, kind, microseconds, JSON: as they should be; any of them may be damaged."""
Latest = dict[type, dict[str, Written[Any]]]
"""The latest versions by kind and id, each kind in the order of first writing."""


def latest(connection: Connection) -> tuple[Latest, tuple[Unread, ...]]:
    """Read the latest version of every entry; see `Said.entries` and `Said.unread_entries`.

    Returns
    -------
        What can be read; and what cannot, in the order of first writing: the latest version is
        damaged or of another edition of the program, or one before it is missing.
    """
    last: dict[str, _Row] = {}
    broken: set[str] = set()
    for row in _rows(connection):
        before = last.get(row[0])
        if row[1] != (before[1] + 1 if before else 1) or (before and row[2] != before[2]):
            broken.add(row[0])
        last[row[0]] = row  # it stays where its first version put it
    found: Latest = {kind: {} for kind in KINDS.values()}
    unread: list[Unread] = []
    for name, row in last.items():
        written = None if name in broken else _written_or_none(row)
        if written is None:
            unread.append(_unread(row))
        else:
            found[type(written.value)][name] = written
    return found, tuple(unread)


def versions(connection: Connection, entry_id: str) -> tuple[Version, ...]:
    """Read all versions of an entry of whatever kind as they lie; see `Said.entry_versions`.

    Raises
    ------
    UnknownEntryError
        There is none of this id.
    """
    found = _rows(connection, None, entry_id)
    if not found:
        raise _unknown(connection, None, entry_id)
    return tuple(
        Version(row[1], _time(row), str(row[2]), _text_of(row), _value_or_none(row))
        for row in found
    )


def one(connection: Connection, kind: type[E], entry_id: str) -> Written[E]:
    """Read the latest version of an entry; see `Said.entry`. Raises as `history` does."""
    return _written(_sound_rows(connection, kind, entry_id)[-1])


def history(connection: Connection, kind: type[E], entry_id: str) -> tuple[Written[E], ...]:
    """Read all versions of an entry, the oldest first; see `Said.entry_history`.

    Raises
    ------
    UnknownEntryError
        There is none of this id and kind.
    LibraryCorruptError
        A version cannot be read, or one is missing.
    """
    return tuple(_written(row) for row in _sound_rows(connection, kind, entry_id))


def write(connection: Connection, new: Sequence[New], written_at_utc: datetime) -> tuple[int, ...]:
    """Write entries or their next versions; see `Said.write_entries`."""
    tables.to_us(written_at_utc)  # refuse a naive time before anything is done
    runs = [run_id for one in new if (run_id := getattr(one.value, "run_id", None)) is not None]
    typed.require_runs(connection, runs)
    return tuple(_write_one(connection, one, written_at_utc) for one in new)


def remove(connection: Connection, kind: type[E] | None, entry_id: str) -> None:
    """Delete an entry with all its versions, sound or not; see `Said.delete_entry`.

    `PRAGMA secure_delete` has to be on.
    """
    e = tables.entries.c
    name = storable(entry_id)
    there = select(e.id).where(e.entry_id == name).limit(1)
    if kind is not None:
        there = there.where(e.kind == _name_of(kind))
    if connection.scalar(there) is None:
        raise _unknown(connection, kind, entry_id)
    # SQLite itself puts the others aside: as they lie, sound or not.
    connection.exec_driver_sql(
        "CREATE TEMP TABLE entries_that_stay AS SELECT * FROM entries WHERE entry_id <> ?", (name,)
    )
    connection.execute(delete(tables.entries))
    _value.cache_clear()
    connection.exec_driver_sql("INSERT INTO entries SELECT * FROM entries_that_stay ORDER BY id")
    connection.exec_driver_sql("DROP TABLE entries_that_stay")


def unsound(connection: Connection) -> Iterator[tuple[str, str]]:
    """Say what is wrong with entries: the id, and a sentence."""
    before: dict[str, tuple[int, str]] = {}
    for row in _rows(connection):
        name, version, kind = row[:3]
        last = before.get(name, (0, kind))
        before[name] = (version, kind)
        try:
            with reading.sound_rows(reading.DAMAGED_TYPED):
                if kind != last[1]:
                    raise _damaged(name)
                _require_next(row, last[0])
                _written(row)
        except LibraryError as error:
            yield str(name), str(error)


def as_they_lie(connection: Connection) -> Iterator[dict[str, Any]]:
    """Give every entry with all its versions as open JSON, sound or not: what an export writes.

    What cannot be read is given as the text that it is.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in _rows(connection):
        name, version, kind, at, _ = row
        one = found.setdefault(name, {"entry_id": name, "kind": kind, "versions": []})
        time = _time(row)
        one["versions"].append(
            {
                "version": version,
                "written_at_utc": at if time is None else time.isoformat().replace("+00:00", "Z"),
                "value": _parsed(_text_of(row)),
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
    there = _rows(connection, None, name)
    if there and there[-1][2] != kind:
        raise InputError(
            f"“{name}” is taken: it is a {_words(there[-1][2])} already, no {_words(kind)}."
        )
    if there and there[-1][4] == text.encode():
        return there[-1][1]
    if there and _value_or_none(there[-1]) is None:
        raise InputError(
            f"“{name}” is there already and cannot be read: restore a backup, or delete it first "
            f"(`evenstride diary delete {name}`)."
        )
    last = there[-1][1] if there else 0
    if last != new.seen:
        raise InputError(_meanwhile(last))
    if isinstance(new.value, KeptPlan) and new.value.ended_on is None:
        _require_no_other_plan(connection, name)
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


def _require_no_other_plan(connection: Connection, name: str) -> None:
    """Let one plan run at a time, whoever else is just about to begin another."""
    plans = latest(connection)[0][KeptPlan].values()
    if any(one.entry_id != name and one.value.ended_on is None for one in plans):
        raise InputError(A_PLAN_RUNS)


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


def _rows(
    connection: Connection, kind: type | None = None, entry_id: str | None = None
) -> list[_Row]:
    """Read rows as they lie, in the order of writing; bytes are bytes, whatever they should be."""
    e = tables.entries.c
    text = as_type(e.value, LargeBinary)  # of text that is none the driver would give no row at all
    query: Select[Any] = select(e.entry_id, e.version, e.kind, _us(e.written_at_utc), text)
    if kind is not None:
        query = query.where(e.kind == _name_of(kind))
    if entry_id is not None:
        query = query.where(e.entry_id == storable(entry_id))
    return cast("list[_Row]", database.rows(connection, query.order_by(e.id)))


def _sound_rows(connection: Connection, kind: type, entry_id: str) -> list[_Row]:
    """Read the rows of an entry that is there with all its versions."""
    found = _rows(connection, kind, entry_id)
    if not found:
        raise _unknown(connection, kind, entry_id)
    for before, row in enumerate(found):
        _require_next(row, before)
    return found


def _name_of(kind: type) -> str:
    return next(name for name, known in KINDS.items() if known is kind)


def _words(kind: str) -> str:
    """Say what a kind is called in a sentence."""
    return KIND_WORDS.get(kind, "entry")


def _require_next(row: _Row, before: int) -> None:
    if row[1] != before + 1:
        raise LibraryCorruptError(
            f"A version of entry {row[0]} of the diary is missing; restore a backup."
        )


def _written(row: _Row) -> Written[Any]:
    name, version, kind, at, text = row
    try:
        value = _value(cast("type", KINDS[kind]), text.decode())
    except (KeyError, ValueError, RecursionError, InputError) as error:
        raise _damaged(name) from error
    return Written(name, version, from_us(at), value)


def _written_or_none(row: _Row) -> Written[Any] | None:
    try:
        return _written(row)
    except (LibraryCorruptError, TypeError, ValueError, OverflowError):
        return None


def _value_or_none(row: _Row) -> Entry | None:
    written = _written_or_none(row)
    return None if written is None else cast("Entry", written.value)


def _time(row: _Row) -> datetime | None:
    try:
        return from_us(row[3])
    except (TypeError, ValueError, OverflowError):
        return None


def _text_of(row: _Row) -> str:
    return row[4].decode(errors="backslashreplace")


def _unread(row: _Row) -> Unread:
    """Tell of an entry that cannot be read what can be: when it was written, and of which day."""
    values = _parsed(_text_of(row))
    day = None
    if isinstance(values, dict):
        said = (values.get(name) for name in _DAYS)
        day = next((one for one in map(_day, said) if one is not None), None)
    return Unread(str(row[0]), str(row[2]), row[1], _time(row), day)


def _day(said: object) -> date | None:
    try:
        return date.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None


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


def _unknown(connection: Connection, kind: type | None, entry_id: str) -> UnknownEntryError:
    if kind is None:
        said = storable(entry_id)[:_SHOWN]
        return UnknownEntryError(
            f"The diary has no entry “{said}”; `evenstride diary list` has them."
        )
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
