"""What `arflow tick` does by itself: seen once, sent once, listed, however often and in however many places it runs."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from arflow.app import Arflow
from arflow.commands import PostponeMeeting, ScheduleMeeting
from arflow.events import DutySeen, PlanDutySeen, decode
from arflow.projections.asking import Asking
from arflow.ticking.sightings import Sighting, record, sightings, unseen
from tests.cases import Cases, day

SOON = timedelta(days=14)  # the definition's due_soon_days


def look(app: Arflow, today: date) -> list[Sighting]:
    """What one run sees and records on a day."""
    app._today = today
    asking = Asking(app)
    asking.catch_up()
    found = unseen(app, sightings(asking.due(today, within=SOON.days)))
    assert record(app, found) == len(found)
    return found


def seen(app: Arflow, duty: str) -> list[tuple[str, date]]:
    events = [decode(row.payload) for row in app.log_store.read_log()]
    return [(e.seen, e.due) for e in events if isinstance(e, DutySeen | PlanDutySeen) and e.duty == duty]


@pytest.fixture
def decision(app_on_each: Arflow) -> tuple[Arflow, date]:
    """A review held on 1 October 2026: the decision is due within four weeks, by 29 October."""
    review = Cases(app_on_each).opened("12 Jan 2026", "1 Sep 2026").held("1 Oct 2026")
    return app_on_each, review.duty("decision").due or date.min


def test_a_duty_is_seen_when_it_is_due_soon_and_not_the_day_before(decision: tuple[Arflow, date]) -> None:
    app, due = decision
    assert due == date(2026, 10, 29)

    look(app, due - SOON - timedelta(days=1))
    assert seen(app, "decision") == []
    look(app, due - SOON)
    assert seen(app, "decision") == [("due", due)]


def test_a_duty_is_seen_as_breached_on_the_day_after_its_last_day(decision: tuple[Arflow, date]) -> None:
    app, due = decision

    look(app, due)
    assert seen(app, "decision") == [("due", due)]
    look(app, due + timedelta(days=1))
    assert seen(app, "decision") == [("due", due), ("breached", due)]


def test_a_duty_is_seen_once_however_often_one_looks(decision: tuple[Arflow, date]) -> None:
    app, due = decision
    look(app, due)

    assert [one for one in look(app, due) if one.duty == "decision"] == []
    assert [one for one in look(app, due + timedelta(days=40)) if one.duty == "decision"] != []
    assert [one for one in look(app, due + timedelta(days=41)) if one.duty == "decision"] == []


def test_a_missed_month_loses_nothing(decision: tuple[Arflow, date]) -> None:
    app, due = decision

    look(app, due + timedelta(days=30))

    assert seen(app, "decision") == [("breached", due)]


def test_a_duty_of_the_plan_is_seen_on_the_plan(app_on_each: Arflow) -> None:
    Cases(app_on_each).plan("12 Jan 2026")

    look(app_on_each, date(2027, 1, 11))
    assert seen(app_on_each, "twelve_months") == [("due", date(2027, 1, 11))]
    look(app_on_each, date(2027, 1, 12))  # contested: late on the Act's words, in time on the Code's
    assert seen(app_on_each, "twelve_months") == [("due", date(2027, 1, 11))]
    look(app_on_each, date(2027, 1, 13))
    assert seen(app_on_each, "twelve_months") == [("due", date(2027, 1, 11)), ("breached", date(2027, 1, 11))]


def test_what_one_run_has_recorded_another_that_saw_it_too_does_not_record_again(
    decision: tuple[Arflow, date], open_app: Callable[..., Arflow]
) -> None:
    app, due = decision
    other = open_app(app.url, today=due)
    app._today = due
    asking = Asking(app)
    asking.catch_up()
    found = sightings(asking.due(due, within=SOON.days))

    assert record(app, found) == len(found)
    assert record(other, found) == 0

    assert seen(app, "decision") == [("due", due)]


def test_a_day_that_moves_is_seen_again_with_its_new_last_day(app_on_each: Arflow) -> None:

    review = Cases(app_on_each).opened("12 Jan 2026", "1 Sep 2026")
    review.app._today = date(2026, 9, 1)

    review.do(ScheduleMeeting(meeting_on=date(2026, 10, 1)))
    look(app_on_each, date(2026, 9, 10))
    review.do(PostponeMeeting(meeting_on=date(2026, 10, 5), reason="ill"))
    look(app_on_each, date(2026, 9, 12))

    assert seen(app_on_each, "notice") == [("due", day("16 Sep 2026")), ("due", day("20 Sep 2026"))]
