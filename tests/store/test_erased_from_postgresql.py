"""What the page on erasing says of PostgreSQL, measured: where a name stays in a server's files, and what ends that."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import Result

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.people import Person
from arflow.post.keeping.erasure import forget_family
from tests.conftest import command_line
from tests.support.cases import day
from tests.support.paths import ROOT
from tests.support.postgres import Cluster, cluster

pytestmark = pytest.mark.thorough
MARK = "Zebedee"
PAGE = ROOT / "docs" / "how-to" / "erase-for-good.md"


def places(cluster: Cluster, database: str) -> set[str]:
    """Where the mark stands in the server's files: the tables, or the write-ahead log."""
    data = Path(cluster.socket) / "data"
    tables = [*(data / "base" / database).iterdir()]
    found = {"pg_wal" for path in (data / "pg_wal").glob("0*") if MARK.encode() in path.read_bytes()}
    return found | {"tables" for path in tables if path.is_file() and MARK.encode() in path.read_bytes()}


def blocks() -> list[list[str]]:
    """The SQL of the page, each block as its commands."""
    found = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [[command for command in block.strip().split("\n") if command] for block in found]


@pytest.fixture
def still() -> Iterator[Cluster]:
    """A server of its own that vacuums nothing unasked: how soon one does that is chance."""
    with cluster() as running:
        with psycopg.connect(host=running.socket, user="arflow", dbname="postgres", autocommit=True) as superuser:
            superuser.execute("alter system set autovacuum = off")
            for command in blocks()[1]:
                superuser.execute(command)
        running.stop()
        running.start()
        yield running


def test_a_name_stays_in_postgresqls_files_until_the_commands_of_the_page_have_run(
    still: Cluster, open_app: Callable[..., Arflow]
) -> None:
    url = still.database()
    create_store(url)
    app = open_app(url)
    app.add_plan(AddPlan(ref="P-1", first_made=day("12 Sep 2024")))
    people = [Person(plan="P-1", role="other", name=f"{MARK} {n}", organisation=f"{MARK} House") for n in range(200)]
    app.people.add_all([*people, *(Person(plan="P-2", role="other", name=f"Robin {n}") for n in range(200))])
    name = url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(host=still.socket, user="arflow", dbname=name, autocommit=True) as owner:
        owner.execute("analyze people")
        [database] = (
            owner.execute("select oid::text from pg_database where datname = current_database()").fetchone() or []
        )
        forget_family(app, "P-1", "asked")
        app.close()
        assert "pg_wal" in places(still, database)
        owner.execute("checkpoint")
        assert "tables" in places(still, database)

        of_owner, _, of_superuser = blocks()
        for command in of_owner:
            owner.execute(command)
        owner.execute("checkpoint")
        assert "tables" in places(still, database)  # the statistics quote names
        for command in of_superuser:
            owner.execute(command)
        assert places(still, database) == set()


def test_the_command_says_that_postgresql_keeps_what_was_erased(app_on_each: Arflow, store_url: str) -> None:
    run: Callable[..., Result] = command_line(store_url)
    app_on_each.add_plan(AddPlan(ref="P-1", first_made=day("12 Sep 2024")))
    app_on_each.people.add(Person(plan="P-1", role="child", name=MARK))

    done = run("people", "erase", "P-1", "--reason", "asked", "--yes")

    assert done.exit_code == 0
    assert ("docs/how-to/erase-for-good.md" in done.stderr) is store_url.startswith("postgresql")
