"""What is known of documents, against the log that names them, and their files against their digests."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from arflow.errors import StoreNotReady
from arflow.evidence.checks.event_contents import Said
from arflow.evidence.checks.finding import Checked, Finding, at
from arflow.papers.documents.place import Place
from arflow.store.snapshot import streamed
from arflow.words import counted

AREA = "documents"
_ROWS = "select digest, plan, review, size, shared, kept_at, disposed_at, removed_at from documents"
_DISPOSED, _OPENED, _RECEIVED = "DocumentDisposed", "PlanReviewOpened", "PaperReceived"
_FILE = {"missing": "its file is missing", "altered": "its file was altered: its bytes are not those of its SHA-256"}


class _Row(NamedTuple):
    digest: Any
    plan: Any
    review: Any
    size: Any
    shared: Any
    kept_at: Any
    disposed_at: Any
    removed_at: Any


class _Named(NamedTuple):
    """Where the log first names a document of a plan; `received`: only as a paper that came in, which may be taken back."""

    position: int
    received: bool


class KeptDocuments:
    """Every row of `documents`, with what the log says about it; a `place` of None leaves the files unread."""

    def __init__(self, connection: sa.Connection, place: Place | None) -> None:
        self._place = place
        self._rows = {
            (row.digest, row.plan): row for row in (_Row(*one) for one in streamed(connection, sa.text(_ROWS)))
        }
        self._shared = {row.digest for row in self._rows.values() if row.shared}
        self._named: dict[tuple[str, str], _Named] = {}
        self._disposed: dict[tuple[str, str], tuple[int, datetime]] = {}
        self._plan_of: dict[str, str] = {row.review: "" for row in self._rows.values() if row.review}
        self._plans: dict[str, bool] = {row.plan: False for row in self._rows.values()}

    def see(self, position: int, said: Said) -> None:
        """Take in what an event says about documents, and whose review is whose."""
        if said.plan in self._plans:
            self._plans[said.plan] = True
        if said.event == _OPENED and said.review in self._plan_of:
            self._plan_of[said.review] = said.plan
        if said.event == _DISPOSED:
            for digest in said.files:
                self._disposed[digest, said.plan] = (position, said.recorded_at)
            return
        for digest in said.files:
            known = self._named.get((digest, said.plan))
            received = said.event == _RECEIVED
            if known is None or (known.received and not received):
                self._named[digest, said.plan] = _Named(known.position if known else position, received)

    def checked(self, *, plans: frozenset[str] | None = None) -> Checked:
        """All that was found, of some plans or of all."""
        rows = [row for row in self._rows.values() if plans is None or row.plan in plans]
        found = [*self._lost(), *(finding for row in rows for finding in self._of_row(row)), *self._files(rows)]
        sound = f"{counted(len(rows), 'document')} as the log and their SHA-256 say"
        return Checked(area=AREA, sound=sound, findings=tuple(found))

    def _lost(self) -> Iterator[Finding]:
        """Documents that the log names and nothing is known of."""
        for (digest, plan), named in self._named.items():
            if (digest, plan) in self._rows or digest in self._shared:
                continue
            its = f"document {digest[:12]} of {plan}"
            if not named.received and self._has_file(digest):
                problem = f"what was known of {its} was removed: its file is still there"
                yield self._finding(named.position, problem)
            else:
                never = "it was taken back as another case's" if named.received else "it was never kept here"
                problem = f"names {its}, of which nothing is known: {never}, or its row was removed"
                yield self._finding(named.position, problem, doubt=True)

    def _has_file(self, digest: str) -> bool:
        try:
            return self._place is not None and self._place.has(digest)
        except StoreNotReady:
            return False

    def _of_row(self, row: _Row) -> Iterator[Finding]:
        """Where a row says something else than the log."""
        key = (row.digest, row.plan)
        if not self._plans[row.plan]:
            yield self._of(row, f"is filed on {row.plan}, of which the log knows nothing")
        if row.review and self._plan_of[row.review] != row.plan:
            yield self._of(row, f"is filed on {row.review}, which is no review of {row.plan}")
        disposed = self._disposed.get(key)
        if row.disposed_at and not disposed:
            yield self._of(row, "is marked as disposed of, and no event says so")
        if disposed and not row.disposed_at and not _kept_after(row.kept_at, disposed[1]):
            problem = f"document {row.digest[:12]} of {row.plan} was disposed of, and its row does not say so"
            yield self._finding(disposed[0], problem)
        if row.removed_at and not row.disposed_at:
            yield self._of(row, "is marked as removed, and was not disposed of")

    def _files(self, rows: list[_Row]) -> Iterator[Finding]:
        """Files that are not the bytes of their digest."""
        standing = {row.digest: row for row in rows if not row.disposed_at and isinstance(row.digest, str)}
        if self._place is None:
            if standing:
                problem = f"{counted(len(standing), 'file')} not read: ARFLOW_DOCUMENTS does not say where they are"
                yield Finding(area=AREA, place="documents", problem=problem, doubt=True)
            return
        for row in standing.values():
            try:
                fault = self._place.fault(row.digest)
                size = None if fault else self._place.size(row.digest)
            except StoreNotReady as refusal:
                yield Finding(area=AREA, place="documents", problem=refusal.message)
                return
            if fault:
                yield self._of(row, _FILE[fault])
            elif size != row.size:
                yield self._of(row, f"has {size} bytes, and its row says another size")

    def _of(self, row: _Row, problem: str) -> Finding:
        named = self._named.get((row.digest, row.plan))
        its = f"document {str(row.digest)[:12]}"
        place = f"{at(named.position)}: {its}" if named else f"{its} of {row.plan}"
        return Finding(area=AREA, place=place, problem=problem, position=named.position if named else None)

    def _finding(self, position: int, problem: str, *, doubt: bool = False) -> Finding:
        return Finding(area=AREA, place=at(position), problem=problem, position=position, doubt=doubt)


def _kept_after(kept_at: Any, disposed_at: datetime) -> bool:
    """Whether a document was kept again after an earlier keeping was disposed of."""
    try:
        return datetime.fromisoformat(str(kept_at)) > disposed_at
    except (ValueError, TypeError):
        return False
