"""Decides how what a person typed about runs, and about themselves, is kept and read.

Text is kept as it was typed, whatever it holds; only what no file in UTF-8 can hold (half a
surrogate pair) becomes U+FFFD. What is empty is not kept: no row says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from evenstride.domain.errors import InputError, UnknownRunError
from evenstride.domain.text import storable
from evenstride.library import tables
from evenstride.library.database import MOST_NAMES
from evenstride.library.entries import KEEP, Annotation, Note

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from evenstride.library.entries import Keep


def of_runs(connection: Connection, run_id: str | None = None) -> dict[str, Annotation]:
    """Read what was typed about runs, of all or of one; see `Library.annotations`."""
    a, t = tables.annotated.c, tables.tags.c
    typed = select(a.run_id, a.title, a.notes, a.shoes, a.is_race).order_by(a.run_id)
    tagged = select(t.run_id, t.tag).order_by(t.run_id, t.tag)
    if run_id is not None:
        typed, tagged = typed.where(a.run_id == run_id), tagged.where(t.run_id == run_id)
    tags: dict[str, list[str]] = {}
    for name, tag in connection.execute(tagged):
        tags.setdefault(name, []).append(tag)
    found = {
        name: Annotation(title, notes, shoes, bool(is_race), tuple(sorted(tags.pop(name, ()))))
        for name, title, notes, shoes, is_race in connection.execute(typed)
    }
    found.update((name, Annotation(tags=tuple(sorted(some)))) for name, some in tags.items())
    return found


def annotate(
    connection: Connection,
    run_ids: Sequence[str],
    *,
    fields: dict[str, str | bool | Keep | None],
    add_tags: Iterable[str],
    remove_tags: Iterable[str],
) -> None:
    """Write what was typed about runs; see `Library.annotate`.

    `fields` are columns of `annotations`; those that are KEEP are not touched.
    """
    added = {storable(tag) for tag in add_tags}
    if "" in added:
        raise InputError("A tag cannot be empty.")
    removed = {storable(tag) for tag in remove_tags}
    ids = list(dict.fromkeys(run_ids))
    require_runs(connection, ids)
    if not ids:
        return
    values = {name: _value(name, value) for name, value in fields.items() if value is not KEEP}
    if values:
        # A new row needs its race flag; one that is there keeps it unless it is given.
        rows = [{"run_id": run_id, "is_race": 0, **values} for run_id in ids]
        connection.execute(
            upsert(tables.annotated).on_conflict_do_update(
                index_elements=["run_id"], set_={name: values[name] for name in values}
            ),
            rows,
        )
        a = tables.annotated.c
        connection.execute(
            delete(tables.annotated).where(
                a.title.is_(None), a.notes.is_(None), a.shoes.is_(None), a.is_race == 0
            )
        )
    t = tables.tags.c
    if removed:
        connection.execute(
            delete(tables.tags).where(t.run_id == bindparam("of"), t.tag == bindparam("this")),
            [{"of": run_id, "this": tag} for run_id in ids for tag in removed],
        )
    if added:
        connection.execute(
            upsert(tables.tags).on_conflict_do_nothing(),
            [{"run_id": run_id, "tag": tag} for run_id in ids for tag in sorted(added)],
        )


def notes(connection: Connection) -> dict[str, Note]:
    """Read the runner's notes by name."""
    column = tables.notes.c
    query = select(column.name, column.text, column.written_at_utc).order_by(column.name)
    return {name: Note(text, at) for name, text, at in connection.execute(query)}


def write_note(
    connection: Connection, name: str, text: str | None, written_at_utc: datetime
) -> None:
    """Write, replace or (None or empty) forget a note."""
    tables.to_us(written_at_utc)  # refuse a naive time before anything is done
    connection.execute(delete(tables.notes).where(tables.notes.c.name == name))
    if text:
        connection.execute(
            insert(tables.notes).values(
                name=name, text=storable(text), written_at_utc=written_at_utc
            )
        )


def require_runs(connection: Connection, run_ids: Sequence[str]) -> None:
    """Raise an UnknownRunError where one of these runs is not here."""
    column = tables.runs.c.run_id
    query = select(column)
    if len(run_ids) <= MOST_NAMES:
        query = query.where(column.in_(run_ids))
    there = set(connection.scalars(query))
    missing = next((run_id for run_id in run_ids if run_id not in there), None)
    if missing is not None:
        raise UnknownRunError(f"There is no run {missing}.")


def _value(name: str, value: Any) -> str | int | None:  # noqa: ANN401 # text, flag or nothing
    if name == "is_race":
        return int(bool(value))
    return storable(value) if value else None
