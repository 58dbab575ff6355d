"""The days around the limits of a duty: the day before, the last day and the day after, done then and not yet done."""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from arflow.case.duties import Duty, DutyState, of_plan, of_review, waiting
from arflow.case.facts import Fact, Facts
from arflow.case.review import AnnualReview
from arflow.examples.case_told import CaseTold, Counted

_DAY = timedelta(days=1)


def wrong_around(told: CaseTold, counted: Counted) -> Iterator[str]:
    """What a duty that has begun comes to around its last days, where that is not what those days say."""
    duty, review = counted.duty, told.case.reviews.get(counted.case)
    if duty.due is None or duty.outer is None or duty.state == "not_started":
        return
    target = counted.workflow.duty_by_id[duty.id].is_target
    soon = counted.workflow.policy.due_soon_days
    for day in sorted({limit + shift for limit in (duty.due, duty.outer) for shift in (-_DAY, 0 * _DAY, _DAY)}):
        done = _state(counted, review, day, done_on=day)
        if done != _done(day, duty.due, duty.outer, window=duty.window, is_target=target):
            yield f"{duty.id}: done on {day}, it is {done}; its last day is {duty.due}"
        waits = None if duty.window else _state(counted, review, day, done_on=None)
        if waits is not None and waits != waiting(duty.due, duty.outer, day, soon_days=soon, is_target=target):
            yield f"{duty.id}: not done on {day}, it is {waits}; its last day is {duty.due}"


def _done(day: date, due: date, outer: date, *, window: bool, is_target: bool) -> DutyState:
    """The state that the limits give a duty done on a day; a window is kept by what comes after it."""
    if window:
        return "met" if day > due else "breached"
    if day <= outer:
        return "met" if day <= due else "contested"
    return "missed" if is_target else "breached"


def _state(counted: Counted, review: AnnualReview | None, today: date, *, done_on: date | None) -> DutyState:
    """The state on a day of the duty, had it been done that day, or not at all, in a review that still goes on."""
    rule = counted.workflow.duty_by_id[counted.duty.id]
    later = {*rule.met_by, rule.closed_by}
    days = {name: fact for name, fact in counted.facts.days.items() if name not in later}
    if done_on:
        days[rule.met_by[0]] = Fact(day=done_on)
    facts = msgspec.structs.replace(counted.facts, days=days, finished=False)
    duties = _duties(counted, review, facts, today)
    return next(duty.state for duty in duties if duty.id == rule.id)


def _duties(counted: Counted, review: AnnualReview | None, facts: Facts, today: date) -> tuple[Duty, ...]:
    if review is None:
        return of_plan(counted.workflow, facts, today)
    return of_review(counted.workflow, review.kind, review.arranged_by, facts, today)
