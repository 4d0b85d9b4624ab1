"""Decides how all that is computed is made anew, and what counts as complete or left over."""

from __future__ import annotations

import time
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from evenstride.domain.errors import LibraryCorruptError
from evenstride.library import database, files, layout, tables, writing
from evenstride.library.reports import RebuildReport, StoredFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy.engine import Connection, Engine

    from evenstride.library.reports import Recompute

_BATCH = 64
_LEFT_OVER_AFTER_S = 3600.0
"""A younger file may belong to an import that is running now."""


def rebuild(engine: Engine, root: Path, recompute: Recompute) -> RebuildReport:
    """Make all that is computed anew; see `Library.rebuild`."""
    with database.reading(engine) as connection:
        stored = _files(connection, root)
    damaged: list[str] = []
    offered: deque[StoredFile] = deque()

    def sound() -> Iterator[StoredFile]:
        for item in stored:
            try:
                files.read_raw(root, item.sha256, item.format)
            except LibraryCorruptError:
                damaged.append(item.name)
                continue
            offered.append(item)
            yield item

    done = recordings = 0
    without: list[str] = []
    answers = iter(recompute(sound()))
    while batch := list(islice(answers, _BATCH)):
        for answer in batch:
            asked = offered.popleft()
            if answer.sha256 != asked.sha256:
                raise ValueError(f"recompute answered {answer.sha256} when asked {asked.sha256}")
            if not answer.recordings:
                without.append(answer.name)
        with database.writing(engine) as connection:
            before = _samples_of(connection, root, [item.sha256 for item in batch])
            writing.require_files(root, batch)
            writing.replace_computed(connection, batch)
            after = _samples_of(connection, root, [item.sha256 for item in batch])
        # Only now does no row point to the old samples.
        with files.storage_errors(root):
            for path in before - after:
                path.unlink(missing_ok=True)
        done += len(batch)
        recordings += sum(len(item.recordings) for item in batch)
    if offered:
        raise ValueError(f"recompute left {len(offered)} files unanswered")
    with database.reading(engine) as connection:
        sweep(connection, root)
    return RebuildReport(done, recordings, tuple(damaged), tuple(without))


def sound_files(
    connection: Connection, root: Path, sha256s: Iterable[str] | None = None
) -> frozenset[str]:
    """Give the files that are here with all that was made of them, by rows and by files' sizes."""
    f, m, r = tables.files.c, tables.members.c, tables.recordings.c
    query = (
        select(f.sha256, f.size_bytes, f.format, f.recordings, r.recording_id, r.samples_sha256)
        .select_from(tables.files)
        .outerjoin(tables.members, m.sha256 == f.sha256)
        .outerjoin(tables.recordings, r.recording_id == m.recording_id)
    )
    wanted = None if sha256s is None else set(sha256s)
    if wanted is not None and len(wanted) <= database.MOST_NAMES:
        query = query.where(f.sha256.in_(wanted))
    lacking: dict[str, int] = {}  # recordings that are not here whole
    damaged: set[str] = set()
    for sha256, size_bytes, file_format, recordings, recording_id, samples in connection.execute(
        query
    ):
        if sha256 not in lacking:
            lacking[sha256] = recordings
            if _size(layout.raw_path(root, sha256, file_format)) != size_bytes:
                damaged.add(sha256)
        if recording_id is not None and _size(layout.samples_path(root, recording_id, samples)):
            lacking[sha256] -= 1
    sound = frozenset(sha256 for sha256, count in lacking.items() if count == 0) - damaged
    return sound if wanted is None else sound & wanted


def left_over(connection: Connection, root: Path) -> list[Path]:
    """List files in `tmp/` and `samples/` that nothing in the database points to."""
    used = _samples_of(connection, root, None)
    found = [path for path in (root / layout.SAMPLES).rglob("*") if path.is_file()]
    temporary = [path for path in (root / layout.TEMPORARY).rglob("*") if path.is_file()]
    return sorted(path for path in found if path not in used) + sorted(temporary)


def sweep(connection: Connection, root: Path) -> int:
    """Remove left-over files that are over an hour old; return how many."""
    now = time.time()
    removed = 0
    with files.storage_errors(root):
        for path in left_over(connection, root):
            try:
                old = now - path.stat().st_mtime > _LEFT_OVER_AFTER_S
            except FileNotFoundError:
                continue
            if old:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _files(connection: Connection, root: Path) -> list[StoredFile]:
    column = tables.files.c
    rows = connection.execute(
        select(column.sha256, column.name, column.format).order_by(column.sha256)
    )
    return [
        StoredFile(sha, name, file_format, layout.raw_path(root, sha, file_format))
        for sha, name, file_format in rows
    ]


def _samples_of(connection: Connection, root: Path, sha256s: list[str] | None) -> set[Path]:
    r, m = tables.recordings.c, tables.members.c
    query = select(r.recording_id, r.samples_sha256)
    if sha256s is not None:
        query = query.join(tables.members, m.recording_id == r.recording_id)
        query = query.where(m.sha256.in_(sha256s))
    return {layout.samples_path(root, *row) for row in connection.execute(query)}


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None
