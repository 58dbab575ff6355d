"""A checkpoint made from the one before it: it reads the events since, whatever the length of the log."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from arflow.errors import LogBroken
from arflow.evidence import checkpoints
from arflow.evidence.checkpoints import FORM, Checkpoint, Earlier
from arflow.evidence.merkle import Tree, consistency_spans
from arflow.evidence.survey import event_leaf
from arflow.store.chain import faults, ill_typed
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.store import LogRow, Recorder, Snapshot

_FAULTS_NAMED = 3


def make_next(log: "Recorder", at: datetime, earlier: Checkpoint | None) -> Checkpoint:
    """The checkpoint of the log as it is, with the proof that it extends the earlier one; LogBroken where it does not.

    Without an earlier one, or after one that was made by an arflow which noted no peaks, the whole log is walked.
    """
    if earlier is None or not earlier.peaks:
        return checkpoints.make(log, at, after=earlier)
    with log.snapshot() as snapshot:
        return _grown(snapshot, earlier, at)


def _grown(snapshot: "Snapshot", earlier: Checkpoint, at: datetime) -> Checkpoint:
    size, head = snapshot.head
    if size < earlier.size:
        had = f"the newest checkpoint {earlier.size}"
        raise LogBroken(f"the log has {counted(size, 'event')} and {had}: events were removed from its end")
    proving = consistency_spans(earlier.size, size)
    tree = _resumed(earlier, proving)
    _walk(snapshot, earlier, tree)
    rules = checkpoints.end_of_rules(snapshot, earlier)
    proof = tuple(node.hex() for node in tree.hashes(proving))
    return Checkpoint(
        form=FORM,
        log=earlier.log,
        size=size,
        head=head.hex(),
        root=tree.root().hex(),
        made_at=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        after=Earlier(size=earlier.size, root=earlier.root, proof=proof),
        peaks=tuple(peak.hex() for peak in tree.peaks),
        **rules,
    )


def _resumed(earlier: Checkpoint, proving: list[tuple[int, int]]) -> Tree:
    """The tree of the earlier checkpoint, to grow on; LogBroken where its peaks are not those of its root."""
    try:
        tree = Tree.resumed(earlier.size, [bytes.fromhex(peak) for peak in earlier.peaks], proving)
    except ValueError:
        tree = Tree()
    if tree.root().hex() != earlier.root:
        raise LogBroken("the newest checkpoint does not agree with itself: its peaks are not those of its root")
    return tree


def _walk(snapshot: "Snapshot", earlier: Checkpoint, tree: Tree) -> None:
    """Grow the tree by the events since, which must follow the earlier checkpoint's last event by the chain."""
    rows = snapshot.rows(earlier.size - 1)
    last = next(rows, None)
    if last is None or (last.position, last.hash.hex()) != (earlier.size, earlier.head):
        raise LogBroken(
            f"event {earlier.size} of the log is not that of the newest checkpoint: see `arflow verify --checkpoint`"
        )
    after = (earlier.size, bytes.fromhex(earlier.head))
    found = list(islice(faults(_growing(rows, tree), snapshot.head, after), _FAULTS_NAMED))
    if found:
        named = "; ".join(map(str, found))
        raise LogBroken(f"the log does not agree with its chain ({named}): see `arflow verify`; nothing was signed")


def _growing(rows: "Iterator[LogRow]", tree: Tree) -> "Iterator[LogRow]":
    for row in rows:
        if not ill_typed(row):
            tree.append(event_leaf(row))
        yield row
