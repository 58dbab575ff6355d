"""A program may give the application its own SQLAlchemy engine, and keeps it."""

import gc
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import QueuePool, StaticPool

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan, MoveSetting
from arflow.errors import AlreadyThere, InvalidValue, StoreNotReady
from tests.conftest import TODAY
from tests.support.postgres import Cluster

PLAN = AddPlan(ref="P-1", first_made=date(2026, 1, 5))


def engine_on(url: str, **settings: object) -> sa.Engine:
    return sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"), **settings)


@pytest.fixture
def engine(store_url: str) -> Iterator[sa.Engine]:
    found = engine_on(store_url, pool_size=2, max_overflow=0, pool_timeout=0.2)
    with found.connect() as connection:  # one that is open before the application has the engine
        connection.execute(sa.text("select 1"))
    yield found
    found.dispose()


@pytest.fixture
def given(engine: sa.Engine, open_app: Callable[..., Arflow]) -> Arflow:
    return open_app(engine)


def test_an_application_records_and_reads_on_a_given_engine(given: Arflow) -> None:
    given.add_plan(PLAN)
    done = given.change_plan("P-1", MoveSetting(setting="123456", on=date(2026, 2, 2)))

    assert (done.event, given.plan("P-1").setting) == ("SettingChanged", "123456")
    assert list(given.log_store.verify()) == []


def test_the_engine_stays_open_when_the_application_closes(engine: sa.Engine) -> None:
    pool = engine.pool
    with Arflow(engine, by="A. Officer", today=TODAY) as app:
        app.add_plan(PLAN)
        pool = engine.pool
    del app
    gc.collect()

    assert engine.pool is pool
    assert isinstance(pool, sa.QueuePool)
    assert pool.checkedin() > 0


def test_many_applications_may_take_one_engine(engine: sa.Engine, open_app: Callable[..., Arflow]) -> None:
    first, *others = [open_app(engine) for _ in range(3)]

    assert {app.log_store.engine for app in others} == {first.log_store.engine}


def test_a_transaction_of_the_program_is_still_kept_whole_or_not_at_all(given: Arflow, engine: sa.Engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text("insert into officers (id, name) values ('S-1', 'Somebody')"))
        connection.rollback()

    assert given.directory.officer_names() == {}


def test_errors_of_the_database_are_the_stores_for_arflow_and_sqlalchemys_for_the_program(
    given: Arflow, engine: sa.Engine
) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("drop table people"))

    with pytest.raises(StoreNotReady):
        given.people.of("P-1")
    with pytest.raises((OperationalError, ProgrammingError)), engine.connect() as connection:
        connection.execute(sa.text("select * from people"))


def test_a_pool_with_no_connection_left_is_a_store_that_is_not_ready(given: Arflow, engine: sa.Engine) -> None:
    with engine.connect(), engine.connect(), pytest.raises(StoreNotReady, match="no connection left"):
        given.plan("P-1")


def test_sqlite_connections_are_set_up_also_where_they_were_open(sqlite_url: str) -> None:
    engine = engine_on(sqlite_url)
    with engine.connect() as connection:
        connection.execute(sa.text("select 1"))

    Arflow(engine)

    with engine.connect() as connection:
        pragmas = [connection.exec_driver_sql(f"pragma {name}").scalar() for name in ("synchronous", "foreign_keys")]
    assert pragmas == [2, 1]
    engine.dispose()


def test_on_postgresql_a_command_is_one_transaction_even_where_the_program_commits_each_statement(
    postgres: Cluster, postgres_ready: str, open_app: Callable[..., Arflow]
) -> None:
    engine = engine_on(postgres.database(template=postgres_ready), isolation_level="AUTOCOMMIT")
    app = open_app(engine)

    def stop(_: sa.Connection) -> None:
        raise AlreadyThere("stopped")

    app.add_plan(PLAN)
    with pytest.raises(AlreadyThere, match="stopped"):
        app.change_plan("P-1", MoveSetting(setting="123456", on=date(2026, 2, 2)), beside=stop)

    assert app.log_store.head()[0] == 1
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("sqlite://", {}),
        ("sqlite:///:memory:", {"poolclass": QueuePool}),
        ("sqlite:///file:x?mode=memory&uri=true", {"poolclass": QueuePool}),
        ("sqlite:///there.db", {"poolclass": StaticPool}),
        ("postgresql+pg8000://host/name", {"module": sqlite3}),
        ("mysql+pymysql://host/name", {"module": sqlite3}),
    ],
)
def test_an_engine_that_no_store_can_work_on_is_refused(url: str, settings: dict[str, object]) -> None:
    with pytest.raises(InvalidValue, match="engine: "):
        Arflow(sa.create_engine(url, **settings))


def test_a_store_that_is_not_there_leaves_the_engine_open_and_can_be_made_on_it(tmp_path: Path) -> None:
    engine = engine_on(f"sqlite:///{tmp_path}/new.db")
    with pytest.raises(StoreNotReady):
        Arflow(engine)

    create_store(engine)

    with Arflow(engine, by="A. Officer", today=TODAY) as app:
        assert app.add_plan(PLAN).event == "PlanAdded"
    engine.dispose()
