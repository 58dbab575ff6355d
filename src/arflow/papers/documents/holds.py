"""Cases on hold: nothing of them is disposed of while a claim, an appeal or an inquiry may need it."""

from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from arflow.errors import AlreadyThere, NotFound, NotPossible
from arflow.papers.documents.register import metadata

_holds = sa.Table(
    "holds",
    metadata,
    sa.Column("plan", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("held_at", sa.String(32), nullable=False),
    sa.Column("held_by", sa.Text, nullable=False),
)


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """A case on hold, since when, by which officer (an id) and why."""

    plan: str
    reason: str
    held_at: datetime
    held_by: str


def holds(connection: sa.Connection) -> dict[str, Hold]:
    """Every case on hold, by its plan."""
    rows = connection.execute(sa.select(_holds).order_by(_holds.c.plan))
    return {row.plan: msgspec.convert(row, Hold, from_attributes=True) for row in rows}


def hold(connection: sa.Connection, plan: str, *, reason: str, by: str, at: datetime) -> None:
    """Put a case on hold; AlreadyThere if it is."""
    standing = holds(connection).get(plan)
    if standing:
        raise AlreadyThere(f"{plan} is on hold already, since {standing.held_at:%Y-%m-%d}: {standing.reason}")
    held_at = at.astimezone(UTC).isoformat(timespec="microseconds")
    connection.execute(sa.insert(_holds).values(plan=plan, reason=reason, held_at=held_at, held_by=by))


def release(connection: sa.Connection, plan: str) -> None:
    """End a hold; NotFound if there is none."""
    if connection.execute(sa.delete(_holds).where(_holds.c.plan == plan)).rowcount == 0:
        raise NotFound("hold on", plan, "see `arflow retention list --all`")


def check_free(connection: sa.Connection, plan: str) -> None:
    """NotPossible where a case is on hold."""
    standing = holds(connection).get(plan)
    if standing:
        raise NotPossible(
            f"{plan} is on hold ({standing.reason}): nothing of it was disposed of; "
            f"end the hold first with `arflow retention release {plan}`"
        )
