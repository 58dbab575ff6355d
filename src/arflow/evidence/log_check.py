"""The log against checkpoints that were given away: whether each holds still, and where the log first differs."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from arflow.errors import StoreNotReady
from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.survey import Progressing, Streams, Survey
from arflow.store import LogRow, Recorder, Snapshot
from arflow.store.chain import LogFault
from arflow.words import counted


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """The log as it was walked: how many events its head names, the head's hash (hex), and all that is wrong."""

    events: int
    head: str
    faults: tuple[LogFault, ...]


def verify(log: Recorder, checkpoints: Sequence[Checkpoint] = (), telling: Progressing = None) -> Verified:
    """Every place where the log no longer agrees with its chain or with a checkpoint, in one walk along it."""
    with log.damaged_snapshot() as snapshot:
        return walked(snapshot, checkpoints, telling)


def walked(
    snapshot: Snapshot,
    checkpoints: Sequence[Checkpoint] = (),
    telling: Progressing = None,
    seeing: Callable[[LogRow], None] = lambda _: None,
) -> Verified:
    """The same of a snapshot; `seeing` hears each row on the way."""
    survey = Survey(snapshot, {checkpoint.size for checkpoint in checkpoints}, seeing=seeing)
    faults: list[LogFault] = []
    try:
        faults += survey.faults(telling)
        faults += _against(checkpoints, survey, snapshot, chain_broken=bool(faults))
    except StoreNotReady as refusal:  # the table itself is lost, or lacks a column
        faults.append(LogFault(position=0, problem=f"the log cannot be walked: {refusal.message}"))
    size, head = snapshot.known_head or (0, b"")
    return Verified(events=size, head=head.hex(), faults=tuple(faults))


def _against(
    checkpoints: Sequence[Checkpoint], survey: Survey, snapshot: Snapshot, *, chain_broken: bool
) -> Iterator[LogFault]:
    """What speaks against each checkpoint; those that hold narrow down where the log was rewritten."""
    agreed = 0
    for checkpoint in sorted(checkpoints, key=lambda checkpoint: checkpoint.size):
        problem = _problem(checkpoint, survey, snapshot, chain_broken=chain_broken)
        if problem:
            yield LogFault(position=min(agreed, _size(snapshot)) + 1, problem=problem)
        else:
            agreed = checkpoint.size


def _size(snapshot: Snapshot) -> int:
    return snapshot.known_head[0] if snapshot.known_head else 0


def _problem(checkpoint: Checkpoint, survey: Survey, snapshot: Snapshot, *, chain_broken: bool) -> str:
    """What speaks against a checkpoint, or nothing."""
    size = checkpoint.size
    if snapshot.known_head is None:
        return (
            f"the head of the chain cannot be read: nothing shows that the events of the checkpoint of {size} are there"
        )
    if survey.first.hex() != checkpoint.log and not chain_broken:
        return f"the log begins with another event than that of the checkpoint of {counted(size, 'event')}: it is another log"
    if snapshot.head[0] < size:
        return f"the log has {counted(snapshot.head[0], 'event')} and the checkpoint {size}: events were removed from its end"
    found = survey.at(size)
    if found is None or found[0].hex() != checkpoint.root or found[1].hex() != checkpoint.head:
        if chain_broken:
            return f"the events up to {size} are not those of the checkpoint: the chain says where it breaks"
        return f"from here up to {size} the log was rewritten with its chain: it no longer has the checkpoint's events"
    if not checkpoint.streams:
        return ""  # one of those that are made each day, which leave the streams out
    streams = Streams(snapshot, size).tree
    if (streams.size, streams.root().hex()) != (checkpoint.streams, checkpoint.streams_root):
        return (
            f"the checkpoint of {counted(size, 'event')} lists other streams than the log has: arflow did not make it"
        )
    return ""
