"""What may be asked of a review beside its usual course: notices again or withdrawn, more time, a change of mind, a pause."""

from datetime import date
from typing import ClassVar

from arflow.case.review_command import ReviewCommand, SentCommand
from arflow.events import Outcome


class SendNoticeAgain(SentCommand, frozen=True, kw_only=True):
    """Record a notice of other amendments in place of those proposed; `served_on` where it was served later than sent."""

    step: ClassVar[str] = "notice_again"
    served_on: date | None = None


class WithdrawNotice(ReviewCommand, frozen=True, kw_only=True):
    """Record that the proposed amendments were taken back, and why."""

    step: ClassVar[str] = "withdraw_notice"
    reason: str


class AgreeMoreTime(ReviewCommand, frozen=True, kw_only=True):
    """Record that the family has until the end of a day to make representations, later than the 15 days."""

    step: ClassVar[str] = "agree_time"
    agreed_until: date


class ChangeDecision(SentCommand, frozen=True, kw_only=True):
    """Record that the authority decided otherwise after it had notified its decision, and told everybody on the same day."""

    step: ClassVar[str] = "change_decision"
    outcome: Outcome
    reason: str


class ReissueFinalPlan(SentCommand, frozen=True, kw_only=True):
    """Record that the final plan was sent once more, corrected, and why."""

    step: ClassVar[str] = "reissue"
    reason: str


class PauseReview(ReviewCommand, frozen=True, kw_only=True):
    """Record that nobody works on the review from a day, and why; no clock stops."""

    reason: str


class ResumeReview(ReviewCommand, frozen=True, kw_only=True):
    """Record that work on the review goes on."""


class RecordLightRoute(ReviewCommand, frozen=True, kw_only=True):
    """Record that the review goes by a light route, or after all does not, with the reason of this child or young person."""

    reason: str
    taken: bool = True
