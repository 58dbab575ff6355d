"""What arrived: each message once, where it lies, its case and its papers, in the store beside the log. Erasable."""

import secrets
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal, get_args

import msgspec
import sqlalchemy as sa

from arflow.errors import CaseMoved, NotFound, NotPossible, RowRefused
from arflow.events import Role
from arflow.law.london import day_in_london
from arflow.post.mail.mailbox import Spot
from arflow.post.mail.message_kinds import Nature
from arflow.post.mail.received import Closed

ArrivalState = Literal["new", "placed", "unplaced", "noted", "repeat", "set_aside", "disposed"]
PaperState = Literal["waiting", "accepted", "refused"]
STATES: tuple[ArrivalState, ...] = get_args(ArrivalState)

metadata = sa.MetaData()
arrivals = sa.Table(
    "arrivals",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("arrived_at", sa.String(27), nullable=False),
    sa.Column("recorded_at", sa.String(27), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("message_id", sa.Text),
    sa.Column("content", sa.String(64)),
    sa.Column("sender", sa.Text),
    sa.Column("subject", sa.Text),
    sa.Column("nature", sa.Text),
    sa.Column("plan", sa.Text),
    sa.Column("review", sa.Text),
    sa.Column("person", sa.Text),
    sa.Column("role", sa.Text),
    sa.Column("matched_by", sa.Text, nullable=False, server_default="[]"),
    sa.Column("candidates", sa.Text, nullable=False, server_default="[]"),
    sa.Column("closed", sa.Text, nullable=False, server_default="[]"),
    sa.Column("why", sa.Text),
    sa.Column("repeats", sa.Text),
    sa.Column("answer", sa.Text),
    sa.Column("no_answer", sa.Text),
    sa.Column("decided_by", sa.Text),
    sa.Column("disposed_at", sa.String(27)),
    sa.Column("rule", sa.Text),
    sa.Column("removed_at", sa.String(27)),
    sa.Column("proven", sa.Boolean),
    sa.UniqueConstraint("digest", name="arrivals_digest"),
    sa.Index("arrivals_state", "state", "arrived_at"),
    sa.Index("arrivals_plan", "plan"),
    # The same message by two ways is filed once, even where two runs sort its copies at the same moment.
    sa.Index(
        "arrivals_content",
        "content",
        unique=True,
        sqlite_where=sa.text("repeats is null"),
        postgresql_where=sa.text("repeats is null"),
    ),
    sa.Index("arrivals_sender", "sender"),
)
arrival_places = sa.Table(
    "arrival_places",
    metadata,
    sa.Column("mailbox", sa.Text, primary_key=True),
    sa.Column("validity", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("arrival", sa.Text, sa.ForeignKey("arrivals.id", name="arrival_places_arrival"), nullable=False),
)
papers = sa.Table(
    "papers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("arrival", sa.Text, sa.ForeignKey("arrivals.id", name="papers_arrival"), nullable=False),
    sa.Column("plan", sa.Text, nullable=False),
    sa.Column("review", sa.Text),
    sa.Column("document", sa.String(64), nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("person", sa.Text),
    sa.Column("role", sa.Text),
    sa.Column("suggestion", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("accepted_as", sa.Text),
    sa.Column("decided_at", sa.String(27)),
    sa.Column("decided_by", sa.Text),
    sa.Column("why", sa.Text),
    sa.Index("papers_arrival_id", "arrival"),
    sa.Index("papers_plan", "plan", "state"),
)
_LISTS = ("matched_by", "candidates", "closed")
# The columns about a person and their words.
_GONE = {"sender": None, "proven": None, "subject": None, "message_id": None, "closed": "[]", "why": None}


_first = arrivals.alias("first_copies")
# What was sorted, and is neither on a case nor another copy of what is on one.
ON_NO_CASE = sa.and_(
    arrivals.c.state.not_in(("new", "disposed")),
    arrivals.c.plan.is_(None),
    sa.or_(
        arrivals.c.repeats.is_(None),
        arrivals.c.repeats.not_in(sa.select(_first.c.id).where(_first.c.plan.is_not(None))),
    ),
)


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A message that arrived, by the SHA-256 of its bytes; `content` is that of its Message-ID and what it says.

    `why` says why it is where it is; `answer` is the dispatch that acknowledged it, `no_answer` why none did.
    `proven` says whether our mail server found that the sender is who they say, none where that was not checked.
    `removed_at` says when the message itself went, which follows the recorded disposal.
    """

    id: str
    digest: str
    arrived_at: datetime
    recorded_at: datetime
    state: ArrivalState
    message_id: str | None
    content: str | None
    sender: str | None
    subject: str | None
    nature: Nature | None
    plan: str | None
    review: str | None
    person: str | None
    role: Role | None
    matched_by: tuple[str, ...]
    candidates: tuple[str, ...]
    closed: tuple[Closed, ...]
    why: str | None
    repeats: str | None
    answer: str | None
    no_answer: str | None
    decided_by: str | None
    disposed_at: datetime | None = None
    rule: str | None = None
    removed_at: datetime | None = None
    proven: bool | None = None

    @property
    def arrived_on(self) -> date:
        """The day our server took it, in London, whatever the hour and whatever its sender says."""
        return day_in_london(self.arrived_at)

    @property
    def is_dated_by_reading(self) -> bool:
        """Whether it gave no moment that can be: its day is that on which it was read."""
        return self.arrived_at == self.recorded_at


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a message that was filed on a case, and waits for an officer; `suggestion` is a guess, and only shown."""

    id: str
    arrival: str
    plan: str
    review: str | None
    document: str
    name: str | None
    media_type: str
    size: int
    person: str | None
    role: Role | None
    suggestion: str | None
    state: PaperState = "waiting"
    accepted_as: str | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    why: str | None = None


def moment(at: datetime) -> str:
    """A moment as the table keeps it: UTC, in the order of its text."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


class Arrivals:
    """The arrivals of one store."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    # --- reading --------------------------------------------------------------------------------------------

    def unrecorded(self, spots: Sequence[Spot]) -> list[Spot]:
        """Those of the spots in one mailbox whose messages are not recorded yet."""
        if not spots:
            return []
        known = sa.select(arrival_places.c.validity, arrival_places.c.key).where(
            arrival_places.c.mailbox == spots[0].mailbox
        )
        with self._engine.connect() as connection:
            there = {(row.validity, row.key) for row in connection.execute(known)}
        return [spot for spot in spots if (spot.validity, spot.key) not in there]

    def find(self, *conditions: sa.ColumnElement[bool]) -> list[Arrival]:
        """The arrivals that meet every condition, the longest here first."""
        with self._engine.connect() as connection:
            return _found(connection, *conditions)

    def arrival(self, name: str) -> Arrival:
        """An arrival by its id; NotFound if there is none."""
        for found in self.find(arrivals.c.id == name):
            return found
        raise NotFound("message", name, "see `arflow inbox list`")

    def papers(self, *conditions: sa.ColumnElement[bool]) -> list[Paper]:
        """The papers that meet every condition, in the order they came."""
        query = sa.select(papers).where(*conditions).order_by(papers.c.arrival, papers.c.id)
        with self._engine.connect() as connection:
            return [msgspec.convert(_fields(row), Paper) for row in connection.execute(query)]

    def papers_from(self, arrival: str) -> list[Paper]:
        """The papers filed from a message, in the order they came; none where it was not placed."""
        return self.papers(papers.c.arrival == arrival)

    def papers_of(self, name: str) -> list[Paper]:
        """A paper by its id, or all of a message's by that of the message; NotFound or NotPossible if there is none."""
        found = self.papers(sa.or_(papers.c.id == name, papers.c.arrival == name))
        if not found:
            if self.find(arrivals.c.id == name):
                raise NotPossible(f"no papers were filed from {name}: place it first with `arflow inbox place`")
            raise NotFound("paper", name, "see `arflow inbox list --waiting`")
        return found

    def first_copy(self, name: str, content: str) -> str | None:
        """The arrival that this one repeats: the same Message-ID and content, sorted before."""
        found = self.find(arrivals.c.content == content, arrivals.c.repeats.is_(None), arrivals.c.id != name)
        return found[0].id if found else None

    def answers_since(self, connection: sa.Connection, sender: str, since: datetime) -> int:
        """How many messages of a sender were acknowledged that arrived since a moment."""
        query = sa.select(sa.func.count()).where(
            arrivals.c.sender == sender, arrivals.c.answer.is_not(None), arrivals.c.arrived_at >= moment(since)
        )
        return int(connection.execute(query).scalar_one())

    # --- recording ------------------------------------------------------------------------------------------

    def keep(self, connection: sa.Connection, spot: Spot, digest: str, arrived_at: datetime, at: datetime) -> bool:
        """Record a message and where it lies; False where the same bytes are recorded, which then lie here too."""
        row = {
            "id": f"IN-{secrets.token_hex(4)}",
            "digest": digest,
            "arrived": moment(arrived_at),
            "recorded": moment(at),
        }
        insert = (
            "insert into arrivals (id, digest, arrived_at, recorded_at, state) "
            "values (:id, :digest, :arrived, :recorded, 'new') on conflict (digest) do nothing returning id"
        )
        new = connection.execute(sa.text(insert), row).first() is not None
        lies = (
            "insert into arrival_places (mailbox, validity, key, arrival) "
            "select :mailbox, :validity, :key, id from arrivals where digest = :digest on conflict do nothing"
        )
        connection.execute(sa.text(lies), msgspec.structs.asdict(spot) | {"digest": digest})
        return new

    def settle(
        self, connection: sa.Connection, name: str, before: Collection[ArrivalState], state: ArrivalState, **facts: Any
    ) -> None:
        """Say where a message that is in one of the states before has gone; CaseMoved where it has gone elsewhere."""
        stored = {key: _stored(key, value) for key, value in facts.items()}
        query = sa.update(arrivals).where(arrivals.c.id == name, arrivals.c.state.in_(before))
        try:
            moved = connection.execute(query.values(state=state, **stored)).rowcount == 1
        except RowRefused as error:  # another run has just filed a copy of it
            raise CaseMoved(name) from error
        if not moved:
            raise CaseMoved(name)

    def file(self, connection: sa.Connection, found: Sequence[Paper]) -> None:
        """Record papers that wait for an officer."""
        if found:
            rows = [msgspec.structs.asdict(paper) for paper in found]
            connection.execute(sa.insert(papers), rows)

    def decide(
        self, connection: sa.Connection, found: Sequence[Paper], state: PaperState, at: datetime, **facts: str | None
    ) -> None:
        """Say what became of papers that wait; CaseMoved where one does not wait any longer."""
        query = sa.update(papers).where(papers.c.id.in_([paper.id for paper in found]), papers.c.state == "waiting")
        if connection.execute(query.values(state=state, decided_at=moment(at), **facts)).rowcount != len(found):
            raise CaseMoved(found[0].arrival)

    def wait_again(self, connection: sa.Connection, found: Sequence[Paper], why: str) -> None:
        """Let papers that were accepted wait for an officer again, with the reason; CaseMoved where one does not any longer."""
        query = sa.update(papers).where(papers.c.id.in_([paper.id for paper in found]), papers.c.state == "accepted")
        nothing = dict.fromkeys(("accepted_as", "decided_at", "decided_by"))
        if connection.execute(query.values(state="waiting", why=why, **nothing)).rowcount != len(found):
            raise CaseMoved(found[0].arrival)

    # --- forgetting -----------------------------------------------------------------------------------------

    def on_plan(self, plan: str) -> list[Arrival]:
        """The messages on a plan, and copies of them."""
        return self.find(_on_plan(plan))

    def erase(self, connection: sa.Connection, plan: str) -> list[Arrival]:
        """Forget who wrote on a plan and under which words and names; its messages and copies of them, whose files may go."""
        own = _found(connection, _on_plan(plan))
        ids = [one.id for one in own]
        connection.execute(sa.update(arrivals).where(arrivals.c.id.in_(ids)).values(**_GONE))
        connection.execute(sa.update(papers).where(papers.c.plan == plan).values(name=None, why=None))
        return own

    def dispose(
        self, connection: sa.Connection, found: Arrival, *, rule: str, reason: str, by: str, at: datetime
    ) -> None:
        """Mark a message as disposed of and forget what it told; the same bytes are not taken again. CaseMoved as `settle`."""
        told = {**_GONE, "why": reason, "content": None, "matched_by": (), "candidates": (), "closed": ()}
        facts = {"disposed_at": moment(at), "rule": rule, "decided_by": by}
        self.settle(connection, found.id, (found.state,), "disposed", **told, **facts)

    def note_removed(self, connection: sa.Connection, found: Arrival, at: datetime) -> None:
        """Keep that the message itself is gone."""
        query = sa.update(arrivals).where(arrivals.c.id == found.id)
        connection.execute(query.values(removed_at=moment(at)))


def _on_plan(plan: str) -> sa.ColumnElement[bool]:
    copies = arrivals.c.repeats.in_(sa.select(_first.c.id).where(_first.c.plan == plan))
    return sa.or_(arrivals.c.plan == plan, copies)


def _found(connection: sa.Connection, *conditions: sa.ColumnElement[bool]) -> list[Arrival]:
    query = sa.select(arrivals).where(*conditions).order_by(arrivals.c.arrived_at, arrivals.c.id)
    return [_arrival(row) for row in connection.execute(query)]


def _stored(key: str, value: Any) -> Any:
    return msgspec.json.encode(value).decode() if key in _LISTS else value


def _fields(row: Any) -> dict[str, Any]:
    """A row by its columns' names as plain text, which msgspec asks for."""
    return {str(name): value for name, value in row._mapping.items()}


def _arrival(row: Any) -> Arrival:
    fields = _fields(row)
    fields |= {key: msgspec.json.decode(fields[key]) for key in _LISTS}
    return msgspec.convert(fields, Arrival)
