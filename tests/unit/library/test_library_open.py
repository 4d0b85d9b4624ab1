"""Opening: new, old, newer, damaged, foreign; every failure is one sentence and touches nothing."""

from __future__ import annotations

import errno
import gc
import os
import random
import re
import sqlite3
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from library_toy import (
    FIRST,
    NEXT,
    NOW,
    history,
    import_all,
    old_library,
    single_runs,
    toy_file,
    toy_prepare,
    toy_record,
    toy_registration,
)
from sqlalchemy import create_engine

from evenstride.domain.errors import (
    EvenstrideError,
    InputError,
    LibraryCorruptError,
    LibraryError,
    LibraryTooNewError,
    StorageError,
)
from evenstride.library import database, open_library, store_raw, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

DATABASE = "library.sqlite"


def schema(path: Path) -> dict[str, str]:
    """Read the schema as SQLite itself keeps it, without its layout."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: re.sub(r"[\s\"]+", "", sql) for name, sql in rows}


def test_a_new_library_has_the_schema_that_migrations_make(tmp_path: Path) -> None:
    open_library(tmp_path / "new").close()
    old = tmp_path / "old"
    old.mkdir()
    with closing(sqlite3.connect(old / DATABASE)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    database.bring_up_to_date(old, "0000")
    assert len(schema(old / DATABASE)) > 10
    assert schema(tmp_path / "new" / DATABASE) == schema(old / DATABASE)
    assert database.version(old / DATABASE) == database.HEAD
    open_library(old).close()


def test_models_and_migrations_agree(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    open_library(tmp_path / "lib").close()
    engine = create_engine(f"sqlite:///{tmp_path / 'lib' / DATABASE}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == database.HEAD
    engine.dispose()


def test_head_is_the_newest_revision() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_heads() == [database.HEAD]


def test_the_database_is_set_up_for_readers_beside_a_writer(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as library, database.reading(library.engine) as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000


def test_odd_names_of_folders_are_names_of_folders(tmp_path: Path) -> None:
    root = tmp_path / "läuft 100%" / "a?b#c"
    with open_library(str(root)) as library:
        library.set_setting("x", 1)
    assert (root / DATABASE).is_file()
    with open_library(root, create=False) as library:
        assert library.settings() == {"x": 1}


def test_what_is_no_library_is_left_alone(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "a.jpg").write_bytes(b"x")
    with pytest.raises(InputError, match=r"holds other things \(a\.jpg\)"):
        open_library(photos)
    assert [p.name for p in photos.iterdir()] == ["a.jpg"]
    with pytest.raises(InputError, match="is a file"):
        open_library(photos / "a.jpg")
    with pytest.raises(LibraryError, match="There is no library"):
        open_library(tmp_path / "nowhere", create=False)
    assert not (tmp_path / "nowhere").exists()
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    with closing(sqlite3.connect(foreign / DATABASE)) as connection:
        connection.execute("CREATE TABLE other (x)")
        connection.commit()
    before = (foreign / DATABASE).read_bytes()
    with pytest.raises(LibraryError, match="not the database of an Evenstride library"):
        open_library(foreign)
    assert (foreign / DATABASE).read_bytes() == before


def test_a_folder_with_only_a_systems_own_files_is_empty(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"x")
    open_library(tmp_path).close()
    assert (tmp_path / DATABASE).exists()


def test_a_newer_library_is_refused_and_untouched(tmp_path: Path) -> None:
    open_library(tmp_path / "lib").close()
    path = tmp_path / "lib" / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(LibraryTooNewError, match="update Evenstride"):
        open_library(tmp_path / "lib")
    assert path.read_bytes() == before
    assert not (tmp_path / "lib" / "copies").exists()


NEWER_REVISION = f'''
"""Adds a column and moves data."""
from alembic import op
import sqlalchemy as sa
revision = "{NEXT}"
down_revision = "{database.HEAD}"

def upgrade():
    op.add_column("runs", sa.Column("title", sa.Text))
    op.execute("UPDATE runs SET title = 'run ' || run_id")
    FAIL
'''


@pytest.fixture
def newer(tmp_path: Path) -> Iterator[Path]:
    """Migrations with one revision more."""
    folder = tmp_path / "100% migrations"
    (folder / "versions").mkdir(parents=True)
    for path in database.MIGRATIONS.rglob("*.py"):
        target = folder / path.relative_to(database.MIGRATIONS)
        target.write_text(path.read_text())
    (folder / "versions" / "newer_more.py").write_text(NEWER_REVISION.replace("FAIL", ""))
    return folder


def test_an_old_library_is_copied_then_migrated(tmp_path: Path, newer: Path) -> None:
    root = tmp_path / "lib"
    import_all(root, history(5))
    with open_library(root) as library:
        library.set_setting("mass_kg", 70)
    database.bring_up_to_date(root, database.HEAD, head=NEXT, migrations=newer)
    assert database.version(root / DATABASE) == NEXT
    with closing(sqlite3.connect(root / DATABASE)) as connection:
        titles = {title for (title,) in connection.execute("SELECT title FROM runs")}
    assert "run 2025-01-01-0730" in titles
    copy = root / "copies" / f"library-{database.HEAD}.sqlite"
    assert database.version(copy) == database.HEAD
    copy.replace(root / DATABASE)
    with open_library(root) as library:
        assert library.settings() == {"mass_kg": 70}
        assert [f for f in library.check() if f.severity == "damage"] == []


def test_a_failed_migration_changes_nothing(tmp_path: Path, newer: Path) -> None:
    root = tmp_path / "lib"
    import_all(root, history(3))
    text = NEWER_REVISION.replace("FAIL", "op.execute('UPDATE no_such_table SET x = 1')")
    (newer / "versions" / "newer_more.py").write_text(text)
    before = schema(root / DATABASE)
    with pytest.raises(LibraryError):
        database.bring_up_to_date(root, database.HEAD, head=NEXT, migrations=newer)
    assert schema(root / DATABASE) == before
    with open_library(root) as library:
        assert library.runs().height == 3


def test_a_file_that_is_no_database_is_damage(tmp_path: Path) -> None:
    for content in (b"", b"not a database at all, but long enough to be read" * 100):
        (tmp_path / DATABASE).write_bytes(content)
        with pytest.raises(LibraryCorruptError):
            open_library(tmp_path)
        assert (tmp_path / DATABASE).read_bytes() == content


def use(root: Path) -> None:
    """Read all there is to read, and write."""
    with open_library(root) as library:
        library.check()
        for run_id in library.runs()["run_id"]:
            library.samples(library.run(run_id).chosen.recording_id)
        library.series("gct_ms")
        library.blocks()
        library.settings()
        library.annotations()
        library.notes()
        library.phones()
        library.phone_of("a")
        library.experiments()
        library.state()
        library.set_setting("x", 1)
        library.annotate(library.runs(())["run_id"].to_list()[:2], title="x", add_tags=["y"])
        library.write_note("tried", "x", written_at_utc=NOW)
        library.record_assignment("one", toy_record(0, None))
        library.end_experiment("one", "x", ended_at_utc=NOW)
        library.delete_experiment("one")
        library.register_experiment(toy_registration("two"))
        prepared = toy_prepare(root, toy_file(FIRST.replace(year=2024)))
        library.add([prepared], imported_at_utc=NOW)


def test_damage_anywhere_in_the_database_is_one_sentence(tmp_path: Path) -> None:
    """Whatever bytes change, reading and writing work or raise an error of ours."""
    root = tmp_path / "lib"
    import_all(root, history(6))
    with open_library(root) as library:
        library.set_setting("mass_kg", 70)
        runs = library.runs(())["run_id"].to_list()
        library.annotate(runs, title="a title", notes="n" * 3000, add_tags=["one", "two"])
        library.write_note("noticed", "x" * 5000, written_at_utc=NOW)
        library.pair_phone("a" * 64, "Mine", paired_at_utc=NOW, expires_at_utc=NOW)
        library.register_experiment(toy_registration("one", question="q" * 3000))
        for position, run_id in enumerate(runs):
            library.record_assignment("one", toy_record(position, run_id))
    whole = (root / DATABASE).read_bytes()
    rng = random.Random(1)
    failed = 0
    for _ in range(60):
        data = bytearray(whole)
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        else:
            for _ in range(rng.choice((1, 5, 200))):
                data[rng.randrange(len(data))] = rng.randrange(256)
            start = rng.randrange(len(data))
            data[start : start + 2000] = rng.randbytes(min(2000, len(data) - start))
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
            (root / name).unlink(missing_ok=True)
        (root / DATABASE).write_bytes(data)
        try:
            use(root)
        except EvenstrideError as error:
            failed += 1
            assert "\n" not in str(error)  # noqa: PT017 # which error it is may differ
    gc.collect()
    assert failed > 30


def test_a_full_disk_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_library(tmp_path / "lib") as library:

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(os, "replace", full)
            with pytest.raises(StorageError, match="the disk is full"):
                store_raw(library.root, b"data")
        assert list((library.root / "tmp").iterdir()) == []
        prepared = [toy_prepare(library.root, data) for data in single_runs(40)]
        with database.reading(library.engine) as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        with library.engine.connect() as connection:  # SQLite's own way of being full
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageError, match="disk is full"):
            library.add(prepared, imported_at_utc=NOW)
        with library.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert library.runs().height == 0
        library.add(prepared, imported_at_utc=NOW)
        assert library.runs().height == 40


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS, errno.EIO])
def test_a_folder_that_cannot_be_written_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StorageError, match="Cannot write"):
        open_library(tmp_path / "lib")


def test_a_database_that_vanished_is_said_plainly(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as library:
        library.close()
        (tmp_path / "lib").rename(tmp_path / "moved")
        with pytest.raises(StorageError):
            library.runs()


def test_a_busy_library_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    with open_library(tmp_path / "lib") as library:
        with (
            closing(sqlite3.connect(tmp_path / "lib" / DATABASE, isolation_level=None)) as other,
        ):
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LibraryError, match="Another program is writing"):
                library.set_setting("x", 1)
            assert library.settings() == {}
        library.set_setting("x", 1)


def test_a_lost_database_is_not_replaced_by_an_empty_one(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    import_all(root, history(3))
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (root / name).unlink(missing_ok=True)
    before = sorted(root.rglob("*"))
    for create in (True, False):
        with pytest.raises(LibraryCorruptError, match="is missing though its raw files are there"):
            open_library(root, create=create)
    assert sorted(root.rglob("*")) == before


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder that every user may use, and the rights of a user who is not root."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        import_all(folder / "warm", history(1))  # imports all it needs
        with open_library(folder / "warm") as library:
            library.export(folder / "out")
        old_library(folder / "old_warm", [])
        open_library(folder / "old_warm").close()
        if root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)


@contextmanager
def read_only(root: Path) -> Iterator[None]:
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    for folder in folders:
        folder.chmod(0o555)
    try:
        yield
    finally:
        for folder in folders:
            folder.chmod(0o755)


def test_a_library_that_cannot_be_written_can_be_read(as_nobody: Path) -> None:
    root = as_nobody / "100% lib"
    import_all(root, history(6))
    with open_library(root) as library:
        library.set_setting("mass_kg", 70)
        runs = library.runs()
        prepared = toy_prepare(root, toy_file(FIRST.replace(year=2024)))
    names = sorted(root.rglob("*"))
    with read_only(root):
        with open_library(root) as library:
            assert library.runs().equals(runs)
            assert library.settings() == {"mass_kg": 70}
            assert library.samples(library.run(runs["run_id"][0]).chosen.recording_id).height
            assert [f for f in library.check() if f.severity == "damage"] == []
            library.export(as_nobody / "exported", raw=True)
            library.backup(as_nobody / "copy")
            for write in (
                lambda: library.set_setting("x", 1),
                lambda: library.add([prepared], imported_at_utc=NOW),
                lambda: library.prefer(runs["run_id"][0], None),
                lambda: store_raw(root, b"data"),
                lambda: library.annotate([runs["run_id"][0]], title="x"),
                lambda: library.write_note("tried", "x", written_at_utc=NOW),
            ):
                with pytest.raises(StorageError):
                    write()
            assert library.store_fit("a", "d", b"x") is False
            assert library.stored_fit("a", "d") is None
            assert library.state() == library.state()
        assert sorted(root.rglob("*")) == names
    with open_library(as_nobody / "copy") as copy:
        assert copy.runs().equals(runs)
        copy.set_setting("x", 1)


def test_a_reader_without_rights_sees_what_a_writer_commits(as_nobody: Path) -> None:
    root = as_nobody / "lib"
    import_all(root, history(3))
    with closing(sqlite3.connect(root / DATABASE)) as writer:
        writer.execute("INSERT INTO settings VALUES ('mass_kg', '70')")
        writer.commit()  # into the WAL, which stays as long as the writer does
        with read_only(root), open_library(root) as library:
            assert library.settings() == {"mass_kg": 70}
            before = library.state()
            writer.execute("UPDATE settings SET value = '71'")
            writer.commit()
            assert library.state() > before
            assert library.settings() == {"mass_kg": 71}


def test_an_old_library_that_cannot_be_written_is_said_plainly(as_nobody: Path) -> None:
    root = as_nobody / "old"
    old_library(root, history(2))
    before = (root / DATABASE).read_bytes()
    with (
        read_only(root),
        pytest.raises(StorageError, match=r"of an older Evenstride .* cannot be written") as caught,
    ):
        open_library(root)
    assert "\n" not in str(caught.value)
    assert (root / DATABASE).read_bytes() == before
    assert not (root / "copies").exists()
    open_library(root).close()
    assert database.version(root / DATABASE) == database.HEAD


def test_a_library_that_was_replaced_while_it_was_open_is_not_written_to(tmp_path):
    """What is typed would land in a file that nobody can find any more."""
    with open_library(tmp_path / "library") as lib:
        lib.set_setting("units", "mi")
        lib.state()
        (tmp_path / "library").rename(tmp_path / "away")
        for use in (lambda: lib.set_setting("units", "km"), lib.settings, lib.state):
            with pytest.raises(LibraryError, match="moved, deleted or replaced"):
                use()
        open_library(tmp_path / "library").close()  # another one in its place
        with pytest.raises(LibraryError, match="moved, deleted or replaced"):
            lib.set_setting("units", "km")
    with open_library(tmp_path / "away") as moved:
        assert moved.settings() == {"units": "mi"}
