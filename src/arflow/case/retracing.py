"""A case retraced: each recorded step asked of the machine again, and each last day that was seen counted again. Pure."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from arflow.case.acts.steps import retaken, step_of
from arflow.case.case import Case, fold
from arflow.case.duties import Duty, of_review
from arflow.case.plan_facts import review_facts
from arflow.case.proceeding_duties import of_whole_plan
from arflow.errors import ArflowError
from arflow.events import AnyEvent, DutySeen, PlanDutySeen, ReviewEvent
from arflow.law.machine import Machine
from arflow.law.workflow import Workflow
from arflow.words import spoken


class Differing(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the log that says something else than the rules of now: event `version` of a review, or of its plan.

    `about` is the step or the duty; `recorded` is the state it led to, or the last day (ISO); `now` is what the rules
    give, or why they give none.
    """

    plan: str
    review: str
    version: int
    about: str
    recorded: str
    now: str

    def __str__(self) -> str:
        place = f"{self.review or self.plan} event {self.version}, {spoken(self.about)}"
        return f"{place}: the log says {self.recorded}; the rules of now: {self.now}"


def retrace(events: Iterable[AnyEvent], machine_of: Callable[[str], Machine], current: Workflow) -> Iterator[Differing]:
    """Every place where a case's events, in the order of the log, differ from what the rules of now make of them."""
    case: Case | None = None
    for event in events:
        if case is not None:
            yield from _differing(case, event, machine_of, current)
        case = fold((event,), case)


def _differing(
    case: Case, event: AnyEvent, machine_of: Callable[[str], Machine], current: Workflow
) -> Iterator[Differing]:
    review = case.reviews.get(event.originator_id.removeprefix("review/"))
    if isinstance(event, DutySeen | PlanDutySeen):
        seen = event.due.isoformat()
        duty = _duty(case, event, machine_of, current)
        now = duty.due.isoformat() if duty and duty.due else "no such day"
        yield from _said(event, event.duty, seen, now)
    elif review is not None and isinstance(event, ReviewEvent) and (step := step_of(event)):
        try:
            now = retaken(review, event, machine_of(review.workflow))
        except ArflowError as refusal:
            now = f"refused, since {refusal.message}"
        yield from _said(event, step, event.state, now)


def _said(event: AnyEvent, about: str, recorded: str, now: str) -> Iterator[Differing]:
    if recorded == now:
        return
    review = event.originator_id.removeprefix("review/") if isinstance(event, ReviewEvent) else ""
    yield Differing(
        plan=event.plan, review=review, version=event.originator_version, about=about, recorded=recorded, now=now
    )


def _duty(
    case: Case, event: DutySeen | PlanDutySeen, machine_of: Callable[[str], Machine], current: Workflow
) -> Duty | None:
    """The duty that was seen, as it is counted of the case before; of several proceedings, of one with that last day."""
    if isinstance(event, PlanDutySeen):
        duties = of_whole_plan(case.plan, current, event.on)
    else:
        review = case.reviews[event.originator_id.removeprefix("review/")]
        workflow = machine_of(review.workflow).workflow
        facts = review_facts(review, case.plan, workflow)
        duties = of_review(workflow, review.kind, review.arranged_by, facts, event.on)
    found = [duty for duty in duties if duty.id == event.duty]
    return next((duty for duty in found if duty.due == event.due), found[0] if found else None)
