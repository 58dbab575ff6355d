"""The rules in force as a fact of the store: a ledger of the acts on them, and the texts of the definitions."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_TABLES = ("rules", "definitions")
_REFUSAL = "the log is append-only: record a correction instead"


def upgrade() -> None:
    """Make the tables, empty: whoever brings the store up to date publishes the rules it has been run under."""
    op.create_table(
        "rules",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "definitions",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for table in _TABLES:
            for change in ("update", "delete"):
                op.execute(
                    f"create trigger {table}_no_{change} before {change} on {table} "
                    f"begin select raise(abort, '{_REFUSAL}'); end"
                )
        return
    for table in _TABLES:
        op.execute(
            f"create trigger {table}_no_change before update or delete on {table} "
            "for each row execute function events_refuse()"
        )
        op.execute(f"create trigger {table}_no_truncate before truncate on {table} execute function events_refuse()")
