"""The outbox: queued once or refused, posted by hand, sent another way, and each act recorded once."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.case.plan_commands import AddPlan
from arflow.daily.service_days import redatings
from arflow.errors import ArflowError, InvalidValue, MissingValue, NotFound, NotPossible
from arflow.events import (
    AmendmentNoticeSent,
    Channel,
    DecisionNotified,
    DeliveryFailed,
    InvitationsSent,
    MessageSent,
    ReportSent,
    ServiceRecorded,
    decode,
)
from arflow.lists.questions import Asking
from arflow.papers.documents import Documents
from arflow.people import Person
from arflow.post.mail.dispatch import Calendar, Message
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.acts_that_left import record
from arflow.post.outgoing.failures import bounced
from arflow.post.outgoing.leaving import Serving
from arflow.post.outgoing.outbox_acts import cancel, posted, resend
from arflow.post.outgoing.queue import outbox, queue
from arflow.post.outgoing.withdrawal import act_and_take_back
from tests.conftest import TODAY
from tests.support.cases import Cases, Told
from tests.support.outgoing import attachment, dispatch, message, recipient, second_day, settings

pytestmark = pytest.mark.thorough

DAY = date(2026, 11, 20)


@pytest.fixture
def told(app_on_each: Arflow) -> Told:
    return Cases(app_on_each).opened("12 Sep 2024", "1 Oct 2026")


def of_case(told: Told, *kinds: type[Any]) -> list[Any]:
    events = (decode(row.payload) for row in told.app.log_store.read_case(told.plan))
    return [event for event in events if isinstance(event, kinds)]


def by_post(told: Told, *roles: str, **more: Any) -> tuple[Message, ...]:
    return tuple(message(role, told.plan, "post", **more) for role in roles)


def states(told: Told, key: str = "a key") -> list[str]:
    box = outbox(told.app)
    return [row.state for row in box.messages_of(box.dispatch(key).id)]


# --- queueing ----------------------------------------------------------------------------------------------


def test_a_dispatch_is_queued_once_for_its_key(told: Told) -> None:
    invitation = dispatch(told, c.Invite(roles=("parent",)), message("parent", told.plan))

    first = queue(told.app, invitation, settings())
    again = queue(told.app, invitation, settings())

    assert (first.new, again.new) == (True, False)
    assert (again.id, again.messages) == (first.id, first.messages)
    assert states(told) == ["queued"]


def test_what_is_queued_is_read_back_whole(told: Told) -> None:
    calendar = Calendar(method="REQUEST", text="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    sent = message(
        "parent", told.plan, html="<p>You are invited.</p>", attachments=(attachment(told.plan),), calendar=calendar
    )
    act = c.CirculateAdvice(bundle="a" * 64, documents=("b" * 64,))

    queued = queue(told.app, dispatch(told, act, sent), settings())

    box = outbox(told.app)
    assert box.dispatch(queued.id).act == act
    [row] = box.messages_of(queued.id)
    assert (row.body, row.person, row.role) == (sent, "N-00000001", "parent")


def test_letters_wait_for_an_officer_unless_a_service_prints_them(told: Told) -> None:
    by_notify = settings(ARFLOW_NOTIFY_KEY="key", ARFLOW_NOTIFY_TEMPLATE="template", ARFLOW_NOTIFY_LETTERS="yes")

    queue(told.app, dispatch(told, None, *by_post(told, "parent"), key="one"), settings())
    queue(told.app, dispatch(told, None, *by_post(told, "parent"), key="two"), by_notify)
    queue(told.app, dispatch(told, None, message("parent", told.plan, "hand"), key="three"), by_notify)

    assert [states(told, key) for key in ("one", "two", "three")] == [["to_post"], ["queued"], ["to_post"]]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"to": recipient("parent", "P-9999")}, "N-00000001 belongs to P-9999, not to P-0001"),
        ({"to": recipient("parent", None)}, "belongs to no plan, not to P-0001"),
        ({"attachments": (attachment("P-9999"),)}, "belongs to P-9999, not to P-0001"),
        ({"to": recipient("parent", "P-0001", do_not_contact=True)}, "N-00000001 is not to be contacted"),
        ({"to": recipient("parent", "P-0001", email=None)}, "email address of N-00000001: is missing"),
        ({"to": recipient("parent", "P-0001", email="robin@")}, "email address of N-00000001: what is kept is not"),
        ({"to": recipient("parent", "P-0001", email="a@b.c\nBcc: x@y.z")}, "email address of N-00000001"),
        ({"to": recipient("parent", "P-0001", postal_address=" "), "channel": "post"}, "postal address of N-00000001"),
        ({"subject": "Meeting\nBcc: x@example.org"}, "subject: 'Meeting"),
        ({"subject": " "}, "subject: is missing"),
        ({"attachments": (attachment("P-0001", name="../report.pdf"),)}, "name of an attachment: ../report.pdf"),
    ],
)
def test_what_must_not_be_sent_is_refused_and_nothing_is_queued(told: Told, wrong: dict[str, Any], said: str) -> None:
    good = message("setting", told.plan)

    with pytest.raises(ArflowError) as refusal:
        queue(told.app, dispatch(told, None, good, message("parent", told.plan, **wrong)), settings())

    assert said in refusal.value.message
    assert "robin@" not in refusal.value.message
    with pytest.raises(NotFound):
        outbox(told.app).dispatch("a key")


def test_a_review_of_another_plan_is_refused(told: Told) -> None:
    other = Cases(told.app)
    other._number = 1
    stranger = other.opened("12 Sep 2024", "1 Oct 2026")

    with pytest.raises(NotPossible, match="is not a review of P-0001"):
        queue(
            told.app, dispatch(Told(told.app, stranger.id, told.plan), None, message("parent", told.plan)), settings()
        )


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"plan": "P-0002"}, "N-00000001 belongs to P-0002, not to P-0001"),
        ({"do_not_contact_because": "a court order"}, "N-00000001 is not to be contacted"),
    ],
)
def test_what_the_directory_says_of_somebody_counts_whatever_the_dispatch_says(
    told: Told, known: dict[str, str], said: str
) -> None:
    about = {"id": "N-00000001", "plan": told.plan, "role": "parent", "name": "Robin Example", **known}
    told.app.people.add(Person(**about))  # type: ignore[arg-type]

    with pytest.raises(NotPossible, match=said):
        queue(told.app, dispatch(told, None, message("parent", told.plan)), settings())


def test_a_kept_document_of_another_plan_is_refused_whatever_the_dispatch_says(told: Told, tmp_path: Path) -> None:
    kept = Documents(told.app.log_store.engine, str(tmp_path)).keep(
        b"An invented report\n", plan="P-0002", kind="report", name="report.txt", by="", at=told.app.now
    )
    wrong = message("parent", told.plan, attachments=(attachment(told.plan, digest=kept.digest),))

    with pytest.raises(NotPossible, match="belongs to P-0002"):
        queue(told.app, dispatch(told, None, wrong), settings())


def test_only_what_is_still_kept_counts_of_a_document(told: Told, tmp_path: Path) -> None:
    app, content = told.app, b"An invented report\n"
    documents = Documents(app.log_store.engine, str(tmp_path))

    def kept(plan: str) -> str:
        return documents.keep(content, plan=plan, kind="report", name="report.txt", by="", at=app.now).digest

    def disposed(plan: str) -> None:
        with app.log_store.writing() as connection:
            documents.dispose(connection, digest, plan, rule="kept_in_error", by="", at=app.now)

    digest = kept(told.plan)
    own = dispatch(told, None, message("parent", told.plan, attachments=(attachment(told.plan, digest=digest),)))
    disposed(told.plan)
    with pytest.raises(NotPossible, match="was disposed of: nothing was queued"):
        queue(app, own, settings())
    kept("P-0002")
    with pytest.raises(NotPossible, match="belongs to P-0002: nothing was queued"):
        queue(app, own, settings())
    disposed("P-0002")
    kept(told.plan)

    assert queue(app, own, settings()).new


@pytest.mark.parametrize("names", [{"subject": "Review for SAM EXAMPLE"}, {"attachments": "Sam Example.pdf"}])
def test_a_child_is_named_neither_in_a_subject_nor_in_a_file_s_name(told: Told, names: dict[str, Any]) -> None:
    told.app.people.add(Person(plan=told.plan, role="child", name="Sam Example"))
    if "attachments" in names:
        names = {"attachments": (attachment(told.plan, name=names["attachments"]),)}

    with pytest.raises(NotPossible, match="has the child's name in it"):
        queue(told.app, dispatch(told, None, message("parent", told.plan, **names)), settings())


@pytest.mark.parametrize(
    ("subject", "named"),
    [("The annual review", False), ("Annette’s annual plan", False), ("ann-report", True), ("For ANN: review", True)],
)
def test_a_name_within_another_word_names_nobody(told: Told, subject: str, named: bool) -> None:
    told.app.people.add(Person(plan=told.plan, role="child", name="Ann"))
    sent = dispatch(
        told, None, message("parent", told.plan, attachments=(attachment(told.plan, name=f"{subject}.pdf"),))
    )
    if not named:
        assert queue(told.app, sent, settings()).new
        return
    with pytest.raises(NotPossible, match="has the child's name in it"):
        queue(told.app, sent, settings())


@pytest.mark.parametrize("name", ["ann_report.pdf", "1-Ann.pdf", "advice.ann.pdf"])
def test_a_name_is_found_between_the_signs_of_a_file_s_name(told: Told, name: str) -> None:
    told.app.people.add(Person(plan=told.plan, role="child", name="Ann"))
    with pytest.raises(NotPossible, match="has the child's name in it"):
        queue(told.app, dispatch(told, None, message("parent", told.plan, attachments=(attachment(told.plan, name=name),))),
              settings())  # fmt: skip


WITHHELD = {"email": "robin@example.org", "phone": "01632 960 123", "postal_address": "7 Hidden Lane\nAnytown AN1 9ZZ"}


@pytest.mark.parametrize(
    "words",
    [
        {"text": "Write to Robin@Example.org.\n"},
        {"text": "Ring 01632 960123.\n"},
        {"text": "We meet at 7 Hidden\nLane.\n"},
        {"subject": "At an1 9zz"},
        {"calendar": Calendar(method="REQUEST", text="LOCATION:7 Hidden Lane")},
    ],
)
def test_an_address_that_is_not_to_be_shared_goes_to_nobody_else(told: Told, words: dict[str, Any]) -> None:
    robin = Person(id="N-00000001", plan=told.plan, role="parent", name="Robin Example", **WITHHELD)  # type: ignore[arg-type]
    told.app.people.add(robin)
    sent = dispatch(told, None, message("setting", told.plan, **words))
    assert queue(told.app, sent, settings()).new
    told.app.people.change(replace(robin, do_not_share_because="a court order"))

    with pytest.raises(NotPossible, match="the address of N-00000001, which is not to be shared: nothing was queued"):
        queue(told.app, replace(sent, key="again"), settings())
    own = dispatch(told, None, message("parent", told.plan, **words), key="own")
    assert queue(told.app, own, settings()).new


def test_an_act_needs_a_review_and_a_dispatch_needs_somebody(told: Told) -> None:
    no_review = dispatch(Told(told.app, None, told.plan), c.Invite(roles=("parent",)), message("parent", told.plan))  # type: ignore[arg-type]

    for wrong in (no_review, dispatch(told, None)):
        with pytest.raises(MissingValue):
            queue(told.app, wrong, settings())


# --- posted, and recorded ----------------------------------------------------------------------------------


def test_letters_are_recorded_when_an_officer_says_that_they_were_posted(told: Told) -> None:
    queued = queue(
        told.app, dispatch(told, c.Invite(roles=("parent", "setting")), *by_post(told, "parent", "setting")), settings()
    )
    assert of_case(told, InvitationsSent) == []

    [recorded] = posted(told.app, queued.messages, DAY, second_day)

    assert recorded.events == ("InvitationsSent",)
    [event] = of_case(told, InvitationsSent)
    assert (event.on, event.served_on, event.channel) == (DAY, date(2026, 11, 22), "post")
    assert (event.people, event.roles) == (("N-00000001", "N-00000002"), ("parent", "setting"))
    assert event.evidence == queued.id


def test_a_letter_is_posted_once(told: Told) -> None:
    queued = queue(told.app, dispatch(told, None, *by_post(told, "parent")), settings())
    posted(told.app, queued.messages, DAY, second_day)

    with pytest.raises(NotPossible, match="is sent, not to post"):
        posted(told.app, queued.messages, DAY, second_day)

    assert len(of_case(told, MessageSent)) == 1


@pytest.mark.parametrize("day", [date(2026, 11, 25), date(2026, 9, 30)])
def test_a_day_that_cannot_be_is_refused_before_anything_is_marked(told: Told, day: date) -> None:
    queued = queue(told.app, dispatch(told, None, *by_post(told, "parent")), settings())

    with pytest.raises(ArflowError, match=r"^on "):
        posted(told.app, queued.messages, day, second_day)

    assert states(told) == ["to_post"]


def test_several_letters_are_posted_together_or_not_at_all(told: Told) -> None:
    queued = queue(told.app, dispatch(told, None, *by_post(told, "parent", "setting")), settings())

    with pytest.raises(NotFound):
        posted(told.app, (queued.messages[0], "M-none"), DAY, second_day)

    assert states(told) == ["to_post", "to_post"]


def test_each_channel_and_day_is_an_event_of_its_own(told: Told) -> None:
    letters = by_post(told, "parent", "setting")
    queued = queue(
        told.app,
        dispatch(told, c.Invite(roles=("parent",)), *letters, message("health", told.plan, "hand")),
        settings(),
    )

    posted(told.app, (queued.messages[2],), DAY, second_day)
    posted(told.app, (queued.messages[0],), DAY, second_day)
    posted(told.app, (queued.messages[1],), TODAY, second_day)

    assert [(e.channel, e.on, e.people) for e in of_case(told, InvitationsSent)] == [
        ("hand", DAY, ("N-00000003",)),
        ("post", DAY, ("N-00000001",)),
        ("post", TODAY, ("N-00000002",)),
    ]


def test_a_message_without_an_act_is_recorded_with_its_documents(told: Told) -> None:
    letter = by_post(told, "parent", attachments=(attachment(told.plan),))
    queued = queue(told.app, dispatch(told, None, *letter, kind="reminder"), settings())

    posted(told.app, queued.messages, DAY, second_day)

    [event] = of_case(told, MessageSent)
    assert (event.letter, event.people, event.documents) == ("reminder", ("N-00000001",), (attachment(None).digest,))


# --- acts that wait for everybody --------------------------------------------------------------------------


@pytest.fixture
def decided(told: Told) -> Told:
    told.invited("5 Oct 2026").held("2 Nov 2026").decided("amend", "9 Nov 2026", not_yet_notified=True)
    return told


def test_a_decision_is_notified_when_the_last_letter_that_is_needed_has_left(decided: Told) -> None:
    letters = (*by_post(decided, "setting", "parent"), *by_post(decided, "health", required=False))
    queued = queue(decided.app, dispatch(decided, c.NotifyDecision(), *letters), settings())
    setting, parent, health = queued.messages

    posted(decided.app, (parent,), DAY, second_day)
    assert of_case(decided, DecisionNotified) == []
    posted(decided.app, (setting,), TODAY, second_day)

    [event] = of_case(decided, DecisionNotified)
    assert (event.on, event.people) == (TODAY, ("N-00000002", "N-00000001"))
    posted(decided.app, (health,), TODAY, second_day)
    assert [(e.letter, e.people) for e in of_case(decided, MessageSent)] == [("invitation", ("N-00000003",))]


def test_a_notice_is_served_on_the_family_and_copies_stand_beside_it(decided: Told) -> None:
    decided.do(c.NotifyDecision(on=date(2026, 11, 9)))
    mixed = (message("parent", decided.plan, "post"), message("setting", decided.plan, "hand"))
    queued = queue(decided.app, dispatch(decided, c.SendAmendmentNotice(), *mixed), settings())

    posted(decided.app, (queued.messages[1],), TODAY, second_day)
    posted(decided.app, (queued.messages[0],), DAY, second_day)

    [notice] = of_case(decided, AmendmentNoticeSent)
    assert (notice.on, notice.served_on, notice.channel, notice.people) == (TODAY, None, "post", ("N-00000001",))
    [copy] = of_case(decided, MessageSent)
    assert (copy.channel, copy.people) == ("hand", ("N-00000002",))


def test_a_report_that_reaches_the_school_later_is_recorded_for_each_day(told: Told) -> None:
    told.invited("5 Oct 2026").held("2 Nov 2026")
    queued = queue(told.app, dispatch(told, c.SendReport(), *by_post(told, "parent", "setting")), settings())

    posted(told.app, queued.messages[:1], DAY, second_day)
    posted(told.app, queued.messages[1:], TODAY, second_day)

    sent = [(e.on, e.people, e.roles) for e in of_case(told, ReportSent)]
    assert sent == [(DAY, ("N-00000001",), ("parent",)), (TODAY, ("N-00000002",), ("setting",))]


def test_a_letter_that_is_cancelled_is_no_longer_waited_for(decided: Told) -> None:
    queued = queue(
        decided.app, dispatch(decided, c.NotifyDecision(), *by_post(decided, "parent", "setting")), settings()
    )
    posted(decided.app, queued.messages[:1], DAY, second_day)

    [recorded] = cancel(decided.app, queued.messages[1], "told at the meeting", second_day)

    assert recorded.events == ("DecisionNotified",)
    assert states(decided) == ["sent", "cancelled"]


def test_what_has_left_cannot_be_cancelled(told: Told) -> None:
    queued = queue(told.app, dispatch(told, None, *by_post(told, "parent")), settings())
    posted(told.app, queued.messages, DAY, second_day)

    with pytest.raises(NotPossible, match="is sent, not"):
        cancel(told.app, queued.messages[0], "too late", second_day)


def test_what_has_left_is_not_taken_back_with_the_meeting(told: Told) -> None:
    told.do(c.ScheduleMeeting(meeting_on=date(2027, 1, 11), on=date(2026, 10, 5)))
    both = dispatch(told, c.Invite(roles=("parent", "setting")), *by_post(told, "parent", "setting"))
    parent, setting = queue(told.app, both, settings()).messages
    posted(told.app, (parent,), DAY, second_day)

    moved = c.PostponeMeeting(meeting_on=date(2027, 1, 18), on=TODAY, reason="ill")
    _, taken = act_and_take_back(told.app, told.id, moved)

    assert [message.id for message in taken] == [setting]
    assert states(told) == ["sent", "cancelled"]


def test_a_whole_dispatch_is_cancelled_by_its_id(told: Told) -> None:
    queued = queue(
        told.app,
        dispatch(told, c.Invite(roles=("parent",)), *by_post(told, "parent"), message("setting", told.plan)),
        settings(),
    )

    cancel(told.app, queued.id, "postponed", second_day)

    assert states(told) == ["cancelled", "cancelled"]
    assert of_case(told, InvitationsSent, MessageSent) == []


def test_an_act_that_is_refused_waits_for_an_officer_and_is_recorded_on_request(decided: Told) -> None:
    queued = queue(decided.app, dispatch(decided, c.SendAmendmentNotice(), *by_post(decided, "parent")), settings())

    [recorded] = posted(decided.app, queued.messages, DAY, second_day)

    assert recorded.trouble is not None
    assert "cannot notice a review that is decided" in recorded.trouble
    assert outbox(decided.app).dispatch(queued.id).trouble == recorded.trouble
    decided.do(c.NotifyDecision(on=date(2026, 11, 9)))
    assert record(decided.app, queued.id, second_day).events == ("AmendmentNoticeSent",)
    assert outbox(decided.app).dispatch(queued.id).trouble is None
    assert record(decided.app, queued.id, second_day).events == ()


# --- what did not arrive -----------------------------------------------------------------------------------


def test_a_letter_that_comes_back_goes_another_way_and_re_dates_the_notice(decided: Told) -> None:
    decided.do(c.NotifyDecision(on=date(2026, 11, 9)))
    queued = queue(
        decided.app, dispatch(decided, c.SendAmendmentNotice(), message("parent", decided.plan, "hand")), settings()
    )
    posted(decided.app, queued.messages, date(2026, 11, 16), second_day)

    assert bounced(decided.app, f"<{queued.messages[0]}@la.example.org>", "came back")
    assert not bounced(decided.app, queued.messages[0], "came back")
    again = resend(decided.app, queued.messages[0], "post", settings())
    [recorded] = posted(decided.app, (again,), DAY, second_day)

    [failure] = of_case(decided, DeliveryFailed)
    assert (failure.message, failure.because, failure.people) == (queued.messages[0], "bounced", ("N-00000001",))
    [redated] = recorded.redated
    assert (redated.what, redated.before, redated.after) == ("notice", date(2026, 11, 16), date(2026, 11, 22))
    [service] = of_case(decided, ServiceRecorded)
    assert (service.because, service.channel, service.served_on) == ("bounced", "post", date(2026, 11, 22))
    assert len(of_case(decided, AmendmentNoticeSent)) == 1
    assert decided.duty("representations").due == date(2026, 12, 6)


def test_service_is_never_read_as_earlier_than_on_the_last_of_the_family(decided: Told) -> None:
    decided.do(c.NotifyDecision(on=date(2026, 11, 9)))
    both = (message("young_person", decided.plan, "post"), message("parent", decided.plan, "hand"))
    queued = queue(decided.app, dispatch(decided, c.SendAmendmentNotice(), *both), settings())
    posted(decided.app, queued.messages, DAY, second_day)

    bounced(decided.app, queued.messages[1], "nobody there")
    again = resend(decided.app, queued.messages[1], "portal", settings())
    [recorded] = posted(decided.app, (again,), date(2026, 11, 21), second_day)

    [redated] = recorded.redated
    assert (redated.before, redated.after) == (date(2026, 11, 22), date(2026, 11, 22))


def test_a_copy_that_comes_back_leaves_the_family_s_days_as_they_are(decided: Told) -> None:
    decided.do(c.NotifyDecision(on=date(2026, 11, 9)))
    both = (message("parent", decided.plan, "hand"), message("setting", decided.plan, "hand"))
    queued = queue(decided.app, dispatch(decided, c.SendAmendmentNotice(), *both), settings())
    posted(decided.app, queued.messages, date(2026, 11, 16), second_day)

    bounced(decided.app, queued.messages[1], "came back")
    [recorded] = posted(decided.app, (resend(decided.app, queued.messages[1], "post", settings()),), DAY, second_day)

    assert (recorded.events, recorded.redated) == (("MessageSent",), ())
    assert of_case(decided, ServiceRecorded) == []


def test_what_bounced_before_the_act_was_recorded_is_waited_for_by_its_other_way(decided: Told) -> None:
    both = (message("parent", decided.plan, "hand"), message("setting", decided.plan, "hand"))
    queued = queue(decided.app, dispatch(decided, c.NotifyDecision(), *both), settings())
    posted(decided.app, queued.messages[:1], date(2026, 11, 16), second_day)
    bounced(decided.app, queued.messages[0], "nobody there")
    posted(decided.app, queued.messages[1:], date(2026, 11, 17), second_day)
    assert of_case(decided, DecisionNotified) == []

    posted(decided.app, (resend(decided.app, queued.messages[0], "post", settings()),), DAY, second_day)

    [event] = of_case(decided, DecisionNotified)
    assert (event.on, event.channel, event.people) == (DAY, "post", ("N-00000001",))


def found_again(app: Arflow, serving: Serving) -> list[tuple[date, date]]:
    """What a table of deemed service would date otherwise."""
    asking = Asking(app)
    asking.catch_up()
    return [(one.before, one.after) for one in redatings(app, asking, serving)]


def third_day(channel: Channel, left_on: date) -> date:
    return second_day(channel, left_on) + timedelta(days=1)


@pytest.mark.parametrize(
    ("parent_on", "moved"), [(date(2026, 11, 23), [(date(2026, 11, 25), date(2026, 11, 26))]), (DAY, [])]
)
def test_a_notice_is_dated_again_by_the_family_s_letters_alone(decided: Told, parent_on: date, moved: Any) -> None:
    """Never as served before the day that it was sent, which the last letter to leave says."""
    decided.do(c.NotifyDecision(on=date(2026, 11, 9)))
    letters = by_post(decided, "parent", "setting")
    parent, setting = queue(decided.app, dispatch(decided, c.SendAmendmentNotice(), *letters), settings()).messages
    posted(decided.app, (parent,), parent_on, second_day)
    posted(decided.app, (setting,), TODAY, second_day)

    assert found_again(decided.app, second_day) == []
    assert found_again(decided.app, third_day) == moved


def test_a_notice_is_dated_by_the_last_of_the_family_to_be_served(decided: Told) -> None:
    decided.do(c.NotifyDecision(on=date(2026, 11, 9)))
    letters = by_post(decided, "parent", "young_person")
    queued = queue(decided.app, dispatch(decided, c.SendAmendmentNotice(), *letters), settings())
    for name, left_on in zip(queued.messages, (date(2026, 11, 23), TODAY), strict=True):
        posted(decided.app, (name,), left_on, second_day)

    assert found_again(decided.app, second_day) == []
    assert found_again(decided.app, third_day) == [(date(2026, 11, 26), date(2026, 11, 27))]


def test_an_invitation_to_a_day_that_is_no_longer_the_meetings_is_not_dated_again(told: Told) -> None:
    told.do(c.ScheduleMeeting(meeting_on=date(2027, 1, 11), on=date(2026, 10, 5)))
    for number, left_on in enumerate((date(2026, 10, 6), DAY)):
        if number:
            told.do(c.PostponeMeeting(meeting_on=date(2027, 1, 18), on=date(2026, 10, 12), reason="ill"))
        invitation = dispatch(told, c.Invite(roles=("parent",)), *by_post(told, "parent"), key=f"key {number}")
        posted(told.app, queue(told.app, invitation, settings()).messages, left_on, second_day)

    assert found_again(told.app, third_day) == [(date(2026, 11, 22), date(2026, 11, 23))]


def test_each_invitation_of_a_dispatch_is_dated_by_its_own_letters(told: Told) -> None:
    told.do(c.ScheduleMeeting(meeting_on=date(2027, 1, 11), on=date(2026, 10, 5)))
    invitation = dispatch(told, c.Invite(roles=("parent", "setting")), *by_post(told, "parent", "setting"))
    for name, left_on in zip(queue(told.app, invitation, settings()).messages, (DAY, TODAY), strict=True):
        posted(told.app, (name,), left_on, second_day)

    assert found_again(told.app, second_day) == []
    assert [before for before, _ in found_again(told.app, third_day)] == [date(2026, 11, 22), date(2026, 11, 26)]


@pytest.mark.parametrize(("because", "moved"), [("bounced", 0), ("shown_otherwise", 0), ("table_changed", 1)])
def test_service_that_was_shown_on_another_day_stands(decided: Told, because: Any, moved: int) -> None:
    decided.do(c.NotifyDecision(on=date(2026, 11, 9)))
    letter = dispatch(decided, c.SendAmendmentNotice(), *by_post(decided, "parent"))
    posted(decided.app, queue(decided.app, letter, settings()).messages, DAY, second_day)
    [notice] = of_case(decided, AmendmentNoticeSent)
    decided.served(notice.originator_version, "24 Nov 2026", recorded="24 Nov 2026", because=because)

    assert len(found_again(decided.app, third_day)) == moved


def test_a_message_goes_another_way_once(told: Told) -> None:
    queued = queue(told.app, dispatch(told, None, message("parent", told.plan, "hand")), settings())
    posted(told.app, queued.messages, DAY, second_day)
    again = resend(told.app, queued.messages[0], "post", settings())

    with pytest.raises(NotPossible, match=f"{again} has taken its place"):
        resend(told.app, queued.messages[0], "post", settings())


def test_what_waits_to_be_sent_is_not_sent_again(told: Told) -> None:
    queued = queue(told.app, dispatch(told, None, message("parent", told.plan)), settings())

    with pytest.raises(NotPossible, match="is queued"):
        resend(told.app, queued.messages[0], "post", settings())


def test_a_message_does_not_go_another_way_to_somebody_of_another_case(told: Told) -> None:
    letter = dispatch(told, c.Invite(roles=("parent",)), *by_post(told, "parent"))
    [name] = queue(told.app, letter, settings()).messages
    posted(told.app, (name,), DAY, second_day)
    told.app.add_plan(AddPlan(ref="P-9999", first_made=date(2024, 9, 12)))
    stranger = told.app.people.add(Person(plan="P-9999", role="parent", name="Val Example"))

    with pytest.raises(NotPossible, match=stranger.id):
        resend(told.app, name, "post", settings(), recipient=recipient("parent", told.plan, person=stranger.id))

    assert states(told) == ["sent"]


def test_another_way_needs_its_address(told: Told) -> None:
    no_address = message("parent", told.plan, "hand", to=recipient("parent", told.plan, postal_address=None))
    queued = queue(told.app, dispatch(told, None, no_address), settings())
    posted(told.app, queued.messages, DAY, second_day)

    with pytest.raises(MissingValue, match="postal address of N-00000001"):
        resend(told.app, queued.messages[0], "post", settings())


# --- settings, and forgetting ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ARFLOW_SMTP": "mail.example.org"}, "ARFLOW_SMTP: mail.example.org is not a mail server such as"),
        ({"ARFLOW_SMTP": "ftp://mail.example.org"}, "ARFLOW_SMTP"),
        ({"ARFLOW_SMTP": "smtp://mail.example.org:port"}, "ARFLOW_SMTP"),
        ({"ARFLOW_SMTP": "smtp://mail.example.org"}, "is not encrypted"),
        ({"ARFLOW_SMTP": "smtps://me:hidden@mail.example.org"}, "put the password in ARFLOW_SMTP_PASSWORD"),
        ({"ARFLOW_SMTP": "imap://me:hidden@mail.example.org"}, "ARFLOW_SMTP: …@mail.example.org"),
        ({"ARFLOW_SMTP": "smtps://me@mail.example.org"}, "ARFLOW_SMTP_PASSWORD"),
        ({"ARFLOW_MAIL_FROM": "me"}, "ARFLOW_MAIL_FROM"),
        ({"ARFLOW_NOTIFY_KEY": "k"}, "ARFLOW_NOTIFY_TEMPLATE"),
    ],
)
def test_wrong_settings_are_named_and_no_password_is_shown(environment: dict[str, str], said: str) -> None:
    with pytest.raises((InvalidValue, MissingValue)) as refusal:
        Settings.from_environment(environment)

    assert said in refusal.value.message
    assert "hidden" not in refusal.value.message


def test_settings_show_no_secrets() -> None:
    found = Settings.from_environment(
        {
            "ARFLOW_SMTP": "smtps://me@mail.example.org",
            "ARFLOW_SMTP_PASSWORD": "hidden",
            "ARFLOW_NOTIFY_KEY": "hidden",
            "ARFLOW_NOTIFY_TEMPLATE": "t",
        }
    )

    assert found.smtp is not None
    assert (found.smtp.port, found.smtp.password) == (465, "hidden")
    assert "hidden" not in repr(found)


def test_words_and_addresses_are_forgotten_and_what_happened_is_not(told: Told) -> None:
    queued = queue(told.app, dispatch(told, None, *by_post(told, "parent", "setting")), settings())
    posted(told.app, queued.messages[:1], DAY, second_day)
    box = outbox(told.app)

    with box.writing() as connection:
        assert box.erase(connection, told.plan) == 1

    sent, waiting = box.messages_of(queued.id)
    assert (sent.body, sent.person, sent.state) == (None, "N-00000001", "sent")
    assert waiting.body is not None
