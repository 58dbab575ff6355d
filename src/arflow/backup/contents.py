"""What a copy of a store holds: its log, walked from end to end, and the files that its rows name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from arflow import temporary
from arflow.backup import postgresql
from arflow.backup.manifest import STORE
from arflow.errors import BackupRefused
from arflow.evidence import log_check
from arflow.evidence.checkpoints import Checkpoint
from arflow.evidence.rules_check import against
from arflow.evidence.survey import Progressing
from arflow.papers.documents.register import documents
from arflow.post.mail.arrivals import arrivals
from arflow.store import LogRow, Recorder, make_engine
from arflow.store.engine import writing
from arflow.store.migrations.upgrade import upgrade
from arflow.store.tables import COLUMNS

_KEPT = sa.select(documents.c.digest).where(documents.c.disposed_at.is_(None)).distinct()
_WHOLE = sa.select(arrivals.c.digest).where(arrivals.c.sender.is_not(None), arrivals.c.removed_at.is_(None)).distinct()
_ROWS_AT_A_TIME = 5_000
_FAULTS_NAMED = 3


class Contents(NamedTuple):
    """The end of a log, the version of the tables, and the digests of the documents and messages that rows name."""

    events: int
    head: str
    schema: str
    documents: list[str]
    mail: list[str]


def contents(folder: Path, kind: str, checkpoints: Sequence[Checkpoint], telling: Progressing = None) -> Contents:
    """What the copy in a folder holds; BackupRefused where its log is unsound or is not that of a checkpoint."""
    path = folder / STORE[kind]
    with _dumped(path) if kind == "postgresql" else _file(path) as (engine, found):
        walked = log_check.verify(Recorder(engine), checkpoints, telling)
        with engine.connect() as connection:
            of_rules = [f"{place} {problem}" for place, problem in against(connection, checkpoints)]
    if walked.faults or of_rules:
        named = "; ".join([*map(str, walked.faults), *of_rules][:_FAULTS_NAMED])
        raise BackupRefused(f"the log in {path} is not sound ({named}): see `arflow verify`")
    return found._replace(events=walked.events, head=walked.head)


@contextmanager
def _file(path: Path) -> Iterator[tuple[sa.Engine, Contents]]:
    engine = make_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            said = connection.exec_driver_sql("pragma integrity_check(1)").scalar()
            if said != "ok":
                raise BackupRefused(f"{path} is damaged: take another backup")
            schema = connection.exec_driver_sql("select version_num from alembic_version").scalar_one()
            named = [sorted(connection.execute(query).scalars()) for query in (_KEPT, _WHOLE)]
        yield engine, Contents(0, "", schema, *named)
    finally:
        engine.dispose()


@contextmanager
def _dumped(path: Path) -> Iterator[tuple[sa.Engine, Contents]]:
    """The log of a dump as a store of its own, which goes when it is checked: a dump has its rows in no order."""
    with temporary.folder("dump") as folder:
        engine = make_engine(f"sqlite:///{folder}/log.db")
        try:
            upgrade(engine)  # its tables alone: the acts on the rules are those of the dump
            _take_log(path, engine)
            schema = next(postgresql.rows(path, "alembic_version", ["version_num"]), (None,))[0]
            kept = postgresql.rows(path, "documents", ["digest", "disposed_at"])
            mail = postgresql.rows(path, "arrivals", ["digest", "sender", "removed_at"])
            yield (
                engine,
                Contents(
                    0,
                    "",
                    schema or "",
                    sorted({str(digest) for digest, disposed in kept if disposed is None}),
                    sorted({str(digest) for digest, sender, removed in mail if sender is not None and removed is None}),
                ),
            )
        finally:
            engine.dispose()


def _take_log(path: Path, engine: sa.Engine) -> None:
    rows = postgresql.rows(path, "events", LogRow._fields)
    insert = f"insert into events ({COLUMNS}) values ({', '.join('?' * len(LogRow._fields))})"
    with writing(engine) as connection:
        while page := [_typed(row) for row in islice(rows, _ROWS_AT_A_TIME)]:
            connection.exec_driver_sql(insert, page)
        for number, payload, digest in postgresql.rows(path, "rules", ["number", "payload", "hash"]):
            act = (int(str(number)), _bytes(payload), _bytes(digest))
            connection.exec_driver_sql("insert into rules (number, payload, hash) values (?, ?, ?)", act)
        for position, digest in postgresql.rows(path, "chain_head", ["position", "hash"]):
            head = (int(str(position)), _bytes(digest))
            connection.exec_driver_sql("update chain_head set position = ?, hash = ?", head)


def _typed(row: tuple[str | None, ...]) -> tuple[object, ...]:
    values = dict(zip(LogRow._fields, row, strict=True))
    known = {"position": int, "version": int, "payload": _bytes, "hash": _bytes}
    return tuple(known.get(name, str)(value or "") for name, value in values.items())  # type: ignore[operator]


def _bytes(text: str | None) -> bytes:
    return bytes.fromhex(str(text).removeprefix("\\x"))
