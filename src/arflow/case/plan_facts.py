"""The facts that duties are computed from: of a plan, and of a review with its plan. Pure."""

from datetime import date

from arflow.case import cease_appeals, plan_amendments, proceedings
from arflow.case.facts import GRADES, Fact, Facts, Spell
from arflow.case.milestones import milestones
from arflow.case.plan import Plan
from arflow.case.review import AnnualReview
from arflow.case.transfer_record import awaited_days, awaited_in_review
from arflow.case.transfers import dealing_of, in_september, transfer_ahead
from arflow.law.periods import period_last_day
from arflow.law.states import CANCELLED, CONCLUDED, WITH_PLAN
from arflow.law.workflow import Workflow


def clock_start(plan: Plan, workflow: Workflow, before: AnnualReview | None = None) -> Fact:
    """The day the current 12 months started; for a review, the 12 months that it is to complete.

    The plan's making, the last review told to arflow on entry, each completed review (by the policy's day), and a
    re-assessment that an officer recorded as standing in for a review (LW v Islington).
    """
    by_meeting = workflow.policy.clock_resets_on == "meeting_held"
    starts = [plan.last_reviewed or plan.first_made]
    starts += [
        done.meeting if by_meeting else done.notified
        for done in plan.completions
        if before is None or done.review != before.id
    ]
    if plan.stood_in:
        starts.append(plan.stood_in)
    completed = _completed_on(before, workflow) if before else None
    if completed is not None:
        starts = [start for start in starts if start.day is None or start.day < completed] or starts[:1]
    dated = [start for start in starts if start.day is not None]
    return max(dated, key=lambda start: (start.day or date.min, GRADES.index(start.quality))) if dated else starts[0]


def _completed_on(review: AnnualReview, workflow: Workflow) -> date | None:
    """The day a review was completed; what counts of an interim one is its meeting."""
    return review.day("hold" if workflow.kinds[review.kind].additional else "notify")


def plan_facts(plan: Plan, workflow: Workflow) -> Facts:
    """What the duties of a plan without regard to any review are computed from."""
    days = _plan_days(plan, workflow, None) | plan_amendments.days(plan) | _proceeding_days(plan, workflow)
    if plan.ceased:
        days["ceased"] = plan.ceased
    holds = frozenset({"no_more_representations"} if plan.plan_no_more else ())
    return Facts(days=days, holds=holds, spells=_spells(plan, None), transfer=plan.transfer)


def _proceeding_days(plan: Plan, workflow: Workflow) -> dict[str, Fact]:
    """The days of the plan's proceedings; of a decision to cease that was overturned nothing is counted."""
    days = proceedings.days(plan.proceedings)
    ceasing = cease_appeals.outside_review(plan.proceedings, workflow.policy.bank_holidays)
    if ceasing and ceasing.overturned:
        del days["ceasing"]
        return days
    return days | cease_appeals.days_outside_review(ceasing, plan.ceased)


def review_facts(review: AnnualReview, plan: Plan, workflow: Workflow) -> Facts:
    """What the duties of a review are computed from: its milestones and its plan's days."""
    days = milestones(review, workflow, plan.young_person_from.day if plan.young_person_from else None)
    days |= cease_appeals.days_of_review(review, workflow.policy.bank_holidays)
    if dealing_of(plan, review) is not None and "outcome_final" in days:
        days["transfer_named"] = days["outcome_final"]
    return Facts(
        days=_plan_days(plan, workflow, review)
        | days
        | awaited_in_review(plan, review.id, final="outcome_final" in days),
        holds=_holds(workflow, review),
        spells=_spells(plan, review),
        transfer=plan.transfer,
        outcome_known=review.outcome is not None,
        finished=review.state == CONCLUDED,
    )


def _plan_days(plan: Plan, workflow: Workflow, review: AnnualReview | None) -> dict[str, Fact]:
    start = clock_start(plan, workflow, review)
    ahead = transfer_ahead(plan, review)
    days: dict[str, Fact | None] = {
        "clock_start": start,
        "interim_start": _interim_start(plan, start, review),
        "transferred_in": plan.transferred_in,
        "told_of_transfer": plan.told_of_transfer,
        "aware_of_move": plan.aware_of_move,
        "moves_on": plan.moves_on,
        "transferred_out": plan.transferred_out,
        "transfer": ahead,
        "september_transfer": ahead if in_september(plan) else None,
        "released": _since(plan.released, start),
        **_term(plan, workflow, start),
        **(awaited_days(plan) if review is None else {}),
    }
    return {name: fact for name, fact in days.items() if fact is not None}


def _since(fact: Fact | None, start: Fact) -> Fact | None:
    """The fact, if no review has been completed since it."""
    if fact is None or (fact.day and start.day and fact.day < start.day):
        return None
    return fact


def _term(plan: Plan, workflow: Workflow, start: Fact) -> dict[str, Fact | None]:
    """The term in which the review is due, where the authority's definition has its terms (Code 9.172).

    After a move from another authority that is the later of the 12 months and three months (SEND Regs 2014 r.15(5)).
    """
    if start.day is None:
        return {}
    moved = plan.transferred_in.day if plan.transferred_in else None
    ends = max(period_last_day(start.day, 12), period_last_day(moved, 3) if moved else start.day)
    term = workflow.term_of(ends)
    if term is None:
        return {}
    listed = plan.listed.get(term.starts)
    return {"term_start": Fact(day=term.starts, event=f"definition {workflow.id}"), "listed": listed}


def _interim_start(plan: Plan, start: Fact, review: AnnualReview | None) -> Fact:
    """The day from which the next interim review is counted (Code 9.178): the last one held, or the start of the 12 months."""
    held = review.day("hold") if review else None
    before = [
        done.meeting
        for done in plan.interims
        if (review is None or done.review != review.id) and (held is None or done.held < held)
    ]
    return max((start, *before), key=lambda one: (one.day or date.min, GRADES.index(one.quality)))


def _spells(plan: Plan, review: AnnualReview | None) -> dict[str, tuple[Spell, ...]]:
    """The days on which this authority had no duties to the plan (SEND Regs 2014 r.15(3)(a); CFA 2014 ss.45, 70).

    A review that ended with its plan stays so, though an appeal revives the plan.
    """
    gone = Spell(start=plan.transferred_out.day) if plan.transferred_out else None
    ceased = Spell(start=plan.ceased.day) if plan.ceased else None
    return {
        "transferred_out": (gone,) if gone else (),
        "plan_ended": tuple(end for end in (gone, ceased, _closed_with_plan(review)) if end),
        "detained": plan.detentions,
    }


def _closed_with_plan(review: AnnualReview | None) -> Spell | None:
    closed = (review.last("pass_on") or review.last("end_with_plan")) if review and review.state in WITH_PLAN else None
    return Spell(start=closed.on) if closed else None


def _holds(workflow: Workflow, review: AnnualReview) -> frozenset[str]:
    true = {
        "cancelled": review.state == CANCELLED,
        "additional": workflow.kinds[review.kind].additional,
        "no_more_representations": review.no_more_representations,
        "notice_withdrawn": review.notice is not None and not review.notice_stands,
        f"outcome_{review.outcome}": review.outcome is not None,
    }
    return frozenset(name for name, holds in true.items() if holds)
