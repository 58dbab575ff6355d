"""A plan's transfer between phases: which reviews are for it, and what has dealt with it (SEND Regs 2014 r.18). Pure."""

from collections.abc import Iterator
from datetime import date

from arflow.case.facts import Fact
from arflow.case.plan import Plan
from arflow.case.plan_records import Dealing
from arflow.case.review import AnnualReview
from arflow.law.periods import corresponding_date
from arflow.law.states import CONCLUDED

# The kinds of review that are for a transfer whenever they meet.
TRANSFER_REVIEWS = ("phase_transfer", "post16_transfer")
# A move between post-16 institutions for a new academic year: one in September (Code 9.181).
BETWEEN_POST16, NEW_ACADEMIC_YEAR = "post16_to_post16", 9


def in_september(plan: Plan) -> bool:
    """Whether the move is one between post-16 institutions for a new academic year (Code 9.181)."""
    day = plan.transfer_on.day if plan.transfer_on else None
    return plan.transfer == BETWEEN_POST16 and day is not None and day.month == NEW_ACADEMIC_YEAR


def transfer_to_deal_with(plan: Plan) -> Fact | None:
    """The expected transfer that no completed review has dealt with (SEND Regs 2014 r.18)."""
    return transfer_ahead(plan, None)


def transfer_ahead(plan: Plan, review: AnnualReview | None) -> Fact | None:
    """The expected transfer, where the plan or this review still owes it, or this review dealt with it.

    No review that only happens to be held before a transfer has dealt with it: an officer records that it did (r.18(1)).
    """
    fact = plan.transfer_on
    if fact is None or fact.day is None:
        return None
    if review is None:
        return None if any(_dealt(plan)) else fact
    if dealing_of(plan, review) is not None:
        return fact
    return fact if not any(_dealt(plan)) and _carries(plan, review, fact.day) else None


def _carries(plan: Plan, review: AnnualReview, transfer: date) -> bool:
    """Whether a review stands for the duty that nothing has met yet: unless another was opened after it had ended.

    It does if it is for the transfer, or if its decision was notified in the 12 months before.
    """
    if review.state == CONCLUDED and review.id != next(reversed(plan.reviews), None):
        return False
    told = review.day("notify")
    in_reach = told is not None and corresponding_date(transfer, -12) <= told <= transfer
    return in_reach or is_for_transfer(plan, review.kind, placed(review))


def placed(review: AnnualReview) -> date:
    """The day by which a review is placed in time: held, or planned, or else opened."""
    return review.day("hold") or review.planned_meeting or review.opened_on


def is_for_transfer(plan: Plan, kind: str, met: date) -> bool:
    """Whether a review may deal with the expected transfer: it meets in the 12 months before (SEND Regs 2014 r.18(1)).

    A review of a transfer kind always may.
    """
    day = plan.transfer_on.day if plan.transfer_on else None
    return day is not None and (kind in TRANSFER_REVIEWS or corresponding_date(day, -12) <= met <= day)


def expected_dealings(plan: Plan) -> tuple[Dealing, ...]:
    """What was recorded as dealing with the expected transfer: of its kind and its calendar year."""
    day = plan.transfer_on.day if plan.transfer_on else None
    return tuple(d for d in plan.dealings if day and d.transfer == plan.transfer and d.transfer_on.year == day.year)


def dealing_of(plan: Plan, review: AnnualReview) -> Dealing | None:
    """What was recorded of the expected transfer with this review, where it may deal with it."""
    found = next((dealing for dealing in expected_dealings(plan) if dealing.review == review.id), None)
    return found if found and is_for_transfer(plan, review.kind, placed(review)) else None


def _dealt(plan: Plan) -> Iterator[Dealing]:
    """What has dealt with the expected transfer: completed reviews that may, and acts outside any review."""
    held = {done.review: done.held for done in plan.completions}
    for dealing in expected_dealings(plan):
        met = held.get(dealing.review or "")
        kind = plan.reviews.get(dealing.review or "", "")
        if dealing.review is None or (met and is_for_transfer(plan, kind, met)):
            yield dealing


def dealt_with(plan: Plan) -> Dealing | None:
    """What dealt with the expected transfer, as it was last recorded."""
    return max(_dealt(plan), key=lambda dealing: dealing.recorded.version, default=None)
