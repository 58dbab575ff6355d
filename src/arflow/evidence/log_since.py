"""The log since a checkpoint that others keep: what is new is read, and what is older rests on the checkpoint's word."""

from collections.abc import Iterator
from itertools import chain

import msgspec

from arflow.errors import StoreNotReady
from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.checks import kept_rules
from arflow.evidence.checks.event_contents import EventContents
from arflow.evidence.checks.finding import Checked
from arflow.evidence.checks.kept_rules import KeptRules
from arflow.evidence.store_check import guarded
from arflow.evidence.survey import Progressing, passing
from arflow.store import Recorder, Snapshot
from arflow.store.chain import LogFault, faults
from arflow.words import counted


class VerifiedSince(msgspec.Struct, frozen=True, kw_only=True):
    """The events after a checkpoint as they were read: the log's last position and its hash (hex), and all that is wrong.

    It shows nothing of the events up to the checkpoint: a walk of the whole log finds one that was changed since.
    """

    since: Checkpoint
    events: int
    head: str
    faults: tuple[LogFault, ...]
    checks: tuple[Checked, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing was found in what was read; a doubt is no fault."""
        return not self.faults and all(found.doubt for check in self.checks for found in check.findings)


def verify_since(log: Recorder, since: Checkpoint, telling: Progressing = None) -> VerifiedSince:
    """Read the events after a checkpoint, and nothing before them: whether they follow from it by the chain."""
    contents = EventContents()
    with log.damaged_snapshot() as snapshot:
        try:
            found = tuple(_faults(snapshot, since, contents, telling))
        except StoreNotReady as refusal:
            found = (LogFault(position=0, problem=f"the log cannot be walked: {refusal.message}"),)
        rules = guarded(kept_rules.AREA, lambda: KeptRules(snapshot.connection, (since,)).checked())
        size, head = snapshot.known_head or (0, b"")
    return VerifiedSince(since=since, events=size, head=head.hex(), faults=found, checks=(contents.checked(), rules))


def _faults(snapshot: Snapshot, since: Checkpoint, contents: EventContents, telling: Progressing) -> Iterator[LogFault]:
    size = since.size
    if snapshot.known_head is not None and snapshot.known_head[0] < size:
        there = counted(snapshot.known_head[0], "event")
        problem = f"the log has {there} and the checkpoint {size}: events were removed from its end"
        yield LogFault(position=snapshot.known_head[0] + 1, problem=problem)
        return
    for position, digest in ((1, since.log), (size, since.head)):
        if _hash_at(snapshot, position) != digest:
            yield LogFault(position=position, problem=f"the event is not that of the checkpoint of {size}")
    rows = passing(snapshot.readable(after=size), snapshot, contents.see, telling)
    yield from faults(rows, snapshot.known_head, (size, bytes.fromhex(since.head)))


def _hash_at(snapshot: Snapshot, position: int) -> str:
    row = next(chain(snapshot.part(position, position), (None,)))
    return bytes(row.hash).hex() if row is not None and isinstance(row.hash, bytes) else ""
