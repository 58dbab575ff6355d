"""What becomes of each kind of mail that once went wrong: on which list it is, as what, and dated by which day."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan
from arflow.errors import DateRefused
from arflow.events import InvitationAnswered, PaperReceived, decode
from arflow.people import Person
from arflow.post.incoming import inbox, officer_decisions
from arflow.post.incoming.answers import answering
from arflow.post.mail.arrivals import Arrival
from arflow.post.mail.mailbox import Maildir
from arflow.post.mail.settings import Settings
from tests.conftest import TODAY
from tests.support.awkward_mail import KIT, OURS, SAM, email
from tests.support.dovecot import deliver, make_maildir

AT = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
REVIEW = "R-2026-000001"
COUNTER = """BEGIN:VCALENDAR
METHOD:COUNTER
VERSION:2.0
BEGIN:VEVENT
ATTENDEE;PARTSTAT=TENTATIVE:mailto:kit@nhs.example.org
UID:R-2026-000001@la.example.org
DTSTART:20270112T140000Z
SEQUENCE:0
END:VEVENT
END:VCALENDAR
"""
DECLINE = COUNTER.replace("COUNTER", "REPLY").replace("TENTATIVE", "DECLINED").replace("DTSTART:20270112T140000Z\n", "")

INVITED = DECLINE.replace("SEQUENCE:0", "SEQUENCE:2")  # the version of the review when it was sent


@pytest.fixture
def box(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARFLOW_MAIL_FROM", OURS)
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(tmp_path / "documents"))
    return make_maildir(tmp_path / "Maildir")


@pytest.fixture
def world(app: Arflow) -> Arflow:
    app.add_plan(AddPlan(ref="P-1001", first_made=date(2025, 9, 1)))
    for role, address in (("health", KIT), ("parent", SAM)):
        app.people.add(Person(plan="P-1001", role=role, name=f"The {role}", email=address))  # type: ignore[arg-type]
    app.open_review("P-1001", on=date(2026, 10, 1), meeting_on=date(2027, 1, 10))
    return app


def arrives(app: Arflow, box: Path, made: EmailMessage, received: str = f"{AT:%a, %d %b %Y %H:%M:%S %z}") -> Arrival:
    raw = f"Received: from a by b; {received}\r\n".encode() + made.as_bytes()
    deliver(box, raw, AT, 1)
    inbox.run(app, Maildir(box), answering(app, Settings.from_environment()))
    return officer_decisions.waiting_list(app, "all")[-1]


def answer(words: str, calendar: str) -> EmailMessage:
    made = email(KIT, f"Annual review {REVIEW}", words)
    made.add_alternative(calendar, subtype="calendar", params={"method": "REPLY"})
    return made


@pytest.mark.parametrize(
    ("words", "calendar", "why"),
    [
        ("\n", COUNTER, "the calendar proposes another time: 12 January 2027 at 14:00"),
        ("I teach then.\n", COUNTER, "the calendar proposes another time: 12 January 2027 at 14:00"),
        ("Dr Wren will come instead.\n", DECLINE, "the calendar answered: declined"),
    ],
)
def test_another_time_and_words_beside_an_answer_wait_for_an_officer(
    world: Arflow, box: Path, words: str, calendar: str, why: str
) -> None:
    found = arrives(world, box, answer(words, calendar))
    assert (found.state, found.nature, found.why, found.review) == ("placed", "calendar_reply", why, REVIEW)
    assert officer_decisions.waiting_list(world, "waiting") == [found]
    [paper] = officer_decisions.arrivals_of(world).papers_from(found.id)
    assert (paper.suggestion, found.answer) == (None, None)
    assert words.strip() in officer_decisions.words(world, found.id)


def test_an_answer_without_words_asks_nothing_of_an_officer(world: Arflow, box: Path) -> None:
    found = arrives(world, box, answer("\n", DECLINE))
    assert (found.state, found.why) == ("noted", "the calendar answered: declined")
    assert officer_decisions.waiting_list(world, "waiting") == []


@pytest.mark.parametrize(("words", "state"), [("\n", "noted"), ("I teach then.\n", "placed")])
def test_who_declined_stands_on_the_case(
    world: Arflow, box: Path, run: Callable[..., Result], words: str, state: str
) -> None:
    found = arrives(world, box, answer(words, DECLINE))
    assert found.state == state
    shown = run("review", "show", REVIEW)
    assert f"the calendar answered: declined, Tue 24 Nov 2026 ({found.id})" in " ".join(shown.output.split())
    [told] = json.loads(run("--json", "review", "show", REVIEW).output)["calendar_answers"]
    assert (told["role"], told["said"], told["on"]) == ("health", "the calendar answered: declined", "2026-11-24")


@pytest.mark.parametrize(("words", "state"), [("\n", "noted"), ("I teach then.\n", "placed")])
def test_who_declined_is_recorded_of_the_review_once(world: Arflow, box: Path, words: str, state: str) -> None:
    world.act(REVIEW, c.Invite(on=date(2026, 11, 20), roles=("health", "parent")))
    found = arrives(world, box, answer(words, INVITED))
    assert found.state == state
    [recorded] = world.review(REVIEW).invitation_answers
    assert (recorded.role, recorded.person, recorded.replied) == ("health", found.person, "declined")
    assert recorded.evidence == found.id
    arrives(world, box, answer("And again.\n", INVITED))
    assert len([one for one in world.review(REVIEW).beside if isinstance(one, InvitationAnswered)]) == 1


def test_an_answer_to_a_day_from_which_the_meeting_was_moved_is_noted_and_not_recorded(
    world: Arflow, box: Path
) -> None:
    world.act(REVIEW, c.Invite(on=date(2026, 11, 20), roles=("health", "parent")))
    world.act(REVIEW, c.PostponeMeeting(meeting_on=date(2027, 2, 1), reason="Snow"))
    found = arrives(world, box, answer("\n", INVITED))
    assert (found.state, found.why) == ("noted", "the calendar answered: declined")
    assert world.review(REVIEW).invitation_answers == ()


def test_another_time_from_somebody_unknown_can_be_placed_with_its_proposal(world: Arflow, box: Path) -> None:
    made = answer("\n", COUNTER)
    made.replace_header("From", "somebody@elsewhere.example.org")
    found = arrives(world, box, made)
    assert found.state == "unplaced"
    assert "12 January 2027 at 14:00" in (found.why or "")
    placed = officer_decisions.place(world, found.id, plan=None, review=REVIEW)
    assert placed.state == "placed"


def test_an_unsure_absence_note_is_an_officers_to_judge_and_gets_no_answer(world: Arflow, box: Path) -> None:
    found = arrives(world, box, email(KIT, f"Re: {REVIEW} [I am out of the office until 14 December]", "Away.\n"))
    assert (found.state, found.nature, found.answer, found.candidates) == (
        "unplaced",
        "likely_absence",
        None,
        ("P-1001",),
    )
    assert officer_decisions.arrivals_of(world).papers_from(found.id) == []
    assert officer_decisions.place(world, found.id, plan=None, review=REVIEW).state == "placed"


@pytest.mark.parametrize(
    "day", ["Thu, 1 Jan 1970", "Fri, 24 Nov 2036", "Sun, 31 Aug 2014", "Mon, 1 Jan 2099", "Sat, 1 Jan 2000"]
)
def test_a_day_that_cannot_be_is_flagged_on_its_case(world: Arflow, box: Path, day: str) -> None:
    found = arrives(world, box, email(SAM, f"{REVIEW} views", "Our views.\n"), f"{day} 10:30:00 +0000")
    assert found.arrived_on == TODAY
    assert "which cannot be: dated 2026-11-24, unless you give --on" in (found.why or "")
    assert found.state == "placed"


def received(app: Arflow) -> list[date]:
    events = (decode(row.payload) for row in app.log_store.read_case("P-1001"))
    return [event.on for event in events if isinstance(event, PaperReceived)]


def test_an_officer_states_the_day_that_a_message_came(world: Arflow, box: Path, run: Callable[..., Result]) -> None:
    found = arrives(
        world, box, email(KIT, "R-2026-000001 before its plan", "Advice.\n"), "Tue, 2 Jun 2015 10:30:00 +0000"
    )
    assert found.state == "unplaced"
    with pytest.raises(DateRefused):
        officer_decisions.place(world, found.id, plan=None, review=REVIEW)

    result = run("inbox", "place", found.id, "--review", REVIEW, "--on", "2026-11-20")

    assert result.exit_code == 0, result.output
    assert received(world) == [date(2026, 11, 20)]
    assert officer_decisions.arrivals_of(world).arrival(found.id).arrived_on == date(2026, 11, 20)


def test_nobody_states_a_day_that_is_still_to_come(world: Arflow, box: Path, run: Callable[..., Result]) -> None:
    found = arrives(world, box, email("x@elsewhere.example.org", "Something", "Words.\n"))
    result = run("inbox", "place", found.id, "--plan", "P-1001", "--on", "2026-11-25")
    assert result.exit_code != 0
    assert "2026-11-25" in result.output
    assert received(world) == []


def test_what_families_send_is_all_on_the_case(world: Arflow, box: Path) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    files = {
        "IMG_2.jfif": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00" + bytes(80),
        "IMG_3.webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(40),
        "IMG_4.HEIC": b"\x00\x00\x00\x24ftypmif1" + bytes(72),
        "voice.amr": b"#!AMR\n" + bytes(40),
        "letter.msg": old + b"1",
        "old.doc": old + b"2",
        "note.pages": b"PK\x03\x04" + bytes(60),
    }
    made = email(SAM, f"{REVIEW} our evidence", "See the pictures.\n")
    for name, content in files.items():
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    found = arrives(world, box, made)
    kept = [one.name for one in officer_decisions.arrivals_of(world).papers_from(found.id)]
    assert kept == [*files, "message.txt"]
    assert found.closed == ()
