"""What of a store cannot be read: each table from its first row to its last, and SQLite's own check of its file."""

from collections.abc import Iterator

import sqlalchemy as sa

from arflow.errors import StoreNotReady
from arflow.store.schema import expected
from arflow.store.snapshot import streamed

_MOST_NAMED = 20


def damage(connection: sa.Connection) -> Iterator[tuple[str, str]]:
    """Each place that is damaged, and how: a table, or the file."""
    for table in sorted(name for kind, name in expected(connection.dialect.name) if kind == "table"):
        if problem := _unreadable(connection, table):
            yield f"table {table}", problem
    if connection.dialect.name == "sqlite":
        yield from (("file", problem) for problem in _of_file(connection))


def _unreadable(connection: sa.Connection, table: str) -> str:
    try:
        with connection.begin_nested():
            for _ in streamed(connection, sa.text(f'select * from "{table}"')):
                pass
    except StoreNotReady:
        if connection.invalidated:  # the server is gone, which says nothing of the table
            raise
        return "cannot be read to its end: restore a backup"
    return ""


def _of_file(connection: sa.Connection) -> list[str]:
    """What SQLite finds in its file, by pages and indexes; no value of a row is in it."""
    try:
        rows = connection.exec_driver_sql(f"pragma integrity_check({_MOST_NAMED})").scalars().all()
    except StoreNotReady:
        return ["its pages are damaged: restore a backup"]
    said = (line.strip() for row in rows if isinstance(row, str) for line in row.splitlines())
    return [line for line in said if line not in ("ok", "*** in database main ***")][:_MOST_NAMED]
