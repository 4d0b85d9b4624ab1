"""Experiments: kept as registered, recorded by adding, ended once, deleted with all they had."""

from __future__ import annotations

import csv
import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from library_toy import (
    NOW,
    contents,
    history,
    import_all,
    toy_recompute,
    toy_record,
    toy_registration,
)
from test_library_typed import ODD

from evenstride.domain.errors import (
    EvenstrideError,
    InputError,
    LibraryCorruptError,
    TamperedError,
    UnknownExperimentError,
    UnknownRunError,
)
from evenstride.domain.experiment import Comparable, Kept, Record
from evenstride.domain.experiment_json import (
    digest,
    record_from_json,
    record_to_json,
    registration_from_json,
)
from evenstride.library import open_library, tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from evenstride.library import Library

NAME = "push-off-behind"
LATER = NOW + timedelta(days=30)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    import_all(tmp_path / "lib", history(8))
    with open_library(tmp_path / "lib") as opened:
        yield opened


def ids(library: Library) -> list[str]:
    return library.runs(())["run_id"].to_list()


def sql(library: Library, statement: str, *values: Any) -> None:
    """Write as any other program could."""
    with closing(sqlite3.connect(library.root / "library.sqlite")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(statement, values)
        connection.commit()


def table(path: Path) -> list[list[str]]:
    usual = csv.field_size_limit(1_000_000)  # of the whole process
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            return list(csv.reader(stream))
    finally:
        csv.field_size_limit(usual)


# -- registering and reading -----------------------------------------------------------------------


def test_what_is_registered_is_read_back_whole_in_the_order_of_registration(
    library: Library,
) -> None:
    assert library.experiments() == {}
    first = toy_registration("zzz", registered_at_utc=NOW)
    second = toy_registration(
        "aaa",
        registered_at_utc=LATER,
        kind="randomised_start",
        comparable=Comparable(2.8, 3.4, 900.0, "2025-01-01-0730"),
        first_date=date(2026, 12, 1),
        last_date=date(2026, 12, 28),
        end_date=date(2027, 1, 31),
        covariance={"walk_per_day": 1e-4, "shared": 0.04, "shared_tau_days": 4.5, "own": 0.1},
        longer_side=None,
        outcome="balance",
        pairs=0,
    )
    library.register_experiment(second)
    library.register_experiment(first)
    assert list(library.experiments().items()) == [("zzz", Kept(first)), ("aaa", Kept(second))]
    assert library.experiment("aaa") == Kept(second)
    assert library.check() == []


def test_a_registration_is_written_once(library: Library) -> None:
    library.register_experiment(toy_registration())
    with pytest.raises(InputError, match="an experiment push-off-behind already"):
        library.register_experiment(toy_registration(question="another"))
    assert library.experiments() == {NAME: Kept(toy_registration())}


@pytest.mark.parametrize(
    "name", ["", "a b", "a/b", "..", "-a", "a-", "a--b", "Push", "größe", "a\n", "x" * 81, "\ud800"]
)
def test_a_name_that_cannot_stand_in_an_address_is_refused(library: Library, name: str) -> None:
    with pytest.raises(InputError, match="small letters") as caught:
        library.register_experiment(toy_registration(name))
    str(caught.value).encode()
    assert library.experiments() == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"smallest_effect": float("nan")}, "smallest_effect"),
        ({"prior_sd": float("inf")}, "infinite"),
        ({"kind": "before_after"}, "kind"),
        ({"outcome": "speed"}, "outcome"),
        ({"longer_side": "weak"}, "longer_side"),
        ({"pairs": -1}, "pairs"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(
    library: Library, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError, match=field):
        library.register_experiment(toy_registration(**changes))
    assert library.experiments() == {}


@pytest.mark.parametrize("text", ODD)
def test_any_text_comes_back_as_it_was(library: Library, tmp_path: Path, text: str) -> None:
    registered = toy_registration(question=text, treatment=text, control=text)
    recorded = toy_record(0, None, note=text)
    library.register_experiment(registered)
    library.record_assignment(NAME, recorded)
    library.end_experiment(NAME, f"because {text}", ended_at_utc=LATER)
    assert library.experiments() == {NAME: Kept(registered, (recorded,), LATER, f"because {text}")}
    assert library.check() == []
    library.export(tmp_path / "out")
    assert table(tmp_path / "out" / "experiment_records.csv")[1][-1] == text
    (whole,) = json.loads((tmp_path / "out" / "experiments.json").read_text(encoding="utf-8"))
    assert whole["registration"]["question"] == text


def test_half_a_character_becomes_a_mark(library: Library) -> None:
    library.register_experiment(toy_registration(question="a\ud800b", treatment="\ud83d\udc5f"))
    library.record_assignment(NAME, toy_record(0, None, note="\udfff"))
    library.end_experiment(NAME, "\ud800", ended_at_utc=LATER)
    found = library.experiment(NAME)
    assert (found.registration.question, found.registration.treatment) == ("a\ufffdb", "👟")
    assert (found.records[0].note, found.end_reason) == ("\ufffd", "\ufffd")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("push-of-behind", "“push-of-behind”: did you mean push-off-behind?"),
        ("PUSH-OFF-BEHIND", "did you mean push-off-behind?"),
        ("???", "the last registered is roll-before"),
        ("\ud800" * 5000, "the last registered is roll-before"),
    ],
)
def test_an_unknown_experiment_names_the_nearest(library: Library, asked: str, says: str) -> None:
    with pytest.raises(UnknownExperimentError, match="none is registered yet"):
        library.experiment(asked)
    library.register_experiment(toy_registration())
    library.register_experiment(toy_registration("roll-before", registered_at_utc=LATER))
    for ask in (
        lambda: library.experiment(asked),
        lambda: library.record_assignment(asked, toy_record(0, None)),
        lambda: library.end_experiment(asked, "x", ended_at_utc=LATER),
        lambda: library.delete_experiment(asked),
    ):
        with pytest.raises(UnknownExperimentError) as caught:
            ask()
        assert says in str(caught.value)
        assert len(str(caught.value)) < 200
        str(caught.value).encode()


def test_another_open_library_sees_it_at_once(library: Library) -> None:
    with open_library(library.root) as other:
        assert other.experiments() == {}
        library.register_experiment(toy_registration())
        assert list(other.experiments()) == [NAME]
        other.record_assignment(NAME, toy_record(0, ids(library)[0]))
        assert len(library.experiments()[NAME].records) == 1


# -- recording -------------------------------------------------------------------------------------


def test_records_are_added_and_the_last_of_a_position_counts(library: Library) -> None:
    first, second, *_ = ids(library)
    library.register_experiment(toy_registration())
    records = (
        toy_record(0, first),
        toy_record(1, None, note="Ill."),
        toy_record(0, second, did="control"),  # not the run before: another was meant
        toy_record(1, first),  # free again
        toy_record(2, None, laps=(), rating=None, on_date=None),
    )
    for record in records:
        library.record_assignment(NAME, record)
    assert library.experiment(NAME) == Kept(toy_registration(), records)
    assert library.check() == []


def test_a_run_serves_one_assignment_of_an_experiment(library: Library) -> None:
    run = ids(library)[0]
    library.register_experiment(toy_registration())
    library.register_experiment(toy_registration("another"))
    library.record_assignment(NAME, toy_record(0, run))
    with pytest.raises(InputError, match=f"Run {run} stands for assignment 1 of experiment"):
        library.record_assignment(NAME, toy_record(1, run))
    library.record_assignment("another", toy_record(0, run))
    library.record_assignment(NAME, toy_record(0, run, rating=2.0))
    assert [r.rating for r in library.experiment(NAME).records] == [7.5, 2.0]


def test_nothing_is_recorded_that_could_not_have_been(library: Library) -> None:
    run = ids(library)[0]
    library.register_experiment(toy_registration())
    refused: list[tuple[Record, type[EvenstrideError], str]] = [
        (toy_record(1, run), InputError, "Assignment 2 .* is not open yet; the next is 1"),
        (toy_record(0, "1999-01-01-0000"), UnknownRunError, "no run 1999-01-01-0000"),
        (toy_record(0, run, did="nothing"), InputError, "did must be one of treatment, control"),
        (toy_record(0, run, rating=float("inf")), InputError, "infinite"),
        (toy_record(-1, run), InputError, "position"),
    ]
    for record, error, match in refused:
        with pytest.raises(error, match=match):
            library.record_assignment(NAME, record)
    with pytest.raises(ValueError, match="without a zone"):
        library.record_assignment(NAME, toy_record(0, run, recorded_at_utc=datetime(2026, 1, 1)))  # noqa: DTZ001
    assert library.experiment(NAME).records == ()


def test_several_records_are_added_together_or_not_at_all(library: Library) -> None:
    runs = ids(library)
    library.register_experiment(toy_registration())
    three = [toy_record(position, runs[position]) for position in range(3)]
    with pytest.raises(InputError, match="a run serves only one"):
        library.record_assignment(NAME, *three, toy_record(3, runs[0]))
    assert library.experiment(NAME).records == ()
    library.record_assignment(NAME, *three)
    assert library.experiment(NAME).records == tuple(three)


def test_who_does_not_know_of_a_record_replaces_none(library: Library) -> None:
    library.register_experiment(toy_registration())
    run, other = ids(library)[:2]
    library.record_assignment(NAME, toy_record(0, run), seen=0)
    for late in ([toy_record(0, None)], [toy_record(0, other), toy_record(1, None)]):
        with pytest.raises(InputError, match="recorded for push-off-behind meanwhile; look again"):
            library.record_assignment(NAME, *late, seen=0)
    assert library.experiment(NAME).records == (toy_record(0, run),)
    library.record_assignment(NAME, toy_record(0, other), toy_record(1, None), seen=1)
    assert len(library.experiment(NAME).records) == 3


def test_two_who_record_at_once_lose_nothing_and_break_no_rule(library: Library) -> None:
    """The same run for two assignments: one of them is refused, whoever came first."""
    runs = ids(library)
    library.register_experiment(toy_registration())
    library.record_assignment(NAME, toy_record(0, None))
    together = threading.Barrier(2)
    refused: list[str] = []

    def write(k: int) -> None:
        with open_library(library.root) as mine:
            for run in runs:
                together.wait()
                try:
                    mine.record_assignment(NAME, toy_record(k, run))
                except InputError as error:
                    refused.append(str(error))
                together.wait()

    threads = [threading.Thread(target=write, args=(k,)) for k in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    records = library.experiment(NAME).records
    assert len(records) == 1 + 2 * len(runs) - len(refused)
    assert len(refused) >= 1
    last = {record.position: record.run_id for record in records}
    assert len(set(last.values())) == 2


# -- ending and deleting ---------------------------------------------------------------------------


def test_it_ends_once_with_a_reason_and_nothing_comes_after(library: Library) -> None:
    library.register_experiment(toy_registration())
    library.record_assignment(NAME, toy_record(0, None))
    for nothing in ("", "  \n"):
        with pytest.raises(InputError, match="say why"):
            library.end_experiment(NAME, nothing, ended_at_utc=LATER)
    with pytest.raises(ValueError, match="without a zone"):
        library.end_experiment(NAME, "x", ended_at_utc=datetime(2026, 1, 1))  # noqa: DTZ001
    with pytest.raises(InputError, match="end it before deleting it"):
        library.delete_experiment(NAME)
    library.end_experiment(NAME, "Injured.", ended_at_utc=LATER)
    ended = Kept(toy_registration(), (toy_record(0, None),), LATER, "Injured.")
    with pytest.raises(InputError, match="has ended already"):
        library.end_experiment(NAME, "Bored.", ended_at_utc=LATER)
    with pytest.raises(InputError, match="has ended; nothing is recorded"):
        library.record_assignment(NAME, toy_record(1, None))
    assert library.experiment(NAME) == ended


def test_delete_means_deleted_and_only_this_one(library: Library) -> None:
    library.register_experiment(toy_registration())
    library.register_experiment(toy_registration("another"))
    for name in (NAME, "another"):
        library.record_assignment(name, toy_record(0, None))
    library.end_experiment(NAME, "x", ended_at_utc=LATER)
    library.delete_experiment(NAME)
    assert library.experiments() == {
        "another": Kept(toy_registration("another"), (toy_record(0, None),))
    }
    assert library.check() == []
    library.register_experiment(toy_registration(question="anew"))
    assert library.experiment(NAME).records == ()


# -- guards ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE experiments SET registration = '{}'",
        "UPDATE experiments SET sha256 = 'x'",
        "UPDATE experiments SET experiment_id = 'x'",
        "UPDATE experiments SET registered_at_utc = 0",
        "DELETE FROM experiments",
        "REPLACE INTO experiments VALUES ('push-off-behind', 1, '{}', 'x', NULL, NULL)",
        "UPDATE experiment_records SET record = '{}'",
        "UPDATE experiment_records SET run_id = NULL",
        "DELETE FROM experiment_records",
        "REPLACE INTO experiment_records SELECT id, experiment_id, position, 0, NULL, '{}'"
        " FROM experiment_records",
    ],
)
def test_no_program_edits_what_is_registered_or_recorded(library: Library, statement: str) -> None:
    library.register_experiment(toy_registration())
    library.record_assignment(NAME, toy_record(0, ids(library)[0]))
    before = library.experiments()
    with pytest.raises(sqlite3.IntegrityError):
        sql(library, statement)
    assert library.experiments() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE experiments SET ended_at_utc = NULL, end_reason = NULL",
        "UPDATE experiments SET end_reason = 'a better one'",
        "INSERT INTO experiment_records (experiment_id, position, recorded_at_utc, record)"
        " VALUES ('push-off-behind', 0, 0, '{}')",
    ],
)
def test_no_program_goes_on_after_the_end(library: Library, statement: str) -> None:
    library.register_experiment(toy_registration())
    library.end_experiment(NAME, "x", ended_at_utc=LATER)
    with pytest.raises(sqlite3.IntegrityError):
        sql(library, statement)
    assert library.experiment(NAME) == Kept(toy_registration(), (), LATER, "x")


def drop_guards(library: Library) -> None:
    for guard in tables.GUARDS:
        sql(library, f"DROP TRIGGER {guard.split()[2]}")


@pytest.mark.parametrize(
    ("column", "edit"),
    [
        ("registration", lambda text: text.replace("0123456789abcdef", "0123456789abcdee")),
        ("registration", lambda text: text.replace('"pairs":12', '"pairs":6')),
        ("registration", lambda _: "{}"),
        ("registration", lambda _: "not JSON"),
        ("registration", lambda _: "[" * 100_000),
        ("registration", lambda text: text.replace('"program":"0.5"', '"program":"0.5","more":1')),
        ("sha256", lambda _: "0" * 64),
        ("experiment_id", lambda _: "another-name"),
    ],
)
def test_who_gets_around_the_guards_is_found_out(
    library: Library, tmp_path: Path, column: str, edit: Any
) -> None:
    library.register_experiment(toy_registration())
    sound = toy_registration("sound", registered_at_utc=LATER)
    library.register_experiment(sound)
    drop_guards(library)
    with closing(sqlite3.connect(library.root / "library.sqlite")) as connection:
        query = f"SELECT {column} FROM experiments WHERE experiment_id = ?"
        (before,) = connection.execute(query, (NAME,)).fetchone()
    after = edit(before)
    assert after != before
    sql(library, f"UPDATE experiments SET {column} = ? WHERE experiment_id = ?", after, NAME)
    name = "another-name" if column == "experiment_id" else NAME
    assert library.experiments() == {"sound": Kept(sound)}, "the others do not suffer"
    assert set(library.experiment_names()) == {"sound", name}
    for ask in (
        lambda: library.experiment(name),
        lambda: library.record_assignment(name, toy_record(0, None)),
    ):
        with pytest.raises(TamperedError, match=f"experiment {name} is not what was registered"):
            ask()
    assert library.experiment("sound") == Kept(sound)
    assert [(f.severity, f.where) for f in library.check()] == [("damage", ""), ("damage", name)]
    library.export(tmp_path / "out")
    (mine,) = (
        one
        for one in json.loads((tmp_path / "out" / "experiments.json").read_text(encoding="utf-8"))
        if one["experiment_id"] == name
    )
    as_it_lies = {"registration": mine["registration"], "sha256": mine["sha256"]}
    if column in as_it_lies:
        assert as_it_lies[column] in (after, json_or_text(after)), "nothing is lost"
    library.end_experiment(name, "tampered with", ended_at_utc=LATER)
    library.delete_experiment(name)
    assert library.experiments() == {"sound": Kept(sound)}


def json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


@pytest.mark.parametrize(
    "text", ["", "[]", '{"position": 0}', '{"laps": 3}', '{"laps": [3]}', "[" * 100_000]
)
def test_a_damaged_record_is_named(library: Library, tmp_path: Path, text: str) -> None:
    library.register_experiment(toy_registration())
    library.record_assignment(NAME, toy_record(0, None))
    drop_guards(library)
    sql(library, "UPDATE experiment_records SET record = ?", text)
    for ask in (
        library.experiments,
        lambda: library.experiment(NAME),
        lambda: library.record_assignment(NAME, toy_record(1, None)),
    ):
        with pytest.raises(LibraryCorruptError, match=f"record of experiment {NAME} is damaged"):
            ask()
    assert [finding.where for finding in library.check()] == ["", NAME]
    library.export(tmp_path / "out")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE experiment_records SET run_id = NULL WHERE position = 1", "damaged"),
        ("UPDATE experiment_records SET position = 0 WHERE position = 1", "damaged"),
        ("DELETE FROM experiment_records WHERE position = 1", "missing"),
        ("DELETE FROM experiment_records WHERE position = 0", "missing"),
    ],
)
def test_a_record_that_was_taken_away_or_turned_is_named(
    library: Library, statement: str, says: str
) -> None:
    library.register_experiment(toy_registration())
    for position, run_id in enumerate(ids(library)[:4]):
        library.record_assignment(NAME, toy_record(position, run_id))
    before = library.experiment(NAME)
    drop_guards(library)
    sql(library, statement)
    assert len(before.records) == 4
    for ask in (library.experiments, lambda: library.experiment(NAME)):
        with pytest.raises(LibraryCorruptError, match=f"record of experiment {NAME} is {says}"):
            ask()
    assert [finding.where for finding in library.check()] == ["", NAME]


def test_names_are_told_of_the_tampered_too(library: Library) -> None:
    assert library.experiment_names() == {}
    library.register_experiment(toy_registration("zzz", registered_at_utc=NOW))
    library.register_experiment(toy_registration("aaa", registered_at_utc=LATER))
    library.end_experiment("zzz", "Enough.", ended_at_utc=LATER)
    drop_guards(library)
    sql(library, "UPDATE experiments SET sha256 = ''")
    assert list(library.experiment_names().items()) == [("zzz", False), ("aaa", True)]


def test_a_column_of_another_kind_is_damage(library: Library) -> None:
    library.register_experiment(toy_registration())
    drop_guards(library)
    sql(library, "UPDATE experiments SET ended_at_utc = 'soon'")
    for ask in (
        library.experiments,
        lambda: library.experiment(NAME),
        lambda: library.record_assignment(NAME, toy_record(0, None)),
        lambda: library.end_experiment(NAME, "x", ended_at_utc=LATER),
        lambda: library.delete_experiment(NAME),
    ):
        with pytest.raises(LibraryCorruptError, match="restore a backup"):
            ask()
    assert [finding.where for finding in library.check()] == ["", NAME]


# -- what is done to the rest ----------------------------------------------------------------------


def test_it_survives_all_that_is_done_to_the_rest(library: Library, tmp_path: Path) -> None:
    runs = ids(library)
    library.register_experiment(toy_registration())
    library.register_experiment(toy_registration("ended", registered_at_utc=LATER))
    for position, run in enumerate(runs[:3]):
        library.record_assignment(NAME, toy_record(position, run))
        library.record_assignment("ended", toy_record(position, run, laps=()))
    library.end_experiment("ended", "complete", ended_at_utc=LATER)
    said = library.experiments()
    library.rebuild(toy_recompute(library.root, rows=55))
    import_all(library.root, history(12))
    library.sweep()
    assert library.experiments() == said
    assert library.check() == []
    library.backup(tmp_path / "backup")
    with open_library(tmp_path / "backup", create=False) as copy:
        assert copy.experiments() == said
        assert copy.check() == []
        with pytest.raises(sqlite3.IntegrityError):
            sql(copy, "UPDATE experiments SET sha256 = 'x'")
        copy.record_assignment(NAME, toy_record(3, runs[3]))


def test_an_export_holds_all_of_it_in_the_same_bytes(library: Library, tmp_path: Path) -> None:
    runs = ids(library)
    library.register_experiment(toy_registration(comparable=Comparable(route=runs[0])))
    records = (toy_record(0, runs[0]), toy_record(1, None, laps=(), did=None))
    for record in records:
        library.record_assignment(NAME, record)
    library.end_experiment(NAME, "Enough, said\n“I”.", ended_at_utc=LATER)
    library.export(tmp_path / "a")
    (whole,) = json.loads((tmp_path / "a" / "experiments.json").read_text(encoding="utf-8"))
    assert registration_from_json(whole["registration"]) == library.experiment(NAME).registration
    assert digest(whole["registration"]) == whole["sha256"]
    assert tuple(map(record_from_json, whole["records"])) == records
    assert (whole["ended_at_utc"], whole["end_reason"]) == (
        LATER.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "Enough, said\n“I”.",
    )
    names, row = table(tmp_path / "a" / "experiments.csv")
    found = dict(zip(names, row, strict=True))
    assert (found["experiment_id"], found["pairs"], found["sha256"], found["lap_s"]) == (
        NAME,
        "12",
        whole["sha256"],
        "240",
    )
    assert json.loads(found["comparable"])["route"] == runs[0]
    assert table(tmp_path / "a" / "experiment_records.csv") == [
        ["experiment_id", "position", "recorded_at_utc", "run_id", "did", "on_date", "rating",
         "note"],
        [NAME, "0", "2026-03-01T12:00:00Z", runs[0], "treatment", "2026-03-02", "7.5", "Windy."],
        [NAME, "1", "2026-03-01T13:00:00Z", "", "", "2026-03-02", "7.5", "Windy."],
    ]  # fmt: skip
    assert table(tmp_path / "a" / "experiment_laps.csv") == [
        ["experiment_id", "position", "recorded_at_utc", "pair", "assigned", "start_s", "end_s",
         "did"],
        [NAME, "0", "2026-03-01T12:00:00Z", "0", "treatment", "630", "840.5", "treatment"],
        [NAME, "0", "2026-03-01T12:00:00Z", "0", "control", "870", "1080", ""],
    ]  # fmt: skip
    library.export(tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_an_empty_library_exports_empty_tables(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as library:
        library.export(tmp_path / "out")
    assert json.loads((tmp_path / "out" / "experiments.json").read_text(encoding="utf-8")) == []
    for name in ("experiments", "experiment_records", "experiment_laps"):
        assert len(table(tmp_path / "out" / f"{name}.csv")) == 1


def test_changing_the_given_one_changes_nothing_kept(library: Library) -> None:
    given = {"speed_m_s": 3.0}
    library.register_experiment(toy_registration(reference=given))
    library.experiments()
    given["speed_m_s"] = 9.0
    assert library.experiment(NAME).registration.reference == {"speed_m_s": 3.0}
    library.experiments().clear()
    assert list(library.experiments()) == [NAME]


def test_what_is_recorded_is_what_was_meant(library: Library) -> None:
    """A record read back is written the same again: superseding by an equal one is no change."""
    library.register_experiment(toy_registration())
    record = toy_record(0, ids(library)[0])
    library.record_assignment(NAME, record)
    (found,) = library.experiment(NAME).records
    assert record_to_json(found) == record_to_json(record)
    assert replace(found) == record
