"""Where replay reads from: the rows of a store's log, read as arflow itself reads them, or an archive's Parquet files.

DuckDB never opens a store: it carries an SQLite of its own, and when that closes a file, the kernel drops every lock that
this process holds on it (docs/adr/0008).
"""

import tempfile
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from arflow.errors import ArchiveRefused, LogBroken, NotPossible
from arflow.history.columns import enveloped, of_archive, typed
from arflow.history.manifest import checked
from arflow.history.sql import literal
from arflow.store import LogRow, Recorder

if TYPE_CHECKING:
    import duckdb
    import sqlalchemy as sa

MEMORY = "640MB"
_ROWS_A_FILE = 50_000
# A row as a line of JSON: bytes become base64.
_Line = msgspec.defstruct("_Line", LogRow._fields, frozen=True, gc=False)
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

    LogBroken where the log's last event does not agree with the head of its chain, or an event is no text; NotPossible
    where the temporary folder takes no more.
    """
    import duckdb

    with Recorder(engine).snapshot() as snapshot:
        position, head = snapshot.agreed_head()
        try:
            load(opened, snapshot.rows(), "enveloped", enveloped)
        except duckdb.ConversionException as error:
            raise LogBroken("an event of the log cannot be read as text: find it with `arflow verify`") from error
        except (OSError, duckdb.IOException) as error:
            raise NotPossible(
                f"the log does not fit into the temporary folder {tempfile.gettempdir()} ({str(error).splitlines()[0]}): "
                "free space there, or name another folder in TMPDIR"
            ) from error
    return typed("enveloped"), (position, head.hex())


def load(
    opened: "duckdb.DuckDBPyConnection",
    rows: Generator[LogRow, None, None],
    table: str,
    kept: Callable[[str], str] = "from {}".format,
) -> None:
    """Put rows of the log into a table, in place of those before; `kept` is the query that says what of them.

    While some thousands are loaded, the next are read: memory does not grow with the log.
    """
    (folder,) = opened.execute("select current_setting('temp_directory')").fetchone() or ()
    files = [Path(folder, f"rows-{n}.ndjson") for n in range(2)]
    files[0].touch()
    opened.execute("begin")
    opened.execute(f"create or replace table {table} as {kept(_read(files[0]))}")
    with closing(rows), ThreadPoolExecutor(max_workers=1) as loader:
        loading: Future[object] = loader.submit(lambda: None)
        for lines, file in zip(_lines(rows), cycle(files)):
            file.write_bytes(lines)
            loading.result()
            loading = loader.submit(opened.execute, f"insert into {table} {kept(_read(file))}")
        loading.result()
    opened.execute("commit")
    for file in files:
        file.unlink(missing_ok=True)


def _lines(rows: Iterator[LogRow]) -> Iterator[bytes]:
    encoder = msgspec.json.Encoder()
    while lines := [_Line(*row) for row in islice(rows, _ROWS_A_FILE)]:
        yield encoder.encode_lines(lines)


def _read(file: Path) -> str:
    """The rows of such a file as the log holds them, as a table to select from."""
    columns = ", ".join(f"{name}: '{type_}'" for name, type_ in _TYPES.items())
    lines = f"read_json({literal(file)}, format = 'newline_delimited', columns = {{{columns}}})"
    return f"(select * replace (from_base64(payload) as payload, from_base64(hash) as hash) from {lines})"


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
