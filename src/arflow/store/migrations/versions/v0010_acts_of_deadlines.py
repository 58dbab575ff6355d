"""Which act meets each outstanding duty."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column; the lists are made again when they are next read, since their form is another."""
    op.add_column("due", sa.Column("act", sa.Text(), nullable=False, server_default=""))
