"""What can happen to a plan: one event for each fact."""

from datetime import date
from typing import Literal

from arflow.events.base import PlanEvent
from arflow.events.of_proceedings import AnyProceedingEvent
from arflow.events.of_transfer import AnyTransferEvent
from arflow.events.vocabulary import (
    AmendedBecause,
    Channel,
    DetainedUnder,
    DutySight,
    Quality,
    Role,
    TransferKind,
)


class PlanAdded(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan is maintained by this authority (CFA 2014 s.37); `on` is the day it was first made, or entered if unknown.

    `undecided_meeting` is the last review meeting before that, where no decision on it is known.
    """

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


class SettingChanged(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The child or young person attends another setting (URN), or none."""

    setting: str | None = None


class YearGroupChanged(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The National Curriculum year of the class (SEND Regs 2014 r.2(1): the class decides, not the birthday)."""

    nc_year: int


class CoordinatorChanged(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Another officer, or nobody, holds the case for the authority."""

    coordinator: str | None = None


class YoungPersonFromSet(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The first day over compulsory school age: rights pass from the parent to the young person."""

    young_person_from: date


class DetentionStarted(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Detained under an order of a court, or recalled by the Secretary of State: Part 3 does not apply (CFA 2014 s.70(1))."""

    under: DetainedUnder = "order"


class MonitoringMeetingHeld(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A monitoring meeting was held during detention (Code ch.10): it is no review."""


class ReleasedFromDetention(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Released: the plan is reviewed as soon as reasonably practicable (CFA 2014 s.48)."""


class ParentContactAgreed(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The young person, who holds the rights, agreed that a parent is written to, or withdrew that (CFA 2014 s.83)."""

    person: str
    agreed: bool = True


class ReassessmentStarted(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A re-assessment of needs began (CFA 2014 s.44(2)-(3)); it is not itself a review."""


class ReassessmentEnded(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The re-assessment ended; an officer may record, with a reason, that it stood in for the review (LW v Islington)."""

    stands_for_review: bool = False
    reason: str | None = None


class PlanNoticeSent(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An amendment without a review was proposed: plan, amendments and evidence were sent (SEND Regs 2014 r.28, r.22(2)).

    `served_on` if later than sent; `letter_template` is PAPERS/LETTER/SHA-256 of what a letter was written with.
    """

    served_on: date | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()
    letter_template: str | None = None
    approved_by: str | None = None


class PlanNoticeSentAgain(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Other amendments were sent in place of those proposed without a review; `served_on` if later than sent."""

    served_on: date | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()
    letter_template: str | None = None
    approved_by: str | None = None


class PlanRepresentationsReceived(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The parent or young person made representations on an amendment without a review (SEND Regs 2014 r.28, r.22(2)(c)).

    `no_more`: everybody with the right has answered or gave up the rest of the 15 days.
    """

    no_more: bool = False


class PlanAmended(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An amended plan was issued outside a review (SEND Regs 2014 r.28, r.44): the 12 months are not reset (Code 9.198).

    `ends_notice`: it is the final plan after the notice of an amendment without a review. `reason` says why it went though
    arflow had not found it complete.
    """

    because: AmendedBecause
    notice_on: date | None = None
    ends_notice: bool = False
    skip_reason: str | None = None
    reason: str | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()
    letter_template: str | None = None
    approved_by: str | None = None


class PlanNotAmended(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """After a notice without a review the authority decided not to amend and gave reasons (SEND Regs 2014 r.28, r.22(4))."""

    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()
    skip_reason: str | None = None
    letter_template: str | None = None
    approved_by: str | None = None


class TermlyListSent(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan stood on the list sent to its setting, health and social care before a term (Code 9.172)."""

    term_start: date


class TermListGiven(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A recipient was given the list of a term that the plan stands on (Code 9.172).

    `role` is `setting`, `health` or `la_social_care`; `documents` are the digests of the list itself.
    """

    term_start: date
    role: Role
    setting: str | None = None
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class PlanCeased(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan is no longer maintained (CFA 2014 s.45); `skip_reason` says why before the time to appeal was over."""

    review: str | None = None
    skip_reason: str | None = None


class PlanRevived(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """An appeal against ceasing is to be heard after the plan ceased: it is maintained again (CFA 2014 s.45(4)(b)).

    `review` is the one that decided to cease; None where that was decided outside a review.
    """

    review: str | None = None


class PlanFactCorrected(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """A recorded day was wrong: it is read as `to` from now on; `corrects` is the version of the corrected event.

    `served_on` is the day on which a notice that was sent on `to` is read as served; corrections of an earlier arflow have none.
    """

    corrects: int
    fact: str
    to: date | None
    quality: Quality = "known"
    reason: str
    served_on: date | None = None


class ReturnFactsImported(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The directory keeps what a SEN2 return says about the person; `on` is its census day.

    `digest` is the SHA-256, in hex, of a salt and what was kept: it proves what was imported and reveals nothing.
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


class LatenessExplained(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Why a duty of a review, of the plan or of a proceeding on it was late, in the authority's codes; the later record counts.

    The breach itself is derived: `due` is the last day that the duty had then.
    """

    duty: str
    due: date
    because: str
    cause: str
    remedy: str | None = None
    review: str | None = None
    proceeding: int | None = None
    reason: str | None = None


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
    notified_quality: Quality = "known"
    held_quality: Quality = "known"


class PlanReviewCompletionWithdrawn(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The notification was voided: the 12 months are counted as if it had not been recorded."""

    review: str
    kind: str
    additional: bool = False


class PlanReviewClosed(PlanEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The review ended: it was concluded, cancelled, another took its place, or it closed with the plan."""

    review: str
    why: Literal["concluded", "cancelled", "superseded", "passed_on", "ended_with_plan"]


AnyPlanEvent = (
    PlanAdded
    | SettingChanged
    | YearGroupChanged
    | CoordinatorChanged
    | YoungPersonFromSet
    | ParentContactAgreed
    | DetentionStarted
    | MonitoringMeetingHeld
    | ReleasedFromDetention
    | ReassessmentStarted
    | ReassessmentEnded
    | PlanNoticeSent
    | PlanNoticeSentAgain
    | PlanRepresentationsReceived
    | PlanAmended
    | PlanNotAmended
    | TermlyListSent
    | TermListGiven
    | PlanCeased
    | PlanRevived
    | PlanFactCorrected
    | ReturnFactsImported
    | PlanTextKept
    | PaperReceived
    | PlanDutySeen
    | LatenessExplained
    | DocumentDisposed
    | PeopleErased
    | PlanReviewOpened
    | PlanReviewCompleted
    | PlanReviewCompletionWithdrawn
    | PlanReviewClosed
    | AnyTransferEvent
    | AnyProceedingEvent
)
