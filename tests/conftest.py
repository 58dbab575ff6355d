"""What tests share: real stores, an application with a clock of its own, and cases told in a few words."""

import logging
import os
import shlex
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings

from arflow import create_store
from arflow.application.arflow import Arflow
from arflow.law.catalogue import Catalogue
from tests.support.cases import Cases
from tests.support.missing import leave_out_if_missing, left_out
from tests.support.own_letters import own_folder
from tests.support.postgres import Cluster, cluster

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.support.post_room import PostRoom

TODAY = date(2026, 11, 24)
# A busy machine is no fault of the code, and a checkout may be read-only.
settings.register_profile(
    "arflow",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    **({} if os.access(".", os.W_OK) else {"database": None}),
)
settings.load_profile("arflow")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test whose part is missing is left out before anything is made for it."""
    leave_out_if_missing(item)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Last it says what was left out."""
    yield
    for line in left_out(terminalreporter.getreports("skipped")):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A real PostgreSQL server for the whole run; the histories of its stores are kept apart from the user's."""
    with cluster() as running, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield running


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """A real browser for the whole run."""
    from tests.support.browser import running

    with running() as browser:
        yield browser


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    create_store(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def store_of(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Callable[..., Path]:
    """Makes a store of what commands recorded, each a line as it is typed: to be copied, or only read."""

    def made(*lines: str) -> Path:
        path = tmp_path_factory.mktemp("store") / "told.db"
        shutil.copy(sqlite_template, path)
        run = command_line(f"sqlite:///{path}")
        for line in lines:
            result = run(*shlex.split(line))
            assert result.exit_code == 0, (line, result.stderr)
        return path

    return made


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder that ARFLOW_WORKFLOWS names, with an authority's details in it."""
    return own_folder(tmp_path)


@pytest.fixture
def room(run: Callable[..., Result], tmp_path: Path) -> Iterator["PostRoom"]:
    """The command line of an authority that sends through a server of its own."""
    from tests.support.post_room import post_room

    with post_room(run, tmp_path) as found:
        yield found


def _database_name(url: str) -> str:
    return url.split("@/")[1].split("?", maxsplit=1)[0]


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    path = tmp_path / "arflow.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest) -> str:
    """A new, ready store on each of the two databases in turn."""
    if request.param == "sqlite":
        found: str = request.getfixturevalue("sqlite_url")
        return found
    postgres: Cluster = request.getfixturevalue("postgres")
    template: str = request.getfixturevalue("postgres_ready")
    return postgres.database(template=template)


@pytest.fixture(scope="session")
def postgres_ready(postgres: Cluster) -> str:
    """The database name of an empty store."""
    url = postgres.database()
    create_store(url)
    return _database_name(url)


@pytest.fixture(scope="session")
def shipped() -> Catalogue:
    """The definitions that come with arflow, read and checked once for the whole run."""
    return Catalogue()


@pytest.fixture
def open_app(shipped: Catalogue) -> Iterator[Callable[..., Arflow]]:
    """Opens applications, and closes them when the test is over."""
    opened: list[Arflow] = []

    def opening(url: str, **how: object) -> Arflow:
        catalogue = None if "ARFLOW_WORKFLOWS" in os.environ else shipped
        settings: dict[str, object] = {"by": "A. Officer", "today": TODAY, "catalogue": catalogue, **how}
        opened.append(Arflow(url, **settings))  # type: ignore[arg-type]
        return opened[-1]

    yield opening
    for app in opened:
        app.close()


@pytest.fixture
def app(sqlite_url: str, open_app: Callable[..., Arflow]) -> Arflow:
    """An application on a new SQLite store; for it, it is 24 November 2026."""
    return open_app(sqlite_url)


@pytest.fixture
def app_on_each(store_url: str, open_app: Callable[..., Arflow]) -> Arflow:
    """The same on SQLite and on PostgreSQL."""
    return open_app(store_url)


@pytest.fixture
def cases(app: Arflow) -> Cases:
    """Cases told in a few words."""
    return Cases(app)


@pytest.fixture
def run(sqlite_url: str) -> Callable[..., Result]:
    """Runs the command line on a new store."""
    return command_line(sqlite_url)


@pytest.fixture
def run_on_each(store_url: str) -> Callable[..., Result]:
    """The same on SQLite and on PostgreSQL."""
    return command_line(store_url)


def command_line(url: str) -> Callable[..., Result]:
    """Runs the command line on a store."""
    from arflow.cli import cli

    def running(*arguments: str, today: date | None = TODAY, **how: str) -> Result:
        environment = {"ARFLOW_STORE": url, "ARFLOW_BY": "A. Officer", "NO_COLOR": "1", **how}
        environment["ARFLOW_TODAY"] = today.isoformat() if today else ""
        return CliRunner().invoke(cli, list(arguments), env=environment, catch_exceptions=False, prog_name="arflow")

    return running


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A test that turns the logs on leaves them off again."""
    yield
    root = logging.getLogger("arflow")
    root.handlers = []
    root.setLevel(logging.NOTSET)
