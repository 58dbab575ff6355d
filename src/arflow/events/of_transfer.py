"""What happens where a child or young person goes on: to the next phase of education, or to another authority's area."""

from datetime import date

from arflow.events.base import PlanEvent
from arflow.events.vocabulary import ConsultationGround, ConsultationReply, TransferKind, TransferNaming


class TransferExpected(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A transfer between phases of education is expected (SEND Regs 2014 r.18), or is no longer expected."""

    transfer: TransferKind | None = None
    transfer_on: date | None = None


class TransferDealtWith(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A review, or an act outside one, deals with a transfer: the plan names what follows it (SEND Regs 2014 r.18(1)-(2)).

    The latest one counts for each review and transfer. With a review, the day that counts is that of the review's outcome.
    """

    transfer: TransferKind
    transfer_on: date
    named: TransferNaming
    institution: str | None = None
    review: str | None = None
    reason: str | None = None  # the words for a type, for naming neither, or for withdrawing


class NamingEvent(PlanEvent, frozen=True, kw_only=True, omit_defaults=True):
    """It is about what a plan is to name for a transfer, after a `review`, or in an amendment without one.

    `notice` is the version of the event that proposed such an amendment.
    """

    transfer: TransferKind | None = None
    transfer_on: date | None = None
    review: str | None = None
    notice: int | None = None


class ConsultingEvent(NamingEvent, frozen=True, kw_only=True, omit_defaults=True):
    """`authority` is the number of another authority, which maintains the institution, where that one was consulted."""

    institution: str
    authority: str | None = None


class InstitutionRequested(NamingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The family asks that an institution is named, or no longer asks (SEND Regs 2014 r.22(2)(b), (c)(ii))."""

    institution: str | None = None


class InstitutionConsulted(ConsultingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An institution that may be named was consulted; `on` is the day it was sent (CFA 2014 ss.39(2), 40(3)).

    The latest one counts for each institution, authority and what it is about.
    """


class ConsultationAnswered(ConsultingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Whoever was consulted answered (Code 9.83); `grounds` are those of an objection (CFA 2014 s.39(4))."""

    reply: ConsultationReply
    grounds: tuple[ConsultationGround, ...] = ()
    reason: str | None = None


class ConsultationWithdrawn(ConsultingEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A consultation was recorded by mistake, or its answer is no longer awaited."""

    reason: str


class PlanTransferredIn(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan came from another authority (SEND Regs 2014 r.15(2)); `on` is the day of the transfer."""

    from_la: str | None = None


class FamilyToldOfTransfer(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The authority told the family about the transfer and when it will review the plan (SEND Regs 2014 r.15(4)).

    Whether it spoke of an assessment was not recorded then: see FamilyToldOfMove.
    """


class PlanTakenOver(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan was put under arflow from another authority's hand-over file: as if made here (SEND Regs 2014 r.15(3)(a)).

    `digest` is the SHA-256, in hex, of the file; `root` that of the log it was proved against. `reviewed` are the days on which
    the old authority's reviews were completed.
    """

    digest: str
    from_plan: str
    root: str
    reviewed: tuple[date, ...] = ()


class FamilyToldOfMove(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The authority told the family all three things of SEND Regs 2014 r.15(4): of the transfer, of an assessment, of the review.

    `proposes_assessment` is whether it proposes to make an EHC needs assessment, `review_on` when it proposes to review.
    """

    proposes_assessment: bool
    review_on: date


class MoveAwayLearned(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The authority became aware of a move to another authority's area on the day `on` (SEND Regs 2014 r.15(2))."""

    moves_on: date | None = None
    to_la: str | None = None


class PlanTransferredOut(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan went to another authority (SEND Regs 2014 r.15(2)): this one no longer maintains it."""

    to_la: str | None = None


AnyTransferEvent = (
    TransferExpected
    | TransferDealtWith
    | InstitutionRequested
    | InstitutionConsulted
    | ConsultationAnswered
    | ConsultationWithdrawn
    | PlanTransferredIn
    | FamilyToldOfTransfer
    | PlanTakenOver
    | FamilyToldOfMove
    | MoveAwayLearned
    | PlanTransferredOut
)
