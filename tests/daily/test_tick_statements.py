"""How many statements the daily run sends to the store: as many for two hundred cases as for twenty."""

from datetime import date
from pathlib import Path

import pytest

from arflow.application.arflow import Arflow
from arflow.case.review_commands import Invite, RequestAdvice, ScheduleMeeting
from arflow.daily.sightings import record, sightings, unseen
from arflow.daily.tick import Office, Ticked, tick
from arflow.lists.questions import Asking
from arflow.papers.documents import documents_of
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.stationery import stationery
from arflow.post.advice.reminders_sent import Escalation
from arflow.post.outgoing.composition import Desk
from arflow.post.outgoing.outbox_acts import posted
from arflow.post.outgoing.queue import queue
from arflow.post.outgoing.send_now import Post
from tests.support.cases import Cases
from tests.support.days import on_day
from tests.support.outgoing import dispatch, message, read, second_day, settings
from tests.support.post_room import MEETING
from tests.support.statements import sent_to

pytestmark = pytest.mark.thorough
ASKED, LATE = date(2026, 11, 3), date(2026, 12, 4)


@pytest.fixture(autouse=True)
def _authority(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARFLOW_WORKFLOWS", str(own))
    monkeypatch.setenv("ARFLOW_DOCUMENTS", str(own / "documents"))


def opened(app: Arflow, first: int, number: int) -> None:
    """Cases whose meeting is near: the family was invited by post, health was asked for advice and has not answered."""
    on_day(app, ASKED)
    cases = Cases(app, start=first)
    for place in range(first, first + number):
        review = cases.opened("12 Jan 2026", "2 Nov 2026", setting="123456", nc_year=5)
        review.do(ScheduleMeeting(meeting_on=MEETING, on=ASKED))
        letter = message("parent", review.plan, "post")
        queued = queue(app, dispatch(review, Invite(roles=("parent",)), letter, key=f"{place}"), settings())
        posted(app, queued.messages, ASKED, second_day)
        review.do(RequestAdvice(on=ASKED, roles=("health",)))


def a_day(app: Arflow) -> tuple[Ticked, list[str]]:
    """One run late in the day of these cases, and the statements that it sent."""
    on_day(app, LATE)
    post = Post(settings=settings(), read=read, keep=lambda _connection, _digests: None, serving=second_day)
    desk = Desk(stationery=stationery(app.catalogue), documents=documents_of(app.engine), post=post)
    office = Office(
        papers=PapersFiles.of(app.catalogue, app.rules.read()).current(),
        post=post,
        desk=lambda: desk,
        escalation=Escalation(addresses={"coordinator": "team@la.example.org", "manager": "team@la.example.org"}),
    )
    with sent_to(app.engine) as statements:
        asking = Asking(app)
        asking.catch_up()
        done = tick(app, asking, office)
    return done, list(statements)


def test_a_run_with_nothing_to_do_sends_as_many_statements_for_two_hundred_cases_as_for_twenty(
    app_on_each: Arflow,
) -> None:
    sent = {}
    for first, number in ((0, 20), (20, 180)):
        opened(app_on_each, first, number)
        a_day(app_on_each)
        done, statements = a_day(app_on_each)
        assert (done.reminders, done.redated, done.seen) == ((), (), ())
        assert len(done.worklist.lines) >= first + number
        sent[first + number] = len(statements)

    assert sent[200] == sent[20]


def test_what_a_run_does_costs_the_same_beside_fifty_other_cases(app_on_each: Arflow) -> None:
    sent = []
    for first, others in ((0, 10), (20, 50)):
        opened(app_on_each, first, others)
        a_day(app_on_each)
        opened(app_on_each, first + others, 5)
        done, statements = a_day(app_on_each)
        assert len(done.reminders) == 5
        assert len(done.seen) >= 5
        sent.append(len(statements))

    assert sent[0] == sent[1]


def test_duties_seen_are_recorded_with_as_many_statements_for_fifty_cases_as_for_ten(
    app_on_each: Arflow,
) -> None:
    sent = []
    for first, number in ((0, 10), (10, 40)):
        opened(app_on_each, first, number)
        on_day(app_on_each, LATE)
        asking = Asking(app_on_each)
        asking.catch_up()
        found = unseen(
            app_on_each, [one for one in sightings(asking.duties(LATE, within=14)) if one.duty == "invitees"]
        )
        assert len(found) == number
        with sent_to(app_on_each.engine) as statements:
            assert record(app_on_each, found) == number
        sent.append(len(statements))

    assert sent[0] == sent[1]
