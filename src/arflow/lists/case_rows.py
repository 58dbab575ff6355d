"""One case (a plan with its reviews) as rows of the read models: a function of its events alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from arflow import logs
from arflow.case import turns
from arflow.case.case import Case, fold
from arflow.case.deadlines import act_of, act_of_plan
from arflow.case.duties import Duty, of_review
from arflow.case.facts import Facts
from arflow.case.milestones import milestones
from arflow.case.plan import Plan
from arflow.case.plan import stream as plan_stream
from arflow.case.plan_facts import plan_facts, review_facts
from arflow.case.proceeding_duties import of_whole_plan
from arflow.case.reading import made
from arflow.case.review import AnnualReview
from arflow.case.turns import Turn
from arflow.errors import CaseUnreadable
from arflow.law.workflow import Workflow

if TYPE_CHECKING:
    from arflow.store import LogRow

Row = dict[str, Any]
# A day before every last day: rows hold what is outstanding whatever the day, and a query works out its state.
_ANY_DAY = date.min
_MILESTONES = (
    "meeting", "invited", "circulated", "held", "reported", "decided", "notified",
    "notice_sent", "issued", "not_amended", "ceased", "concluded",
)  # fmt: skip


class Rows(msgspec.Struct, frozen=True, kw_only=True):
    """What one case puts into each read model; one that cannot be read has rows that say so, and no other."""

    plan: Row | None = None
    reviews: tuple[Row, ...] = ()
    due: tuple[Row, ...] = ()
    unreadable: tuple[Row, ...] = ()


def of_log(events: Sequence["LogRow"], workflow_of: Callable[[str], Workflow], current: Workflow) -> Rows:
    """The rows of the case that some rows of the log hold."""
    try:
        return made(events[0].plan, events, lambda found: rows(fold(found), workflow_of, current), workflow_of)
    except CaseUnreadable as refusal:
        logs.warning(__name__, "case_unreadable", case=refusal.plan, position=refusal.position)
        return Rows(unreadable=tuple(_unreadable(events, refusal)))


def _unreadable(events: Iterable["LogRow"], refusal: CaseUnreadable) -> Iterator[Row]:
    """A row of the plan, and one of each of its reviews."""
    for stream in dict.fromkeys((plan_stream(refusal.plan), *(event.stream for event in events))):
        yield {
            "plan": refusal.plan,
            "review": stream.removeprefix("review/") if stream.startswith("review/") else "",
            "why": refusal.why,
            "position": refusal.position,
            "definition": refusal.definition,
        }


def rows(case: Case, workflow_of: Callable[[str], Workflow], current: Workflow) -> Rows:
    """The rows of a case; `current` is the workflow that a plan without an open review is counted under."""
    facts = plan_facts(case.plan, current)
    standing = of_whole_plan(case.plan, current, _ANY_DAY)
    return Rows(
        plan=_plan_row(case.plan, facts, standing),
        reviews=tuple(_review_row(review, case.plan, workflow_of(review.workflow)) for review in case.reviews.values()),
        due=tuple(_due_rows(case, workflow_of, current, standing)),
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _plan_row(plan: Plan, facts: Facts, standing: tuple[Duty, ...]) -> Row:
    start = facts.days["clock_start"]
    year = next((duty for duty in standing if duty.id == "twelve_months"), None)
    return {
        "ref": plan.ref,
        "first_made": _iso(plan.first_made.day),
        "first_made_quality": plan.first_made.quality,
        "clock_start": _iso(start.day),
        "clock_quality": start.quality,
        "review_due": _iso(year.due) if year else None,
        "review_outer": _iso(year.outer) if year else None,
        "setting": plan.setting,
        "nc_year": plan.nc_year,
        "coordinator": plan.coordinator,
        "transfer": plan.transfer,
        "transfer_on": _iso(plan.transfer_on.day) if plan.transfer_on else None,
        "young_person_from": _iso(plan.young_person_from.day) if plan.young_person_from else None,
        "state": "maintained" if plan.is_maintained else "ended",
        "open_review": plan.open_review(),
    }


def _review_row(review: AnnualReview, plan: Plan, workflow: Workflow) -> Row:
    days = milestones(review, workflow, plan.young_person_from.day if plan.young_person_from else None)
    return {
        "id": review.id,
        "plan": review.plan,
        "kind": review.kind,
        "workflow": review.workflow,
        "state": review.state,
        "decided_not_told": _decided_not_told(review),
        "outcome": review.outcome,
        "opened": _iso(review.opened_on),
        **{name: _iso(days[name].day) if name in days else None for name in _MILESTONES},
    }


def _decided_not_told(review: AnnualReview) -> bool:
    return review.outcome is not None and not review.told and not review.is_finished


def _due_rows(
    case: Case, workflow_of: Callable[[str], Workflow], current: Workflow, standing: tuple[Duty, ...]
) -> Iterator[Row]:
    """What is outstanding: of each unfinished review, and of the plan what no unfinished review covers."""
    covered: set[str] = set()
    listed: set[tuple[str, date | None]] = set()
    for review in case.reviews.values():
        workflow = workflow_of(review.workflow)
        turn = turns.of_review(review, case.plan, workflow)
        if turn is None:
            continue
        facts = review_facts(review, case.plan, workflow)
        duties = of_review(workflow, review.kind, review.arranged_by, facts, _ANY_DAY)
        covered |= {duty.id for duty in duties if review.is_open and duty.state != "not_applicable"}
        listed |= {(duty.id, duty.due) for duty in duties if _outstanding(duty)}
        yield from (_due_row(case.plan, review, duty, turn, workflow) for duty in duties if _outstanding(duty))
    if case.plan.is_maintained:
        turn = turns.of_plan(case.plan)
        left = (d for d in standing if d.id not in covered and (d.id, d.due) not in listed and _outstanding(d))
        yield from (_due_row(case.plan, None, duty, turn, current) for duty in left)


def _outstanding(duty: Duty) -> bool:
    """Whether the duty waits to be met; one whose day cannot be counted, for want of a known day, waits too."""
    return not duty.window and (duty.is_to_do or (duty.state == "not_started" and bool(duty.reason)))


def _due_row(plan: Plan, review: AnnualReview | None, duty: Duty, turn: Turn, workflow: Workflow) -> Row:
    rule = workflow.duty_by_id[duty.id]
    return {
        "plan": plan.ref,
        "review": review.id if review else "",
        "duty": duty.id,
        "proceeding": duty.proceeding,
        "act": act_of(rule, workflow, review.outcome, final=review.is_final) if review else act_of_plan(rule, workflow),
        "kind": review.kind if review else "",
        "state": review.state if review else "",
        "owner": duty.owner,
        "word": duty.word,
        "source": duty.source,
        "due": _iso(duty.due),
        "outer": _iso(duty.outer),
        "quality": duty.quality,
        "reason": duty.reason,
        "soon_days": workflow.policy.due_soon_days,
        "decided_not_told": review is not None and _decided_not_told(review),
        "holder": turn.holder,
        "holder_until": _iso(turn.after),
        "holder_then": turn.then,
        "setting": plan.setting,
        "coordinator": plan.coordinator,
    }
