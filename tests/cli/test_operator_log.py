"""What `--log` tells an operator: ids, counts and outcomes as JSON lines, and nobody's name, address or words."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from arflow import logs
from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan
from arflow.errors import CaseMoved
from arflow.people import People, Person
from arflow.post.outgoing.queue import queue
from tests.support.awkward_mail import email
from tests.support.cases import Cases, Told, day
from tests.support.dovecot import make_maildir
from tests.support.outgoing import PEOPLE, dispatch, message, settings
from tests.support.paths import ROOT
from tests.support.post_room import household, planned, post_room
from tests.support.smtp_server import MailServer, mail_server

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]
MARKED = "marked@family.example.org"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path / "mail") as running:
        yield running


@pytest.fixture
def told(app: Arflow) -> Told:
    told = Cases(app).opened("12 Sep 2024", "1 Oct 2026")
    for role in ("parent", "setting", "health"):
        person, name, address = PEOPLE[role]
        People(app.log_store.engine).add(Person(id=person, plan=told.plan, role=role, name=name, email=address))
    return told


def said(found: Result, what: str) -> list[dict[str, Any]]:
    """The lines of one kind, without when and how loud; every line must be JSON, and name nobody."""
    assert found.exit_code == 0, found.output
    for name in ("example.org", "Robin", "Office", "Sample", "Sam ", "Officer", "Marked"):
        assert name not in found.stderr
    lines = [json.loads(line) for line in found.stderr.splitlines() if line.startswith("{")]
    return [
        {k: v for k, v in line.items() if k not in ("timestamp", "event")} for line in lines if line["event"] == what
    ]


def test_each_delivery_is_logged_with_its_outcome_and_a_carrier_s_answer_is_not(
    told: Told, run: Run, server: MailServer
) -> None:
    parent, setting, health = (PEOPLE[role][2] for role in ("parent", "setting", "health"))
    server.refused[setting] = f"550 5.1.1 <{setting}> The Office is not known"
    server.not_now[health] = 1
    messages = [message(role, told.plan, "email") for role in ("parent", "setting", "health")]
    act = c.Invite(roles=("parent", "setting", "health"))
    queued = queue(told.app, dispatch(told, act, *messages, key="invite/1"), settings()).messages

    sent = run("outbox", "send", ARFLOW_SMTP=server.url(), ARFLOW_MAIL_FROM="send@la.example.org", ARFLOW_LOG="info")

    lines = said(sent, "delivery")
    assert [(line["message"], line["outcome"], line["level"]) for line in lines] == [
        (queued[0], "sent", "info"),
        (queued[1], "refused", "warning"),
        (queued[2], "failed", "warning"),
    ]
    assert {(line["channel"]) for line in lines} == {"email"}
    assert (lines[2]["transport"], lines[2]["attempts"]) == ("smtp", 1)
    assert lines[2]["next_attempt_at"]
    assert parent in str(server.received[0].recipients)


def test_a_mail_server_that_takes_nothing_is_logged_once(told: Told, run: Run) -> None:
    queue(told.app, dispatch(told, None, message("parent", told.plan, "email"), key="invite/1"), settings())

    sent = run(
        "outbox", "send", ARFLOW_SMTP="smtp://localhost:1", ARFLOW_MAIL_FROM="a@example.org", ARFLOW_LOG="warning"
    )

    assert said(sent, "transport_away") == [{"transport": "smtp", "level": "warning"}]


def test_a_tick_logs_how_many_of_each(app: Arflow, run: Run, tmp_path: Path) -> None:
    with post_room(run, tmp_path) as room:
        told = planned(app)
        household(app, told.plan)
        room.done("review", "request-advice", told.id, "--send", "--role", "health", today=day("2 Nov 2026"))
        [line] = said(room("tick", today=day("26 Nov 2026"), ARFLOW_LOG="info"), "tick")

    counts = {name: line[name] for name in ("due_to_send", "sent", "failed", "refused", "reminders", "away", "dry_run")}
    assert counts == {
        "due_to_send": 1, "sent": 1, "failed": 0, "refused": 0, "reminders": 1, "away": [], "dry_run": False
    }  # fmt: skip
    assert (line["on"], line["seen"] > 0) == ("2026-11-26", True)


def test_a_mailbox_run_logs_its_counts(run: Run, tmp_path: Path) -> None:
    box = make_maildir(tmp_path / "Maildir")
    (box / "new" / "1.M1.host").write_bytes(email(f"Marked Parent <{MARKED}>", "Marked words").as_bytes())

    read = run(
        "inbox", "run", "--mailbox", f"maildir://{box}", ARFLOW_LOG="info", ARFLOW_DOCUMENTS=str(tmp_path / "kept")
    )

    [line] = said(read, "mailbox_read")
    assert {name: line[name] for name in ("taken", "unread", "placed", "unplaced", "left")} == {
        "taken": 1, "unread": 0, "placed": 0, "unplaced": 1, "left": 0
    }  # fmt: skip


def test_lists_made_again_a_rebuild_and_an_archive_are_logged(app: Arflow, run: Run, tmp_path: Path) -> None:
    app.add_plan(AddPlan(ref="P-1", first_made=day("12 Sep 2024")))
    run("due")
    publish = ("workflow", "publish", str(ROOT / "docs" / "examples" / "anyshire.2026.toml"), "--reason", "Panel")

    published = run(*publish, ARFLOW_LOG="info")
    assert said(published, "rules_changed") == [{"act": "DefinitionPublished", "number": 2, "level": "info"}]
    [again] = said(published, "lists_made_again")
    assert again["cases"] == 1
    assert said(run("due", ARFLOW_LOG="info"), "lists_made_again") == []
    assert said(run("rebuild", ARFLOW_LOG="info"), "lists_rebuilt") == [{"cases": 1, "level": "info"}]
    [archived] = said(run("archive", str(tmp_path / "archive"), ARFLOW_LOG="info"), "archived")
    assert (archived["events_written"], archived["segments_written"]) == (1, 1)


def test_a_conflict_is_logged_with_its_case(app: Arflow, capsys: pytest.CaptureFixture[str]) -> None:
    told = Cases(app).opened("12 Sep 2024", "1 Oct 2026")
    done = app.act(told.id, c.ScheduleMeeting(meeting_on=day("18 Dec 2026"), on=day("2 Nov 2026")))
    logs.to_stderr("warning")

    with pytest.raises(CaseMoved):
        app.append(told.id, done.events, app.draft())

    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["case"], line["level"]) == ("case_moved", told.id, "warning")


def test_where_nobody_listens_nothing_is_printed_or_loaded() -> None:
    script = "import sys\nfrom arflow import logs\nlogs.warning('arflow.post', 'delivery')\nprint('structlog' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
