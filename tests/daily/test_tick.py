"""What `arflow tick` does by itself: seen once, sent once, listed, however often and in however many places it runs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from arflow.application.arflow import Arflow
from arflow.case.review_commands import PostponeMeeting, ReceiveAdvice, RequestAdvice, ScheduleMeeting
from arflow.daily.sightings import Sighting, record, sightings, unseen
from arflow.events import AdviceChased, DutySeen, PlanDutySeen, decode
from arflow.lists.questions import Asking
from tests.support.cases import Cases, Told, day
from tests.support.days import on_day
from tests.support.post_room import MEETING, PostRoom, household, planned, post_room

pytestmark = pytest.mark.thorough

SOON = timedelta(days=14)  # the definition's due_soon_days


def look(app: Arflow, today: date) -> list[Sighting]:
    """What one run sees and records on a day."""
    on_day(app, today)
    asking = Asking(app)
    asking.catch_up()
    found = unseen(app, sightings(asking.duties(today, within=SOON.days)))
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
    on_day(app, due)
    asking = Asking(app)
    asking.catch_up()
    found = sightings(asking.duties(due, within=SOON.days))

    assert record(app, found) == len(found)
    assert record(other, found) == 0

    assert seen(app, "decision") == [("due", due)]


def test_a_day_that_moves_is_seen_again_with_its_new_last_day(app_on_each: Arflow) -> None:

    review = Cases(app_on_each).opened("12 Jan 2026", "1 Sep 2026")
    on_day(review.app, date(2026, 9, 1))

    review.do(ScheduleMeeting(meeting_on=date(2026, 10, 1)))
    look(app_on_each, date(2026, 9, 10))
    review.do(PostponeMeeting(meeting_on=date(2026, 10, 5), reason="ill"))
    look(app_on_each, date(2026, 9, 12))

    assert seen(app_on_each, "notice") == [("due", day("16 Sep 2026")), ("due", day("20 Sep 2026"))]


# --- a whole run -------------------------------------------------------------------------------------------

ASKED, WANTED = date(2026, 11, 2), date(2026, 11, 26)


@pytest.fixture
def room(run_on_each: Callable[..., Result], tmp_path: Path) -> Iterator[PostRoom]:
    with post_room(run_on_each, tmp_path) as found:
        yield found


@pytest.fixture
def waiting(app_on_each: Arflow, room: PostRoom) -> tuple[Arflow, Told, PostRoom]:
    """A review whose health adviser was asked on 2 November and has not answered; the reminder is due on the 26th."""
    told = planned(app_on_each)
    household(app_on_each, told.plan)
    room.done("review", "request-advice", told.id, "--send", "--role", "health", today=ASKED)
    return app_on_each, told, room


def test_a_dry_run_says_what_is_due_and_does_nothing(waiting: tuple[Arflow, Told, PostRoom]) -> None:
    app, told, room = waiting
    before = app.log_store.head()

    said = json.loads(room.done("tick", "--dry-run", "--json", today=WANTED))

    assert [one["rule"] for one in said["reminders"]] == ["on_the_day"]
    assert {one["seen"] for one in said["seen"]} == {"due"}
    assert app.log_store.head() == before
    assert len(room.received("health@example.org")) == 1
    assert told.state() == "scheduled"


def test_running_twice_sends_and_records_once(waiting: tuple[Arflow, Told, PostRoom]) -> None:
    app, told, room = waiting

    for _ in range(2):
        room.done("tick", today=WANTED)

    assert len(room.received("health@example.org")) == 2  # the request and one reminder
    assert [e.rule for e in app.review(told.id).beside if isinstance(e, AdviceChased)] == ["on_the_day"]
    assert len(seen(app, "notice")) == 1


def test_two_runs_at_once_double_nothing(
    waiting: tuple[Arflow, Told, PostRoom], store_url: str, tmp_path: Path
) -> None:
    app, told, room = waiting
    environment = (
        os.environ
        | room.settings
        | {
            "ARFLOW_STORE": store_url,
            "ARFLOW_BY": "A. Officer",
            "ARFLOW_TODAY": WANTED.isoformat(),
            "ARFLOW_DOCUMENTS": str(tmp_path / "documents"),
        }
    )
    command = [sys.executable, "-c", "from arflow.cli import main; main()", "tick"]

    runs = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [run.communicate()[0] for run in runs]

    assert [run.returncode for run in runs] == [0, 0, 0], said
    room.done("tick", today=WANTED)
    assert len(room.received("health@example.org")) == 2
    assert len([e for e in app.review(told.id).beside if isinstance(e, AdviceChased)]) == 1
    for duty in ("notice", "advice_circulated", "invitees"):
        assert len(seen(app, duty)) == 1


def test_mail_that_could_not_leave_goes_with_the_next_run(waiting: tuple[Arflow, Told, PostRoom]) -> None:
    _, _, room = waiting

    said = room.done("tick", today=WANTED, ARFLOW_SMTP="", ARFLOW_MAIL_FROM="")
    assert "Mail waits: ARFLOW_SMTP" in said
    room.done("tick", today=WANTED + timedelta(days=1))

    assert len(room.received("health@example.org")) == 2


def test_what_keeps_people_from_being_reminded_is_said_once_with_all_of_them(
    app_on_each: Arflow, room: PostRoom
) -> None:
    app, told = app_on_each, planned(app_on_each)
    people = household(app, told.plan)
    room.done("review", "request-advice", told.id, "--send", today=ASKED)

    said = room.done("tick", "--dry-run", today=WANTED + timedelta(days=3), ARFLOW_MAIL_COORDINATORS="")

    [line] = [line for line in said.splitlines() if line.startswith("Not reminded: ")]
    assert line.startswith("Not reminded: set ARFLOW_MAIL_COORDINATORS: ")
    assert all(f"{people[role].id} ({told.id})" in line for role in ("parent", "setting", "health"))


def test_what_was_posted_is_dated_again_where_the_table_of_service_changes(
    app_on_each: Arflow, room: PostRoom, tmp_path: Path
) -> None:
    app, told = app_on_each, planned(app_on_each)
    by_post = {"email": None, "postal_address": "1 Invented Street\nExampleton"}
    household(app, told.plan, parent=by_post)
    room.done("review", "invite", told.id, "--send", today=ASKED)
    [letter] = json.loads(room.done("outbox", "list", "--state", "to_post", "--json", today=ASKED))
    room.done("outbox", "posted", letter["id"], "--on", str(ASKED), today=ASKED)
    assert app.review(told.id).served(app.review(told.id).invitations[-1]) == date(2026, 11, 4)
    own = Path(room.settings["ARFLOW_WORKFLOWS"]) / "papers"
    own.mkdir()
    (own / "ours.2026.toml").write_text(
        '[papers]\nname = "ours"\nversion = "2026"\ntitle = "Ours"\nin_force_from = 2026-01-01\n'
        'extends = "england.2015"\n[[service]]\nchannel = "post"\nrule = "3 working days after"\n'
        'source = "local policy"\ncitation = "our own practice"\n'
    )

    said = room.done("tick", today=ASKED)

    assert f"of {told.id}: 2026-11-04 → 2026-11-05, by the table as it is." in said
    assert "by the table as it is." not in room.done("tick", today=ASKED)
    assert app.review(told.id).served(app.review(told.id).invitations[-1]) == date(2026, 11, 5)


def test_what_was_posted_is_dated_again_by_the_act_that_enters_a_holiday_or_a_table(
    app_on_each: Arflow, room: PostRoom
) -> None:
    app, told = app_on_each, planned(app_on_each)
    household(app, told.plan, parent={"email": None, "postal_address": "1 Invented Street\nExampleton"})
    room.done("review", "invite", told.id, "--send", today=ASKED)
    [letter] = json.loads(room.done("outbox", "list", "--state", "to_post", "--json", today=ASKED))
    room.done("outbox", "posted", letter["id"], "--on", str(ASKED), today=ASKED)
    assert app.review(told.id).served(app.review(told.id).invitations[-1]) == date(2026, 11, 4)
    holiday = ("rules", "bank-holiday", "2026-11-03", "--reason", "Proclaimed", "--json")

    assert json.loads(room.done(*holiday, "--dry-run", today=ASKED))["redated"] == []
    said = json.loads(room.done(*holiday, today=ASKED))

    assert [(one["before"], one["after"]) for one in said["redated"]] == [("2026-11-04", "2026-11-05")]
    assert app.review(told.id).served(app.review(told.id).invitations[-1]) == date(2026, 11, 5)
    table = ("rules", "service", "post=3", "--citation", "Mail policy", "--reason", "Slower")
    assert f"{told.id} invite: served 2026-11-05 → 2026-11-06" in room.done(*table, today=ASKED)
    assert "by the table as it is." not in room.done("tick", today=ASKED)


@pytest.mark.parametrize(("today", "lines"), [(MEETING, 0), (MEETING + timedelta(days=1), 1)])
def test_a_meeting_that_passed_unrecorded_is_on_the_worklist_from_the_day_after(
    app_on_each: Arflow, room: PostRoom, today: date, lines: int
) -> None:
    told = planned(app_on_each)

    found = json.loads(room.done("tick", "--json", today=today))["worklist"]["lines"]

    passed = [(line["review"], line["why"]) for line in found if line["matter"] == "meeting_passed"]
    assert passed == [(told.id, f"planned for {MEETING}, and not recorded as held or postponed")] * lines
    on_day(told.app, today)
    told.held("18 Dec 2026")
    after = json.loads(room.done("tick", "--json", today=today))["worklist"]["lines"]
    assert "meeting_passed" not in {line["matter"] for line in after}


def test_the_worklist_says_whose_advice_is_awaited(app: Arflow, cases: Cases, run: Callable[..., Result]) -> None:
    told = cases.opened("1 Dec 2025", "1 Nov 2026", setting="123456")
    told.do(ScheduleMeeting(on=day("1 Nov 2026"), meeting_on=day("15 Dec 2026"))).invited("2 Nov 2026")

    def why() -> list[str]:
        lines = json.loads(run("tick", "--dry-run", "--json").stdout)["worklist"]["lines"]
        return [line["why"] for line in lines if line["what"] == "circulate"]

    assert why() == ["nobody is recorded as asked for advice"]
    told.do(RequestAdvice(on=day("3 Nov 2026"), roles=("setting", "health")))
    assert why() == ["no answer yet from the school or setting, health"]
    told.do(ReceiveAdvice(on=day("5 Nov 2026"), role="setting")).do(ReceiveAdvice(on=day("5 Nov 2026"), role="health"))
    assert why() == ["all who were asked for advice have answered"]


@pytest.mark.parametrize("suffix", ["html", "csv", "txt", "json", "xlsx"])
def test_the_worklist_is_written_in_the_form_that_its_name_says(
    app: Arflow, run: Callable[..., Result], tmp_path: Path, suffix: str
) -> None:
    Cases(app).opened("12 Jan 2026", "1 Sep 2026").held("1 Oct 2026").decided(
        "maintain", "8 Oct 2026", not_yet_notified=True
    )
    file = tmp_path / f"worklist.{suffix}"

    for _ in range(2):  # over the one of an earlier run
        assert run("tick", "--worklist", str(file), today=date(2026, 10, 30)).exit_code == 0

    if suffix != "xlsx":
        text = file.read_text("utf-8")
        assert "R-2026-000001" in text
        assert "decided" in text.lower()
    else:
        assert file.read_bytes()[:2] == b"PK"


def test_a_worklist_of_another_form_is_refused_before_anything_is_done(run: Callable[..., Result]) -> None:
    result = run("tick", "--worklist", "worklist.pdf")

    assert result.exit_code == 1
    assert "a file that ends in .html, .csv" in result.stderr
