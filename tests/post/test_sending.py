"""Mail through a real mail server: what arrives, what fails, what dies half-way, and what two runs do at once."""

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.errors import MissingValue
from arflow.events import DeliveryFailed, InvitationsSent, MessageSent, decode
from arflow.people import Person
from arflow.post.mail.dispatch import Calendar
from arflow.post.mail.outbox import dispatches
from arflow.post.mail.transport import MOST_ATTEMPTS, next_attempt
from arflow.post.outgoing.acts_that_left import OF_NEWER
from arflow.post.outgoing.delivery import Delivered
from arflow.post.outgoing.outbox_acts import resend
from arflow.post.outgoing.queue import outbox, queue
from arflow.store.engine import writing
from tests.conftest import TODAY
from tests.support.cases import Cases, Told
from tests.support.outgoing import REPORT, attachment, dispatch, message, recipient, sending, settings
from tests.support.paths import ROOT
from tests.support.smtp_server import MailServer, mail_server
from tests.support.unreadable import unknown_event

pytestmark = pytest.mark.thorough

INVITE = c.Invite(roles=("parent", "setting", "health"))
REQUEST = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path / "mail") as running:
        yield running


@pytest.fixture
def told(app_on_each: Arflow) -> Told:
    return Cases(app_on_each).opened("12 Sep 2024", "1 Oct 2026")


def of_case(told: Told, *kinds: type[Any]) -> list[Any]:
    events = (decode(row.payload) for row in told.app.log_store.read_case(told.plan))
    return [event for event in events if isinstance(event, kinds)]


def invitation(told: Told, *roles: str, **more: Any) -> Any:
    return dispatch(told, INVITE, *(message(role, told.plan, **more) for role in roles))


def later(told: Told, **how: int) -> None:
    """Let time go on for the application."""
    told.app._clock = lambda: datetime.now(UTC) + timedelta(**how)


def states(told: Told) -> list[str]:
    return [row.state for row in outbox(told.app).find()]


# --- what arrives ------------------------------------------------------------------------------------------


def test_what_was_queued_arrives_and_is_recorded(told: Told, server: MailServer) -> None:
    queued = queue(told.app, invitation(told, "parent", "setting"), settings(server))
    assert of_case(told, InvitationsSent) == []

    done = sending(told.app, server)

    assert done.sent == list(queued.messages)
    [event] = of_case(told, InvitationsSent)
    assert (event.people, event.roles) == (("N-00000001", "N-00000002"), ("parent", "setting"))
    assert (event.on, event.channel, event.served_on) == (TODAY, "email", None)
    assert [r.recipients for r in server.received] == [["robin@example.org"], ["office@school.example.org"]]
    assert len(server.maildir("robin@example.org")) == 1


def test_a_second_run_sends_nothing(told: Told, server: MailServer) -> None:
    queue(told.app, invitation(told, "parent"), settings(server))
    sending(told.app, server)

    assert sending(told.app, server) == Delivered()
    assert (len(server.received), len(of_case(told, InvitationsSent))) == (1, 1)


def test_the_email_as_another_reader_sees_it(told: Told, server: MailServer) -> None:
    sent = message(
        "parent",
        told.plan,
        to=recipient("parent", told.plan, name="Zoë Ó Example, of “Invented”"),
        text="Dear Zoë,\n\nThe meeting is on 18 December – please come.\n"
        + "A long line of words. " * 60
        + "\n.\nEnd\n",
        html="<p>The meeting is on 18 December – please come.</p>",
        attachments=(attachment(told.plan, name="Bericht – für Zoë’s Schule.pdf"),),
        calendar=Calendar(method="REQUEST", text=REQUEST),
        in_reply_to="<q1@school.example.org>",
    )
    [name] = queue(told.app, dispatch(told, None, sent, automatic="generated"), settings(server)).messages

    sending(told.app, server, ARFLOW_MAIL_NAME="Annual Reviews, Exampleshire")

    [received] = server.received
    email = received.email
    assert email.defects == []
    assert email["Message-ID"] == f"<{name}@la.example.org>"
    assert email["Subject"] == f"Annual review meeting [{told.id}]"
    [to] = email["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Zoë Ó Example, of “Invented”", "robin@example.org")
    assert str(email["From"]) == '"Annual Reviews, Exampleshire" <send@la.example.org>'
    assert email["Reply-To"] == "reviews@la.example.org"
    assert email["Auto-Submitted"] == "auto-generated"
    assert email["In-Reply-To"] == email["References"] == "<q1@school.example.org>"
    assert email["Date"].datetime.tzinfo is not None
    assert email.get_body(("plain",)).get_content().replace("\r\n", "\n") == sent.text  # type: ignore[union-attr]
    assert email.get_body(("html",)).get_content().strip() == sent.html  # type: ignore[union-attr]
    kinds = [part.get_content_type() for part in email.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
        "application/pdf",
    ]
    [alternative] = [part for part in email.walk() if part.get_content_type() == "text/calendar"]
    assert alternative.get_param("method") == "REQUEST"
    assert alternative.get_content().replace("\r\n", "\n") == REQUEST.replace("\r\n", "\n")
    ics, pdf = email.iter_attachments()
    assert ics.get_payload(decode=True) == REQUEST.encode()
    assert (pdf.get_filename(), pdf.get_content()) == ("Bericht – für Zoë’s Schule.pdf", REPORT)
    assert received.raw.isascii()
    assert max(len(line) for line in received.raw.splitlines()) <= 998  # RFC 5322 2.1.1


def test_a_line_that_begins_with_from_arrives_as_it_was_written(told: Told, server: MailServer) -> None:
    sent = message("parent", told.plan, text="Dear Robin\n\nFrom Year 9 the meeting looks ahead.\n")
    queue(told.app, dispatch(told, None, sent), settings(server))
    sending(told.app, server)

    [received] = server.received
    assert b"\r\nFrom Year 9 the meeting looks ahead." in received.raw
    assert b">From" not in received.raw


def test_imap_tools_reads_the_same(told: Told, server: MailServer) -> None:
    from imap_tools import MailMessage

    sent = message("parent", told.plan, html="<p>Zoë</p>", attachments=(attachment(told.plan, name="für Zoë.pdf"),))
    queue(told.app, dispatch(told, None, sent), settings(server))
    sending(told.app, server)

    read = MailMessage.from_bytes(server.received[0].raw)

    assert (read.from_, read.to, read.reply_to) == (
        "send@la.example.org",
        ("robin@example.org",),
        ("reviews@la.example.org",),
    )
    assert (read.text.replace("\r\n", "\n"), read.html.strip()) == ("You are invited.\n", "<p>Zoë</p>")
    [file] = read.attachments
    assert (file.filename, file.payload) == ("für Zoë.pdf", REPORT)


@pytest.mark.parametrize(
    ("automatic", "environment", "sender"),
    [
        (None, {}, "send@la.example.org"),
        ("generated", {"ARFLOW_MAIL_BOUNCES": "bounce@la.example.org"}, "bounce+{}@la.example.org"),
        ("replied", {"ARFLOW_MAIL_BOUNCES": "bounce@la.example.org"}, "<>"),
    ],
)
def test_a_bounce_comes_back_to_where_it_is_looked_for(
    told: Told, server: MailServer, automatic: Any, environment: dict[str, str], sender: str
) -> None:
    sent = dispatch(told, None, message("parent", told.plan), automatic=automatic)
    [name] = queue(told.app, sent, settings(server)).messages

    sending(told.app, server, **environment)

    proof = f"{name}.{outbox(told.app).message(name).token}"
    assert server.received[0].sender == sender.format(proof)
    assert server.received[0].email["X-Arflow-Delivery"] == proof
    assert server.received[0].email["Auto-Submitted"] == (f"auto-{automatic}" if automatic else None)


def test_an_address_with_a_domain_beyond_ascii_is_written_for_every_server(told: Told, server: MailServer) -> None:
    to = recipient("parent", told.plan, email="robin@exämple.org")
    queue(told.app, dispatch(told, None, message("parent", told.plan, to=to)), settings(server))

    sending(told.app, server)

    assert server.received[0].recipients == ["robin@xn--exmple-cua.org"]


def test_mail_without_a_case_leaves_and_the_log_is_untouched(told: Told, server: MailServer) -> None:
    nobody = recipient("parent", None, person=None, role=None)
    reply = dispatch(Told(told.app, None, None), None, message("parent", None, to=nobody), automatic="replied")  # type: ignore[arg-type]
    before = told.app.log_store.max_notification_id()
    [name] = queue(told.app, reply, settings(server)).messages

    sending(told.app, server)

    assert server.received[0].email["Subject"] == "Annual review meeting"
    assert told.app.log_store.max_notification_id() == before
    assert outbox(told.app).message(name).recorded == 0


# --- what fails --------------------------------------------------------------------------------------------


def test_one_refused_address_fails_alone_and_shows_on_the_case(told: Told, server: MailServer) -> None:
    server.refused["office@school.example.org"] = "550 5.1.1 No such user"
    queued = queue(told.app, invitation(told, "parent", "setting", "health"), settings(server))

    done = sending(told.app, server)

    assert done.refused == [queued.messages[1]]
    assert of_case(told, InvitationsSent)[0].people == ("N-00000001", "N-00000003")
    [failure] = of_case(told, DeliveryFailed)
    assert (failure.message, failure.because, failure.people) == (queued.messages[1], "refused", ("N-00000002",))
    assert outbox(told.app).message(queued.messages[1]).why == "550 5.1.1 No such user"


def test_a_refused_message_sent_to_a_new_address_is_recorded_as_an_invitation_of_its_own(
    told: Told, server: MailServer
) -> None:
    server.refused["office@school.example.org"] = "550 5.1.1 No such user"
    queued = queue(told.app, invitation(told, "parent", "setting"), settings(server))
    sending(told.app, server)

    right = recipient("setting", told.plan, email="head@school.example.org")
    resend(told.app, queued.messages[1], "email", settings(server), recipient=right)
    sending(told.app, server)

    assert [event.people for event in of_case(told, InvitationsSent)] == [("N-00000001",), ("N-00000002",)]


def test_not_now_is_tried_again_when_its_time_has_come(told: Told, server: MailServer) -> None:
    server.not_now["robin@example.org"] = 1
    queue(told.app, invitation(told, "parent"), settings(server))

    assert len(sending(told.app, server).failed) == 1
    assert sending(told.app, server) == Delivered()  # not before its time
    later(told, minutes=6)
    assert len(sending(told.app, server).sent) == 1

    assert of_case(told, DeliveryFailed) == []
    assert len(of_case(told, InvitationsSent)) == 1


def test_waits_grow_to_four_hours_and_end_after_a_week() -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)

    waits = [(next_attempt(n, at) or at) - at for n in range(1, MOST_ATTEMPTS)]

    assert [wait.total_seconds() / 60 for wait in waits[:7]] == [5, 10, 20, 40, 80, 160, 240]
    assert timedelta(days=5) < sum(waits, timedelta()) < timedelta(days=8)
    assert next_attempt(MOST_ATTEMPTS, at) is None


def test_what_was_tried_for_a_week_is_refused_and_shows_on_the_case(told: Told, server: MailServer) -> None:
    server.not_now["robin@example.org"] = 1_000
    queue(told.app, invitation(told, "parent"), settings(server))
    for attempt in range(MOST_ATTEMPTS):
        later(told, hours=5 * attempt)
        sending(told.app, server)

    assert states(told) == ["refused"]
    assert len(of_case(told, DeliveryFailed)) == 1


def test_a_server_that_is_away_is_tried_once_and_the_others_wait(told: Told, server: MailServer) -> None:
    queue(told.app, invitation(told, "parent", "setting"), settings(server))
    port, server.port = server.port, 1

    done = sending(told.app, server)

    assert "cannot be used" in done.away["smtp"]
    assert states(told) == ["failed", "queued"]
    server.port = port
    later(told, minutes=6)
    assert len(sending(told.app, server).sent) == 2


def test_a_server_that_takes_nothing_from_us_is_no_fault_of_the_recipient(told: Told, server: MailServer) -> None:
    server.refuse_senders = "550 5.7.1 You may not send from here"
    queue(told.app, invitation(told, "parent", "setting"), settings(server))

    done = sending(told.app, server)

    assert "550 5.7.1" in done.away["smtp"]
    assert states(told) == ["failed", "queued"]
    assert of_case(told, DeliveryFailed) == []


def test_a_message_that_is_too_large_is_refused_alone(told: Told, server: MailServer) -> None:
    server.refuse_senders = "552 5.3.4 Message too big"
    queue(told.app, invitation(told, "parent"), settings(server))

    assert len(sending(told.app, server).refused) == 1


def test_a_conversation_that_breaks_off_before_the_message_is_kept(told: Told, server: MailServer) -> None:
    queue(told.app, invitation(told, "parent", "setting"), settings(server))
    server.break_off = "before"

    assert len(sending(told.app, server).failed) == 2
    server.break_off = ""
    later(told, minutes=6)
    sending(told.app, server)

    assert len(server.received) == 2
    assert len(of_case(told, InvitationsSent)) == 1


def test_a_repeat_after_a_lost_answer_has_the_same_message_id(told: Told, server: MailServer) -> None:
    queue(told.app, invitation(told, "parent"), settings(server))
    server.break_off = "after"
    sending(told.app, server)
    server.break_off = ""
    later(told, minutes=6)
    sending(told.app, server)

    first, second = (received.email["Message-ID"] for received in server.received)
    assert first == second
    assert len(of_case(told, InvitationsSent)) == 1


def test_a_document_that_is_not_there_holds_its_message_back(told: Told, server: MailServer) -> None:
    lost = message("parent", told.plan, attachments=(attachment(told.plan, digest="0" * 64),))
    queue(told.app, dispatch(told, None, lost, message("setting", told.plan)), settings(server))

    done = sending(told.app, server)

    assert (len(done.failed), len(done.sent)) == (1, 1)
    assert "there is no document" in (outbox(told.app).message(done.failed[0]).why or "")


def test_somebody_who_is_not_to_be_contacted_by_now_gets_nothing(told: Told, server: MailServer) -> None:
    [name] = queue(told.app, invitation(told, "parent"), settings(server)).messages
    known = {"id": "N-00000001", "plan": told.plan, "role": "parent", "name": "Robin Example"}
    told.app.people.add(Person(**known, do_not_contact_because="a court order"))  # type: ignore[arg-type]

    assert sending(told.app, server).refused == [name]

    assert server.received == []
    assert of_case(told, InvitationsSent) == []


def test_mail_that_is_due_needs_a_server(told: Told) -> None:
    from arflow.post.outgoing.delivery import deliver
    from tests.support.outgoing import read, second_day

    assert deliver(told.app, settings(), read, second_day) == Delivered()
    queue(told.app, invitation(told, "parent"), settings())
    with pytest.raises(MissingValue, match="ARFLOW_SMTP"):
        deliver(told.app, settings(), read, second_day)

    assert states(told) == ["queued"]


# --- encryption and login ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine that nobody trusts unless told to."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def encrypted(certificate: Path, tmp_path: Path) -> Iterator[MailServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with mail_server(tmp_path / "mail", tls=context, login=True) as running:
        yield running


def _login(server: MailServer, password: str = "a secret") -> dict[str, str]:
    return {"ARFLOW_SMTP": server.url("smtp+starttls", "arflow"), "ARFLOW_SMTP_PASSWORD": password}


def test_mail_goes_encrypted_with_a_login(
    told: Told, encrypted: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    queue(told.app, invitation(told, "parent"), settings())

    assert len(sending(told.app, encrypted, **_login(encrypted)).sent) == 1


def test_a_server_that_cannot_show_who_it_is_gets_nothing(told: Told, encrypted: MailServer) -> None:
    queue(told.app, invitation(told, "parent"), settings())

    done = sending(told.app, encrypted, **_login(encrypted))

    assert "CERTIFICATE_VERIFY_FAILED" in done.away["smtp"]
    assert encrypted.received == []


def test_a_wrong_password_is_said_without_showing_it(
    told: Told, encrypted: MailServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    queue(told.app, invitation(told, "parent"), settings())

    done = sending(told.app, encrypted, **_login(encrypted, password="a wrong one"))

    assert "535" in done.away["smtp"]
    assert "a wrong one" not in done.away["smtp"]


# --- killed, and two at once -------------------------------------------------------------------------------

# The process ends at the moment named: before or after each step of a delivery.
DYING = """
import os, smtplib, sys
from datetime import date
from pathlib import Path
from arflow.application.arflow import Arflow
from arflow.post.mail.outbox import Outbox
from tests.support.outgoing import sending
from tests.support.smtp_server import MailServer

url, port, folder, moment = sys.argv[1:]
where, _, step = moment.partition(" ")
owner, name = {
    "claim": (Outbox, "claim"),
    "sending": (smtplib.SMTP, "sendmail"),
    "settling": (Outbox, "settle"),
    "marking": (Outbox, "mark_recorded"),
    "acting": (Arflow, "act"),
}[step]
real = getattr(owner, name)

def dying(*arguments, **more):
    if where == "before":
        os._exit(7)
    real(*arguments, **more)
    os._exit(7)

setattr(owner, name, dying)
server = MailServer(Path(folder))
server.port = int(port)
sending(Arflow(url, by="A. Officer", today=date(2026, 11, 24)), server)
"""
MOMENTS = [
    f"{where} {step}" for step in ("claim", "sending", "settling", "marking", "acting") for where in ("before", "after")
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_that_dies_loses_no_message_and_records_no_act_twice(told: Told, server: MailServer, moment: str) -> None:
    queued = queue(told.app, invitation(told, "parent"), settings(server))
    died = subprocess.run(
        [sys.executable, "-c", DYING, told.app.url, str(server.port), str(server.folder), moment],
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f".{os.pathsep}src"},
    )
    assert died.returncode == 7

    sending(told.app, server)  # a live run would still hold what it has claimed
    later(told, minutes=16)
    sending(told.app, server)
    sending(told.app, server)

    [name] = queued.messages
    assert 1 <= len(server.received) <= 2
    assert {received.email["Message-ID"] for received in server.received} == {f"<{name}@la.example.org>"}
    assert [event.people for event in of_case(told, InvitationsSent)] == [("N-00000001",)]
    assert of_case(told, MessageSent, DeliveryFailed) == []
    assert outbox(told.app).message(name).state == "sent"


def test_a_message_in_the_hands_of_a_live_run_is_left_to_it(told: Told, server: MailServer) -> None:
    [name] = queue(told.app, invitation(told, "parent"), settings(server)).messages
    box = outbox(told.app)
    box.claim(name, told.app.now)

    assert sending(told.app, server) == Delivered()
    later(told, minutes=14)
    assert sending(told.app, server) == Delivered()
    later(told, minutes=16)
    assert sending(told.app, server).sent == [name]


def test_a_run_that_was_overtaken_changes_nothing_when_it_wakes(told: Told, server: MailServer) -> None:
    [name] = queue(told.app, invitation(told, "parent"), settings(server)).messages
    box = outbox(told.app)
    slow = box.claim(name, told.app.now)
    assert slow is not None
    later(told, minutes=16)
    sending(told.app, server)

    with box.writing() as connection:
        assert not box.settle(connection, slow, "failed", why="too late")

    assert box.message(name).state == "sent"


def test_a_run_that_was_overtaken_settles_nothing_while_another_holds_the_message(
    told: Told, server: MailServer
) -> None:
    [name] = queue(told.app, invitation(told, "parent"), settings(server)).messages
    box = outbox(told.app)
    slow = box.claim(name, told.app.now)
    later(told, minutes=16)
    quick = box.claim(name, told.app.now)
    assert slow is not None
    assert quick is not None

    with box.writing() as connection:
        assert not box.settle(connection, slow, "failed", why="too late")
        assert box.settle(connection, quick, "sent")

    assert box.message(name).state == "sent"


def test_two_runs_at_once_send_each_message_once(
    told: Told, server: MailServer, open_app: Callable[..., Arflow]
) -> None:
    for number in range(10):
        messages = tuple(message(role, told.plan) for role in ("parent", "setting", "health"))
        queue(told.app, dispatch(told, INVITE, *messages, key=f"key {number}"), settings(server))
    apps = [open_app(told.app.url) for _ in range(3)]
    done: list[Delivered] = []
    runs = [threading.Thread(target=lambda app=app: done.append(sending(app, server))) for app in apps]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    sending(told.app, server)  # what a run left to others because the case had moved

    assert len(done) == 3
    assert len(server.received) == 30
    assert len({received.email["Message-ID"] for received in server.received}) == 30
    recorded = [event.people for event in of_case(told, InvitationsSent)]
    assert sum(len(people) for people in recorded) == 30
    assert sum(len(run.sent) for run in done) == 30
    assert {row.state for row in outbox(told.app).find()} == {"sent"}


def test_the_day_a_message_left_is_the_day_in_london(sqlite_url: str, server: MailServer) -> None:
    """Half past midnight on 1 July in London is still 30 June in UTC."""
    night = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    with Arflow(sqlite_url, by="A. Officer", clock=lambda: night) as app:
        told = Cases(app).opened("12 Sep 2024", "1 Jun 2026")
        queue(app, dispatch(told, INVITE, message("parent", told.plan)), settings(server))
        sending(app, server)

        assert [event.on for event in of_case(told, InvitationsSent)] == [date(2026, 7, 1)]


# --- a case that cannot be read ----------------------------------------------------------------------------


def test_what_became_of_mail_on_a_case_that_cannot_be_read_is_kept_and_other_mail_is_recorded(
    told: Told, server: MailServer
) -> None:
    other = Cases(told.app, start=1).opened("12 Sep 2024", "1 Oct 2026")
    server.refused["office@school.example.org"] = "550 5.1.1 No such user"
    unread = queue(told.app, invitation(told, "parent", "setting"), settings(server))
    sound = queue(told.app, dispatch(other, INVITE, message("parent", other.plan), key="other"), settings(server))
    reason = unknown_event(str(told.app.url), told.id, Path())

    done = sending(told.app, server)
    assert set(done.sent) == {unread.messages[0], *sound.messages}
    assert done.refused == [unread.messages[1]]
    assert len(of_case(other, InvitationsSent)) == 1
    [trouble] = [one.trouble for one in done.recorded if one.trouble]
    assert reason in trouble
    assert [outbox(told.app).message(name).state for name in unread.messages] == ["sent", "refused"]
    assert sending(told.app, server).sent == []


def test_mail_that_a_newer_arflow_queued_with_an_unknown_act_waits_and_other_mail_leaves(
    told: Told, server: MailServer
) -> None:
    newer = queue(told.app, invitation(told, "parent"), settings(server))
    sound = queue(told.app, dispatch(told, None, message("setting", told.plan), key="other"), settings(server))
    with writing(told.app.engine) as connection:
        act = '{"act":"summarise","command":{}}'
        connection.execute(sa.update(dispatches).where(dispatches.c.id == newer.id).values(act=act))

    done = sending(told.app, server)
    assert done.sent == list(sound.messages)
    assert [one.trouble for one in done.recorded if one.trouble] == [OF_NEWER]
    assert outbox(told.app).message(newer.messages[0]).state == "queued"
