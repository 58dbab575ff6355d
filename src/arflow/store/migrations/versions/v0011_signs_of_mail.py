"""What only a sent message has, by which a bounce shows that it is one, and whether a sender is who they say."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns, empty: a message queued before has no token, and of an older arrival nothing was checked."""
    op.add_column("messages", sa.Column("token", sa.Text(), nullable=True))
    op.add_column("arrivals", sa.Column("proven", sa.Boolean(), nullable=True))
