"""What has happened: one frozen, typed event for each legal act. Tags are the stored names and outlive the classes.

No event holds a name, a date of birth or free text: people are officer ids and roles, reasons are digests of
notes kept in the directory, documents are digests.
"""

from datetime import date, datetime
from functools import cache
from typing import ClassVar, Literal, get_args

import msgspec

Role = Literal[
    "parent",
    "young_person",
    "setting",
    "la_sen",
    "health",
    "la_social_care",
    "youth_offending",
    "job_coach",
    "other",
]
Channel = Literal["email", "post", "hand", "portal"]
Outcome = Literal["maintain", "amend", "cease"]
Quality = Literal["known", "estimated", "missing"]
TransferKind = Literal[
    "early_years_to_school",
    "infant_to_junior",
    "primary_to_middle",
    "primary_to_secondary",
    "middle_to_secondary",
    "secondary_to_post16",
    "post16_to_post16",
]
Arranger = Literal["school", "local authority"]
AdviceAnswer = Literal["advice", "no_change", "not_involved", "nothing_to_add"]
Progress = Literal["achieved", "on_track", "behind", "changed", "ceased", "not_addressed"]
Views = Literal[
    "child_gave_views", "parent_gave_views", "supported_by_adult", "supported_by_advocate", "own_medium", "no_views"
]
AdulthoodArea = Literal["employment", "independent_living", "community", "health"]
PersonalBudget = Literal["none", "discussed", "requested", "in_place", "changed"]
ServiceChanged = Literal["bounced", "other_channel", "table_changed", "shown_otherwise"]
DeliveryTrouble = Literal["bounced", "refused", "no_sign"]
DutySight = Literal["due", "breached"]
AppealEnd = Literal["dismissed", "allowed", "withdrawn", "conceded"]
AmendedBecause = Literal["without_review", "tribunal_order", "reassessment"]

TOPIC_PREFIX = "arflow:"
# The fields that name one document by its digest; `documents` names several.
_ONE_DOCUMENT = ("bundle", "document", "base", "amendments")


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event"):
    """A fact of a case: `on` is the day it happened, `recorded_at` and `recorded_by` when and by whom it was entered."""

    originator_id: str
    originator_version: int
    plan: str
    on: date
    recorded_at: datetime
    recorded_by: str
    evidence: str | None = None

    @property
    def name(self) -> str:
        """The stored name: the class's tag."""
        return str(self.__struct_config__.tag)

    @property
    def topic(self) -> str:
        """The stored name with arflow's prefix, as the log's topic column holds it."""
        return TOPIC_PREFIX + self.name

    @property
    def references(self) -> tuple[str, ...]:
        """What it refers to, each once: the evidence given for it, and documents by their digests."""
        one = (self.evidence, *(getattr(self, name, None) for name in _ONE_DOCUMENT))
        return tuple(dict.fromkeys((*filter(None, one), *getattr(self, "documents", ()))))


# --- the plan ---------------------------------------------------------------------------------------------


class PlanEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A fact about an EHC plan; its stream is `plan/REF`."""


class PlanAdded(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan is maintained by this authority (CFA 2014 s.37); `on` is the day it was first made, or entered if unknown."""

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


class SettingChanged(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The child or young person attends another setting (URN), or none."""

    setting: str | None = None


class YearGroupChanged(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The National Curriculum year of the class (SEND Regs 2014 r.2(1): the class decides, not the birthday)."""

    nc_year: int


class CoordinatorChanged(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Another officer, or nobody, holds the case for the authority."""

    coordinator: str | None = None


class TransferExpected(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A transfer between phases of education is expected (SEND Regs 2014 r.18), or is no longer expected."""

    transfer: TransferKind | None = None
    transfer_on: date | None = None


class YoungPersonFromSet(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The first day over compulsory school age: rights pass from the parent to the young person."""

    young_person_from: date


class PlanTransferredIn(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan came from another authority (SEND Regs 2014 r.15(2)); `on` is the day of the transfer."""

    from_la: str | None = None


class FamilyToldOfTransfer(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The family was told of the transfer and when the plan will be reviewed (SEND Regs 2014 r.15(4))."""


class PlanTransferredOut(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan went to another authority (SEND Regs 2014 r.15(2)): this one no longer maintains it."""

    to_la: str | None = None


class DetentionStarted(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Detained by order of a court: section 44 does not apply meanwhile (CFA 2014 s.70(1))."""


class ReleasedFromDetention(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Released: the plan is reviewed as soon as reasonably practicable (CFA 2014 s.48)."""


class ReassessmentStarted(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A re-assessment of needs began (CFA 2014 s.44(2)-(3)); it is not itself a review."""


class ReassessmentEnded(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The re-assessment ended; an officer may record, with a reason, that it stood in for the review (LW v Islington)."""

    stands_for_review: bool = False
    reason: str | None = None


class PlanAmended(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An amended plan was issued outside a review (SEND Regs 2014 r.28, r.44): the 12 months are not reset (Code 9.198)."""

    because: AmendedBecause
    notice_on: date | None = None


class TermlyListSent(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan stood on the list sent to its setting, health and social care before a term (Code 9.172)."""

    term_start: date


class PlanCeased(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan is no longer maintained (CFA 2014 s.45)."""

    review: str | None = None


class PlanFactCorrected(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A recorded day was wrong: it is read as `to` from now on; `corrects` is the version of the event put right."""

    corrects: int
    fact: str
    to: date | None
    quality: Quality = "known"
    reason: str


class ReturnFactsImported(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """What a SEN2 return says of the person was kept in the directory; `on` is its census day.

    `digest` is the SHA-256, in hex, of a salt and what was kept: it shows what was imported, and tells nothing of it.
    """

    year: int
    digest: str


class PlanTextKept(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The text of the plan as it stands from `on` was kept: `document` is the SHA-256, in hex, of its canonical JSON."""

    document: str
    review: str | None = None


class PaperReceived(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A paper came in and waits for an officer to accept it as an act; `documents` are SHA-256 digests, in hex."""

    paper: str
    documents: tuple[str, ...] = ()
    person: str | None = None
    role: Role | None = None
    channel: Channel = "email"
    review: str | None = None


class PlanDutySeen(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A duty of the plan was seen, for the first time, to be due within days or to be breached."""

    duty: str
    seen: DutySight
    due: date


class DocumentDisposed(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A document was destroyed under a retention rule (UK GDPR art.5(1)(e)); its digest stays."""

    document: str
    rule: str
    reason: str


class PeopleErased(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """What the directory held of the plan's people was erased under a retention rule, or at their request."""

    people: tuple[str, ...] = ()
    rule: str | None = None
    reason: str


class PlanReviewOpened(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A review of the plan was opened."""

    review: str
    kind: str
    additional: bool = False


class PlanReviewCompleted(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The review's decision was notified: a new period of 12 months starts (CFA 2014 s.44(1)(b))."""

    review: str
    held: date
    resets_clock: bool = True


class PlanReviewCompletionWithdrawn(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The notification was voided: the 12 months are counted as if it had not been recorded."""

    review: str
    kind: str
    additional: bool = False


class PlanReviewClosed(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The review ended: it was concluded, cancelled, or another took its place."""

    review: str
    why: Literal["concluded", "cancelled", "superseded"]


# --- the annual review ------------------------------------------------------------------------------------


class ReviewEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A fact about one annual review; its stream is `review/ID` and `state` is the state the machine reached."""

    state: str
    skip_reason: str | None = None

    step: ClassVar[str] = ""


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
    """People were invited and so given notice of the meeting (SEND Regs 2014 r.20(2)-(3), r.21(2)-(3))."""

    step: ClassVar[str] = "invite"
    roles: tuple[Role, ...]
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    meeting_on: date | None = None
    served_on: date | None = None


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
    """The advice was sent to everyone invited (SEND Regs 2014 r.20(4), r.21(4))."""

    step: ClassVar[str] = "circulate"
    documents: tuple[str, ...] = ()
    bundle: str | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"


class MeetingHeld(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The review meeting took place (SEND Regs 2014 r.20(1), (5)); an adjourned one keeps its first day beside it."""

    step: ClassVar[str] = "hold"
    attended: tuple[Role, ...] = ()
    first_met_on: date | None = None


class ReportSent(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The written report went to everyone invited (SEND Regs 2014 r.20(7)-(9), r.21(7)-(8))."""

    step: ClassVar[str] = "report"
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()
    recommendation: Outcome | None = None
    differing: tuple[Role, ...] = ()  # whose recommendations differ (r.20(7))


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


class AmendmentNoticeSent(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan, the proposed amendments and their evidence were sent (SEND Regs 2014 r.22(2)); `served_on` if later."""

    step: ClassVar[str] = "notice"
    served_on: date | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class RepresentationsReceived(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The parent or young person made representations (SEND Regs 2014 r.22(2)(c))."""

    step: ClassVar[str] = "represent"


class FinalPlanIssued(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The final amended plan was sent (SEND Regs 2014 r.22(3))."""

    step: ClassVar[str] = "issue"
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class DecidedNotToAmend(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """After its notice the authority decided not to amend and gave reasons (SEND Regs 2014 r.22(4))."""

    step: ClassVar[str] = "not_amend"
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class PlanCeasedAfterReview(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The decision to cease took effect, the time to appeal being over (CFA 2014 s.45(4))."""

    step: ClassVar[str] = "cease"


class AppealLodged(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An appeal against the decision was made to the Tribunal (CFA 2014 s.51)."""

    step: ClassVar[str] = "appeal"


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


class StepCorrected(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The day of an act was recorded wrongly: it is read as `to` from now on. Not a postponement."""

    corrects: int
    corrected_step: str
    to: date
    reason: str


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


# --- beside the steps: they leave a review's state as it is -----------------------------------------------


class AdviceChased(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """People who had not answered were reminded; `rule` is the reminder rule, or none where an officer chose to."""

    roles: tuple[Role, ...]
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    rule: str | None = None


class ConductRecorded(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """How the meeting went (SEND Regs 2014 r.19, r.20(5)-(6)): `progress` is one code for each of `outcomes`, items of the plan.

    The latest one counts.
    """

    outcomes: tuple[str, ...] = ()
    progress: tuple[Progress, ...] = ()
    views: tuple[Views, ...] = ()
    areas: tuple[AdulthoodArea, ...] = ()
    personal_budget: PersonalBudget | None = None
    documents: tuple[str, ...] = ()


class ServiceRecorded(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """What was sent with event `of` is read as served on another day: it bounced, or went by another channel too."""

    of: int
    served_on: date
    channel: Channel
    because: ServiceChanged


class AmendmentsProposed(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Changes to the plan were proposed; `base` and `amendments` are the SHA-256 digests, in hex, of the text and the changes."""

    base: str
    amendments: str
    proposed_by: Role
    changes: int


class MessageSent(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A message that is no act of its own was sent, such as an acknowledgement."""

    letter: str
    roles: tuple[Role, ...] = ()
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class DeliveryFailed(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A message did not arrive: it has to go another way."""

    message: str
    roles: tuple[Role, ...] = ()
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    because: DeliveryTrouble


class DutySeen(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A duty of the review was seen, for the first time, to be due within days or to be breached."""

    duty: str
    seen: DutySight
    due: date


AnyPlanEvent = (
    PlanAdded
    | SettingChanged
    | YearGroupChanged
    | CoordinatorChanged
    | TransferExpected
    | YoungPersonFromSet
    | PlanTransferredIn
    | FamilyToldOfTransfer
    | PlanTransferredOut
    | DetentionStarted
    | ReleasedFromDetention
    | ReassessmentStarted
    | ReassessmentEnded
    | PlanAmended
    | TermlyListSent
    | PlanCeased
    | PlanFactCorrected
    | ReturnFactsImported
    | PlanTextKept
    | PaperReceived
    | PlanDutySeen
    | DocumentDisposed
    | PeopleErased
    | PlanReviewOpened
    | PlanReviewCompleted
    | PlanReviewCompletionWithdrawn
    | PlanReviewClosed
)
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
    | RepresentationsReceived
    | FinalPlanIssued
    | DecidedNotToAmend
    | PlanCeasedAfterReview
    | AppealLodged
    | AppealDetermined
    | MediationCertificateIssued
    | LocalStepRecorded
    | ReviewConcluded
    | ReviewCancelled
    | ReviewSuperseded
    | StepCorrected
    | StepVoided
    | WorkflowMigrated
    | AdviceChased
    | ConductRecorded
    | ServiceRecorded
    | AmendmentsProposed
    | MessageSent
    | DeliveryFailed
    | DutySeen
)
# What is recorded beside the steps: no act of the process, and the state stays.
AsideEvent = (
    AdviceChased | ConductRecorded | ServiceRecorded | AmendmentsProposed | MessageSent | DeliveryFailed | DutySeen
)
AnyEvent = AnyPlanEvent | AnyReviewEvent

EVENT_CLASSES: tuple[type[Event], ...] = (*get_args(AnyPlanEvent), *get_args(AnyReviewEvent))
STEP_EVENTS: dict[str, type[ReviewEvent]] = {cls.step: cls for cls in get_args(AnyReviewEvent) if cls.step}
ROLES: tuple[Role, ...] = get_args(Role)
CHANNELS: tuple[Channel, ...] = get_args(Channel)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
ADVICE_ANSWERS: tuple[AdviceAnswer, ...] = get_args(AdviceAnswer)
TRANSFER_KINDS: tuple[TransferKind, ...] = get_args(TransferKind)


def _plain(value: object) -> object:
    """A date or moment of a subclass (as a frozen clock makes) as its ISO text."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"an event cannot hold a {type(value).__name__}")


_encoder = msgspec.json.Encoder(enc_hook=_plain)


@cache
def _decoder() -> "msgspec.json.Decoder[AnyEvent]":
    return msgspec.json.Decoder(AnyEvent)


def encode(event: Event) -> bytes:
    """The event as JSON, its stored name under `event`."""
    return _encoder.encode(event)


def decode(payload: bytes) -> AnyEvent:
    """The event a stored payload holds; msgspec.ValidationError if it holds none that arflow knows."""
    return _decoder().decode(payload)
