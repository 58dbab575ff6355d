"""What a message says to us: all that is found in its bytes alone, before a case is looked for."""

import hashlib
from contextlib import suppress
from io import BytesIO

import msgspec

from arflow.errors import DocumentRefused, InvalidValue
from arflow.papers.documents import admission
from arflow.post.calendars import Reply, read_reply, words_beside
from arflow.post.mail.bounces import Report, report_of
from arflow.post.mail.calendar_part import ANSWERS
from arflow.post.mail.case_match import Named, names_of
from arflow.post.mail.limits import LARGEST
from arflow.post.mail.message_kinds import Nature, nature
from arflow.post.mail.received import Incoming, parse, read


class Understood(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A message that was read: what kind it is, which cases it may name, and the digest of its content.

    `reply` is what a calendar answered, with the words beside it, or why that cannot be read.
    """

    incoming: Incoming
    report: Report | None
    nature: Nature
    named: Named
    content: str | None
    reply: Reply | str | None


def understood(raw: bytes) -> Understood:
    """Everything in a message's bytes; MessageNotReadable beyond a limit, and whatever a library raises over them."""
    message = parse(raw)
    incoming = read(message)
    report = report_of(message, incoming)
    kind = nature(incoming, reports=report is not None)
    _try_door(incoming)
    content, named = content_of(incoming), names_of(incoming)
    reply = _reply(incoming) if kind == "calendar_reply" else None
    if isinstance(reply, Reply):
        incoming = msgspec.structs.replace(incoming, text="\n".join((f"({reply.said})", *reply.comments)))
    return Understood(
        incoming=incoming,
        report=report,
        nature=kind,
        named=named,
        content=content,
        reply=reply,
    )


def content_of(incoming: Incoming) -> str | None:
    """The SHA-256, in hex, of a message's Message-ID and all it says and carries, however it travelled; none without one."""
    if incoming.message_id is None:
        return None
    parts = [incoming.message_id, incoming.sender or "", incoming.subject, incoming.text]
    parts += [f"{file.name} {hashlib.sha256(file.content).hexdigest()}" for file in incoming.files]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _try_door(incoming: Incoming) -> None:
    """Open each file as the door will when it is filed: one that no library copes with shows here."""
    for file in incoming.files:
        with suppress(DocumentRefused):
            admission.check(BytesIO(file.content), file.name, admission.Door(limit=LARGEST))


def _reply(incoming: Incoming) -> Reply | str:
    said = next(one for one in incoming.calendars if one.method in ANSWERS)
    try:
        reply = read_reply(said.content, said.method)
    except InvalidValue as refusal:
        return refusal.in_options()
    return msgspec.structs.replace(reply, comments=words_beside(incoming.text, reply))
