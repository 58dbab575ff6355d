"""Mail on no case that was disposed of: when, under which rule, and when the message itself went."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns; what is in the store stays as it is."""
    op.add_column("arrivals", sa.Column("disposed_at", sa.String(length=27), nullable=True))
    op.add_column("arrivals", sa.Column("rule", sa.Text(), nullable=True))
    op.add_column("arrivals", sa.Column("removed_at", sa.String(length=27), nullable=True))
