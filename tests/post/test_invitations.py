"""Inviting: who is worked out, who is missing, how much notice there is, and what each of them is sent."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject

from arflow.application.arflow import Arflow
from arflow.case.plan_commands import AddPlan
from arflow.case.review_commands import Invite, ScheduleMeeting
from arflow.errors import MissingValue, NotFound, NotPossible
from arflow.post.meeting.invitation_plan import inviting
from arflow.post.outgoing.queue import outbox
from tests.support.cases import Cases, Told
from tests.support.post_room import NAMES, PostRoom, household, keep

pytestmark = pytest.mark.thorough

MEETING = date(2026, 12, 18)


@pytest.fixture
def review(app: Arflow) -> Told:
    """A review of somebody of 9 who attends a school, with the meeting on 18 December; today it is 24 November 2026."""
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026", setting="123456")
    return told.do(ScheduleMeeting(meeting_on=MEETING))


def test_everybody_in_a_class_of_the_regulation_is_invited(app: Arflow, review: Told) -> None:
    people = household(app, review.plan)

    found = inviting(app, review.id)

    assert {(one.person.id, one.role) for one in found.to_invite} == {
        (people[role].id, role) for role in ("parent", "setting", "la_sen", "health", "la_social_care")
    }
    assert found.missing == ()


@pytest.mark.parametrize(
    ("role", "paragraph"),
    [
        ("parent", "r.20(2)(a)"),
        ("setting", "r.20(2)(b)"),
        ("la_sen", "r.20(2)(c)"),
        ("health", "r.20(2)(d)"),
        ("la_social_care", "r.20(2)(e)"),
    ],
)
def test_a_class_without_anybody_is_named_with_its_paragraph(
    app: Arflow, review: Told, role: str, paragraph: str
) -> None:
    household(app, review.plan, without=(role,))

    [missing] = inviting(app, review.id).missing

    assert missing.citation.endswith(paragraph)
    assert missing.why == "nobody is known"


def test_out_of_school_it_is_regulation_21_that_asks_for_health(app: Arflow) -> None:
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026", kind="not_in_setting")
    told.do(ScheduleMeeting(meeting_on=MEETING))
    household(app, told.plan, without=("health", "setting"))

    [missing] = inviting(app, told.id).missing

    assert missing.citation.endswith("r.21(2)(c)")


def test_who_has_no_address_and_who_must_not_be_contacted_is_said_by_id(app: Arflow, review: Told) -> None:
    household(app, review.plan, without=("health", "parent"))
    nowhere = keep(app, review.plan, "health", email=None)
    unwanted = keep(app, review.plan, "parent", do_not_contact_because="asked us not to")

    found = inviting(app, review.id)

    assert [missing.why for missing in found.missing] == [
        f"{unwanted.id}: not to be contacted",
        f"{nowhere.id}: no usable address",
    ]
    assert {one.person.id for one in found.unreached} == {nowhere.id, unwanted.id}


def test_somebody_without_email_is_written_to_by_post(app: Arflow, review: Told) -> None:
    household(app, review.plan, without=("parent",))
    keep(app, review.plan, "parent", email=None, postal_address="1 Invented Street\nExampleton")

    found = inviting(app, review.id)

    assert [one.channel for one in found.to_invite if one.role == "parent"] == ["post"]


def test_the_child_comes_too_when_asked_for(app: Arflow, review: Told) -> None:
    people = household(app, review.plan)

    found = inviting(app, review.id, also=[people["child"].id])

    assert people["child"].id in {one.person.id for one in found.to_invite}


def test_who_is_left_out_leaves_a_class_missing(app: Arflow, review: Told) -> None:
    people = household(app, review.plan)

    found = inviting(app, review.id, without=[people["health"].id])

    assert [missing.why for missing in found.missing] == [f"{people['health'].id}: left out with --without"]


@pytest.mark.parametrize("option", ["also", "without"])
def test_a_person_of_another_case_is_refused(app: Arflow, review: Told, option: str) -> None:
    household(app, review.plan)
    stranger = keep(app, _other(app), "parent")

    with pytest.raises(NotPossible, match="belongs to P-9999"):
        inviting(app, review.id, **{option: [stranger.id]})
    with pytest.raises(NotFound):
        inviting(app, review.id, **{option: ["N-00000000"]})


def _other(app: Arflow) -> str:
    app.add_plan(AddPlan(ref="P-9999", first_made=date(2025, 2, 3)))
    return "P-9999"


def test_whom_an_officer_invited_by_other_means_is_not_missing(app: Arflow, review: Told) -> None:
    household(app, review.plan, without=("health",))

    review.do(Invite(roles=("health",)))

    assert inviting(app, review.id).missing == ()


def test_without_a_day_there_is_nothing_to_invite_to(app: Arflow) -> None:
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026")

    with pytest.raises(MissingValue, match="plan the meeting first"):
        inviting(app, told.id)


def test_after_the_meeting_nobody_is_invited(app: Arflow) -> None:
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026").held("20 Nov 2026")

    with pytest.raises(NotPossible, match="meeting_held"):
        inviting(app, told.id)


@pytest.mark.parametrize(
    ("days_before", "warning"),
    [(16, ""), (15, ""), (14, "short on the strict count"), (13, "too short")],
)
def test_notice_is_warned_of_by_the_strict_and_the_usual_count(
    open_app: Callable[..., Arflow], sqlite_url: str, days_before: int, warning: str
) -> None:
    app = open_app(sqlite_url, today=MEETING - timedelta(days=days_before))
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026", setting="123456")
    told.do(ScheduleMeeting(meeting_on=MEETING, on=date(2026, 11, 2)))

    notice = inviting(app, told.id).notice

    assert notice is not None
    assert (notice.last_day, notice.outer) == (date(2026, 12, 3), date(2026, 12, 4))
    assert warning in notice.warning
    assert bool(notice.warning) == bool(warning)


# --- sent, moved and called off ------------------------------------------------------------------------------


def calendar(mail: Any) -> Any:
    """The calendar object of a message as another implementation reads it, with the method that its type says."""
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    found = vobject.readOne(part.get_content())
    assert found.method.value == part.get_param("method")
    return found


def test_everybody_is_sent_a_letter_and_a_calendar_file_and_notice_is_recorded(
    app: Arflow, review: Told, room: PostRoom
) -> None:
    people = household(app, review.plan)

    room.done("review", "invite", review.id, "--send", "--time", "14:00", "--ends", "15:30", "--place", "Room 4")

    [mail] = room.received("parent@example.org")
    assert "Friday 18 December 2026 at 14:00 until 15:30" in mail.get_body(("plain",)).get_content()
    assert "application/pdf" in {part.get_content_type() for part in mail.walk()}
    assert "Sam" not in str(mail["subject"])
    found = calendar(mail)
    assert found.method.value == "REQUEST"
    assert f"{found.vevent.dtstart.value:%d %b %H:%M}" == "18 Dec 14:00"
    assert found.vevent.location.value == "Room 4"
    [invited] = app.review(review.id).invitations
    assert set(invited.event.people) == {people[r].id for r in NAMES if r != "child"}  # type: ignore[attr-defined]
    assert review.duty("notice").state == "met"


def test_who_is_invited_later_is_sent_their_own_and_nobody_twice(app: Arflow, review: Told, room: PostRoom) -> None:
    household(app, review.plan, without=("health",))
    room.done("review", "invite", review.id, "--send")
    keep(app, review.plan, "health")

    room.done("review", "invite", review.id, "--send")
    again = room.done("review", "invite", review.id, "--send")

    assert "Nobody is left to invite." in again
    assert [len(room.received(f"{role}@example.org")) for role in ("parent", "health")] == [1, 1]


def test_a_preview_sends_nothing(app: Arflow, review: Told, room: PostRoom) -> None:
    household(app, review.plan, without=("health",))

    said = room.done("review", "invite", review.id, "--preview")

    assert "SEND Regs 2014 r.20(2)(d)" in said
    assert room.server.received == []
    assert review.state() == "scheduled"


def test_a_postponed_meeting_moves_in_every_calendar_and_gives_notice_anew(
    app: Arflow, review: Told, room: PostRoom
) -> None:
    people = household(app, review.plan)
    room.done("review", "invite", review.id, "--send", "--time", "14:00", "--also", people["child"].id)

    room.done("review", "postpone", review.id, "--meeting-on", "2027-01-08", "--reason", "ill", "--send")

    for address in ("parent@example.org", "child@example.org"):
        first, second = (calendar(mail).vevent for mail in room.received(address))
        assert first.uid.value == second.uid.value
        assert int(second.sequence.value) > int(first.sequence.value)
        assert f"{second.dtstart.value:%d %b %Y %H:%M}" == "08 Jan 2027 14:00"
    assert len(app.review(review.id).invitations) == 1


@pytest.mark.parametrize(
    ("options", "settings", "said"),
    [
        (("--time", "10:00", "--ends", "09:00"), {}, "--ends: 09:00 is not after 10:00"),
        ((), {"ARFLOW_MAIL_FROM": ""}, "ARFLOW_MAIL_FROM: is missing"),
        ((), {"ARFLOW_MAIL_FROM": "", "ARFLOW_MAIL_REPLY_TO": "", "ARFLOW_SMTP": ""}, "ARFLOW_MAIL_FROM: is missing"),
    ],
)
def test_a_meeting_is_not_moved_where_nobody_could_be_told(
    app: Arflow, review: Told, room: PostRoom, options: tuple[str, ...], settings: dict[str, str], said: str
) -> None:
    household(app, review.plan)
    move = ("review", "postpone", review.id, "--meeting-on", "2027-01-08", "--reason", "ill", "--send")

    refused = room(*move, *options, **settings)

    assert (refused.exit_code, said in refused.stderr) == (1, True)
    assert app.review(review.id).planned_meeting == MEETING
    room.done(*move)
    assert len(room.received("parent@example.org")) == 1


def test_a_postponement_that_died_half_way_is_run_again(app: Arflow, review: Told, room: PostRoom) -> None:
    household(app, review.plan)
    room.done("review", "postpone", review.id, "--meeting-on", "2027-01-08", "--reason", "ill")

    for _ in range(2):
        room.done("review", "postpone", review.id, "--meeting-on", "2027-01-08", "--reason", "ill", "--send")

    assert len(app.review(review.id).all("postpone")) == 1
    assert len(room.received("parent@example.org")) == 1


def test_an_invitation_that_was_cancelled_can_be_sent_as_often_as_it_is_asked_for(
    app: Arflow, review: Told, room: PostRoom
) -> None:
    household(
        app,
        review.plan,
        without=tuple(NAMES.keys() - {"health", "child"}),
        health={"email": None, "postal_address": "1 Road"},
    )

    for _ in range(3):
        room.done("review", "invite", review.id, "--send")
        [waiting] = json.loads(room.done("outbox", "list", "--json"))
        room.done("outbox", "cancel", waiting["id"], "--reason", "Not yet")

    assert "To invite by post: health" in room.done("review", "invite", review.id, "--preview")


@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("invite", ("--role", "parent", "--time", "14:00"), "add --send"),
        ("invite", ("--role", "parent", "--also", "N-00000000"), "add --send"),
        ("invite", ("--send", "--channel", "post"), "leave out --role, --person, --channel"),
        ("request-advice", ("--role", "parent", "--without", "N-00000000"), "add --send"),
        ("postpone", ("--meeting-on", "2027-01-08", "--reason", " "), "--reason: is missing; say why"),
    ],
)
def test_what_would_be_passed_over_is_refused(
    app: Arflow, review: Told, room: PostRoom, command: str, options: tuple[str, ...], said: str
) -> None:
    before = app.review(review.id).version

    result = room("review", command, review.id, *options)

    assert result.exit_code in (1, 2)
    assert said in result.stderr
    assert app.review(review.id).version == before


def test_a_meeting_that_is_off_leaves_the_calendars_even_if_a_run_died_half_way(
    app: Arflow, review: Told, room: PostRoom
) -> None:
    household(app, review.plan)
    room.done("review", "invite", review.id, "--send")

    room.done("review", "cancel", review.id, "--reason", "moved")
    for _ in range(2):
        room.done("review", "cancel", review.id, "--reason", "moved", "--send")

    first, last = room.received("parent@example.org")
    assert calendar(last).method.value == "CANCEL"
    assert calendar(last).vevent.uid.value == calendar(first).vevent.uid.value
    assert int(calendar(last).vevent.sequence.value) > int(calendar(first).vevent.sequence.value)


# --- the letters of the law ------------------------------------------------------------------------------------


@pytest.fixture
def decided(app: Arflow, room: PostRoom) -> Told:
    """A decision to amend, made on the day that nobody has been told of it."""
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026", setting="123456").held("20 Nov 2026")
    return told.decided("amend", "24 Nov 2026", not_yet_notified=True)


def paper(room: PostRoom, plan: str, kind: str, folder: Path) -> str:
    file = folder / f"{kind}.txt"
    file.write_text(f"An invented {kind} of {plan}.")
    kept = room.done("document", "keep", str(file), "--plan", plan, "--kind", kind, "--json")
    return str(json.loads(kept)["digest"])


def test_a_decision_to_amend_says_by_when_its_notice_must_go(app: Arflow, decided: Told, room: PostRoom) -> None:
    household(app, decided.plan)

    said = room.done("letter", "send", decided.id, "decision_amend")

    assert "The notice of the proposed amendments must go with the decision, by 2026-12-18" in said
    assert app.review(decided.id).told


def test_a_decision_that_was_taken_back_is_told_again_and_only_then(app: Arflow, decided: Told, room: PostRoom) -> None:
    household(app, decided.plan)
    room.done("letter", "send", decided.id, "decision_amend")
    room("letter", "send", decided.id, "decision_amend")
    assert len(room.received("parent@example.org")) == 1

    room.done("review", "void", decided.id, "notify", "--reason", "The wrong letter")
    room.done("letter", "send", decided.id, "decision_amend")
    room("letter", "send", decided.id, "decision_amend")

    assert len(room.received("parent@example.org")) == 2
    assert app.review(decided.id).told


def test_a_notice_may_wait_with_its_decision_and_does_not_go_where_that_was_cancelled(
    app: Arflow, decided: Told, room: PostRoom, tmp_path: Path
) -> None:
    household(app, decided.plan)
    papers = [
        word for kind in ("plan", "amendments") for word in ("--document", paper(room, decided.plan, kind, tmp_path))
    ]
    notice = ("letter", "send", decided.id, "amendment_notice", *papers, "--no-evidence")
    room.settings["ARFLOW_SMTP"] = "smtp://127.0.0.1:1"
    room("letter", "send", decided.id, "decision_amend")
    told = {row.dispatch for row in outbox(app).find()}
    room(*notice)
    [with_it] = {row.dispatch for row in outbox(app).find()} - told

    for dispatch in (with_it, *told):
        room.done("outbox", "cancel", dispatch, "--reason", "to be looked at")
    refused = room(*notice)

    assert refused.exit_code == 1
    assert {row.state for row in outbox(app).find()} == {"cancelled"}


def test_who_must_have_a_letter_has_it_once_though_a_copy_is_asked_for(
    app: Arflow, decided: Told, room: PostRoom
) -> None:
    people = household(app, decided.plan)

    room.done("letter", "send", decided.id, "decision_amend", "--to", people["parent"].id)

    assert len(room.received("parent@example.org")) == 1


def test_a_whole_act_waits_for_the_letter_that_is_to_be_posted(app: Arflow, decided: Told, room: PostRoom) -> None:
    household(app, decided.plan, without=("parent",))
    keep(app, decided.plan, "parent", email=None, postal_address="1 Invented Street\nExampleton")

    room.done("letter", "send", decided.id, "decision_amend")
    assert not app.review(decided.id).told
    [letter] = json.loads(room.done("outbox", "list", "--state", "to_post", "--json"))
    room.done("outbox", "posted", letter["id"])

    assert app.review(decided.id).told


def test_a_notice_without_its_enclosures_is_refused(app: Arflow, decided: Told, room: PostRoom, tmp_path: Path) -> None:
    household(app, decided.plan)
    room.done("letter", "send", decided.id, "decision_amend")
    plan, amendments = (paper(room, decided.plan, kind, tmp_path) for kind in ("plan", "amendments"))
    enclosed = ("--document", plan, "--document", amendments)

    for documents, wanted in (((), "the plan"), (("--document", plan), "the amendments"), (enclosed, "the evidence")):
        result = room("letter", "send", decided.id, "amendment_notice", *documents)
        assert result.exit_code == 1
        assert f"must enclose {wanted} (SEND Regs 2014 r.22(2))" in result.stderr
    room.done("letter", "send", decided.id, "amendment_notice", *enclosed, "--no-evidence")

    notice = app.review(decided.id).last("notice")
    assert notice is not None
    assert {plan, amendments} <= set(notice.event.documents)  # type: ignore[attr-defined]
    assert decided.duty("representations").due == date(2026, 12, 8)


def test_a_paper_of_another_family_goes_nowhere(app: Arflow, decided: Told, room: PostRoom, tmp_path: Path) -> None:
    household(app, decided.plan)
    other = paper(room, _other(app), "plan", tmp_path)

    result = room("letter", "send", decided.id, "decision_amend", "--document", other)

    assert result.exit_code == 1
    assert "belongs to P-9999, another case" in result.stderr
    assert room.server.received == []


def test_papers_are_named_by_the_beginning_of_their_digest_and_a_leaflet_goes_with_every_case(
    app: Arflow, decided: Told, room: PostRoom, tmp_path: Path
) -> None:
    household(app, decided.plan)
    (tmp_path / "leaflet.txt").write_text("What happens after a review.\n")
    kept = room.done(
        "document",
        "keep",
        str(tmp_path / "leaflet.txt"),
        "--plan",
        _other(app),
        "--kind",
        "other",
        "--shared",
        "--json",
    )
    digest = json.loads(kept)["digest"]

    room.done("letter", "send", decided.id, "decision_amend", "--document", digest[:12])

    [mail] = room.received("parent@example.org")
    assert "1-other.txt" in [part.get_filename() for part in mail.walk()]


def test_the_report_goes_to_whoever_was_invited_before_the_meeting_was_moved_to_the_day_it_was_held(
    app: Arflow, review: Told, room: PostRoom, tmp_path: Path
) -> None:
    household(app, review.plan)
    room.done("review", "invite", review.id, "--send")
    room.done("review", "postpone", review.id, "--meeting-on", "2026-11-24", "--reason", "earlier")
    room.done("review", "hold", review.id, "--skip-reason", "None came")
    report = paper(room, review.plan, "report", tmp_path)

    room.done("letter", "send", review.id, "report_cover", "--document", report[:12], "--recommendation", "maintain")

    assert len(room.received("parent@example.org")) == 2
    assert review.state() == "report_sent"


def test_who_must_have_a_letter_and_must_not_be_contacted_is_named_by_id(
    app: Arflow, decided: Told, room: PostRoom
) -> None:
    household(app, decided.plan, without=("parent",))
    parent = keep(app, decided.plan, "parent", do_not_contact_because="asked us not to")

    result = room("letter", "send", decided.id, "decision_amend")

    assert result.exit_code == 1
    assert f"{parent.id} (parent) must have this letter and cannot be sent it" in result.stderr
    assert room.server.received == []


def test_a_letter_for_another_decision_is_refused(app: Arflow, decided: Told, room: PostRoom) -> None:
    household(app, decided.plan)

    result = room("letter", "send", decided.id, "decision_maintain", "--reasons", "It fits.")

    assert result.exit_code == 1
    assert "its decision is to amend" in result.stderr


def test_nobody_is_invited_to_a_meeting_whose_day_has_passed(app: Arflow, review: Told, room: PostRoom) -> None:
    household(app, review.plan)
    after = MEETING + timedelta(days=1)
    move = ("review", "postpone", review.id, "--meeting-on", f"{MEETING - timedelta(days=1)}", "--reason", "ill")

    for command in (("review", "invite", review.id), (*move, "--on", "2026-11-24")):
        refused = room(*command, "--send", today=after)

        assert refused.exit_code == 1
        assert f"or move it with `arflow review postpone {review.id}`" in refused.stderr
    assert app.review(review.id).planned_meeting == MEETING
    assert room.server.received == []


def test_a_decision_recorded_as_told_by_mistake_has_a_way_to_its_letter(app: Arflow, room: PostRoom) -> None:
    told = Cases(app).opened("12 Jan 2026", "2 Nov 2026", setting="123456").held("20 Nov 2026")
    household(app, told.plan)
    said = room("review", "decide", told.id, "--outcome", "amend")
    assert f"were told today: if not, arflow review void {told.id} notify --reason …" in said.stderr

    refused = room("letter", "send", told.id, "decision_amend")

    assert refused.exit_code == 1
    assert f"notify is recorded of {told.id} for 2026-11-24: if decision_amend has not gone yet" in refused.stderr
    assert room.server.received == []
    room.done("review", "void", told.id, "notify", "--reason", "the letter was still to go")
    assert "Sent: parent" in room.done("letter", "send", told.id, "decision_amend")


@pytest.mark.parametrize(
    ("letter", "command"),
    [
        ("invitation", "arflow review invite R-2026-000001 --send"),
        ("chaser", "arflow review chase R-2026-000001 --send"),
        ("acknowledgement", "arflow inbox run"),
    ],
)
def test_a_letter_that_another_command_sends_is_refused_with_that_command(
    review: Told, room: PostRoom, letter: str, command: str
) -> None:
    refused = room("letter", "send", review.id, letter)

    assert refused.stderr == f"arflow: {letter} is sent by `{command}`\n"
