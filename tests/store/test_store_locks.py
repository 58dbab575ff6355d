"""Reports, the second count and the archive read the store they are given, and leave every lock on its file alone."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
import sqlalchemy as sa
from click.testing import Result

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.demo import Making, make
from arflow.errors import LogBroken
from arflow.history import Replay
from arflow.history.archive import archive, verify
from arflow.history.columnar import store_log
from arflow.history.log_source import connection
from arflow.store.engine import writing
from tests.conftest import TODAY, command_line
from tests.store.test_chain import tamper
from tests.support.cases import Cases
from tests.support.missing import needs
from tests.support.parts import LOCKS
from tests.support.paths import ROOT
from tests.support.postgres import Cluster

pytestmark = pytest.mark.thorough


def words(what: str, folder: Path) -> tuple[str, ...]:
    return {
        "report": ("report", "duties"),
        "verify": ("verify", "--duties"),
        "archive": ("archive", str(folder / "archive")),
    }[what]


each_reader = pytest.mark.parametrize("what", ["report", "verify", "archive"])

# --- the locks of a store's file ----------------------------------------------------------------------------------


def locks(folder: Path) -> list[tuple[str, str, str, str]]:
    """The locks that this process holds on the files of a store."""
    names = {path.stat().st_ino: path.name for path in folder.glob("arflow.db*")}
    assert LOCKS.file is not None
    lines = [line.split() for line in LOCKS.file.read_text().splitlines()]
    held = [
        (line[3], int(line[5].rpartition(":")[2]), line[6], line[7]) for line in lines if line[4] == str(os.getpid())
    ]
    return sorted((kind, names[inode], first, last) for kind, inode, first, last in held if inode in names)


def others_may_write(app: Arflow) -> bool:
    """Whether another process gets the write lock."""
    take = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None).execute('begin immediate')"
    )
    database = str(app.log_store.engine.url.database)
    return subprocess.run([sys.executable, "-c", take, database], check=False, capture_output=True).returncode == 0


@needs(LOCKS)
@each_reader
def test_whoever_reads_the_log_leaves_the_locks_of_the_process_alone(
    app: Arflow, run: Callable[..., Result], tmp_path: Path, what: str
) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025").held("10 Jun 2025")
    with writing(app.log_store.engine):
        before = locks(tmp_path)
        assert run(*words(what, tmp_path)).exit_code == 0
        assert locks(tmp_path) == before != []
        assert not others_may_write(app)
    assert others_may_write(app)


@needs(LOCKS)
def test_an_open_replay_leaves_the_locks_of_the_process_alone(app: Arflow, tmp_path: Path) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    with app.log_store.engine.connect() as reading, reading.begin():
        reading.exec_driver_sql("select count(*) from events").scalar()
        before = locks(tmp_path)
        with Replay.of_store(app.log_store.engine, app.workflow, app.current_workflow()):
            assert locks(tmp_path) == before
        assert locks(tmp_path) == before != []


RECORD = """
import os, signal, sys
from datetime import date
from arflow import Arflow
from arflow.case.plan_commands import AddPlan
app = Arflow(sys.argv[1], by="Another")
app.add_plan(AddPlan(ref=sys.argv[2], first_made=date(2025, 1, 1)))
print("recorded", flush=True)
if sys.argv[3] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
app.close()
"""


def test_an_act_that_another_process_recorded_outlives_whoever_replayed(app: Arflow) -> None:
    """One process records and ends, the next is killed once its act is acknowledged; then the one that replayed ends."""
    app.add_plan(AddPlan(ref="P-A", first_made=TODAY))
    with Replay.of_store(app.log_store.engine, app.workflow, app.current_workflow()):
        pass
    for ref, end in (("P-B", "ends"), ("P-C", "killed")):
        other = [sys.executable, "-c", RECORD, app.url, ref, end]
        assert subprocess.run(other, check=False, capture_output=True, text=True).stdout == "recorded\n"
    app.close()

    engine = sa.create_engine(app.url)
    with engine.connect() as again:
        found = {row[0] for row in again.exec_driver_sql("select plan from events")}
    assert found == {"P-A", "P-B", "P-C"}
    engine.dispose()


def test_duckdb_opens_no_database_but_its_own(app: Arflow) -> None:
    """The kind, not the example: no scanner is installed, loaded or attached, now or by a later change."""
    source = [*(ROOT / "src").rglob("*.py"), ROOT / "pyproject.toml", *ROOT.glob("requirements*.lock")]
    words = re.compile(
        "[a-z]+_scanner|duckdb.extension|sqlite_query|postgres_query|(attach|install|load) .*type sqlite"
    )
    assert [(path.name, found) for path in source for found in words.findall(path.read_text())] == []
    with connection() as opened, store_log(opened, app.log_store.engine):
        databases = opened.execute("select database_name, type from duckdb_databases() where not internal").fetchall()
        loaded = opened.execute("select extension_name from duckdb_extensions() where loaded").fetchall()
    assert databases == [("memory", "duckdb")]
    assert [name for (name,) in loaded if "sqlite" in name or "postgres" in name] == []


# --- the right store ----------------------------------------------------------------------------------------------


@pytest.fixture
def training(postgres: Cluster, open_app: Callable[..., Arflow]) -> Arflow:
    """A store of one plan in a schema of its own, beside a store of three plans in the same database."""
    url = postgres.database()
    create_store(url)
    live = Cases(open_app(url))
    for _ in range(3):
        live.opened("1 Aug 2024", "1 May 2025")
    with psycopg.connect(url) as database:
        database.execute("create schema training")
    beside = f"{url}&options={quote('-csearch_path=training')}"
    create_store(beside)
    app = open_app(beside)
    app.add_plan(AddPlan(ref="P-TRAINING", first_made=TODAY))
    return app


def test_of_two_stores_in_one_database_a_report_reads_the_one_it_is_given(training: Arflow) -> None:
    with Replay.of_store(training.log_store.engine, training.workflow, training.current_workflow()) as replay:
        assert replay.at(TODAY).rows("select plan from plans") == [("P-TRAINING",)]
    shown = command_line(training.url)("report", "duties", "--json")
    assert training.log_store.head()[1].hex() in shown.stdout


def test_of_two_stores_in_one_database_duties_are_compared_in_the_one_given(training: Arflow) -> None:
    said = command_line(training.url)("verify", "--duties")
    assert (said.exit_code, "of 1 case counted from the case" in said.stdout) == (0, True)


def test_of_two_stores_in_one_database_the_one_given_is_archived(training: Arflow, tmp_path: Path) -> None:
    done = archive(training.log_store, tmp_path / "archive")
    assert (done.events, done.head) == (1, training.log_store.head()[1].hex())
    assert verify(tmp_path / "archive").sound


# --- a log that does not agree with the head of its chain ------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    ["delete from events where position = 3", "update events set hash = substr(hash, 1, 31) where position = 3"],
    ids=["the last event is gone", "the last event has another hash"],
)
@each_reader
def test_a_log_that_does_not_agree_with_its_head_is_refused(
    app_on_each: Arflow, tmp_path: Path, statement: str, what: str
) -> None:
    Cases(app_on_each).opened("1 Aug 2024", "1 May 2025")
    assert app_on_each.log_store.head()[0] == 3
    tamper(app_on_each.log_store, statement)

    refused = command_line(app_on_each.url)(*words(what, tmp_path))
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.endswith(
        "does not agree with the head of the chain (position 3): nothing is read from it; "
        "see what is wrong with `arflow verify`\n"
    )
    assert refused.stderr.count("\n") == 1
    assert list(tmp_path.glob("archive/*.parquet")) == []


def test_a_log_whose_every_event_is_gone_is_refused(app: Arflow) -> None:
    Cases(app).plan("1 Aug 2024")
    tamper(app.log_store, "delete from events")
    with (
        pytest.raises(LogBroken, match=r"the log's last event \(position 0\)"),
        Replay.of_store(app.log_store.engine, app.workflow, app.current_workflow()),
    ):
        pass


# --- a log that cannot be loaded --------------------------------------------------------------------------------------

FULL = "import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000)); " \
    "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); from arflow.cli import main; main()"  # fmt: skip


def test_a_log_that_does_not_fit_into_the_temporary_folder_is_refused_in_one_line(app: Arflow) -> None:
    make(app, Making(plans=30, years=3, seed=5, today=TODAY))
    app.close()
    ended = subprocess.run(
        [sys.executable, "-c", FULL, "--store", app.url, "report", "duties"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert re.fullmatch(
        r"arflow: the log does not fit into the temporary folder \S+ \(.*\): free space there, or name another .*\n",
        ended.stderr,
    )


@pytest.mark.parametrize("payload", ["x'ff'", "'text'"])
def test_a_report_leaves_out_the_case_of_an_event_that_is_no_text(app: Arflow, payload: str) -> None:
    Cases(app).opened("1 Aug 2024", "1 May 2025")
    tamper(app.log_store, f"update events set payload = {payload} where position = 1")
    told = command_line(app.url)("report", "duties")
    assert told.exit_code == 0
    assert "Left out: " in told.stderr
