"""The ground: what a person said of it is kept exactly, what was computed is read back whole."""

from __future__ import annotations

import csv
import math
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from library_toy import (
    contents,
    history,
    import_all,
    single_runs,
    toy_file,
    toy_prepare,
    toy_recompute,
)

from evenstride.domain.errors import InputError, LibraryCorruptError, UnknownRunError
from evenstride.domain.ground import Camber, Ground, GroundPart, Surface, TrackLaps
from evenstride.library import open_library
from evenstride.library.stored import ground_from_text, ground_to_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evenstride.library import Library

WHOLE = GroundPart(surface=Surface.ROAD, camber=Camber.LEFT_LOWER)
MIDDLE = GroundPart(600.0, 1200.5, Surface.TRACK)
END = GroundPart(1200.5, None, camber=Camber.NONE)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    import_all(tmp_path / "lib", history(14))
    with open_library(tmp_path / "lib") as opened:
        yield opened


def ids(library: Library) -> list[str]:
    return library.runs(())["run_id"].to_list()


def table(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def test_what_is_said_replaces_what_was_said_of_these_runs_alone(library: Library) -> None:
    first, second, third, *_ = ids(library)
    assert library.ground_parts() == {}
    library.write_ground([first, second], [WHOLE, MIDDLE])
    library.write_ground([third], [END, WHOLE])
    library.write_ground([second], [END])
    assert library.ground_parts() == {
        first: (WHOLE, MIDDLE),
        second: (END,),
        third: (END, WHOLE),
    }
    assert library.ground_parts_of(third) == (END, WHOLE)
    library.write_ground([first, third], [])
    assert library.ground_parts() == {second: (END,)}
    assert library.ground_parts_of(first) == ()


def test_what_says_nothing_is_not_kept(library: Library) -> None:
    run = ids(library)[0]
    library.write_ground([run], [GroundPart(), MIDDLE, GroundPart(5.0, 6.0)])
    assert library.ground_parts() == {run: (MIDDLE,)}
    library.write_ground([run], [GroundPart()])
    assert library.ground_parts() == {}


@pytest.mark.parametrize(
    ("start_s", "end_s"),
    [(60.0, 60.0), (61.0, 60.0), (-1.0, None), (None, 0.0), (math.nan, 5.0), (0.0, math.nan),
     (math.inf, None)],
)  # fmt: skip
def test_misuse_changes_nothing(
    library: Library, start_s: float | None, end_s: float | None
) -> None:
    first, second, *_ = ids(library)
    library.write_ground([first], [WHOLE])
    with pytest.raises(InputError, match="begin before it ends"):
        library.write_grounds(
            {first: [MIDDLE], second: [GroundPart(start_s, end_s, Surface.TRAIL)]}
        )
    with pytest.raises(UnknownRunError, match="no run nowhere"):
        library.write_ground([first, "nowhere"], [MIDDLE])
    assert library.ground_parts() == {first: (WHOLE,)}


def test_it_survives_all_that_is_done_to_the_rest(library: Library, tmp_path: Path) -> None:
    runs = ids(library)
    library.write_ground(runs[:3], [WHOLE, MIDDLE])
    said = library.ground_parts()
    library.rebuild(toy_recompute(library.root, rows=55))
    import_all(library.root, history(16))
    library.sweep()
    assert library.ground_parts() == said
    assert library.check() == []
    library.backup(tmp_path / "backup")
    with open_library(tmp_path / "backup", create=False) as copy:
        assert copy.ground_parts() == said
        assert copy.grounds() == library.grounds()
    library.export(tmp_path / "a")
    assert table(tmp_path / "a" / "ground_typed.csv")[:3] == [
        ["run_id", "position", "start_s", "end_s", "surface", "camber"],
        [runs[0], "0", "", "", "road", "left_lower"],
        [runs[0], "1", "600.0", "1200.5", "track", ""],
    ]
    computed = table(tmp_path / "a" / "ground.csv")
    assert len(computed) == 1 + len(library.blocks())
    first = dict(zip(computed[0], computed[1], strict=True))
    assert (
        first.items()
        >= {
            "recording_id": min(library.blocks()),
            "left_turn_deg": "360.5",
            "right_turn_deg": "90.0",
            "left_bend_m": "120.0",
            "right_bend_m": "40.5",
            "up_m": "12.0",
            "down_m": "",
            "turned_back_at_s": "",
            "laps_left": "3",
            "laps_right": "1",
            "laps_lap_m": "402.5",
            "laps_radius_m": "36.5",
        }.items()
    )
    library.write_ground(runs[:3], [END])
    library.write_grounds({run: [WHOLE, MIDDLE] for run in reversed(runs[:3])})
    library.export(tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b"), "as it is, not as it came"


def test_thousands_of_runs_at_once(tmp_path: Path) -> None:
    import_all(tmp_path / "lib", single_runs(620), batch=200)
    with open_library(tmp_path / "lib") as library:
        every = ids(library)
        library.write_ground(every, [MIDDLE, END])
        assert library.ground_parts() == dict.fromkeys(every, (MIDDLE, END))
        library.write_ground(every, [])
        assert library.ground_parts() == {}


def test_what_was_computed_is_of_the_chosen_recording(tmp_path: Path) -> None:
    """Two devices on one run, with and without altitude."""
    with open_library(tmp_path / "lib") as library:
        root = library.root
        high = toy_prepare(root, toy_file(serial="1"), "a.fit")
        flat = toy_prepare(root, toy_file(serial="2", product="coros"), "b.fit")
        (recording,) = flat.recordings
        without = replace(recording, measures=replace(recording.measures, ground=Ground()))
        from library_toy import NOW

        library.add([high, replace(flat, recordings=(without,))], imported_at_utc=NOW)
        (run,) = ids(library)
        with_it = high.recordings[0]
        found = set()
        for wish in (with_it.recording_id, without.recording_id):
            library.prefer(run, wish)
            assert library.grounds() == {run: library.run(run).ground}
            found.add(library.run(run).ground)
        assert found == {with_it.measures.ground, Ground()}


@pytest.mark.parametrize(
    "ground",
    [
        Ground(),
        Ground(left_turn_deg=0.0),
        Ground(1.5, 2.5, 3.5, 4.5, TrackLaps(25, 0, 402.25, 37.0), 6.5, 7.5, 8.5),
    ],
)
def test_a_ground_is_the_same_afterwards(ground: Ground) -> None:
    assert ground_from_text(ground_to_text(ground)) == ground


def test_numbers_of_numpy_are_numbers() -> None:
    laps = TrackLaps(np.int64(3), 0, np.float32(400.5), np.float64(36.5))  # type: ignore[arg-type]
    assert ground_from_text(ground_to_text(Ground(laps=laps))) == Ground(
        laps=TrackLaps(3, 0, 400.5, 36.5)
    )


@pytest.mark.parametrize("text", ["", "[]", "3", "null", '{"altitude": 3}', '{"laps": 3}'])
def test_a_damaged_ground_is_named_and_a_rebuild_mends_it(library: Library, text: str) -> None:
    run = library.run(ids(library)[0])
    with closing(sqlite3.connect(library.root / "library.sqlite")) as connection:
        connection.execute(
            "UPDATE details SET ground = ? WHERE recording_id = ?", (text, run.chosen.recording_id)
        )
        connection.commit()
    assert [finding.code for finding in library.check()] == ["computed_damaged"]
    for ask in (library.grounds, lambda: library.run(run.run_id)):
        with pytest.raises(LibraryCorruptError):
            ask()
    library.rebuild(toy_recompute(library.root))
    assert library.check() == []
    assert library.grounds()[run.run_id] == run.ground


def test_a_word_that_there_is_not_is_named(library: Library) -> None:
    run = ids(library)[0]
    library.write_ground([run], [WHOLE])
    with closing(sqlite3.connect(library.root / "library.sqlite")) as connection:
        connection.execute("UPDATE ground SET surface = 'lava'")
        connection.commit()
    assert [finding.code for finding in library.check()] == ["typed_damaged"]
    with pytest.raises(LibraryCorruptError, match="restore a backup"):
        library.ground_parts()
