"""Term lists in the outbox: nothing of another setting's goes to a setting, and what has left is recorded on every plan on it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import sqlalchemy as sa

from arflow.case.plan_commands import GiveTermList
from arflow.errors import ArflowError, CaseMoved, NotPossible, StoreNotReady
from arflow.events import Event
from arflow.papers.documents.register import Document
from arflow.post.mail.dispatch import TermListSending
from arflow.post.mail.outbox import Dispatched, Outbox, Outgoing
from arflow.words import counted

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

TERM_LIST: Literal["term_list"] = "term_list"  # the kind of its documents and of its dispatches


def why_not_theirs(app: "Arflow", act: object) -> str:
    """Why a list must not go to its setting: a child on it is at another one now; empty where it may."""
    if not isinstance(act, TermListSending) or act.setting is None:
        return ""
    moved = [ref for ref in act.plans if app.plan(ref).setting != act.setting]
    return f"{', '.join(moved)} is not at setting {act.setting} now: make its list again" if moved else ""


def check_term_list(app: "Arflow", act: TermListSending) -> None:
    """NotPossible where a list has a child of another setting than the one it goes to."""
    if why := why_not_theirs(app, act):
        raise NotPossible(f"{why}; nothing was queued")


def why_not_enclosed(document: Document, act: object) -> str:
    """Why a list of several children must not go out with an act; empty where the act is its own."""
    own = isinstance(act, TermListSending) and document.digest in act.documents and document.plan in act.plans
    return "" if own else f"document {document.digest[:12]} is a term list, which names other children"


def record_list(
    app: "Arflow", dispatch: Dispatched, act: TermListSending, rows: Sequence[Outgoing]
) -> tuple[tuple[str, ...], str]:
    """Record the lists that have left, each on all of its plans in one transaction.

    Names of events, and what an officer must see to.
    """
    recorded: list[str] = []
    for row in (one for one in rows if one.state == "sent" and one.recorded is None):
        try:
            recorded += _record(app, dispatch, act, row)
        except (CaseMoved, StoreNotReady):
            raise
        except ArflowError as refusal:
            Outbox(app.engine).say_trouble(dispatch.id, refusal.in_options())
            return tuple(recorded), refusal.in_options()
    if dispatch.trouble:
        Outbox(app.engine).say_trouble(dispatch.id, None)
    return tuple(recorded), ""


def _record(app: "Arflow", dispatch: Dispatched, act: TermListSending, row: Outgoing) -> list[str]:
    command = GiveTermList(
        term_start=act.term_start,
        role=act.role,
        setting=act.setting,
        channel=row.channel,
        documents=act.documents,
        on=row.left_on,
        evidence=dispatch.id,
    )
    draft, events = app.draft(), list[Event]()
    for ref in act.plans:
        events += app.whole_case(ref).take(command, draft.recording, app.machine).events

    def mark(connection: sa.Connection) -> None:
        if not Outbox(app.engine).mark_recorded(connection, (row.id,), 0):
            raise CaseMoved(dispatch.id)  # another run has recorded it: nothing of this one is kept

    app.append(f"the list with {counted(len(act.plans), 'plan')}", events, draft, mark)
    return [event.name for event in events]
