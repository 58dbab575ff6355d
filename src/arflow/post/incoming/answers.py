"""Acknowledge a message, once for its thread, where a machine may: queued in the transaction that files the message."""

import os
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.people.addresses import folded
from arflow.post.mail import acknowledgement
from arflow.post.mail.arrivals import Arrival, Arrivals
from arflow.post.mail.case_match import Match
from arflow.post.mail.dispatch import Dispatch, Recipient
from arflow.post.mail.message_kinds import Nature, Ours, why_no_answer
from arflow.post.mail.received import Incoming
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.duty_words import duty_in_words
from arflow.post.outgoing.queue import outbox

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """How this authority acknowledges: its text, the addresses and servers that are its own, and whether it sends mail at all.

    `servers` are those whose word counts on whether a sender is who they say (RFC 8601 authserv-ids, small letters).
    """

    app: "Arflow"
    by: str
    template: str
    ours: Ours
    sends: bool
    servers: frozenset[str] = frozenset()

    def draft(self, arrival: Arrival, incoming: Incoming, kind: Nature, found: Match) -> Dispatch | str:
        """The acknowledgement of a message, or why there is none."""
        why_not = self._why_not(arrival, incoming, kind)
        if why_not:
            return why_not
        recipient = Recipient(person=found.person, plan=found.plan, role=found.role, email=incoming.sender)
        said = acknowledgement.words(self.template, self._telling(arrival, found))
        return acknowledgement.acknowledge(incoming, recipient, said, review=found.review, raw=arrival.digest)

    def queue(self, connection: sa.Connection, arrival: Arrival, draft: Dispatch | str) -> dict[str, str]:
        """Queue it within a transaction: `answer` has its dispatch, or `no_answer` says why there is none."""
        if isinstance(draft, str):
            return {"no_answer": draft}
        box = outbox(self.app)
        hour_ago = self.app.now - timedelta(hours=1)
        if box.queued_since(connection, acknowledgement.KIND, hour_ago) >= acknowledgement.MOST_AN_HOUR:
            return {"no_answer": f"there were {acknowledgement.MOST_AN_HOUR} acknowledgements within the hour"}
        sender, since = draft.messages[0].recipient.email or "", arrival.arrived_at - timedelta(days=1)
        if Arrivals(self.app.engine).answers_since(connection, sender, since) >= acknowledgement.MOST_A_DAY:
            return {"no_answer": f"the sender had {acknowledgement.MOST_A_DAY} acknowledgements within a day"}
        queued = box.keep(connection, draft, at=self.app.now, by=self.by)
        return {"answer": queued.id} if queued.new else {"no_answer": "the thread was acknowledged before"}

    def _why_not(self, arrival: Arrival, incoming: Incoming, kind: Nature) -> str | None:
        why_not = why_no_answer(incoming, kind, self.ours)
        if why_not or incoming.sender is None:
            return why_not
        if not self.sends:
            return "ARFLOW_MAIL_FROM is not set"
        if acknowledgement.is_too_late(arrival.arrived_on, self.app.today):
            return "it came too long ago"
        people = self.app.people.by_email(incoming.sender)
        return "the sender is not to be contacted" if any(one.do_not_contact for one in people) else None

    def _telling(self, arrival: Arrival, found: Match) -> acknowledgement.Telling:
        """What it may tell: of a case only its reference, and what is next to do on its review."""
        if found.plan is None:
            return acknowledgement.Telling(arrived_on=arrival.arrived_on)
        step, by = self._next(found.review) if found.review else (None, None)
        return acknowledgement.Telling(
            arrived_on=arrival.arrived_on, reference=found.review or found.plan, next_step=step, next_by=by
        )

    def _next(self, review: str) -> tuple[str | None, date | None]:
        """The duty of the review whose last day comes next."""
        today = self.app.today
        ahead = [(duty.due, duty_in_words(duty.id)) for duty in self.app.duties(review) if duty.is_to_do and duty.due]
        due, text = min((one for one in ahead if one[0] >= today), default=(None, None))
        return text, due


def answering(app: "Arflow", settings: Settings, environment: Mapping[str, str] = os.environ) -> Answering:
    """How to acknowledge, as ARFLOW_INBOX_REPLY (a text file), ARFLOW_INBOX_CHECKED_BY (servers) and ARFLOW_MAIL_… say."""
    addresses = (settings.sender, settings.reply_to, settings.bounces)
    return Answering(
        app=app,
        by=app.officer_id,
        template=acknowledgement.template(environment.get("ARFLOW_INBOX_REPLY") or None),
        ours=Ours(addresses=frozenset(folded(address) for address in addresses if address)),
        sends=settings.sender is not None,
        servers=frozenset(environment.get("ARFLOW_INBOX_CHECKED_BY", "").lower().replace(",", " ").split()),
    )
