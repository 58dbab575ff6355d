"""One walk along the log: the faults of its chain, and the Merkle trees over its events and its streams."""

import struct
from collections.abc import Callable, Iterable, Iterator

from arflow.evidence.merkle import Span, Tree, inclusion_spans, leaf_hash
from arflow.lists.follower import Progress
from arflow.store import LogRow, Snapshot
from arflow.store.chain import LogFault, Unreadable, canonical, faults, ill_typed

# What leaves begin with, so that a leaf of one tree can never be taken for one of the other.
EVENT_LEAF, STREAM_LEAF = b"arflow-event-1", b"arflow-stream-1"
_EVENTS_BETWEEN_REPORTS = 10_000

Progressing = Callable[[Progress], None] | None


def event_leaf(row: LogRow) -> bytes:
    """The leaf of an event: EVENT_LEAF and the row's canonical bytes (store.chain), which leave its chain hash out."""
    return leaf_hash(EVENT_LEAF + canonical(row))


def stream_leaf(stream: str, last: int) -> bytes:
    """The leaf of a stream: STREAM_LEAF, its last version (unsigned, 8 bytes, big-endian) and its name."""
    return leaf_hash(STREAM_LEAF + struct.pack(">Q", last) + stream.encode())


def passing(
    rows: Iterable[LogRow | Unreadable], snapshot: Snapshot, seeing: Callable[[LogRow], None], telling: Progressing
) -> Iterator[LogRow | Unreadable]:
    """Rows of the log as they pass: `seeing` hears each that can be read, `telling` now and then how far it is."""
    of = snapshot.known_head[0] if snapshot.known_head else 0
    for row in rows:
        if not isinstance(row, Unreadable) and not ill_typed(row):
            seeing(row)
            if telling and row.position % _EVENTS_BETWEEN_REPORTS == 0:
                telling(Progress(done=row.position, of=of))
        yield row


class Survey:
    """The log of a snapshot, walked once: what it was at some sizes, and the hashes over some spans of its events."""

    def __init__(
        self,
        snapshot: Snapshot,
        sizes: Iterable[int],
        spans: Iterable[Span] = (),
        seeing: Callable[[LogRow], None] = lambda _: None,
    ) -> None:
        """`seeing` hears each row that can be read, in the order of the log."""
        self.tree, self._seeing, self._unbroken = Tree(spans), seeing, True
        self.first = b""
        self._snapshot, self._sizes = snapshot, frozenset(sizes)
        self._longest = max(self._sizes, default=0)
        self._found: dict[int, tuple[bytes, bytes]] = {}

    def faults(self, telling: Progressing = None) -> Iterator[LogFault]:
        """Walk the log: every place where it no longer agrees with its chain."""
        return faults(self._passing(telling), self._snapshot.known_head)

    def at(self, size: int) -> tuple[bytes, bytes] | None:
        """The root and the chain's hash at a size; None where no so many events passed."""
        return self._found.get(size)

    def _passing(self, telling: Progressing) -> Iterator[LogRow | Unreadable]:
        for row in passing(self._snapshot.readable(), self._snapshot, self._seeing, telling):
            if isinstance(row, Unreadable) or ill_typed(row):
                self._unbroken = False
            elif self._unbroken and self.tree.size < self._longest:
                self._take(row)
            yield row

    def _take(self, row: LogRow) -> None:
        self.tree.append(event_leaf(row))
        self.first = self.first or row.hash
        if self.tree.size in self._sizes:
            self._found[self.tree.size] = (self.tree.root(), row.hash)


class Streams:
    """The tree over the streams of a snapshot up to a size, in the order of their names, each with its last version."""

    def __init__(self, snapshot: Snapshot, size: int, wanted: Iterable[str] = ()) -> None:
        self.places = _places(snapshot, size, frozenset(wanted))
        count = self.places.pop("", (0, 0))[0]
        self._spans = {name: inclusion_spans(index, count) for name, (index, _) in self.places.items()}
        self.tree = Tree(span for spans in self._spans.values() for span in spans)
        for name, last in snapshot.streams(size):
            self.tree.append(stream_leaf(name, last))

    def path(self, name: str) -> list[bytes]:
        """What proves the last version of a wanted stream."""
        return self.tree.hashes(self._spans[name])


def _places(snapshot: Snapshot, size: int, wanted: frozenset[str]) -> dict[str, tuple[int, int]]:
    """Each wanted stream with its number in the tree and its last version; under no name, how many there are."""
    found: dict[str, tuple[int, int]] = {}
    if not wanted:
        return found
    count = 0
    for name, last in snapshot.streams(size):
        if name in wanted:
            found[name] = (count, last)
        count += 1
    return {**found, "": (count, 0)}
