"""Keeping: check finds what is wrong, rebuild makes anew, export and backup lose nothing."""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl
import pytest
from library_toy import (
    NOW,
    contents,
    history,
    import_all,
    single_runs,
    toy_file,
    toy_prepare,
    toy_recompute,
)

from evenstride.domain.errors import InputError, LibraryCorruptError, StorageError
from evenstride.domain.measures import BLOCK_DTYPE
from evenstride.library import Prepared, open_library

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from evenstride.library import Library, StoredFile


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    root = tmp_path / "lib"
    import_all(root, history(14))
    with open_library(root) as opened:
        opened.set_setting("mass_kg", 70)
        yield opened


def damage(library: Library) -> list[str]:
    return [finding.code for finding in library.check() if finding.severity == "damage"]


def sql(library: Library, statement: str) -> None:
    with closing(sqlite3.connect(library.root / "library.sqlite")) as connection:
        connection.execute(statement)
        connection.commit()


def first(library: Library, folder: str) -> Path:
    return next(p for p in sorted((library.root / folder).rglob("*")) if p.is_file())


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut_parquet(library: Library) -> None:
    """Point a row at another sound Parquet file, of another length."""
    from evenstride.library.files import store_samples

    name = first(library, "samples").name.split(".")[0]
    sha, _ = store_samples(library.root, name, pl.DataFrame({"t_s": [0.0]}))
    sql(library, f"UPDATE recordings SET samples_sha256 = '{sha}' WHERE recording_id = '{name}'")


WRONGS: list[tuple[str, Callable[[Library], object], bool]] = [
    ("raw_missing", lambda lib: first(lib, "raw").unlink(), False),
    ("raw_damaged", lambda lib: flip(first(lib, "raw")), False),
    ("samples_missing", lambda lib: first(lib, "samples").unlink(), True),
    ("samples_damaged", lambda lib: flip(first(lib, "samples")), True),
    ("row_count", cut_parquet, True),
    ("computed_missing", lambda lib: sql(lib, "DELETE FROM recordings WHERE rowid = 1"), True),
    ("computed_damaged", lambda lib: sql(lib, "UPDATE details SET laps = '[' WHERE rowid=1"), True),
    ("computed_damaged", lambda lib: sql(lib, "UPDATE blocks SET data = x'00'"), True),
    ("computed_damaged", lambda lib: sql(lib, "DELETE FROM blocks WHERE rowid = 2"), True),
    ("foreign_key", lambda lib: sql(lib, "DELETE FROM runs WHERE rowid = 1"), False),
    ("foreign_key", lambda lib: sql(lib, "INSERT INTO tags VALUES ('gone', 'hills')"), False),
    (
        "foreign_key",
        lambda lib: sql(lib, "INSERT INTO annotations VALUES ('gone', 'x', NULL, NULL, 0)"),
        False,
    ),
    ("foreign_key", lambda lib: sql(lib, "UPDATE runs SET preferred_recording_id = 'x'"), False),
]


@pytest.mark.parametrize(("code", "do", "rebuildable"), WRONGS)
def test_check_finds_each_wrong(
    library: Library, code: str, do: Callable[[Library], object], rebuildable: bool
) -> None:
    assert library.check() == []
    do(library)
    found = library.check()
    assert code in [f.code for f in found if f.severity == "damage"]
    assert all(f.message.endswith(".") and "\n" not in f.message for f in found)
    if rebuildable:
        library.rebuild(toy_recompute(library.root))
        assert damage(library) == []


@pytest.mark.parametrize("code", ["raw_missing", "samples_missing", "computed_missing"])
def test_importing_again_mends(library: Library, code: str) -> None:
    do = next(do for name, do, _ in WRONGS if name == code)
    do(library)
    assert code in damage(library)
    import_all(library.root, history(14))
    assert damage(library) == []


def test_a_damaged_page_is_found(library: Library) -> None:
    library.close()
    path = library.root / "library.sqlite"
    data = bytearray(path.read_bytes())
    data[-4000:-10] = b"\xa5" * 3990
    path.write_bytes(data)
    with open_library(library.root) as again:
        try:
            assert "database" in damage(again)
        except LibraryCorruptError as error:
            assert "damaged" in str(error)  # noqa: PT017 # either answer is right


def test_reading_damaged_samples_is_said_plainly(library: Library) -> None:
    path = first(library, "samples")
    flip(path)
    with pytest.raises(LibraryCorruptError, match="its content has changed"):
        library.samples(path.name.split(".")[0])


def test_left_over_files_are_no_damage_and_are_swept_when_old(library: Library) -> None:
    samples = first(library, "samples")
    orphan = samples.with_name("ffffffffffffffff-0.0000000000000000.parquet")
    shutil.copy(samples, orphan)
    (library.root / "tmp" / "tmpabc").write_bytes(b"half")
    toy_prepare(library.root, toy_file(comment="never added"))
    assert damage(library) == []
    assert {f.code for f in library.check()} == {"left_over"}
    assert library.sweep() == 0, "an import may be running"
    long_ago = time.time() - 7200
    for path in library.root.rglob("*"):
        if path.is_file() and path.suffix != ".sqlite":
            os.utime(path, (long_ago, long_ago))
    assert library.sweep() == 3
    assert not orphan.exists()
    assert [f.where.split("/")[0] for f in library.check()] == ["raw"], "raw files are never swept"
    assert library.samples(samples.name.split(".")[0]).height == 40


def test_rebuild_brings_all_that_is_computed_back(library: Library, tmp_path: Path) -> None:
    run_id = library.resolve("2025-01-02")[:15]
    chosen = library.run(run_id)
    library.prefer(run_id, chosen.recordings[-1].recording_id)
    library.export(tmp_path / "before")
    for table in ("measures", "blocks", "details", "recordings"):
        sql(library, f"DELETE FROM {table}")
    shutil.rmtree(library.root / "samples")
    assert library.runs().height == 0
    report = library.rebuild(toy_recompute(library.root))
    assert report.files == 14
    assert report.recordings == 15
    library.export(tmp_path / "after")
    assert contents(tmp_path / "before") == contents(tmp_path / "after")
    assert library.check() == []
    times = [(tmp_path / name / "import_times.csv").read_bytes() for name in ("before", "after")]
    assert times[0] == times[1]


def test_rebuild_with_a_new_reader_replaces_samples(library: Library, tmp_path: Path) -> None:
    before = library.runs()["run_id"].to_list()
    library.rebuild(toy_recompute(library.root, rows=55))
    assert library.runs()["run_id"].to_list() == before
    assert library.check() == [], "old samples are gone"
    assert {library.run(r).chosen.rows for r in before} == {55}


def test_rebuild_keeps_a_run_that_the_reader_loses_and_finds_again(library: Library) -> None:
    run_ids = library.runs()["run_id"].to_list()

    def blind(files: Iterator[StoredFile]) -> Iterator[Prepared]:
        for file in files:
            yield Prepared(file.sha256, file.path.stat().st_size, file.name, ())

    report = library.rebuild(blind)  # type: ignore[arg-type]
    assert len(report.without_runs) == 14
    assert library.runs().height == 0
    assert damage(library) == []
    library.rebuild(toy_recompute(library.root))
    assert library.runs()["run_id"].to_list() == run_ids


def test_rebuild_leaves_alone_what_has_lost_its_raw_file(library: Library) -> None:
    flip(first(library, "raw"))
    height = library.runs().height
    report = library.rebuild(toy_recompute(library.root, rows=30))
    assert len(report.damaged) == 1
    assert report.files == 13
    assert library.runs().height == height
    assert damage(library) == ["raw_damaged"]


def test_rebuild_refuses_a_recompute_that_skips(library: Library) -> None:
    def lazy(files: Iterator[StoredFile]) -> Iterator[Prepared]:
        yield from list(toy_recompute(library.root)(files))[1:]

    with pytest.raises(ValueError, match="recompute"):
        library.rebuild(lazy)  # type: ignore[arg-type]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_an_export_holds_everything(library: Library, tmp_path: Path) -> None:
    library.export(tmp_path / "out", raw=True)
    out = tmp_path / "out"
    runs = library.runs()
    exported = rows(out / "runs.csv")
    assert sorted(r["run_id"] for r in exported) == sorted(runs["run_id"])
    assert exported[0]["started_at_utc"] == "2025-01-01T06:30:00Z"
    assert float(exported[0]["balance_left_pct"]) == runs["balance_left_pct"][0]
    every = [r for run_id in runs["run_id"] for r in library.run(run_id).recordings]
    assert len(rows(out / "recordings.csv")) == len(every) == 15
    assert len(rows(out / "laps.csv")) == sum(len(r.laps) for r in every)
    assert rows(out / "issues.csv")[0]["message"] == "The checksum is wrong; “read” anyway."
    assert rows(out / "pauses.csv")[0]["end_s"] == "130.5"
    assert {r["reason"] for r in rows(out / "dropped.csv")} == {"start", "walking"}
    assert rows(out / "developer_fields.csv")[0]["unit"] == "W"
    measures = rows(out / "measures.csv")
    assert len(measures) == sum(len(r.measures.estimates) for r in every)
    assert json.loads((out / "settings.json").read_text()) == {"mass_kg": 70}
    blocks = pl.read_parquet(out / "blocks.parquet")
    assert blocks.columns == ["recording_id", *(BLOCK_DTYPE.names or ())]
    assert blocks.height == sum(len(r.measures.blocks) for r in every)
    assert blocks["grade_pct"].is_nan().all()
    for recording in every:
        samples = pl.read_parquet(out / "samples" / f"{recording.recording_id}.parquet")
        assert samples.equals(library.samples(recording.recording_id))
    assert len(list((out / "raw").iterdir())) == 14
    assert not any("import" in name for name in rows(out / "files.csv")[0])


def test_an_empty_library_exports(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as library:
        library.export(tmp_path / "out")
    assert rows(tmp_path / "out" / "runs.csv") == []
    assert pl.read_parquet(tmp_path / "out" / "blocks.parquet").height == 0


def test_exports_and_backups_overwrite_nothing(library: Library, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "a").write_text("mine")
    for write in (library.export, library.backup):
        with pytest.raises(InputError, match="exists already"):
            write(full)
        with pytest.raises(InputError, match="exists already"):
            write(full / "a")
    assert [p.name for p in full.iterdir()] == ["a"]
    (tmp_path / "empty").mkdir()
    library.export(tmp_path / "empty")
    assert (tmp_path / "empty" / "runs.csv").exists()


def test_a_full_disk_leaves_no_half_backup(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(StorageError, match="the disk is full"):
        library.backup(tmp_path / "backup")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lib"]


def test_a_backup_opens_as_the_same_library(library: Library, tmp_path: Path) -> None:
    library.backup(tmp_path / "backup")
    library.export(tmp_path / "a", raw=True)
    library.set_setting("mass_kg", 60)
    with open_library(tmp_path / "backup", create=False) as restored:
        assert restored.check() == []
        restored.export(tmp_path / "b", raw=True)
        assert restored.settings() == {"mass_kg": 70}
        added = restored.add(
            [toy_prepare(restored.root, toy_file(comment="later"))], imported_at_utc=NOW
        )
        assert added[0].status == "imported"
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_a_backup_of_a_library_that_lost_a_file_says_so(library: Library, tmp_path: Path) -> None:
    first(library, "raw").unlink()
    with pytest.raises(LibraryCorruptError, match="is missing"):
        library.backup(tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_a_backup_taken_while_another_connection_writes(tmp_path: Path) -> None:
    import_all(tmp_path / "lib", single_runs(5))
    with open_library(tmp_path / "lib") as library:
        with closing(sqlite3.connect(tmp_path / "lib" / "library.sqlite")) as other:
            other.execute("INSERT INTO settings VALUES ('half', '1')")
            library.backup(tmp_path / "backup")
            other.rollback()
        with open_library(tmp_path / "backup") as restored:
            assert restored.settings() == {}
            assert restored.runs().height == 5


def test_nothing_is_written_into_the_library_itself(library: Library, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(library.root)
    before = sorted(library.root.rglob("*"))
    for write in (library.export, library.backup):
        for inside in (library.root / "out", library.root / "raw" / "a" / "b", tmp_path / "link/x"):
            with pytest.raises(InputError, match="in the library itself"):
                write(inside)
    assert sorted(library.root.rglob("*")) == before


def test_the_advice_for_a_lost_raw_file_is_no_rebuild(library: Library) -> None:
    first, second = sorted((library.root / "raw").rglob("*.fit"))[:2]
    first.unlink()
    second.write_bytes(b"damaged")
    messages = [f.message for f in library.check() if f.code in {"raw_missing", "raw_damaged"}]
    assert len(messages) == 2
    assert all("import the original file again, or restore a backup" in m for m in messages)
