"""What was queued and has not left is taken back with the act that makes it untrue: a meeting moved, a review cancelled."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.errors import DateRefused
from arflow.events import InvitationsSent, MessageSent, decode
from arflow.post.outgoing.queue import outbox, queue
from tests.conftest import TODAY
from tests.support.cases import Told
from tests.support.outgoing import dispatch, message, sending, settings
from tests.support.post_room import MEETING, PostRoom, household, planned, post_room

pytestmark = pytest.mark.thorough

LATER = date(2027, 1, 8)
BY_POST: dict[str, Any] = {"health": {"email": None, "postal_address": "1 Road, Anytown"}}


@pytest.fixture
def room(run_on_each: Callable[..., Result], tmp_path: Path) -> Iterator[PostRoom]:
    with post_room(run_on_each, tmp_path) as found:
        yield found


@pytest.fixture
def review(app_on_each: Arflow) -> Told:
    return planned(app_on_each)


@pytest.fixture
def health(review: Told, room: PostRoom) -> str:
    """Somebody whose letters an officer posts: the invitation waits, those of the others have left."""
    people = household(review.app, review.plan, **BY_POST)
    room.done("review", "invite", review.id, "--send")
    return people["health"].id


def states(review: Told, person: str) -> list[str]:
    return [row.state for row in outbox(review.app).find() if row.person == person]


def told(review: Told) -> list[InvitationsSent | MessageSent]:
    events = (decode(row.payload) for row in review.app.log_store.read_case(review.plan))
    return [event for event in events if isinstance(event, InvitationsSent | MessageSent)]


@pytest.mark.parametrize("at_once", [True, False])
def test_an_invitation_to_a_day_that_was_given_up_is_taken_back(
    review: Told, room: PostRoom, health: str, *, at_once: bool
) -> None:
    moved = room("review", "postpone", review.id, "--meeting-on", f"{LATER}", "--reason", "ill", *["--send"] * at_once)

    assert f"Taken back before it left: health ({health}); if it was posted already, tell them" in moved.stderr
    assert ("Nobody has been notified of the new day yet: arflow review invite" in moved.stderr) is not at_once
    if not at_once:
        room.done("review", "invite", review.id, "--send")
    assert states(review, health) == ["cancelled", "to_post"]
    assert len(room.received("parent@example.org")) == 2


@pytest.mark.parametrize("at_once", [True, False])
def test_who_was_invited_beyond_the_law_and_not_told_yet_is_invited_to_the_new_day(
    review: Told, room: PostRoom, *, at_once: bool
) -> None:
    people = household(review.app, review.plan, child={"email": None, "postal_address": "1 Road, Anytown"})
    room.done("review", "invite", review.id, "--send", "--also", people["child"].id)

    move = ("review", "postpone", review.id, "--meeting-on", f"{LATER}", "--reason", "ill")
    room.done(*move, *["--send"] * at_once)
    room.done("review", "invite", review.id, "--send")

    assert states(review, people["child"].id) == ["cancelled", "to_post"]


def test_an_invitation_on_its_way_when_the_meeting_moved_gives_no_notice_of_the_new_day(
    review: Told, room: PostRoom
) -> None:
    invite = c.Invite(roles=("parent",), meeting_on=MEETING)
    queue(review.app, dispatch(review, invite, message("parent", review.plan)), settings(room.server))
    review.do(c.PostponeMeeting(meeting_on=LATER, reason="ill"))  # as where a live run holds the message

    sending(review.app, room.server)

    [event] = told(review)
    assert isinstance(event, MessageSent)
    assert event.letter == "invitation"
    assert review.app.review(review.id).invitations == []
    with pytest.raises(DateRefused, match=f"the invitation was to {MEETING}: the meeting is on {LATER}"):
        review.do(invite)


def test_nothing_more_goes_out_on_a_cancelled_review_but_word_that_it_is_off(
    review: Told, room: PostRoom, health: str
) -> None:
    room.done("review", "request-advice", review.id, "--send")

    off = room("review", "cancel", review.id, "--reason", "moved away", "--send")

    assert off.stderr.count("Taken back before it left: health") == 2
    assert states(review, health) == ["cancelled", "cancelled"]
    assert len(room.received("parent@example.org")) == 3
    assert room.done("outbox", "list").strip() == "There are no such messages."


def test_a_review_cancelled_by_hand_says_who_is_not_told(review: Told, room: PostRoom, health: str) -> None:
    off = room("review", "cancel", review.id, "--reason", "moved away")

    assert f"not told yet: arflow review cancel {review.id} --reason … --send" in off.stderr
    assert states(review, health) == ["cancelled"]


def test_a_refused_postponement_takes_nothing_back(review: Told, room: PostRoom, health: str) -> None:
    assert room("review", "postpone", review.id, "--meeting-on", f"{MEETING}", "--reason", "ill").exit_code == 1

    assert states(review, health) == ["to_post"]


def test_advice_is_not_sent_round_after_the_meeting(review: Told, room: PostRoom, health: str, tmp_path: Path) -> None:
    paper = tmp_path / "late.txt"
    paper.write_text("An invented report.")
    room.done("review", "receive-advice", review.id, "--role", "setting", "--file", str(paper))
    room.done("review", "hold", review.id, "--skip-reason", "late advice", today=MEETING)
    before = len(outbox(review.app).find())

    late = room("review", "circulate", review.id, "--send", today=MEETING)

    assert late.stderr.splitlines() == [
        f"arflow: {review.id} is meeting held: arflow circulates advice only before the meeting; "
        f"enclose it with `arflow letter send {review.id} report_cover`"
    ]
    assert len(outbox(review.app).find()) == before


def test_what_was_posted_before_the_meeting_and_said_after_it_has_a_way_on(
    review: Told, room: PostRoom, health: str
) -> None:
    [waiting] = [row.id for row in outbox(review.app).find() if row.person == health]
    room.done("review", "hold", review.id, "--skip-reason", "no advice", today=MEETING)

    said = room.done("outbox", "posted", waiting, "--on", f"{TODAY}", today=MEETING)

    assert f"`arflow review void {review.id} STEP`" in said
    dispatch_id = outbox(review.app).message(waiting).dispatch
    room.done("review", "void", review.id, "hold", "--reason", "a letter was posted before it", today=MEETING)
    room.done("outbox", "record", dispatch_id, today=MEETING)
    room.done("review", "hold", review.id, "--skip-reason", "no advice", today=MEETING)
    assert [event.people for event in told(review)][-1] == (health,)
    assert room.done("outbox", "list", "--trouble", today=MEETING).strip() == "There are no such messages."


def test_what_was_posted_after_the_meeting_stands_beside_it(review: Told, room: PostRoom, health: str) -> None:
    [waiting] = [row.id for row in outbox(review.app).find() if row.person == health]
    room.done("review", "hold", review.id, "--skip-reason", "no advice", today=MEETING)
    after = MEETING + timedelta(days=1)

    room.done("outbox", "posted", waiting, "--on", f"{after}", today=after)

    assert isinstance(told(review)[-1], MessageSent)
    assert room.done("outbox", "list", "--trouble", today=after).strip() == "There are no such messages."
