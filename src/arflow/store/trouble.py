"""The one place where an error of SQLite, PostgreSQL or DuckDB becomes a line for people: its cause and the way on."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import sqlalchemy as sa

from arflow.errors import RowRefused, StoreDamaged, StoreNotReady, TableMissing
from arflow.store.tables import REFUSAL

# What a URL's query may hold that nobody but the server is to see.
_SECRET_KEY = re.compile(r"pass(?!file)|pwd|secret|token|scram_\w+_key", re.IGNORECASE)
_SECRET_WORD = re.compile(rf"((?:{_SECRET_KEY.pattern})\w*\s*=).*", re.IGNORECASE)


class _Words(NamedTuple):
    cause: str
    way_on: str
    kind: type[StoreNotReady] = StoreNotReady


_AGAIN = "nothing was recorded; try again"
_DAMAGED = _Words("is damaged", "restore a backup", kind=StoreDamaged)
_NO_TABLE = _Words("lacks a table", "restore a backup", kind=TableMissing)
_OTHER_TABLES = _Words(
    "does not have the tables of this arflow", "restore a backup, or name another store with --store"
)
_CLASH = _Words("has a row already that a new one clashes with", _AGAIN, kind=RowRefused)
_APPEND_ONLY = _Words("takes no change to its log", REFUSAL, kind=RowRefused)
_VALUE = _Words("cannot hold a value that it was given", "nothing was recorded; check what was entered")
_CHARACTER = _Words(
    "cannot hold a character that it was given",
    "nothing was recorded; leave the character out, or make the database with the encoding UTF8",
)
_BUSY = _Words("is locked by another program", "nothing was recorded; try again when that has finished")
_LOST = _Words("closed the connection", "look whether the last act was recorded, and try again")
_DISK = _Words("cannot be read or written: its disk answers with an error", "check the disk, and try again")
_FULL = _Words("cannot grow: its disk is full", "nothing was recorded; make room and try again")
_MEMORY = _Words("needs more memory than there is", "nothing was recorded; free some and try again")
_FORBIDDEN = _Words(
    "refuses this role: permission denied", "nothing was recorded; let the database's owner grant what it lacks"
)

# By SQLite's primary result code.
_SQLITE = {
    3: _Words("cannot be read or written: permission denied", "let whoever runs arflow read and write its file"),
    5: _BUSY,
    6: _BUSY,
    7: _MEMORY,
    8: _Words("is read-only", "nothing was recorded; let whoever runs arflow write its file and folder, and try again"),
    10: _DISK,
    11: _DAMAGED,
    13: _FULL,
    14: _Words(
        "cannot be opened", "check that it is a file in a folder that is there, and that you may read and write it"
    ),
    15: _BUSY,
    18: _VALUE,
    19: _CLASH,
    20: _VALUE,
    26: _Words("is not an SQLite database", "name another file with --store"),
}
_SQLITE_ERROR, _SQLITE_TRIGGER = 1, 1811

# By SQLSTATE, or by its class: the first two characters.
_POSTGRESQL = {
    "08": _LOST,
    "22": _VALUE,
    "22021": _CHARACTER,
    "22P05": _CHARACTER,
    "23": _CLASH,
    "25006": _Words(
        "takes no writing: it is a standby, or read-only", "nothing was recorded; name one that does with --store"
    ),
    "25P03": _LOST,
    "25P04": _LOST,
    "28": _Words("refuses this role or its password", "check them, and try again"),
    "3F": _Words("has no such schema to keep tables in", "name one that is there as its search_path"),
    "40": _Words("undid the command, which met another one", _AGAIN),
    "42": _OTHER_TABLES,
    "42501": _FORBIDDEN,
    "42P01": _NO_TABLE,
    "53": _Words("has not the means for the command", "nothing was recorded; try again later"),
    "53100": _FULL,
    "53200": _MEMORY,
    "53300": _Words("has no connection left", "nothing was recorded; try again when others have finished"),
    "55": _BUSY,
    "57014": _Words(
        "stopped the command: it took longer than statement_timeout, or somebody cancelled it",
        "nothing was recorded; try again, or allow it longer",
    ),
    "57": _LOST,
    "58": _DISK,
    "P0001": _APPEND_ONLY,
    "XX001": _DAMAGED,
    "XX002": _DAMAGED,
}

# By the class of DuckDB's error, which is loaded only where figures are counted.
_DUCKDB = {
    "IOException": _Words("a file cannot be read or written", "check the room and rights where TMPDIR is"),
    "OutOfMemoryException": _Words("they need more memory than there is", "free memory and room where TMPDIR is"),
    "PermissionException": _Words("a file cannot be read or written", "check the rights where TMPDIR is"),
    "InvalidInputException": _Words("a file of the log is damaged", "restore a backup"),
    "SerializationException": _Words("a file of the log is damaged", "restore a backup"),
    "ConversionException": _Words("an event holds a value that arflow cannot read", "run `arflow verify`"),
}


def translated(error: BaseException, url: sa.URL | None, *, connecting: bool = False) -> StoreNotReady | None:
    """A database's error as the refusal that people read; None for any other error.

    With a URL the error is known to come from that store, also where Python raised it for a value.
    """
    error = getattr(error, "orig", None) or error
    match type(error).__module__.partition(".")[0]:
        case "sqlite3":
            words = _of_sqlite(error)
        case "psycopg":
            words = (
                _unreached(error, url) if connecting and not getattr(error, "sqlstate", None) else _of_postgresql(error)
            )
        case "_duckdb":
            return _of_duckdb(error)
        case _ if url and isinstance(error, UnicodeError | OverflowError):
            words = _CHARACTER if isinstance(error, UnicodeError) else _VALUE
        case _:
            return None
    return _refusal(words, url)


def without_values(error: BaseException) -> None:
    """Take the values of a row out of PostgreSQL's message about it: the error stays in the chain that a program may log."""
    code: str | None = getattr(error, "sqlstate", None)
    if code:
        error.args = (f"SQLSTATE {code}",)


def _refusal(words: _Words, url: sa.URL | None) -> StoreNotReady:
    """What is wrong with the store at a URL, as one line."""
    where = f"the store at {shown_url(url)}" if url else "the store"
    return words.kind(f"{where} {words.cause}: {words.way_on}")


def only_row(connection: sa.Connection, found: sa.CursorResult[Any]) -> Any:
    """The one row that every store has; StoreNotReady where it is lost."""
    row = found.first()
    if row is None:
        raise _refusal(_Words("lacks a row that every store has", "restore a backup"), connection.engine.url)
    return row


def headless(url: sa.URL) -> StoreDamaged:
    """The refusal of a store whose head of the log says nothing that a head can say."""
    return StoreDamaged(_refusal(_Words("has a head of its log that cannot be read", "restore a backup"), url).message)


def moved(url: sa.URL) -> StoreNotReady:
    """The refusal of an SQLite file that is no longer where it was opened."""
    return _refusal(_Words("was moved or removed while it was open", "nothing was recorded; bring its file back"), url)


def check_encoding(connection: sa.Connection) -> None:
    """StoreNotReady where a PostgreSQL database cannot hold every character, or holds bytes that may be no text."""
    encoding, name = connection.exec_driver_sql("select current_setting('server_encoding'), current_database()").one()
    if encoding != "UTF8":
        other = connection.dialect.identifier_preparer.quote(f"{name}_utf8")
        raise _refusal(
            _Words(
                f"has the encoding {encoding}, and names need UTF8",
                f"make another, such as CREATE DATABASE {other} ENCODING 'UTF8' TEMPLATE template0, and run `arflow init` on it",
            ),
            connection.engine.url,
        )


def changed(url: sa.URL) -> StoreNotReady:
    """The refusal of what was read from an SQLite file that somebody wrote to meanwhile."""
    return _refusal(_Words("was written to while it was read", "try again"), url)


def unreached(error: Exception, url: sa.URL) -> StoreNotReady:
    """The refusal of a store that no connection can be made to, or has none left."""
    if isinstance(error, sa.exc.TimeoutError):
        return _refusal(_Words("has no connection left for this program", f"{_AGAIN} when others have finished"), url)
    original: BaseException = getattr(error, "orig", None) or error
    return translated(original, url, connecting=True) or _refusal(_unreached(original, url), url)


def shown_url(url: sa.URL) -> str:
    """A store's URL without what is secret in it."""
    open_to_all = url.difference_update_query(list(filter(_SECRET_KEY.search, url.query)))
    return open_to_all.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)


def without_secrets(text: str) -> str:
    """What somebody gave as a URL, and is none, without what may be a password in it."""
    text = _SECRET_WORD.sub(r"\1***", " ".join(text.split()))
    scheme, between, rest = text.partition("://")
    if not between or not re.fullmatch(r"[\w+]+", scheme):
        scheme, between, rest = "", "", text
    before, at, after = rest.rpartition("@")
    if at:
        return f"{scheme}{between}{before.partition(':')[0]}:***@{after}"
    user, colon, _ = rest.partition(":")
    return f"{scheme}{between}{user}:***" if colon and not text.startswith("sqlite") else text


def _of_sqlite(error: BaseException) -> _Words:
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Python's own: of a text that is no UTF-8, or of a value that SQLite has no type for.
        return _DAMAGED if "decode" in str(error).lower() else _VALUE
    if code == _SQLITE_TRIGGER:
        return _APPEND_ONLY
    if code == _SQLITE_ERROR:
        return _NO_TABLE if "no such table" in str(error) else _OTHER_TABLES
    return _SQLITE.get(code & 0xFF) or _refused(getattr(error, "sqlite_errorname", "SQLite"))


def _of_postgresql(error: BaseException) -> _Words:
    code: str | None = getattr(error, "sqlstate", None)
    if code:
        return _POSTGRESQL.get(code) or _POSTGRESQL.get(code[:2]) or _refused(f"SQLSTATE {code}")
    return {"OperationalError": _LOST, "DataError": _CHARACTER}.get(type(error).__name__) or _refused("psycopg")


@contextmanager
def counting() -> Iterator[None]:
    """DuckDB at work: what it answers with an error is StoreNotReady."""
    try:
        yield
    except Exception as error:
        told = _of_duckdb(error) if type(error).__module__ == "_duckdb" else None
        if told is None:
            raise
        raise told from error


def _of_duckdb(error: BaseException) -> StoreNotReady:
    name = type(error).__name__
    words = _DUCKDB.get(name) or _Words(f"DuckDB stopped with {name}", "try again, and report it if it stays")
    return StoreNotReady(f"the figures cannot be counted ({words.cause}): {words.way_on}")


def _refused(code: str) -> _Words:
    return _Words(
        f"refused what arflow asked of it ({code})", "nothing was recorded; try again, and report it if it stays"
    )


def _unreached(error: BaseException, url: sa.URL | None) -> _Words:
    """A connection that was not made has no code: the server's own line says why, without what is secret in the URL."""
    said = str(error).partition("\n")[0].rpartition("FATAL:")[2].strip()
    for secret in _secrets(url) if url else ():
        said = said.replace(secret, "***")
    return _Words(f"cannot be reached ({said})", "check the address, the role and its password, and try again")


def _secrets(url: sa.URL) -> list[str]:
    query = url.normalized_query.items()
    found = [str(url.password or ""), *(value for key, values in query if _SECRET_KEY.search(key) for value in values)]
    return [secret for secret in found if secret]
