"""The row of each review as its events left it, kept beside the columnar history: a report folds only what came since."""

import hashlib
import os
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from arflow import logs, private_files
from arflow.history import review_sql
from arflow.history.columnar.place import UNFINISHED, filled_alone, remove_others, write_whole
from arflow.history.columnar.segments import COLUMNS
from arflow.history.manifest import Digest, digest

MANIFEST, FILES = "settled.json", "settled"
# Rows are settled again once so many events came since, and a tenth of those before.
EVENTS_BEFORE_SETTLING = 50_000
_OF_THOSE_BEFORE = 10


class Settled(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Parquet file with a row for each review, from the log up to a position, and the chain's hash (hex) there.

    `steps` are those that the rows have a day for, `made_by` tells the query that made them, and `left_out` are the plans
    that have no rows since they could not be read.
    """

    format: Literal["arflow-settled-1"] = "arflow-settled-1"
    file: str
    bytes: int
    sha256: Digest
    upto: int
    chain_at_end: Digest
    steps: tuple[str, ...]
    made_by: Digest
    left_out: tuple[str, ...]


class SettledRows(NamedTuple):
    """The folder for settled rows of a log with this head (its last position, and hash), and those that it has."""

    folder: Path
    head: tuple[int, str]
    found: Settled | None

    def path(self, steps: Collection[str], left_out: Collection[str]) -> Path | None:
        """The rows, if they have a day for all these steps and are there for every plan that can be read."""
        if self.found and set(steps) <= set(self.found.steps) and set(self.found.left_out) <= set(left_out):
            return self.folder / self.found.file
        return None

    def is_due(self) -> bool:
        """Whether so much came since that the rows are to be settled again."""
        upto = self.found.upto if self.found else 0
        return self.head[0] - upto >= max(EVENTS_BEFORE_SETTLING, upto // _OF_THOSE_BEFORE)

    def renewed(
        self, write: Callable[[Path], object], steps: Collection[str], left_out: Collection[str]
    ) -> "SettledRows":
        """Put rows in the place of those before, whole or not at all; the same where another process works there."""
        import duckdb

        unfinished = self.folder / f"{FILES}{UNFINISHED}"
        try:
            with filled_alone(self.folder, patience=0):
                private_files.new_file(unfinished).close()
                write(unfinished)
                return self._replace(found=self._kept(unfinished, tuple(steps), tuple(sorted(left_out))))
        except (OSError, duckdb.IOException) as error:
            logs.warning(__name__, "rows_not_settled", why=str(error).partition("\n")[0])
            return self

    def _kept(self, unfinished: Path, steps: tuple[str, ...], left_out: tuple[str, ...]) -> Settled:
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        found = digest(unfinished)
        upto, chain_at_end = self.head
        settled = Settled(
            file=f"{FILES}-{upto:012d}-{found[:16]}.parquet",
            bytes=unfinished.stat().st_size,
            sha256=found,
            upto=upto,
            chain_at_end=chain_at_end,
            steps=steps,
            made_by=_query_of(steps),
            left_out=left_out,
        )
        unfinished.replace(self.folder / settled.file)
        write_whole(self.folder / MANIFEST, settled)
        return settled


def settled_rows(folder: Path, head: tuple[int, str], hash_at: Callable[[int], str]) -> SettledRows:
    """The settled rows in a folder that are this log's; `hash_at` gives the log's hash (hex) at a position."""
    found = None
    with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        found = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Settled)
    if found and not (_is_whole(folder, found) and found.upto <= head[0] and hash_at(found.upto) == found.chain_at_end):
        found = None
    remove_others(folder, frozenset([found.file] if found else []), FILES)
    return SettledRows(folder, head, found)


def _is_whole(folder: Path, settled: Settled) -> bool:
    """Whether the rows are those that were written, and as this arflow would make them."""
    path = folder / Path(settled.file).name
    return (
        settled.made_by == _query_of(settled.steps)
        and path.name == settled.file
        and path.is_file()
        and path.stat().st_size == settled.bytes
        and digest(path) == settled.sha256
    )


def _query_of(steps: tuple[str, ...]) -> str:
    return hashlib.sha256(f"{COLUMNS} {review_sql.reviews(review_sql.EVER, steps)}".encode()).hexdigest()
