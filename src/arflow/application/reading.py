"""What a store holds, read as of a day: plans, reviews, definitions, duties and their proofs."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from arflow.application.log import Log
from arflow.application.store_rules import StoreRules
from arflow.application.typed import typed
from arflow.case import acts, certificates
from arflow.case import plan as plans
from arflow.case import review as reviews
from arflow.case.case import Case, fold
from arflow.case.deadlines import deadlines
from arflow.case.duties import Duty, of_review
from arflow.case.facts import Facts
from arflow.case.lateness import explained_of
from arflow.case.plan import Plan
from arflow.case.plan_facts import plan_facts, review_facts
from arflow.case.proceeding_duties import counted, of_each_proceeding, of_whole_plan
from arflow.case.proofs import Proof, prove, prove_deadline
from arflow.case.reading import check_defined, made, standing
from arflow.case.review import AnnualReview
from arflow.errors import NotFound
from arflow.events import AnyEvent, ReviewEvent, read
from arflow.law.catalogue import Catalogue
from arflow.law.london import day_in_london
from arflow.law.machine import Machine
from arflow.law.workflow import Workflow
from arflow.people import People
from arflow.store import Recorder
from arflow.store.directory import Directory


class ReadSide:
    """Plans and reviews of one store, under the rules that it publishes, as of `today`.

    `catalogue` has the files of this process: letters, papers and layouts, and definitions that may be published.
    """

    def __init__(self, log: Log, catalogue: Catalogue, *, clock: Callable[[], datetime], today: date | None) -> None:
        self._log = log
        self.log_store: Recorder = log.recorder
        self.engine = log.recorder.engine
        self.directory, self.people = Directory(self.engine), People(self.engine)
        self.catalogue, self.rules = catalogue, StoreRules(self.engine)
        self._clock, self._today = clock, today

    @property
    def today(self) -> date:
        """The day it is for whoever records: as given, or the day in London."""
        return self._today or day_in_london(self._clock())

    @property
    def now(self) -> datetime:
        """The moment it is by the application's clock."""
        return self._clock()

    def plan(self, ref: str) -> Plan:
        """A plan by its reference; NotFound if there is none, CaseUnreadable if its case cannot be read."""
        return self._plan(self._defined(plans.stream(typed("ref", ref, str))), ref)

    def review(self, review_id: str) -> AnnualReview:
        """A review by its id; NotFound if there is none, CaseUnreadable if its case cannot be read."""
        return self._review(self._defined(reviews.stream(typed("review_id", review_id, str))), review_id)

    def is_plan(self, case: str) -> bool:
        """Whether a reference is that of a plan, and not of a review."""
        typed("case", case, str)
        return self._log.holds(plans.stream(case)) and not self._log.holds(reviews.stream(case))

    def case_of(self, review: AnnualReview) -> Case:
        """The case of a review already loaded, with no other of its reviews."""
        return Case(plan=self.plan(review.plan), reviews={review.id: review})

    def is_review(self, name: str) -> bool:
        """Whether there is a review of this id."""
        return self._log.holds(reviews.stream(name))

    def whole_case(self, ref: str) -> Case:
        """A plan by its reference with every review of it; NotFound if there is none."""
        events = self._defined(plans.stream(typed("ref", ref, str)))
        return self._whole(events, self._plan(events, ref))

    def whole_case_of(self, review_id: str) -> Case:
        """The plan of a review by its id with every review of it; NotFound if there is none."""
        events = self._defined(reviews.stream(typed("review_id", review_id, str)))
        return self._whole(events, self._plan(events, self._review(events, review_id).plan))

    def _whole(self, events: list[AnyEvent], plan: Plan) -> Case:
        ids = dict.fromkeys(e.originator_id.removeprefix("review/") for e in events if isinstance(e, ReviewEvent))
        return Case(plan=plan, reviews={name: self._review(events, name) for name in ids})

    def cases(self, streams: Sequence[str]) -> Iterator[Case]:
        """The whole case of each of many streams, by plan: read with few statements. CaseUnreadable where one cannot be read."""
        self.rules.read()
        given = set[str]()
        for ref, rows in groupby(self.log_store.read_cases_of(streams), key=lambda row: row.plan):
            if ref not in given:
                given.add(ref)
                yield made(ref, rows, fold, self._check_here)

    def reviews(self, ids: Sequence[str]) -> Iterator[tuple[AnnualReview, Plan]]:
        """Many reviews by their ids, each with its plan, in the order of their plans; an id that no review has is left out."""
        wanted = set(ids)
        for case in self.cases([reviews.stream(name) for name in ids]):
            yield from ((review, case.plan) for name, review in case.reviews.items() if name in wanted)

    def review_under_way(self, ref: str) -> str | None:
        """The review that is meant where a plan is named: its open one, or else the last that is not finished.

        A review leaves its place to the next once the family knows its decision, and goes on to the final plan.
        """
        if opened := self.plan(ref).open_review():
            return opened
        unfinished = [review.id for review in self.whole_case(ref).reviews.values() if not review.is_finished]
        return unfinished[-1] if unfinished else None

    def case_to_move(self, review_id: str) -> Case:
        """The case of a review that is to go on under another definition: its own need not be here."""
        self.rules.read()
        events = self._log.case(reviews.stream(typed("review_id", review_id, str)))
        review = self._review(events, review_id)
        return Case(plan=self._plan(events, review.plan), reviews={review.id: review})

    def check_defined(self, events: Iterable[AnyEvent]) -> None:
        """CaseUnreadable where the definition of a review among the events of a case is not here."""
        check_defined(events, self._check_here)

    def _defined(self, stream: str) -> list[AnyEvent]:
        """The events of the case of a stream, whose reviews are under definitions that are here."""
        self.rules.read()
        events = self._log.case(stream)
        self.check_defined(events)
        return events

    def _check_here(self, workflow_id: str) -> None:
        """NotFound where the store publishes no definition of an id; it is not read for that."""
        if workflow_id not in self.rules.kept().definitions:
            self.workflow(workflow_id)

    def _plan(self, events: Iterable[AnyEvent], ref: str) -> Plan:
        found = standing(plans.evolve, events, plans.stream(ref))
        if found is None:
            raise NotFound("plan", ref, "add it with `arflow plan add`, or see `arflow plan list`")
        return found

    def _review(self, events: Sequence[AnyEvent], review_id: str) -> AnnualReview:
        found = standing(reviews.evolve, events, reviews.stream(review_id))
        if found is None:
            raise NotFound("review", review_id, "see `arflow review list`")
        return certificates.reading(self._plan(events, found.plan), found)

    def workflow(self, workflow_id: str) -> Workflow:
        """A definition by its id, as it counts today."""
        return self.rules.on(self.today).workflow(typed("workflow_id", workflow_id, str))

    def current_workflow(self, on: date | None = None) -> Workflow:
        """The definition that a review opened on a day goes under; NotFound before the first one is in force."""
        self.rules.read()
        return self.rules.on(self.today).current(typed("on", on, date | None))

    def duties(self, review_id: str, law_known_at: date | None = None) -> tuple[Duty, ...]:
        """Every duty of a review as of today; `law_known_at` reads the law as it was known on a day."""
        review = self.review(review_id)
        return self.duties_of(review, self.plan(review.plan), law_known_at)

    def duties_of(self, review: AnnualReview, plan: Plan, law_known_at: date | None = None) -> tuple[Duty, ...]:
        """The duties of a review already loaded."""
        workflow = self.workflow(review.workflow)
        if law_known_at is not None:
            workflow = workflow.as_known_at(typed("law_known_at", law_known_at, date))
        facts = review_facts(review, plan, workflow)
        return of_review(workflow, review.kind, review.arranged_by, facts, self.today)

    def plan_duties(self, ref: str) -> tuple[Duty, ...]:
        """The duties of a plan that stand whether or not a review is open."""
        return of_whole_plan(self.plan(ref), self.current_workflow(), self.today)

    def duties_of_proceedings(self, ref: str) -> dict[int, tuple[Duty, ...]]:
        """The duties of each proceeding on a plan, by its number."""
        return of_each_proceeding(self.plan(ref), self.current_workflow(), self.today)

    def why(self, case: str, duty_id: str, law_known_at: date | None = None, *, proceeding: int | None = None) -> Proof:
        """The proof of one duty of a review, or of a plan or its review under way; or of an act: of every duty that it meets.

        `proceeding` is the number of the one on the plan that asks for it; else of several the first that is still to do.
        """
        if self.is_plan(case):
            plan, workflow = self.plan(case), self.current_workflow()
            of_the_plan = list(counted(plan, workflow, self.today))
            if found := _of_proceeding(of_the_plan, duty_id, proceeding):
                return prove(case, *found, workflow, self.today, explained=explained_of(plan, None, found[0]))
            facts, duties = plan_facts(plan, workflow), tuple(duty for duty, _ in of_the_plan)
            outcome, final, opened = None, False, self.review_under_way(case)
        else:
            review = self.review(case)
            plan, workflow = self.plan(review.plan), self.workflow(review.workflow)
            facts, duties = review_facts(review, plan, workflow), self.duties_of(review, plan, law_known_at)
            outcome, final, opened = review.outcome, review.is_final, None
        if duty := next((duty for duty in duties if duty.id == duty_id), None):
            review_id = None if self.is_plan(case) else case
            return prove(case, duty, facts, workflow, self.today, explained=explained_of(plan, review_id, duty))
        acts = deadlines(duties, workflow, outcome, final=final)
        if deadline := next((one for one in acts if one.act == duty_id), None):
            return prove_deadline(case, deadline, facts, workflow, self.today)
        if opened:
            return self.why(opened, duty_id, law_known_at)
        known = [
            *(duty.id for duty in duties),
            *(one.act for one in acts if one.act not in {duty.id for duty in duties}),
        ]
        raise NotFound("duty", duty_id, f"{case} has {', '.join(known)}")

    def case_events(self, case: str) -> list[tuple[int, AnyEvent]]:
        """The events of a plan with all of its reviews, each with its position, by the plan's reference or a review's id.

        CaseUnreadable if this arflow cannot read one of them.
        """
        typed("case", case, str)
        for stream in (reviews.stream(case), plans.stream(case)):
            if rows := self.log_store.read_case_of(stream):
                return [(row.position, read(row)) for row in rows]
        raise NotFound("review or plan", case, "see `arflow review list` and `arflow plan list`")

    def possible(self, review: AnnualReview) -> tuple[str, ...]:
        """The steps that can be taken on a review now."""
        return acts.possible(review, self.machine(review.workflow), self.today)

    def machine(self, workflow_id: str) -> Machine:
        """The state machine of a workflow."""
        return self.rules.on(self.today).machine(typed("workflow_id", workflow_id, str))


def _of_proceeding(found: list[tuple[Duty, Facts]], duty_id: str, proceeding: int | None) -> tuple[Duty, Facts] | None:
    """A duty that a proceeding asks for, with its facts: of the one named, or of several the first that is still to do."""
    own = [(duty, facts) for duty, facts in found if duty.id == duty_id and duty.proceeding]
    if proceeding is not None:
        numbers = ", ".join(str(duty.proceeding) for duty, _ in own) or "none"
        named = next((one for one in own if one[0].proceeding == proceeding), None)
        if named is None:
            raise NotFound("proceeding", str(proceeding), f"{duty_id} is asked for by: {numbers}")
        return named
    return next((one for one in own if one[0].is_to_do), own[-1] if own else None)
