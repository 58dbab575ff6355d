"""Who looks after a child that an authority looks after: whoever plans a review has to know."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column, empty: nobody said so before."""
    op.add_column("people", sa.Column("looked_after_by", sa.Text(), nullable=True))
