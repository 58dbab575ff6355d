"""What a message says to us: all that is found in its bytes alone, before a case is looked for."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

import msgspec

from arflow.errors import ArflowError, DocumentRefused, InvalidValue
from arflow.papers.documents import admission
from arflow.papers.forms.questions import FormKind
from arflow.papers.forms.returned import ENDINGS, forms_named
from arflow.post.calendars import Reply, read_reply, words_beside
from arflow.post.mail.bounces import Report, report_of
from arflow.post.mail.calendar_part import ANSWERS
from arflow.post.mail.case_match import Named, names_of
from arflow.post.mail.limits import LARGEST
from arflow.post.mail.list_tokens import ListFile, list_files
from arflow.post.mail.message_kinds import Nature, nature
from arflow.post.mail.received import Incoming, parse, read


class FormFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a message that is a form of ours, by its SHA-256 in hex, and the review that it is of.

    `is_only_printed` where no program can read its answers.
    """

    digest: str
    review: str
    kind: FormKind
    is_only_printed: bool


class Understood(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A message that was read: what kind it is, which cases it may name, and the digest of its content.

    `reply` is what a calendar answered, with the words beside it, or why that cannot be read; `forms` are those of ours
    that came back, each of which names its case; `lists` are the sheets of term lists that did.
    """

    incoming: Incoming
    report: Report | None
    nature: Nature
    named: Named
    content: str | None
    reply: Reply | str | None
    forms: tuple[FormFile, ...] = ()
    lists: tuple[ListFile, ...] = ()


def understood(raw: bytes) -> Understood:
    """Everything in a message's bytes; MessageNotReadable beyond a limit, and whatever a library raises over them."""
    message = parse(raw)
    incoming = read(message)
    report = report_of(message, incoming)
    kind = nature(incoming, reports=report is not None)
    _try_door(incoming)
    content, named, forms = content_of(incoming), names_of(incoming), tuple(_forms(incoming))
    named = msgspec.structs.replace(named, reviews=tuple(dict.fromkeys((*named.reviews, *(f.review for f in forms)))))
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
        forms=forms,
        lists=tuple(list_files(incoming.files)),
    )


def content_of(incoming: Incoming) -> str | None:
    """The SHA-256, in hex, of a message's Message-ID and all it says and carries, however it travelled; none without one."""
    if incoming.message_id is None:
        return None
    parts = [incoming.message_id, incoming.sender or "", incoming.subject, incoming.text]
    parts += [f"{file.name} {hashlib.sha256(file.content).hexdigest()}" for file in incoming.files]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _forms(incoming: Incoming) -> Iterator[FormFile]:
    """The forms of ours among the files; one that names several reviews names them all."""
    for file in incoming.files:
        if file.name.lower().endswith(ENDINGS):
            with suppress(ArflowError):
                for found in forms_named(file.content, file.name):
                    yield FormFile(
                        digest=hashlib.sha256(file.content).hexdigest(),
                        review=found.form.review,
                        kind=found.form.kind,
                        is_only_printed=found.is_only_printed,
                    )


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
