"""Deciding what a command records on a plan, and what an act on a review means for its plan. Pure."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, assert_never

import msgspec

from arflow.acts import Recording, digests, reference, refuse_future, refuse_uncountable
from arflow.errors import DateRefused, InvalidValue, MissingValue, NotPossible
from arflow.events import (
    AnyPlanEvent,
    AnyReviewEvent,
    Arranger,
    CoordinatorChanged,
    DecisionNotified,
    DetentionStarted,
    DocumentDisposed,
    FamilyToldOfTransfer,
    PaperReceived,
    PeopleErased,
    PlanAdded,
    PlanAmended,
    PlanCeased,
    PlanCeasedAfterReview,
    PlanDutySeen,
    PlanFactCorrected,
    PlanReviewClosed,
    PlanReviewCompleted,
    PlanReviewCompletionWithdrawn,
    PlanReviewOpened,
    PlanTextKept,
    PlanTransferredIn,
    PlanTransferredOut,
    ReassessmentEnded,
    ReassessmentStarted,
    ReleasedFromDetention,
    ReviewCancelled,
    ReviewConcluded,
    ReviewOpened,
    ReviewSuperseded,
    SettingChanged,
    StepCorrected,
    StepVoided,
    TermlyListSent,
    TransferExpected,
    YearGroupChanged,
    YoungPersonFromSet,
)
from arflow.plan import Plan, evolve, stream
from arflow.plan_commands import (
    AddPlan,
    AnyPlanCommand,
    AssignCoordinator,
    ChangeYearGroup,
    CorrectPlanDay,
    DisposeOfDocument,
    EndPlan,
    EndReassessment,
    ErasePeople,
    ExpectTransfer,
    KeepPlanText,
    MoveSetting,
    PlanCommand,
    ReceivePaper,
    RecordAmendment,
    Release,
    SeePlanDuty,
    SendTermlyList,
    SetYoungPersonFrom,
    StartDetention,
    StartReassessment,
    TellFamilyOfTransfer,
    TransferIn,
    TransferOut,
)
from arflow.review import AnnualReview
from arflow.review import stream as review_stream
from arflow.workflow import Workflow

_REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}")
_URN = re.compile(r"\d{6}")
# What may still be recorded on a plan that has ended.
_AFTER_THE_END = (CorrectPlanDay, ReceivePaper, DisposeOfDocument, ErasePeople)


def add(command: AddPlan, recording: Recording) -> PlanAdded:
    """The event that puts a plan under arflow; its values checked."""
    if not _REF.fullmatch(command.ref):
        raise InvalidValue("REF", command.ref, "a reference of up to 40 letters, digits, dots, dashes or slashes")
    _check_setting(command.setting)
    _check_year(command.nc_year)
    _check_transfer(command.transfer, command.transfer_on)
    refuse_uncountable(command.young_person_from, "--young-person-from")
    first, last = command.first_made, command.last_reviewed
    for field, day in (("--first-made", first), ("--last-reviewed", last)):
        if day:
            refuse_future(day, recording.today, field)
    if first and last and last < first:
        raise DateRefused(f"--last-reviewed {last} is before the plan was made on {first}")
    return PlanAdded(
        originator_id=stream(command.ref),
        originator_version=1,
        plan=command.ref,
        on=command.on or recording.today,
        recorded_at=recording.at,
        recorded_by=recording.by,
        evidence=reference(command.evidence),
        first_made=first,
        first_made_quality=command.first_made_quality,
        last_reviewed=last,
        last_reviewed_quality=command.last_reviewed_quality,
        setting=command.setting,
        nc_year=command.nc_year,
        coordinator=command.coordinator,
        transfer=command.transfer,
        transfer_on=command.transfer_on,
        young_person_from=command.young_person_from,
    )


def _check_setting(setting: str | None) -> None:
    if setting is not None and not _URN.fullmatch(setting):
        raise InvalidValue("--setting", setting, "a URN of six digits")


def _check_year(nc_year: int | None) -> None:
    if nc_year is not None and not -2 <= nc_year <= 14:
        raise InvalidValue("--nc-year", nc_year, "a year from -2 (nursery) and 0 (reception) to 14")


def _check_transfer(transfer: str | None, on: date | None) -> None:
    refuse_uncountable(on, "--transfer-on")
    if (transfer is None) != (on is None):
        missing, given = ("--transfer-on", "--transfer") if transfer else ("--transfer", "--transfer-on")
        raise MissingValue(missing, f"give it beside {given}, or leave both out")


def act(plan: Plan, command: AnyPlanCommand, recording: Recording) -> AnyPlanEvent:
    """The event a command makes on a plan; an ArflowError where it cannot be."""
    on = command.on or recording.today
    refuse_future(on, recording.today)
    if not plan.is_maintained and not isinstance(command, _AFTER_THE_END):
        raise NotPossible(
            f"plan {plan.ref} is no longer maintained: correct it, or add it again under another reference"
        )
    if plan.first_made.day and on < plan.first_made.day:
        raise DateRefused(f"--on {on} is before the plan was made on {plan.first_made.day}")
    return _event(plan, command, recording, on)


def _event(plan: Plan, command: AnyPlanCommand, recording: Recording, on: date) -> AnyPlanEvent:
    envelope = _envelope(plan, recording, on, command)
    match command:
        case MoveSetting():
            _check_setting(command.setting)
            return SettingChanged(**envelope, setting=command.setting)
        case ChangeYearGroup():
            _check_year(command.nc_year)
            return YearGroupChanged(**envelope, nc_year=command.nc_year)
        case AssignCoordinator():
            return CoordinatorChanged(**envelope, coordinator=command.coordinator)
        case ExpectTransfer():
            _check_transfer(command.transfer, command.transfer_on)
            return TransferExpected(**envelope, transfer=command.transfer, transfer_on=command.transfer_on)
        case SetYoungPersonFrom():
            refuse_uncountable(command.young_person_from, "--from")
            return YoungPersonFromSet(**envelope, young_person_from=command.young_person_from)
        case TransferIn():
            return PlanTransferredIn(**envelope, from_la=command.from_la)
        case TellFamilyOfTransfer():
            _need(plan.transferred_in is not None, f"plan {plan.ref} did not come from another authority")
            return FamilyToldOfTransfer(**envelope)
        case TransferOut():
            return PlanTransferredOut(**envelope, to_la=command.to_la)
        case StartDetention():
            _need(not plan.is_detained, f"plan {plan.ref} already has a detention: record the release first")
            return DetentionStarted(**envelope)
        case Release():
            _need(plan.is_detained, f"plan {plan.ref} has no detention to be released from")
            return ReleasedFromDetention(**envelope)
        case StartReassessment():
            _need(plan.reassessment_started is None, f"plan {plan.ref} is already being re-assessed")
            return ReassessmentStarted(**envelope)
        case EndReassessment():
            return _reassessment_ended(plan, command, recording, envelope)
        case RecordAmendment():
            refuse_uncountable(command.notice_on, "--notice-on")
            return PlanAmended(**envelope, because=command.because, notice_on=command.notice_on)
        case SendTermlyList():
            refuse_uncountable(command.term_start, "--term-start")
            return TermlyListSent(**envelope, term_start=command.term_start)
        case EndPlan():
            return PlanCeased(**envelope)
        case CorrectPlanDay():
            return _corrected(plan, command, recording, envelope)
        case KeepPlanText():
            digests((command.document,))
            return PlanTextKept(**envelope, document=command.document, review=command.review)
        case ReceivePaper():
            return PaperReceived(
                **envelope,
                paper=command.paper,
                documents=digests(command.documents),
                person=command.person,
                role=command.role,
                channel=command.channel,
                review=command.review,
            )
        case SeePlanDuty():
            return PlanDutySeen(**envelope, duty=command.duty, seen=command.seen, due=command.due)
        case DisposeOfDocument():
            digests((command.document,))
            reason = recording.note(command.reason)
            return DocumentDisposed(**envelope, document=command.document, rule=command.rule, reason=reason)
        case ErasePeople():
            reason = recording.note(command.reason)
            return PeopleErased(**envelope, people=command.people, rule=command.rule, reason=reason)
        case _:
            assert_never(command)


def _envelope(plan: Plan, recording: Recording, on: date, command: PlanCommand | None = None) -> dict[str, Any]:
    return {
        "originator_id": stream(plan.ref),
        "originator_version": plan.version + 1,
        "plan": plan.ref,
        "on": on,
        "recorded_at": recording.at,
        "recorded_by": recording.by,
        "evidence": reference(command.evidence) if command else None,
    }


def _need(holds: bool, otherwise: str) -> None:
    if not holds:
        raise NotPossible(otherwise)


def _reassessment_ended(
    plan: Plan, command: EndReassessment, recording: Recording, envelope: dict[str, Any]
) -> ReassessmentEnded:
    _need(plan.reassessment_started is not None, f"plan {plan.ref} is not being re-assessed")
    if command.stands_for_review and not command.reason:
        raise MissingValue("--reason", "a re-assessment stands for a review only with a reason")
    reason = recording.note(command.reason) if command.reason else None
    return ReassessmentEnded(**envelope, stands_for_review=command.stands_for_review, reason=reason)


def _corrected(
    plan: Plan, command: CorrectPlanDay, recording: Recording, envelope: dict[str, Any]
) -> PlanFactCorrected:
    fact = getattr(plan, command.fact)
    if fact is None and command.fact != "last_reviewed":
        raise NotPossible(f"plan {plan.ref} has no {command.fact.replace('_', ' ')} to correct")
    refuse_uncountable(command.to, "--to")
    if command.to and command.fact in ("first_made", "last_reviewed", "transferred_in", "released", "ceased"):
        refuse_future(command.to, recording.today, "--to")
    if command.fact == "first_made" and command.to is None and command.quality != "missing":
        raise MissingValue("--to", "a plan has a first day: write unknown if nobody knows it")
    corrects = int(fact.event.rpartition("#")[2]) if fact else 1
    return PlanFactCorrected(
        **envelope,
        corrects=corrects,
        fact=command.fact,
        to=command.to,
        quality=command.quality,
        reason=recording.note(command.reason),
    )


# --- what a review's events mean for its plan ----------------------------------------------------------------


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
    _need(plan.is_maintained, f"plan {plan.ref} is no longer maintained: there is nothing to review")
    if workflow.kinds[opening.kind].needs_transfer:
        record = f"record it with `arflow plan transfer {plan.ref}` first"
        _need(plan.transfer is not None, f"plan {plan.ref} has no expected transfer: {record}")


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
    envelope = _envelope(plan, recording, opening.on)
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
    envelope = _envelope(plan, recording, event.on)
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
    corrects = int(plan.ceased.event.rpartition("#")[2])
    return PlanFactCorrected(**envelope, corrects=corrects, fact="ceased", to=to, reason=event.reason)


def with_officer(command: Any, officer: str | None) -> Any:
    """A command with its coordinator's name replaced by the officer's id."""
    return msgspec.structs.replace(command, coordinator=officer)
