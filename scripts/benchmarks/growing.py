"""Logs of any size: the synthetic authority many times over, each time under other references, in one sound chain."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.demo import Making, make
from arflow.store import chain

TODAY = date(2026, 11, 24)
_PLANS = 3_000
_ROWS_AT_A_TIME = 50_000
_MARKS = ", ".join("?" * 10)


def grow(folder: Path, events: int) -> str:
    """A store of at least so many events; its URL. Kept in the folder, and made only once."""
    path = folder / f"log-{events}.db"
    url = f"sqlite:///{path}"
    if path.exists():
        return url
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    create_store(f"sqlite:///{unfinished}")
    with closing(sqlite3.connect(unfinished)) as log:
        log.execute("pragma synchronous=off")
        previous, position = chain.GENESIS, 0
        for page in _pages(_base(folder), events):
            rows = []
            for row in page:
                position += 1
                numbered = (position, *row)
                previous = chain.link(previous, numbered)
                rows.append((*numbered, previous))
            log.executemany(f"insert into events values ({_MARKS})", rows)
        log.execute("update chain_head set position = ?, hash = ?", (position, previous))
        log.commit()
    unfinished.rename(path)
    return url


def _base(folder: Path) -> list[tuple[object, ...]]:
    """The rows of one synthetic authority, without position and hash."""
    path = folder / "base.db"
    path.unlink(missing_ok=True)
    create_store(f"sqlite:///{path}")
    with Arflow(f"sqlite:///{path}", by="Bench", today=TODAY) as app:
        make(app, Making(plans=_PLANS, years=4, seed=1, today=TODAY))
        return [tuple(row[1:9]) for row in app.log_store.read_log()]


def _pages(base: list[tuple[object, ...]], events: int) -> Iterator[list[tuple[object, ...]]]:
    """The rows again and again under other plan and review references, some at a time."""
    for copy in range(-(-events // len(base))):
        for start in range(0, len(base), _ROWS_AT_A_TIME):
            yield [_renamed(row, copy) for row in base[start : start + _ROWS_AT_A_TIME]]


def _renamed(row: tuple[object, ...], copy: int) -> tuple[object, ...]:
    stream, version, topic, payload, plan, *rest = row
    own = str(copy)
    assert isinstance(payload, bytes)
    renamed = payload.replace(b"P-", f"P{own}-".encode()).replace(b"R-", f"R{own}-".encode())
    return (
        str(stream).replace("/P-", f"/P{own}-").replace("/R-", f"/R{own}-"),
        version,
        topic,
        renamed,
        str(plan).replace("P-", f"P{own}-"),
        *rest,
    )
