"""What happens in proceedings on a plan: the Tribunal, mediation, re-assessment, direct payments, deciding to cease.

A proceeding is known by the number of the plan's event that began it; later events name it as `proceeding`.
"""

from datetime import date

from arflow.events.base import PlanEvent
from arflow.events.vocabulary import (
    AgreedTo,
    AppealAgainst,
    AppealEnd,
    CeasingGround,
    ExcusedBecause,
    OrderRequires,
    ProceedingStep,
    Role,
)


class ProceedingEvent(PlanEvent, frozen=True, kw_only=True, omit_defaults=True):
    """What begins a proceeding on a plan, moves it on, or ends it."""


class PlanAppealLodged(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An appeal to the Tribunal that is not against a review's decision (CFA 2014 s.51); no other limit stops for it."""

    against: AppealAgainst


class PlanAppealEnded(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """That appeal was finally determined or withdrawn (CFA 2014 s.51)."""

    proceeding: int
    ended: AppealEnd


class TribunalOrderMade(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The Tribunal made an order (SEND Regs 2014 r.44); `last_day` is the one that its own direction sets, if any."""

    requires: OrderRequires
    last_day: date | None = None


class AppealNotOpposed(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The authority told the Tribunal, before its response, that it does not oppose the appeal (SEND Regs 2014 r.45)."""

    requires: OrderRequires


class MediationRequested(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The family told the authority that it wishes to pursue mediation (CFA 2014 ss.53-54)."""


class MediationAgreed(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Mediation ended in a written agreement (SEND Regs 2014 r.42); `last_day` is one that the parties agreed in writing."""

    requires: AgreedTo
    last_day: date | None = None


class ReassessmentRequested(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The authority received a request for a re-assessment (CFA 2014 s.44(2), SEND Regs 2014 r.23)."""


class ReassessmentRefused(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The authority told the family that there will be no re-assessment (SEND Regs 2014 rr.24-25)."""


class ReassessmentAdviceRequested(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Advice for a re-assessment was asked for (SEND Regs 2014 r.26, with rr.6 and 8)."""


class DirectPaymentsStarted(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The first direct payment was made (SI 2014/1652)."""


class CeasingConsidered(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The authority considers ceasing on a ground, and has informed and consulted `roles` (SEND Regs 2014 r.31(1))."""

    ground: CeasingGround
    roles: tuple[Role, ...] = ()


class CeasingNotified(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A decision to cease, made outside a review, was notified to the family (SEND Regs 2014 r.31(2))."""


class LimitSet(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The Tribunal, or the parties in writing, set another last day (SEND Regs 2014 r.42(5), r.44(1))."""

    proceeding: int
    last_day: date


class LimitExcused(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The limit need not be complied with, since that is impractical (SEND Regs 2014 r.27(3), r.44(3))."""

    proceeding: int
    because: ExcusedBecause


class ProceedingStepTaken(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Something that a proceeding asks for was done; recorded again, the later record counts."""

    proceeding: int
    did: ProceedingStep


class ProceedingWithdrawn(ProceedingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A proceeding was given up, set aside or recorded by mistake: nothing is counted from it any longer."""

    proceeding: int
    reason: str


AnyProceedingEvent = (
    PlanAppealLodged
    | PlanAppealEnded
    | TribunalOrderMade
    | AppealNotOpposed
    | MediationRequested
    | MediationAgreed
    | ReassessmentRequested
    | ReassessmentRefused
    | ReassessmentAdviceRequested
    | DirectPaymentsStarted
    | CeasingConsidered
    | CeasingNotified
    | LimitSet
    | LimitExcused
    | ProceedingStepTaken
    | ProceedingWithdrawn
)
