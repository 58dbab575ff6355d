"""The hash chain over the log: each row's SHA-256 covers every column and the row before it."""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

GENESIS = bytes(32)
# Part of what is hashed, so that another canonical form can never be taken for this one.
FORM = b"arflow-log-1"
# A row's columns in their order, and what Python reads each as where arflow wrote it.
COLUMN_NAMES = (
    "position", "stream", "version", "topic", "payload", "plan", "happened_on", "recorded_at", "state", "hash",
)  # fmt: skip
_KINDS = (int, str, int, str, bytes, str, str, str, str, bytes)
_STORED = {str: "text", bytes: "bytes", int: "a number", float: "a number", type(None): "nothing"}


class LogFault(msgspec.Struct, frozen=True, kw_only=True):
    """Where the log no longer agrees with its chain, and how."""

    position: int
    problem: str

    def __str__(self) -> str:
        return f"position {self.position}: {self.problem}"


class Unreadable(NamedTuple):
    """A stretch of positions whose rows the database cannot give: `why` says so in a few words."""

    first: int
    last: int
    why: str


def ill_typed(row: tuple[Any, ...]) -> str:
    """What a row holds that arflow never writes, such as a payload stored as text; nothing where all is as it should be."""
    if tuple(map(type, row)) == _KINDS:
        return ""
    wrong = (
        f"{name} is stored as {_STORED.get(type(value), 'another kind of value')}"
        for name, value, kind in zip(COLUMN_NAMES, row, _KINDS, strict=True)
        if type(value) is not kind
    )
    return f"the event cannot be checked: its {', its '.join(wrong)}"


def canonical(row: tuple[Any, ...]) -> bytes:
    """A row as the bytes that are hashed, which nothing but this very row has.

    Position and version (unsigned, 8 bytes, big-endian), then stream, topic, payload, plan, happened_on, recorded_at
    and state, each as its length (4 bytes) and its bytes.
    """
    position, stream, version, topic, payload, plan, happened_on, recorded_at, state = row[:9]
    parts = [struct.pack(">QQ", position, version)]
    for part in (
        stream.encode(),
        topic.encode(),
        bytes(payload),
        plan.encode(),
        happened_on.encode(),
        recorded_at.encode(),
        state.encode(),
    ):
        parts += (struct.pack(">I", len(part)), part)
    return b"".join(parts)


def link(previous: bytes, row: tuple[Any, ...]) -> bytes:
    """The hash of a row after `previous`: the SHA-256 of FORM, the previous hash (32 bytes) and the canonical row."""
    return hashlib.sha256(FORM + previous + canonical(row)).digest()


def faults(
    rows: Iterable[tuple[Any, ...] | Unreadable],
    head: tuple[int, bytes] | None,
    after: tuple[int, bytes] = (0, GENESIS),
) -> Iterator[LogFault]:
    """Everything that a walk along the log, or a part of it, finds: rows changed, inserted, removed or out of their order.

    After a row that cannot be read the chain goes on from the next one's own hash. Without a `head` the end is not known.

    It proves that the log is as it was written, as far as the last hash is known from outside the store: whoever can
    write every row can also make a new chain.
    """
    last, previous = after[0], after[1] or None
    for row in rows:
        if isinstance(row, Unreadable):
            yield LogFault(position=row.first, problem=_not_read(row))
            last, previous = row.last, None
            continue
        position, wrong = row[0], ill_typed(row)
        if position <= last:
            yield LogFault(position=position, problem="the event was inserted")
            continue
        if position != last + 1:
            yield LogFault(position=last + 1, problem=_missing(last + 1, position - 1))
        if wrong:
            yield LogFault(position=position, problem=wrong)
        elif previous is not None and link(previous, row) != row[9]:
            yield LogFault(position=position, problem="the event was changed, inserted or moved")
        previous, last = row[9] if type(row[9]) is bytes else None, position
    yield from _at_the_end(last, previous, head)


def _at_the_end(last: int, previous: bytes | None, head: tuple[int, bytes] | None) -> Iterator[LogFault]:
    """How the last row agrees with the head of the chain."""
    if head is None:
        yield LogFault(
            position=last + 1, problem="the head of the chain cannot be read: events may be missing from here on"
        )
    elif last < head[0]:
        yield LogFault(position=last + 1, problem=_missing(last + 1, head[0]))
    elif last > head[0]:
        yield LogFault(position=head[0] + 1, problem="events were inserted at the end")
    elif previous is not None and previous != head[1]:
        yield LogFault(position=last, problem="the last event does not agree with the head of the chain")


def _not_read(row: Unreadable) -> str:
    which = "the event" if row.first == row.last else f"the events up to {row.last}"
    return f"{which} cannot be read ({row.why})"


def _missing(first: int, last: int) -> str:
    return "the event was removed" if first == last else f"the events up to {last} were removed"
