"""Advice: asked for with its own day, followed by whoever was asked, reminded of once, and circulated to each."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AssignCoordinator
from arflow.case.review_commands import ReceiveAdvice, RequestAdvice
from arflow.events import AdviceChased, AdviceCirculated, MessageSent, Role, decode
from arflow.papers.documents import Documents
from arflow.papers.letters.papers_files import PapersFiles
from arflow.post.advice.advice_progress import following
from arflow.post.advice.advice_record import papers
from arflow.post.advice.advice_request import requesting
from arflow.post.advice.backplan import backplan
from arflow.post.advice.circulation import uncirculated
from arflow.post.advice.reminders_due import latest
from tests.support.cases import Told
from tests.support.days import on_day
from tests.support.post_room import MEETING, PostRoom, household, keep, planned

pytestmark = pytest.mark.thorough

ASKED = date(2026, 11, 2)
NAMED = "Sam"
WANTED = date(2026, 11, 26)  # a week before 3 December, the last day to circulate in clear weeks


@pytest.fixture
def review(app: Arflow) -> Told:
    return planned(app)


def asked(review: Told, *roles: str) -> Told:
    return review.do(RequestAdvice(roles=roles, on=ASKED))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("requested", "wanted"),
    [
        (date(2026, 11, 2), WANTED),
        (WANTED - timedelta(days=1), WANTED),
        (WANTED, date(2026, 12, 3)),  # too late for a week's work: by the day to circulate
        (date(2026, 12, 2), date(2026, 12, 3)),
        (date(2026, 12, 3), date(2026, 12, 17)),  # too late for that too: before the meeting
        (date(2026, 12, 17), MEETING),
    ],
)
def test_the_day_that_advice_is_wanted_is_planned_back_from_the_meeting(
    app: Arflow, review: Told, requested: date, wanted: date
) -> None:
    days = backplan(app.duties(review.id), MEETING)

    assert days is not None
    assert (days.circulate_by, days.outer) == (date(2026, 12, 3), date(2026, 12, 4))
    assert days.advice_by(requested) == wanted
    assert f"meeting {MEETING} → circulate by 2026-12-03" in days.chain(requested)


def test_no_change_and_not_involved_are_answers_and_told_apart(app: Arflow, review: Told) -> None:
    asked(review, "health", "la_social_care", "setting")
    review.do(ReceiveAdvice(role="health", answer="no_change", on=date(2026, 11, 5)))
    review.do(ReceiveAdvice(role="la_social_care", answer="not_involved", on=date(2026, 11, 6)))

    found = {one.role: (one.answer, one.received_on) for one in following(app, review.id).asked}

    assert found == {
        "health": ("no_change", date(2026, 11, 5)),
        "la_social_care": ("not_involved", date(2026, 11, 6)),
        "setting": (None, None),
    }


@pytest.mark.parametrize(("today", "late"), [(WANTED, 0), (WANTED + timedelta(days=1), 1)])
def test_advice_is_late_from_the_day_after_it_was_wanted(app: Arflow, review: Told, today: date, late: int) -> None:
    asked(review, "health")
    on_day(app, today)

    [one] = following(app, review.id).asked

    assert (one.wanted_by, one.days_late) == (WANTED, late)


def test_two_people_of_one_role_are_followed_each(app: Arflow, review: Told) -> None:
    first, second = keep(app, review.plan, "health"), keep(app, review.plan, "health", name="Dr Other")
    review.do(RequestAdvice(roles=("health",), people=(first.id, second.id), on=ASKED))
    review.do(ReceiveAdvice(role="health", person=second.id, on=date(2026, 11, 5)))

    found = {one.person: one.received_on for one in following(app, review.id).asked}

    assert found == {first.id: None, second.id: date(2026, 11, 5)}


@pytest.mark.parametrize(
    ("today", "rule"),
    [
        (WANTED - timedelta(days=8), None),
        (WANTED - timedelta(days=7), "a_week_before"),
        (WANTED - timedelta(days=1), "a_week_before"),
        (WANTED, "on_the_day"),
        (WANTED + timedelta(days=2), "on_the_day"),
        (WANTED + timedelta(days=3), "three_days_after"),
    ],
)
def test_of_the_reminders_that_have_come_only_the_last_is_due(app: Arflow, today: date, rule: str | None) -> None:
    rules = PapersFiles.of(app.catalogue).current().reminders

    found = latest(rules, WANTED, ASKED, today)

    assert (found.id if found else None) == rule


def test_who_was_asked_after_a_reminders_day_is_not_reminded_of_it(app: Arflow) -> None:
    rules = PapersFiles.of(app.catalogue).current().reminders

    assert latest(rules, WANTED, WANTED - timedelta(days=7), WANTED - timedelta(days=7)) is None


def test_everybody_is_asked_once_and_the_act_names_them(app: Arflow, review: Told, room: PostRoom) -> None:
    people = household(app, review.plan)

    room.done("review", "request-advice", review.id, "--send", today=ASKED)
    again = room.done("review", "request-advice", review.id, "--send", today=ASKED)

    assert "Nobody is left to ask." in again
    [mail] = room.received("health@example.org")
    assert "26 November 2026" in mail.get_body(("plain",)).get_content()
    assert NAMED not in str(mail["subject"])
    assert {one.person for one in following(app, review.id).asked} == {
        people[role].id for role in ("parent", "setting", "la_sen", "health", "la_social_care")
    }


def test_a_reminder_is_sent_once_and_says_by_which_rule(app: Arflow, review: Told, room: PostRoom) -> None:
    people = household(app, review.plan)
    room.done("review", "request-advice", review.id, "--send", "--role", "health", today=ASKED)

    for _ in range(2):
        room.done("review", "chase", review.id, "--send", today=WANTED)
    room.done("review", "chase", "--all", "--send", today=WANTED + timedelta(days=1))

    [chased] = [e for e in app.review(review.id).beside if isinstance(e, AdviceChased)]
    assert (chased.rule, chased.people) == ("on_the_day", (people["health"].id,))
    assert len(room.received("health@example.org")) == 2  # the request and the reminder
    why = room.done("review", "advice", review.id, "--person", people["health"].id, today=WANTED)
    assert "on_the_day: on the day the advice is wanted (SEND Regs 2014 r.20(4)" in why


def test_in_the_end_the_coordinator_is_told_without_a_name(app: Arflow, review: Told, room: PostRoom) -> None:
    household(app, review.plan)
    room.done("review", "request-advice", review.id, "--send", "--role", "health", today=ASKED)

    for _ in range(2):
        room.done("review", "chase", "--all", "--send", today=WANTED + timedelta(days=3))

    [mail] = room.received("team@la.example.org")
    assert NAMED not in mail.as_string()
    assert "Dr Sample" not in mail.as_string()
    [told] = [e for e in app.review(review.id).beside if isinstance(e, MessageSent)]
    assert told.letter == "escalation"


def test_who_has_answered_is_not_reminded(app: Arflow, review: Told, room: PostRoom) -> None:
    household(app, review.plan)
    room.done("review", "request-advice", review.id, "--send", "--role", "health", today=ASKED)
    room.done("review", "receive-advice", review.id, "--role", "health", "--answer", "no_change", today=ASKED)

    assert "No reminder is due." in room.done("review", "chase", review.id, "--send", today=WANTED)


def test_a_case_is_circulated_to_each_once_and_to_who_was_invited_later(
    app: Arflow, review: Told, room: PostRoom, tmp_path: Path
) -> None:
    people = household(app, review.plan, without=("health",))
    room.done("review", "invite", review.id, "--send", today=ASKED)
    first, late = tmp_path / "first.txt", tmp_path / "late.txt"
    first.write_text("An invented report.")
    late.write_text("Another invented report.")
    room.done("review", "receive-advice", review.id, "--role", "setting", "--file", str(first), today=ASKED)
    room.done("review", "circulate", review.id, "--send", today=ASKED)
    room.done("review", "receive-advice", review.id, "--role", "la_social_care", "--file", str(late), today=ASKED)
    assert len(uncirculated(app.review(review.id))) == 1

    health = keep(app, review.plan, "health")
    room.done("review", "invite", review.id, "--send", today=ASKED)
    room.done("review", "circulate", review.id, "--send", today=ASKED)
    again = room.done("review", "circulate", review.id, "--send", today=ASKED)

    assert "Everybody invited has had these papers." in again
    rounds = [decode(row.payload) for row in app.log_store.read_log() if row.topic == "arflow:AdviceCirculated"]
    had = {
        person: sum(len(e.documents) for e in rounds if isinstance(e, AdviceCirculated) and person in e.people)
        for person in (people["parent"].id, health.id)
    }
    assert had == {people["parent"].id: 2, health.id: 2}
    assert uncirculated(app.review(review.id)) == ()


def test_the_contents_of_a_bundle_give_title_author_and_day(
    app: Arflow, review: Told, room: PostRoom, tmp_path: Path
) -> None:
    people = household(app, review.plan)
    room.done("review", "invite", review.id, "--send", today=ASKED)
    paper = tmp_path / "Speech_and_language.txt"
    paper.write_text("Invented advice.")
    person = people["la_sen"]
    room.done("review", "receive-advice", review.id, "--person", person.id, "--file", str(paper), today=ASKED)
    room.done("review", "circulate", review.id, "--send", today=ASKED)

    documents = Documents(app.log_store.engine, room.settings["ARFLOW_DOCUMENTS"])
    [bundle] = [one for one in documents.of(plan=review.plan) if one.kind == "bundle"]
    contents = " ".join(PdfReader(BytesIO(documents.read(bundle.digest))).pages[0].extract_text().split())
    assert "Speech and language" in contents
    assert f"{person.name}, the local authority" in contents
    assert "la sen" not in contents
    assert "not known; came on" in contents


def test_what_is_left_out_of_the_bundle_is_said(app: Arflow, review: Told, room: PostRoom, tmp_path: Path) -> None:
    household(app, review.plan)
    room.done("review", "invite", review.id, "--send", today=ASKED)
    for name in ("one", "two"):
        paper = tmp_path / f"{name}.txt"
        paper.write_text(f"Invented report {name}.")
        room.done("review", "receive-advice", review.id, "--role", "health", "--file", str(paper), today=ASKED)
    documents = [paper.digest for paper in papers(app.review(review.id))]

    said = room.done("review", "circulate", review.id, "--send", "--document", documents[0], today=ASKED)

    assert f"Not included: {documents[1][:12]} from health, received on {ASKED}" in said


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("circulate", "--send"), "nothing was kept"),
        (("receive-advice",), "--role or --person"),
        (("receive-advice", "--person", "N-00000000"), "there is no person N-00000000"),
        (("chase",), "name reviews, or say --all"),
        (("request-advice",), "--send or --role"),
        (("advice", "--person", "N-00000000"), "there is no advice asked of"),
    ],
)
def test_wrong_inputs_are_refused_in_one_line(
    review: Told, room: PostRoom, arguments: tuple[str, ...], wanted: str
) -> None:
    command, *options = arguments
    names = () if command == "chase" else (review.id,)

    result = room("review", command, *names, *options)

    assert result.exit_code in (1, 2)
    assert wanted in result.output


def test_advice_that_was_not_asked_for_is_shown_too(app: Arflow, review: Told, room: PostRoom) -> None:
    asked(review, "health")
    review.do(ReceiveAdvice(role="health", on=date(2026, 11, 4)))
    review.do(ReceiveAdvice(role="job_coach", on=date(2026, 11, 5)))

    [came] = following(app, review.id).unasked

    assert (came.role, came.received_on) == ("job_coach", date(2026, 11, 5))
    assert "Came without being asked for: job coach, on 2026-11-05" in room.done("review", "advice", review.id)


@pytest.mark.parametrize(
    ("holder", "options", "asked"),
    [
        ("A. Officer", (), False),
        ("a.  OFFICER", (), False),
        ("B. Other", (), True),
        ("A. Officer", ("la_sen",), True),  # somebody names the role
    ],
)
def test_who_coordinates_a_case_is_not_asked_about_it(
    app: Arflow, review: Told, holder: str, options: tuple[Role, ...], asked: bool
) -> None:
    people = household(app, review.plan)
    app.change_plan(review.plan, AssignCoordinator(coordinator=holder, on=ASKED))
    found = requesting(app, review.id, roles=options)
    assert (people["la_sen"].id in [one.person.id for one in found.to_ask]) is asked
    assert [one.person.id for one in found.own] == ([] if asked else [people["la_sen"].id])
