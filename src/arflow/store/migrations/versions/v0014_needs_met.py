"""What somebody needs to come in and take part, and which of their needs were met, on which review."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns, empty: nobody knew of either before."""
    op.add_column("people", sa.Column("access", sa.Text(), nullable=True))
    op.add_column("people", sa.Column("needs_met", sa.Text(), nullable=True))
