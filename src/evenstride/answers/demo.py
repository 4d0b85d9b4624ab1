"""A demonstration folder: a simulated runner's year as real FIT files, and a library of its own."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

from evenstride.domain.errors import InputError, StorageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

_MARKER = "made-by-evenstride-demo"
_DAYS = 364


def demo_folder(folder: Path) -> tuple[Path, Path]:
    """Empty the demo's own folder and return its places for the library and for the files.

    Raises
    ------
    InputError
        The folder holds things that no demo made: they are left alone.
    StorageError
        It cannot be written.
    """
    marker = folder / _MARKER
    try:
        if folder.exists() and any(folder.iterdir()) and not marker.exists():
            raise InputError(f"{folder} holds other things; name an empty folder for the demo.")
        folder.mkdir(parents=True, exist_ok=True)
        marker.touch()
        for part in (folder / "library", folder / "files"):
            if part.is_symlink():
                raise InputError(
                    f"{part} is a link, which the demo leaves alone; remove it, or name another "
                    "folder."
                )
            if part.exists():
                shutil.rmtree(part)
    except OSError as error:
        raise StorageError(f"The demo cannot write to {folder}: {error.strerror}.") from error
    return folder / "library", folder / "files"


def write_demo_year(
    to: Path, *, until: date, on_progress: Callable[[int, int], None] | None = None
) -> Path:
    """Simulate the demo runner's year up to `until` and write it as FIT files.

    Returns
    -------
        The folder `to`.
    """
    from evenstride.formats.fit.encode import encode_run
    from evenstride.stats.simulation import demo_year

    runs = demo_year(until - timedelta(days=_DAYS))
    try:
        to.mkdir(parents=True, exist_ok=True)
        for done, run in enumerate(runs, start=1):
            recording = run.recording
            name = f"{recording.run.started_at_utc:%Y-%m-%d-%H%M%S}.fit"
            (to / name).write_bytes(encode_run(recording))
            if on_progress is not None:
                on_progress(done, len(runs))
    except OSError as error:
        raise StorageError(f"The demo cannot write to {to}: {error.strerror}.") from error
    return to
