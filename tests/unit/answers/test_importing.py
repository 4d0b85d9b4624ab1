"""Importing: what was new, known, not a run, unreadable; whatever box the files come in."""

from __future__ import annotations

import gzip
import shutil
import zipfile
from typing import TYPE_CHECKING

import pytest

from evenstride.answers import (
    check_library,
    demo_folder,
    export_library,
    import_files,
    open_library,
    rebuild_library,
    runs,
    show,
)
from evenstride.domain.errors import InputError, LibraryTooNewError, StorageError

if TYPE_CHECKING:
    from pathlib import Path


def counts(answer) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in answer.tables["files"]:
        found[row["outcome"]] = found.get(row["outcome"], 0) + 1
    return found


def exported(library: Path, to: Path) -> dict[str, bytes]:
    """Everything a library holds, import times aside."""
    with open_library(library) as lib:
        export_library(lib, to)
    return {
        str(p.relative_to(to)): p.read_bytes()
        for p in sorted(to.rglob("*"))
        if p.is_file() and p.name != "import_times.csv"
    }


@pytest.fixture
def three(year_of_files, tmp_path):
    folder = tmp_path / "three"
    folder.mkdir()
    for name in ("000.fit", "001.fit", "002.fit"):
        shutil.copy(year_of_files / name, folder / name)
    return folder


def test_a_folder_is_imported_once_however_often_it_is_given(three, tmp_path):
    with open_library(tmp_path / "lib") as lib:
        first = import_files(lib, [three])
        again = import_files(lib, [three, three / "000.fit"])
        assert counts(first) == {"imported": 3}
        assert counts(again) == {"already_there": 4}
        assert again.verdict == "nothing_new"
        assert len(runs(lib).tables["runs"]) == 3


def test_every_container_gives_the_same_library(three, tmp_path):
    plain = [p.read_bytes() for p in sorted(three.iterdir())]
    boxed = tmp_path / "boxed"
    boxed.mkdir()
    (boxed / "a.fit.gz").write_bytes(gzip.compress(plain[0]))
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w") as z:
        z.writestr("deep/b.fit", plain[1])
    with zipfile.ZipFile(boxed / "export.zip", "w") as z:
        z.write(inner, "DI_CONNECT/part1.zip")
        z.writestr("readme.json", "{}")
    with zipfile.ZipFile(boxed / "named.fit", "w") as z:  # a ZIP by another name
        z.writestr("c.fit", plain[2])
    with open_library(tmp_path / "lib") as lib:
        assert counts(import_files(lib, [boxed]))["imported"] == 3
        assert counts(import_files(lib, [three])) == {"already_there": 3}
        assert len(runs(lib).tables["runs"]) == 3


def test_workers_make_the_same_library_as_one_process(year_of_files, tmp_path):
    for name, workers in (("one", 1), ("two", 2)):
        with open_library(tmp_path / name) as lib:
            import_files(lib, [year_of_files], workers=workers)
    one, two = (exported(tmp_path / n, tmp_path / f"{n}-out") for n in ("one", "two"))
    assert one == two
    assert len(one) > 60


def test_one_bad_file_never_stops_the_rest(three, tmp_path):
    (three / "0-empty.fit").write_bytes(b"")
    (three / "0-text.fit").write_text("not a watch file at all")
    (three / "0-cut.zip").write_bytes(b"PK\x03\x04 this is no archive")
    with open_library(tmp_path / "lib") as lib:
        answer = import_files(lib, [three])
    assert counts(answer)["imported"] == 3
    assert sum(counts(answer).values()) == 6
    assert all(row["reason"] for row in answer.tables["unreadable"])


def test_a_folder_without_runs_is_an_error_that_says_what_is_there(tmp_path):
    (tmp_path / "empty").mkdir()
    with open_library(tmp_path / "lib") as lib:
        with pytest.raises(InputError, match="no watch files"):
            import_files(lib, [tmp_path / "empty"])
        with pytest.raises(InputError, match="nowhere"):
            import_files(lib, [tmp_path / "nowhere"])


def test_only_rides_are_named_as_rides(real_data, tmp_path):
    ride = real_data / "odd" / "coros-pace-2-cycling-misaligned-fields.fit"
    with open_library(tmp_path / "lib") as lib, pytest.raises(InputError, match="cycling"):
        import_files(lib, [ride])


def test_a_library_from_the_future_is_left_alone(three, tmp_path):
    import sqlite3

    with open_library(tmp_path / "lib") as lib:
        import_files(lib, [three])
    with sqlite3.connect(tmp_path / "lib" / "library.sqlite") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (tmp_path / "lib" / "library.sqlite").read_bytes()
    with pytest.raises(LibraryTooNewError):
        open_library(tmp_path / "lib")
    assert (tmp_path / "lib" / "library.sqlite").read_bytes() == before


def test_the_same_run_from_two_devices_is_one_run_and_the_runner_decides(three, tmp_path):
    from dataclasses import replace
    from datetime import timedelta

    from evenstride.answers import prefer_recording, settings
    from evenstride.domain.recording import Device
    from evenstride.formats.fit.encode import encode_run
    from made_year import made_year

    first = made_year()[0].recording
    other = replace(
        first,
        run=replace(
            first.run,
            device=Device("coros", "pace_3", "77", "3.0"),
            started_at_utc=first.run.started_at_utc + timedelta(seconds=4),
        ),
    )
    (three / "other.fit").write_bytes(encode_run(other))
    with open_library(tmp_path / "lib") as lib:
        answer = import_files(lib, [three])
        assert any("1 recording is of a run that another device" in c for c in answer.caveats)
        assert not any("another device" in c for c in import_files(lib, [three]).caveats)
        listed = runs(lib).tables["runs"]
        chosen = listed[0]["device"]
        assert [row["recordings"] for row in listed] == [2, 1, 1]
        run = listed[0]["run_id"]
        recordings = show(lib, run).tables["recordings"]
        assert len(recordings) == 2
        by_device = {row["device"]: row["recording_id"] for row in recordings}
        coros = next(name for name in by_device if "coros" in name)
        garmin = next(name for name in by_device if "garmin" in name)
        for wanted in (coros, garmin):
            settings(lib, "preferred_devices", wanted.split()[0])
            assert runs(lib).tables["runs"][0]["device"] == wanted
        prefer_recording(lib, run, by_device[coros])
        assert runs(lib).tables["runs"][0]["device"] == coros
        undone = prefer_recording(lib, run, "")
        assert "any more" in undone.headline
        assert runs(lib).tables["runs"][0]["device"] == garmin  # the preferred device's again
        settings(lib, "preferred_devices", "")
        assert runs(lib).tables["runs"][0]["device"] == chosen


@pytest.mark.parametrize("task_files", [1, 8])
def test_what_was_finished_before_an_error_is_kept(three, tmp_path, monkeypatch, task_files):
    from evenstride.answers import preparing

    stored = preparing.store_raw

    def full(root, data, *, sha256):
        if data == (three / "002.fit").read_bytes():
            raise StorageError("The disk is full.")
        return stored(root, data, sha256=sha256)

    monkeypatch.setattr(preparing, "store_raw", full)
    monkeypatch.setattr(preparing, "_TASK_FILES", task_files)
    with open_library(tmp_path / "lib") as lib:
        with pytest.raises(StorageError, match="disk is full"):
            import_files(lib, [three])
        assert len(runs(lib).tables["runs"]) == 2
        monkeypatch.undo()
        assert counts(import_files(lib, [three])) == {"already_there": 2, "imported": 1}


def test_one_path_is_a_path_and_no_workers_are_misuse(three, tmp_path):
    with open_library(tmp_path / "lib") as lib:
        assert counts(import_files(lib, str(three))) == {"imported": 3}
        again = import_files(lib, three)
        assert counts(again) == {"already_there": 3}
        listed = sorted(row["run_id"] for row in runs(lib).tables["runs"])
        assert sorted(row["run_ids"] for row in again.tables["files"]) == listed
        for workers in (0, -1):
            with pytest.raises(InputError, match="1 or more"):
                import_files(lib, three, workers=workers)


def test_importing_the_original_mends_a_raw_file_damaged_in_place(three, tmp_path):
    with open_library(tmp_path / "lib") as lib:
        import_files(lib, three)
        raw = next((tmp_path / "lib" / "raw").rglob("*.fit"))
        whole = raw.read_bytes()
        raw.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        rebuilt = rebuild_library(lib)
        assert rebuilt.verdict == "damaged"
        assert "1 raw file is missing or damaged" in rebuilt.headline
        assert "restore a backup" in rebuilt.caveats[0]
        assert check_library(lib).verdict == "damaged"
        import_files(lib, three)
        assert raw.read_bytes() == whole
        assert check_library(lib).verdict == "clean"
        mended = rebuild_library(lib)
        assert (mended.verdict, mended.caveats) == ("rebuilt", ())
        assert "damaged" not in mended.headline


def test_one_file_that_is_no_run_is_spoken_of_as_one(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.fit").write_text("not a watch file at all")
    with open_library(tmp_path / "lib") as lib:
        with pytest.raises(InputError, match=r"^The one file in .*folder is no run: \S"):
            import_files(lib, folder)
        with pytest.raises(InputError, match=r"^\S*a\.fit is no run: \S"):
            import_files(lib, folder / "a.fit")
        (folder / "b.fit").write_text("nor this")
        with pytest.raises(InputError, match=r"^None of the 2 files in"):
            import_files(lib, folder)


def test_a_demo_leaves_a_link_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.txt").write_text("mine")
    folder = tmp_path / "demo"
    demo_folder(folder)
    (folder / "library").symlink_to(tmp_path / "mine")
    with pytest.raises(InputError, match="is a link"):
        demo_folder(folder)
    assert (tmp_path / "mine" / "a.txt").read_text() == "mine"
