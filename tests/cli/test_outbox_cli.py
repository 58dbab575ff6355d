"""`arflow outbox …` word for word: what is listed, sent, posted, sent another way, cancelled and refused."""

import json
import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.people import People, Person
from arflow.post.outgoing.queue import queue
from tests.support.cases import Cases, Told
from tests.support.outgoing import dispatch, message, settings
from tests.support.smtp_server import MailServer, mail_server

pytestmark = pytest.mark.thorough
Run = Callable[..., Result]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path / "mail") as running:
        yield running


@pytest.fixture
def told(app: Arflow) -> Told:
    told = Cases(app).opened("12 Sep 2024", "1 Oct 2026")
    known = Person(id="N-00000002", plan=told.plan, role="setting", name="The Office", email="head@school.example.org")
    People(app.log_store.engine).add(known)
    return told


@pytest.fixture
def mail(run: Run, server: MailServer) -> Run:
    """The command line with a mail server set."""

    def running(*words: str, **how: str) -> Result:
        environment = {"ARFLOW_SMTP": server.url(), "ARFLOW_MAIL_FROM": "send@la.example.org"}
        return run("outbox", *words, **environment | how)

    return running


def queued(told: Told, *channels: Any, act: Any = None, key: str = "invite/1") -> tuple[str, ...]:
    roles = ("parent", "setting", "health")
    messages = (message(role, told.plan, channel) for role, channel in zip(roles, channels, strict=False))
    return queue(told.app, dispatch(told, act, *messages, key=key), settings()).messages


def test_what_is_due_is_sent_and_what_was_refused_is_listed(told: Told, mail: Run, server: MailServer) -> None:
    server.refused["office@school.example.org"] = "550 5.1.1 No such user"
    _, setting = queued(told, "email", "email", act=c.Invite(roles=("parent", "setting")))

    sent = mail("send")

    assert sent.exit_code == 0
    assert sent.stdout.splitlines()[0] == "1 sent, 1 refused."
    assert "recorded InvitationsSent" in sent.stdout
    [line] = json.loads(mail("list", "--trouble", "--json").stdout)
    assert (line["id"], line["state"], line["why"]) == (setting, "refused", "550 5.1.1 No such user")
    assert "office@" not in mail("list", "--trouble").stdout
    assert mail("send").stdout == "Nothing to send.\n"


def test_mail_goes_again_to_the_address_that_is_known_now(told: Told, mail: Run, server: MailServer) -> None:
    server.refused["office@school.example.org"] = "550 5.1.1 No such user"
    _, setting = queued(told, "email", "email", act=c.Invite(roles=("parent", "setting")))
    mail("send")

    again = mail("resend", setting, "--channel", "email")
    mail("send")

    assert again.stdout.endswith(f"takes the place of {setting}: `arflow outbox send` sends it.\n")
    assert server.received[-1].recipients == ["head@school.example.org"]
    assert mail("list", "--trouble").stdout == "There are no such messages.\n"


def test_another_way_says_from_what_day_to_what(told: Told, mail: Run, server: MailServer) -> None:
    told.invited("5 Oct 2026").held("2 Nov 2026").decided("amend", "9 Nov 2026")
    [parent] = queued(told, "hand", act=c.SendAmendmentNotice())
    mail("posted", parent, "--on", "2026-11-16")
    known = Person(
        id="N-00000001", plan=told.plan, role="parent", name="Robin Example", postal_address="1 Invented St\nEX1 1EX"
    )
    People(told.app.log_store.engine).add(known)

    new = json.loads(mail("resend", parent, "--channel", "post", "--json").stdout)["id"]
    said = mail("posted", new, "--on", "2026-11-20").stdout.splitlines()

    assert said[0] == "1 marked as posted."
    assert said[1].endswith("recorded ServiceRecorded")
    assert "notice (event " in said[2]
    assert said[2].endswith("it was 2026-11-16")


def test_an_act_that_is_refused_is_shown_and_recorded_on_request(told: Told, mail: Run) -> None:
    queued(told, "hand", act=c.SendAmendmentNotice(), key="notice/1")
    [line] = json.loads(mail("list", "--state", "to_post", "--json").stdout)

    said = mail("posted", line["id"], "--on", "2026-11-20")

    assert said.exit_code == 0
    assert "needs an officer: cannot notice a review that is scheduled" in said.stdout
    assert "Needs an officer" in mail("show", "notice/1").stdout
    refused = mail("record", "notice/1")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("arflow: cannot notice a review that is scheduled")
    told.invited("5 Oct 2026").held("2 Nov 2026").decided("amend", "9 Nov 2026")
    assert "recorded AmendmentNoticeSent" in mail("record", "notice/1").stdout
    assert mail("record", "notice/1").stdout == "There is nothing to record.\n"


def test_a_preview_is_what_is_sent(told: Told, mail: Run, server: MailServer, tmp_path: Path) -> None:
    [parent, letter] = queued(told, "email", "post")
    file = tmp_path / "invitation.eml"

    assert mail("preview", parent, "--output", str(file)).exit_code == 0
    mail("send")

    shown, arrived = message_from_bytes(file.read_bytes(), policy=default), server.received[0].email
    for email in (shown, arrived):
        del email["Date"]
    assert shown.as_bytes().split() == arrived.as_bytes().split()
    assert mail("preview", parent, "--output", str(file)).exit_code == 1  # the file is there already
    assert "goes by post" in mail("preview", letter, "--output", str(tmp_path / "x.eml")).stderr


def test_a_message_is_shown_with_its_words_and_the_list_holds_none(told: Told, mail: Run) -> None:
    [parent] = queued(told, "email")

    shown = mail("show", parent).stdout

    assert "Robin Example, robin@example.org" in shown
    assert shown.endswith("You are invited.\n\n")
    assert "Robin" not in mail("list").stdout
    assert "Robin" not in mail("list", "--json").stdout


def test_the_list_is_of_what_is_not_over(told: Told, mail: Run) -> None:
    first, second, _ = queued(told, "hand", "hand", "post")
    mail("posted", first, "--on", "2026-11-20")
    mail("cancel", second, "--reason", "told by telephone")

    def listed(*words: str) -> list[str]:
        return [line["state"] for line in json.loads(mail("list", *words, "--json").stdout)]

    assert listed() == ["to_post"]
    assert listed("--state", "sent", "--state", "cancelled") == ["sent", "cancelled"]
    assert listed("--review", told.id) == ["sent", "cancelled", "to_post"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "M-0"), 1, "arflow: there is no message M-0: see `arflow outbox list`\n"),
        (("show", "nothing"), 1, "arflow: there is no dispatch nothing: see `arflow outbox list`\n"),
        (("posted", "M-0"), 1, "arflow: there is no message M-0: see `arflow outbox list`\n"),
        (("resend", "M-0", "--channel", "post"), 1, "arflow: there is no message M-0: see `arflow outbox list`\n"),
        (("cancel", "D-0", "--reason", "x"), 1, "arflow: there is no dispatch D-0: see `arflow outbox list`\n"),
        (("list", "--review", "R-1"), 1, "arflow: there is no review R-1: see `arflow review list`\n"),
        (("list", "--state", "gone"), 2, "'gone' is not one of"),
        (("resend", "M-0", "--channel", "pigeon"), 2, "'pigeon' is not one of"),
        (("posted",), 2, "Missing argument 'ID...'"),
        (("cancel", "M-0"), 2, "Missing option '--reason'"),
    ],
)
def test_wrong_words_are_refused_in_one_line(mail: Run, words: tuple[str, ...], code: int, said: str) -> None:
    refused = mail(*words)

    assert (refused.exit_code, refused.stdout) == (code, "")
    assert said in refused.stderr


def test_an_email_is_not_posted_and_what_is_tried_again_says_when(told: Told, mail: Run) -> None:
    [waiting] = queued(told, "email")

    refused = mail("posted", waiting)
    tried = mail("send", ARFLOW_SMTP="smtp://localhost:1")

    assert refused.stderr == f"arflow: {waiting} is queued, not to post: see `arflow outbox show {waiting}`\n"
    assert tried.stdout.startswith("1 not taken now, to be tried again.\n")
    [line] = json.loads(mail("list", "--json").stdout)
    assert re.search(r"attempt 1; next at \d{4}-\d\d-\d\d \d\d:\d\d UTC$", line["why"])


def test_mail_that_is_due_without_a_server_is_refused(told: Told, run: Run) -> None:
    queued(told, "email")

    refused = run("outbox", "send", ARFLOW_SMTP="", ARFLOW_NOTIFY_KEY="")

    assert refused.exit_code == 1
    assert refused.stderr.startswith("arflow: ARFLOW_SMTP: is missing; mail is due")
