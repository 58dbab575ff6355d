"""Sends term lists: frozen as evidence and queued in one transaction, recorded on every plan once they have left."""

from collections.abc import Collection, Iterator, Sequence
from typing import Literal

import msgspec
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.law.workflow import Term
from arflow.papers.documents import Document, Documents
from arflow.planning import list_words as words
from arflow.planning.list_making import Made, TermLists
from arflow.planning.list_page import as_page
from arflow.planning.list_workbook import as_workbook
from arflow.planning.term_list import TermList, changed_since, read_list
from arflow.post.mail.dispatch import Attachment, Dispatch, Message, Recipient, TermListSending
from arflow.post.mail.outbox_rows import Dispatched, dispatches
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.send_now import Post, Sent, send
from arflow.post.outgoing.term_lists import TERM_LIST, check_term_list

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NOT_GIVEN = ("cancelled", "refused", "bounced")
What = Literal["first", "changes", "nothing_new", "no_address"]


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """What would be sent to one recipient: the whole list, what changed, or nothing, and why."""

    made: Made
    what: What
    list: TermList | None
    why: str = ""

    @property
    def goes(self) -> bool:
        """Whether anything is sent."""
        return self.list is not None and not self.why


def to_send(app: Arflow, documents: Documents, found: TermLists) -> list[Outgoing]:
    """For each list what its recipient does not know yet."""
    given = _given(app, documents, found.term)
    return [_outgoing(made, given.get(made.to.key, [])) for made in found.lists]


def _outgoing(made: Made, earlier: Sequence[TermList]) -> Outgoing:
    fresh = changed_since(earlier, made.list)
    if fresh is None:
        return Outgoing(made=made, what="nothing_new", list=None)
    what: What = "changes" if fresh.changes else "first"
    if made.to.email is None:
        return Outgoing(made=made, what="no_address", list=fresh, why=made.to.why)
    return Outgoing(made=made, what=what, list=fresh)


def _given(app: Arflow, documents: Documents, term: Term) -> dict[str, list[TermList]]:
    """The lists of a term that were queued and not taken back, by recipient, the oldest first."""
    found: dict[str, list[TermList]] = {}
    for dispatch in _dispatched(app):
        act = dispatch.act
        if isinstance(act, TermListSending) and act.term_start == term.starts:
            found.setdefault(act.setting or act.role, []).append(read_list(documents.read(act.documents[0])))
    return found


def _dispatched(app: Arflow) -> Iterator[Dispatched]:
    """Those whose list is on its way or has arrived: one that was refused or came back was given to nobody."""
    box = outbox(app)
    live = [one for one in box.find(dispatches.c.kind == TERM_LIST) if one.state not in _NOT_GIVEN]
    yield from box.dispatches_of(live).values()


def send_list(app: Arflow, documents: Documents, found: TermList, email: str, post: Post) -> Sent:
    """Freeze a list with its workbook and page, queue it for an address, and try to send it.

    Refused, and nothing kept, where a child on it is not at the setting that it goes to.
    """
    refs = tuple(dict.fromkeys((*(one.plan for one in found.plans), *found.gone)))
    on_it = tuple(one.plan for one in found.plans)
    act = TermListSending(term_start=found.starts, role=found.role, setting=found.setting, plans=on_it, documents=())
    check_term_list(app, act)
    kept = _prepared(app, documents, found, refs)
    act = msgspec.structs.replace(act, documents=tuple(one.digest for one in kept))
    dispatch = Dispatch(
        key=f"term-list/{found.id}",
        kind=TERM_LIST,
        plan=None,
        review=None,
        messages=(_message(app, found, email, kept),),
        act=act,
    )

    def keep(connection: sa.Connection, _: Collection[str]) -> None:
        for document in kept:
            documents.record_of_several(connection, document, refs)

    return send(app, dispatch, msgspec.structs.replace(post, keep=keep))


def _prepared(app: Arflow, documents: Documents, found: TermList, refs: Sequence[str]) -> tuple[Document, ...]:
    """The list as it is kept, its workbook and its page."""
    files = (("json", found.content), ("xlsx", as_workbook(found)), ("pdf", as_page(found, app.now)))
    return tuple(
        documents.prepare(
            content, plan=refs[0], kind=TERM_LIST, name=f"{found.file_name}.{ending}", by=app.officer_id, at=app.now
        )
        for ending, content in files
    )


def _message(app: Arflow, found: TermList, email: str, kept: Sequence[Document]) -> Message:
    _, sheet, page = kept
    said = "\n\n".join((_salutation(found), *words.lead(found), *filter(None, (words.gone_line(found),)), app.by))
    return Message(
        recipient=Recipient(person=None, plan=None, role=found.role, name=found.called, email=email),
        channel="email",
        subject=f"{found.title} [{found.id}]",
        text=f"{said}\n",
        attachments=(
            Attachment(digest=sheet.digest, name=f"{found.file_name}.xlsx", media_type=_XLSX, plan=None),
            Attachment(digest=page.digest, name=f"{found.file_name}.pdf", media_type="application/pdf", plan=None),
        ),
    )


def _salutation(found: TermList) -> str:
    what = "what changed in the reviews due in" if found.changes else "the reviews due in"
    return f"To {found.called}: {what} {found.term}, as a workbook and as a page."
