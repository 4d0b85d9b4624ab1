"""Decides what a library's size is: what it holds, and what its folder takes on the disk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from evenstride.library import layout, tables

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class Holdings:
    """How much there is, by rows and by bytes; the samples' as the disk has them."""

    recordings: int
    files: int
    raw_bytes: int
    samples_bytes: int
    database_bytes: int
    last_import_utc: datetime | None


def holdings(connection: Connection, root: Path) -> Holdings:
    """Count rows and bytes."""
    f = tables.files.c
    count, raw_bytes, last = connection.execute(
        select(func.count(), func.sum(f.size_bytes), func.max(f.imported_at_utc))
    ).one()
    names = (layout.DATABASE, f"{layout.DATABASE}-wal", f"{layout.DATABASE}-shm")
    return Holdings(
        recordings=connection.scalar(select(func.count()).select_from(tables.recordings)) or 0,
        files=count,
        raw_bytes=raw_bytes or 0,
        samples_bytes=_bytes_under(root / layout.SAMPLES),
        database_bytes=sum(_bytes_of(root / name) for name in names),
        last_import_utc=last,
    )


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _bytes_under(folder: Path | str) -> int:
    total = 0
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    total += _bytes_under(entry.path)
                else:
                    total += entry.stat(follow_symlinks=False).st_size
    except OSError:  # not there, or gone meanwhile
        return total
    return total
