"""Decides how long work on a library is done apart from this process, which has pages to serve.

Python runs one thread at a time: decoding in this process would hold up every page. The other
process is spawned, never forked, kept for the next piece of work, and gives way to this one. It
ends as soon as its pipe does, so whatever kills this process ends it too; what it does is safe to
stop anywhere.
"""

from __future__ import annotations

import os
import signal
import threading
from contextlib import suppress
from multiprocessing import get_context
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from evenstride.answers.processes import uninterrupted
from evenstride.domain.errors import EvenstrideError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess
    from pathlib import Path

    from evenstride.answers.rows import FileRow
    from evenstride.domain.answer import Answer
    from evenstride.library import Library

    Report = Callable[..., None]
    Work = Callable[..., Answer]

_GIVES_WAY = 10
_ONE_THREAD = ("POLARS_MAX_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")


class Apart:
    """A process for work on one library, started when there is some. One thread may call `run`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._process: BaseProcess | None = None
        self._pipe: Connection[Any, Any] | None = None

    def run(self, work: Work, *args: object, on_report: Report) -> Answer:
        """Have one piece of work done: one of this module's functions below.

        Parameters
        ----------
        work
            Called there with the library, a function that reports, and `args`.
        *args
            Pickled on their way.
        on_report
            Called here with what is reported there, as it comes.

        Raises
        ------
        EvenstrideError
            What `work` raised of this kind; or the process died, or was closed, meanwhile.
        """
        try:
            pipe = self._started()
            pipe.send((work, args))
            while True:
                kind, told = pipe.recv()
                if kind == "answer":
                    answer: Answer = told
                    return answer
                if kind == "error":
                    raise told
                on_report(*told)
        except (EOFError, OSError) as error:
            self.close()
            raise EvenstrideError(
                "The process that did the work has ended before it was done; what was finished is "
                "kept, so ask for the same again."
            ) from error

    def close(self) -> None:
        """End the process, whatever it is doing; the next `run` starts another."""
        with self._lock:
            if self._process is None or self._pipe is None:
                return
            self._process.terminate()
            self._process.join()
            with suppress(OSError):
                self._pipe.close()
            self._process = self._pipe = None

    def _started(self) -> Connection[Any, Any]:
        with self._lock:
            if self._process is None or self._pipe is None:
                context = get_context("spawn")
                with uninterrupted():
                    ours, theirs = context.Pipe()
                    process = context.Process(target=_serve, args=(theirs,), daemon=True)
                    process.start()
                theirs.close()
                ours.send(self._root)
                self._process, self._pipe = process, ours
            return self._pipe


def _serve(pipe: Connection[Any, Any]) -> None:
    """Be the other process: the first message is the library's folder, every other one work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where signals cannot be blocked
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    if hasattr(os, "nice"):
        os.nice(_GIVES_WAY)
    tasks: SimpleQueue[Any] = SimpleQueue()
    root = pipe.recv()
    threading.Thread(target=_receive, args=(pipe, tasks), daemon=True).start()

    from evenstride.library import open_library

    def report(*told: object) -> None:
        pipe.send(("report", told))

    lib: Library | None = None
    while True:
        work, args = tasks.get()
        try:
            if lib is None:
                lib = open_library(root, create=False)
            pipe.send(("answer", work(lib, report, *args)))
        except EvenstrideError as error:
            pipe.send(("error", error))


def _receive(pipe: Connection[Any, Any], tasks: SimpleQueue[Any]) -> None:
    try:
        while True:
            tasks.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)  # nobody is left to work for


def importing(
    lib: Library, report: Report, paths: Sequence[Path], names: Mapping[Path, str]
) -> Answer:
    """Import; reports `("file", path, row)` and `("progress", done, total)`."""
    from evenstride.answers.importing import import_files

    def on_file(path: Path, row: FileRow) -> None:
        report("file", path, row)

    def on_progress(done: int, total: int) -> None:
        report("progress", done, total)

    return import_files(lib, paths, names=names, on_file=on_file, on_progress=on_progress)


def checking(lib: Library, _report: Report) -> Answer:
    """Verify the library."""
    from evenstride.answers.care import check_library

    return check_library(lib)


def rebuilding(lib: Library, report: Report) -> Answer:
    """Rebuild; reports `(done, total)`."""
    from evenstride.answers.care import rebuild_library

    return rebuild_library(lib, on_progress=report)


def exporting(lib: Library, _report: Report, to: Path) -> Answer:
    """Export into a folder."""
    from evenstride.answers.care import export_library

    return export_library(lib, to)


def zipping(lib: Library, report: Report, to: Path) -> Answer:
    """Export into a ZIP; reports `(done, total)`."""
    from evenstride.answers.care import zip_library

    return zip_library(lib, to, on_progress=report)


def backing_up(lib: Library, _report: Report, to: Path) -> Answer:
    """Copy into a folder."""
    from evenstride.answers.care import backup_library

    return backup_library(lib, to)
