"""Send a letter that the law asks for: to everybody who must have it, with what must be enclosed."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from arflow.case.amendment_commands import SendNoticeAgain
from arflow.case.representations import check_not_too_early
from arflow.case.review import AnnualReview
from arflow.case.review_commands import (
    DecideNotToAmend,
    IssueFinalPlan,
    NotifyDecision,
    SendAmendmentNotice,
    SendReport,
)
from arflow.errors import MissingValue, NotPossible, StepNotAllowed, field_name
from arflow.events import FAMILY, Outcome, Role
from arflow.papers.documents import Document
from arflow.papers.documents.file_types import ending_of
from arflow.papers.letters.contents import Enclosure
from arflow.papers.letters.papers import PROGRESS, Letter
from arflow.post.forms.form_with_letter import WithLetter, report_form_to
from arflow.post.mail import outbox as tables
from arflow.post.mail.dispatch import Attachment, Dispatch, Message, SendingAct
from arflow.post.meeting.plan_reviewed import found_by_the_meeting
from arflow.post.meeting.time_and_place import meeting_of
from arflow.post.outgoing.addressees import addressees, copies
from arflow.post.outgoing.composition import Desk, attachment, message
from arflow.post.outgoing.final_plan_check import check_final_plan
from arflow.post.outgoing.letter_facts import case_of, check_reasons, facts
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.send_now import Sent, send
from arflow.post.outgoing.ways_to_reach import Addressed
from arflow.words import in_words, spoken

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_ACTS: dict[str, type[Any]] = {
    "notify": NotifyDecision,
    "notice": SendAmendmentNotice,
    "not_amend": DecideNotToAmend,
}
# The form asks for the report: it is no report itself.
_NO_ACT = ("report_form",)
# What an enclosure may be, by the kind it was kept as.
_KINDS = {
    "plan": ("plan", "final_plan"),
    "amendments": ("amendments",),
    "evidence": ("evidence", "advice", "report"),
    "report": ("report",),
    "advice": ("advice", "bundle"),
}
_FILES = {".docx": "Word file", ".pdf": "PDF"}
_ELSEWHERE = {
    "invite": "arflow review invite REVIEW --send",
    "request_advice": "arflow review request-advice REVIEW --send",
    "circulate": "arflow review circulate REVIEW --send",
    "chaser": "arflow review chase REVIEW --send",
    "acknowledgement": "arflow inbox run",
    "institution_consultation": "arflow letter make REVIEW institution_consultation --to PERSON --output FILE",
}


class Issuing(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter is sent with: copies `to` people besides those who must have it, enclosures, and what it says.

    `no_evidence` says that nothing supports the amendments beyond the report (SEND Regs 2014 r.22(2)(a)); `again` that they
    take the place of those proposed before; `incomplete_because` why a final plan goes that arflow has not found complete.
    """

    to: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    reasons: str | None = None
    no_evidence: bool = False
    again: bool = False
    answer_by: date | None = None
    recommendation: Outcome | None = None
    differing: tuple[Role, ...] = ()
    skip_reason: str | None = None
    incomplete_because: str | None = None


def issue(app: "Arflow", review_id: str, letter_id: str, issuing: Issuing, desk: Desk) -> Sent:
    """Queue a letter for everybody who must have it, and try to send it; its act is recorded when all of it has left.

    Refused, and nothing queued: an act that cannot come now, a letter that lacks what it must say or enclose, somebody
    who must have it and cannot be reached, a person or a paper of another case.
    """
    review, letter = app.review(review_id), desk.stationery.letter(letter_id)
    check_reasons(letter, issuing.reasons)
    act = _act(review, letter, issuing)
    _check_can_come(app, review, letter, act)
    required = addressees(app, review, letter)
    also = [one for one in copies(app, review, issuing.to) if one.person.id not in {r.person.id for r in required}]
    enclosed = _enclosed(review, letter, issuing, desk)
    check_final_plan(letter, enclosed, desk, incomplete_because=issuing.incomplete_because)
    family = any(one.role in FAMILY for one in required)
    write = _writer(app, review, letter, enclosed=enclosed, issuing=issuing, desk=desk, family=family)
    dispatch = Dispatch(
        key=_key(app, review, letter, act),
        kind=letter_id,
        plan=review.plan,
        review=review_id,
        messages=(*(write(one, True) for one in required), *(write(one, False) for one in also)),
        act=act,
    )
    return send(app, dispatch, desk.post)


def notice_is_missing(app: "Arflow", review_id: str) -> str:
    """What to say where a decision to amend goes without its notice, and by when that must go; nothing where it is sent."""
    review = app.review(review_id)
    if review.outcome != "amend" or review.last("notice") or _pending(app, review, "amendment_notice"):
        return ""
    duty = next(duty for duty in app.duties(review_id) if duty.id == "amendment_notice")
    return (
        f"The notice of the proposed amendments must go with the decision, by {duty.due} ({duty.citation}): "
        f"arflow letter send {review_id} amendment_notice"
    )


def _act(review: AnnualReview, letter: Letter, issuing: Issuing) -> SendingAct | None:
    if command := _ELSEWHERE.get(letter.step or letter.id):
        raise NotPossible(f"{letter.id} is sent by `{command.replace('REVIEW', review.id)}`")
    if letter.step is None or letter.id in _NO_ACT:
        return None
    if letter.step == "report":
        return SendReport(recommendation=issuing.recommendation, differing=issuing.differing)
    if issuing.again:
        if letter.step != "notice":
            raise NotPossible(f"{letter.id} proposes no amendments: leave out {field_name('again')}")
        return SendNoticeAgain(skip_reason=issuing.skip_reason)
    if letter.step == "issue":
        return IssueFinalPlan(skip_reason=issuing.skip_reason, incomplete_because=issuing.incomplete_because)
    act: SendingAct = _ACTS[letter.step](skip_reason=issuing.skip_reason)
    return act


def _check_can_come(app: "Arflow", review: AnnualReview, letter: Letter, act: SendingAct | None) -> None:
    """Refuse a letter whose act could not be recorded: asked of the machine, and nothing kept."""
    if letter.outcome is not None and letter.outcome != review.outcome:
        decided = f"its decision is to {review.outcome}" if review.outcome else "nothing is decided yet"
        raise NotPossible(
            f"{letter.id} is for a decision to {letter.outcome}, and of {review.id} {decided}: "
            f"record it with `arflow review decide {review.id} --outcome … --not-yet-notified`"
        )
    if act is not None:
        check_not_too_early(review, app.workflow(review.workflow), act, app.today)
    told_soon = isinstance(act, SendAmendmentNotice) and any(
        _pending(app, review, f"decision_{o}") for o in get_args(Outcome)
    )
    if act is None or told_soon:
        return
    try:
        app.case_of(review).take(act, app.rehearsal(), app.machine, review=review.id)
    except StepNotAllowed as refusal:
        done = review.last(act.step)
        if done is None:
            raise
        step = spoken(act.step)
        raise NotPossible(
            f"{step} is recorded of {review.id} for {done.on}: if {letter.id} has not gone yet, take that back with "
            f"`arflow review void {review.id} {step} --reason …`, and send it"
        ) from refusal


def _pending(app: "Arflow", review: AnnualReview, kind: str) -> bool:
    """Whether a letter of a kind is queued on a review, and its act not recorded yet."""
    return bool(
        outbox(app).find(
            tables.dispatches.c.review == review.id,
            tables.dispatches.c.kind == kind,
            tables.messages.c.recorded.is_(None),
            tables.messages.c.state != "cancelled",
        )
    )


def _enclosed(review: AnnualReview, letter: Letter, issuing: Issuing, desk: Desk) -> list[Document]:
    """The documents that go with a letter; MissingValue for one that must, NotPossible for another case's."""
    found = desk.documents.of_case(issuing.documents, review.plan)
    for needed in letter.enclosures:
        if needed == "evidence" and issuing.no_evidence:
            continue
        if not any(document.kind in _KINDS.get(needed, (needed,)) for document in found):
            none = ", or say that there is none with --no-evidence" if needed == "evidence" else ""
            kinds = " or ".join(_KINDS.get(needed, (needed,)))
            raise MissingValue(
                field_name("document"),
                f"{letter.id} must enclose the {needed} ({letter.citation}): name a document kept as {kinds}{none}",
            )
    return found


def _writer(
    app: "Arflow",
    review: AnnualReview,
    letter: Letter,
    *,
    enclosed: Sequence[Document],
    issuing: Issuing,
    desk: Desk,
    family: bool,
) -> Callable[[Addressed, bool], Message]:
    """What writes the letter to one person, who must have it or has a copy; `family` says that it goes to the family too."""
    case, files = case_of(app, review.id, again=issuing.again), _files(enclosed, review.plan)
    meeting = meeting_of(app, review.id) if review.planned_meeting else None
    words: dict[str, Any] = {
        "reasons": issuing.reasons,
        "answer_by": issuing.answer_by,
        "evidence": _evidence(enclosed, issuing),
        "family_too": family,
        "enclosures": tuple(_enclosures(letter, enclosed, review.plan)),
    }
    if letter.has(PROGRESS):
        words["outcomes"] = found_by_the_meeting(app, lambda: desk.documents, review).wording

    def write(to: Addressed, required: bool) -> Message:
        form = report_form_to(app, desk, review.id, to) if letter.id in _NO_ACT else WithLetter()
        enclosed = {"enclosures": (*words["enclosures"], *form.enclosures)}
        said = facts(case, to, desk.papers, meeting, **(words | enclosed))
        return message(app, desk, letter.id, said, to, attachments=(*files, *form.attachments), required=required)

    return write


def _evidence(enclosed: Sequence[Document], issuing: Issuing) -> bool | None:
    """Whether there is evidence: true if enclosed, false if declared to be none, None where neither is known."""
    if any(document.kind in _KINDS["evidence"] for document in enclosed):
        return True
    return False if issuing.no_evidence else None


def _enclosures(letter: Letter, enclosed: Sequence[Document], plan: str) -> Iterator[Enclosure]:
    """The documents as what the letter asks to enclose; two of one kind say what file each is."""
    of_kind = Counter(document.kind for document in enclosed)
    for document in enclosed:
        kind = next(
            (needed for needed in (*letter.enclosures, "advice") if document.kind in _KINDS.get(needed, ())),
            document.kind,
        )
        title = in_words(document.kind).capitalize()
        file = _FILES.get(ending_of(document.media_type)) if of_kind[document.kind] > 1 else None
        yield Enclosure(kind=kind, title=f"{title}, as a {file}" if file else title, digest=document.digest, plan=plan)


def _files(enclosed: Sequence[Document], plan: str) -> list[Attachment]:
    """The enclosures under names that tell nothing of the child; a blank form or leaflet goes with every case."""
    named = [
        attachment(document, f"{number}-{document.kind}{ending_of(document.media_type)}")
        for number, document in enumerate(enclosed, 1)
    ]
    return [msgspec.structs.replace(file, plan=plan) for file in named]


def _key(app: "Arflow", review: AnnualReview, letter: Letter, act: SendingAct | None) -> str:
    """The natural key of a letter: once on a review for its act, again where that was voided; without an act once a day.

    A notice of other amendments is once for each that takes another's place.
    """
    if isinstance(act, SendNoticeAgain):
        return f"letter/{review.id}/{letter.id}/in-place-of/{review.notice.event.originator_version if review.notice else 0}"
    if letter.step is None or letter.id in _NO_ACT:
        return f"letter/{review.id}/{letter.id}/{app.today}"
    rows = outbox(app).find(tables.dispatches.c.review == review.id, tables.dispatches.c.kind == letter.id)
    counting = {event.originator_version for event in (*(act.event for act in review.acts), *review.beside)}
    gone = [row for row in rows if row.state == "cancelled" or (row.recorded and row.recorded not in counting)]
    again = len({row.dispatch for row in gone} - {row.dispatch for row in rows if row not in gone})
    return f"letter/{review.id}/{letter.id}" + (f"/{again + 1}" if again else "")
