"""The family's 15 days to make representations, and whether they are over (SEND Regs 2014 r.22(2)(c)). Pure."""

from datetime import date
from typing import cast

from arflow.case.duties import parsed
from arflow.case.review import AnnualReview
from arflow.case.review_commands import ReviewCommand
from arflow.errors import MissingValue, field_name
from arflow.events import MoreTimeAgreed
from arflow.law.workflow import Workflow


def last_day_still_open(review: AnnualReview, workflow: Workflow, on: date) -> date | None:
    """The last of the family's days where a day is one of them and the family may still answer; None where it is not."""
    ends = last_day_given(review, workflow)
    return ends if ends and on <= ends and not review.no_more_representations else None


def check_not_too_early(review: AnnualReview, workflow: Workflow, command: ReviewCommand, today: date) -> None:
    """MissingValue for a final plan, or a decision not to amend, within the family's days without a reason."""
    on = command.on or today
    ends = last_day_still_open(review, workflow, on) if command.step in ("issue", "not_amend") else None
    if ends and not command.skip_reason:
        raise MissingValue(
            field_name("skip_reason"),
            f"the family has until {ends} to make representations (SEND Regs 2014 r.22(2)(c)), and {on} is before that is over: "
            f"wait, record with `arflow review represent {review.id} --no-more` that everybody with the right has answered, "
            "or say why",
        )


def last_day_to_represent(review: AnnualReview, workflow: Workflow) -> date | None:
    """The last of the 15 days from the last notice; None until one is sent, and where it was withdrawn (r.22(2)(c))."""
    notice = review.notice
    if notice is None or not review.notice_stands:
        return None
    window = parsed(workflow.duty_by_id["representations"].due[0].first.rule)
    counted = window.count(review.served(notice), workflow.policy)
    assert counted is not None
    return counted.outer


def last_day_given(review: AnnualReview, workflow: Workflow) -> date | None:
    """The last day of the family: of its 15 days, or of more time that was agreed."""
    ends, more = last_day_to_represent(review, workflow), review.more_time
    return max(ends, cast("MoreTimeAgreed", more.event).agreed_until) if ends and more else ends
