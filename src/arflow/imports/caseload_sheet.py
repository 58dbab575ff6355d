"""A caseload: one row a plan, as an authority's case system exports it."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec

from arflow.application.arflow import Arflow
from arflow.case.acts import of_plan
from arflow.case.case import Taken
from arflow.case.plan import stream
from arflow.case.plan_commands import AddPlan
from arflow.errors import ArflowError, CaseUnreadable, InvalidValue, ReferenceRefused, StoreNotReady, field_name
from arflow.events import TRANSFER_KINDS, AnyEvent
from arflow.imports.caseload_changes import Difference, commands, differences
from arflow.imports.cell_values import Reading, one_spaced
from arflow.imports.importing import Change, How, Imported, Report, Work
from arflow.imports.sheets import RowFault, Sheet
from arflow.law.periods import young_person_from
from arflow.lists.follower import Progress
from arflow.people import Person
from arflow.people.acceptance import check_in_case, disagreement
from arflow.people.people import add_all

FIELDS = (
    "ref", "first_made", "last_reviewed", "setting", "nc_year", "coordinator",
    "transfer", "transfer_on", "young_person_from", "name", "date_of_birth",
)  # fmt: skip
NEEDED = ("ref", "first_made")
PLANS_AT_A_TIME = 500


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """A row without fault: the events that it makes, the child for the directory, and what it says otherwise of a plan."""

    events: tuple[AnyEvent, ...] = ()
    child: Person | None = None
    change: Change | None = None

    @property
    def is_new(self) -> bool:
        """Whether the plan is not there yet."""
        return bool(self.events) and self.change is None


def import_plans(app: Arflow, path: Path, how: How | None = None, *, progress: Report | None = None) -> Imported:
    """Add every plan of a file: none if any row has a fault, unless the sound ones are to be accepted.

    Safe to run twice: a plan that already exists is left as it is, unless it is to be updated; what differs is listed. Of a
    row that is refused nothing is kept. `progress` hears how many rows are done after each part that is written.
    """
    how = how or How()
    sheet = how.sheet(path, FIELDS, NEEDED)
    tried = Imported(read_as=sheet.read_as)
    for sound in _checked(Work(app=app, how=how, draft=app.draft()), sheet, tried.faults):
        _count(tried, sound)
    if how.dry_run or (tried.faults and not how.accept_sound_rows):
        return tried if how.dry_run else Imported(faults=tried.faults, changed=tried.changed, read_as=tried.read_as)
    draft, result = app.draft(), Imported(faults=tried.faults, read_as=tried.read_as)
    total = tried.added + tried.already_there + len(tried.changed)
    rows = _checked(Work(app=app, how=how, draft=draft), sheet, [])
    while chunk := list(islice(rows, PLANS_AT_A_TIME)):
        children = [sound.child for sound in chunk if sound.child and sound.is_new]
        if events := [event for sound in chunk for event in sound.events]:
            app.append("FILE", events, draft, partial(add_all, given=children))
        for sound in chunk:
            _count(result, sound)
        if progress:
            progress(Progress(done=result.added + result.already_there + len(result.changed), of=total))
    return result


def _count(result: Imported, sound: Sound) -> None:
    if sound.change:
        result.changed.append(sound.change)
    else:
        result.added += sound.is_new
        result.already_there += not sound.is_new


def _checked(work: Work, sheet: Sheet, faults: list[RowFault]) -> Iterator[Sound]:
    """The rows without fault, read from the file again; faults are added to the list."""
    refs = (name.removeprefix(stream("")) for name in work.app.log_store.streams_of(stream("")))
    taken = _Taken({ref.lower(): ref for ref in refs}, {})
    rows = sheet.rows()
    while chunk := [Reading(sheet, row) for row in islice(rows, PLANS_AT_A_TIME)]:
        known = _Known.of(work.app, [reading.text("ref") or "" for reading in chunk])
        for reading in chunk:
            sound = _row(work, reading, known, taken)
            if sound and not reading.faults:
                yield sound
            faults += reading.faults


class _Taken(NamedTuple):
    """The references that are there, and those of earlier rows with their numbers, by their small letters."""

    there: dict[str, str]
    rows: dict[str, tuple[str, int]]

    def take(self, reading: Reading, ref: str, *, is_there: bool) -> None:
        """Keep the reference of a row; a fault where a row or another plan has it, if only in another case of its letters."""
        small = ref.lower()
        alike = "in the case of its letters alone: write both the same, or add another plan with `arflow plan add`"
        if small in self.rows:
            other, row = self.rows[small]
            if other == ref:
                reading.fault("ref", f"{ref} stands in row {row} already")
            else:
                reading.fault("ref", f"{ref} differs from {other}, which stands in row {row}, {alike}")
        elif small in self.there and not is_there:
            reading.fault("ref", f"{ref} differs from {self.there[small]}, which is there, {alike}")
        self.rows.setdefault(small, (ref, reading.number_of_row))


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """Which of some plans there are already, and the child or young person that is kept of each."""

    plans: set[str]
    children: dict[str, Person]

    @classmethod
    def of(cls, app: Arflow, refs: Sequence[str]) -> "_Known":
        there = app.log_store.existing_streams([stream(ref) for ref in refs])
        children = {person.plan: person for person in app.people.of_plans(refs) if person.role == "child"}
        return cls(plans={ref for ref in refs if stream(ref) in there}, children=children)


def _row(work: Work, reading: Reading, known: _Known, taken: _Taken) -> Sound | None:
    """What a row makes of its plan; its faults are kept with the reading."""
    command, child = _command(reading, work.app.today, known)
    if command.ref:
        taken.take(reading, command.ref, is_there=command.ref in known.plans)
    if reading.faults:
        return None
    there = command.ref in known.plans
    try:
        coordinator = work.app.named_officer(command.coordinator, work.draft)
        event = of_plan.add(of_plan.with_officer(command, coordinator), work.draft.recording)
    except StoreNotReady:
        raise
    except ArflowError as refusal:
        if not (there and isinstance(refusal, ReferenceRefused)):  # a reference that was taken before stays good
            reading.refused(refusal, otherwise="ref")
            return None
    if not there:
        return Sound(events=(event,), child=child)
    return _again(work, reading, of_plan.with_officer(command, coordinator))


def _again(work: Work, reading: Reading, told: AddPlan) -> Sound | None:
    """What a row makes of a plan that is there: nothing, or what it says otherwise, with its events if it is to be updated."""
    try:
        taken = Taken(case=work.app.whole_case(told.ref))
        found = differences(taken.case.plan, told)
        for command in commands(taken.case, told, found) if work.how.update else ():
            taken = taken.take(command, work.draft.recording, work.app.machine)
    except CaseUnreadable:
        return Sound()
    except StoreNotReady:
        raise
    except ArflowError as refusal:
        reading.refused(refusal, otherwise="ref")
        return None
    if not found:
        return Sound()
    change = Change(row=reading.number_of_row, of=told.ref, fields=_named(work, found))
    return Sound(events=taken.events, change=change)


def _named(work: Work, found: Difference) -> Difference:
    """What differs, with the officers by name."""
    if "coordinator" not in found:
        return found
    names = work.app.directory.officer_names() | {officer: name for name, officer in work.draft.officers.items()}
    was, now = found["coordinator"]
    return found | {"coordinator": (names.get(was, was), names.get(now, now))}


def _command(reading: Reading, today: date, known: _Known) -> tuple[AddPlan, Person | None]:
    ref = reading.needed("ref")
    made, made_quality = reading.doubtful_day("first_made")
    if made is None and made_quality == "known" and not reading.faults:
        reading.fault("first_made", "is blank: write unknown if nobody knows the day")
    reviewed, reviewed_quality = reading.doubtful_day("last_reviewed")
    coordinator = reading.text("coordinator")
    if coordinator and len(coordinator.splitlines()) > 1:
        reading.fault("coordinator", "has more than one line: a quotation mark before it may never close")
    child, rights_from = _child(reading, ref, today, known)
    command = AddPlan(
        ref=ref,
        first_made=made,
        first_made_quality=made_quality,
        last_reviewed=reviewed,
        last_reviewed_quality=reviewed_quality,
        setting=reading.text("setting"),
        nc_year=reading.school_year("nc_year"),
        coordinator=coordinator,
        transfer=reading.choice("transfer", TRANSFER_KINDS),  # type: ignore[arg-type]
        transfer_on=reading.day("transfer_on"),
        young_person_from=rights_from,
    )
    return command, child


def _child(reading: Reading, ref: str, today: date, known: _Known) -> tuple[Person | None, date | None]:
    """The child or young person of a row, if it names one, and the day on which the rights pass."""
    born, name, told = reading.day("date_of_birth"), one_spaced(reading.text("name")), reading.day("young_person_from")
    if not (born or name) or ref in known.plans:
        return None, told
    child = Person(plan=ref, role="child", name=name or ref, date_of_birth=born)
    try:
        check_in_case(child, [known.children[ref]] if name and ref in known.children else (), today)
        _check_agreement(child, told)
    except ArflowError as refusal:
        reading.refused(refusal, otherwise="name")
        return None, told
    return child if name else None, told or (young_person_from(born) if born else None)


def _check_agreement(child: Person, told: date | None) -> None:
    day = disagreement(child, told)
    if day:
        wanted = f"the day on which the rights pass by the date of birth, {day}: correct one of them, or leave this one blank"
        raise InvalidValue(field_name("young_person_from"), told, wanted)
