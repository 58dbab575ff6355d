"""The log cannot be changed unseen: the store refuses, and the chain finds what was done behind its back."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.errors import RowRefused
from arflow.store import Recorder, make_engine
from tests.support.cases import Cases

pytestmark = pytest.mark.thorough


@pytest.fixture
def log(app_on_each: Arflow) -> Recorder:
    """A log of nine events."""
    cases = Cases(app_on_each)
    cases.opened("1 Aug 2024", "1 May 2025").invited("20 May 2025").circulated("20 May 2025").held("10 Jun 2025")
    cases.opened("1 Aug 2024", "1 May 2025")
    return app_on_each.log_store


def tamper(recorder: Recorder, *statements: str) -> None:
    """Do what the triggers forbid, as somebody with the database in their hands could."""
    with recorder.engine.begin() as connection:
        for trigger in ("update", "delete"):
            if recorder.engine.dialect.name == "sqlite":
                connection.exec_driver_sql(f"drop trigger events_no_{trigger}")
        if recorder.engine.dialect.name == "postgresql":
            connection.exec_driver_sql("alter table events disable trigger all")
        for statement in statements:
            connection.exec_driver_sql(statement)


def found(recorder: Recorder) -> list[tuple[int, str]]:
    return [(fault.position, fault.problem) for fault in recorder.verify()]


@pytest.mark.parametrize(
    "statement", ["update events set state = 'x' where position = 3", "delete from events where position = 3"]
)
def test_the_store_refuses_to_change_or_delete_an_event(log: Recorder, statement: str) -> None:
    with pytest.raises(RowRefused, match="append-only: record a correction"), log.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert found(log) == []


@pytest.mark.parametrize("column", ["stream", "topic", "payload", "plan", "happened_on", "recorded_at", "state"])
def test_one_changed_byte_in_any_column_is_found(log: Recorder, column: str) -> None:
    new = {"payload": "cast('{}' as blob)" if log.engine.dialect.name == "sqlite" else "'{}'::bytea"}.get(column, "'x'")
    tamper(log, f"update events set {column} = {new} where position = 3")
    assert found(log) == [(3, "the event was changed, inserted or moved")]


def test_a_changed_version_is_found(log: Recorder) -> None:
    tamper(log, "update events set version = 99 where position = 3")
    assert found(log)[0] == (3, "the event was changed, inserted or moved")


def test_a_deleted_event_is_found(log: Recorder) -> None:
    tamper(log, "delete from events where position = 3")
    assert found(log)[0] == (3, "the event was removed")


def test_deleted_events_at_the_end_are_found(log: Recorder) -> None:
    tamper(log, "delete from events where position >= 7")
    assert found(log) == [(7, "the events up to 9 were removed")]


def test_a_swapped_pair_is_found(log: Recorder) -> None:
    tamper(
        log,
        "update events set position = 103 where position = 3",
        "update events set position = 3 where position = 4",
        "update events set position = 4 where position = 103",
    )
    assert [position for position, _ in found(log)][:2] == [3, 4]


def test_an_inserted_event_is_found(log: Recorder) -> None:
    columns = "stream, version, topic, payload, plan, happened_on, recorded_at, state, hash"
    copied = columns.replace("version", "version + 50", 1)
    tamper(log, f"insert into events (position, {columns}) select 10, {copied} from events where position = 9")
    assert (10, "the event was changed, inserted or moved") in found(log)
    assert (10, "events were inserted at the end") in found(log)


def test_positions_and_chain_survive_a_dump_and_restore(app: Arflow, tmp_path: Path) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    before = [(row.position, row.hash) for row in app.log_store.read_log()]
    restored = tmp_path / "restored.db"
    with sqlite3.connect(str(app.log_store.engine.url.database)) as source, sqlite3.connect(restored) as target:
        target.executescript("\n".join(source.iterdump()))
    source.close()
    target.close()

    copy = Recorder(make_engine(f"sqlite:///{restored}"))

    assert [(row.position, row.hash) for row in copy.read_log()] == before
    assert list(copy.verify()) == []
    copy.engine.dispose()


def test_the_tables_of_a_new_store_are_those_the_code_knows(store_url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from arflow.lists import list_tables as read_models
    from arflow.papers.documents import holds
    from arflow.people import tables as people
    from arflow.post.mail import arrivals, outbox_rows
    from arflow.store import directory, tables

    whole = sa.MetaData()
    for known in (tables, directory, people, holds, arrivals, outbox_rows, read_models):
        for table in known.metadata.tables.values():
            table.to_metadata(whole)
    engine = make_engine(store_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), whole) == []
    engine.dispose()


def test_making_a_store_twice_changes_nothing(app_on_each: Arflow, open_app: Callable[..., Arflow]) -> None:
    from arflow import create_store

    plan = Cases(app_on_each).plan("1 Aug 2024")
    create_store(app_on_each.url)
    assert open_app(app_on_each.url).plan(plan).ref == plan


def test_what_moves_from_one_column_to_the_next_changes_the_hash() -> None:
    from arflow.store.chain import GENESIS, link

    row = (1, "plan/P-1", 1, "arflow:PlanAdded", b"{}", "P-1", "2026-01-01", "", "")
    moved = (1, "plan/P-1a", 1, "rflow:PlanAdded", b"{}", "P-1", "2026-01-01", "", "")
    assert link(GENESIS, row) != link(GENESIS, moved)
