"""Reads every document again, and finds files of which nothing is known."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import msgspec
import sqlalchemy as sa

from arflow.papers.documents import register
from arflow.papers.documents.collection import Documents
from arflow.papers.documents.place import Fault
from arflow.store.engine import writing

# A file that was written so lately may still be recorded by the run that wrote it.
_STILL_RECORDING = timedelta(hours=1)


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a verification has come, in documents."""

    done: int
    of: int


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification found: how many were sound, those that were not, and files of which nothing is known."""

    sound: int
    faults: dict[str, Fault]
    unrecorded: tuple[str, ...]


def verify(documents: Documents, at: datetime, progress: Callable[[Progress], None] | None = None) -> Verified:
    """Read every file that should be there from end to end; what a run that was stopped left is named too."""
    table = register.documents
    with documents.engine.connect() as connection:
        kept = sa.select(table.c.digest).where(table.c.disposed_at.is_(None)).distinct()
        there = sa.select(table.c.digest).where(table.c.removed_at.is_(None))
        digests = sorted(connection.execute(kept).scalars())
        known = set(connection.execute(there).scalars())
    faults: dict[str, Fault] = {}
    for number, digest in enumerate(digests, 1):
        fault = documents.place.fault(digest)
        if fault:
            faults[digest] = fault
        if progress:
            progress(Progress(done=number, of=len(digests)))
    unrecorded = tuple(name for name in documents.place.names(at - _STILL_RECORDING) if name not in known)
    return Verified(sound=len(digests) - len(faults), faults=faults, unrecorded=unrecorded)


def remove_unrecorded(documents: Documents, names: Collection[str]) -> None:
    """Remove files that nothing is known of, each unless it was recorded in the meantime."""
    for name in names:
        with writing(documents.engine) as connection:
            register.alone(connection)
            if all(one.removed_at for one in register.of_digest(connection, name)):
                documents.place.remove(name)
