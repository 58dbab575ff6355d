"""The hash chain over the log: each row's SHA-256 covers every column and the row before it."""

import hashlib
import struct
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

GENESIS = bytes(32)
# Part of what is hashed, so that another canonical form can never be taken for this one.
FORM = b"arflow-log-1"


class LogFault(msgspec.Struct, frozen=True, kw_only=True):
    """Where the log no longer agrees with its chain, and how."""

    position: int
    problem: str

    def __str__(self) -> str:
        return f"position {self.position}: {self.problem}"


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
    rows: Iterable[tuple[Any, ...]], head: tuple[int, bytes], after: tuple[int, bytes] = (0, GENESIS)
) -> Iterator[LogFault]:
    """Everything that a walk along the log, or a part of it, finds: rows changed, inserted, removed or out of their order.

    It proves that the log is as it was written, as far as the last hash is known from outside the store: whoever can
    write every row can also make a new chain.
    """
    last, previous = after
    for row in rows:
        position, stored = row[0], bytes(row[9])
        if position <= last:
            yield LogFault(position=position, problem="the event was inserted")
            continue
        if position != last + 1:
            yield LogFault(position=last + 1, problem=_missing(last + 1, position - 1))
        if link(previous, row) != stored:
            yield LogFault(position=position, problem="the event was changed, inserted or moved")
        previous, last = stored, position
    if last < head[0]:
        yield LogFault(position=last + 1, problem=_missing(last + 1, head[0]))
    elif last > head[0]:
        yield LogFault(position=head[0] + 1, problem="events were inserted at the end")
    elif previous != head[1]:
        yield LogFault(position=last, problem="the last event does not agree with the head of the chain")


def _missing(first: int, last: int) -> str:
    return "the event was removed" if first == last else f"the events up to {last} were removed"
