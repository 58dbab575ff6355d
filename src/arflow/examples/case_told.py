"""A case told act by act in memory, and asked for its state and its duties: given, when, then."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import msgspec

from arflow.case.acts import Recording
from arflow.case.case import AnyCommand, Case, Taken, begin
from arflow.case.duties import Duty, of_plan, of_review
from arflow.case.facts import Facts
from arflow.case.plan_commands import AddPlan, AnyPlanCommand
from arflow.case.plan_facts import plan_facts, review_facts
from arflow.case.plan_reviews import Opening
from arflow.case.proofs import prove
from arflow.case.review import AnnualReview
from arflow.case.review_commands import AnyReviewCommand, ReviewCommand
from arflow.errors import NotFound, NotPossible
from arflow.events import Arranger
from arflow.law.catalogue import Catalogue
from arflow.law.machine import Machine
from arflow.law.workflow import Workflow

STATUTORY = "annual_review.2015"
_OFFICER = "an officer"


class OpenReview(msgspec.Struct, frozen=True, kw_only=True):
    """Open a review of a kind on a day; the acts that follow are acts on it."""

    on: date
    kind: str = "annual"
    meeting_on: date | None = None
    arranged_by: Arranger = "school"
    reason: str | None = None


AnyTold = OpenReview | AnyPlanCommand | AnyReviewCommand


class NotAsExpected(AssertionError):
    """What came of a case is not what was expected; the message ends with the proof of what was counted."""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A duty of a case on a day, with the facts and the definition that it was counted from."""

    case: str
    duty: Duty
    facts: Facts
    workflow: Workflow
    today: date

    @property
    def proof(self) -> str:
        """Why it is due when it is, as `arflow why` says it."""
        return "\n".join(prove(self.case, self.duty, self.facts, self.workflow, self.today).lines)


class CaseTold(msgspec.Struct, frozen=True, kw_only=True):
    """A case so far: a plan, its reviews, and the day of its last act. Each act answers with the case after it.

    Acts go to the review opened last. Nothing is stored, and reasons stay what they are.
    """

    case: Case
    machine: Machine
    last_day: date
    review: str = ""

    def when(self, *acts: AnyTold) -> "CaseTold":
        """The case after more acts, each recorded on its day; an ArflowError where one is refused."""
        told = self
        for act in acts:
            told = told._opened(act) if isinstance(act, OpenReview) else told._taken(act)
        return told

    def then(self, duty: str, *, on: date | None = None, **expected: Any) -> "CaseTold":
        """Hold a duty to what is expected of it on a day (default: that of the last act).

        `expected` names fields of a Duty: due, outer, state, met_on, owner, quality. NotAsExpected shows the proof.
        """
        found = self.duty(duty, on=on)
        wrong = [
            f"{name} {_said(value)} expected, {_said(getattr(found.duty, name))} counted"
            for name, value in expected.items()
            if getattr(found.duty, name) != value
        ]
        if wrong:
            raise NotAsExpected(f"{duty}: {'; '.join(wrong)}\n{found.proof}")
        return self

    def then_state(self, state: str) -> "CaseTold":
        """Hold the review to a state."""
        if self._its_review.state != state:
            raise NotAsExpected(f"{self.review}: state {state} expected, it is {self._its_review.state}")
        return self

    def duty(self, duty: str, *, on: date | None = None) -> Counted:
        """A duty of the review, or of the plan, on a day; NotFound where no duty has that id."""
        today = on or self.last_day
        found = next((one for one in self.duties(today) if one.duty.id == duty), None)
        if found is None:
            raise NotFound("duty", duty, f"there are {', '.join(one.duty.id for one in self.duties(today))}")
        return found

    def duties(self, today: date) -> list[Counted]:
        """Every duty of the review, then those of the plan that the review does not have."""
        found: list[Counted] = []
        workflow = self.machine.workflow
        if self.review:
            review = self._its_review
            facts = review_facts(review, self.case.plan, workflow)
            duties = of_review(workflow, review.kind, review.arranged_by, facts, today)
            found = [_counted(review.id, duty, facts, workflow, today) for duty in duties]
        of_it = {one.duty.id for one in found}
        facts = plan_facts(self.case.plan, workflow)
        own = (duty for duty in of_plan(workflow, facts, today) if duty.id not in of_it)
        return [*found, *(_counted(self.case.plan.ref, duty, facts, workflow, today) for duty in own)]

    @property
    def _its_review(self) -> AnnualReview:
        if not self.review:
            raise NotPossible("no review has been opened: tell OpenReview first")
        return self.case.reviews[self.review]

    def _opened(self, act: OpenReview) -> "CaseTold":
        number = f"R-{act.on.year}-{len(self.case.reviews) + 1:06d}"
        fields = {name: getattr(act, name) for name in act.__struct_fields__}
        opening = Opening(id=number, workflow=self.machine.workflow.id, **fields)
        return msgspec.structs.replace(self._after(act.on, lambda its: self._take(opening, its)), review=number)

    def _taken(self, act: AnyPlanCommand | AnyReviewCommand) -> "CaseTold":
        return self._after(act.on or self.last_day, lambda its: self._take(act, its))

    def _take(self, act: AnyCommand, recording: Recording) -> Taken:
        review = self._its_review.id if isinstance(act, ReviewCommand) else self.review
        return self.case.take(act, recording, self._machine_of, review=review)

    def _machine_of(self, workflow: str) -> Machine:
        if workflow != self.machine.workflow.id:
            raise NotFound("workflow", workflow, f"this case runs under {self.machine.workflow.id} alone")
        return self.machine

    def _after(self, on: date, take: Callable[[Recording], Taken]) -> "CaseTold":
        today = max(on, self.last_day)
        return msgspec.structs.replace(self, case=take(_recording(today)).case, last_day=today)


def given(plan: AddPlan, *, workflow: Workflow | None = None) -> CaseTold:
    """A case begins with a plan, under one definition (default: the statutory one that comes with arflow).

    It is put under arflow on its day `on`, or else on the last day that is known of it.
    """
    machine = Machine(workflow or Catalogue().load(STATUTORY))
    known = (plan.first_made, plan.last_reviewed)
    today = plan.on or max(filter(None, known), default=machine.workflow.header.in_force_from)
    return CaseTold(case=begin(plan, _recording(today)).case, machine=machine, last_day=today)


def _recording(today: date) -> Recording:
    return Recording(by=_OFFICER, at=datetime.combine(today, time(12), UTC), today=today, note=str)


def _counted(case: str, duty: Duty, facts: Facts, workflow: Workflow, today: date) -> Counted:
    return Counted(case=case, duty=duty, facts=facts, workflow=workflow, today=today)


def _said(value: object) -> str:
    return "none" if value is None else str(value)
