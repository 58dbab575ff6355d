"""Documents kept by digest: what is known of each, its disposal, and the cases that are on hold."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables; what is in the store stays as it is."""
    op.create_table(
        "documents",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("written_on", sa.String(length=10), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("kept_at", sa.String(length=32), nullable=False),
        sa.Column("kept_by", sa.Text(), nullable=False),
        sa.Column("disposed_at", sa.String(length=32), nullable=True),
        sa.Column("disposed_by", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("removed_at", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("digest", "plan"),
    )
    op.create_index("documents_plan", "documents", ["plan"], unique=False)
    op.create_index("documents_review", "documents", ["review"], unique=False)
    op.create_table(
        "holds",
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_at", sa.String(length=32), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("plan"),
    )
