"""What a person says of the ground of runs; and what positions and heights say of it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of what is typed, and room for what is computed: empty until a rebuild."""
    op.create_table(
        "ground",
        sa.Column("run_id", sa.String, sa.ForeignKey("runs.run_id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("start_s", sa.Float),
        sa.Column("end_s", sa.Float),
        sa.Column("surface", sa.String),
        sa.Column("camber", sa.String),
    )
    op.add_column("details", sa.Column("ground", sa.Text))


def downgrade() -> None:
    """Refuse: going back is opening the copy made before the migration."""
    raise NotImplementedError("restore the copy in the library's copies/ folder instead")
