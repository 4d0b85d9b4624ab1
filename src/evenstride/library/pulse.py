"""Decides how one learns that the database has changed, whoever changed it."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from evenstride.library import database

if TYPE_CHECKING:
    from pathlib import Path


class Pulse:
    """A connection that only ever asks SQLite whether another one has committed.

    `PRAGMA data_version` counts the commits of all connections but its own, in this process and in
    others; so the connection must be none of the pool's, and be kept.
    """

    __slots__ = ("_connection", "_lock", "_path", "_times_opened", "_whereabouts")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._times_opened = 0
        self._whereabouts: database.Whereabouts | None = None

    def __call__(self) -> int:
        """Return a number that is another one after every commit of a change."""
        with self._lock:
            if self._whereabouts is not None:
                self._whereabouts.require()
            try:
                if self._connection is None:
                    self._whereabouts = database.Whereabouts(self._path)
                    self._connection = database.open_plain(self._path, check_same_thread=False)
                    self._times_opened += 1
                (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error as error:
                raise database.meaning(error) from error
            # A new connection counts anew.
            return (self._times_opened << 32) + int(version)

    def close(self) -> None:
        """Let go of the database; the next call opens it again."""
        with self._lock:
            if self._connection is not None:
                with suppress(sqlite3.Error):
                    self._connection.close()
                self._connection = None
            self._whereabouts = None
