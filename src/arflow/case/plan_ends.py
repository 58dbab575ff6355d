"""What the end of a plan means for its reviews: they close with it, and open again when the end is taken back. Pure."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from arflow.case.act import Act
from arflow.case.acts import Recording
from arflow.case.acts.of_plan import envelope_of, how_to_take_back
from arflow.case.cease_appeals import keeps_again
from arflow.case.plan import Plan
from arflow.case.plan_commands import AnyPlanCommand, EndPlan
from arflow.case.review import AnnualReview
from arflow.case.review import stream as review_stream
from arflow.case.review_commands import (
    AnyAct,
    AnyReviewCommand,
    CancelReview,
    ConcludeReview,
    CorrectStep,
    DetermineAppeal,
    VoidStep,
)
from arflow.errors import NotPossible
from arflow.events import (
    STEP_EVENTS,
    AnyEvent,
    AnyPlanEvent,
    PlanCeased,
    PlanFactCorrected,
    PlanReviewClosed,
    PlanReviewOpened,
    PlanRevived,
    PlanTransferredOut,
    ProceedingStepTaken,
    StepCorrected,
    StepVoided,
)
from arflow.law.machine import Machine
from arflow.law.states import PASSED_ON

MachineOf = Callable[[str], Machine]
PASS_ON, END_WITH_PLAN = "pass_on", "end_with_plan"
# The step that closes a review with its plan, by the fact of the plan that closes it.
_STEPS = {"transferred_out": PASS_ON, "ceased": END_WITH_PLAN}


def follow(
    plan: Plan, reviews: Iterable[AnnualReview], event: AnyPlanEvent, recording: Recording, machine_of: MachineOf
) -> Iterator[AnyEvent]:
    """What follows when a plan ends, or its end is corrected, taken back or undone by an appeal; `plan` is as it is after."""
    ends = _Ends(plan, recording, machine_of)
    match event:
        case PlanTransferredOut():
            for review in reviews:
                yield from ends.close(review, PASS_ON, event.on)
        case PlanCeased():
            for review in reviews:
                if review.id != event.review:
                    yield from ends.close(review, END_WITH_PLAN, event.on)
        case ProceedingStepTaken(did="admitted_late") if plan.ceased and keeps_again(
            plan.proceedings, event.proceeding
        ):
            yield PlanRevived(**{**envelope_of(plan, recording, event.on), "originator_version": plan.version + 1})
        case PlanFactCorrected(fact="transferred_out" | "ceased"):
            for review in reviews:
                if (act := review.last(_STEPS[event.fact])) and review.is_finished:
                    yield from ends.correct(review, act, event)
        case _:
            pass


class _Ends:
    """The events that the end of one plan makes; each plan event takes the plan's next number."""

    def __init__(self, plan: Plan, recording: Recording, machine_of: MachineOf) -> None:
        self._plan, self._recording, self._machine_of = plan, recording, machine_of
        self._version = plan.version

    def close(self, review: AnnualReview, step: str, on: date) -> Iterator[AnyEvent]:
        """An unfinished review closes; one under a definition that knows no such end stays as it is."""
        machine = self._machine_of(review.workflow)
        if review.is_finished or step not in machine.workflow.step_by_id:
            return
        state, _ = machine.after(review.state, step, frozenset())
        yield STEP_EVENTS[step](**self._of(review, on), state=state)  # type: ignore[misc]
        why: Any = state
        yield PlanReviewClosed(**self._of_plan(on), review=review.id, why=why)

    def correct(self, review: AnnualReview, act: Act, event: PlanFactCorrected) -> Iterator[AnyEvent]:
        """The act that closed the review moves with the plan's day, or is taken back with it."""
        number, today = act.event.originator_version, self._recording.today
        if event.to is not None:
            envelope = {**self._of(review, today), "state": review.state, "reason": event.reason}
            yield StepCorrected(**envelope, corrects=number, corrected_step=act.step, to=event.to)
        elif event.quality != "missing":
            after = review.without(number)
            envelope = {**self._of(review, today), "state": after.state, "reason": event.reason}
            yield StepVoided(**envelope, voids=number, voided_step=act.step)
            if not after.told:
                additional = self._machine_of(review.workflow).workflow.kinds[review.kind].additional
                yield PlanReviewOpened(
                    **self._of_plan(today), review=review.id, kind=review.kind, additional=additional
                )

    def _of(self, review: AnnualReview, on: date) -> dict[str, Any]:
        return {
            "originator_id": review_stream(review.id),
            "originator_version": review.version + 1,
            "plan": review.plan,
            "on": on,
            "recorded_at": self._recording.at,
            "recorded_by": self._recording.by,
        }

    def _of_plan(self, on: date) -> dict[str, Any]:
        self._version += 1
        return {**envelope_of(self._plan, self._recording, on), "originator_version": self._version}


def refuse_before(reviews: Iterable[AnnualReview], command: AnyPlanCommand) -> None:
    """NotPossible where a review decided to cease: its own act keeps the time to appeal (CFA 2014 s.45(4))."""
    if not isinstance(command, EndPlan):
        return
    for review in reviews:
        if review.outcome == "cease" and review.told and not review.is_finished:
            raise NotPossible(
                f"{review.id} decided to cease plan {review.plan}: record it with `arflow review cease {review.id}`, "
                "which keeps the time to appeal (CFA 2014 s.45(4))"
            )


def refuse_after(plan: Plan, review: AnnualReview, command: AnyReviewCommand) -> None:
    """NotPossible for an act on a review of a plan that has ended, unless its own decision ended it.

    An appeal against what it decided goes on, and its end is recorded, or taken back, all the same.
    """
    if isinstance(command, DetermineAppeal) or (
        isinstance(command, VoidStep) and command.voided_step == "determine_appeal"
    ):
        return
    takes_back = isinstance(command, CorrectStep) and command.corrected_step in (PASS_ON, END_WITH_PLAN)
    closed = review.last(PASS_ON) or review.last(END_WITH_PLAN)
    if closed and plan.is_maintained and isinstance(command, AnyAct | VoidStep):
        raise NotPossible(
            f"{review.id} ended with plan {plan.ref}, which is maintained again: "
            f"open another review with `arflow review open {plan.ref}`"
        )
    if takes_back or (isinstance(command, VoidStep) and closed):
        raise NotPossible(f"{review.id} closed with plan {plan.ref}: {_way_on(plan)}")
    ended = not plan.is_maintained and review.last("cease") is None
    if not isinstance(command, AnyAct) or not (closed or ended):
        return
    if isinstance(command, CancelReview | ConcludeReview) and not closed:
        return  # a review that was left open when its plan ended can still be closed
    gone = plan.transferred_out is not None or review.state == PASSED_ON
    since = plan.transferred_out if gone else plan.ceased
    on = f" on {since.day}" if since and since.day else ""
    if gone:
        raise NotPossible(
            f"plan {plan.ref} of {review.id} went to another authority{on}, which has its duties since then "
            f"(SEND Regs 2014 r.15(3)(a)): send it what you have; {_way_on(plan)}"
        )
    raise NotPossible(f"plan {plan.ref} of {review.id} ceased{on}: nothing is left to do; {_way_on(plan)}")


def _way_on(plan: Plan) -> str:
    return how_to_take_back(plan) + ", and record what happened before it while the review is open again"
