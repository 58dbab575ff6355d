"""A setting's reply to a term list: found by the line on its sheet, checked row by row, accepted in one step or asked about."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.application.recording import Done
from arflow.application.together import record_together
from arflow.case.review_commands import PostponeMeeting
from arflow.errors import InvalidValue, NotFound, NotPossible
from arflow.lists.questions import Asking
from arflow.papers.documents import Documents
from arflow.people.addresses import folded
from arflow.planning import list_words as words
from arflow.planning.reply_checks import Checked, check_rows, diary
from arflow.planning.reply_sheet import read_sheet
from arflow.planning.term_list import PREFIX, TermList, read_list
from arflow.post.incoming.isolated_reader import Reader, Unread
from arflow.post.incoming.officer_decisions import arrivals_of, whole
from arflow.post.mail.arrivals import Arrival, ArrivalState
from arflow.post.mail.list_tokens import ListFile, list_files
from arflow.post.mail.message_kinds import own_ids
from arflow.post.mail.outbox_rows import Outgoing, dispatches
from arflow.post.mail.received import File, Incoming
from arflow.post.meeting.time_and_place import INVITATION
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.term_lists import TERM_LIST
from arflow.post.outgoing.withdrawal import MOVED
from arflow.words import counted

_OPEN: tuple[ArrivalState, ...] = ("unplaced", "set_aside")


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A reply as it was read: the list it is to, each row checked, and the message that brought it, if it came by mail.

    `doubt` says why it is not sure that it comes from whom the list went to.
    """

    list: TermList
    rows: tuple[Checked, ...]
    arrival: Arrival | None
    doubt: str = ""

    @property
    def asked(self) -> tuple[str, ...]:
        """Every fault, with its row."""
        return tuple(f"row {one.row}: {fault}" if one.row else fault for one in self.rows for fault in one.faults)

    @property
    def sound(self) -> tuple[Checked, ...]:
        """The rows that can be recorded."""
        return tuple(one for one in self.rows if one.wanted and not one.faults)


class ReplyAccepted(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded of a reply."""

    reply: Reply
    done: tuple[Done, ...]
    withdrawn: tuple[str, ...]


# --- reading ----------------------------------------------------------------------------------------------------


def read_reply_file(app: Arflow, asking: Asking, documents: Documents, path: Path) -> Reply:
    """What the sheet in a file proposes; nothing is recorded."""
    content = path.read_bytes()
    file = File(name=path.name, media_type="", content=content)
    named = _only(list(list_files([file])), path.name)
    return _read(app, asking, documents, file, named, arrival=None)


def read_reply(app: Arflow, asking: Asking, documents: Documents, name: str) -> Reply:
    """What the sheet that a message brings proposes, by the message's id; NotPossible where it brings none, or several."""
    arrival = arrivals_of(app).arrival(name)
    with Reader() as reader:
        found = reader.read(whole(app, name))
    if isinstance(found, Unread):
        raise NotPossible(f"{name} cannot be read: {found.why}")
    named = _only(list(found.lists), name)
    file = next(one for one in found.incoming.files if _digest(one.content) == named.digest)
    reply = _read(app, asking, documents, file, named, arrival=arrival)
    return msgspec.structs.replace(reply, doubt=_doubt(app, reply.list, found.incoming))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _only(found: Sequence[ListFile], name: str) -> ListFile:
    if not found:
        raise NotPossible(
            f"{name} brings no sheet of a term list: each row of one has the list's line in its column “{words.LIST}”"
        )
    lists = dict.fromkeys(one for file in found for one in file.lists)
    if len(found) > 1 or len(lists) > 1:
        raise NotPossible(f"{name} brings {counted(len(found), 'sheet')} of {counted(len(lists), 'list')}: ask for one")
    return found[0]


def _read(
    app: Arflow, asking: Asking, documents: Documents, file: File, named: ListFile, *, arrival: Arrival | None
) -> Reply:
    found = list_of(documents, named.lists[0])
    if found.role != "setting":
        raise NotPossible(f"{found.id} is no list of a setting: no days are proposed on it")
    rows = read_sheet(file.content, file.name)
    checked = check_rows(app, found, rows, diary(asking), evidence=arrival.id if arrival else None)
    return Reply(list=found, rows=tuple(checked), arrival=arrival)


def list_of(documents: Documents, name: str) -> TermList:
    """A list by its id, as it was frozen; NotFound where there is none."""
    try:
        document = documents.document(name.removeprefix(PREFIX))
    except (NotFound, NotPossible, InvalidValue) as refusal:
        raise NotFound("term list", name, "it was not sent from this store") from refusal
    if document.kind != TERM_LIST or document.media_type != "application/json":
        raise NotFound("term list", name, "it was not sent from this store")
    return read_list(documents.read(document.digest))


def _doubt(app: Arflow, found: TermList, incoming: Incoming) -> str:
    """Why a message may not be from whom the list went to; empty where it is from their address, or answers our message."""
    box = outbox(app)
    sent: list[Outgoing] = box.find(dispatches.c.key == f"term-list/{found.id}")
    addresses = {folded(one.body.recipient.email or "") for one in sent if one.body}
    if incoming.sender and folded(incoming.sender) in addresses:
        return ""
    if {one.id for one in sent} & set(own_ids(incoming.answers)):
        return ""
    return "it comes from another address than the list went to, and is no answer to our message"


# --- accepting --------------------------------------------------------------------------------------------------


def accept_reply(app: Arflow, reply: Reply, *, only_sound: bool = False, sender_checked: bool = False) -> ReplyAccepted:
    """Plan every meeting that a reply proposes a day for, in one transaction with what became of the message.

    NotPossible, and nothing recorded, where a row has a fault, unless `only_sound` rows are wanted; or where it is not sure
    from whom it comes, unless the officer has `sender_checked`.
    """
    if reply.arrival is None:
        raise NotPossible("only a reply that came by mail is accepted: let the inbox read it")
    name = reply.arrival.id
    if reply.arrival.state not in _OPEN:
        raise NotPossible(f"{name} was decided on before: see `arflow inbox show {name}`")
    if reply.doubt and not sender_checked:
        raise NotPossible(f"{name}: {reply.doubt}: check who sent it, and say --sender-checked")
    if reply.asked and not only_sound:
        way_on = f"ask with `arflow termly-list reply {name}`, or accept the other rows with --only-sound"
        raise NotPossible(f"{name} cannot be accepted: {'; '.join(reply.asked)}. {way_on[0].upper()}{way_on[1:]}")
    if not reply.sound:
        raise NotPossible(
            f"{name} proposes nothing that is not planned: set it aside with `arflow inbox set-aside {name}`"
        )
    wanted, withdrawn, by = [one.wanted for one in reply.sound if one.wanted], list[str](), app.officer_id

    def beside(connection: sa.Connection) -> None:
        why = f"a reply to the term list {reply.list.id}: {counted(len(wanted), 'meeting')} planned"
        arrivals_of(app).settle(connection, name, _OPEN, "noted", why=why, decided_by=by)
        for one in wanted:
            if isinstance(one.act, PostponeMeeting):
                untrue = (dispatches.c.review == one.review, dispatches.c.kind == INVITATION)
                withdrawn.extend(m.id for m in outbox(app).withdraw(connection, *untrue, why=MOVED))

    done = record_together(app, wanted, what=name, beside=beside)
    return ReplyAccepted(reply=reply, done=tuple(done), withdrawn=tuple(withdrawn))
