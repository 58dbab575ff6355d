"""Where replay reads from: the rows of a store's log, read as arflow itself reads them, or an archive's Parquet files.

DuckDB never opens a store: it carries an SQLite of its own, and when that closes a file, the kernel drops every lock that
this process holds on it (docs/adr/0008).
"""

import shutil
import tempfile
from collections.abc import Collection, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from arflow import temporary
from arflow.errors import ArchiveRefused, CaseUnreadable
from arflow.events import EVENT_NAMES, read
from arflow.history.columns import of_archive
from arflow.history.manifest import checked
from arflow.history.sql import literal, one_of
from arflow.store import CaseRow, LogRow

if TYPE_CHECKING:
    import duckdb

    from arflow.history.columnar.settled import SettledRows

# The cases that nothing is counted of, by plan, each with why it cannot be read.
LeftOut = dict[str, CaseUnreadable]


class LogRead(NamedTuple):
    """A query that gives a log with typed columns, its last position and head (hex), and the cases left out of it.

    `settled` are the rows of its reviews that are kept beside it, where they can be.
    """

    query: str
    head: tuple[int, str]
    left_out: LeftOut
    settled: "SettledRows | None" = None


MEMORY = "560MB"
_ROWS_A_FILE = 20_000
# A row as a line of JSON: bytes become base64.
_Line = msgspec.defstruct("_Line", LogRow._fields, frozen=True, gc=False)
_TYPES = dict.fromkeys(LogRow._fields, "VARCHAR") | {"position": "BIGINT", "version": "BIGINT"}


@contextmanager
def connection(*, memory: str = MEMORY) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A DuckDB of its own, with bounded memory; what does not fit is put in a folder that goes with it."""
    import duckdb

    with (
        temporary.folder("replay") as folder,
        duckdb.connect() as opened,
    ):
        opened.execute("set enable_progress_bar = false")
        opened.execute("set python_enable_replacements = false")  # a table's name is never a variable's
        opened.execute("set preserve_insertion_order = false")
        opened.execute(f"set memory_limit = {literal(memory)}")
        opened.execute(f"set temp_directory = {literal(folder)}")
        opened.execute("set autoinstall_known_extensions = false")  # nothing is ever fetched
        yield opened


def readable(table: str, left_out: Collection[str]) -> str:
    """The rows of a table without those of the cases that are left out."""
    return f"(from {table} where plan not in {one_of(left_out)})" if left_out else table


def load(
    opened: "duckdb.DuckDBPyConnection",
    *rows: Generator[Any, None, None],
) -> str:
    """Put rows of the log into files beside the database, in place of those before; they are a table, in the rows' order.

    While some thousands are written, the next are read, and memory does
    not grow with the log. Parquet takes half the time of a table of the database's own, and a third of the room.
    """
    (place,) = opened.execute("select current_setting('temp_directory')").fetchone() or ()
    for before in Path(place).glob("rows-*"):
        shutil.rmtree(before)
    folder = Path(tempfile.mkdtemp(prefix="rows-", dir=place))
    with ExitStack() as closed, ThreadPoolExecutor(max_workers=1) as writer:
        for part in rows:
            closed.enter_context(closing(part))
        writing: Future[object] = writer.submit(lambda: None)
        written: list[Path] = []
        for number, lines in enumerate(chain((b"",), _lines(chain(*rows)))):  # a log without events has its columns too
            file = folder / f"{number}.ndjson"
            written.append(file.with_suffix(".parquet"))
            file.write_bytes(lines)
            writing.result()
            writing = writer.submit(_rewrite, opened, file)
        writing.result()
    return f"read_parquet([{', '.join(map(literal, written))}])"


def _lines(rows: Iterator[Any]) -> Iterator[bytes]:
    encoder = msgspec.json.Encoder()
    while lines := [_Line(*row) for row in islice(rows, _ROWS_A_FILE)]:
        yield encoder.encode_lines(lines)


def _rewrite(opened: "duckdb.DuckDBPyConnection", file: Path) -> None:
    """Such a file as Parquet, its rows as the log holds them."""
    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in _TYPES.items())
    lines = f"read_json({literal(file)}, format = 'newline_delimited', columns = {{{columns}}})"
    rows = f"(select * replace (from_base64(payload) as payload, from_base64(hash) as hash) from {lines})"
    opened.execute(f"copy {rows} to {literal(file.with_suffix('.parquet'))} (format parquet)")
    file.unlink()


def read_archive(opened: "duckdb.DuckDBPyConnection", folder: Path, left_out: LeftOut) -> LogRead:
    """Check an archive's files against its manifest, and read them.

    Beside the cases to be `left_out`, those with an event that this arflow does not know are left out.
    """
    manifest = checked(folder)
    paths = [str(folder / segment.file) for segment in manifest.segments]
    if not paths:
        raise ArchiveRefused(f"the archive {folder} holds no events yet: fill it with `arflow archive {folder}`")
    files = f"[{', '.join(map(literal, paths))}]"
    schema = f"select name, count(distinct file_name) from parquet_schema({files}) group by name"
    found = dict(opened.execute(schema).fetchall())
    alike = all(times == len(paths) for times in found.values())
    table = f"read_parquet({files}, union_by_name = {literal(not alike)})"
    unknown = {row.plan: _refusal(row) for row in _unknown(opened, table)}
    left_out = {**unknown, **left_out}
    return LogRead(of_archive(readable(table, left_out), found), (manifest.last, manifest.head), left_out)


def _unknown(opened: "duckdb.DuckDBPyConnection", table: str) -> Iterator[CaseRow]:
    """The first event of each case of an archive that this arflow does not know, or that does not say who recorded it."""
    query = f"""select min(position), any_value(stream), arg_min(payload, position), plan from {table}
        where plan <> '' and (event is null or event not in {one_of(EVENT_NAMES)} or recorded_by is null)
        group by plan order by plan"""
    return (CaseRow(*row) for row in opened.execute(query).fetchall())


def _refusal(row: CaseRow) -> CaseUnreadable:
    try:
        read(row)
    except CaseUnreadable as refusal:
        return refusal
    return misnamed(row)


def misnamed(row: CaseRow) -> CaseUnreadable:
    """The refusal of a case with an event that can be read and has another name in the log."""
    return CaseUnreadable(row.plan, f"event {row.position} is not named as it is: see `arflow verify`")
