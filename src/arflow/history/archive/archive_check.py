"""Whether an archive is the log: its files' digests, its positions without a gap, its chain from the first event, its columns."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from arflow.history import log_source
from arflow.history.columns import AS_STORED, ENVELOPE, FIELDS, archived, as_logged, filled
from arflow.history.manifest import ArchiveFault, Manifest, Segment, file_faults, order_faults, read_manifest
from arflow.history.sql import literal
from arflow.lists.follower import Progress
from arflow.store import chain

if TYPE_CHECKING:
    import duckdb

# Segments are worked on one at a time: they need less than replay does.
MEMORY = "384MB"
_ROWS_AT_A_TIME = 5_000
_OTHER_COLUMNS = "a column does not say what the event's payload says"


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What a verification came to: the archive's extent, and every fault."""

    segments: int
    events: int
    head: str
    sound: bool
    faults: tuple[ArchiveFault, ...]


def verify(folder: Path, progress: Callable[[Progress], None] | None = None) -> Verified:
    """Check a whole archive alone, without the store it came from."""
    manifest = read_manifest(folder)
    faults = (*order_faults(manifest), *file_faults(folder, manifest), *_row_faults(folder, manifest, progress))
    return Verified(
        segments=len(manifest.segments),
        events=manifest.last,
        head=manifest.head,
        sound=not faults,
        faults=faults,
    )


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
