"""Decides where files wait that are sent here: in the library's `tmp`, under names of our own.

They are on the library's disk already, and whatever kills the program, the next sweep removes them.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from evenstride.domain.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from evenstride.library import Library

_KEPT_FREE_BYTES = 256 * 2**20
"""What must stay free on the disk, for the database and for everybody else."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file being sent: where it is written to, and what it is written by."""

    path: Path
    file: IO[bytes]


def require_room(lib: Library, size_bytes: int) -> None:
    """See to it that files of this size fit on the library's disk twice: waiting, and as runs.

    Raises
    ------
    StorageError
        They do not.
    """
    free = shutil.disk_usage(lib.root).free
    if free < 2 * size_bytes + _KEPT_FREE_BYTES:
        raise StorageError(
            f"The library's disk has {free / 1e9:.1f} GB left, too little for these files: they "
            "would need about twice their size while they are imported, and some must stay free."
        )


def spool(lib: Library) -> Spooled:
    """Begin a file; whoever asks for it writes, closes, and one day discards it."""
    from evenstride.library.files import storage_errors
    from evenstride.library.layout import TEMPORARY

    folder = lib.root / TEMPORARY
    path = folder / os.urandom(16).hex()
    with storage_errors(lib.root):
        folder.mkdir(parents=True, exist_ok=True)
        return Spooled(path, path.open("xb"))


@contextmanager
def writing(lib: Library) -> Iterator[None]:
    """Turn what a disk may say while such a file is written into a StorageError."""
    from evenstride.library.files import storage_errors

    with storage_errors(lib.root):
        yield


def keep_young(paths: Iterable[Path]) -> None:
    """Keep files that are still needed from being swept up as left over."""
    for path in paths:
        with suppress(OSError):
            os.utime(path)


def discard(paths: Iterable[Path]) -> None:
    """Remove such files; what cannot be removed now is left to a sweep."""
    for path in paths:
        with suppress(OSError):
            path.unlink()
