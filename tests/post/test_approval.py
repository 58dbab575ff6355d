"""A letter that policy has a second officer approve leaves once they did, and the log says who and by which template."""

import json
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest

from arflow.application.arflow import Arflow
from arflow.errors import PapersRefused
from arflow.law.catalogue import Catalogue
from arflow.papers.letters.papers_files import PapersFiles
from tests.support.cases import Cases, Told
from tests.support.post_room import PostRoom, household

pytestmark = pytest.mark.thorough
TODAY = date(2026, 7, 6)
POLICY = """[papers]
name = "anyshire"
version = "2026"
title = "Anyshire"
in_force_from = 2026-01-01
extends = "england.2015"

[[approval]]
letter = "decision_maintain"
by = "a team manager"
source = "local policy"
citation = "scheme of delegation 4.2"
"""
SEND = ("decision_maintain", "--reasons", "The outcomes still fit.")


@pytest.fixture
def told(app: Arflow, cases: Cases) -> Told:
    review = cases.opened("12 Sep 2025", "1 May 2026", setting="123456", nc_year=5).held("18 Jun 2026")
    household(app, review.plan)
    return review.decided("maintain", "6 Jul 2026", not_yet_notified=True)


@pytest.fixture
def policy(room: PostRoom) -> None:
    folder = Path(room.settings["ARFLOW_WORKFLOWS"]) / "papers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "anyshire.2026.toml").write_text(POLICY, "utf-8")


def waiting(room: PostRoom) -> str:
    listed = json.loads(room.done("outbox", "list", "--state", "to_approve", "--json", today=TODAY))
    [dispatch] = {line["dispatch"] for line in listed}
    assert {line["why"] for line in listed} == {
        f"awaits approval by a team manager: `arflow letter approve {dispatch}`"
    }
    return str(dispatch)


def test_a_letter_waits_for_a_second_officer_and_its_maker_is_refused(
    app: Arflow, told: Told, room: PostRoom, policy: None
) -> None:
    said = room.done("letter", "send", told.id, *SEND, today=TODAY)
    assert "To approve: parent" in said
    assert "It awaits approval by a team manager: `arflow letter approve D-" in said
    assert room.received("parent@example.org") == []
    assert app.review(told.id).last("notify") is None

    dispatch = waiting(room)
    room.done("outbox", "send", today=TODAY)
    assert room.received("parent@example.org") == []
    refused = room("letter", "approve", dispatch, today=TODAY)
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
    assert f"you made {dispatch}: another officer approves it" in refused.stderr

    room.done("letter", "approve", dispatch, "--by", "Second Officer", today=TODAY)
    assert len(room.received("parent@example.org")) == 1
    act = app.review(told.id).last("notify")
    assert act is not None
    assert act.event.approved_by == app.directory.officer_id("Second Officer")
    papers, letter, digest = str(act.event.letter_template).split("/")
    assert (papers, letter, len(digest)) == ("anyshire.2026", "decision_maintain", 64)
    again = room("letter", "approve", dispatch, "--by", "Second Officer", today=TODAY)
    assert f"nothing of {dispatch} awaits approval" in again.stderr


def test_a_letter_is_not_approved_on_a_later_day_than_its_date(
    app: Arflow, told: Told, room: PostRoom, policy: None
) -> None:
    room.done("letter", "send", told.id, *SEND, today=TODAY)
    dispatch = waiting(room)
    later = TODAY + timedelta(days=1)
    refused = room("letter", "approve", dispatch, "--by", "Second Officer", today=later)
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
    assert f"{dispatch} is dated 2026-07-06, and states days that are counted from then: cancel it" in refused.stderr
    assert room.received("parent@example.org") == []

    room.done("outbox", "cancel", dispatch, "--reason", "A day late", today=later)
    room.done("letter", "send", told.id, *SEND, today=later)
    [again] = {
        line["dispatch"]
        for line in json.loads(room.done("outbox", "list", "--state", "to_approve", "--json", today=later))
    }
    room.done("letter", "approve", again, "--by", "Second Officer", today=later)
    [letter] = room.received("parent@example.org")
    assert "7 July 2026" in letter.get_body(("plain",)).get_content()


def test_a_letter_that_waited_overnight_tells_no_days_that_are_over(app: Arflow, told: Told, room: PostRoom) -> None:
    room.done("letter", "send", told.id, *SEND, today=TODAY, ARFLOW_SMTP="")
    later = TODAY + timedelta(days=1)
    room.done("outbox", "send", today=later)
    assert room.received("parent@example.org") == []
    assert app.review(told.id).last("notify") is None
    [why] = {line["why"] for line in json.loads(room.done("outbox", "list", "--trouble", "--json", today=later))}
    assert "is dated 2026-07-06, and states days that are counted from then: cancel it with" in why


def test_a_letter_that_was_posted_late_is_recorded_and_its_days_are_said_to_be_too_early(
    app: Arflow, told: Told, room: PostRoom
) -> None:
    [parent] = [one for one in app.people.of(told.plan) if one.role == "parent"]
    app.people.change(
        msgspec.structs.replace(parent, email=None, channel="post", postal_address="1 Example Road\nAnytown")
    )
    sent = json.loads(room.done("letter", "send", told.id, *SEND, "--json", today=TODAY))
    [message] = [one["id"] for one in sent["sent"]["messages"] if one["state"] == "to_post"]
    later = TODAY + timedelta(days=1)
    done = room("outbox", "posted", message, "--on", str(later), today=later)
    assert done.exit_code == 0
    assert (
        f"{message} is dated 2026-07-06, and states days that are counted from then and went on 2026-07-07"
        in done.stderr
    )
    on = app.review(told.id).day("notify")
    assert on == later


def test_the_worklist_shows_what_awaits_approval_and_a_letter_sent_back_never_leaves(
    app: Arflow, told: Told, room: PostRoom, policy: None, tmp_path: Path
) -> None:
    room.done("letter", "send", told.id, *SEND, today=TODAY)
    worklist = tmp_path / "worklist.csv"
    room("tick", "--dry-run", "--worklist", str(worklist), today=TODAY)
    assert "awaits approval by a team manager" in worklist.read_text("utf-8")

    dispatch = waiting(room)
    room.done("outbox", "cancel", dispatch, "--reason", "The reasons are too short", today=TODAY)
    assert room("letter", "approve", dispatch, "--by", "Second Officer", today=TODAY).exit_code == 1
    assert room.received("parent@example.org") == []


def test_without_such_a_policy_a_letter_leaves_and_the_log_names_its_template(
    app: Arflow, told: Told, room: PostRoom
) -> None:
    room.done("letter", "send", told.id, *SEND, today=TODAY)
    act = app.review(told.id).last("notify")
    assert act is not None
    assert act.event.approved_by is None
    first = str(act.event.letter_template)
    assert first.startswith("england.2015/decision_maintain/")


def test_a_policy_for_a_letter_that_there_is_not_is_refused(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    wrong = POLICY.replace('letter = "decision_maintain"', 'letter = "decision_keep"')
    (tmp_path / "papers" / "anyshire.2026.toml").write_text(wrong, "utf-8")
    with pytest.raises(PapersRefused, match="there is no letter decision_keep"):
        PapersFiles.of(Catalogue(tmp_path)).current()
