"""Record what happened: ask the case, append its events, and keep what goes beside them, in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from arflow import logs
from arflow.application.people_awaited import with_awaited
from arflow.application.reading import ReadSide
from arflow.application.replaced import Replaced, replaced_of_plan, replaced_of_review
from arflow.application.typed import typed, well_typed
from arflow.case import plan as plans
from arflow.case import review as reviews
from arflow.case.acts import Recording
from arflow.case.acts import of_plan as plan_acts
from arflow.case.case import Case, Taken, begin
from arflow.case.kinds import CalledFor, called_for
from arflow.case.plan import Plan
from arflow.case.plan_commands import AddPlan, AnyPlanCommand, AssignCoordinator
from arflow.case.plan_reviews import Opening
from arflow.case.review_commands import AnyReviewCommand, MigrateReview
from arflow.errors import AlreadyThere, CaseMoved, InvalidValue, MissingValue, RulesMoved, field_name
from arflow.events import Arranger, Event
from arflow.store.directory import Note, draft_note, keep_notes, keep_officers, new_officer_id, same_name

_LONGEST_NAME = 100


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What an act left behind: the case, its state, the events that were appended, and what they took the place of."""

    id: str
    state: str
    events: tuple[Event, ...]
    replaced: tuple[Replaced, ...] = ()

    @property
    def event(self) -> str:
        """The name of the act's own event."""
        return self.events[0].name

    @property
    def on(self) -> date:
        """The day the act happened."""
        return self.events[0].on


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody is about to append: who records and when, the notes drafted so far, and ids for new officers' names.

    Of notes and names only those are kept that an event which is appended names: a refused act leaves none behind.
    """

    recording: Recording
    notes: list[Note]
    officers: dict[str, str] = {}


class WriteSide(ReadSide):
    """What may be recorded in one store, by whoever `by` names."""

    _by = ""

    @property
    def by(self) -> str:
        """The name of who records. It never changes: another officer records through a handle of their own."""
        return self._by

    @by.setter
    def by(self, name: str) -> None:
        raise AttributeError(f"`by` cannot be set, since others may share the application: use acting_as({name!r})")

    @property
    def officer_id(self) -> str:
        """The id that stands in the log for who records; MissingValue if nobody is named."""
        if not (found := self.officer(self.by)):
            raise MissingValue(field_name("by"), "say who records")
        return found

    def add_plan(
        self, command: AddPlan, *then: AnyPlanCommand, beside: Callable[[sa.Connection], None] | None = None
    ) -> Done:
        """Put a plan under arflow, with further facts on it and what goes `beside` them, all of it or nothing.

        AlreadyThere if its reference is taken.
        """
        self.rules.read()
        command, draft = well_typed(command, AddPlan), self.draft()
        command = plan_acts.with_officer(command, self.named_officer(command.coordinator, draft))
        taken = begin(command, draft.recording)
        for fact in (well_typed(given, AnyPlanCommand) for given in then):
            taken = taken.take(fact, draft.recording, self.machine)
        if self._log.holds(plans.stream(command.ref)):
            raise AlreadyThere(f"plan {command.ref} already exists: see `arflow plan show {command.ref}`")
        self.append(command.ref, taken.events, draft, beside)
        return Done(id=command.ref, state="maintained", events=taken.events)

    def change_plan(
        self, ref: str, *commands: AnyPlanCommand, beside: Callable[[sa.Connection], None] | None = None
    ) -> Done:
        """Record facts on a plan and what goes `beside` them, all of it or nothing."""
        taken, draft = Taken(case=self.whole_case(ref)), self.draft()
        before = taken.case.plan
        for command in (well_typed(given, AnyPlanCommand) for given in commands):
            if isinstance(command, AssignCoordinator):
                officer = self.named_officer(command.coordinator, draft)
                command = plan_acts.with_officer(command, officer)  # noqa: PLW2901
            taken = taken.take(command, draft.recording, self.machine)
        self.append(ref, taken.events, draft, beside)
        return Done(
            id=ref,
            state="maintained" if taken.case.plan.is_maintained else "ended",
            events=taken.events,
            replaced=tuple(replaced_of_plan(before, taken.case.plan, self.directory.officer_names())),
        )

    def open_review(
        self,
        ref: str,
        *,
        kind: str = "annual",
        on: date | None = None,
        meeting_on: date | None = None,
        arranged_by: Arranger = "school",
        evidence: str | None = None,
        reason: str | None = None,
    ) -> Done:
        """Open a review of a plan; an early or phase transfer review takes the place of an annual one not yet held.

        `kinds_called_for` says which kinds the facts call for; `reason` says why it is of another.
        """
        day = typed("on", on, date | None) or self.today
        opening = Opening(
            id="",
            kind=kind,
            workflow=self.current_workflow(day).id,
            on=day,
            meeting_on=meeting_on,
            arranged_by=arranged_by,
            evidence=evidence,
            reason=reason,
        )
        return self._open(self.plan(ref), well_typed(opening, Opening))

    def kinds_called_for(self, ref: str, on: date | None = None) -> tuple[CalledFor, ...]:
        """The kinds of review that the facts of a plan call for on a day, and why; the first is the one to open."""
        plan, day = self.plan(ref), on or self.today
        return called_for(plan, self.current_workflow(day), day, attends=self.attends(plan))

    def attends(self, plan: Plan) -> bool:
        """Whether a setting is attended: the plan names one, or somebody of one is in the case (a provider without a URN)."""
        return plan.setting is not None or any(person.role == "setting" for person in self.people.of(plan.ref))

    def _open(self, plan: Plan, opening: Opening) -> Done:
        other, draft = plan.open_review(), self.draft()
        case = Case(plan=plan, reviews={other: self.review(other)} if other else {})
        done: list[Done] = []

        def draw(connection: sa.Connection) -> Sequence[Event]:
            """The review under the next number: nobody else takes it before the review is there."""
            numbered = replace(opening, id=self.next_review_id(opening.on.year, connection))
            taken = case.take(numbered, draft.recording, self.machine)
            done.append(Done(id=numbered.id, state=taken.case.reviews[numbered.id].state, events=taken.events))
            return taken.events

        self.append_drawn(plan.ref, draw, draft)
        return done[0]

    def act(
        self, review_id: str, command: AnyReviewCommand, *, beside: Callable[[sa.Connection], None] | None = None
    ) -> Done:
        """Record an act on a review, what it means for the plan and what goes `beside` it, in one transaction."""
        return self.act_in_turn(review_id, command, beside=beside)

    def act_in_turn(
        self, review_id: str, *commands: AnyReviewCommand, beside: Callable[[sa.Connection], None] | None = None
    ) -> Done:
        """Record several acts on a review, each after the one before, with what goes `beside` them: all of it or nothing."""
        given = [well_typed(command, AnyReviewCommand) for command in commands]
        moves = any(isinstance(command, MigrateReview) for command in given)
        taken = Taken(case=self.case_to_move(review_id) if moves else self.whole_case_of(review_id))
        draft, before = self.draft(), taken.case.reviews[review_id]
        for command in given:
            case = taken.case
            awaited = with_awaited(self, case.plan, case.reviews[review_id], command)
            taken = taken.take(awaited, draft.recording, self.machine, review=review_id)
        self.append(review_id, taken.events, draft, beside)
        after = taken.case.reviews[review_id]
        replaced = tuple(replaced_of_review(before, after))
        return Done(id=review_id, state=after.state, events=taken.events, replaced=replaced)

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
        named = {digest for event in events for digest in event.words}
        notes = tuple(note for note in draft.notes if note.digest in named)
        holders = {getattr(event, "coordinator", None) for event in events}
        officers = {name: officer for name, officer in draft.officers.items() if officer in holders}

        def keep(connection: sa.Connection) -> None:
            self._refuse_if_rules_moved(connection)
            keep_notes(connection, notes)
            keep_officers(connection, officers)
            if beside:
                beside(connection)

        with _told(case):
            self._log.append(case, events, keep)
        draft.notes.clear()
        for name in officers:
            del draft.officers[name]
        _say_recorded(events)

    def append_drawn(
        self,
        case: str,
        draw: Callable[[sa.Connection], Sequence[Event]],
        draft: Draft,
        beside: Callable[[sa.Connection], None] | None = None,
    ) -> None:
        """The same for events that are drawn up while nobody else can append, such as a review under the next number."""
        drawn: list[Event] = []

        def kept(connection: sa.Connection) -> Sequence[Event]:
            drawn[:] = draw(connection)
            return drawn

        def keep(connection: sa.Connection) -> None:
            self._refuse_if_rules_moved(connection)
            keep_notes(connection, tuple(draft.notes))
            if beside:
                beside(connection)

        with _told(case):
            self._log.append_drawn(case, kept, keep)
        _say_recorded(drawn)

    def _refuse_if_rules_moved(self, connection: sa.Connection) -> None:
        """RulesMoved where the act was made under rules that somebody has changed meanwhile: under the log's lock."""
        if self.rules.moved_since(connection):
            raise RulesMoved

    def next_review_id(self, year: int, within: sa.Connection | None = None) -> str:
        """The id of the next review opened in a year: R-2026-000123."""
        prefix = f"R-{year}-"
        last = self.log_store.last_stream(reviews.stream(prefix), within)
        number = int(last.rpartition("-")[2]) + 1 if last else 1
        return f"{prefix}{number:06d}"

    def draft(self) -> Draft:
        """Begin to record: who and when are fixed, notes are drafted until they are appended."""
        notes: list[Note] = []

        def note(body: str) -> str:
            notes.append(draft_note(body))
            return notes[-1].digest

        recording = self._recording(self.officer_id, note)
        return Draft(recording=recording, notes=notes)

    def rehearsal(self) -> Recording:
        """For trying a command only: nobody records, and nothing is kept."""
        return self._recording("", str)

    def _recording(self, by: str, note: Callable[[str], str]) -> Recording:
        holidays = self.rules.read().bank_holidays
        return Recording(by=by, at=self._clock(), today=self.today, note=note, bank_holidays=holidays)

    def named_officer(self, name: str | None, draft: Draft) -> str | None:
        """The id of an officer whom a command names; a new name is kept with the event that names its id, or not at all."""
        if not name:
            return None
        named = " ".join(checked(name).split())
        new = (officer for one, officer in draft.officers.items() if same_name(one) == same_name(named))
        known = next(new, None) or self.directory.known_officer(named)
        return known or draft.officers.setdefault(named, new_officer_id())

    def officer(self, name: str | None) -> str | None:
        """The id that stands for an officer in the log."""
        return self.directory.officer_id(checked(name)) if name else None


@contextmanager
def _told(case: str) -> Iterator[None]:
    """Note in the log of the program that a case has moved on."""
    try:
        yield
    except CaseMoved:
        logs.warning(__name__, "case_moved", case=case)
        raise


def _say_recorded(events: Sequence[Event]) -> None:
    for event in events:
        logs.info(__name__, "recorded", case=event.originator_id, event_name=event.name, on=event.on.isoformat())


def checked(name: str) -> str:
    """The name of an officer; MissingValue or InvalidValue if it is none."""
    if not typed("by", name, str):
        raise MissingValue(field_name("by"), "say who records")
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise InvalidValue(f"{field_name('by')} or {field_name('coordinator')}", repr(name[:40]), "a name on one line")
    return name
