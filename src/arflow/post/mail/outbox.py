"""The outbox: what is queued to be sent, in the store beside the log, and what became of each message. Erasable."""

import secrets
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from arflow.errors import NotFound, NotPossible
from arflow.events import Channel
from arflow.post.mail.dispatch import Dispatch, Message, check, encode_act, without_reason
from arflow.post.mail.outbox_rows import (
    NOT_LEFT,
    STATES,
    Dispatched,
    Outgoing,
    State,
    Transport,
    dispatches,
    in_trouble,
    messages,
    metadata,
    moment,
    not_over,
    read_dispatch,
    read_message,
    to_leave,
)
from arflow.store.engine import writing
from arflow.words import in_words

__all__ = [
    "NOT_LEFT",
    "STATES",
    "Dispatched",
    "Outbox",
    "Outgoing",
    "Queued",
    "State",
    "Transport",
    "dispatches",
    "in_trouble",
    "messages",
    "metadata",
    "moment",
    "to_leave",
]

# A message taken by a run that died is taken again after this long; no live run holds one longer.
LEASE = timedelta(minutes=15)


class Queued(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to queueing: the dispatch's id and its messages' ids; not `new` where the key was queued before."""

    id: str
    key: str
    new: bool
    messages: tuple[str, ...]


class Outbox:
    """The outbox of one store."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that may write."""
        return writing(self._engine)

    # --- reading --------------------------------------------------------------------------------------------

    def dispatch(self, name: str) -> Dispatched:
        """A dispatch by its id or its key; NotFound if there is none."""
        query = sa.select(dispatches).where(sa.or_(dispatches.c.id == name, dispatches.c.key == name))
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise NotFound("dispatch", name, "see `arflow outbox list`")
        return read_dispatch(row)

    def dispatches_of(self, found: Sequence[Outgoing]) -> dict[str, Dispatched]:
        """The dispatches of messages, by their ids."""
        query = sa.select(dispatches).where(dispatches.c.id.in_({message.dispatch for message in found}))
        with self._engine.connect() as connection:
            return {row.id: read_dispatch(row) for row in connection.execute(query)}

    def message(self, name: str) -> Outgoing:
        """A message by its id, NotFound if there is none."""
        found = self.find(messages.c.id == name)
        if not found:
            raise NotFound("message", name, "see `arflow outbox list`")
        return found[0]

    def messages_of(self, dispatch: str) -> list[Outgoing]:
        """The messages of a dispatch, in their order; one that goes another way stands after the one it replaces."""
        return self.find(messages.c.dispatch == dispatch)

    def chosen(
        self, *, trouble: bool = False, states: Collection[State] = (), review: str | None = None
    ) -> list[Outgoing]:
        """The messages that somebody has to see to, of these states and of a review; without a choice, those not over."""
        conditions = [in_trouble()] if trouble else []
        conditions += [messages.c.state.in_(states)] if states else []
        conditions += [dispatches.c.review == review] if review else []
        return self.find(*(conditions or [not_over()]))

    def find(self, *conditions: sa.ColumnElement[bool]) -> list[Outgoing]:
        """The messages that meet every condition, oldest dispatch first."""
        query = (
            sa.select(messages)
            .join(dispatches, dispatches.c.id == messages.c.dispatch)
            .where(*conditions)
            .order_by(dispatches.c.queued_at, dispatches.c.id, messages.c.place)
        )
        with self._engine.connect() as connection:
            return [read_message(row) for row in connection.execute(query)]

    # --- queueing -------------------------------------------------------------------------------------------

    def keep(
        self, connection: sa.Connection, dispatch: Dispatch, *, at: datetime, by: str, letters: bool = False
    ) -> Queued:
        """Queue a dispatch within a transaction, once for its key; `letters` where a service prints and posts them."""
        check(dispatch)
        row = {
            "id": f"D-{secrets.token_hex(6)}",
            "key": dispatch.key,
            "kind": dispatch.kind,
            "plan": dispatch.plan,
            "review": dispatch.review,
            "act": encode_act(dispatch.act) if dispatch.act else None,
            "automatic": dispatch.automatic,
            "queued_at": moment(at),
            "queued_by": by,
        }
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        insert = f"insert into dispatches ({names}) values ({marks}) on conflict (key) do nothing returning id"
        new = connection.execute(sa.text(insert), row).first() is not None
        if new:
            drafted = [
                _drafted(row["id"] or "", place, message, letters=letters)
                for place, message in enumerate(dispatch.messages, 1)
            ]
            connection.execute(sa.insert(messages), drafted)
        return self._queued(connection, dispatch.key, new=new)

    def keep_replacement(
        self, connection: sa.Connection, replaced: Outgoing, message: Message, *, letters: bool = False
    ) -> str:
        """Queue a message that goes in the place of one that did not arrive; its id."""
        last = connection.execute(
            sa.select(sa.func.max(messages.c.place)).where(messages.c.dispatch == replaced.dispatch)
        ).scalar_one()
        row = _drafted(replaced.dispatch, last + 1, message, letters=letters) | {"replaces": replaced.id}
        connection.execute(sa.insert(messages), row)
        return str(row["id"])

    def _queued(self, connection: sa.Connection, key: str, *, new: bool) -> Queued:
        found = connection.execute(
            sa.select(messages.c.dispatch, messages.c.id)
            .join(dispatches, dispatches.c.id == messages.c.dispatch)
            .where(dispatches.c.key == key)
            .order_by(messages.c.place)
        ).all()
        return Queued(id=found[0].dispatch, key=key, new=new, messages=tuple(row.id for row in found))

    def queued_since(self, connection: sa.Connection, kind: str, since: datetime) -> int:
        """How many dispatches of a kind were queued since a moment."""
        query = sa.select(sa.func.count()).where(dispatches.c.kind == kind, dispatches.c.queued_at >= moment(since))
        return int(connection.execute(query).scalar_one())

    # --- sending --------------------------------------------------------------------------------------------

    def due(self, at: datetime, *channels: Channel) -> list[str]:
        """The ids of messages on these channels that can be sent now, or that a dead run has left; the longest waiting first."""
        waiting = sa.and_(
            messages.c.state.in_(("queued", "failed")),
            sa.or_(messages.c.next_attempt_at.is_(None), messages.c.next_attempt_at <= moment(at)),
        )
        query = (
            sa.select(messages.c.id)
            .join(dispatches, dispatches.c.id == messages.c.dispatch)
            .where(messages.c.channel.in_(channels), sa.or_(waiting, _left(at)))
            .order_by(dispatches.c.queued_at, dispatches.c.id, messages.c.place)
        )
        with self._engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def claim(self, message: str, at: datetime) -> Outgoing | None:
        """Take a message to send it, or None where another run has taken it first."""
        query = (
            sa.update(messages)
            .where(messages.c.id == message, sa.or_(messages.c.state.in_(("queued", "failed")), _left(at)))
            .values(
                state="sending",
                claim=secrets.token_hex(8),
                claimed_at=moment(at),
                attempts=messages.c.attempts + 1,
                next_attempt_at=None,
            )
            .returning(*messages.c)
        )
        with self.writing() as connection:
            row = connection.execute(query).first()
        return read_message(row) if row else None

    def settle(self, connection: sa.Connection, claimed: Outgoing, state: State, **changes: Any) -> bool:
        """Say what became of a claimed message; False where it has been taken by another run meanwhile."""
        query = (
            sa.update(messages)
            .where(messages.c.id == claimed.id, messages.c.state == "sending", messages.c.claim == claimed.claim)
            .values(state=state, claim=None, claimed_at=None, **changes)
        )
        return connection.execute(query).rowcount == 1

    def move(
        self, connection: sa.Connection, message: str, before: Sequence[State], state: State, **changes: Any
    ) -> None:
        """Change the state of a message that is in one of the states before; NotPossible where it is not."""
        query = sa.update(messages).where(messages.c.id == message, messages.c.state.in_(before))
        if connection.execute(query.values(state=state, **changes)).rowcount == 1:
            return
        now = connection.execute(sa.select(messages.c.state).where(messages.c.id == message)).scalar()
        wanted = in_words(" or ".join(before))
        raise NotPossible(f"{message} is {in_words(str(now))}, not {wanted}: see `arflow outbox show {message}`")

    def approve(self, connection: sa.Connection, message: Outgoing, by: str, *, letters: bool) -> None:
        """Let a message leave that awaited approval; NotPossible where it does not, or was erased."""
        if message.body is None:
            raise NotPossible(f"what {message.id} said was erased")
        body = msgspec.structs.replace(message.body, approved_by=by)
        state = _first_state(body, letters=letters)
        self.move(connection, message.id, ("to_approve",), state, body=msgspec.json.encode(body).decode())

    def withdraw(self, connection: sa.Connection, *of: sa.ColumnElement[bool], why: str) -> list[Outgoing]:
        """Cancel the messages of dispatches that meet every condition, where they have not left; those messages."""
        query = (
            sa.update(messages)
            .where(messages.c.dispatch.in_(sa.select(dispatches.c.id).where(*of)), messages.c.state.in_(NOT_LEFT))
            .values(state="cancelled", why=why, next_attempt_at=None)
            .returning(*messages.c)
        )
        return [read_message(row) for row in connection.execute(query)]

    def mark_recorded(self, connection: sa.Connection, found: Sequence[str], version: int) -> bool:
        """Say which event names these messages; False, to be rolled back, where one is recorded already."""
        query = sa.update(messages).where(messages.c.id.in_(found), messages.c.recorded.is_(None))
        return connection.execute(query.values(recorded=version)).rowcount == len(found)

    def note_delivery(self, message: str, at: datetime) -> None:
        """Keep the sign that a message arrived."""
        with self.writing() as connection:
            connection.execute(sa.update(messages).where(messages.c.id == message).values(delivered_at=moment(at)))

    def say_trouble(self, dispatch: str, trouble: str | None) -> None:
        """Keep, or take away, why the act of a dispatch could not be recorded."""
        with self.writing() as connection:
            connection.execute(sa.update(dispatches).where(dispatches.c.id == dispatch).values(trouble=trouble))

    # --- forgetting -----------------------------------------------------------------------------------------

    def erase(self, connection: sa.Connection, plan: str) -> int:
        """Forget the words and addresses of a plan's messages that have left or will never leave; how many there were.

        So are the words of the acts that they went with, once none of an act's messages is still to leave.
        """
        own = sa.select(dispatches.c.id).where(dispatches.c.plan == plan)
        self._erase_words_of_acts(connection, own)
        return self._erase(connection, own)

    def _erase_words_of_acts(self, connection: sa.Connection, own: sa.Select[tuple[str]]) -> None:
        unrecorded = sa.and_(messages.c.state == "sent", messages.c.recorded.is_(None))
        leaving = sa.select(messages.c.dispatch).where(sa.or_(to_leave(), unrecorded))
        query = sa.select(dispatches.c.id, dispatches.c.act).where(
            dispatches.c.id.in_(own), dispatches.c.act.is_not(None), dispatches.c.id.not_in(leaving)
        )
        for name, act in connection.execute(query).all():
            connection.execute(sa.update(dispatches).where(dispatches.c.id == name).values(act=without_reason(act)))

    def words_kept(self, plan: str) -> int:
        """How many of a plan's messages that have left, or never will, still have their words."""
        own = sa.select(dispatches.c.id).where(dispatches.c.plan == plan)
        query = sa.select(sa.func.count()).where(messages.c.dispatch.in_(own), _OVER, messages.c.body.is_not(None))
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def erase_answers(self, connection: sa.Connection, found: Sequence[str]) -> int:
        """The same for acknowledgements, by their dispatches; one that has not left never will."""
        waiting = sa.and_(messages.c.dispatch.in_(found), messages.c.state.in_(("queued", "failed")))
        connection.execute(sa.update(messages).where(waiting).values(state="cancelled", next_attempt_at=None))
        return self._erase(connection, found)

    def _erase(self, connection: sa.Connection, own: Sequence[str] | sa.Select[tuple[str]]) -> int:
        query = sa.update(messages).where(messages.c.dispatch.in_(own), _OVER, messages.c.body.is_not(None))
        return connection.execute(query.values(body=None, why=None)).rowcount


_OVER = messages.c.state.in_(("sent", "refused", "bounced", "cancelled"))


def _left(at: datetime) -> sa.ColumnElement[bool]:
    """Messages in the hands of a run that must be dead."""
    return sa.and_(messages.c.state == "sending", messages.c.claimed_at < moment(at - LEASE))


def _first_state(message: Message, *, letters: bool) -> State:
    """Where a message begins: with whom approves it, whom it is posted by, or what carries it."""
    if message.awaits_approval:
        return "to_approve"
    by_service = message.channel == "email" or (message.channel == "post" and letters)
    return "queued" if by_service else "to_post"


def _drafted(dispatch: str, place: int, message: Message, *, letters: bool) -> dict[str, Any]:
    return {
        "id": f"M-{secrets.token_hex(8)}",
        "dispatch": dispatch,
        "place": place,
        "person": message.recipient.person,
        "role": message.recipient.role,
        "channel": message.channel,
        "body": msgspec.json.encode(message).decode(),
        "required": message.required,
        "state": _first_state(message, letters=letters),
        "token": secrets.token_hex(6),
        "attempts": 0,
    }
