"""A plan as it stood on a day, each of its events read as it was corrected since. Pure."""

from collections.abc import Iterable
from datetime import date

import msgspec

from arflow.case.plan import Plan, evolve
from arflow.events import (
    AnyPlanEvent,
    PlanAdded,
    PlanFactCorrected,
    PlanReviewCompleted,
    PlanReviewCompletionWithdrawn,
    TransferDealtWith,
)

# Facts whose day is that of an event of their own: a correction of one moves the event.
_OWN_DAY = {
    "aware_of_move",
    "transferred_in",
    "transferred_out",
    "detained",
    "released",
    "ceased",
    "plan_notice_sent",
    "plan_notice_sent_again",
    "plan_amended",
    "plan_not_amended",
    "amended",
}


def as_at(events: Iterable[AnyPlanEvent], day: date) -> Plan | None:
    """The plan as it stood at the end of a day: later events left out, each read as it was corrected since.

    There is a plan from the day it was made, however late it was put under arflow; None before that.
    """
    found = list(events)
    corrections = _corrections(found)
    completed = {e.review: e for e in found if isinstance(e, PlanReviewCompleted | PlanReviewCompletionWithdrawn)}
    plan: Plan | None = None
    for event in found:
        own = corrections.get(event.originator_version, {})
        moved = next((c.to for fact, c in own.items() if fact in _OWN_DAY and c.to), event.on)
        superseded = isinstance(event, PlanReviewCompleted) and completed[event.review] is not event
        of_a_review = isinstance(event, TransferDealtWith) and event.review  # counts from the day of its outcome
        later = moved > day and not of_a_review and not isinstance(event, PlanAdded | PlanReviewCompletionWithdrawn)
        if (
            isinstance(event, PlanFactCorrected)
            or superseded
            or later
            or (plan is None and not isinstance(event, PlanAdded))
        ):
            continue
        plan = evolve(plan, event)
        for correction in own.values():
            plan = evolve(plan, msgspec.structs.replace(correction, corrects=event.originator_version))
    return plan if plan is not None and _there_from(plan, found[0].on) <= day else None


def _there_from(plan: Plan, entered: date) -> date:
    told = (plan.first_made.day, plan.last_reviewed.day if plan.last_reviewed else None)
    return min((entered, *(day for day in told if day)))


def _corrections(events: list[AnyPlanEvent]) -> dict[int, dict[str, PlanFactCorrected]]:
    """The last correction of each fact, by the version of the event that it corrects in the end."""
    found: dict[int, dict[str, PlanFactCorrected]] = {}
    root: dict[int, int] = {}
    for event in events:
        if isinstance(event, PlanFactCorrected):
            root[event.originator_version] = root.get(event.corrects, event.corrects)
            found.setdefault(root[event.originator_version], {})[event.fact] = event
    return found
