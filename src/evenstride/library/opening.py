"""Decides which folder is opened as a library, made into one, or refused and left alone."""

from __future__ import annotations

import weakref
from pathlib import Path

from evenstride.domain.errors import InputError, LibraryCorruptError, LibraryError
from evenstride.library import database, files, layout
from evenstride.library.library import Library
from evenstride.library.pulse import Pulse
from evenstride.library.remembered import Remembered


def open_library(path: str | Path, *, create: bool = True) -> Library:
    """Open a library; documented at the package's door."""
    root = Path(path).expanduser()
    if root.exists() and not root.is_dir():
        raise InputError(f"{root} is a file; a library is a folder.")
    target = root / layout.DATABASE
    if not target.exists():
        _refuse_lost(root)
        _refuse_foreign(root)
        if not create:
            raise LibraryError(f"There is no library in {root}; import some runs first.")
        database.create(root)
    found = database.version(target)
    if found is None:
        raise LibraryError(f"{target} is not the database of an Evenstride library.")
    database.bring_up_to_date(root, found)
    database.clear_left_copies(root)
    pulse = Pulse(target)
    library = Library(root, database.connect(target), pulse, Remembered(pulse))
    weakref.finalize(library, library.engine.dispose)
    weakref.finalize(library, library.pulse.close)
    return library


def _refuse_lost(root: Path) -> None:
    """Refuse to make a new database where one was: it would hide that the old one is gone."""
    raw = root / layout.RAW
    with files.storage_errors(root):
        names = ((path.parent.name, path.stem) for path in raw.glob("??/*"))
        if any(len(sha256) == 64 and sha256.startswith(folder) for folder, sha256 in names):
            raise LibraryCorruptError(
                f"The database of the library in {root} is missing though its raw files are there: "
                f"restore a backup, or import {raw} into a new library."
            )


def _refuse_foreign(root: Path) -> None:
    with files.storage_errors(root):
        names = {entry.name for entry in root.iterdir()} if root.is_dir() else set()
    foreign = sorted(n for n in names - layout.OWN_NAMES if n not in layout.IGNORED_NAMES)
    if foreign:
        raise InputError(
            f"{root} is not a library: it holds other things ({foreign[0]}); name an empty folder."
        )
