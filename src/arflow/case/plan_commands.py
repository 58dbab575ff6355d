"""What may be recorded on a plan: one frozen command for each fact."""

from datetime import date
from typing import Literal

from arflow.case.plan_command import PlanCommand, SentPlanCommand
from arflow.case.proceeding_commands import AnyProceedingCommand
from arflow.events import (
    AmendedBecause,
    Channel,
    ConsultationGround,
    ConsultationReply,
    DetainedUnder,
    DutySight,
    Quality,
    Role,
    TransferKind,
)

PlanDay = Literal[
    "first_made",
    "last_reviewed",
    "transfer_on",
    "young_person_from",
    "transferred_in",
    "aware_of_move",
    "transferred_out",
    "detained",
    "released",
    "ceased",
    "plan_notice_sent",
    "plan_notice_sent_again",
    "plan_amended",
    "plan_not_amended",
    "amended",
    "stood_in",
]


class AddPlan(PlanCommand, frozen=True, kw_only=True):
    """Put a plan under arflow; a day that is not known is None with the quality `missing`."""

    ref: str
    first_made: date | None
    first_made_quality: Quality = "known"
    last_reviewed: date | None = None
    last_reviewed_quality: Quality = "known"
    setting: str | None = None
    nc_year: int | None = None
    coordinator: str | None = None
    transfer: TransferKind | None = None
    transfer_on: date | None = None
    young_person_from: date | None = None
    undecided_meeting: date | None = None


class MoveSetting(PlanCommand, frozen=True, kw_only=True):
    """Attend another setting (URN), or none."""

    setting: str | None


class ChangeYearGroup(PlanCommand, frozen=True, kw_only=True):
    """Join another National Curriculum year."""

    nc_year: int


class AssignCoordinator(PlanCommand, frozen=True, kw_only=True):
    """Give the case to another officer, or to nobody."""

    coordinator: str | None


class ExpectTransfer(PlanCommand, frozen=True, kw_only=True):
    """Expect a transfer between phases on a day, or none any longer."""

    transfer: TransferKind | None
    transfer_on: date | None


class RequestInstitution(PlanCommand, frozen=True, kw_only=True):
    """Record the institution (URN) that the family asks to have named; None: no longer any.

    Of what is named, a `review` says that it is that review's amendment, `outside_review` that it is the one proposed
    without a review; neither, that it is the expected transfer, or where there is none the amendment without a review.
    """

    institution: str | None
    review: str | None = None
    outside_review: bool = False


class ConsultInstitution(PlanCommand, frozen=True, kw_only=True):
    """Record that an institution was consulted, or the authority that maintains it; `review` as in RequestInstitution."""

    institution: str
    authority: str | None = None
    review: str | None = None
    outside_review: bool = False


class ReceiveReply(PlanCommand, frozen=True, kw_only=True):
    """Record the answer to a consultation; an objection has grounds, or a reason in words.

    A `review`, or `outside_review`, is needed only where the same institution was consulted about several things.
    """

    institution: str
    authority: str | None = None
    review: str | None = None
    outside_review: bool = False
    reply: ConsultationReply
    grounds: tuple[ConsultationGround, ...] = ()
    reason: str | None = None


class WithdrawConsultation(PlanCommand, frozen=True, kw_only=True):
    """Take a consultation back: it was recorded by mistake, or its answer is no longer awaited."""

    institution: str
    authority: str | None = None
    review: str | None = None
    outside_review: bool = False
    reason: str


class NameForTransfer(PlanCommand, frozen=True, kw_only=True):
    """Record what the plan names for its expected transfer, and which completed review dealt with it.

    `names_for_transfer` is a URN, `type:TEXT`, `none:REASON`, `unchanged`, or `withdrawn:REASON`. Without `review` the last
    completed review for the transfer counts; `outside_review` says that it was an act on day `on` outside any review in arflow.
    """

    names_for_transfer: str
    review: str | None = None
    outside_review: bool = False


class AgreeToContact(PlanCommand, frozen=True, kw_only=True):
    """Record that the young person agreed that a parent, by their id, is written to; or no longer does."""

    person: str
    agreed: bool = True


class SetYoungPersonFrom(PlanCommand, frozen=True, kw_only=True):
    """Set the first day over compulsory school age."""

    young_person_from: date


class TransferIn(PlanCommand, frozen=True, kw_only=True):
    """Record that the plan came from another authority."""

    from_la: str | None = None


class TellFamilyOfTransfer(PlanCommand, frozen=True, kw_only=True):
    """Record that the authority told the family of that transfer, and what it said (SEND Regs 2014 r.15(4)(a)-(c)).

    `proposes_assessment` is whether it proposes an EHC needs assessment, `review_on` when it proposes to review.
    """

    proposes_assessment: bool
    review_on: date


class TakeOver(PlanCommand, frozen=True, kw_only=True):
    """Record that the plan was put under arflow from a hand-over file, by its digest, with the days of earlier reviews."""

    digest: str
    from_plan: str
    root: str
    reviewed: tuple[date, ...] = ()


class LearnOfMove(PlanCommand, frozen=True, kw_only=True):
    """Record that the authority became aware of a move to another authority's area, and the day of the move if known."""

    moves_on: date | None = None
    to_la: str | None = None


class TransferOut(PlanCommand, frozen=True, kw_only=True):
    """Record that the plan went to another authority."""

    to_la: str | None = None


class StartDetention(PlanCommand, frozen=True, kw_only=True):
    """Record detention under an order of a court, or on recall by the Secretary of State."""

    under: DetainedUnder = "order"


class RecordMonitoringMeeting(PlanCommand, frozen=True, kw_only=True):
    """Record a monitoring meeting during detention."""


class Release(PlanCommand, frozen=True, kw_only=True):
    """Record release from detention."""


class StartReassessment(PlanCommand, frozen=True, kw_only=True):
    """Record that a re-assessment began."""


class EndReassessment(PlanCommand, frozen=True, kw_only=True):
    """Record that it ended, and whether it stood in for the review, with the reason."""

    stands_for_review: bool = False
    reason: str | None = None


class SendPlanNotice(SentPlanCommand, frozen=True, kw_only=True):
    """Record the notice of an amendment without a review; `again`: of other amendments in place of those proposed.

    `served_on` if later than sent.
    """

    again: bool = False
    served_on: date | None = None


class ReceivePlanRepresentations(PlanCommand, frozen=True, kw_only=True):
    """Record the representations on it; `no_more` if everybody with the right answered or gave up the rest of the days."""

    no_more: bool = False


class RecordAmendment(SentPlanCommand, frozen=True, kw_only=True):
    """Record an amended plan issued outside a review.

    Without a review it ends the amendment that was proposed; `notice_on` records that notice too where it was not.
    `skip_reason` is for a final plan within the family's 15 days; `incomplete_because` says why it went though arflow had
    not found in it all that r.12 asks.
    """

    because: AmendedBecause
    notice_on: date | None = None
    skip_reason: str | None = None
    incomplete_because: str | None = None


class DecideNotToAmendPlan(SentPlanCommand, frozen=True, kw_only=True):
    """Record the decision not to make the amendment proposed without a review."""

    skip_reason: str | None = None


class SendTermlyList(PlanCommand, frozen=True, kw_only=True):
    """Record that the plan stood on the list sent before a term."""

    term_start: date


class GiveTermList(PlanCommand, frozen=True, kw_only=True):
    """Record that a recipient was given the list of a term that the plan stands on."""

    term_start: date
    role: Role
    setting: str | None = None
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class EndPlan(PlanCommand, frozen=True, kw_only=True):
    """Record that the plan ceased outside a review; `skip_reason` says why before the time to appeal was over."""

    skip_reason: str | None = None


class CorrectPlanDay(PlanCommand, frozen=True, kw_only=True):
    """Correct a recorded day of the plan; `served_on` is the day a notice sent on `to` was served, if later.

    `amended` is an amendment outside a review that ended no notice: the last one, or that of event `version`. `stood_in` says
    that a re-assessment stood for a review: it can only be taken back.
    """

    fact: PlanDay
    to: date | None
    quality: Quality = "known"
    reason: str
    served_on: date | None = None
    version: int | None = None


class KeepPlanText(PlanCommand, frozen=True, kw_only=True):
    """Record the text of the plan as it stands from a day, by the digest of the kept document."""

    document: str
    review: str | None = None


class ReceivePaper(PlanCommand, frozen=True, kw_only=True):
    """Record that a paper came in, to be accepted as an act or refused."""

    paper: str
    documents: tuple[str, ...] = ()
    person: str | None = None
    role: Role | None = None
    channel: Channel = "email"
    review: str | None = None


class SeePlanDuty(PlanCommand, frozen=True, kw_only=True):
    """Record that a duty of the plan was first seen to be due soon or breached."""

    duty: str
    seen: DutySight
    due: date


class ExplainLateness(PlanCommand, frozen=True, kw_only=True):
    """Record why a duty was late, in the authority's codes; `reason` is what else is to be said, in words."""

    duty: str
    due: date
    because: str
    cause: str
    remedy: str | None = None
    review: str | None = None
    proceeding: int | None = None
    reason: str | None = None


class DisposeOfDocument(PlanCommand, frozen=True, kw_only=True):
    """Record that a document is destroyed under a retention rule, and why."""

    document: str
    rule: str
    reason: str


class ErasePeople(PlanCommand, frozen=True, kw_only=True):
    """Record that the plan's people are erased from the directory, and why."""

    people: tuple[str, ...] = ()
    rule: str | None = None
    reason: str


AnyPlanCommand = (
    MoveSetting
    | ChangeYearGroup
    | AssignCoordinator
    | ExpectTransfer
    | RequestInstitution
    | ConsultInstitution
    | ReceiveReply
    | WithdrawConsultation
    | NameForTransfer
    | SetYoungPersonFrom
    | AgreeToContact
    | TransferIn
    | TellFamilyOfTransfer
    | TakeOver
    | LearnOfMove
    | TransferOut
    | StartDetention
    | RecordMonitoringMeeting
    | Release
    | StartReassessment
    | EndReassessment
    | SendPlanNotice
    | ReceivePlanRepresentations
    | RecordAmendment
    | DecideNotToAmendPlan
    | SendTermlyList
    | GiveTermList
    | EndPlan
    | CorrectPlanDay
    | KeepPlanText
    | ReceivePaper
    | SeePlanDuty
    | ExplainLateness
    | DisposeOfDocument
    | ErasePeople
    | AnyProceedingCommand
)
