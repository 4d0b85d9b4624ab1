"""Decides what a sound library is: every file what its name says, every row with what it needs."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import polars as pl
from sqlalchemy import func, select

from evenstride.domain.errors import LibraryCorruptError
from evenstride.library import diary, experiments, files, ground, layout, rebuild, stored, tables
from evenstride.library.reports import CheckFinding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection

_MEND_RAW = "import the original file again, or restore a backup"
_MEND_COMPUTED = "rebuild the library"
_FILE_LEFT = "An interrupted import or rebuild left this file."
_COPY_LEFT = (
    "Evenstride was stopped while it brought the library up to date, and left this copy of the "
    "database; it is removed when the library is opened, an hour later at the latest."
)
_MEND_DATABASE = "restore a backup, or import the raw files into a new library"


def check(connection: Connection, root: Path) -> list[CheckFinding]:
    """Examine the library at `root`; changes nothing."""
    findings = list(_database(connection))
    if any(finding.code == "database" for finding in findings):
        return findings  # rows read from damaged pages would accuse the innocent
    findings += _raw(connection, root)
    findings += _samples(connection, root)
    findings += _computed(connection)
    findings += _typed(connection)
    findings += _left_over(connection, root)
    return findings


def _database(connection: Connection) -> Iterator[CheckFinding]:
    texts = [str(text) for (text,) in connection.exec_driver_sql("PRAGMA integrity_check")]
    if texts != ["ok"]:
        told = texts[0].replace("\n", ", ") + ("" if len(texts) == 1 else ", and more")
        yield _damage("database", f"The database is damaged ({told})", _MEND_DATABASE)
        return
    computed = {table.name for table in tables.COMPUTED}
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield _damage(
            "foreign_key",
            f"A row of {table} points to a row of {parent} that is not there",
            _MEND_COMPUTED if table in computed else _MEND_DATABASE,
            f"{table}:{row}",
        )


def _raw(connection: Connection, root: Path) -> Iterator[CheckFinding]:
    column = tables.files.c
    rows = connection.execute(
        select(column.sha256, column.name, column.format).order_by(column.sha256)
    ).all()
    expected = set()
    for sha256, name, file_format in rows:
        path = layout.raw_path(root, sha256, file_format)
        expected.add(path)
        where = str(path.relative_to(root))
        if not path.is_file():
            yield _damage("raw_missing", f"The raw file of {name} is missing", _MEND_RAW, where)
            continue
        try:
            files.read_raw(root, sha256, file_format)
        except LibraryCorruptError:
            yield _damage(
                "raw_damaged",
                f"The raw file of {name} is damaged",
                _MEND_RAW,
                where,
            )
    for path in sorted((root / layout.RAW).rglob("*")):
        if path.is_file() and path not in expected:
            yield _note(
                "left_over", "A raw file belongs to no import; importing it adopts it.", path, root
            )


def _samples(connection: Connection, root: Path) -> Iterator[CheckFinding]:
    r = tables.recordings.c
    rows = connection.execute(
        select(r.recording_id, r.samples_sha256, r.rows).order_by(r.recording_id)
    ).all()
    for recording_id, sha256, count in rows:
        path = layout.samples_path(root, recording_id, sha256)
        where = str(path.relative_to(root))
        try:
            data = path.read_bytes()
        except OSError:
            yield _damage(
                "samples_missing",
                f"The samples of {recording_id} are missing",
                _MEND_COMPUTED,
                where,
            )
            continue
        if files.sha256_of(data) != sha256:
            yield _damage(
                "samples_damaged",
                f"The samples of {recording_id} are damaged",
                _MEND_COMPUTED,
                where,
            )
            continue
        found = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
        if found != count:
            yield _damage(
                "row_count",
                f"Recording {recording_id} has {found} samples where {count} were counted",
                _MEND_COMPUTED,
                where,
            )


def _computed(connection: Connection) -> Iterator[CheckFinding]:
    f, m, r = tables.files.c, tables.members.c, tables.recordings.c
    files_short = (
        select(f.name, f.sha256, f.recordings, func.count(r.recording_id).label("found"))
        .select_from(tables.files)
        .outerjoin(tables.members, m.sha256 == f.sha256)
        .outerjoin(tables.recordings, r.recording_id == m.recording_id)
        .group_by(f.sha256)
        .having(f.recordings != func.count(r.recording_id))
        .order_by(f.sha256)
    )
    for name, sha256, expected, found in connection.execute(files_short).all():
        yield _damage(
            "computed_missing",
            f"Of the {expected} recordings of {name} there are {found}",
            _MEND_COMPUTED,
            sha256,
        )
    d, b = tables.details.c, tables.blocks.c
    rows = connection.execute(
        select(
            r.recording_id,
            b.data,
            d.ground,
            *(d.laps, d.pauses, d.issues, d.developer_fields, d.dropped),
        )
        .select_from(tables.recordings)
        .outerjoin(tables.details, d.recording_id == r.recording_id)
        .outerjoin(tables.blocks, b.recording_id == r.recording_id)
        .order_by(r.recording_id)
    )
    for recording_id, data, ground_text, *texts in rows.all():
        try:
            for text in texts:
                json.loads(text)
            stored.ground_from_text(ground_text)
            stored.blocks_from_bytes(data)
        except (TypeError, ValueError, LibraryCorruptError):
            yield _damage(
                "computed_damaged",
                f"What was computed for recording {recording_id} is damaged",
                _MEND_COMPUTED,
                recording_id,
            )
        else:
            if ground_text is None:
                yield CheckFinding(
                    "note",
                    "ground_unknown",
                    "An older Evenstride measured this run and did not look at its bends and "
                    "laps; a rebuild does.",
                    recording_id,
                )
    runs = tables.runs.c
    wishes = connection.execute(
        select(runs.run_id, runs.preferred_recording_id)
        .outerjoin(tables.members, m.recording_id == runs.preferred_recording_id)
        .where(runs.preferred_recording_id.is_not(None))
        .where(func.coalesce(m.run_id, "") != runs.run_id)
    )
    for run_id, recording_id in wishes.all():
        yield _damage(
            "foreign_key",
            f"Run {run_id} prefers {recording_id}, which is not a recording of it",
            "choose again",
            run_id,
        )


def _typed(connection: Connection) -> Iterator[CheckFinding]:
    try:
        ground.parts(connection)
    except (TypeError, ValueError):
        yield _damage(
            "typed_damaged", "What was typed of the ground of runs is damaged", "restore a backup"
        )
    for name, sentence in experiments.unsound(connection):
        yield CheckFinding("damage", "experiment_damaged", sentence, name)
    for name, sentence in diary.unsound(connection):
        yield CheckFinding("damage", "entry_damaged", sentence, name)


def _left_over(connection: Connection, root: Path) -> Iterator[CheckFinding]:
    for path in rebuild.left_over(connection, root):
        whole = path.name.startswith(layout.DATABASE)
        yield _note("left_over", _COPY_LEFT if whole else _FILE_LEFT, path, root)


def _damage(code: str, what: str, mend: str, where: str = "") -> CheckFinding:
    return CheckFinding("damage", code, f"{what}; {mend}.", where)


def _note(code: str, message: str, path: Path, root: Path) -> CheckFinding:
    return CheckFinding("note", code, message, str(path.relative_to(root)))
