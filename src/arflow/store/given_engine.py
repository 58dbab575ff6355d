"""An engine that another program made and keeps: set up for a store, or refused."""

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import PoolProxiedConnection, QueuePool

from arflow.errors import InvalidValue
from arflow.store.engine import refusal, set_up_sqlite
from arflow.store.trouble import shown_url, unreached

_OURS = "arflow_engine"


def given_engine(given: sa.Engine) -> sa.Engine:
    """An engine over the same connections for the store alone; InvalidValue where no store can work on them.

    What the store's database answers with an error is StoreNotReady, as with an engine of our own; the program's own
    statements keep SQLAlchemy's errors. On SQLite every transaction of the program begins with BEGIN from now on, and
    its connections write ahead (WAL). On PostgreSQL the store's transactions are READ COMMITTED whatever the program's are.
    """
    _check(given)
    known = given.get_execution_options().get(_OURS)
    if known is not None:
        return known  # type: ignore[no-any-return]
    isolation = {"isolation_level": "READ COMMITTED"} if given.dialect.name == "postgresql" else {}
    ours = given.execution_options(**isolation)
    ours.hide_parameters = True
    if given.dialect.name == "sqlite":
        set_up_sqlite(given)
        given.dispose()  # connections that are open already were not set up
    _translate(given, ours)
    given.update_execution_options(**{_OURS: ours})
    return ours


def _check(given: sa.Engine) -> None:
    kind = (given.dialect.name, given.dialect.driver)
    if kind not in (("sqlite", "pysqlite"), ("postgresql", "psycopg")):
        wanted = "one arflow knows: make it for sqlite:///path or postgresql+psycopg://host/name"
        raise InvalidValue("engine", "+".join(kind), wanted)
    url = given.url
    in_memory = url.database in (None, "", ":memory:") or url.query.get("mode") == "memory"
    if given.dialect.name == "sqlite" and (in_memory or not isinstance(given.pool, QueuePool)):
        raise InvalidValue("engine", shown_url(url), "on a file with a pool of connections: use sqlite:///path")


def _translate(given: sa.Engine, ours: sa.Engine) -> None:
    @event.listens_for(given, "handle_error")
    def _refusal(context: ExceptionContext) -> Exception | None:
        return refusal(context, given.url) if context.engine is ours else None

    def connected() -> PoolProxiedConnection:
        try:
            return given.raw_connection()
        except (SQLAlchemyError, given.dialect.loaded_dbapi.Error, TypeError, ValueError) as error:
            raise unreached(error, given.url) from error

    ours.raw_connection = connected  # type: ignore[method-assign]
