"""What a plan's reviews mean for it: opening one, and the plan's events that go with a review's. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from arflow.case.acts import Recording, reference, refuse_future, refuse_uncountable
from arflow.case.acts.of_plan import envelope_of, need
from arflow.case.plan import Plan, evolve
from arflow.case.review import AnnualReview
from arflow.case.review import stream as review_stream
from arflow.errors import DateRefused, InvalidValue, NotPossible
from arflow.events import (
    AnyPlanEvent,
    AnyReviewEvent,
    Arranger,
    DecisionNotified,
    PlanCeased,
    PlanCeasedAfterReview,
    PlanFactCorrected,
    PlanReviewClosed,
    PlanReviewCompleted,
    PlanReviewCompletionWithdrawn,
    PlanReviewOpened,
    ReviewCancelled,
    ReviewConcluded,
    ReviewOpened,
    ReviewSuperseded,
    StepCorrected,
    StepVoided,
)
from arflow.law.workflow import Workflow


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """A review about to be opened: its id, its kind and what is known of it."""

    id: str
    kind: str
    on: date
    meeting_on: date | None = None
    arranged_by: Arranger = "school"
    evidence: str | None = None
    supersedes: str | None = None
    reference: str | None = None


def check_can_open(plan: Plan, opening: Opening, workflow: Workflow, recording: Recording) -> None:
    """Refuse an unknown kind, a plan no longer maintained, a transfer nobody expects, and a day that cannot be."""
    if opening.kind not in workflow.kinds:
        wanted = f"a kind of review: {', '.join(workflow.kinds)}"
        raise InvalidValue("--kind", opening.kind, wanted, tuple(workflow.kinds))
    refuse_future(opening.on, recording.today)
    refuse_uncountable(opening.meeting_on, "--meeting-on")
    if plan.first_made.day and opening.on < plan.first_made.day:
        raise DateRefused(f"--on {opening.on} is before the plan was made on {plan.first_made.day}")
    need(plan.is_maintained, f"plan {plan.ref} is no longer maintained: there is nothing to review")
    if workflow.kinds[opening.kind].needs_transfer:
        record = f"record it with `arflow plan transfer {plan.ref}` first"
        need(plan.transfer is not None, f"plan {plan.ref} has no expected transfer: {record}")


def open_review(
    plan: Plan, opening: Opening, workflow: Workflow, recording: Recording
) -> tuple[ReviewOpened, PlanReviewOpened]:
    """The events of both sides, or a refusal."""
    check_can_open(plan, opening, workflow, recording)
    kind = workflow.kinds[opening.kind]
    review = ReviewOpened(
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
        arranged_by=kind.arranger or opening.arranged_by,
        meeting_on=opening.meeting_on,
        supersedes=opening.supersedes,
        reference=opening.reference,
    )
    envelope = envelope_of(plan, recording, opening.on)
    return review, PlanReviewOpened(**envelope, review=opening.id, kind=opening.kind, additional=kind.additional)


def follow(
    plan: Plan,
    review: AnnualReview,
    events: Iterable[AnyReviewEvent],
    workflow: Workflow,
    recording: Recording,
) -> tuple[AnyPlanEvent, ...]:
    """The plan's events that go with a review's, in the same transaction; `review` is as the events leave it."""
    followed: list[AnyPlanEvent] = []
    for event in events:
        own = _follow_one(plan, review, event, workflow, recording)
        if own is not None:
            followed.append(own)
            plan = evolve(plan, own)
    return tuple(followed)


def _follow_one(
    plan: Plan, review: AnnualReview, event: AnyReviewEvent, workflow: Workflow, recording: Recording
) -> AnyPlanEvent | None:
    envelope = envelope_of(plan, recording, event.on)
    additional = workflow.kinds[review.kind].additional
    match event:
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
        case StepCorrected(corrected_step="cease") if plan.ceased:
            return _ceasing_corrected(plan, envelope, event, event.to)
        case StepVoided(voided_step="cease") if plan.ceased:
            return _ceasing_corrected(plan, envelope, event, None)
        case _:
            return None


def _completed(review: AnnualReview, envelope: dict[str, Any], additional: bool) -> PlanReviewCompleted:
    notified, held = review.day("notify"), review.day("hold")
    assert notified is not None
    assert held is not None
    on = {**envelope, "on": notified}
    return PlanReviewCompleted(**on, review=review.id, held=held, resets_clock=not additional)


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
