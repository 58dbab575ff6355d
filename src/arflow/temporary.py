"""Temporary folders and unfinished files: locked while they are used, so that what a killed process left can be told."""

import fcntl
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from arflow import private_files

# Whatever has such a name is locked by who made it before it gets the name. A folder that somebody named is never taken for one.
_FOLDER = re.compile(r"arflow-[a-z0-9]+-[0-9a-f]{16}")
_FILE = re.compile(r"\.arflow-[0-9a-f]{16}\.part")


@contextmanager
def folder(purpose: str) -> Iterator[Path]:
    """A folder in TMPDIR for its owner alone, gone when the work ends; those that killed processes left go first."""
    place = Path(tempfile.gettempdir())
    _clear(place, _FOLDER)
    made = Path(tempfile.mkdtemp(prefix=".arflow-", dir=place))
    path = place / f"arflow-{purpose}-{secrets.token_hex(8)}"
    with _locked(made):
        try:
            yield made.rename(path)
        finally:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def new_file(beside: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A new file to write to and its path, beside the file that it will become; what killed processes left goes first.

    Unless it is renamed, it is gone when the work ends.
    """
    _clear(beside.parent, _FILE)
    token = secrets.token_hex(8)
    made, path = (beside.with_name(f".arflow-{token}{ending}") for ending in (".new", ".part"))
    with private_files.new_file(made) as held:
        _lock(held.fileno())
        try:
            with made.rename(path).open("wb") as file:  # under the name that it has now
                yield file, path
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def new_folder(beside: Path) -> Iterator[Path]:
    """The same as a folder."""
    _clear(beside.absolute().parent, _FILE)
    token = secrets.token_hex(8)
    made, path = (beside.absolute().with_name(f".arflow-{token}{ending}") for ending in (".new", ".part"))
    made.mkdir(mode=private_files.FOLDER)
    with _locked(made):
        try:
            yield made.rename(path)
        finally:
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    number = os.open(path, os.O_RDONLY)
    try:
        _lock(number)
        yield
    finally:
        os.close(number)


def _lock(number: int) -> bool:
    """Take the lock of an open file or folder, which goes with the process however it ends; whether it was free."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody uses it; or this disk knows no locks, and nothing on it is ever taken for a leftover
        return False
    return True


def _clear(place: Path, named: re.Pattern[str]) -> None:
    """Remove what our own killed processes left in a folder."""
    with suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if named.fullmatch(entry.name) and entry.stat(follow_symlinks=False).st_uid == os.geteuid():
                _remove_if_left(Path(entry.path))


def _remove_if_left(path: Path) -> None:
    with suppress(OSError):  # somebody was quicker
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            if _lock(number):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        finally:
            os.close(number)
