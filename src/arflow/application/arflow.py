"""The application: load a case, ask the machine, append the events; several aggregates in one transaction."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import IntegrityError

from arflow import logs
from arflow.case import acts
from arflow.case import plan as plans
from arflow.case import review as reviews
from arflow.case.acts import Recording
from arflow.case.acts import of_plan as plan_acts
from arflow.case.case import Case, Taken, begin
from arflow.case.duties import Duty, of_plan, of_review
from arflow.case.plan import Plan, plan_facts, review_facts
from arflow.case.plan_commands import AddPlan, AnyPlanCommand, AssignCoordinator
from arflow.case.plan_reviews import Opening
from arflow.case.proofs import Proof, prove
from arflow.case.review import AnnualReview
from arflow.case.review_commands import AnyReviewCommand
from arflow.errors import AlreadyThere, CaseMoved, InvalidValue, NotFound
from arflow.events import AnyEvent, Arranger, Event, decode
from arflow.law.catalogue import Catalogue, catalogue_of
from arflow.law.london import day_in_london
from arflow.law.machine import Machine
from arflow.law.workflow import Workflow
from arflow.people import People
from arflow.store import Recorder
from arflow.store.directory import Directory, Note, draft_note, keep_notes
from arflow.telling.sentences import Teller
from arflow.telling.story import Line, about, tell

STATUTORY = "annual_review"
_LONGEST_NAME = 100


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What an act left behind: the case, the state it is in, and the events that were appended."""

    id: str
    state: str
    events: tuple[Event, ...]

    @property
    def event(self) -> str:
        """The name of the act's own event."""
        return self.events[0].name

    @property
    def on(self) -> date:
        """The day the act happened."""
        return self.events[0].on


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is about to append: who records and when, and the notes drafted so far."""

    recording: Recording
    notes: list[Note]


def _moment() -> datetime:
    return datetime.now(UTC)


class Arflow(Application[str]):
    """Annual reviews over one store. `by` records; `today` is the day it is for them (default: in London)."""

    def __init__(
        self,
        url: str = "sqlite:///arflow.db",
        *,
        by: str = "",
        today: date | None = None,
        clock: Callable[[], datetime] = _moment,
        catalogue: Catalogue | None = None,
        workflow: str | None = None,
    ) -> None:
        catalogue = catalogue or catalogue_of(os.environ)
        super().__init__({"PERSISTENCE_MODULE": "arflow.store", "ARFLOW_STORE": url, "CREATE_TABLE": "n"})
        self.url, self.by = url, by
        assert isinstance(self.recorder, Recorder)
        self.log_store: Recorder = self.recorder
        self.directory = Directory(self.log_store.engine)
        self.people = People(self.log_store.engine)
        self.catalogue = catalogue
        self._clock, self._today = clock, today
        self._workflow = workflow or os.environ.get("ARFLOW_WORKFLOW")
        self._machines: dict[str, Machine] = {}

    # --- reading --------------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The day it is for whoever records: as given, or the day in London."""
        return self._today or day_in_london(self._clock())

    @property
    def now(self) -> datetime:
        """The moment it is by the application's clock."""
        return self._clock()

    def plan(self, ref: str) -> Plan:
        """A plan by its reference; NotFound if there is none."""
        try:
            found: Plan = self.repository.get(plans.stream(ref), projector_func=_folding(plans.evolve))
        except AggregateNotFoundError:
            raise NotFound("plan", ref, "add it with `arflow plan add`, or see `arflow plan list`") from None
        return found

    def review(self, review_id: str) -> AnnualReview:
        """A review by its id; NotFound if there is none."""
        try:
            found: AnnualReview = self.repository.get(
                reviews.stream(review_id), projector_func=_folding(reviews.evolve)
            )
        except AggregateNotFoundError:
            raise NotFound("review", review_id, "see `arflow review list`") from None
        return found

    def case_of(self, review: AnnualReview) -> Case:
        """The case of a review already loaded, with no other of its reviews."""
        return Case(plan=self.plan(review.plan), reviews={review.id: review})

    def workflow(self, workflow_id: str) -> Workflow:
        """A definition by its id."""
        return self.catalogue.load(workflow_id)

    def current_workflow(self, on: date | None = None) -> Workflow:
        """The definition a review opened on a day goes under: the one chosen, or the newest statutory one in force."""
        if self._workflow:
            return self.catalogue.load(self._workflow)
        day = on or self.today
        statutory = [name for name in self.catalogue.paths() if name.startswith(f"{STATUTORY}.")]
        loaded = [self.catalogue.load(name) for name in statutory]
        own = [w for w in loaded if w.header.extends is None and w.header.in_force_from <= day]
        if not own:
            raise NotFound("workflow", STATUTORY, f"in force on {day}; see `arflow workflow list`")
        return max(own, key=lambda w: w.header.in_force_from)

    def duties(self, review_id: str, law_known_at: date | None = None) -> tuple[Duty, ...]:
        """Every duty of a review as of today; `law_known_at` reads the law as it was known on a day."""
        review = self.review(review_id)
        return self.duties_of(review, self.plan(review.plan), law_known_at)

    def duties_of(self, review: AnnualReview, plan: Plan, law_known_at: date | None = None) -> tuple[Duty, ...]:
        """The duties of a review already loaded."""
        workflow = self.workflow(review.workflow)
        if law_known_at:
            workflow = workflow.as_known_at(law_known_at)
        facts = review_facts(review, plan, workflow)
        return of_review(workflow, review.kind, review.arranged_by, facts, self.today)

    def plan_duties(self, ref: str) -> tuple[Duty, ...]:
        """The duties of a plan that stand whether or not a review is open."""
        workflow = self.current_workflow()
        return of_plan(workflow, plan_facts(self.plan(ref), workflow), self.today)

    def why(self, case: str, duty_id: str, law_known_at: date | None = None) -> Proof:
        """The proof of one duty of a review, or of a plan."""
        if self._holds(plans.stream(case)) and not self._holds(reviews.stream(case)):
            plan, workflow = self.plan(case), self.current_workflow()
            facts, duties = plan_facts(plan, workflow), self.plan_duties(case)
        else:
            review = self.review(case)
            plan, workflow = self.plan(review.plan), self.workflow(review.workflow)
            facts, duties = review_facts(review, plan, workflow), self.duties_of(review, plan, law_known_at)
        duty = next((duty for duty in duties if duty.id == duty_id), None)
        if duty is None:
            raise NotFound("duty", duty_id, f"of {case}; there are {', '.join(duty.id for duty in duties)}")
        return prove(case, duty, facts, workflow, self.today)

    def case_events(self, case: str) -> list[tuple[int, AnyEvent]]:
        """The events of a plan with all of its reviews, each with its position, by the plan's reference or a review's id."""
        if self._holds(reviews.stream(case)):
            ref = self.review(case).plan
        elif self._holds(plans.stream(case)):
            ref = case
        else:
            raise NotFound("review or plan", case, "see `arflow review list` and `arflow plan list`")
        return [(row.position, decode(row.payload)) for row in self.log_store.read_case(ref)]

    def teller(self) -> Teller:
        """What telling a story needs: definitions, and the names and words that have not been erased."""
        names = self.directory.officer_names()
        return Teller(
            workflow_of=self.workflow,
            officer=lambda officer: names.get(officer, f"(name erased; {officer})" if officer else ""),
            note=self.directory.read_note,
        )

    def story(self, case: str) -> list[Line]:
        """The audit trail of a review, or of a plan with all its reviews, in the order of the log."""
        events = self.case_events(case)
        return list(tell(about(case, events) or events, self.teller()))

    def possible(self, review: AnnualReview) -> tuple[str, ...]:
        """The steps that can be taken on a review now."""
        return acts.possible(review, self.machine(review.workflow), self.today)

    # --- recording ------------------------------------------------------------------------------------------

    def add_plan(self, command: AddPlan) -> Done:
        """Put a plan under arflow; AlreadyThere if its reference is taken."""
        draft = self.draft()
        command = plan_acts.with_officer(command, self.officer(command.coordinator))
        taken = begin(command, draft.recording)
        if self._holds(plans.stream(command.ref)):
            raise AlreadyThere(f"plan {command.ref} is there already: see `arflow plan show {command.ref}`")
        self.append(command.ref, taken.events, draft)
        return Done(id=command.ref, state="maintained", events=taken.events)

    def change_plan(
        self, ref: str, *commands: AnyPlanCommand, beside: Callable[[sa.Connection], None] | None = None
    ) -> Done:
        """Record facts on a plan and what goes `beside` them, all of it or nothing."""
        taken, draft = Taken(case=Case(plan=self.plan(ref))), self.draft()
        for command in commands:
            if isinstance(command, AssignCoordinator):
                command = plan_acts.with_officer(command, self.officer(command.coordinator))  # noqa: PLW2901
            taken = taken.take(command, draft.recording, self.machine)
        self.append(ref, taken.events, draft, beside)
        return Done(id=ref, state="maintained" if taken.case.plan.is_maintained else "ended", events=taken.events)

    def open_review(
        self,
        ref: str,
        *,
        kind: str = "annual",
        on: date | None = None,
        meeting_on: date | None = None,
        arranged_by: Arranger = "school",
        evidence: str | None = None,
    ) -> Done:
        """Open a review of a plan; an early or phase transfer review takes the place of an annual one not yet held."""
        day = on or self.today
        while True:
            plan = self.plan(ref)
            opening = Opening(
                id=self.next_review_id(day.year),
                kind=kind,
                workflow=self.current_workflow(day).id,
                on=day,
                meeting_on=meeting_on,
                arranged_by=arranged_by,
                evidence=evidence,
            )
            try:
                return self._open(plan, opening)
            except CaseMoved:
                # Somebody opened a review of another plan under the same number: take the next one.
                if self.plan(ref).version != plan.version:
                    raise

    def _open(self, plan: Plan, opening: Opening) -> Done:
        other, draft = plan.open_review(), self.draft()
        case = Case(plan=plan, reviews={other: self.review(other)} if other else {})
        taken = case.take(opening, draft.recording, self.machine)
        self.append(plan.ref, taken.events, draft)
        return Done(id=opening.id, state=taken.case.reviews[opening.id].state, events=taken.events)

    def act(
        self, review_id: str, command: AnyReviewCommand, *, beside: Callable[[sa.Connection], None] | None = None
    ) -> Done:
        """Record an act on a review, what it means for the plan and what goes `beside` it, in one transaction."""
        case, draft = self.case_of(self.review(review_id)), self.draft()
        taken = case.take(command, draft.recording, self.machine, review=review_id)
        self.append(review_id, taken.events, draft, beside)
        return Done(id=review_id, state=taken.case.reviews[review_id].state, events=taken.events)

    # --- how ------------------------------------------------------------------------------------------------

    def append(
        self,
        case: str,
        events: Sequence[Event],
        draft: Draft,
        beside: Callable[[sa.Connection], None] | None = None,
    ) -> None:
        """Append events, and keep the notes they name and what goes `beside` them, in one transaction.

        CaseMoved if the case has moved on.
        """
        notes = tuple(draft.notes)

        def keep(connection: sa.Connection) -> None:
            keep_notes(connection, notes)
            if beside:
                beside(connection)

        try:
            self.save(*events, beside=keep)
        except IntegrityError as error:
            logs.warning(__name__, "case_moved", case=case)
            raise CaseMoved(case) from error
        draft.notes.clear()
        for event in events:
            logs.info(__name__, "recorded", case=event.originator_id, event_name=event.name, on=event.on.isoformat())

    def _holds(self, stream: str) -> bool:
        """Whether the log holds a stream."""
        return bool(self.log_store.existing_streams([stream]))

    def next_review_id(self, year: int) -> str:
        """The id of the next review opened in a year: R-2026-000123."""
        prefix = f"R-{year}-"
        last = self.log_store.last_stream(reviews.stream(prefix))
        number = int(last.rpartition("-")[2]) + 1 if last else 1
        return f"{prefix}{number:06d}"

    def draft(self) -> Draft:
        """Begin to record: who and when are fixed, notes are drafted until they are appended."""
        notes: list[Note] = []

        def note(body: str) -> str:
            notes.append(draft_note(body))
            return notes[-1].digest

        recording = Recording(by=self.officer(self.by) or "", at=self._clock(), today=self.today, note=note)
        return Draft(recording=recording, notes=notes)

    def rehearsal(self) -> Recording:
        """For trying a command only: nobody records, and nothing is kept."""
        return Recording(by="", at=self._clock(), today=self.today, note=str)

    def officer(self, name: str | None) -> str | None:
        """The id that stands for an officer in the log."""
        if not name:
            return None
        if not name.isprintable() or len(name) > _LONGEST_NAME:
            raise InvalidValue("--by or --coordinator", repr(name[:40]), "a name on one line")
        # Kept before what names it: a run that dies in between leaves a name to be used, never an id without a name.
        return self.directory.officer_id(name)

    def machine(self, workflow_id: str) -> Machine:
        """The state machine of a workflow."""
        if workflow_id not in self._machines:
            self._machines[workflow_id] = Machine(self.workflow(workflow_id))
        return self._machines[workflow_id]


def _folding(evolve: Callable[[Any, Any], Any]) -> Callable[[Any, Iterable[Any]], Any]:
    """A projector for the library's repository: a plain fold, without its per-event protocol checks."""

    def fold(aggregate: Any, events: Iterable[Any]) -> Any:
        for event in events:
            aggregate = evolve(aggregate, event)
        return aggregate

    return fold
