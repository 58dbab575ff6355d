"""Deciding: a review, a command and the machine's answer make the events to append, or a refusal. Pure."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, assert_never

import msgspec

from arflow.amending.plan_text import OUTCOMES, is_item_id, section_of
from arflow.commands import (
    AnyAct,
    AnyAside,
    AnyReviewCommand,
    CancelReview,
    CeasePlan,
    CertifyMediation,
    ChaseAdvice,
    CirculateAdvice,
    ConcludeReview,
    CorrectStep,
    Decide,
    DecideNotToAmend,
    DetermineAppeal,
    HoldMeeting,
    Invite,
    IssueFinalPlan,
    LodgeAppeal,
    MigrateReview,
    NotifyDecision,
    PostponeMeeting,
    ProposeAmendments,
    ReceiveAdvice,
    ReceiveRepresentations,
    RecordConduct,
    RecordFailure,
    RecordMessage,
    RecordService,
    RequestAdvice,
    ScheduleMeeting,
    SeeDuty,
    SendAmendmentNotice,
    SendReport,
    SentCommand,
    SupersedeReview,
    TakeLocalStep,
    VoidStep,
)
from arflow.errors import DateRefused, InvalidValue, MissingValue, NotPossible, SkipReasonNeeded, spoken
from arflow.events import (
    STEP_EVENTS,
    AdviceChased,
    AmendmentNoticeSent,
    AmendmentsProposed,
    AnyReviewEvent,
    ConductRecorded,
    DeliveryFailed,
    DutySeen,
    InvitationsSent,
    LocalStepRecorded,
    MessageSent,
    ServiceRecorded,
    StepCorrected,
    StepVoided,
    WorkflowMigrated,
)
from arflow.machine import REASON_GIVEN, Machine
from arflow.periods import FIRST_DAY, LAST_DAY
from arflow.review import Act, AnnualReview, evolve, stream
from arflow.workflow import Workflow

_REFERENCE = re.compile(r"[!-~]{1,200}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """Who records, when, what day it is for them, and how a text becomes the digest of a kept note."""

    by: str
    at: datetime
    today: date
    note: Callable[[str], str]


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What an act is decided with: the review's workflow and its machine, the recording, and the plan's first day."""

    workflow: Workflow
    machine: Machine
    recording: Recording
    not_before: date | None = None


def possible(review: AnnualReview, desk: Desk) -> tuple[str, ...]:
    """The steps that can be taken now without passing over any."""
    return desk.machine.possible(review.state, _circumstances(review, desk, desk.recording.today))


def act(review: AnnualReview, command: AnyReviewCommand, desk: Desk) -> tuple[AnyReviewEvent, ...]:
    """The events a command makes; an ArflowError, and no event, where it cannot be."""
    match command:
        case CorrectStep():
            return _correct(review, command, desk)
        case VoidStep():
            return _void(review, command, desk)
        case MigrateReview():
            return (_migrate(review, command, desk),)
        case Decide():
            return _decide(review, command, desk)
        case (
            ChaseAdvice()
            | RecordConduct()
            | RecordService()
            | ProposeAmendments()
            | RecordMessage()
            | RecordFailure()
            | SeeDuty()
        ):
            return (_beside(review, command, desk),)
        case _:
            return (_take(review, command, desk),)


def _take(review: AnnualReview, command: AnyAct, desk: Desk) -> AnyReviewEvent:
    """One step through the machine."""
    on = _day(command, desk)
    step = command.local_step if isinstance(command, TakeLocalStep) else command.step
    if step not in desk.workflow.step_by_id:
        raise InvalidValue("step", step, f"a step of {desk.workflow.id}", possible(review, desk))
    circumstances = _circumstances(review, desk, on)
    if isinstance(command, DetermineAppeal):
        allowed = command.ended in ("allowed", "conceded")
        circumstances |= {"appeal_allowed" if allowed else "appeal_not_allowed"}
    if command.skip_reason:
        circumstances |= {REASON_GIVEN}
    state, skipped = _ask(review, step, circumstances, desk)
    details = _details(review, command, on, desk)
    if skipped and command.skip_reason:
        details["skip_reason"] = desk.recording.note(command.skip_reason)
    cls = LocalStepRecorded if isinstance(command, TakeLocalStep) else STEP_EVENTS[step]
    event: AnyReviewEvent = _event(cls, review, command, desk, on=on, state=state, **details)
    _refuse_disorder(evolve(review, event), desk.workflow, spoken(step))
    return event


def _ask(review: AnnualReview, step: str, circumstances: frozenset[str], desk: Desk) -> tuple[str, tuple[str, ...]]:
    """What the machine answers; steps that are optional in a review of this kind are passed over without a reason."""
    try:
        return desk.machine.after(review.state, step, circumstances)
    except SkipReasonNeeded as refusal:
        if not set(refusal.skipped) <= set(desk.workflow.kinds[review.kind].optional_steps):
            raise
        return desk.machine.after(review.state, step, circumstances | {REASON_GIVEN})


def _circumstances(review: AnnualReview, desk: Desk, on: date) -> frozenset[str]:
    additional = {"additional"} if desk.workflow.kinds[review.kind].additional else set()
    return review.circumstances(on) | additional


def _event(cls: type[Any], review: AnnualReview, command: AnyReviewCommand, desk: Desk, **fields: Any) -> Any:
    return cls(
        originator_id=stream(review.id),
        originator_version=review.version + 1,
        plan=review.plan,
        recorded_at=desk.recording.at,
        recorded_by=desk.recording.by,
        evidence=reference(command.evidence),
        **fields,
    )


def _details(review: AnnualReview, command: AnyAct, on: date, desk: Desk) -> dict[str, Any]:
    """What the event of a step holds beyond its day."""
    match command:
        case ScheduleMeeting():
            return {"meeting_on": _planned(command.meeting_on, on)}
        case PostponeMeeting():
            if command.meeting_on == review.planned_meeting:
                raise DateRefused(f"--meeting-on: the meeting is already planned for {command.meeting_on}")
            reason = desk.recording.note(command.reason)
            return {"meeting_on": _planned(command.meeting_on, on), "reason": reason}
        case Invite():
            if command.meeting_on not in (None, review.planned_meeting):
                raise DateRefused(
                    f"the invitation was to {command.meeting_on}: the meeting is on {review.planned_meeting}"
                )
            roles = _roles(review, command.roles, desk.workflow)
            served = _served(command.served_on, on, "the invitation")
            return {"roles": roles, "meeting_on": review.planned_meeting, "served_on": served, **_sent(command)}
        case RequestAdvice():
            return {"roles": _roles(review, command.roles, desk.workflow), **_sent(command)}
        case ReceiveAdvice():
            return _answered(command)
        case CirculateAdvice():
            return {"documents": digests(command.documents), "bundle": command.bundle, **_sent(command)}
        case HoldMeeting():
            refuse_uncountable(command.first_met_on, "--first-met-on")
            if command.first_met_on and command.first_met_on > on:
                raise DateRefused(f"--first-met-on {command.first_met_on} is after the meeting on {on}")
            return {"attended": command.attended, "first_met_on": command.first_met_on}
        case Decide():
            return {"outcome": command.outcome}
        case SendAmendmentNotice():
            served = _served(command.served_on, on, "the notice")
            return {"served_on": served, **_sent_with_documents(command)}
        case SendReport():
            views = {"recommendation": command.recommendation, "differing": command.differing}
            return views | _sent_with_documents(command)
        case NotifyDecision() | IssueFinalPlan() | DecideNotToAmend():
            return _sent_with_documents(command)
        case DetermineAppeal():
            return {"ended": command.ended}
        case TakeLocalStep():
            return {"local_step": command.local_step}
        case CancelReview():
            return {"reason": desk.recording.note(command.reason)}
        case SupersedeReview():
            return {"by": command.by}
        case ReceiveRepresentations() | CeasePlan() | CertifyMediation() | LodgeAppeal() | ConcludeReview():
            return {}
        case _:
            assert_never(command)


def _served(served_on: date | None, on: date, what: str) -> date | None:
    refuse_uncountable(served_on, "--served-on")
    if served_on and served_on < on:
        raise DateRefused(f"--served-on {served_on} is before {what} was sent on {on}")
    return served_on


def _sent(command: Invite | RequestAdvice | CirculateAdvice | ChaseAdvice | SentCommand) -> dict[str, Any]:
    """To whom and how something was sent."""
    return {"people": command.people, "channel": command.channel}


def _sent_with_documents(command: SentCommand) -> dict[str, Any]:
    return {**_sent(command), "documents": digests(command.documents)}


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


# --- beside the steps --------------------------------------------------------------------------------------


def _beside(review: AnnualReview, command: AnyAside, desk: Desk) -> AnyReviewEvent:
    """What is recorded of a review without taking a step: the machine is not asked, and the state stays."""
    on = _day_beside(review, command, desk)
    if on < review.opened_on:
        raise DateRefused(f"--on {on} is before the review was opened on {review.opened_on}")

    def event(cls: type[Any], **fields: Any) -> AnyReviewEvent:
        made: AnyReviewEvent = _event(cls, review, command, desk, on=on, state=review.state, **fields)
        return made

    match command:
        case ChaseAdvice():
            roles = _roles(review, command.roles, desk.workflow)
            return event(AdviceChased, roles=roles, rule=command.rule, **_sent(command))
        case RecordConduct():
            _check_conduct(review, command, on)
            return event(ConductRecorded, **_of_the_meeting(command))
        case RecordService():
            _check_service(review, command)
            fields = {"of": command.of, "served_on": command.served_on, "channel": command.channel}
            return event(ServiceRecorded, **fields, because=command.because)
        case ProposeAmendments():
            if review.is_finished:
                raise NotPossible(
                    f"{review.id} is {review.state}: nothing more is proposed on it; propose it on the next review"
                )
            base, proposed = digests((command.base, command.amendments))
            by, changes = command.proposed_by, command.changes
            return event(AmendmentsProposed, base=base, amendments=proposed, proposed_by=by, changes=changes)
        case RecordMessage():
            to = {"roles": command.roles, "people": command.people, "channel": command.channel}
            return event(MessageSent, letter=command.letter, documents=digests(command.documents), **to)
        case RecordFailure():
            to = {"roles": command.roles, "people": command.people, "channel": command.channel}
            return event(DeliveryFailed, message=command.message, because=command.because, **to)
        case SeeDuty():
            return event(DutySeen, duty=command.duty, seen=command.seen, due=command.due)
        case _:
            assert_never(command)


def _day_beside(review: AnnualReview, command: AnyAside, desk: Desk) -> date:
    """The day of what is recorded; how a meeting went is recorded for its day unless said otherwise."""
    held = review.day("hold") if isinstance(command, RecordConduct) else None
    return held if held and command.on is None else _day(command, desk)


def _of_the_meeting(command: RecordConduct) -> dict[str, Any]:
    return {
        "outcomes": command.outcomes,
        "progress": command.progress,
        "views": tuple(dict.fromkeys(command.views)),
        "areas": tuple(dict.fromkeys(command.areas)),
        "personal_budget": command.personal_budget,
        "documents": digests(command.documents),
    }


def _check_conduct(review: AnnualReview, command: RecordConduct, on: date) -> None:
    held = review.last("hold")
    if held is None:
        raise NotPossible(f"the meeting of {review.id} is not recorded as held: record it with `arflow review hold`")
    if on < held.on:
        raise DateRefused(f"--on {on} is before the meeting on {held.on}")
    if len(command.outcomes) != len(command.progress):
        raise InvalidValue("--progress", len(command.progress), f"one for each of {len(command.outcomes)} outcomes")
    if "no_views" in command.views and len(command.views) > 1:
        raise InvalidValue("--views", "no_views", "possible beside views that were given")
    twice = [item for item in command.outcomes if command.outcomes.count(item) > 1]
    if twice:
        raise InvalidValue("--progress", twice[0], "named once: say one thing of each outcome")
    for item in command.outcomes:
        if not is_item_id(item) or section_of(item) != OUTCOMES:
            raise InvalidValue("--progress", repr(item[:20]), "an outcome of the plan, such as E1")


def _check_service(review: AnnualReview, command: RecordService) -> None:
    refuse_uncountable(command.served_on, "--served-on")
    sent = next((act for act in review.acts if act.event.originator_version == command.of), None)
    if sent is None or not isinstance(sent.event, InvitationsSent | AmendmentNoticeSent):
        raise InvalidValue(
            "--event", command.of, f"an invitation or an amendment notice of {review.id}: see its history"
        )
    if command.served_on < sent.on:
        raise DateRefused(f"--served-on {command.served_on} is before it was sent on {sent.on}")


def digests(values: tuple[str, ...]) -> tuple[str, ...]:
    """SHA-256 digests in hex, as documents are named in the log; InvalidValue for anything else."""
    for value in values:
        if not _DIGEST.fullmatch(value):
            raise InvalidValue("--document", repr(value[:70]), "a SHA-256 digest: 64 characters of 0-9 and a-f")
    return values


def _decide(review: AnnualReview, command: Decide, desk: Desk) -> tuple[AnyReviewEvent, ...]:
    decided = _take(review, command, desk)
    if command.not_yet_notified:
        if command.notified_on:
            raise InvalidValue("--notified-on", command.notified_on, "possible beside --not-yet-notified")
        return (decided,)
    told = NotifyDecision(on=command.notified_on or decided.on, evidence=command.evidence)
    return decided, _take(evolve(review, decided), told, desk)


# --- putting right -----------------------------------------------------------------------------------------


def _correct(review: AnnualReview, command: CorrectStep, desk: Desk) -> tuple[AnyReviewEvent, ...]:
    """Correct an act, and with a decision the notification that was recorded with it on the same day."""
    to = _day(command, desk)
    reason = desk.recording.note(command.reason)
    events: list[AnyReviewEvent] = []
    for target in _targets(review, command.corrected_step, command.version):
        event: AnyReviewEvent = _event(
            StepCorrected,
            review,
            command,
            desk,
            on=desk.recording.today,
            state=review.state,
            corrects=target.event.originator_version,
            corrected_step=target.step,
            to=to,
            reason=reason,
        )
        events.append(event)
        review = evolve(review, event)
    _refuse_disorder(review, desk.workflow, f"correct {spoken(command.corrected_step)}")
    return tuple(events)


def _void(review: AnnualReview, command: VoidStep, desk: Desk) -> tuple[AnyReviewEvent, ...]:
    """Take back an act, and with a decision its notification; later acts that rest on it stand in the way."""
    reason = desk.recording.note(command.reason)
    events: list[AnyReviewEvent] = []
    for target in reversed(_targets(review, command.voided_step, command.version)):
        _refuse_if_needed(review, target, desk.workflow)
        event: AnyReviewEvent = _event(
            StepVoided,
            review,
            command,
            desk,
            on=desk.recording.today,
            state=target.before if target.moved else review.state,
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


def _migrate(review: AnnualReview, command: MigrateReview, desk: Desk) -> AnyReviewEvent:
    """Go on under `desk.workflow`, which is the one to move to."""
    if desk.workflow.id == review.workflow:
        raise NotPossible(f"{review.id} already runs under {review.workflow}")
    if review.state not in desk.workflow.state_by_id or review.kind not in desk.workflow.kinds:
        raise NotPossible(f"{desk.workflow.id} has no state {review.state} or no kind {review.kind}: {review.id} stays")
    event: AnyReviewEvent = _event(
        WorkflowMigrated,
        review,
        command,
        desk,
        on=_day(command, desk),
        state=review.state,
        workflow=desk.workflow.id,
        workflow_sha256=desk.workflow.sha256,
        reason=desk.recording.note(command.reason),
    )
    return event


# --- days and roles ----------------------------------------------------------------------------------------


def _day(command: AnyReviewCommand, desk: Desk) -> date:
    """The day of the act: not in the future, and not before the plan was made."""
    on = command.on or desk.recording.today
    refuse_future(on, desk.recording.today)
    if desk.not_before and on < desk.not_before:
        raise DateRefused(f"--on {on} is before the plan was made on {desk.not_before}")
    return on


def refuse_uncountable(day: date | None, field: str) -> None:
    """A day so far off that periods from it would leave the calendar: DateRefused."""
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise DateRefused(f"{field} {day} is not a day that arflow counts: from {FIRST_DAY} to {LAST_DAY}")


def refuse_future(on: date, today: date, field: str = "--on") -> None:
    """A fact cannot lie ahead: DateRefused."""
    refuse_uncountable(on, field)
    if on > today:
        raise DateRefused(f"{field} {on} is in the future (today is {today}): record it when it has happened")


def reference(evidence: str | None) -> str | None:
    """A document id or a URL; words belong elsewhere, since the log cannot forget them."""
    if evidence is not None and not _REFERENCE.fullmatch(evidence):
        raise InvalidValue(
            "--evidence", repr(evidence[:40]), "a document id or URL of up to 200 characters without spaces"
        )
    return evidence


def _planned(meeting_on: date, on: date) -> date:
    refuse_uncountable(meeting_on, "--meeting-on")
    if meeting_on < on:
        raise DateRefused(f"--meeting-on {meeting_on} is before the day of planning, {on}: say when with --on")
    return meeting_on


def _roles(review: AnnualReview, roles: tuple[Any, ...], workflow: Workflow) -> tuple[Any, ...]:
    left_out = [role for role in roles if role in workflow.kinds[review.kind].leaves_out_roles]
    if left_out:
        raise InvalidValue("--role", left_out[0], f"part of a {review.kind} review")
    if not roles:
        raise MissingValue("--role", "name at least one")
    return tuple(dict.fromkeys(roles))


def _refuse_disorder(review: AnnualReview, workflow: Workflow, doing: str) -> None:
    """Refuse days that cannot be: an act before the one that it follows from."""
    milestone_steps = {step.milestone: step.id for step in workflow.steps}
    for taken in review.acts:
        step = workflow.step_by_id.get(taken.step)
        before = milestone_steps.get(step.not_before) if step and step.not_before else None
        earlier = review.day(before) if before else None
        if before and earlier and taken.on < earlier:
            raise DateRefused(
                f"cannot {doing}: {spoken(taken.step)} on {taken.on} would be before {spoken(before)} on {earlier}"
            )
