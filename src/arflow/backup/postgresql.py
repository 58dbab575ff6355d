"""PostgreSQL's own programs: a dump of a store, its rows read without a server, and the store made from it again."""

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from psycopg.conninfo import make_conninfo

from arflow import temporary
from arflow.errors import BackupRefused

# What stands for a character in the text that COPY writes.
_ESCAPED = re.compile(r"\\(.)")
_CHARACTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def dump(engine: sa.Engine, path: Path) -> None:
    """Write all of a store's schema to a file, as it is at one moment."""
    with engine.connect() as connection:
        schema = connection.exec_driver_sql("select quote_ident(current_schema())").scalar_one()
    _run(engine, "pg_dump", f"--schema={schema}", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def restore(engine: sa.Engine, path: Path) -> None:
    """Make what a dump holds in an empty database: all of it or nothing."""
    listed = _run(None, "pg_restore", "--list", str(path))
    with temporary.folder("restore") as folder:
        chosen = folder / "list"
        # The schema exists: every database begins with one.
        chosen.write_text("\n".join(line for line in listed.splitlines() if " SCHEMA - " not in line), "utf-8")
        _run(
            engine,
            "pg_restore",
            "--single-transaction",
            "--exit-on-error",
            "--no-owner",
            "--no-privileges",
            f"--use-list={chosen}",
            str(path),
        )


def rows(path: Path, table: str, columns: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
    """The rows of a table in a dump, its columns as text."""
    with _started(["pg_restore", "--data-only", f"--table={table}", "--file=-", str(path)]) as lines:
        order: list[int] | None = None
        for line in lines:
            if order is None:
                order = _order(line, columns)
            elif line == "\\.\n":
                order = None
            else:
                values = line.rstrip("\n").split("\t")
                yield tuple(_text(values[at]) for at in order)


def _order(line: str, columns: Sequence[str]) -> list[int] | None:
    """Where the columns stand in the rows that follow a line; None where none follow."""
    found = re.fullmatch(r"COPY \S+ \((.*)\) FROM stdin;\n", line)
    if not found:
        return None
    names = [name.strip('"') for name in found[1].split(", ")]
    return [names.index(column) for column in columns]


def _text(value: str) -> str | None:
    return None if value == "\\N" else _ESCAPED.sub(lambda found: _CHARACTERS.get(found[1], found[1]), value)


def _run(engine: sa.Engine | None, program: str, *words: str) -> str:
    """What a program says; with an engine it works on that one's database, and its password is not on the command line."""
    environment = dict(os.environ)
    command = [program, *words]
    if engine is not None:
        _, settings = engine.dialect.create_connect_args(engine.url)
        settings.pop("context", None)  # what SQLAlchemy tells psycopg, and no program
        if password := settings.pop("password", None):
            environment["PGPASSWORD"] = password
        command.insert(1, f"--dbname={make_conninfo(**settings)}")
    try:
        done = subprocess.run(  # noqa: S603  no shell
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, check=False
        )
    except FileNotFoundError:
        raise _lacking(program) from None
    if done.returncode:
        raise BackupRefused(f"{program} failed ({_first(done.stderr)}): fix the cause and try again")
    return done.stdout


@contextmanager
def _started(command: list[str]) -> Iterator[Iterator[str]]:
    try:
        process = subprocess.Popen(  # noqa: S603  no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
    except FileNotFoundError:
        raise _lacking(command[0]) from None
    assert process.stdout
    with process:
        try:
            yield iter(process.stdout)
        finally:
            process.stdout.close()
            process.terminate()


def _lacking(program: str) -> BackupRefused:
    return BackupRefused(f"{program} is not installed: install the client programs of PostgreSQL, as new as the server")


def _first(said: str) -> str:
    """The first line that says what went wrong, without what a row holds."""
    found = [line for line in said.splitlines() if "error:" in line] or said.splitlines() or ["it did not say why"]
    return found[0].rpartition("error: ")[2].strip()
