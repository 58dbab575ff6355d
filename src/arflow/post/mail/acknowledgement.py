"""The automatic acknowledgement: the authority's own text, with the reference and what happens next."""

import hashlib
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import msgspec

from arflow.errors import InvalidValue
from arflow.post.mail.dispatch import Dispatch, Message, Recipient
from arflow.post.mail.received import Incoming

KIND = "acknowledgement"
MOST_A_DAY = 5  # answers to one sender: two machines that answer each other stop there
_LATEST = timedelta(days=3)  # an acknowledgement that comes later says nothing that is still true
_FIELD, _SHIPPED = "ARFLOW_INBOX_REPLY", "acknowledgement.txt"


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    """What an acknowledgement may tell; `reference` is none where the case is not known."""

    arrived_on: date
    reference: str | None = None
    next_step: str | None = None
    next_by: date | None = None


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The subject and the text of an acknowledgement."""

    subject: str
    text: str


def template(path: str | None) -> str:
    """The authority's text in a file, or the one that is shipped; InvalidValue where it cannot be used."""
    if path is None:
        return (files("arflow.post.mail") / _SHIPPED).read_text(encoding="utf-8")
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidValue(_FIELD, path, f"a text file in UTF-8 that can be read ({error})") from None
    for telling in (Telling(arrived_on=date(2026, 1, 31)), _FULL):
        words(text, telling)
    return text


_FULL = Telling(
    arrived_on=date(2026, 1, 31), reference="R-2026-000001", next_step="The meeting", next_by=date(2026, 2, 28)
)


def words(template: str, telling: Telling) -> Words:
    """What an acknowledgement says; the first line of a template is its subject, the rest its text."""
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, autoescape=False)
    told = {
        "arrived_on": _said(telling.arrived_on),
        "reference": telling.reference,
        "next_step": telling.next_step,
        "next_by": _said(telling.next_by) if telling.next_by else None,
    }
    try:
        rendered = environment.from_string(template).render(told)
    except TemplateError as error:
        wanted = f"a template that uses only {', '.join(told)} ({error})"
        raise InvalidValue(_FIELD, "the text", wanted) from None
    first, _, text = rendered.partition("\n")
    label, _, subject = first.partition(":")
    if label.strip().lower() != "subject" or not subject.strip() or not text.strip():
        raise InvalidValue(_FIELD, "the text", "one that begins with a line `Subject: …`, and goes on below it")
    return Words(subject=" ".join(subject.split()), text=text.strip() + "\n")


def acknowledge(incoming: Incoming, recipient: Recipient, said: Words, *, review: str | None, raw: str) -> Dispatch:
    """The acknowledgement of a message, to be queued once for its thread; `raw` is the digest of the message.

    It is marked as automatic, so that no machine answers it (RFC 3834 5).
    """
    message = Message(
        recipient=recipient,
        channel="email",
        subject=said.subject,
        text=said.text,
        in_reply_to=incoming.message_id,
        required=False,
    )
    return Dispatch(
        key=key_of(incoming, raw),
        kind=KIND,
        plan=recipient.plan,
        review=review,
        messages=(message,),
        automatic="replied",
    )


def key_of(incoming: Incoming, raw: str) -> str:
    """One key for a thread and its sender, which tells nothing of either."""
    thread = f"{incoming.thread or raw} {incoming.sender}"
    return f"{KIND}/{hashlib.sha256(thread.encode()).hexdigest()[:32]}"


def is_too_late(arrived_on: date, today: date) -> bool:
    """Whether a message came so long ago that an acknowledgement would mislead."""
    return today - arrived_on > _LATEST


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
