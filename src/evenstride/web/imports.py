"""Decides how what was handed in is imported beside the pages: one after another, in batches.

Nobody waits for it: pages may be left, tabs be closed, and two of them share the one queue. The
work itself is done in another process, so that it holds up no page.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from evenstride.answers import ImportState, apart
from evenstride.answers.handing_in import discard, keep_young
from evenstride.domain.errors import EvenstrideError, InputError
from evenstride.domain.wording import count_words
from evenstride.web.tasks import LibraryTasks, named_path
from evenstride.web.uploads import HandedIn, shown_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evenstride.answers import Library
    from evenstride.answers.rows import FileRow, WaitingRow

_BATCH = 500
_KEPT_ROWS = 5000
_LISTED_WAITING = 200
_MOST_WAITING = 100_000
_IDLE_S = 10.0
"""How long the other process is kept without work."""
_NEW_LIST_AFTER_S = 300.0
_TOUCH_EVERY_S = 600.0


@dataclass(slots=True)
class _Ledger:
    """What became of what was handed in, since the list was begun."""

    rows: deque[FileRow] = field(default_factory=lambda: deque(maxlen=_KEPT_ROWS))
    counts: Counter[str] = field(default_factory=Counter)
    error: str | None = None


class ImportQueue:
    """What was handed in to one library, and what became of it. For several threads.

    Attributes
    ----------
    tasks
        The other long work on the same library.
    """

    def __init__(self, library: Library) -> None:
        self.tasks = LibraryTasks(library)
        self._library = library
        self._lock = threading.Condition()
        self._waiting: deque[HandedIn] = deque()
        self._working: dict[Path, HandedIn] = {}
        self._seen: set[Path] = set()  # of those at work, the ones that gave a row
        self._ahead = 0
        self._ledger = _Ledger()
        self._last_s = time.monotonic()
        self._touched_s = time.monotonic()
        self._thread: threading.Thread | None = None
        self._apart = apart.Apart(library.root)
        self._stopped = False

    def hand_in(self, item: HandedIn) -> None:
        """Take a file or folder; it is imported when those before it are.

        Raises
        ------
        InputError
            So many are waiting that more would take all memory.
        """
        with self._lock:
            if len(self._waiting) >= _MOST_WAITING:
                raise InputError(
                    f"{count_words(_MOST_WAITING, 'file')} are waiting already; send more when "
                    "they are imported."
                )
            now = time.monotonic()
            if self._is_idle() and now - self._last_s > _NEW_LIST_AFTER_S:
                self._ledger = _Ledger()
            elif self._is_idle():
                self._ledger.error = None
            self._last_s = now
            self._stopped = False
            self._waiting.append(item)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="imports", daemon=True)
                self._thread.start()
            self._lock.notify()

    def hand_in_folder(self, text: str) -> None:
        """Take a folder or file of this computer by its path, as it was typed.

        Raises
        ------
        InputError
            There is no such path.
        """
        path = named_path(text)
        if not os.path.lexists(path):
            raise InputError(f"There is no file or folder {shown_name(str(path))}.")
        self.hand_in(HandedIn(shown_name(path.name), path, is_ours=False))

    def state(self) -> ImportState:
        """Tell how far it is."""
        with self._lock:
            listed: list[WaitingRow] = [
                {"file": item.name, "size_bytes": item.size_bytes, "outcome": outcome}
                for outcome, items in (
                    ("working", tuple(self._working.values())[:_LISTED_WAITING]),
                    ("waiting", tuple(self._waiting)[:_LISTED_WAITING]),
                )
                for item in items
            ]
            return ImportState(
                files=tuple(self._ledger.rows),
                counts=dict(self._ledger.counts),
                waiting=tuple(listed),
                ahead=max(self._ahead, len(self._working)) + len(self._waiting),
                error=self._ledger.error,
            )

    def stop(self) -> None:
        """Stop importing; what is in the library stays, what waits is let go."""
        with self._lock:
            self._stopped = True
            dropped = list(self._waiting)
            self._waiting.clear()
            for item in dropped:
                self._keep(_row(item, "failed", "Stopped before its turn."))
            self._lock.notify_all()
        _discard(dropped)
        self._apart.close()

    def clear(self) -> None:
        """Begin a new list, unless something is being imported."""
        with self._lock:
            if self._is_idle():
                self._ledger = _Ledger()

    def close(self) -> None:
        """Stop, for the server ends; waits until the worker has let go."""
        self.stop()
        self.tasks.close()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _is_idle(self) -> bool:
        return not self._waiting and not self._working

    def _keep(self, row: FileRow) -> None:
        self._ledger.rows.append(row)
        self._ledger.counts[row["outcome"]] += 1

    def _run(self) -> None:
        """Import batch after batch, until nothing was handed in for a while."""
        while True:
            with self._lock:
                if not self._waiting and not self._stopped:
                    self._lock.wait(_IDLE_S)
                if not self._waiting:
                    self._thread = None
                    break
                batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
                self._working = {item.path: item for item in batch}
                self._ahead = len(batch)
            self._import(batch)
        self._apart.close()

    def _import(self, batch: Sequence[HandedIn]) -> None:
        there = [item for item in batch if os.path.lexists(item.path)]
        error: EvenstrideError | None = None
        done = False
        try:
            if there:
                self._apart.run(
                    apart.importing,
                    [item.path for item in there],
                    {item.path: item.name for item in there},
                    on_report=self._reported,
                )
            done = True
        except InputError:
            done = True  # nothing in it is a run: each file's row says so
        except EvenstrideError as told:
            error = told
        finally:
            self._end(error, done=done)
            _discard(batch)

    def _reported(self, kind: str, *told: object) -> None:
        with self._lock:
            if kind == "progress":
                finished, total = cast("tuple[int, int]", told)
                self._ahead = total - finished
            else:
                path, row = cast("tuple[Path, FileRow]", told)
                self._keep(row)
                self._seen.add(path)
                if path in self._working and row["file"] == self._working[path].name:
                    del self._working[path]  # a file, not the member of an archive
            now = time.monotonic()
            self._last_s = now
            if now - self._touched_s > _TOUCH_EVERY_S:
                self._touched_s = now
                keep_young(i.path for i in (*self._working.values(), *self._waiting) if i.is_ours)

    def _end(self, error: EvenstrideError | None, *, done: bool) -> None:
        """Say of all that is left in a batch what became of it."""
        with self._lock:
            for item in self._working.values():
                if item.path in self._seen and done:
                    continue  # an archive or folder; its files have their rows
                if not os.path.lexists(item.path):
                    self._keep(_row(item, "unreadable", "It is not there any more."))
                elif done:
                    self._keep(_row(item, "not_a_run", "There are no watch files in it."))
                else:
                    self._keep(_row(item, "failed", str(error or "Evenstride failed at it.")))
            if not done:
                self._ledger.error = (
                    "Stopped, as you asked; what was finished is in the library."
                    if self._stopped
                    else str(error or "Something went wrong in Evenstride itself.")
                )
            self._working = {}
            self._seen = set()
            self._ahead = 0
            self._last_s = time.monotonic()


def _row(item: HandedIn, outcome: str, reason: str) -> FileRow:
    return {"file": item.name, "outcome": outcome, "reason": reason, "run_ids": None}


def _discard(items: Sequence[HandedIn]) -> None:
    discard(item.path for item in items if item.is_ours)
