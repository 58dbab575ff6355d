"""What the databases answer with an error: one line on the command line, StoreNotReady for an embedding program."""

import gc
import json
import logging
import re
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import Result
from sqlalchemy.pool import QueuePool

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.acts import of_plan
from arflow.case.plan_commands import AddPlan
from arflow.errors import CaseUnreadable, InvalidValue, RowRefused, StoreNotReady
from arflow.lists.questions import Asking
from arflow.papers.documents import documents_of
from arflow.store import make_engine, shown
from arflow.store.engine import PRAGMAS, writing
from arflow.store.trouble import translated
from tests.conftest import command_line
from tests.support.cases import day
from tests.support.postgres import Cluster

Open = Callable[..., Arflow]
thorough = pytest.mark.thorough
SECRET = "s3 cr%t@x"
HIDDEN = quote(SECRET, safe="")
ACT = ("plan", "add", "P-9", "--first-made", "2025-09-01")
READING = [("info",), ("due",), ("report", "timeliness")]
EVERY = [*READING, ("verify",), ACT, ("rebuild",), ("init",)]
MADE = [*READING, ACT, ("rebuild",)]


def refused(url: str, *words: str, **how: str) -> str:
    """The one line that a command says where it must be refused."""
    result: Result = command_line(url)(*words, **how)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (1, "", 1), result.output
    said = re.sub(r"arflow-pg-\w+", "", result.output)  # the folder of a cluster has a name drawn at random
    for secret in (SECRET, HIDDEN, "s3"):
        assert secret not in said
    assert "Traceback" not in result.output
    assert result.stderr.startswith("arflow: ")
    return result.stderr


def verified(url: str) -> str:
    """The list that `arflow verify` ends in where a part of the store is lost."""
    result: Result = command_line(url)("verify")
    assert (result.exit_code, result.stderr, "Traceback" in result.output) == (1, "", False), result.output
    return result.stdout


def all_refused(url: str, commands: list[tuple[str, ...]], said: str) -> None:
    for words in commands:
        assert said in refused(url, *words), words


def add_plan(app: Arflow, ref: str = "P-9") -> None:
    app.add_plan(AddPlan(ref=ref, first_made=day("1 Sep 2025")))


EMBEDDED: dict[str, Callable[[Arflow], Any]] = {
    "add a plan": add_plan,
    "read a plan": lambda app: app.plan("P-1"),
    "tell a story": lambda app: app.story("P-1"),
    "number a review": lambda app: app.next_review_id(2026),
    "read the log": lambda app: list(app.log_store.read_log()),
    "read the log by case": lambda app: list(app.log_store.read_by_case()),
    "read the head": lambda app: app.log_store.head(),
    "verify": lambda app: list(app.log_store.verify()),
    "read notifications": lambda app: app.log_store.select_notifications(1, 10),
    "name an officer": lambda app: app.directory.officer_id("B. Officer"),
    "name officers": lambda app: app.directory.officer_names(),
    "read people": lambda app: app.people.of("P-1"),
    "follow": lambda app: Asking(app).catch_up(),
    "rebuild": lambda app: Asking(app).rebuild(),
    "list documents": lambda app: documents_of(app.log_store.engine, "/nowhere").of(plan="P-1"),
}


# --- SQLite ----------------------------------------------------------------------------------------------------


@pytest.fixture
def told_url(sqlite_url: str, open_app: Open) -> str:
    """A store with a plan in it, closed again."""
    app = open_app(sqlite_url)
    add_plan(app, "P-1")
    Asking(app).catch_up()
    app.close()
    return sqlite_url


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def tampering(url: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file_of(url), isolation_level=None)) as connection:
        yield connection


def test_a_missing_folder_a_folder_and_a_file_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "other.db").write_text("no database\n" * 500)
    for url in (f"sqlite:///{tmp_path}/no/such/x.db", f"sqlite:///{tmp_path}"):
        all_refused(url, [*MADE, ("verify",)], f"there is no arflow store at {url}: run `arflow init`")
        assert "cannot be opened: check that it is a file in a folder that is there" in refused(url, "init")
    all_refused(f"sqlite:///{tmp_path}/other.db", EVERY, "is not an SQLite database: name another file with --store")


def test_a_store_that_another_program_is_writing_to(told_url: str) -> None:
    with tampering(told_url) as other:
        other.execute("begin immediate")
        for words in (ACT, ("rebuild",), ("init",)):
            assert "is locked by another program: nothing was recorded" in refused(f"{told_url}?timeout=0.1", *words)
        for words in (("info",), ("due",), ("verify",)):
            assert command_line(f"{told_url}?timeout=0.1")(*words).exit_code == 0


def test_a_store_that_another_program_has_for_itself(told_url: str) -> None:
    with tampering(told_url) as other:
        other.execute("pragma locking_mode = exclusive")
        other.execute("begin immediate")
        other.execute("create table beside (n int)")
        all_refused(f"{told_url}?timeout=0.1", EVERY, "is locked by another program")


def test_a_full_disk(told_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arflow.store.engine.PRAGMAS", (*PRAGMAS, "max_page_count=1"))
    before = json.loads(command_line(told_url)("info", "--json").stdout)["events"]
    long = ("people", "add", "P-1", "--role", "parent", "--name", "N" * 90)
    said = ""
    for n in range(400):
        result = command_line(told_url)(*long, "--email", f"{n}-{'a' * 40}@example.org", "--name", f"{n} {'N' * 80}")
        if result.exit_code:
            said = result.stderr
            break
    assert said.count("\n") == 1
    assert "cannot grow: its disk is full: nothing was recorded; make room" in said
    assert "NNN" not in said
    assert json.loads(command_line(told_url)("info", "--json").stdout)["events"] == before


def test_a_store_that_may_only_be_read(told_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arflow.store.engine.PRAGMAS", (*PRAGMAS, "query_only=on"))
    for words in (ACT, ("rebuild",)):
        assert "is read-only: nothing was recorded; let whoever runs arflow write" in refused(told_url, *words)
    assert command_line(told_url)("due").exit_code == 0


def test_a_damaged_page(told_url: str) -> None:
    with tampering(told_url) as own:
        own.execute("pragma wal_checkpoint(truncate)")
        roots = own.execute(
            "select rootpage from sqlite_master where name in ('events', 'chain_head', 'due')"
        ).fetchall()
    content = bytearray(file_of(told_url).read_bytes())
    for (root,) in roots:
        content[4096 * (root - 1) : 4096 * root - 100] = b"\xff" * 3996
    file_of(told_url).write_bytes(content)
    all_refused(told_url, MADE, "is damaged: restore a backup")
    assert "position 1: the event" in (said := verified(told_url))
    assert "cannot be read (its part of the database is damaged)" in said
    assert "table due: cannot be read to its end" in said
    assert "is not ready: table chain_head" in refused(told_url, "init") or "is damaged" in refused(told_url, "init")


def test_a_text_that_is_no_text_is_damage_and_is_not_shown(told_url: str) -> None:
    with tampering(told_url) as own:
        own.execute("update plans set ref = cast(x'ff5333' as text)")
        own.execute("update due set plan = cast(x'ff5333' as text)")
    assert "is damaged: restore a backup" in refused(told_url, "due")


@pytest.mark.parametrize("table", ["events", "chain_head", "due", "projection_position"])
def test_a_store_that_lacks_a_table(told_url: str, table: str) -> None:
    with tampering(told_url) as own:
        own.execute(f"drop table {table}")
    lacking = {"events": (ACT, ("rebuild",)), "chain_head": MADE}.get(table, (("due",), ("rebuild",)))
    all_refused(told_url, list(lacking), "lacks a table: restore a backup")
    assert f"table {table}: was removed" in verified(told_url)


def test_a_store_that_lacks_a_column(told_url: str) -> None:
    with tampering(told_url) as own:
        own.execute("alter table events rename column payload to other")
    all_refused(told_url, [ACT, ("rebuild",)], "does not have the tables of this arflow: restore a backup")
    said = verified(told_url)
    assert "position 0: the log cannot be walked" in said
    assert "column events.payload: was removed" in said


def test_a_store_that_lacks_the_head_of_its_log_or_where_it_is_followed(told_url: str) -> None:
    with tampering(told_url) as own:
        own.execute("delete from projection_position")
        all_refused(told_url, [("due",), ("rebuild",)], "lacks a row that every store has: restore a backup")
        own.execute("delete from chain_head")
    all_refused(told_url, MADE, "lacks a row that every store has: restore a backup")
    assert "the head of the chain cannot be read" in verified(told_url)


def test_an_event_that_this_arflow_does_not_know(told_url: str, open_app: Open) -> None:
    with tampering(told_url) as own:
        payload = json.dumps({"event": "PlanSummarised", "plan": "s3"}).encode()
        own.execute(
            "insert into events select 9, stream, 2, topic, ?, plan, happened_on, recorded_at, state, hash from events",
            (payload,),
        )
    said = refused(told_url, "plan", "show", "P-1")
    assert "P-1 cannot be read: event 9 is `PlanSummarised`, written by an unknown version of arflow" in said
    with pytest.raises(CaseUnreadable):
        open_app(told_url).plan("P-1")


def test_tables_of_another_program_are_not_made_into_a_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/other.db"
    with tampering(url) as own:
        own.execute("create table events (n int)")
    assert "does not have the tables of this arflow: restore a backup, or name another" in refused(url, "init")


def test_a_file_that_is_removed_while_it_is_open_takes_no_act(told_url: str, open_app: Open) -> None:
    app = open_app(told_url)
    app.plan("P-1")
    file_of(told_url).rename(file_of(told_url).with_suffix(".gone"))
    with pytest.raises(StoreNotReady, match="was moved or removed"):
        add_plan(app)
    with pytest.raises(StoreNotReady):
        add_plan(app)


@pytest.mark.parametrize("what", sorted(EMBEDDED))
def test_an_embedding_program_gets_store_not_ready_from_every_part(told_url: str, open_app: Open, what: str) -> None:
    app = open_app(f"{told_url}?timeout=0.1")
    with tampering(told_url) as own:
        for (table,) in own.execute("select name from sqlite_master where type = 'table'").fetchall():
            own.execute(f'alter table "{table}" rename to "{table}_away"')
    with pytest.raises(StoreNotReady, match="lacks a table") as caught:
        EMBEDDED[what](app)
    assert isinstance(caught.value.__cause__, sqlite3.Error)


def test_one_more_connection_than_there_are_is_refused(
    told_url: str, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_app(told_url)
    pool = app.log_store.engine.pool
    assert isinstance(pool, QueuePool)
    monkeypatch.setattr(pool, "_timeout", 0.1)
    held = [app.log_store.engine.connect() for _ in range(15)]
    with pytest.raises(StoreNotReady, match="has no connection left for this program"):
        app.plan("P-1")
    for connection in held:
        connection.close()
    assert app.plan("P-1").ref == "P-1"


def test_no_value_stands_in_an_error_or_its_cause(told_url: str) -> None:
    engine = make_engine(told_url)
    statement = sa.text("insert into officers (id, name) values (:id, :name)")
    for _ in range(2):
        try:
            with writing(engine) as connection:
                connection.execute(statement, {"id": "S-1", "name": SECRET})
        except RowRefused as error:
            said = f"{error} {error.__cause__} {error.__context__}"
    assert SECRET not in said
    engine.dispose()


# --- the URL ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://arflow:{HIDDEN}@127.0.0.1:1/none",
        "postgresql://arflow:s3 cret word@127.0.0.1:1/none",
        "postgresql://arflow:s3/cr?t#x%zz@127.0.0.1:1/none",
        "postgresql://arflow:s3cret@x@127.0.0.1:1/none",
        "postgresql://arflow:s3cret@127.0.0.1:1,127.0.0.2:1/none",
        "postgresql://arflow:s3cret@127.0.0.1,127.0.0.2/none?port=1",
        "postgresql://arflow:s3cret@/none?host=127.0.0.1:1&host=127.0.0.2:1",
        f"postgresql://arflow@127.0.0.1:1/none?password={HIDDEN}",
        "postgresql://arflow@127.0.0.1:1/none?sslpassword=s3cret",
        "postgresql://arflow@127.0.0.1:1/none?Password=s3cret",
        "postgresql://arflow@127.0.0.1:1/none?pwd=s3cret",
        "postgresql://arflow:s3cret@127.0.0.1:1/none?connect_timeout=soon",
        "postgresql://arflow:s3cret@127.0.0.1:1/none?row_factory=x",
        "postgresql://arflow:s3cret@127.0.0.1:port/none",
        "postgresql://arflow:s3cret@/none?service=none",
        "postgresql://arflow:s3cret",
        "postgresql:/arflow:s3cret@127.0.0.1/none",
        "postgresql://arflow:s3://cret@x@127.0.0.1/none",
        "arflow:s3cret@127.0.0.1://none",
        "arflow:s3cret@127.0.0.1/none",
        "host=127.0.0.1 password=s3cret word",
        " postgresql://arflow:s3cret@127.0.0.1/none",
        "postgresql://arflow:s3cret\n@127.0.0.1:1/none",
        "mysql://arflow:s3cret@127.0.0.1/none",
        "sqlite://arflow:s3cret@127.0.0.1/none",
    ],
)
def test_no_secret_of_a_url_is_shown(url: str) -> None:
    for words in EVERY:
        refused(url, *words)


def test_what_may_be_seen_of_a_url_is_shown() -> None:
    url = f"postgresql://arflow:{HIDDEN}@db/reviews?password={HIDDEN}&passfile=/etc/pass&service=one"
    assert shown(make_engine(url)) == "postgresql://arflow:***@db/reviews?passfile=%2Fetc%2Fpass&service=one"


def test_an_at_sign_in_a_password_and_several_hosts_are_explained() -> None:
    with pytest.raises(InvalidValue, match="write @ in a password as %40"):
        make_engine("postgresql://arflow:a@b@db/reviews")
    with pytest.raises(InvalidValue, match=r"several hosts are written \?host=one:5432&host=other:5432"):
        make_engine("postgresql://arflow:a@one:5432,other:5432/reviews")


def test_an_error_of_python_that_no_store_raised_stays_a_bug() -> None:
    for error in (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), OverflowError(), ValueError()):
        assert translated(error, None) is None


def test_the_start_of_the_command_line_loads_no_database() -> None:
    import subprocess
    import sys

    script = "import sys, arflow.cli, arflow.cli.options; print({'duckdb', 'psycopg', 'sqlalchemy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@thorough
def test_an_embedding_program_that_counts_figures_gets_store_not_ready(told_url: str, open_app: Open) -> None:
    from arflow.history import Replay

    app = open_app(told_url)
    looking = Replay.of_store(app.log_store.engine, app.workflow, app.current_workflow())
    with pytest.raises(StoreNotReady, match="figures cannot be counted"), looking as replay:
        replay.at(app.today).rows("select * from nowhere")


def test_an_error_of_duckdb_is_one_line_without_its_words(tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "log.parquet").write_text("no parquet\n" * 100)
    for statement, said in (
        (f"select * from read_parquet('{tmp_path}/log.parquet')", "a file of the log is damaged"),
        ("select * from read_parquet('/no/such/s3cret.parquet')", "a file cannot be read or written"),
        ("set memory_limit = '1MB'; create table t as select range n, uuid() from range(9000000)", "more memory"),
        ("select * from s3cret", "DuckDB stopped with CatalogException"),
    ):
        with duckdb.connect() as opened:
            opened.execute("set temp_directory = ''")
            with pytest.raises(duckdb.Error) as caught:
                opened.execute(statement)
        told = translated(caught.value, None)
        assert told is not None
        assert said in told.message
        assert "s3cret" not in told.message
        assert "\n" not in told.message


# --- PostgreSQL ------------------------------------------------------------------------------------------------


@pytest.fixture
def pg_url(postgres: Cluster, postgres_ready: str) -> str:
    """A ready store on PostgreSQL, with a plan in it."""
    url = postgres.database(template=postgres_ready)
    with Arflow(url, by="A. Officer", today=day("24 Nov 2026")) as app:
        add_plan(app, "P-1")
        Asking(app).catch_up()
    return url


def as_owner(url: str, *statements: str) -> list[Any]:
    found: list[Any] = []
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            ran = connection.execute(statement)
            found = ran.fetchall() if ran.description else []
    return found


def name_of(url: str) -> str:
    return url.split("@/")[1].split("?", maxsplit=1)[0]


def as_role(url: str, role: str, password: str = HIDDEN) -> str:
    return url.replace("arflow@", f"{role}:{password}@")


@thorough
def test_a_server_database_or_role_that_is_not_there(pg_url: str) -> None:
    name = name_of(pg_url)
    for url, said in (
        (f"postgresql://arflow:{HIDDEN}@127.0.0.1:1/none", "Connection refused"),
        (f"postgresql://arflow:{HIDDEN}@/none?host=/no/such/folder", "No such file or directory"),
        (f"postgresql://arflow:{HIDDEN}@no.such.host.invalid/none", "failed to resolve host"),
        (as_role(pg_url.replace(name, "nowhere"), "arflow"), 'database "nowhere" does not exist'),
        (as_role(pg_url, "nobody"), 'role "nobody" does not exist'),
    ):
        for words in EVERY:
            line = refused(url, *words)
            assert "cannot be reached (" in line
            assert said in line
            assert "check the address, the role and its password" in line


@thorough
def test_a_role_that_may_not_log_in_or_has_no_connection_left(pg_url: str) -> None:
    role = f"limited_{name_of(pg_url)}"
    as_owner(pg_url, f"create role {role} connection limit 0 nologin")
    all_refused(as_role(pg_url, role), EVERY, "is not permitted to log in")
    as_owner(pg_url, f"alter role {role} login")
    all_refused(as_role(pg_url, role), EVERY, f'cannot be reached (too many connections for role "{role}")')


@thorough
def test_a_role_that_may_only_read(pg_url: str) -> None:
    role = f"reader_{name_of(pg_url)}"
    as_owner(pg_url, f"create role {role} login", f"grant select on all tables in schema public to {role}")
    for words in (ACT, ("rebuild",)):
        assert "permission denied: nothing was recorded" in refused(as_role(pg_url, role), *words)
    as_owner(pg_url, f"revoke select on all tables in schema public from {role}")
    all_refused(as_role(pg_url, role), EVERY, "permission denied")


@thorough
@pytest.mark.parametrize(
    ("setting", "said", "commands"),
    [
        ("default_transaction_read_only=on", "takes no writing: it is a standby, or read-only", [ACT, ("rebuild",)]),
        ("search_path=nowhere", "there is no arflow store at", MADE),
        ("search_path=nowhere", "has no such schema to keep tables in", [("init",)]),
    ],
)
def test_a_setting_that_stands_in_the_way(
    pg_url: str, setting: str, said: str, commands: list[tuple[str, ...]]
) -> None:
    all_refused(f"{as_role(pg_url, 'arflow')}&options=-c%20{quote(setting)}", commands, said)


@thorough
@pytest.mark.parametrize(
    ("setting", "said"),
    [("lock_timeout=50", "is locked by another program"), ("statement_timeout=50", "longer than statement_timeout")],
)
def test_a_lock_that_another_program_holds(pg_url: str, setting: str, said: str) -> None:
    url = f"{as_role(pg_url, 'arflow')}&options=-c%20{setting}"
    with psycopg.connect(pg_url) as other:
        other.execute("lock table chain_head, projection_position, alembic_version in access exclusive mode")
        all_refused(url, EVERY, said)
    with psycopg.connect(pg_url) as other:
        other.execute("select * from chain_head, projection_position for update")
        for words in (ACT, ("rebuild",)):
            assert said in refused(url, *words)


@thorough
def test_a_table_or_the_head_that_is_not_there(pg_url: str) -> None:
    as_owner(pg_url, "alter table chain_head rename to away")
    all_refused(as_role(pg_url, "arflow"), MADE, "lacks a table: restore a backup")
    as_owner(pg_url, "alter table away rename to chain_head", "delete from chain_head")
    all_refused(as_role(pg_url, "arflow"), MADE, "lacks a row that every store has: restore a backup")


@thorough
def test_a_character_that_the_database_cannot_hold(postgres: Cluster) -> None:
    url = postgres.database()
    latin = name_of(url) + "_latin"
    as_owner(url, f"create database {latin} template template0 encoding 'LATIN1' locale 'C'")
    url = url.replace(name_of(url), latin)
    as_owner(
        url, "create table alembic_version (version_num varchar(32) constraint alembic_version_pkc primary key)"
    )  # an earlier arflow made it
    create_store(url)
    run = command_line(url)
    assert run(*ACT).exit_code == 0
    said = refused(url, "people", "add", "P-9", "--role", "child", "--name", "Łucja 王")
    assert "cannot hold a character that it was given: nothing was recorded" in said
    assert "ucja" not in said


@thorough
@pytest.mark.parametrize("encoding", ["WIN1252", "SQL_ASCII"])
def test_init_never_makes_a_store_in_a_database_that_cannot_hold_every_name(postgres: Cluster, encoding: str) -> None:
    url = postgres.database()
    name = f"{name_of(url)}_{encoding.lower()}"
    as_owner(url, f"create database {name} template template0 encoding '{encoding}' locale 'C'")
    url = url.replace(name_of(url), name)
    said = refused(url, "init")
    assert f"has the encoding {encoding}, and names need UTF8: " in said
    assert f"CREATE DATABASE {name}_utf8 ENCODING 'UTF8' TEMPLATE template0" in said
    assert as_owner(url, "select count(*) from pg_tables where schemaname = 'public'") == [(0,)]


@thorough
def test_transactions_that_meet_are_undone_and_the_next_call_works(pg_url: str, open_app: Open) -> None:
    app = open_app(pg_url)
    engine = app.log_store.engine
    serial = {"isolation_level": "SERIALIZABLE"}
    with engine.connect().execution_options(**serial) as one, engine.connect().execution_options(**serial) as other:
        for connection in (one, other):
            connection.exec_driver_sql("select count(*) from officers")
        one.exec_driver_sql("update chain_head set position = position where id = 1")
        one.commit()
        with pytest.raises(StoreNotReady, match="undid the command, which met another one: nothing was recorded"):
            other.exec_driver_sql("update chain_head set position = position where id = 1")
    add_plan(app)


@thorough
@pytest.mark.parametrize("what", sorted(EMBEDDED))
def test_a_connection_cut_between_two_calls_is_made_again(pg_url: str, open_app: Open, what: str) -> None:
    app = open_app(pg_url)
    app.plan("P-1")
    cut(pg_url)
    EMBEDDED[what](app)


@thorough
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a cut cursor can be closed no more
def test_a_connection_cut_in_the_middle_is_refused_and_the_next_call_works(
    pg_url: str, open_app: Open, caplog: pytest.LogCaptureFixture
) -> None:
    app = open_app(as_role(pg_url, "arflow"))

    event = of_plan.add(AddPlan(ref="P-2", first_made=day("1 Sep 2025")), app.draft().recording)
    with pytest.raises(StoreNotReady, match="closed the connection: look whether the last act was recorded") as caught:
        app.append("P-1", (event,), app.draft(), lambda _: cut(pg_url))
    assert isinstance(caught.value.__cause__, psycopg.Error)
    rows = app.log_store.read_log()
    assert isinstance(rows, Generator)
    next(rows)
    rows.close()
    with pytest.raises(StoreNotReady), app.log_store.snapshot() as snapshot:  # noqa: PT012  the cut is no call of ours
        cut(pg_url)
        list(snapshot.rows())
    with pytest.raises(StoreNotReady), app.log_store.writing() as connection:  # noqa: PT012  the commit fails
        connection.exec_driver_sql("delete from officers")
        cut(pg_url)
    assert app.directory.officer_names()
    add_plan(app)
    gc.collect()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@thorough
def test_a_log_that_is_followed_says_that_its_connection_was_lost(pg_url: str, open_app: Open) -> None:
    app = open_app(pg_url)
    as_owner(pg_url, "alter table events rename to away")
    with pytest.raises(StoreNotReady, match="lacks a table"), app.log_store.subscribe(gt=0) as following:
        next(following)


@thorough
def test_a_server_that_was_stopped_and_started_again(open_app: Open) -> None:
    from tests.support.postgres import cluster

    with cluster() as own:
        url = own.database()
        create_store(url)
        app = open_app(url)
        add_plan(app, "P-1")
        own.stop()
        with pytest.raises(StoreNotReady, match="cannot be reached"):
            app.plan("P-1")
        all_refused(as_role(url, "arflow"), EVERY, "cannot be reached")
        own.start()
        assert app.plan("P-1").ref == "P-1"
        own.stop()
        own.start()
        add_plan(app)


def cut(url: str) -> None:
    """Cut every connection to a database but this one, as an administrator may."""
    as_owner(
        url,
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()",
    )
