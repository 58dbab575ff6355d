"""Where replay reads from: a store's log through DuckDB's own scanners, or an archive's Parquet files."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

import sqlalchemy as sa

from arflow.errors import StoreNotReady
from arflow.replay.columns import typed
from arflow.replay.sql import literal

if TYPE_CHECKING:
    import duckdb

MEMORY = "640MB"
THREADS = 2
_STORE = "store"


@contextmanager
def connection(*, memory: str = MEMORY) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A DuckDB of its own, with bounded memory; what does not fit is put in a folder that goes with it."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="arflow-replay-") as folder, duckdb.connect() as opened:
        opened.execute("set enable_progress_bar = false")
        opened.execute("set python_enable_replacements = false")  # a table's name is never a variable's
        opened.execute("set preserve_insertion_order = false")
        opened.execute(f"set memory_limit = {literal(memory)}")
        opened.execute(f"set temp_directory = {literal(folder)}")
        opened.execute("set autoinstall_known_extensions = false")  # nothing is ever fetched
        yield opened


def attach_store(opened: "duckdb.DuckDBPyConnection", engine: sa.Engine) -> str:
    """Attach a store for reading only; the query that gives its log with typed columns."""
    if engine.dialect.name == "sqlite":
        _load(opened, "sqlite_scanner")
        opened.execute(f"attach {literal(engine.url.database)} as {_STORE} (type sqlite, read_only)")
        return typed(f"{_STORE}.events")
    _load(opened, "postgres_scanner")
    # The library's own connection words: a password comes from the URL or from PostgreSQL's own settings.
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    opened.execute(f"attach {literal(url)} as {_STORE} (type postgres, read_only)")
    return typed(f"{_STORE}.public.events")


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
