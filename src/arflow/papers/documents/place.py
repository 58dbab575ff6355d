"""Where the files are: a folder, or any place that fsspec reaches by URL, each file under its SHA-256."""

import errno
import fcntl
import hashlib
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import urlsplit

from arflow import private_files
from arflow.errors import DocumentNotSound, InvalidValue, StoreNotReady

Fault = Literal["missing", "altered"]
_PIECE = 1 << 20
# These have no folders to make; asked for one, they would make a bucket of whatever name was mistyped.
_BUCKETS = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss")
# Where what was written is still there tomorrow. `memory` forgets with the process, the web takes nothing, and chains such as
# `simplecache::s3` write into a cache of this machine.
_KEEPING = (*_BUCKETS, "file", "local", "sftp", "ssh", "smb", "webdav", "hdfs", "webhdfs", "oci", "oss")
_INCOMING, _PARTIAL = "incoming", ".part"
# Half-written for so long, a file is nobody's any more.
_STILL_WRITING = timedelta(hours=1)


class Place:
    """Files by digest: each is written whole or not at all, once, and read only while it is what was written."""

    def __init__(self, url: str) -> None:
        import fsspec  # type: ignore[import-untyped]
        from fsspec.implementations.local import LocalFileSystem  # type: ignore[import-untyped]

        if urlsplit(url).password:
            raise InvalidValue("ARFLOW_DOCUMENTS", "a URL with a password", "safe: give secrets in the environment")
        self.url = url
        try:
            self._files, root = fsspec.url_to_fs(url, use_listings_cache=False)
        except ImportError as error:
            extra = "install arflow[s3]" if url.startswith("s3:") else str(error)
            raise StoreNotReady(f"the documents at {url} need a library that is missing: {extra}") from None
        except ValueError:
            wanted = "a place for documents: write a folder, or a URL such as s3://bucket/folder"
            raise InvalidValue("ARFLOW_DOCUMENTS", url, wanted) from None
        self._root = root.rstrip("/")
        self._is_folder = isinstance(self._files, LocalFileSystem)
        self._is_bucket = url.partition("://")[0] in _BUCKETS

    def put(self, source: BinaryIO, digest: str) -> None:
        """Keep the file whose SHA-256 is `digest`; one that already exists stays, and must be sound."""
        with self._reached():
            if self._files.exists(self._path(digest)):
                self.check(digest)
                return
            self._write(source, digest)
        self.check(digest)

    def has(self, digest: str) -> bool:
        """Whether there is a file under a digest."""
        with self._reached():
            return bool(self._files.exists(self._path(digest)))

    def size(self, digest: str) -> int:
        """How many bytes a kept file has."""
        with self._reached():
            return int(self._files.size(self._path(digest)))

    def fault(self, digest: str) -> Fault | None:
        """What is wrong with a kept file, read again from its first byte to its last."""
        with self._reached():
            try:
                with self._files.open(self._path(digest), "rb") as file:
                    return None if digest_of(file) == digest else "altered"
            except FileNotFoundError:
                return "missing"

    def check(self, digest: str) -> None:
        """DocumentNotSound where the file is missing or is not what was kept."""
        fault = self.fault(digest)
        if fault:
            raise DocumentNotSound(digest, fault, self.url)

    def open(self, digest: str) -> BinaryIO:
        """A kept file to read, found to be sound first."""
        self.check(digest)
        with self._reached():
            opened: BinaryIO = self._files.open(self._path(digest), "rb")
        return opened

    def read(self, digest: str) -> bytes:
        """The bytes of a kept file; DocumentNotSound where they are not those that were kept."""
        with self._reached():
            try:
                with self._files.open(self._path(digest), "rb") as file:
                    content: bytes = file.read()
            except FileNotFoundError:
                raise DocumentNotSound(digest, "missing", self.url) from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise DocumentNotSound(digest, "altered", self.url)
        return content

    def names(self, before: datetime) -> Iterator[str]:
        """What was last written before a moment: digests, and what a stopped run left half-written (`….part`)."""
        with self._reached():
            paths = self._files.find(self._root) if self._files.exists(self._root) else []
            for path in sorted(paths):
                if self._files.modified(path).astimezone(UTC) < before:
                    yield path.rpartition("/")[2]

    def check_there(self) -> None:
        """StoreNotReady where the folder is not there: what is removed from the wrong place would stay in the right one."""
        with self._reached():
            if self._is_folder and not Path(self._root).is_dir():
                raise NotADirectoryError(errno.ENOTDIR, "there is no such folder")

    def remove(self, name: str) -> None:
        """Remove a file by its digest, or a half-written one by its name; one that is gone already is no fault."""
        with self._reached(), suppress(FileNotFoundError):
            self._files.rm_file(f"{self._root}/{_INCOMING}/{name}" if name.endswith(_PARTIAL) else self._path(name))

    def clear_half_written(self, at: datetime) -> int:
        """Remove what runs that were stopped left half-written; how many files. What is being written now stays.

        In a folder no run writes while nobody holds its lock; elsewhere, and beside a run that does, an hour decides.
        """
        with self._reached():
            incoming = f"{self._root}/{_INCOMING}"
            if not self._files.exists(incoming):
                return 0
            with self._writing_locked(fcntl.LOCK_EX) as nobody_writes:
                left = [path for path in self._files.find(incoming) if nobody_writes or self._is_old(path, at)]
                for path in left:
                    with suppress(FileNotFoundError):
                        self._files.rm_file(path)
        return len(left)

    def _is_old(self, path: str, at: datetime) -> bool:
        with suppress(FileNotFoundError):
            return bool(self._files.modified(path).astimezone(UTC) < at - _STILL_WRITING)
        return False

    @contextmanager
    def _writing_locked(self, kind: int) -> Iterator[bool]:
        """The lock of the folder that files are written in: shared by those who write. Whether it was free to take."""
        if not self._is_folder:
            yield False
            return
        folder = os.open(f"{self._root}/{_INCOMING}", os.O_RDONLY)
        try:
            taken = True
            try:
                fcntl.flock(folder, kind | (fcntl.LOCK_NB if kind == fcntl.LOCK_EX else 0))
            except OSError:  # somebody writes, or the file system has no locks
                taken = False
            yield taken
        finally:
            os.close(folder)

    def _write(self, source: BinaryIO, digest: str) -> None:
        """Write under a name of its own first: the digest is taken only by a whole file."""
        partial, target = f"{self._root}/{_INCOMING}/{secrets.token_hex(8)}{_PARTIAL}", self._path(digest)
        self._make_folders(self._root, partial.rpartition("/")[0], target.rpartition("/")[0])
        with self._writing_locked(fcntl.LOCK_SH):
            self._write_whole(source, partial, target)

    def _write_whole(self, source: BinaryIO, partial: str, target: str) -> None:
        try:
            with private_files.new_file(Path(partial)) if self._is_folder else self._files.open(partial, "wb") as file:
                for piece in _pieces(source):
                    file.write(piece)
                if self._is_folder:
                    file.flush()
                    os.fsync(file.fileno())
            self._files.mv(partial, target)
        finally:
            with suppress(FileNotFoundError):
                self._files.rm_file(partial)

    def _make_folders(self, *folders: str) -> None:
        for folder in folders:
            if self._is_folder:
                private_files.make_folder(Path(folder))
            elif not self._is_bucket:
                self._files.makedirs(folder, exist_ok=True)

    def _path(self, digest: str) -> str:
        return f"{self._root}/{digest[:2]}/{digest}"

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """A place that cannot be reached, read or written, as one line."""
        try:
            yield
        except _troubles() as error:
            said = getattr(error, "strerror", None) or str(error).partition("\n")[0]
            raise StoreNotReady(
                f"the documents at {self.url} cannot be read or written ({said}): fix the cause and try again"
            ) from error


def check_keeps(url: str, setting: str) -> None:
    """InvalidValue for a kind of place, named in a setting, that is not known to keep what is written there."""
    protocol, chained, _ = url.partition("://" if "://" in url else "::")
    if chained and protocol not in _KEEPING:
        wanted = "a place that keeps files: write a folder, or a URL of s3://, gs://, az:// or sftp://"
        raise InvalidValue(setting, f"{protocol}{chained}…", wanted)


def digest_of(file: BinaryIO) -> str:
    """The SHA-256, in hex, of a file from where it stands to its end."""
    digest = hashlib.sha256()
    for piece in _pieces(file):
        digest.update(piece)
    return digest.hexdigest()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _troubles() -> tuple[type[Exception], ...]:
    """What a place says when it cannot be reached; the S3 client's errors are its own, and loaded only with it."""
    s3 = sys.modules.get("botocore.exceptions")
    return (OSError, s3.BotoCoreError) if s3 else (OSError,)
