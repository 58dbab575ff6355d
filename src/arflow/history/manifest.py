"""The manifest of an archive: which files hold which part of the log, and how each is known to be the one that was written."""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from arflow.errors import ArchiveRefused, NotFound
from arflow.words import counted

MANIFEST = "manifest.json"
FORMAT: Literal["arflow-archive-1"] = "arflow-archive-1"
# The hash before the first event: what the log's chain begins with.
BEGINNING = bytes(32).hex()
_FILES_AT_A_TIME = 2

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Segment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Parquet file: its part of the log, its size in bytes and digest, and the chain's hash before it and at its end."""

    file: str
    first: int
    last: int
    events: int
    bytes: int
    sha256: Digest
    chain_before: Digest
    chain_at_end: Digest
    columns: str


class ArchiveFault(msgspec.Struct, frozen=True, kw_only=True):
    """Where an archive is not as it was written, and how; `position` is the event, or the segment's first."""

    segment: str
    position: int
    problem: str

    def __str__(self) -> str:
        return f"{self.segment}, position {self.position}: {self.problem}"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The segments of an archive, in the order of the log."""

    format: Literal["arflow-archive-1"] = FORMAT
    segments: tuple[Segment, ...] = ()

    @property
    def last(self) -> int:
        """The last position archived; 0 where there is none."""
        return self.segments[-1].last if self.segments else 0

    @property
    def head(self) -> str:
        """The chain's hash at the last position archived."""
        return self.segments[-1].chain_at_end if self.segments else BEGINNING

    def followed_by(self, segment: Segment) -> "Manifest":
        """The manifest with one segment more."""
        return Manifest(segments=(*self.segments, segment))


def file_name(first: int, last: int) -> str:
    """The name of the segment from one position to another."""
    return f"events-{first:012d}-{last:012d}.parquet"


def encoded(manifest: Manifest) -> bytes:
    """The manifest as JSON that people can read; the same manifest always gives the same bytes."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of an archive; NotFound where there is none, ArchiveRefused where it cannot be understood."""
    try:
        return msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound("archive", str(folder), "make one with `arflow archive DIR`") from None
    except OSError as error:
        raise ArchiveRefused(f"{folder / MANIFEST} cannot be read ({error.strerror})") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ArchiveRefused(f"{folder / MANIFEST} is not a manifest that this arflow knows ({error})") from error


def checked(folder: Path) -> Manifest:
    """The manifest of an archive whose files are all there as they were written; ArchiveRefused with the first that is not."""
    manifest = read_manifest(folder)
    refuse_faults(folder, (*order_faults(manifest), *file_faults(folder, manifest)))
    return manifest


def refuse_faults(folder: Path, faults: Iterable[ArchiveFault]) -> None:
    """ArchiveRefused with the first fault, if there is one."""
    for fault in faults:
        raise ArchiveRefused(
            f"the archive {folder} is not as it was written: {fault}; see all with `arflow archive --verify {folder}`"
        )


def order_faults(manifest: Manifest) -> Iterator[ArchiveFault]:
    """Where the manifest does not hang together: positions with a gap, a chain that breaks, names of other segments."""
    last, head = 0, BEGINNING
    for segment in manifest.segments:
        for wrong, problem in (
            (segment.first != last + 1, f"follows position {last} in the manifest"),
            (segment.chain_before != head, "the chain of hashes does not continue from the segment before it"),
            (segment.last - segment.first + 1 != segment.events, f"claims to hold {counted(segment.events, 'event')}"),
            (segment.file != file_name(segment.first, segment.last), "the file's name is another segment's"),
            (segment.columns != FORMAT, f"has the columns of {segment.columns}, which this arflow does not know"),
        ):
            if wrong:
                yield ArchiveFault(segment=segment.file, position=segment.first, problem=problem)
        last, head = segment.last, segment.chain_at_end


def size_faults(folder: Path, manifest: Manifest) -> Iterator[ArchiveFault]:
    """Files that are not there or have another size: quick to see, however long the archive."""
    for segment in manifest.segments:
        if (problem := _other_size(folder, segment)) is not None:
            yield ArchiveFault(segment=segment.file, position=segment.first, problem=problem)


def file_faults(folder: Path, manifest: Manifest) -> Iterator[ArchiveFault]:
    """Files that are not there, or whose bytes are not those that were written."""
    with ThreadPoolExecutor(_FILES_AT_A_TIME) as pool:
        found = pool.map(lambda segment: _other_file(folder, segment), manifest.segments)
        for segment, problem in zip(manifest.segments, found, strict=True):
            if problem is not None:
                yield ArchiveFault(segment=segment.file, position=segment.first, problem=problem)


def unnamed_faults(folder: Path, manifest: Manifest) -> Iterator[ArchiveFault]:
    """Segments in the folder that the manifest does not name: it was cut short, or a run was killed before naming them."""
    named = {segment.file for segment in manifest.segments}
    for path in sorted(folder.glob("events-*.parquet")):
        if path.name not in named:
            problem = (
                "is not in the manifest: a run of `arflow archive` was stopped, or lines were taken from the manifest"
            )
            yield ArchiveFault(segment=path.name, position=_first_of(path.name), problem=problem)


def _first_of(name: str) -> int:
    number = name.split("-")[1]
    return int(number) if number.isdecimal() else 0


def digest(file: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _other_size(folder: Path, segment: Segment) -> str | None:
    try:
        size = (folder / Path(segment.file).name).stat().st_size
    except FileNotFoundError:
        return "the file is missing"
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    except ValueError:
        return "the manifest names no file that can be"
    return None if size == segment.bytes else f"the file has {size} bytes, not {segment.bytes}"


def _other_file(folder: Path, segment: Segment) -> str | None:
    if (problem := _other_size(folder, segment)) is not None:
        return problem
    try:
        same = digest(folder / Path(segment.file).name) == segment.sha256
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    return None if same else "the file was changed: its SHA-256 is not the manifest's"
