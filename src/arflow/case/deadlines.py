"""By when an act is planned: the earliest of the open duties that it meets, with the others beside it. Pure."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Protocol

import msgspec

from arflow.case.duties import Duty
from arflow.events import Outcome
from arflow.law.workflow import DutyRule, Workflow

# What is met by everybody's having been done to, and by a review's last act, which depends on its outcome.
_MILESTONES = {"all_invited": "invited"}
_LAST = ("outcome_final", "transfer_named")
_OPEN, _DECIDE, _NOTIFY = "open", "decide", "notify"
# The acts on a plan that meet a duty of it, by what they leave: `arflow plan amend` ends an amendment without a review.
_ON_THE_PLAN = {"plan_amended": "amend"}


class Timed(Protocol):
    """What has a last day in two readings."""

    @property
    def due(self) -> date | None: ...

    @property
    def outer(self) -> date | None: ...


class Deadline(msgspec.Struct, frozen=True, kw_only=True):
    """The last day of an act: the duty that sets it, and those that the same act meets later."""

    act: str
    duty: Duty
    beside: tuple[Duty, ...] = ()


def deadlines(
    duties: Iterable[Duty], workflow: Workflow, outcome: Outcome | None, *, final: bool = False
) -> tuple[Deadline, ...]:
    """The deadlines of what is still to do on a review, the earliest first; a duty without a day stands last."""
    to_do = [
        (act_of(workflow.duty_by_id[duty.id], workflow, outcome, final=final), duty)
        for duty in duties
        if duty.is_to_do and not duty.window
    ]
    by_act = groupby(sorted(to_do, key=lambda pair: (pair[0], *_order(pair[1]))), key=lambda pair: pair[0])
    grouped = [(act, [duty for _, duty in pairs]) for act, pairs in by_act]
    found = (Deadline(act=act, duty=first, beside=tuple(others)) for act, (first, *others) in grouped)
    return tuple(sorted(found, key=lambda one: _order(one.duty)))


def deadlines_of_plan(duties: Iterable[Duty], workflow: Workflow) -> tuple[Deadline, ...]:
    """The deadlines of what is still to do on a plan outside its reviews, the earliest first."""
    to_do = sorted((duty for duty in duties if duty.is_to_do and not duty.window), key=_order)
    return tuple(
        Deadline(act=act_of_plan(workflow.duty_by_id[duty.id], workflow), duty=duty, beside=()) for duty in to_do
    )


def act_of(rule: DutyRule, workflow: Workflow, outcome: Outcome | None, *, final: bool = False) -> str:
    """The step that meets a duty of a review; a duty that no step meets is an act of its own, under its own name.

    So is one that is left when the review's outcome is `final` already: what the plan names for a transfer.
    """
    if on_the_plan := [_ON_THE_PLAN[name] for name in rule.met_by if name in _ON_THE_PLAN]:
        return on_the_plan[0]
    if final and any(name in _LAST for name in rule.met_by):
        return rule.id
    last = "notified" if outcome in ("maintain", "cease") else "issued"
    milestones = [last if name in _LAST else _MILESTONES.get(name, name) for name in rule.met_by]
    step = next((step.id for step in workflow.steps if step.milestone in milestones), rule.id)
    return _DECIDE if step == _NOTIFY and outcome is None else step


def act_of_plan(rule: DutyRule, workflow: Workflow) -> str:
    """What meets a duty of a plan without an open review: where a review would, that one is opened."""
    act = act_of(rule, workflow, None)
    if act in _ON_THE_PLAN.values():
        return act
    return _OPEN if act != rule.id and "review" in rule.of else rule.id


def earliest_first(timed: Timed) -> tuple[date, date]:
    """For sorting: by the strict last day, then by the outer one; what has no day last."""
    return (timed.due or date.max, timed.outer or date.max)


def _order(duty: Duty) -> tuple[date, date, str]:
    return (*earliest_first(duty), duty.id)
