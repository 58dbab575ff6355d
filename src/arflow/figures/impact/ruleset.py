"""The rules that cases are counted under, and every duty of a case under them. Pure."""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec

from arflow.case.case import Case
from arflow.case.duties import Duty, of_review
from arflow.case.plan import Plan
from arflow.case.plan_facts import review_facts
from arflow.case.proceeding_duties import of_whole_plan
from arflow.case.review import AnnualReview
from arflow.errors import NotPossible
from arflow.law.workflow import Workflow


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """The definition of each review, by the id it keeps, and the one that plans without an open review are counted under."""

    workflow_of: Callable[[str], Workflow]
    current: Workflow


# A duty's place: the review (empty for one of the plan itself), the duty's id, and the proceeding that asks for it.
Place = tuple[str, str, int]


def counted(case: Case, rules: Rules, today: date, *, finished: bool) -> dict[Place, Duty]:
    """Every duty of a case's open reviews and of its plan what no open review covers; if asked, of what is finished too."""
    found: dict[Place, Duty] = {}
    covered: set[str] = set()
    for review in case.reviews.values():
        if review.is_finished and not finished:
            continue
        duties = _of_review(review, case.plan, rules.workflow_of(review.workflow), today)
        found |= {(review.id, duty.id, 0): duty for duty in duties}
        covered |= {duty.id for duty in duties if review.is_open and duty.state != "not_applicable"}
    standing = _standing(case, rules.current, today, covered) if case.plan.is_maintained or finished else ()
    return found | dict(standing)


def _of_review(review: AnnualReview, plan: Plan, workflow: Workflow, today: date) -> tuple[Duty, ...]:
    if review.kind not in workflow.kinds:
        raise NotPossible(f"{workflow.id} has no kind {review.kind}: {review.id} could not go on under it")
    return of_review(workflow, review.kind, review.arranged_by, review_facts(review, plan, workflow), today)


def _standing(case: Case, current: Workflow, today: date, covered: set[str]) -> Iterator[tuple[Place, Duty]]:
    for duty in of_whole_plan(case.plan, current, today):
        if duty.id not in covered:
            yield ("", duty.id, duty.proceeding), duty
