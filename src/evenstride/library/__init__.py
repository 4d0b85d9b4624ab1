"""The only door to stored data.

`open_library` opens or makes a library; its methods are on `Library`. What workers call without a
database: `store_raw`, `prepare_recording`, `read_raw`. SQLAlchemy is imported by `open_library`
only, so importing this package stays cheap; `Library` can be imported from here for annotations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from evenstride.library.entries import KEEP, Annotation, Keep, New, Note, Phone
from evenstride.library.files import read_raw, sha256_of, store_raw, store_samples
from evenstride.library.prepared import Added, Prepared, PreparedRecording, prepare_recording
from evenstride.library.reports import CheckFinding, RebuildReport, Recompute, StoredFile
from evenstride.library.stored import StoredRecording, StoredRun

if TYPE_CHECKING:
    from pathlib import Path

    from evenstride.library.library import Library as Library

__all__ = [
    "KEEP",
    "Added",
    "Annotation",
    "CheckFinding",
    "Keep",
    "New",
    "Note",
    "Phone",
    "Prepared",
    "PreparedRecording",
    "RebuildReport",
    "Recompute",
    "StoredFile",
    "StoredRecording",
    "StoredRun",
    "open_library",
    "prepare_recording",
    "read_raw",
    "sha256_of",
    "store_raw",
    "store_samples",
]


def open_library(path: str | Path, *, create: bool = True) -> Library:
    """Open the library in the folder `path`, made on first use and migrated when it is old.

    Parameters
    ----------
    path
        The library's folder.
    create
        Make it when it does not exist or is empty.

    Raises
    ------
    InputError
        `path` is a file, or a folder that holds other things; nothing is touched.
    LibraryError
        There is no library and `create` is false.
    LibraryCorruptError, LibraryTooNewError, StorageError
        The database is damaged or lost, of a newer Evenstride, or cannot be made. A library that
        cannot be written is opened all the same; the error comes with the first change to it.
    """
    from evenstride.library.opening import open_library as open_it

    return open_it(path, create=create)
