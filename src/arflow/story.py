"""The audit trail: events told in plain English, each with both dates, who, what shows it, and the citation. Pure."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from arflow.events import (
    AdviceCirculated,
    AdviceReceived,
    AdviceRequested,
    AmendmentNoticeSent,
    AnyEvent,
    AppealDetermined,
    CoordinatorChanged,
    DecisionMade,
    Event,
    InvitationsSent,
    LocalStepRecorded,
    MeetingHeld,
    MeetingPostponed,
    MeetingScheduled,
    PlanAdded,
    PlanAmended,
    PlanFactCorrected,
    PlanReviewClosed,
    PlanReviewCompleted,
    PlanReviewCompletionWithdrawn,
    PlanReviewOpened,
    PlanTransferredIn,
    PlanTransferredOut,
    ReassessmentEnded,
    ReturnFactsImported,
    ReviewCancelled,
    ReviewEvent,
    ReviewOpened,
    ReviewSuperseded,
    SettingChanged,
    StepCorrected,
    StepVoided,
    TermlyListSent,
    TransferExpected,
    WorkflowMigrated,
    YearGroupChanged,
    YoungPersonFromSet,
)
from arflow.workflow import Workflow

LONDON = ZoneInfo("Europe/London")
# Entered more than this many days after it happened, an act stands out as back-dated.
LATE_AFTER_DAYS = 7
PASSED_OVER = "expected steps passed over: "
_PLAN_CITATIONS = {
    "PlanTransferredIn": "SEND Regs 2014 r.15(2)",
    "FamilyToldOfTransfer": "SEND Regs 2014 r.15(4)",
    "PlanTransferredOut": "SEND Regs 2014 r.15(2)",
    "DetentionStarted": "CFA 2014 s.70(1)",
    "ReleasedFromDetention": "CFA 2014 s.48",
    "ReassessmentStarted": "CFA 2014 s.44(2)-(3)",
    "ReassessmentEnded": "CFA 2014 s.44(2)-(3)",
    "PlanAmended": "SEND Regs 2014 r.28, r.44; Code 9.198",
    "TermlyListSent": "Code 9.172",
    "PlanCeased": "CFA 2014 s.45",
    "PlanReviewCompleted": "CFA 2014 s.44(1)(b)",
    "TransferExpected": "SEND Regs 2014 r.18",
    "YoungPersonFromSet": "CFA 2014 s.83",
}


# What may stand out: entered long after the day, put right or taken back since, or itself a correction or a voiding,
# or passing over steps that were expected.
MarkKind = Literal["late", "corrected", "voided", "correction", "voiding", "skipped"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One event told: `marks` say what stands out, and `kinds` which kind each of them is of."""

    number: int
    position: int
    case: str
    on: date
    recorded_at: datetime
    recorded_by: str
    event: str
    text: str
    citation: str
    evidence: str | None
    marks: tuple[str, ...]
    kinds: tuple[MarkKind, ...]


class Teller(msgspec.Struct, frozen=True, kw_only=True):
    """What telling needs: definitions for citations, names of officers, and the words behind digests."""

    workflow_of: Callable[[str], Workflow]
    officer: Callable[[str], str]
    note: Callable[[str], str | None]


def tell(events: Iterable[tuple[int, AnyEvent]], teller: Teller) -> Iterator[Line]:
    """Each event (with its position in the log) as a line, in the order of the log."""
    found = list(events)
    corrected = {(e.originator_id, e.corrects) for _, e in found if isinstance(e, StepCorrected | PlanFactCorrected)}
    voided = {(e.originator_id, e.voids) for _, e in found if isinstance(e, StepVoided)}
    workflows: dict[str, Workflow] = {}
    for position, event in found:
        if isinstance(event, ReviewOpened | WorkflowMigrated):
            workflows[event.originator_id] = teller.workflow_of(event.workflow)
        place = (event.originator_id, event.originator_version)
        marks = list(_marks(event, teller, corrected=place in corrected, voided=place in voided))
        yield Line(
            number=event.originator_version,
            position=position,
            case=event.originator_id.partition("/")[2],
            on=event.on,
            recorded_at=event.recorded_at,
            recorded_by=teller.officer(event.recorded_by),
            event=event.name,
            text=_text(event, teller),
            citation=_citation(event, workflows.get(event.originator_id)),
            evidence=event.evidence,
            marks=tuple(mark for _, mark in marks),
            kinds=tuple(kind for kind, _ in marks),
        )


def _citation(event: Event, workflow: Workflow | None) -> str:
    if not isinstance(event, ReviewEvent):
        return _PLAN_CITATIONS.get(event.name, "")
    step = event.local_step if isinstance(event, LocalStepRecorded) else event.step
    if workflow is None:
        return ""
    if isinstance(event, ReviewOpened):
        return workflow.kinds[event.kind].citation
    return workflow.step_by_id[step].citation if step in workflow.step_by_id else ""


def _marks(event: Event, teller: Teller, *, corrected: bool, voided: bool) -> Iterator[tuple[MarkKind, str]]:
    late = (event.recorded_at.astimezone(LONDON).date() - event.on).days
    if late > LATE_AFTER_DAYS:
        yield "late", f"entered {late} days later"
    if corrected:
        yield "corrected", "corrected since"
    if voided:
        yield "voided", "voided since"
    if isinstance(event, StepCorrected | PlanFactCorrected):
        yield "correction", "correction"
    if isinstance(event, StepVoided):
        yield "voiding", "voiding"
    if isinstance(event, ReviewEvent) and event.skip_reason:
        yield "skipped", f"{PASSED_OVER}{_words(event.skip_reason, teller)}"


def _words(digest: str, teller: Teller) -> str:
    return teller.note(digest) or f"(words erased; digest {digest[:12]}…)"


def _roles(roles: Iterable[str]) -> str:
    return ", ".join(role.replace("_", " ") for role in roles) or "nobody named"


def _act(step: str, number: int) -> str:
    return f"{step.replace('_', ' ').capitalize()} (event {number})"


def _text(event: AnyEvent, teller: Teller) -> str:
    """What happened, in a sentence without its day."""
    match event:
        case PlanAdded():
            made = f"first made {event.first_made}" if event.first_made else "first made on a day not known"
            doubt = "" if event.first_made_quality == "known" else f" ({event.first_made_quality})"
            reviewed = f", last reviewed {event.last_reviewed}" if event.last_reviewed else ""
            return f"Plan put under arflow: {made}{doubt}{reviewed}"
        case SettingChanged():
            return f"Setting is now {event.setting or 'none'}"
        case YearGroupChanged():
            return f"National Curriculum year is now {event.nc_year}"
        case CoordinatorChanged():
            return f"Case held by {teller.officer(event.coordinator) if event.coordinator else 'nobody'}"
        case TransferExpected():
            kind = (event.transfer or "").replace("_", " ")
            return f"Transfer expected: {kind} on {event.transfer_on}" if kind else "No transfer expected any longer"
        case YoungPersonFromSet():
            return f"Young person holds the rights from {event.young_person_from}"
        case PlanTransferredIn():
            return f"Plan came from another authority{f' ({event.from_la})' if event.from_la else ''}"
        case PlanTransferredOut():
            return f"Plan went to another authority{f' ({event.to_la})' if event.to_la else ''}"
        case ReassessmentEnded():
            stood = event.stands_for_review and event.reason
            return "Re-assessment ended" + (
                f", standing in for the review: {_words(event.reason or '', teller)}" if stood else ""
            )
        case PlanAmended():
            return f"Amended plan issued ({event.because.replace('_', ' ')}); the 12 months go on"
        case TermlyListSent():
            return f"On the list for the term that starts {event.term_start}"
        case PlanFactCorrected():
            to = event.to or ("not known" if event.quality == "missing" else "never happened")
            return f"{event.fact.replace('_', ' ').capitalize()} corrected to {to}: {_words(event.reason, teller)}"
        case ReturnFactsImported():
            return f"Facts of the SEN2 return of {event.year} imported (digest {event.digest[:12]}…)"
        case PlanReviewOpened():
            return f"Review {event.review} opened ({event.kind.replace('_', ' ')})"
        case PlanReviewCompleted():
            return (
                f"Review {event.review} completed: a new 12 months start"
                if event.resets_clock
                else f"Review {event.review} completed"
            )
        case PlanReviewCompletionWithdrawn():
            return f"Completion of {event.review} withdrawn"
        case PlanReviewClosed():
            return f"Review {event.review} {event.why}"
        case ReviewOpened():
            planned = f", meeting planned for {event.meeting_on}" if event.meeting_on else ""
            return f"{event.kind.replace('_', ' ').capitalize()} review opened under {event.workflow}{planned}"
        case MeetingScheduled():
            return f"Meeting planned for {event.meeting_on}"
        case MeetingPostponed():
            return f"Meeting postponed to {event.meeting_on}: {_words(event.reason, teller)}"
        case InvitationsSent():
            return f"Invited by {event.channel}: {_roles(event.roles)}"
        case AdviceRequested():
            return f"Advice requested from {_roles(event.roles)}"
        case AdviceReceived():
            return f"Advice received from {_roles([event.role])}" + (": nothing to add" if event.nothing_to_add else "")
        case AdviceCirculated():
            papers = f" ({len(event.documents)} papers)" if event.documents else ""
            return f"Advice circulated to everyone invited{papers}"
        case MeetingHeld():
            first = f", adjourned from {event.first_met_on}" if event.first_met_on else ""
            there = f"; there: {_roles(event.attended)}" if event.attended else ""
            return f"Meeting held{first}{there}"
        case DecisionMade():
            return f"Decided to {event.outcome} the plan"
        case AmendmentNoticeSent():
            served = f", served {event.served_on}" if event.served_on else ""
            return f"Notice of proposed amendments sent{served}"
        case AppealDetermined():
            return f"Appeal ended: {event.ended}"
        case LocalStepRecorded():
            return f"{event.local_step.replace('_', ' ').capitalize()} done"
        case ReviewCancelled():
            return f"Review cancelled: {_words(event.reason, teller)}"
        case ReviewSuperseded():
            return f"Gave way to review {event.by}"
        case StepCorrected():
            act = _act(event.corrected_step, event.corrects)
            return f"{act} corrected to {event.to}: {_words(event.reason, teller)}"
        case StepVoided():
            return f"{_act(event.voided_step, event.voids)} voided: {_words(event.reason, teller)}"
        case WorkflowMigrated():
            return f"Moved to {event.workflow}: {_words(event.reason, teller)}"
        case _:
            return _PLAIN[event.name]


_PLAIN = {
    "FamilyToldOfTransfer": "Family told of the transfer and of the next review",
    "DetentionStarted": "Detained by order of a court",
    "ReleasedFromDetention": "Released from detention",
    "ReassessmentStarted": "Re-assessment began",
    "PlanCeased": "Plan ceased",
    "ReportSent": "Report sent to everyone invited",
    "DecisionNotified": "Family and setting notified of the decision",
    "RepresentationsReceived": "Representations received",
    "FinalPlanIssued": "Final amended plan issued",
    "DecidedNotToAmend": "Decided not to amend, with reasons given",
    "PlanCeasedAfterReview": "Plan ceased after the review",
    "AppealLodged": "Appeal made to the Tribunal",
    "MediationCertificateIssued": "Mediation certificate given",
    "ReviewConcluded": "Review concluded",
}
