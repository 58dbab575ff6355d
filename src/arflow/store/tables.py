"""The log's tables, and the triggers that keep it append-only."""

import sqlalchemy as sa

metadata = sa.MetaData()

# On SQLite an INTEGER PRIMARY KEY is the row's own number: it survives a dump, a restore and VACUUM.
_Position = sa.BigInteger().with_variant(sa.Integer, "sqlite")


class _Bytes(sa.TypeDecorator[bytes]):
    """Bytes as the driver gives them: a payload that is text is found by whoever reads it, and stops no query."""

    impl = sa.LargeBinary
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> None:
        return None


# Text in the order of its bytes on both stores.
_Text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

events = sa.Table(
    "events",
    metadata,
    sa.Column("position", _Position, primary_key=True, autoincrement=False),
    sa.Column("stream", _Text, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("topic", _Text, nullable=False),
    sa.Column("payload", _Bytes, nullable=False),
    sa.Column("plan", _Text, nullable=False),
    sa.Column("happened_on", sa.String(10), nullable=False),
    sa.Column("recorded_at", sa.String(27), nullable=False),
    sa.Column("state", _Text, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint("stream", "version", name="events_stream_version"),
    sa.Index("events_plan", "plan", "position"),
)

# The end of the log: taken under a lock by every append, so that positions have no gap and the chain no fork.
head = sa.Table(
    "chain_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", _Position, nullable=False),
    sa.Column("hash", sa.LargeBinary, nullable=False),
)

tracking = sa.Table(
    "tracking",
    metadata,
    sa.Column("application", sa.Text, primary_key=True),
    sa.Column("position", _Position, nullable=False),
)

COLUMNS = ", ".join(events.columns.keys())
REFUSAL = "the log is append-only: record a correction instead"
