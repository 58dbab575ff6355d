"""The duties of each proceeding on a plan, where the plan's own are those of one of a kind. Pure."""

from collections.abc import Iterator
from datetime import date

import msgspec

from arflow.case.duties import Duty, of_plan
from arflow.case.plan import Plan
from arflow.case.plan_facts import plan_facts
from arflow.case.proceedings import Proceeding
from arflow.law.workflow import Workflow


def of_each_proceeding(plan: Plan, workflow: Workflow, today: date) -> dict[int, tuple[Duty, ...]]:
    """The duties that apply of each proceeding, by its number, counted as if there were no other of its kind."""
    return {one.number: tuple(_of(one, plan, workflow, today)) for one in plan.proceedings}


def _of(one: Proceeding, plan: Plan, workflow: Workflow, today: date) -> Iterator[Duty]:
    others = tuple(other for other in plan.proceedings if other.kind != one.kind or other is one)
    facts = plan_facts(msgspec.structs.replace(plan, proceedings=others), workflow)
    names = {name for name, _ in one.days()}
    for duty in of_plan(workflow, facts, today):
        if workflow.duty_by_id[duty.id].needs in names and duty.state != "not_applicable":
            yield duty
