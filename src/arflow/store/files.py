"""The files of an SQLite store: made for their owner alone, and closed where an earlier arflow left them open."""

import os
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from arflow import private_files


def make(engine: sa.Engine) -> None:
    """Make the file of a store that is not there yet: SQLite gives its mode to the -wal and -shm beside it."""
    if engine.dialect.name == "sqlite":
        with suppress(OSError):  # it already exists; or it cannot be made, and SQLite says why
            os.close(os.open(_path(engine), os.O_WRONLY | os.O_CREAT | os.O_EXCL, private_files.FILE))


def close(engine: sa.Engine) -> bool:
    """Leave a store that anybody on the machine may read to its owner; whether it was such a store."""
    if engine.dialect.name != "sqlite":
        return False
    path = _path(engine)
    with suppress(PermissionError):  # another user's file
        closed = [private_files.close(path.with_name(path.name + end)) for end in ("", "-wal", "-shm")]
        return any(closed)
    return False


def remove_unfinished(engine: sa.Engine) -> None:
    """Remove the file of a store that was to be made, and what SQLite put beside it."""
    engine.dispose()
    if engine.dialect.name == "sqlite":
        for end in ("", "-wal", "-shm"):
            _path(engine).with_name(_path(engine).name + end).unlink(missing_ok=True)


def _path(engine: sa.Engine) -> Path:
    return Path(engine.url.database or "")
