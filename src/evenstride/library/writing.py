"""Decides which run a recording belongs to, and commits what workers prepared, a batch at a time.

All of it happens inside one transaction that holds the write lock, so two imports at once cannot
make two runs of one, and nobody ever sees half a batch.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from itertools import count
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from sqlalchemy import BigInteger, bindparam, delete, insert, select, type_coerce, update
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.dialects.sqlite import insert as upsert

from evenstride.domain.errors import StorageError
from evenstride.library import layout, stored, tables
from evenstride.library.database import MOST_NAMES
from evenstride.library.prepared import Added
from evenstride.library.tables import to_us

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from evenstride.library.prepared import Prepared, PreparedRecording

SAME_RUN_OVERLAP = 0.8
"""Two recordings are of one run when they share this much of the shorter one's time."""

SAME_RUN_SPEED = 0.1
"""Two devices on one run differ by no more of the faster mean speed: two people run side by side
at one time of day, but not at one pace."""

_LONGEST_US = 7 * 86_400_000_000
"""No recording lasts longer; how far back one may start that still overlaps a new one."""

_INSERT_MEASURES = str(insert(tables.measures).compile(dialect=dialect()))

_by_start = attrgetter("start_us")


@dataclass(frozen=True, slots=True)
class _Span:
    run_id: str
    start_us: int
    elapsed_s: float
    distance_m: float | None
    device: tuple[str | None, str | None, str | None]
    """Manufacturer, product, serial number."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The run of a recording; whether the recording is new, and another device recorded it too."""

    run_id: str
    is_new: bool
    joined: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """The runs of a file, and how many of its new recordings joined one of another device."""

    run_ids: tuple[str, ...]
    joined: int = 0


def overlap(start_a_us: int, elapsed_a_s: float, start_b_us: int, elapsed_b_s: float) -> float:
    """Return the share of the shorter of two spans that both cover, in [0, 1]; 0 if it is empty."""
    shorter = min(elapsed_a_s, elapsed_b_s)
    if not shorter > 0:
        return 0.0
    start = max(start_a_us, start_b_us)
    end = min(start_a_us + elapsed_a_s * 1e6, start_b_us + elapsed_b_s * 1e6)
    return min(max(0.0, end - start) / 1e6 / shorter, 1.0)  # a span is rounded to microseconds


def add_batch(
    connection: Connection, root: Path, batch: Sequence[Prepared], imported_at_utc: datetime
) -> list[Added]:
    """Add prepared files, in order, inside the caller's transaction.

    A file that is known keeps its runs; if what is computed from it differs from what is stored,
    or is missing, that is replaced.

    Raises
    ------
    StorageError
        A raw or samples file that was prepared is gone.
    """
    to_us(imported_at_utc)  # refuse a naive time before anything is done
    first: dict[str, Prepared] = {}
    for item in batch:
        first.setdefault(item.sha256, item)
    require_files(root, first.values())
    known = _known(connection, first)
    sound = {sha for sha in known if _is_stored(connection, first[sha])}

    fresh = [item for sha, item in first.items() if sha not in known]
    if fresh:
        connection.execute(
            insert(tables.files),
            [
                {
                    "sha256": item.sha256,
                    "size_bytes": item.size_bytes,
                    "name": item.name,
                    "format": item.format,
                    "imported_at_utc": imported_at_utc,
                    "recordings": len(item.recordings),
                }
                for item in fresh
            ],
        )
    placed = replace_computed(connection, [item for sha, item in first.items() if sha not in sound])
    placed.update((sha, Placed(ids)) for sha, ids in run_ids(connection, sound).items())

    told: set[str] = set()
    results = []
    for item in batch:
        status: Literal["imported", "already_there", "mended"] = "imported"
        if item.sha256 in told or item.sha256 in sound:
            status = "already_there"
        elif item.sha256 in known:
            status = "mended"
        of = placed.get(item.sha256, Placed(()))
        joined = 0 if item.sha256 in told else of.joined
        told.add(item.sha256)
        results.append(Added(item.sha256, item.name, status, of.run_ids, joined))
    return results


def replace_computed(connection: Connection, items: Sequence[Prepared]) -> dict[str, Placed]:
    """Write what was computed from files whose rows exist; return the runs of each, by SHA-256.

    Recordings that the library knows stay in their runs; new ones are placed.
    """
    if not items:
        return {}
    places = _place(connection, items)
    known = {recording_id for recording_id, place in places.items() if not place.is_new}
    shas = [item.sha256 for item in items]
    if known:
        old = select(tables.members.c.recording_id).where(tables.members.c.sha256.in_(shas))
        # Each by itself, not by the cascade: a damaged library may have lost the parent row.
        for table in tables.COMPUTED:
            connection.execute(delete(table).where(table.c.recording_id.in_(old)))
    connection.execute(
        update(tables.files)
        .where(tables.files.c.sha256 == bindparam("of"))
        .values(recordings=bindparam("n")),
        [{"of": item.sha256, "n": len(item.recordings)} for item in items],
    )
    pairs = [(item, recording) for item in items for recording in item.recordings]
    new = [(i, r, places[r.recording_id].run_id) for i, r in pairs if r.recording_id not in known]
    if new:
        connection.execute(
            upsert(tables.runs).on_conflict_do_nothing(),
            [{"run_id": run_id} for run_id in dict.fromkeys(run_id for _, _, run_id in new)],
        )
        connection.execute(
            insert(tables.members),
            [
                {
                    "recording_id": recording.recording_id,
                    "run_id": run_id,
                    "sha256": item.sha256,
                    "session_index": recording.session_index,
                }
                for item, recording, run_id in new
            ],
        )
    if pairs:
        connection.execute(
            insert(tables.recordings),
            [stored.recording_row(recording, item.computed_by) for item, recording in pairs],
        )
        connection.execute(
            insert(tables.details), [stored.details_row(recording) for _, recording in pairs]
        )
        connection.execute(
            insert(tables.blocks), [stored.blocks_row(recording) for _, recording in pairs]
        )
        measures = [row for _, recording in pairs for row in stored.measure_rows(recording)]
        if measures:
            connection.exec_driver_sql(_INSERT_MEASURES, measures)
    return {
        item.sha256: _placed([places[r.recording_id] for r in item.recordings]) for item in items
    }


def _placed(places: Sequence[_Place]) -> Placed:
    ids = dict.fromkeys(place.run_id for place in places)
    return Placed(tuple(ids), sum(place.joined for place in places))


def prefer(connection: Connection, run_id: str, recording_id: str | None) -> None:
    """Write which recording the runner wants to speak for a run; None for no wish."""
    connection.execute(
        update(tables.runs)
        .where(tables.runs.c.run_id == run_id)
        .values(preferred_recording_id=recording_id)
    )


def require_files(root: Path, items: Iterable[Prepared]) -> None:
    """Refuse with a StorageError what refers to files that are not there (any more)."""
    for item in items:
        paths = [layout.raw_path(root, item.sha256, item.format)]
        paths += [
            layout.samples_path(root, recording.recording_id, recording.samples_sha256)
            for recording in item.recordings
        ]
        for path in paths:
            if not path.is_file():
                raise StorageError(
                    f"{item.name} was not added: {path} has disappeared; import again."
                )


def _known(connection: Connection, shas: Iterable[str]) -> set[str]:
    column = tables.files.c.sha256
    return set(connection.scalars(select(column).where(column.in_(list(shas)))))


def _is_stored(connection: Connection, item: Prepared) -> bool:
    """Say whether exactly these recordings with exactly these samples are in the tables."""
    have = connection.execute(
        select(
            tables.recordings.c.recording_id,
            tables.recordings.c.samples_sha256,
            tables.recordings.c.computed_by,
        )
        .join(tables.members, tables.members.c.recording_id == tables.recordings.c.recording_id)
        .where(tables.members.c.sha256 == item.sha256)
    )
    return {tuple(row) for row in have} == {
        (recording.recording_id, recording.samples_sha256, item.computed_by)
        for recording in item.recordings
    }


def run_ids(connection: Connection, shas: set[str]) -> dict[str, tuple[str, ...]]:
    """Give the runs of those of these files that have any, by SHA-256."""
    if not shas:
        return {}
    m = tables.members.c
    query = select(m.sha256, m.run_id).order_by(m.recording_id)
    if len(shas) <= MOST_NAMES:
        query = query.where(m.sha256.in_(shas))
    found: dict[str, dict[str, None]] = {}
    for sha, run_id in connection.execute(query):
        if sha in shas:
            found.setdefault(sha, {})[run_id] = None
    return {sha: tuple(ids) for sha, ids in found.items()}


def _place(connection: Connection, items: Sequence[Prepared]) -> dict[str, _Place]:
    """Find the run of every recording, by recording id."""
    rows = connection.execute(
        select(tables.members.c.recording_id, tables.members.c.run_id).where(
            tables.members.c.sha256.in_([item.sha256 for item in items])
        )
    )
    known: dict[str, str] = {row.recording_id: row.run_id for row in rows}
    fresh = [r for item in items for r in item.recordings if r.recording_id not in known]
    placed = {recording_id: _Place(run_id, is_new=False) for recording_id, run_id in known.items()}
    if not fresh:
        return placed
    spans = _spans_near(connection, fresh)
    stamps = {_stamp(r) for r in fresh}
    taken = set(
        connection.scalars(select(tables.runs.c.run_id).where(tables.runs.c.run_id.in_(stamps)))
    )
    for recording in fresh:
        span = _span(recording)
        others = _same_run(span, spans)
        run_id = others[0].run_id if others else _new_run_id(connection, recording, taken)
        joined = any(other.device != span.device for other in others)
        placed[recording.recording_id] = _Place(run_id, is_new=True, joined=joined)
        insort(spans, replace(span, run_id=run_id), key=_by_start)
    return placed


def _spans_near(connection: Connection, fresh: Sequence[PreparedRecording]) -> list[_Span]:
    """Load what the fresh recordings may overlap, sorted by start."""
    starts = [to_us(r.run.started_at_utc) for r in fresh]
    last = max(to_us(r.run.started_at_utc) + int(r.elapsed_s * 1e6) for r in fresh)
    recordings, members = tables.recordings.c, tables.members.c
    start_us = type_coerce(recordings.started_at_utc, BigInteger)
    rows = connection.execute(
        select(
            members.run_id,
            start_us,
            recordings.elapsed_s,
            recordings.distance_m,
            recordings.device_manufacturer,
            recordings.device_product,
            recordings.device_serial_number,
        )
        .join(tables.recordings, members.recording_id == recordings.recording_id)
        .where(start_us >= min(starts) - _LONGEST_US, start_us <= last)
        .order_by(start_us, members.recording_id)
    )
    return [
        _Span(run_id, start, elapsed_s, distance_m, (maker, product, serial))
        for run_id, start, elapsed_s, distance_m, maker, product, serial in rows
    ]


def _span(recording: PreparedRecording) -> _Span:
    run = recording.run
    return _Span(
        "",
        to_us(run.started_at_utc),
        recording.elapsed_s,
        run.distance_m,
        (run.device.manufacturer, run.device.product, run.device.serial_number),
    )


def _same_run(new: _Span, others: Sequence[_Span]) -> list[_Span]:
    """Find the run that `new` is another recording of: the one it shares most time with.

    `others` are sorted by start. Returned are those of that one run which `new` matches; none when
    it is a run by itself.
    """
    matches: list[tuple[float, _Span]] = []
    end_us = new.start_us + int(new.elapsed_s * 1e6)
    for index in range(bisect_left(others, new.start_us - _LONGEST_US, key=_by_start), len(others)):
        other = others[index]
        if other.start_us > end_us:
            break
        share = overlap(new.start_us, new.elapsed_s, other.start_us, other.elapsed_s)
        same_second = new.start_us // 1_000_000 == other.start_us // 1_000_000
        if same_second and new.device[-1] == other.device[-1]:
            share = 1.0  # the same recording, exported again with other bytes
        elif new.device != other.device and not _speeds_agree(new, other):
            continue
        if share >= SAME_RUN_OVERLAP:
            matches.append((share, other))
    if not matches:
        return []
    _, best = min((-share, other.run_id) for share, other in matches)
    return [other for _, other in matches if other.run_id == best]


def _speeds_agree(a: _Span, b: _Span) -> bool:
    """Say whether two mean speeds are the same within SAME_RUN_SPEED, or one is not known."""
    speeds = [(span.distance_m or 0.0) / span.elapsed_s for span in (a, b) if span.elapsed_s > 0]
    if len(speeds) < 2 or not all(speed > 0 for speed in speeds):
        return True
    return max(speeds) - min(speeds) <= SAME_RUN_SPEED * max(speeds)


def _new_run_id(connection: Connection, recording: PreparedRecording, taken: set[str]) -> str:
    stamp = _stamp(recording)
    if stamp not in taken:
        taken.add(stamp)
        return stamp
    column = tables.runs.c.run_id
    for number in count(2):
        candidate = f"{stamp}-{number}"
        if candidate in taken:
            continue
        if connection.scalar(select(column).where(column == candidate)) is None:
            taken.add(candidate)
            return candidate
    raise AssertionError("count() does not end")


def _stamp(recording: PreparedRecording) -> str:
    run = recording.run
    local = run.started_at_utc.astimezone(UTC) + timedelta(seconds=run.utc_offset_s or 0)
    return f"{local:%Y-%m-%d-%H%M}"
