"""The first schema: files, runs, recordings and their measures, settings."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "files",
        sa.Column("sha256", sa.String, primary_key=True),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("format", sa.String, nullable=False),
        sa.Column("imported_at_utc", sa.BigInteger, nullable=False),
        sa.Column("recordings", sa.Integer, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.String, primary_key=True),
        sa.Column("preferred_recording_id", sa.String),
    )
    op.create_table(
        "members",
        sa.Column("recording_id", sa.String, primary_key=True),
        sa.Column("run_id", sa.String, sa.ForeignKey("runs.run_id"), nullable=False),
        sa.Column("sha256", sa.String, sa.ForeignKey("files.sha256"), nullable=False),
        sa.Column("session_index", sa.Integer, nullable=False),
    )
    op.create_index("members_by_run", "members", ["run_id"])
    op.create_index("members_by_file", "members", ["sha256"])
    op.create_table(
        "recordings",
        sa.Column(
            "recording_id",
            sa.String,
            sa.ForeignKey("members.recording_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("started_at_utc", sa.BigInteger, nullable=False),
        sa.Column("utc_offset_s", sa.Integer),
        sa.Column("sport", sa.String, nullable=False),
        sa.Column("duration_s", sa.Float),
        sa.Column("elapsed_s", sa.Float, nullable=False),
        sa.Column("distance_m", sa.Float),
        sa.Column("device_manufacturer", sa.String),
        sa.Column("device_product", sa.String),
        sa.Column("device_serial_number", sa.String),
        sa.Column("device_software", sa.String),
        sa.Column("sensor_name", sa.String),
        sa.Column("sensor_manufacturer", sa.String),
        sa.Column("sensor_product", sa.String),
        sa.Column("sensor_serial_number", sa.String),
        sa.Column("sensor_evidence", sa.String),
        sa.Column("session_balance_left_pct", sa.Float),
        sa.Column("has_balance", sa.Integer, nullable=False),
        sa.Column("usable_s", sa.Float),
        sa.Column("usable_share", sa.Float),
        sa.Column("samples_sha256", sa.String, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("computed_by", sa.String, nullable=False),
    )
    op.create_index("recordings_by_start", "recordings", ["started_at_utc"])
    op.create_table(
        "details",
        _recording_id(),
        sa.Column("laps", sa.Text, nullable=False),
        sa.Column("pauses", sa.Text, nullable=False),
        sa.Column("issues", sa.Text, nullable=False),
        sa.Column("developer_fields", sa.Text, nullable=False),
        sa.Column("dropped", sa.Text, nullable=False),
    )
    op.create_table(
        "blocks",
        _recording_id(),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "measures",
        _recording_id(),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Float),
        sa.Column("se", sa.Float),
        sa.Column("low", sa.Float),
        sa.Column("high", sa.Float),
        sa.Column("unit", sa.String, nullable=False),
        sa.Column("n_effective", sa.Float),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Refuse: going back is opening the copy made before the migration."""
    raise NotImplementedError("restore the copy in the library's copies/ folder instead")


def _recording_id() -> sa.Column[str]:
    return sa.Column(
        "recording_id",
        sa.String,
        sa.ForeignKey("recordings.recording_id", ondelete="CASCADE"),
        primary_key=True,
    )
