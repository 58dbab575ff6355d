"""The read models' tables: the plans, the reviews, what is still to do on each, and the cases that cannot be read."""

import sqlalchemy as sa

metadata = sa.MetaData()


def _day(name: str) -> sa.Column[str]:
    """A day as ISO text, so that both stores order and compare it alike."""
    return sa.Column(name, sa.String(10), nullable=True)


plans = sa.Table(
    "plans",
    metadata,
    sa.Column("ref", sa.Text, primary_key=True),
    _day("first_made"),
    sa.Column("first_made_quality", sa.Text, nullable=False),
    _day("clock_start"),
    sa.Column("clock_quality", sa.Text, nullable=False),
    _day("review_due"),
    _day("review_outer"),
    sa.Column("setting", sa.Text),
    sa.Column("nc_year", sa.Integer),
    sa.Column("coordinator", sa.Text),
    sa.Column("transfer", sa.Text),
    _day("transfer_on"),
    _day("young_person_from"),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("open_review", sa.Text),
)

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("plan", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("workflow", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("decided_not_told", sa.Boolean, nullable=False),
    sa.Column("outcome", sa.Text),
    _day("opened"),
    _day("meeting"),
    _day("invited"),
    _day("circulated"),
    _day("held"),
    _day("reported"),
    _day("decided"),
    _day("notified"),
    _day("notice_sent"),
    _day("issued"),
    _day("not_amended"),
    _day("ceased"),
    _day("concluded"),
)

# Each duty that applies and is not yet met, of an unfinished review or of a plan (then `review` is empty); `proceeding` is the
# number of the proceeding on the plan that asks for it, or 0.
due = sa.Table(
    "due",
    metadata,
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("review", sa.Text, primary_key=True),
    sa.Column("duty", sa.Text, primary_key=True),
    sa.Column("proceeding", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("word", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    _day("due"),
    _day("outer"),
    sa.Column("quality", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("soon_days", sa.Integer, nullable=False),
    sa.Column("decided_not_told", sa.Boolean, nullable=False),
    sa.Column("holder", sa.Text, nullable=False),
    _day("holder_until"),
    sa.Column("holder_then", sa.Text),
    sa.Column("setting", sa.Text),
    sa.Column("coordinator", sa.Text),
    sa.Index("due_by_day", "due"),
)

# Each plan, and each review of it, whose case cannot be read (of the plan itself `review` is empty): it has no other row.
unreadable = sa.Table(
    "unreadable",
    metadata,
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("review", sa.Text, primary_key=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("position", sa.BigInteger),
    sa.Column("definition", sa.Text),
)

# How far along the log the read models stand, and under which rules they were made; one row, saved with the rows it stands for.
position = sa.Table(
    "projection_position",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("made_under", sa.Text),
)
