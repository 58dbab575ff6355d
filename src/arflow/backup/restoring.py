"""Restore a backup: all of it is checked first, the files come before the store, and nothing that is there is written over."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from arflow import private_files, temporary
from arflow.backup import postgresql
from arflow.backup.contents import contents
from arflow.backup.manifest import DOCUMENTS, MAIL, STORE, Files, Manifest, read, sha256_of
from arflow.backup.taking import Telling
from arflow.errors import AlreadyThere, BackupRefused
from arflow.evidence.checkpoints import Checkpoint
from arflow.lists.follower import Progress
from arflow.papers.documents import documents_of
from arflow.papers.documents.place import Place
from arflow.post.incoming.inbox import whole_messages
from arflow.store import Recorder
from arflow.store.copying import refuse_if_there


def restore(
    engine: sa.Engine, folder: Path, checkpoints: Sequence[Checkpoint] = (), telling: Telling = lambda _: None
) -> Manifest:
    """Make the store that a backup holds, with its documents and mail, where there is none; what the backup says.

    BackupRefused where the backup is not what its manifest says, AlreadyThere where there is a store.
    """
    manifest = checked(folder, checkpoints, telling)
    if manifest.kind != engine.dialect.name:
        raise BackupRefused(
            f"{folder} is a backup of a store on {_NAMES[manifest.kind]}: restore it to one, and move it with "
            "`arflow store copy`"
        )
    refuse_if_there(engine)
    if manifest.documents.digests:
        _put_files(manifest.documents, Place(str(folder / DOCUMENTS)), documents_of(engine).place, telling)
    if manifest.mail.digests:
        _put_files(manifest.mail, Place(str(folder / MAIL)), whole_messages(engine), telling)
    if manifest.kind == "postgresql":
        postgresql.restore(engine, folder / STORE[manifest.kind])
    else:
        _put_store(folder / STORE[manifest.kind], Path(engine.url.database or "").absolute())
    position, head = Recorder(engine).head()
    if (position, head.hex()) != (manifest.events, manifest.head):
        raise BackupRefused(f"the restored store ends at event {position}, not as {folder} says: restore it again")
    return manifest


_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def checked(folder: Path, checkpoints: Sequence[Checkpoint] = (), telling: Telling = lambda _: None) -> Manifest:
    """The manifest of a backup that holds what it says: every file, and a log that is sound up to its end."""
    manifest = read(folder)
    store = folder / STORE[manifest.kind]
    if not store.is_file() or sha256_of(store) != manifest.sha256:
        raise BackupRefused(f"{store} is missing, or is not what the manifest says: restore another backup")
    for files, name in ((manifest.documents, DOCUMENTS), (manifest.mail, MAIL)):
        _check_files(files, folder / name, telling)
    # SQLite would put its own files beside a copy that is opened where it lies.
    with temporary.folder("restore") as place:
        shutil.copyfile(store, place / store.name)
        found = contents(place, manifest.kind, checkpoints, telling)
    if (found.events, found.head) != (manifest.events, manifest.head):
        raise BackupRefused(f"the log in {store} does not end where the manifest says: restore another backup")
    unnamed = set(found.documents) - {*manifest.documents.digests, *manifest.documents.missing}
    unnamed |= set(found.mail) - {*manifest.mail.digests, *manifest.mail.missing}
    if unnamed:
        raise BackupRefused(f"{folder} lacks {len(unnamed)} of the files that its store names: restore another backup")
    return manifest


def _check_files(files: Files, folder: Path, telling: Telling) -> None:
    place = Place(str(folder))
    for number, digest in enumerate(files.digests, 1):
        fault = place.fault(digest)
        if fault:
            raise BackupRefused(f"{folder}/{digest[:2]}/{digest} is {fault}: restore another backup")
        telling(Progress(done=number, of=len(files.digests)))


def _put_files(files: Files, source: Place, target: Place, telling: Telling) -> None:
    for number, digest in enumerate(files.digests, 1):
        with source.open(digest) as file:
            target.put(file, digest)
        telling(Progress(done=number, of=len(files.digests)))


def _put_store(copy: Path, target: Path) -> None:
    """Bring the file to its place under another name first: it has its own once it is whole, and only if that is free."""
    try:
        private_files.make_folder(target.parent)
        with temporary.new_file(target) as (file, partial), copy.open("rb") as source:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())
            os.link(partial, target)
    except FileExistsError:
        raise AlreadyThere(f"{target} exists already: name a file that is not there") from None
    except OSError as error:
        raise BackupRefused(f"{target} cannot be written ({error.strerror}): fix the cause and try again") from error
