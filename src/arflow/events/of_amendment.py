"""What can happen in a review from the notice to the final plan, and what changes its course: another decision, a pause."""

from datetime import date
from typing import ClassVar

from arflow.events.review_event import ReviewEvent
from arflow.events.vocabulary import Channel, Outcome


class AmendmentNoticeSent(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The plan, the proposed amendments and their evidence were sent (SEND Regs 2014 r.22(2)); `served_on` if later."""

    step: ClassVar[str] = "notice"
    served_on: date | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class AmendmentNoticeSentAgain(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Other amendments were sent in place of those proposed (SEND Regs 2014 r.22(2)); `served_on` if later.

    The first notice's eight weeks run on.
    """

    step: ClassVar[str] = "notice_again"
    served_on: date | None = None
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class AmendmentNoticeWithdrawn(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The proposed amendments were taken back; the notice's eight weeks run on (SEND Regs 2014 r.22(3)-(4))."""

    step: ClassVar[str] = "withdraw_notice"
    reason: str


class RepresentationsReceived(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The parent or young person made representations (SEND Regs 2014 r.22(2)(c)).

    `no_more`: everybody with the right has answered or gave up the rest of the 15 days.
    """

    step: ClassVar[str] = "represent"
    no_more: bool = False


class MoreTimeAgreed(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The family has until the end of a day to make representations: more than the 15 days of SEND Regs 2014 r.22(2)(c)."""

    step: ClassVar[str] = "agree_time"
    agreed_until: date


class DecisionChanged(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The authority changed a decision of which it had told the family, and told them and the setting so on this day.

    The review was completed by the first decision: the 12 months do not start again.
    """

    step: ClassVar[str] = "change_decision"
    outcome: Outcome
    reason: str
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class FinalPlanIssued(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The final amended plan was sent (SEND Regs 2014 r.22(3)); `reason` says why though arflow had not found it complete."""

    step: ClassVar[str] = "issue"
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()
    reason: str | None = None


class FinalPlanReissued(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The final plan was sent once more, corrected; the time to appeal runs from this notice (HESC Rules 2008 r.20(1)(c))."""

    step: ClassVar[str] = "reissue"
    reason: str
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class DecidedNotToAmend(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """After its notice the authority decided not to amend and gave reasons (SEND Regs 2014 r.22(4))."""

    step: ClassVar[str] = "not_amend"
    people: tuple[str, ...] = ()
    channel: Channel = "email"
    documents: tuple[str, ...] = ()


class ReviewPaused(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Nobody works on the review from this day, for a reason; no clock stops (SEND Regs 2014 rr.20-22 know no pause)."""

    reason: str


class ReviewResumed(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """Work on the review goes on from this day."""


class LightRouteRecorded(ReviewEvent, frozen=True, kw_only=True, omit_defaults=True, tag=True):
    """The review goes by a light route, as a progress review without amendment, for a reason of this child or young person.

    The latest counts: `taken` is false where it does not go that way after all.
    """

    reason: str
    taken: bool = True
