"""What a person types: annotations and tags of runs, notes; and the phones that were paired."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of what is typed."""
    op.create_table(
        "annotations",
        sa.Column("run_id", sa.String, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("title", sa.Text),
        sa.Column("notes", sa.Text),
        sa.Column("shoes", sa.Text),
        sa.Column("is_race", sa.Integer, nullable=False),
    )
    op.create_table(
        "tags",
        sa.Column("run_id", sa.String, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("tag", sa.Text, primary_key=True),
    )
    op.create_table(
        "notes",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("written_at_utc", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "phones",
        sa.Column("phone_id", sa.String, primary_key=True),
        sa.Column("token_sha256", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("paired_at_utc", sa.BigInteger, nullable=False),
        sa.Column("expires_at_utc", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Refuse: going back is opening the copy made before the migration."""
    raise NotImplementedError("restore the copy in the library's copies/ folder instead")
