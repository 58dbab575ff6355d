"""What is next on a case: the act, its last day and who acts; where nobody does, what is missing."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from arflow.case import turns
from arflow.case.deadlines import Deadline, deadlines, deadlines_of_plan
from arflow.case.proofs import said
from arflow.case.turns import Holder, Lacking, lacking
from arflow.words import in_words, spoken

if TYPE_CHECKING:
    from arflow.application.reading import ReadSide
    from arflow.case.plan import Plan
    from arflow.case.review import AnnualReview

_WHO: dict[Holder, str] = {
    "school": "the school", "la": "the authority", "family": "the family", "health": "health", "nobody": "nobody",
}  # fmt: skip
_ACTS = {
    "open": "open a review",
    "hold": "hold the meeting",
    "notice": "send the notice",
    "represent": "make representations",
    "termly_list": "put the plan on the list of the term",
    "notice_again": "send the notice of other amendments, or decide not to amend",
}
_WAYS: dict[Lacking, str] = {"coordinator": "--coordinator NAME", "setting": "--setting URN"}
_OWNER = {"la": "local authority", "school": "school"}
_OWED_BY = ("la", "school", "nobody")
_IN_ORDER = (
    "invite",
    "circulate",
    "hold",
    "report",
    "decide",
    "notify",
    "notice",
    "issue",
    "notice_again",  # where the notice was withdrawn
    "cease",
    "conclude",
)


class NextAct(msgspec.Struct, frozen=True, kw_only=True):
    """The next act on a case, `due` by a day or planned `on` one; none is "". `lacks` is why nobody acts."""

    plan: str
    holder: Holder
    lacks: Lacking | None = None
    act: str = ""
    duty: str = ""
    due: date | None = None
    on: date | None = None
    is_late: bool = False

    def __str__(self) -> str:
        who = _WHO[self.holder]
        lacking = (
            f"{who} acts, since the plan has no {self.lacks} (arflow plan move {self.plan} {_WAYS[self.lacks]})"
            if self.lacks
            else ""
        )
        if not self.act:
            return f"Next: {lacking or who}."
        by = f" by {said(self.due)}" if self.due else f" on {said(self.on)}, as planned" if self.on else ""
        because = f" ({in_words(self.duty)})" if self.duty else ""
        what = f"{_ACTS.get(self.act, in_words(self.act))}{by}{because}{', overdue' if self.is_late else ''}"
        if lacking:
            return f"Next: {what}. But {lacking}."
        return f"Next: {who} {'may' if self.holder == 'family' else 'is to'} {what}."


def next_act(app: "ReadSide", case: str) -> NextAct | None:
    """What is next on a plan or a review, and on the plan of a review that is finished; None once the plan has ended."""
    if not app.is_review(case):
        plan, under_way = app.plan(case), app.review_under_way(case)
        found = _of_review(app, plan, app.review(under_way)) if under_way else None
        return found if plan.open_review() or (found and found.due) else _of_plan(app, plan)
    review = app.review(case)
    plan = app.plan(review.plan)
    return _of_plan(app, plan) if review.is_finished else _of_review(app, plan, review)


def _of_plan(app: "ReadSide", plan: "Plan") -> NextAct | None:
    if not plan.is_maintained:
        return None
    workflow = app.current_workflow()
    own = (duty for duty in app.plan_duties(plan.ref) if duty.owner == _OWNER["la"])
    first = next(iter(deadlines_of_plan(own, workflow)), None)
    return _next(plan, turns.of_plan(plan).on(app.today), lacking(None, workflow), first)


def _of_review(app: "ReadSide", plan: "Plan", review: "AnnualReview") -> NextAct | None:
    """The most urgent act that whoever holds the case can do now, or else the step that usually comes next."""
    workflow = app.workflow(review.workflow)
    turn = turns.of_review(review, plan, workflow)
    if turn is None:
        return None
    to_do = deadlines(app.duties_of(review, plan), workflow, review.outcome, final=review.is_final)
    possible, holder, lacks = app.possible(review), turn.on(app.today), lacking(review, workflow)
    whose = _OWNER.get(holder) or ("local authority" if lacks == "coordinator" else None)
    mine = (one for one in to_do if spoken(one.act) in possible and whose in (None, one.duty.owner))
    first = next(mine, None) if holder in _OWED_BY else None
    found = _next(plan, holder, lacks, first)
    if first is None:
        steps = ("represent",) if holder == "family" else (one for one in _IN_ORDER if not review.last(one))
        step = next((one for one in steps if spoken(one) in possible), "")
        return msgspec.structs.replace(found, act=step, on=review.planned_meeting if step == "hold" else None)
    return found


def _next(plan: "Plan", holder: Holder, lacks: Lacking, first: Deadline | None) -> NextAct:
    found = NextAct(plan=plan.ref, holder=holder, lacks=lacks if holder == "nobody" else None)
    if first is None:
        return found
    duty = first.duty
    return msgspec.structs.replace(found, act=first.act, duty=duty.id, due=duty.due, is_late=duty.state == "overdue")
