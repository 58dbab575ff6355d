"""Send a letter that the law asks for: to everybody who must have it, with what must be enclosed."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, get_args

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
from arflow.errors import NotPossible, StepNotAllowed, field_name
from arflow.events import FAMILY, Outcome
from arflow.papers.documents import Document
from arflow.papers.letters.papers import PROGRESS, Letter
from arflow.post.forms.form_with_letter import WithLetter, report_form_to
from arflow.post.mail import outbox as tables
from arflow.post.mail.dispatch import Dispatch, Message, SendingReviewAct
from arflow.post.meeting.plan_reviewed import found_by_the_meeting
from arflow.post.meeting.time_and_place import meeting_of
from arflow.post.outgoing.addressees import addressees, copies
from arflow.post.outgoing.composition import Desk, message
from arflow.post.outgoing.enclosures import Issuing, enclosed_with, files_of, words_of
from arflow.post.outgoing.final_plan_check import check_final_plan
from arflow.post.outgoing.letter_facts import case_of, check_reasons, facts
from arflow.post.outgoing.queue import outbox
from arflow.post.outgoing.send_now import Sent, send
from arflow.post.outgoing.ways_to_reach import Addressed
from arflow.words import spoken

if TYPE_CHECKING:
    from arflow.application.arflow import Arflow

_ACTS: dict[str, type[Any]] = {
    "notify": NotifyDecision,
    "notice": SendAmendmentNotice,
    "not_amend": DecideNotToAmend,
}
# The form asks for the report: it is no report itself.
_NO_ACT = ("report_form",)
_ELSEWHERE = {
    "invite": "arflow review invite REVIEW --send",
    "request_advice": "arflow review request-advice REVIEW --send",
    "circulate": "arflow review circulate REVIEW --send",
    "chaser": "arflow review chase REVIEW --send",
    "acknowledgement": "arflow inbox run",
    "institution_consultation": "arflow letter make REVIEW institution_consultation --to PERSON --output FILE",
}


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
    also = [one for one in copies(app, review.plan, issuing.to) if one.person.id not in {r.person.id for r in required}]
    enclosed = enclosed_with(review.plan, letter, issuing, desk)
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


def _act(review: AnnualReview, letter: Letter, issuing: Issuing) -> SendingReviewAct | None:
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
    act: SendingReviewAct = _ACTS[letter.step](skip_reason=issuing.skip_reason)
    return act


def _check_can_come(app: "Arflow", review: AnnualReview, letter: Letter, act: SendingReviewAct | None) -> None:
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
    case, files = case_of(app, review.id, again=issuing.again), files_of(enclosed, review.plan)
    meeting = meeting_of(app, review.id) if review.planned_meeting else None
    words = words_of(letter, enclosed, issuing, review.plan, family=family)
    if letter.has(PROGRESS):
        words["outcomes"] = found_by_the_meeting(app, lambda: desk.documents, review).wording

    def write(to: Addressed, required: bool) -> Message:
        form = report_form_to(app, desk, review.id, to) if letter.id in _NO_ACT else WithLetter()
        enclosed = {"enclosures": (*words["enclosures"], *form.enclosures)}
        said = facts(case, to, desk.papers, meeting, **(words | enclosed))
        return message(app, desk, letter.id, said, to, attachments=(*files, *form.attachments), required=required)

    return write


def _key(app: "Arflow", review: AnnualReview, letter: Letter, act: SendingReviewAct | None) -> str:
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
