"""People of a case: how each is reached, and when they are part of it."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Rebuild the table of people with opaque ids, with everybody who was in it."""
    connection = op.get_bind()
    kept = (
        connection.execute(sa.text("select plan, role, name, date_of_birth from people order by id")).mappings().all()
    )
    op.drop_table("people")
    table = op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("email_folded", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("postal_address", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("interpreter", sa.Text(), nullable=True),
        sa.Column("advocate", sa.Text(), nullable=True),
        sa.Column("represents", sa.Text(), nullable=True),
        sa.Column("do_not_contact_because", sa.Text(), nullable=True),
        sa.Column("date_of_birth", sa.String(length=10), nullable=True),
        sa.Column("from_on", sa.String(length=10), nullable=True),
        sa.Column("until_on", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan", "role", "name", name="people_once"),
    )
    op.create_index(op.f("ix_people_plan"), "people", ["plan"], unique=False)
    op.create_index(op.f("ix_people_email_folded"), "people", ["email_folded"], unique=False)
    if kept:
        ids = {f"N-{number:08x}" for number in secrets.SystemRandom().sample(range(1 << 32), len(kept))}
        rows = [{"id": person, "format": "standard", **row} for person, row in zip(ids, kept, strict=True)]
        connection.execute(sa.insert(table), rows)
