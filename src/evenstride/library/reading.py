"""Decides which recording speaks for a run, and what reading the library's runs gives."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl
from sqlalchemy import BigInteger, select, type_coerce

from evenstride.domain.errors import LibraryCorruptError, UnknownRunError
from evenstride.library import stored, tables
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


@dataclass(frozen=True, slots=True)
class Candidate:
    """What choosing between the recordings of a run looks at, and what lists of runs show."""

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
        by_run.setdefault(candidate.run_id, []).append(candidate)
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
    row_of = {candidate.recording_id: row for row, (candidate, _) in enumerate(picked)}
    query = select(
        tables.measures.c.recording_id,
        tables.measures.c.name,
        tables.measures.c.value,
        tables.measures.c.se,
    )
    wanted = None if measures is None else list(dict.fromkeys(measures))
    if wanted is not None:
        query = query.where(tables.measures.c.name.in_(wanted))
    columns: dict[str, tuple[list[float | None], list[float | None]]] = {}
    for name in wanted or ():
        columns[name] = ([None] * len(picked), [None] * len(picked))
    for recording_id, name, value, se in connection.execute(query):
        row = row_of.get(recording_id)
        if row is None:
            continue
        pair = columns.get(name)
        if pair is None:
            pair = columns[name] = ([None] * len(picked), [None] * len(picked))
        pair[0][row] = value
        pair[1][row] = se
    data: dict[str, pl.Series] = _run_columns(picked)
    for name in columns if wanted is not None else sorted(columns):
        value_column, se_column = columns[name]
        data[name] = pl.Series(name, value_column, dtype=pl.Float64)
        data[f"{name}_se"] = pl.Series(f"{name}_se", se_column, dtype=pl.Float64)
    return pl.DataFrame(data)


def _run_columns(picked: Sequence[tuple[Candidate, int]]) -> dict[str, pl.Series]:
    values: dict[str, list[Any]] = {
        "run_id": [c.run_id for c, _ in picked],
        "recording_id": [c.recording_id for c, _ in picked],
        "started_at_utc": [c.started_at_us for c, _ in picked],
        "utc_offset_s": [c.utc_offset_s for c, _ in picked],
        "sport": [c.sport for c, _ in picked],
        "duration_s": [c.duration_s for c, _ in picked],
        "distance_m": [c.distance_m for c, _ in picked],
        "device": [c.device for c, _ in picked],
        "sensor": [c.sensor_name for c, _ in picked],
        "session_balance_left_pct": [c.session_balance_left_pct for c, _ in picked],
        "usable_s": [c.usable_s for c, _ in picked],
        "usable_share": [c.usable_share for c, _ in picked],
        "recordings": [n for _, n in picked],
    }
    return {name: _series(name, values[name], dtype) for name, dtype in RUN_COLUMNS.items()}


def series(connection: Connection, settings: Settings, measure: str) -> pl.DataFrame:
    """Make the frame of one measure over the runs; see `Library.series`."""
    c = tables.measures.c
    query = select(c.recording_id, c.value, c.se, c.low, c.high, c.unit, c.n_effective)
    found = {row[0]: row for row in connection.execute(query.where(c.name == measure))}
    rows = [
        (candidate, found[candidate.recording_id])
        for candidate, _ in chosen(connection, settings)
        if candidate.recording_id in found
    ]
    values: dict[str, list[Any]] = {
        "run_id": [run.run_id for run, _ in rows],
        "recording_id": [run.recording_id for run, _ in rows],
        "started_at_utc": [run.started_at_us for run, _ in rows],
        "utc_offset_s": [run.utc_offset_s for run, _ in rows],
        "sport": [run.sport for run, _ in rows],
        "device": [run.device for run, _ in rows],
        "sensor": [run.sensor_name for run, _ in rows],
        "sensor_serial_number": [run.sensor_serial_number for run, _ in rows],
        "usable_s": [run.usable_s for run, _ in rows],
    }
    for index, name in enumerate(("value", "se", "low", "high", "unit", "n_effective"), start=1):
        values[name] = [row[index] for _, row in rows]
    return pl.DataFrame(
        {name: _series(name, values[name], dtype) for name, dtype in SERIES_COLUMNS.items()}
    )


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


@contextmanager
def sound_rows() -> Iterator[None]:
    """Say that the database is damaged where values are not of the kind that was stored."""
    try:
        yield
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError) as error:
        raise LibraryCorruptError(
            "What the library holds about its runs is damaged; check it, and rebuild it."
        ) from error


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
    return (Candidate(*row) for row in connection.execute(query))


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
