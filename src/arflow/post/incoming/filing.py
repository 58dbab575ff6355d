"""File a message on its case: its papers kept and recorded, and its acknowledgement queued, all of it or nothing."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec
import sqlalchemy as sa

from arflow.case.plan_commands import ReceivePaper
from arflow.errors import DocumentRefused, NotPossible
from arflow.events import FAMILY, Role
from arflow.law.states import AMENDING, AWAITING_REPORT
from arflow.papers.documents import Document, documents_of
from arflow.papers.forms.questions import FormKind
from arflow.post.incoming.answers import Answering
from arflow.post.incoming.message_summary import FormFile
from arflow.post.mail.arrivals import Arrival, Arrivals, ArrivalState, Paper
from arflow.post.mail.case_match import Match
from arflow.post.mail.received import Closed, Incoming
from arflow.post.mail.safe_names import TEXT_NAME

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_REPORT = re.compile(r"\b(report|annual review|ar ?[1-9]|form)", re.IGNORECASE)
FORM = "form"  # what a paper is that names a form of ours
# What a form may be whose answers an officer reads, since no program can.
_PRINTED: dict[FormKind, str] = {"report": "report", "advice": "advice", "views": "views", "child-views": "views"}
_ADVISERS = ("health", "la_social_care", "youth_offending", "job_coach", "other", "la_sen")


class Filed(msgspec.Struct, frozen=True, kw_only=True):
    """What will be filed of a message, and what was closed at the door."""

    documents: tuple[Document, ...]
    closed: tuple[Closed, ...]


def file_message(
    app: "Arflow",
    arrival: Arrival,
    incoming: Incoming,
    found: Match,
    *,
    before: tuple[ArrivalState, ...],
    answering: Answering | None,
    facts: Mapping[str, object],
    shared: bool = False,
    leaving: Collection[tuple[str, str]] = (),
    why: str | None = None,
    guess: bool = True,
    forms: Sequence[FormFile] = (),
) -> None:
    """Record a message's papers on the plan that was found, and take those `leaving` (digest, plan) from theirs.

    `why` is what an officer has to know of them; without `guess` they carry no suggestion of what they may be. `forms` are
    those that are forms of ours.
    NotPossible where a file is another case's, `shared` or not; CaseMoved where somebody else was quicker.
    """
    assert found.plan is not None
    arrivals = Arrivals(app.engine)
    filed = _prepare(app, incoming, found, shared=shared, leaving=leaving)
    own = _papers(app, arrival, found, filed.documents, guess=guess, forms=forms)
    if not own:
        raise NotPossible(f"{arrival.id} holds nothing that can be filed: set it aside with a reason")
    answer = answering.draft(arrival, incoming, "paper", found) if answering else None
    placed = msgspec.structs.asdict(found)
    del placed["why_not"]

    def beside(connection: sa.Connection) -> None:
        store = documents_of(app.engine)
        for digest, plan in leaving:
            store.withdraw(connection, digest, plan)
        for document in filed.documents:
            store.record(connection, document)
        answered = answering.queue(connection, arrival, answer) if answering and answer else {}
        arrivals.settle(
            connection, arrival.id, before, "placed", why=why, closed=filed.closed, **placed, **facts, **answered
        )
        arrivals.file(connection, own)

    on = min(arrival.arrived_on, app.today)  # a server's clock may be a little ahead
    app.change_plan(found.plan, *(_received(paper, on) for paper in own), beside=beside)


def _received(paper: Paper, on: date) -> ReceivePaper:
    return ReceivePaper(
        on=on,
        paper=paper.id,
        documents=(paper.document,),
        person=paper.person,
        role=paper.role,
        review=paper.review,
    )


def _prepare(
    app: "Arflow", incoming: Incoming, found: Match, *, shared: bool, leaving: Collection[tuple[str, str]]
) -> Filed:
    """The files of a message checked and brought to their place, and its words where they are what it says."""
    assert found.plan is not None
    store, by = documents_of(app.engine), app.officer_id
    kept: dict[str, Document] = {}
    closed = list(incoming.closed)
    taken = [(file.name, file.content) for file in incoming.files]
    if incoming.text.strip() and (not taken or found.role in FAMILY):
        taken.append((TEXT_NAME, _words(incoming)))
    for name, content in taken:
        try:
            document = store.prepare(
                content,
                plan=found.plan,
                kind="received",
                name=name,
                review=found.review,
                shared=shared,
                leaving=leaving,
                by=by,
                at=app.now,
            )
        except DocumentRefused as refusal:
            if refusal.why == "not_scanned":
                raise  # the scanner is down: the message waits for it
            closed.append(Closed(name=name, why=refusal.in_options().removeprefix(name).strip()))
        else:
            kept.setdefault(document.digest, document)
    if not kept and incoming.text.strip() and taken:
        only_words = msgspec.structs.replace(incoming, files=(), closed=tuple(closed))
        return _prepare(app, only_words, found, shared=shared, leaving=leaving)
    return Filed(documents=tuple(kept.values()), closed=tuple(closed))


def _words(incoming: Incoming) -> bytes:
    """The words of a message as a paper of their own, with what they are about.

    Others may be sent it: the address that they came from stays with the arrival.
    """
    return f"Subject: {incoming.subject}\n\n{incoming.text.strip()}\n".encode()


def _papers(
    app: "Arflow",
    arrival: Arrival,
    found: Match,
    documents: tuple[Document, ...],
    *,
    guess: bool,
    forms: Sequence[FormFile],
) -> list[Paper]:
    assert found.plan is not None

    def suggested(document: Document) -> str | None:
        if form := by_digest.get(document.digest):
            return _PRINTED[form.kind] if form.is_only_printed else FORM
        return suggestion(found.role, document.name or "", state) if guess else None

    by_digest = {form.digest: form for form in forms}
    state = _core_state(app, found.review, arrival.arrived_on) if found.review else None
    start = len(Arrivals(app.engine).papers_from(arrival.id)) + 1
    return [
        Paper(
            id=f"{arrival.id}.{number}",
            arrival=arrival.id,
            plan=found.plan,
            review=found.review,
            document=document.digest,
            name=document.name,
            media_type=document.media_type,
            size=document.size,
            person=found.person,
            role=found.role,
            suggestion=suggested(document),
        )
        for number, document in enumerate(documents, start)
    ]


def _core_state(app: "Arflow", review_id: str, on: date) -> str:
    """The statutory state of a review; a meeting whose day is past is held, though nobody has recorded it yet."""
    review = app.review(review_id)
    planned = review.planned_meeting
    if planned and planned < on and review.last("hold") is None and not review.is_finished:
        return AWAITING_REPORT
    return app.workflow(review.workflow).core(review.state)


def suggestion(role: Role | None, name: str, state: str | None) -> str | None:
    """What a paper may be, by who sent it, its name and the statutory state of the review: shown to an officer, and no more."""
    if role in FAMILY:
        return "representations" if state == AMENDING else "views"
    if role == "setting":
        return "report" if state == AWAITING_REPORT or _REPORT.search(name) else "advice"
    return "advice" if role in _ADVISERS else None
