"""The rows of every answer's tables, as types: what JSON promises and the schemas publish."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from evenstride.domain.ground import Camber, Surface  # noqa: TC001 # pydantic reads them


class RunRow(TypedDict):
    """One run in a list. Balance is the share of contact time on the left foot.

    The last five columns are what was typed about it.
    """

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
    title: str | None
    tags: list[str]
    shoes: str | None
    is_race: bool
    has_notes: bool


class ChoiceRow(TypedDict):
    """A sensor, a tag or shoes, and how many of all the runs have it."""

    kind: Literal["sensor", "tag", "shoes"]
    value: str
    runs: int


class GroundPartRow(TypedDict):
    """What was said of a run's ground, or of its part `[start_s, end_s)`; both null for all."""

    start_s: float | None
    end_s: float | None
    surface: Surface | None
    camber: Camber | None


class AnnotatedRow(TypedDict):
    """What is typed about a run."""

    run_id: str
    title: str | None
    notes: str | None
    shoes: str | None
    is_race: bool
    tags: list[str]
    ground: list[GroundPartRow]


class NoteRow(TypedDict):
    """One of the coach's questions, and what the runner wrote."""

    name: str
    question_asked: str
    text: str | None
    written_at: str | None


class LastRunRow(TypedDict):
    """The last run in one line; `low` and `high` are the 95 % interval of balance."""

    run_id: str
    local_date: str
    distance_m: float | None
    duration_s: float
    speed_m_s: float | None
    balance_left_pct: float | None
    low: float | None
    high: float | None
    gct_ms: float | None
    flight_time_ms: float | None
    cadence_spm: float | None
    title: str | None
    is_race: bool


class NextRow(TypedDict):
    """The one most useful thing to do; `question` says where."""

    text: str
    command: str | None
    question: str


class SaidRow(TypedDict):
    """One sentence of what is said to one of the runner's questions."""

    question: str
    sentence: str


class MissingRow(TypedDict):
    """What is missing to answer more, why, and how to get it; `question` says where."""

    what: str
    why: str
    how: str
    question: str


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
    `balance_at_reference_pct` is at reference conditions, as the last run's sensor would have read.
    """

    run_id: str
    date: str
    balance_left_pct: float
    balance_at_reference_pct: float
    se_pp: float
    low95: float
    high95: float
    wild_probability: float
    sensor: str | None


class NumberRow(TypedDict):
    """One run as the figures of the trend show it: its balance at reference conditions.

    The level and its 95 % interval are those at its start.
    """

    run_id: str
    date: str
    balance_at_reference_pct: float
    low95: float
    high95: float
    level_left_pct: float
    level_low95: float
    level_high95: float
    gct_ms: float | None
    flight_time_ms: float | None
    cadence_spm: float | None
    wild_probability: float


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
    """A stretch of a figure's horizontal axis, and what it is.

    Of an experiment's laps also which condition and pair it serves, and the value that counts. Of
    a timeline both ends are ISO dates, the end null while it lasts, and the place is named.
    """

    start: float | str
    end: float | str | None
    label: str
    place: NotRequired[str]
    condition: NotRequired[Literal["treatment", "control"] | None]
    pair: NotRequired[int | None]
    value: NotRequired[float | None]


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


class PlaceRow(TypedDict):
    """A stretch of a run that was left out, in seconds since its start, and why.

    Beside the codes of table `dropped` there are `paused` and `gap`: time that was not recorded.
    """

    start_s: float
    end_s: float
    code: str
    reason: str


class ThirdRow(TypedDict):
    """The `first`, `middle` or `last` third of the usable running, with 95 % intervals."""

    third: str
    start_s: float
    end_s: float
    balance_left_pct: float | None
    balance_low_pct: float | None
    balance_high_pct: float | None
    left_gct_ms: float | None
    left_gct_low_ms: float | None
    left_gct_high_ms: float | None
    right_gct_ms: float | None
    right_gct_low_ms: float | None
    right_gct_high_ms: float | None
    speed_m_s: float | None


class NeighboursRow(TypedDict):
    """The ids of the runs before and after one."""

    previous: str | None
    next: str | None


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
    """What became of one file: `imported`, `already_there`, `not_a_run` or `unreadable`.

    Beside pages also `failed`: it may hold runs, but an error kept them from being imported.
    """

    file: str
    outcome: str
    reason: str | None
    run_ids: str | None


class NotARunRow(TypedDict):
    """How many files were refused as no runs for one reason."""

    files: int
    reason: str


class OutcomeRow(TypedDict):
    """How many files had one outcome."""

    outcome: str
    files: int


class WaitingRow(TypedDict):
    """One file or folder that was handed in and is not done: `working` or `waiting`."""

    file: str
    size_bytes: int | None
    outcome: str


class HealthRow(TypedDict):
    """One thing about the library itself; `value` is None where there is nothing to say yet."""

    name: str
    value: str | float | int | None
    unit: str
    text: str


class FindingRow(TypedDict):
    """One thing `library check` looked at."""

    name: str
    verdict: str
    text: str


class SettingRow(TypedDict):
    """One setting; without a value its default holds, and None as default means nothing does."""

    name: str
    label: str
    value: str | None
    default: str | None
    choices: list[str] | None
    meaning: str


class SummaryRow(TypedDict):
    """What a report says first, and which days and runs it is about."""

    where: str
    changing: str
    days: int
    since: str
    until: str
    made: str | None
    runs: int
    runs_with_balance: int
    distance_m: float | None
    duration_s: float


class ReportRunRow(TypedDict):
    """One run of a report's period, with what was typed about it."""

    run_id: str
    local_date: str
    distance_m: float | None
    duration_s: float
    speed_m_s: float | None
    balance_left_pct: float | None
    low95: float | None
    high95: float | None
    left_gct_ms: float | None
    right_gct_ms: float | None
    gct_ms: float | None
    flight_time_ms: float | None
    cadence_spm: float | None
    usable_share: float
    title: str | None
    tags: list[str]
    shoes: str | None
    is_race: bool


class TermRow(TypedDict):
    """A word of the report, explained to somebody who has never seen it."""

    term: str
    text: str


class TextRow(TypedDict):
    """One sentence of a section."""

    text: str


class WornRow(TypedDict):
    """Which device and sensor recorded how many runs, between which days."""

    device: str | None
    sensor: str | None
    runs: int
    first: str
    last: str
