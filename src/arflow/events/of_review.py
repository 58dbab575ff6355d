"""What can happen in a review: one event for each act."""

from datetime import date
from typing import ClassVar, get_args

from arflow.events.beside_review import (
    AdviceChased,
    AmendmentsProposed,
    ConductRecorded,
    DayDoubted,
    DeliveryFailed,
    DutySeen,
    InvitationAnswered,
    MessageSent,
    ServiceRecorded,
)
from arflow.events.of_amendment import (
    AmendmentNoticeSent,
    AmendmentNoticeSentAgain,
    AmendmentNoticeWithdrawn,
    DecidedNotToAmend,
    DecisionChanged,
    FinalPlanIssued,
    FinalPlanReissued,
    LightRouteRecorded,
    MoreTimeAgreed,
    RepresentationsReceived,
    ReviewPaused,
    ReviewResumed,
)
from arflow.events.review_event import ReviewEvent
from arflow.events.vocabulary import (
    AdviceAnswer,
    AppealEnd,
    Arranger,
    Channel,
    Outcome,
    Role,
)


class ReviewOpened(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The review was opened under a workflow version, which it keeps."""

    step: ClassVar[str] = "open"
    kind: str
    workflow: str
    workflow_sha256: str
    arranged_by: Arranger = "school"
    meeting_on: date | None = None
    supersedes: str | None = None
    reference: str | None = None  # the review's number in the system it was imported from
    reason: str | None = None  # why it is of this kind, where the facts called for another


class MeetingScheduled(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The meeting was planned for a day: a plan, not yet a fact."""

    step: ClassVar[str] = "schedule"
    meeting_on: date


class MeetingPostponed(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The meeting was moved to another day, which needs notice of its own (SEND Regs 2014 r.20(3))."""

    step: ClassVar[str] = "postpone"
    meeting_on: date
    reason: str


class InvitationsSent(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """People were invited and so given notice of the meeting (SEND Regs 2014 r.20(2)-(3), r.21(2)-(3)).

    `awaiting` are the people who must have it and had not yet; `late_to` those it reached who had been awaited before.
    """

    step: ClassVar[str] = "invite"
    roles: tuple[Role, ...]
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    meeting_on: date | None = None
    served_on: date | None = None
    awaiting: tuple[str, ...] = ()
    late_to: tuple[str, ...] = ()


class AdviceRequested(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Advice and information were asked of those invited (SEND Regs 2014 r.20(4), r.21(4))."""

    step: ClassVar[str] = "request_advice"
    roles: tuple[Role, ...]
    people: tuple[str, ...] = ()
    channel: Channel = "email"


class AdviceReceived(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Advice arrived from one of those asked; that nothing changed, or there is nothing to add, is an answer too."""

    step: ClassVar[str] = "receive_advice"
    role: Role
    nothing_to_add: bool = False
    person: str | None = None
    answer: AdviceAnswer = "advice"
    documents: tuple[str, ...] = ()


class AdviceCirculated(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The advice was sent (SEND Regs 2014 r.20(4), r.21(4)): to everyone invited, or to some `roles` of them.

    `awaiting` are the people who must have it and had not yet.
    """

    step: ClassVar[str] = "circulate"
    documents: tuple[str, ...] = ()
    bundle: str | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    roles: tuple[Role, ...] = ()
    awaiting: tuple[str, ...] = ()


class MeetingHeld(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The review meeting took place (SEND Regs 2014 r.20(1), (5)); an adjourned one keeps its first day beside it."""

    step: ClassVar[str] = "hold"
    attended: tuple[Role, ...] = ()
    first_met_on: date | None = None


class ReportSent(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The written report was sent (SEND Regs 2014 r.20(7)-(9), r.21(7)-(8)): to everyone invited, or to some `roles` of them.

    `awaiting` are the people who must have it and had not yet.
    """

    step: ClassVar[str] = "report"
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()
    recommendation: Outcome | None = None
    differing: tuple[Role, ...] = ()  # whose recommendations differ (r.20(7))
    roles: tuple[Role, ...] = ()
    awaiting: tuple[str, ...] = ()


class DecisionMade(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The authority decided to maintain, amend or cease the plan; deciding alone meets no duty (SEND Regs 2014 r.20(10))."""

    step: ClassVar[str] = "decide"
    outcome: Outcome


class DecisionNotified(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The parent or young person and the setting were told (SEND Regs 2014 r.20(10)): the 12 months start again."""

    step: ClassVar[str] = "notify"
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class PlanCeasedAfterReview(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The decision to cease took effect, the time to appeal being over (CFA 2014 s.45(4))."""

    step: ClassVar[str] = "cease"


class AppealLodged(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An appeal against the decision was made to the Tribunal (CFA 2014 s.51)."""

    step: ClassVar[str] = "appeal"


class AppealAdmitted(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The Tribunal admitted an appeal that was made out of time (HESC Rules 2008 rr.5(3)(a), 20)."""

    step: ClassVar[str] = "admit_appeal"


class AppealDetermined(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The appeal was finally determined or withdrawn (CFA 2014 s.45(4)(b))."""

    step: ClassVar[str] = "determine_appeal"
    ended: AppealEnd


class MediationCertificateIssued(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A mediation certificate was given, which may lengthen the time to appeal (CFA 2014 s.55)."""

    step: ClassVar[str] = "certify_mediation"


class LocalStepRecorded(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A step that the authority's own definition adds, such as a panel or a quality check."""

    local_step: str


class ReviewConcluded(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Nothing is left to do: the review is closed."""

    step: ClassVar[str] = "conclude"


class ReviewCancelled(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The review will not go on; the 12 months are unaffected."""

    step: ClassVar[str] = "cancel"
    reason: str


class ReviewSuperseded(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An early or phase transfer review took this one's place before its meeting."""

    step: ClassVar[str] = "supersede"
    by: str


class ReviewPassedOn(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan went to another authority, which has the review's duties from that day (SEND Regs 2014 r.15(3)(a))."""

    step: ClassVar[str] = "pass_on"


class ReviewEndedWithPlan(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan ceased outside this review: nothing is left to review (CFA 2014 s.44(1), s.45)."""

    step: ClassVar[str] = "end_with_plan"


class StepCorrected(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The day of an act was recorded wrongly: it is read as `to` from now on. Not a postponement.

    `meeting_on` is the right day of the meeting, where an act planned it for a wrong one; `served_on` the day on which what was
    sent on `to` is read as served (corrections of an earlier arflow have none).
    """

    corrects: int
    corrected_step: str
    to: date
    reason: str
    meeting_on: date | None = None
    served_on: date | None = None


class StepVoided(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An act was recorded that never happened: it no longer counts, and stays in the history."""

    voids: int
    voided_step: str
    reason: str


class WorkflowMigrated(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The review goes on under another workflow version."""

    workflow: str
    workflow_sha256: str
    reason: str


AnyReviewEvent = (
    ReviewOpened
    | MeetingScheduled
    | MeetingPostponed
    | InvitationsSent
    | AdviceRequested
    | AdviceReceived
    | AdviceCirculated
    | MeetingHeld
    | ReportSent
    | DecisionMade
    | DecisionNotified
    | AmendmentNoticeSent
    | AmendmentNoticeSentAgain
    | AmendmentNoticeWithdrawn
    | RepresentationsReceived
    | MoreTimeAgreed
    | DecisionChanged
    | FinalPlanIssued
    | FinalPlanReissued
    | DecidedNotToAmend
    | PlanCeasedAfterReview
    | AppealLodged
    | AppealAdmitted
    | AppealDetermined
    | MediationCertificateIssued
    | LocalStepRecorded
    | ReviewConcluded
    | ReviewCancelled
    | ReviewSuperseded
    | ReviewPassedOn
    | ReviewEndedWithPlan
    | StepCorrected
    | StepVoided
    | WorkflowMigrated
    | InvitationAnswered
    | AdviceChased
    | ConductRecorded
    | ServiceRecorded
    | DayDoubted
    | AmendmentsProposed
    | MessageSent
    | DeliveryFailed
    | ReviewPaused
    | ReviewResumed
    | LightRouteRecorded
    | DutySeen
)
STEP_EVENTS: dict[str, type[ReviewEvent]] = {cls.step: cls for cls in get_args(AnyReviewEvent) if cls.step}
