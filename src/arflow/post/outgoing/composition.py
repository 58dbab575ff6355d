"""Write letters and make messages of them: the words as text and page, the letter as a PDF that is kept."""

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from arflow.papers.documents import Document, DocumentKind, Documents
from arflow.papers.letters.contents import LetterFacts
from arflow.papers.letters.letter import Stationery, as_pdf, write
from arflow.papers.letters.papers import Papers
from arflow.papers.letters.papers_files import PapersFiles
from arflow.papers.letters.unbroken import unbroken_page
from arflow.post.mail.dispatch import Attachment, Calendar, Message
from arflow.post.mail.settings import Settings
from arflow.post.outgoing.send_now import Post
from arflow.post.outgoing.ways_to_reach import Addressed

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_KINDS: dict[str, DocumentKind] = {"invitation": "invitation"}


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What letters on a case are written and sent with."""

    stationery: Stationery
    documents: Documents
    post: Post

    @property
    def papers(self) -> Papers:
        """What each letter must say."""
        return self.stationery.papers


def post_of(app: "Arflow", documents: Documents, environment: Mapping[str, str] = os.environ) -> Post:
    """What sending needs, without the authority's letters: enough for what is queued already."""
    papers = PapersFiles.of(app.catalogue, app.rules.read()).current()
    settings = Settings.from_environment(environment)
    return Post(settings=settings, read=documents.read, keep=documents.record_drafted, serving=papers.served_on)


def message(
    app: "Arflow",
    desk: Desk,
    letter: str,
    facts: LetterFacts,
    to: Addressed,
    *,
    attachments: Sequence[Attachment] = (),
    calendar: Calendar | None = None,
    required: bool = True,
) -> Message:
    """A letter as a message to one person: by email with its words in it and the letter attached, or to be printed.

    LetterRefused where it does not say what it must. The letter is kept as a document of the case when it is queued.
    """
    assert to.channel is not None
    written = write(letter, facts, desk.stationery)
    kind = _KINDS.get(letter, "letter")
    drafted = draft(app, desk.documents, as_pdf(written).content, facts, kind=kind, name=f"{letter}.pdf")
    return Message(
        recipient=to.recipient,
        channel=to.channel,
        subject=written.title,
        text=written.text,
        html=unbroken_page(written.html),
        attachments=(attachment(drafted), *attachments),
        calendar=calendar,
        required=required,
        letter_template=f"{desk.papers.id}/{letter}/{written.template}",
        approval=desk.papers.approval_of(letter),
        written_on=facts.written_on,
    )


def draft(
    app: "Arflow", documents: Documents, content: bytes, facts: LetterFacts, *, kind: DocumentKind, name: str
) -> Document:
    """Draft what was made for a case: it is kept in the transaction that queues the message it goes with."""
    by = app.officer_id
    return documents.draft(content, plan=facts.plan, kind=kind, name=name, review=facts.review, by=by, at=app.now)


def attachment(document: Document, name: str | None = None) -> Attachment:
    """A kept document as it goes with a message, under a name that tells nothing of the child."""
    return Attachment(
        digest=document.digest,
        name=name or document.name or f"{document.digest[:12]}",
        media_type=document.media_type,
        plan=document.plan,
    )
