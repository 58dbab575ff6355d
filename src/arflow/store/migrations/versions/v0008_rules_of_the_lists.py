"""Under which rules the rows of the read models were made."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column, empty: rows that do not say under which rules they were made are made again when they are read."""
    op.add_column("projection_position", sa.Column("made_under", sa.Text(), nullable=True))
