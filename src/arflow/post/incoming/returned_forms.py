"""A form that came back: read in a process apart, and accepted in one step with all that it says."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.apart import Apart, NotDone
from arflow.application.recording import Done
from arflow.errors import ArflowError, InvalidValue, NotPossible
from arflow.papers.documents import documents_of
from arflow.papers.forms.answers import Answers
from arflow.papers.forms.returned import read_form
from arflow.post.forms.report_proposal import amendments_file
from arflow.post.incoming.filing import FORM
from arflow.post.incoming.form_and_case import KEPT_AS, CameBack, FormRead, beside_its_case
from arflow.post.incoming.officer_decisions import arrivals_of, papers_waiting
from arflow.post.mail.arrivals import Paper

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_SECONDS, _GIGABYTES = 30.0, 2.0


class FormAccepted(msgspec.Struct, frozen=True, kw_only=True):
    """The form that was accepted, what was recorded, and what it left open."""

    read: FormRead
    done: Done


def read_file(app: "Arflow", content: bytes, name: str) -> FormRead:
    """What a form in a file says, and proposes; nothing is recorded. NotFound where its review is not in this store."""
    return beside_its_case(app, CameBack(answers=_read(content, name), came_on=app.today))


def read_paper(app: "Arflow", name: str) -> FormRead:
    """The same of the form that came by mail, by the id of its paper or of its message."""
    return _of_paper(app, _form_among([name], arrivals_of(app).papers_of(name)))


def accept_form(app: "Arflow", names: Sequence[str], *, skip_reason: str | None = None) -> FormAccepted:
    """Record all that a form proposes, with the form itself as the report, advice or views, in one transaction.

    NotPossible, and nothing recorded, where it contradicts itself or the record, or proposes nothing.
    """
    paper = _form_among(names, papers_waiting(app, names))
    read = _of_paper(app, paper)
    found = read.proposal
    if found.wrong:
        raise NotPossible(f"{paper.id} cannot be accepted: {'; '.join(found.wrong)}. {_way_on(read)}")
    if not found.commands:
        raise NotPossible(f"{paper.id} proposes nothing that is not recorded: accept it as nothing, or refuse it")
    store, by = documents_of(app.engine), app.officer_id
    kept = None
    if found.amendments:
        changes = amendments_file(found.amendments)
        kept = store.prepare(
            changes, plan=read.plan, kind="amendments", name="amendments.json", review=read.review, by=by, at=app.now
        )

    def beside(connection: sa.Connection) -> None:
        facts = {"accepted_as": FORM, "decided_by": by, "review": read.review}
        arrivals_of(app).decide(connection, [paper], "accepted", app.now, **facts)
        store.file_under(connection, paper.document, read.plan, kind=KEPT_AS[read.answers.id.kind], review=read.review)
        if kept:
            store.record(connection, kept)

    first, *others = found.commands
    with_reason = msgspec.structs.replace(first, skip_reason=skip_reason)
    done = app.act_in_turn(read.review, with_reason, *others, beside=beside)
    return FormAccepted(read=read, done=done)


def _way_on(read: FormRead) -> str:
    assert read.paper is not None
    return f"Ask the sender with `arflow form reply {read.paper.id}`, or record what is right by hand"


def _form_among(names: Sequence[str], found: Sequence[Paper]) -> Paper:
    """The one form among papers; a paper that is named itself is taken for one, whatever it was thought to be."""
    forms = [paper for paper in found if paper.suggestion == FORM or paper.id in names]
    if not forms:
        raise NotPossible(f"{', '.join(names)} brings no form of ours: see `arflow inbox show {found[0].arrival}`")
    if len(forms) > 1:
        ids = " and ".join(paper.id for paper in forms)
        raise NotPossible(f"{len(forms)} forms came, {ids}: name the one that counts, and refuse the other")
    return forms[0]


def _of_paper(app: "Arflow", paper: Paper) -> FormRead:
    content = documents_of(app.engine).read(paper.document)
    came_on = min(arrivals_of(app).arrival(paper.arrival).arrived_on, app.today)
    return beside_its_case(app, CameBack(answers=_read(content, paper.id), came_on=came_on, paper=paper))


# --- reading, apart ---------------------------------------------------------------------------------------------


class _Refused(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Why a file is not read as a form: what it should be and is not, or why it cannot be relied on."""

    why: str = ""
    is_not: str = ""


class _Answered(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answers that were read."""

    answers: Answers


@cache
def _room() -> Apart:
    return Apart.lasting(f"{__name__}:read_apart", seconds=_SECONDS, gigabytes=_GIGABYTES)


def _read(content: bytes, name: str) -> Answers:
    """The answers in a file that comes from outside: no file can stop or fill up arflow."""
    try:
        told = _room().do(msgspec.msgpack.encode((content, name)))
    except NotDone as ended:
        raise InvalidValue("FILE", name, "a form that can be read: it takes too much time or memory") from ended
    found = msgspec.msgpack.decode(told, type=_Answered | _Refused)
    if isinstance(found, _Answered):
        return found.answers
    raise InvalidValue("FILE", name, found.is_not) if found.is_not else NotPossible(found.why)


def read_apart(given: bytes) -> bytes:
    """What the process apart does with a file and its name."""
    content, name = msgspec.msgpack.decode(given, type=tuple[bytes, str])
    try:
        return msgspec.msgpack.encode(_Answered(answers=read_form(content, name)))
    except InvalidValue as refusal:
        return msgspec.msgpack.encode(_Refused(is_not=refusal.wanted))
    except ArflowError as refusal:
        return msgspec.msgpack.encode(_Refused(why=refusal.message))
