"""Email and letters by GOV.UK Notify's own client, against a server that speaks its documented API."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from arflow.application.arflow import Arflow
from arflow.case import review_commands as c
from arflow.events import DeliveryFailed, InvitationsSent, decode
from arflow.post.mail.outbox import in_trouble
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.delivery import Delivered, deliver
from arflow.post.outgoing.outbox_acts import resend
from arflow.post.outgoing.queue import outbox, queue
from tests.conftest import TODAY
from tests.support.cases import Cases, Told
from tests.support.notify_service import KEY, NotifyService, notify_service
from tests.support.outgoing import REPORT, SHELF, attachment, dispatch, message, read, second_day, settings

pytestmark = pytest.mark.thorough


@pytest.fixture
def notify() -> Iterator[NotifyService]:
    with notify_service() as running:
        yield running


@pytest.fixture
def told(app: Arflow) -> Told:
    return Cases(app).opened("12 Sep 2024", "1 Oct 2026")


def by_notify(notify: NotifyService, **more: str) -> Settings:
    given = {
        "ARFLOW_NOTIFY_KEY": KEY,
        "ARFLOW_NOTIFY_URL": notify.url,
        "ARFLOW_NOTIFY_TEMPLATE": "a-template",
        "ARFLOW_NOTIFY_FILE_TEMPLATE": "a-file-template",
        "ARFLOW_NOTIFY_LETTERS": "yes",
    }
    return settings(None, **given | more)


def sending(told: Told, notify: NotifyService, **more: str) -> Delivered:
    return deliver(told.app, by_notify(notify, **more), read, second_day)


def queued(told: Told, notify: NotifyService, *messages: Any, act: Any = None) -> tuple[str, ...]:
    return queue(told.app, dispatch(told, act, *messages), by_notify(notify)).messages


def later(told: Told, **how: int) -> None:
    told.app._clock = lambda: datetime.now(UTC) + timedelta(**how)


def of_case(told: Told, *kinds: type[Any]) -> list[Any]:
    events = (decode(row.payload) for row in told.app.log_store.read_case(told.plan))
    return [event for event in events if isinstance(event, kinds)]


def test_an_email_goes_with_its_words_and_the_message_s_own_reference(told: Told, notify: NotifyService) -> None:
    [name] = queued(told, notify, message("parent", told.plan), act=c.Invite(roles=("parent",)))

    assert sending(told, notify).sent == [name]

    [asked] = notify.taken.values()
    assert asked == {
        "type": "email",
        "email_address": "robin@example.org",
        "template_id": "a-template",
        "personalisation": {"subject": f"Annual review meeting [{told.id}]", "body": "You are invited.\n"},
        "reference": name,
    }
    [event] = of_case(told, InvitationsSent)
    assert (event.on, event.people) == (TODAY, ("N-00000001",))


def test_one_file_goes_as_a_link(told: Told, notify: NotifyService) -> None:
    import base64

    queued(told, notify, message("parent", told.plan, attachments=(attachment(told.plan),)))

    sending(told, notify)

    [asked] = notify.taken.values()
    file = asked["personalisation"]["link_to_file"]
    assert (asked["template_id"], file["filename"]) == ("a-file-template", "report.pdf")
    assert base64.b64decode(file["file"]) == REPORT


@pytest.mark.parametrize("size", [2 * 1024 * 1024, 2 * 1024 * 1024 + 1])
def test_a_file_of_two_megabytes_goes_and_one_byte_more_is_refused(
    told: Told, notify: NotifyService, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    [digest] = SHELF
    monkeypatch.setitem(SHELF, digest, bytes(size))
    queued(told, notify, message("parent", told.plan, attachments=(attachment(told.plan),)))

    done = sending(told, notify)

    assert len(done.refused) == (size > 2 * 1024 * 1024)
    assert len(of_case(told, DeliveryFailed)) == len(done.refused)


def test_two_files_are_refused_with_the_way_on(told: Told, notify: NotifyService) -> None:
    [name] = queued(told, notify, message("parent", told.plan, attachments=(attachment(told.plan),) * 2))

    assert sending(told, notify).refused == [name]
    assert "put them into one PDF" in (outbox(told.app).message(name).why or "")


def test_a_letter_goes_as_its_pdf_and_is_served_by_the_table(told: Told, notify: NotifyService) -> None:
    letter = message("parent", told.plan, "post", attachments=(attachment(told.plan),))
    [name] = queued(told, notify, letter, act=c.Invite(roles=("parent",)))

    sending(told, notify)

    [asked] = notify.taken.values()
    assert (asked["type"], asked["reference"], asked["content"]) == ("letter", name, REPORT)
    [event] = of_case(told, InvitationsSent)
    assert (event.channel, event.on, event.served_on) == ("post", TODAY, TODAY + timedelta(days=2))


def test_a_letter_that_is_no_pdf_is_refused(told: Told, notify: NotifyService) -> None:
    [name] = queued(told, notify, message("parent", told.plan, "post"))

    assert sending(told, notify).refused == [name]


def test_an_answer_that_was_lost_does_not_send_twice(told: Told, notify: NotifyService) -> None:
    [name] = queued(told, notify, message("parent", told.plan))
    notify.lose_answer = True
    done = sending(told, notify)
    assert (done.sent, list(done.away)) == ([], ["notify"])

    notify.lose_answer = False
    later(told, minutes=6)

    assert sending(told, notify).sent == [name]
    assert len(notify.taken) == 1


@pytest.mark.parametrize(
    ("answer", "became"),
    [
        ((400, "email_address Not a valid email address"), "refused"),
        ((429, "Too many"), "failed"),
        ((500, "x"), "failed"),
    ],
)
def test_what_notify_refuses_is_told_apart_from_what_it_cannot_do_now(
    told: Told, notify: NotifyService, answer: tuple[int, str], became: str
) -> None:
    [name] = queued(told, notify, message("parent", told.plan))
    notify.answer = answer

    sending(told, notify)

    assert outbox(told.app).message(name).state == became


def test_a_wrong_key_tries_one_message_and_says_so(told: Told, notify: NotifyService) -> None:
    wrong = KEY[:-1] + "9"
    queued(told, notify, message("parent", told.plan), message("setting", told.plan))

    done = sending(told, notify, ARFLOW_NOTIFY_KEY=wrong)

    assert "403" in done.away["notify"]
    assert wrong not in done.away["notify"]
    assert [row.state for row in outbox(told.app).find()] == ["failed", "queued"]


def test_what_arrived_is_kept_and_what_did_not_shows_on_the_case(told: Told, notify: NotifyService) -> None:
    parent, setting = queued(told, notify, message("parent", told.plan), message("setting", told.plan))
    sending(told, notify)
    by_reference = {asked["reference"]: name for name, asked in notify.taken.items()}
    notify.status = {by_reference[parent]: "delivered", by_reference[setting]: "permanent-failure"}

    done = sending(told, notify)

    assert (done.arrived, done.bounced) == ([parent], [setting])
    assert outbox(told.app).message(parent).delivered_at is not None
    [failure] = of_case(told, DeliveryFailed)
    assert (failure.because, failure.people) == ("bounced", ("N-00000002",))


@pytest.mark.parametrize(("hours", "shown"), [(95, False), (97, True)])
def test_an_email_without_a_sign_after_four_days_is_shown_once(
    told: Told, notify: NotifyService, hours: int, shown: bool
) -> None:
    [name] = queued(told, notify, message("parent", told.plan))
    sending(told, notify)
    later(told, hours=hours)

    sending(told, notify)
    sending(told, notify)

    assert [row.id for row in outbox(told.app).find(in_trouble())] == ([name] if shown else [])
    assert [failure.because for failure in of_case(told, DeliveryFailed)] == (["no_sign"] if shown else [])


def test_what_was_sent_another_way_is_no_longer_shown(told: Told, notify: NotifyService) -> None:
    [name] = queued(told, notify, message("parent", told.plan))
    sending(told, notify)
    later(told, days=5)
    sending(told, notify)

    resend(told.app, name, "post", settings())

    assert outbox(told.app).find(in_trouble()) == []
