"""Deliver the outbox: each message claimed, handed over, marked, and its act recorded; safe to run in two places at once."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

import msgspec
import sqlalchemy as sa

from arflow import logs
from arflow.errors import CaseMoved, MissingValue
from arflow.events import Channel
from arflow.post.mail import outbox as tables
from arflow.post.mail.outbox import Outgoing, Transport, moment
from arflow.post.mail.settings import Settings
from arflow.post.mail.transport import Accepted, Answer, Away, Carrier, Later, Read, Refused, next_attempt
from arflow.post.outgoing.acts_that_left import Recorded, record
from arflow.post.outgoing.dated_letters import out_of_date
from arflow.post.outgoing.failures import bounced, fail, no_sign
from arflow.post.outgoing.leaving import Serving
from arflow.post.outgoing.one_family_only import not_to_be_sent
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.silence import show_silence
from arflow.post.outgoing.term_lists import why_not_theirs

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow
    from arflow.post.mail.notify import NotifyCarrier

# After so many days without a sign from Notify a message is shown as trouble: it gives up an email after 72 hours,
# and a letter is printed within some working days.
SIGN_WITHIN: dict[Channel, timedelta] = {"email": timedelta(days=4), "post": timedelta(days=7)}


class Come(msgspec.Struct, frozen=True, kw_only=True):
    """How far a delivery has come."""

    done: int
    of: int


class Delivered(msgspec.Struct, kw_only=True):
    """What one run did: ids of messages by what became of them, what was recorded, and why a carrier took nothing."""

    sent: list[str] = []
    failed: list[str] = []
    refused: list[str] = []
    arrived: list[str] = []
    bounced: list[str] = []
    silent: list[str] = []
    recorded: list[Recorded] = []
    away: dict[Transport, str] = {}


class _Gone(Exception):
    """Another run has taken the message meanwhile."""


def deliver(
    app: "Arflow",
    settings: Settings,
    read: Read,
    serving: Serving,
    report: Callable[[Come], None] = lambda _: None,
) -> Delivered:
    """Send everything that is due, and record what has left; `read` gives a kept document's bytes by its digest.

    MissingValue, before anything is tried, where mail is due and the settings name nothing that carries it.
    """
    done = Delivered()
    _record_what_left(app, serving, done)
    _ask_notify(app, settings, read, done)
    if settings.sign_days:
        done.silent += show_silence(app, settings.sign_days)
    due = outbox(app).due(app.now, "email", "post")
    if not due:
        return done
    carriers = _carriers(settings, read)
    try:
        _send_all(app, due, carriers, done, serving=serving, report=report)
    finally:
        for carrier in carriers.values():
            carrier.close()
    return done


def _carriers(settings: Settings, read: Read) -> dict[Transport, Carrier]:
    """What the settings name to carry mail, loaded only now."""
    carriers: dict[Transport, Carrier] = {}
    if settings.smtp:
        from arflow.post.mail.smtp import SmtpCarrier

        if not settings.sender:
            raise MissingValue("ARFLOW_MAIL_FROM", "set it to the address that mail is from")
        carriers["smtp"] = SmtpCarrier(settings.smtp, settings, read)
    if settings.notify:
        from arflow.post.mail.notify import NotifyCarrier

        carriers["notify"] = NotifyCarrier(settings.notify, settings, read)
    if not carriers:
        raise MissingValue(
            "ARFLOW_SMTP", "mail is due: set it to your mail server, or ARFLOW_NOTIFY_KEY to your Notify key"
        )
    return carriers


def _send_all(
    app: "Arflow",
    due: list[str],
    carriers: dict[Transport, Carrier],
    done: Delivered,
    *,
    serving: Serving,
    report: Callable[[Come], None],
) -> None:
    """Each message in turn; the act of a dispatch is recorded when the last of its messages that are due was tried."""
    box, open_dispatch = outbox(app), None
    for place, name in enumerate(due, 1):
        message = box.message(name)
        if open_dispatch not in (None, message.dispatch):
            _record(app, str(open_dispatch), serving, done)
        open_dispatch = message.dispatch
        transport: Transport = "smtp" if message.channel == "email" and "smtp" in carriers else "notify"
        if transport in carriers and transport not in done.away:
            _send(app, name, transport, carriers[transport], done)
        report(Come(done=place, of=len(due)))
    if open_dispatch:
        _record(app, open_dispatch, serving, done)


def _send(app: "Arflow", name: str, transport: Transport, carrier: Carrier, done: Delivered) -> None:
    """One message: claimed, handed over, and marked with what became of it."""
    box = outbox(app)
    if box.dispatch(box.message(name).dispatch).of_newer:
        return  # what it stands for could not be recorded: it waits for an arflow that knows
    # A run that dies from here on leaves it claimed. Whether it left nobody knows: when the lease is over it goes again,
    # under the same Message-ID, twice rather than never.
    message = box.claim(name, app.now)
    if message is None:
        return
    dispatch = box.dispatch(message.dispatch)
    # changes recorded since it was queued count
    stop = not_to_be_sent(app, message.person, dispatch.plan) or why_not_theirs(app, dispatch.act)
    stop = stop or out_of_date(message, dispatch, app.today)
    answer = Refused(why=stop) if stop else carrier.send(message, dispatch, app.now)
    if isinstance(answer, Away):
        done.away[transport] = answer.why
        logs.warning(__name__, "transport_away", transport=transport)
    with suppress(_Gone):
        _mark(app, message, transport, answer, done)


def _mark(app: "Arflow", message: Outgoing, transport: Transport, answer: Answer, done: Delivered) -> None:
    box = outbox(app)

    def settle(connection: sa.Connection, state: tables.State, **changes: object) -> None:
        if not box.settle(connection, message, state, transport=transport, **changes):
            raise _Gone

    again = next_attempt(message.attempts, app.now)
    carried = {"message": message.id, "channel": message.channel, "transport": transport, "attempts": message.attempts}
    match answer:
        case Accepted(reference=reference):
            with box.writing() as connection:
                left = {"sent_at": moment(app.now), "left_on": app.today.isoformat()}
                settle(connection, "sent", reference=reference, why=None, **left)
            done.sent.append(message.id)
            logs.info(__name__, "delivery", outcome="sent", **carried)
        case Later(why=why) | Away(why=why) if again:
            with box.writing() as connection:
                settle(connection, "failed", why=why, next_attempt_at=moment(again))
            done.failed.append(message.id)
            logs.warning(__name__, "delivery", outcome="failed", next_attempt_at=moment(again), **carried)
        case Later(why=why) | Away(why=why) | Refused(why=why):
            fail(app, message, "refused", lambda connection: settle(connection, "refused", why=why))
            done.refused.append(message.id)
        case _:
            assert_never(answer)


# --- what has left, and whether it arrived -----------------------------------------------------------------


def _record_what_left(app: "Arflow", serving: Serving, done: Delivered) -> None:
    """Record what a run that died has sent; a dispatch that an officer has to look at waits for them."""
    unrecorded = outbox(app).find(
        tables.messages.c.state == "sent", tables.messages.c.recorded.is_(None), tables.dispatches.c.trouble.is_(None)
    )
    for dispatch in dict.fromkeys(message.dispatch for message in unrecorded):
        _record(app, dispatch, serving, done)


def _record(app: "Arflow", dispatch: str, serving: Serving, done: Delivered) -> None:
    with suppress(CaseMoved):  # others are at work on the case: the next run records it
        recorded = record(app, dispatch, serving)
        if recorded.events or recorded.trouble:
            done.recorded.append(recorded)


def _ask_notify(app: "Arflow", settings: Settings, read: Read, done: Delivered) -> None:
    """Ask Notify what became of the messages it took."""
    waiting = outbox(app).find(
        tables.messages.c.state == "sent",
        tables.messages.c.transport == "notify",
        tables.messages.c.delivered_at.is_(None),
    )
    if not waiting or not settings.notify:
        return
    from arflow.post.mail.notify import NotifyCarrier

    carrier = NotifyCarrier(settings.notify, settings, read)
    try:
        for message in waiting:
            _see(app, message, carrier, done)
    finally:
        carrier.close()


def _see(app: "Arflow", message: Outgoing, carrier: "NotifyCarrier", done: Delivered) -> None:
    status = carrier.status(message.reference or "")
    match status.arrived:
        case True:
            outbox(app).note_delivery(message.id, app.now)
            logs.info(__name__, "delivery", message=message.id, channel=message.channel, outcome="arrived")
            done.arrived.append(message.id)
        case False:
            bounced(app, message.id, f"GOV.UK Notify: {status.word}")
            done.bounced.append(message.id)
        case None if message.why is None and (message.sent_at or "") < moment(app.now - SIGN_WITHIN[message.channel]):
            no_sign(app, message, f"no sign of delivery; GOV.UK Notify: {status.word}")
        case None:
            pass
