"""Decides how everything in the library looks as open files: same content, same bytes."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import Select, select

from evenstride.domain.diary import KINDS
from evenstride.domain.errors import InputError
from evenstride.domain.experiment import LapUse, Record, Registration
from evenstride.domain.ground import Ground, TrackLaps
from evenstride.domain.measures import BLOCK_DTYPE
from evenstride.domain.recording import DeveloperField, Issue, Lap
from evenstride.library import diary, experiments, files, reading, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.engine import Connection

_NAMES = {
    "laps": Lap,
    "issues": Issue,
    "developer_fields": DeveloperField,
}
_GROUND = tuple(field.name for field in fields(Ground) if field.name != "laps")
_REGISTERED = tuple(field.name for field in fields(Registration) if field.name != "experiment_id")
_RECORDED = tuple(field.name for field in fields(Record) if field.name != "laps")
_LAP_USE = tuple(field.name for field in fields(LapUse))
_LAPS = tuple(field.name for field in fields(TrackLaps))


def export(
    connection: Connection, settings: reading.Settings, root: Path, destination: Path, *, raw: bool
) -> None:
    """Write everything into the new folder `destination`; see `Library.export`."""
    young = new_folder(destination, root)
    with files.storage_errors(destination):
        try:
            _tables(connection, settings, young)
            _samples(connection, root, young / "samples")
            if raw:
                _raw(connection, root, young / "raw")
        except BaseException:
            shutil.rmtree(young, ignore_errors=True)
            raise
        put_folder(young, destination)


def new_folder(destination: Path, root: Path) -> Path:
    """Make the folder that will become `destination` once it is complete, beside it.

    Raises
    ------
    InputError
        `destination` is a file, a folder that is not empty, or in the library at `root`.
    """
    if destination.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{destination} is in the library itself; name a folder outside of it.")
    if destination.exists() and (not destination.is_dir() or any(destination.iterdir())):
        raise InputError(f"{destination} exists already; name a new folder.")
    young = destination.absolute().with_name(f".{destination.absolute().name}.unfinished")
    with files.storage_errors(destination):
        shutil.rmtree(young, ignore_errors=True)
        young.mkdir(parents=True)
    return young


def put_folder(young: Path, destination: Path) -> None:
    """Give a complete folder its name."""
    if destination.exists():
        destination.rmdir()
    young.rename(destination)


def _tables(connection: Connection, settings: reading.Settings, folder: Path) -> None:
    f, m, r = tables.files.c, tables.members.c, tables.recordings.c
    wishes = connection.execute(select(tables.runs).order_by(tables.runs.c.run_id)).all()
    typed = pl.DataFrame(
        {
            "run_id": pl.Series([run_id for run_id, _ in wishes], dtype=pl.String),
            "preferred_recording_id": pl.Series([wish for _, wish in wishes], dtype=pl.String),
        }
    )
    # From what was typed, so that a wish for a run that cannot be read now is not lost.
    runs = typed.join(
        reading.runs(connection, settings, None), on="run_id", how="left", maintain_order="left"
    )
    runs.write_csv(folder / "runs.csv", datetime_format="%Y-%m-%dT%H:%M:%S%.fZ")
    recordings = (
        select(m.run_id, m.sha256, m.session_index, tables.recordings)
        .join(tables.recordings, r.recording_id == m.recording_id)
        .order_by(m.recording_id)
    )
    _query(connection, folder / "recordings.csv", recordings)
    _query(
        connection,
        folder / "measures.csv",
        select(tables.measures).order_by(tables.measures.c.recording_id, tables.measures.c.name),
    )
    _query(
        connection,
        folder / "files.csv",
        select(f.sha256, f.size_bytes, f.name, f.format).order_by(f.sha256),
    )
    _query(
        connection,
        folder / "import_times.csv",
        select(f.sha256, f.imported_at_utc).order_by(f.sha256),
    )
    _details(connection, folder)
    _typed(connection, folder)
    _experiments(connection, folder)
    _diary(connection, folder)
    _blocks(connection, folder / "blocks.parquet")
    text = json.dumps(settings, indent=2, sort_keys=True, ensure_ascii=False)
    (folder / "settings.json").write_text(text + "\n", encoding="utf-8")


def _details(connection: Connection, folder: Path) -> None:
    rows = (
        connection.execute(select(tables.details).order_by(tables.details.c.recording_id))
        .mappings()
        .all()
    )
    for name, kind in _NAMES.items():
        columns = [field.name for field in fields(kind)]
        _csv(
            folder / f"{name}.csv",
            ("recording_id", *columns),
            (
                (row["recording_id"], *(values.get(column) for column in columns))
                for row in rows
                for values in json.loads(row[name])
            ),
        )
    _csv(
        folder / "pauses.csv",
        ("recording_id", "start_s", "end_s"),
        ((row["recording_id"], *pause) for row in rows for pause in json.loads(row["pauses"])),
    )
    _csv(
        folder / "dropped.csv",
        ("recording_id", "reason", "seconds"),
        (
            (row["recording_id"], reason, seconds)
            for row in rows
            for reason, seconds in json.loads(row["dropped"]).items()
        ),
    )
    _csv(
        folder / "ground.csv",
        ("recording_id", *_GROUND, *(f"laps_{name}" for name in _LAPS)),
        ((row["recording_id"], *_ground(row["ground"])) for row in rows if row["ground"]),
    )


def _ground(text: str) -> Iterator[float | None]:
    values = json.loads(text)
    yield from (values.get(name) for name in _GROUND)
    laps = values.get("laps") or {}
    yield from (laps.get(name) for name in _LAPS)


def _typed(connection: Connection, folder: Path) -> None:
    """Write what was typed. Paired phones are no part of the runner's data, and stay here."""
    a, t, n, g = tables.annotated.c, tables.tags.c, tables.notes.c, tables.ground.c
    _query(connection, folder / "annotations.csv", select(tables.annotated).order_by(a.run_id))
    _query(connection, folder / "tags.csv", select(tables.tags).order_by(t.run_id, t.tag))
    ground = select(tables.ground).order_by(g.run_id, g.position)
    _query(connection, folder / "ground_typed.csv", ground)
    _query(connection, folder / "notes.csv", select(tables.notes).order_by(n.name))


def _experiments(connection: Connection, folder: Path) -> None:
    """Write experiments whole as JSON, and what fits into columns as CSV."""
    every = list(experiments.as_they_lie(connection))
    text = json.dumps(every, indent=2, ensure_ascii=False)
    (folder / "experiments.json").write_text(text + "\n", encoding="utf-8")
    _csv(
        folder / "experiments.csv",
        ("experiment_id", *_REGISTERED, "sha256", "ended_at_utc", "end_reason"),
        (
            (
                one["experiment_id"],
                *_columns(one["registration"], _REGISTERED),
                *(one[name] for name in ("sha256", "ended_at_utc", "end_reason")),
            )
            for one in every
        ),
    )
    _csv(
        folder / "experiment_records.csv",
        ("experiment_id", *_RECORDED),
        (
            (one["experiment_id"], *_columns(record, _RECORDED))
            for one in every
            for record in one["records"]
        ),
    )
    _csv(
        folder / "experiment_laps.csv",
        ("experiment_id", "position", "recorded_at_utc", *_LAP_USE),
        (
            (
                one["experiment_id"],
                *_columns(record, ("position", "recorded_at_utc")),
                *_columns(lap, _LAP_USE),
            )
            for one in every
            for record in one["records"]
            for lap in _laps_used(record)
        ),
    )


def _diary(connection: Connection, folder: Path) -> None:
    """Write entries with all versions as JSON, and the last of each as CSV, a kind a file."""
    every = list(diary.as_they_lie(connection))
    text = json.dumps(every, indent=2, ensure_ascii=False)
    (folder / "entries.json").write_text(text + "\n", encoding="utf-8")
    for name, kind in KINDS.items():
        columns = [field.name for field in fields(kind)]
        _csv(
            folder / f"diary_{name}.csv",
            ("entry_id", "version", "written_at_utc", *columns),
            (
                (
                    one["entry_id"],
                    *(one["versions"][-1][name] for name in ("version", "written_at_utc")),
                    *_columns(one["versions"][-1]["value"], columns),
                )
                for one in every
                if one["kind"] == name
            ),
        )


def _laps_used(record: Any) -> list[Any]:  # noqa: ANN401 # any JSON
    laps = record.get("laps") if isinstance(record, dict) else None
    return laps if isinstance(laps, list) else []


def _columns(values: Any, names: Sequence[str]) -> Iterator[Any]:  # noqa: ANN401 # any JSON
    """Take values by name; of what is no object any more, none."""
    known = values if isinstance(values, dict) else {}
    for value in map(known.get, names):
        plain = value is None or isinstance(value, str | int | float)
        yield value if plain else json.dumps(value, ensure_ascii=False)


def _blocks(connection: Connection, path: Path) -> None:
    parts = reading.blocks(connection, None)
    ids = [name for name, part in parts.items() for _ in range(len(part))]
    columns: dict[str, Any] = {"recording_id": pl.Series("recording_id", ids, dtype=pl.String)}
    for column in BLOCK_DTYPE.names or ():
        pieces = [
            pl.Series(column, part[column].copy(), dtype=pl.Float64) for part in parts.values()
        ]
        empty = pl.Series(column, [], dtype=pl.Float64)
        columns[column] = pl.concat([empty, *pieces], rechunk=True)
    buffer = io.BytesIO()
    pl.DataFrame(columns).write_parquet(buffer, compression="zstd", compression_level=1)
    path.write_bytes(buffer.getvalue())


def _samples(connection: Connection, root: Path, folder: Path) -> None:
    r = tables.recordings.c
    folder.mkdir()
    for recording_id, sha256 in connection.execute(select(r.recording_id, r.samples_sha256)):
        data = files.read_samples_bytes(root, recording_id, sha256)
        (folder / f"{recording_id}.parquet").write_bytes(data)


def _raw(connection: Connection, root: Path, folder: Path) -> None:
    f = tables.files.c
    folder.mkdir()
    for sha256, file_format in connection.execute(select(f.sha256, f.format)):
        data = files.read_raw(root, sha256, file_format)
        (folder / f"{sha256}.{file_format}").write_bytes(data)


def _query(connection: Connection, path: Path, query: Select[Any]) -> None:
    result = connection.execute(query)
    _csv(path, tuple(result.keys()), result)


def _csv(path: Path, names: Sequence[str], rows: Iterable[Iterable[Any]]) -> None:
    text = io.StringIO()
    # A carriage return by itself ends a line to readers, but some writers do not quote it.
    bare = csv.writer(text, lineterminator="\n")
    quoted = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    bare.writerow(names)
    for row in rows:
        values = [_plain(value) for value in row]
        risky = any(isinstance(value, str) and "\r" in value for value in values)
        (quoted if risky else bare).writerow(values)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def _plain(value: Any) -> Any:  # noqa: ANN401 # any column's value
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
