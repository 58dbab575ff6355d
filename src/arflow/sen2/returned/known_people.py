"""Who is known from earlier returns: their references, given once and kept, and whether anything has changed."""

import hashlib

import msgspec

from arflow.application.arflow import Arflow
from arflow.case.plan import stream
from arflow.sen2.form.record import Record
from arflow.sen2.returned import told_facts
from arflow.sen2.returned.identity import Identity, identity_of
from arflow.sen2.returned.references import PREFIX, References


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One Person of a return: the reference it goes under, and whether it is known, and known to say the same."""

    ref: str
    person: Record
    known: bool
    same: bool


class Known:
    """Everybody in the directory by identity; somebody kept before they had a plan is found by who they are."""

    def __init__(self, app: Arflow) -> None:
        self._there: dict[Identity, tuple[str, bytes]] = {}
        self._log, engine = app.log_store, app.engine
        for kept in told_facts.latest(engine):
            self._there[identity_of(kept.person)] = (kept.plan, _digest(kept.year, kept.body))
        self._of = {ref: identity for identity, (ref, _) in self._there.items()}
        logged = (app.log_store.last_stream(stream(PREFIX)) or "").rpartition("/")[2]
        last = max(told_facts.last_reference(engine, PREFIX) or "", logged).removeprefix(PREFIX)
        self._next = int(last) + 1 if last.isdigit() else 1

    def entry(self, person: Record, references: References, year: int) -> Entry:
        """The person with their reference: the one they have, the one that a mapping gives, or the next."""
        identity, digest = identity_of(person), _digest(year, told_facts.body_of(person))
        found = self._find(identity)
        ref = found[0] if found else references.look(identity) or self._allocate()
        self._there[identity] = (ref, digest)
        return Entry(ref=ref, person=person, known=found is not None, same=found is not None and found[1] == digest)

    def is_of_another(self, ref: str, identity: Identity) -> bool:
        """Whether a reference is that of somebody else."""
        return ref in self._of and self._of[ref] not in (identity, identity.without_start())

    def has_plan(self, ref: str) -> bool:
        """Whether a reference is that of a plan under arflow."""
        return bool(self._log.existing_streams([stream(ref)]))

    def _find(self, identity: Identity) -> tuple[str, bytes] | None:
        return self._there.get(identity) or self._there.get(identity.without_start())

    def _allocate(self) -> str:
        self._next += 1
        return f"{PREFIX}{self._next - 1:05d}"


def _digest(year: int, body: str) -> bytes:
    return hashlib.sha256(f"{year} {body}".encode()).digest()
