"""Checkpoints: how long the log was at a moment, and the hashes that no other log has; signed, and given away."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from arflow.errors import LogBroken, NotPossible
from arflow.evidence import signatures
from arflow.evidence.merkle import Span, consistency_spans
from arflow.evidence.survey import Progressing, Streams, Survey
from arflow.evidence.verify import extends
from arflow.store import Recorder, Snapshot
from arflow.words import counted

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORM = "arflow-checkpoint-1"
_FAULTS_NAMED = 3


class Earlier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An earlier checkpoint, with the proof (hex) that the later log begins with its events (RFC 6962 2.1.2)."""

    size: int
    root: str
    proof: tuple[str, ...]


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The log at a moment, hashes in hex.

    `log` is the hash of its first event, `head` that of its last (the chain), `root` the Merkle root over its events,
    `streams_root` the one over its streams with their last versions, which shows that a case is complete; one that is
    made each day leaves the streams out. `peaks` are what the tree over the events needs to grow on.
    """

    form: str
    log: str
    size: int
    head: str
    root: str
    made_at: str
    streams: int = 0
    streams_root: str = ""
    after: Earlier | None = None
    peaks: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, Any]:
        """As it is signed and stored."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


def make(log: Recorder, at: datetime, *, after: Checkpoint | None = None, telling: Progressing = None) -> Checkpoint:
    """The checkpoint of the log as it is; LogBroken if it is unsound or does not extend `after`."""
    with log.snapshot() as snapshot:
        return take(snapshot, Streams(snapshot, snapshot.head[0]), at, after=after, telling=telling)[0]


def take(
    snapshot: Snapshot,
    streams: Streams,
    at: datetime,
    *,
    after: Checkpoint | None = None,
    spans: Iterable[Span] = (),
    telling: Progressing = None,
) -> tuple[Checkpoint, Survey]:
    """The checkpoint of a snapshot, and the survey that gives the hashes over `spans` of its events."""
    size, head = snapshot.head
    if not size:
        raise NotPossible("the log is empty: there is nothing to vouch for yet")
    if after and after.size > size:
        raise LogBroken(
            f"the log has {counted(size, 'event')} and the earlier checkpoint {after.size}: events were removed"
        )
    proving = consistency_spans(after.size, size) if after else []
    survey = Survey(snapshot, {size, after.size} if after else {size}, chain(spans, proving))
    _refuse_faults(survey, telling)
    found = survey.at(size)
    assert found is not None  # the chain has no fault, so every position is there
    checkpoint = Checkpoint(
        form=FORM,
        log=survey.first.hex(),
        size=size,
        head=head.hex(),
        root=found[0].hex(),
        streams=streams.tree.size,
        streams_root=streams.tree.root().hex(),
        made_at=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        after=_earlier(after, survey, proving) if after else None,
        peaks=tuple(peak.hex() for peak in survey.tree.peaks),
    )
    return checkpoint, survey


def _refuse_faults(survey: Survey, telling: Progressing) -> None:
    faults = list(islice(survey.faults(telling), _FAULTS_NAMED))
    if faults:
        named = "; ".join(map(str, faults))
        raise LogBroken(f"the log does not agree with its chain ({named}): see `arflow verify`; nothing was signed")


def _earlier(after: Checkpoint, survey: Survey, proving: list[Span]) -> Earlier:
    found = survey.at(after.size)
    if found is None or found[0].hex() != after.root:
        raise LogBroken("the log does not extend the earlier checkpoint: see `arflow verify --checkpoint`")
    proof = tuple(node.hex() for node in survey.tree.hashes(proving))
    return Earlier(size=after.size, root=after.root, proof=proof)


def read(path: Path, key: "Ed25519PublicKey | None" = None) -> Checkpoint:
    """The checkpoint in a file, its signature checked if a key is given; a refusal if it is not one."""
    content = signatures.read_file(path)
    found = opened(content, str(path))
    if key is not None:
        signatures.check_signature(content, key, str(path))
    return found


def opened(content: bytes, name: str) -> Checkpoint:
    """The checkpoint in the content of a file, its signature not checked."""
    document = signatures.opened(content, FORM, name)
    try:
        return msgspec.convert(document, Checkpoint)
    except msgspec.ValidationError as error:
        raise NotPossible(f"{name} is not a checkpoint: {error}") from None


def refuse_if_not_after(earlier: Checkpoint, later: Checkpoint) -> None:
    """LogBroken unless the later checkpoint carries the proof that its log begins with the earlier one's events."""
    if earlier.log != later.log:
        raise LogBroken("these are checkpoints of two logs, which begin with different events")
    if earlier.size > later.size:
        raise LogBroken(
            f"the later log has {counted(later.size, 'event')} and the earlier {earlier.size}: events were removed"
        )
    proof = _proof_of(earlier, later)
    try:
        nodes = [bytes.fromhex(node) for node in proof]
        roots = bytes.fromhex(earlier.root), bytes.fromhex(later.root)
    except ValueError:
        raise LogBroken("the proof is not written in hex: it proves nothing") from None
    if not extends((earlier.size, roots[0]), (later.size, roots[1]), nodes):
        raise LogBroken("the proof fails: the later log does not begin with the events of the earlier one")


def _proof_of(earlier: Checkpoint, later: Checkpoint) -> tuple[str, ...]:
    if earlier.size == later.size:
        return ()
    if later.after is None or (later.after.size, later.after.root) != (earlier.size, earlier.root):
        way_on = "make the later one with --after, or run `arflow verify --checkpoint` where the log is"
        raise NotPossible(f"the later checkpoint carries no proof about the earlier one: {way_on}")
    return later.after.proof
