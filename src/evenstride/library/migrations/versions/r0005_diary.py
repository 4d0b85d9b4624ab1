"""The diary: what a person writes about body and training, every version of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("entry_id", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("written_at_utc", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.UniqueConstraint("entry_id", "version"),
        sqlite_autoincrement=True,
    )
    op.create_index("entries_by_kind", "entries", ["kind"])


def downgrade() -> None:
    """Refuse: going back is opening the copy made before the migration."""
    raise NotImplementedError("restore the copy in the library's copies/ folder instead")
