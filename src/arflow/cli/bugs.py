"""A bug as it is shown: where it happened and of which kind, without the values that its words may quote."""

import errno
import logging
import os
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from traceback import format_exception, format_tb
from types import TracebackType
from typing import Any

from arflow.cli.terminal import say

DEBUG = "ARFLOW_DEBUG"
_WITHHELD = "its words are withheld, since they may name somebody"
_WAY_ON = (
    "This is a bug in arflow. Report the lines above: they hold no data of yours. "
    f"To see the words too, set {DEBUG}=1; keep those to yourself."
)


def hook() -> None:
    """Show every error that nobody catches in this way: of the command, of its threads, and of what is thrown away."""
    sys.excepthook = show
    threading.excepthook = _of_no_caller
    sys.unraisablehook = _of_no_caller
    if not (sys.warnoptions or os.environ.get(DEBUG)):
        warnings.simplefilter("ignore")  # libraries warn of cells and files, and quote them
    logging.raiseExceptions = False  # a line that cannot be written would be shown with its values
    logging.lastResort = logging.NullHandler()  # what libraries log about the files that they read


def _of_no_caller(told: Any, ending: Callable[[], bool] = sys.is_finalizing) -> None:
    """An error of a thread, or of what is thrown away; nothing can be shown any more while Python itself ends."""
    if not ending():
        show(told.exc_type, told.exc_value, told.exc_traceback)


def show(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """The traceback of a bug, on stderr."""
    error = error or kind()
    if isinstance(error, KeyboardInterrupt):
        return
    if os.environ.get(DEBUG):
        say("".join(format_exception(kind, error, trace)).rstrip(), err=True)
        return
    say("".join(_told(error, trace, set())).rstrip(), err=True)
    say(_WAY_ON, err=True)


def _told(error: BaseException, trace: TracebackType | None, seen: set[int]) -> Iterator[str]:
    """An error below what it came from: its frames, then its kind."""
    seen.add(id(error))
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from _told(before, before.__traceback__, seen)
        yield "\nWhich led to:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from format_tb(trace)
    yield f"{_kind(error)}: {_WITHHELD}\n"
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield "\nTogether with:\n\n"
            yield from _told(one, one.__traceback__, seen)


def _kind(error: BaseException) -> str:
    """The kind of an error, with the code that a database or the system gives it: SQLITE_BUSY, 23505, ENOSPC."""
    cls, told = type(error), _code(error)
    name = cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    return f"{name} ({told})" if told else name


def _code(error: Any) -> str:
    number = getattr(error, "errno", None)
    system = errno.errorcode.get(number, "") if isinstance(number, int) else ""
    return str(getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or system)
