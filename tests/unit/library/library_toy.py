"""Toy files and a toy reader: enough of a run to fill a library, the same every time.

A toy file is JSON: `{"start": seconds since 1970, "duration": s, "balance": %, ...}`. The script at
the end is what the kill tests start and kill.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import traceback
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from evenstride.domain.body import Feeling, Moment, Side
from evenstride.domain.diary import (
    Complaint,
    Day,
    Entry,
    FlagCheck,
    HeelWear,
    Injury,
    ItemDone,
    KeptPlan,
    Measured,
    SessionDone,
)
from evenstride.domain.estimate import Estimate
from evenstride.domain.exercise import (
    Exposure,
    Facts,
    Flag,
    HurtBefore,
    Sore,
    TestedSide,
    Wish,
)
from evenstride.domain.experiment import LapUse, Record, Registration
from evenstride.domain.ground import Camber, Ground, Surface, TrackLaps
from evenstride.domain.measures import BLOCK_DTYPE, Measures
from evenstride.domain.recording import (
    SAMPLES_SCHEMA,
    DeveloperField,
    Device,
    Issue,
    Lap,
    Recording,
    Run,
    Sensor,
)
from evenstride.library import (
    New,
    Prepared,
    StoredFile,
    database,
    open_library,
    prepare_recording,
    read_raw,
    sha256_of,
    store_raw,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from evenstride.library import Library

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = date(2026, 3, 1)
COMPLAINT = Complaint(TODAY, Moment.DURING, Feeling.PAIN, "calf", Side.LEFT, 3)
FIRST = datetime(2025, 1, 1, 6, 30, tzinfo=UTC)

NAMES = (
    "balance_left_pct",
    "gct_ms",
    "left_gct_ms",
    "right_gct_ms",
    "flight_time_ms",
    "duty_factor_pct",
    "cadence_spm",
    "step_length_mm",
    "vertical_oscillation_mm",
    "vertical_ratio_pct",
    "speed_m_s",
    "balance_first_third_pct",
    "balance_last_third_pct",
    "balance_drift_pp",
)


def toy_file(
    start: datetime = FIRST,
    *,
    duration: float = 1800.0,
    balance: float | None = 49.0,
    serial: str | None = "1",
    product: str = "fr255",
    usable: float | None = None,
    sessions: int = 1,
    apart_h: float = 1.0,
    comment: str = "",
    offset: int | None = 3600,
    speed: float = 3.0,
) -> bytes:
    """Write a toy file; its sessions begin `apart_h` hours one after another."""
    content = {
        "start": start.timestamp(),
        "duration": duration,
        "balance": balance,
        "serial": serial,
        "product": product,
        "usable": duration if usable is None else usable,
        "sessions": sessions,
        "apart_h": apart_h,
        "comment": comment,
        "offset": offset,
        "speed": speed,
    }
    return json.dumps(content).encode()


def toy_read(data: bytes, *, rows: int = 40) -> list[tuple[Recording, Measures]]:
    """Read a toy file: the recordings and what a gait room might make of them."""
    c = json.loads(data)
    return [_session(c, index, rows) for index in range(c["sessions"])]


def _session(c: dict[str, Any], index: int, rows: int) -> tuple[Recording, Measures]:
    start = datetime.fromtimestamp(c["start"], UTC) + timedelta(hours=index * c["apart_h"])
    has_balance = c["balance"] is not None
    rng = np.random.default_rng(int(c["start"]) % 2**32 + index)
    t = np.linspace(0.0, c["duration"], rows)
    columns = {name: rng.normal(100, 5, rows) for name in SAMPLES_SCHEMA}
    columns["t_s"] = t
    samples = pl.DataFrame(columns).cast(dict(SAMPLES_SCHEMA))
    if not has_balance:
        samples = samples.with_columns(pl.lit(None, pl.Float32).alias("balance_left_pct"))
    samples = samples.with_columns(pl.Series("dev_00_1_form_power", rng.normal(60, 2, rows)))
    run = Run(
        run_id="",
        started_at_utc=start,
        utc_offset_s=c["offset"],
        sport="running",
        duration_s=c["duration"],
        distance_m=c["duration"] * c["speed"],
        device=Device("garmin", c["product"], c["serial"], "5.14"),
        sensor=Sensor("Running Dynamics Pod", "garmin", "rd_pod", "77") if has_balance else None,
        session_balance_left_pct=c["balance"],
    )
    recording = Recording(
        run=run,
        samples=samples,
        laps=(
            Lap(0, 0.0, 900.0, 900.0, 2700.0, c["balance"], 245.5, 168.0, "distance"),
            Lap(1, 900.0, c["duration"]),
        ),
        pauses=((100.0, 130.5),) if c["duration"] > 130.5 else (),
        issues=(Issue("warning", "bad_crc", "The checksum is wrong; “read” anyway.", "file"),),
        developer_fields=(DeveloperField("dev_00_1_form_power", "Form Power", "W", "00", 1),),
        session_index=index,
        format="fit",
    )
    blocks = np.zeros(int(c["duration"] // 60), dtype=BLOCK_DTYPE)
    blocks["t_s"] = np.arange(len(blocks)) * 60.0
    blocks["grade_pct"] = np.nan
    estimates = {
        name: Estimate(50.0 + k, 0.1, 49.8 + k, 50.2 + k, "%", 16.0)
        for k, name in enumerate(NAMES)
        if has_balance or "balance" not in name
    }
    if has_balance:
        b = c["balance"]
        estimates["balance_left_pct"] = Estimate(b, 0.12, b - 0.24, b + 0.24, "%", 16.0)
    measures = Measures(
        estimates=estimates,
        blocks=blocks,
        usable_s=c["usable"],
        usable_share=c["usable"] / c["duration"] if c["duration"] else float("nan"),
        dropped={"start": 15.0, "walking": 3.25},
        ground=Ground(360.5, 90.0, 120.0, 40.5, TrackLaps(3, 1, 402.5, 36.5), 12.0),
    )
    return recording, measures


def toy_prepare(root: Path, data: bytes, name: str = "a.fit", *, rows: int = 40) -> Prepared:
    """Do what an import's worker does: archive, read, measure, store the samples."""
    sha256 = store_raw(root, data)
    return Prepared(
        sha256=sha256,
        size_bytes=len(data),
        name=name,
        recordings=tuple(
            prepare_recording(root, sha256, recording, measures)
            for recording, measures in toy_read(data, rows=rows)
        ),
        computed_by="toy 1",
    )


def toy_recompute(root: Path, *, rows: int = 40) -> Any:
    """Make what `Library.rebuild` asks for."""

    def recompute(files: Iterable[StoredFile]) -> Iterator[Prepared]:
        for file in files:
            data = read_raw(root, file.sha256, file.format)
            yield toy_prepare(root, data, file.name, rows=rows)

    return recompute


def history(count: int) -> list[bytes]:
    """Write `count` files: mostly single runs, some by two devices, some with two sessions."""
    files = []
    for k in range(count):
        start = FIRST + timedelta(days=k // 2, hours=12 * (k % 2))
        if k % 7 == 3:  # a second device, a few seconds later, of the run before
            previous = FIRST + timedelta(days=(k - 1) // 2, hours=12 * ((k - 1) % 2), seconds=4)
            files.append(toy_file(previous, serial="2", product="coros", balance=50.5))
        else:
            files.append(toy_file(start, balance=48.0 + k % 5, sessions=2 if k % 11 == 5 else 1))
    return files


def single_runs(count: int) -> list[bytes]:
    """Write `count` files of as many runs."""
    return [toy_file(FIRST + timedelta(days=k), balance=48.0 + k % 5) for k in range(count)]


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file of an export but the times of import."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "import_times.csv"
    }


def import_all(
    root: Path, files: list[bytes], *, batch: int = 4, step: Callable[[Any], Any] = id
) -> None:
    """Import like the import use case does: skip what is here, prepare, add in batches."""
    with open_library(root) as library:
        todo = ((k, d) for k, d in enumerate(files) if not library.has_file(sha256_of(d)))
        prepared = (toy_prepare(root, data, f"{k:04}.fit") for k, data in todo)
        while some := list(islice(prepared, batch)):
            step(library.add(some, imported_at_utc=datetime.now(UTC)))


COMMON = ("files", "runs", "members", "recordings", "blocks", "measures")
"""Tables that are the same in all schemas so far."""
TYPED = (*COMMON, "annotations", "tags", "notes", "phones")
GROUND = (*TYPED, "details", "ground")
OLD_TABLES = {
    "0001": COMMON,
    "0002": TYPED,
    "0003": GROUND,
    "0004": (*GROUND, "experiments", "experiment_records"),
}
NEXT = f"{int(database.HEAD) + 1:04}"
"""The revision after the newest: of migrations that tests make up."""


def old_library(root: Path, files: list[bytes], schema: str = "0001") -> None:
    """Make a library as an Evenstride of that schema left it: its tables, and these files."""
    import_all(root.with_name("young"), files)
    (root.with_name("young")).rename(root)
    young = root / "library.sqlite"
    newer = young.rename(root / "newer.sqlite")
    ddl = Path(__file__).with_name(f"schema_{schema}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(young)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(ddl)
        connection.execute("ATTACH ? AS newer", (str(newer),))
        for table in OLD_TABLES[schema]:
            connection.execute(f"INSERT INTO {table} SELECT * FROM newer.{table}")
        if "details" not in OLD_TABLES[schema]:
            details = "recording_id, laps, pauses, issues, developer_fields, dropped"
            connection.execute(f"INSERT INTO details SELECT {details} FROM newer.details")
        connection.execute("INSERT INTO alembic_version VALUES (?)", (schema,))
        connection.execute("INSERT INTO settings VALUES ('mass_kg', '70')")
        connection.execute(
            "UPDATE runs SET preferred_recording_id = (SELECT min(recording_id)"
            " FROM members WHERE members.run_id = runs.run_id) WHERE rowid = 1"
        )
        if schema >= "0004":  # nothing of it was ever written
            connection.execute("DELETE FROM sqlite_sequence WHERE seq = 0")
        connection.commit()
        connection.execute("DETACH newer")
    newer.unlink()


def toy_registration(name: str = "push-off-behind", **changes: Any) -> Registration:
    """Write a registration with something in every field that its design has."""
    values: dict[str, Any] = {
        "experiment_id": name,
        "registered_at_utc": NOW,
        "question": "Does pushing off behind even things out?",
        "kind": "within_run",
        "treatment": "Push off behind 👟",
        "control": "Run as you like",
        "outcome": "toward_even",
        "longer_side": "right",
        "smallest_effect": 0.3,
        "prior_sd": 0.5,
        "seed": "0123456789abcdef",
        "pairs": 12,
        "pairs_per_run": 4,
        "lap_s": 240.0,
        "warm_up_s": 600.0,
        "settling_s": 30.0,
        "reference": {"speed_m_s": 3.1, "elapsed_h": 0.5},
        "adjustment": {"speed_m_s": -0.12345678901234567},
        "lowest": 35.0,
        "highest": 65.0,
        "spread_sd": 0.41,
        "power": 0.9,
        "planned_effect": 0.5,
        "program": "0.5",
    }
    return Registration(**values | changes)


def toy_record(position: int, run_id: str | None, **changes: Any) -> Record:
    """Write a record of one run with laps."""
    values: dict[str, Any] = {
        "position": position,
        "recorded_at_utc": NOW + timedelta(hours=position),
        "run_id": run_id,
        "did": None if run_id is None else "treatment",
        "on_date": date(2026, 3, 2),
        "rating": 7.5,
        "laps": (
            LapUse(4 * position, "treatment", 630.0, 840.5, "treatment"),
            LapUse(4 * position, "control", 870.0, 1080.0),
        ),
        "note": "Windy.",
    }
    return Record(**values | changes)


def run_experiments(library: Library, count: int, *, step: Callable[[Any], Any] = id) -> None:
    """Register, record and end `count` experiments, from wherever it stopped."""
    runs = library.runs(())["run_id"].to_list()
    for k in range(count):
        name = f"e{k:03}"
        known = library.experiments()
        if name not in known:
            step(library.register_experiment(toy_registration(name)))
            known = library.experiments()
        for position in range(len(known[name].records), len(runs)):
            step(library.record_assignment(name, toy_record(position, runs[position])))
        if known[name].ended_at_utc is None:
            step(library.end_experiment(name, "complete", ended_at_utc=NOW))


def toy_entries(run_id: str | None = None) -> dict[str, Entry]:
    """Write an entry of every kind, by id, with something in every field."""
    day = date(2026, 2, 28)
    return {
        "c1": Complaint(
            day, Moment.NEXT_MORNING, Feeling.TIGHTNESS, "hip-front", Side.RIGHT, 4, run_id, "👟"
        ),
        "d1": Day(
            day,
            run_id,
            nothing_hurts=True,
            done=("rolling-before", "hip circles"),
            cues=("hips-level",),
            surface=Surface.ROAD,
            camber=Camber.LEFT_LOWER,
            shoes="Ghost 15",
            sat_h=9.0,
            slept_h=7.5,
            note="Windy.",
        ),
        "i1": Injury(
            day, "ankle", Side.LEFT, "sudden", "sprain", "a root", TODAY, True, "swollen"
        ),
        "w1": HeelWear("Ghost 15", day, 1, 2, "even", "outer", "after 400 km"),
        "m1": Measured(
            day, "ankle-lunge", "degrees", "knee bent", "inclinometer", "physio",
            (38.5, 39.0, 40.0), (41.0, 42.5, 43.0), "a sign", 0, 3, "cold",
        ),
        "f1": FlagCheck(
            day, {"night": False, "limp": True}, "calf", Side.LEFT, "x", day, "seen by a physio"
        ),
        "p1": KeptPlan(
            day,
            Wish(day, ("tue", "fri"), 2, 20, ("stronger",), ("band",), ("hernia",)),
            Facts(
                (TestedSide("bridge", day, Side.LEFT, True, -3.5, 2.0, "s", "low", False),),
                (Sore("knee-front", Side.RIGHT, Feeling.PAIN, Moment.AFTER, 6, day),),
                (HurtBefore("ankle", Side.LEFT, direct=True, over=True),),
                (Exposure("camber", Side.LEFT, 0.7),),
                (Flag("limp", "before_running", "calf", Side.LEFT),),
                171.5,
                2.9,
            ),
            1,
            date(2026, 4, 1),
            "ill",
        ),
        "s1": SessionDone(
            "p1",
            "w03-2",
            day,
            "done",
            (ItemDone("bridge", 3, 10, 12, 2.5, 1, 0, left_out=True),),
            "y",
        ),
    }  # fmt: skip


def write_diary(library: Library, count: int, *, step: Callable[[Any], Any] = id) -> None:
    """Write, correct and delete `count` rounds of entries, from wherever it stopped."""
    for k in range(count):
        known = library.entries(Day)
        if f"{k}-over" in known:
            continue
        # Two entries a writing: never one without the other.
        new = [New(f"{k}-c", replace(COMPLAINT, level=k % 11)), New(f"{k}-d", Day(TODAY))]
        if f"{k}-d" not in known:
            step(library.write_entries(new, written_at_utc=NOW))
            step(library.write_entries([New(f"{k}-x", Day(TODAY))], written_at_utc=NOW))
        corrected = Day(TODAY, note=f"round {k}")
        step(library.write_entries([New(f"{k}-d", corrected, 1)], written_at_utc=NOW))
        if f"{k}-x" in library.entries(Day):
            step(library.delete_entry(Day, f"{k}-x"))
        step(library.write_entries([New(f"{k}-over", Day(TODAY))], written_at_utc=NOW))


def blank_library(root: Path) -> None:
    """Make a folder with a database that holds nothing."""
    root.mkdir()
    with closing(sqlite3.connect(root / "library.sqlite")) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def revision(root: Path) -> str:
    """Read the revision of a library's database, `0000` where it is blank."""
    with closing(sqlite3.connect(root / "library.sqlite")) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        if not tables:
            return "0000"
        found: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return found


def _say(done: Any) -> Any:
    os.write(1, b"a step\n")  # in one piece, also when a kill comes
    return done


def _open(root: Path, how: str) -> None:
    """Open it; "to die in copying": a migration's copy is whole then, and not yet in its place."""
    if how:
        Path.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    open_library(root).close()


def main(action: str, folder: str, argument: str = "") -> None:  # noqa: C901 # one branch an action
    """Run one action in a process of its own; say when imports are over and work begins."""
    from evenstride.library import library  # noqa: F401 # loaded before the work

    root = Path(folder)
    os.write(1, b"started\n")
    if action == "import":
        import_all(root, history(int(argument)), batch=4, step=_say)
    elif action == "import_single":
        import_all(root, single_runs(int(argument)), batch=3)
    elif action == "rebuild":
        with open_library(root) as opened:
            recompute = toy_recompute(root, rows=int(argument))
            opened.rebuild(lambda files: map(_say, recompute(files)))
    elif action == "migrate":
        database.bring_up_to_date(root, revision(root), head=NEXT, migrations=Path(argument))
    elif action == "open":
        _open(root, argument)
    elif action == "tag":
        with open_library(root) as opened:
            run_ids = opened.runs(())["run_id"].to_list()
            for k in range(int(argument.split(":")[1])):
                opened.annotate(run_ids, add_tags=[f"{argument}-{k}"])
    elif action == "diary":
        with open_library(root) as opened:
            write_diary(opened, int(argument), step=_say)
    elif action == "notes":
        name, count = argument.split(":")
        with open_library(root) as opened:
            for k in range(int(count)):
                new = [New(f"{name}-{k}", Day(TODAY, note=f"{name} {k}"))]
                opened.write_entries(new, written_at_utc=NOW)
    elif action == "experiment":
        with open_library(root) as opened:
            run_experiments(opened, int(argument), step=_say)
    else:
        raise ValueError(action)


def nursery() -> None:
    """Start a process for each line of standard input, and say when it ended and how.

    Importing everything takes a second or two, and a kill test starts dozens of processes: they
    are forked from this one, which has imported but never used polars (whose threads, once
    running, would not survive the fork).
    """
    from alembic import command  # noqa: F401 # what a migration loads, loaded once for all too

    from evenstride.library import library  # noqa: F401 # loaded once for all

    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            try:
                main(*line.rstrip("\n").split("\t"))
            except BaseException:  # noqa: BLE001 # this process must not go on as its parent
                traceback.print_exc()
                os._exit(1)
            os._exit(0)
        os.write(1, f"pid {child}\n".encode())
        # Look without reaping: until our reader has seen the end, the id stays this child's.
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        os.write(1, b"over\n")
        sys.stdin.readline()
        _, status = os.waitpid(child, 0)
        os.write(1, f"exit {os.waitstatus_to_exitcode(status)}\n".encode())


if __name__ == "__main__":
    if len(sys.argv) == 1:
        nursery()
    else:
        main(*sys.argv[1:])
