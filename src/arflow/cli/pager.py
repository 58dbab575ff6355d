"""A long list on a terminal: a screen at a time, through the pager that PAGER names, or less."""

import os
import shlex
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING

import click

from arflow.cli.output import write_lines
from arflow.cli.terminal import is_read

if TYPE_CHECKING:
    from arflow.figures.rendering.console import Console

_LINES_AT_ONCE = 50


def on_a_terminal() -> bool:
    """Whether somebody reads what is printed, and can answer a pager."""
    return is_read(sys.stdin) and is_read(sys.stdout)


def page(out: "Console", lines: Iterator[str]) -> None:
    """Write lines as they are drawn; where they fill more than the screen, its pager asks for as many as are read."""
    first = list(islice(lines, out.height))
    if len(first) < out.height or not _pager_is_there():
        write_lines(out, chain(first, lines))
        return
    os.environ.setdefault("LESSCHARSET", "utf-8")  # as everything is printed
    with _interrupts_left_to_the_pager():
        try:
            click.echo_via_pager(_together(chain(first, lines)))
        except OSError:  # it is there, and does not start
            write_lines(out, chain(first, lines))


def _pager_is_there() -> bool:
    """Whether there is a pager; an empty PAGER is none, and a terminal that cannot move its cursor has none."""
    try:
        words = shlex.split(os.environ.get("PAGER", "" if os.environ.get("TERM") in ("dumb", "emacs") else "less"))
    except ValueError:
        return False
    return bool(words) and shutil.which(words[0]) is not None


def _together(lines: Iterable[str]) -> Iterator[str]:
    """Lines in pieces that are worth handing over."""
    waiting = iter(lines)
    while piece := list(islice(waiting, _LINES_AT_ONCE)):
        yield "".join(f"{line}\n" for line in piece)


@contextmanager
def _interrupts_left_to_the_pager() -> Iterator[None]:
    """Ctrl-C stops a search in the pager, or the pager itself; arflow ends when the pager has."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
