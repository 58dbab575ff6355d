"""Which files a columnar history consists of, and how each is known to be the one that was written."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Literal

import msgspec

from arflow import __version__
from arflow.history.columnar.place import write_whole
from arflow.history.columns import of_lines
from arflow.history.manifest import Digest, digest

MANIFEST = "manifest.json"
# What rows are written as: files of another arflow, or with other columns, are made again.
COLUMNS = hashlib.sha256(f"{__version__} {of_lines('lines')}".encode()).hexdigest()


class Segment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Parquet file: the log from one position to another, and the chain's hash (hex) at its end.

    `unreadable` are positions of events that could not be read when it was written.
    """

    file: str
    first: int
    last: int
    bytes: int
    sha256: Digest
    chain_at_end: Digest
    unreadable: tuple[int, ...] = ()

    @property
    def length(self) -> int:
        """How many positions it covers."""
        return self.last - self.first + 1


class History(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The segments in the order of the log; together they hold it from the first event to `last`."""

    format: Literal["arflow-history-1"] = "arflow-history-1"
    columns: Digest = COLUMNS
    segments: tuple[Segment, ...] = ()

    @property
    def last(self) -> int:
        """The last position held; 0 where there is none."""
        return self.segments[-1].last if self.segments else 0

    @property
    def unreadable(self) -> list[int]:
        """The positions of events that could not be read."""
        return [position for segment in self.segments for position in segment.unreadable]


def sound_part(folder: Path) -> History:
    """The history in a folder up to the first file that is not as it was written; without one, or of another arflow, nothing."""
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=History)
        if found.columns == COLUMNS:
            return History(segments=_sound(folder, found.segments))
    return History()


def _sound(folder: Path, segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    ends = [0, *(segment.last for segment in segments)]
    follows = [segment.first == before + 1 for segment, before in zip(segments, ends, strict=False)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        whole = pool.map(lambda segment: _is_whole(folder / Path(segment.file).name, segment), segments)
        sound = zip(segments, follows, whole, strict=True)
        return tuple(segment for segment, *_ in takewhile(lambda one: all(one[1:]), sound))


def _is_whole(path: Path, segment: Segment) -> bool:
    try:
        return path.stat().st_size == segment.bytes and digest(path) == segment.sha256
    except (OSError, ValueError):
        return False


def settled(unfinished: Path, first: int, last: int, chain_at_end: str, unreadable: tuple[int, ...]) -> Segment:
    """Give a written file the name of what it holds, once it is on the disk."""
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    found = digest(unfinished)
    size = unfinished.stat().st_size
    name = f"events-{first:012d}-{last:012d}-{found[:16]}.parquet"
    unfinished.replace(unfinished.with_name(name))
    return Segment(
        file=name, first=first, last=last, bytes=size, sha256=found, chain_at_end=chain_at_end, unreadable=unreadable
    )


def keep(folder: Path, history: History) -> None:
    """Put a history in the place of the one before it: whole, or not at all."""
    write_whole(folder / MANIFEST, history)
