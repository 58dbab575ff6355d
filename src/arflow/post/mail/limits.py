"""How much a message may hold: what is beyond is refused while it is taken apart, before anything looks at it twice."""

from collections.abc import Callable
from email.message import EmailMessage
from itertools import count
from typing import Any

from arflow.errors import MessageNotReadable

LARGEST = 100_000_000
DEEPEST = 50
MOST_PARTS = 1_000
MOST_HEADERS = 1_000
MOST_IN_HEADERS = 256 * 1024
LONGEST_HEADER = 64 * 1024
# The library looks at these many times for every part, and at each of their parameters against all others.
LONGEST_OF_CONTENT = 8 * 1024


class _Part(EmailMessage):
    """A part that counts what the parser gives it; MessageNotReadable beyond a limit."""

    _deep = _lines = _held = 0

    def set_raw(self, name: str, value: Any) -> None:
        size = len(name) + len(value)
        self._lines, self._held = self._lines + 1, self._held + size
        longest = LONGEST_OF_CONTENT if name.lower().startswith("content-") else LONGEST_HEADER
        if size > longest:
            raise MessageNotReadable(f"a line of its headers is longer than {longest // 1024} KB")
        if self._lines > MOST_HEADERS:
            raise MessageNotReadable(f"it has more than {MOST_HEADERS:,} lines of headers")
        if self._held > MOST_IN_HEADERS:
            raise MessageNotReadable(f"it has more than {MOST_IN_HEADERS // 1024} KB of headers")
        super().set_raw(name, value)

    def attach(self, payload: Any) -> None:
        payload._deep = self._deep + 1
        if payload._deep > DEEPEST:
            raise MessageNotReadable(f"its parts are nested more than {DEEPEST} deep")
        super().attach(payload)


def counted_parts() -> Callable[..., EmailMessage]:
    """What a parser makes the parts of one message with; MessageNotReadable where they are too many."""
    made = count()

    def part(**how: Any) -> EmailMessage:
        if next(made) > MOST_PARTS:
            raise MessageNotReadable(f"it has more than {MOST_PARTS:,} parts")
        return _Part(**how)

    return part
