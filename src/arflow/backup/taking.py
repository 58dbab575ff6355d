"""Take a backup: first the store as it is at one moment, then every file that this copy names, last the manifest."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from arflow import __version__, private_files, temporary
from arflow.backup import postgresql
from arflow.backup.contents import contents
from arflow.backup.manifest import DOCUMENTS, MAIL, STORE, Files, Manifest, sha256_of, write
from arflow.errors import AlreadyThere, BackupRefused, DocumentNotSound
from arflow.evidence.checkpoints import Checkpoint
from arflow.lists.follower import Progress
from arflow.papers.documents import documents_of
from arflow.papers.documents.place import Place
from arflow.post.incoming.inbox import whole_messages
from arflow.store.engine import check_ready

_PAGES_AT_A_TIME = 2_000

Telling = Callable[[Progress], None]


def back_up(
    engine: sa.Engine,
    folder: Path,
    at: datetime,
    checkpoints: Sequence[Checkpoint] = (),
    telling: Telling = lambda _: None,
) -> Manifest:
    """Copy a store with its documents and mail into a new folder for its owner alone, and check the copy.

    The folder has its name only once all is in it. AlreadyThere where it is not empty, BackupRefused where the copy of the
    log is unsound. A document whose place has no sound file is named in the manifest.
    """
    check_ready(engine)
    _refuse_if_there(folder)
    kind = engine.dialect.name
    try:
        private_files.make_folder(folder.absolute().parent)
        with temporary.new_folder(folder) as partial:
            store = partial / STORE[kind]
            _copy_store(engine, store, telling)
            found = contents(partial, kind, checkpoints, telling)
            manifest = Manifest(
                arflow=__version__,
                made_at=f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                kind=kind,  # type: ignore[arg-type]
                schema=found.schema,
                sha256=sha256_of(store),
                events=found.events,
                head=found.head,
                documents=_copy_files(
                    found.documents, lambda: documents_of(engine).place, partial / DOCUMENTS, telling
                ),
                mail=_copy_files(found.mail, lambda: whole_messages(engine), partial / MAIL, telling),
            )
            write(partial, manifest)
            _refuse_if_there(folder)
            partial.rename(folder.absolute())
    except OSError as error:
        raise BackupRefused(f"{folder} cannot be written ({error.strerror}): fix the cause and try again") from error
    return manifest


def _refuse_if_there(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise AlreadyThere(f"{folder} exists already: name a folder that is not there")


def _copy_store(engine: sa.Engine, path: Path, telling: Telling) -> None:
    private_files.new_file(path).close()
    if engine.dialect.name == "postgresql":
        postgresql.dump(engine, path)
        return

    def told(_status: int, remaining: int, total: int) -> None:
        telling(Progress(done=total - remaining, of=total))

    # The transaction holds the copy to one moment, whoever writes meanwhile.
    with engine.connect() as connection, connection.begin(), closing(sqlite3.connect(path)) as copy:
        connection.exec_driver_sql("select count(*) from chain_head").scalar()
        connection.connection.driver_connection.backup(copy, pages=_PAGES_AT_A_TIME, progress=told, sleep=0)  # type: ignore[union-attr]
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _copy_files(digests: Iterable[str], place: Callable[[], Place], folder: Path, telling: Telling) -> Files:
    """Copy files, each checked as it is read and once it is written; those that are not sound are named."""
    wanted, missing = list(digests), []
    if not wanted:
        return Files()
    source, copy = place(), Place(str(folder))
    for number, digest in enumerate(wanted, 1):
        try:
            with source.open(digest) as file:
                copy.put(file, digest)
        except DocumentNotSound:
            missing.append(digest)
        telling(Progress(done=number, of=len(wanted)))
    return Files(digests=tuple(one for one in wanted if one not in set(missing)), missing=tuple(missing))
