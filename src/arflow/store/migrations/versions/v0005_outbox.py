"""What is to be sent, to whom, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables; what is in the store stays as it is."""
    op.create_table(
        "dispatches",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("act", sa.Text(), nullable=True),
        sa.Column("automatic", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.String(length=27), nullable=False),
        sa.Column("queued_by", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name="dispatches_key"),
    )
    op.create_index("dispatches_review", "dispatches", ["review"], unique=False)
    op.create_table(
        "messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dispatch", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("replaces", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.String(length=27), nullable=True),
        sa.Column("claimed_at", sa.String(length=27), nullable=True),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.String(length=27), nullable=True),
        sa.Column("left_on", sa.String(length=10), nullable=True),
        sa.Column("transport", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.String(length=27), nullable=True),
        sa.Column("recorded", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["dispatch"], ["dispatches.id"], name="messages_dispatch"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("replaces", name="messages_replaced_once"),
    )
    op.create_index("messages_dispatch_place", "messages", ["dispatch", "place"], unique=False)
    op.create_index("messages_state", "messages", ["state", "next_attempt_at"], unique=False)
