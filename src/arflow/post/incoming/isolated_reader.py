"""Reads messages in a process apart: one that takes too long or too much, or brings a library down, costs no other."""

from typing import Self

import msgspec

from arflow.apart import Apart, ApartNotReady, NotDone
from arflow.errors import MailboxNotReady, MessageNotReadable
from arflow.post.incoming.message_summary import Understood, understood
from arflow.post.mail.limits import LARGEST

SECONDS = 30.0
GIGABYTES = 2.0


class Unread(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A message that was not read, and why: words for an officer, with nothing of the message in them."""

    why: str


class Reader:
    """Reads messages one after the other; each may take `seconds` of the processor's time, and `gigabytes` of memory."""

    def __init__(self, seconds: float = SECONDS, gigabytes: float = GIGABYTES) -> None:
        self._apart = Apart(f"{__name__}:read_apart", seconds=seconds, gigabytes=gigabytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._apart.close()

    def read(self, raw: bytes) -> Understood | Unread:
        """What a message says, or why it was not read; MailboxNotReady where no message can be."""
        if len(raw) > LARGEST:
            return Unread(why=f"it has more than {LARGEST // 1_000_000} MB")
        try:
            told = self._apart.do(raw)
        except NotDone as ended:
            return Unread(why=self._said(ended))
        except ApartNotReady as refusal:
            raise MailboxNotReady(f"messages cannot be read: {refusal.message}") from refusal
        return msgspec.msgpack.decode(told, type=Understood | Unread)

    def _said(self, ended: NotDone) -> str:
        match ended.because:
            case "time":
                return f"reading it takes more than {self._apart.seconds:g} seconds"
            case "memory":
                return f"reading it takes more than {self._apart.gigabytes:g} GB of memory"
            case _:
                return "it is malformed in a way that stops the reading"


def read_apart(raw: bytes) -> bytes:
    """The answer for a message; any other error that a library raises ends the process and is not shown."""
    try:
        return msgspec.msgpack.encode(understood(raw))
    except MessageNotReadable as refusal:
        return msgspec.msgpack.encode(Unread(why=refusal.message))
    except RecursionError:
        return msgspec.msgpack.encode(Unread(why="its headers or parts are nested too deep"))
