"""From a store's URL to a SQLAlchemy engine, and whether its tables are there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DBAPIError

from arflow.errors import InvalidValue, StoreNotReady

# The newest migration: the tables this version of arflow expects.
SCHEMA = "0007"
# What every SQLite connection is set to: readers beside one writer, and nothing acknowledged that is not on the disk.
PRAGMAS = ("journal_mode=wal", "synchronous=full", "foreign_keys=on")
# Marks a connection that writes: SQLite then takes its lock at once instead of failing half-way.
WRITING = {"arflow_writing": True}
# What PostgreSQL answers where a table is not there, and where a role or a standby may only read.
UNDEFINED_TABLE = "42P01"
MAY_NOT_WRITE = frozenset({"42501", "25006"})


def make_engine(url: str) -> sa.Engine:
    """An engine for sqlite:///path or postgresql://…; InvalidValue for anything else."""
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        raise InvalidValue(
            "--store", url, "a store URL such as sqlite:///arflow.db or postgresql://host/name"
        ) from None
    match parsed.get_backend_name():
        case "sqlite" if parsed.database in (None, "", ":memory:"):
            raise InvalidValue("--store", url, "a file: write sqlite:///path")
        case "sqlite":
            return _sqlite(parsed)
        case "postgresql":
            return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_size=10)
        case other:
            raise InvalidValue("--store", other, "a store arflow knows: use sqlite:///path or postgresql://host/name")


def shown(engine: sa.Engine) -> str:
    """The store's URL without its password."""
    url = engine.url
    return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's code for an error of the database; None for SQLite, or any other error."""
    code: str | None = getattr(getattr(error, "orig", None), "sqlstate", None)
    return code


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        for pragma in PRAGMAS:
            connection.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        writing = connection.get_execution_options().get("arflow_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that may write: kept whole, or not at all."""
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        yield connection


def check_ready(engine: sa.Engine) -> None:
    """StoreNotReady, and every connection closed, where there is no store or its tables are not this version's."""
    try:
        _check_tables(engine)
    except StoreNotReady:
        engine.dispose()
        raise


def _check_tables(engine: sa.Engine) -> None:
    where = shown(engine)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        raise StoreNotReady(f"there is no arflow store at {where}: run `arflow init`")
    try:
        with engine.connect() as connection:
            schema = connection.exec_driver_sql("select version_num from alembic_version").scalar()
    except DBAPIError as error:
        raise StoreNotReady(_why_not(error, where)) from None
    if schema is None:
        raise StoreNotReady(f"there is no arflow store at {where}: run `arflow init`")
    if schema > SCHEMA:
        raise made_elsewhere(engine)
    if schema < SCHEMA:
        raise StoreNotReady(f"the store at {where} has tables of version {schema}, not {SCHEMA}: run `arflow init`")


def made_elsewhere(engine: sa.Engine) -> StoreNotReady:
    """The refusal of a store that no migration of this arflow leads on from."""
    return StoreNotReady(
        f"the store at {shown(engine)} has tables newer than version {SCHEMA}, or another program's: "
        "use the arflow that made it, or name another store with --store"
    )


def _why_not(error: DBAPIError, where: str) -> str:
    text = str(error.orig).splitlines()[0]
    if "no such table" in text or sqlstate(error) == UNDEFINED_TABLE:
        return f"there is no arflow store at {where}: run `arflow init`"
    if "not a database" in text:
        return f"{where} is not an SQLite database: name another file with --store"
    return f"the store at {where} cannot be reached: {text}"
