"""Whether an archive is the log: its files' digests, its positions without a gap, its chain from the first event, its columns."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from arflow.history import log_source
from arflow.history.columns import AS_STORED, ENVELOPE, FIELDS, archived, as_logged, filled
from arflow.history.manifest import (
    MANIFEST,
    ArchiveFault,
    Manifest,
    Segment,
    file_faults,
    order_faults,
    read_manifest,
    unnamed_faults,
)
from arflow.history.sql import literal
from arflow.lists.follower import Progress
from arflow.store import chain
from arflow.words import counted

if TYPE_CHECKING:
    import duckdb

# Segments are worked on one at a time: they need less than replay does.
MEMORY = "256MB"
_ROWS_AT_A_TIME = 5_000
_OTHER_COLUMNS = "a column does not say what the event's payload says"


class Anchor(msgspec.Struct, frozen=True, kw_only=True):
    """How far an archive must reach: the position and the chain's hash (hex) there, and what says so."""

    of: str
    position: int
    head: str


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification came to: the archive's extent, every fault, and a segment that a stopped run may have left."""

    segments: int
    events: int
    head: str
    sound: bool
    faults: tuple[ArchiveFault, ...]
    doubts: tuple[ArchiveFault, ...] = ()


def verify(
    folder: Path, progress: Callable[[Progress], None] | None = None, reaching: Sequence[Anchor] = ()
) -> Verified:
    """Check a whole archive alone, without the store it came from, and that it reaches as far as each anchor says.

    Alone it cannot show that its last segments were not taken away together with their lines of the manifest.
    """
    manifest = read_manifest(folder)
    unnamed = tuple(unnamed_faults(folder, manifest))
    doubts = tuple(fault for fault in unnamed if fault.position == manifest.last + 1)
    faults = (
        *order_faults(manifest),
        *file_faults(folder, manifest),
        *(fault for fault in unnamed if fault not in doubts),
        *_row_faults(folder, manifest, progress),
        *(fault for anchor in reaching for fault in _short_of(folder, manifest, anchor)),
    )
    return Verified(
        segments=len(manifest.segments),
        events=manifest.last,
        head=manifest.head,
        sound=not faults,
        faults=faults,
        doubts=doubts,
    )


def _short_of(folder: Path, manifest: Manifest, anchor: Anchor) -> Iterator[ArchiveFault]:
    """Where an archive ends before an anchor, or has another event there."""
    if manifest.last < anchor.position:
        missing = counted(anchor.position - manifest.last, "event")
        problem = (
            f"the archive ends before here, and {anchor.of} reaches event {anchor.position}: {missing} not in it; "
        )
        more = "segments were taken away, or it was not written on since: `arflow archive DIR` writes on"
        yield ArchiveFault(segment=MANIFEST, position=manifest.last + 1, problem=problem + more)
        return
    if anchor.position and _hash_at(folder, manifest, anchor.position) != anchor.head:
        problem = f"the event is not the one that {anchor.of} has there: it is another log's archive, or was made again"
        yield ArchiveFault(segment=MANIFEST, position=anchor.position, problem=problem)


def _hash_at(folder: Path, manifest: Manifest, position: int) -> str:
    """The chain's hash at a position that the archive has; empty where its file cannot say."""
    import duckdb

    segment = next((one for one in manifest.segments if one.first <= position <= one.last), None)
    if segment is None:
        return ""
    path = folder / Path(segment.file).name
    query = f"select hash from read_parquet({literal(path)}) where position = {literal(position)}"
    try:
        with log_source.connection(memory=MEMORY) as opened:
            row = opened.execute(query).fetchone()
    except duckdb.Error:
        return ""
    return row[0].hex() if row else ""


def _row_faults(
    folder: Path, manifest: Manifest, progress: Callable[[Progress], None] | None
) -> Iterator[ArchiveFault]:
    import duckdb

    with log_source.connection(memory=MEMORY) as opened:
        opened.execute("set preserve_insertion_order = true")
        for segment in manifest.segments:
            path = folder / Path(segment.file).name
            try:
                if path.is_file():
                    yield from segment_faults(opened, path, segment)
            except (duckdb.Error, OSError) as error:
                problem = f"the file cannot be read ({first_line(error)})"
                yield ArchiveFault(segment=segment.file, position=segment.first, problem=problem)
            if progress:
                progress(Progress(done=segment.last, of=manifest.last))


def segment_faults(opened: "duckdb.DuckDBPyConnection", path: Path, segment: Segment) -> Iterator[ArchiveFault]:
    """What is wrong in a segment's rows, read from a file: their chain in the file's order, and their columns."""
    file = f"read_parquet({literal(path)})"
    after = (segment.first - 1, bytes.fromhex(segment.chain_before))
    head = (segment.last, bytes.fromhex(segment.chain_at_end))
    for fault in chain.faults(_rows(opened, as_logged(file)), head, after):
        yield ArchiveFault(segment=segment.file, position=fault.position, problem=fault.problem)
    for position in _other_columns(opened, file):
        yield ArchiveFault(segment=segment.file, position=position, problem=_OTHER_COLUMNS)


def _rows(opened: "duckdb.DuckDBPyConnection", query: str) -> Iterator[tuple[object, ...]]:
    with opened.cursor() as own:
        own.execute(query)
        while page := own.fetchmany(_ROWS_AT_A_TIME):
            yield from page


def _other_columns(opened: "duckdb.DuckDBPyConnection", file: str) -> list[int]:
    """The events whose columns are not those that their payloads give."""
    there = {row[0] for row in opened.execute(f"select column_name from (describe from {file})").fetchall()}
    # A file written by an earlier arflow lacks the columns added since, and what its events could not say then.
    kept = {name: f'kept."{name}"' for name in (*ENVELOPE, *AS_STORED)} | {f.name: filled(f, "kept.") for f in FIELDS}
    differs = " or ".join(f'{own} is distinct from again."{name}"' for name, own in kept.items() if name in there)
    again = archived(f"({as_logged(file)})")
    query = f"select kept.position from {file} kept positional join ({again}) again where {differs}"
    return [row[0] for row in opened.execute(query).fetchall()]


def first_line(error: Exception) -> str:
    """What a database says, without its explanations."""
    return str(error).partition("\n")[0]
