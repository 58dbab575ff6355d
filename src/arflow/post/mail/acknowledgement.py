"""The automatic acknowledgement: the authority's own text, with the reference and what happens next."""

import hashlib
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path

import msgspec

from arflow.apart import Apart, NotDone
from arflow.errors import InvalidValue
from arflow.post.mail.dispatch import Dispatch, Message, Recipient
from arflow.post.mail.received import Incoming

KIND = "acknowledgement"
MOST_A_DAY = 5  # answers to one sender: two machines that answer each other stop there
MOST_AN_HOUR = 100  # answers to all senders: whoever writes under many addresses makes us write no more than that
_LATEST = timedelta(days=3)  # an acknowledgement that comes later says nothing that is still true
_SECONDS, _GIGABYTES, _LONGEST = 2.0, 0.5, 20_000  # what an authority's own text may take; characters
_FIELD, _SHIPPED = "ARFLOW_INBOX_REPLY", "acknowledgement.txt"


@cache
def _shipped() -> str:
    return (files("arflow.post.mail") / _SHIPPED).read_text(encoding="utf-8")


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
        return _shipped()
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
    told = {
        "arrived_on": _said(telling.arrived_on),
        "reference": telling.reference,
        "next_step": telling.next_step,
        "next_by": _said(telling.next_by) if telling.next_by else None,
    }
    rendered = _filled(template, told)
    first, _, text = rendered.partition("\n")
    label, _, subject = first.partition(":")
    if label.strip().lower() != "subject" or not subject.strip() or not text.strip():
        raise InvalidValue(_FIELD, "the text", "one that begins with a line `Subject: …`, and goes on below it")
    return Words(subject=" ".join(subject.split()), text=text.strip() + "\n")


class _Filled(msgspec.Struct, frozen=True, kw_only=True):
    """A template filled in, or why it cannot be."""

    text: str = ""
    fault: str = ""


def _filled(template: str, told: dict[str, str | None]) -> str:
    """The template filled in, in a process apart where it is an authority's own: none may take all time or memory."""
    if template == _shipped():
        filled = _fill(template, told)
    else:
        try:
            done = _room().do(msgspec.msgpack.encode((template, told)))
            filled = msgspec.msgpack.decode(done, type=_Filled)
        except NotDone:
            filled = _Filled(fault=f"it takes more than {_SECONDS:g} seconds or {_GIGABYTES * 1000:g} MB")
    if filled.fault:
        raise InvalidValue(_FIELD, "the text", f"a template that uses only {', '.join(told)} ({filled.fault})")
    return filled.text


@cache
def _room() -> Apart:
    return Apart.lasting(f"{__name__}:fill", seconds=_SECONDS, gigabytes=_GIGABYTES)


def fill(given: bytes) -> bytes:
    """What the process apart does with a template and what it may tell."""
    return msgspec.msgpack.encode(_fill(*msgspec.msgpack.decode(given)))


def _fill(template: str, told: dict[str, str | None]) -> _Filled:
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, autoescape=False)
    try:
        text = environment.from_string(template).render(told)
    except (
        TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        return _Filled(fault=" ".join(str(error).split()) or "it asks for too much")
    return _Filled(text=text) if len(text) <= _LONGEST else _Filled(fault=f"it has more than {_LONGEST:,} characters")


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
