"""The duties of a plan, with those of each proceeding on it: several orders, appeals or mediations may run at once. Pure."""

from collections.abc import Iterator
from datetime import date

import msgspec

from arflow.case.duties import Duty, of_plan, some_of_plan
from arflow.case.facts import Facts
from arflow.case.plan import Plan
from arflow.case.plan_facts import plan_facts
from arflow.case.proceedings import Proceeding, governing
from arflow.law.proceedings import CEASING, KIND_OF_DAY
from arflow.law.workflow import Workflow


def of_whole_plan(plan: Plan, workflow: Workflow, today: date) -> tuple[Duty, ...]:
    """Every duty of a plan whether or not a review is open; each proceeding has its own."""
    return tuple(duty for duty, _ in counted(plan, workflow, today))


def counted(plan: Plan, workflow: Workflow, today: date) -> Iterator[tuple[Duty, Facts]]:
    """The same, in the definition's order, each with the facts that it was counted from."""
    facts = plan_facts(plan, workflow)
    of_each = {one.number: _facts(one, plan, workflow) for one in plan.proceedings}
    ceasing = governing(plan.proceedings).get(CEASING)
    for duty in of_plan(workflow, facts, today):
        rule = workflow.duty_by_id[duty.id]
        kind = KIND_OF_DAY.get(rule.needs or "")
        own = [one.number for one in plan.proceedings if one.kind == kind and kind != CEASING]
        for number in own:
            (its,) = some_of_plan(workflow, (rule,), of_each[number], today)
            yield msgspec.structs.replace(its, proceeding=number), of_each[number]
        if not own:
            number = ceasing.number if ceasing and kind == CEASING else 0
            yield msgspec.structs.replace(duty, proceeding=number) if number else duty, facts


def of_each_proceeding(plan: Plan, workflow: Workflow, today: date) -> dict[int, tuple[Duty, ...]]:
    """The duties that apply of each proceeding, by its number."""
    found = of_whole_plan(plan, workflow, today)
    return {
        one.number: tuple(d for d in found if d.proceeding == one.number and d.state != "not_applicable")
        for one in plan.proceedings
    }


def _facts(one: Proceeding, plan: Plan, workflow: Workflow) -> Facts:
    """The facts of the plan as if a proceeding were the only one of its kind."""
    others = tuple(other for other in plan.proceedings if other.kind != one.kind or other is one)
    return plan_facts(msgspec.structs.replace(plan, proceedings=others), workflow)
