"""Whose turn it is: every open case has a next actor, or is shown to have none. Pure."""

from datetime import date, timedelta
from typing import Literal

import msgspec

from arflow.case.plan import Plan
from arflow.case.representations import last_day_given
from arflow.case.review import AnnualReview
from arflow.law.states import GATHERING_ADVICE
from arflow.law.workflow import Workflow

Holder = Literal["school", "la", "family", "health", "nobody"]
HOLDERS: tuple[Holder, ...] = ("school", "la", "family", "health", "nobody")


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds the case; from `after` on it passes to `then` without an act (the family's 15 days have ended)."""

    holder: Holder
    after: date | None = None
    then: Holder | None = None

    def on(self, day: date) -> Holder:
        """Who holds the case on a day."""
        return self.then if self.after and self.then and day >= self.after else self.holder


Lacking = Literal["coordinator", "setting"]


def lacking(review: AnnualReview | None, workflow: Workflow) -> Lacking:
    """What a plan lacks where nobody acts next on it: a coordinator, for what the authority does, or a setting."""
    if review is None or review.arranged_by == "local authority":
        return "coordinator"
    return "setting" if workflow.state_by_id[review.state].holder in ("arranger", "school") else "coordinator"


def of_plan(plan: Plan) -> Turn:
    """A plan without an open review waits for the authority to open one."""
    return Turn(holder=_authority(plan))


def of_review(review: AnnualReview, plan: Plan, workflow: Workflow) -> Turn | None:
    """Who acts next on a review; None once it is finished."""
    match workflow.state_by_id[review.state].holder:
        case "none":
            return None
        case "arranger" | "school":
            return Turn(holder=_arranger(review, plan, workflow))
        case "family_then_la":
            return _while_amending(review, plan, workflow)
        case "family":
            return Turn(holder="family")
        case "health":
            return Turn(holder="health")
        case _:
            return Turn(holder=_authority(plan))


def _authority(plan: Plan) -> Holder:
    """The authority acts through a coordinator: without one, nobody does."""
    return "la" if plan.coordinator else "nobody"


def _arranger(review: AnnualReview, plan: Plan, workflow: Workflow) -> Holder:
    """Health, where only its advice is awaited; else whoever arranges the meeting."""
    if workflow.core(review.state) == GATHERING_ADVICE and set(review.advice_outstanding()) == {"health"}:
        return "health"
    if review.arranged_by == "local authority":
        return _authority(plan)
    return "school" if plan.setting else "nobody"


def _while_amending(review: AnnualReview, plan: Plan, workflow: Workflow) -> Turn:
    """The family has its 15 days, unless it has answered; then the authority finishes (SEND Regs 2014 r.22(2)(c))."""
    ends = last_day_given(review, workflow)
    if ends is None or review.since_notice("represent"):
        return Turn(holder=_authority(plan))
    return Turn(holder="family", after=ends + timedelta(days=1), then=_authority(plan))
