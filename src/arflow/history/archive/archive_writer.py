"""Writing the archive: what is new in the log becomes one more segment after another, each checked before it is named."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from arflow import logs
from arflow.errors import ArchiveRefused
from arflow.history import log_source
from arflow.history.archive.archive_check import MEMORY, first_line, segment_faults
from arflow.history.archive.archive_folder import cannot_be_written, keep_manifest, settle, unfinished, written_alone
from arflow.history.columns import archived
from arflow.history.manifest import (
    FORMAT,
    Manifest,
    Segment,
    digest,
    file_name,
    order_faults,
    refuse_faults,
    size_faults,
)
from arflow.history.sql import literal
from arflow.lists.follower import Progress
from arflow.store import Recorder, Snapshot

if TYPE_CHECKING:
    import duckdb

EVENTS_A_SEGMENT = 250_000
# A group is held in memory with all its columns until it is written: four times as many needed most of a gigabyte.
_ROWS_A_GROUP = 32_768


class Archived(msgspec.Struct, frozen=True, kw_only=True):
    """What a run came to: what it wrote, and what the archive holds now."""

    events_written: int
    segments_written: int
    events: int
    segments: int
    head: str


def archive(
    log: Recorder,
    folder: Path,
    *,
    events_a_segment: int = EVENTS_A_SEGMENT,
    progress: Callable[[Progress], None] | None = None,
) -> Archived:
    """Write what is new in the log, in segments of so many events; the last of a run holds what is left.

    A segment is never written again: a run after this one begins a new segment, however small the last one is.
    """
    with written_alone(folder) as before:
        refuse_faults(folder, (*order_faults(before), *size_faults(folder, before)))
        manifest = before
        with log.snapshot() as snapshot:
            last, _ = snapshot.agreed_head()
            _check_continues(snapshot, folder, manifest, last)
            while manifest.last < last:
                upto = min(manifest.last + events_a_segment, last)
                # A database for each segment: one for all would keep hold of what the segments before it needed.
                with log_source.connection(memory=MEMORY) as opened:
                    opened.execute("set threads = 1")
                    segment = _write(opened, snapshot, folder, manifest, upto)
                manifest = manifest.followed_by(segment)
                keep_manifest(folder, manifest)
                if progress:
                    progress(Progress(done=manifest.last - before.last, of=last - before.last))
    archived = Archived(
        events_written=manifest.last - before.last,
        segments_written=len(manifest.segments) - len(before.segments),
        events=manifest.last,
        segments=len(manifest.segments),
        head=manifest.head,
    )
    logs.info(__name__, "archived", **msgspec.structs.asdict(archived))
    return archived


def _check_continues(log: Snapshot, folder: Path, manifest: Manifest, last: int) -> None:
    """ArchiveRefused unless the log at the archive's last position has the hash that the archive has."""
    if not manifest.segments:
        return
    found = next(log.part(manifest.last, manifest.last), None)
    if found is not None and bytes(found.hash).hex() == manifest.head:
        return
    why = f"its log ends at {last}" if last < manifest.last else "the log has another hash there"
    raise ArchiveRefused(
        f"the archive {folder} is not this store's: it was made up to position {manifest.last}, and {why}; "
        "name the store it came from, or archive into a new folder"
    )


def _write(opened: "duckdb.DuckDBPyConnection", log: Snapshot, folder: Path, manifest: Manifest, last: int) -> Segment:
    """One segment written, read back, checked against the chain, and given its name."""
    first = manifest.last + 1
    name = file_name(first, last)
    with unfinished(folder, name) as path:
        _copy(opened, log.part(first, last), folder, path, first)
        segment = Segment(
            file=name,
            first=first,
            last=last,
            events=last - first + 1,
            bytes=path.stat().st_size,
            sha256=digest(path),
            chain_before=manifest.head,
            chain_at_end=_hash_at(opened, path, last),
            columns=FORMAT,
        )
        for fault in segment_faults(opened, path, segment):
            raise ArchiveRefused(
                f"the log cannot be archived from position {first} on: position {fault.position}: {fault.problem}; "
                "see all with `arflow verify`"
            )
        settle(folder, name)
    return segment


def _copy(
    opened: "duckdb.DuckDBPyConnection", rows: Generator[Any, None, None], folder: Path, path: Path, first: int
) -> None:
    import duckdb

    try:
        table = log_source.load(opened, rows)
        opened.execute(
            f"copy ({archived(table)}) to {literal(path)} "
            f"(format parquet, compression zstd, row_group_size {_ROWS_A_GROUP}, use_tmp_file false)"  # its mode stays
        )
    except duckdb.IOException as error:
        raise cannot_be_written(folder, first_line(error)) from error
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise ArchiveRefused(
            f"the log cannot be archived from position {first} on: an event cannot be read ({first_line(error)}); "
            "find it with `arflow verify`"
        ) from error


def _hash_at(opened: "duckdb.DuckDBPyConnection", path: Path, position: int) -> str:
    """The hash of a row as it was written; empty where there is no such row, which the check will find."""
    query = f"select hash from read_parquet({literal(path)}) where position = {literal(position)}"
    row = opened.execute(query).fetchone()
    return row[0].hex() if row else ""
