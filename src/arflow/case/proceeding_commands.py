"""What may be recorded of the proceedings on a plan: one frozen command for each fact.

A proceeding is named by the number of the event that began it; left out, it is the one under way that the fact fits.
"""

from datetime import date

from arflow.case.plan_command import PlanCommand
from arflow.events import (
    AgreedTo,
    AppealAgainst,
    AppealEnd,
    CeasingGround,
    ExcusedBecause,
    OrderRequires,
    ProceedingStep,
    Role,
)


class ProceedingCommand(PlanCommand, frozen=True, kw_only=True):
    """A fact of a proceeding; it may be recorded after the plan has ended too."""


class LodgePlanAppeal(ProceedingCommand, frozen=True, kw_only=True):
    """Record an appeal to the Tribunal that is not against a review's decision."""

    against: AppealAgainst


class EndPlanAppeal(ProceedingCommand, frozen=True, kw_only=True):
    """Record how that appeal ended."""

    ended: AppealEnd
    proceeding: int | None = None


class RecordOrder(ProceedingCommand, frozen=True, kw_only=True):
    """Record an order of the Tribunal, with the last day that its own direction sets, if any."""

    requires: OrderRequires
    last_day: date | None = None


class NotOppose(ProceedingCommand, frozen=True, kw_only=True):
    """Record that the authority told the Tribunal, before its response, that it does not oppose an appeal."""

    requires: OrderRequires


class RequestMediation(ProceedingCommand, frozen=True, kw_only=True):
    """Record that the family told the authority that it wishes to pursue mediation."""


class AgreeInMediation(ProceedingCommand, frozen=True, kw_only=True):
    """Record what a mediation agreed, with the last day that the parties agreed in writing, if any."""

    requires: AgreedTo
    last_day: date | None = None


class RequestReassessment(ProceedingCommand, frozen=True, kw_only=True):
    """Record that the authority received a request for a re-assessment."""


class RefuseReassessment(ProceedingCommand, frozen=True, kw_only=True):
    """Record that the authority refused a re-assessment and notified the family."""


class RequestReassessmentAdvice(ProceedingCommand, frozen=True, kw_only=True):
    """Record that advice for a re-assessment was asked for."""


class StartDirectPayments(ProceedingCommand, frozen=True, kw_only=True):
    """Record the first direct payment."""


class ConsiderCeasing(ProceedingCommand, frozen=True, kw_only=True):
    """Record that ceasing is considered on a ground, and who was informed and consulted."""

    ground: CeasingGround
    roles: tuple[Role, ...] = ()


class NotifyCeasing(ProceedingCommand, frozen=True, kw_only=True):
    """Record that a decision to cease, made outside a review, was notified."""


class SetLimit(ProceedingCommand, frozen=True, kw_only=True):
    """Record another last day: a direction of the Tribunal, or an agreement in writing."""

    last_day: date
    proceeding: int | None = None


class ExcuseLimit(ProceedingCommand, frozen=True, kw_only=True):
    """Record that a limit need not be complied with, and why."""

    because: ExcusedBecause
    proceeding: int | None = None


class TakeProceedingStep(ProceedingCommand, frozen=True, kw_only=True):
    """Record that something a proceeding asks for was done."""

    did: ProceedingStep
    proceeding: int | None = None


class WithdrawProceeding(ProceedingCommand, frozen=True, kw_only=True):
    """Record that a proceeding was given up, set aside or recorded by mistake, and why."""

    proceeding: int
    reason: str


AnyProceedingCommand = (
    LodgePlanAppeal
    | EndPlanAppeal
    | RecordOrder
    | NotOppose
    | RequestMediation
    | AgreeInMediation
    | RequestReassessment
    | RefuseReassessment
    | RequestReassessmentAdvice
    | StartDirectPayments
    | ConsiderCeasing
    | NotifyCeasing
    | SetLimit
    | ExcuseLimit
    | TakeProceedingStep
    | WithdrawProceeding
)
