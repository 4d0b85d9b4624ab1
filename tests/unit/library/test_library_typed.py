"""What is typed: exact, whole, kept by all that is done to the rest; phones let in and out."""

from __future__ import annotations

import csv
import threading
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

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
from sqlalchemy.exc import IntegrityError

from evenstride.domain.errors import InputError, UnknownRunError
from evenstride.library import KEEP, Annotation, Note, Phone, Prepared, open_library

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evenstride.library import Library, StoredFile

ODD = (
    "zero \x00 in the middle",
    "\x00",
    "a\rb",
    "a\r\nb\n\nc",
    "he said \"left\", then; 'right'",
    "\u202eturned\u202c\u2066apart\u2069",
    "<script>alert(1)</script>",
    "=1+1",
    "\x1b[31mred\x07",
    "Größe 👟 e\u0301 \U0010ffff",
    "  spaces  ",
    "\ufeffmark",
    "'; DROP TABLE runs; --",
    "x" * 20_000,
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    import_all(tmp_path / "lib", history(14))
    with open_library(tmp_path / "lib") as opened:
        yield opened


def ids(library: Library) -> list[str]:
    return library.runs(())["run_id"].to_list()


def test_only_what_is_given_is_written(library: Library) -> None:
    first, second, *_ = ids(library)
    assert library.annotations() == {}
    assert library.annotation(first) == Annotation()
    library.annotate([first], title="Hills", is_race=True, add_tags=["wet", "cue"])
    assert library.annotations() == {
        first: Annotation(title="Hills", is_race=True, tags=("cue", "wet"))
    }
    library.annotate([first, second, first], shoes="Blue", add_tags=["cue"], title=KEEP)
    assert library.annotations() == {
        first: Annotation(title="Hills", shoes="Blue", is_race=True, tags=("cue", "wet")),
        second: Annotation(shoes="Blue", tags=("cue",)),
    }
    assert library.annotation(second) == library.annotations()[second]
    library.annotate([first], notes="Long.", is_race=False, remove_tags=["wet", "never there"])
    assert library.annotation(first) == Annotation("Hills", "Long.", "Blue", tags=("cue",))


@pytest.mark.parametrize("nothing", [None, ""])
def test_what_is_cleared_leaves_nothing(library: Library, nothing: str | None) -> None:
    run = ids(library)[0]
    library.annotate([run], title="a", notes="b", shoes="c", is_race=True, add_tags=["d"])
    library.annotate([run], title=nothing, notes=nothing, shoes=nothing, is_race=False)
    assert library.annotations() == {run: Annotation(tags=("d",))}
    library.annotate([run], remove_tags=["d"])
    assert library.annotations() == {}
    library.annotate([run], title=nothing)
    assert library.annotations() == {}
    library.annotate([run], is_race=True)
    assert library.annotations() == {run: Annotation(is_race=True)}


def test_a_tag_removed_and_added_at_once_is_there(library: Library) -> None:
    run = ids(library)[0]
    library.annotate([run], add_tags=["a", "b"])
    library.annotate([run], add_tags=["a", "c"], remove_tags=["a", "b"])
    assert library.annotation(run).tags == ("a", "c")


def test_misuse_changes_nothing(library: Library) -> None:
    run = ids(library)[0]
    library.annotate([run], title="before")
    before = library.annotations()
    with pytest.raises(UnknownRunError, match="There is no run 1999-01-01-0000"):
        library.annotate([run, "1999-01-01-0000"], title="after", add_tags=["x"])
    with pytest.raises(InputError, match="A tag cannot be empty"):
        library.annotate([run], title="after", add_tags=["x", ""])
    library.annotate([], title="after", add_tags=["x"])
    assert library.annotations() == before


@pytest.mark.parametrize("text", ODD)
def test_any_text_comes_back_as_it_was(library: Library, tmp_path: Path, text: str) -> None:
    run = ids(library)[0]
    library.annotate([run], title=text, notes=text, shoes=text, add_tags=[text, "b"])
    library.write_note(text, text, written_at_utc=NOW)
    phone = library.pair_phone("ab", text, paired_at_utc=NOW, expires_at_utc=NOW + timedelta(1))
    assert library.annotation(run) == Annotation(text, text, text, tags=tuple(sorted(["b", text])))
    assert library.notes() == {text: Note(text, NOW)}
    assert library.phones() == [Phone(phone, text, NOW, NOW + timedelta(1))]
    assert library.check() == []
    library.export(tmp_path / "out")
    assert table(tmp_path / "out" / "annotations.csv") == [
        ["run_id", "title", "notes", "shoes", "is_race"],
        [run, text, text, text, "0"],
    ]
    assert sorted(table(tmp_path / "out" / "tags.csv")[1:]) == sorted([[run, "b"], [run, text]])
    assert table(tmp_path / "out" / "notes.csv")[1:] == [[text, text, "2026-03-01T12:00:00Z"]]
    library.annotate([run], remove_tags=[text])
    assert library.annotation(run).tags == ("b",)


def table(path: Path) -> list[list[str]]:
    usual = csv.field_size_limit(1_000_000)  # of the whole process
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            return list(csv.reader(stream))
    finally:
        csv.field_size_limit(usual)


def test_half_a_character_becomes_a_mark(library: Library) -> None:
    run = ids(library)[0]
    library.annotate([run], title="a\ud800b", add_tags=["\udfff"])
    library.annotate([run], shoes="\ud83d\udc5f")  # both halves: one character
    assert library.annotation(run) == Annotation("a\ufffdb", shoes="👟", tags=("\ufffd",))


def test_thousands_of_runs_at_once(tmp_path: Path) -> None:
    import_all(tmp_path / "lib", single_runs(620), batch=200)
    with open_library(tmp_path / "lib") as library:
        every = ids(library)
        library.annotate(every, title="all", add_tags=["a", "b"])
        assert list(library.annotations()) == sorted(every)
        assert set(library.annotations().values()) == {Annotation("all", tags=("a", "b"))}
        with pytest.raises(UnknownRunError):
            library.annotate([*every, "nowhere"], title="none")
        library.annotate(every, title=None, remove_tags=["a", "b"])
        assert library.annotations() == {}


def test_notes_are_written_replaced_and_forgotten(library: Library) -> None:
    later = NOW + timedelta(hours=1)
    library.write_note("noticed", "It clicks.", written_at_utc=NOW)
    local = later.astimezone(timezone(timedelta(hours=9)))
    library.write_note("noticed", "It is gone.", written_at_utc=local)
    library.write_note("tried", "Drills.", written_at_utc=NOW)
    assert library.notes() == {
        "noticed": Note("It is gone.", later),
        "tried": Note("Drills.", NOW),
    }
    assert library.notes()["noticed"].written_at_utc.utcoffset() == timedelta(0)
    library.write_note("noticed", None, written_at_utc=NOW)
    library.write_note("tried", "", written_at_utc=NOW)
    assert library.notes() == {}
    with pytest.raises(ValueError, match="without a zone"):
        library.write_note("tried", "x", written_at_utc=datetime(2026, 1, 1))  # noqa: DTZ001 # meant
    assert library.notes() == {}


def type_all(library: Library) -> None:
    run = ids(library)[2]
    library.prefer(run, library.run(run).recordings[-1].recording_id)
    library.annotate([run], title="t\0", notes="n", shoes="s", is_race=True, add_tags=["x", "y"])
    library.write_note("noticed", "A click.", written_at_utc=NOW)
    library.set_setting("mass_kg", 70)
    library.pair_phone("f" * 64, "Mine", paired_at_utc=NOW, expires_at_utc=NOW + timedelta(1))


def typed(library: Library) -> tuple[object, ...]:
    wishes = [library.run(run).preferred_recording_id for run in ids(library)]
    return library.annotations(), library.notes(), library.settings(), wishes


def test_what_is_typed_survives_all_that_is_done_to_the_rest(
    library: Library, tmp_path: Path
) -> None:
    type_all(library)
    before, phones = typed(library), library.phones()

    def blind(files: Iterator[StoredFile]) -> Iterator[Prepared]:
        for file in files:
            yield Prepared(file.sha256, file.path.stat().st_size, file.name, ())

    library.rebuild(toy_recompute(library.root, rows=55))
    assert typed(library) == before
    library.rebuild(blind)  # type: ignore[arg-type]
    assert library.runs().height == 0
    assert list(library.annotations()) == list(before[0])  # type: ignore[call-overload]
    library.rebuild(toy_recompute(library.root))
    import_all(library.root, history(14))
    library.add([toy_prepare(library.root, toy_file(serial="9"))], imported_at_utc=NOW)
    library.sweep()
    assert typed(library) == before
    assert library.phones() == phones
    library.backup(tmp_path / "backup")
    with open_library(tmp_path / "backup", create=False) as copy:
        assert typed(copy) == before
        assert copy.check() == []


def test_an_export_of_the_same_is_the_same(library: Library, tmp_path: Path) -> None:
    runs = ids(library)
    library.annotate(runs[:3], title="a", add_tags=["b", "a"])
    library.annotate(runs[3:5], notes="c", add_tags=["a"])
    library.export(tmp_path / "a")
    with open_library(tmp_path / "other") as other:
        import_all(other.root, history(14))
        other.annotate(runs[3:5], add_tags=["a"], notes="c", title="b")
        other.annotate(runs[3:5], title=None)
        other.annotate([runs[2], runs[0], runs[1]], add_tags=["a"])
        other.annotate(runs[:3], title="a", add_tags=["b"])
        other.export(tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert len(table(tmp_path / "a" / "tags.csv")) == 9


def test_phones_are_let_in_found_and_sent_away(library: Library) -> None:
    end = NOW + timedelta(days=30)
    mine = library.pair_phone("a" * 64, "Mine", paired_at_utc=NOW, expires_at_utc=end)
    hers = library.pair_phone(
        "b" * 64, "Hers", paired_at_utc=NOW + timedelta(1), expires_at_utc=end
    )
    assert mine != hers
    assert [phone.phone_id for phone in library.phones()] == [hers, mine]
    assert library.phone_of("a" * 64) == Phone(mine, "Mine", NOW, end)
    assert library.phone_of("a" * 63) is None
    with pytest.raises(IntegrityError):
        library.pair_phone("a" * 64, "Thief", paired_at_utc=NOW, expires_at_utc=end)
    library.revoke_phone(mine)
    library.revoke_phone(mine)
    assert library.phone_of("a" * 64) is None
    assert [phone.name for phone in library.phones()] == ["Hers"]


def test_phones_whose_time_is_over_are_forgotten_at_the_next_pairing(library: Library) -> None:
    end = NOW + timedelta(days=30)
    library.pair_phone("a" * 64, "Old", paired_at_utc=NOW, expires_at_utc=end)
    assert library.phone_of("a" * 64) is not None
    library.pair_phone("b" * 64, "New", paired_at_utc=end, expires_at_utc=end + timedelta(1))
    assert [phone.name for phone in library.phones()] == ["New"]


def test_a_copy_lets_no_phone_in(library: Library, tmp_path: Path) -> None:
    type_all(library)
    library.backup(tmp_path / "backup")
    library.export(tmp_path / "out", raw=True)
    assert [phone.name for phone in library.phones()] == ["Mine"]
    with open_library(tmp_path / "backup", create=False) as copy:
        assert copy.phones() == []
        assert copy.phone_of("f" * 64) is None
    for folder in ("backup", "out"):
        for path in (tmp_path / folder).rglob("*"):
            assert not path.is_file() or b"f" * 64 not in path.read_bytes(), path


def test_many_threads_at_once_lose_nothing(library: Library) -> None:
    runs = ids(library)
    wrong: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for k in range(10):
                library.annotate(runs, add_tags=[f"{number}-{k}"])
                mine = {f"{number}-{j}" for j in range(k + 1)}
                assert mine <= set(library.annotations()[runs[0]].tags), "own writes are seen"
                assert library.runs(["gct_ms"]).height == len(runs)
                assert library.series("gct_ms").height == len(runs)
        except BaseException as error:  # noqa: BLE001 # shown by the test's own thread
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    every = tuple(sorted(f"{number}-{k}" for number in range(20) for k in range(10)))
    assert {annotation.tags for annotation in library.annotations().values()} == {every}
