"""Where a page or a sheet goes: a named file, written whole or not at all, and never over another by accident."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from arflow.errors import NotPossible

OUTPUT = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write to this file instead of the terminal.",
)
FORCE = click.option("--force", is_flag=True, help="Write over a file that is there already.")


def to_file(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of everything that can be written to a file."""
    return OUTPUT(FORCE(command))


def write_file(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file whole, or leave what was there; NotPossible if it is there already or cannot be written."""
    target = path.resolve()
    partial = target.with_name(f".arflow-{os.getpid()}.partial")
    try:
        if target.exists() and not force:
            raise NotPossible(f"{path} is there already: name another file, or write over it with --force")
        if target.exists() and not target.is_file():
            raise NotPossible(f"cannot write {path}: it is not a file: name another with --output")
        partial.write_bytes(content)
        partial.replace(target)
    except OSError as error:
        raise NotPossible(f"cannot write {path}: {error.strerror}: name another file with --output") from error
    finally:
        with suppress(OSError):
            partial.unlink()
