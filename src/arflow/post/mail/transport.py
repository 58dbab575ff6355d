"""What carries messages away, and what it can answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from arflow.post.mail.outbox import Dispatched, Outgoing

Read = Callable[[str], bytes]
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=5), timedelta(hours=4)
# About a week of waits: a sender goes on for four to five days at least (RFC 5321 4.5.4.1).
MOST_ATTEMPTS = 45


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """The message has left; `reference` is the carrier's own name for it."""

    reference: str | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """The message will never be taken for this recipient."""

    why: str


class Later(msgspec.Struct, frozen=True, kw_only=True):
    """The message was not taken now."""

    why: str


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """The carrier cannot be reached, or takes nothing from us: no other message need be tried now."""

    why: str


Answer = Accepted | Refused | Later | Away


class Carrier(Protocol):
    """Something that takes messages, and says what became of each."""

    def send(self, message: Outgoing, dispatch: Dispatched, at: datetime) -> Answer:
        """Hand over a claimed message."""

    def close(self) -> None:
        """End the conversation."""


def next_attempt(attempts: int, at: datetime) -> datetime | None:
    """When to try again after so many attempts: twice as long each time, up to four hours; None to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    doubled: int = 2 ** min(attempts - 1, 10)
    return at + min(_FIRST_WAIT * doubled, _LONGEST_WAIT)
