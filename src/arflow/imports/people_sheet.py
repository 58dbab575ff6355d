"""The people of many plans: one row a person, as an authority's case system or a school's sheet has them."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from arflow.application.arflow import Arflow
from arflow.application.people_of_case import untold
from arflow.case.acts import Recording, of_plan
from arflow.case.plan import stream
from arflow.case.plan_commands import SetYoungPersonFrom
from arflow.errors import ArflowError, InvalidValue, field_name
from arflow.events import CHANNELS, AnyPlanEvent
from arflow.imports.cell_values import Reading, fault_of, one_spaced
from arflow.imports.importing import Change, How, Imported, Report
from arflow.imports.sheets import RowFault, Sheet
from arflow.lists.follower import Progress
from arflow.people import FORMATS, REPRESENTED, ROLES, Person
from arflow.people.acceptance import check_in_case, disagreement, last_day
from arflow.people.people import take

# A column to the field of a person that it fills.
_COLUMNS = {
    "plan": "plan", "role": "role", "name": "name", "organisation": "organisation", "email": "email",
    "phone": "phone", "address": "postal_address", "language": "language", "format": "format",
    "channel": "channel", "interpreter": "interpreter", "access": "access", "advocate": "advocate", "represents": "represents",
    "looked_after_by": "looked_after_by",
    "do_not_contact": "do_not_contact_because", "do_not_share": "do_not_share_because",
    "date_of_birth": "date_of_birth", "from": "from_on", "until": "until_on",
}  # fmt: skip
FIELDS, NEEDED = tuple(_COLUMNS), ("plan", "role", "name")
_CHOICES = {
    "role": (*ROLES, "young_person"), "format": FORMATS, "channel": CHANNELS, "represents": REPRESENTED,
}  # fmt: skip
_DAYS = ("date_of_birth", "from", "until")
_NO = ("no", "n", "false", "0")

_ROWS_AT_A_TIME = 500
Key = tuple[str, str, str]


def import_people(app: Arflow, path: Path, how: How | None = None, *, progress: Report | None = None) -> Imported:
    """Keep everybody of a file: nobody if any row has a fault, unless the sound ones are to be accepted.

    Somebody is known again by plan, role and name; a blank cell leaves what is kept, and what a row says otherwise is
    listed, and written where it is to be updated. Safe to run twice: all is one transaction, after which `progress` hears.
    """
    how = how or How()
    sheet = how.sheet(path, FIELDS, NEEDED)
    result = Imported(read_as=sheet.read_as)
    checked = list(_checked(app, sheet, result.faults))
    added = [person for _, before, person in checked if before is None]
    changed = [(row, before, person) for row, before, person in checked if before is not None and before != person]
    result.changed = [_difference(row, before, person) for row, before, person in changed]
    if result.faults and not (how.accept_sound_rows or how.dry_run):
        return result
    result.added, result.already_there = len(added), len(checked) - len(added) - len(changed)
    if how.dry_run:
        return result
    overwritten = [person for _, _, person in changed] if how.update else []
    result.rights = _record(app, added, overwritten, [*added, *overwritten, *_unchanged(checked)])
    if progress:
        progress(Progress(done=len(checked), of=len(checked)))
    return result


def _unchanged(checked: Iterable[tuple[int, Person | None, Person]]) -> Iterator[Person]:
    return (person for _, before, person in checked if before == person)


def _record(app: Arflow, added: list[Person], changed: list[Person], everybody: Iterable[Person]) -> int:
    """Add some people and change others, and record what plans learn of them; how many plans learn it."""
    draft = app.draft()
    events = list(_rights(app, everybody, draft.recording))
    if events:
        app.append("FILE", events, draft, partial(take, added=added, changed=changed))
    else:
        app.people.take(added, changed)
    return len(events)


def _rights(app: Arflow, everybody: Iterable[Person], recording: Recording) -> Iterator[AnyPlanEvent]:
    """The day on which the rights pass, for each plan whose first date of birth this is."""
    told: set[str] = set()
    for person in everybody:
        if person.date_of_birth is None or person.plan in told:
            continue
        plan = app.plan(person.plan)
        day = untold(plan, person)
        if day is not None:
            told.add(person.plan)
            yield of_plan.act(plan, SetYoungPersonFrom(young_person_from=day), recording)


def _checked(app: Arflow, sheet: Sheet, faults: list[RowFault]) -> Iterator[tuple[int, Person | None, Person]]:
    """Each row without fault: the person as they are kept, if they are, and as they would be; faults are added."""
    seen: dict[Key, int] = {}
    for row, reading, told, known in _read(app, sheet):
        if "plan" in told and told["plan"] not in known.plans:
            reading.fault("plan", f"there is no plan {told['plan']}: add it with `arflow plan add`")
        if not reading.faults:
            key = _key(Person(**told))
            if key in seen:
                reading.fault("name", f"stands in row {seen[key]} already")
            seen.setdefault(key, row)
            before = known.people.get(key)
            if before:
                told["name"] = before.name  # the same name, however the file spaces and capitalises it
            person = msgspec.structs.replace(before, **told) if before else Person(**told)
            try:
                if before != person:
                    known.check(app, person)
            except ArflowError as refusal:
                reading.faults.append(fault_of(refusal, sheet, row, otherwise="name"))
            if not reading.faults:
                if before is None:
                    known.taken(person)
                yield row, before, person
        faults += reading.faults


class _Known(NamedTuple):
    """What is kept of the plans that some rows are of, and of the children that earlier rows of the file have."""

    plans: set[str]
    people: dict[Key, Person]
    children: dict[str, list[Person]]

    def check(self, app: Arflow, person: Person) -> None:
        """Refuse somebody who may not be in the case as the row has them."""
        if person.role != "child":
            check_in_case(person, (), app.today)
            return
        plan = app.plan(person.plan)
        check_in_case(person, self.children.get(person.plan, []), last_day(plan, app.today))
        known = plan.young_person_from.day if plan.young_person_from else None
        day = disagreement(person, known)
        if day:
            wanted = f"that of the plan, which has it that the rights pass on {known}: by this it is {day}; correct one of them"
            raise InvalidValue(field_name("date_of_birth"), person.date_of_birth, wanted)

    def taken(self, person: Person) -> None:
        """Remember the child of a plan for the rows that follow."""
        if person.role == "child":
            self.children.setdefault(person.plan, []).append(person)


def _read(app: Arflow, sheet: Sheet) -> Iterator[tuple[int, Reading, dict[str, Any], _Known]]:
    """Each row with what it says and what is known of its plan, looked up for some hundreds of rows at a time."""
    rows, children = sheet.rows(), dict[str, list[Person]]()
    while chunk := [(row, Reading(sheet, row)) for row in islice(rows, _ROWS_AT_A_TIME)]:
        read = [(row.number, reading, _told(reading)) for row, reading in chunk]
        refs = {told["plan"] for _, _, told in read if "plan" in told}
        there = app.log_store.existing_streams([stream(ref) for ref in refs]) if refs else set()
        people = {_key(person): person for person in app.people.of_plans(refs)}
        for person in people.values():
            if person.role == "child" and person not in children.get(person.plan, ()):
                children.setdefault(person.plan, []).append(person)
        known = _Known({ref for ref in refs if stream(ref) in there}, people, children)
        yield from ((number, reading, told, known) for number, reading, told in read)


def _told(reading: Reading) -> dict[str, Any]:
    """What the cells that are not blank say, by the field of a person."""
    told: dict[str, Any] = {}
    for column, field in _COLUMNS.items():
        if column in _CHOICES:
            told[field] = reading.choice(column, _CHOICES[column])
        elif column in _DAYS:
            told[field] = reading.day(column)
        else:
            told[field] = reading.text(column)
    for column in NEEDED:
        reading.needed(column)
    told["name"] = one_spaced(told["name"])
    if told["role"] == "young_person":
        told["role"] = "child"
    for why in ("do_not_contact_because", "do_not_share_because"):
        if (told[why] or "").lower() in _NO:
            told[why] = None
    return {field: value for field, value in told.items() if value is not None}


def _key(person: Person) -> Key:
    """What somebody is known again by: capitals make no difference."""
    return person.plan, person.role, person.name.casefold()


def _difference(row: int, before: Person, after: Person) -> Change:
    told = msgspec.structs.asdict(after)
    fields = {name: (was, told[name]) for name, was in msgspec.structs.asdict(before).items() if was != told[name]}
    return Change(row=row, of=after.id, fields=fields)
