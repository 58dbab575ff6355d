"""The log on its way into columns: rows as lines of JSON that DuckDB reads, each event's payload as it was recorded."""

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from arflow.errors import CaseUnreadable
from arflow.events import read
from arflow.history.columns import LINE

_ROWS_A_FILE = 25_000
_Line = msgspec.defstruct("_Line", list(LINE), frozen=True, gc=False)


class Rows(NamedTuple):
    """Rows of the log written as lines: their files, first and last position, and the chain's hash (hex) at the end.

    `unreadable` are the positions of events that cannot be read: their lines have no payload.
    """

    files: list[Path]
    first: int
    last: int
    chain_at_end: str
    unreadable: tuple[int, ...]


class Doubts:
    """Which rows cannot be read: those `listed`, and what arflow cannot read of the rows after a position."""

    def __init__(self, listed: Collection[int], after: int) -> None:
        self._listed, self._after = frozenset(listed), after

    def among(self, rows: list[Any]) -> set[int]:
        """The positions of the rows that cannot be read."""
        found = {row.position for row in rows if row.position in self._listed} if self._listed else set[int]()
        if rows[-1].position > self._after:
            found |= {row.position for row in rows if row.plan and row.position > self._after and not readable(row)}
        return found


def readable(row: Any) -> bool:
    """Whether arflow can read the event of a row."""
    try:
        read(row)
    except CaseUnreadable:
        return False
    return True


def written(folder: Path, rows: Iterator[Any], at_most: int, doubts: Doubts) -> Rows | None:
    """Write the next rows into files of a new folder, so many at most; None where there are none."""
    files, unreadable, first, last, left = list[Path](), set[int](), None, None, at_most
    encoder = msgspec.json.Encoder()
    while left and (part := list(islice(rows, min(_ROWS_A_FILE, left)))):
        doubted = doubts.among(part)
        file = folder / f"{part[0].position}.ndjson"
        file.write_bytes(encoder.encode_lines(_lines(part, doubted)))
        files.append(file)
        unreadable |= doubted
        first, last, left = first or part[0], part[-1], left - len(part)
    if first is None or last is None:
        return None
    return Rows(files, first.position, last.position, bytes(last.hash).hex(), tuple(sorted(unreadable)))


def _lines(rows: Iterable[Any], doubted: set[int]) -> list[Any]:
    """Rows as lines; those that are not arflow's own are left out, and a payload that is no text is none."""
    raw = msgspec.Raw
    return [
        _Line(
            position, plan, stream, version, topic, on, at, state,
            raw(payload) if type(payload) is bytes and position not in doubted else None,
        )
        for position, stream, version, topic, payload, plan, on, at, state, _ in rows
        if plan
    ]  # fmt: skip
