"""Signals that end a command: its work is undone and its temporary files go, and it ends as shells expect."""

import signal
from types import FrameType

_ENDING = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


class Stopped(SystemExit):
    """A signal asked the command to end: its exit code is 128 and the signal's number."""


def end_on_signals() -> None:
    """Let each of these signals raise Stopped; one that whoever started the command ignores stays ignored (nohup)."""
    for one in _ENDING:
        if signal.getsignal(one) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(one, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    for one in _ENDING:  # a second one ends the command at once
        if signal.getsignal(one) is _stop:
            signal.signal(one, signal.SIG_DFL)
    raise Stopped(128 + number)
