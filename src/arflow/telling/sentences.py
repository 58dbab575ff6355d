"""What each event says in a plain English sentence, without its day. Pure."""

from collections.abc import Callable

import msgspec

from arflow.events import (
    AdviceCirculated,
    AdviceReceived,
    AdviceRequested,
    AmendmentNoticeSent,
    AmendmentNoticeSentAgain,
    AmendmentNoticeWithdrawn,
    AnyEvent,
    AnyPlanEvent,
    AnyReviewEvent,
    AnyTransferEvent,
    AppealDetermined,
    AsideEvent,
    CoordinatorChanged,
    DecidedNotToAmend,
    DecisionChanged,
    DecisionMade,
    DecisionNotified,
    DetentionStarted,
    DocumentDisposed,
    FinalPlanIssued,
    FinalPlanReissued,
    InvitationsSent,
    LatenessExplained,
    LocalStepRecorded,
    MeetingHeld,
    MeetingPostponed,
    MeetingScheduled,
    MoreTimeAgreed,
    PaperReceived,
    ParentContactAgreed,
    PeopleErased,
    PlanAdded,
    PlanAmended,
    PlanDutySeen,
    PlanEvent,
    PlanFactCorrected,
    PlanNotAmended,
    PlanNoticeSent,
    PlanNoticeSentAgain,
    PlanReviewClosed,
    PlanReviewCompleted,
    PlanReviewCompletionWithdrawn,
    PlanReviewOpened,
    PlanTextKept,
    ProceedingEvent,
    ReassessmentEnded,
    ReportSent,
    ReturnFactsImported,
    ReviewCancelled,
    ReviewOpened,
    ReviewSuperseded,
    SettingChanged,
    StepCorrected,
    StepVoided,
    TermListGiven,
    TermlyListSent,
    WorkflowMigrated,
    YearGroupChanged,
    YoungPersonFromSet,
)
from arflow.law.workflow import Workflow
from arflow.telling import aside_sentences, proceeding_sentences, transfer_sentences
from arflow.telling.aside_sentences import papers, roles, seen
from arflow.words import counted, in_words


class Teller(msgspec.Struct, frozen=True, kw_only=True):
    """What telling needs: definitions for citations, names of officers, and the words behind digests."""

    workflow_of: Callable[[str], Workflow]
    officer: Callable[[str], str]
    note: Callable[[str], str | None]


def words(digest: str, teller: Teller) -> str:
    """The words behind a digest, or that they have been erased."""
    return teller.note(digest) or f"(words erased; digest {digest[:12]}…)"


_Sent = (
    AdviceCirculated
    | ReportSent
    | DecisionNotified
    | AmendmentNoticeSent
    | AmendmentNoticeSentAgain
    | DecisionChanged
    | FinalPlanReissued
    | FinalPlanIssued
    | DecidedNotToAmend
    | PlanNoticeSent
    | PlanNoticeSentAgain
    | PlanAmended
    | PlanNotAmended
)


def _sent(event: _Sent, to: str = "") -> str:
    """To how many something was sent, how, and with how many papers; `to` says to whom where nobody is named."""
    people = f" to {counted(len(event.people), 'person', 'people')}" if event.people else to
    return f"{people}{_how(event)}{papers(event.documents)}"


def _incomplete(reason: str | None, teller: Teller) -> str:
    """Why a final plan went though it had not been found complete."""
    return f"; not found complete: {words(reason, teller)}" if reason else ""


def _served(
    event: PlanNoticeSent
    | PlanNoticeSentAgain
    | PlanFactCorrected
    | InvitationsSent
    | AmendmentNoticeSent
    | AmendmentNoticeSentAgain
    | StepCorrected,
) -> str:
    return f", served {event.served_on}" if event.served_on else ""


def _how(event: _Sent | AdviceRequested) -> str:
    """The channel; nothing where an earlier arflow recorded none, which reads as email to nobody named."""
    return f" by {event.channel}" if event.people or event.channel != "email" else ""


def _act(step: str, number: int) -> str:
    return f"{in_words(step).capitalize()} (event {number})"


def sentence(event: AnyEvent, teller: Teller) -> str:
    """What happened, in a sentence without its day."""
    if isinstance(event, PlanEvent):
        return _of_plan(event, teller)
    if isinstance(event, AsideEvent):
        return aside_sentences.sentence(event, lambda digest: words(digest, teller))
    return _of_review(event, teller)


def _late(event: LatenessExplained, teller: Teller) -> str:
    of = f" of review {event.review}" if event.review else f" of event {event.proceeding}" if event.proceeding else ""
    remedy = f"; remedy: {in_words(event.remedy)}" if event.remedy else ""
    more = f"; {words(event.reason, teller)}" if event.reason else ""
    because = f"{in_words(event.because)} (cause: {in_words(event.cause)}){remedy}{more}"
    return f"Why {in_words(event.duty)}{of}, due {event.due}, was late: {because}"


def _of_plan(event: AnyPlanEvent, teller: Teller) -> str:
    if isinstance(event, AnyTransferEvent):
        return transfer_sentences.sentence(event, lambda digest: words(digest, teller))
    match event:
        case PlanAdded():
            made = f"first made {event.first_made}" if event.first_made else "first made on a day not known"
            doubt = "" if event.first_made_quality == "known" else f" ({event.first_made_quality})"
            reviewed = f", last reviewed {event.last_reviewed}" if event.last_reviewed else ""
            met = event.undecided_meeting
            undecided = f", decision on the meeting of {met} not known" if met else ""
            return f"Plan put under arflow: {made}{doubt}{reviewed}{undecided}"
        case SettingChanged():
            return f"Setting is now {event.setting or 'none'}"
        case YearGroupChanged():
            return f"National Curriculum year is now {event.nc_year}"
        case CoordinatorChanged():
            return f"Case held by {teller.officer(event.coordinator) if event.coordinator else 'nobody'}"
        case YoungPersonFromSet():
            return f"Young person holds the rights from {event.young_person_from}"
        case ParentContactAgreed():
            agreed = (
                "agreed that a parent is written to" if event.agreed else "no longer agrees that a parent is written to"
            )
            return f"The young person {agreed}: {event.person}"
        case DetentionStarted():
            return "Recalled by the Secretary of State" if event.under == "recall" else "Detained by order of a court"
        case ReassessmentEnded():
            stood = event.stands_for_review and event.reason
            return "Re-assessment ended" + (
                f", standing in for the review: {words(event.reason or '', teller)}" if stood else ""
            )
        case PlanNoticeSent() | PlanNoticeSentAgain():
            return f"{_PLAIN[event.name]}{_sent(event)}{_served(event)}"
        case PlanNotAmended():
            return f"{_PLAIN[event.name]}{_sent(event)}"
        case PlanAmended():
            issued = f"Amended plan issued{_sent(event)} ({in_words(event.because)}); the 12 months go on"
            return issued + _incomplete(event.reason, teller)
        case TermlyListSent():
            return f"On the list for the term that starts {event.term_start}"
        case TermListGiven():
            whom = f"setting {event.setting}" if event.setting else in_words(event.role)
            return f"List for the term that starts {event.term_start} sent to {whom} by {event.channel}"
        case PlanFactCorrected():
            to = event.to or ("not known" if event.quality == "missing" else "never happened")
            corrected = f"{in_words(event.fact).capitalize()} corrected to {to}{_served(event)}"
            return f"{corrected}: {words(event.reason, teller)}"
        case ReturnFactsImported():
            return f"Facts of the SEN2 return of {event.year} imported (digest {event.digest[:12]}…)"
        case ProceedingEvent():
            return proceeding_sentences.sentence(event, lambda digest: words(digest, teller))
        case PlanTextKept():
            review = f", as review {event.review} left it" if event.review else ""
            return f"Text of the plan kept (digest {event.document[:12]}…){review}"
        case PaperReceived():
            sender = roles([event.role]) if event.role else "somebody not known"
            files = f" ({counted(len(event.documents), 'file')})" if event.documents else ""
            review = f" for review {event.review}" if event.review else ""
            return f"Paper {event.paper} received by {event.channel} from {sender}{files}{review}"
        case PlanDutySeen():
            return seen(event)
        case LatenessExplained():
            return _late(event, teller)
        case DocumentDisposed():
            return f"Document {event.document[:12]}… destroyed under {event.rule}: {words(event.reason, teller)}"
        case PeopleErased():
            people = counted(len(event.people), "person", "people")
            return f"Names and contacts of {people} erased: {words(event.reason, teller)}"
        case PlanReviewOpened():
            return f"Review {event.review} opened ({in_words(event.kind)})"
        case PlanReviewCompleted():
            return (
                f"Review {event.review} completed: a new 12 months start"
                if event.resets_clock
                else f"Review {event.review} completed"
            )
        case PlanReviewCompletionWithdrawn():
            return f"Completion of {event.review} withdrawn"
        case PlanReviewClosed():
            return f"Review {event.review} {in_words(event.why)}"
        case _:
            return _PLAIN[event.name]


def _of_review(event: AnyReviewEvent, teller: Teller) -> str:
    match event:
        case ReviewOpened():
            planned = f", meeting planned for {event.meeting_on}" if event.meeting_on else ""
            reason = f": {words(event.reason, teller)}" if event.reason else ""
            return f"{in_words(event.kind).capitalize()} review opened under {event.workflow}{planned}{reason}"
        case MeetingScheduled():
            return f"Meeting planned for {event.meeting_on}"
        case MeetingPostponed():
            return f"Meeting postponed to {event.meeting_on}: {words(event.reason, teller)}"
        case InvitationsSent():
            return f"Invited by {event.channel}: {roles(event.roles)}{_served(event)}"
        case AdviceRequested():
            return f"Advice requested{_how(event)} from {roles(event.roles)}"
        case AdviceReceived():
            answer = "nothing_to_add" if event.nothing_to_add else event.answer
            said = "" if answer == "advice" else f": {in_words(answer)}"
            return f"Advice received from {roles([event.role])}{said}{papers(event.documents)}"
        case AdviceCirculated():
            return f"Advice circulated{_sent(event, ' to everyone invited')}"
        case MeetingHeld():
            first = f", adjourned from {event.first_met_on}" if event.first_met_on else ""
            there = f"; there: {roles(event.attended)}" if event.attended else ""
            return f"Meeting held{first}{there}"
        case ReportSent():
            recommends = f", recommending to {event.recommendation} the plan" if event.recommendation else ""
            differs = f"; differing views: {roles(event.differing)}" if event.differing else ""
            return f"Report sent{_sent(event, ' to everyone invited')}{recommends}{differs}"
        case DecisionMade():
            return f"Decided to {event.outcome} the plan"
        case AmendmentNoticeSent() | AmendmentNoticeSentAgain():
            return f"{_PLAIN[event.name]}{_sent(event)}{_served(event)}"
        case AmendmentNoticeWithdrawn():
            return f"Proposed amendments withdrawn: {words(event.reason, teller)}"
        case MoreTimeAgreed():
            return f"More time for representations agreed, until {event.agreed_until}"
        case DecisionChanged():
            return (
                f"Decision changed, to {event.outcome} the plan, and told{_sent(event)}: {words(event.reason, teller)}"
            )
        case FinalPlanReissued():
            return f"Final plan sent once more{_sent(event)}: {words(event.reason, teller)}"
        case DecisionNotified() | FinalPlanIssued() | DecidedNotToAmend():
            sent, why = _sent(event), event.reason if isinstance(event, FinalPlanIssued) else None
            return f"{_PLAIN[event.name]}{f': sent{sent}' if sent else ''}{_incomplete(why, teller)}"
        case AppealDetermined():
            return f"Appeal ended: {in_words(event.ended)}"
        case LocalStepRecorded():
            return f"{in_words(event.local_step).capitalize()} done"
        case ReviewCancelled():
            return f"Review cancelled: {words(event.reason, teller)}"
        case ReviewSuperseded():
            return f"Gave way to review {event.by}"
        case StepCorrected():
            act = _act(event.corrected_step, event.corrects)
            if event.meeting_on:
                return f"Planned day of the meeting corrected to {event.meeting_on}: {words(event.reason, teller)}"
            return f"{act} corrected to {event.to}{_served(event)}: {words(event.reason, teller)}"
        case StepVoided():
            return f"{_act(event.voided_step, event.voids)} voided: {words(event.reason, teller)}"
        case WorkflowMigrated():
            return f"Moved to {event.workflow}: {words(event.reason, teller)}"
        case _:
            return _PLAIN[event.name]


_PLAIN = {
    "MonitoringMeetingHeld": "Monitoring meeting held during detention",
    "ReleasedFromDetention": "Released from detention",
    "ReassessmentStarted": "Re-assessment began",
    "PlanNoticeSent": "Notice of amendments proposed without a review sent",
    "PlanNoticeSentAgain": "Notice of other amendments in their place sent",
    "PlanRepresentationsReceived": "Representations received on the amendments proposed without a review",
    "PlanNotAmended": "Decided not to make the amendments proposed without a review, with reasons given",
    "PlanCeased": "Plan ceased",
    "PlanRevived": "Plan maintained again: an appeal against ceasing is to be heard",
    "DecisionNotified": "Family and setting notified of the decision",
    "AmendmentNoticeSent": "Notice of proposed amendments sent",
    "AmendmentNoticeSentAgain": "Notice of other amendments in their place sent",
    "RepresentationsReceived": "Representations received",
    "FinalPlanIssued": "Final amended plan issued",
    "DecidedNotToAmend": "Decided not to amend, with reasons given",
    "PlanCeasedAfterReview": "Plan ceased after the review",
    "AppealLodged": "Appeal made to the Tribunal",
    "AppealAdmitted": "Tribunal admitted the appeal, which was made out of time",
    "MediationCertificateIssued": "Mediation certificate given",
    "ReviewConcluded": "Review concluded",
    "ReviewPassedOn": "Closed: the plan went to another authority, which has the review's duties from this day",
    "ReviewEndedWithPlan": "Closed: the plan ceased",
}
