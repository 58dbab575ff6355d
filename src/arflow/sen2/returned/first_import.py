"""Start on arflow from last year's return: plans and last reviews into the log, facts about people into the directory."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

import msgspec
import sqlalchemy as sa

from arflow.application.arflow import Arflow
from arflow.case.acts import Recording, of_plan
from arflow.case.plan import stream
from arflow.errors import ArflowError, DateRefused, InvalidValue, ReferenceRefused, field_name, option_name
from arflow.events import AnyPlanEvent, ReturnFactsImported
from arflow.lists.follower import Progress
from arflow.people import Person
from arflow.people.people import add_all
from arflow.people.person import check
from arflow.sen2.form.csv_form import CsvReading, open_any
from arflow.sen2.form.faults import ReturnFault, faults_of
from arflow.sen2.form.layout_files import Layouts
from arflow.sen2.form.reader import Reading
from arflow.sen2.form.record import Record
from arflow.sen2.returned import told_facts
from arflow.sen2.returned.entry import add_plan, untold
from arflow.sen2.returned.identity import Identity, identity_of
from arflow.sen2.returned.import_errors import Errors
from arflow.sen2.returned.known_people import Entry, Known
from arflow.sen2.returned.references import PREFIX, References
from arflow.store.engine import writing

PEOPLE_AT_A_TIME = 500
_ITEM_OF = {
    "name": "Forename or Surname",
    "date_of_birth": "PersonBirthDate",
    "last_reviewed": "LastReview",
    "undecided_meeting": "ReviewMeeting",
    "first_made": "StartDate",
    "setting": "URN",
    "ref": "reference",
}


class Imported(msgspec.Struct, kw_only=True):
    """What became of a return: plans put under arflow, people kept beside them, those there already, and every fault."""

    year: int
    plans: int = 0
    people_without_plan: int = 0
    renewed: int = 0
    already_there: int = 0
    left_out: int = 0
    faults: list[ReturnFault] = []
    untold: list[str] = []


def import_return(
    app: Arflow,
    path: Path,
    *,
    mapping: Path | None = None,
    accept_sound_rows: bool = False,
    accept_numbers: bool = False,
    accept_errors: bool = False,
    decisions_until: date | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Imported:
    """Take over every person of a return: nobody if anything in it has a fault, unless the sound ones are to be accepted.

    What `arflow sen2 check` calls an error is a fault here too, unless `accept_errors`: then it is listed, and a plan that had
    ended by the census day is not put under arflow. With `accept_numbers` a UPN, ULN, URN or UKPRN is taken whatever its
    form; malformed ones are listed. Decisions, drafts and final plans are taken up to `decisions_until`, else the census day.

    Safe to run twice, and with a later return: somebody there already (by UPN, day of birth and start of the plan) gets a
    new version of their facts where these have changed; their plan is left as arflow has it. A person without an active
    plan (refused, not yet decided, ceased) is kept for the return only: there is nothing to review.
    """
    layouts, recording = Layouts.of(app.catalogue, any_numbers=accept_numbers), app.draft().recording
    known, references = Known(app), References.read(mapping)

    def errors(reading: Reading | CsvReading) -> Errors:
        census = _census_day(reading)
        if decisions_until and decisions_until < census:
            on = f"on or after the census day {census}: give a later day"
            raise InvalidValue(field_name("decisions_until"), decisions_until, on)
        return Errors(reading.layout, census, decisions_until, every=accept_errors, numbers=accept_numbers)

    with open_any(path, layouts) as reading:
        result = Imported(year=reading.layout.year)
        checking = _Checking(reading, references, known, recording, errors(reading))
        result.faults += checking.of_header()
        strict, total = Layouts.of(app.catalogue).load(result.year), 0
        for total, person in enumerate(checking.sound(result.faults), start=1):  # noqa: B007  how many there were
            result.untold += map(str, faults_of(strict, person)) if accept_numbers else ()
        result.untold += checking.accepted_errors
        result.untold += references.unused(checking.seen)
    if result.faults and not accept_sound_rows:
        return result
    with open_any(path, layouts) as reading:
        checking = _Checking(reading, references, known, recording, errors(reading))
        people, writing = checking.sound([]), _Writing(app, result, checking.census)
        done = 0
        while chunk := list(islice(people, PEOPLE_AT_A_TIME)):
            entries = [known.entry(person, references, result.year) for person in chunk]
            result.already_there += sum(entry.same for entry in entries)
            result.untold += _named_otherwise(entries, references)
            writing.record([entry for entry in entries if not entry.same])
            done += len(chunk)
            if progress:
                progress(Progress(done=done, of=total))
        result.left_out = checking.left_out
    return result


def _named_otherwise(entries: list[Entry], references: References) -> Iterator[str]:
    """People whose reference in the mapping differs from the one an earlier import gave them."""
    for entry in entries:
        mapped = references.look(identity_of(entry.person))
        if entry.known and mapped and mapped != entry.ref:
            yield f"{entry.ref}: the mapping calls it {mapped}; it was taken over before, and keeps its reference"


# --- before anything is written -------------------------------------------------------------------------------


class _Checking:
    """A return being read for import: who is sound, and every fault of its structure, of two who are one, of a plan."""

    def __init__(
        self,
        reading: Reading | CsvReading,
        references: References,
        known: Known,
        recording: Recording,
        errors: Errors,
    ) -> None:
        self._reading, self._references, self._known, self._recording = reading, references, known, recording
        self._errors = errors
        self.seen: dict[Identity, int] = {}
        self.left_out = 0
        self.census = _census_day(reading)
        if self.census > recording.today:
            raise DateRefused(f"the return's ReferenceDate {self.census} lies ahead: there is nothing to take over yet")

    def sound(self, faults: list[ReturnFault]) -> Iterator[Record]:
        """The people without fault, in their order; every fault is added to the list."""
        faults += self._met()
        for person in self._reading.persons():
            own = [*self._met(), *self._faults(person)]
            own += () if own else self._errors.of_person(person)
            faults += own
            if own:
                self.left_out += 1
            else:
                yield person
        faults += self._met()

    def of_header(self) -> list[ReturnFault]:
        """The errors of the return's header."""
        return self._errors.of_header(self._reading.header)

    @property
    def accepted_errors(self) -> list[str]:
        """The errors found so far that keep nobody out, since they are accepted."""
        return self._errors.accepted

    def _met(self) -> list[ReturnFault]:
        """The faults met on the way since the last time."""
        met, self._reading.faults = self._reading.faults, []
        return met

    def _faults(self, person: Record) -> Iterator[ReturnFault]:
        identity = identity_of(person)
        if identity in self.seen:
            message = f"is the same child or young person, with the same plan, as on line {self.seen[identity]}"
            yield ReturnFault(line=person.line, block="Person", message=message)
        self.seen.setdefault(identity, person.line)
        mapped = self._references.look(identity)
        if mapped and self._known.is_of_another(mapped, identity):
            message = f"the mapping calls it {mapped}, which is somebody else's plan already"
            yield ReturnFault(line=person.line, block="Person", message=message)
        try:
            check(_child(person, "SEN2"))
        except ArflowError as refusal:
            yield ReturnFault(line=person.line, block="Person", message=refusal.in_options(_item_of))
        active = [request for request in person.all("Requests") if request.first("ActivePlans")]
        if len(active) > 1:
            yield ReturnFault(
                line=person.line, block="Person", message=f"has {len(active)} active plans: there can be one"
            )
        command = add_plan(person, mapped or f"{PREFIX}00000", self.census, self._recording.today)
        try:
            if command is not None:
                of_plan.add(command, self._recording)
        except ArflowError as refusal:
            if isinstance(refusal, ReferenceRefused) and mapped and self._known.has_plan(mapped):
                return  # a reference that was taken before stays good
            yield ReturnFault(line=active[0].line, block="ActivePlans", message=refusal.in_options(_item_of))


def _item_of(field: str) -> str:
    """A field in the return's own words."""
    return _ITEM_OF.get(field, option_name(field))


def _census_day(reading: Reading | CsvReading) -> date:
    """The day the return speaks of: its ReferenceDate, or that of the year where it has none that can be read."""
    details = reading.header.first("CollectionDetails")
    try:
        return date.fromisoformat(details.values["ReferenceDate"]) if details else reading.layout.census_day
    except (KeyError, ValueError):
        return reading.layout.census_day


# --- writing --------------------------------------------------------------------------------------------------


class _Writing:
    """People being recorded, some hundreds in a transaction; what becomes of them is counted."""

    def __init__(self, app: Arflow, result: Imported, census: date) -> None:
        self._app, self._result, self._census = app, result, census

    def record(self, entries: list[Entry]) -> None:
        """Record plans, the facts about people, and the names for the directory."""
        if not entries:
            return
        draft, year = self._app.draft(), self._result.year
        recording = draft.recording
        kept = [told_facts.draft(entry.ref, year, entry.person, recording.at, recording.by) for entry in entries]
        there = self._app.log_store.existing_streams([stream(entry.ref) for entry in entries])
        events: list[AnyPlanEvent] = []
        for entry, version in zip(entries, kept, strict=True):
            if stream(entry.ref) in there:
                self._result.renewed += 1
                events.append(_imported(version, self._app.plan(entry.ref).version + 1, self._census, recording))
            else:
                events += self._entered(entry, version, recording)
        children = self._new_children(entries)

        def keep(connection: sa.Connection) -> None:
            told_facts.keep(connection, kept)
            add_all(connection, children)

        if events:
            self._app.append("FILE", events, draft, beside=keep)
        else:
            with writing(self._app.engine) as connection:
                keep(connection)

    def _new_children(self, entries: list[Entry]) -> list[Person]:
        """The children of the plans that have none kept yet: a plan is of one, whatever a later return calls them."""
        found = self._app.people.of_plans([entry.ref for entry in entries])
        there = {person.plan for person in found if person.role == "child"}
        return [_child(entry.person, entry.ref) for entry in entries if entry.ref not in there]

    def _entered(self, entry: Entry, version: told_facts.Kept, recording: Recording) -> Iterator[AnyPlanEvent]:
        """The events of a plan put under arflow; none for somebody without an active plan, who is kept only."""
        command = add_plan(entry.person, entry.ref, self._census, recording.today)
        if command is None:
            self._result.renewed += entry.known
            self._result.people_without_plan += not entry.known
            return
        self._result.plans += 1
        self._result.untold += untold(entry.person, entry.ref, self._census, recording.today)
        yield of_plan.add(command, recording)
        yield _imported(version, 2, self._census, recording)


def _imported(version: told_facts.Kept, number: int, census: date, recording: Recording) -> ReturnFactsImported:
    return ReturnFactsImported(
        originator_id=stream(version.plan),
        originator_version=number,
        plan=version.plan,
        on=census,
        recorded_at=recording.at,
        recorded_by=recording.by,
        year=version.year,
        digest=version.digest,
    )


def _child(person: Record, ref: str) -> Person:
    said = person.values
    born = date.fromisoformat(said["PersonBirthDate"])
    return Person(plan=ref, role="child", name=f"{said['Forename']} {said['Surname']}", date_of_birth=born)
