"""Decides which recording speaks for a run, and what reading the library's runs gives."""

from __future__ import annotations

from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from sqlalchemy import BigInteger, select, type_coerce

from evenstride.domain.errors import LibraryCorruptError, UnknownRunError
from evenstride.library import database, stored, tables
from evenstride.library.database import MOST_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.engine import Connection

    from evenstride.domain.measures import Blocks

Settings = dict[str, Any]

PREFERRED_DEVICES = "preferred_devices"
"""The setting that lists devices and sensors, best first, by a part of their names or serials."""

RUN_COLUMNS: dict[str, pl.DataType] = {
    "run_id": pl.String(),
    "recording_id": pl.String(),
    "started_at_utc": pl.Datetime("us", "UTC"),
    "utc_offset_s": pl.Int64(),
    "sport": pl.String(),
    "duration_s": pl.Float64(),
    "distance_m": pl.Float64(),
    "device": pl.String(),
    "sensor": pl.String(),
    "session_balance_left_pct": pl.Float64(),
    "usable_s": pl.Float64(),
    "usable_share": pl.Float64(),
    "recordings": pl.Int64(),
}
"""The columns of the frame of runs, before those of the measures."""

SERIES_COLUMNS: dict[str, pl.DataType] = {
    "run_id": pl.String(),
    "recording_id": pl.String(),
    "started_at_utc": pl.Datetime("us", "UTC"),
    "utc_offset_s": pl.Int64(),
    "sport": pl.String(),
    "device": pl.String(),
    "sensor": pl.String(),
    "sensor_serial_number": pl.String(),
    "usable_s": pl.Float64(),
    "value": pl.Float64(),
    "se": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "unit": pl.String(),
    "n_effective": pl.Float64(),
}
"""The columns of a series."""


class Candidate(NamedTuple):
    """What choosing between the recordings of a run looks at, and what lists of runs show.

    A tuple, as rows are: thousands are made for every list.
    """

    run_id: str
    preferred_recording_id: str | None
    recording_id: str
    started_at_us: int
    utc_offset_s: int | None
    sport: str
    duration_s: float
    distance_m: float | None
    device_manufacturer: str | None
    device_product: str | None
    device_serial_number: str | None
    sensor_name: str | None
    sensor_product: str | None
    sensor_serial_number: str | None
    session_balance_left_pct: float | None
    has_balance: int
    usable_s: float | None
    usable_share: float | None

    @property
    def device(self) -> str | None:
        """Say the device in words, None when nothing is known."""
        return " ".join(p for p in (self.device_manufacturer, self.device_product) if p) or None


def choose(candidates: Sequence[Candidate], preferred_devices: Sequence[str]) -> Candidate:
    """Pick the recording that speaks for a run.

    The runner's wish for this run decides; else the first of `preferred_devices` that recorded it
    with balance; else the recording with the most usable balance (with the most usable running,
    where none has balance). Ties go to the smaller recording id.
    """

    def key(c: Candidate) -> tuple[bool, bool, int, float, str]:
        return (
            c.recording_id != c.preferred_recording_id,
            not c.has_balance,
            _rank(c, preferred_devices),
            -(c.usable_s or 0.0),
            c.recording_id,
        )

    return candidates[0] if len(candidates) == 1 else min(candidates, key=key)


def _rank(candidate: Candidate, preferred_devices: Sequence[str]) -> int:
    names = " | ".join(
        name.casefold()
        for name in (
            candidate.device,
            candidate.device_serial_number,
            candidate.sensor_name,
            candidate.sensor_product,
            candidate.sensor_serial_number,
        )
        if name
    )
    for rank, wanted in enumerate(preferred_devices):
        if str(wanted).casefold() in names:
            return rank
    return len(preferred_devices)


def chosen(connection: Connection, settings: Settings) -> list[tuple[Candidate, int]]:
    """Choose for every run; give each with its number of recordings, by start."""
    by_run: dict[str, list[Candidate]] = {}
    for candidate in _candidates(connection):
        by_run.setdefault(candidate[0], []).append(candidate)
    order = preferred_devices(settings)
    picked = [(choose(group, order), len(group)) for group in by_run.values()]
    picked.sort(key=lambda pair: (pair[0].started_at_us, pair[0].run_id))
    return picked


def preferred_devices(settings: Settings) -> Sequence[str]:
    """Read the runner's order of devices from the settings; empty when there is none."""
    value = settings.get(PREFERRED_DEVICES)
    return value if isinstance(value, list) else ()


def runs(
    connection: Connection, settings: Settings, measures: Iterable[str] | None
) -> pl.DataFrame:
    """Make the frame of runs; see `Library.runs`."""
    picked = chosen(connection, settings)
    columns = _columns(picked)
    columns["recordings"] = [count for _, count in picked]
    data = [_series(name, columns[name], dtype) for name, dtype in RUN_COLUMNS.items()]
    frame = pl.DataFrame(data)
    wanted = None if measures is None else list(dict.fromkeys(measures))
    found = _measured(connection, ("value", "se"), wanted)
    for name in sorted(found) if wanted is None else wanted:
        frame = frame.join(
            found[name].rename({"value": name, "se": f"{name}_se"}),
            on="recording_id",
            how="left",
            validate="1:1",
            maintain_order="left",
        )
    return frame


def series_of(
    connection: Connection, settings: Settings, measures: Iterable[str]
) -> dict[str, pl.DataFrame]:
    """Make the frames of several measures over the runs; see `Library.series_of`."""
    columns = _columns(chosen(connection, settings))
    about = pl.DataFrame(
        [_series(n, v, SERIES_COLUMNS[n]) for n, v in columns.items() if n in SERIES_COLUMNS]
    )
    found = _measured(connection, _ESTIMATE, list(dict.fromkeys(measures)))
    return {
        name: about.join(
            frame, on="recording_id", how="inner", validate="1:1", maintain_order="left"
        ).select(list(SERIES_COLUMNS))
        for name, frame in found.items()
    }


_ESTIMATE = ("value", "se", "low", "high", "unit", "n_effective")


def _measured(
    connection: Connection, columns: Sequence[str], wanted: Sequence[str] | None
) -> dict[str, pl.DataFrame]:
    """Read columns of `measures` by name: of those wanted, each there, or of all there are."""
    c = tables.measures.c
    query = select(c.name, c.recording_id, *(c[column] for column in columns))
    if wanted is not None:
        query = query.where(c.name.in_(wanted))
    # By columns from here on: 3,000 runs have 40,000 measures.
    values = list(zip(*database.rows(connection, query), strict=True)) or [()] * (len(columns) + 2)
    names = pl.Series("name", values[0], dtype=pl.String)
    frame = pl.DataFrame(
        [
            pl.Series("recording_id", values[1], dtype=pl.String),
            *(
                pl.Series(column, value, dtype=SERIES_COLUMNS[column])
                for column, value in zip(columns, values[2:], strict=True)
            ),
        ]
    )
    every = names.unique().to_list() if wanted is None else wanted
    return {name: frame.filter(names == name) for name in every}


def _columns(picked: Sequence[tuple[Candidate, int]]) -> dict[str, list[Any]]:
    """Turn the rows of runs into columns, by the names that frames have."""
    runs = [candidate for candidate, _ in picked]
    columns = {
        column: list(map(itemgetter(Candidate._fields.index(field)), runs))
        for column, field in _FIELD_OF.items()
    }
    columns["device"] = [candidate.device for candidate in runs]
    return columns


_FIELD_OF = {
    "run_id": "run_id",
    "recording_id": "recording_id",
    "started_at_utc": "started_at_us",
    "utc_offset_s": "utc_offset_s",
    "sport": "sport",
    "duration_s": "duration_s",
    "distance_m": "distance_m",
    "sensor": "sensor_name",
    "sensor_serial_number": "sensor_serial_number",
    "session_balance_left_pct": "session_balance_left_pct",
    "usable_s": "usable_s",
    "usable_share": "usable_share",
}


def _series(name: str, values: list[Any], dtype: pl.DataType) -> pl.Series:
    if isinstance(dtype, pl.Datetime):
        return pl.Series(name, values, dtype=pl.Int64).cast(dtype)
    return pl.Series(name, values, dtype=dtype)


def run(connection: Connection, settings: Settings, run_id: str) -> stored.StoredRun:
    """Read one run with all its recordings.

    Raises
    ------
    UnknownRunError
        There is none of this id.
    """
    candidates = list(_candidates(connection, run_id))
    if not candidates:
        raise UnknownRunError(f"There is no run {run_id}.")
    best = choose(candidates, preferred_devices(settings))
    recordings = tuple(
        sorted(_recordings(connection, run_id), key=lambda recording: recording.recording_id)
    )
    speaker = next((r for r in recordings if r.recording_id == best.recording_id), None)
    if speaker is None:  # the tables' indexes contradict one another
        raise LibraryCorruptError(f"What the library holds about run {run_id} is damaged.")
    return stored.StoredRun(
        run_id=run_id,
        chosen=speaker,
        recordings=recordings,
        preferred_recording_id=best.preferred_recording_id,
    )


def blocks(connection: Connection, recording_ids: Sequence[str] | None) -> dict[str, Blocks]:
    """Read blocks by recording id, of all recordings or of those named."""
    query = select(tables.blocks.c.recording_id, tables.blocks.c.data).order_by(
        tables.blocks.c.recording_id
    )
    if recording_ids is not None and len(recording_ids) <= MOST_NAMES:
        query = query.where(tables.blocks.c.recording_id.in_(recording_ids))
    wanted = None if recording_ids is None else set(recording_ids)
    return {
        recording_id: stored.blocks_from_bytes(data)
        for recording_id, data in connection.execute(query)
        if wanted is None or recording_id in wanted
    }


def blocks_made(connection: Connection) -> dict[str, str]:
    """Say what the blocks of every recording were made from, and by what, by recording id."""
    r = tables.recordings.c
    rows = connection.execute(select(r.recording_id, r.samples_sha256, r.computed_by))
    return {recording_id: f"{sha256} {by}" for recording_id, sha256, by in rows}


_DAMAGED_RUNS = "What the library holds about its runs is damaged; check it, and rebuild it."
DAMAGED_TYPED = "What was typed into the library is damaged; restore a backup."


@contextmanager
def sound_rows(sentence: str = _DAMAGED_RUNS) -> Iterator[None]:
    """Say that the database is damaged where values are not of the kind that was stored."""
    try:
        yield
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError) as error:
        raise LibraryCorruptError(sentence) from error


def _candidates(connection: Connection, run_id: str | None = None) -> Iterable[Candidate]:
    r = tables.recordings.c
    query = (
        select(
            tables.members.c.run_id,
            tables.runs.c.preferred_recording_id,
            r.recording_id,
            type_coerce(r.started_at_utc, BigInteger),
            r.utc_offset_s,
            r.sport,
            r.duration_s,
            r.distance_m,
            r.device_manufacturer,
            r.device_product,
            r.device_serial_number,
            r.sensor_name,
            r.sensor_product,
            r.sensor_serial_number,
            r.session_balance_left_pct,
            r.has_balance,
            r.usable_s,
            r.usable_share,
        )
        .select_from(tables.recordings)
        .join(tables.members, tables.members.c.recording_id == r.recording_id)
        .join(tables.runs, tables.runs.c.run_id == tables.members.c.run_id)
    )
    if run_id is not None:
        query = query.where(tables.members.c.run_id == run_id)
    return map(Candidate._make, database.rows(connection, query))


def _recordings(connection: Connection, run_id: str) -> list[stored.StoredRecording]:
    query = (
        select(
            tables.recordings,
            tables.members.c.sha256,
            tables.members.c.session_index,
            tables.files.c.name,
            tables.files.c.format,
            tables.details.c.laps,
            tables.details.c.pauses,
            tables.details.c.issues,
            tables.details.c.developer_fields,
            tables.details.c.dropped,
            tables.details.c.ground,
            tables.blocks.c.data,
        )
        .join(tables.members, tables.members.c.recording_id == tables.recordings.c.recording_id)
        .outerjoin(tables.files, tables.files.c.sha256 == tables.members.c.sha256)
        .outerjoin(
            tables.details, tables.details.c.recording_id == tables.recordings.c.recording_id
        )
        .outerjoin(tables.blocks, tables.blocks.c.recording_id == tables.recordings.c.recording_id)
        .where(tables.members.c.run_id == run_id)
    )
    found = []
    for row in connection.execute(query).mappings().all():
        measures = connection.execute(
            select(tables.measures)
            .where(tables.measures.c.recording_id == row["recording_id"])
            .order_by(tables.measures.c.name)
        ).mappings()
        found.append(
            stored.recording_from_rows(run_id, dict(row), [dict(measure) for measure in measures])
        )
    return found
