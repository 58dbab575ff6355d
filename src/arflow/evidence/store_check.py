"""A whole store verified: its log, and all that can be held against the log; it ends in a list, whatever the store's state."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import msgspec
import sqlalchemy as sa

from arflow.errors import ArflowError, CaseUnreadable, StoreDamaged
from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.checks import case_numbers, kept_documents, kept_rules, kept_words, store_objects
from arflow.evidence.checks.event_contents import EventContents, Listener
from arflow.evidence.checks.finding import Checked, Finding, not_read
from arflow.evidence.checks.kept_documents import KeptDocuments
from arflow.evidence.checks.kept_rules import KeptRules
from arflow.evidence.checks.kept_words import KeptWords
from arflow.evidence.log_check import Verified, walked
from arflow.evidence.survey import Progressing
from arflow.papers.documents.place import Place
from arflow.store import Recorder, Snapshot
from arflow.store.chain import LogFault

# What a store that somebody changed can make Python raise; none of it is shown, since it may quote a row.
UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    msgspec.MsgspecError,
    sa.exc.SQLAlchemyError,
)


class StoreVerified(msgspec.Struct, frozen=True, kw_only=True):
    """The log as it was walked, each check beside it, and the events that this arflow cannot read."""

    log: Verified
    checks: tuple[Checked, ...] = ()
    unreadable: tuple[CaseUnreadable, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What speaks against the store beside the log."""
        return tuple(found for check in self.checks for found in check.findings if not found.doubt)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """What may have an innocent cause."""
        return tuple(found for check in self.checks for found in check.findings if found.doubt)

    @property
    def sound(self) -> bool:
        """Whether nothing was found; a doubt is no fault."""
        return not self.log.faults and not self.findings


def verify(
    log: Recorder, place: Place | None, checkpoints: Sequence[Checkpoint] = (), telling: Progressing = None
) -> StoreVerified:
    """Walk the log, and hold words, documents, tables and the database itself against what they should be."""
    try:
        return _verified(log, place, checkpoints, telling)
    except StoreDamaged as refusal:
        fault = LogFault(position=0, problem=f"nothing of the store can be read: {refusal.message}")
        return StoreVerified(log=Verified(events=0, head="", faults=(fault,)))


def _verified(
    log: Recorder, place: Place | None, checkpoints: Sequence[Checkpoint], telling: Progressing
) -> StoreVerified:
    with log.damaged_snapshot() as snapshot:
        kept = _Kept(snapshot, place, checkpoints)
        contents = EventContents(kept.listeners)
        found = walked(snapshot, checkpoints, telling, contents.see)
        checks = [contents.checked(), *kept.checked(), kept.numbers()]
    for area, check in (
        (store_objects.AREA, store_objects.check_objects),
        (store_objects.FILE_AREA, store_objects.check_readable),
    ):
        checks.append(guarded(area, partial(_frozen, log, check)))
    return StoreVerified(log=found, checks=tuple(checks), unreadable=tuple(contents.unreadable))


def _frozen(log: Recorder, check: Callable[[sa.Connection], Checked]) -> Checked:
    with log.frozen() as connection:
        return check(connection)


class _Kept:
    """The checks that need the log beside them; one whose table cannot be read does not keep the others from it."""

    def __init__(self, snapshot: Snapshot, place: Place | None, checkpoints: Sequence[Checkpoint]) -> None:
        self._snapshot = snapshot
        self._lost: list[Checked] = []
        self.words = self.documents = None
        with self._reading(snapshot, kept_words.AREA):
            self.words = KeptWords(snapshot.connection)
        self.rules = None
        with self._reading(snapshot, kept_rules.AREA):
            self.rules = KeptRules(snapshot.connection, checkpoints)
            for act in self.rules.acts if self.words else ():
                self.words.see_act(act.number, act.reason)
        with self._reading(snapshot, kept_documents.AREA):
            self.documents = KeptDocuments(snapshot.connection, place)

    @property
    def listeners(self) -> list[Listener]:
        return [one for one in (self.words, self.documents) if one is not None]

    def checked(self) -> Iterator[Checked]:
        yield from self._lost
        for area, one in (
            (kept_words.AREA, self.words),
            (kept_rules.AREA, self.rules),
            (kept_documents.AREA, self.documents),
        ):
            if one is not None:
                yield guarded(area, one.checked)

    def numbers(self) -> Checked:
        return guarded(case_numbers.AREA, partial(case_numbers.check_numbers, self._snapshot))

    @contextmanager
    def _reading(self, snapshot: Snapshot, area: str) -> Iterator[None]:
        try:
            with snapshot.connection.begin_nested():
                yield
        except ArflowError as refusal:
            self._lost.append(not_read(area, refusal.message))
        except UNREADABLE as error:
            self._lost.append(not_read(area, type(error).__name__))


def guarded(area: str, check: Callable[[], Checked]) -> Checked:
    """A check that always answers: what keeps it from its end is a finding."""
    try:
        return check()
    except ArflowError as refusal:
        return not_read(area, refusal.message)
    except UNREADABLE as error:
        return not_read(area, type(error).__name__)
