"""The log as it is at one moment: rows, streams and head that agree with each other, whatever is appended meanwhile."""

from collections.abc import Generator, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from arflow.errors import LogBroken
from arflow.store.chain import GENESIS
from arflow.store.tables import COLUMNS, events, head
from arflow.store.trouble import only_row

HEAD = sa.select(head.c.position, head.c.hash).where(head.c.id == 1)
ROWS_AT_A_TIME = 5_000


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
        self._connection = connection
        position, digest = only_row(connection, connection.execute(HEAD))
        self.head = (int(position), bytes(digest))

    def rows(self) -> Iterator[LogRow]:
        """Every row there is, in the order of their positions, streamed."""
        return (LogRow(*row) for row in streamed(self._connection, sa.select(events).order_by(events.c.position)))

    def part(self, first: int, last: int) -> Generator[Any, None, None]:
        """The rows from one position to another, streamed as the database gives them: naming their columns costs a third."""
        query = f"select {COLUMNS} from events where position between {int(first)} and {int(last)} order by position"
        return streamed(self._connection, sa.text(query))

    def agreed_head(self) -> tuple[int, bytes]:
        """The head, where the log's last row is the one it names; LogBroken where it is not."""
        query = sa.select(events.c.position, events.c.hash).order_by(events.c.position.desc()).limit(1)
        found = self._connection.execute(query).one_or_none()
        if (tuple(found) if found else (0, GENESIS)) != self.head:
            ends = found[0] if found else 0
            raise LogBroken(
                f"the log's last event (position {ends}) does not agree with the head of the chain (position "
                f"{self.head[0]}): nothing is read from it; see what is wrong with `arflow verify`"
            )
        return self.head

    def streams(self, upto: int) -> Iterator[tuple[str, int]]:
        """Each stream with its last version up to a position, in the order of their names' bytes, streamed."""
        query = (
            sa.select(events.c.stream, sa.func.max(events.c.version))
            .where(events.c.position <= upto)
            .group_by(events.c.stream)
            .order_by(events.c.stream)
        )
        return ((str(stream), int(last)) for stream, last in streamed(self._connection, query))


def streamed(connection: sa.Connection, query: sa.Executable) -> Generator[Any, None, None]:
    """Rows a page at a time, so that memory does not grow with the log."""
    streaming = connection.execution_options(stream_results=True, yield_per=ROWS_AT_A_TIME)
    with streaming.execute(query) as found:
        for page in found.partitions(ROWS_AT_A_TIME):
            yield from page
