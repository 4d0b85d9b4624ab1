"""Decides how long work on the library is done beside the pages: one piece at a time, never twice.

The last piece of work stays to be read, until the next one is begun.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evenstride.answers import apart
from evenstride.answers.care import Checked
from evenstride.answers.handing_in import discard
from evenstride.domain.errors import EvenstrideError, InputError
from evenstride.domain.wording import printable

if TYPE_CHECKING:
    from evenstride.answers import Library
    from evenstride.answers.apart import Work
    from evenstride.domain.answer import Answer

Kind = Literal["check", "rebuild", "export", "zip", "backup"]
_WORK: dict[Kind, Work] = {
    "check": apart.checking,
    "rebuild": apart.rebuilding,
    "export": apart.exporting,
    "zip": apart.zipping,
    "backup": apart.backing_up,
}
_ZIP_KEPT = timedelta(minutes=50)
"""Shorter than what a sweep leaves alone."""


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work: running while it has neither an answer nor an error."""

    kind: Kind
    started_at_utc: datetime
    done: int = 0
    total: int = 0
    answer: Answer | None = None
    error: str | None = None

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.answer is None and self.error is None


class LibraryTasks:
    """The long work on one library; for several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._apart = apart.Apart(library.root)
        self._task: Task | None = None
        self._checked: Checked | None = None
        self._zip: tuple[datetime, Path] | None = None
        self._thread: threading.Thread | None = None

    def start(self, kind: Kind, folder: str = "") -> None:
        """Begin, unless something is going on.

        Parameters
        ----------
        kind
            What to do.
        folder
            Where to, as it was typed, for `export` and `backup`.

        Raises
        ------
        InputError
            Something else is going on, or the folder is not named well.
        """
        where: tuple[Path, ...] = ()
        if kind in ("export", "backup"):
            where = (_new_folder(folder),)
        with self._lock:
            if self._task is not None and self._task.is_running:
                raise InputError("One thing at a time: wait until what is running is done.")
            if kind == "zip":
                self._forget_zip()
                where = (self._library.root / "tmp" / f"{os.urandom(16).hex()}.zip",)
            self._task = Task(kind, datetime.now(UTC))
            self._thread = threading.Thread(
                target=self._run, args=(kind, where), name=kind, daemon=True
            )
            self._thread.start()

    def task(self) -> Task | None:
        """Tell what is going on, or what was last."""
        with self._lock:
            return self._task

    def checked(self) -> Checked | None:
        """Tell when the library was last checked, and what that said."""
        with self._lock:
            return self._checked

    def zip_path(self) -> Path | None:
        """Tell where the ZIP is that was made last, while it is there."""
        with self._lock:
            if self._zip is None:
                return None
            made, path = self._zip
            if datetime.now(UTC) - made > _ZIP_KEPT or not path.is_file():
                self._forget_zip()
                return None
            return path

    def close(self) -> None:
        """End whatever is going on."""
        self._apart.close()
        if self._thread is not None:
            self._thread.join()
        with self._lock:
            self._forget_zip()

    def _forget_zip(self) -> None:
        if self._zip is not None:
            discard([self._zip[1]])
            self._zip = None

    def _run(self, kind: Kind, where: tuple[Path, ...]) -> None:
        said = "Something went wrong in Evenstride itself."
        answer: Answer | None = None
        try:
            answer = self._apart.run(_WORK[kind], *where, on_report=self._reported)
        except EvenstrideError as error:
            said = str(error)
        finally:
            self._apart.close()
            with self._lock:
                assert self._task is not None, "it was begun"
                now = datetime.now(UTC)
                if answer is None:
                    self._task = replace(self._task, error=said)
                else:
                    self._task = replace(self._task, answer=answer)
                    if kind == "check":
                        self._checked = Checked(now, answer)
                    if kind == "zip":
                        self._zip = (now, where[0])

    def _reported(self, done: int, total: int) -> None:
        with self._lock:
            assert self._task is not None, "it was begun"
            self._task = replace(self._task, done=done, total=total)


def named_path(typed: str) -> Path:
    """Understand a path of this computer as it was typed.

    Raises
    ------
    InputError
        It is none, starts nowhere, or is the whole disk.
    """
    text = typed.strip()
    if not text or "\0" in text:
        raise InputError("Name a folder on this computer.")
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise InputError(f"There is no home folder for {printable(text)[:100]}.") from error
    if not path.is_absolute():
        raise InputError("Name the folder from the top, such as /media/GARMIN/Activity.")
    path = Path(os.path.abspath(path))  # noqa: PTH100 # links stay as they were typed
    if path == Path(path.anchor):
        raise InputError("That is the whole disk: name a folder on it.")
    return path


def _new_folder(typed: str) -> Path:
    path = named_path(typed)
    try:
        there = path.parent.is_dir()
    except OSError:
        there = False
    if not there:  # a disk that is not plugged in, or a slip
        raise InputError(f"There is no folder {printable(str(path.parent))[:200]} to put it in.")
    return path
