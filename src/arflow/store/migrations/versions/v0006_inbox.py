"""What arrived, what it was matched to, and what became of it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables; what is in the store stays as it is."""
    op.create_table(
        "arrivals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("arrived_at", sa.String(length=27), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("content", sa.String(length=64), nullable=True),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("nature", sa.Text(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("matched_by", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("candidates", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("closed", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("repeats", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("no_answer", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest", name="arrivals_digest"),
    )
    op.create_index(
        "arrivals_content",
        "arrivals",
        ["content"],
        unique=True,
        sqlite_where=sa.text("repeats is null"),
        postgresql_where=sa.text("repeats is null"),
    )
    op.create_index("arrivals_plan", "arrivals", ["plan"], unique=False)
    op.create_index("arrivals_sender", "arrivals", ["sender"], unique=False)
    op.create_index("arrivals_state", "arrivals", ["state", "arrived_at"], unique=False)
    op.create_table(
        "arrival_places",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("validity", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("arrival", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name="arrival_places_arrival"),
        sa.PrimaryKeyConstraint("mailbox", "validity", "key"),
    )
    op.create_table(
        "papers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("arrival", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("suggestion", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("accepted_as", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.String(length=27), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["arrival"], ["arrivals.id"], name="papers_arrival"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("papers_arrival_id", "papers", ["arrival"], unique=False)
    op.create_index("papers_plan", "papers", ["plan", "state"], unique=False)
