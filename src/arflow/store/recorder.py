"""The recorders: append under one lock with the chain, read by stream, by case and along the log."""

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from itertools import chain as chain_of
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from eventsourcing.persistence import (
    AggregateRecorder as AggregateRecorderPort,
)
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    StoredEvent,
    Tracking,
)
from eventsourcing.persistence import (
    TrackingRecorder as TrackingRecorderPort,
)

from arflow.errors import RowRefused, StoreDamaged
from arflow.store import chain
from arflow.store.chain import LogFault
from arflow.store.engine import writing
from arflow.store.snapshot import CaseRow, LogRow, Snapshot, read_head, streamed
from arflow.store.tables import COLUMNS, events, tracking
from arflow.store.trouble import only_row

_POLL_SECONDS = 0.25
_ROWS_A_STATEMENT = 100
_CASES_A_STATEMENT = 500
# Draws up the events to append, on the connection that holds the lock of the log's end.
Drawn = Callable[[sa.Connection], Sequence[StoredEvent]]


@dataclass(frozen=True)
class LogRecord(StoredEvent):
    """An event on its way into the log, with what the log's own columns hold beside its payload."""

    plan: str = ""
    happened_on: str = ""
    recorded_at: str = ""
    state_after: str = ""


class StreamRecorder(AggregateRecorderPort):
    """Events of one stream: appended with the next versions, read in their order."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._appended = threading.Condition()
        postgresql = engine.dialect.name == "postgresql"
        mark = "%s" if postgresql else "?"
        self._mark = mark
        # What runs with every act goes to the driver as it is; the other queries are built from the tables.
        self._lock_head = "select position, hash from chain_head where id = 1" + (" for update" if postgresql else "")
        self._move_head = f"update chain_head set position = {mark}, hash = {mark} where id = 1"
        self._case_of = (
            "select position, stream, payload, plan from events where plan = "
            f"(select plan from events where stream = {mark} and version = 1) order by position"
        )
        self._marks = f"({', '.join([mark] * 10)})"

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append in one transaction; the library's IntegrityError where a version is taken already."""
        self._append(lambda _: stored_events, kwargs.get("beside")) if stored_events else None
        return None

    def _append(self, drawn: Drawn, beside: Callable[[sa.Connection], None] | None = None) -> list[int]:
        """Append what is `drawn` up at the end of the log, and do what goes `beside` it (its notes), in one transaction."""
        try:
            with self.writing() as connection:
                head = only_row(connection, connection.exec_driver_sql(self._lock_head))
                positions = self._append_with(connection, head, drawn(connection))
                if beside:
                    beside(connection)
        except RowRefused as error:
            raise IntegrityError(error.message) from error
        with self._appended:
            self._appended.notify_all()
        return positions

    def writing(self) -> AbstractContextManager[sa.Connection]:
        """A transaction that may write."""
        return writing(self.engine)

    def _append_with(self, connection: sa.Connection, head: Any, stored_events: Sequence[StoredEvent]) -> list[int]:
        position, previous = head[0], bytes(head[1])
        rows = []
        for stored in stored_events:
            position += 1
            row = (position, *_columns(stored))
            previous = chain.link(previous, row)
            rows.append((*row, previous))
        for start in range(0, len(rows), _ROWS_A_STATEMENT):
            # One statement each: what psycopg runs for a list of rows warns on stderr where a row is refused.
            part = rows[start : start + _ROWS_A_STATEMENT]
            insert = f"insert into events ({COLUMNS}) values {', '.join([self._marks] * len(part))}"
            connection.exec_driver_sql(insert, tuple(chain_of.from_iterable(part)))
        connection.exec_driver_sql(self._move_head, (position, previous))
        return [row[0] for row in rows]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        """The events of a stream, in the order of their versions."""
        query = f"select version, topic, payload from events where stream = {self._mark}"
        values: list[Any] = [str(originator_id)]
        for comparison, value in ((">", gt), ("<=", lte)):
            if value is not None:
                query += f" and version {comparison} {self._mark}"
                values.append(value)
        query += " order by version" + (" desc" if desc else "")
        if limit is not None:
            query += f" limit {int(limit)}"
        with self.engine.connect() as connection:
            found = connection.exec_driver_sql(query, tuple(values)).all()
        return [StoredEvent(originator_id, version, topic, bytes(payload)) for version, topic, payload in found]


class Recorder(StreamRecorder, ApplicationRecorder):
    """The whole log: streams, and one gapless order over all of them."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append in one transaction; the positions given. The library's IntegrityError where a version is taken."""
        return self._append(lambda _: stored_events, kwargs.get("beside")) if stored_events else []

    def insert_drawn(self, drawn: Drawn, beside: Callable[[sa.Connection], None]) -> None:
        """Append events that are `drawn` up while nobody else can append, and what goes `beside` them."""
        self._append(drawn, beside)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        """A page of the log from a position on, optionally of some topics only."""
        at = events.c.position
        query = sa.select(at, events.c.stream, events.c.version, events.c.topic, events.c.payload)
        if start is not None:
            query = query.where(at >= start if inclusive_of_start else at > start)
        if stop is not None:
            query = query.where(at <= stop)
        if topics:
            query = query.where(events.c.topic.in_(topics))
        with self.engine.connect() as connection:
            found = connection.execute(query.order_by(at).limit(limit)).all()
        return [
            Notification(stream, version, topic, bytes(payload), position)
            for position, stream, version, topic, payload in found
        ]

    def max_notification_id(self) -> int | None:
        """The last position, or None while the log is empty."""
        return self.head()[0] or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> "LogSubscription":
        """Follow the log: woken by this process's own appends, and looking for others' four times a second."""
        return LogSubscription(self, gt, topics)

    # --- reading for projections, replay and proof ------------------------------------------------------------

    def head(self) -> tuple[int, bytes]:
        """The last position and its hash; 0 and the first hash while the log is empty."""
        with self.engine.connect() as connection:
            return read_head(connection)

    def last_stream(self, prefix: str, within: sa.Connection | None = None) -> str | None:
        """The greatest stream name that begins with `prefix`, followed by digits; `within` a transaction, if one is given."""
        query = sa.select(sa.func.max(events.c.stream)).where(events.c.stream > prefix, events.c.stream < prefix + ":")
        with nullcontext(within) if within else self.engine.connect() as connection:
            found = connection.execute(query).scalar()
        return str(found) if found else None

    def existing_streams(self, names: Sequence[str]) -> set[str]:
        """Those of the named streams that hold events."""
        query = sa.select(events.c.stream).where(events.c.version == 1, events.c.stream.in_(names))
        with self.engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def streams_of(self, prefix: str) -> list[str]:
        """Every stream whose name begins with `prefix`."""
        query = sa.select(events.c.stream).where(
            events.c.version == 1, events.c.stream.startswith(prefix, autoescape=True)
        )
        with self.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def read_case(self, plan: str) -> list[LogRow]:
        """A plan's events with those of all its reviews, in the order of the log."""
        query = sa.select(events).where(events.c.plan == plan).order_by(events.c.position)
        with self.engine.connect() as connection:
            return [LogRow(*row) for row in connection.execute(query)]

    def read_case_of(self, stream: str) -> list[CaseRow]:
        """The events of the case that a stream belongs to, in the order of the log."""
        with self.engine.connect() as connection:
            return [CaseRow(*row) for row in connection.exec_driver_sql(self._case_of, (stream,))]

    def read_cases(self, plans: Sequence[str]) -> Iterator[LogRow]:
        """The events of many plans and their reviews, those of each case together, in the order of the log: few statements."""
        for some in _some_at_a_time(plans):
            query = sa.select(events).where(events.c.plan.in_(some)).order_by(events.c.plan, events.c.position)
            with self.engine.connect() as connection:
                yield from [LogRow(*row) for row in connection.execute(query)]

    def read_cases_of(self, streams: Sequence[str]) -> Iterator[CaseRow]:
        """The events of the cases that many streams belong to, as `read_cases` gives them; a case may come twice."""
        columns = (events.c.position, events.c.stream, events.c.payload, events.c.plan)
        for some in _some_at_a_time(streams):
            begun = sa.select(events.c.plan).where(events.c.stream.in_(some), events.c.version == 1)
            query = sa.select(*columns).where(events.c.plan.in_(begun)).order_by(events.c.plan, events.c.position)
            with self.engine.connect() as connection:
                yield from [CaseRow(*row) for row in connection.execute(query)]

    def read_log(self, after: int = 0, upto: int | None = None) -> Iterator[LogRow]:
        """The log after a position, streamed."""
        query = sa.select(events).where(events.c.position > after).order_by(events.c.position)
        return (LogRow(*row) for row in self._stream(query if upto is None else query.where(events.c.position <= upto)))

    def read_back(self, officer: str) -> Iterator[LogRow]:
        """The rows of cases in which an officer's id stands, the latest first, streamed."""
        query = sa.select(events).where(events.c.plan != "").order_by(events.c.position.desc())
        wanted = officer.encode()
        return (LogRow(*row) for row in self._stream(query) if wanted in row.payload)

    def read_by_case(self) -> Generator[LogRow, None, None]:
        """The whole log, the events of each case together in their order, streamed; closed, it lets its connection go."""
        query = sa.select(events).where(events.c.plan != "").order_by(events.c.plan, events.c.position)
        return (LogRow(*row) for row in self._stream(query))

    def plans_touched(self, after: int, upto: int) -> Iterator[str]:
        """Each plan with an event after one position and up to another, once."""
        between = (events.c.position > after, events.c.position <= upto)
        query = sa.select(events.c.plan).distinct().where(*between, events.c.plan != "")
        return (row[0] for row in self._stream(query))

    def plans_recorded(self, start: str, end: str) -> Iterator[str]:
        """Each plan of which something was recorded from one moment on and before another, as the column has them; once."""
        when = (events.c.recorded_at >= start, events.c.recorded_at < end)
        return (row[0] for row in self._stream(sa.select(events.c.plan).distinct().where(*when, events.c.plan != "")))

    def _stream(self, query: sa.Select[Any]) -> Iterator[Any]:
        """Rows a page at a time, so that memory does not grow with the log."""
        with self.engine.connect() as connection:
            yield from streamed(connection, query)

    # --- the log of one moment, whatever is appended meanwhile ------------------------------------------------

    @contextmanager
    def frozen(self) -> Iterator[sa.Connection]:
        """A transaction that reads every table as it is at one moment; a damaged store cannot end it as others do."""
        frozen = {"isolation_level": "REPEATABLE READ"} if self.engine.dialect.name == "postgresql" else {}
        with self.engine.connect().execution_options(**frozen) as connection:
            reading = connection.begin()
            try:
                yield connection
            finally:
                with suppress(StoreDamaged):
                    reading.rollback()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """The whole log with its head as they are at one moment."""
        with self.frozen() as connection:
            yield Snapshot(connection)

    @contextmanager
    def damaged_snapshot(self) -> Iterator[Snapshot]:
        """The same of a store that may be damaged."""
        with self.frozen() as connection:
            yield Snapshot.as_far_as_it_goes(connection)

    def verify(self) -> Iterator[LogFault]:
        """Every place where the log no longer agrees with its chain."""
        with self.damaged_snapshot() as snapshot:
            yield from chain.faults(snapshot.readable(), snapshot.known_head)


def _some_at_a_time(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """As many names as one statement takes, each once."""
    distinct = list(dict.fromkeys(names))
    return (distinct[at : at + _CASES_A_STATEMENT] for at in range(0, len(distinct), _CASES_A_STATEMENT))


class LogSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """A subscription that wakes on this process's appends and polls for those of others."""

    def __init__(self, recorder: Recorder, gt: int | None = None, topics: Sequence[str] = ()) -> None:
        super().__init__(recorder, gt, topics)
        self._log = recorder
        self._waker = threading.Thread(target=self._wake, daemon=True)
        self._waker.start()

    def _wake(self) -> None:
        while not self._has_been_stopped:
            with self._log._appended:
                self._log._appended.wait(_POLL_SECONDS)
            self._has_been_notified.set()


class TrackingRecorder(TrackingRecorderPort):
    """How far each follower has come: a position can only move on."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def insert_tracking(self, tracking: Tracking) -> None:
        """Move a follower on; the library's IntegrityError where it has been there already."""
        with writing(self.engine) as connection:
            self.track(connection, tracking.application_name, tracking.notification_id)

    def track(self, connection: sa.Connection, application: str, position: int) -> None:
        """Move a follower on within a transaction of its own."""
        found = connection.execute(
            sa.text(
                "insert into tracking (application, position) values (:application, :position) "
                "on conflict (application) do update set position = excluded.position "
                "where tracking.position < excluded.position returning position"
            ),
            {"application": application, "position": position},
        ).first()
        if found is None:
            raise IntegrityError(f"{application} has been at {position} already")

    def max_tracking_id(self, application_name: str) -> int | None:
        """Where a follower is, or None."""
        query = sa.select(tracking.c.position).where(tracking.c.application == application_name)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar()


def _columns(stored: StoredEvent) -> tuple[Any, ...]:
    """The log's columns from stream to state; an event that is not arflow's own leaves arflow's columns empty."""
    own = (
        (stored.plan, stored.happened_on, stored.recorded_at, stored.state_after)
        if isinstance(stored, LogRecord)
        else ("",) * 4
    )
    return (str(stored.originator_id), stored.originator_version, stored.topic, stored.state, *own)
