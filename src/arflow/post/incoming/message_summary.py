"""What a message says to us: all that is found in its bytes alone, before a case is looked for."""

import hashlib
from contextlib import suppress
from io import BytesIO

import msgspec

from arflow.errors import DocumentRefused, InvalidValue
from arflow.papers.documents import admission
from arflow.post.calendars import Reply, read_reply
from arflow.post.mail.bounces import Report, report_of
from arflow.post.mail.case_match import Named, names_of
from arflow.post.mail.limits import LARGEST
from arflow.post.mail.message_kinds import Nature, nature
from arflow.post.mail.received import Incoming, parse, read


class Understood(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A message that was read: what kind it is, which cases it may name, and the digest of its content.

    `reply` is what a calendar answered, or why that cannot be read.
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
    return Understood(
        incoming=incoming,
        report=report,
        nature=kind,
        named=names_of(incoming),
        content=content_of(incoming),
        reply=_reply(incoming) if kind == "calendar_reply" else None,
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
    said = next(one for one in incoming.calendars if b"METHOD:REPLY" in one.upper())
    try:
        return read_reply(said)
    except InvalidValue as refusal:
        return refusal.in_options()
