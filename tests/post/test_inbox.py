"""The annual review inbox: awkward messages from a real IMAP server, none lost, none misfiled, none answered twice."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from msgspec.structs import replace

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.case.review_commands import CancelReview, HoldMeeting, SendReport
from arflow.errors import CaseMoved, DocumentRefused, InvalidValue, MailboxNotReady, NotPossible
from arflow.events import AdviceReceived, DeliveryFailed, PaperReceived, ReportSent, decode
from arflow.papers.documents import documents_of
from arflow.people import People, Person
from arflow.people.identifiers import upn_letter
from arflow.post.incoming import inbox, officer_decisions
from arflow.post.incoming.answers import Answering, answering
from arflow.post.incoming.isolated_reader import Reader
from arflow.post.mail import acknowledgement
from arflow.post.mail.arrivals import Arrival
from arflow.post.mail.dispatch import Dispatch, Message, Recipient
from arflow.post.mail.mailbox import Maildir, opened
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.queue import outbox, queue
from arflow.sen2.form.record import Record
from arflow.sen2.returned import told_facts
from arflow.store.engine import writing
from tests.support import awkward_mail as awkward
from tests.support.awkward_mail import ALEX, KIT, OFFICE, OURS, SAM, VAL, Awkward, attached, email, unique
from tests.support.dovecot import PASSWORD, Dovecot, deliver, make_maildir, running
from tests.support.outgoing import sending
from tests.support.smtp_server import mail_server
from tests.support.unreadable import unknown_event

pytestmark = pytest.mark.thorough

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
UPN, UNKNOWN = (f"{upn_letter(f'A{digits}')}{digits}" for digits in ("123456789012", "987654321098"))
FOLK = {
    "P-1001": (("health", KIT), ("parent", SAM), ("setting", OFFICE)),
    "P-1002": (("setting", OFFICE),),
    "P-1003": (("parent", ALEX),),
    "P-1004": (("parent", ALEX),),
    "P-1005": (("parent", VAL),),
}
REVIEW = "R-2026-000001"


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running() as server:
        yield server


@pytest.fixture(autouse=True)
def _surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARFLOW_MAIL_FROM", OURS)
    monkeypatch.setenv("ARFLOW_MAIL_BOUNCES", awkward.BOUNCES)
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))
    monkeypatch.setenv("ARFLOW_INBOX_PASSWORD", PASSWORD)


def people_and_reviews(app: Arflow) -> Arflow:
    """Five plans with their people; P-1005 has a finished review beside the open one."""
    for plan, folk in FOLK.items():
        app.add_plan(AddPlan(ref=plan, first_made=date(2025, 9, 1)))
        for role, address in folk:
            People(app.log_store.engine).add(Person(plan=plan, role=role, name=f"{role} of {plan}", email=address))  # type: ignore[arg-type]
        app.open_review(plan, on=date(2026, 10, 1), meeting_on=date(2027, 1, 10))
    app.act("R-2026-000005", CancelReview(on=date(2026, 10, 2), reason="entered twice"))
    app.open_review("P-1005", on=date(2026, 10, 3), meeting_on=date(2027, 1, 11))
    person = Record(block="Person", values={"UPN": UPN})
    with writing(app.log_store.engine) as connection:
        told_facts.keep(connection, [told_facts.draft("P-1001", 2026, person, AT, "A. Officer")])
    return app


@pytest.fixture
def world(app: Arflow) -> Arflow:
    return people_and_reviews(app)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    return make_maildir(tmp_path / "Maildir")


def reads(app: Arflow, box: Path) -> inbox.Ran:
    return inbox.run(app, Maildir(box), answers(app))


def answers(app: Arflow) -> Answering:
    return answering(app, Settings.from_environment())


def comes(box: Path, raw: bytes, at: datetime = AT, number: int = 1) -> None:
    received = f"Received: from a by b; {at:%a, %d %b %Y %H:%M:%S %z}\r\n".encode()
    deliver(box, received + raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), at, number)


def all_of(app: Arflow) -> list[Arrival]:
    return officer_decisions.waiting_list(app, "all")


def names(app: Arflow, arrival: Arrival) -> tuple[str | None, ...]:
    return tuple(one.name for one in officer_decisions.arrivals_of(app).papers() if one.arrival == arrival.id)


def events(app: Arflow, plan: str, kind: type[Any]) -> list[Any]:
    found = (decode(row.payload) for row in app.log_store.read_case(plan))
    return [event for event in found if isinstance(event, kind)]


def sent(app: Arflow, key: str, *, review: str | None = REVIEW) -> str:
    """The id of a message of ours that has left on the case of Kit."""
    kit = Recipient(person=None, plan="P-1001", role="health", email=KIT)
    message = Message(recipient=kit, channel="email", subject="Annual review", text="Words.\n")
    [name] = queue(app, Dispatch(key=key, kind="reminder", plan="P-1001", review=review, messages=(message,))).messages
    box = outbox(app)
    claimed = box.claim(name, app.now)
    assert claimed is not None
    with box.writing() as connection:
        assert box.settle(connection, claimed, "sent", sent_at="2026-11-20T10:00:00.000000Z", left_on="2026-11-20")
    return name


def proof(app: Arflow, name: str) -> str:
    """What only the message itself has, as its headers and its return path say it."""
    return f"{name}.{outbox(app).message(name).token}"


# --- messages as they really come -------------------------------------------------------------------------------


def everything(app: Arflow, monkeypatch: pytest.MonkeyPatch) -> list[Awkward]:
    """The awkward messages, in a world where none is refused for being one too many, with a scanner."""
    monkeypatch.setattr(acknowledgement, "MOST_A_DAY", 1_000)
    monkeypatch.setenv("ARFLOW_VIRUS_SCAN", "sh -c '! grep -q INFECTED'")
    keys = ("reply", "away", "receipt", "postfix", "exchange", "gmail", "qmail", "delay")
    ours = {key: sent(app, key) for key in keys}
    proven = {key: proof(app, name) for key, name in ours.items() if key not in ("reply", "away")}
    return awkward.awkward_mail(ours | proven, UPN, UNKNOWN)


def became(app: Arflow) -> dict[str, Arrival]:
    """What became of each message, by its name."""
    found = {}
    for arrival in all_of(app):
        name = re.search(rb"X-Case: (.*?)\r\n", officer_decisions.whole(app, arrival.id))
        assert name is not None
        found[name.group(1).decode()] = arrival
    return found


def check(app: Arflow, mail: list[Awkward]) -> None:
    """Everything is where it belongs, and nothing else was filed, answered or recorded."""
    found = became(app)
    wrong = []
    for one in mail:
        arrival = found[one.name]
        is_so = Awkward(
            name=one.name,
            raw=one.raw,
            state=arrival.state,
            plan=arrival.plan,
            papers=names(app, arrival),  # type: ignore[arg-type]
            not_opened=tuple(closed.name for closed in arrival.closed),
            why=one.why if one.why in (arrival.why or "") else f"{arrival.why}",
            answered=arrival.answer is not None,
        )
        if is_so != one:
            wrong.append(
                (one.name, is_so.state, is_so.plan, is_so.papers, is_so.not_opened, arrival.why, arrival.no_answer)
            )
    assert wrong == []
    assert len(found) == len(mail)


def test_every_awkward_message_comes_to_its_place_from_imap(
    world: Arflow, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = everything(world, monkeypatch)
    assert len(mail) > 60
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    for one in mail:
        dovecot.deliver(one.raw, AT)
    before = sorted(path.name.partition(":")[0] for path in dovecot.maildir.glob("*/*.test*"))

    with opened(dovecot.url()) as mailbox:
        ran = inbox.run(world, mailbox, answers(world))

    assert (ran.taken, ran.left) == (len(mail), 0)
    check(world, mail)
    digests = {arrival.digest for arrival in all_of(world)}
    changed_by_the_server = {"null bytes in the text"}  # IMAP has no null bytes in a literal (RFC 3501 4.3.1)
    assert {hashlib.sha256(one.raw).hexdigest() for one in mail if one.name not in changed_by_the_server} < digests
    # Nothing in the mailbox is gone, moved or marked as read.
    after = [path.name for path in dovecot.maildir.glob("*/*.test*")]
    assert sorted(name.partition(":")[0] for name in after) == before
    assert not any("S" in name.partition(":2,")[2] for name in after)

    dovecot.forget_uids()
    with opened(dovecot.url(encrypted=False)) as mailbox:
        again = inbox.run(world, mailbox, answers(world))

    assert again == inbox.Ran(taken=0)  # under new UIDs, and nothing is done twice
    check(world, mail)


def test_every_awkward_message_comes_to_its_place_from_a_maildir_on_each_store(
    app_on_each: Arflow, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = people_and_reviews(app_on_each)
    mail = everything(world, monkeypatch)
    for number, one in enumerate(mail):
        deliver(box, one.raw, AT, number)

    assert reads(world, box).taken == len(mail)

    check(world, mail)
    assert reads(world, box) == inbox.Ran(taken=0)
    received = [event for plan in FOLK for event in events(world, plan, PaperReceived)]
    assert len(received) == sum(len(one.papers) for one in mail)
    failed = events(world, "P-1001", DeliveryFailed)
    assert len(failed) == 4
    assert {event.because for event in failed} == {"bounced"}
    automatic = [row for row in outbox(world).find() if outbox(world).dispatch(row.dispatch).automatic]
    assert len(automatic) == sum(one.answered for one in mail)
    assert list(world.log_store.verify()) == []


# --- what the bytes and places of messages say ------------------------------------------------------------------


def test_the_same_message_by_two_ways_is_kept_twice_and_filed_once(world: Arflow, box: Path) -> None:
    made = attached(email(KIT, "R-2026-000001"), "advice.txt").as_bytes()
    comes(box, made)
    comes(box, b"Received: by another way\r\n" + made, number=2)
    comes(box, made, number=3)  # the very same bytes again, such as a copy in the folder

    assert reads(world, box) == inbox.Ran(taken=2, placed=1, repeat=1)

    first, second = all_of(world)
    assert {first.state, second.state} == {"placed", "repeat"}
    assert len(officer_decisions.arrivals_of(world).papers()) == 1
    assert len(events(world, "P-1001", PaperReceived)) == 1
    assert [row.state for row in outbox(world).find()] == ["queued"]
    assert reads(world, box) == inbox.Ran(taken=0)


def test_a_message_id_used_again_for_other_content_is_a_message_of_its_own(world: Arflow, box: Path) -> None:
    for number, text in enumerate(("First.\n", "Second.\n")):
        same = {"Message_ID": "<always@mail.example.org>"}
        comes(box, attached(email(KIT, REVIEW, text, **same), "a.txt", content=unique(text)).as_bytes(), number=number)

    assert reads(world, box) == inbox.Ran(taken=2, placed=2)

    assert [arrival.answer is not None for arrival in all_of(world)].count(True) == 1  # one thread, one acknowledgement


def test_a_message_is_dated_by_our_server_and_never_by_its_sender(world: Arflow, box: Path) -> None:
    late = datetime(2026, 11, 23, 23, 59, tzinfo=UTC)
    comes(box, attached(email(KIT, REVIEW, Date="Mon, 1 Jan 2001 00:00:00 +0000"), "a.txt").as_bytes(), late)

    reads(world, box)

    [event] = events(world, "P-1001", PaperReceived)
    assert event.on == date(2026, 11, 23)


@pytest.mark.parametrize(("minute", "on"), [(59, date(2026, 7, 1)), (0, date(2026, 7, 2))])
def test_the_day_of_an_evening_email_is_that_of_london_in_summer_too(
    world: Arflow, box: Path, minute: int, on: date
) -> None:
    at = datetime(2026, 7, 1, 22 if minute else 23, minute, tzinfo=UTC)
    comes(box, attached(email(KIT, REVIEW), "a.txt").as_bytes(), at)

    reads(world, box)

    assert [event.on for event in events(world, "P-1001", PaperReceived)] == [on]


def test_what_came_before_a_day_is_left_alone_if_asked(world: Arflow, dovecot: Dovecot, box: Path) -> None:
    for number, at in enumerate((AT - timedelta(days=2), AT)):
        comes(box, attached(email(KIT, REVIEW), "a.txt", content=unique(str(at))).as_bytes(), at, number)

    assert inbox.run(world, Maildir(box), answers(world), since=AT.date()) == inbox.Ran(taken=1, placed=1)


# --- acknowledgements -------------------------------------------------------------------------------------------


def test_an_acknowledgement_says_what_is_next_and_nothing_of_what_was_written(world: Arflow, box: Path) -> None:
    comes(box, attached(email(KIT, f"{REVIEW} about Robin Ash", "Robin is seven.\n"), "Robin.txt").as_bytes())

    reads(world, box)

    [row] = outbox(world).find()
    said = row.body
    assert said is not None
    dispatch = outbox(world).dispatch(row.dispatch)
    assert (said.recipient.email, said.recipient.name, dispatch.automatic) == (KIT, "", "replied")
    assert said.subject == "We have your message about R-2026-000001"
    assert (
        "Everyone who has a part in the review is invited to the meeting. The last day for this is 26 December 2026."
        in said.text
    )
    assert said.in_reply_to == all_of(world)[0].message_id
    assert "Robin" not in said.text + said.subject


def test_an_acknowledgement_of_an_unplaced_message_tells_of_no_case(world: Arflow, box: Path) -> None:
    comes(box, email(SAM, "R-2026-000003", "About R-2026-000003.\n").as_bytes())

    reads(world, box)

    [row] = outbox(world).find()
    assert row.body is not None
    assert "R-2026" not in row.body.text + row.body.subject
    assert (row.body.recipient.plan, row.body.recipient.person) == (None, None)


def test_a_thread_is_acknowledged_once_and_a_sender_five_times_a_day(world: Arflow, box: Path) -> None:
    for number in range(8):
        comes(box, email(KIT, REVIEW, f"Words {number}.\n", References="<root@x.example>").as_bytes(), number=number)
    reads(world, box)
    assert len(outbox(world).find()) == 1

    for number in range(8):
        comes(box, email(KIT, REVIEW, f"More {number}.\n").as_bytes(), AT + timedelta(minutes=1), number)
    reads(world, box)

    assert len(outbox(world).find()) == acknowledgement.MOST_A_DAY == 5
    assert len([one for one in all_of(world) if one.state == "placed"]) == 16


@pytest.mark.parametrize(
    ("bomb", "said"),
    [
        ("{{ '%0999999999d' % 1 }}", "takes more than 2 seconds or 500 MB"),
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", "takes more than 2 seconds"),
        ("{% for i in range(99999) %}again {% endfor %}", "more than 20,000 characters"),
        ("{{ 1 / 0 }}", "division by zero"),
    ],
)
def test_an_acknowledgement_cannot_take_all_time_or_memory(tmp_path: Path, bomb: str, said: str) -> None:
    own = tmp_path / "reply.txt"
    own.write_text(f"Subject: Thank you\n{bomb}\n", "utf-8")
    with pytest.raises(InvalidValue, match=said) as refused:
        acknowledgement.template(str(own))
    assert str(refused.value).startswith("ARFLOW_INBOX_REPLY: ")


@pytest.mark.parametrize("forge", [awkward.postfix, awkward.exchange, awkward.gmail, awkward.qmail])
@pytest.mark.parametrize("guess", ["", ".0123456789ab"])
def test_a_forged_bounce_never_marks_a_delivery_as_failed(
    world: Arflow, box: Path, run: Callable[..., Result], forge: Callable[..., bytes], guess: str
) -> None:
    name = sent(world, "a key")
    how = ("failed", "5.1.1") if forge is awkward.postfix else ()
    comes(box, forge(name + guess, *how))
    reads(world, box)

    assert outbox(world).message(name).state == "sent"
    assert events(world, "P-1001", DeliveryFailed) == []
    [found] = all_of(world)
    assert (found.state, found.plan) == ("unplaced", None)
    assert f"it reports {name} failed, without the token" in (found.why or "")

    assert run("outbox", "bounced", name).stdout.startswith(f"{name} is marked as bounced")
    assert [event.message for event in events(world, "P-1001", DeliveryFailed)] == [name]
    assert run("outbox", "bounced", name).stdout == f"{name} was marked before.\n"


def test_a_forged_receipt_never_marks_a_message_as_delivered(world: Arflow, box: Path) -> None:
    forged, true = sent(world, "a key"), sent(world, "another")
    comes(box, awkward.written_receipt(forged), number=1)
    comes(box, awkward.written_receipt(proof(world, true)), number=2)
    reads(world, box)

    assert [outbox(world).message(name).delivered_at is not None for name in (forged, true)] == [False, True]


def test_many_senders_together_get_no_more_than_the_hours_acknowledgements(
    world: Arflow, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert acknowledgement.MOST_AN_HOUR == 100
    monkeypatch.setattr(acknowledgement, "MOST_AN_HOUR", 3)
    for number in range(5):
        comes(box, email(f"someone{number}@elsewhere.example.org", f"Words {number}").as_bytes(), number=number)
    reads(world, box)

    assert len(outbox(world).find()) == 3
    refused = [one.no_answer for one in all_of(world) if one.answer is None]
    assert refused == ["there were 3 acknowledgements within the hour"] * 2


@pytest.mark.parametrize(
    ("said", "servers", "proven"),
    [
        ("mx.la.example.org; dmarc=pass header.from=nhs.example.org", "mx.la.example.org", True),
        ("MX.la.example.org 1; spf=pass; dmarc = pass (p=none)", "other.example.org, mx.la.example.org", True),
        ("mx.la.example.org; spf=pass; dkim=pass", "mx.la.example.org", False),
        ("mx.la.example.org; dmarc=none (dmarc=pass)", "mx.la.example.org", False),
        ("forged.example.org; dmarc=pass", "mx.la.example.org", False),
        (None, "mx.la.example.org", False),
        ("mx.la.example.org; dmarc=pass", "", None),
    ],
)
def test_an_officer_sees_which_sender_is_not_proven(
    world: Arflow,
    box: Path,
    run: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    said: str | None,
    servers: str,
    proven: bool | None,
) -> None:
    monkeypatch.setenv("ARFLOW_INBOX_CHECKED_BY", servers)
    comes(box, email(KIT, REVIEW, **({"Authentication_Results": said} if said else {})).as_bytes())
    reads(world, box)

    [row] = json.loads(run("inbox", "list", "--json").stdout)
    assert row["sender_proven"] is proven
    mark = "" if proven else " (unproven)"
    assert f"{KIT}{mark}" in " ".join(run("inbox", "show", row["id"]).stdout.split())
    assert ("unproven" in run("inbox", "list").stdout) is not (proven is True)


def test_an_acknowledgement_of_ours_that_comes_back_ends_there(world: Arflow, box: Path) -> None:
    comes(box, email(KIT, REVIEW).as_bytes())
    reads(world, box)
    [row] = outbox(world).find()
    for number, made in enumerate(
        (
            email(KIT, "Re: We have your message", Message_ID=f"<{row.id}@la.example.org>"),
            email(KIT, "Automatic reply: We have your message", In_Reply_To=f"<{row.id}@la.example.org>"),
        ),
        2,
    ):
        comes(box, made.as_bytes(), number=number)

    assert reads(world, box) == inbox.Ran(taken=2, noted=2)

    assert len(outbox(world).find()) == 1


def test_nobody_is_answered_late_or_against_their_wish(world: Arflow, box: Path) -> None:
    sam = next(person for person in People(world.log_store.engine).of("P-1001") if person.email == SAM)
    People(world.log_store.engine).change(replace(sam, do_not_contact_because="asked not to be"))
    comes(box, email(SAM, REVIEW).as_bytes())
    comes(box, email(KIT, REVIEW).as_bytes(), AT - timedelta(days=4), 2)
    comes(box, email(KIT, REVIEW, "Another.\n").as_bytes(), AT - timedelta(days=3), 3)

    reads(world, box)

    assert sorted((one.no_answer or "answered") for one in all_of(world)) == [
        "answered",
        "it came too long ago",
        "the sender is not to be contacted",
    ]


def test_the_authoritys_own_words_are_used_and_checked(run: Callable[..., Result], tmp_path: Path, box: Path) -> None:
    own = tmp_path / "reply.txt"
    own.write_text("Subject: Thank you\n\nYour reference: {{ reference or 'none' }}.\n")
    done = run("inbox", "run", "--mailbox", f"maildir://{box}", ARFLOW_INBOX_REPLY=str(own))
    assert (done.exit_code, done.stdout) == (0, "0 new, 0 placed, 0 for an officer to place, 0 noted, 0 repeated\n")

    for text, said in (
        ("Subject: x\n\n{{ child }}\n", "uses only arrived_on, reference"),
        ("No subject\n\nWords\n", "begins with a line `Subject: …`"),
        ("Subject: x\n\n{% if %}\n", "uses only"),
    ):
        own.write_text(text)
        done = run("inbox", "run", "--mailbox", f"maildir://{box}", ARFLOW_INBOX_REPLY=str(own))
        assert done.exit_code == 1
        assert said in done.stderr
        assert done.stderr.count("\n") == 1


# --- crashes ----------------------------------------------------------------------------------------------------

# The child ends, as a killed process does, when it comes to the named step; `after` lets the step itself happen.
CRASH = """
import os, sys
from datetime import date
from pathlib import Path
from arflow.application.arflow import Arflow
from arflow.post.incoming import answers, filing, inbox
from arflow.post.incoming.inbox import Place
from arflow.papers.documents import Documents
from arflow.post.mail.arrivals import Arrivals
from arflow.post.mail.mailbox import Maildir
from arflow.post.mail.settings import Settings

owner, name, after = sys.argv[3:6]
at = {
    "Place": Place, "Arrivals": Arrivals, "Documents": Documents, "Answering": answers.Answering,
    "inbox": inbox, "filing": filing, "Arflow": Arflow,
}[owner]
step = getattr(at, name)

def fatal(*arguments, **named):
    if after == "after":
        step(*arguments, **named)
    os._exit(77)

setattr(at, name, fatal)
app = Arflow(sys.argv[1], by="A. Officer", today=date(2026, 11, 24))
inbox.run(app, Maildir(Path(sys.argv[2])), answers.answering(app, Settings.from_environment()))
"""
STEPS = [
    ("Place", "put", "before"),
    ("Place", "put", "after"),
    ("Arrivals", "keep", "before"),
    ("Arrivals", "keep", "after"),  # within the transaction: nothing of it stays
    ("inbox", "sort", "before"),
    ("inbox", "find_case", "after"),
    ("Documents", "prepare", "after"),
    ("Arflow", "change_plan", "before"),
    ("Documents", "record", "after"),
    ("Answering", "queue", "after"),
    ("Arrivals", "settle", "after"),
    ("Arrivals", "file", "after"),
    ("Arflow", "change_plan", "after"),
    ("inbox", "sort", "after"),
]


@pytest.mark.parametrize(("owner", "name", "after"), STEPS)
def test_a_crash_between_any_two_steps_neither_loses_nor_doubles(
    world: Arflow, box: Path, tmp_path: Path, owner: str, name: str, after: str
) -> None:
    comes(box, attached(email(KIT, REVIEW), "advice.txt", content=unique("crash")).as_bytes())
    script = tmp_path / "crash.py"
    script.write_text(CRASH)

    crashed = subprocess.run(
        [sys.executable, str(script), world.url, str(box), owner, name, after], check=False, env={**os.environ}
    )
    assert crashed.returncode == 77
    reads(world, box)
    reads(world, box)

    [arrival] = all_of(world)
    assert arrival.state == "placed"
    assert len(officer_decisions.arrivals_of(world).papers()) == 1
    assert len(events(world, "P-1001", PaperReceived)) == 1
    assert len(documents_of(world.log_store.engine).of(plan="P-1001")) == 1
    assert len(outbox(world).find()) == 1
    kept = [path for path in (tmp_path / "documents-mail").rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [arrival.digest]
    assert list(world.log_store.verify()) == []


def test_two_runs_at_once_file_a_message_once(app_on_each: Arflow, open_app: Callable[..., Arflow], box: Path) -> None:
    world = people_and_reviews(app_on_each)
    other = open_app(world.url)
    comes(box, attached(email(KIT, REVIEW), "advice.txt").as_bytes())
    inbox.take(world, Maildir(box), None, lambda _: None, [])
    [arrival] = all_of(world)

    with Reader() as reader:
        assert inbox.sort(world, arrival, answers(world), reader) == "placed"
        assert inbox.sort(other, arrival, answers(other), reader) == "left"  # it had read the message as new

    assert len(officer_decisions.arrivals_of(world).papers()) == len(events(world, "P-1001", PaperReceived)) == 1
    assert len(outbox(world).find()) == 1


def test_a_scanner_that_is_down_keeps_the_message_waiting(
    world: Arflow, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes(box, attached(email(KIT, REVIEW), "advice.txt").as_bytes())
    monkeypatch.setenv("ARFLOW_VIRUS_SCAN", "sh -c 'exit 2'")
    with pytest.raises(DocumentRefused, match="could not be scanned"):
        reads(world, box)
    assert [one.state for one in all_of(world)] == ["new"]

    monkeypatch.setenv("ARFLOW_VIRUS_SCAN", "true")

    assert reads(world, box) == inbox.Ran(taken=0, placed=1)


# --- the mailbox itself -----------------------------------------------------------------------------------------


def test_a_server_that_cannot_prove_who_it_is_gets_no_password(dovecot: Dovecot) -> None:
    with pytest.raises(MailboxNotReady, match=r"the certificate of 127.0.0.1:.* is not trusted"), opened(dovecot.url()):
        pass


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("imap://reviews@mail.example.org/INBOX", "is not encrypted"),
        ("imaps://reviews:secret@mail.example.org/INBOX", "put the password in ARFLOW_INBOX_PASSWORD"),
        ("imaps://mail.example.org/INBOX", "is not a mailbox such as"),
        ("pop3://reviews@mail.example.org", "is not a mailbox such as"),
        ("imaps://reviews@mail.example.org:port/INBOX", "is not a mailbox such as"),
        ("maildir://relative/path", "a whole path"),
        ("maildir:///nowhere/at/all", "is not a Maildir"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_refused_in_one_line(run: Callable[..., Result], url: str, said: str) -> None:
    done = run("inbox", "run", "--mailbox", url)

    assert done.exit_code == 1
    assert said in done.stderr
    assert "secret" not in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_wrong_password_or_folder_is_refused_in_one_line(run: Callable[..., Result], dovecot: Dovecot) -> None:
    plain = dovecot.url(encrypted=False)
    wrong = run("inbox", "run", "--mailbox", plain, ARFLOW_INBOX_PASSWORD="wrong")
    nowhere = run("inbox", "run", "--mailbox", plain.replace("INBOX", "Elsewhere"))
    none = run("inbox", "run", "--mailbox", plain, ARFLOW_INBOX_PASSWORD="")

    for done, said in ((wrong, "refuses"), (nowhere, "Elsewhere"), (none, "ARFLOW_INBOX_PASSWORD: is missing")):
        assert (done.exit_code, done.stderr.count("\n")) == (1, 1)
        assert said in done.stderr


# --- what an officer does ---------------------------------------------------------------------------------------


def one(app: Arflow, box: Path, made: bytes | None = None, number: int = 1) -> Arrival:
    """A message that has come and been read: advice of Kit, unless another is given."""
    before = {arrival.id for arrival in all_of(app)}
    comes(box, made or attached(email(KIT, REVIEW), "advice.txt").as_bytes(), number=number)
    reads(app, box)
    [new] = [arrival for arrival in all_of(app) if arrival.id not in before]
    return new


def test_a_paper_is_accepted_as_an_act_dated_the_day_it_came(app_on_each: Arflow, box: Path) -> None:
    world = people_and_reviews(app_on_each)
    arrival = one(world, box)
    [paper] = officer_decisions.arrivals_of(world).papers_of(arrival.id)

    accepted = officer_decisions.accept(
        world, [arrival.id], officer_decisions.Acceptance(accepted_as="advice", answer="no_change")
    )

    assert accepted.papers == (paper.id,)
    [event] = events(world, "P-1001", AdviceReceived)
    kit = next(person for person in People(world.log_store.engine).of("P-1001") if person.email == KIT)
    assert (event.role, event.person, event.answer) == ("health", kit.id, "no_change")
    assert (event.on, event.documents, event.evidence) == (AT.date(), (paper.document,), paper.id)
    [document] = documents_of(world.log_store.engine).of(plan="P-1001")
    assert (document.kind, document.review) == ("advice", REVIEW)
    with pytest.raises(NotPossible, match="was accepted as advice before"):
        officer_decisions.accept(world, [paper.id], officer_decisions.Acceptance(accepted_as="advice"))
    with pytest.raises(NotPossible, match="was accepted as advice before"):
        officer_decisions.refuse(world, [paper.id], "too late")
    assert len(events(world, "P-1001", AdviceReceived)) == 1


def test_a_covering_note_is_kept_and_goes_on_only_where_it_is_named(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    """The words that come with a family's files: no address in them, and no part of the act."""
    first = one(world, box, attached(email(SAM, REVIEW), "views.txt").as_bytes())
    papers = {paper.name: paper for paper in officer_decisions.arrivals_of(world).papers_of(first.id)}

    done = run("inbox", "accept", first.id, "--as", "views")

    note = papers["message.txt"]
    assert f"A covering note, kept and not sent on: {note.id}." in done.stderr
    [event] = events(world, "P-1001", AdviceReceived)
    assert event.documents == (papers["views.txt"].document,)
    assert SAM.encode() not in documents_of(world.log_store.engine).read(note.document)
    second = one(world, box, attached(email(SAM, REVIEW), "more.txt", content=b"More views").as_bytes(), number=2)
    named = [paper.id for paper in officer_decisions.arrivals_of(world).papers_of(second.id)]
    assert "covering note" not in run("inbox", "accept", *named, "--as", "views").stderr


@pytest.mark.parametrize("way", ["void", "undo"])
def test_papers_wait_again_once_the_act_that_they_were_accepted_as_is_taken_back(
    world: Arflow, box: Path, run: Callable[..., Result], way: str
) -> None:
    first = one(world, box, attached(email(SAM, REVIEW), "views.txt").as_bytes())
    other = one(world, box, attached(email(KIT, REVIEW), "other.txt", content=b"Other").as_bytes(), number=2)
    assert run("inbox", "accept", other.id, "--as", "nothing").exit_code == 0
    assert run("inbox", "accept", first.id, "--as", "views").exit_code == 0
    assert run("inbox", "list", "--waiting", "--json").stdout.strip() == "[]"

    line = ("undo", "--yes") if way == "undo" else ("review", "void", REVIEW, "receive-advice")
    back = run(*line, "--reason", "Not the parent's", "--json")

    assert back.exit_code == 0, back.output
    waiting = [paper for paper in officer_decisions.arrivals_of(world).papers() if paper.state == "waiting"]
    assert sorted(json.loads(back.stdout)["waiting"]) == sorted(paper.id for paper in waiting)
    assert {paper.arrival for paper in waiting} == {first.id}
    assert {(paper.accepted_as, paper.decided_by) for paper in waiting} == {(None, None)}
    assert [one["id"] for one in json.loads(run("inbox", "list", "--waiting", "--json").stdout)] == [first.id]
    shown = json.loads(run("inbox", "show", first.id, "--json").stdout)
    assert {one["why"] for one in shown["papers"]} == {"the act that it was accepted as was taken back on 2026-11-24"}
    again = run("inbox", "accept", first.id, "--as", "views")
    assert again.exit_code == 0, again.output
    assert len(events(world, "P-1001", AdviceReceived)) == 2


def test_a_day_of_acceptance_that_looks_like_a_slip_is_asked_about(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    arrival = one(world, box)
    line = ("inbox", "accept", arrival.id, "--as", "advice", "--role", "health", "--on", "2026-09-30")
    refused = run(*line)
    assert refused.exit_code == 1
    assert (
        "--on 2026-09-30 is before the review was opened on 2026-10-01: nothing was recorded; say --yes"
        in refused.stderr
    )
    assert [paper.state for paper in officer_decisions.arrivals_of(world).papers()] == ["waiting"]
    years = run("inbox", "accept", arrival.id, "--as", "nothing", "--on", "2016-09-30")
    assert "is more than 5 years back" in years.stderr or "is before the review was opened" in years.stderr


def test_an_act_that_is_refused_leaves_its_paper_waiting(world: Arflow, box: Path, run: Callable[..., Result]) -> None:
    arrival = one(world, box)

    done = run("inbox", "accept", arrival.id, "--as", "report")

    assert done.exit_code == 1
    assert "cannot report a review that is scheduled" in done.stderr
    assert [paper.state for paper in officer_decisions.arrivals_of(world).papers()] == ["waiting"]
    assert [document.kind for document in documents_of(world.log_store.engine).of(plan="P-1001")] == ["received"]


def test_a_report_counts_as_sent_to_everybody_and_says_how_to_send_it_on(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    arrival = one(world, box)
    world.act(REVIEW, HoldMeeting(on=AT.date(), skip_reason="told briefly"))

    done = run("inbox", "accept", arrival.id, "--as", "report")

    assert "ReportSent" in done.stdout
    assert f"If it came to you alone: arflow review void {REVIEW} report --reason …" in done.stderr


def test_a_second_report_is_filed_beside_the_first_and_moves_no_day(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    first = one(world, box, attached(email(OFFICE, REVIEW), "report.txt").as_bytes())
    world.act(REVIEW, HoldMeeting(on=AT.date(), skip_reason="told briefly"))
    assert run("inbox", "accept", first.id, "--as", "report").exit_code == 0
    before = {duty.id: (duty.due, duty.met_on) for duty in world.duties(REVIEW)}
    second = one(world, box, attached(email(OFFICE, REVIEW), "whole.txt", content=b"Whole").as_bytes(), number=2)

    refused = run("inbox", "accept", second.id, "--as", "report")
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
    assert (
        f"the report of {REVIEW} is recorded for 2026-11-24, and another moves no day: accept this one as nothing"
        in refused.stderr
    )
    assert run("inbox", "accept", second.id, "--as", "nothing").exit_code == 0
    assert {duty.id: (duty.due, duty.met_on) for duty in world.duties(REVIEW)} == before


def test_a_report_that_came_to_us_alone_is_kept_and_waits_to_be_sent_on(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    arrival = one(world, box)
    world.act(REVIEW, HoldMeeting(on=AT.date(), skip_reason="told briefly"))
    words = ("inbox", "accept", arrival.id, "--to-us-alone", "--as")

    assert "--to-us-alone goes with a report, not with advice" in run(*words, "advice").stderr
    assert (
        "records what a report recommends when you send it on"
        in run(*words, "report", "--recommendation", "amend").stderr
    )
    assert "leave out --on and --skip-reason" in run(*words, "report", "--on", "2099-01-01").stderr
    done = run(*words, "report")

    [document] = documents_of(world.log_store.engine).of(plan="P-1001")
    assert (done.exit_code, document.kind, document.review, events(world, "P-1001", ReportSent)) == (
        0,
        "report",
        REVIEW,
        [],
    )
    assert f"arflow letter send {REVIEW} report_cover --document {document.digest[:12]}\n" in done.stderr
    assert next(duty for duty in world.duties(REVIEW) if duty.id == "report").met_on is None
    listed = json.loads(run("tick", "--dry-run", "--json").stdout)["worklist"]["lines"]
    assert [line["review"] for line in listed if line["matter"] == "report_to_send"] == [REVIEW]
    world.act(REVIEW, SendReport(on=AT.date(), documents=(document.digest,)))
    listed = json.loads(run("tick", "--dry-run", "--json").stdout)["worklist"]["lines"]
    assert "report_to_send" not in {line["matter"] for line in listed}


def test_who_accepts_papers_hears_of_a_file_that_could_not_be_opened(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    cut = attached(email(OFFICE, REVIEW), "report.pdf", content=b"%PDF-1.4 cut short", kind="application/pdf")
    arrival = one(world, box, cut.as_bytes())

    done = run("inbox", "accept", arrival.id, "--as", "report", "--to-us-alone")

    assert done.exit_code == 0, done.stderr
    assert "Not opened: report.pdf is damaged and cannot be opened: send the file again" in done.stderr


def test_a_paper_that_somebody_else_has_just_decided_on_records_no_act(world: Arflow, box: Path) -> None:
    arrival = one(world, box)
    found = officer_decisions.arrivals_of(world).papers_of(arrival.id)
    officer_decisions.refuse(world, [arrival.id], "a leaflet")

    with pytest.raises(CaseMoved), writing(world.log_store.engine) as connection:
        officer_decisions.arrivals_of(world).decide(connection, found, "accepted", world.now)

    assert [paper.state for paper in officer_decisions.arrivals_of(world).papers()] == ["refused"]


def test_views_are_of_the_family_and_advice_is_of_somebody(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    kits = one(world, box)
    sams = one(world, box, email(SAM, REVIEW, "We would like speech therapy to go on.\n").as_bytes(), 2)
    strangers = one(world, box, email("aunt@home.example.org", "Hello").as_bytes(), 3)
    officer_decisions.place(world, strangers.id, plan="P-1001", review=None)

    refused = run("inbox", "accept", kits.id, "--as", "views")
    nobody = run("inbox", "accept", strangers.id, "--as", "advice")
    views = run("inbox", "accept", sams.id, "--as", "views", "--json")

    assert (refused.exit_code, nobody.exit_code, views.exit_code) == (1, 1, 0)
    assert "accept it as advice" in refused.stderr
    assert nobody.stderr == "arflow: --role: is missing; say who wrote it\n"
    assert [event.role for event in events(world, "P-1001", AdviceReceived)] == ["parent"]


def test_advice_that_somebody_passed_on_is_not_said_to_be_theirs(world: Arflow, box: Path) -> None:
    arrival = one(world, box)

    officer_decisions.accept(
        world, [arrival.id], officer_decisions.Acceptance(accepted_as="advice", role="la_social_care")
    )

    [event] = events(world, "P-1001", AdviceReceived)
    assert (event.role, event.person) == ("la_social_care", None)


def test_what_came_in_two_messages_came_with_the_last_of_them(world: Arflow, box: Path) -> None:
    first = one(world, box)
    comes(
        box, attached(email(KIT, REVIEW), "more.txt", content=b"More.\n").as_bytes(), AT - timedelta(days=3), number=2
    )
    reads(world, box)
    [earlier] = [arrival for arrival in all_of(world) if arrival.id != first.id]

    officer_decisions.accept(world, [earlier.id, first.id], officer_decisions.Acceptance(accepted_as="advice"))

    [event] = events(world, "P-1001", AdviceReceived)
    assert event.on == AT.date()
    assert len(event.documents) == 2


def test_papers_of_two_cases_or_for_another_plans_review_are_no_act(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    first = one(world, box)
    second = one(world, box, email(VAL, "Hello", "Words of Val.\n").as_bytes(), 2)

    both = run("inbox", "accept", first.id, second.id, "--as", "nothing")
    another = run("inbox", "accept", first.id, "--as", "advice", "--review", "R-2026-000002")

    assert both.stderr == "arflow: these papers are of 2 cases: accept those of each case on their own\n"
    assert another.stderr == "arflow: R-2026-000002 is not a review of P-1001, whose papers these are\n"
    assert (both.exit_code, another.exit_code) == (1, 1)


def test_what_may_be_is_only_shown(world: Arflow, box: Path, run: Callable[..., Result]) -> None:
    arrival = one(world, box)

    shown = run("inbox", "show", arrival.id)

    assert "advice.txt" in shown.stdout
    assert [paper.suggestion for paper in officer_decisions.arrivals_of(world).papers()] == ["advice"]
    assert events(world, "P-1001", AdviceReceived) == []


def test_unplaced_messages_are_listed_with_their_age_and_counted_as_a_risk(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    comes(box, email("b@x.example", "Second").as_bytes(), AT - timedelta(days=1), 2)
    comes(box, email("a@x.example", "First").as_bytes(), AT - timedelta(days=9), 1)
    reads(world, box)

    listed = run("inbox", "list", "--unplaced", "--json")
    all_listed = run("inbox", "list")

    rows = json.loads(listed.stdout)
    assert [(row["subject"], row["age"], row["why"]) for row in rows] == [
        ("First", 9, "nothing names a case"),
        ("Second", 1, "nothing names a case"),
    ]
    assert "2 not placed" in all_listed.stderr


def test_an_officer_places_a_message_and_moves_it_after_refusing_its_papers(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    arrival = one(world, box, attached(email("a@x.example", "Hello"), "advice.txt").as_bytes())

    assert run("inbox", "place", arrival.id, "--review", "R-2026-000002").exit_code == 0
    again = run("inbox", "place", arrival.id, "--review", REVIEW)
    assert "refuse its papers with a reason first" in again.stderr
    assert run("inbox", "refuse", arrival.id, "--reason", "Another child's").exit_code == 0
    store = documents_of(world.log_store.engine)
    cannot = run("inbox", "place", arrival.id, "--review", REVIEW, ARFLOW_VIRUS_SCAN="/nowhere/scanner")
    assert (cannot.exit_code, len(store.of(plan="P-1001")), len(store.of(plan="P-1002"))) == (1, 0, 1)
    moved = run("inbox", "place", arrival.id, "--review", REVIEW)

    assert (moved.exit_code, moved.stdout) == (0, f"{arrival.id}: placed on {REVIEW}\n")
    assert (len(store.of(plan="P-1001")), len(store.of(plan="P-1002"))) == (1, 0)
    assert [paper.state for paper in officer_decisions.arrivals_of(world).papers()] == ["refused", "waiting"]


def test_what_an_officer_cannot_do_with_a_message_is_said_in_one_line(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    empty, stray = one(world, box, b"\r\n"), one(world, box, email("a@x.example", "Hello").as_bytes(), 2)
    run("inbox", "set-aside", stray.id, "--reason", "An advertisement")

    for words, said in (
        (("run", "--since", "2026-11-25"), "--since: 2026-11-25 is not a day that has been: today is 2026-11-24"),
        (("accept", stray.id, "--as", "advice"), f"no papers were filed from {stray.id}: place it first"),
        (("refuse", stray.id, "--reason", "x"), f"no papers were filed from {stray.id}: place it first"),
        (("refuse", "IN-0", "--reason", "x"), "there is no paper IN-0: see `arflow inbox list --waiting`"),
        (("set-aside", stray.id, "--reason", "x"), f"{stray.id} is set aside: only a message that is not placed"),
        (("place", empty.id, "--plan", "P-1001"), f"{empty.id} holds nothing that can be filed: set it aside"),
    ):
        refused = run("inbox", *words, ARFLOW_INBOX=f"maildir://{box}")
        assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1), words
        assert refused.stderr.startswith(f"arflow: {said}"), refused.stderr


def test_nobody_is_erased_where_the_folder_of_their_messages_is_not_there(
    world: Arflow, box: Path, run: Callable[..., Result], tmp_path: Path
) -> None:
    arrival = one(world, box)

    words = ("people", "erase", "P-1001", "--reason", "x", "--yes")
    refused = run(*words, ARFLOW_INBOX_MESSAGES=str(tmp_path / "elsewhere"))

    assert (refused.exit_code, refused.stderr.count("\n")) == (1, 1)
    assert "there is no such folder" in refused.stderr
    assert officer_decisions.arrivals_of(world).arrival(arrival.id) == arrival
    assert len(world.people.of("P-1001")) == 3
    assert run(*words).exit_code == 0


def test_a_file_that_another_case_has_is_never_filed_on_this_one_by_itself(world: Arflow, box: Path) -> None:
    one(world, box, attached(email(KIT, REVIEW), "form.txt", content=b"A form.\n").as_bytes())
    second = one(world, box, attached(email(VAL, "Form"), "form.txt", content=b"A form.\n").as_bytes(), 2)

    assert second.state == "unplaced"
    assert "is already kept for another case than P-1005: P-1001" in (second.why or "")
    with pytest.raises(NotPossible, match="another case"):
        officer_decisions.place(world, second.id, plan="P-1005", review=None)
    assert officer_decisions.place(world, second.id, plan="P-1005", review=None, shared=True).state == "placed"


def test_a_message_that_is_set_aside_can_still_be_placed(world: Arflow, box: Path, run: Callable[..., Result]) -> None:
    arrival = one(world, box, email("a@x.example", "Offer").as_bytes())

    assert run("inbox", "set-aside", arrival.id, "--reason", " ").stderr == "arflow: --reason: is missing; say why\n"
    assert run("inbox", "set-aside", arrival.id, "--reason", "An advertisement").exit_code == 0
    twice = run("inbox", "set-aside", arrival.id, "--reason", "Again")
    nowhere = run("inbox", "place", arrival.id, "--plan", "P-9999")
    unlike = run("inbox", "place", arrival.id, "--plan", "P-1002", "--review", REVIEW)

    assert (twice.exit_code, nowhere.exit_code, unlike.exit_code) == (1, 1, 1)
    assert unlike.stderr == f"arflow: {REVIEW} is a review of P-1001, not of P-1002\n"
    assert run("inbox", "place", arrival.id, "--plan", "P-1002", "--json").exit_code == 0


def test_the_whole_message_is_given_out_as_it_came(
    world: Arflow, box: Path, tmp_path: Path, run: Callable[..., Result]
) -> None:
    arrival = one(world, box)
    out = tmp_path / "message.eml"

    assert run("inbox", "show", arrival.id, "--output", str(out)).exit_code == 0

    assert hashlib.sha256(out.read_bytes()).hexdigest() == arrival.digest


def test_what_a_message_says_is_shown_only_where_it_is_asked_for(
    world: Arflow, box: Path, run: Callable[..., Result]
) -> None:
    says = "Nothing has changed.\n\x1b[2JShe reads [bold]well[/bold].\n"
    arrival = one(world, box, email(VAL, f"About {REVIEW}", says).as_bytes())

    assert "Nothing has changed" not in run("inbox", "show", arrival.id).stdout
    shown = run("inbox", "show", arrival.id, "--words")

    assert shown.stdout.endswith("Nothing has changed.\n[2JShe reads [bold]well[/bold].\n")
    assert json.loads(run("inbox", "show", arrival.id, "--words", "--json").stdout)["words"].startswith("Nothing")


def test_what_came_on_a_plan_is_erased_with_its_people(world: Arflow, box: Path, run: Callable[..., Result]) -> None:
    arrival, other = one(world, box), one(world, box, email(VAL, "Hello", "Words.\n").as_bytes(), 2)

    assert officer_decisions.forget(world, "P-1001") == 1

    gone = officer_decisions.arrivals_of(world).arrival(arrival.id)
    assert (gone.sender, gone.subject, gone.digest) == (None, None, arrival.digest)
    assert run("inbox", "show", arrival.id).exit_code == 0
    assert "it was erased" in run("inbox", "show", arrival.id, "--output", "m.eml").stderr
    assert "it was erased" in run("inbox", "show", arrival.id, "--words").stderr
    assert officer_decisions.whole(world, other.id)
    assert reads(world, box) == inbox.Ran(taken=0)  # it still lies in the mailbox, and is not taken anew


def test_the_log_holds_nothing_of_who_wrote_or_what(world: Arflow, box: Path) -> None:
    before = world.log_store.head()
    one(world, box, attached(email(SAM, f"{REVIEW} Robin Ash", "Robin.\n"), "Robin Ash.txt").as_bytes())

    said = b"".join(row.payload for row in world.log_store.read_log() if b"PaperReceived" in row.payload)

    assert before != world.log_store.head()
    assert said.count(b"PaperReceived") == 2
    assert not re.search(rb"Robin|Ash|home\.example|txt", said)


def test_an_acknowledgement_leaves_marked_as_one_and_ends_the_conversation(
    world: Arflow, box: Path, tmp_path: Path
) -> None:
    arrival = one(world, box)
    with mail_server(tmp_path / "smtp") as server:
        sending(world, server)
        [left] = server.received

    assert (left.sender, left.recipients) == ("<>", [KIT])  # nowhere for a bounce to go (RFC 3834 3.3)
    assert left.email["Auto-Submitted"] == "auto-replied"
    assert left.email["In-Reply-To"] == left.email["References"] == arrival.message_id
    back = one(world, box, left.raw, 2)
    assert (back.state, back.why) == ("noted", "a message of ours that came back")
    assert len(outbox(world).find()) == 1


def test_mail_on_a_case_that_cannot_be_read_waits_for_an_officer_and_other_mail_is_filed(
    world: Arflow, box: Path
) -> None:
    reason = unknown_event(str(world.url), REVIEW, Path())
    comes(box, attached(email(KIT, REVIEW), "advice.txt").as_bytes())
    comes(box, attached(email(ALEX, "P-1003"), "views.txt", content=unique("views")).as_bytes(), number=2)

    assert reads(world, box) == inbox.Ran(taken=2, placed=1, unplaced=1)
    [waiting] = [one for one in all_of(world) if one.state == "unplaced"]
    assert f"P-1001 cannot be read: {reason}" in (waiting.why or "")
