"""A Merkle tree in the shapes of RFC 6962, grown leaf by leaf: its root, and the nodes that proofs are made of.

What is kept is the roots of the complete subtrees so far, one for each bit of the size, so that memory does not grow
with the log; the nodes of proofs must be asked for before the leaves pass. docs/adr/0006 says why it
is our own, and verify.py checks the proofs.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence

# A stretch of leaves, counted from 0: the first, and the one after the last.
Span = tuple[int, int]
# A complete subtree: how many levels it has above its leaves, and its number among those of its height.
Node = tuple[int, int]


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of what stands above two others (RFC 6962 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows; `spans` are those whose hashes will be asked for."""

    def __init__(self, spans: Iterable[Span] = ()) -> None:
        self.size = 0
        self._peaks: list[bytes] = []
        self._wanted = frozenset(node for span in spans for node in _nodes(span))
        self._kept: dict[Node, bytes] = {}

    @classmethod
    def resumed(cls, size: int, peaks: Sequence[bytes], spans: Iterable[Span] = ()) -> "Tree":
        """A tree of so many leaves by its peaks alone, to grow on; ValueError where so many leaves have other peaks."""
        tree = cls(spans)
        nodes = list(_nodes((0, size)))
        if len(nodes) != len(peaks):
            raise ValueError(f"a tree of {size} leaves has {len(nodes)} peaks")
        tree.size, tree._peaks = size, list(peaks)
        tree._kept = {node: peak for node, peak in zip(nodes, peaks, strict=True) if node in tree._wanted}
        return tree

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the complete subtrees so far, from left to right: all that the tree needs to grow on."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Take in the hash of the next leaf."""
        node, level, number = leaf, 0, self.size
        if (level, number) in self._wanted:
            self._kept[level, number] = node
        while number & 1:
            node, level, number = node_hash(self._peaks.pop(), node), level + 1, number >> 1
            if (level, number) in self._wanted:
                self._kept[level, number] = node
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far; that of no leaf is the hash of nothing."""
        return _folded(self._peaks) if self._peaks else hashlib.sha256(b"").digest()

    def hashes(self, spans: Iterable[Span]) -> list[bytes]:
        """The hash over each span, of those asked for when the tree was begun."""
        return [_folded([self._kept[node] for node in _nodes(span)]) for span in spans]


def inclusion_spans(index: int, size: int) -> list[Span]:
    """What proves that a leaf (counted from 0) is in a tree of a size: its path, from the leaf up (RFC 6962 2.1.1)."""
    start, end = 0, size
    found: list[Span] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """What proves that a tree of `new` leaves begins with the one of `old` leaves, at least 1 (RFC 6962 2.1.2)."""
    start, end = 0, new
    found: list[Span] = []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    if start:
        found.append((start, end))
    return found[::-1]


def _split(width: int) -> int:
    """The greatest power of two below `width`: how many leaves stand on the left."""
    return 1 << (width - 1).bit_length() - 1


def _nodes(span: Span) -> Iterator[Node]:
    """The complete subtrees that make up a span, from left to right."""
    start, end = span
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _folded(peaks: Collection[bytes]) -> bytes:
    *others, folded = peaks
    for peak in reversed(others):
        folded = node_hash(peak, folded)
    return folded
