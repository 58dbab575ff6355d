"""Where replay reads from: the rows of a store's log, read as arflow itself reads them, or an archive's Parquet files.

DuckDB never opens a store: it carries an SQLite of its own, and when that closes a file, the kernel drops every lock that
this process holds on it (docs/adr/0008).
"""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from arflow.errors import ArchiveRefused
from arflow.replay.columns import of_archive, typed
from arflow.replay.manifest import checked
from arflow.replay.sql import literal
from arflow.store import LogRow, Recorder

if TYPE_CHECKING:
    import duckdb
    import sqlalchemy as sa

MEMORY = "640MB"
# The table that the rows of a store's log are put into, as the log holds them.
ROWS = "log_rows"
_ROWS_A_FILE = 50_000
# A row as a line of JSON: bytes become base64.
_Line = msgspec.defstruct("_Line", LogRow._fields, frozen=True, gc=False)
_BINARY = ("payload", "hash")
_TYPES = dict.fromkeys(LogRow._fields, "VARCHAR") | {"position": "BIGINT", "version": "BIGINT"}


@contextmanager
def connection(*, memory: str = MEMORY) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A DuckDB of its own, with bounded memory; what does not fit is put in a folder that goes with it."""
    import duckdb

    with (
        tempfile.TemporaryDirectory(prefix="arflow-replay-") as folder,
        duckdb.connect(f"{folder}/replay.duckdb") as opened,
    ):
        opened.execute("set enable_progress_bar = false")
        opened.execute("set python_enable_replacements = false")  # a table's name is never a variable's
        opened.execute("set preserve_insertion_order = false")
        opened.execute(f"set memory_limit = {literal(memory)}")
        opened.execute(f"set temp_directory = {literal(folder)}")
        opened.execute("set autoinstall_known_extensions = false")  # nothing is ever fetched
        yield opened


def read_store(opened: "duckdb.DuckDBPyConnection", engine: "sa.Engine") -> tuple[str, tuple[int, str]]:
    """Read a store's log as it is at one moment; the query that gives it with typed columns, and its head (hex).

    LogBroken where the log's last event does not agree with the head of its chain.
    """
    with Recorder(engine).snapshot() as snapshot:
        position, head = snapshot.agreed_head()
        load(opened, snapshot.rows())
    return typed(ROWS), (position, head.hex())


def load(opened: "duckdb.DuckDBPyConnection", rows: Iterator[LogRow]) -> None:
    """Put rows of the log into the table ROWS, in place of those before: while some are loaded, the next are read."""
    (folder,) = opened.execute("select current_setting('temp_directory')").fetchone() or ()
    kept = _TYPES | dict.fromkeys(_BINARY, "BLOB")
    opened.execute("begin")
    opened.execute(f"create or replace table {ROWS} ({', '.join(f'{name} {type_}' for name, type_ in kept.items())})")
    with ThreadPoolExecutor(max_workers=1) as loader:
        loading = loader.submit(lambda: None)
        for number, lines in enumerate(_lines(rows)):
            file = Path(folder, f"rows-{number % 2}.ndjson")
            file.write_bytes(lines)
            loading.result()
            loading = loader.submit(_load, opened, file)
        loading.result()
    opened.execute("commit")


def _lines(rows: Iterator[LogRow]) -> Iterator[bytes]:
    encoder = msgspec.json.Encoder()
    while lines := [_Line(*row) for row in islice(rows, _ROWS_A_FILE)]:
        yield encoder.encode_lines(lines)


def _load(opened: "duckdb.DuckDBPyConnection", file: Path) -> None:
    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in _TYPES.items())
    decoded = ", ".join(f"from_base64({name}) as {name}" for name in _BINARY)
    opened.execute(
        f"insert into {ROWS} select * replace ({decoded}) "
        f"from read_json({literal(file)}, format = 'newline_delimited', columns = {{{columns}}})"
    )
    file.unlink()


def read_archive(opened: "duckdb.DuckDBPyConnection", folder: Path) -> tuple[str, tuple[int, str]]:
    """Check an archive's files against its manifest; the query that gives its log with typed columns, and its head (hex)."""
    manifest = checked(folder)
    paths = [str(folder / segment.file) for segment in manifest.segments]
    if not paths:
        raise ArchiveRefused(f"the archive {folder} holds no events yet: fill it with `arflow archive {folder}`")
    files = f"[{', '.join(map(literal, paths))}]"
    schema = f"select name, count(distinct file_name) from parquet_schema({files}) group by name"
    found = dict(opened.execute(schema).fetchall())
    alike = all(times == len(paths) for times in found.values())
    log = of_archive(f"read_parquet({files}, union_by_name = {literal(not alike)})", found)
    return log, (manifest.last, manifest.head)
