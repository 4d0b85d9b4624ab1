"""Decides how experiments are kept: registered once, recorded by adding, ended, never edited.

Triggers in the database (`tables.GUARDS`) hold any program to that; the SHA-256 beside each
registration shows where one got around them.
"""

from __future__ import annotations

import difflib
import json
import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, delete, func, insert, select, update

from evenstride.domain import experiment_json
from evenstride.domain.errors import (
    InputError,
    LibraryCorruptError,
    LibraryError,
    TamperedError,
    UnknownExperimentError,
)
from evenstride.domain.experiment import Kept
from evenstride.domain.text import storable
from evenstride.library import reading, tables, typed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from evenstride.domain.experiment import Record, Registration

_NAME = re.compile(r"[a-z0-9](-?[a-z0-9]){0,79}")
"""It stands in addresses and in names of files."""
_SHOWN = 60


def kept(connection: Connection, experiment_id: str | None = None) -> dict[str, Kept]:
    """Read experiments, all or one, by id; see `Said.experiments`.

    Raises
    ------
    TamperedError
        The registration that is asked for is not what was registered; of all, such are left out.
    LibraryCorruptError
        A record cannot be read, contradicts its row, or one before it is missing.
    ValueError, TypeError
        A row does not hold what was stored in it.
    """
    e, r = tables.experiments.c, tables.experiment_records.c
    wanted = _in_order()
    recorded = select(r.experiment_id, r.position, r.run_id, r.record).order_by(r.id)
    if experiment_id is not None:
        name = storable(experiment_id)  # what SQLite cannot be asked for is not there either
        wanted = wanted.where(e.experiment_id == name)
        recorded = recorded.where(r.experiment_id == name)
    records: dict[str, list[Record]] = {}
    for name, position, run_id, text in connection.execute(recorded):
        mine = records.setdefault(name, [])
        record = _record(name, text)
        if (record.position, record.run_id) != (position, run_id):
            raise LibraryCorruptError(
                f"A record of experiment {name} is damaged; restore a backup."
            )
        # None is written before all assignments before it have one, and none is deleted.
        if position > len({earlier.position for earlier in mine}):
            raise LibraryCorruptError(
                f"A record of experiment {name} is missing; restore a backup."
            )
        mine.append(record)
    found = {}
    for row in connection.execute(wanted):
        name = row.experiment_id
        try:
            registration = _registration(name, row.registration, row.sha256)
        except TamperedError:
            if experiment_id is not None:
                raise
            continue  # it is named by `names`; the others are not to suffer
        recorded_of_it = tuple(records.get(name, ()))
        found[name] = Kept(registration, recorded_of_it, row.ended_at_utc, row.end_reason)
    return found


def names(connection: Connection) -> dict[str, bool]:
    """Tell of each experiment whether it is open, sound or not; see `Said.experiment_names`."""
    e = tables.experiments.c
    return {
        name: ended is None
        for name, ended in connection.execute(
            _in_order().with_only_columns(e.experiment_id, e.ended_at_utc)
        )
    }


def one(connection: Connection, experiment_id: str) -> Kept:
    """Read one experiment; see `Said.experiment`. Raises as `kept` does.

    Raises
    ------
    UnknownExperimentError
        There is none of this id.
    """
    found = kept(connection, experiment_id).get(experiment_id)
    if found is None:
        raise _unknown(connection, experiment_id)
    return found


def register(connection: Connection, registration: Registration) -> None:
    """Keep a registration; see `Said.register_experiment`."""
    name = registration.experiment_id
    if not _NAME.fullmatch(name):
        raise InputError(
            "An experiment's name has up to 80 small letters a to z, digits and single hyphens "
            f"between them, not “{storable(name)[:_SHOWN]}”."
        )
    values = experiment_json.registration_to_json(registration)
    experiment_json.registration_from_json(values)  # what cannot be read back is not written
    e = tables.experiments.c
    if connection.scalar(select(e.experiment_id).where(e.experiment_id == name)) is not None:
        raise InputError(f"There is an experiment {name} already; give the new one another name.")
    connection.execute(
        insert(tables.experiments).values(
            experiment_id=name,
            registered_at_utc=registration.registered_at_utc,
            registration=experiment_json.canonical(values),
            sha256=experiment_json.digest(values),
        )
    )


def record(connection: Connection, experiment_id: str, what: Record) -> None:
    """Add a record; see `Said.record_assignment`."""
    with reading.sound_rows(reading.DAMAGED_TYPED):
        found = one(connection, experiment_id)
    if found.ended_at_utc is not None:
        raise InputError(f"Experiment {experiment_id} has ended; nothing is recorded any more.")
    values = experiment_json.record_to_json(what)
    experiment_json.record_from_json(values)  # what cannot be read back is not written
    last = {record.position: record for record in found.records}
    if what.position > len(last):
        raise InputError(
            f"Assignment {what.position + 1} of experiment {experiment_id} is not open yet; "
            f"the next is {len(last) + 1}."
        )
    if what.run_id is not None:
        typed.require_runs(connection, [what.run_id])
        served = next(
            (
                position
                for position, record in last.items()
                if record.run_id == what.run_id and position != what.position
            ),
            None,
        )
        if served is not None:
            raise InputError(
                f"Run {what.run_id} stands for assignment {served + 1} of experiment "
                f"{experiment_id} already; a run serves only one."
            )
    connection.execute(
        insert(tables.experiment_records).values(
            experiment_id=experiment_id,
            position=what.position,
            recorded_at_utc=what.recorded_at_utc,
            run_id=what.run_id,
            record=experiment_json.canonical(values),
        )
    )


def require_seen(connection: Connection, experiment_id: str, seen: int) -> None:
    """Refuse a writer who does not know of all records there are."""
    r = tables.experiment_records.c
    query = select(func.count()).where(r.experiment_id == experiment_id)
    if connection.scalar(query) != seen:
        raise InputError(
            f"Something was recorded for {experiment_id} meanwhile; look again before you record."
        )


def end(connection: Connection, experiment_id: str, reason: str, ended_at_utc: datetime) -> None:
    """End an experiment; see `Said.end_experiment`. One that was tampered with can be ended."""
    tables.to_us(ended_at_utc)  # refuse a naive time before anything is done
    if not reason.strip():
        raise InputError("An experiment is ended with a reason; say why.")
    if _has_ended(connection, experiment_id):
        raise InputError(f"Experiment {experiment_id} has ended already.")
    connection.execute(
        update(tables.experiments)
        .where(tables.experiments.c.experiment_id == experiment_id)
        .values(ended_at_utc=ended_at_utc, end_reason=storable(reason))
    )


def remove(connection: Connection, experiment_id: str) -> None:
    """Delete an experiment; see `Said.delete_experiment`."""
    if not _has_ended(connection, experiment_id):
        raise InputError(f"Experiment {experiment_id} is still open; end it before deleting it.")
    # Its records go with it, by the foreign key.
    connection.execute(
        delete(tables.experiments).where(tables.experiments.c.experiment_id == experiment_id)
    )


def unsound(connection: Connection) -> Iterator[tuple[str, str]]:
    """Say what is wrong with experiments: the id, empty where it is of all, and a sentence."""
    triggers = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
    there = set(connection.exec_driver_sql(triggers).scalars())
    if not there.issuperset(tables.GUARDS):
        yield (
            "",
            "What keeps experiments from being edited is missing, so they may have been; restore "
            "a backup.",
        )
    every = list(
        connection.scalars(_in_order().with_only_columns(tables.experiments.c.experiment_id))
    )
    for name in every:
        try:
            with reading.sound_rows(reading.DAMAGED_TYPED):
                kept(connection, name)
        except LibraryError as error:
            yield name, str(error)


def as_they_lie(connection: Connection) -> Iterator[dict[str, Any]]:
    """Give every experiment as open JSON, sound or not: what an export writes.

    What cannot be read is given as the text that it is.
    """
    r = tables.experiment_records.c
    records: dict[str, list[Any]] = {}
    recorded = select(r.experiment_id, r.record).order_by(r.experiment_id, r.id)
    for name, text in connection.execute(recorded):
        records.setdefault(name, []).append(_parsed(text))
    for row in connection.execute(_in_order()):
        ended = row.ended_at_utc
        yield {
            "experiment_id": row.experiment_id,
            "registration": _parsed(row.registration),
            "sha256": row.sha256,
            "records": records.get(row.experiment_id, []),
            "ended_at_utc": ended and ended.isoformat().replace("+00:00", "Z"),
            "end_reason": row.end_reason,
        }


def _in_order() -> Select[Any]:
    e = tables.experiments.c
    return select(tables.experiments).order_by(e.registered_at_utc, e.experiment_id)


def _parsed(text: str) -> Any:  # noqa: ANN401 # any JSON
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _registration(name: str, text: str, sha256: str) -> Registration:
    try:
        values = json.loads(text)
        found = experiment_json.registration_from_json(values)
        sound = experiment_json.digest(values) == sha256 and found.experiment_id == name
    except (ValueError, RecursionError, InputError):
        sound = False
    if not sound:
        raise TamperedError(
            f"The registration of experiment {name} is not what was registered: it was edited or "
            "damaged; restore a backup, or end and delete the experiment."
        )
    return found


def _record(name: str, text: str) -> Record:
    try:
        return experiment_json.record_from_json(json.loads(text))
    except (ValueError, RecursionError, InputError) as error:
        raise LibraryCorruptError(
            f"A record of experiment {name} is damaged; restore a backup."
        ) from error


def _has_ended(connection: Connection, experiment_id: str) -> bool:
    e = tables.experiments.c
    query = select(e.ended_at_utc).where(e.experiment_id == storable(experiment_id))
    with reading.sound_rows(reading.DAMAGED_TYPED):
        row = connection.execute(query).first()
    if row is None:
        raise _unknown(connection, experiment_id)
    return row.ended_at_utc is not None


def _unknown(connection: Connection, experiment_id: str) -> UnknownExperimentError:
    e = tables.experiments.c
    every = list(connection.scalars(_in_order().with_only_columns(e.experiment_id)))
    said = storable(experiment_id)[:_SHOWN]
    if not every:
        return UnknownExperimentError(f"There is no experiment “{said}”: none is registered yet.")
    near = difflib.get_close_matches(said.casefold(), every, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"the last registered is {every[-1]}."
    return UnknownExperimentError(f"There is no experiment “{said}”: {hint}")
