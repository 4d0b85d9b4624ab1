"""How a command writes a file: whole or not at all, and never over a folder."""

from __future__ import annotations

import os
from pathlib import Path


def writable(path: Path) -> Path:
    """Return the path when a file can be written there: what a link leads to, where it is one.

    Only files are ever replaced: a name that is set in place of a device would take it away.

    Raises
    ------
    InputError
        It is a folder, a device or a pipe, or its folder is not there.
    """
    from evenstride.domain.errors import InputError

    if path.is_symlink():
        path = Path(os.path.realpath(path))
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it.")
    if not path.parent.is_dir():
        raise InputError(f"There is no folder {path.parent} to write {path.name} into.")
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is no file but a device or a pipe; name a file.")
    return path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that its name never stands for half of it.

    Raises
    ------
    StorageError
        The disk is full or the folder cannot be written; what was there before stays.
    """
    from evenstride.domain.errors import StorageError

    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # As any new file: what the user's umask leaves of it is open to others.
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        raise StorageError(f"{path} could not be written ({error.strerror}).") from error
    finally:
        part.unlink(missing_ok=True)
