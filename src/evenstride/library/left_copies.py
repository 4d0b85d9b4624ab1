"""Decides which folders in `tmp/` are whole copies of the database that nobody works on any more.

A migration copies the database first, in a folder of its own; killed there, it leaves that folder,
and with it a second whole database that no later deletion would reach. Copies are made under the
database's write lock only, so whoever holds it knows that all of them are of the dead. Of folders
with another name (a new library's, an older Evenstride's) only age can tell.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from evenstride.library import layout

PREFIX: Final = "copy-"
_DEAD_AFTER_S: Final = 3600.0


def there(root: Path) -> tuple[Path, ...]:
    """List the folders in `tmp/` that can go, given that the caller holds the write lock."""
    try:
        with os.scandir(root / layout.TEMPORARY) as entries:
            folders = [Path(one.path) for one in entries if one.is_dir(follow_symlinks=False)]
    except OSError:  # no such folder, or none of ours to read: then nothing of ours to remove
        return ()
    return tuple(path for path in folders if path.name.startswith(PREFIX) or _is_old(path))


def remove(root: Path) -> None:
    """Remove them; the caller holds the write lock. What cannot be removed is left to the next."""
    for path in there(root):
        shutil.rmtree(path, ignore_errors=True)


def _is_old(folder: Path) -> bool:
    """Tell whether nothing in a folder was written for an hour; what is gone is no longer old."""
    newest_s = 0.0
    with suppress(OSError):
        for path in (folder, *folder.iterdir()):
            newest_s = max(newest_s, path.stat().st_mtime)
        return time.time() - newest_s > _DEAD_AFTER_S
    return False
