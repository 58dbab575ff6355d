"""Filling a columnar history: the log's new rows become typed columns, while the next are read."""

import tempfile
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from arflow import private_files
from arflow.errors import LogBroken
from arflow.events import EVENT_NAMES
from arflow.history.columnar.lines import Doubts, Rows, written
from arflow.history.columnar.place import UNFINISHED, remove_others
from arflow.history.columnar.segments import History, Segment, keep, settled
from arflow.history.columns import COLUMNS as NAMES
from arflow.history.columns import LINE, of_lines, quoted
from arflow.history.sql import literal, one_of

if TYPE_CHECKING:
    import duckdb

    from arflow.store import Snapshot

EVENTS_A_SEGMENT = 250_000
# A smaller segment at the end is written again with what is new where it is not so many times as large.
_TIMES_AS_LARGE = 4


class Filling:
    """One fill of a history in a folder, from a log as it is at one moment, in segments of so many events at most."""

    def __init__(
        self,
        opened: "duckdb.DuckDBPyConnection",
        log: "Snapshot",
        folder: Path,
        doubts: Doubts,
        events_a_segment: int = EVENTS_A_SEGMENT,
    ) -> None:
        self._opened, self._log, self._folder, self._doubts = opened, log, folder, doubts
        self._most = events_a_segment

    def __call__(self, history: History, upto: int) -> History:
        """The history with the log's rows up to a position; it is kept after each segment."""
        before, behind = _apart(history.segments, upto - history.last, self._most)
        history = History(segments=before)
        (place,) = self._opened.execute("select current_setting('temp_directory')").fetchone() or ()
        with (
            tempfile.TemporaryDirectory(prefix="lines-", dir=place) as lines,
            closing(self._log.part(history.last + sum(one.length for one in behind) + 1, upto)) as rows,
            ThreadPoolExecutor(max_workers=1) as writer,
            _in_order(self._opened),
        ):
            for segment in self._segments(Path(lines), rows, behind, writer):
                history = History(segments=(*history.segments, segment))
                keep(self._folder, history)
        remove_others(self._folder, frozenset(segment.file for segment in history.segments), "events")
        return history

    def _segments(
        self, lines: Path, rows: Generator[Any, None, None], behind: tuple[Segment, ...], writer: ThreadPoolExecutor
    ) -> Generator[Segment, None, None]:
        """The segments of the rows one after another; the rows of the next are read while one is written."""
        writing: tuple[Future[Segment], Rows, tuple[Segment, ...]] | None = None
        while True:
            at_most = self._most - sum(segment.length for segment in behind)
            taken = written(lines, rows, at_most, self._doubts)
            if writing:
                yield self._done(lines, *writing)
            if taken is None:
                return
            writing, behind = (writer.submit(self._segment, taken, behind), taken, behind), ()

    def _done(self, lines: Path, writing: "Future[Segment]", rows: Rows, behind: tuple[Segment, ...]) -> Segment:
        """A segment that was written; where an event was no such text as is read at once, each is read alone first."""
        import duckdb

        unlike = (duckdb.InvalidInputException, duckdb.ConversionException)
        with suppress(*unlike):
            return writing.result()
        with closing(self._log.part(rows.first, rows.last)) as once_more:
            again = written(lines, once_more, self._most, Doubts((), 0))
        try:
            return self._segment(again or rows, behind)
        except unlike as error:
            raise LogBroken("an event of the log cannot be read as text: find it with `arflow verify`") from error

    def _segment(self, rows: Rows, behind: tuple[Segment, ...]) -> Segment:
        """One segment of rows, with those of segments that go before them in it."""
        unfinished = self._folder / f"{rows.first}{UNFINISHED}"
        private_files.new_file(unfinished).close()
        try:
            return self._settled(rows, behind, unfinished)
        finally:
            unfinished.unlink(missing_ok=True)

    def _settled(self, rows: Rows, behind: tuple[Segment, ...], unfinished: Path) -> Segment:
        run, names = self._opened.execute, quoted(NAMES)
        lines = f"select {names} from ({of_lines(_read(rows.files))})"
        earlier = f"select {names} from {parquet(self._folder, behind)} union all " if behind else ""
        run(f"copy ({earlier}{lines}) to {literal(unfinished)} (format parquet, compression zstd, use_tmp_file false)")
        unknown = run(
            f"select position from read_parquet({literal(unfinished)}) where position >= {rows.first} "
            f"and (event is null or event not in {one_of(EVENT_NAMES)} or recorded_by is null)"
        ).fetchall()
        for file in rows.files:
            file.unlink()
        noted = {*rows.unreadable, *(at for (at,) in unknown), *(at for one in behind for at in one.unreadable)}
        first = behind[0].first if behind else rows.first
        return settled(unfinished, first, rows.last, rows.chain_at_end, tuple(sorted(noted)))


@contextmanager
def _in_order(opened: "duckdb.DuckDBPyConnection") -> Iterator[None]:
    """Rows are written in their order, by one thread: a second only waits for the first, and reading the log needs it."""
    opened.execute("set threads = 1; set preserve_insertion_order = true")
    try:
        yield
    finally:
        opened.execute("reset threads; set preserve_insertion_order = false")


def parquet(folder: Path, segments: tuple[Segment, ...]) -> str:
    """The files of segments as a table to select from."""
    return f"read_parquet([{', '.join(literal(folder / segment.file) for segment in segments)}])"


def _read(files: list[Path]) -> str:
    columns = ", ".join(f"{name}: {literal(type_)}" for name, type_ in LINE.items())
    names = ", ".join(map(literal, files))
    return f"read_json([{names}], format = 'newline_delimited', auto_detect = false, columns = {{{columns}}})"


def _apart(segments: tuple[Segment, ...], new: int, most: int) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """The segments that stay, and those at the end that are written again with so many new rows.

    So segments stay few, each several times the next, and a row is written again only a few times.
    """
    stay, rows = len(segments), new
    while stay and segments[stay - 1].length < min(_TIMES_AS_LARGE * rows, most - rows + 1):
        stay -= 1
        rows += segments[stay].length
    return segments[:stay], segments[stay:]
