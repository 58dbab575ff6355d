"""A store that may be read and not written, and the three roles of a store on PostgreSQL."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
import sqlalchemy as sa

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.errors import RowRefused, StoreNotReady
from arflow.lists.questions import Asking
from arflow.store import make_engine
from arflow.store.engine import writing
from tests.conftest import TODAY
from tests.support.cases import Cases
from tests.support.missing import missing
from tests.support.parts import SETPRIV, is_here
from tests.support.postgres import Cluster

pytestmark = pytest.mark.thorough

READS = """
checkpoint keygen {folder}/arflow.key
info
due
due --kind annual --holder school --within 4w
plan list
plan show {plan}
review list
review show {review}
review history {review}
why {review} decision
audit {review}
audit {plan} --format json
people list {plan}
document list
outbox list
inbox list
retention list
report timeliness
report breaches
report kpi
verify
verify --duties
archive {folder}/archive
archive {folder}/archive --verify
checkpoint make {folder}/checkpoint.json --key {folder}/arflow.key
evidence export {folder}/pack.zip --plans {plan} --key {folder}/arflow.key
evidence verify {folder}/pack.zip --public-key {folder}/arflow.key.pub
inspection list1 {folder}/list1.csv
sen2 check --section findings
workflow list
store roles
"""
WRITES = (
    "plan add P-NEW --first-made 2025-01-01",
    "review schedule R-2026-000002 --meeting-on 2027-01-11",
    'people add {plan} --role parent --name "Robin Example"',
    "rebuild",
    "tick",
)


class Ended(NamedTuple):
    code: int
    said: str
    refused: str


RUN = """
import json, sys
from click.testing import CliRunner
from arflow.cli import cli
for words in json.load(sys.stdin):
    done = CliRunner().invoke(cli, words, prog_name="arflow", catch_exceptions=False)
    print(json.dumps([done.exit_code, done.stdout, done.stderr]))
"""


class Running:
    """Runs commands in a process of its own, with no more permissions than it is given."""

    def __init__(self, url: str, folder: Path, before: Sequence[str] = ()) -> None:
        self._before, self._outside = before, folder / "outside"
        self._outside.mkdir(exist_ok=True)
        day = TODAY.isoformat()
        own = {
            "ARFLOW_STORE": url,
            "ARFLOW_BY": "A. Officer",
            "ARFLOW_TODAY": day,
            "ARFLOW_DOCUMENTS": str(folder / "documents"),
        }
        self._environment = os.environ | own

    def __call__(self, line: str) -> Ended:
        return self.each(line)[line]

    def each(self, *lines: str) -> dict[str, Ended]:
        """How each command ended."""
        names = {"folder": self._outside, "plan": "P-0001", "review": "R-2026-000001"}
        words = [[word.format(**names) for word in shlex.split(line)] for line in lines]
        done = subprocess.run(
            [*self._before, sys.executable, "-c", RUN],
            input=json.dumps(words),
            env=self._environment,
            cwd=self._outside,
            capture_output=True,
            text=True,
            check=False,
        )
        ended = [Ended(*json.loads(line)) for line in done.stdout.splitlines()]
        assert len(ended) == len(lines), done.stderr
        return dict(zip(lines, ended, strict=True))


def filled(url: str) -> None:
    with Arflow(url, by="A. Officer", today=TODAY) as app:
        cases = Cases(app)
        cases.opened("12 Jan 2026", "1 Sep 2026").held("1 Oct 2026")
        cases.opened("12 Jan 2026", "1 Sep 2026")
        Asking(app).catch_up()


def recorded(url: str, ref: str) -> None:
    """Somebody records an act, and nobody brings the lists up to date."""
    with Arflow(url, by="A. Officer", today=TODAY) as app:
        app.add_plan(AddPlan(ref=ref, first_made=TODAY))


def plans(run: Running) -> set[str]:
    ended = run("plan list --json")
    assert ended.code == 0, ended.refused
    return {row["ref"] for row in json.loads(ended.said)}


def refused_in_one_line(ended: Ended, why: str) -> bool:
    return ended.code == 1 and ended.refused.count("\n") == 1 and why in ended.refused


# --- SQLite -------------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(sqlite_url: str, tmp_path: Path) -> Iterator[Path]:
    """A filled store that nobody may write to, in a folder that nobody may write to."""
    folder = tmp_path / "shared"
    folder.mkdir()
    path = Path(sqlite_url.removeprefix("sqlite:///")).rename(folder / "arflow.db")
    filled(f"sqlite:///{path}")
    path.chmod(0o400)
    folder.chmod(0o500)
    yield path
    folder.chmod(0o700)


@pytest.fixture
def reader(closed: Path, tmp_path: Path) -> Running:
    return Running(f"sqlite:///{closed}", tmp_path, rootless())


def rootless() -> tuple[str, ...]:
    """Root may write everything, unless this capability is taken from it."""
    if os.geteuid() != 0:
        return ()
    if not is_here(SETPRIV):
        missing(SETPRIV)
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


def as_owner(path: Path) -> "Opened":
    return Opened(path)


class Opened:
    """The owner's moment with a closed store."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._path.parent.chmod(0o700)
        self._path.chmod(0o600)

    def __exit__(self, *_: object) -> None:
        self._path.chmod(0o400)
        self._path.parent.chmod(0o500)


def test_a_store_file_that_may_not_be_written_serves_every_command_that_only_reads(
    reader: Running, closed: Path
) -> None:
    for line, ended in reader.each(*READS.strip().splitlines()).items():
        assert ended.code == 0, (line, ended.refused)
    assert list(closed.parent.iterdir()) == [closed]


def test_a_store_file_that_may_not_be_written_refuses_every_act_in_one_line(reader: Running) -> None:
    for line, ended in reader.each(*WRITES).items():
        assert refused_in_one_line(ended, "is read-only: nothing was recorded"), (line, ended)


def test_a_reader_of_a_file_sees_an_act_that_the_lists_do_not_have_yet(reader: Running, closed: Path) -> None:
    with as_owner(closed):
        recorded(f"sqlite:///{closed}", "P-NEW")
    assert "P-NEW" in plans(reader)
    assert "P-NEW" in reader("due --json").said


def test_a_reader_of_a_file_sees_what_a_running_writer_has_not_yet_put_into_it(reader: Running, closed: Path) -> None:
    with as_owner(closed):
        app = Arflow(f"sqlite:///{closed}", by="A. Officer", today=TODAY)
        app.add_plan(AddPlan(ref="P-NEW", first_made=TODAY))
    assert "P-NEW" in plans(reader)
    closed.parent.chmod(0o700)
    app.close()


def test_a_reader_of_a_file_sees_what_a_killed_writer_left_beside_it(reader: Running, closed: Path) -> None:
    act = (
        "import os, sys; from datetime import date; from arflow import Arflow; "
        "from arflow.case.plan_commands import AddPlan; "
        "app = Arflow(sys.argv[1], by='A. Officer'); app.add_plan(AddPlan(ref='P-NEW', first_made=date(2026, 1, 1))); "
        "os.kill(os.getpid(), 9)"
    )
    with as_owner(closed):
        subprocess.run([sys.executable, "-c", act, f"sqlite:///{closed}"], check=False)
    assert {path.name for path in closed.parent.iterdir()} == {"arflow.db", "arflow.db-shm", "arflow.db-wal"}
    assert "P-NEW" in plans(reader)


READ_TWICE = """
import sys
from arflow import Arflow
from arflow.lists.questions import Asking
with Arflow(sys.argv[1]) as app:
    with app.log_store.frozen() as connection:
        print(connection.exec_driver_sql("select count(*) from events").scalar(), flush=True)
        sys.stdin.readline()
"""


def test_what_was_read_of_a_file_that_changed_meanwhile_is_refused(closed: Path) -> None:
    with subprocess.Popen(
        [*rootless(), sys.executable, "-c", READ_TWICE, f"sqlite:///{closed}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout
        child.stdout.readline()
        with as_owner(closed):
            recorded(f"sqlite:///{closed}", "P-NEW")
        _, said = child.communicate("\n", timeout=60)
    assert "was written to while it was read: try again" in said


def test_a_url_with_mode_ro_reads_and_never_writes(sqlite_url: str, tmp_path: Path) -> None:
    filled(sqlite_url)
    recorded(sqlite_url, "P-OTHER")
    run = Running(f"{sqlite_url}?mode=ro", tmp_path)
    assert "P-OTHER" in plans(run)
    assert refused_in_one_line(run(WRITES[0]), "is read-only: nothing was recorded")


# --- PostgreSQL ---------------------------------------------------------------------------------------------------


class Logins(NamedTuple):
    """The URLs of the three roles on one store."""

    reader: str
    officer: str
    owner: str


@pytest.fixture(scope="module")
def logins(postgres: Cluster) -> Logins:
    url = postgres.database()
    create_store(url)
    filled(url)
    from tests.conftest import command_line

    sql = command_line(url)("store", "roles").stdout
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)
        connection.execute(sql)  # it can be run again
        for name in Logins._fields:
            connection.execute(f"create role a_{name} login in role arflow_{name}")
    found = [url.replace("arflow@", f"a_{name}@") for name in Logins._fields]
    return Logins(found[0], found[1], f"{found[2]}&options=-c%20role%3Darflow_owner")


def test_a_role_with_select_alone_serves_every_command_that_only_reads(logins: Logins, tmp_path: Path) -> None:
    run = Running(logins.reader, tmp_path)
    for line, ended in run.each(*READS.strip().splitlines()).items():
        assert ended.code == 0, (line, ended.refused)


def test_a_role_with_select_alone_still_reads_after_somebody_recorded_an_act(logins: Logins, tmp_path: Path) -> None:
    run = Running(logins.reader, tmp_path)
    recorded(logins.officer, "P-LATER")
    assert "P-LATER" in plans(run)
    assert "P-LATER" in run("due --json").said
    for line, ended in run.each(*WRITES).items():
        assert refused_in_one_line(ended, "refuses this role: permission denied"), (line, ended)


def test_a_long_lived_reader_follows_what_others_record(logins: Logins) -> None:
    with Arflow(logins.reader, today=TODAY) as app:
        asking = Asking(app)
        for ref in ("P-ONE", "P-TWO"):
            recorded(logins.officer, ref)
            asking.catch_up()
            assert ref in {row["ref"] for row in asking.plans()}
        with Arflow(logins.officer, by="A. Officer", today=TODAY) as officer:
            Asking(officer).catch_up()
        assert asking.catch_up() == 0
        assert asking.position() == app.log_store.head()[0]


def test_an_officer_records_and_keeps_the_lists(logins: Logins, tmp_path: Path) -> None:
    run = Running(logins.officer, tmp_path)
    own = ("plan add P-OWN --first-made 2025-01-01", "people add P-OWN --role parent --name Robin", "rebuild", "tick")
    for line, ended in run.each(*own).items():
        assert ended.code == 0, (line, ended.refused)
    assert "P-OWN" in plans(run)
    assert run("verify --duties").code == 0


def test_an_officer_keeps_what_a_return_says_and_erases_it(logins: Logins) -> None:
    row = "values ('P-0001', '', '', 2026, '', '', '')"
    with psycopg.connect(logins.officer) as connection:
        connection.execute(
            f"insert into imported_facts (plan, recorded_at, recorded_by, year, digest, salt, body) {row}"
        )
        connection.execute("delete from imported_facts")


FORBIDDEN = (
    "update events set state = 'held'",
    "delete from events where position = 1",
    "truncate events",
    "update notes set digest = 'x'",
    "update notes set body = 'x'",
    "delete from notes",
    "delete from chain_head",
    "insert into chain_head (id, position, hash) values (2, 0, '')",
    "alter table events disable trigger all",
    "drop trigger events_no_change on events",
    "alter table events add column more text",
    "create or replace function events_refuse() returns trigger language plpgsql as $$ begin return new; end $$",
    "drop table due",
    "update officers set name = 'x'",
    "update alembic_version set version_num = '9999'",
    "create table mine (n int)",
    "set session_replication_role = replica",
    "set role arflow_owner",
)


@pytest.mark.parametrize("statement", FORBIDDEN)
@pytest.mark.parametrize("role", ["officer", "reader"])
def test_neither_officer_nor_reader_can_change_the_log_its_reasons_or_its_triggers(
    logins: Logins, role: str, statement: str
) -> None:
    with psycopg.connect(getattr(logins, role)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_a_reader_can_write_to_no_table(logins: Logins) -> None:
    engine = make_engine(logins.reader)
    for table in sa.inspect(engine).get_table_names():
        with pytest.raises(StoreNotReady, match="permission denied"), writing(engine) as connection:
            connection.exec_driver_sql(f"delete from {table}")
    engine.dispose()


def test_the_owner_brings_the_tables_up_to_date_and_an_officer_does_not(logins: Logins) -> None:
    with psycopg.connect(logins.owner) as connection:
        connection.execute("alter table due drop column act, drop column proceeding")
        connection.execute("alter table due add constraint due_pkey primary key (plan, review, duty)")
        connection.execute("alter table messages drop column token")
        connection.execute("alter table arrivals drop column proven")
        connection.execute("drop table rules, definitions")
        connection.execute(
            "alter table people drop column do_not_share_because, drop column access, drop column needs_met, drop column looked_after_by"
        )
        connection.execute("update alembic_version set version_num = '0009'")
    with pytest.raises(StoreNotReady, match="permission denied"):
        create_store(logins.officer)
    create_store(logins.owner)
    with psycopg.connect(logins.owner) as connection:  # as `arflow store roles` does, which is run again
        connection.execute("grant select on rules, definitions to arflow_officer")
    with Arflow(logins.officer, by="A. Officer", today=TODAY) as app:
        assert Asking(app).count_plans() >= 2


def test_not_even_the_owner_changes_an_event_by_accident(logins: Logins) -> None:
    engine = make_engine(logins.owner)
    with pytest.raises(RowRefused), writing(engine) as connection:
        connection.exec_driver_sql("update events set state = 'held'")
    engine.dispose()


def test_every_table_of_a_store_has_its_place_in_the_roles(logins: Logins) -> None:
    """A new table: say in store/roles.sql who may do what with it."""
    with psycopg.connect(logins.reader) as connection:
        found = connection.execute("select tablename, tableowner from pg_tables where schemaname = 'public'").fetchall()
    assert [table for table, owner in found if owner != "arflow_owner"] == []
