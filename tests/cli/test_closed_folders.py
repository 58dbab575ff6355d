"""Files and folders that whoever runs arflow may not read: one clear line each, and nothing half-written."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.support.dovecot import make_maildir
from tests.support.missing import missing
from tests.support.parts import SETPRIV, is_here

pytestmark = pytest.mark.thorough

Said = Callable[..., str]
RUN = "from arflow.cli import main; main()"


@pytest.fixture
def said(sqlite_url: str, tmp_path: Path) -> Said:
    """What a command says that must be refused, in a process that may read only what its permissions say."""
    rootless: list[str] = []
    if os.geteuid() == 0:  # root may read everything, unless these two capabilities are taken from it
        if not is_here(SETPRIV):
            missing(SETPRIV)
        rootless = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]

    def running(*words: str, stdout: str = "", **environment: str) -> str:
        done = subprocess.run(
            [*rootless, sys.executable, "-c", RUN, *words],
            env=os.environ | {"ARFLOW_STORE": sqlite_url, "ARFLOW_BY": "A. Officer"} | environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, stdout, 1), done.stderr
        return done.stderr

    return running


@pytest.fixture
def closed(tmp_path: Path) -> Iterator[Path]:
    """A folder with a Maildir and a store in it, closed to everybody."""
    folder = tmp_path / "closed"
    make_maildir(folder / "Maildir")
    (folder / "arflow.db").touch()
    folder.chmod(0)
    yield folder
    folder.chmod(0o700)


def test_a_store_in_a_closed_folder(said: Said, closed: Path) -> None:
    assert said("due", ARFLOW_STORE=f"sqlite:///{closed}/arflow.db").startswith(
        f"arflow: {closed}/arflow.db: Permission denied: "
    )
    assert "cannot be opened: check" in said("init", ARFLOW_STORE=f"sqlite:///{closed}/arflow.db")


def test_definitions_documents_and_messages_in_a_closed_folder(
    said: Said, run: Callable[..., Result], closed: Path, tmp_path: Path
) -> None:
    run("plan", "add", "P-1", "--first-made", "2025-01-01")
    (tmp_path / "advice.txt").write_text("Advice.\n")
    keep = ("document", "keep", "advice.txt", "--plan", "P-1", "--kind", "advice")
    box = make_maildir(tmp_path / "Maildir")

    assert "Permission denied" in said("workflow", "check", ARFLOW_WORKFLOWS=str(closed))
    assert "cannot be read or written (Permission denied)" in said(*keep, ARFLOW_DOCUMENTS=f"{closed}/documents")
    assert "ARFLOW_RETENTION: " in said("retention", "list", ARFLOW_RETENTION=f"{closed}/own.toml")
    assert "ARFLOW_INBOX_REPLY: " in said(
        "inbox", "run", ARFLOW_INBOX=f"maildir://{box}", ARFLOW_INBOX_REPLY=f"{closed}/reply.txt"
    )


def test_a_mailbox_that_is_closed(said: Said, closed: Path) -> None:
    assert f"({closed}/Maildir/new: Permission denied)" in said(
        "inbox", "run", "--mailbox", f"maildir://{closed}/Maildir"
    )


def test_a_message_that_may_not_be_read_keeps_no_other_waiting(
    said: Said, run: Callable[..., Result], tmp_path: Path
) -> None:
    box = make_maildir(tmp_path / "Maildir")
    for name in ("1.M1.host", "2.M2.host"):
        (box / "new" / name).write_bytes(f"From: a@example.org\nMessage-ID: <{name}@x>\n\nWords.\n".encode())
    (box / "new" / "1.M1.host").chmod(0)
    words = ("inbox", "run", "--mailbox", f"maildir://{box}")

    found = said(*words, stdout="1 new, 0 placed, 1 for an officer to place, 0 noted, 0 repeated\n")
    assert f"a message cannot be read ({box}/new/1.M1.host: Permission denied)" in found

    (box / "new" / "1.M1.host").chmod(0o600)
    assert run(*words).stdout.startswith("1 new, 0 placed, 1 for an officer")
