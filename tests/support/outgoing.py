"""What tests send: invented recipients, dispatches in a few words, and a delivery to a server of their own."""

import hashlib
from datetime import date, timedelta
from typing import Any

from arflow.application.arflow import Arflow
from arflow.errors import NotFound
from arflow.events import Channel
from arflow.post.mail.dispatch import Attachment, Dispatch, Message, Recipient, SendingAct
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.delivery import Delivered, deliver
from tests.support.cases import Told
from tests.support.smtp_server import MailServer

REPORT = b"%PDF-1.7 an invented report"
SHELF = {hashlib.sha256(REPORT).hexdigest(): REPORT}
PEOPLE = {
    "parent": ("N-00000001", "Robin Example", "robin@example.org"),
    "setting": ("N-00000002", "The Office", "office@school.example.org"),
    "health": ("N-00000003", "Dr Sample", "sample@health.example.org"),
    "young_person": ("N-00000004", "Sam Example", "sam@example.org"),
}


def read(digest: str) -> bytes:
    if digest not in SHELF:
        raise NotFound("document", digest[:12], "keep it first")
    return SHELF[digest]


def second_day(channel: Channel, day: date) -> date:
    """A letter is served two days later, anything else at once: simple enough to see in a test."""
    return day + timedelta(days=2) if channel == "post" else day


def recipient(who: str, plan: str | None, **more: Any) -> Recipient:
    person, name, email = PEOPLE[who]
    details: dict[str, Any] = {
        "person": person,
        "role": who,
        "name": name,
        "email": email,
        "postal_address": "1 Invented Street\nExampleton\nEX1 1EX",
    }
    return Recipient(**{"plan": plan, **details, **more})


def message(role: str, plan: str | None, channel: Channel = "email", **more: Any) -> Message:
    to = more.pop("to", None) or recipient(role, plan)
    words = {"subject": "Annual review meeting", "text": "You are invited.\n", **more}
    return Message(recipient=to, channel=channel, **words)


def attachment(plan: str | None, **more: Any) -> Attachment:
    [digest] = SHELF
    return Attachment(**{"digest": digest, "name": "report.pdf", "media_type": "application/pdf", "plan": plan, **more})


def dispatch(
    told: Told, act: SendingAct | None, *messages: Message, key: str = "a key", kind: str = "invitation", **more: Any
) -> Dispatch:
    return Dispatch(key=key, kind=kind, plan=told.plan, review=told.id, act=act, messages=messages, **more)


def settings(server: MailServer | None = None, **environment: str) -> Settings:
    given = {"ARFLOW_MAIL_FROM": "send@la.example.org", "ARFLOW_MAIL_REPLY_TO": "reviews@la.example.org"}
    if server:
        given["ARFLOW_SMTP"] = server.url()
    return Settings.from_environment(given | environment)


def sending(app: Arflow, server: MailServer, **environment: str) -> Delivered:
    return deliver(app, settings(server, **environment), read, second_day)
