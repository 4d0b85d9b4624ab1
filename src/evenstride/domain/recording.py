"""What a device wrote down: runs, recordings, laps, sensors, and the columns of their samples.

Units are in the names. Missing is null, never 0. Intervals are `[start, end)` in seconds since the
start of the run. Balance is the share of contact time on the LEFT foot in percent, 50 = even.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import polars as pl

if TYPE_CHECKING:
    from datetime import datetime

SAMPLES_SCHEMA: dict[str, pl.DataType] = {
    "t_s": pl.Float64(),  # seconds since the start of the run
    "lat_deg": pl.Float64(),
    "lon_deg": pl.Float64(),
    "altitude_m": pl.Float32(),
    "distance_m": pl.Float64(),
    "speed_m_s": pl.Float32(),
    "cadence_spm": pl.Float32(),  # steps of both feet
    "gct_ms": pl.Float32(),  # mean of both feet
    "balance_left_pct": pl.Float32(),
    "vertical_oscillation_mm": pl.Float32(),
    "vertical_ratio_pct": pl.Float32(),
    "step_length_mm": pl.Float32(),
    "power_w": pl.Float32(),
    "heart_rate_bpm": pl.Float32(),
    "temperature_c": pl.Float32(),
    "lap": pl.Int32(),  # 0 is the first lap
}
"""Every samples frame has exactly these columns, in this order, then the developer columns."""


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about the data that its reader should know.

    `severity` is `info` (worth knowing), `warning` (part was lost or is doubtful) or `error`
    (nothing could be used). `code` is a stable word, `message` one sentence, `where` the place.
    """

    severity: Literal["info", "warning", "error"]
    code: str
    message: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """The watch that wrote the recording, e.g. `garmin`, `fr255`, firmware `5.14`."""

    manufacturer: str | None = None
    product: str | None = None
    serial_number: str | None = None
    software: str | None = None

    @property
    def name(self) -> str:
        """Say the device in words: `garmin fr255`."""
        return " ".join(p for p in (self.manufacturer, self.product) if p) or "unknown device"


@dataclass(frozen=True, slots=True)
class Sensor:
    """What supplied the balance: a pod, a chest strap, the watch itself.

    `name` is the stable name people see (`Running Dynamics Pod`, `HRM-Run`); `evidence` says how it
    was recognised (`device_info`, `developer_field`, `only_source`, `unknown`).
    """

    name: str
    manufacturer: str | None = None
    product: str | None = None
    serial_number: str | None = None
    evidence: str = "device_info"


@dataclass(frozen=True, slots=True)
class DeveloperField:
    """A column that an app on the watch added; `column` is its name in the samples frame."""

    column: str
    name: str
    unit: str | None
    application_id: str | None
    number: int


@dataclass(frozen=True, slots=True)
class Lap:
    """One lap `[start_s, end_s)` in seconds since the start of the run, as the device wrote it.

    The values are the device's own lap averages, None where it gave none.
    """

    number: int
    start_s: float
    end_s: float
    timer_s: float | None = None
    distance_m: float | None = None
    balance_left_pct: float | None = None
    gct_ms: float | None = None
    cadence_spm: float | None = None
    trigger: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One outing on foot, as one device saw it.

    Attributes
    ----------
    run_id
        Its stable name. A reader leaves it empty; the library gives it.
    started_at_utc
        Aware, UTC.
    utc_offset_s
        Local time minus UTC, None when unknown.
    sport
        `running`, `trail_running`, `treadmill_running`, `track_running`, ...
    duration_s, distance_m
        The device's own timer time (elapsed time where it gives none) and distance.
    session_balance_left_pct
        The device's own average balance of the session, kept for comparison only.
    """

    run_id: str
    started_at_utc: datetime
    utc_offset_s: int | None
    sport: str
    duration_s: float
    distance_m: float | None
    device: Device
    sensor: Sensor | None
    session_balance_left_pct: float | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One run as one file has it: the run, its samples, laps, and what was doubtful.

    `pauses` are intervals `[start_s, end_s)` in which the timer stood. `session_index` counts the
    sessions of the file that are runs, from 0.
    """

    run: Run
    samples: pl.DataFrame
    laps: tuple[Lap, ...] = ()
    pauses: tuple[tuple[float, float], ...] = ()
    issues: tuple[Issue, ...] = ()
    developer_fields: tuple[DeveloperField, ...] = ()
    session_index: int = 0
    format: str = "fit"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file gives no run: `not_a_run` (sound, but a ride, settings, ...) or `unreadable`."""

    kind: Literal["not_a_run", "unreadable"]
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of one file: its runs, or one refusal."""

    recordings: tuple[Recording, ...] = ()
    refusal: Refusal | None = None
    issues: tuple[Issue, ...] = field(default=())
