"""A store copied from one database to another."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.lists.questions import Asking
from arflow.store import make_engine
from arflow.store.engine import writing
from tests.conftest import TODAY, command_line
from tests.store.test_chain import tamper
from tests.support.cases import Cases
from tests.support.postgres import Cluster

pytestmark = pytest.mark.thorough

FIGURES = (
    ("report", "timeliness", "--json"),
    ("due", "--json"),
    ("why", "R-2026-000001", "decision", "--json"),
    ("people", "list", "P-0001", "--json"),
)


@pytest.fixture
def filled(sqlite_url: str, tmp_path: Path) -> str:
    """A store with a case, its people, a letter that waits, a document and what a return says of a child."""
    with Arflow(sqlite_url, by="A. Officer", today=TODAY) as app:
        Cases(app).opened("12 Jan 2026", "1 Sep 2026").held("1 Oct 2026")
        Asking(app).catch_up()
    run = command_line(sqlite_url)
    (tmp_path / "advice.txt").write_text("Advice.\n")
    for words in (
        ("people", "add", "P-0001", "--role", "parent", "--name", "Łucja 王", "--email", "robin@example.org"),
        ("document", "keep", str(tmp_path / "advice.txt"), "--plan", "P-0001", "--kind", "advice"),
        ("review", "cancel", "R-2026-000001", "--reason", "Opened for the wrong plan"),
    ):
        run(*words)
    engine = make_engine(sqlite_url)
    with writing(engine) as connection:
        connection.exec_driver_sql(
            "insert into imported_facts values (7, 'P-0001', '2026-01-01T00:00:00.000000Z', 'S-1', 2026, 'd', x'00ff', '{}')"
        )
    engine.dispose()
    return sqlite_url


def answers(url: str, tmp_path: Path) -> list[str]:
    run = command_line(url)
    found = [run(*words, ARFLOW_DOCUMENTS=str(tmp_path / "arflow-documents")) for words in FIGURES]
    assert [one.exit_code for one in found] == [0] * len(FIGURES), [one.output for one in found]
    return [one.stdout for one in found]


def test_a_copy_to_postgresql_and_back_holds_the_same_log_and_gives_the_same_figures(
    filled: str, postgres: Cluster, tmp_path: Path
) -> None:
    run, there, back = command_line(filled), postgres.database(), f"sqlite:///{tmp_path}/back.db"
    first = run("store", "copy", filled, there)
    assert first.exit_code == 0, first.output
    second = run("store", "copy", there, back)
    assert second.stdout == first.stdout
    heads = {command_line(url)("verify", "--log-only").stdout for url in (filled, there, back)}
    assert len(heads) == 1
    assert answers(there, tmp_path) == answers(back, tmp_path) == answers(filled, tmp_path)
    assert (tmp_path / "back.db").stat().st_mode & 0o777 == 0o600


def test_a_copy_is_written_on_and_its_log_stays_append_only(filled: str, postgres: Cluster) -> None:
    there = postgres.database()
    assert command_line(filled)("store", "copy", filled, there).exit_code == 0
    run = command_line(there)
    assert run("plan", "add", "P-NEW", "--first-made", "2026-01-01").exit_code == 0
    engine = make_engine(there)
    with writing(engine) as connection:
        number = connection.exec_driver_sql(
            "insert into imported_facts (plan, recorded_at, recorded_by, year, digest, salt, body) "
            "values ('P-0001', '', '', 2026, '', '', '') returning id"
        ).scalar()
    assert number == 8
    with pytest.raises(Exception, match="append-only"), writing(engine) as connection:
        connection.exec_driver_sql("update events set state = ''")
    engine.dispose()


def test_a_copy_never_writes_over_what_is_there(filled: str, postgres: Cluster, tmp_path: Path) -> None:
    run = command_line(filled)
    (tmp_path / "there.db").write_text("something")
    database = postgres.database()
    engine = sa.create_engine(database.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("create table something (n int)")
    engine.dispose()
    for target in (f"sqlite:///{tmp_path}/there.db", database, filled):
        result: Result = run("store", "copy", filled, target)
        assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
        assert "is not empty: name a file that is not there" in result.stderr
    assert (tmp_path / "there.db").read_text() == "something"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nothing_stays_of_a_copy_that_is_refused(filled: str, postgres: Cluster, tmp_path: Path, kind: str) -> None:
    with Arflow(filled) as app:
        tamper(app.log_store, "update events set state = 'held' where position = 2")
    target = f"sqlite:///{tmp_path}/new.db" if kind == "sqlite" else postgres.database()
    result = command_line(filled)("store", "copy", filled, target)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "does not agree with its chain (position 2" in result.stderr
    assert not list(tmp_path.glob("new.db*"))
    if kind == "postgresql":
        engine = make_engine(target)
        assert sa.inspect(engine).get_table_names() == []
        engine.dispose()


def test_a_store_that_is_not_there_is_not_copied(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run("store", "copy", f"sqlite:///{tmp_path}/none.db", f"sqlite:///{tmp_path}/new.db")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "there is no arflow store at" in result.stderr
    assert not list(tmp_path.glob("new.db*"))
