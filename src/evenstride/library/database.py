"""Decides how the database is opened, made, migrated and spoken to, and what its errors mean.

WAL with `synchronous=NORMAL`: readers and one writer work side by side, and a killed process loses
nothing that it committed. A power cut may lose the last commits, never the database; importing
again brings them back. Writers begin with BEGIN IMMEDIATE and wait for one another.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import create_engine, event, exc
from sqlalchemy.engine import URL

from evenstride.domain.errors import (
    LibraryCorruptError,
    LibraryError,
    LibraryTooNewError,
    StorageError,
)
from evenstride.library import layout, left_copies
from evenstride.library.files import storage_errors
from evenstride.library.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select
    from sqlalchemy.engine import Connection, Engine, ExceptionContext

HEAD = "0005"
"""The newest revision in `migrations/versions`; a test holds the two together."""

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_S = 60.0
_LOG_WAIT_MS = 500
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
MOST_NAMES = 500
"""SQLite bounds the values of one statement; beyond this, read all rows and sift them."""


def connect(path: Path) -> Engine:
    """Make an engine on the database at `path`, which exists. Connections are made on use.

    Where its folder cannot be written, it is opened for reading alone.
    """
    engine = create_engine(
        URL.create(
            "sqlite", database=path.absolute().as_uri(), query={"uri": "true", **_how(path)}
        ),
        connect_args={"timeout": BUSY_TIMEOUT_S},
        # The web's threads bound how many there are; one that waits for the writer's lock must
        # never keep a reader from its connection.
        max_overflow=-1,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "begin", Whereabouts(path).require)
    event.listen(engine, "handle_error", _translate)
    return engine


class Whereabouts:
    """Which file a path named when it was opened, to notice when it names another one.

    Somebody may delete the library's folder, move it, or put a backup in its place while it is
    open: what is then written would land in a file that nobody can find any more.
    """

    __slots__ = ("_file", "_path")

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = self._found()

    def require(self, _connection: object = None) -> None:
        """Raise a LibraryError where the path names another file now, or none."""
        if self._found() != self._file:
            raise LibraryError(
                f"The library in {self._path.parent} was moved, deleted or replaced while it was "
                "open; start Evenstride again."
            )

    def _found(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino


@contextmanager
def writing(engine: Engine, *, overwrite: bool = False) -> Iterator[Connection]:
    """Open a transaction that holds the write lock from its start; commit at the end.

    With `overwrite`, pages that it frees are overwritten with zeros.
    """
    with engine.connect() as connection:
        writer = connection.execution_options(immediate=True)
        with writer.begin():
            if overwrite:
                writer.exec_driver_sql("PRAGMA secure_delete = ON")
            yield writer


def empty_log(root: Path) -> None:
    """Bring what the log holds into the database, and leave the log empty.

    Where somebody reads or writes just then, it is left to the next one who can.
    """
    try:
        with closing(open_plain(root / layout.DATABASE)) as connection:
            connection.execute(f"PRAGMA busy_timeout = {_LOG_WAIT_MS}")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except sqlite3.Error as error:
        if _code(error) not in _BUSY:
            raise meaning(error) from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that sees one state of the database throughout."""
    with engine.connect() as connection, connection.begin():
        yield connection


def rows(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """Read all rows as the driver gives them, no column's type applied.

    For the thousands of rows of a list: SQLAlchemy's own rows cost a fifth more.
    """
    result = connection.execute(query)
    try:
        found = result.cursor
        return [] if found is None else list(found.fetchall())
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise meaning(error) from error
    finally:
        result.close()


def _set_up(dbapi: sqlite3.Connection, _record: object) -> None:
    dbapi.isolation_level = None  # we begin and commit, not the driver
    try:
        for pragma in ("foreign_keys = ON", "synchronous = NORMAL"):
            dbapi.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error as error:
        raise meaning(error) from error


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _translate(context: ExceptionContext) -> None:
    original = context.original_exception
    if isinstance(original, sqlite3.IntegrityError):
        return  # a fault of ours or of a reader: it should be seen, not explained away
    if isinstance(original, sqlite3.Error | UnicodeDecodeError):
        raise meaning(original) from original


def meaning(error: sqlite3.Error | UnicodeDecodeError) -> LibraryError:
    """Say in one sentence what an error of SQLite means to the runner."""
    said = next(iter(str(error).splitlines()), "")[:100]
    code = _code(error)
    if code in _BUSY:
        return LibraryError("Another program is writing to the library; try again when it is done.")
    if code == sqlite3.SQLITE_FULL:
        return StorageError("The disk is full: the library could not be written.")
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return StorageError(
            "The library's database cannot be opened for writing, and nothing was kept: see who "
            "may write to its folder."
        )
    if code == sqlite3.SQLITE_IOERR:
        return StorageError(
            f"The library's disk does not answer as it should ({said}): it may be full, or fail."
        )
    return LibraryCorruptError(
        f"The library's database is damaged ({said}); restore a backup, or import the raw files "
        "into a new library."
    )


def _code(error: sqlite3.Error | UnicodeDecodeError) -> int:
    # An extended code keeps its primary code in the low byte. No code: the driver itself objects.
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF


def _how(path: Path) -> dict[str, str]:
    """Say how to open the database at `path`, as parameters of SQLite's URI.

    In WAL mode even a reader writes beside the database. Where it may not, it needs the files of
    those who may, or the word that nobody changes the database meanwhile.
    """
    # By the rights in force, which are what opening a file goes by, where the system tells them.
    effective = os.access in os.supports_effective_ids
    if os.access(path.parent, os.W_OK, effective_ids=effective):
        return {"mode": "rw"}
    wal, index = (path.with_name(f"{path.name}-{part}") for part in ("wal", "shm"))
    if wal.exists() and (index.exists() or wal.stat().st_size):
        return {"mode": "ro"}
    return {"mode": "ro", "immutable": "1"}


def open_plain(path: Path, *, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open the database at `path`, which exists, without SQLAlchemy."""
    uri = f"{path.absolute().as_uri()}?{urlencode(_how(path))}"
    return sqlite3.connect(
        uri, uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=check_same_thread
    )


def version(path: Path) -> str | None:
    """Read which revision the database at `path` has, changing nothing.

    Returns
    -------
        The revision; None when these are not an Evenstride library's tables.

    Raises
    ------
    LibraryCorruptError
        It is no SQLite database, or a damaged one.
    """
    try:
        with closing(open_plain(path)) as connection:
            names = {
                name
                for (name,) in connection.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'table'"
                )
            }
            if not names:
                raise LibraryCorruptError(
                    f"The library's database {path} is empty; restore a backup, or import the raw "
                    "files into a new library."
                )
            if not {"alembic_version", "files", "runs", "settings"} <= names:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise meaning(error) from error


def create(root: Path) -> None:
    """Make the database of a new library: whole or not at all; a no-op if another made it first."""
    target = root / layout.DATABASE
    with storage_errors(root):
        (root / layout.TEMPORARY).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=root / layout.TEMPORARY) as folder:
            young = Path(folder) / layout.DATABASE
            try:
                with closing(sqlite3.connect(young)) as connection:
                    connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.Error as error:
                raise meaning(error) from error
            engine = connect(young)
            try:
                with writing(engine) as connection:
                    metadata.create_all(connection)
                    connection.exec_driver_sql(
                        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                        "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
                    )
                    connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (HEAD,))
            finally:
                engine.dispose()
            _put(young, target)


def _put(young: Path, target: Path) -> None:
    try:
        target.hardlink_to(young)  # unlike a rename, never overwrites what another process made
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not target.exists():
            young.rename(target)


def bring_up_to_date(
    root: Path, found: str, *, head: str = HEAD, migrations: Path = MIGRATIONS
) -> None:
    """Migrate the database of the library at `root` from revision `found` to `head`.

    The database is copied first (`copies/library-<found>.sqlite`); copy and migration are made
    under one lock, so that the copy is of what is migrated, and a second process that waited
    for it finds nothing left to do.

    Raises
    ------
    LibraryTooNewError
        A newer Evenstride wrote it.
    StorageError
        The folder cannot be written: it has to be, once, before an old library can be read.
    """
    if found == head:
        return
    if not found.isdigit() or found > head:
        raise LibraryTooNewError(
            f"The library at {root} was written by a newer Evenstride (its format is {found}, this "
            f"program knows {head}); update Evenstride."
        )
    database = root / layout.DATABASE
    if _how(database)["mode"] == "ro":
        raise StorageError(
            f"The library at {root} is of an older Evenstride and has to be brought up to date "
            "once, but it cannot be written: open it where it can be, or copy it to such a place."
        )

    from alembic import command
    from alembic.config import Config

    config = Config()
    # A percent sign would be read as the start of a substitution.
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    engine = connect(database)
    try:
        with writing(engine) as connection:
            if _revision(connection) not in (None, found):
                return  # another process was first
            left_copies.remove(root)
            copy(database, root / layout.COPIES / f"library-{found}.sqlite", root)
            config.attributes["connection"] = connection
            command.upgrade(config, head)
    except exc.SQLAlchemyError as error:
        raise LibraryError(
            f"The library at {root} could not be brought up to date and is unchanged ({error})."
        ) from error
    finally:
        engine.dispose()


def clear_left_copies(root: Path) -> None:
    """Remove what migrations that were killed left in `tmp/`; see `left_copies`.

    Where somebody writes just then, or nothing can be written, it is left to the next who opens.
    """
    database = root / layout.DATABASE
    if not left_copies.there(root) or _how(database)["mode"] == "ro":
        return
    try:
        with closing(open_plain(database)) as connection:
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("BEGIN IMMEDIATE")
            left_copies.remove(root)
            connection.rollback()
    except sqlite3.Error as error:
        if _code(error) not in (*_BUSY, sqlite3.SQLITE_READONLY):
            raise meaning(error) from error


def _revision(connection: Connection) -> str | None:
    """Read the revision inside a transaction; None where nothing was ever migrated."""
    named = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if connection.exec_driver_sql(named).first() is None:
        return None
    found: str | None = connection.exec_driver_sql(
        "SELECT version_num FROM alembic_version"
    ).scalar()
    return found


def copy(source: Path, target: Path, root: Path) -> None:
    """Copy the database at `source` to `target` by SQLite's own means, while others may write.

    `root` is a library's folder on the same disk as `target`, for the temporary file. Where others
    may open that library meanwhile, the caller holds its write lock.
    """
    with storage_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        (root / layout.TEMPORARY).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            dir=root / layout.TEMPORARY, prefix=left_copies.PREFIX
        ) as folder:
            young = Path(folder) / layout.DATABASE
            try:
                with (
                    closing(open_plain(source)) as old,
                    closing(sqlite3.connect(young)) as new,
                ):
                    old.backup(new)
            except sqlite3.Error as error:
                raise meaning(error) from error
            young.replace(target)
