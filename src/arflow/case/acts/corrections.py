"""Corrections: a day corrected, an act taken back, a review moved to another definition; nothing recorded is lost."""

from datetime import date

from arflow.case.act import Act
from arflow.case.acts.basis import Basis, day_of, event_of
from arflow.case.acts.refusals import refuse_disorder, refuse_service, refuse_uncountable
from arflow.case.review import SERVED, AnnualReview, evolve
from arflow.case.review_commands import CorrectStep, MigrateReview, VoidStep
from arflow.errors import DateRefused, NotPossible, field_name
from arflow.events import AnyReviewEvent, StepCorrected, StepVoided, WorkflowMigrated
from arflow.law.workflow import Workflow
from arflow.words import spoken

PLANS_A_MEETING = ("open", "schedule", "postpone")


def correct(review: AnnualReview, command: CorrectStep, basis: Basis) -> tuple[AnyReviewEvent, ...]:
    """Correct an act, and with a decision the notification that was recorded with it on the same day."""
    if command.meeting_on is not None:
        return (_correct_planned_day(review, command, command.meeting_on, basis),)
    to = day_of(command, basis)
    if command.served_on:
        _check_service(command, to, basis)
    targets = _targets(review, command.corrected_step, command.version)
    if all(_stands(review, target, command, to) for target in targets):
        raise NotPossible(f"{spoken(command.corrected_step)} is recorded on {to} already: nothing to correct")
    reason = basis.recording.note(command.reason)
    events: list[AnyReviewEvent] = []
    for target in targets:
        event: AnyReviewEvent = event_of(
            StepCorrected,
            review,
            command,
            basis,
            on=basis.recording.today,
            state=review.state,
            corrects=target.event.originator_version,
            corrected_step=target.step,
            to=to,
            reason=reason,
            served_on=_served(review, target, command, to),
        )
        events.append(event)
        review = evolve(review, event)
    refuse_disorder(review, basis.workflow, f"correct {spoken(command.corrected_step)}")
    return tuple(events)


def _stands(review: AnnualReview, target: Act, command: CorrectStep, to: date) -> bool:
    """Whether the act has the right day already, and the day of service that goes with it."""
    if (target.on, target.quality) != (to, "known"):
        return False
    return _served(review, target, command, to) in (None, review.served(target))


def _check_service(command: CorrectStep, to: date, basis: Basis) -> None:
    if command.corrected_step not in SERVED:
        steps = ", ".join(map(spoken, SERVED))
        raise NotPossible(f"{field_name('served_on')} goes with what is served, {steps}, and with nothing else")
    refuse_service(command.served_on or to, to, basis.recording.today, "it")


def _served(review: AnnualReview, target: Act, command: CorrectStep, to: date) -> date | None:
    """The day of service that goes with the right day of sending; one that was found out for itself stays."""
    if target.step not in SERVED or (command.served_on is None and review.service_shown(target)):
        return None
    return command.served_on or to


def _correct_planned_day(review: AnnualReview, command: CorrectStep, meeting_on: date, basis: Basis) -> AnyReviewEvent:
    """Correct the day that the meeting was planned for; who was invited to the right day stays invited."""
    if command.served_on:
        raise NotPossible(
            f"{field_name('served_on')} does not go with {field_name('meeting_on')}: correct one at a time"
        )
    refuse_uncountable(meeting_on, field_name("meeting_on"))
    planning = review.planning
    if planning is None or command.corrected_step not in PLANS_A_MEETING:
        steps = tuple(spoken(step) for step in PLANS_A_MEETING)
        raise NotPossible(
            f"{field_name('meeting_on')} corrects the planned day of a meeting ({', '.join(steps)})"
            + ("" if planning else f": none is planned of {review.id}")
        )
    if meeting_on < planning.on:
        raise DateRefused(f"{field_name('meeting_on')} {meeting_on} is before the day of planning, {planning.on}")
    if meeting_on == review.planned_meeting:
        raise NotPossible(f"the meeting is planned for {meeting_on} already: nothing to correct")
    event: AnyReviewEvent = event_of(
        StepCorrected,
        review,
        command,
        basis,
        on=basis.recording.today,
        state=review.state,
        corrects=planning.event.originator_version,
        corrected_step=planning.step,
        to=planning.on,
        meeting_on=meeting_on,
        reason=basis.recording.note(command.reason),
    )
    return event


def void(review: AnnualReview, command: VoidStep, basis: Basis) -> tuple[AnyReviewEvent, ...]:
    """Take back an act, and with a decision its notification; later acts that rest on it stand in the way."""
    reason = basis.recording.note(command.reason)
    events: list[AnyReviewEvent] = []
    for target in reversed(_targets(review, command.voided_step, command.version)):
        _refuse_if_needed(review, target, basis.workflow)
        event: AnyReviewEvent = event_of(
            StepVoided,
            review,
            command,
            basis,
            on=basis.recording.today,
            state=review.without(target.event.originator_version).state,
            voids=target.event.originator_version,
            voided_step=target.step,
            reason=reason,
        )
        events.append(event)
        review = evolve(review, event)
    return tuple(events)


def _targets(review: AnnualReview, step: str, version: int | None) -> list[Act]:
    """The act meant: the one named, or the latest of the step; a decision brings the notification made with it."""
    acts = [a for a in review.all(step) if step != "open" and version in (None, a.event.originator_version)]
    if not acts:
        recorded = tuple(dict.fromkeys(spoken(a.step) for a in review.acts if a.step != "open"))
        number = f" as event {version}" if version else ""
        raise NotPossible(
            f"no {spoken(step)} is recorded{number}; recorded: {', '.join(recorded) or 'nothing'}", recorded
        )
    target = acts[-1]
    told = review.last("notify")
    together = (
        told is not None
        and step == "decide"
        and told.on == target.on
        and told.event.recorded_at == target.event.recorded_at
    )
    return [target, told] if told is not None and together else [target]


def _refuse_if_needed(review: AnnualReview, target: Act, workflow: Workflow) -> None:
    after = review.acts[review.acts.index(target) + 1 :]
    milestone = workflow.step_by_id[target.step].milestone
    resting = [a for a in after if (target.moved and a.moved) or workflow.step_by_id[a.step].not_before == milestone]
    if resting and len(review.all(target.step)) == 1:
        first = tuple(dict.fromkeys(spoken(a.step) for a in reversed(resting)))
        raise NotPossible(
            f"{spoken(target.step)} cannot be voided while later steps rest on it: void {first[0]} first",
            first,
        )


def migrate(review: AnnualReview, command: MigrateReview, basis: Basis) -> AnyReviewEvent:
    """Go on under `basis.workflow`, which is the one to move to."""
    if basis.workflow.id == review.workflow:
        raise NotPossible(f"{review.id} already runs under {review.workflow}")
    if review.state not in basis.workflow.state_by_id or review.kind not in basis.workflow.kinds:
        raise NotPossible(
            f"{basis.workflow.id} has no state {review.state} or no kind {review.kind}: {review.id} stays"
        )
    event: AnyReviewEvent = event_of(
        WorkflowMigrated,
        review,
        command,
        basis,
        on=day_of(command, basis),
        state=review.state,
        workflow=basis.workflow.id,
        workflow_sha256=basis.workflow.sha256,
        reason=basis.recording.note(command.reason),
    )
    return event
