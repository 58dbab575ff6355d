"""Where replay reads from: a store's log through DuckDB's own scanners, or an archive's Parquet files."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from arflow.errors import ArchiveRefused, StoreNotReady
from arflow.replay.columns import of_archive, typed
from arflow.replay.manifest import checked
from arflow.replay.sql import literal
from arflow.store.tables import COLUMNS

if TYPE_CHECKING:
    import duckdb

MEMORY = "640MB"
THREADS = 2
_STORE = "store"
# The log from one position to another as a table to select from.
PartOf = Callable[[int, int], str]


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


def attach_store(opened: "duckdb.DuckDBPyConnection", engine: sa.Engine) -> str:
    """Attach a store for reading only; the query that gives its log with typed columns."""
    return typed(_attached(opened, engine))


def attach_log(opened: "duckdb.DuckDBPyConnection", engine: sa.Engine) -> PartOf:
    """Attach a store for reading only; what gives a part of its log, found by the store's own index."""
    _attached(opened, engine)
    if engine.dialect.name == "sqlite":
        # Of a query of its own the scanner makes text alone: bytes come as hex, numbers are cast where they are used.
        own = COLUMNS.replace("payload", "hex(payload) as payload").replace(" hash", " hex(hash) as hash")
        return lambda first, last: (
            "(select * replace (position::BIGINT as position, unhex(payload) as payload, unhex(hash) as hash) "
            f"from sqlite_query('{_STORE}', 'select {own} from events where position between {first} and {last}'))"
        )
    return lambda first, last: (
        f"postgres_query('{_STORE}', 'select {COLUMNS} from public.events where position between {first} and {last}')"
    )


def read_archive(opened: "duckdb.DuckDBPyConnection", folder: Path) -> str:
    """Check an archive's files against its manifest; the query that gives its log with typed columns."""
    paths = [str(folder / segment.file) for segment in checked(folder).segments]
    if not paths:
        raise ArchiveRefused(f"the archive {folder} holds no events yet: fill it with `arflow archive {folder}`")
    files = f"[{', '.join(map(literal, paths))}]"
    schema = f"select name, count(distinct file_name) from parquet_schema({files}) group by name"
    found = dict(opened.execute(schema).fetchall())
    alike = all(times == len(paths) for times in found.values())
    return of_archive(f"read_parquet({files}, union_by_name = {literal(not alike)})", found)


def _attached(opened: "duckdb.DuckDBPyConnection", engine: sa.Engine) -> str:
    """Attach a store; the name of its log."""
    if engine.dialect.name == "sqlite":
        _load(opened, "sqlite_scanner")
        opened.execute(f"attach {literal(engine.url.database)} as {_STORE} (type sqlite, read_only)")
        return f"{_STORE}.events"
    _load(opened, "postgres_scanner")
    # The library's own connection words: a password comes from the URL or from PostgreSQL's own settings.
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    opened.execute(f"attach {literal(url)} as {_STORE} (type postgres, read_only)")
    return f"{_STORE}.public.events"


def _load(opened: "duckdb.DuckDBPyConnection", extension: str) -> None:
    """Load one of the scanners, which come as packages pinned to one DuckDB."""
    import duckdb

    package = files(f"duckdb_extension_{extension}")
    file = package / "extensions" / f"v{duckdb.__version__}" / f"{extension}.duckdb_extension"
    if not file.is_file():
        raise StoreNotReady(
            f"the {extension} package is not the one for DuckDB {duckdb.__version__}: install arflow again"
        )
    opened.execute(f"load {literal(file)}")
