"""The family's 15 days to make representations, and whether they are over (SEND Regs 2014 r.22(2)(c)). Pure."""

from datetime import date
from typing import cast

from arflow.case.duties import parsed
from arflow.case.review import AnnualReview
from arflow.case.review_commands import ReviewCommand
from arflow.errors import MissingValue, field_name
from arflow.events import RepresentationsReceived
from arflow.law.workflow import Workflow


def no_more(review: AnnualReview) -> bool:
    """Whether everybody with the right has answered or gave up the rest of the days."""
    return any(cast("RepresentationsReceived", act.event).no_more for act in review.all("represent"))


def last_day_still_open(review: AnnualReview, workflow: Workflow, on: date) -> date | None:
    """The last of the 15 days where a day is one of them and the family may still answer; None where it is not."""
    ends = last_day_to_represent(review, workflow)
    return ends if ends and on <= ends and not no_more(review) else None


def check_not_too_early(review: AnnualReview, workflow: Workflow, command: ReviewCommand, today: date) -> None:
    """MissingValue for a final plan, or a decision not to amend, within the family's 15 days without a reason."""
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
    """The last of the family's days to make representations; None until the notice is sent (SEND Regs 2014 r.22(2)(c))."""
    notice = review.last("notice")
    if notice is None:
        return None
    window = parsed(workflow.duty_by_id["representations"].due[0].first.rule)
    counted = window.count(review.served(notice), workflow.policy)
    assert counted is not None
    return counted.outer
