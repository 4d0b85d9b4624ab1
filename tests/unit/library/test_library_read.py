"""Reading: lists, series, names of runs, settings, and other processes at the same time."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import library_toy
import polars as pl
import pytest
from library_toy import (
    FIRST,
    NAMES,
    NOW,
    contents,
    history,
    import_all,
    single_runs,
    toy_file,
    toy_prepare,
)

from evenstride.domain.errors import EmptyLibraryError, UnknownRunError
from evenstride.library import open_library
from evenstride.library.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evenstride.library import Library


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    root = tmp_path_factory.mktemp("library") / "lib"
    import_all(root, history(30))
    with open_library(root) as opened:
        yield opened


def test_runs_are_listed_oldest_first_with_their_measures(library: Library) -> None:
    frame = library.runs()
    assert frame["started_at_utc"].is_sorted()
    assert frame["run_id"].is_unique().all()
    assert frame.schema["started_at_utc"] == pl.Datetime("us", "UTC")
    for row in frame.iter_rows(named=True):
        chosen = library.run(row["run_id"]).chosen
        assert row["recording_id"] == chosen.recording_id
        assert row["started_at_utc"] == chosen.run.started_at_utc
        assert row["sensor"] == "Running Dynamics Pod"
        for name in NAMES:
            assert row[name] == chosen.measures.estimates[name].value
            assert row[f"{name}_se"] == chosen.measures.estimates[name].se


def test_only_the_measures_asked_for_are_listed(library: Library) -> None:
    frame = library.runs(["gct_ms", "no_such_measure"])
    assert frame.columns[-4:] == ["gct_ms", "gct_ms_se", "no_such_measure", "no_such_measure_se"]
    assert "balance_left_pct" not in frame.columns
    assert frame["no_such_measure"].null_count() == frame.height
    assert frame["gct_ms"].equals(library.runs()["gct_ms"])


def test_an_empty_library_lists_nothing(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as empty:
        frame = empty.runs()
        assert frame.height == 0
        assert frame.schema["run_id"] == pl.String
        assert empty.series("gct_ms").schema["value"] == pl.Float64
        assert empty.blocks() == {}
        assert empty.settings() == {}
        assert empty.check() == []
        with pytest.raises(EmptyLibraryError):
            empty.resolve("last")
        with pytest.raises(UnknownRunError):
            empty.run("2025-01-01-0630")
        with pytest.raises(UnknownRunError):
            empty.samples("0123456789abcdef-0")


def test_a_series_is_a_column_of_the_list(library: Library) -> None:
    series, runs = library.series("balance_left_pct"), library.runs()
    assert series["run_id"].equals(runs["run_id"])
    assert series["value"].equals(runs["balance_left_pct"], check_names=False)
    assert series["se"].equals(runs["balance_left_pct_se"], check_names=False)
    assert set(series["unit"]) == {"%"}
    assert library.series("no_such_measure").height == 0


def test_runs_without_the_measure_are_not_in_its_series(tmp_path: Path) -> None:
    files = [toy_file(), toy_file(FIRST + timedelta(days=1), balance=None)]
    import_all(tmp_path / "lib", files)
    with open_library(tmp_path / "lib") as library:
        assert library.series("balance_left_pct")["run_id"].to_list() == ["2025-01-01-0730"]
        assert library.series("gct_ms").height == 2
        assert library.runs()["sensor"].to_list() == ["Running Dynamics Pod", None]


def test_blocks_come_by_recording(library: Library) -> None:
    every = library.blocks()
    assert len(every) == library.runs()["recordings"].sum()
    name = library.run(library.resolve("last")).chosen.recording_id
    assert set(library.blocks([name])) == {name}
    assert len(library.blocks([name])[name]) == 30
    many = [name, *(f"{k:016x}-0" for k in range(40_000))]  # more than one statement may bind
    assert set(library.blocks(many)) == {name}
    assert library.stored_files(many) == frozenset()


def test_settings_hold_json(tmp_path: Path) -> None:
    with open_library(tmp_path / "lib") as library:
        library.set_setting("mass_kg", 71.5)
        library.set_setting("preferred_devices", ["Größe", "b"])
        library.set_setting("mass_kg", 70)
        library.set_setting("bands", None)
        assert library.settings() == {"mass_kg": 70, "preferred_devices": ["Größe", "b"]}
        library.set_setting("mass_kg", None)
        assert library.settings() == {"preferred_devices": ["Größe", "b"]}
        with pytest.raises(ValueError, match="not JSON compliant"):
            library.set_setting("mass_kg", float("nan"))


RUNS = [
    ("2025-01-01-0630", datetime(2025, 1, 1, 6, 30, tzinfo=UTC), 3600),
    ("2025-01-01-1700", datetime(2025, 1, 1, 17, 0, tzinfo=UTC), 3600),
    ("2025-01-02-2330", datetime(2025, 1, 2, 23, 30, tzinfo=UTC), 3600),  # the 3rd, local time
    ("2025-02-11-0630", datetime(2025, 2, 11, 6, 30, tzinfo=UTC), None),
]


@pytest.mark.parametrize(
    ("text", "run_id"),
    [
        ("2025-01-01-0630", "2025-01-01-0630"),
        (" 2025-01-01-17 ", "2025-01-01-1700"),
        ("last", "2025-02-11-0630"),
        ("LAST", "2025-02-11-0630"),
        ("2025-01-03", "2025-01-02-2330"),
        ("2025-2-11", "2025-02-11-0630"),
        ("2025-02", "2025-02-11-0630"),
    ],
)
def test_a_run_goes_by_several_names(text: str, run_id: str) -> None:
    assert resolve(text, RUNS) == run_id


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("2025-01-01", r"2 runs: 2025-01-01-0630, 2025-01-01-1700"),
        ("2025-01-01-", r"2 runs"),
        ("2025-01-02", r"nearest is 2025-01-01-1700 on 2025-01-01|nearest is .*2025-01-0[13]"),
        ("2026-02-30", r"no run “2026-02-30”"),
        ("2025-01-01-0631", r"did you mean 2025-01-01-0630"),
        ("tuesday", r"the last run is 2025-02-11-0630"),
        ("", r"no run"),
        ("%", r"no run"),
    ],
)
def test_an_unknown_name_gets_a_suggestion(text: str, hint: str) -> None:
    with pytest.raises(UnknownRunError, match=hint):
        resolve(text, RUNS)


def test_an_exact_id_beats_the_longer_ones() -> None:
    twins = [("2025-01-01-0630-2", FIRST, 0), ("2025-01-01-0630", FIRST, 0)]
    assert resolve("2025-01-01-0630", twins) == "2025-01-01-0630"


def start(action: str, root: Path, argument: str) -> subprocess.Popen[str]:
    script = Path(library_toy.__file__)
    command = [sys.executable, str(script), action, str(root), argument]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_one_reads_while_another_writes(tmp_path: Path) -> None:
    root = tmp_path / "lib"
    counts = []
    with open_library(root) as library, start("import_single", root, "120") as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        while writer.poll() is None:
            frame = library.runs()
            counts.append(frame.height)
            if frame.height:
                last = library.run(frame["run_id"][-1]).chosen
                assert library.samples(last.recording_id).height == last.rows
        assert writer.wait() == 0
        assert library.runs().height == 120
    assert counts == sorted(counts)
    assert any(0 < count < 120 for count in counts), "nothing was read in between"


def test_two_writers_both_succeed(tmp_path: Path) -> None:
    root = tmp_path / "lib"  # not there yet: they make it at once, too
    writers = [start("import_single", root, "90") for _ in range(2)]
    for writer in writers:
        with writer:
            assert writer.wait(timeout=120) == 0
    import_all(tmp_path / "alone", single_runs(90))
    with open_library(root) as both, open_library(tmp_path / "alone") as alone:
        assert both.check() == []
        both.export(tmp_path / "a")
        alone.export(tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_importing_the_door_loads_no_database() -> None:
    code = "import sys, evenstride.library; print('sqlalchemy' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"


def test_opening_loads_no_alembic(tmp_path: Path) -> None:
    code = (
        "import sys, evenstride.library as l; l.open_library(sys.argv[1]).close();"
        "l.open_library(sys.argv[1]).runs(); print('alembic' in sys.modules)"
    )
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "lib")]
    assert subprocess.check_output(command, text=True).strip() == "False"


def test_prepared_goes_through_a_pickle(tmp_path: Path) -> None:
    import pickle

    with open_library(tmp_path / "lib") as library:
        prepared = toy_prepare(tmp_path / "lib", toy_file())
        back = pickle.loads(pickle.dumps(prepared))
        assert library.add([back], imported_at_utc=NOW)[0].status == "imported"
