"""A store made by an earlier arflow is brought up to date, with its log as it was."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from click.testing import Result

from arflow import create_store, migrations
from arflow.app import Arflow
from arflow.errors import StoreNotReady
from arflow.plan_commands import AddPlan, MoveSetting
from arflow.store import SCHEMA, make_engine
from arflow.store.engine import WRITING
from tests.cases import day
from tests.postgres import Cluster

pytestmark = pytest.mark.thorough


def _made_at(url: str, version: str) -> None:
    """A store as an earlier arflow made it."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    engine = make_engine(url)
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def _say_version(url: str, version: str) -> None:
    engine = make_engine(url)
    with engine.connect().execution_options(**WRITING) as connection, connection.begin():
        connection.execute(sa.text("update alembic_version set version_num = :v"), {"v": version})
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of version 0001 on each database in turn."""
    postgres: Cluster | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = postgres.database() if postgres else f"sqlite:///{tmp_path / 'old.db'}"
    _made_at(url, "0001")
    return url


def test_a_store_of_0001_with_events_in_it_is_brought_up_to_date(old_url: str, open_app: Callable[..., Arflow]) -> None:
    _say_version(old_url, SCHEMA)  # the tables of 0001 hold events as well as today's do
    before = open_app(old_url)
    before.add_plan(AddPlan(ref="P-1", first_made=day("1 Sep 2025")))
    before.change_plan("P-1", MoveSetting(setting="123456", on=day("2 Sep 2025")))
    head, story = before.log_store.head(), before.story("P-1")
    before.close()
    _say_version(old_url, "0001")

    with pytest.raises(StoreNotReady, match=f"tables of version 0001, not {SCHEMA}: run `arflow init`"):
        open_app(old_url)
    create_store(old_url)
    create_store(old_url)

    after = open_app(old_url)
    assert after.log_store.head() == head
    assert after.story("P-1") == story
    assert list(after.log_store.verify()) == []
    assert sa.inspect(after.log_store.engine).has_table("imported_facts")


def test_arflow_init_brings_an_earlier_store_up_to_date(tmp_path: Path, run: Callable[..., Result]) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    _made_at(url, "0001")
    refused = run("plan", "list", ARFLOW_STORE=url)
    assert (refused.exit_code, "run `arflow init`" in refused.stderr) == (1, True)

    assert run("init", ARFLOW_STORE=url).exit_code == 0

    assert run("plan", "list", ARFLOW_STORE=url).exit_code == 0
