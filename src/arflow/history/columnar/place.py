"""Where the columnar history of a store is: one folder for each store, one fill at a time, and no file taken from a reader."""

import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
import sqlalchemy as sa

from arflow import private_files
from arflow.store import shown

LOCK, READERS, UNFINISHED = ".lock", ".readers", ".part"
# A fill that stands still for so long is not waited for: the report reads the log without a history.
_PATIENCE_SECONDS = 60.0
_LOOK_AGAIN_SECONDS = 0.02


def folder_of(engine: sa.Engine, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder: `arflow-db-history` beside `arflow.db`, or one named after the store where ARFLOW_HISTORY says.

    For PostgreSQL that is the user's cache if it is not set. None while the log of such a store is empty, and
    for a user without a home.
    """
    given = environment.get("ARFLOW_HISTORY")
    if engine.dialect.name == "sqlite" and not given:
        store = Path(engine.url.database or "").resolve()
        return store.with_name(f"{store.name.replace('.', '-')}-history")
    with engine.connect() as connection:
        first = connection.exec_driver_sql("select hash from events where position = 1").scalar()
    if first is None:
        return None
    # The first hash is the log's own; the address keeps apart a store and a copy of it that went on otherwise.
    name = hashlib.sha256(bytes(first) + shown(engine).encode()).hexdigest()[:32]
    cache = f"{environment.get('XDG_CACHE_HOME') or '~/.cache'}/arflow/history"
    try:
        return Path(given or cache).expanduser() / name
    except RuntimeError:  # a user without a home
        return None


@contextmanager
def filled_alone(folder: Path, patience: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Make the folder or take it, for one process at a time; OSError where that cannot be, also after so many seconds."""
    private_files.make_folder(folder)
    with _opened(folder / LOCK) as lock:
        _wait_for(lock, patience)
        yield


@contextmanager
def kept_for_reading(folder: Path) -> Iterator[None]:
    """Keep every file that is there now; begun while no other process may fill the folder."""
    with _opened(folder / READERS) as readers:
        fcntl.flock(readers, fcntl.LOCK_SH)
        yield


def write_whole(path: Path, said: msgspec.Struct) -> None:
    """Replace a file with this as JSON: whole, or not at all."""
    unfinished = path.with_name(path.name + UNFINISHED)
    with private_files.new_file(unfinished) as file:
        file.write(msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def remove_others(folder: Path, kept: frozenset[str], kind: str) -> None:
    """Remove what killed fills left, and the files of a kind that no manifest names any more once nobody reads them."""
    for path in folder.glob(f"*{UNFINISHED}"):
        path.unlink(missing_ok=True)
    others = [path for path in folder.glob(f"{kind}-*.parquet") if path.name not in kept]
    with _opened(folder / READERS) as readers, suppress(BlockingIOError):
        fcntl.flock(readers, fcntl.LOCK_EX | fcntl.LOCK_NB)
        for path in others:
            path.unlink(missing_ok=True)


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    number = os.open(path, os.O_RDWR | os.O_CREAT, private_files.FILE)
    try:
        yield number
    finally:
        os.close(number)


def _wait_for(lock: int, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, "another process fills it and does not end") from None
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return
