"""Kills a command at every point of its work: in a child, forked where all is loaded, before each thing that it writes.

A point is the first statement of a transaction that writes, its commit, a file of the store's folder that is opened to
write, renamed or removed, and a message given to a mail server. Between two points nothing is left behind: what a
transaction has written before its commit goes with it.
"""

import json
import os
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from click.testing import CliRunner

from arflow.cli import cli
from arflow.store import make_engine

_WRITES = re.compile(r"\s*(begin immediate|insert|update|delete|create|alter|drop)\b", re.IGNORECASE)
_SECONDS = 60
_SAID = "said.txt"
# What commands load when they run: it is loaded once, where the children are forked, and starts no threads.
_LOADED = (
    "arflow.application.arflow",
    "arflow.cli.case.review_meeting",
    "arflow.papers.forms.word_form",
    "arflow.post.meeting.invitation_letters",
    "docx",
    "holidays.countries",
    "sqlalchemy.dialects.sqlite",
    "typst",
)
_WORDS_OF_SMTP = 500  # what is longer is a message, and no command
# What follows from the log, or holds the position of one who reads it.
_DERIVED = ("plans", "reviews", "due", "projection_position", "chain_head", "tracking", "alembic_version")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?|\d{8}T\d{6}Z?")
_DRAWN = re.compile(r"\b(?:[SN]-[0-9a-f]{8}|IN-[0-9a-f]{8}|D-[0-9a-f]{12}|M-[0-9a-f]{16}|[0-9a-f]{64})\b")
# What stands for an id, digest or key that is drawn at random: the table, the column, and what it is known by.
_KNOWN_BY = (
    ("officers", "id", ("name",)),
    ("notes", "digest", ("body",)),
    ("imported_facts", "digest", ("plan", "year")),
    ("people", "id", ("plan", "role", "name")),
    ("dispatches", "id", ("key",)),
    ("messages", "id", ("dispatch", "place")),
    ("arrivals", "id", ("digest",)),
)

State = dict[str, list[str]]


class Ended(NamedTuple):
    """How a run of a command ended: its exit code, or None where it was killed; and what it printed."""

    code: int | None
    said: str


def forked(folder: Path, environment: Mapping[str, str], words: Sequence[str], *, kill_at: int = 0) -> Ended:
    """Run a command in a child, which kills itself at its n-th point if it comes that far.

    It is forked from a process that does nothing else: whoever typesets has threads, for which a child would wait for ever.
    """
    child = _server().Process(target=_run, args=(folder, dict(os.environ), dict(environment), list(words), kill_at))
    child.start()
    child.join()
    code = child.exitcode
    child.close()
    if code == -signal.SIGKILL:
        return Ended(None, "")
    log = folder / _SAID
    return Ended(code, log.read_text() if log.exists() else "")


@cache
def _server() -> ForkServerContext:
    found = get_context("forkserver")
    found.set_forkserver_preload([__name__, *_LOADED])
    return found


def _run(folder: Path, own: dict[str, str], environment: dict[str, str], words: list[str], kill_at: int) -> None:
    try:
        signal.alarm(_SECONDS)
        os.environ.clear()
        os.environ.update(own)
        if kill_at:
            _set_points(folder, kill_at)
        result = CliRunner().invoke(cli, words, env=environment, prog_name="arflow")
        (folder / _SAID).write_text(f"{result.output}{result.exception!r}")
        os._exit(result.exit_code if isinstance(result.exception, SystemExit | None) else 99)
    finally:
        os._exit(98)


def unforked(environment: Mapping[str, str], words: Sequence[str]) -> Ended:
    """Run a command here."""
    result = CliRunner().invoke(cli, list(words), env=dict(environment), prog_name="arflow")
    return Ended(result.exit_code, f"{result.output}{result.exception!r}")


def _set_points(folder: Path, kill_at: int) -> None:
    left, written, within = kill_at, False, str(folder)

    def reached(*, writing: bool = False) -> None:
        nonlocal left, written
        left, written = left - 1, writing
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def executing(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not written and _WRITES.match(statement):
            reached(writing=True)

    def audited(event: str, arguments: tuple[Any, ...]) -> None:
        match event:
            case "os.rename" | "os.remove":
                touches = str(arguments[0]).startswith(within)
            case "open":
                path, mode, flags = arguments
                touches = str(path).startswith(within) and (
                    bool(set(mode or "") & set("wax+")) or bool(flags & (os.O_WRONLY | os.O_RDWR))
                )
            case "smtplib.send":
                touches = arguments[1][:10].lower().startswith(b"mail from:") or len(arguments[1]) > _WORDS_OF_SMTP
            case _:
                return
        if touches and not str(arguments[0]).endswith(_SAID):
            reached()

    sa.event.listen(sa.Engine, "before_cursor_execute", executing)
    sa.event.listen(sa.Engine, "commit", lambda _connection: reached())
    sys.addaudithook(audited)


def state(url: str, folder: Path) -> State:
    """All that a store holds but what follows from it, with names for what is drawn at random and without moments."""
    engine = make_engine(url)
    try:
        tables = _tables(engine)
    finally:
        engine.dispose()
    names = _names(tables)
    names[str(folder)] = "FOLDER"
    return {table: _rows(table, rows, names) for table, rows in sorted(tables.items()) if table not in _DERIVED}


def _tables(engine: sa.Engine) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    with engine.connect() as connection:
        for table in sa.inspect(connection).get_table_names():
            order = " order by position" if table == "events" else ""
            found[table] = [dict(row._mapping) for row in connection.execute(sa.text(f"select * from {table}{order}"))]
    return found


def _names(tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, str]:
    names = {
        str(row[column]): "/".join([table, *(str(row[one]) for one in told)])
        for table, column, told in _KNOWN_BY
        for row in tables[table]
    }
    made = (row for row in tables["documents"] if row["kind"] in ("bundle", "invitation", "letter"))
    return names | {row["digest"]: f"documents/{row['plan']}/{row['kind']}" for row in made}


def _rows(table: str, rows: list[dict[str, Any]], names: Mapping[str, str]) -> list[str]:
    hidden = {
        "events": ("hash",),
        "rules": ("hash",),
        "notes": ("salt",),
        "imported_facts": ("id", "salt"),
        "messages": ("attempts", "token"),
        "documents": ("size",),
    }.get(table, ())
    shown = [
        _named(json.dumps({name: _text(value) for name, value in row.items() if name not in hidden}), names)
        for row in rows
    ]
    return shown if table == "events" else sorted(shown)


def _text(value: Any) -> str:
    return bytes(value).decode() if isinstance(value, bytes | memoryview) else str(value)


def _named(text: str, names: Mapping[str, str]) -> str:
    folder = next(name for name, known in names.items() if known == "FOLDER")
    text = text.replace(folder, "FOLDER")
    for _ in range(3):  # a message is known by its dispatch, which is known by its key, which may name a person
        text = _DRAWN.sub(lambda found: names.get(found[0], found[0]), text)
    return _MOMENT.sub("AT", text)


def files_amiss(url: str, folder: Path) -> list[str]:
    """Documents of a store without their file, and files of what was disposed of."""
    engine = make_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(sa.text("select digest, disposed_at, removed_at from documents")).all()
        mail = connection.execute(sa.text("select digest, plan, removed_at, sender from arrivals")).all()
    engine.dispose()
    there = {path.name for path in folder.rglob("*") if path.is_file()}
    standing = {row.digest for row in rows if row.disposed_at is None}
    wanted = standing | {row.digest for row in mail if row.sender is not None and row.removed_at is None}
    gone = {row.digest for row in rows if row.disposed_at} - standing | {row.digest for row in mail if row.removed_at}
    return [f"{one} is missing" for one in wanted - there] + [f"{one} is still there" for one in gone & there]


def letters_in_no_message(url: str) -> list[str]:
    """Letters kept on a case that nobody is sent; none where what was written is forgotten."""
    engine = make_engine(url)
    query = """select digest from documents where kind in ('letter', 'invitation', 'bundle')
        and not exists (select 1 from messages where body is null or body like '%' || digest || '%')"""
    with engine.connect() as connection:
        found = list(connection.execute(sa.text(query)).scalars())
    engine.dispose()
    return found
