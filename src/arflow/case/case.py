"""A case: one plan with its reviews, which takes commands and answers with their events and the case after them. Pure."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from itertools import takewhile

import msgspec

from arflow.case import acts, certificates, plan_amendments, plan_as_at, plan_ends, plan_reviews, transfer_naming
from arflow.case import plan as plans
from arflow.case import review as reviews
from arflow.case.acts import Basis, Recording, of_plan, of_term_lists
from arflow.case.plan import Plan
from arflow.case.plan_command import PlanCommand
from arflow.case.plan_commands import AddPlan, AnyPlanCommand, GiveTermList
from arflow.case.plan_reviews import Opening
from arflow.case.review import AnnualReview
from arflow.case.review_commands import AnyReviewCommand, MigrateReview, SupersedeReview
from arflow.events import AnyEvent, AnyPlanEvent, AnyReviewEvent, ReviewEvent
from arflow.law.machine import Machine

AnyCommand = AnyPlanCommand | AnyReviewCommand | Opening
MachineOf = Callable[[str], Machine]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with its reviews by their ids: all of them, or those that a command needs."""

    plan: Plan
    reviews: dict[str, AnnualReview] = {}

    def take(self, command: AnyCommand, recording: Recording, machine_of: MachineOf, *, review: str = "") -> "Taken":
        """The events that a command makes, what follows on the plan among them, and the case after; or an ArflowError.

        `review` is the one that an act is on, and `machine_of` finds the machine of a workflow by its id. Opening needs
        the plan's open review, if there is one; what ends a plan needs all of its reviews.
        """
        match command:
            case Opening():
                return self._open(command, recording, machine_of)
            case PlanCommand():
                plan_ends.refuse_before(self.reviews.values(), command)
                if notice := plan_amendments.notice_before(self.plan, command):
                    return self.take(notice, recording, machine_of).take(command, recording, machine_of)
                taken = self._with(of_plan.act(self.plan, command, recording))
                if isinstance(command, GiveTermList):
                    plan, on = taken.case.plan, taken.events[-1].on
                    return taken.then(
                        *of_term_lists.listed(plan, command, of_plan.envelope_of(plan, recording, on, command))
                    )
                return taken.with_the_plan(recording, machine_of)
            case _:
                return self._act(self.reviews[review], command, recording, machine_of)

    def _with(self, *events: AnyEvent) -> "Taken":
        return Taken(case=self).then(*events)

    def _act(
        self, review: AnnualReview, command: AnyReviewCommand, recording: Recording, machine_of: MachineOf
    ) -> "Taken":
        plan_ends.refuse_after(self.plan, review, command)
        certificates.refuse_twice(self.plan, review, command)
        machine = machine_of(command.workflow if isinstance(command, MigrateReview) else review.workflow)
        basis = Basis(machine=machine, recording=recording, not_before=self.plan.first_made.day)
        events = acts.act(review, command, basis)
        taken = self._with(*events)
        after = taken.case.reviews[review.id]
        for event in events:
            followed = plan_reviews.follow(taken.case.plan, after, event, machine.workflow, recording)
            taken = taken.then(followed).with_the_plan(recording, machine_of) if followed else taken
        names = getattr(command, "names_for_transfer", None)
        if names is None:
            return taken
        plan, additional = taken.case.plan, machine.workflow.kinds[review.kind].additional
        envelope = of_plan.envelope_of(plan, recording, events[0].on)
        return taken.then(transfer_naming.of_review(plan, after, names, recording, envelope, additional=additional))

    def _open(self, opening: Opening, recording: Recording, machine_of: MachineOf) -> "Taken":
        workflow = machine_of(opening.workflow).workflow
        plan_reviews.check_can_open(self.plan, opening, workflow, recording)
        open_id = self.plan.open_review()
        other = plan_reviews.gives_way(self.plan, self.reviews[open_id], opening, workflow) if open_id else None
        taken = self._with(plan_reviews.opened(self.plan, opening, workflow, recording, supersedes=other))
        if other:
            taken = taken.take(SupersedeReview(by=opening.id), recording, machine_of, review=other)
        return taken.then(plan_reviews.takes_place(taken.case.plan, opening, workflow, recording))


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A case after the commands it has taken, with the events that they made, in the order of the log."""

    case: Case
    events: tuple[AnyEvent, ...] = ()

    def take(self, command: AnyCommand, recording: Recording, machine_of: MachineOf, *, review: str = "") -> "Taken":
        """The same after one more command."""
        more = self.case.take(command, recording, machine_of, review=review)
        return Taken(case=more.case, events=(*self.events, *more.events))

    def with_the_plan(self, recording: Recording, machine_of: MachineOf) -> "Taken":
        """The same after what its last event, one of the plan, means for the plan's reviews."""
        event: AnyPlanEvent = self.events[-1]  # type: ignore[assignment]
        reviews = self.case.reviews.values()
        return self.then(*plan_ends.follow(self.case.plan, reviews, event, recording, machine_of))

    def then(self, *events: AnyEvent) -> "Taken":
        """The same after more events."""
        return Taken(case=fold(events, self.case), events=(*self.events, *events))


def begin(command: AddPlan, recording: Recording) -> Taken:
    """A case begins with its plan; an ArflowError where the command cannot be."""
    event = of_plan.add(command, recording)
    return Taken(case=fold((event,)), events=(event,))


def fold(events: Iterable[AnyEvent], before: Case | None = None) -> Case:
    """A case from its events in the order of the log, or as more events leave it."""
    plan = before.plan if before else None
    found = dict(before.reviews) if before else {}
    for event in events:
        if isinstance(event, ReviewEvent):
            own: AnyReviewEvent = event
            review_id = own.originator_id.removeprefix("review/")
            found[review_id] = reviews.evolve(found.get(review_id), own)
        else:
            fact: AnyPlanEvent = event
            plan = plans.evolve(plan, fact)
    if plan is None:
        raise ValueError("a case begins with PlanAdded")
    return Case(plan=plan, reviews=_reading(plan, found))


def recorded_by(events: Iterable[AnyEvent], known_at: datetime | None) -> list[AnyEvent]:
    """The events of a case up to the first that was recorded after a moment; all of them without one.

    A later event whose moment is earlier, since a clock was set back, is known only with the event that it follows.
    """
    return list(takewhile(lambda event: known_at is None or event.recorded_at <= known_at, events))


def as_it_stood(events: Iterable[AnyEvent], as_at: date, known_at: datetime | None = None) -> Case | None:
    """A case at the end of a day, from what had been recorded by a moment; None if there was no such plan yet."""
    facts: list[AnyPlanEvent] = []
    found: dict[str, AnnualReview] = {}
    for event in recorded_by(events, known_at):
        if isinstance(event, ReviewEvent):
            own: AnyReviewEvent = event
            found[event.originator_id] = reviews.evolve(found.get(event.originator_id), own)
        else:
            facts.append(event)
    plan = plan_as_at.as_at(facts, as_at)
    opened = {r.id: r.as_at(as_at) for r in found.values() if r.opened_on <= as_at}
    return Case(plan=plan, reviews=_reading(plan, opened)) if plan else None


def _reading(plan: Plan, found: dict[str, AnnualReview]) -> dict[str, AnnualReview]:
    return {name: certificates.reading(plan, review) for name, review in found.items()}
