"""Where a page or a sheet goes: a named file, written whole or not at all, and never over another by accident."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from arflow import temporary
from arflow.errors import AlreadyThere, InvalidValue

OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to this file instead of the terminal.",
)
FORCE = click.option("--force", is_flag=True, help="Overwrite a file that already exists.")


def to_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of everything that can be written to a file."""
    return OUTPUT(FORCE(command))


def write_file(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file whole, or leave what was there."""
    with new_file(path, force=force) as file:
        file.write(content)


@contextmanager
def new_file(path: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file for its owner alone that takes its name when all is written; what fails leaves nothing behind."""
    check_new(path, force=force)
    target = path.resolve()
    try:
        with temporary.new_file(target) as (file, partial):
            yield file
            file.flush()
            os.fsync(file.fileno())
            check_new(path, force=force)
            partial.replace(target)
    except OSError as error:
        raise _cannot_be_written(path, error) from error


def check_new(path: Path, *, force: bool, option: str = "--output") -> None:
    """Refuse, before any work is done, a file that already exists, or a place where none can be."""
    try:
        there, usable, folder = path.exists(), path.is_file(), path.resolve().parent.is_dir()
    except OSError as error:
        raise _cannot_be_written(path, error, option) from error
    if there and not usable:
        raise InvalidValue(option, path, "a file: name another")
    if there and not force:
        raise AlreadyThere(f"{option}: {path} exists already: choose another name, or write over it with --force")
    if not folder:
        raise InvalidValue(option, path, "in a folder that exists: make it first, or name another")


def _cannot_be_written(path: Path, error: OSError, option: str = "--output") -> InvalidValue:
    return InvalidValue(option, path, f"a file that can be written ({error.strerror}): name another")
