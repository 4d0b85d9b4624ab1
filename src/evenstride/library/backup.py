"""Decides what a backup is: a folder that opens as a library, complete or not there at all.

It holds all the runner's data. Paired phones are let in by the library they were paired with only:
a copy that is opened elsewhere, or years later, lets nobody in.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import select

from evenstride.domain.errors import LibraryCorruptError
from evenstride.library import database, layout, tables
from evenstride.library.export import new_folder, put_folder
from evenstride.library.files import storage_errors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def backup(root: Path, destination: Path) -> None:
    """Copy the library at `root` into the new folder `destination`.

    The database first, as it is at one moment; then every file it points to. Files written since
    are not in it.
    """
    young = new_folder(destination, root)
    with storage_errors(destination):
        try:
            database.copy(root / layout.DATABASE, young / layout.DATABASE, young)
            _forget_phones(young)
            for path in _files(young):
                source = root / path.relative_to(young)
                path.parent.mkdir(parents=True, exist_ok=True)
                try:
                    shutil.copyfile(source, path)
                except FileNotFoundError as error:
                    raise LibraryCorruptError(
                        f"The library's file {source} is missing; check the library first."
                    ) from error
            shutil.rmtree(young / layout.TEMPORARY, ignore_errors=True)
        except BaseException:
            shutil.rmtree(young, ignore_errors=True)
            raise
        put_folder(young, destination)


def _forget_phones(copy: Path) -> None:
    try:
        with closing(database.open_plain(copy / layout.DATABASE)) as connection:
            connection.execute("PRAGMA secure_delete = ON")  # not in freed pages either
            connection.execute("DELETE FROM phones")
            connection.commit()
    except sqlite3.Error as error:
        raise database.meaning(error) from error


def _files(copy: Path) -> Iterator[Path]:
    f, r = tables.files.c, tables.recordings.c
    engine = database.connect(copy / layout.DATABASE)
    try:
        with database.reading(engine) as connection:
            raw = connection.execute(select(f.sha256, f.format)).all()
            samples = connection.execute(select(r.recording_id, r.samples_sha256)).all()
    finally:
        engine.dispose()
    for sha256, file_format in raw:
        yield layout.raw_path(copy, sha256, file_format)
    for recording_id, samples_sha256 in samples:
        yield layout.samples_path(copy, recording_id, samples_sha256)
