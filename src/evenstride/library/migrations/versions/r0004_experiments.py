"""Experiments: what is registered, what became of each assignment, and what guards both."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and triggers that refuse to edit what lies in them."""
    op.create_table(
        "experiments",
        sa.Column("experiment_id", sa.String, primary_key=True),
        sa.Column("registered_at_utc", sa.BigInteger, nullable=False),
        sa.Column("registration", sa.Text, nullable=False),
        sa.Column("sha256", sa.String, nullable=False),
        sa.Column("ended_at_utc", sa.BigInteger),
        sa.Column("end_reason", sa.Text),
    )
    op.create_table(
        "experiment_records",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "experiment_id",
            sa.String,
            sa.ForeignKey("experiments.experiment_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("recorded_at_utc", sa.BigInteger, nullable=False),
        sa.Column("run_id", sa.String, sa.ForeignKey("runs.run_id")),
        sa.Column("record", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("experiment_records_by_experiment", "experiment_records", ["experiment_id"])
    op.execute("""CREATE TRIGGER experiments_new BEFORE INSERT ON experiments
WHEN EXISTS (SELECT 1 FROM experiments WHERE experiment_id = NEW.experiment_id)
BEGIN SELECT RAISE(ABORT, 'this experiment is registered already'); END""")
    op.execute("""CREATE TRIGGER experiments_frozen BEFORE UPDATE ON experiments
WHEN OLD.ended_at_utc IS NOT NULL OR NEW.experiment_id IS NOT OLD.experiment_id
OR NEW.registered_at_utc IS NOT OLD.registered_at_utc
OR NEW.registration IS NOT OLD.registration OR NEW.sha256 IS NOT OLD.sha256
BEGIN SELECT RAISE(ABORT, 'what is registered is never edited'); END""")
    op.execute("""CREATE TRIGGER experiments_ended_first BEFORE DELETE ON experiments
WHEN OLD.ended_at_utc IS NULL
BEGIN SELECT RAISE(ABORT, 'an experiment is ended before it is deleted'); END""")
    op.execute("""CREATE TRIGGER experiment_records_new BEFORE INSERT ON experiment_records
WHEN EXISTS (SELECT 1 FROM experiment_records WHERE id = NEW.id)
OR EXISTS (SELECT 1 FROM experiments WHERE experiment_id = NEW.experiment_id
AND ended_at_utc IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'records are only added, and before the end'); END""")
    op.execute("""CREATE TRIGGER experiment_records_frozen BEFORE UPDATE ON experiment_records
BEGIN SELECT RAISE(ABORT, 'records are never edited'); END""")
    op.execute("""CREATE TRIGGER experiment_records_kept BEFORE DELETE ON experiment_records
WHEN EXISTS (SELECT 1 FROM experiments WHERE experiment_id = OLD.experiment_id)
BEGIN SELECT RAISE(ABORT, 'records are never deleted by themselves'); END""")


def downgrade() -> None:
    """Refuse: going back is opening the copy made before the migration."""
    raise NotImplementedError("restore the copy in the library's copies/ folder instead")
