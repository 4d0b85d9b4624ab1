"""Decides what is kept in memory between two readings: what was read, until anybody writes."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

T = TypeVar("T")

_MOST = 36
"""How many readings are kept; of 3,000 runs each is about a megabyte."""


class Remembered:
    """Readings of one state of the database. What it gives is shared: do not change it."""

    __slots__ = ("_found", "_lock", "_of", "_state")

    def __init__(self, state: Callable[[], int]) -> None:
        self._state = state
        self._lock = Lock()
        self._of = -1
        self._found: dict[Hashable, object] = {}

    def get(self, key: Hashable, read: Callable[[], T]) -> T:
        """Give what `read` gave under this key in this state of the database, or read anew."""
        # First the state, then the reading: it may be newer than its label, which costs another
        # reading, but never older.
        now = self._state()
        with self._lock:
            if now > self._of:
                self._found.clear()
                self._of = now
            if now == self._of and key in self._found:
                return cast("T", self._found[key])
        found = read()
        with self._lock:
            if now == self._of:
                while len(self._found) >= _MOST:
                    del self._found[next(iter(self._found))]
                self._found[key] = found
        return found

    def forget(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._found.clear()
