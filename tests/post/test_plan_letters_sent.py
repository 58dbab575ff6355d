"""The letters of an amendment without a review are sent, and recorded on the plan when they have left (SEND Regs 2014 r.28)."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from docx import Document

from arflow.application.arflow import Arflow
from arflow.events import PlanAmended, PlanFactCorrected, PlanNotAmended, PlanNoticeSent
from arflow.post.outgoing.queue import outbox
from tests.support.cases import Cases
from tests.support.post_room import PostRoom, household

pytestmark = pytest.mark.thorough
TODAY = date(2026, 9, 7)  # a Monday: 15 days end on Mon 21 September, eight weeks on Mon 2 November
LATER = date(2026, 10, 5)


@pytest.fixture
def plan(app: Arflow, cases: Cases) -> str:
    ref = cases.plan("12 Sep 2025", setting="123456", nc_year=5)
    household(app, ref)
    return ref


@pytest.fixture
def papers(plan: str, room: PostRoom, tmp_path: Path) -> list[str]:
    return [part for kind in ("plan", "amendments") for part in ("--document", kept(room, plan, kind, tmp_path))]


def kept(room: PostRoom, plan: str, kind: str, folder: Path) -> str:
    paper = Document()
    paper.add_paragraph(f"Section F, the {kind}")
    paper.save(str(folder / f"{kind}.docx"))
    said = room.done(
        "document", "keep", "--plan", plan, "--kind", kind, str(folder / f"{kind}.docx"), "--json", today=TODAY
    )
    return str(json.loads(said)["digest"])


def events(app: Arflow, plan: str, kind: type[Any]) -> Iterator[Any]:
    return (event for _, event in app.case_events(plan) if isinstance(event, kind))


def test_a_notice_goes_to_the_family_and_is_recorded_with_what_was_sent(
    app: Arflow, plan: str, papers: list[str], room: PostRoom
) -> None:
    sending = ("letter", "send", plan, "amendment_notice", *papers, "--no-evidence")
    said = json.loads(room.done(*sending, "--json", today=TODAY))
    assert (said["plan"], said["review"], said["letter"]) == (plan, None, "amendment_notice")

    [letter] = room.received("parent@example.org")
    text = " ".join(letter.get_body(("plain",)).get_content().split())
    assert "Monday 21 September 2026" in text
    [event] = events(app, plan, PlanNoticeSent)
    assert (event.on, event.channel) == (TODAY, "email")
    assert set(papers[1::2]) < set(event.documents)
    assert event.letter_template.startswith("england.2015/amendment_notice/")
    assert [one.role for one in app.people.of(plan) if one.id in event.people] == ["parent"]
    assert app.plan(plan).plan_notice_sent is not None

    refused = room(*sending, today=TODAY)
    assert refused.exit_code == 1
    assert "has an amendment proposed on 2026-09-07 that is not ended" in refused.stderr
    room.done(*sending, "--again", today=TODAY + timedelta(days=1))
    assert app.plan(plan).plan_notice_sent_again is not None


def test_a_notice_by_post_is_recorded_once_it_was_posted_and_served_when_it_arrives(
    app: Arflow, plan: str, papers: list[str], room: PostRoom, tmp_path: Path
) -> None:
    parent = next(one for one in app.people.of(plan) if one.role == "parent")
    by_post = {"email": None, "postal_address": "1 Example Road\nAnytown", "channel": "post"}
    app.people.change(msgspec.structs.replace(parent, **by_post))
    sending = ("letter", "send", plan, "amendment_notice", *papers, "--no-evidence")
    queued = json.loads(room.done(*sending, "--json", today=TODAY))
    assert list(events(app, plan, PlanNoticeSent)) == []
    again = json.loads(room.done(*sending, "--json", today=TODAY))
    assert again["sent"]["dispatch"] == queued["sent"]["dispatch"]

    [message] = [one["id"] for one in queued["sent"]["messages"]]
    worklist = tmp_path / "worklist.csv"
    assert room("tick", "--dry-run", "--worklist", str(worklist), today=TODAY).exit_code in (0, 4, 5)
    [line] = [line for line in worklist.read_text("utf-8").splitlines() if message in line]
    assert plan in line
    room.done("outbox", "posted", message, "--on", "2026-09-08", today=date(2026, 9, 8))
    [event] = events(app, plan, PlanNoticeSent)
    assert (event.on, event.served_on, event.channel) == (date(2026, 9, 8), date(2026, 9, 10), "post")
    assert app.plan(plan).served("plan_notice_sent") == date(2026, 9, 10)


def test_a_notice_that_bounced_and_went_by_post_counts_from_there(
    app: Arflow, plan: str, papers: list[str], room: PostRoom
) -> None:
    parent = next(one for one in app.people.of(plan) if one.role == "parent")
    app.people.change(msgspec.structs.replace(parent, postal_address="1 Example Road\nAnytown"))
    said = json.loads(
        room.done("letter", "send", plan, "amendment_notice", *papers, "--no-evidence", "--json", today=TODAY)
    )
    [message] = [one["id"] for one in said["sent"]["messages"]]
    room.done("outbox", "bounced", message, today=TODAY)
    new = json.loads(room.done("outbox", "resend", message, "--channel", "post", "--json", today=TODAY))
    [replacement] = [
        row["id"] for row in json.loads(room.done("outbox", "list", "--json", today=TODAY)) if row["state"] == "to_post"
    ]
    assert replacement in json.dumps(new)
    said = room.done("outbox", "posted", replacement, "--on", "2026-09-09", today=date(2026, 9, 9))
    assert "2026-09-11" in said
    [event] = events(app, plan, PlanFactCorrected)
    assert (event.fact, event.served_on) == ("plan_notice_sent", date(2026, 9, 11))
    assert app.plan(plan).served("plan_notice_sent") == date(2026, 9, 11)
    assert [outbox(app).message(name).recorded for name in (message, replacement)] == [event.originator_version - 1] * 2


@pytest.mark.parametrize(("letter", "ended"), [("not_amend", PlanNotAmended), ("final_plan", PlanAmended)])
def test_the_letter_that_ends_it_records_the_end(
    app: Arflow, plan: str, papers: list[str], room: PostRoom, letter: str, ended: type[Any]
) -> None:
    room.done("letter", "send", plan, "amendment_notice", *papers, "--no-evidence", today=TODAY)
    enclosed = papers[:2] if letter == "final_plan" else ["--reasons", "The plan still fits."]
    sending = ("letter", "send", plan, letter, *enclosed)

    early = room(*sending, today=TODAY + timedelta(days=2))
    assert early.exit_code == 1
    assert "the family has until 2026-09-21 to make representations" in early.stderr
    if letter == "final_plan":
        incomplete = room(*sending, today=LATER)
        assert incomplete.exit_code == 1
        assert "--incomplete-because" in incomplete.stderr
        sending = (*sending, "--incomplete-because", "It is signed on paper")
    room.done(*sending, today=LATER)
    [event] = events(app, plan, ended)
    assert event.on == LATER
    if letter == "final_plan":
        assert "not found complete: It is signed on paper" in room.done("audit", plan, today=LATER)
    assert event.letter_template.startswith(f"england.2015/{letter}/")
    assert app.whole_case(plan).plan.plan_notice_sent is not None
    duty = next(duty for duty in app.plan_duties(plan) if duty.id == "plan_final_plan")
    assert (duty.state, duty.met_on) == ("met", LATER)


def test_a_notice_that_was_taken_back_goes_once_more(app: Arflow, plan: str, papers: list[str], room: PostRoom) -> None:
    sending = ("letter", "send", plan, "amendment_notice", *papers, "--no-evidence")
    room.done(*sending, today=TODAY)
    room.done("plan", "correct", plan, "plan-notice-sent", "--to", "none", "--reason", "Wrong file", today=TODAY)
    room.done(*sending, today=TODAY)
    assert len(room.received("parent@example.org")) == 2
    assert len(list(events(app, plan, PlanNoticeSent))) == 2


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        ("final_plan", "has no amendment proposed without a review"),
        ("moved_in", "record it with `arflow plan told-of-transfer"),
        ("decision_maintain", "has no open review"),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_queued(
    plan: str, papers: list[str], room: PostRoom, letter: str, why: str
) -> None:
    refused = room("letter", "send", plan, letter, *papers, today=TODAY)
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
    assert why in refused.stderr
    assert json.loads(room.done("outbox", "list", "--json", today=TODAY)) == []
