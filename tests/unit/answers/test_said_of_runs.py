"""What the diary says of a run reaches the model, beside what was typed on the run's page."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from evenstride.answers import levels, open_library, runs, runs_named
from evenstride.answers.block_rows import conditions_of
from evenstride.answers.ground_said import ground_of_run, ground_of_runs
from evenstride.answers.said_of_runs import ground_said_of_runs, said_of_runs
from evenstride.answers.what_happened import what_happened
from evenstride.domain.body import Side
from evenstride.domain.diary import Day, Injury, Written
from evenstride.domain.ground import Camber, GroundPart, Surface
from evenstride.library import Annotation, New

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def lib(year_library_path, tmp_path):
    shutil.copytree(year_library_path, tmp_path / "copy")
    with open_library(tmp_path / "copy") as opened:
        yield opened


def said(lib, **entries):
    """Write days of the diary: the run of a day, or the day, and what was said."""
    new = [New(name, value) for name, value in entries.items()]
    lib.write_entries(new, written_at_utc=NOW)


def dated(lib):
    """List the runs that are alone on their local day: id and day."""
    rows = runs(lib).tables["runs"]
    days = Counter(row["local_date"] for row in rows)
    return [
        (row["run_id"], date.fromisoformat(row["local_date"]))
        for row in rows
        if days[row["local_date"]] == 1
    ]


def test_without_a_diary_it_is_what_was_typed(lib):
    run, _ = dated(lib)[0]
    lib.annotate([run], shoes="Ghost", add_tags=["hills"])
    lib.write_ground([run], [GroundPart(surface=Surface.TRAIL)])
    assert said_of_runs(lib) == lib.annotations()
    assert ground_said_of_runs(lib) == lib.ground_parts()


def test_routines_and_cues_of_the_day_become_tags_of_its_run(lib):
    (first, day), (second, other), *_ = dated(lib)
    lib.annotate([first], title="T", notes="N", add_tags=["hills", "Rolling-Before"])
    said(
        lib,
        a=Day(day, done=("rolling-before", "hip circles"), cues=("hips-level",), shoes="Ghost"),
        b=Day(other, done=("rolling-before",)),
        c=Day(date(1999, 1, 1), done=("nobody ran",)),
    )
    assert said_of_runs(lib) == {
        first: Annotation(
            "T", "N", "Ghost", False, ("Rolling-Before", "hills", "hip circles", "hips-level")
        ),
        second: Annotation(tags=("Rolling-Before",)),  # one tag, however it is spelled
    }
    assert lib.annotations()[first].tags == ("Rolling-Before", "hills")  # its page says what it did


def test_what_is_typed_on_the_page_goes_before_the_diary_and_the_run_before_its_day(lib):
    (run, day), (other, _), *_ = dated(lib)
    said(
        lib,
        late_in_the_list=Day(day, run, shoes="Run's", surface=Surface.TRACK),
        of_the_day=Day(day, shoes="Day's", surface=Surface.ROAD, camber=Camber.LEFT_LOWER),
        moved=Day(day, other, shoes="Elsewhere"),  # by its run, whatever its date
    )
    assert {k: v.shoes for k, v in said_of_runs(lib).items()} == {run: "Run's", other: "Elsewhere"}
    ground = ground_of_run(lib, run)
    assert ground == ground_of_runs(lib)[run]
    assert ground.parts == (
        GroundPart(surface=Surface.ROAD, camber=Camber.LEFT_LOWER),
        GroundPart(surface=Surface.TRACK),
    )
    lib.annotate([run], shoes="Page's")
    lib.write_ground([run], [GroundPart(camber=Camber.NONE)])
    assert said_of_runs(lib)[run].shoes == "Page's"
    assert ground_of_run(lib, run).parts[-1] == GroundPart(camber=Camber.NONE)


def test_a_run_belongs_to_its_local_day(lib):
    """A run at half past midnight in Tokyo is of the day on the runner's wall."""
    frame = lib.runs(()).select(
        pl.lit("2026-05-02-0030").alias("run_id"),
        pl.lit(datetime(2026, 5, 1, 15, 30, tzinfo=UTC)).alias("started_at_utc"),
        pl.lit(9 * 3600).alias("utc_offset_s"),
    )[:1]
    local, utc = Day(date(2026, 5, 2), shoes="A"), Day(date(2026, 5, 1), shoes="B")
    toy = SimpleNamespace(
        annotations=dict,
        remember=lambda _, make: make(),
        runs=lambda _: frame,
        entries=lambda _: {"a": Written("a", 1, NOW, local), "b": Written("b", 1, NOW, utc)},
    )
    assert said_of_runs(toy) == {"2026-05-02-0030": Annotation(shoes="A")}


def test_runs_are_found_by_what_the_diary_says(lib):
    (run, day), *_ = dated(lib)
    said(lib, a=Day(day, done=("rolling-before",), shoes="Ghost 15"))
    assert runs_named(lib, ["tag:Rolling-Before"]) == (run,)
    for asked in ({"tag": "rolling-before"}, {"text": "ghost"}):
        (row,) = runs(lib, **asked).tables["runs"]
        assert (row["run_id"], row["shoes"], row["tags"]) == (run, "Ghost 15", ["rolling-before"])


@pytest.mark.parametrize(
    "changes",
    [
        {"done": ("stretching",)},
        {"cues": ("run-tall",)},
        {"shoes": "blue"},
        {"surface": Surface.TRAIL},
        {"camber": Camber.RIGHT_LOWER},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_changed_diary_makes_another_fit(lib, changes):
    ids = lib.runs(())["run_id"].to_list()
    (_, day), *_ = dated(lib)
    before = conditions_of(lib).digest(ids)
    plain = Day(day, nothing_hurts=True, sat_h=9.0, slept_h=7.0, note="Windy.")
    said(lib, a=plain)
    assert conditions_of(lib).digest(ids) == before  # the model knows nothing of these
    lib.write_entries([New("a", replace(plain, **changes), 1)], written_at_utc=NOW)
    assert conditions_of(lib).digest(ids) != before
    lib.write_entries([New("a", plain, 2)], written_at_utc=NOW)
    assert conditions_of(lib).digest(ids) == before


def test_a_kept_fit_notices_a_changed_diary(lib):
    """A routine of every other day is a driver at once, and none when it is deleted."""

    def drivers():
        found = levels.levels(lib, measures=("balance_left_pct",))
        return found.by_measure["balance_left_pct"].moves.names

    days = [day for _, day in dated(lib)][::2]
    assert "tag:rolling-before" not in drivers()
    said(lib, **{f"d{k}": Day(day, done=("rolling-before",)) for k, day in enumerate(days)})
    assert "tag:rolling-before" in drivers()
    for k in range(len(days)):
        lib.delete_entry(Day, f"d{k}")
    assert "tag:rolling-before" not in drivers()


def level_of(lib):
    return levels.levels(lib, measures=("balance_left_pct",)).by_measure["balance_left_pct"]


def test_an_injury_is_a_known_date_of_the_trend(year_library):
    level = level_of(year_library)
    dates = [start.date() for start in level.series["started_at_utc"]]
    rested = dates[30] + timedelta(days=1)
    injuries = (
        Injury(dates[20], "calf", Side.RIGHT, "gradual", "strain", ended=rested),
        Injury(date(1999, 1, 1), "ankle", Side.LEFT),  # long before the first run
        Injury(date(2199, 1, 1), "ankle", Side.LEFT),  # after the last
    )
    found = what_happened(level, {}, {}, injuries)
    assert found == {
        dates.index(dates[20]): ("note", "injury: right calf (“strain”)"),
        next(i for i, day in enumerate(dates) if day >= rested): (
            "note",
            "injury over: right calf (“strain”)",
        ),
    }
    assert what_happened(level, {}, {}) == {}
