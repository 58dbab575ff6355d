"""The rows of the outbox: dispatches and their messages, and which of them somebody has to see to."""

from datetime import UTC, date, datetime
from typing import Any, Literal, get_args

import msgspec
import sqlalchemy as sa

from arflow.events import Channel, Role
from arflow.post.mail.dispatch import AnySendingAct, Message, decode_act

State = Literal["queued", "sending", "sent", "failed", "refused", "bounced", "to_post", "to_approve", "cancelled"]
Transport = Literal["smtp", "notify", "officer"]
STATES: tuple[State, ...] = get_args(State)
NOT_LEFT: tuple[State, ...] = ("to_approve", "queued", "failed", "to_post", "refused")  # what can be taken back
# arflow retries a failed message automatically, and shows one that it has tried so often to somebody.
TRIED_OFTEN = 3

metadata = sa.MetaData()
dispatches = sa.Table(
    "dispatches",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("plan", sa.Text),
    sa.Column("review", sa.Text),
    sa.Column("act", sa.Text),
    sa.Column("automatic", sa.Text),
    sa.Column("queued_at", sa.String(27), nullable=False),
    sa.Column("queued_by", sa.Text, nullable=False),
    sa.Column("trouble", sa.Text),
    sa.UniqueConstraint("key", name="dispatches_key"),
    sa.Index("dispatches_review", "review"),
)
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("dispatch", sa.Text, sa.ForeignKey("dispatches.id", name="messages_dispatch"), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("role", sa.Text),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("required", sa.Boolean, nullable=False),
    sa.Column("replaces", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_attempt_at", sa.String(27)),
    sa.Column("claimed_at", sa.String(27)),
    sa.Column("claim", sa.Text),
    sa.Column("sent_at", sa.String(27)),
    sa.Column("left_on", sa.String(10)),
    sa.Column("transport", sa.Text),
    sa.Column("reference", sa.Text),
    sa.Column("delivered_at", sa.String(27)),
    sa.Column("recorded", sa.Integer),
    sa.Column("why", sa.Text),
    sa.Column("token", sa.Text),
    sa.UniqueConstraint("replaces", name="messages_replaced_once"),
    sa.Index("messages_dispatch_place", "dispatch", "place"),
    sa.Index("messages_state", "state", "next_attempt_at"),
)


class Dispatched(msgspec.Struct, frozen=True, kw_only=True):
    """A dispatch as it stands in the outbox; `trouble` says why its act could not be recorded.

    `of_newer` marks one that stands for an act which this arflow does not know: a newer one queued it.
    """

    id: str
    key: str
    kind: str
    plan: str | None
    review: str | None
    act: AnySendingAct | None
    automatic: Literal["generated", "replied"] | None
    queued_at: str
    queued_by: str
    trouble: str | None
    of_newer: bool = False


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it stands in the outbox; `body` is none once it was erased.

    `token` is what only the message itself has, and a report of it brings back; none for what was queued before there were any.
    `recorded` is the version of the review's event that names it (0 where there is no review), none until then.
    """

    id: str
    dispatch: str
    place: int
    person: str | None
    role: Role | None
    channel: Channel
    body: Message | None
    required: bool
    replaces: str | None
    state: State
    attempts: int
    next_attempt_at: str | None
    claimed_at: str | None
    claim: str | None
    sent_at: str | None
    left_on: date | None
    transport: Transport | None
    reference: str | None
    delivered_at: str | None
    recorded: int | None
    why: str | None
    token: str | None = None


def moment(at: datetime) -> str:
    """A moment as the outbox keeps it: UTC, in the order of its text."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def to_leave() -> sa.ColumnElement[bool]:
    """Messages that are still to leave."""
    return messages.c.state.in_(("to_approve", "queued", "sending", "failed", "to_post"))


def not_over() -> sa.ColumnElement[bool]:
    """Messages that are still to leave, or that somebody has to see to."""
    return sa.or_(to_leave(), in_trouble())


def in_trouble() -> sa.ColumnElement[bool]:
    """Messages that somebody has to see to, other than by posting them: not arrived, stuck, or of an act that was refused."""
    replaced = sa.select(messages.c.replaces).where(messages.c.replaces.is_not(None))
    no_sign = sa.and_(messages.c.state == "sent", messages.c.why.is_not(None), messages.c.delivered_at.is_(None))
    return sa.or_(
        sa.and_(messages.c.id.not_in(replaced), sa.or_(messages.c.state.in_(("refused", "bounced")), no_sign)),
        sa.and_(messages.c.state == "failed", messages.c.attempts >= TRIED_OFTEN),
        dispatches.c.trouble.is_not(None),
    )


def read_dispatch(row: Any) -> Dispatched:
    """A row of dispatches."""
    act = decode_act(row.act) if row.act else None
    return Dispatched(**dict(row._mapping) | {"act": act}, of_newer=bool(row.act) and act is None)


def read_message(row: Any) -> Outgoing:
    """A row of messages."""
    fields = dict(row._mapping)
    fields["body"] = msgspec.json.decode(row.body, type=Message) if row.body else None
    fields["left_on"] = date.fromisoformat(row.left_on) if row.left_on else None
    return Outgoing(**fields)
