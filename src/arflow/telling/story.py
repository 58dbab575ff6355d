"""The audit trail: events told in plain English, each with both dates, who, what shows it, and the citation. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Literal

import msgspec

from arflow.case import review as reviews
from arflow.events import (
    AnyEvent,
    AsideEvent,
    ConductRecorded,
    DocumentDisposed,
    Event,
    LatenessExplained,
    LocalStepRecorded,
    PaperReceived,
    PeopleErased,
    PlanFactCorrected,
    PlanTextKept,
    ReviewEvent,
    ReviewOpened,
    StepCorrected,
    StepVoided,
    WorkflowMigrated,
)
from arflow.law.london import day_in_london
from arflow.law.workflow import Workflow
from arflow.telling.proceeding_sentences import CITATIONS
from arflow.telling.sentences import Teller, sentence, words

# Entered more than this many days after it happened, an act stands out as back-dated.
LATE_AFTER_DAYS = 7
PASSED_OVER = "expected steps passed over: "
_PLAN_CITATIONS = {
    "PlanTransferredIn": "SEND Regs 2014 r.15(2)",
    "FamilyToldOfTransfer": "SEND Regs 2014 r.15(4)",
    "FamilyToldOfMove": "SEND Regs 2014 r.15(4)",
    "PlanTakenOver": "SEND Regs 2014 r.15(3)(a)",
    "MoveAwayLearned": "SEND Regs 2014 r.15(2)",
    "PlanTransferredOut": "SEND Regs 2014 r.15(2)",
    "DetentionStarted": "CFA 2014 s.70(1)",
    "MonitoringMeetingHeld": "Code ch.10",
    "ReleasedFromDetention": "CFA 2014 s.48",
    "ReassessmentStarted": "CFA 2014 s.44(2)-(3)",
    "ReassessmentEnded": "CFA 2014 s.44(2)-(3)",
    "PlanNoticeSent": "SEND Regs 2014 r.28, r.22(2)",
    "PlanNoticeSentAgain": "SEND Regs 2014 r.28, r.22(2)",
    "PlanRepresentationsReceived": "SEND Regs 2014 r.28, r.22(2)(c)",
    "PlanAmended": "SEND Regs 2014 r.28, r.44; Code 9.198",
    "PlanNotAmended": "SEND Regs 2014 r.28, r.22(4)",
    "TermlyListSent": "Code 9.172",
    "TermListGiven": "Code 9.172",
    "PlanCeased": "CFA 2014 s.45",
    "PlanRevived": "CFA 2014 s.45(4)(b)",
    "PlanReviewCompleted": "CFA 2014 s.44(1)(b)",
    "InstitutionRequested": "SEND Regs 2014 r.22(2)(b), (c)(ii); CFA 2014 s.38(2)(b)(ii)",
    "InstitutionConsulted": "CFA 2014 ss.39(2), 40(3)",
    "ConsultationAnswered": "CFA 2014 ss.39(2)-(4), 40(3); Code 9.83",
    "ConsultationWithdrawn": "CFA 2014 ss.39(2), 40(3)",
    "TransferDealtWith": "SEND Regs 2014 r.18",
    "TransferExpected": "SEND Regs 2014 r.18",
    "YoungPersonFromSet": "CFA 2014 s.83",
    "ParentContactAgreed": "CFA 2014 s.83",
    "DocumentDisposed": "UK GDPR art.5(1)(e)",
    "PeopleErased": "UK GDPR art.5(1)(e)",
    **CITATIONS,
}

_ASIDE_CITATIONS = {
    "InvitationAnswered": "SEND Regs 2014 r.20(2), r.21(2)",
    "AdviceChased": "SEND Regs 2014 r.20(4), r.21(4)",
    "ConductRecorded": "SEND Regs 2014 r.19, r.20(5)-(6), r.21(5)-(6)",
    "AmendmentsProposed": "SEND Regs 2014 r.22(2)(a)",
    "ReviewPaused": "SEND Regs 2014 rr.20-22 know no pause",
}


# What may stand out: entered long after the day, corrected or taken back since, or itself a correction or a voiding,
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


def about(review: str, events: Iterable[tuple[int, AnyEvent]]) -> list[tuple[int, AnyEvent]]:
    """The events of a case that tell the story of a review: its own, and those of the plan about its papers and people.

    They stay in the order of the log. None if the review has no event of its own among them.
    """
    found, stream = list(events), reviews.stream(review)
    own = [event for _, event in found if event.originator_id == stream]
    if not own:
        return []
    named = {reference for event in own for reference in event.references}
    people = {person for event in own for person in _people(event)}
    told = []
    for position, event in found:
        if event.originator_id == stream:
            told.append((position, event))
        elif _concerns(event, review, named, people):
            named |= set(event.references)
            people |= set(_people(event))
            told.append((position, event))
    return told


def _people(event: Event) -> tuple[str, ...]:
    """Whom an event names: one person, or several."""
    one = getattr(event, "person", None)
    return (*getattr(event, "people", ()), *((one,) if one else ()))


def _concerns(event: Event, review: str, named: set[str], people: set[str]) -> bool:
    """Whether something recorded of the plan is about a review, which names these papers and documents, and these people.

    A paper that came for no review in particular is that of each which refers to one of its files.
    """
    match event:
        case PaperReceived():
            return (
                review == event.review
                or event.paper in named
                or not (event.review or named.isdisjoint(event.documents))
            )
        case LatenessExplained():
            return review == event.review
        case PlanTextKept():
            return review == event.review or event.document in named
        case DocumentDisposed():
            return event.document in named
        case PeopleErased():
            return not people.isdisjoint(event.people)
        case _:
            return False


def tell(events: Iterable[tuple[int, AnyEvent]], teller: Teller) -> Iterator[Line]:
    """Each event (with its position in the log) as a line, in the order of the log."""
    found = list(events)
    corrected = {(e.originator_id, e.corrects) for _, e in found if isinstance(e, StepCorrected | PlanFactCorrected)}
    voided = set(_voided(event for _, event in found))
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
            text=sentence(event, teller),
            citation=_citation(event, workflows.get(event.originator_id)),
            evidence=event.evidence,
            marks=tuple(mark for _, mark in marks),
            kinds=tuple(kind for kind, _ in marks),
        )


def _voided(events: Iterable[Event]) -> Iterator[tuple[str, int]]:
    """The place of each entry that was taken back: the acts voided, and with a meeting how it went."""
    conduct: dict[str, list[int]] = {}
    for event in events:
        if isinstance(event, ConductRecorded):
            conduct.setdefault(event.originator_id, []).append(event.originator_version)
        elif isinstance(event, StepVoided):
            yield event.originator_id, event.voids
            if event.voided_step == "hold":
                yield from ((event.originator_id, version) for version in conduct.pop(event.originator_id, ()))


def _citation(event: Event, workflow: Workflow | None) -> str:
    if not isinstance(event, ReviewEvent):
        return _PLAN_CITATIONS.get(event.name, "")
    step = event.local_step if isinstance(event, LocalStepRecorded) else event.step
    if workflow is None:
        return ""
    if isinstance(event, AsideEvent):
        return _ASIDE_CITATIONS.get(event.name, "")
    if isinstance(event, ReviewOpened):
        return workflow.kinds[event.kind].citation
    return workflow.step_by_id[step].citation if step in workflow.step_by_id else ""


def _marks(event: Event, teller: Teller, *, corrected: bool, voided: bool) -> Iterator[tuple[MarkKind, str]]:
    late = (day_in_london(event.recorded_at) - event.on).days
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
        yield "skipped", f"{PASSED_OVER}{words(event.skip_reason, teller)}"
