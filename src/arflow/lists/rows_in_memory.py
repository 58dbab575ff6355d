"""The rows of the lists in memory: for whoever may read a store and not write to it, once its rows are behind its log."""

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from arflow.lists.list_tables import metadata, unreadable
from arflow.store.tables import events

_ROWS_AT_A_TIME = 2_000


class RowsInMemory:
    """A copy of a store's rows that goes with the process; one thread reads or changes it at a time.

    Of the log it has the events that cannot be read, to see whether they can be now.
    """

    def __init__(self, store: sa.Connection) -> None:
        self._turn = threading.RLock()
        self._engine = sa.create_engine(
            "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}, hide_parameters=True
        )
        weakref.finalize(self, self._engine.dispose)
        metadata.create_all(self._engine)
        events.create(self._engine)
        not_read = sa.select(events).where(events.c.position.in_(sa.select(unreadable.c.position)))
        with self.open() as connection:
            for table, wanted in (*((one, sa.select(one)) for one in metadata.sorted_tables), (events, not_read)):
                streaming = store.execution_options(yield_per=_ROWS_AT_A_TIME)
                for page in streaming.execute(wanted).mappings().partitions():
                    connection.execute(sa.insert(table), list(map(dict, page)))

    @contextmanager
    def open(self) -> Iterator[sa.Connection]:
        """A transaction on the copy."""
        with self.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        """The connection to the copy, with no transaction yet."""
        with self._turn, self._engine.connect() as connection:
            yield connection
