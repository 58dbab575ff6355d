"""A store made by an earlier arflow is refused in one line, and brought up to date with everything in it as it was."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from click.testing import Result

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.application.first_rules import publish_first
from arflow.case.plan_commands import AddPlan, MoveSetting
from arflow.errors import StoreNotReady
from arflow.lists.rules_stamp import UNSTAMPED
from arflow.store import SCHEMA, make_engine, migrations
from arflow.store.engine import writing
from arflow.store.rules_ledger import definitions, rules
from tests.support.cases import day
from tests.support.postgres import Cluster

pytestmark = pytest.mark.thorough

VERSIONS = Path(migrations.__file__ or "").parent / "versions"
OLDER = sorted(path.name[1:5] for path in VERSIONS.glob("v*.py"))[:-1]
OPENING_A_STORE = [
    "info",
    "verify",
    "rebuild",
    "due",
    "why P-1 twelve_months",
    "audit P-1",
    "plan list",
    "plan add P-2 --first-made 2025-09-01",
    "review list",
    "review open P-1",
    "people list P-1",
    "people erase P-1 --reason moved --yes",
    "document list",
    "document verify",
    "retention list",
    "retention hold P-1 --reason appeal",
    "inbox list",
    "outbox list",
    "outbox send",
    "tick",
    "tick --dry-run",
    "report timeliness",
    "inspection list1 list1.xlsx",
    "sen2 check --year 2027",
    "impact bank-holiday 2026-12-28",
    "archive archive",
    "checkpoint make checkpoint.json",
    "evidence export pack.zip --plans P-1",
]
# What a row of an older store says where the value matters; elsewhere any value of the column's type will do.
_OF_RULES, _RULES_SINCE = (rules, definitions), "0012"
SAID = {
    "plan": "P-1",
    "role": "parent",
    "name": "Ellis Ash",
    "date_of_birth": "2010-05-01",
    "format": "standard",
    "channel": "email",
    "represents": None,
    "from_on": None,
    "until_on": None,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no store yet, on each database in turn."""
    postgres: Cluster | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return postgres.database() if postgres else f"sqlite:///{tmp_path / 'old.db'}"


@pytest.mark.parametrize("version", OLDER)
def test_an_older_store_is_brought_up_to_date_with_everything_in_it(
    version: str, empty_url: str, open_app: Callable[..., Arflow]
) -> None:
    _made_at(empty_url, version)
    head, story = _with_a_case(empty_url, version, open_app)
    _with_a_row_in_every_table(empty_url)
    before = _rows(empty_url)

    with pytest.raises(StoreNotReady, match=f"tables of version {version}, not {SCHEMA}: run `arflow init`"):
        open_app(empty_url)
    create_store(empty_url)
    create_store(empty_url)

    assert _as_before(_rows(empty_url), before) == before
    after = open_app(empty_url)
    assert (after.log_store.head(), after.story("P-1")) == (head, story)
    assert list(after.log_store.verify()) == []
    parent = after.people.of("P-1")[0]
    assert (parent.name, parent.date_of_birth, parent.format) == ("Ellis Ash", day("1 May 2010"), "standard")


def test_the_lists_of_a_store_of_0007_are_made_again_and_say_their_rules(
    empty_url: str, open_app: Callable[..., Arflow], run: Callable[..., Result]
) -> None:
    _made_at(empty_url, "0007")
    _with_a_case(empty_url, "0007", open_app)
    _with_a_row_in_every_table(empty_url)
    with _writing(empty_url) as connection:
        connection.execute(sa.text("update projection_position set position = 4"))
    create_store(empty_url)

    first, second = (run("plan", "list", "--json", ARFLOW_STORE=empty_url) for _ in range(2))

    assert (first.stderr, second.stderr) == (f"{UNSTAMPED}\n", "")
    assert [row["ref"] for row in json.loads(first.stdout)] == ["P-1"]
    assert first.stdout == second.stdout
    shown = json.loads(run("info", "--json", ARFLOW_STORE=empty_url).stdout)
    assert shown["lists"].startswith("annual_review.2015 ")


@pytest.mark.parametrize("version", [OLDER[0], OLDER[-1]])
def test_every_command_refuses_an_older_store_in_one_line_and_writes_nothing(
    version: str, empty_url: str, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _made_at(empty_url, version)
    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")
    before = _rows(empty_url)

    for words in OPENING_A_STORE:
        refused = run(*words.split(), ARFLOW_STORE=empty_url)
        assert (refused.exit_code, refused.stdout) == (1, ""), words
        assert refused.stderr.startswith("arflow: the store at "), words
        assert refused.stderr.endswith(f"has tables of version {version}, not {SCHEMA}: run `arflow init`\n"), words
        assert refused.stderr.count("\n") == 1, words

    assert list(Path.cwd().iterdir()) == []
    assert _rows(empty_url) == before


def test_arflow_init_brings_an_older_store_up_to_date(tmp_path: Path, run: Callable[..., Result]) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    _made_at(url, "0001")

    assert run("init", ARFLOW_STORE=url).exit_code == 0

    assert run("plan", "list", ARFLOW_STORE=url).exit_code == 0


@pytest.mark.parametrize("version", ["9999", "1975ea83b712"])
def test_a_store_of_a_newer_arflow_or_of_another_program_is_left_alone(
    version: str, store_url: str, run: Callable[..., Result]
) -> None:
    _say_version(store_url, version)

    for words in ("due", "init", "demo"):
        refused = run(words, ARFLOW_STORE=store_url)
        assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1), words
        assert f"has tables newer than version {SCHEMA}, or another program's" in refused.stderr, words

    assert _rows(store_url)["events"] == []


def test_where_the_tables_say_no_version_there_is_no_store(sqlite_url: str, run: Callable[..., Result]) -> None:
    with _writing(sqlite_url) as connection:
        connection.execute(sa.text("delete from alembic_version"))

    assert "there is no arflow store at" in run("due").stderr


def test_a_role_of_postgresql_that_may_not_write_is_refused_in_one_line(
    postgres: Cluster, postgres_ready: str, run: Callable[..., Result]
) -> None:
    url = postgres.database(template=postgres_ready)
    with _writing(url) as connection:
        connection.exec_driver_sql("create role reader login")
        connection.exec_driver_sql("grant select on all tables in schema public to reader")
    reader = url.replace("arflow@", "reader@")

    assert run("due", ARFLOW_STORE=reader).exit_code == 0
    refused = run("plan", "add", "P-1", "--first-made", "2025-09-01", ARFLOW_STORE=reader)
    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "permission denied" in refused.stderr
    assert "nothing was recorded" in refused.stderr


@pytest.mark.parametrize("missing", ["database", "role"])
def test_a_database_or_role_that_is_not_there_is_not_taken_for_a_store_to_make(
    missing: str, postgres: Cluster, run: Callable[..., Result]
) -> None:
    url = f"postgresql://arflow@/nowhere?host={postgres.socket}"
    if missing == "role":
        url = postgres.database().replace("arflow@", "nobody@")

    refused = run("due", ARFLOW_STORE=url)

    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "cannot be reached" in refused.stderr
    assert "arflow init" not in refused.stderr


@contextmanager
def _writing(url: str) -> Iterator[sa.Connection]:
    engine = make_engine(url)
    try:
        with writing(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def _made_at(url: str, version: str) -> None:
    """A store as an earlier arflow made it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with _writing(url) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def _say_version(url: str, version: str) -> None:
    with _writing(url) as connection:
        connection.execute(sa.text("update alembic_version set version_num = :v"), {"v": version})


def _with_a_case(url: str, version: str, open_app: Callable[..., Arflow]) -> tuple[object, object]:
    """The head and the story of a case recorded in tables of an earlier version, which hold events as today's do."""
    _say_version(url, SCHEMA)
    with _writing(url) as connection:
        for table in _OF_RULES:
            table.create(connection, checkfirst=True)
    create_store_rules(url)
    app = open_app(url)
    app.add_plan(AddPlan(ref="P-1", first_made=day("1 Sep 2025")))
    app.change_plan("P-1", MoveSetting(setting="123456", on=day("2 Sep 2025")))
    app.open_review("P-1", on=day("3 Sep 2025"))
    head, story = app.log_store.head(), app.story("P-1")
    app.close()
    with _writing(url) as connection:
        for table in _OF_RULES if version < _RULES_SINCE else ():
            table.drop(connection)
    _say_version(url, version)
    return head, story


def create_store_rules(url: str) -> None:
    """Rules for as long as a case is recorded in tables of an earlier version, which had none."""
    engine = make_engine(url)
    publish_first(engine)
    engine.dispose()


def _with_a_row_in_every_table(url: str) -> None:
    tables = sa.MetaData()
    with _writing(url) as connection:
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if connection.execute(sa.select(table)).first() is None:
                connection.execute(table.insert(), {column.name: _said(column) for column in table.columns})


def _said(column: sa.Column[Any]) -> object:
    if column.name in SAID:
        return SAID[column.name]
    return {str: "said", int: 1, bytes: b"said", bool: True}[column.type.python_type]


def _rows(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table but the one that says the version."""
    tables = sa.MetaData()
    with _writing(url) as connection:
        tables.reflect(connection)
        return {
            table.name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }


def _as_before(after: dict[str, list[dict[str, Any]]], before: dict[str, list[dict[str, Any]]]) -> object:
    """What a store says in the tables and columns it had; a person's number of 0001 has become an id."""
    for old, new in zip(before["people"], after["people"], strict=True):
        if isinstance(old["id"], int):
            old["id"] = new["id"]
    return {
        name: [
            {column: new[column] for column in old} for old, new in zip(rows, _without_sweep(after[name]), strict=True)
        ]
        for name, rows in before.items()
    }


def _without_sweep(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without the note that the file was written again, so that it holds nothing that was deleted."""
    return [row for row in rows if row.get("application") != "erasures_swept"]
