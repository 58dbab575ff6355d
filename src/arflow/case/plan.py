"""The Plan aggregate: one EHC plan's 12-month clock, placement, coordinator and phase, folded from its events."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, assert_never

import msgspec

from arflow.case.facts import Fact, Facts, Spell
from arflow.case.milestones import milestones
from arflow.case.review import AnnualReview
from arflow.events import (
    AnyPlanEvent,
    CoordinatorChanged,
    DetentionStarted,
    DocumentDisposed,
    DutySight,
    FamilyToldOfTransfer,
    MonitoringMeetingHeld,
    PaperReceived,
    ParentContactAgreed,
    PeopleErased,
    PlanAdded,
    PlanAmended,
    PlanCeased,
    PlanDutySeen,
    PlanEvent,
    PlanFactCorrected,
    PlanReviewClosed,
    PlanReviewCompleted,
    PlanReviewCompletionWithdrawn,
    PlanReviewOpened,
    PlanRevived,
    PlanTextKept,
    PlanTransferredIn,
    PlanTransferredOut,
    ReassessmentEnded,
    ReassessmentStarted,
    ReleasedFromDetention,
    ReturnFactsImported,
    SettingChanged,
    TermlyListSent,
    TransferDealtWith,
    TransferExpected,
    TransferKind,
    TransferNaming,
    YearGroupChanged,
    YoungPersonFromSet,
)
from arflow.law.periods import corresponding_date, period_last_day
from arflow.law.states import CANCELLED, CONCLUDED, WITH_PLAN
from arflow.law.workflow import Workflow

# The kinds of review that are for a transfer whenever they meet.
TRANSFER_REVIEWS = ("phase_transfer", "post16_transfer")
# A move between post-16 institutions for a new academic year: one in September (Code 9.181).
BETWEEN_POST16, NEW_ACADEMIC_YEAR = "post16_to_post16", 9


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """A review whose decision was notified: where the next 12 months may start."""

    review: str
    notified: Fact
    held: date


class Dealing(msgspec.Struct, frozen=True, kw_only=True):
    """What deals with a transfer, and what the plan then names; `review` is None for an act outside any review."""

    review: str | None
    transfer: TransferKind
    transfer_on: date
    named: TransferNaming
    institution: str | None
    recorded: Fact
    reason: str | None = None

    @property
    def of(self) -> tuple[str | None, TransferKind, int]:
        """The latest record of each review counts, for each kind of transfer and calendar year."""
        return (self.review, self.transfer, self.transfer_on.year)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """One EHC plan as its events leave it; days that may be corrected are facts."""

    ref: str
    version: int
    first_made: Fact
    last_reviewed: Fact | None = None
    setting: str | None = None
    nc_year: int | None = None
    coordinator: str | None = None
    transfer: TransferKind | None = None
    transfer_on: Fact | None = None
    dealings: tuple[Dealing, ...] = ()
    young_person_from: Fact | None = None
    agreed: frozenset[str] = frozenset()  # the parents whom a young person agreed to have written to, by id
    transferred_in: Fact | None = None
    told_of_transfer: Fact | None = None
    transferred_out: Fact | None = None
    detained: Fact | None = None
    released: Fact | None = None
    earlier_detentions: tuple[Spell, ...] = ()
    monitored: tuple[Fact, ...] = ()
    reassessment_started: Fact | None = None
    stood_in: Fact | None = None
    amended: tuple[Fact, ...] = ()
    listed: dict[date, Fact] = {}
    ceased: Fact | None = None
    ceased_by: str | None = None  # the review whose decision it was
    completions: tuple[Completion, ...] = ()
    interims: tuple[Completion, ...] = ()  # held beside the annual reviews (Code 9.178)
    open_reviews: dict[str, str] = {}
    reviews: dict[
        str, str
    ] = {}  # annual reviews and their kinds, in the order they were opened, none that was cancelled
    text: str | None = None  # the SHA-256, in hex, of the plan's text as it stands
    seen: frozenset[tuple[str, DutySight, date]] = frozenset()

    @property
    def is_maintained(self) -> bool:
        """Whether this authority still maintains the plan."""
        return self.ceased is None and self.transferred_out is None

    @property
    def is_detained(self) -> bool:
        """Whether the child or young person is detained, or recalled, now (CFA 2014 s.70)."""
        return self.detained is not None and self.released is None

    def open_review(self) -> str | None:
        """The review that takes the plan's one place, if any."""
        return next(iter(self.open_reviews), None)

    def rights_holder(self, on: date) -> str:
        """Who holds the rights on a day: the parent, or the young person after compulsory school age (CFA 2014 s.83)."""
        start = self.young_person_from.day if self.young_person_from else None
        return "young_person" if start and on >= start else "parent"


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
    return msgspec.structs.replace(plan, version=event.originator_version, **_change(plan, event))


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
    )


def _change(plan: Plan, event: AnyPlanEvent) -> dict[str, Any]:
    match event:
        case PlanAdded():
            raise ValueError(f"{event.originator_id} is added twice")
        case SettingChanged():
            return {"setting": event.setting}
        case YearGroupChanged():
            return {"nc_year": event.nc_year}
        case CoordinatorChanged():
            return {"coordinator": event.coordinator}
        case TransferExpected():
            on = _fact(event, event.transfer_on) if event.transfer_on else None
            return {"transfer": event.transfer, "transfer_on": on}
        case TransferDealtWith():
            return {"dealings": _dealings(plan, event)}
        case YoungPersonFromSet():
            return {"young_person_from": _fact(event, event.young_person_from)}
        case ParentContactAgreed():
            without = plan.agreed - {event.person}
            return {"agreed": without | {event.person} if event.agreed else without}
        case PlanTransferredIn():
            return {"transferred_in": _fact(event), "told_of_transfer": None}
        case FamilyToldOfTransfer():
            return {"told_of_transfer": _fact(event)}
        case PlanTransferredOut():
            return {"transferred_out": _fact(event)}
        case DetentionStarted():
            return {"detained": _fact(event), "released": None, "earlier_detentions": _detentions(plan)}
        case MonitoringMeetingHeld():
            return {"monitored": (*plan.monitored, _fact(event))}
        case ReleasedFromDetention():
            return {"released": _fact(event)}
        case ReassessmentStarted():
            return {"reassessment_started": _fact(event)}
        case ReassessmentEnded():
            stood_in = _fact(event) if event.stands_for_review else plan.stood_in
            return {"reassessment_started": None, "stood_in": stood_in}
        case PlanAmended():
            return {"amended": (*plan.amended, _fact(event))}
        case TermlyListSent():
            return {"listed": {**plan.listed, event.term_start: _fact(event)}}
        case PlanCeased():
            return {"ceased": _fact(event), "ceased_by": event.review}
        case PlanRevived():
            return {"ceased": None}
        case PlanFactCorrected():
            return {event.fact: _corrected(event)}
        case ReturnFactsImported() | PaperReceived() | DocumentDisposed() | PeopleErased():
            return {}  # they speak of people and papers, which are kept beside the log: nothing of the plan changes
        case PlanTextKept():
            return {"text": event.document}
        case PlanDutySeen():
            return {"seen": plan.seen | {(event.duty, event.seen, event.due)}}
        case PlanReviewOpened():
            reviews = _with(_without(plan.reviews, event.review), event)
            return {"open_reviews": _with(plan.open_reviews, event), "reviews": reviews}
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


def _dealings(plan: Plan, event: TransferDealtWith) -> tuple[Dealing, ...]:
    found = Dealing(
        review=event.review,
        transfer=event.transfer,
        transfer_on=event.transfer_on,
        named=event.named,
        institution=event.institution,
        recorded=_fact(event),
        reason=event.reason,
    )
    others = tuple(dealing for dealing in plan.dealings if dealing.of != found.of)
    return others if event.named == "withdrawn" else (*others, found)


def _corrected(event: PlanFactCorrected) -> Fact | None:
    if event.to is None and event.quality != "missing":
        return None
    corrected = _fact(event, event.to)
    return msgspec.structs.replace(corrected, day=event.to, quality=event.quality, corrected=True)


def _completed(plan: Plan, event: PlanReviewCompleted) -> dict[str, Any]:
    change: dict[str, Any] = {"open_reviews": _without(plan.open_reviews, event.review)}
    done = Completion(review=event.review, notified=_fact(event), held=event.held)
    kept = "completions" if event.resets_clock else "interims"
    change[kept] = (*_others(getattr(plan, kept), event.review), done)
    return change


def _others(completions: tuple[Completion, ...], review: str) -> tuple[Completion, ...]:
    return tuple(done for done in completions if done.review != review)


def _detentions(plan: Plan) -> tuple[Spell, ...]:
    """Every detention that the plan has had, the last one last; one that ended on a day nobody knows takes nothing."""
    if plan.detained is None or (plan.released and plan.released.day is None):
        return plan.earlier_detentions
    end = plan.released.day if plan.released else None
    return (*plan.earlier_detentions, Spell(start=plan.detained.day, end=end))


def _with(reviews: dict[str, str], event: PlanReviewOpened | PlanReviewCompletionWithdrawn) -> dict[str, str]:
    return reviews if event.additional else {**reviews, event.review: event.kind}


def _without(reviews: dict[str, str], review: str) -> dict[str, str]:
    return {name: kind for name, kind in reviews.items() if name != review}


# --- as it stood on a day -------------------------------------------------------------------------------------

# Facts whose day is that of an event of their own: a correction of one moves the event.
_OWN_DAY = {"transferred_in", "transferred_out", "detained", "released", "ceased"}


def as_at(events: Iterable[AnyPlanEvent], day: date) -> Plan | None:
    """The plan as it stood at the end of a day: later events left out, each read as it was corrected since.

    There is a plan from the day it was made, however late it was put under arflow; None before that.
    """
    found = list(events)
    corrections = _corrections(found)
    completed = {e.review: e for e in found if isinstance(e, PlanReviewCompleted | PlanReviewCompletionWithdrawn)}
    plan: Plan | None = None
    for event in found:
        own = corrections.get(event.originator_version, {})
        moved = next((c.to for fact, c in own.items() if fact in _OWN_DAY and c.to), event.on)
        superseded = isinstance(event, PlanReviewCompleted) and completed[event.review] is not event
        of_a_review = isinstance(event, TransferDealtWith) and event.review  # counts from the day of its outcome
        later = moved > day and not of_a_review and not isinstance(event, PlanAdded | PlanReviewCompletionWithdrawn)
        if (
            isinstance(event, PlanFactCorrected)
            or superseded
            or later
            or (plan is None and not isinstance(event, PlanAdded))
        ):
            continue
        plan = evolve(plan, event)
        for correction in own.values():
            plan = evolve(plan, correction)
    return plan if plan is not None and _there_from(plan, found[0].on) <= day else None


def _there_from(plan: Plan, entered: date) -> date:
    told = (plan.first_made.day, plan.last_reviewed.day if plan.last_reviewed else None)
    return min((entered, *(day for day in told if day)))


def _corrections(events: list[AnyPlanEvent]) -> dict[int, dict[str, PlanFactCorrected]]:
    """The last correction of each fact, by the version of the event that it corrects in the end."""
    found: dict[int, dict[str, PlanFactCorrected]] = {}
    root: dict[int, int] = {}
    for event in events:
        if isinstance(event, PlanFactCorrected):
            root[event.originator_version] = root.get(event.corrects, event.corrects)
            found.setdefault(root[event.originator_version], {})[event.fact] = event
    return found


# --- the facts that duties are computed from ----------------------------------------------------------------


def clock_start(plan: Plan, workflow: Workflow, before: AnnualReview | None = None) -> Fact:
    """The day the current 12 months started; for a review, the 12 months that it is to complete.

    The plan's making, the last review told to arflow on entry, each completed review (by the policy's day), and a
    re-assessment that an officer recorded as standing in for a review (LW v Islington).
    """
    by_meeting = workflow.policy.clock_resets_on == "meeting_held"
    starts = [plan.last_reviewed or plan.first_made]
    starts += [
        msgspec.structs.replace(done.notified, day=done.held) if by_meeting else done.notified
        for done in plan.completions
        if before is None or done.review != before.id
    ]
    if plan.stood_in:
        starts.append(plan.stood_in)
    completed = _completed_on(before, workflow) if before else None
    if completed is not None:
        starts = [start for start in starts if start.day is None or start.day < completed] or starts[:1]
    dated = [start for start in starts if start.day is not None]
    return max(dated, key=lambda start: start.day or date.min) if dated else starts[0]


def _completed_on(review: AnnualReview, workflow: Workflow) -> date | None:
    """The day a review was completed; what counts of an interim one is its meeting."""
    return review.day("hold" if workflow.kinds[review.kind].additional else "notify")


def plan_facts(plan: Plan, workflow: Workflow) -> Facts:
    """What the duties of a plan without regard to any review are computed from."""
    days = _plan_days(plan, workflow, None)
    return Facts(days=days, spells=_spells(plan, None), transfer=plan.transfer)


def review_facts(review: AnnualReview, plan: Plan, workflow: Workflow) -> Facts:
    """What the duties of a review are computed from: its milestones and its plan's days."""
    days = milestones(review, workflow, plan.young_person_from.day if plan.young_person_from else None)
    if dealing_of(plan, review) is not None and "outcome_final" in days:
        days["transfer_named"] = days["outcome_final"]
    return Facts(
        days=_plan_days(plan, workflow, review) | days,
        holds=_holds(workflow, review),
        spells=_spells(plan, review),
        transfer=plan.transfer,
        outcome_known=review.outcome is not None,
        finished=review.state == CONCLUDED,
    )


def _plan_days(plan: Plan, workflow: Workflow, review: AnnualReview | None) -> dict[str, Fact]:
    start = clock_start(plan, workflow, review)
    ahead = _transfer_ahead(plan, review)
    days: dict[str, Fact | None] = {
        "clock_start": start,
        "interim_start": _interim_start(plan, start, review),
        "transferred_in": plan.transferred_in,
        "told_of_transfer": plan.told_of_transfer,
        "transfer": ahead,
        "september_transfer": ahead if _in_september(plan) else None,
        "released": _since(plan.released, start),
        **_term(plan, workflow, start),
    }
    return {name: fact for name, fact in days.items() if fact is not None}


def _in_september(plan: Plan) -> bool:
    """Whether the move is one between post-16 institutions for a new academic year (Code 9.181)."""
    day = plan.transfer_on.day if plan.transfer_on else None
    return plan.transfer == BETWEEN_POST16 and day is not None and day.month == NEW_ACADEMIC_YEAR


def _since(fact: Fact | None, start: Fact) -> Fact | None:
    """The fact, if no review has been completed since it."""
    if fact is None or (fact.day and start.day and fact.day < start.day):
        return None
    return fact


def transfer_to_deal_with(plan: Plan) -> Fact | None:
    """The expected transfer that no completed review has dealt with (SEND Regs 2014 r.18)."""
    return _transfer_ahead(plan, None)


def _transfer_ahead(plan: Plan, review: AnnualReview | None) -> Fact | None:
    """The expected transfer, where the plan or this review still owes it, or this review dealt with it.

    No review that only happens to be held before a transfer has dealt with it: an officer records that it did (r.18(1)).
    """
    fact = plan.transfer_on
    if fact is None or fact.day is None:
        return None
    if review is None:
        return None if any(_dealt(plan)) else fact
    if dealing_of(plan, review) is not None:
        return fact
    return fact if not any(_dealt(plan)) and _carries(plan, review, fact.day) else None


def _carries(plan: Plan, review: AnnualReview, transfer: date) -> bool:
    """Whether a review stands for the duty that nothing has met yet: unless another was opened after it had ended.

    It does if it is for the transfer, or if its decision was notified in the 12 months before.
    """
    if review.state == CONCLUDED and review.id != next(reversed(plan.reviews), None):
        return False
    told = review.day("notify")
    in_reach = told is not None and corresponding_date(transfer, -12) <= told <= transfer
    return in_reach or is_for_transfer(plan, review.kind, placed(review))


def placed(review: AnnualReview) -> date:
    """The day by which a review is placed in time: held, or planned, or else opened."""
    return review.day("hold") or review.planned_meeting or review.opened_on


def is_for_transfer(plan: Plan, kind: str, met: date) -> bool:
    """Whether a review may deal with the expected transfer: it meets in the 12 months before (SEND Regs 2014 r.18(1)).

    A review of a transfer kind always may.
    """
    day = plan.transfer_on.day if plan.transfer_on else None
    return day is not None and (kind in TRANSFER_REVIEWS or corresponding_date(day, -12) <= met <= day)


def expected_dealings(plan: Plan) -> tuple[Dealing, ...]:
    """What was recorded as dealing with the expected transfer: of its kind and its calendar year."""
    day = plan.transfer_on.day if plan.transfer_on else None
    return tuple(d for d in plan.dealings if day and d.transfer == plan.transfer and d.transfer_on.year == day.year)


def dealing_of(plan: Plan, review: AnnualReview) -> Dealing | None:
    """What was recorded of the expected transfer with this review, where it may deal with it."""
    found = next((dealing for dealing in expected_dealings(plan) if dealing.review == review.id), None)
    return found if found and is_for_transfer(plan, review.kind, placed(review)) else None


def _dealt(plan: Plan) -> Iterator[Dealing]:
    """What has dealt with the expected transfer: completed reviews that may, and acts outside any review."""
    held = {done.review: done.held for done in plan.completions}
    for dealing in expected_dealings(plan):
        met = held.get(dealing.review or "")
        kind = plan.reviews.get(dealing.review or "", "")
        if dealing.review is None or (met and is_for_transfer(plan, kind, met)):
            yield dealing


def dealt_with(plan: Plan) -> Dealing | None:
    """What dealt with the expected transfer, as it was last recorded."""
    return max(_dealt(plan), key=lambda dealing: dealing.recorded.version, default=None)


def _term(plan: Plan, workflow: Workflow, start: Fact) -> dict[str, Fact | None]:
    """The term in which the 12 months end, where the authority's definition has its terms (Code 9.172)."""
    if start.day is None:
        return {}
    ends = period_last_day(start.day, 12)
    begun = [term.starts for term in workflow.terms if term.starts <= ends]
    if not begun:
        return {}
    term = max(begun)
    return {"term_start": Fact(day=term, event=f"definition {workflow.id}"), "listed": plan.listed.get(term)}


def _interim_start(plan: Plan, start: Fact, review: AnnualReview | None) -> Fact:
    """The day from which the next interim review is counted (Code 9.178): the last one held, or the start of the 12 months."""
    held = review.day("hold") if review else None
    before = [
        msgspec.structs.replace(done.notified, day=done.held)
        for done in plan.interims
        if (review is None or done.review != review.id) and (held is None or done.held < held)
    ]
    return max((start, *before), key=lambda one: one.day or date.min)


def _spells(plan: Plan, review: AnnualReview | None) -> dict[str, tuple[Spell, ...]]:
    """The days on which this authority had no duties to the plan (SEND Regs 2014 r.15(3)(a); CFA 2014 ss.45, 70).

    A review that ended with its plan stays so, though an appeal revives the plan.
    """
    gone = Spell(start=plan.transferred_out.day) if plan.transferred_out else None
    ceased = Spell(start=plan.ceased.day) if plan.ceased else None
    return {
        "transferred_out": (gone,) if gone else (),
        "plan_ended": tuple(end for end in (gone, ceased, _closed_with_plan(review)) if end),
        "detained": _detentions(plan),
    }


def _closed_with_plan(review: AnnualReview | None) -> Spell | None:
    return Spell(start=review.acts[-1].on) if review and review.state in WITH_PLAN and review.acts else None


def _holds(workflow: Workflow, review: AnnualReview) -> frozenset[str]:
    true = {
        "cancelled": review.state == CANCELLED,
        "additional": workflow.kinds[review.kind].additional,
        "no_more_representations": any(getattr(act.event, "no_more", False) for act in review.all("represent")),
        f"outcome_{review.outcome}": review.outcome is not None,
    }
    return frozenset(name for name, holds in true.items() if holds)
