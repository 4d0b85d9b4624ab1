"""Libraries of former schemas: brought up to date with all they hold, or plainly refused."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import library_toy
import pytest
from library_toy import (
    NOW,
    blank_library,
    contents,
    history,
    import_all,
    old_library,
    revision,
    toy_entries,
    toy_recompute,
    toy_record,
    toy_registration,
)

from evenstride.domain.diary import KINDS
from evenstride.domain.experiment import Kept
from evenstride.domain.ground import Camber, Ground, GroundPart, Surface
from evenstride.library import Annotation, New, database, open_library

DATABASE = "library.sqlite"
OLD = ("0001", "0002", "0003", "0004")


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("schema", OLD)
def test_an_old_schema_is_the_one_of_its_migration(tmp_path: Path, schema: str) -> None:
    """Nobody edits what libraries out there were made by."""
    blank_library(tmp_path / "made")
    database.bring_up_to_date(tmp_path / "made", "0000", head=schema)
    old_library(tmp_path / "old", [], schema)
    with closing(sqlite3.connect(tmp_path / "old" / DATABASE)) as connection:
        connection.execute("DELETE FROM settings")
        connection.commit()

    def said(folder: str) -> set[str]:
        return {"".join(line.split()) for line in dump(tmp_path / folder / DATABASE)}

    assert said("made") == said("old")


@pytest.mark.parametrize("schema", OLD)
def test_an_old_library_keeps_all_it_holds_and_learns_what_is_new(
    tmp_path: Path, schema: str
) -> None:
    root = tmp_path / "old"
    old_library(root, history(14), schema)
    before = dump(root / DATABASE)
    with open_library(root) as library:
        assert revision(root) == database.HEAD
        assert library.settings() == {"mass_kg": 70}
        looked = schema >= "0003"
        assert {finding.code for finding in library.check()} == (
            set() if looked else {"ground_unknown"}
        )
        assert library.annotations() == {}
        assert library.notes() == {}
        assert library.phones() == []
        assert library.ground_parts() == {}
        assert library.experiments() == {}
        assert all(library.entries(kind) == {} for kind in KINDS.values())
        runs = library.runs()["run_id"].to_list()
        assert set(library.grounds()) == (set(runs) if looked else set())
        assert (library.run(runs[0]).ground == Ground()) == (not looked)
        preferred = [r for r in runs if library.run(r).preferred_recording_id]
        assert len(preferred) == 1
        library.rebuild(toy_recompute(root))
        assert library.check() == []
        assert set(library.grounds()) == set(runs)
        library.export(tmp_path / "a", raw=True)
        library.annotate(runs[:1], title="x")
        assert library.annotations() == {runs[0]: Annotation("x")}
        part = GroundPart(surface=Surface.TRAIL, camber=Camber.NONE)
        library.write_ground(runs[:1], [part])
        assert library.ground_parts() == {runs[0]: (part,)}
        library.register_experiment(toy_registration())
        library.record_assignment("push-off-behind", toy_record(0, runs[0]))
        assert library.experiments()["push-off-behind"] == Kept(
            toy_registration(), (toy_record(0, runs[0]),)
        )
        entries = toy_entries(runs[0])
        library.write_entries([New(*one) for one in entries.items()], written_at_utc=NOW)
        kept = [library.entries(type(value))[name].value for name, value in entries.items()]
        assert kept == list(entries.values())
    assert dump(root / "copies" / f"library-{schema}.sqlite") == before
    import_all(tmp_path / "new", history(14))
    with open_library(tmp_path / "new") as library:
        library.set_setting("mass_kg", 70)
        run = library.run(preferred[0])
        library.prefer(preferred[0], run.recordings[0].recording_id)
        library.export(tmp_path / "b", raw=True)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@pytest.mark.parametrize("schema", OLD[1:])
def test_what_was_typed_into_an_old_library_is_still_there(tmp_path: Path, schema: str) -> None:
    root = tmp_path / "old"
    old_library(root, history(6), schema)
    with closing(sqlite3.connect(root / DATABASE)) as connection:
        (run,) = connection.execute("SELECT min(run_id) FROM runs").fetchone()
        connection.execute("INSERT INTO annotations VALUES (?, 'T', 'N', 'S', 1)", (run,))
        connection.execute("INSERT INTO tags VALUES (?, 'hills')", (run,))
        if schema >= "0003":
            connection.execute("INSERT INTO ground VALUES (?, 0, 5.0, 9.5, 'track', NULL)", (run,))
        connection.commit()
    with open_library(root) as library:
        parts = {run: (GroundPart(5.0, 9.5, Surface.TRACK),)}
        assert library.ground_parts() == (parts if schema >= "0003" else {})
        assert library.annotations() == {run: Annotation("T", "N", "S", True, ("hills",))}


def test_an_old_library_that_several_open_at_once_is_migrated_once(tmp_path: Path) -> None:
    """The copy is of what was there before, whoever came second."""
    root = tmp_path / "old"
    old_library(root, history(14))
    before = dump(root / DATABASE)
    command = [sys.executable, str(Path(library_toy.__file__)), "open", str(root)]
    processes = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    assert revision(root) == database.HEAD
    assert dump(root / "copies" / "library-0001.sqlite") == before


def test_one_who_comes_second_leaves_the_first_ones_copy_alone(tmp_path: Path) -> None:
    root = tmp_path / "old"
    old_library(root, history(3))
    before = dump(root / DATABASE)
    open_library(root).close()
    database.bring_up_to_date(root, "0001")  # had read the revision before the first was done
    assert dump(root / "copies" / "library-0001.sqlite") == before
    assert revision(root) == database.HEAD


def left_copy(root: Path, name: str, *, age_s: float = 0.0) -> Path:
    """A whole copy of the database in a folder of `tmp/`, as a kill leaves it."""
    folder = root / "tmp" / name
    folder.mkdir(parents=True)
    copied = folder / DATABASE
    copied.write_bytes((root / DATABASE).read_bytes())
    for path in (copied, folder):
        os.utime(path, (time.time() - age_s,) * 2)
    return folder


def test_copies_that_nobody_works_on_go_when_a_library_is_opened(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    open_library(root).close()
    kept = root / "copies" / "library-0001.sqlite"
    kept.parent.mkdir()
    kept.write_bytes(b"the copy made before a migration")
    (root / "tmp" / "file-of-an-import").write_bytes(b"half")
    dead = [left_copy(root, "copy-abc"), left_copy(root, "tmpold", age_s=4000.0)]
    young = left_copy(root, "tmpyoung", age_s=3000.0)
    with open_library(root) as library:
        assert not any(folder.exists() for folder in dead)
        said = {note.where: note.message for note in library.check()}
    assert sorted(said) == ["tmp/file-of-an-import", "tmp/tmpyoung/library.sqlite"]
    assert "brought the library up to date" in said["tmp/tmpyoung/library.sqlite"]
    assert young.exists()
    assert kept.exists()


def test_a_copy_somebody_is_making_stays(tmp_path: Path) -> None:
    """Whoever migrates holds the write lock; the library opens meanwhile, and removes nothing."""
    root = tmp_path / "lib"
    open_library(root).close()
    copied = left_copy(root, "copy-abc")
    with closing(sqlite3.connect(root / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        open_library(root).close()
        assert copied.exists()
    open_library(root).close()
    assert not copied.exists()
