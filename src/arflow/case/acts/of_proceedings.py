"""Deciding what a command records of the proceedings on a plan. Pure."""

from datetime import date
from typing import Any, assert_never

from arflow.case.acts.basis import Recording
from arflow.case.acts.refusals import refuse_uncountable
from arflow.case.cease_appeals import decision_that_stands, outside_review
from arflow.case.plan import Plan
from arflow.case.proceeding_commands import (
    AgreeInMediation,
    AnyProceedingCommand,
    ConsiderCeasing,
    EndPlanAppeal,
    ExcuseLimit,
    LodgePlanAppeal,
    NotifyCeasing,
    NotOppose,
    RecordOrder,
    RefuseReassessment,
    RequestMediation,
    RequestReassessment,
    RequestReassessmentAdvice,
    SetLimit,
    StartDirectPayments,
    TakeProceedingStep,
    WithdrawProceeding,
)
from arflow.case.proceedings import Proceeding
from arflow.errors import DateRefused, NotFound, NotPossible, field_name
from arflow.events import (
    AnyProceedingEvent,
    AppealNotOpposed,
    CeasingConsidered,
    CeasingNotified,
    DirectPaymentsStarted,
    LimitExcused,
    LimitSet,
    MediationAgreed,
    MediationRequested,
    PlanAppealEnded,
    PlanAppealLodged,
    ProceedingStepTaken,
    ProceedingWithdrawn,
    ReassessmentAdviceRequested,
    ReassessmentRefused,
    ReassessmentRequested,
    TribunalOrderMade,
)
from arflow.law.proceedings import KINDS
from arflow.words import in_words


def event_of(
    plan: Plan, command: AnyProceedingCommand, recording: Recording, envelope: dict[str, Any]
) -> AnyProceedingEvent:
    """The event a command makes; NotFound for a proceeding that is not there, NotPossible or DateRefused where it cannot be."""
    on: date = envelope["on"]
    match command:
        case LodgePlanAppeal():
            return PlanAppealLodged(**envelope, against=command.against)
        case EndPlanAppeal():
            return PlanAppealEnded(
                **envelope, proceeding=_step_of(plan, "ended", command.proceeding, on), ended=command.ended
            )
        case RecordOrder():
            _check_last_day(command.last_day, on)
            return TribunalOrderMade(**envelope, requires=command.requires, last_day=command.last_day)
        case NotOppose():
            return AppealNotOpposed(**envelope, requires=command.requires)
        case RequestMediation():
            return MediationRequested(**envelope)
        case AgreeInMediation():
            _check_last_day(command.last_day, on)
            _refuse_agreed_twice(plan, command, on)
            return MediationAgreed(**envelope, requires=command.requires, last_day=command.last_day)
        case RequestReassessment():
            return ReassessmentRequested(**envelope)
        case RefuseReassessment():
            _need_request(plan, on)
            return ReassessmentRefused(**envelope)
        case RequestReassessmentAdvice():
            return ReassessmentAdviceRequested(**envelope)
        case StartDirectPayments():
            _refuse_paid_twice(plan)
            return DirectPaymentsStarted(**envelope)
        case ConsiderCeasing():
            return CeasingConsidered(**envelope, ground=command.ground, roles=tuple(dict.fromkeys(command.roles)))
        case NotifyCeasing():
            _refuse_told_twice(plan)
            return CeasingNotified(**envelope)
        case SetLimit():
            _check_last_day(command.last_day, on)
            found = _limited(plan, "settable", command.proceeding, on)
            return LimitSet(**envelope, proceeding=found, last_day=command.last_day)
        case ExcuseLimit():
            found = _limited(plan, "excusable", command.proceeding, on)
            _refuse_to_excuse_a_set_day(plan, found)
            return LimitExcused(**envelope, proceeding=found, because=command.because)
        case TakeProceedingStep():
            found = _step_of(plan, command.did, command.proceeding, on)
            if command.did == "admitted_late":
                _refuse_to_admit(plan, found)
            return ProceedingStepTaken(**envelope, proceeding=found, did=command.did)
        case WithdrawProceeding():
            found = _find(plan, command.proceeding, on, lambda _: True, "no proceeding to withdraw")
            _refuse_while_it_stands_for_a_review(plan, found)
            return ProceedingWithdrawn(**envelope, proceeding=found, reason=recording.note(command.reason))
        case _:
            assert_never(command)


def _check_last_day(last_day: date | None, on: date) -> None:
    refuse_uncountable(last_day, field_name("last_day"))
    if last_day and last_day < on:
        raise DateRefused(f"{field_name('last_day')} {last_day} is before the day it was set on, {on}")


def _need_request(plan: Plan, on: date) -> None:
    asked = [one.begun.day for one in plan.proceedings if one.kind == "reassessment_request" and not one.is_over]
    if not any(day and day <= on for day in asked):
        raise NotPossible(
            f"plan {plan.ref} has no request for a re-assessment that waits for an answer on {on}: "
            f"record it with `arflow plan reassess {plan.ref} --requested`"
        )


def _refuse_told_twice(plan: Plan) -> None:
    """NotPossible for another notice of ceasing while a decision stands: its time to appeal would begin again."""
    stands = decision_that_stands(plan.proceedings)
    if stands:
        raise NotPossible(
            f"plan {plan.ref} has a decision on ceasing notified on {stands.begun.day} ({stands.number}): if its day is wrong, "
            f"or it was given up, {_take_back(plan, stands)}, and record the other"
        )


def _refuse_paid_twice(plan: Plan) -> None:
    for one in plan.proceedings:
        if one.kind == "direct_payments" and not one.is_over:
            raise NotPossible(
                f"plan {plan.ref} has direct payments since {one.begun.day} ({one.number}): if they stopped in between, record "
                f"that with `arflow plan did {plan.ref} stopped --of {one.number}`; if the day is wrong, "
                f"{_take_back(plan, one)}, and record the other"
            )


def _refuse_agreed_twice(plan: Plan, command: AgreeInMediation, on: date) -> None:
    """NotPossible where the same was agreed in mediation and is not carried out, or was agreed on the same day."""
    for one in plan.proceedings:
        same = one.said == command.requires and one.begun.event == MediationAgreed.__name__
        if same and (not one.is_over or one.begun.day == on):
            raise NotPossible(
                f"plan {plan.ref} has the same agreed in mediation on {one.begun.day} ({one.number}): another last day that was "
                f"agreed is recorded with `arflow plan set-limit {plan.ref} --of {one.number}`; if it was a mistake, "
                f"{_take_back(plan, one)}, and record the other"
            )


def _take_back(plan: Plan, one: Proceeding) -> str:
    return f"take it back with `arflow plan withdraw {plan.ref} --of {one.number} --on {one.begun.day} --reason TEXT`"


def _refuse_to_excuse_a_set_day(plan: Plan, number: int) -> None:
    """NotPossible where the Tribunal, or the parties, set the day: r.44(3) excuses the limits of r.44(2)."""
    found = next(one for one in plan.proceedings if one.number == number)
    if found.set_for:
        raise NotPossible(
            f"the last day of proceeding {number} of plan {plan.ref} was set for {found.set_for.day}, and SEND Regs 2014 r.44(3) "
            "excuses the limits of r.44(2) alone: ask whoever set it, and record another day with "
            f"`arflow plan set-limit {plan.ref} --of {number}`"
        )


def _refuse_while_it_stands_for_a_review(plan: Plan, number: int) -> None:
    ended = {one.number: one.steps.get("ended") for one in plan.proceedings if one.kind == "reassessment"}.get(number)
    if ended and ended.version in {fact.version for fact in plan.stood}:
        raise NotPossible(
            f"re-assessment {number} of plan {plan.ref} stands for a review: take that back first with "
            f"`arflow plan correct {plan.ref} stood-in --to none --reason TEXT`"
        )


def _refuse_to_admit(plan: Plan, number: int) -> None:
    """NotPossible for an appeal that has ended, or one against ceasing that was made in time."""
    appeal = next(one for one in plan.proceedings if one.number == number)
    if appeal.is_over:
        raise NotPossible(f"appeal {number} of plan {plan.ref} has ended: there is nothing to admit")
    decision = outside_review(plan.proceedings) if appeal.said == "ceasing" else None
    made = appeal.begun.day
    if decision and made and decision.told.day and decision.told.day <= made <= decision.ends:
        raise NotPossible(
            f"appeal {number} against ceasing plan {plan.ref} was made in time, by {decision.ends}: there is nothing to admit"
        )


def _limited(plan: Plan, how: str, number: int | None, on: date) -> int:
    """The proceeding whose limit is set or excused."""
    may = "may be set" if how == "settable" else "may be excused"
    return _find(
        plan,
        number,
        on,
        lambda one: getattr(KINDS[one.kind], how) and not (number is None and one.is_over),
        f"no proceeding under way whose limit {may}",
    )


def _step_of(plan: Plan, step: str, number: int | None, on: date) -> int:
    """The proceeding in which a step is taken: the one named, or the only one under way that waits for it."""

    def waits(one: Proceeding) -> bool:
        return step in KINDS[one.kind].steps if number is not None else one.may_take(step)

    return _find(plan, number, on, waits, f"no proceeding that waits for “{in_words(step)}”")


def _find(plan: Plan, number: int | None, on: date, fits: Any, otherwise: str) -> int:
    known = [one for one in plan.proceedings if number in (None, one.number)]
    if number is not None and not known:
        raise NotFound(f"proceeding of plan {plan.ref}", str(number), f"see `arflow plan show {plan.ref}`")
    found = [one for one in known if fits(one)]
    if not found:
        raise NotPossible(f"plan {plan.ref} has {otherwise}: see `arflow plan show {plan.ref}`")
    if len(found) > 1:
        numbers = ", ".join(f"{one.number} ({in_words(one.kind)})" for one in found)
        raise NotPossible(f"plan {plan.ref} has several that fit: say which with --of: {numbers}")
    began = found[0].begun.day
    if began and on < began:
        raise DateRefused(f"{field_name('on')} {on} is before the proceeding began on {began}")
    return found[0].number
