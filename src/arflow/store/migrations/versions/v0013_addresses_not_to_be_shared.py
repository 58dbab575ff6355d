"""Why the address of somebody is not to be shared with the others of their case."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column, empty: nobody was marked before."""
    op.add_column("people", sa.Column("do_not_share_because", sa.Text(), nullable=True))
