"""Decides what making a watch file ready for the library takes, in whatever process it is done.

Nothing here needs the database. Each outcome is small: no samples travel between processes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from evenstride.answers.processes import share
from evenstride.answers.provenance import PROGRAM
from evenstride.domain.errors import EvenstrideError
from evenstride.library import Prepared, prepare_recording, sha256_of, store_raw

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from pathlib import Path

    from evenstride.domain.measures import Measures
    from evenstride.domain.recording import Reading
    from evenstride.library import StoredFile

_TASK_FILES = 8
_TASK_BYTES = 4 << 20
"""All samples of a task are in memory together, at two to four times the bytes of its files."""


@dataclass(frozen=True, slots=True)
class WatchFile:
    """A file to prepare: its shown name, and its bytes or the path they are at."""

    name: str
    data: bytes | None
    path: Path | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file turned out to be.

    `prepared` only where it gave runs that are new, `sha256` only where the library knows it.
    """

    name: str
    kind: Literal["prepared", "already_there", "not_a_run", "unreadable"]
    reason: str | None = None
    prepared: Prepared | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file with runs in it."""

    name: str
    data: bytes
    sha256: str
    reading: Reading


def prepare(
    files: Sequence[WatchFile], root: Path, known: frozenset[str]
) -> list[Outcome | EvenstrideError]:
    """Read files, measure their runs, and store all but what the database holds.

    An error (the disk is full) comes last, after what was finished before it.

    A stage at a time over all of them: what reading, measuring and storing need does not fit into
    the processor's caches together, and eight files at a time take an eighth less than one by one.
    """
    outcomes: list[Outcome | EvenstrideError] = []
    try:
        opened = [_open(file, root, known) for file in files]
        measured = [_measure(of.reading) if isinstance(of, _Opened) else () for of in opened]
        for of, measures in zip(opened, measured, strict=True):
            if isinstance(of, _Opened):
                store_raw(root, of.data, sha256=of.sha256)
                prepared = _store(of, measures, root)
                outcomes.append(Outcome(of.name, "prepared", prepared=prepared))
            else:
                outcomes.append(of)
    except EvenstrideError as error:
        outcomes.append(error)
    return outcomes


def recompute(files: Iterable[StoredFile], root: Path) -> Iterator[Prepared]:
    """Make the recordings of files in the library anew; a file may give none any more."""
    from evenstride.formats import read

    for file in files:
        data = file.path.read_bytes()
        of = _Opened(file.name, data, file.sha256, read(data))
        yield _store(of, _measure(of.reading), root)


def _open(file: WatchFile, root: Path, known: frozenset[str]) -> _Opened | Outcome:
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
        store_raw(root, data, sha256=sha256)  # mends it where it is damaged
        return Outcome(file.name, "already_there", sha256=sha256)
    reading = read(data)
    if reading.refusal is not None:
        return Outcome(file.name, reading.refusal.kind, reading.refusal.sentence)
    return _Opened(file.name, data, sha256, reading)


def _measure(reading: Reading) -> tuple[Measures, ...]:
    from evenstride.gait import measure

    return tuple(measure(r.samples, r.pauses) for r in reading.recordings)


def _store(of: _Opened, measured: tuple[Measures, ...], root: Path) -> Prepared:
    return Prepared(
        sha256=of.sha256,
        size_bytes=len(of.data),
        name=of.name,
        recordings=tuple(
            prepare_recording(
                root,
                of.sha256,
                replace(recording, issues=(*recording.issues, *measures.faults)),
                measures,
            )
            for recording, measures in zip(of.reading.recordings, measured, strict=True)
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
    work = partial(prepare, root=root, known=known)
    for outcomes in share(_tasks(files), work, processes=workers):
        for outcome in outcomes:
            if isinstance(outcome, EvenstrideError):
                raise outcome
            yield outcome


def _tasks(files: Iterable[WatchFile]) -> Iterator[list[WatchFile]]:
    """Group files into tasks, small in number and in bytes."""
    task: list[WatchFile] = []
    size = 0
    for file in files:
        task.append(file)
        size += _size_bytes(file)
        if len(task) >= _TASK_FILES or size >= _TASK_BYTES:
            yield task
            task, size = [], 0
    if task:
        yield task


def _size_bytes(file: WatchFile) -> int:
    if file.data is not None:
        return len(file.data)
    try:
        return 0 if file.path is None else file.path.stat().st_size
    except OSError:
        return 0  # reading it will say what is wrong
