"""Adding: what is stored comes back, the same twice is nothing, one run of two devices is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import numpy as np
import pytest
from library_toy import (
    FIRST,
    NOW,
    contents,
    history,
    import_all,
    toy_file,
    toy_prepare,
    toy_read,
)
from polars.testing import assert_frame_equal

from evenstride.domain.errors import InputError, StorageError, UnknownRunError
from evenstride.domain.measures import BLOCK_DTYPE
from evenstride.library import layout, open_library, sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evenstride.library import Added, Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "lib") as opened:
        yield opened


def add(library: Library, *files: bytes) -> list[Added]:
    prepared = [toy_prepare(library.root, data, f"{k}.fit") for k, data in enumerate(files)]
    return library.add(prepared, imported_at_utc=NOW)


def test_a_recording_comes_back_as_it_was(library: Library) -> None:
    data = toy_file()
    recording, measures = toy_read(data)[0]
    (added,) = add(library, data)
    assert added.status == "imported"
    assert added.run_ids == ("2025-01-01-0730",)
    run = library.run("2025-01-01-0730")
    got = run.chosen
    assert run.recordings == (got,)
    assert got.recording_id == f"{sha256_of(data)[:16]}-0"
    assert got.run == replace(recording.run, run_id="2025-01-01-0730")
    assert got.run.started_at_utc.utcoffset() == timedelta(0)
    assert got.laps == recording.laps
    assert got.pauses == recording.pauses
    assert got.issues == recording.issues
    assert got.developer_fields == recording.developer_fields
    assert got.measures.estimates == measures.estimates
    assert got.measures.dropped == measures.dropped
    assert got.measures.usable_s == measures.usable_s
    assert got.measures.blocks.dtype == BLOCK_DTYPE
    assert got.measures.blocks.tobytes() == measures.blocks.tobytes()
    assert_frame_equal(library.samples(got.recording_id), recording.samples)
    assert got.rows == recording.samples.height
    assert got.file_name == "0.fit"


def test_nan_stays_nan(library: Library) -> None:
    data = toy_file()
    prepared = toy_prepare(library.root, data)
    recording = prepared.recordings[0]
    nan = float("nan")
    gct = replace(recording.measures.estimates["gct_ms"], se=nan, low=nan, high=nan)
    measures = replace(recording.measures, estimates={"gct_ms": gct}, usable_share=nan)
    prepared = replace(prepared, recordings=(replace(recording, measures=measures),))
    library.add([prepared], imported_at_utc=NOW)
    got = library.run("2025-01-01-0730").chosen.measures
    assert got.estimates["gct_ms"].value == gct.value
    assert np.isnan(
        [got.estimates["gct_ms"].se, got.estimates["gct_ms"].high, got.usable_share]
    ).all()
    assert library.runs()["gct_ms_se"].to_list() == [None]


def test_the_same_file_twice_is_a_no_op(library: Library, tmp_path: Path) -> None:
    files = [toy_file(), toy_file(FIRST + timedelta(days=1), sessions=2)]
    first = add(library, *files)
    library.export(tmp_path / "once")
    again = add(library, *files)
    in_one_batch = add(library, files[0], files[0])
    library.export(tmp_path / "twice")
    assert [a.status for a in again + in_one_batch] == ["already_there"] * 4
    assert [a.run_ids for a in again] == [a.run_ids for a in first]
    assert contents(tmp_path / "once") == contents(tmp_path / "twice")


def test_a_file_twice_in_its_first_batch_is_one(library: Library) -> None:
    assert [a.status for a in add(library, toy_file(), toy_file())] == ["imported", "already_there"]
    assert library.runs().height == 1


def test_has_file_wants_the_files_too(library: Library) -> None:
    data = toy_file()
    sha = sha256_of(data)
    assert not library.has_file(sha)
    add(library, data)
    assert library.has_file(sha)
    assert library.stored_files() == {sha}
    raw = layout.raw_path(library.root, sha, "fit")
    raw.write_bytes(data[:5])
    assert not library.has_file(sha), "a short raw file is mended by importing again"
    assert [a.status for a in add(library, data)] == ["already_there"]
    assert raw.read_bytes() == data
    samples = next((library.root / "samples").rglob("*.parquet"))
    samples.write_bytes(b"")
    assert not library.has_file(sha)
    add(library, data)
    assert library.has_file(sha)
    assert [f for f in library.check() if f.severity == "damage"] == []


def test_other_samples_of_a_known_file_replace_the_old(library: Library) -> None:
    data = toy_file()
    add(library, data)
    (added,) = library.add([toy_prepare(library.root, data, rows=50)], imported_at_utc=NOW)
    assert added.status == "mended"
    assert added.run_ids == ("2025-01-01-0730",)
    assert library.run("2025-01-01-0730").chosen.rows == 50


def test_two_devices_on_one_run_are_one_run(library: Library) -> None:
    pod = toy_file(serial="1", balance=49.0, usable=1700)
    watch = toy_file(FIRST + timedelta(seconds=40), serial="2", balance=50.5, usable=1750)
    results = add(library, pod, watch)
    assert {r.run_ids for r in results} == {("2025-01-01-0730",)}
    run = library.run("2025-01-01-0730")
    assert len(run.recordings) == 2
    assert run.chosen.sha256 == sha256_of(watch), "the more usable balance speaks"
    assert library.runs()["recordings"].to_list() == [2]


@pytest.mark.parametrize(
    ("offset_s", "duration", "runs"),
    [
        (0, 1800.0, 1),
        (300, 1800.0, 1),  # 1500 of 1800 s in common
        (420, 1800.0, 2),  # 1380 of 1800 s: 77 %
        (1500, 300.0, 1),  # the shorter lies wholly in the longer
        (1741, 300.0, 2),
        (1800, 1800.0, 2),  # [start, end): back to back
        (86_400, 1800.0, 2),
    ],
)
def test_overlap_decides(library: Library, offset_s: int, duration: float, runs: int) -> None:
    a = toy_file(serial="1")
    b = toy_file(FIRST + timedelta(seconds=offset_s), duration=duration, serial="2")
    add(library, a)
    add(library, b)
    assert library.runs().height == runs
    # and the other way round, in one batch
    with open_library(library.root.with_name("reversed")) as other:
        add(other, b, a)
        assert other.runs().height == runs


@pytest.mark.parametrize(
    ("speed", "serial", "runs"),
    [
        (2.75, "2", 1),  # 8 % slower: two watches measure one way differently
        (3.3, "2", 1),
        (2.6, "2", 2),  # 13 % slower: somebody else was running too
        (3.5, "2", 2),
        (0.0, "2", 1),  # no distance was recorded
        (2.0, "1", 1),  # the same device cannot have been on two runs
    ],
)
def test_two_people_at_one_time_are_two_runs(
    library: Library, speed: float, serial: str, runs: int
) -> None:
    a = toy_file(serial="1", speed=3.0)
    b = toy_file(FIRST + timedelta(seconds=5), serial=serial, speed=speed)
    add(library, a)
    add(library, b)
    assert library.runs().height == runs
    with open_library(library.root.with_name("reversed")) as other:
        add(other, b, a)
        assert other.runs().height == runs


def test_joining_the_run_of_another_device_is_told_once(library: Library) -> None:
    first = toy_file(serial="1")
    other = toy_file(FIRST + timedelta(seconds=5), serial="2")
    exported_again = toy_file(serial="1", comment="again", product="fr255")
    elsewhere = toy_file(FIRST + timedelta(days=1), serial="2")
    results = add(library, first, other, other, elsewhere)
    assert [r.joined for r in results] == [0, 1, 0, 0]
    assert [r.joined for r in add(library, first, other)] == [0, 0]
    with open_library(library.root.with_name("second")) as second:
        assert [r.joined for r in add(second, first, exported_again)] == [0, 0]


def test_the_runs_of_files_are_told(library: Library) -> None:
    two, one = toy_file(sessions=2), toy_file(FIRST + timedelta(days=1))
    add(library, two, one)
    known = {
        sha256_of(two): ("2025-01-01-0730", "2025-01-01-0830"),
        sha256_of(one): ("2025-01-02-0730",),
    }
    many = [f"{k:064}" for k in range(600)]
    assert library.runs_of_files([*known, many[0]]) == known
    assert library.runs_of_files([*known, *many]) == known
    assert library.runs_of_files([]) == {}


def test_the_sessions_of_one_file_are_runs_of_their_own(library: Library) -> None:
    (added,) = add(library, toy_file(duration=3600.0, sessions=2))
    assert added.run_ids == ("2025-01-01-0730", "2025-01-01-0830")


def test_a_file_that_holds_its_run_twice_is_one_run(library: Library) -> None:
    (added,) = add(library, toy_file(sessions=2, apart_h=0.0))  # chained files do that
    assert added.run_ids == ("2025-01-01-0730",)
    assert len(library.run("2025-01-01-0730").recordings) == 2


def test_the_same_recording_exported_again_is_the_same_run(library: Library) -> None:
    add(library, toy_file(duration=0.0))
    (again,) = add(library, toy_file(duration=0.0, comment="exported again"))
    (other,) = add(library, toy_file(duration=0.0, serial="9"))
    assert again.run_ids == ("2025-01-01-0730",)
    assert len(library.run("2025-01-01-0730").chosen.measures.blocks) == 0
    assert other.run_ids == ("2025-01-01-0730-2",), "nothing in common but the second"


def test_a_third_recording_joins_the_run_it_shares_most_with(library: Library) -> None:
    early = toy_file(duration=1000.0, serial="1")
    late = toy_file(FIRST + timedelta(seconds=1050), duration=1000.0, serial="1", comment="2")
    whole = toy_file(FIRST + timedelta(seconds=100), duration=2000.0, serial="2")
    add(library, early, late)
    (added,) = add(library, whole)
    assert added.run_ids == ("2025-01-01-0747",)


def test_the_runner_decides_which_recording_speaks(library: Library) -> None:
    pod = toy_file(serial="1", product="fr255", usable=1700)
    watch = toy_file(FIRST + timedelta(seconds=4), serial="2", product="pace_pro", usable=1750)
    silent = toy_file(serial="3", product="fenix", balance=None, usable=1800)
    add(library, pod, watch, silent)
    run_id = "2025-01-01-0730"

    def speaks() -> str | None:
        chosen = library.run(run_id).chosen
        assert library.runs()["recording_id"].to_list() == [chosen.recording_id]
        return chosen.run.device.product

    assert speaks() == "pace_pro"
    library.set_setting("preferred_devices", ["nothing like it", "FR255"])
    assert speaks() == "fr255"
    library.set_setting("preferred_devices", ["fenix"])
    assert speaks() == "pace_pro", "a device without balance does not silence one that has it"
    library.prefer(run_id, f"{sha256_of(silent)[:16]}-0")
    assert speaks() == "fenix"
    library.prefer(run_id, None)
    assert speaks() == "pace_pro"
    with pytest.raises(InputError, match="has no recording"):
        library.prefer(run_id, "0" * 16 + "-0")
    with pytest.raises(UnknownRunError):
        library.prefer("2020-01-01-0000", None)


def test_a_batch_is_added_wholly_or_not_at_all(library: Library) -> None:
    good = toy_prepare(library.root, toy_file())
    bad = toy_prepare(library.root, toy_file(FIRST + timedelta(days=1)), "lost.fit")
    layout.raw_path(library.root, bad.sha256, "fit").unlink()
    with pytest.raises(StorageError, match=r"lost\.fit was not added"):
        library.add([good, bad], imported_at_utc=NOW)
    assert library.runs().height == 0
    assert library.stored_files() == frozenset()


def test_times_keep_their_moment(library: Library) -> None:
    there = timezone(timedelta(hours=-7))
    data = toy_file(datetime(2025, 6, 1, 20, 0, tzinfo=there), offset=-25_200)
    (added,) = add(library, data)
    assert added.run_ids == ("2025-06-01-2000",)
    assert library.resolve("2025-06-01") == "2025-06-01-2000"
    with pytest.raises(ValueError, match="without a zone"):
        library.add(
            [toy_prepare(library.root, toy_file())],
            imported_at_utc=datetime(2026, 1, 1),  # noqa: DTZ001 # that is the point
        )


def test_batches_do_not_matter(tmp_path: Path) -> None:
    files = history(40)
    for size in (1, 7, 64):
        import_all(tmp_path / f"lib{size}", files, batch=size)
        with open_library(tmp_path / f"lib{size}") as library:
            library.export(tmp_path / f"out{size}")
    one = contents(tmp_path / "out1")
    assert len(one) > 40
    assert one == contents(tmp_path / "out7") == contents(tmp_path / "out64")
