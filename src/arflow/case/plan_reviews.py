"""What a plan's reviews mean for it: opening one, and the plan's events that go with a review's. Pure."""

from datetime import date
from typing import Any

import msgspec

from arflow.case.acts import Recording, reference, refuse_future, refuse_uncountable
from arflow.case.acts.of_plan import envelope_of
from arflow.case.acts.references import check_number_of_review
from arflow.case.acts.refusals import need
from arflow.case.plan import Plan
from arflow.case.review import AnnualReview
from arflow.case.review import stream as review_stream
from arflow.errors import AlreadyThere, DateRefused, InvalidValue, NotPossible, field_name
from arflow.events import (
    AnyPlanEvent,
    AnyReviewEvent,
    AppealAdmitted,
    AppealLodged,
    Arranger,
    DayDoubted,
    DecisionNotified,
    MeetingHeld,
    PlanCeased,
    PlanCeasedAfterReview,
    PlanFactCorrected,
    PlanReviewClosed,
    PlanReviewCompleted,
    PlanReviewCompletionWithdrawn,
    PlanReviewOpened,
    PlanRevived,
    ReviewCancelled,
    ReviewConcluded,
    ReviewOpened,
    ReviewSuperseded,
    StepCorrected,
    StepVoided,
)
from arflow.law.states import CEASED, DECIDED
from arflow.law.workflow import Workflow

_AFTER_RELEASE = "release_from_custody"
# The reviews of the year, with a setting or without one: an early or phase transfer review may take their place.
_OF_THE_YEAR = ("annual", "not_in_setting")


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """Open a review: its id, its kind, the workflow it goes under and what is known of it.

    History may hold reviews that were never finished: one of those may be opened beside another.
    """

    id: str
    kind: str
    workflow: str
    on: date
    meeting_on: date | None = None
    arranged_by: Arranger = "school"
    evidence: str | None = None
    reference: str | None = None
    reason: str | None = None  # why it is of this kind, where the facts call for another
    beside_unfinished: bool = False


def check_can_open(plan: Plan, opening: Opening, workflow: Workflow, recording: Recording) -> None:
    """Refuse an unknown kind, a plan no longer maintained, a transfer nobody expects, and a day that cannot be."""
    if opening.kind not in workflow.kinds:
        wanted = f"a kind of review: {', '.join(workflow.kinds)}"
        raise InvalidValue(field_name("kind"), opening.kind, wanted, tuple(workflow.kinds))
    refuse_future(opening.on, recording.today)
    if opening.reference is not None:
        check_number_of_review(opening.reference, recording.today, field_name("review"))
    refuse_uncountable(opening.meeting_on, field_name("meeting_on"))
    if plan.first_made.day and opening.on < plan.first_made.day:
        raise DateRefused(f"{field_name('on')} {opening.on} is before the plan was made on {plan.first_made.day}")
    need(plan.is_maintained, f"plan {plan.ref} is no longer maintained: there is nothing to review")
    if workflow.kinds[opening.kind].needs_transfer:
        record = f"record it with `arflow plan transfer {plan.ref}` first"
        need(plan.transfer is not None, f"plan {plan.ref} has no expected transfer: {record}")


def gives_way(plan: Plan, review: AnnualReview, opening: Opening, workflow: Workflow) -> str | None:
    """The plan's open review, if it makes way for the one to be opened; None where both can be open, or a refusal."""
    kind = workflow.kinds[opening.kind]
    if kind.additional or opening.beside_unfinished:
        return None
    held = review.day("hold")
    if held and opening.kind == _AFTER_RELEASE and _released_since(plan, held) and review.outcome is None:
        return review.id
    if not kind.takes_place_of_annual or review.kind not in _OF_THE_YEAR:
        raise AlreadyThere(
            f"plan {plan.ref} has an open review, {review.id} ({review.state}): continue it, or cancel it"
        )
    if held is not None:
        raise NotPossible(f"the meeting of {review.id} has been held: the {opening.kind} review cannot take its place")
    return review.id


def _released_since(plan: Plan, held: date) -> bool:
    """Whether a detention ended after a meeting: the review it was for is overtaken by the one after release (CFA 2014 s.48)."""
    released = plan.released.day if plan.released else None
    return released is not None and held < released


def opened(
    plan: Plan, opening: Opening, workflow: Workflow, recording: Recording, *, supersedes: str | None
) -> ReviewOpened:
    """The review's own first event."""
    return ReviewOpened(
        originator_id=review_stream(opening.id),
        originator_version=1,
        plan=plan.ref,
        on=opening.on,
        recorded_at=recording.at,
        recorded_by=recording.by,
        evidence=reference(opening.evidence),
        state=workflow.states[0].id,
        kind=opening.kind,
        workflow=workflow.id,
        workflow_sha256=workflow.sha256,
        arranged_by=workflow.kinds[opening.kind].arranger or opening.arranged_by,
        meeting_on=opening.meeting_on,
        supersedes=supersedes,
        reference=opening.reference,
        reason=recording.note(opening.reason) if opening.reason else None,
    )


def takes_place(plan: Plan, opening: Opening, workflow: Workflow, recording: Recording) -> PlanReviewOpened:
    """The event by which a review takes the plan's one place, unless it is an additional one."""
    envelope = envelope_of(plan, recording, opening.on)
    additional = workflow.kinds[opening.kind].additional
    return PlanReviewOpened(**envelope, review=opening.id, kind=opening.kind, additional=additional)


def follow(
    plan: Plan, review: AnnualReview, event: AnyReviewEvent, workflow: Workflow, recording: Recording
) -> AnyPlanEvent | None:
    """The plan's event that goes with a review's, if any; `review` is as the whole command leaves it."""
    envelope = envelope_of(plan, recording, event.on)
    additional = workflow.kinds[review.kind].additional
    match event:
        case MeetingHeld() | StepCorrected(corrected_step="hold") if additional:
            return _completed(review, envelope, additional)
        case DayDoubted() if _completes(review, event, additional):
            return _completed(review, envelope, additional)
        case StepVoided(voided_step="hold") if additional:
            return PlanReviewCompletionWithdrawn(**envelope, review=review.id, kind=review.kind, additional=additional)
        case DecisionNotified() | StepCorrected() | StepVoided(voided_step="notify") if additional:
            return None  # what counts of it is the day of its meeting (Code 9.178)
        case DecisionNotified() | StepCorrected(corrected_step="notify" | "hold") if review.told:
            return _completed(review, envelope, additional)
        case StepVoided(voided_step="notify"):
            _need_place(plan, review, additional)
            return PlanReviewCompletionWithdrawn(**envelope, review=review.id, kind=review.kind, additional=additional)
        case StepVoided(voided_step="cancel"):
            _need_place(plan, review, additional)
            return PlanReviewOpened(**envelope, review=review.id, kind=review.kind, additional=additional)
        case ReviewConcluded():
            return PlanReviewClosed(**envelope, review=review.id, why="concluded")
        case ReviewCancelled():
            return PlanReviewClosed(**envelope, review=review.id, why="cancelled")
        case ReviewSuperseded():
            return PlanReviewClosed(**envelope, review=review.id, why="superseded")
        case PlanCeasedAfterReview():
            return PlanCeased(**envelope, review=review.id)
        case AppealLodged() | AppealAdmitted() if plan.ceased and workflow.core(review.state) == DECIDED:
            return PlanRevived(**envelope, review=review.id)
        case StepVoided(voided_step="appeal" | "admit_appeal") if workflow.core(review.state) == CEASED:
            return _ceased_as_before(plan, review, envelope)
        case StepCorrected(corrected_step="cease") if plan.ceased:
            return _ceasing_corrected(plan, envelope, event, event.to)
        case StepVoided(voided_step="cease") if plan.ceased:
            return _ceasing_corrected(plan, envelope, event, None)
        case _:
            return None


def _completes(review: AnnualReview, doubted: DayDoubted, additional: bool) -> bool:
    """Whether the act that is doubted gave a day of the review's completion."""
    step = next(act.step for act in review.acts if act.event.originator_version == doubted.of)
    return step == "hold" if additional else step in ("notify", "hold") and review.told


def _completed(review: AnnualReview, envelope: dict[str, Any], additional: bool) -> PlanReviewCompleted:
    held = review.day("hold")
    completed = held if additional else review.day("notify")
    assert completed is not None
    assert held is not None
    on = {**envelope, "on": completed}
    held_quality = review.quality("hold")
    return PlanReviewCompleted(
        **on,
        review=review.id,
        held=held,
        resets_clock=not additional,
        notified_quality=held_quality if additional else review.quality("notify"),
        held_quality=held_quality,
    )


def _ceased_as_before(plan: Plan, review: AnnualReview, envelope: dict[str, Any]) -> PlanCeased | None:
    """The appeal that revived the plan is taken back: it ceased on the day that it had."""
    on = review.day("cease")
    return PlanCeased(**{**envelope, "on": on}, review=review.id) if on and plan.ceased is None else None


def _need_place(plan: Plan, review: AnnualReview, additional: bool) -> None:
    """A review that opens again needs the plan's one place for a review."""
    other = plan.open_review()
    if not additional and other is not None and other != review.id:
        raise NotPossible(f"review {other} of plan {plan.ref} has been opened since: cancel it first")


def _ceasing_corrected(
    plan: Plan, envelope: dict[str, Any], event: StepCorrected | StepVoided, to: date | None
) -> PlanFactCorrected:
    assert plan.ceased is not None
    return PlanFactCorrected(**envelope, corrects=plan.ceased.version, fact="ceased", to=to, reason=event.reason)
