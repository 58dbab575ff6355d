"""Deciding what a command records on a plan. Pure."""

from datetime import date
from typing import Any, assert_never

import msgspec

from arflow.case import ceasing, plan_amendments, transfer_naming
from arflow.case.acts import (
    Recording,
    digests,
    of_lateness,
    of_move,
    of_proceedings,
    of_term_lists,
    of_transfer,
    reference,
    refuse_future,
    refuse_uncountable,
)
from arflow.case.acts.references import check_reference
from arflow.case.acts.refusals import need
from arflow.case.facts import Fact
from arflow.case.plan import Plan, stream
from arflow.case.plan_command import PlanCommand
from arflow.case.plan_commands import (
    AddPlan,
    AgreeToContact,
    AnyPlanCommand,
    AssignCoordinator,
    ChangeYearGroup,
    ConsultInstitution,
    CorrectPlanDay,
    DecideNotToAmendPlan,
    DisposeOfDocument,
    EndPlan,
    EndReassessment,
    ErasePeople,
    ExpectTransfer,
    ExplainLateness,
    GiveTermList,
    KeepPlanText,
    LearnOfMove,
    MoveSetting,
    NameForTransfer,
    ReceivePaper,
    ReceivePlanRepresentations,
    ReceiveReply,
    RecordAmendment,
    RecordMonitoringMeeting,
    Release,
    RequestInstitution,
    SeePlanDuty,
    SendPlanNotice,
    SendTermlyList,
    SetYoungPersonFrom,
    StartDetention,
    StartReassessment,
    TakeOver,
    TellFamilyOfTransfer,
    TransferIn,
    TransferOut,
    WithdrawConsultation,
)
from arflow.case.proceeding_commands import ProceedingCommand
from arflow.case.urn import check_urn
from arflow.errors import DateRefused, InvalidValue, MissingValue, NotPossible, field_name
from arflow.events import (
    AnyPlanEvent,
    CoordinatorChanged,
    DetentionStarted,
    DocumentDisposed,
    MonitoringMeetingHeld,
    PaperReceived,
    ParentContactAgreed,
    PeopleErased,
    PlanAdded,
    PlanCeased,
    PlanDutySeen,
    PlanFactCorrected,
    PlanTextKept,
    ReassessmentEnded,
    ReassessmentStarted,
    ReleasedFromDetention,
    SettingChanged,
    TermlyListSent,
    TransferExpected,
    YearGroupChanged,
    YoungPersonFromSet,
)
from arflow.words import in_words

# Days of what has happened, which cannot lie ahead.
_PAST = (
    "first_made",
    "last_reviewed",
    "transferred_in",
    "aware_of_move",
    "transferred_out",
    "detained",
    "released",
    "ceased",
    *plan_amendments.FACTS,
    "amended",
)
_SINCE_MADE = tuple(fact for fact in _PAST if fact not in ("first_made", "last_reviewed"))
# What may still be recorded on a plan that has ended.
_AFTER_THE_END = (
    CorrectPlanDay,
    LearnOfMove,
    GiveTermList,
    ReceivePaper,
    DisposeOfDocument,
    ErasePeople,
    ProceedingCommand,
)


def add(command: AddPlan, recording: Recording) -> PlanAdded:
    """The event that puts a plan under arflow; its values checked, its reference that it names nobody."""
    check_reference(command.ref, recording.today, field_name("ref"))
    _check_setting(command.setting)
    _check_year(command.nc_year)
    _check_transfer(command.transfer, command.transfer_on)
    refuse_uncountable(command.young_person_from, field_name("young_person_from"))
    first, last = command.first_made, command.last_reviewed
    told = {"first_made": first, "last_reviewed": last, "undecided_meeting": command.undecided_meeting}
    for field, day in told.items():
        if day:
            refuse_future(day, recording.today, field_name(field))
        if first and day and day < first:
            raise DateRefused(f"{field_name(field)} {day} is before the plan was made on {first}")
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
        undecided_meeting=command.undecided_meeting,
    )


def _check_setting(setting: str | None) -> None:
    if setting is not None:
        check_urn(setting, "setting")


def _check_year(nc_year: int | None) -> None:
    if nc_year is not None and not -2 <= nc_year <= 14:
        raise InvalidValue(field_name("nc_year"), nc_year, "a year from -2 (nursery) and 0 (reception) to 14")


def _check_transfer(transfer: str | None, on: date | None) -> None:
    refuse_uncountable(on, field_name("transfer_on"))
    if (transfer is None) != (on is None):
        missing, given = ("transfer_on", "transfer") if transfer else ("transfer", "transfer_on")
        raise MissingValue(field_name(missing), f"give it beside {field_name(given)}, or leave both out")


def how_to_take_back(plan: Plan) -> str:
    """How the end of a plan is taken back, where it was recorded by mistake."""
    if plan.transferred_out is None and plan.ceased_by:
        return f"if that is a mistake, take it back with `arflow review void {plan.ceased_by} cease --reason TEXT`"
    fact = "transferred-out" if plan.transferred_out else "ceased"
    return f"if that is a mistake, correct it with `arflow plan correct {plan.ref} {fact} --to none --reason TEXT`"


def act(plan: Plan, command: AnyPlanCommand, recording: Recording) -> AnyPlanEvent:
    """The event a command makes on a plan; an ArflowError where it cannot be."""
    on = command.on or recording.today
    refuse_future(on, recording.today)
    if not plan.is_maintained and not isinstance(command, _AFTER_THE_END):
        raise NotPossible(
            f"plan {plan.ref} is no longer maintained: {how_to_take_back(plan)}, or add it again under another reference"
        )
    if plan.first_made.day and on < plan.first_made.day:
        raise DateRefused(f"{field_name('on')} {on} is before the plan was made on {plan.first_made.day}")
    return _event(plan, command, recording, on)


def _event(plan: Plan, command: AnyPlanCommand, recording: Recording, on: date) -> AnyPlanEvent:
    envelope = envelope_of(plan, recording, on, command)
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
        case RequestInstitution():
            return of_transfer.requested(plan, command, envelope)
        case ConsultInstitution() | ReceiveReply() | WithdrawConsultation():
            return of_transfer.consulting(plan, command, recording, envelope)
        case NameForTransfer():
            return transfer_naming.afterwards(
                plan,
                command.names_for_transfer,
                recording,
                envelope,
                review=command.review,
                outside=command.outside_review,
            )
        case SetYoungPersonFrom():
            refuse_uncountable(command.young_person_from, field_name("young_person_from"))
            return YoungPersonFromSet(**envelope, young_person_from=command.young_person_from)
        case AgreeToContact():
            return ParentContactAgreed(**envelope, person=command.person, agreed=command.agreed)
        case TransferIn() | TellFamilyOfTransfer() | TakeOver() | LearnOfMove() | TransferOut():
            return of_move.moved(plan, command, recording, envelope)
        case StartDetention():
            need(not plan.is_detained, f"plan {plan.ref} already has a detention: record the release first")
            return DetentionStarted(**envelope, under=command.under)
        case RecordMonitoringMeeting():
            need(plan.is_detained, f"plan {plan.ref} has no detention: record it with `arflow plan detain` first")
            return MonitoringMeetingHeld(**envelope)
        case Release():
            need(plan.is_detained, f"plan {plan.ref} has no detention to be released from")
            if plan.detained and plan.detained.day and on < plan.detained.day:
                raise DateRefused(f"{field_name('on')} {on} is before the detention began on {plan.detained.day}")
            return ReleasedFromDetention(**envelope)
        case StartReassessment():
            if under_way := plan.reassessment_started:
                raise NotPossible(
                    f"plan {plan.ref} is already being re-assessed: record its end with `arflow plan reassess {plan.ref} --end`, "
                    f"or take it back with `arflow plan withdraw {plan.ref} --of {under_way.version}`"
                )
            return ReassessmentStarted(**envelope)
        case EndReassessment():
            return _reassessment_ended(plan, command, recording, envelope)
        case SendPlanNotice() | ReceivePlanRepresentations() | RecordAmendment() | DecideNotToAmendPlan():
            return plan_amendments.decided(plan, command, recording, envelope)
        case SendTermlyList():
            refuse_uncountable(command.term_start, field_name("term_start"))
            return TermlyListSent(**envelope, term_start=command.term_start)
        case GiveTermList():
            return of_term_lists.given(command, envelope)
        case EndPlan():
            ceasing.refuse_to_end(plan, on, command.skip_reason, recording.bank_holidays)
            reason = recording.note(command.skip_reason) if command.skip_reason else None
            return PlanCeased(**envelope, skip_reason=reason)
        case ProceedingCommand():
            return of_proceedings.event_of(plan, command, recording, envelope)
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
        case ExplainLateness():
            return of_lateness.explained(plan, command, recording, envelope)
        case DisposeOfDocument():
            digests((command.document,))
            reason = recording.note(command.reason)
            return DocumentDisposed(**envelope, document=command.document, rule=command.rule, reason=reason)
        case ErasePeople():
            reason = recording.note(command.reason)
            return PeopleErased(**envelope, people=command.people, rule=command.rule, reason=reason)
        case _:
            assert_never(command)


def envelope_of(plan: Plan, recording: Recording, on: date, command: PlanCommand | None = None) -> dict[str, Any]:
    """What every event of a plan holds: its place in the plan's stream, its day, and who records it."""
    return {
        "originator_id": stream(plan.ref),
        "originator_version": plan.version + 1,
        "plan": plan.ref,
        "on": on,
        "recorded_at": recording.at,
        "recorded_by": recording.by,
        "evidence": reference(command.evidence) if command else None,
    }


def _reassessment_ended(
    plan: Plan, command: EndReassessment, recording: Recording, envelope: dict[str, Any]
) -> ReassessmentEnded:
    started = plan.reassessment_started
    need(started is not None, f"plan {plan.ref} is not being re-assessed")
    if started and started.day and envelope["on"] < started.day:
        raise DateRefused(f"{field_name('on')} {envelope['on']} is before the re-assessment began on {started.day}")
    if command.stands_for_review and not command.reason:
        raise MissingValue(field_name("reason"), "a re-assessment stands for a review only with a reason")
    reason = recording.note(command.reason) if command.reason else None
    return ReassessmentEnded(**envelope, stands_for_review=command.stands_for_review, reason=reason)


def _corrected(
    plan: Plan, command: CorrectPlanDay, recording: Recording, envelope: dict[str, Any]
) -> PlanFactCorrected:
    fact = recorded_fact(plan, command)
    refuse_uncountable(command.to, field_name("to"))
    if command.to and command.fact in _PAST:
        refuse_future(command.to, recording.today, field_name("to"))
    if command.fact == "first_made" and command.to is None and command.quality != "missing":
        raise MissingValue(field_name("to"), "a plan has a first day: write unknown if nobody knows it")
    if command.fact in (*plan_amendments.FACTS, "amended") and (command.quality != "known"):
        raise InvalidValue(field_name("to"), command.quality, "the day it was sent, or none: it never was")
    if command.fact == "stood_in" and (command.to or command.quality != "known"):
        raise InvalidValue(field_name("to"), command.to or command.quality, "none: it did not stand for a review")
    if command.to:
        _refuse_disorder(plan, command.fact, command.to)
    served_on = plan_amendments.served_as_corrected(command, recording.today)
    if fact is not None and (fact.day, fact.quality, plan.served(command.fact)) == (
        command.to,
        command.quality,
        served_on,
    ):
        said = command.to or "not known"
        raise NotPossible(f"{in_words(command.fact)} is recorded as {said} already: nothing to correct")
    plan_amendments.refuse_disorder(plan, command.fact, command.to)
    if command.fact == "detained" and command.to is None:
        need(plan.released is None, "the release from it is recorded: take that back first, with `released --to none`")
    if command.fact == "ceased" and plan.ceased_by and (command.to or command.quality != "missing"):
        act = "correct" if command.to else "void"
        raise NotPossible(f"review {plan.ceased_by} ceased the plan: use `arflow review {act} {plan.ceased_by} cease`")
    corrects = fact.version if fact else 1
    return PlanFactCorrected(
        **envelope,
        corrects=corrects,
        fact=command.fact,
        to=command.to,
        quality=command.quality,
        reason=recording.note(command.reason),
        served_on=served_on,
    )


def _refuse_disorder(plan: Plan, fact: str, to: date) -> None:
    """DateRefused for a corrected day before the plan was made, or on the wrong side of what goes with it."""
    made, detained, released = plan.first_made.day, plan.detained, plan.released
    gone = plan.transferred_out.day if plan.transferred_out else None
    wrong = ""
    if fact in _SINCE_MADE and made and to < made:
        wrong = f"before the plan was made on {made}"
    elif fact == "released" and detained and detained.day and to < detained.day:
        wrong = f"before the detention began on {detained.day}"
    elif fact == "detained" and released and released.day and to > released.day:
        wrong = f"after the release from it on {released.day}"
    elif fact == "aware_of_move" and gone and to > gone:
        wrong = f"after the plan went to another authority on {gone}"
    if wrong:
        raise DateRefused(f"{field_name('to')} {to} is {wrong}: correct that first if it is wrong")


def recorded_fact(plan: Plan, command: CorrectPlanDay) -> Fact | None:
    """The fact to correct; NotPossible where there is none."""
    if command.version and command.fact != "amended":
        raise NotPossible(
            f"{field_name('version')} says which amendment is meant: leave it out for {in_words(command.fact)}"
        )
    if command.fact != "amended":
        found: Fact | None = getattr(plan, command.fact)
        if found is None and command.fact != "last_reviewed":
            raise NotPossible(f"plan {plan.ref} has no {in_words(command.fact)} to correct")
        return found
    amended = [one for one in plan.amended if one != plan.plan_amended and command.version in (None, one.version)]
    if not amended:
        event = f" as event {command.version}" if command.version else ""
        raise NotPossible(
            f"plan {plan.ref} has no amended to correct{event}: an amendment outside a review that ended no notice "
            f"(`arflow audit {plan.ref}` numbers each); the end of a notice is plan-amended"
        )
    return amended[-1]


def with_officer(command: Any, officer: str | None) -> Any:
    """A command with its coordinator's name replaced by the officer's id."""
    return msgspec.structs.replace(command, coordinator=officer)
