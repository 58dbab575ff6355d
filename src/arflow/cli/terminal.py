"""The one way out: what is printed is data, never markup, and no control character of it reaches the terminal."""

import os
import sys
from contextlib import suppress
from io import StringIO
from typing import TYPE_CHECKING, TextIO

import click

from arflow.control_characters import visible

if TYPE_CHECKING:
    from rich.console import Console as RichConsole

    from arflow.figures.rendering.console import Console

_PLAIN_WIDTH = 140


def say(text: str, *, err: bool = False) -> None:
    """A line or more of text, on stdout or stderr."""
    click.echo(visible(text), err=err)


def agreed(question: str) -> bool:
    """Whether somebody at a terminal says yes; nobody is asked where there is none."""
    if not (is_read(sys.stdin) and is_read(sys.stderr)):
        return False
    click.echo(f"{visible(question)} [y/N] ", nl=False, err=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def hand_over(content: bytes) -> None:
    """A document for a program on stdout, byte for byte; on a terminal its control characters are shown."""
    click.echo(visible(content.decode()) if is_read(sys.stdout) else content, nl=False)


def is_read(stream: TextIO | None) -> bool:
    """Whether somebody at a terminal reads or writes a stream; one that is closed is nobody's."""
    return stream is not None and stream.isatty()


def set_stdout_aside() -> None:
    """Lose what waits to be printed, where nobody takes it any more: Python would try again at its end."""
    with suppress(OSError, ValueError, AttributeError):  # stdout may be closed, or no file at all
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console(to: TextIO | None = None) -> "Console":
    """Where results go: colour and width of the terminal, or plain and wide enough for a file."""
    from arflow.figures.rendering.console import Console

    file = to or sys.stdout or StringIO()  # stdout may be closed
    return Console(file=file, width=None if file.isatty() else _PLAIN_WIDTH)


def bar_console() -> "RichConsole":
    """Where a progress bar is drawn."""
    from rich.console import Console

    return Console(file=sys.stderr, markup=False, emoji=False, highlight=False)
