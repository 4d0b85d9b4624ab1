"""Decides how a recording's parts lie in rows: domain objects to columns and JSON, and back."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from evenstride.domain.errors import LibraryCorruptError
from evenstride.domain.estimate import Estimate
from evenstride.domain.ground import Ground, TrackLaps
from evenstride.domain.measures import BLOCK_DTYPE, Blocks, Measures
from evenstride.domain.recording import DeveloperField, Device, Issue, Lap, Run, Sensor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from evenstride.library.prepared import PreparedRecording

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """One recording as the library has it; its samples are read apart.

    `rows` is how many samples it has, `file_name` the name its file was imported under,
    `elapsed_s` how long it lasts by the clock [s].
    """

    recording_id: str
    run: Run
    measures: Measures
    rows: int
    elapsed_s: float
    sha256: str
    session_index: int
    file_name: str
    format: str
    laps: tuple[Lap, ...]
    pauses: tuple[tuple[float, float], ...]
    issues: tuple[Issue, ...]
    developer_fields: tuple[DeveloperField, ...]


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One run: the recording that speaks for it, and all its recordings in the order of their ids.

    `preferred_recording_id` is what the runner chose for this run, None when nothing was chosen.
    """

    run_id: str
    chosen: StoredRecording
    recordings: tuple[StoredRecording, ...]
    preferred_recording_id: str | None

    @property
    def ground(self) -> Ground:
        """What positions and heights say of its ground, as its chosen recording has them."""
        return self.chosen.measures.ground


def recording_row(recording: PreparedRecording, computed_by: str) -> Row:
    """Make the row of table `recordings`."""
    run, sensor, measures = recording.run, recording.run.sensor, recording.measures
    return {
        "recording_id": recording.recording_id,
        "started_at_utc": run.started_at_utc,
        "utc_offset_s": run.utc_offset_s,
        "sport": run.sport,
        "duration_s": run.duration_s,
        "elapsed_s": recording.elapsed_s,
        "distance_m": run.distance_m,
        "device_manufacturer": run.device.manufacturer,
        "device_product": run.device.product,
        "device_serial_number": run.device.serial_number,
        "device_software": run.device.software,
        "sensor_name": sensor and sensor.name,
        "sensor_manufacturer": sensor and sensor.manufacturer,
        "sensor_product": sensor and sensor.product,
        "sensor_serial_number": sensor and sensor.serial_number,
        "sensor_evidence": sensor and sensor.evidence,
        "session_balance_left_pct": run.session_balance_left_pct,
        "has_balance": int("balance_left_pct" in measures.estimates),
        "usable_s": measures.usable_s,
        "usable_share": measures.usable_share,
        "samples_sha256": recording.samples_sha256,
        "rows": recording.rows,
        "computed_by": computed_by,
    }


def details_row(recording: PreparedRecording) -> Row:
    """Make the row of table `details`: JSON of what is read with one run only."""
    return {
        "recording_id": recording.recording_id,
        "laps": _to_json(_named(lap) for lap in recording.laps),
        "pauses": _to_json(recording.pauses),
        "issues": _to_json(_named(issue) for issue in recording.issues),
        "developer_fields": _to_json(_named(column) for column in recording.developer_fields),
        "dropped": json.dumps(dict(sorted(recording.measures.dropped.items()))),
        "ground": ground_to_text(recording.measures.ground),
    }


def blocks_row(recording: PreparedRecording) -> Row:
    """Make the row of table `blocks`."""
    blocks = np.ascontiguousarray(recording.measures.blocks, dtype=BLOCK_DTYPE)
    return {"recording_id": recording.recording_id, "data": blocks.tobytes()}


def measure_rows(recording: PreparedRecording) -> list[tuple[str | float, ...]]:
    """Make the rows of table `measures`, values in the order of its columns.

    Plain tuples: a dozen rows a recording, which SQLAlchemy would take apart one by one.
    """
    recording_id = recording.recording_id
    return [
        (recording_id, name, e.value, e.se, e.low, e.high, e.unit, e.n_effective)
        for name, e in recording.measures.estimates.items()
    ]


def run_from_row(run_id: str, row: Row) -> Run:
    """Make the domain's Run from a row of `recordings`, `started_at_utc` aware."""
    sensor = None
    if row["sensor_name"] is not None:
        sensor = Sensor(
            row["sensor_name"],
            row["sensor_manufacturer"],
            row["sensor_product"],
            row["sensor_serial_number"],
            row["sensor_evidence"],
        )
    return Run(
        run_id=run_id,
        started_at_utc=row["started_at_utc"],
        utc_offset_s=row["utc_offset_s"],
        sport=row["sport"],
        duration_s=number(row["duration_s"]),
        distance_m=row["distance_m"],
        device=Device(
            row["device_manufacturer"],
            row["device_product"],
            row["device_serial_number"],
            row["device_software"],
        ),
        sensor=sensor,
        session_balance_left_pct=row["session_balance_left_pct"],
    )


def recording_from_rows(run_id: str, row: Row, measures: Iterable[Row]) -> StoredRecording:
    """Put a recording together from a joined row and its rows of `measures`.

    Raises
    ------
    LibraryCorruptError
        A column does not hold what was stored in it.
    """
    try:
        return StoredRecording(
            recording_id=row["recording_id"],
            run=run_from_row(run_id, row),
            measures=Measures(
                estimates={m["name"]: estimate_from_row(m) for m in measures},
                blocks=blocks_from_bytes(row["data"]),
                usable_s=number(row["usable_s"]),
                usable_share=number(row["usable_share"]),
                dropped=json.loads(row["dropped"]),
                ground=ground_from_text(row["ground"]),
            ),
            rows=row["rows"],
            elapsed_s=row["elapsed_s"],
            sha256=row["sha256"],
            session_index=row["session_index"],
            file_name=row["name"],
            format=row["format"],
            laps=tuple(Lap(**values) for values in json.loads(row["laps"])),
            pauses=tuple((start, end) for start, end in json.loads(row["pauses"])),
            issues=tuple(Issue(**values) for values in json.loads(row["issues"])),
            developer_fields=tuple(
                DeveloperField(**values) for values in json.loads(row["developer_fields"])
            ),
        )
    except (TypeError, ValueError) as error:
        raise LibraryCorruptError(
            f"What the library holds about run {run_id} is damaged; a rebuild makes it anew."
        ) from error


def estimate_from_row(row: Row) -> Estimate:
    """Make an Estimate from a row of `measures`."""
    return Estimate(
        number(row["value"]),
        number(row["se"]),
        number(row["low"]),
        number(row["high"]),
        row["unit"],
        number(row["n_effective"]),
    )


def blocks_from_bytes(data: bytes | None) -> Blocks:
    """Read blocks back: an array of BLOCK_DTYPE, shape (n,), not writable."""
    try:
        if data is None:
            raise ValueError("no blocks")  # noqa: TRY301 # one sentence for both
        return np.frombuffer(data, dtype=BLOCK_DTYPE)
    except ValueError as error:
        raise LibraryCorruptError(
            "The blocks of a run are damaged; a rebuild makes them anew."
        ) from error


def ground_to_text(ground: Ground) -> str:
    """Write a Ground as JSON; what is not known is left out."""
    known = {name: value for name, value in asdict(ground).items() if value is not None}
    return json.dumps(known, separators=(",", ":"), allow_nan=False, default=_as_plain)


def ground_from_text(text: str | None) -> Ground:
    """Read a Ground back; None, which libraries of before hold until a rebuild, knows nothing.

    Raises
    ------
    ValueError, TypeError
        The text is not what `ground_to_text` writes.
    """
    if text is None:
        return Ground()
    values = json.loads(text)
    if not isinstance(values, dict):
        raise TypeError("a ground is an object")
    laps = values.pop("laps", None)
    return Ground(**values, laps=None if laps is None else TrackLaps(**laps))


def number(value: float | None) -> float:
    """Read a float column: NULL is NaN."""
    return math.nan if value is None else value


def _named(thing: Lap | Issue | DeveloperField) -> Row:
    # By name, so that a field added to the type later is never mistaken for another.
    return {name: getattr(thing, name) for name in _FIELDS[type(thing)]}


def _to_json(values: Iterable[Row | Sequence[float]]) -> str:
    return _JSON.encode(list(values))


def _as_plain(value: Any) -> Any:  # noqa: ANN401 # whatever NumPy scalar a reader left in a lap
    item: Callable[[], Any] | None = getattr(value, "item", None)
    if item is None:
        raise TypeError(f"{value!r} cannot be stored")
    return item()


_FIELDS = {kind: tuple(f.name for f in fields(kind)) for kind in (Lap, Issue, DeveloperField)}
_JSON = json.JSONEncoder(separators=(",", ":"), default=_as_plain)
