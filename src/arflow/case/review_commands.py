"""What may be asked of a case: one frozen command for each act. Reasons are text here and digests in the log."""

from datetime import date
from typing import ClassVar

from arflow.case.amendment_commands import (
    AgreeMoreTime,
    ChangeDecision,
    PauseReview,
    RecordLightRoute,
    ReissueFinalPlan,
    ResumeReview,
    SendNoticeAgain,
    WithdrawNotice,
)
from arflow.case.review_command import ReviewCommand as ReviewCommand  # noqa: PLC0414  the base of every command
from arflow.case.review_command import SentCommand as SentCommand  # noqa: PLC0414
from arflow.events import (
    AdulthoodArea,
    AdviceAnswer,
    AppealEnd,
    Channel,
    DeliveryTrouble,
    DutySight,
    InvitationReply,
    Outcome,
    PersonalBudget,
    Progress,
    Quality,
    Role,
    ServiceChanged,
    Views,
)


class ScheduleMeeting(ReviewCommand, frozen=True, kw_only=True):
    """Plan the day of the meeting; the day may lie ahead."""

    step: ClassVar[str] = "schedule"
    meeting_on: date


class PostponeMeeting(ReviewCommand, frozen=True, kw_only=True):
    """Move the meeting to another day. Not a correction."""

    step: ClassVar[str] = "postpone"
    meeting_on: date
    reason: str


class Invite(ReviewCommand, frozen=True, kw_only=True):
    """Invite people, giving notice of the meeting; `meeting_on` is the day they were told, if not as it is planned.

    `awaiting` are the people who must have it and have not (see `application.people_awaited`, which fills it in).
    """

    step: ClassVar[str] = "invite"
    roles: tuple[Role, ...]
    meeting_on: date | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    served_on: date | None = None
    awaiting: tuple[str, ...] = ()


class AnswerInvitation(ReviewCommand, frozen=True, kw_only=True):
    """Record that somebody invited said whether they come; `to` is the version of the review whose invitation they answer."""

    role: Role
    replied: InvitationReply
    person: str | None = None
    to: int | None = None


class RequestAdvice(ReviewCommand, frozen=True, kw_only=True):
    """Ask people for advice and information."""

    step: ClassVar[str] = "request_advice"
    roles: tuple[Role, ...]
    people: tuple[str, ...] = ()
    channel: Channel = "email"


class ReceiveAdvice(ReviewCommand, frozen=True, kw_only=True):
    """Record that one of them answered."""

    step: ClassVar[str] = "receive_advice"
    role: Role
    nothing_to_add: bool = False
    person: str | None = None
    answer: AdviceAnswer = "advice"
    documents: tuple[str, ...] = ()


class CirculateAdvice(ReviewCommand, frozen=True, kw_only=True):
    """Send the advice to everyone invited, or to some `roles` of them; `documents` are SHA-256 digests."""

    step: ClassVar[str] = "circulate"
    documents: tuple[str, ...] = ()
    bundle: str | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    roles: tuple[Role, ...] = ()
    awaiting: tuple[str, ...] = ()


class HoldMeeting(ReviewCommand, frozen=True, kw_only=True):
    """Record the meeting; `first_met_on` is the first day of one that was adjourned."""

    step: ClassVar[str] = "hold"
    attended: tuple[Role, ...] = ()
    first_met_on: date | None = None


class SendReport(SentCommand, frozen=True, kw_only=True):
    """Record that the written report went out, what it recommends, and whose recommendations differ.

    It went to everyone invited, or to some `roles` of them.
    """

    step: ClassVar[str] = "report"
    recommendation: Outcome | None = None
    differing: tuple[Role, ...] = ()
    roles: tuple[Role, ...] = ()
    awaiting: tuple[str, ...] = ()


class Decide(ReviewCommand, frozen=True, kw_only=True):
    """Record the decision, and its notification on the same day unless said otherwise."""

    step: ClassVar[str] = "decide"
    outcome: Outcome
    notified_on: date | None = None
    not_yet_notified: bool = False
    names_for_transfer: str | None = None


class NotifyDecision(SentCommand, frozen=True, kw_only=True):
    """Record that the authority notified the family and the setting of the decision."""

    step: ClassVar[str] = "notify"
    names_for_transfer: str | None = None


class SendAmendmentNotice(SentCommand, frozen=True, kw_only=True):
    """Record the notice of proposed amendments; `served_on` where it was served later than sent."""

    step: ClassVar[str] = "notice"
    served_on: date | None = None


class ReceiveRepresentations(ReviewCommand, frozen=True, kw_only=True):
    """Record the family's representations; `no_more` if everybody with the right answered or gave up the rest of the days."""

    step: ClassVar[str] = "represent"
    no_more: bool = False


class IssueFinalPlan(SentCommand, frozen=True, kw_only=True):
    """Record that the final amended plan was sent, and what it names for a transfer.

    `incomplete_because` says why it went though arflow had not found in it all that r.12 asks.
    """

    step: ClassVar[str] = "issue"
    names_for_transfer: str | None = None
    incomplete_because: str | None = None


class DecideNotToAmend(SentCommand, frozen=True, kw_only=True):
    """Record the decision, after a notice, not to amend, and what the plan names for a transfer."""

    step: ClassVar[str] = "not_amend"
    names_for_transfer: str | None = None


class CeasePlan(ReviewCommand, frozen=True, kw_only=True):
    """Record that the decision to cease took effect."""

    step: ClassVar[str] = "cease"


class CertifyMediation(ReviewCommand, frozen=True, kw_only=True):
    """Record a mediation certificate."""

    step: ClassVar[str] = "certify_mediation"


class LodgeAppeal(ReviewCommand, frozen=True, kw_only=True):
    """Record an appeal to the Tribunal."""

    step: ClassVar[str] = "appeal"


class AdmitAppeal(ReviewCommand, frozen=True, kw_only=True):
    """Record that the Tribunal admitted an appeal made out of time."""

    step: ClassVar[str] = "admit_appeal"


class DetermineAppeal(ReviewCommand, frozen=True, kw_only=True):
    """Record how the appeal ended."""

    step: ClassVar[str] = "determine_appeal"
    ended: AppealEnd


class TakeLocalStep(ReviewCommand, frozen=True, kw_only=True):
    """Record a step that the authority's own definition adds."""

    step: ClassVar[str] = ""
    local_step: str


class ConcludeReview(ReviewCommand, frozen=True, kw_only=True):
    """Close the review."""

    step: ClassVar[str] = "conclude"


class CancelReview(ReviewCommand, frozen=True, kw_only=True):
    """Cancel the review; the 12 months are unaffected."""

    step: ClassVar[str] = "cancel"
    reason: str


class SupersedeReview(ReviewCommand, frozen=True, kw_only=True):
    """Give way to another review; recorded when that one is opened."""

    step: ClassVar[str] = "supersede"
    by: str


class CorrectStep(ReviewCommand, frozen=True, kw_only=True):
    """Correct the day of an act: `on` is the right day; `version` picks one of several acts of the step.

    With `meeting_on` the day that the meeting was planned for is corrected, whichever act planned it. `served_on` is the day an
    invitation or a notice sent on `on` was served, if later.
    """

    corrected_step: str
    reason: str
    version: int | None = None
    meeting_on: date | None = None
    served_on: date | None = None


class VoidStep(ReviewCommand, frozen=True, kw_only=True):
    """Take back an act that never happened; `on` is today."""

    voided_step: str
    reason: str
    version: int | None = None


class MigrateReview(ReviewCommand, frozen=True, kw_only=True):
    """Go on under another workflow version."""

    workflow: str
    reason: str


# --- beside the steps --------------------------------------------------------------------------------------


class ChaseAdvice(ReviewCommand, frozen=True, kw_only=True):
    """Record that people who had not answered were reminded, by a reminder rule or an officer's choice."""

    roles: tuple[Role, ...]
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    rule: str | None = None


class RecordConduct(ReviewCommand, frozen=True, kw_only=True):
    """Record how the meeting went; `on` is the day of the meeting unless said otherwise, and the latest counts."""

    outcomes: tuple[str, ...] = ()
    progress: tuple[Progress, ...] = ()
    views: tuple[Views, ...] = ()
    areas: tuple[AdulthoodArea, ...] = ()
    personal_budget: PersonalBudget | None = None
    documents: tuple[str, ...] = ()


class RecordService(ReviewCommand, frozen=True, kw_only=True):
    """Read what was sent with event `of` as served on another day."""

    of: int
    served_on: date
    channel: Channel
    because: ServiceChanged


class DoubtDay(ReviewCommand, frozen=True, kw_only=True):
    """Say that the day of the act with event `of` is an estimate, or that nobody knows it."""

    of: int
    quality: Quality


class ProposeAmendments(ReviewCommand, frozen=True, kw_only=True):
    """Record that changes to the plan were proposed; the digests are those of the kept documents."""

    base: str
    amendments: str
    proposed_by: Role
    changes: int


class RecordMessage(ReviewCommand, frozen=True, kw_only=True):
    """Record a message that is no act of its own, by the kind of its letter."""

    letter: str
    roles: tuple[Role, ...] = ()
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class RecordFailure(ReviewCommand, frozen=True, kw_only=True):
    """Record that a message did not arrive."""

    message: str
    roles: tuple[Role, ...] = ()
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    because: DeliveryTrouble


class SeeDuty(ReviewCommand, frozen=True, kw_only=True):
    """Record that a duty was first seen to be due soon or breached."""

    duty: str
    seen: DutySight
    due: date


AnyAct = (
    ScheduleMeeting
    | PostponeMeeting
    | Invite
    | RequestAdvice
    | ReceiveAdvice
    | CirculateAdvice
    | HoldMeeting
    | SendReport
    | Decide
    | NotifyDecision
    | SendAmendmentNotice
    | SendNoticeAgain
    | WithdrawNotice
    | ReceiveRepresentations
    | AgreeMoreTime
    | ChangeDecision
    | IssueFinalPlan
    | ReissueFinalPlan
    | DecideNotToAmend
    | CeasePlan
    | CertifyMediation
    | LodgeAppeal
    | AdmitAppeal
    | DetermineAppeal
    | TakeLocalStep
    | ConcludeReview
    | CancelReview
    | SupersedeReview
)
AnyAside = (
    AnswerInvitation
    | ChaseAdvice
    | RecordConduct
    | RecordService
    | DoubtDay
    | ProposeAmendments
    | RecordMessage
    | RecordFailure
    | PauseReview
    | ResumeReview
    | RecordLightRoute
    | SeeDuty
)
AnyReviewCommand = AnyAct | AnyAside | CorrectStep | VoidStep | MigrateReview
