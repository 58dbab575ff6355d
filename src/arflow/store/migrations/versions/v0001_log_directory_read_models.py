"""The log with its chain and its triggers, the directory, and the read models."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_REFUSAL = "the log is append-only: record a correction instead"
_SQLITE = """
create trigger events_no_{verb} before {verb} on events
begin select raise(abort, '{refusal}'); end
"""
_POSTGRESQL_FUNCTION = """
create function events_refuse() returns trigger language plpgsql as
$$ begin raise exception '{refusal}'; end $$
"""


def upgrade() -> None:
    """Make every table, the triggers that refuse a change of the log, and the rows that say where things stand."""
    _tables()
    _append_only()
    op.bulk_insert(
        sa.table("chain_head", sa.column("id"), sa.column("position"), sa.column("hash", sa.LargeBinary)),
        [{"id": 1, "position": 0, "hash": bytes(32)}],
    )
    op.bulk_insert(sa.table("projection_position", sa.column("id"), sa.column("position")), [{"id": 1, "position": 0}])


def _append_only() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(_SQLITE.format(verb=verb, refusal=_REFUSAL))
        return
    op.execute(_POSTGRESQL_FUNCTION.format(refusal=_REFUSAL))
    op.execute(
        "create trigger events_no_change before update or delete on events for each row execute function events_refuse()"
    )
    op.execute("create trigger events_no_truncate before truncate on events execute function events_refuse()")


def _tables() -> None:
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "events",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("stream", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("topic", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("plan", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("happened_on", sa.String(length=10), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("state", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position"),
        sa.UniqueConstraint("stream", "version", name="events_stream_version"),
    )
    op.create_index("events_plan", "events", ["plan", "position"], unique=False)
    op.create_table(
        "tracking",
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("application"),
    )
    op.create_table(
        "notes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "officers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("date_of_birth", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("plan", "role", "name", name="people_once"),
    )
    op.create_index(op.f("ix_people_plan"), "people", ["plan"], unique=False)
    op.create_table(
        "due",
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("due", sa.String(length=10), nullable=True),
        sa.Column("outer", sa.String(length=10), nullable=True),
        sa.Column("quality", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("soon_days", sa.Integer(), nullable=False),
        sa.Column("decided_not_told", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("holder_until", sa.String(length=10), nullable=True),
        sa.Column("holder_then", sa.Text(), nullable=True),
        sa.Column("setting", sa.Text(), nullable=True),
        sa.Column("coordinator", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("plan", "review", "duty"),
    )
    op.create_index("due_by_day", "due", ["due"], unique=False)
    op.create_table(
        "plans",
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("first_made", sa.String(length=10), nullable=True),
        sa.Column("first_made_quality", sa.Text(), nullable=False),
        sa.Column("clock_start", sa.String(length=10), nullable=True),
        sa.Column("clock_quality", sa.Text(), nullable=False),
        sa.Column("review_due", sa.String(length=10), nullable=True),
        sa.Column("review_outer", sa.String(length=10), nullable=True),
        sa.Column("setting", sa.Text(), nullable=True),
        sa.Column("nc_year", sa.Integer(), nullable=True),
        sa.Column("coordinator", sa.Text(), nullable=True),
        sa.Column("transfer", sa.Text(), nullable=True),
        sa.Column("transfer_on", sa.String(length=10), nullable=True),
        sa.Column("young_person_from", sa.String(length=10), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("open_review", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_table(
        "projection_position",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("workflow", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_not_told", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("opened", sa.String(length=10), nullable=True),
        sa.Column("meeting", sa.String(length=10), nullable=True),
        sa.Column("invited", sa.String(length=10), nullable=True),
        sa.Column("circulated", sa.String(length=10), nullable=True),
        sa.Column("held", sa.String(length=10), nullable=True),
        sa.Column("reported", sa.String(length=10), nullable=True),
        sa.Column("decided", sa.String(length=10), nullable=True),
        sa.Column("notified", sa.String(length=10), nullable=True),
        sa.Column("notice_sent", sa.String(length=10), nullable=True),
        sa.Column("issued", sa.String(length=10), nullable=True),
        sa.Column("not_amended", sa.String(length=10), nullable=True),
        sa.Column("ceased", sa.String(length=10), nullable=True),
        sa.Column("concluded", sa.String(length=10), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_reviews_plan"), "reviews", ["plan"], unique=False)
