"""The Plan aggregate: one EHC plan's 12-month clock, placement, coordinator and phase, folded from its events."""

from datetime import date
from typing import Any, assert_never

import msgspec

from arflow.case import proceedings
from arflow.case.consultations import Consultation, Request, after, requests_after
from arflow.case.facts import Fact, Spell, corrected, corrected_amendment
from arflow.case.plan_records import Completion, Considered, Dealing, Explained, Late, dealings_after, late
from arflow.case.proceedings import Proceeding
from arflow.events import (
    AnyPlanEvent,
    CeasingConsidered,
    ConsultationAnswered,
    ConsultationWithdrawn,
    CoordinatorChanged,
    DetentionStarted,
    DocumentDisposed,
    DutySight,
    FamilyToldOfMove,
    FamilyToldOfTransfer,
    InstitutionConsulted,
    InstitutionRequested,
    LatenessExplained,
    MonitoringMeetingHeld,
    MoveAwayLearned,
    PaperReceived,
    ParentContactAgreed,
    PeopleErased,
    PlanAdded,
    PlanAmended,
    PlanCeased,
    PlanDutySeen,
    PlanEvent,
    PlanFactCorrected,
    PlanNotAmended,
    PlanNoticeSent,
    PlanNoticeSentAgain,
    PlanRepresentationsReceived,
    PlanReviewClosed,
    PlanReviewCompleted,
    PlanReviewCompletionWithdrawn,
    PlanReviewOpened,
    PlanRevived,
    PlanTakenOver,
    PlanTextKept,
    PlanTransferredIn,
    PlanTransferredOut,
    ProceedingEvent,
    ReassessmentEnded,
    ReassessmentStarted,
    ReleasedFromDetention,
    ReturnFactsImported,
    SettingChanged,
    TermListGiven,
    TermlyListSent,
    TransferDealtWith,
    TransferExpected,
    TransferKind,
    YearGroupChanged,
    YoungPersonFromSet,
)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One EHC plan as its events leave it; days that may be corrected are facts."""

    ref: str
    version: int
    first_made: Fact
    last_reviewed: Fact | None = None
    undecided_meeting: date | None = None
    setting: str | None = None
    setting_left: Fact | None = None  # since when there is none
    moved: Fact | None = None  # when the setting was last taken up or left
    nc_year: int | None = None
    coordinator: str | None = None
    transfer: TransferKind | None = None
    transfer_on: Fact | None = None
    requests: tuple[Request, ...] = ()
    consultations: tuple[Consultation, ...] = ()
    dealings: tuple[Dealing, ...] = ()
    young_person_from: Fact | None = None
    agreed: frozenset[str] = frozenset()  # the parents whom a young person agreed to have written to, by id
    transferred_in: Fact | None = None
    told_of_transfer: Fact | None = None
    proposes_assessment: bool | None = None  # what the family was told then (SEND Regs 2014 r.15(4)(b)-(c))
    proposes_review_on: date | None = None
    taken_over_from: str | None = None  # the SHA-256, in hex, of the hand-over file
    aware_of_move: Fact | None = None
    moves_on: Fact | None = None
    transferred_out: Fact | None = None
    detained: Fact | None = None
    released: Fact | None = None
    earlier_detentions: tuple[Spell, ...] = ()
    monitored: tuple[Fact, ...] = ()
    reassessment_started: Fact | None = None
    stood: tuple[Fact, ...] = ()  # re-assessments that stand for a review by their record
    amended: tuple[Fact, ...] = ()
    # The last amendment proposed without a review, from its notice to its end (SEND Regs 2014 r.28): see plan_amendments.py.
    plan_notice: int | None = None  # the version of the event of its notice
    plan_notice_sent: Fact | None = None
    plan_notice_served_on: date | None = None
    plan_notice_sent_again: Fact | None = None
    plan_notice_again_served_on: date | None = None
    plan_represented: bool = False  # since the last notice
    plan_no_more: bool = False
    plan_amended: Fact | None = None
    plan_not_amended: Fact | None = None
    listed: dict[date, Fact] = {}
    told_of_term: dict[date, dict[str, date]] = {}  # since when who has the list of a term: see acts/of_term_lists.py
    ceased: Fact | None = None
    ceased_by: str | None = None  # the review whose decision it was
    ceasing_considered: tuple[Considered, ...] = ()
    proceedings: tuple[Proceeding, ...] = ()
    completions: tuple[Completion, ...] = ()
    interims: tuple[Completion, ...] = ()  # held beside the annual reviews (Code 9.178)
    open_reviews: dict[str, str] = {}
    reviews: dict[
        str, str
    ] = {}  # annual reviews and their kinds, in the order they were opened, none that was cancelled
    text: str | None = None  # the SHA-256, in hex, of the plan's text as it stands
    seen: frozenset[tuple[str, DutySight, date]] = frozenset()
    explained: dict[Late, Explained] = {}

    @property
    def is_maintained(self) -> bool:
        """Whether this authority still maintains the plan."""
        return self.ceased is None and self.transferred_out is None

    @property
    def is_detained(self) -> bool:
        """Whether the child or young person is detained, or recalled, now (CFA 2014 s.70)."""
        return self.detained is not None and self.released is None

    @property
    def detentions(self) -> tuple[Spell, ...]:
        """Every detention that the plan has had, the last one last; one that ended on a day nobody knows takes nothing."""
        if self.detained is None or (self.released and self.released.day is None):
            return self.earlier_detentions
        end = self.released.day if self.released else None
        return (*self.earlier_detentions, Spell(start=self.detained.day, end=end))

    @property
    def stood_in(self) -> Fact | None:
        """The last re-assessment that stands for a review by its record, on the day it ended."""
        return self.stood[-1] if self.stood else None

    def served(self, fact: str) -> date | None:
        """The day on which a notice of an amendment without a review is read as served; None for any other fact."""
        sent: Fact | None = getattr(self, fact) if fact in _SERVED else None
        return (getattr(self, _SERVED[fact]) or sent.day) if sent else None

    def open_review(self) -> str | None:
        """The review that takes the plan's one place, if any."""
        return next(iter(self.open_reviews), None)

    def rights_holder(self, on: date) -> str:
        """Who holds the rights on a day: the parent, or the young person after compulsory school age (CFA 2014 s.83)."""
        start = self.young_person_from.day if self.young_person_from else None
        return "young_person" if start and on >= start else "parent"


# The notices of an amendment without a review, each with its day of service.
_SERVED = {
    "plan_notice_sent": "plan_notice_served_on",
    "plan_notice_sent_again": "plan_notice_again_served_on",
}


def stream(ref: str) -> str:
    """The stream that holds a plan's events."""
    return f"plan/{ref}"


def _fact(event: PlanEvent, day: date | None = None) -> Fact:
    return Fact(day=day or event.on, event=event.name, version=event.originator_version, recorded_at=event.recorded_at)


def evolve(plan: Plan | None, event: AnyPlanEvent) -> Plan:
    """The plan after one more event."""
    if isinstance(event, PlanAdded):
        return _added(event)
    if plan is None:
        raise ValueError(f"{event.originator_id} does not begin with PlanAdded")
    change = _change(plan, event)
    if isinstance(event, proceedings.CONCERNED):
        change["proceedings"] = proceedings.after(plan.proceedings, event)
    return msgspec.structs.replace(plan, version=event.originator_version, **change)


def _added(event: PlanAdded) -> Plan:
    def fact(day: date | None, quality: Any = "known") -> Fact | None:
        if day is None and quality != "missing":
            return None
        found = _fact(event, day)
        return msgspec.structs.replace(found, day=day, quality=quality)

    return Plan(
        ref=event.plan,
        version=event.originator_version,
        first_made=msgspec.structs.replace(_fact(event), day=event.first_made, quality=event.first_made_quality),
        last_reviewed=fact(event.last_reviewed, event.last_reviewed_quality),
        setting=event.setting,
        nc_year=event.nc_year,
        coordinator=event.coordinator,
        transfer=event.transfer,
        transfer_on=fact(event.transfer_on),
        young_person_from=fact(event.young_person_from),
        undecided_meeting=event.undecided_meeting,
    )


def _change(plan: Plan, event: AnyPlanEvent) -> dict[str, Any]:
    match event:
        case PlanAdded():
            raise ValueError(f"{event.originator_id} is added twice")
        case SettingChanged():
            left = None if event.setting else _fact(event)
            return {"setting": event.setting, "setting_left": left, "moved": _fact(event)}
        case YearGroupChanged():
            return {"nc_year": event.nc_year}
        case CoordinatorChanged():
            return {"coordinator": event.coordinator}
        case TransferExpected():
            on = _fact(event, event.transfer_on) if event.transfer_on else None
            return {"transfer": event.transfer, "transfer_on": on}
        case InstitutionRequested():
            return {"requests": requests_after(plan.requests, event, _fact(event))}
        case InstitutionConsulted() | ConsultationAnswered() | ConsultationWithdrawn():
            return {"consultations": after(plan.consultations, event, _fact(event))}
        case TransferDealtWith():
            return {"dealings": dealings_after(plan.dealings, event, _fact(event))}
        case YoungPersonFromSet():
            return {"young_person_from": _fact(event, event.young_person_from)}
        case ParentContactAgreed():
            without = plan.agreed - {event.person}
            return {"agreed": without | {event.person} if event.agreed else without}
        case PlanTransferredIn():
            return {"transferred_in": _fact(event)} | _told(None)
        case FamilyToldOfTransfer():
            return _told(_fact(event))
        case FamilyToldOfMove():
            return _told(_fact(event), assessment=event.proposes_assessment, review_on=event.review_on)
        case PlanTakenOver():
            return {"taken_over_from": event.digest}
        case MoveAwayLearned():
            return {"aware_of_move": _fact(event), "moves_on": _fact(event, event.moves_on) if event.moves_on else None}
        case PlanTransferredOut():
            return {"transferred_out": _fact(event)}
        case DetentionStarted():
            return {"detained": _fact(event), "released": None, "earlier_detentions": plan.detentions}
        case MonitoringMeetingHeld():
            return {"monitored": (*plan.monitored, _fact(event))}
        case ReleasedFromDetention():
            return {"released": _fact(event)}
        case ReassessmentStarted():
            return {"reassessment_started": _fact(event)}
        case ReassessmentEnded():
            stood = (_fact(event),) if event.stands_for_review else ()
            return {"reassessment_started": None, "stood": plan.stood + stood}
        case PlanNoticeSent() | PlanNoticeSentAgain() | PlanRepresentationsReceived() | PlanNotAmended():
            return _without_review(event)
        case PlanAmended():
            ends = {"plan_amended": _fact(event)} if event.ends_notice else {}
            return {"amended": (*plan.amended, _fact(event)), **ends}
        case TermlyListSent():
            return {"listed": {**plan.listed, event.term_start: _fact(event)}}
        case TermListGiven():
            return {"told_of_term": _told_of_term(plan, event)}
        case PlanCeased():
            return {"ceased": _fact(event), "ceased_by": event.review}
        case PlanRevived():
            return {"ceased": None}
        case PlanFactCorrected():
            return _with_correction(plan, event)
        case ReturnFactsImported() | PaperReceived() | DocumentDisposed() | PeopleErased():
            return {}  # they speak of people and papers, which are kept beside the log: nothing of the plan changes
        case CeasingConsidered():
            found = Considered(ground=event.ground, roles=event.roles, recorded=_fact(event))
            return {"ceasing_considered": (*plan.ceasing_considered, found)}
        case ProceedingEvent():  # what it changes are the plan's proceedings
            return {"reassessment_started": None} if proceedings.takes_back(event, plan.reassessment_started) else {}
        case PlanTextKept():
            return {"text": event.document}
        case PlanDutySeen():
            return {"seen": plan.seen | {(event.duty, event.seen, event.due)}}
        case LatenessExplained():
            return {"explained": plan.explained | _explained(event)}
        case PlanReviewOpened():
            return _opened(plan, event)
        case PlanReviewCompleted():
            return _completed(plan, event)
        case PlanReviewCompletionWithdrawn():
            completions, interims = _others(plan.completions, event.review), _others(plan.interims, event.review)
            return {"completions": completions, "interims": interims, "open_reviews": _with(plan.open_reviews, event)}
        case PlanReviewClosed():
            kept = plan.reviews if event.why == "concluded" else _without(plan.reviews, event.review)
            return {"open_reviews": _without(plan.open_reviews, event.review), "reviews": kept}
        case _:
            assert_never(event)


def _told_of_term(plan: Plan, event: TermListGiven) -> dict[date, dict[str, date]]:
    before, whose = plan.told_of_term.get(event.term_start, {}), event.setting or event.role
    first = min(event.on, before.get(whose, event.on))  # what is sent again takes nothing from what they had
    return {**plan.told_of_term, event.term_start: {**before, whose: first}}


def _opened(plan: Plan, event: PlanReviewOpened) -> dict[str, Any]:
    reviews = _with(_without(plan.reviews, event.review), event)
    return {"open_reviews": _with(plan.open_reviews, event), "reviews": reviews}


def _explained(event: LatenessExplained) -> dict[Late, Explained]:
    of = late(event.review or "", event.duty, event.proceeding or 0, event.due)
    found = Explained(
        because=event.because, cause=event.cause, remedy=event.remedy, reason=event.reason, recorded=_fact(event)
    )
    return {of: found}


def _told(fact: Fact | None, *, assessment: bool | None = None, review_on: date | None = None) -> dict[str, Any]:
    return {"told_of_transfer": fact, "proposes_assessment": assessment, "proposes_review_on": review_on}


def _without_review(
    event: PlanNoticeSent | PlanNoticeSentAgain | PlanRepresentationsReceived | PlanNotAmended,
) -> dict[str, Any]:
    """What an act on an amendment without a review changes: a notice starts another, and nothing of the last one stays."""
    match event:
        case PlanNoticeSent():
            none = dict.fromkeys(
                ("plan_notice_sent_again", "plan_notice_again_served_on", "plan_amended", "plan_not_amended")
            )
            sent = {"plan_notice_sent": _fact(event), "plan_notice_served_on": event.served_on}
            began = {"plan_notice": event.originator_version, "plan_no_more": False, "plan_represented": False}
            return {**none, **sent, **began}
        case PlanNoticeSentAgain():
            sent = {"plan_notice_sent_again": _fact(event), "plan_notice_again_served_on": event.served_on}
            return {**sent, "plan_no_more": False, "plan_represented": False}
        case PlanRepresentationsReceived():
            return {"plan_represented": True, **({"plan_no_more": True} if event.no_more else {})}
        case PlanNotAmended():
            return {"plan_not_amended": _fact(event)}


def _with_correction(plan: Plan, event: PlanFactCorrected) -> dict[str, Any]:
    now = corrected(event)
    if event.fact in _SERVED and event.served_on:
        return {event.fact: now, _SERVED[event.fact]: event.served_on}
    if event.fact == "stood_in":
        return {"stood": tuple(fact for fact in plan.stood if fact.version != event.corrects)}
    if event.fact not in ("plan_amended", "amended"):
        return {event.fact: now}
    now = corrected_amendment(event)
    ends_notice = event.fact == "plan_amended"
    meant = {event.corrects, plan.plan_amended.version if ends_notice and plan.plan_amended else 0}
    amended = (now if fact.version in meant else fact for fact in plan.amended)
    change: dict[str, Any] = {"amended": tuple(fact for fact in amended if fact)}
    return change | {"plan_amended": now} if ends_notice else change


def _completed(plan: Plan, event: PlanReviewCompleted) -> dict[str, Any]:
    change: dict[str, Any] = {"open_reviews": _without(plan.open_reviews, event.review)}
    notified = msgspec.structs.replace(_fact(event), quality=event.notified_quality)
    done = Completion(review=event.review, notified=notified, held=event.held, held_quality=event.held_quality)
    kept = "completions" if event.resets_clock else "interims"
    change[kept] = (*_others(getattr(plan, kept), event.review), done)
    return change


def _others(completions: tuple[Completion, ...], review: str) -> tuple[Completion, ...]:
    return tuple(done for done in completions if done.review != review)


def _with(reviews: dict[str, str], event: PlanReviewOpened | PlanReviewCompletionWithdrawn) -> dict[str, str]:
    return reviews if event.additional else {**reviews, event.review: event.kind}


def _without(reviews: dict[str, str], review: str) -> dict[str, str]:
    return {name: kind for name, kind in reviews.items() if name != review}
