"""A short message in plain words that no law asks for: the same as text, page and, where it is posted, as a PDF."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from arflow.papers.documents import Documents
from arflow.papers.letters.printed_page import printed
from arflow.post.mail.dispatch import Attachment, Message
from arflow.post.outgoing.composition import attachment
from arflow.post.outgoing.ways_to_reach import Addressed

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def letter(
    app: "Arflow", documents: Documents, to: Addressed, review: str, *, title: str, paragraphs: Sequence[str]
) -> Message:
    """A message of a few paragraphs to one person."""
    assert to.channel is not None
    html = _page(title, paragraphs)
    attachments: tuple[Attachment, ...] = ()
    if to.channel == "post":
        by = app.officer_id
        drafted = documents.draft(
            printed(html).content,
            plan=to.person.plan,
            kind="letter",
            name="letter.pdf",
            review=review,
            by=by,
            at=app.now,
        )
        attachments = (attachment(drafted),)
    return Message(
        recipient=to.recipient,
        channel=to.channel,
        subject=title,
        text="\n\n".join(paragraphs) + "\n",
        html=html,
        attachments=attachments,
    )


def _page(title: str, paragraphs: Sequence[str]) -> str:
    said = "\n".join(f"<p>{escape(words)}</p>" for words in paragraphs)
    return (
        f'<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{escape(title)}</title></head>\n'
        f"<body>\n<h1>{escape(title)}</h1>\n{said}\n</body>\n</html>\n"
    )
