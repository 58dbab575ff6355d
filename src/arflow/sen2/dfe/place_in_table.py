"""Where one plan stands in the DfE's table of annual reviews: expected, met, decided, with what outcome, how soon."""

from datetime import date, timedelta
from typing import Literal

import msgspec

from arflow.sen2.returned.review_items import ReviewItems

FOUR_WEEKS = timedelta(weeks=4)

When = Literal["after", "year", "prior"]
Meeting = Literal[When, "none"]
Decision = Literal[When, "not_due", "outstanding", "none"]
Outcome = Literal["amend", "cease", "maintain", "none"]
Weeks = Literal["within", "over", "none"]
_OUTCOMES: dict[str | None, Outcome] = {"A": "amend", "C": "cease", "M": "maintain"}


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One plan in the table of a calendar year; a plan of which no review was expected stands nowhere else.

    `after` is from 1 January after the year to the census day. A decision may have a day and no meeting.
    """

    expected: bool
    meeting: Meeting = "none"
    decision: Decision = "none"
    outcome: Outcome = "none"
    weeks: Weeks = "none"

    @property
    def has_meeting(self) -> bool:
        """Whether a meeting is known: the table counts decisions and outcomes of no other plan."""
        return self.meeting != "none"

    @property
    def is_dated(self) -> bool:
        """Whether the day of the decision is known."""
        return self.decision in ("after", "year", "prior")


NOT_EXPECTED = Standing(expected=False)


def standing(items: ReviewItems, year: int) -> Standing:
    """Where a plan stands in the table of a calendar year; a plan whose start is not known is taken as an old one."""
    if items.plan_start and items.plan_start >= date(year, 1, 1):
        return NOT_EXPECTED
    return Standing(
        expected=True,
        meeting=_when(items.review_meeting, year) if items.review_meeting else "none",
        decision=_decision(items, year),
        outcome=_OUTCOMES.get(items.review_outcome, "none"),
        weeks=_weeks(items),
    )


def _when(day: date, year: int) -> When:
    return "after" if day.year > year else "year" if day.year == year else "prior"


def _decision(items: ReviewItems, year: int) -> Decision:
    """A decision that has four weeks yet on the last day of the year is not due; docs/dfe-measure.md says why that day."""
    if items.last_review:
        return _when(items.last_review, year)
    if items.review_meeting is None:
        return "none"
    return "not_due" if items.review_meeting + FOUR_WEEKS >= date(year, 12, 31) else "outstanding"


def _weeks(items: ReviewItems) -> Weeks:
    """Calendar days from the meeting to the decision; where the meeting is not known, nothing shows that it was in time."""
    if items.last_review is None:
        return "none"
    if items.review_meeting is None:
        return "over"
    return "within" if items.last_review <= items.review_meeting + FOUR_WEEKS else "over"


# --- what does not fit in the table ---------------------------------------------------------------------------------

EXCEPTIONS = {
    "decision_without_meeting": "The day of a decision is known, its meeting is not: the table of 2024 has no place for it. "
    "The DfE takes such decisions off “outstanding”, which is how that figure can fall below zero; arflow "
    "counts them apart and subtracts them from nothing.",
    "outcome_without_decision": "An outcome, but no day on which the decision was notified: decided and not told, or the day "
    "is not recorded.",
    "decision_without_outcome": "A decision with its day, and no outcome recorded.",
    "decision_before_meeting": "The decision is dated before the meeting of its review: counted as within four weeks.",
    "start_not_known": "Nobody knows when the plan was made: arflow assumes that a review was expected.",
}


def exceptions(items: ReviewItems, found: Standing) -> tuple[str, ...]:
    """The names of what is odd about a plan that stands in the table, in the order of EXCEPTIONS."""
    if not found.expected:
        return ()
    both = items.review_meeting and items.last_review
    odd = {
        "decision_without_meeting": found.is_dated and not found.has_meeting,
        "outcome_without_decision": found.outcome != "none" and not found.is_dated,
        "decision_without_outcome": found.is_dated and found.has_meeting and found.outcome == "none",
        "decision_before_meeting": bool(both and items.last_review < items.review_meeting),  # type: ignore[operator]
        "start_not_known": items.plan_start is None,
    }
    return tuple(name for name, holds in odd.items() if holds)
