"""A step of the process: the machine is asked, and its answer becomes an event."""

from datetime import date
from typing import Any, assert_never

from arflow.case.acts.basis import Basis, day_of, event_of, sent, sent_with_documents
from arflow.case.acts.of_amendment import details_of, refuse_same_decision
from arflow.case.acts.refusals import digests, refuse_disorder, refuse_service, refuse_uncountable, roles_of
from arflow.case.amendment_commands import (
    AgreeMoreTime,
    ChangeDecision,
    ReissueFinalPlan,
    SendNoticeAgain,
    WithdrawNotice,
)
from arflow.case.recipients import late_to, more_to_send
from arflow.case.representations import last_day_still_open
from arflow.case.review import AnnualReview, evolve
from arflow.case.review_commands import (
    AdmitAppeal,
    AnyAct,
    CancelReview,
    CeasePlan,
    CertifyMediation,
    CirculateAdvice,
    ConcludeReview,
    Decide,
    DecideNotToAmend,
    DetermineAppeal,
    HoldMeeting,
    Invite,
    IssueFinalPlan,
    LodgeAppeal,
    NotifyDecision,
    PostponeMeeting,
    ReceiveAdvice,
    ReceiveRepresentations,
    RequestAdvice,
    ScheduleMeeting,
    SendAmendmentNotice,
    SendReport,
    SupersedeReview,
    TakeLocalStep,
)
from arflow.errors import DateRefused, InvalidValue, SkipReasonNeeded, field_name
from arflow.events import (
    OUTCOMES,
    STEP_EVENTS,
    AnyReviewEvent,
    AppealDetermined,
    AppealEnd,
    DecisionChanged,
    LocalStepRecorded,
    Outcome,
    ReviewEvent,
)
from arflow.law.machine import REASON_GIVEN, Machine
from arflow.law.workflow import Workflow
from arflow.words import spoken

ENDS_AN_APPEAL = "determine_appeal"


def _waits_for_the_tribunal(review: AnnualReview) -> bool:
    """Whether an appeal against what it decided waits, though the review is over."""
    return review.is_finished and review.last("appeal") is not None and review.last(ENDS_AN_APPEAL) is None


def possible(review: AnnualReview, machine: Machine, on: date) -> tuple[str, ...]:
    """The steps that can be taken on a day without passing over any; an appeal may end, and a decision change, any way."""
    if _waits_for_the_tribunal(review):
        return (ENDS_AN_APPEAL,)
    return machine.possible(review.state, _circumstances(review, machine.workflow, on) | _ANY_WAY)


# How an appeal may end and a decision change: what a command of the one step says is open to every other.
_ANY_WAY = frozenset({"appeal_allowed", "appeal_not_allowed", *(f"changes_to_{outcome}" for outcome in OUTCOMES)})


def _said_by(review: AnnualReview, command: AnyAct) -> frozenset[str]:
    """The circumstances that the command itself brings."""
    match command:
        case DetermineAppeal():
            return _appeal(command.ended)
        case ChangeDecision():
            refuse_same_decision(review, command)
            return _change(command.outcome)
        case _:
            return _ANY_WAY


def _said_in(event: ReviewEvent) -> frozenset[str]:
    """The circumstances that a recorded step brought."""
    match event:
        case AppealDetermined():
            return _appeal(event.ended)
        case DecisionChanged():
            return _change(event.outcome)
        case _:
            return _ANY_WAY


def _appeal(ended: AppealEnd) -> frozenset[str]:
    return frozenset({"appeal_allowed" if ended in ("allowed", "conceded") else "appeal_not_allowed"})


def _change(outcome: Outcome) -> frozenset[str]:
    return frozenset({f"changes_to_{outcome}"})


def take(review: AnnualReview, command: AnyAct, basis: Basis) -> AnyReviewEvent:
    """One step through the machine."""
    on = day_of(command, basis)
    step = command.local_step if isinstance(command, TakeLocalStep) else command.step
    if step not in basis.workflow.step_by_id:
        raise InvalidValue(
            "step", step, f"a step of {basis.workflow.id}", possible(review, basis.machine, basis.recording.today)
        )
    said = _said_by(review, command) | ({REASON_GIVEN} if command.skip_reason else frozenset())
    state, skipped = _ask(review, step, on, basis.machine, said)
    details = _details(review, command, on, basis)
    early = step in ("issue", "not_amend") and last_day_still_open(review, basis.workflow, on) is not None
    if (skipped or early) and command.skip_reason:
        details["skip_reason"] = basis.recording.note(command.skip_reason)
    cls = LocalStepRecorded if isinstance(command, TakeLocalStep) else STEP_EVENTS[step]
    event: AnyReviewEvent = event_of(cls, review, command, basis, on=on, state=state, **details)
    refuse_disorder(evolve(review, event), basis.workflow, spoken(step))
    return event


def step_of(event: ReviewEvent) -> str:
    """The step that an event records, a local one by the id its definition gives it; empty for what takes none."""
    return event.local_step if isinstance(event, LocalStepRecorded) else event.step


def retaken(review: AnnualReview, event: ReviewEvent, machine: Machine) -> str:
    """The state that a recorded step leads to from the review before it, by this machine.

    An ArflowError where the machine does not take the step, or an act would be before the one it follows from.
    """
    step = step_of(event)
    if step not in machine.workflow.step_by_id:
        raise InvalidValue("step", step, f"a step of {machine.workflow.id}", possible(review, machine, event.on))
    said = _said_in(event) | ({REASON_GIVEN} if event.skip_reason is not None else frozenset())
    state, _ = _ask(review, step, event.on, machine, said)
    refuse_disorder(evolve(review, event), machine.workflow, spoken(step))  # type: ignore[arg-type]
    return state


def _ask(
    review: AnnualReview, step: str, on: date, machine: Machine, said: frozenset[str]
) -> tuple[str, tuple[str, ...]]:
    """What the machine answers; steps that are optional in a review of this kind are passed over without a reason.

    An appeal that waits ends whether or not the review is over: nothing else changes in one that is.
    """
    if step == ENDS_AN_APPEAL and _waits_for_the_tribunal(review):
        return review.state, ()
    circumstances = _circumstances(review, machine.workflow, on) | said
    try:
        return machine.after(review.state, step, circumstances)
    except SkipReasonNeeded as refusal:
        if not set(refusal.skipped) <= set(machine.workflow.kinds[review.kind].optional_steps):
            raise
        return machine.after(review.state, step, circumstances | {REASON_GIVEN})


def _circumstances(review: AnnualReview, workflow: Workflow, on: date) -> frozenset[str]:
    true = {
        "additional": workflow.kinds[review.kind].additional,
        "papers_awaited": more_to_send(review, workflow, "circulate"),
        "report_awaited": more_to_send(review, workflow, "report"),
    }
    return review.circumstances(on, workflow.policy.bank_holidays) | {name for name, holds in true.items() if holds}


def _details(review: AnnualReview, command: AnyAct, on: date, basis: Basis) -> dict[str, Any]:
    """What the event of a step holds beyond its day."""
    match command:
        case ScheduleMeeting():
            return {"meeting_on": _planned(command.meeting_on, on)}
        case PostponeMeeting():
            if command.meeting_on == review.planned_meeting:
                raise DateRefused(
                    f"{field_name('meeting_on')}: the meeting is already planned for {command.meeting_on}"
                )
            reason = basis.recording.note(command.reason)
            return {"meeting_on": _planned(command.meeting_on, on), "reason": reason}
        case Invite():
            if command.meeting_on not in (None, review.planned_meeting):
                raise DateRefused(
                    f"the invitation was to {command.meeting_on}: the meeting is on {review.planned_meeting}"
                )
            roles = roles_of(review, command.roles, basis.workflow)
            if command.served_on:
                refuse_service(command.served_on, on, basis.recording.today, "the invitation")
            return {
                "roles": roles,
                "meeting_on": review.planned_meeting,
                "served_on": command.served_on,
                "awaiting": command.awaiting,
                "late_to": late_to(review, command.people, roles),
                **sent(command),
            }
        case RequestAdvice():
            return {"roles": roles_of(review, command.roles, basis.workflow), **sent(command)}
        case ReceiveAdvice():
            return _answered(command)
        case CirculateAdvice():
            papers = {"documents": digests(command.documents), "bundle": command.bundle}
            return {**papers, **_to_some(command), **sent(command)}
        case HoldMeeting():
            refuse_uncountable(command.first_met_on, field_name("first_met_on"))
            if command.first_met_on and command.first_met_on > on:
                raise DateRefused(f"{field_name('first_met_on')} {command.first_met_on} is after the meeting on {on}")
            return {"attended": command.attended, "first_met_on": command.first_met_on}
        case Decide():
            return {"outcome": command.outcome}
        case SendAmendmentNotice():
            if command.served_on:
                refuse_service(command.served_on, on, basis.recording.today, "the notice")
            return {"served_on": command.served_on, **sent_with_documents(command)}
        case SendReport():
            views = {"recommendation": command.recommendation, "differing": command.differing}
            return views | _to_some(command) | sent_with_documents(command)
        case IssueFinalPlan():
            why = command.incomplete_because
            return sent_with_documents(command) | {"reason": basis.recording.note(why) if why else None}
        case NotifyDecision() | DecideNotToAmend():
            return sent_with_documents(command)
        case DetermineAppeal():
            return {"ended": command.ended}
        case TakeLocalStep():
            return {"local_step": command.local_step}
        case CancelReview():
            return {"reason": basis.recording.note(command.reason)}
        case SupersedeReview():
            return {"by": command.by}
        case SendNoticeAgain() | AgreeMoreTime() | WithdrawNotice() | ChangeDecision() | ReissueFinalPlan():
            return details_of(review, command, on, basis)
        case ReceiveRepresentations():
            return {"no_more": command.no_more}
        case CeasePlan() | CertifyMediation() | LodgeAppeal() | AdmitAppeal():
            return {}
        case ConcludeReview():
            return {}
        case _:
            assert_never(command)


def _planned(meeting_on: date, on: date) -> date:
    refuse_uncountable(meeting_on, field_name("meeting_on"))
    if meeting_on < on:
        raise DateRefused(
            f"{field_name('meeting_on')} {meeting_on} is before the day of planning, {on}: say when with {field_name('on')}"
        )
    return meeting_on


def _to_some(command: CirculateAdvice | SendReport) -> dict[str, Any]:
    return {"roles": tuple(dict.fromkeys(command.roles)), "awaiting": command.awaiting}


def _answered(command: ReceiveAdvice) -> dict[str, Any]:
    """An answer that is no advice counts as one too; the two ways of saying so agree in the event."""
    said_nothing = command.nothing_to_add or command.answer == "nothing_to_add"
    return {
        "role": command.role,
        "nothing_to_add": said_nothing,
        "person": command.person,
        "answer": "nothing_to_add" if said_nothing else command.answer,
        "documents": digests(command.documents),
    }
