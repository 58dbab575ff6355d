"""The folder of an archive: one writer at a time, files that appear whole or not at all, leftovers of a kill taken away."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from arflow import private_files
from arflow.errors import ArchiveRefused, InvalidValue
from arflow.history.manifest import MANIFEST, Manifest, encoded, read_manifest

LOCK = ".lock"
UNFINISHED = ".part"
_SEGMENT = re.compile(r"events-(\d{12})-(\d{12})\.parquet")


@contextmanager
def written_alone(folder: Path) -> Iterator[Manifest]:
    """Make the folder or take it, for one writer, and clear what a killed one left; ArchiveRefused while another writes."""
    with told(folder), _locked(folder):
        if not (folder / MANIFEST).exists():
            keep_manifest(folder, Manifest())
        manifest = read_manifest(folder)
        _clear(folder, manifest)
        yield manifest


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """The file system's refusals, such as a full disk, as one line."""
    try:
        yield
    except OSError as error:
        raise cannot_be_written(folder, error.strerror or str(error)) from error


def cannot_be_written(folder: Path, why: str) -> ArchiveRefused:
    """The refusal where a disk is full or a folder not ours; what the manifest names is whole."""
    return ArchiveRefused(f"the archive {folder} cannot be written ({why}): fix the cause and run it again to resume")


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, which goes with the process however it ends."""
    if folder.exists() and not folder.is_dir():
        raise InvalidValue("DIR", folder, "a folder: name another")
    folder.mkdir(mode=private_files.FOLDER, exist_ok=True)
    if not (folder / MANIFEST).exists():
        _check_empty(folder)
    with os.fdopen(os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT, private_files.FILE), "wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveRefused(
                f"another `arflow archive` is writing to {folder}: try again when it is done"
            ) from None
        yield


def _check_empty(folder: Path) -> None:
    """Nothing but what a writer killed before its first manifest leaves."""
    if others := sorted({path.name for path in folder.iterdir()} - {LOCK, MANIFEST + UNFINISHED}):
        raise InvalidValue("DIR", folder, f"an archive or an empty folder: it has no {MANIFEST} but holds {others[0]}")


def _clear(folder: Path, manifest: Manifest) -> None:
    """Remove unfinished files, and the one segment that a kill can leave finished but not named."""
    named = {segment.file for segment in manifest.segments}
    for path in sorted(folder.iterdir()):
        if path.suffix == UNFINISHED:
            path.unlink()
        elif (found := _SEGMENT.fullmatch(path.name)) and path.name not in named:
            if int(found[1]) != manifest.last + 1:
                raise ArchiveRefused(
                    f"{path} is not in the manifest of the archive: it was put there, or the manifest is an older one; "
                    "take it away, or archive into a new folder"
                )
            path.unlink()


def keep_manifest(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in the place of the one before it."""
    with private_files.new_file(folder / (MANIFEST + UNFINISHED)) as file:
        file.write(encoded(manifest))
    settle(folder, MANIFEST)


@contextmanager
def unfinished(folder: Path, name: str) -> Iterator[Path]:
    """An empty file to write to before it gets its name by `settle`; what fails is taken away."""
    path = folder / (name + UNFINISHED)
    try:
        private_files.new_file(path).close()
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def settle(folder: Path, name: str) -> None:
    """Give a written file its name once it is on the disk."""
    path = folder / (name + UNFINISHED)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.replace(folder / name)
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
