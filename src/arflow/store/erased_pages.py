"""What was erased leaves the files of an SQLite store: the file is written again without it, its write-ahead log emptied.

`secure_delete` alone is not enough: where SQLite splits a page, copies of rows stay in the page's unused part, and what an
earlier arflow deleted was never overwritten. VACUUM writes a new file from the rows that are there.
"""

import sqlite3

import sqlalchemy as sa

from arflow.errors import StoreNotReady
from arflow.store.engine import writing
from arflow.store.tables import tracking
from arflow.store.trouble import translated

# In the table `tracking`: how many erasures there were, and how many of them have left the files.
_ERASED, _SWEPT = "erasures", "erasures_swept"
_WAIT_FOR_READERS = 2_000  # milliseconds
OTHERS_READ = "another program has the store open"


def note_erasure(connection: sa.Connection) -> None:
    """Within the transaction that erases: the store's files still hold what goes, until `sweep`."""
    if connection.dialect.name == "sqlite":
        _count(connection, _ERASED, _counted(connection, _ERASED) + 1)


def waits(engine: sa.Engine) -> bool:
    """Whether pages of an SQLite store may still hold what was erased; one made by an earlier arflow may."""
    if engine.dialect.name != "sqlite":
        return False
    with engine.connect() as connection:
        return _counted(connection, _SWEPT, otherwise=-1) < _counted(connection, _ERASED)


def sweep(engine: sa.Engine) -> str:
    """Take out of an SQLite store's files what was erased; why that must wait, or nothing where it is done.

    It takes the time to write the whole file, and the room for a second one. `arflow tick` does what had to wait.
    """
    if not waits(engine):
        return ""
    with engine.connect() as connection:
        erased = _counted(connection, _ERASED)
    why = _rewritten(engine)
    if not why:
        with writing(engine) as connection:
            _count(connection, _SWEPT, erased)
    return why


def _rewritten(engine: sa.Engine) -> str:
    """Write the file again and empty its write-ahead log; why that could not be."""
    pooled = engine.raw_connection()
    try:
        connection = pooled.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.execute("vacuum")
        return _emptied(connection)
    except sqlite3.Error as error:
        refusal = translated(error, engine.url)
        assert isinstance(refusal, StoreNotReady)
        return refusal.message.rpartition(": ")[0] or refusal.message
    finally:
        pooled.close()


def _emptied(connection: sqlite3.Connection) -> str:
    """Empty the write-ahead log; why not, where somebody still reads from it."""
    [patience] = connection.execute("pragma busy_timeout").fetchone()
    connection.execute(f"pragma busy_timeout={_WAIT_FOR_READERS}")
    try:
        [busy, _, _] = connection.execute("pragma wal_checkpoint(truncate)").fetchone()
    finally:
        connection.execute(f"pragma busy_timeout={patience}")
    return OTHERS_READ if busy else ""


def _counted(connection: sa.Connection, what: str, otherwise: int = 0) -> int:
    found = connection.execute(sa.select(tracking.c.position).where(tracking.c.application == what)).scalar()
    return otherwise if found is None else int(found)


def _count(connection: sa.Connection, what: str, position: int) -> None:
    connection.execute(sa.delete(tracking).where(tracking.c.application == what))
    connection.execute(sa.insert(tracking).values(application=what, position=position))
