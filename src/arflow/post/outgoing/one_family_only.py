"""Nothing of one family goes to another: what is to be sent, held against the directory and the kept documents."""

import re
from typing import TYPE_CHECKING

import sqlalchemy as sa

from arflow.errors import NotFound, NotPossible
from arflow.papers.documents import register
from arflow.people.agreement import not_agreed
from arflow.post.mail.dispatch import AnySendingAct, Dispatch, Message, TermListSending
from arflow.post.outgoing.term_lists import TERM_LIST, check_term_list, why_not_enclosed

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow


def check_family(app: "Arflow", dispatch: Dispatch) -> None:
    """Refuse a review, a person or a paper of another plan, somebody not to contact, and what others may not learn.

    That is a child's name where all can see it, and an address that is not to be shared.
    """
    if dispatch.review is not None and app.review(dispatch.review).plan != dispatch.plan:
        raise NotPossible(f"{dispatch.review} is not a review of {dispatch.plan}: nothing was queued")
    if isinstance(dispatch.act, TermListSending):
        check_term_list(app, dispatch.act)
    for message in dispatch.messages:
        check_message_of(app, message, dispatch.plan, dispatch.act)


def check_message_of(app: "Arflow", message: Message, plan: str | None, act: AnySendingAct | None = None) -> None:
    """The same for one message on a plan, which goes with an act."""
    if why := not_to_be_sent(app, message.recipient.person, plan):
        raise NotPossible(f"{why}: nothing was queued")
    _check_papers(app.engine, message, plan, act)
    if plan is not None:
        _check_names(app, message, plan)
        _check_addresses(app, message, plan)


def not_to_be_sent(app: "Arflow", person_id: str | None, plan: str | None) -> str:
    """Why nothing may be sent to somebody on a plan, as the directory has them today; empty where it may."""
    if person_id is None:
        return ""
    try:
        person = app.people.person(person_id)
    except NotFound:
        return ""
    if person.plan != plan:
        return f"{person_id} belongs to {person.plan}, not to {plan or 'no plan'}"
    if person.do_not_contact:
        return f"{person_id} is not to be contacted"
    return not_agreed(person, app.plan(plan), app.today) if plan and person.role == "parent" else ""


def _check_papers(engine: sa.Engine, message: Message, plan: str | None, act: AnySendingAct | None) -> None:
    with engine.connect() as connection:
        for attachment in message.attachments:
            known = register.of_digest(connection, attachment.digest)
            kept = [one for one in known if one.disposed_at is None]
            if known and not kept:
                raise NotPossible(f"document {attachment.digest[:12]} was disposed of: nothing was queued")
            lists = [why_not_enclosed(one, act) for one in kept if one.kind == TERM_LIST]
            if why := next(filter(None, lists), ""):
                raise NotPossible(f"{why}: nothing was queued")
            if kept and not lists and not any(one.plan == plan or one.shared for one in kept):
                others = ", ".join(one.plan for one in kept)
                raise NotPossible(f"document {attachment.digest[:12]} belongs to {others}: nothing was queued")


def _is_named(name: str, shown: str) -> bool:
    """Whether a name stands in a text as words of its own: Ann is not in the annual review, and is in ann_report."""
    return re.search(rf"(?<![^\W_]){re.escape(name.casefold())}(?![^\W_])", shown) is not None


def _check_names(app: "Arflow", message: Message, plan: str) -> None:
    """A subject and a file's name are read by whoever sees a screen: they name the case, not the child."""
    shown = " ".join((message.subject, *(file.name for file in message.attachments))).casefold()
    if any(person.role == "child" and _is_named(person.name, shown) for person in app.people.of(plan)):
        raise NotPossible("the subject or a file's name has the child's name in it: name the case; nothing was queued")


def _check_addresses(app: "Arflow", message: Message, plan: str) -> None:
    """The words of a message tell nobody how somebody is reached whose address is not to be shared."""
    names = (file.name for file in message.attachments)
    words = "\n".join((message.subject, message.text, message.calendar.text if message.calendar else "", *names))
    for person in app.people.of(plan):
        if person.do_not_share_because and person.id != message.recipient.person and person.tells_address(words):
            raise NotPossible(f"it tells the address of {person.id}, which is not to be shared: nothing was queued")
