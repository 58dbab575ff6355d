"""The throw-away PostgreSQL that other tests stand on."""

import os
import pwd
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support import postgres as server
from tests.support.postgres import Cluster, cluster

pytestmark = pytest.mark.thorough


def test_each_database_is_new_and_empty(postgres: Cluster) -> None:
    first, second = postgres.database(), postgres.database()
    with psycopg.connect(first) as connection:
        connection.execute("create table only_here (n int)")

    with psycopg.connect(second) as connection:
        tables = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()

    assert first != second
    assert tables == (0,)


def test_the_server_never_runs_as_root(postgres: Cluster) -> None:
    owner = (Path(postgres.socket) / "data" / "postmaster.pid").stat().st_uid

    expected = pwd.getpwnam(server.UNPRIVILEGED).pw_uid if os.geteuid() == 0 else os.geteuid()
    assert owner == expected


def test_the_wheels_programs_run_from_a_closed_folder_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    programs = server.copy_of_wheel(server.wheel_binaries(), closed)
    monkeypatch.setattr(server, "binaries", lambda: programs)

    with cluster() as running:
        folder = Path(running.socket)
        with psycopg.connect(running.database()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)

    assert not folder.exists()


@pytest.fixture
def strict() -> Iterator[None]:
    """Files that are made are their owner's alone."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_a_strict_umask_does_not_keep_the_server_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strict: None
) -> None:
    programs = server.copy_of_wheel(server.wheel_binaries(), tmp_path)
    for path in (tmp_path, *tmp_path.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o700)
    monkeypatch.setattr(server, "binaries", lambda: programs)

    with cluster() as running, psycopg.connect(running.database()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_folder_for_temporary_files_with_a_long_name_and_a_space_does_not_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / f"a folder {'x' * 80}"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    with cluster() as running, psycopg.connect(running.database()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
