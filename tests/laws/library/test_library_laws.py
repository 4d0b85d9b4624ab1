"""Laws of the library: twice is once, order and batches do not matter, times and shares hold."""

from __future__ import annotations

import csv
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine, insert, select

sys.path.append(str(Path(__file__).resolve().parents[2] / "unit" / "library"))

from library_toy import (  # from a folder that only now is on the path
    FIRST,
    NOW,
    contents,
    toy_file,
    toy_prepare,
)

from evenstride.domain.ground import Camber, GroundPart, Surface  # as above
from evenstride.library import KEEP, Annotation, open_library  # as above
from evenstride.library.tables import UtcDateTime, from_us, to_us  # as above
from evenstride.library.writing import overlap  # as above

zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(
    datetime(1990, 1, 1),  # noqa: DTZ001 # Hypothesis adds the zone
    datetime(2090, 1, 1),  # noqa: DTZ001 # as above
    timezones=zones,
)
starts = st.integers(-(10**15), 10**15)
lengths = st.floats(0.0, 1e6)


@given(moment=moments)
def test_a_time_is_the_same_moment_afterwards(moment: datetime) -> None:
    assert from_us(to_us(moment)) == moment
    assert from_us(to_us(moment)).tzinfo is UTC


@given(stored=st.lists(moments, min_size=1, max_size=5))
def test_the_column_gives_aware_utc_times_that_sort(stored: list[datetime]) -> None:
    table = Table("t", MetaData(), Column("at", UtcDateTime))
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        table.create(connection)
        connection.execute(insert(table), [{"at": moment} for moment in stored])
        back = list(connection.scalars(select(table.c.at).order_by(table.c.at)))
    engine.dispose()
    assert back == sorted(stored)
    assert {moment.utcoffset() for moment in back} == {timedelta(0)}


@given(a=starts, la=lengths, gap_s=st.integers(-1000, 1000), lb=lengths, shift=starts)
def test_overlap_is_a_share_without_sides(
    a: int, la: float, gap_s: int, lb: float, shift: int
) -> None:
    b = a + gap_s * 1_000_000
    share = overlap(a, la, b, lb)
    assert 0.0 <= share <= 1.0 + 1e-6
    assert share == overlap(b, lb, a, la)
    assert abs(share - overlap(a + shift, la, b + shift, lb)) < 1e-3 or min(la, lb) < 1e-2
    assert la < 1e-2 or abs(overlap(a, la, a, la) - 1.0) < 1e-3
    if gap_s > la:
        assert share == 0.0


# Two devices and some files without balance, starting at any of a few minutes: some overlap.
toys = st.builds(
    lambda minute, serial, balance, sessions: toy_file(
        FIRST + timedelta(minutes=minute), serial=serial, balance=balance, sessions=sessions
    ),
    minute=st.integers(0, 240),
    serial=st.sampled_from(["1", "2", None]),
    balance=st.sampled_from([None, 48.5, 51.0]),
    sessions=st.sampled_from([1, 1, 2]),
)


def export_of(batches: list[list[bytes]]) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "lib"
        with open_library(root) as library:
            for batch in batches:
                prepared = [toy_prepare(root, data, rows=3) for data in batch]
                library.add(prepared, imported_at_utc=NOW)
            assert library.check() == []
            runs = library.runs()
            assert runs["recordings"].sum() == len(library.blocks())
            assert runs["run_id"].n_unique() == runs.height
            library.export(Path(folder) / "out")
        return contents(Path(folder) / "out")


@settings(max_examples=15, deadline=None)
@given(files=st.lists(toys, min_size=1, max_size=6), data=st.data())
def test_twice_is_once_in_any_batches(files: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(files)))
    once = export_of([files])
    assert export_of([files[:cut], files[cut:]]) == once
    assert export_of([files, files]) == once
    assert export_of([[*files[:cut], *files]]) == once


texts = st.text(max_size=12)
RUNS = ("2025-01-01-0730", "2025-01-02-0730", "2025-01-03-0730")
edits = st.fixed_dictionaries(
    {"run_ids": st.lists(st.sampled_from(RUNS), max_size=3)},
    optional={
        "title": st.none() | texts,
        "notes": st.none() | texts,
        "shoes": st.just(KEEP) | texts,
        "is_race": st.booleans(),
        "add_tags": st.lists(st.sampled_from(["a", "b", "c", "A"]), max_size=3),
        "remove_tags": st.lists(st.sampled_from(["a", "b", "c", "A"]), max_size=3),
    },
)


@settings(max_examples=25, deadline=None)
@given(history=st.lists(edits, max_size=8))
def test_annotating_is_what_a_dictionary_would_do(history: list[dict[str, Any]]) -> None:
    model: dict[str, Annotation] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "lib"
        with open_library(root) as library:
            files = [toy_file(FIRST + timedelta(days=day)) for day in range(3)]
            prepared = [toy_prepare(root, data, rows=3) for data in files]
            library.add(prepared, imported_at_utc=NOW)
            for edit in history:
                library.annotate(**edit)
                for run_id in edit["run_ids"]:
                    model[run_id] = annotated(model.get(run_id, Annotation()), edit)
            expected = {run: note for run, note in model.items() if note != Annotation()}
            assert library.annotations() == expected
            assert library.check() == []
            library.export(Path(folder) / "out")
        with open_library(root) as again:
            assert again.annotations() == expected
        with (Path(folder) / "out" / "annotations.csv").open(newline="", encoding="utf-8") as file:
            exported = {row["run_id"]: row["title"] for row in csv.DictReader(file)}
        fields = {
            run: note for run, note in expected.items() if replace(note, tags=()) != Annotation()
        }
        assert exported == {run: note.title or "" for run, note in fields.items()}


def annotated(before: Annotation, edit: dict[str, Any]) -> Annotation:
    given = {
        name: (edit[name] or None) if name != "is_race" else edit[name]
        for name in ("title", "notes", "shoes", "is_race")
        if edit.get(name, KEEP) is not KEEP
    }
    tags = (set(before.tags) - set(edit.get("remove_tags", ()))) | set(edit.get("add_tags", ()))
    return replace(before, **given, tags=tuple(sorted(tags)))


seconds = st.floats(0.0, 1e5)
spoken = st.builds(
    GroundPart,
    st.none() | seconds,
    st.none(),
    st.none() | st.sampled_from(Surface),
    st.none() | st.sampled_from(Camber),
)
stretches = st.builds(
    lambda part, length: replace(part, end_s=(part.start_s or 0.0) + length + 1e-3),
    spoken,
    seconds,
)
sayings = st.tuples(
    st.lists(st.sampled_from(RUNS), max_size=3), st.lists(spoken | stretches, max_size=4)
)


@settings(max_examples=25, deadline=None)
@given(history=st.lists(sayings, max_size=8))
def test_saying_the_ground_is_what_a_dictionary_would_do(
    history: list[tuple[list[str], list[GroundPart]]],
) -> None:
    model: dict[str, tuple[GroundPart, ...]] = {}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "lib"
        with open_library(root) as library:
            files = [toy_file(FIRST + timedelta(days=day)) for day in range(3)]
            prepared = [toy_prepare(root, data, rows=3) for data in files]
            library.add(prepared, imported_at_utc=NOW)
            for run_ids, part_list in history:
                library.write_ground(run_ids, part_list)
                kept = tuple(p for p in part_list if p.surface or p.camber)
                model.update(dict.fromkeys(run_ids, kept))
            expected = {run: parts for run, parts in model.items() if parts}
            assert library.ground_parts() == expected
            assert {run: library.ground_parts_of(run) for run in expected} == expected
            assert library.check() == []
        with open_library(root) as again:
            assert again.ground_parts() == expected
