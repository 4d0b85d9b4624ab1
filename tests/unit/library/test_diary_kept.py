"""The diary: every version kept, two writers never mixed, deleted with all its bytes."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import library_toy
import pytest
from library_toy import COMPLAINT, NOW, TODAY, contents, history, import_all, toy_entries
from library_toy import toy_recompute as recompute
from test_library_typed import ODD

from evenstride.domain.diary import KINDS, Complaint, Day, HeelWear, Injury, Measured, Written
from evenstride.domain.diary_json import from_json
from evenstride.domain.errors import (
    EvenstrideError,
    InputError,
    LibraryCorruptError,
    UnknownEntryError,
    UnknownRunError,
)
from evenstride.library import New, open_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from evenstride.domain.diary import Entry
    from evenstride.library import Library

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    import_all(tmp_path / "lib", history(4))
    with open_library(tmp_path / "lib") as opened:
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "empty") as opened:
        yield opened


def write(library: Library, entry_id: str, value: Entry, seen: int = 0) -> int:
    (version,) = library.write_entries([New(entry_id, value, seen)], written_at_utc=NOW)
    return version


def sql(library: Library, statement: str, *values: Any) -> None:
    """Write as any other program could."""
    with closing(sqlite3.connect(library.root / "library.sqlite")) as connection:
        connection.execute(statement, values)
        connection.commit()


def on_disk(library: Library) -> bytes:
    return b"".join(p.read_bytes() for p in library.root.rglob("*") if p.is_file())


# -- writing and reading ---------------------------------------------------------------------------


def test_an_entry_of_every_kind_comes_back_as_it_was(library: Library) -> None:
    entries = toy_entries(library.runs(())["run_id"][0])
    assert {type(value) for value in entries.values()} == set(KINDS.values())
    assert library.write_entries(
        [New(name, value) for name, value in entries.items()], written_at_utc=NOW
    ) == (1,) * len(entries)
    for name, value in entries.items():
        kept = Written(name, 1, NOW, value)
        assert library.entries(type(value)) == {name: kept}
        assert library.entry(type(value), name) == kept
        assert library.entry_history(type(value), name) == (kept,)
    assert library.check() == []


def test_a_correction_is_one_more_version_in_its_place(empty: Library) -> None:
    write(empty, "zz", COMPLAINT)
    write(empty, "aa", COMPLAINT)
    corrected = replace(COMPLAINT, level=7, note="The other shoe.")
    assert empty.write_entries([New("zz", corrected, 1)], written_at_utc=LATER) == (2,)
    assert list(empty.entries(Complaint).items()) == [
        ("zz", Written("zz", 2, LATER, corrected)),
        ("aa", Written("aa", 1, NOW, COMPLAINT)),
    ]
    history = empty.entry_history(Complaint, "zz")
    assert history == (Written("zz", 1, NOW, COMPLAINT), Written("zz", 2, LATER, corrected))
    assert empty.entry(Complaint, "zz") == history[-1]


def test_who_has_not_seen_the_last_version_changes_nothing(empty: Library) -> None:
    write(empty, "a", Day(TODAY))
    write(empty, "a", Day(TODAY, note="from the phone"), 1)
    for seen in (0, 1, 3):
        with pytest.raises(InputError, match="changed in the meantime; look again"):
            write(empty, "a", Day(TODAY, note="from the desk"), seen)
    assert empty.entry(Day, "a").value.note == "from the phone"
    empty.delete_entry(Day, "a")
    with pytest.raises(InputError, match="deleted in the meantime"):
        write(empty, "a", Day(TODAY, note="from the desk"), 2)
    assert empty.entries(Day) == {}


def test_the_same_again_is_not_written_again(empty: Library) -> None:
    day = Day(TODAY, sat_h=9.0)
    assert write(empty, "a", day) == 1
    assert write(empty, "a", day) == 1
    assert write(empty, "a", replace(day, sat_h=9), 5) == 1  # spelled otherwise
    assert write(empty, "a", replace(day, sat_h=8.0), 1) == 2
    assert write(empty, "a", day, 2) == 3  # back again is a change
    assert [w.value.sat_h for w in empty.entry_history(Day, "a")] == [9.0, 8.0, 9.0]


def test_all_or_none(library: Library) -> None:
    write(library, "there", Day(TODAY))
    run = library.runs(())["run_id"][0]
    bad: list[tuple[New, type[EvenstrideError], str]] = [
        (New("there", COMPLAINT, 1), InputError, "it is a day already, no complaint"),
        (New("there", Day(TODAY, note="x")), InputError, "in the meantime"),
        (New("b", replace(COMPLAINT, run_id="1999-01-01-0000")), UnknownRunError, "no run 1999"),
        (New("b", Day(TODAY, "1999-01-01-0000")), UnknownRunError, "no run 1999"),
        (
            New("b", replace(COMPLAINT, level=11)),
            InputError,
            "complaint .* its level must be .* 10",
        ),
        (New("b", replace(COMPLAINT, region="elbow")), InputError, "region of the body map"),
        (New("a b", COMPLAINT), InputError, "An entry's name has up to 80 letters"),
    ]
    for new, error, match in bad:
        with pytest.raises(error, match=match) as caught:
            library.write_entries([New("a", Day(TODAY, run)), new], written_at_utc=NOW)
        str(caught.value).encode()
    with pytest.raises(ValueError, match="without a zone"):
        library.write_entries([New("a", Day(TODAY))], written_at_utc=datetime(2026, 1, 1))  # noqa: DTZ001
    assert list(library.entries(Day)) == ["there"]
    assert library.entries(Complaint) == {}


@pytest.mark.parametrize(
    "name", ["", "a/b", "..", "-a", "a-", "a--b", "ü", "a\n", "x" * 200, "\ud800"]
)
def test_an_id_that_cannot_stand_in_an_address_is_refused(empty: Library, name: str) -> None:
    with pytest.raises(InputError, match="An entry's name") as caught:
        write(empty, name, COMPLAINT)
    str(caught.value).encode()
    assert empty.entries(Complaint) == {}


@pytest.mark.parametrize("text", [text for text in ODD if len(text) <= 2_000])
def test_any_text_comes_back_as_it_was(empty: Library, tmp_path: Path, text: str) -> None:
    injury = Injury(TODAY, "ankle", COMPLAINT.side, name=text, cause=text, note=text)
    write(empty, "i", injury)
    assert empty.entry(Injury, "i").value == injury
    assert empty.check() == []
    empty.export(tmp_path / "out")
    with (tmp_path / "out" / "diary_injury.csv").open(newline="", encoding="utf-8") as stream:
        assert list(csv.DictReader(stream))[0]["note"] == text  # noqa: RUF015 # there is one


def test_half_a_character_becomes_a_mark(empty: Library) -> None:
    write(empty, "d", Day(TODAY, done=("a\ud800",), note="\udfff"))
    value = empty.entry(Day, "d").value
    assert (value.done, value.note) == (("a\ufffd",), "\ufffd")


@pytest.mark.parametrize("asked", ["morning-2", "MORNING-1", "???", "\ud800" * 5000])
def test_an_unknown_entry_names_the_nearest(empty: Library, asked: str) -> None:
    with pytest.raises(UnknownEntryError, match=r"no complaint .*none is written yet"):
        empty.entry(Complaint, asked)
    write(empty, "morning-1", COMPLAINT)
    write(empty, "day-1", Day(TODAY))
    near = "did you mean morning-1?" if "2" in asked else "morning-1"
    for ask in (empty.entry, empty.entry_history, empty.delete_entry):
        with pytest.raises(UnknownEntryError, match="There is no complaint") as caught:
            ask(Complaint, asked)
        assert near in str(caught.value)
        assert len(str(caught.value)) < 200
        str(caught.value).encode()
    with pytest.raises(UnknownEntryError):  # of another kind
        empty.entry(Day, "morning-1")
    assert len(empty.entries(Complaint)) == 1


def test_another_open_library_sees_it_at_once(empty: Library) -> None:
    with open_library(empty.root) as other:
        assert other.entries(Day) == {}
        write(empty, "a", Day(TODAY))
        assert list(other.entries(Day)) == ["a"]
        other.delete_entry(Day, "a")
        assert empty.entries(Day) == {}


def test_what_is_given_can_be_changed_without_harm(empty: Library) -> None:
    write(empty, "a", Day(TODAY))
    empty.entries(Day).clear()
    assert list(empty.entries(Day)) == ["a"]


def test_two_who_correct_at_once_lose_nothing(empty: Library) -> None:
    """Of two corrections of one version, one is refused, whoever came first."""
    write(empty, "a", Day(TODAY))
    rounds = 8
    together = threading.Barrier(2)
    refused: list[str] = []

    def correct(who: str) -> None:
        with open_library(empty.root) as mine:
            for k in range(rounds):
                together.wait()
                try:
                    write(mine, "a", Day(TODAY, note=f"{who} {k}"), k + 1)
                except InputError as error:
                    refused.append(str(error))
                together.wait()

    threads = [threading.Thread(target=correct, args=(who,)) for who in ("desk", "phone")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(refused) == rounds
    assert len(empty.entry_history(Day, "a")) == 1 + rounds
    assert empty.check() == []


def test_two_processes_write_at_once_and_lose_nothing(empty: Library) -> None:
    command = [sys.executable, str(library_toy.__file__), "notes", str(empty.root)]
    processes = [
        subprocess.Popen([*command, f"{who}:40"], stdout=subprocess.DEVNULL) for who in "ab"
    ]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    days = empty.entries(Day)
    assert set(days) == {f"{who}-{k}" for who in "ab" for k in range(40)}
    assert days["b-7"].value.note == "b 7"
    assert empty.check() == []


# -- deleting --------------------------------------------------------------------------------------


def test_deleted_is_deleted_to_the_last_byte(empty: Library) -> None:
    """Whatever lay beside it on its pages, and however they were split before."""
    rng = random.Random(5)
    lengths = (0, 40, 300, 900, 1_900)
    live: dict[str, str] = {}
    for k in range(400):
        name, mark = f"{rng.getrandbits(60):015x}", f"SECRET{k:05}"
        note = f"{mark}{'x' * rng.choice(lengths)}{mark}"
        write(empty, name, Day(TODAY, note=note))
        if k % 3 == 0:
            write(empty, name, Day(TODAY, note=note[::-1]), 1)
        live[name] = mark
        if k % 12 == 0:
            gone = rng.choice(list(live))
            mark = live.pop(gone)
            empty.delete_entry(Day, gone)
            left = on_disk(empty)
            assert gone.encode() not in left
            assert mark.encode() not in left
            assert mark[::-1].encode() not in left
    days = empty.entries(Day)
    assert {name: days[name].value.note[:11] for name in days if days[name].version == 1} == {
        name: mark for name, mark in live.items() if days[name].version == 1
    }
    assert set(days) == set(live)
    assert empty.check() == []


def test_deleting_takes_all_versions_and_nothing_else(library: Library, tmp_path: Path) -> None:
    entries = toy_entries(library.runs(())["run_id"][0])
    library.write_entries([New(*one) for one in entries.items()], written_at_utc=NOW)
    library.export(tmp_path / "before")
    write(library, "extra", Day(TODAY))
    write(library, "extra", Day(TODAY, note="corrected"), 1)
    library.delete_entry(Day, "extra")
    library.export(tmp_path / "after")
    assert contents(tmp_path / "before") == contents(tmp_path / "after")
    assert write(library, "extra", Day(TODAY)) == 1


def test_who_reads_meanwhile_does_not_keep_it(empty: Library) -> None:
    write(empty, "a", Day(TODAY, note="SECRET"))
    with closing(sqlite3.connect(empty.root / "library.sqlite")) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM entries").fetchone() == (1,)
        empty.delete_entry(Day, "a")
        assert empty.entries(Day) == {}
    write(empty, "b", Day(TODAY))
    empty.delete_entry(Day, "b")
    assert b"SECRET" not in on_disk(empty)


# -- kept by all that is done to the rest ----------------------------------------------------------


def test_a_rebuild_and_a_backup_keep_every_version(library: Library, tmp_path: Path) -> None:
    entries = toy_entries(library.runs(())["run_id"][0])
    library.write_entries([New(*one) for one in entries.items()], written_at_utc=NOW)
    corrected = replace(entries["c1"], level=0)
    library.write_entries([New("c1", corrected, 1)], written_at_utc=LATER)
    library.rebuild(recompute(library.root))
    library.backup(tmp_path / "backup")
    with open_library(tmp_path / "backup") as other:
        for kept in (library, other):
            assert [w.value for w in kept.entry_history(Complaint, "c1")] == [
                entries["c1"],
                corrected,
            ]
            for name, value in entries.items():
                if name != "c1":
                    assert kept.entry(type(value), name).value == value


def test_an_export_holds_every_version_and_can_be_read_back(
    library: Library, empty: Library, tmp_path: Path
) -> None:
    run = library.runs(())["run_id"][0]
    entries = toy_entries(run)
    library.write_entries([New(*one) for one in entries.items()], written_at_utc=NOW)
    wear = HeelWear("Ghost 15", date(2026, 3, 5), 2, 2)
    library.write_entries([New("w1", wear, 1)], written_at_utc=LATER)
    library.export(tmp_path / "out")
    whole = json.loads((tmp_path / "out" / "entries.json").read_text(encoding="utf-8"))
    back = {
        one["entry_id"]: tuple(
            Written(
                one["entry_id"],
                version["version"],
                datetime.fromisoformat(version["written_at_utc"]).astimezone(UTC),
                from_json(KINDS[one["kind"]], version["value"]),
            )
            for version in one["versions"]
        )
        for one in whole
    }
    assert list(back) == list(entries)
    for name, value in entries.items():
        assert back[name] == library.entry_history(type(value), name)
    with (tmp_path / "out" / "diary_heel_wear.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["entry_id"], row["version"], row["on_date"]) == ("w1", "2", "2026-03-05")
    with (tmp_path / "out" / "diary_measured.csv").open(encoding="utf-8") as stream:
        (row,) = csv.DictReader(stream)
    assert json.loads(row["left"]) == list(entries["m1"].left)
    empty.export(tmp_path / "nothing")
    assert (tmp_path / "nothing" / "entries.json").read_text() == "[]\n"


# -- damage ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (
            "UPDATE entries SET value = '{' WHERE entry_id = 'm1'",
            "Entry m1 of the diary is damaged",
        ),
        ("UPDATE entries SET value = '[1]' WHERE entry_id = 'm1'", "Entry m1 .* is damaged"),
        ("UPDATE entries SET version = 3 WHERE entry_id = 'm1'", "version of entry m1 .* missing"),
        ("UPDATE entries SET value = x'ff' WHERE entry_id = 'm1'", "damaged"),
        ("UPDATE entries SET written_at_utc = 'x' WHERE entry_id = 'm1'", "damaged"),
        ("UPDATE entries SET written_at_utc = 1e30 WHERE entry_id = 'm1'", "damaged"),
    ],
)
def test_a_damaged_entry_is_named(library: Library, statement: str, says: str) -> None:
    entries = toy_entries(None)
    library.write_entries([New(*one) for one in entries.items()], written_at_utc=NOW)
    sql(library, statement)
    with pytest.raises(LibraryCorruptError, match=f"{says}.*; restore a backup"):
        library.entry(Measured, "m1")
    (finding,) = library.check()
    assert (finding.severity, finding.code, finding.where) == ("damage", "entry_damaged", "m1")
    assert library.entries(Measured) == {}
    for name, value in entries.items():  # the others do not suffer
        assert name == "m1" or library.entries(type(value))[name].value == value
    (unread,) = library.unread_entries()
    assert (unread.entry_id, unread.kind) == ("m1", "measured")
    (version,) = library.entry_versions("m1")
    assert (version.value is None) == ("version" not in statement)
    before = on_disk(library)
    library.unread_entries()
    assert on_disk(library) == before, "reading rewrites nothing"
    with pytest.raises(InputError, match=r"in the meantime|cannot be read"):
        write(library, "m1", replace(entries["m1"], note="over it"))
    library.delete_entry(Measured, "m1")
    assert library.check() == []
    assert library.unread_entries() == ()


def test_what_cannot_be_read_stays_in_the_export_and_is_deleted_to_the_last_byte(
    library: Library, tmp_path: Path
) -> None:
    write(library, "whole", Day(TODAY, note="whole"))
    for name, value in (
        ("cut", '\'{"note":"half of it\''),
        ("bytes", "x'68616c66ff'"),
        ("no-text", "CAST(x'68616c66fe' AS TEXT)"),
    ):
        write(library, name, Day(TODAY))
        sql(library, f"UPDATE entries SET value = {value} WHERE entry_id = '{name}'")
    sql(library, "UPDATE entries SET written_at_utc = 'noon' WHERE entry_id = 'bytes'")
    assert list(library.entries(Day)) == ["whole"]
    assert [one.entry_id for one in library.unread_entries()] == ["cut", "bytes", "no-text"]
    library.export(tmp_path / "out")
    every = json.loads((tmp_path / "out" / "entries.json").read_text(encoding="utf-8"))
    lies = {one["entry_id"]: one["versions"][0] for one in every}
    assert lies["cut"]["value"] == '{"note":"half of it'
    assert (lies["bytes"]["value"], lies["bytes"]["written_at_utc"]) == (r"half\xff", "noon")
    assert lies["no-text"]["value"] == r"half\xfe"
    for name in ("cut", "bytes", "no-text"):
        library.delete_entry(None, name)
    assert b"half" not in on_disk(library)
    assert library.entry(Day, "whole").value.note == "whole"
    assert library.check() == []


def test_a_day_of_what_cannot_be_read_is_told_where_it_is_known(empty: Library) -> None:
    """A region and a kind of another edition of the program."""
    for name in ("a", "b"):
        write(empty, name, COMPLAINT)
    region = f'"{COMPLAINT.region}"'
    sql(empty, "UPDATE entries SET value = replace(value, ?, '\"tail\"') WHERE id = 1", region)
    sql(empty, "UPDATE entries SET kind = 'dream' WHERE id = 2")
    told = [(u.entry_id, u.kind, u.on_date, u.written_at_utc) for u in empty.unread_entries()]
    day = COMPLAINT.on_date
    assert told == [("a", "complaint", day, NOW), ("b", "dream", day, NOW)]


def test_an_old_version_that_is_damaged_hides_no_new_one(empty: Library) -> None:
    write(empty, "a", Day(TODAY, note="first"))
    write(empty, "a", Day(TODAY, note="second"), 1)
    sql(empty, "UPDATE entries SET value = '{' WHERE version = 1")
    assert empty.entries(Day)["a"].value.note == "second"
    assert empty.entry(Day, "a").value.note == "second"
    assert [one.value is None for one in empty.entry_versions("a")] == [True, False]
    assert empty.unread_entries() == ()
    assert [finding.where for finding in empty.check()] == ["a"]


@pytest.mark.parametrize("kind", ["complaint", "dream"])
def test_a_version_of_another_kind_is_noticed(library: Library, kind: str) -> None:
    write(library, "a", Day(TODAY))
    sql(
        library,
        "INSERT INTO entries (entry_id, version, kind, written_at_utc, value)"
        f" VALUES ('a', 2, '{kind}', 0, '{{}}')",
    )
    assert {finding.where for finding in library.check()} == {"a"}
    assert [one.entry_id for one in library.unread_entries()] == ["a"]
    assert library.entries(Day) == {}
