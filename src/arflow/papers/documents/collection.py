"""Keeps documents, hands them out and disposes of them: the file in its place, what is known of it in the store."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec
import sqlalchemy as sa

from arflow.errors import InvalidValue, MissingValue, NotFound, NotPossible, field_name
from arflow.law.london import day_in_london
from arflow.papers.documents import admission as doors
from arflow.papers.documents import register
from arflow.papers.documents.admission import Door
from arflow.papers.documents.place import Place, check_keeps, digest_of
from arflow.papers.documents.register import Document, DocumentKind, documents
from arflow.store.engine import writing


def documents_of(engine: sa.Engine, url: str | None = None, environment: Mapping[str, str] = os.environ) -> "Documents":
    """The documents of a store: at `url`, where ARFLOW_DOCUMENTS says, or in a folder beside the SQLite file.

    InvalidValue where the place would forget them.
    """
    place = url or environment.get("ARFLOW_DOCUMENTS") or _beside(engine)
    check_keeps(place, "ARFLOW_DOCUMENTS")
    return Documents(engine, place, Door.from_environment(environment))


def _beside(engine: sa.Engine) -> str:
    """`arflow-documents` beside `arflow.db`: named after the store, so that two stores never share one folder."""
    if engine.dialect.name != "sqlite":
        raise MissingValue("ARFLOW_DOCUMENTS", "say where documents are kept: a folder, or a URL such as s3://bucket")
    store = Path(engine.url.database or "").resolve()
    return str(store.with_name(f"{store.stem}-documents"))


class Documents:
    """Files kept once under their SHA-256, each with the case it belongs to; the log names them by digest only."""

    def __init__(self, engine: sa.Engine, url: str, door: Door | None = None) -> None:
        self.engine, self._door = engine, door or Door()
        self.place = Place(url)
        self._drafted: list[Document] = []

    # --- keeping --------------------------------------------------------------------------------------------

    def keep(
        self,
        content: bytes | Path,
        *,
        plan: str,
        kind: DocumentKind,
        name: str | None = None,
        review: str | None = None,
        written_on: date | None = None,
        shared: bool = False,
        by: str,
        at: datetime,
    ) -> Document:
        """Keep a file; one that the case has already stays as it is. DocumentRefused, NotPossible as `prepare`."""
        prepared = self.prepare(
            content, plan=plan, kind=kind, name=name, review=review, written_on=written_on, shared=shared, by=by, at=at
        )
        with writing(self.engine) as connection:
            return self.record(connection, prepared)

    def prepare(
        self,
        content: bytes | Path,
        *,
        plan: str,
        kind: DocumentKind,
        name: str | None = None,
        review: str | None = None,
        written_on: date | None = None,
        shared: bool = False,
        leaving: Collection[tuple[str, str]] = (),
        by: str,
        at: datetime,
    ) -> Document:
        """Check a file and bring it to its place, to be recorded with `record`, beside the act that it belongs to.

        The file comes first: a run that dies in between leaves a file that the next run uses, or that `verify` names.
        `leaving` are the digests and plans that will be withdrawn before it is recorded. DocumentRefused where it may not be
        kept (see `door`), NotPossible where it is another case's.
        """
        named = doors.file_name(name or (content.name if isinstance(content, Path) else ""))
        if written_on and written_on > day_in_london(at):
            raise InvalidValue(field_name("written_on"), written_on, "a day that has been")
        with _opened(content) as file:
            media_type = doors.check(file, named, self._door)
            document = Document(
                digest=digest_of(file),
                plan=plan,
                review=review,
                kind=kind,
                media_type=media_type,
                size=file.tell(),
                name=named,
                written_on=written_on,
                shared=shared,
                kept_at=at,
                kept_by=by,
            )
            with self.engine.connect() as connection:
                known = register.of_digest(connection, document.digest)
            staying = [one for one in known if (one.digest, one.plan) not in leaving]
            document = _of_family(staying, document)
            file.seek(0)
            self.place.put(file, document.digest)
        return document

    def record(self, connection: sa.Connection, document: Document) -> Document:
        """Write what is known of a prepared document within a transaction; the row as it then stands."""
        register.alone(connection)
        known = register.of_digest(connection, document.digest)
        document = _of_family(known, document)
        standing = next((one for one in known if one.plan == document.plan and one.disposed_at is None), None)
        if standing:
            return standing
        if not self.place.has(document.digest):
            raise NotPossible(f"{document.name} was disposed of in this very moment: keep it again")
        register.put(connection, document)
        return document

    def record_of_several(self, connection: sa.Connection, document: Document, plans: Collection[str]) -> None:
        """Write a prepared document that is of several cases from the start, such as a list of them, within a transaction.

        What is of several cases never goes out on one of them.
        """
        assert document.kind == "term_list"
        register.alone(connection)
        register.put_all(connection, [msgspec.structs.replace(document, plan=plan) for plan in plans])

    def draft(
        self, content: bytes, *, plan: str, kind: DocumentKind, name: str, review: str | None, by: str, at: datetime
    ) -> Document:
        """Prepare what was written for a case, to be recorded by `record_drafted` with the message it goes with."""
        prepared = self.prepare(content, plan=plan, kind=kind, name=name, review=review, by=by, at=at)
        self._drafted.append(prepared)
        return prepared

    def record_drafted(self, connection: sa.Connection, digests: Collection[str]) -> None:
        """Record the drafts that are among these digests within a transaction; forget all others."""
        drafted, self._drafted = self._drafted, []
        for document in drafted:
            if document.digest in digests:
                self.record(connection, document)

    def file_under(
        self,
        connection: sa.Connection,
        digest: str,
        plan: str,
        *,
        kind: DocumentKind,
        review: str | None = None,
        written_on: date | None = None,
    ) -> Document:
        """Say what a document that was kept as received turned out to be; what is not given stays as it is."""
        document = self._of_plan(connection, digest, plan)
        document = msgspec.structs.replace(
            document, kind=kind, review=review or document.review, written_on=written_on or document.written_on
        )
        register.put(connection, document)
        return document

    def withdraw(self, connection: sa.Connection, digest: str, plan: str) -> None:
        """Take back what was filed on a case that it was never of, so that it can be kept for the right one.

        Only what is still as it was received; what became advice or evidence of the case stays with it.
        """
        register.alone(connection)
        if self._of_plan(connection, digest, plan).kind != "received":
            raise NotPossible(f"document {digest[:12]} was accepted on {plan}: it stays there")
        connection.execute(sa.delete(documents).where(documents.c.digest == digest, documents.c.plan == plan))

    # --- reading --------------------------------------------------------------------------------------------

    def document(self, digest: str, plan: str | None = None) -> Document:
        """A document by its digest or the beginning of it: that of a plan, or the first that stands. NotFound for none."""
        with self.engine.connect() as connection:
            whole = register.whole_digest(connection, digest)
            if plan:
                return self._of_plan(connection, whole, plan)
            return min(register.of_digest(connection, whole), key=lambda one: one.disposed_at is not None)

    def read(self, digest: str) -> bytes:
        """The bytes of a document; DocumentNotSound where the file is missing or was altered."""
        return self.place.read(self._standing(digest))

    def open(self, digest: str) -> BinaryIO:
        """The same as a file to read, checked from end to end first."""
        return self.place.open(self._standing(digest))

    def of(
        self, *, plan: str | None = None, review: str | None = None, kind: DocumentKind | None = None
    ) -> list[Document]:
        """The documents of a plan, of a review, of a kind, or all; those disposed of too."""
        asked = {documents.c.plan: plan, documents.c.review: review, documents.c.kind: kind}
        conditions = [column == value for column, value in asked.items() if value is not None]
        with self.engine.connect() as connection:
            return list(register.where(connection, *conditions))

    def of_case(self, digests: Iterable[str], plan: str) -> list[Document]:
        """Documents that may go out on a case, by their digests or the beginnings of them: its own, and what is shared.

        NotFound for one that is not known, NotPossible for one of another case or one that is disposed of.
        """
        with self.engine.connect() as connection:
            return list(
                {one.digest: one for one in (self._of_case(connection, each, plan) for each in digests)}.values()
            )

    # --- disposing ------------------------------------------------------------------------------------------

    def dispose(
        self, connection: sa.Connection, digest: str, plan: str, *, rule: str, by: str, at: datetime
    ) -> Document:
        """Mark a document as disposed of, within the transaction that records it, and forget its name.

        The file goes with the next `remove_disposed`: what is recorded first can be finished after a crash.
        """
        register.alone(connection)
        document = self._of_plan(connection, digest, plan)
        disposed = msgspec.structs.replace(document, name=None, disposed_at=at, disposed_by=by, rule=rule)
        register.put(connection, disposed)
        return disposed

    def remove_disposed(self, at: datetime) -> list[Document]:
        """Remove the files of what is disposed of, but for those that another case still has; which they were."""
        with self.engine.connect() as connection:
            waiting = list(
                register.where(connection, documents.c.disposed_at.is_not(None), documents.c.removed_at.is_(None))
            )
        if waiting:
            self.place.check_there()
        removed = []
        for document in waiting:
            with writing(self.engine) as connection:  # one by one: a crash leaves the rest for the next run
                register.alone(connection)
                known = register.of_digest(connection, document.digest)
                if document not in known:
                    continue
                if all(one.disposed_at for one in known):
                    self.place.remove(document.digest)
                removed.append(msgspec.structs.replace(document, removed_at=at))
                register.put(connection, removed[-1])
        return removed

    def _standing(self, digest: str) -> str:
        """The digest of a document that is not disposed of, in any case."""
        with self.engine.connect() as connection:
            rows = register.of_digest(connection, digest)
        if not rows:
            raise NotFound("document", digest[:12], "see `arflow document list`")
        if all(row.disposed_at for row in rows):
            raise NotPossible(f"document {digest[:12]} was disposed of under the rule {rows[-1].rule}: it is gone")
        return digest

    def _of_case(self, connection: sa.Connection, digest: str, plan: str) -> Document:
        known = register.of_digest(connection, register.whole_digest(connection, digest))
        kept = [one for one in known if one.disposed_at is None]
        if not kept:
            raise NotPossible(f"document {digest[:12]} was disposed of under the rule {known[-1].rule}: it is gone")
        if kept[0].kind == "term_list":
            raise NotPossible(
                f"document {digest[:12]} is a term list, which names other children: it goes out on no case"
            )
        found = next((one for one in kept if one.plan == plan), None) or next((one for one in kept if one.shared), None)
        if found is None:
            raise NotPossible(f"document {digest[:12]} belongs to {kept[0].plan}, another case than {plan}")
        return found

    def _of_plan(self, connection: sa.Connection, digest: str, plan: str) -> Document:
        found = next((one for one in register.of_digest(connection, digest) if one.plan == plan), None)
        if found is None:
            raise NotFound("document", f"{digest[:12]} of {plan}", f"see `arflow document list --plan {plan}`")
        if found.disposed_at:
            raise NotPossible(f"document {digest[:12]} of {plan} is disposed of already, under the rule {found.rule}")
        return found


def _of_family(known: Collection[Document], document: Document) -> Document:
    """The document as it may be kept: a form already known to be shared stays so, and what is gone counts for nothing."""
    known = [one for one in known if one.disposed_at is None]
    document = msgspec.structs.replace(document, shared=document.shared or any(one.shared for one in known))
    register.check_family(known, document)
    return document


@contextmanager
def _opened(content: bytes | Path) -> Iterator[BinaryIO]:
    if isinstance(content, bytes):
        yield BytesIO(content)
        return
    if not content.is_file():  # opening a pipe would wait for ever
        raise InvalidValue("FILE", content, "a file")
    try:
        file = content.open("rb")
    except OSError as error:
        raise InvalidValue("FILE", content, f"a file that can be read ({error.strerror})") from None
    with file:
        yield file
