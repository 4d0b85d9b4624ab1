"""The list of runs: what is looked for is found, nothing else, and in the order asked for."""

from __future__ import annotations

import shutil
from datetime import date

import polars as pl
import pytest

from evenstride.answers import annotate_runs, open_library, runs
from evenstride.answers.typing_rules import folded
from evenstride.domain.errors import EmptyLibraryError, InputError


@pytest.fixture(scope="module")
def lib(year_library_path, tmp_path_factory):
    """The year's library with typed things: races, tags in two spellings, shoes, notes."""
    folder = tmp_path_factory.mktemp("listed") / "copy"
    shutil.copytree(year_library_path, folder)
    with open_library(folder) as opened:
        ids = [row["run_id"] for row in runs(opened).tables["runs"]]
        annotate_runs(opened, ids[:3], title="Évian hills", add_tags=["Hügel"])
        annotate_runs(opened, ids[2:5], add_tags=["heel", "zoo"], shoes="Ghost 15")
        annotate_runs(opened, ids[4:5], is_race=True, notes="Heavy legs, second loop")
        yield opened


def found(lib, **asked):
    return [row["run_id"] for row in runs(lib, **asked).tables["runs"]]


@pytest.fixture(scope="module")
def every(lib):
    return runs(lib).tables["runs"]


def places(every, ids):
    order = [row["run_id"] for row in every]
    return [order.index(run_id) for run_id in ids]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("evian", [0, 1, 2]),
        ("ÉVIAN  Hills", [0, 1, 2]),
        ("hugel", [0, 1, 2]),
        ("heel evian", [2]),
        ("ghost", [2, 3, 4]),
        ("race", [4]),
        ("second heavy", [4]),
        ("evian race", []),
        ("%", []),
        ("", range(60)),
        ("  ", range(60)),
    ],
)
def test_every_word_must_be_somewhere_whatever_its_case_and_accents(lib, every, text, expected):
    assert places(every, found(lib, text=text)) == list(expected)


def test_text_finds_sensor_device_and_date(lib, every):
    day = every[7]["local_date"]
    assert found(lib, text=day) == [r["run_id"] for r in every if r["local_date"] == day]
    assert len(found(lib, text=every[0]["device"])) == 60
    assert len(found(lib, text=every[0]["sensor"].upper())) == sum(
        row["sensor"] == every[0]["sensor"] for row in every
    )


def test_days_are_local_and_both_included(lib, every):
    since, until = every[10]["local_date"], every[20]["local_date"]
    expected = [r["run_id"] for r in every if since <= r["local_date"] <= until]
    assert found(lib, since=since, until=until) == expected
    assert found(lib, since=date.fromisoformat(since), until=date.fromisoformat(until)) == expected
    assert found(lib, since="", until="") == found(lib)
    with pytest.raises(InputError, match="like 2026-05-14, not tomorrow"):
        runs(lib, since="tomorrow")


def test_distances_are_limits_both_included(lib, every):
    middle = sorted(row["distance_m"] for row in every)[30]
    least, most = (set(found(lib, **{side: middle})) for side in ("least_m", "most_m"))
    assert least | most == {row["run_id"] for row in every}
    assert least & most == {row["run_id"] for row in every if row["distance_m"] == middle}
    with pytest.raises(InputError):
        runs(lib, least_m=float("nan"))


def test_tags_and_sensors_are_names_whatever_their_case(lib, every):
    assert places(every, found(lib, tag="hügel")) == [0, 1, 2]
    assert places(every, found(lib, tag="hug")) == []
    sensor = every[0]["sensor"]
    expected = [row["run_id"] for row in every if row["sensor"] == sensor]
    assert found(lib, sensor=sensor.lower()) == expected
    assert found(lib, sensor="unknown") == []
    assert found(lib, sensor="", tag="") == found(lib)


@pytest.mark.parametrize("column", ["balance", "distance_m", "title", "tags", "is_race", "device"])
def test_sorted_by_a_column_missing_values_come_last_either_way(lib, every, column):
    name = {"balance": "balance_left_pct"}.get(column, column)
    for descending in (False, True):
        rows = runs(lib, sort=column, descending=descending).tables["runs"]
        assert sorted(r["run_id"] for r in rows) == sorted(r["run_id"] for r in every)
        values = [row[name] for row in rows if row[name] not in (None, [])]
        keys = [folded(" ".join(v)) if isinstance(v, list) else v for v in values]
        assert keys == sorted(keys, reverse=descending)
        assert all(row[name] in (None, []) for row in rows[len(values) :])


def test_sorted_by_date_is_the_order_of_starts(lib, every):
    assert found(lib, sort="date") == [row["run_id"] for row in every]
    assert found(lib, descending=True) == [row["run_id"] for row in reversed(every)]
    starts = [row["started_at_utc"] for row in every]
    assert starts == sorted(starts)
    with pytest.raises(InputError, match=r"Runs are sorted by date, balance, .*, not shoe_size"):
        runs(lib, sort="shoe_size")


def test_missing_measures_are_last_and_within_no_distance(lib, every, monkeypatch):
    read = lib.runs
    hole = pl.int_range(pl.len()) == 30

    def with_hole(_, measures):
        return read(measures).with_columns(
            pl.when(hole).then(None).otherwise(name).alias(name)
            for name in ("distance_m", "balance_left_pct", "sensor")
        )

    monkeypatch.setattr(type(lib), "runs", with_hole)
    missing = every[30]["run_id"]
    for column in ("distance", "balance", "sensor"):
        for descending in (False, True):
            assert found(lib, sort=column, descending=descending)[-1] == missing
    assert missing not in found(lib, least_m=0.0)
    assert missing not in found(lib, most_m=1e9)
    assert found(lib, sensor="unknown") == [missing]
    assert ("sensor", "unknown", 1) in [
        (row["kind"], row["value"], row["runs"]) for row in runs(lib).tables["choices"]
    ]


def test_choices_count_all_runs_whatever_is_looked_for(lib, every):
    answer = runs(lib, tag="heel")
    assert answer.tables["choices"] == runs(lib).tables["choices"]
    counted = {(row["kind"], row["value"]): row["runs"] for row in answer.tables["choices"]}
    assert counted["tag", "heel"] == counted["tag", "zoo"] == counted["tag", "Hügel"] == 3
    assert counted["shoes", "Ghost 15"] == 3
    assert sum(n for (kind, _), n in counted.items() if kind == "sensor") == len(every)
    kinds = [row["kind"] for row in answer.tables["choices"]]
    assert kinds == sorted(kinds, key=("sensor", "tag", "shoes").index)


def test_the_headline_says_what_was_found(lib):
    assert runs(lib).headline.startswith("60 runs from ")
    some = runs(lib, tag="heel")
    assert some.headline.startswith("3 of 60 runs from ")
    assert " km together" in some.headline
    assert some.provenance.runs == 3
    none = runs(lib, text="nothing like it")
    assert none.headline == "None of 60 runs is like that."
    assert (none.verdict, none.tables["runs"]) == ("listed", ())


def test_no_runs_at_all_is_another_thing(tmp_path):
    with open_library(tmp_path / "lib") as lib, pytest.raises(EmptyLibraryError):
        runs(lib, text="x")
