"""Between answers: who sees that something changed, what is remembered, and fits that are kept."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import library_toy
import polars as pl
import pytest
from library_toy import FIRST, NOW, history, import_all, toy_file, toy_prepare, toy_recompute
from polars.testing import assert_frame_equal

from evenstride.domain.errors import StorageError
from evenstride.library import Annotation, layout, open_library
from evenstride.library.remembered import Remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from evenstride.library import Library


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    import_all(tmp_path / "lib", history(6))
    with open_library(tmp_path / "lib") as opened:
        yield opened


def run_id(library: Library) -> str:
    found: str = library.runs(())["run_id"][0]
    return found


CHANGES: list[Callable[[Library], object]] = [
    lambda lib: lib.set_setting("mass_kg", 70),
    lambda lib: lib.annotate([run_id(lib)], title="x"),
    lambda lib: lib.write_note("tried", "x", written_at_utc=NOW),
    lambda lib: lib.pair_phone("a", "x", paired_at_utc=NOW, expires_at_utc=NOW),
    lambda lib: lib.prefer(run_id(lib), lib.run(run_id(lib)).chosen.recording_id),
    lambda lib: lib.add(
        [toy_prepare(lib.root, toy_file(FIRST.replace(year=2020)))], imported_at_utc=NOW
    ),
    lambda lib: lib.rebuild(toy_recompute(lib.root, rows=50)),
]


@pytest.mark.parametrize("change", CHANGES)
def test_its_own_changes_are_seen(library: Library, change: Callable[[Library], object]) -> None:
    before = library.state()
    assert library.state() == before
    change(library)
    after = library.state()
    assert after > before
    assert library.state() == after


def test_reading_and_keeping_fits_is_no_change(library: Library) -> None:
    before = library.state()
    library.runs()
    library.series("gct_ms")
    library.check()
    library.store_fit("a", "b", b"c")
    library.annotations()
    with pytest.raises(KeyError, match="x"), library.engine.begin():
        raise KeyError("x")
    assert library.state() == before


def test_changes_of_another_connection_are_seen_when_they_are_committed(library: Library) -> None:
    before = library.state()
    with closing(sqlite3.connect(library.root / "library.sqlite")) as other:
        other.execute("INSERT INTO settings VALUES ('mass_kg', '70')")
        assert library.state() == before, "half a change is none"
        other.commit()
        assert library.state() > before
        assert library.settings() == {"mass_kg": 70}


def test_changes_of_another_process_are_seen_and_read(library: Library) -> None:
    run = run_id(library)
    before = library.state()
    assert library.annotations() == {}
    script = Path(library_toy.__file__)
    command = [sys.executable, str(script), "tag", str(library.root), "there:2"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert library.state() > before
    assert library.annotations()[run] == Annotation(tags=("there:2-0", "there:2-1"))


def test_every_thread_may_ask(library: Library) -> None:
    seen: list[int] = []

    def ask() -> None:
        seen.extend(library.state() for _ in range(200))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [seen[0]] * 1600


def test_a_library_opened_again_does_not_repeat_itself(library: Library) -> None:
    seen = [library.state()]
    for _ in range(3):
        library.close()
        library.set_setting("x", len(seen))
        seen.append(library.state())
    assert seen == sorted(set(seen))


def test_a_lost_database_is_said_plainly(library: Library) -> None:
    library.close()
    library.root.rename(library.root.with_name("moved"))
    with pytest.raises(StorageError):
        library.state()


def test_what_is_read_again_is_the_same_and_nobodys_to_spoil(library: Library) -> None:
    library.annotate([run_id(library)], title="x")
    frame, series, noted = library.runs(["gct_ms"]), library.series("gct_ms"), library.annotations()
    runs, gct, annotations = frame.clone(), series.clone(), dict(noted)
    frame.insert_column(0, pl.Series("mine", [1] * frame.height))
    frame[0, "run_id"] = "spoilt"
    series[0, "value"] = 0.0
    noted.clear()
    assert_frame_equal(library.runs(["gct_ms"]), runs)
    assert_frame_equal(library.series("gct_ms"), gct)
    assert library.annotations() == annotations


def test_what_is_read_is_of_now(library: Library) -> None:
    """Every way in which the lists may change is seen by the next reading."""
    run = run_id(library)
    height = library.runs(["gct_ms"]).height
    assert library.series("gct_ms").height == height
    library.add(
        [toy_prepare(library.root, toy_file(FIRST.replace(year=2020)))], imported_at_utc=NOW
    )
    assert library.runs(["gct_ms"]).height == height + 1
    assert library.series("gct_ms").height == height + 1
    assert library.resolve("2020-01-01") == "2020-01-01-0730"
    with closing(sqlite3.connect(library.root / "library.sqlite")) as other:
        other.execute("UPDATE measures SET value = 1.0 WHERE name = 'gct_ms'")
        other.commit()
    assert set(library.runs(["gct_ms"])["gct_ms"]) == {1.0}
    assert set(library.series("gct_ms")["value"]) == {1.0}
    library.annotate([run], title="x")
    assert library.annotations()[run].title == "x"


def test_series_together_are_the_series_apart(library: Library) -> None:
    names = ["gct_ms", "balance_left_pct", "no_such_measure", "gct_ms"]
    together = library.series_of(iter(names))
    assert list(together) == names[:3]
    for name, frame in together.items():
        assert_frame_equal(frame, library.series(name))
    assert library.series_of([]) == {}


def test_a_reading_overtaken_by_a_change_is_not_remembered_as_newer() -> None:
    state = 1
    remembered = Remembered(lambda: state)

    def overtaken() -> str:
        nonlocal state
        state = 2  # somebody commits while we read
        return "old"

    assert remembered.get("a", overtaken) == "old"
    assert remembered.get("a", lambda: "new") == "new"
    assert remembered.get("a", lambda: "newer") == "new"
    state = 1  # a thread that asked before, and comes late
    assert remembered.get("a", lambda: "late") == "late"
    state = 2
    assert remembered.get("a", lambda: "newer") == "new"


def test_only_so_much_is_remembered() -> None:
    remembered = Remembered(lambda: 1)
    for number in range(40):
        remembered.get(number, lambda: "first")
    assert remembered.get(39, lambda: "again") == "first"
    assert remembered.get(0, lambda: "again") == "again"
    remembered.forget()
    assert remembered.get(39, lambda: "again") == "again"


# -- fits ----------------------------------------------------------------------------------------


def place(library: Library, slot: str) -> Path:
    return layout.fit_path(library.root, slot)


@pytest.mark.parametrize("data", [b"", b"\n", b"\0\n\xff" * 1000, bytes(1 << 20)])
def test_a_fit_comes_back_to_those_who_ask_with_its_digest(library: Library, data: bytes) -> None:
    assert library.stored_fit("gct_ms-90.0", "d1") is None
    assert library.store_fit("gct_ms-90.0", "d1", data) is True
    assert library.stored_fit("gct_ms-90.0", "d1") == data
    assert library.stored_fit("gct_ms-90.0", "d2") is None
    assert library.stored_fit("gct_ms-90", "d1") is None
    assert library.store_fit("gct_ms-90.0", "d2", b"other")
    assert library.stored_fit("gct_ms-90.0", "d1") is None
    assert library.stored_fit("gct_ms-90.0", "d2") == b"other"


def test_a_damaged_fit_is_none(library: Library) -> None:
    data = bytes(range(256)) * 8
    library.store_fit("a", "d", data)
    whole = place(library, "a").read_bytes()
    for cut in (0, 1, 10, len(whole) // 2, len(whole) - 1):
        place(library, "a").write_bytes(whole[:cut])
        assert library.stored_fit("a", "d") is None
    for at in range(0, len(whole), 97):
        flipped = bytearray(whole)
        flipped[at] ^= 1
        place(library, "a").write_bytes(flipped)
        assert library.stored_fit("a", "d") is None
    place(library, "a").write_bytes(bytes(len(whole)))
    assert library.stored_fit("a", "d") is None
    place(library, "a").write_bytes(whole)
    assert library.stored_fit("a", "d") == data


@pytest.mark.parametrize("slot", ["", "..", ".hidden", "a/b", "a\\b", "a\0", "ä", "a" * 101, "a\n"])
def test_a_slot_is_a_plain_name(library: Library, slot: str) -> None:
    with pytest.raises(ValueError, match="cannot name a file"):
        library.store_fit(slot, "d", b"")
    with pytest.raises(ValueError, match="cannot name a file"):
        library.stored_fit(slot, "d")


def test_the_slots_written_longest_ago_go(library: Library) -> None:
    for number in range(32):
        library.store_fit(f"s{number}", "d", b"x")
        os.utime(place(library, f"s{number}"), (1000 + number, 1000 + number))
    library.store_fit("s0", "d", b"again")  # written last now
    library.store_fit("new", "d", b"y")
    assert len(list((library.root / "fits").iterdir())) == 32
    assert library.stored_fit("s1", "d") is None
    assert library.stored_fit("s2", "d") == b"x"
    assert library.stored_fit("s0", "d") == b"again"
    assert library.stored_fit("new", "d") == b"y"


def test_a_slot_just_written_never_goes(library: Library) -> None:
    for number in range(32):
        library.store_fit(f"s{number}", "d", b"x")
        os.utime(place(library, f"s{number}"), (2**33, 2**33))  # a clock that was ahead
    assert library.store_fit("new", "d", b"y")
    assert library.stored_fit("new", "d") == b"y"
    assert len(list((library.root / "fits").iterdir())) == 32


def test_where_nothing_can_be_kept_that_is_said_and_no_more(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.store_fit("a", "d", b"x")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        assert library.store_fit("a", "d", b"y") is False
    assert library.stored_fit("a", "d") == b"x"
    assert list((library.root / "tmp").iterdir()) == []
    place(library, "b").mkdir()
    assert library.store_fit("b", "d", b"y") is False
    assert library.stored_fit("b", "d") is None


def test_fits_are_nobodys_business(library: Library, tmp_path: Path) -> None:
    library.store_fit("a", "d", b"x")
    (library.root / "fits" / "half").write_bytes(b"")
    assert library.check() == []
    assert library.sweep() == 0
    library.backup(tmp_path / "backup")
    library.export(tmp_path / "out", raw=True)
    names = {path.name for folder in ("backup", "out") for path in (tmp_path / folder).rglob("*")}
    assert "fits" not in names
    assert "a.bin" not in names
    for path in (library.root / "fits").iterdir():
        path.unlink()
    (library.root / "fits").rmdir()
    assert library.stored_fit("a", "d") is None
    for name in ("library.sqlite", "raw", "samples", "copies"):
        assert name in layout.OWN_NAMES
    assert "fits" in layout.OWN_NAMES


def test_a_folder_that_holds_fits_only_becomes_a_library(tmp_path: Path) -> None:
    (tmp_path / "lib" / "fits").mkdir(parents=True)
    with open_library(tmp_path / "lib") as library:
        assert library.runs().height == 0


def test_two_who_keep_at_once_leave_one_whole(library: Library) -> None:
    def keep(letter: bytes) -> None:
        for _ in range(50):
            assert library.store_fit("a", letter.decode(), letter * 50_000)

    threads = [threading.Thread(target=keep, args=(letter,)) for letter in (b"p", b"q")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [library.stored_fit("a", letter) for letter in ("p", "q")]
    assert sorted(found, key=lambda data: data is None) in (
        [b"p" * 50_000, None],
        [b"q" * 50_000, None],
    )
