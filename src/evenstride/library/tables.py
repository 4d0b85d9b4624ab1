"""Decides the tables of the database and how values lie in their columns.

Three kinds of tables, kept apart:

- identity (`files`, `runs`, `members`): which files there are and which run each recording belongs
  to. Written once by an import, kept by a rebuild.
- typed (`runs.preferred_recording_id`, `settings`, `annotations`, `tags`, `ground`, `notes`,
  `phones`, `experiments`, `experiment_records`, `entries`): what a person said. Never rebuilt.
- computed (`recordings`, `details`, `blocks`, `measures`): can be deleted and made anew.

Times are microseconds since 1970 in UTC. A NaN is stored as NULL (SQLite has no NaN).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_us(moment: datetime) -> int:
    """Convert an aware time to microseconds since 1970 in UTC; a naive one is refused."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be stored: {moment!r}")
    return (moment - _EPOCH) // _MICROSECOND


def from_us(us: int) -> datetime:
    """Convert microseconds since 1970 to an aware time in UTC."""
    return _EPOCH + us * _MICROSECOND


class UtcDateTime(TypeDecorator[datetime]):
    """Aware times in, aware UTC times out: SQLite itself drops offsets."""

    impl = BigInteger
    cache_ok = True

    # SQLAlchemy's own names and arguments.
    def process_bind_param(self, value: datetime | None, dialect: object) -> int | None:  # noqa: ARG002, D102
        return None if value is None else to_us(value)

    def process_result_value(self, value: int | None, dialect: object) -> datetime | None:  # noqa: ARG002, D102
        return None if value is None else from_us(value)


metadata = MetaData()

files = Table(
    "files",
    metadata,
    Column("sha256", String, primary_key=True),
    Column("size_bytes", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("format", String, nullable=False),
    Column("imported_at_utc", UtcDateTime, nullable=False),
    Column("recordings", Integer, nullable=False),  # how many its last reading gave
)

runs = Table(
    "runs",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("preferred_recording_id", String),
)

members = Table(
    "members",
    metadata,
    Column("recording_id", String, primary_key=True),
    Column("run_id", ForeignKey("runs.run_id"), nullable=False),
    Column("sha256", ForeignKey("files.sha256"), nullable=False),
    Column("session_index", Integer, nullable=False),
    Index("members_by_run", "run_id"),
    Index("members_by_file", "sha256"),
)

recordings = Table(
    "recordings",
    metadata,
    Column(
        "recording_id", ForeignKey("members.recording_id", ondelete="CASCADE"), primary_key=True
    ),
    Column("started_at_utc", UtcDateTime, nullable=False),
    Column("utc_offset_s", Integer),
    Column("sport", String, nullable=False),
    Column("duration_s", Float),
    Column("elapsed_s", Float, nullable=False),
    Column("distance_m", Float),
    Column("device_manufacturer", String),
    Column("device_product", String),
    Column("device_serial_number", String),
    Column("device_software", String),
    Column("sensor_name", String),
    Column("sensor_manufacturer", String),
    Column("sensor_product", String),
    Column("sensor_serial_number", String),
    Column("sensor_evidence", String),
    Column("session_balance_left_pct", Float),
    Column("has_balance", Integer, nullable=False),
    Column("usable_s", Float),
    Column("usable_share", Float),
    Column("samples_sha256", String, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("computed_by", String, nullable=False),
    Index("recordings_by_start", "started_at_utc"),
)

_RECORDING = "recordings.recording_id"

details = Table(
    "details",  # apart from `recordings`, which is read whole and should stay slim
    metadata,
    Column("recording_id", ForeignKey(_RECORDING, ondelete="CASCADE"), primary_key=True),
    Column("laps", Text, nullable=False),
    Column("pauses", Text, nullable=False),
    Column("issues", Text, nullable=False),
    Column("developer_fields", Text, nullable=False),
    Column("dropped", Text, nullable=False),
    Column("ground", Text),  # NULL where it was never computed: before 0003, until a rebuild
)

blocks = Table(
    "blocks",
    metadata,
    Column("recording_id", ForeignKey(_RECORDING, ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),  # the bytes of an array of BLOCK_DTYPE
)

measures = Table(
    "measures",  # long form: a new measure needs no migration
    metadata,
    Column("recording_id", ForeignKey(_RECORDING, ondelete="CASCADE"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("value", Float),
    Column("se", Float),
    Column("low", Float),
    Column("high", Float),
    Column("unit", String, nullable=False),
    Column("n_effective", Float),
    sqlite_with_rowid=False,
)

settings = Table(
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),  # JSON
)

annotated = Table(
    "annotations",  # a row only where something is typed
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("title", Text),
    Column("notes", Text),
    Column("shoes", Text),
    Column("is_race", Integer, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("tag", Text, primary_key=True),
)

ground = Table(
    "ground",  # what a person said of a run's ground, or of parts of it, in the order of saying
    metadata,
    Column("run_id", ForeignKey("runs.run_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("start_s", Float),  # both NULL: the whole run
    Column("end_s", Float),
    Column("surface", String),
    Column("camber", String),
)

notes = Table(
    "notes",
    metadata,
    Column("name", String, primary_key=True),
    Column("text", Text, nullable=False),
    Column("written_at_utc", UtcDateTime, nullable=False),
)

phones = Table(
    "phones",  # the token itself is nowhere: whoever reads this file cannot pass for a phone
    metadata,
    Column("phone_id", String, primary_key=True),
    Column("token_sha256", String, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("paired_at_utc", UtcDateTime, nullable=False),
    Column("expires_at_utc", UtcDateTime, nullable=False),
)

experiments = Table(
    "experiments",
    metadata,
    Column("experiment_id", String, primary_key=True),
    Column("registered_at_utc", UtcDateTime, nullable=False),
    Column("registration", Text, nullable=False),  # canonical JSON, see domain.experiment_json
    Column("sha256", String, nullable=False),
    Column("ended_at_utc", UtcDateTime),
    Column("end_reason", Text),
)

experiment_records = Table(
    "experiment_records",
    metadata,
    Column("id", Integer, primary_key=True),  # in the order of writing, never used again
    Column(
        "experiment_id",
        ForeignKey("experiments.experiment_id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("position", Integer, nullable=False),
    Column("recorded_at_utc", UtcDateTime, nullable=False),
    Column("run_id", ForeignKey("runs.run_id")),
    Column("record", Text, nullable=False),  # JSON
    Index("experiment_records_by_experiment", "experiment_id"),
    sqlite_autoincrement=True,
)

entries = Table(
    "entries",  # the diary: a correction is one more version, and the last one holds
    metadata,
    Column("id", Integer, primary_key=True),  # in the order of writing, never used again
    Column("entry_id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("written_at_utc", UtcDateTime, nullable=False),
    Column("value", Text, nullable=False),  # JSON, see domain.diary_json
    UniqueConstraint("entry_id", "version"),
    Index("entries_by_kind", "kind"),
    sqlite_autoincrement=True,
)

GUARDS = (
    # REPLACE deletes without asking triggers: that a row is new is asked before.
    """CREATE TRIGGER experiments_new BEFORE INSERT ON experiments
WHEN EXISTS (SELECT 1 FROM experiments WHERE experiment_id = NEW.experiment_id)
BEGIN SELECT RAISE(ABORT, 'this experiment is registered already'); END""",
    """CREATE TRIGGER experiments_frozen BEFORE UPDATE ON experiments
WHEN OLD.ended_at_utc IS NOT NULL OR NEW.experiment_id IS NOT OLD.experiment_id
OR NEW.registered_at_utc IS NOT OLD.registered_at_utc
OR NEW.registration IS NOT OLD.registration OR NEW.sha256 IS NOT OLD.sha256
BEGIN SELECT RAISE(ABORT, 'what is registered is never edited'); END""",
    """CREATE TRIGGER experiments_ended_first BEFORE DELETE ON experiments
WHEN OLD.ended_at_utc IS NULL
BEGIN SELECT RAISE(ABORT, 'an experiment is ended before it is deleted'); END""",
    """CREATE TRIGGER experiment_records_new BEFORE INSERT ON experiment_records
WHEN EXISTS (SELECT 1 FROM experiment_records WHERE id = NEW.id)
OR EXISTS (SELECT 1 FROM experiments WHERE experiment_id = NEW.experiment_id
AND ended_at_utc IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'records are only added, and before the end'); END""",
    """CREATE TRIGGER experiment_records_frozen BEFORE UPDATE ON experiment_records
BEGIN SELECT RAISE(ABORT, 'records are never edited'); END""",
    # With the experiment itself its records go: it is not there any more when they do.
    """CREATE TRIGGER experiment_records_kept BEFORE DELETE ON experiment_records
WHEN EXISTS (SELECT 1 FROM experiments WHERE experiment_id = OLD.experiment_id)
BEGIN SELECT RAISE(ABORT, 'records are never deleted by themselves'); END""",
)
"""What keeps experiments as they were registered and recorded, whatever program writes."""


@event.listens_for(metadata, "after_create")
def _put_guards(_tables: MetaData, connection: Connection, **_how: object) -> None:
    for guard in GUARDS:
        connection.exec_driver_sql(guard)


COMPUTED = (measures, blocks, details, recordings)
"""The computed tables, children first."""
