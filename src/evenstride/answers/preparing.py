"""Decides what making a watch file ready for the library takes, in whatever process it is done.

Nothing here needs the database. Each outcome is small: no samples travel between processes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from evenstride.answers.processes import share
from evenstride.answers.provenance import PROGRAM
from evenstride.library import Prepared, prepare_recording, sha256_of, store_raw

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from evenstride.domain.recording import Reading
    from evenstride.library import StoredFile

_TASK_FILES = 4
_TASK_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class WatchFile:
    """A file to prepare: its shown name, and its bytes or the path they are at."""

    name: str
    data: bytes | None
    path: Path | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file turned out to be; `prepared` only where it gave runs that are new."""

    name: str
    kind: Literal["prepared", "already_there", "not_a_run", "unreadable"]
    reason: str | None = None
    prepared: Prepared | None = None


def prepare(file: WatchFile, root: Path, known: frozenset[str]) -> Outcome:
    """Read one file, measure its runs, and store all but what the database holds."""
    from evenstride.formats import read

    data = file.data
    if data is None:
        assert file.path is not None, "a file has bytes or a path"
        try:
            data = file.path.read_bytes()
        except OSError as error:
            return Outcome(file.name, "unreadable", f"It cannot be opened: {error.strerror}.")
    sha256 = sha256_of(data)
    if sha256 in known:
        return Outcome(file.name, "already_there")
    reading = read(data)
    if reading.refusal is not None:
        return Outcome(file.name, reading.refusal.kind, reading.refusal.sentence)
    store_raw(root, data, sha256=sha256)
    prepared = _measured(file.name, len(data), sha256, reading, root)
    return Outcome(file.name, "prepared", prepared=prepared)


def recompute(files: Iterable[StoredFile], root: Path) -> Iterator[Prepared]:
    """Make the recordings of files in the library anew; a file may give none any more."""
    from evenstride.formats import read

    for file in files:
        data = file.path.read_bytes()
        yield _measured(file.name, len(data), file.sha256, read(data), root)


def _measured(name: str, size_bytes: int, sha256: str, reading: Reading, root: Path) -> Prepared:
    from evenstride.gait import measure

    return Prepared(
        sha256=sha256,
        size_bytes=size_bytes,
        name=name,
        recordings=tuple(
            prepare_recording(root, sha256, r, measure(r.samples, r.pauses))
            for r in reading.recordings
        ),
        computed_by=PROGRAM,
    )


def prepare_all(
    files: Iterable[WatchFile], root: Path, known: frozenset[str], *, workers: int
) -> Generator[Outcome, None, None]:
    """Prepare every file in `workers` processes, this one among them.

    Outcomes come in the order of the files, whoever made them. Close the generator when it is left
    early: that ends the other processes.
    """
    work = partial(_prepare_task, root=root, known=known)
    for outcomes in share(_tasks(files), work, processes=workers):
        yield from outcomes


def _prepare_task(task: list[WatchFile], root: Path, known: frozenset[str]) -> list[Outcome]:
    return [prepare(file, root, known) for file in task]


def _tasks(files: Iterable[WatchFile]) -> Iterator[list[WatchFile]]:
    """Group files into tasks, small in number and in bytes."""
    task: list[WatchFile] = []
    size = 0
    for file in files:
        task.append(file)
        size += len(file.data or b"")
        if len(task) >= _TASK_FILES or size >= _TASK_BYTES:
            yield task
            task, size = [], 0
    if task:
        yield task
