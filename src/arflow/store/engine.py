"""From a store's URL to a SQLAlchemy engine, and whether its tables are there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from arflow.errors import InvalidValue, StoreNotReady, TableMissing, field_name
from arflow.store.permission import open_as_permitted
from arflow.store.trouble import moved, shown_url, translated, unreached, without_secrets, without_values

# The newest migration: the tables this version of arflow expects.
SCHEMA = "0016"
# What every SQLite connection is set to: readers beside one writer, nothing acknowledged that is not on the disk, and
# nothing deleted that can still be read in a page.
PRAGMAS = ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "secure_delete=on")
# Marks a connection that writes: SQLite then takes its lock at once instead of failing half-way.
WRITING = {"arflow_writing": True}


def make_engine(url: str) -> sa.Engine:
    """An engine for sqlite:///path or postgresql://…; InvalidValue for anything else.

    What its database answers with an error reaches nobody raw: it is StoreNotReady, or RowRefused.
    """
    try:
        parsed = sa.make_url(url)
        engine = _engine(parsed)
    except (ArgumentError, ValueError):
        several = "; several hosts are written ?host=one:5432&host=other:5432" if "," in url else ""
        wanted = f"a store URL such as sqlite:///arflow.db or postgresql://host/name{several}"
        raise InvalidValue(field_name("store"), without_secrets(url), wanted) from None
    cast("_Pool", engine.pool).url = parsed

    @event.listens_for(engine, "handle_error")
    def _translate(context: ExceptionContext) -> Exception | None:
        return refusal(context, parsed)

    return engine


def refusal(context: ExceptionContext, url: sa.URL) -> StoreNotReady | None:
    """What a database answers with an error, as StoreNotReady or RowRefused; None for any other error."""
    if context.is_pre_ping and context.is_disconnect:
        return None  # the pool makes another connection
    told = translated(context.original_exception, url, connecting=context.connection is None)
    if told:
        without_values(context.original_exception)
    return told


class _Pool(sa.QueuePool):
    """Connections, with StoreNotReady where none can be made or is left."""

    __module__ = sa.QueuePool.__module__  # SQLAlchemy names its logger by this: the log of pools is not arflow's
    url: sa.URL

    def connect(self) -> PoolProxiedConnection:
        try:
            return super().connect()
        except (SQLAlchemyError, TypeError, ValueError) as error:
            raise unreached(error, self.url) from error

    def recreate(self) -> "_Pool":
        again = cast("_Pool", super().recreate())
        again.url = self.url
        return again


def _engine(url: sa.URL) -> sa.Engine:
    match url.get_backend_name():
        case "sqlite" if url.database in (None, "", ":memory:"):
            raise InvalidValue(field_name("store"), shown_url(url), "a file: write sqlite:///path")
        case "sqlite":
            return _sqlite(url)
        case "postgresql" if "@" in (url.host or ""):
            raise InvalidValue(
                field_name("store"), without_secrets(str(url)), "a store URL: write @ in a password as %40"
            )
        case "postgresql":
            psycopg = url.set(drivername="postgresql+psycopg")
            utf8 = {"client_encoding": "utf8"}  # whatever PGCLIENTENCODING says, and also where the database has none
            return sa.create_engine(
                psycopg, poolclass=_Pool, connect_args=utf8, pool_size=10, pool_pre_ping=True, hide_parameters=True
            )
        case other:
            raise InvalidValue(
                field_name("store"), other, "a store arflow knows: use sqlite:///path or postgresql://host/name"
            )


def shown(engine: sa.Engine) -> str:
    """The store's URL without what is secret in it."""
    return shown_url(engine.url)


def _sqlite(url: sa.URL) -> sa.Engine:
    waiting = {} if "timeout" in url.query else {"timeout": 30}
    settings = {"check_same_thread": False, **waiting}
    read_only = url.query.get("mode") == "ro"
    url = url.difference_update_query(["mode"])
    engine = sa.create_engine(url, poolclass=_Pool, connect_args=settings, hide_parameters=True)
    set_up_sqlite(engine, read_only=read_only)
    return engine


def set_up_sqlite(engine: sa.Engine, *, read_only: bool = False) -> None:
    """Set every new connection to what a store needs, and begin each transaction as it says: to write, or to read."""
    url = engine.url
    path = Path(url.database or "").absolute()
    open_as_permitted(engine, read_only=read_only)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _identity(path)
        connection.isolation_level = None  # transactions begin where we say so
        for pragma in PRAGMAS:
            if not (record.info["way"] and pragma.startswith("journal_mode")):  # that is written to the file
                connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("arflow_writing")
        if writing and connection.info["file"] != _identity(path):
            raise moved(url)  # SQLite would write on to a file that has no name any more
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that may write: kept whole, or not at all."""
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        yield connection


@contextmanager
def write_next(connection: sa.Connection) -> Iterator[None]:
    """The transactions that begin meanwhile on an open connection may write."""
    connection.execution_options(**WRITING)
    try:
        yield
    finally:
        connection.execution_options(**dict.fromkeys(WRITING, False))


def check_ready(engine: sa.Engine) -> None:
    """StoreNotReady where there is no store, or its tables are not this version's."""
    where, schema = shown(engine), schema_of(engine)
    if schema is None:
        raise StoreNotReady(f"there is no arflow store at {where}: run `arflow init`")
    if schema > SCHEMA:
        raise made_elsewhere(engine)
    if schema < SCHEMA:
        raise StoreNotReady(f"the store at {where} has tables of version {schema}, not {SCHEMA}: run `arflow init`")


def schema_of(engine: sa.Engine) -> str | None:
    """The version of a store's tables; None where there is no store, and StoreNotReady where it cannot be reached."""
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        return None
    try:
        with engine.connect() as connection:
            found: str | None = connection.exec_driver_sql("select version_num from alembic_version").scalar()
    except TableMissing:
        return None
    return found


def made_elsewhere(engine: sa.Engine) -> StoreNotReady:
    """The refusal of a store that no migration of this arflow leads on from."""
    return StoreNotReady(
        f"the store at {shown(engine)} has tables newer than version {SCHEMA}, or another program's: "
        "use the arflow that made it, or name another store with --store"
    )
