"""Checkpoints: how long the log was at a moment, and the hashes that no other log has; signed, and given away."""

import re
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
from arflow.store import Recorder, Snapshot, rules_ledger
from arflow.words import counted

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

# The second form holds the end of the ledger of the rules too; what was made in the first still verifies.
FORM, EARLIER_FORM = "arflow-checkpoint-2", "arflow-checkpoint-1"
_FAULTS_NAMED = 3
_HASH = re.compile(r"[0-9a-f]{64}")


class Earlier(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An earlier checkpoint, with the proof (hex) that the later log begins with its events (RFC 6962 2.1.2)."""

    size: int
    root: str
    proof: tuple[str, ...]


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The log at a moment, hashes in hex.

    `log` is the hash of its first event, `head` that of its last (the chain), `root` the Merkle root over its events,
    `streams_root` the one over its streams with their last versions, which shows that a case is complete; one that is
    made each day leaves the streams out. `peaks` are what the tree over the events needs to grow on. `rules` is how many
    acts the ledger of the rules has and `rules_head` the hash of the last, which covers all before it.
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
    rules: int = 0
    rules_head: str = ""

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
    rules = end_of_rules(snapshot, after)
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
        **rules,
    )
    return checkpoint, survey


def end_of_rules(snapshot: Snapshot, after: Checkpoint | None) -> dict[str, Any]:
    """The end of the ledger of the rules; LogBroken if it does not agree with its chain, or does not extend `after`'s."""
    connection = snapshot.connection
    faults = islice(rules_ledger.faults(connection), _FAULTS_NAMED)
    if named := "; ".join(f"act {number} on the rules: {problem}" for number, problem in faults):
        raise LogBroken(f"the rules do not agree with their chain ({named}): see `arflow verify`; nothing was signed")
    if after and after.rules and rules_ledger.hash_of(connection, after.rules) != bytes.fromhex(after.rules_head):
        raise LogBroken(
            "the acts on the rules are not those of the earlier checkpoint: see `arflow verify --checkpoint`; "
            "nothing was signed"
        )
    number, digest = rules_ledger.head(connection)
    return {"rules": number, "rules_head": digest.hex()} if number else {}


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
    document = signatures.opened(content, (FORM, EARLIER_FORM), name)
    try:
        found = msgspec.convert(document, Checkpoint)
    except msgspec.ValidationError as error:
        raise NotPossible(f"{name} is not a checkpoint: {error}") from None
    _refuse_contradiction(found, name)
    return found


def _refuse_contradiction(found: Checkpoint, name: str) -> None:
    """NotPossible for acts on the rules without the hash of the last, or the other way, or in a form that has none."""
    if found.form == EARLIER_FORM and (found.rules or found.rules_head):
        raise NotPossible(f"{name} holds acts on the rules, and its form knows none: arflow did not make it")
    if found.rules and not _HASH.fullmatch(found.rules_head):
        raise NotPossible(f"{name} has {counted(found.rules, 'act')} on the rules, and no hash of the last")
    if not found.rules and found.rules_head:
        raise NotPossible(f"{name} has a hash of the last act on the rules, and no act")


def refuse_if_not_after(earlier: Checkpoint, later: Checkpoint) -> None:
    """LogBroken unless the later checkpoint carries the proof that its log begins with the earlier one's events."""
    if earlier.log != later.log:
        raise LogBroken("these are checkpoints of two logs, which begin with different events")
    if earlier.size > later.size:
        raise LogBroken(
            f"the later log has {counted(later.size, 'event')} and the earlier {earlier.size}: events were removed"
        )
    _refuse_fewer_rules(earlier, later)
    proof = _proof_of(earlier, later)
    try:
        nodes = [bytes.fromhex(node) for node in proof]
        roots = bytes.fromhex(earlier.root), bytes.fromhex(later.root)
    except ValueError:
        raise LogBroken("the proof is not written in hex: it proves nothing") from None
    if not extends((earlier.size, roots[0]), (later.size, roots[1]), nodes):
        raise LogBroken("the proof fails: the later log does not begin with the events of the earlier one")


def _refuse_fewer_rules(earlier: Checkpoint, later: Checkpoint) -> None:
    """LogBroken where the later ledger of the rules lost acts, or has others; that it extends is shown where the store is."""
    if not earlier.rules or later.form == EARLIER_FORM:
        return
    if later.rules < earlier.rules:
        raise LogBroken(
            f"the later one has {counted(later.rules, 'act')} on the rules and the earlier {earlier.rules}: acts were removed"
        )
    if later.rules == earlier.rules and later.rules_head != earlier.rules_head:
        raise LogBroken("they have the same number of acts on the rules, and not the same acts")


def _proof_of(earlier: Checkpoint, later: Checkpoint) -> tuple[str, ...]:
    if earlier.size == later.size:
        return ()
    if later.after is None or (later.after.size, later.after.root) != (earlier.size, earlier.root):
        way_on = "make the later one with --after, or run `arflow verify --checkpoint` where the log is"
        raise NotPossible(f"the later checkpoint carries no proof about the earlier one: {way_on}")
    return later.after.proof
