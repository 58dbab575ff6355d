"""One person reminded now because an officer chose to: recorded, once a day, refused with a way on, whole after a crash."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.events import AdviceChased
from arflow.papers.documents import documents_of
from arflow.post.outgoing.composition import post_of
from arflow.post.outgoing.delivery import deliver
from arflow.post.outgoing.queue import outbox
from tests.support.cases import Told
from tests.support.days import on_day
from tests.support.post_room import MEETING, PostRoom, household, keep, planned, post_room

pytestmark = pytest.mark.thorough

ASKED, RANG = date(2026, 11, 2), date(2026, 11, 12)
WANTED = date(2026, 11, 26)
HEALTH = "health@example.org"


@pytest.fixture
def room(run_on_each: Callable[..., Result], tmp_path: Path) -> Iterator[PostRoom]:
    with post_room(run_on_each, tmp_path) as found:
        yield found


@pytest.fixture
def review(app_on_each: Arflow) -> Told:
    return planned(app_on_each)


@pytest.fixture
def health(review: Told, room: PostRoom) -> str:
    """Who was asked for advice, by id: the household's health professional."""
    people = household(review.app, review.plan)
    room.done("review", "request-advice", review.id, "--send", "--role", "health", today=ASKED)
    return people["health"].id


def chased(review: Told) -> list[tuple[date, str | None, tuple[str, ...]]]:
    found = [event for event in review.app.review(review.id).beside if isinstance(event, AdviceChased)]
    return [(event.on, event.rule, event.people) for event in found]


def chase(room: PostRoom, review: Told, to: str, *more: str, today: date = RANG) -> Result:
    return room("review", "chase", review.id, "--to", to, *more, today=today)


def refused(result: Result) -> str:
    """The one line of a refusal."""
    assert result.exit_code == 1, result.output
    [line] = result.stderr.splitlines()
    return line


@pytest.mark.parametrize("by", ["id", "role"])
def test_somebody_is_reminded_before_any_rule_says_so(review: Told, room: PostRoom, health: str, by: str) -> None:
    assert chase(room, review, health if by == "id" else "health", "--send").exit_code == 0

    assert chased(review) == [(RANG, None, (health,))]
    [_, reminder] = room.received(HEALTH)
    assert "26 November 2026" in reminder.get_body(("plain",)).get_content()
    why = room.done("review", "advice", review.id, "--person", health, today=RANG)
    assert f"Reminded on {RANG} by email: an officer chose to" in why


def test_a_preview_sends_nothing_and_says_how_to(review: Told, room: PostRoom, health: str) -> None:
    for more in ((), ("--preview",), ("--preview", "--send")):
        said = chase(room, review, health, *more).output

        assert health in said
        assert "Nothing was sent: give --send, without --preview," in said
    assert len(room.received(HEALTH)) == 1
    assert outbox(review.app).find()[-1].state == "sent"


def test_a_second_run_the_same_day_says_so_and_the_next_day_sends_again(
    review: Told, room: PostRoom, health: str
) -> None:
    chase(room, review, health, "--send")

    assert f"{health} was reminded today, by M-" in refused(chase(room, review, "health", "--send"))
    assert len(room.received(HEALTH)) == 2
    chase(room, review, health, "--send", today=RANG + timedelta(days=1))
    assert len(room.received(HEALTH)) == 3


def test_one_that_waits_is_not_doubled_and_one_taken_back_may_be_asked_for_again(
    review: Told, room: PostRoom, health: str
) -> None:
    port, room.server.port = room.server.port, 1
    room.settings["ARFLOW_SMTP"] = room.server.url()
    said = chase(room, review, health, "--send").output
    [waiting] = [row.id for row in outbox(review.app).find() if row.state == "failed"]

    assert "cannot be used" in said
    tomorrow = RANG + timedelta(days=1)
    assert f"waits: `arflow outbox send` sends {waiting}" in refused(
        chase(room, review, health, "--send", today=tomorrow)
    )
    room.done("outbox", "cancel", waiting, "--reason", "she has rung again")
    room.server.port = port
    room.settings["ARFLOW_SMTP"] = room.server.url()
    chase(room, review, health, "--send")
    assert chased(review) == [(RANG, None, (health,))]


def test_one_that_was_refused_goes_to_the_address_that_is_kept_now(review: Told, room: PostRoom, health: str) -> None:
    room.server.refused[HEALTH] = "550 5.1.1 No such user"
    chase(room, review, health, "--send")
    [gone] = [row.id for row in outbox(review.app).find() if row.state == "refused"]

    again = refused(chase(room, review, health, "--send"))
    assert f"did not arrive: `arflow outbox resend {gone} --channel …`" in again
    room.done("people", "change", health, "--email", "new@example.org")
    room.done("outbox", "resend", gone, "--channel", "email", today=RANG)
    room.done("outbox", "send", today=RANG)

    assert len(room.received("new@example.org")) == 1
    assert "was reminded today" in refused(chase(room, review, health, "--send"))
    assert chased(review) == [(RANG, None, (health,))]


def test_the_rules_do_not_remind_again_of_what_an_officer_just_did(review: Told, room: PostRoom, health: str) -> None:
    chase(room, review, health, "--send", today=WANTED)

    assert "No reminder is due." in room.done("review", "chase", review.id, "--send", today=WANTED)
    room.done("review", "chase", review.id, "--send", today=WANTED + timedelta(days=3))
    assert len(room.received("team@la.example.org")) == 1  # word that the advice is late still goes


def test_an_officer_does_not_double_the_reminder_of_a_rule(review: Told, room: PostRoom, health: str) -> None:
    room.done("review", "chase", review.id, "--send", today=WANTED)

    assert "was reminded today" in refused(chase(room, review, health, "--send", today=WANTED))
    assert chased(review) == [(WANTED, "on_the_day", (health,))]


def test_who_was_asked_only_by_role_is_reminded_by_name(review: Told, room: PostRoom) -> None:
    social_care = keep(review.app, review.plan, "la_social_care")
    setting = keep(review.app, review.plan, "setting")
    keep(review.app, review.plan, "child")
    room.done("review", "request-advice", review.id, "--role", "la_social_care", today=ASKED)

    assert "was not asked for advice" in refused(chase(room, review, setting.id, "--send"))
    chase(room, review, "la_social_care", "--send")

    assert chased(review) == [(RANG, None, (social_care.id,))]


def test_who_need_not_or_cannot_be_reminded_is_refused_with_the_way_on(
    review: Told, room: PostRoom, health: str
) -> None:
    app, plan = review.app, review.plan
    app.add_plan(AddPlan(ref="P-9999", first_made=ASKED))
    other = keep(app, "P-9999", "health")
    second = keep(app, plan, "health", name="Dr Other")
    by_role = {person.role: person.id for person in app.people.of(plan)}

    never = refused(chase(room, review, by_role["parent"], "--send"))
    assert never.endswith(f"`arflow review advice {review.id}` shows who was")
    assert f"ask with `arflow review request-advice {review.id} --send`" in never
    assert f"belongs to {other.plan}" in refused(chase(room, review, other.id, "--send"))
    assert "there is no person N-00000000" in refused(chase(room, review, "N-00000000", "--send"))
    assert "there is no person or role job_coach" in refused(chase(room, review, "job_coach", "--send"))

    room.done("review", "request-advice", review.id, "--send", "--role", "health", today=ASKED)
    several = refused(chase(room, review, "health", "--send"))
    assert health in several
    assert second.id in several
    room.done("people", "change", second.id, "--until", "2026-11-10")
    assert "left the case on 2026-11-10" in refused(chase(room, review, second.id, "--send"))
    room.done("review", "receive-advice", review.id, "--person", health, "--answer", "no_change", today=ASKED)
    assert f"has answered (no-change, on {ASKED})" in refused(chase(room, review, health, "--send"))
    assert len(outbox(app).find()) == 2  # the requests
    assert chased(review) == []


def test_who_is_asked_by_a_letter_that_was_not_posted_is_not_reminded_yet(review: Told, room: PostRoom) -> None:
    household(review.app, review.plan, health={"email": None, "postal_address": "1 Road"})
    room.done("review", "request-advice", review.id, "--send", "--role", "health", today=ASKED)
    [waiting] = [row.id for row in outbox(review.app).find()]

    assert f"say when it was posted with `arflow outbox posted {waiting}`" in refused(chase(room, review, "health"))
    said = room.done("review", "advice", review.id, today=RANG)
    assert f"Requests that have not left: {waiting}" in said


def test_who_has_no_address_is_refused_with_the_way_on(review: Told, room: PostRoom, health: str) -> None:
    room.done("people", "change", health, "--clear", "email")

    assert f"no usable address; see `arflow people show {health}`" in refused(chase(room, review, health, "--send"))


def test_a_review_that_wants_no_advice_any_more_is_refused(review: Told, room: PostRoom, health: str) -> None:
    passed = refused(chase(room, review, health, "--send", today=MEETING + timedelta(days=1)))
    assert f"`arflow review hold {review.id}`" in passed
    room.done("review", "cancel", review.id, "--reason", "opened twice")

    assert "is cancelled: its meeting needs no advice" in refused(chase(room, review, health, "--send"))


@pytest.mark.parametrize("reviews", [("--all",), ("R-2026-000001", "R-2026-000002")])
def test_one_person_is_of_one_review(room: PostRoom, reviews: tuple[str, ...]) -> None:
    result = room("review", "chase", *reviews, "--to", "health")

    assert result.exit_code == 2
    assert "--to reminds somebody of one review" in result.output


DYING = """
import os, sys
from arflow.cli import cli
from arflow.post.outgoing import send_now
from arflow.post.mail.outbox import Outbox

def dying(*arguments, **more):
    os._exit(7)

where, *arguments = sys.argv[1:]
owner = send_now if where == "queue" else Outbox
setattr(owner, where, dying)
cli(arguments)
"""


@pytest.mark.parametrize("moment", ["queue", "keep", "claim", "settle", "mark_recorded"])
def test_a_run_that_dies_neither_loses_nor_doubles(review: Told, room: PostRoom, health: str, moment: str) -> None:
    settings = {**room.settings, "ARFLOW_STORE": review.app.url, "ARFLOW_BY": "A. Officer", "ARFLOW_TODAY": f"{RANG}"}
    again = ("review", "chase", review.id, "--to", "health", "--send")
    died = subprocess.run(
        [sys.executable, "-c", DYING, moment, *again], check=False, env=os.environ | settings, capture_output=True
    )
    assert died.returncode == 7

    room(*again, today=RANG)  # sends where nothing was queued, and is refused where something was
    on_day(review.app, RANG)
    review.app._clock = lambda: datetime.now(UTC) + timedelta(minutes=16)
    post = post_of(review.app, documents_of(review.app.log_store.engine, environment=room.settings), room.settings)
    deliver(review.app, post.settings, post.read, post.serving)

    assert chased(review) == [(RANG, None, (health,))]
    assert len({reminder["Message-ID"] for reminder in room.received(HEALTH)[1:]}) == 1
    assert len(outbox(review.app).find()) == 2


def test_a_reminder_after_the_day_names_the_day_by_which_advice_is_still_of_use(
    review: Told, room: PostRoom, health: str
) -> None:
    chase(room, review, health, "--send", today=WANTED + timedelta(days=1))

    [_, reminder] = room.received(HEALTH)
    assert "We need it by Thursday 3 December 2026" in reminder.get_body(("plain",)).get_content()
