"""The log as it is at one moment: rows, streams and head that agree with each other, whatever is appended meanwhile."""

from collections.abc import Generator, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa

from arflow.errors import LogBroken, StoreDamaged, StoreNotReady
from arflow.store.chain import GENESIS, Unreadable
from arflow.store.tables import COLUMNS, events
from arflow.store.trouble import headless, only_row

HEAD = sa.text("select position, hash from chain_head where id = 1")
ROWS_AT_A_TIME = 5_000
DAMAGE = "its part of the database is damaged"
# How many positions behind a damaged page are tried one by one before the steps grow.
_CLOSELY = 1_000


def read_head(connection: sa.Connection) -> tuple[int, bytes]:
    """The last position and its hash; StoreNotReady where there is no such row, or it says neither."""
    position, digest = only_row(connection, connection.execute(HEAD))
    if type(position) is not int or type(digest) is not bytes:
        raise headless(connection.engine.url)
    return position, digest


class LogRow(NamedTuple):
    """A row of the log, its columns in their order."""

    position: int
    stream: str
    version: int
    topic: str
    payload: bytes
    plan: str
    happened_on: str
    recorded_at: str
    state: str
    hash: bytes


class CaseRow(NamedTuple):
    """What of a row of the log is needed to read a case."""

    position: int
    stream: str
    payload: bytes
    plan: str


class Snapshot:
    """The log of one transaction: `head` is its last position and hash, as the store says."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.known_head: tuple[int, bytes] | None = read_head(connection)

    @classmethod
    def as_far_as_it_goes(cls, connection: sa.Connection) -> "Snapshot":
        """The log of a store that may be damaged: `known_head` is None where the head is lost."""
        found = cls.__new__(cls)
        found.connection = connection
        try:
            with connection.begin_nested():
                found.known_head = read_head(connection)
        except StoreNotReady:
            if connection.invalidated:  # the server is gone, which says nothing of the log
                raise
            found.known_head = None
        return found

    @property
    def head(self) -> tuple[int, bytes]:
        """The last position and its hash, as the store says."""
        if self.known_head is None:
            raise headless(self.connection.engine.url)
        return self.known_head

    def rows(self, after: int | None = None) -> Iterator[LogRow]:
        """Every row there is, or those after a position, in the order of their positions, streamed as they are stored."""
        beyond = "" if after is None else f"where position >= {int(after) + 1}"  # with > SQLite looks at the row before
        query = sa.text(f"select {COLUMNS} from events {beyond} order by position")
        return (LogRow(*row) for row in streamed(self.connection, query))

    def readable(self, after: int | None = None) -> Iterator[LogRow | Unreadable]:
        """Every row that can be read, and between them each stretch that cannot: the walk goes on behind a damaged page.

        With `after` only what stands behind that position.
        """
        at = after
        while True:
            try:
                for row in self.rows(at):
                    yield row
                    at = row.position
            except StoreDamaged:
                for row in self._up_to_the_damage(at or 0):
                    yield row
                    at = row.position
                if at and at >= self._end:
                    return
                lost = self._unreadable_after(at or 0)
                yield lost
                at = lost.last
                if at >= self._end:
                    return
            else:
                return

    def _up_to_the_damage(self, at: int) -> Iterator[LogRow]:
        """The rows behind a position one by one, up to the first that cannot be read: the stream lost a whole page of them."""
        if self.connection.dialect.name == "postgresql":  # its transaction ends with the first error
            return
        for position in range(at + 1, self._end + 1):
            found = self._at(position)
            if found is None:
                return
            yield from found

    def _unreadable_after(self, at: int) -> Unreadable:
        """The stretch behind a position that cannot be read, up to the next row that can."""
        failed, step = at + 1, 1
        if self.connection.dialect.name == "postgresql":
            return Unreadable(failed, max(failed, self._end), DAMAGE)
        while failed < self._end and not self._gives(min(failed + step, self._end)):
            failed = min(failed + step, self._end)
            step = max(1, (failed - at) // _CLOSELY)
        good = min(failed + step, self._end + 1)
        while good - failed > 1:
            middle = (failed + good) // 2
            failed, good = (failed, middle) if self._gives(middle) else (middle, good)
        return Unreadable(at + 1, failed, DAMAGE)

    def _gives(self, position: int) -> bool:
        return self._at(position) is not None

    def _at(self, position: int) -> list[LogRow] | None:
        """The row at a position, if there is one; None where the database cannot say."""
        query = f"select {COLUMNS} from events where position = {int(position)}"
        try:
            return [LogRow(*row) for row in self.connection.exec_driver_sql(query)]
        except StoreDamaged:
            return None

    @cached_property
    def _end(self) -> int:
        """The last position there may be, by the head or by the rows."""
        try:
            last = self.connection.exec_driver_sql("select max(position) from events").scalar() or 0
        except StoreNotReady:
            last = 0
        return max(int(last), self.known_head[0] if self.known_head else 0)

    def part(self, first: int, last: int) -> Generator[Any, None, None]:
        """The rows from one position to another, streamed as the database gives them: naming their columns costs a third."""
        query = f"select {COLUMNS} from events where position between {int(first)} and {int(last)} order by position"
        return streamed(self.connection, sa.text(query))

    def agreed_head(self) -> tuple[int, bytes]:
        """The head, where the log's last row is the one it names; LogBroken where it is not."""
        query = sa.select(events.c.position, events.c.hash).order_by(events.c.position.desc()).limit(1)
        found = self.connection.execute(query).one_or_none()
        if (tuple(found) if found else (0, GENESIS)) != self.head:
            ends = found[0] if found else 0
            raise LogBroken(
                f"the log's last event (position {ends}) does not agree with the head of the chain (position "
                f"{self.head[0]}): nothing is read from it; see what is wrong with `arflow verify`"
            )
        return self.head

    def streams_with_gaps(self) -> Iterator[tuple[str, int, int]]:
        """Each stream whose versions are not 1 to the number of its events: its name, that number and the last version."""
        query = (
            "select stream, count(*), max(version) from events group by stream "
            "having count(*) <> max(version) or min(version) <> 1 order by stream"
        )
        return ((str(stream), count, last) for stream, count, last in self.connection.exec_driver_sql(query))

    def streams(self, upto: int) -> Iterator[tuple[str, int]]:
        """Each stream with its last version up to a position, in the order of their names' bytes, streamed."""
        query = (
            sa.select(events.c.stream, sa.func.max(events.c.version))
            .where(events.c.position <= upto)
            .group_by(events.c.stream)
            .order_by(events.c.stream)
        )
        return ((str(stream), int(last)) for stream, last in streamed(self.connection, query))


def streamed(connection: sa.Connection, query: sa.Executable) -> Generator[Any, None, None]:
    """Rows a page at a time, so that memory does not grow with the log."""
    paged = {"stream_results": True, "yield_per": ROWS_AT_A_TIME}  # of this query alone, not of the connection
    with connection.execute(query, execution_options=paged) as found:
        for page in found.partitions(ROWS_AT_A_TIME):
            yield from page
