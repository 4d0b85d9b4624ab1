"""The rows of every answer's tables, as types: what JSON promises and the schemas publish."""

from __future__ import annotations

from typing_extensions import TypedDict


class RunRow(TypedDict):
    """One run in a list. Balance is the share of contact time on the left foot."""

    run_id: str
    started_at_utc: str
    local_date: str
    sport: str
    distance_m: float | None
    duration_s: float
    balance_left_pct: float | None
    balance_se_pp: float | None
    gct_ms: float | None
    flight_time_ms: float | None
    cadence_spm: float | None
    speed_m_s: float | None
    usable_share: float
    sensor: str | None
    device: str | None
    recordings: int


class TrendRow(TypedDict):
    """The level of balance on one day, with its 80 and 95 % bands."""

    date: str
    balance_left_pct: float
    low80: float
    high80: float
    low95: float
    high95: float


class TrendRunRow(TypedDict):
    """One run as the trend saw it; `wild_probability` says how likely it is a wild one.

    `balance_left_pct`, its error and its interval are as its own sensor read it;
    `balance_as_present_sensor_pct` is what the last run's sensor would have read.
    """

    run_id: str
    date: str
    balance_left_pct: float
    balance_as_present_sensor_pct: float
    se_pp: float
    low95: float
    high95: float
    wild_probability: float
    sensor: str | None


class SensorRow(TypedDict):
    """How much further left a sensor reads than the last run's sensor, with its 95 % interval."""

    sensor: str | None
    runs: int
    offset_pp: float
    low: float
    high: float


class EventRow(TypedDict):
    """A known break in a history: another sensor."""

    date: str
    label: str


class SpanRow(TypedDict):
    """A stretch of a figure's horizontal axis, and what it is."""

    start: float
    end: float
    label: str


class LevelRow(TypedDict):
    """One measure now, and its change over the window; None while it is too early to tell."""

    measure: str
    unit: str
    value: float
    low: float
    high: float
    change: float | None
    change_low: float | None
    change_high: float | None
    direction: str
    runs: int


class MeasureRow(TypedDict):
    """One measure of one run."""

    measure: str
    unit: str
    value: float
    se: float
    low: float
    high: float
    n_effective: float


class LapRow(TypedDict):
    """One lap, measured over its usable running."""

    lap: int
    start_s: float
    duration_s: float
    distance_m: float | None
    speed_m_s: float | None
    balance_left_pct: float | None
    balance_se_pp: float | None
    left_gct_ms: float | None
    right_gct_ms: float | None
    gct_ms: float | None
    flight_time_ms: float | None
    cadence_spm: float | None
    usable_share: float


class DroppedRow(TypedDict):
    """Seconds left out for one reason, and their share of the recorded time."""

    code: str
    reason: str
    seconds: float
    share: float


class RecordingRow(TypedDict):
    """One device's recording of a run; `chosen` is the one the answers use."""

    recording_id: str
    device: str
    sensor: str | None
    file: str
    balance_left_pct: float | None
    usable_share: float
    chosen: bool


class BlockRow(TypedDict):
    """About a minute of usable running."""

    t_s: float
    duration_s: float
    balance_left_pct: float | None
    balance_se_pp: float | None
    speed_m_s: float | None
    gct_ms: float | None
    flight_time_ms: float | None
    cadence_spm: float | None
    grade_pct: float | None
    lateral_acceleration_m_s2: float | None


class IssueRow(TypedDict):
    """Something doubtful about a recording."""

    severity: str
    code: str
    message: str


class FileRow(TypedDict):
    """What became of one file: `imported`, `already_there`, `not_a_run` or `unreadable`."""

    file: str
    outcome: str
    reason: str | None
    run_ids: str | None


class NotARunRow(TypedDict):
    """How many files were refused as no runs for one reason."""

    files: int
    reason: str


class FindingRow(TypedDict):
    """One thing `library check` looked at."""

    name: str
    verdict: str
    text: str


class SettingRow(TypedDict):
    """One setting."""

    name: str
    value: str | None
    meaning: str
