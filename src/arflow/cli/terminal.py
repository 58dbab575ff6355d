"""The one way out: what is printed is data, never markup, and no control character of it reaches the terminal."""

import sys
from typing import TYPE_CHECKING, TextIO

import click

from arflow.control_characters import visible

if TYPE_CHECKING:
    from rich.console import Console

_PLAIN_WIDTH = 140


def say(text: str, *, err: bool = False) -> None:
    """A line or more of text, on stdout or stderr."""
    click.echo(visible(text), err=err)


def agreed(question: str) -> bool:
    """Whether somebody at a terminal says yes; nobody is asked where there is none."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    click.echo(f"{visible(question)} [y/N] ", nl=False, err=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def hand_over(content: bytes) -> None:
    """A document for a program on stdout, byte for byte; on a terminal its control characters are shown."""
    click.echo(visible(content.decode()) if sys.stdout.isatty() else content, nl=False)


def console(to: TextIO | None = None) -> "Console":
    """Where results go: colour and width of the terminal, or plain and wide enough for a file."""
    from arflow.cli.plain_console import PlainConsole

    file = to or sys.stdout
    return PlainConsole(file=file, width=None if file.isatty() else _PLAIN_WIDTH)
