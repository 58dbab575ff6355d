"""A store copied to another database, row for row: whole and compared, or not at all."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from arflow.errors import AlreadyThere, LogBroken
from arflow.store import chain, files
from arflow.store.engine import check_ready, shown, writing
from arflow.store.migrations.upgrade import migrate
from arflow.store.recorder import Recorder
from arflow.store.snapshot import Snapshot

_ROWS_AT_A_TIME = 2_000
# It is made with the tables, and says the same on both sides.
_OF_THE_TABLES = "alembic_version"


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a copy has come, in rows."""

    done: int
    of: int


class TableCopied(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows a table has, and a digest (hex) that is the same for the same rows in any order, on either database."""

    name: str
    rows: int
    digest: str


class Copied(msgspec.Struct, frozen=True, kw_only=True):
    """What was copied: the length of the log and the hash (hex) of its last event, and each table."""

    events: int
    head: str
    tables: tuple[TableCopied, ...]


def copy(source: sa.Engine, target: sa.Engine, telling: Callable[[Progress], None] = lambda _: None) -> Copied:
    """Copy every table to a database that has none, and read the copy again before it is kept.

    AlreadyThere where the target has tables, LogBroken where the copy is not what the source holds, or its log is unsound.
    """
    check_ready(source)
    refuse_if_there(target)
    files.make(target)
    try:
        with Recorder(source).frozen() as reading, writing(target) as connection:
            migrate(connection)
            return _filled(reading, connection, telling)
    except BaseException:
        files.remove_unfinished(target)
        raise


def refuse_if_there(target: sa.Engine) -> None:
    """AlreadyThere where a database holds tables already, or a file is there."""
    if target.dialect.name == "sqlite":
        path = Path(target.url.database or "")
        there = path.exists() or path.is_symlink()
    else:
        with target.connect() as connection:
            there = bool(sa.inspect(connection).get_table_names())
    if there:
        raise AlreadyThere(f"{shown(target)} is not empty: name a file that is not there, or an empty database")


def _filled(reading: sa.Connection, connection: sa.Connection, telling: Callable[[Progress], None]) -> Copied:
    ours, theirs = _tables(reading), _tables(connection)
    of = sum(reading.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in ours)
    done, copied = 0, []
    for table in reversed(theirs):  # what a migration put there stands in the source as well
        connection.execute(sa.delete(table))
    for table, other in zip(ours, theirs, strict=True):
        digest = _Digest(table.name)
        for page in _pages(reading, table):
            connection.execute(sa.insert(other), [dict(zip(table.columns.keys(), row, strict=True)) for row in page])
            digest.add(page)
            done += len(page)
            telling(Progress(done=done, of=of))
        copied.append(digest.found())
        _number_on(connection, other)
    for other, was in zip(theirs, copied, strict=True):
        if digest_of(connection, other) != was:
            raise LogBroken(
                f"the copy of the table {other.name} is not what the store holds: nothing was kept; try again"
            )
    return _sound(Snapshot(connection), tuple(copied))


def _sound(snapshot: Snapshot, copied: tuple[TableCopied, ...]) -> Copied:
    fault = next(chain.faults(snapshot.rows(), snapshot.head), None)
    if fault:
        raise LogBroken(f"the log does not agree with its chain ({fault}): nothing was copied; see `arflow verify`")
    position, head = snapshot.head
    return Copied(events=position, head=head.hex(), tables=copied)


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """The tables as they are in the database, those first that others refer to."""
    found = sa.MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != _OF_THE_TABLES]


def _pages(connection: sa.Connection, table: sa.Table) -> Iterator[list[tuple[Any, ...]]]:
    streaming = connection.execution_options(stream_results=True, yield_per=_ROWS_AT_A_TIME)
    with streaming.execute(sa.select(table)) as found:
        for page in found.partitions(_ROWS_AT_A_TIME):
            yield [tuple(row) for row in page]


def digest_of(connection: sa.Connection, table: sa.Table) -> TableCopied:
    """How many rows a table has, and their digest."""
    digest = _Digest(table.name)
    for page in _pages(connection, table):
        digest.add(page)
    return digest.found()


class _Digest:
    """The sum of the SHA-256 of every row: two databases give their rows in different orders."""

    def __init__(self, name: str) -> None:
        self._name, self._rows, self._sum = name, 0, 0

    def add(self, rows: list[tuple[Any, ...]]) -> None:
        for row in rows:
            encoded = msgspec.json.encode([bytes(one) if isinstance(one, memoryview) else one for one in row])
            self._sum += int.from_bytes(hashlib.sha256(encoded).digest())
        self._rows += len(rows)

    def found(self) -> TableCopied:
        return TableCopied(name=self._name, rows=self._rows, digest=f"{self._sum % (1 << 256):064x}")


def _number_on(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL numbers new rows on from those that were copied."""
    if connection.dialect.name != "postgresql":
        return
    for key in table.primary_key:
        if isinstance(key.type, sa.Integer):
            sequence = connection.execute(sa.func.pg_get_serial_sequence(table.name, key.name).select()).scalar()
            last = connection.execute(sa.select(sa.func.max(key))).scalar()
            if sequence and last:
                connection.execute(sa.func.setval(sequence, last).select())
