"""What whoever runs arflow may do with a store: write to it, or only read it."""

import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from arflow.store.trouble import changed

_MAY_WRITE = """
select has_table_privilege('projection_position', 'update') and has_table_privilege('due', 'insert, delete')
   and current_setting('transaction_read_only') = 'off'
"""
_Way = Literal["", "mode=ro", "immutable=1"]


def may_write(engine: sa.Engine) -> bool:
    """Whether the rows of the lists may be changed by this user of the file, or this role of the database."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return not connection.info["way"]
        return bool(connection.exec_driver_sql(_MAY_WRITE).scalar())


def open_as_permitted(engine: sa.Engine, *, read_only: bool) -> None:
    """Open an SQLite file that may not be written, or that somebody wants to read only, for reading alone.

    Beside such a file SQLite can make no -shm. Where a writer has made one it is used; where none is there, nobody has
    the store open, and the file is read as one that does not change. If it does change, whatever was read is refused.
    """
    path = Path(engine.url.database or "").absolute()

    @event.listens_for(engine, "do_connect")
    def _open(_dialect: object, record: ConnectionPoolEntry, arguments: list[Any], settings: dict[str, Any]) -> None:
        way = _way(path, read_only=read_only)
        record.info.update(way=way, state=_state(path) if way else ())
        if way:
            arguments[0] = f"file:{quote(str(path))}?{way}"
            settings["uri"] = True

    @event.listens_for(engine, "checkout")
    def _again(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        if _has_changed(record.info, path):
            raise DisconnectionError  # the pool opens the file again

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def _check(connection: sa.Connection) -> None:
        if connection.invalidated:
            return  # a signal came in the middle of a statement: the file is closed, and nothing was read whole
        if _has_changed(connection.info, path):
            connection.info["state"] = _state(path)
            raise changed(engine.url)


def _way(path: Path, *, read_only: bool) -> _Way:
    """How a file is opened: as any other, for reading alone, or as one that does not change."""
    if not os.access(path, os.R_OK) or not path.is_file():
        return ""  # SQLite says what is wrong
    may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    if may_write:
        return "mode=ro" if read_only else ""
    wal, shm = _beside(path)
    return "mode=ro" if shm.exists() or _size(wal) else "immutable=1"


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _state(path: Path) -> tuple[int, ...]:
    """What differs once somebody has written to a file of a store."""
    if not path.exists():
        return ()
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns, _size(_beside(path)[0])


def _has_changed(info: Any, path: Path) -> bool:
    return bool(info.get("way") == "immutable=1" and info["state"] != _state(path))
