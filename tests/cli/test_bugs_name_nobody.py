"""A bug shows where it is and never whom it met: whatever room throws, its words reach neither screen nor log."""

import os
import shlex
import subprocess
import sys
import tomllib
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import Result
from msgspec.structs import replace

from arflow.application.arflow import Arflow
from arflow.cli import bugs
from arflow.errors import AlreadyThere, RowRefused
from arflow.people import Person
from tests.support.awkward_mail import email
from tests.support.cases import Cases
from tests.support.dovecot import deliver, make_maildir
from tests.support.paths import ROOT

MARK = "Zebedee"
# The command line, in which the first function of a room that is called throws with all that it was given.
THROWING = """
import sys, threading
ROOM, MARK = sys.argv[1], sys.argv[2]

class Bug(Exception):
    pass

def throw(frame, happened, _):
    code, name = frame.f_code, frame.f_globals.get("__name__", "")
    inside = name == f"arflow.{ROOM}" or name.startswith(f"arflow.{ROOM}.")
    starting = code.co_name in ("main", "hook") or code.co_name.startswith("<")
    if happened != "call" or not inside or starting or not code.co_flags & 0x2:  # 0x2: not the body of a class
        return None
    sys.settrace(None)
    try:
        raise KeyError(MARK, dict(frame.f_locals))
    except KeyError as error:
        found = Bug(f"{MARK} Ash, born 2015-03-04: {frame.f_locals}")
        found.add_note(MARK)
        raise found from error

from arflow.cli import main
sys.argv[:] = ["arflow", *sys.argv[3:]]
sys.settrace(throw)
main()
"""
LINES = {
    "cli": "people list P-0001",
    "evidence": "audit P-0001",
    "sen2": "sen2 check --year 2027",
    "planning": "year-plan latest",
    "daily": "tick --dry-run",
    "figures": "report timeliness",
    "demo": "--store sqlite:///{folder}/demo.db demo --plans 3",
    "history": "report timeliness",
    "imports": "people import {folder}/people.csv",
    "post": "outbox list",
    "lists": "due",
    "application": "people add P-0001 --role parent --name 'Zebedee Ash'",
    "papers": "document list --plan P-0001",
    "people": "people list P-0001",
    "telling": "audit P-0001",
    "examples": "workflow test",
    "case": "review cancel R-2026-000001 --reason 'Zebedee moved'",
    "law": "review cancel R-2026-000001 --reason 'Zebedee moved'",
    "store": "people list P-0001",
    "events": "review cancel R-2026-000001 --reason 'Zebedee moved'",
    "logs": "review cancel R-2026-000001 --reason 'Zebedee moved'",
    "private_files": "report timeliness --format csv --output {folder}/out.csv",
    "words": "plan list",
    "written_days": "people list P-0001 --on 3/9/2026",
    "control_characters": "people list P-0001",
    "pasted_text": "people list P-0001",
    "backup": "backup {folder}/copy",
    "temporary": "report timeliness --format csv --output {folder}/out.csv",
    "toml_text": "workflow list",
    "apart": "inbox run --mailbox maildir://{folder}/Maildir",
}
# These hold no functions that a command calls before it prints, only make the refusals themselves, or throw only what is
# taken for a fault of the file.
WITHOUT = {"commands", "errors", "version", "zip_listing"}


def rooms() -> set[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    return {room.strip() for layer in contracts[0]["layers"] for room in layer.split("|")}


@pytest.fixture
def told(app: Arflow, tmp_path: Path) -> Path:
    """A store in which people, officers and words hold the mark."""
    cases = Cases(app)
    plan = cases.plan("1 Aug 2026", coordinator=f"{MARK} Morgan")
    cases.review(plan, "1 Sep 2026")
    app.people.add(Person(plan=plan, role="child", name=f"{MARK} Ash", date_of_birth=date(2015, 3, 4)))
    (tmp_path / "people.csv").write_text(f"plan,role,name\n{plan},parent,{MARK} Ash\n")
    letter = email(f"{MARK}@example.org", plan, f"{MARK} Ash, born 2015-03-04")
    deliver(make_maildir(tmp_path / "Maildir"), letter.as_bytes(), datetime(2026, 11, 23, 10, tzinfo=UTC), 1)
    app.close()
    return tmp_path


def thrown(folder: Path, room: str, line: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    words = [word.format(folder=folder) for word in shlex.split(line)]
    environment = {**os.environ, "ARFLOW_STORE": f"sqlite:///{folder}/arflow.db", "ARFLOW_BY": "A. Officer", **settings}
    return subprocess.run(
        [sys.executable, "-c", THROWING, room, MARK, "--log", "debug", *words],
        env=environment | {"ARFLOW_TODAY": "2026-11-24"}, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_room_has_a_command_that_meets_it() -> None:
    assert rooms() == set(LINES) | WITHOUT


@pytest.mark.thorough
@pytest.mark.parametrize("room", LINES)
def test_what_any_room_throws_names_nobody(told: Path, room: str) -> None:
    done = thrown(told, room, LINES[room])

    said = done.stdout + done.stderr
    assert "Traceback (most recent call last)" in done.stderr, said
    assert f"/arflow/{room}" in done.stderr
    assert "__main__.Bug: its words are withheld" in done.stderr
    assert "KeyError: its words are withheld" in done.stderr
    for secret in (MARK, "2015-03-04"):
        assert secret not in said
    assert done.returncode == 1


@pytest.mark.thorough
def test_whoever_asks_for_the_words_sees_them(told: Path) -> None:
    done = thrown(told, "people", LINES["people"], ARFLOW_DEBUG="1")

    assert f"Bug: {MARK} Ash" in done.stderr


def test_groups_threads_and_codes_are_shown_without_words(capsys: pytest.CaptureFixture[str]) -> None:
    import sqlite3

    try:
        try:
            with closing(sqlite3.connect(":memory:")) as store:
                store.execute(f"select {MARK}")
        except sqlite3.Error as cause:
            raise ExceptionGroup(MARK, [OSError(28, MARK, MARK), ValueError(MARK)]) from cause
    except ExceptionGroup as error:
        bugs.show(type(error), error, error.__traceback__)

    said = capsys.readouterr().err
    for kind in ("sqlite3.OperationalError (SQLITE_ERROR)", "ExceptionGroup", "OSError (ENOSPC)", "ValueError"):
        assert f"{kind}: its words are withheld" in said
    assert "Report the lines above" in said
    assert MARK not in said


@pytest.mark.thorough
def test_what_a_database_says_of_a_row_is_not_in_the_chain_that_a_program_logs(app_on_each: Arflow) -> None:
    kept = [app_on_each.people.add(Person(plan="P-1", role="parent", name=f"{one} Ash")) for one in (MARK, "Robin")]

    with pytest.raises(AlreadyThere) as found:
        app_on_each.people.change(replace(kept[1], name=kept[0].name))

    assert isinstance(found.value.__cause__, RowRefused)
    assert MARK not in "".join(traceback.format_exception(found.value))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "store",
    [
        "postgresql://user:hunter2@127.0.0.1:1/name",
        "postgresql://user@127.0.0.1:1/name?password=hunter2",
        "postgresql://user@127.0.0.1:1/name?sslpassword=hunter2",
        "postgresql://user:hunter2@two@127.0.0.1:1/name",
        "postgresql://user:hunter2@127.0.0.1:port/name",
        "postgres://user:hunter2@127.0.0.1:1/name",
        "postgresql://127.0.0.1:1/name?user=u&password=hunter2&connect_timeout=x",
        "mysql://user:hunter2@127.0.0.1/name",
        "host=127.0.0.1 port=1 password=hunter2",
    ],
)
@pytest.mark.parametrize("line", ["init", "info", "--log debug tick", "--json due"])
def test_a_password_in_a_stores_url_is_never_said_again(run: Callable[..., Result], store: str, line: str) -> None:
    refused = run(*line.split(), ARFLOW_STORE=store)
    assert (refused.exit_code, "hunter2" in refused.output + refused.stderr) == (1, False)
    as_option = run("--store", store, *line.split())
    assert "hunter2" not in as_option.output + as_option.stderr


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("line", "settings"),
    [
        ("inbox run --mailbox imap://user:hunter2@127.0.0.1:1/INBOX", {}),
        ("inbox run --mailbox imaps://user:hunter2@127.0.0.1:1/INBOX", {}),
        ("inbox run --mailbox maildir://user:hunter2@/nowhere", {}),
        ("inbox run --mailbox other://user:hunter2@127.0.0.1/x", {}),
        ("outbox send", {"ARFLOW_SMTP": "smtp://user:hunter2@127.0.0.1:1", "ARFLOW_MAIL_FROM": "a@example.org"}),
        ("outbox send", {"ARFLOW_SMTP": "smtp://user:hunter2@127.0.0.1:port", "ARFLOW_MAIL_FROM": "a@example.org"}),
        ("outbox send", {"ARFLOW_SMTP": "mail://user:hunter2@127.0.0.1", "ARFLOW_MAIL_FROM": "a@example.org"}),
        ("outbox send", {"ARFLOW_SMTP": "smtps://127.0.0.1:1?password=hunter2", "ARFLOW_MAIL_FROM": "a@example.org"}),
        ("outbox send", {"ARFLOW_SMTP": "smtp://la.example.org?password=hunter2", "ARFLOW_MAIL_FROM": "a@example.org"}),
        ("document list", {"ARFLOW_DOCUMENTS": "s3://key:hunter2@bucket/folder"}),
        ("document verify", {"ARFLOW_DOCUMENTS": "ftp://key:hunter2@127.0.0.1/folder"}),
        ("document verify", {"ARFLOW_DOCUMENTS": "other://key:hunter2@place?token=hunter2"}),
    ],
)
def test_a_password_of_another_service_is_never_said_again(
    run: Callable[..., Result], line: str, settings: dict[str, str]
) -> None:
    done = run(*line.split(), ARFLOW_LOG="debug", **settings)
    assert "hunter2" not in done.output + done.stderr
