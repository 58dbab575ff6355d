"""A term list by mail: sent to a school, health and social care, filled in, returned through SMTP and IMAP, accepted in one step."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from arflow.planning.term_dates import example
from tests.post.test_whole_case import Desk, Run
from tests.support import dovecot
from tests.support.missing import needs
from tests.support.parts import DOVECOT
from tests.support.smtp_server import mail_server
from tests.support.term_sheets import filled

pytestmark = pytest.mark.thorough
HEAD, OTHER, HEALTH, CARE = "head@school.example", "office@other.example", "sen@nhs.example", "care@anyshire.example"
ADDRESSES = f"urn,name,email\n123456,Anytown School,{HEAD}\n654321,Otherton School,{OTHER}\nhealth,Health,{HEALTH}\nsocial-care,Social care,{CARE}\n"
PEOPLE = """plan,role,name,email
P-1001,child,Robin Ash,
P-1002,child,Sam Beech,
P-1003,child,Alex Cedar,
P-2001,child,Jo Damson,
"""
TERM = "Spring 2027"


@pytest.fixture
def desk(run: Run, tmp_path: Path) -> Iterator[Desk]:
    with mail_server(tmp_path / "mail") as smtp, dovecot.running() as imap:
        made = Desk(run, smtp, imap, tmp_path)
        made._environment["ARFLOW_LIST_ADDRESSES"] = made.file("addresses.csv", ADDRESSES)
        made.today = date(2026, 12, 1)
        yield made


def cohort(desk: Desk) -> None:
    """Three plans at one school and one at another, all due for review in the spring."""
    desk.does("terms add", str(example()), "--reason", "Published")
    added = "--first-made 2025-02-20 --last-reviewed 2026-02-20 --coordinator"
    for plan, setting in (("P-1001", 123456), ("P-1002", 123456), ("P-1003", 123456), ("P-2001", 654321)):
        desk.does(f"plan add {plan} --setting {setting} --nc-year 9 {added}", "Casey Morgan")
    desk.does("people import", desk.file("people.csv", PEOPLE))
    desk.does("review open P-1002 --meeting-on 2027-01-20")


def sheet_sent_to(desk: Desk, address: str) -> tuple[str, bytes]:
    """The name and the content of the workbook in the last message to somebody."""
    [part] = [one for one in desk.last_to(address).iter_attachments() if str(one.get_filename()).endswith(".xlsx")]
    return str(part.get_filename()), part.get_content()


def duty(desk: Desk, plan: str) -> Any:
    return next(one for one in desk.asks(f"plan show {plan}")["duties"] if one["id"] == "termly_list")


@needs(DOVECOT)
def test_a_list_goes_out_and_the_days_come_back_by_mail(desk: Desk) -> None:
    cohort(desk)
    assert duty(desk, "P-1001")["due"] == "2026-12-21"

    # nothing leaves until somebody says so
    looked = desk.asks("termly-list --term", TERM)
    assert [(one["to"], one["what"], len(one["plans"])) for one in looked["lists"]] == [
        ("123456", "first", 3), ("654321", "first", 1), ("health", "first", 4), ("social-care", "first", 4),
    ]  # fmt: skip
    assert not desk.smtp.received

    sent = desk.asks("termly-list --term", TERM, "--send")
    assert {message["state"] for one in sent["lists"] for message in one["sent"]["messages"]} == {"sent"}
    assert [one.recipients for one in desk.smtp.received] == [[HEAD], [OTHER], [HEALTH], [CARE]]
    for plan in ("P-1001", "P-1002", "P-1003", "P-2001"):
        assert (duty(desk, plan)["state"], duty(desk, plan)["met_on"]) == ("met", "2026-12-01")

    # what the school has: its own children, no name where anybody may look over a shoulder
    message = desk.last_to(HEAD)
    names = [str(part.get_filename()) for part in message.iter_attachments()]
    assert names == ["reviews-due-spring-2027-123456.xlsx", "reviews-due-spring-2027-123456.pdf"]
    assert "Robin" not in f"{message['Subject']} {names}"
    page = desk.text_of(message)
    assert "robin ash" in page
    assert "jo damson" not in page

    # a second run says that nothing changed; a day that is planned since is what changed
    again = desk.asks("termly-list --term", TERM, "--send")
    assert {one["what"] for one in again["lists"]} == {"nothing_new"}
    assert len(desk.smtp.received) == 4

    # the school proposes days: one on a bank holiday weekend, one moved without a word
    desk.today = date(2026, 12, 8)
    name, content = sheet_sent_to(desk, HEAD)
    poor = filled(content, {"P-1001": date(2027, 1, 16), "P-1002": date(2027, 1, 21), "P-1003": date(2027, 1, 12)})
    desk.answers(HEAD, "Our days.", (name, poor))
    assert "1 for an officer to place" in desk.does("inbox run")
    [arrived] = desk.asks("inbox list --unplaced")
    assert "brings back the term list TL-" in arrived["why"]
    assert arrived["plan"] is None
    read = desk.asks(f"termly-list read {arrived['id']}")
    assert read["doubt"] is None
    assert [(one["plan"], one["does"]) for one in read["rows"]] == [
        ("P-1001", "nothing"), ("P-1002", "nothing"), ("P-1003", "opens"),
    ]  # fmt: skip
    assert len(read["faults"]) == 2

    # every fault is asked about in one message
    desk.does(f"termly-list reply {arrived['id']}")
    asked = desk.last_to(HEAD)
    words = asked.get_body(("plain",))
    assert words is not None
    said = " ".join(words.get_content().split())
    assert "row 2: 16 January 2027 for P-1001 is a Saturday" in said
    assert "the meeting on P-1002 is planned for 20 January 2027: write under “Your note to us” why it moves" in said
    assert "Robin" not in f"{asked['Subject']} {said}"
    desk.does(f"inbox set-aside {arrived['id']} --reason", "They send it again")

    # the corrected sheet is accepted in one step
    good = filled(
        content,
        {"P-1001": date(2027, 1, 14), "P-1002": date(2027, 1, 21), "P-1003": date(2027, 1, 12)},
        {"P-1002": "The hall is taken on the 20th"},
    )
    desk.answers(HEAD, "Corrected.", (name, good))
    desk.does("inbox run")
    [arrived] = desk.asks("inbox list --unplaced")
    done = desk.asks(f"inbox accept {arrived['id']} --as termly-list")
    assert [one["event"] for one in done["done"]] == ["ReviewOpened", "MeetingPostponed", "ReviewOpened"]
    planned = {one["plan"]: one["meeting_on"] for one in desk.asks("review list")}
    assert planned == {"P-1001": "2027-01-14", "P-1002": "2027-01-21", "P-1003": "2027-01-12"}
    assert desk.asks("inbox list --unplaced") == []
    kept = desk.asks(f"inbox show {arrived['id']}")
    assert (kept["state"], kept["decided_by"] is not None) == ("noted", True)
    assert "3 meetings planned" in kept["why"]

    # what was told to whom stands in the trail of each case, with the frozen list
    trail = desk.does("audit P-1001")
    assert "List for the term that starts 2027-01-04 sent to setting 123456 by email" in trail
    lists = [one for one in desk.asks("document list --plan P-1001") if one["kind"] == "term_list"]
    assert len(lists) == 9  # to the school, health and social care: as kept, as workbook, as page
    desk.does("verify")

    # the days that were planned are what a later run tells
    later = desk.asks("termly-list --term", TERM)
    assert [(one["to"], one["what"], len(one["plans"])) for one in later["lists"]] == [
        ("123456", "changes", 3), ("654321", "nothing_new", 1), ("health", "changes", 3), ("social-care", "changes", 3),
    ]  # fmt: skip
