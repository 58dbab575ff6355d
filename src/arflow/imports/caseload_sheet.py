"""A caseload: one row a plan, as an authority's case system exports it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec

from arflow.application.arflow import Arflow
from arflow.application.recording import Draft
from arflow.case.acts import of_plan
from arflow.case.plan import stream
from arflow.case.plan_commands import AddPlan
from arflow.errors import ArflowError, InvalidValue, ReferenceRefused, StoreNotReady, field_name
from arflow.events import TRANSFER_KINDS, PlanAdded
from arflow.imports.cell_values import Reading, one_spaced
from arflow.imports.sheets import RowFault, Sheet, read_mapping
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
    """A row without fault: the plan, or nothing where it already exists, and the child for the directory."""

    event: PlanAdded | None
    child: Person | None


class Imported(msgspec.Struct, kw_only=True):
    """What became of a file's rows."""

    added: int = 0
    already_there: int = 0
    faults: list[RowFault] = []


def import_plans(
    app: Arflow,
    path: Path,
    *,
    mapping: Path | None = None,
    accept_sound_rows: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Imported:
    """Add every plan of a file: none if any row has a fault, unless the sound ones are to be accepted.

    Safe to run twice: a plan that already exists is counted and left as it is. Of a row that is refused nothing is kept.
    """
    sheet = Sheet(path, read_mapping(mapping), FIELDS, NEEDED)
    result = Imported()
    total = sum(1 for _ in _checked(app, sheet, result.faults, app.draft()))
    if result.faults and not accept_sound_rows:
        return result
    draft = app.draft()
    rows = _checked(app, sheet, [], draft)
    done = 0
    while chunk := list(islice(rows, PLANS_AT_A_TIME)):
        fresh = [(sound.event, sound.child) for sound in chunk if sound.event]
        if fresh:
            children = [child for _, child in fresh if child]
            app.append("FILE", [event for event, _ in fresh], draft, partial(add_all, given=children))
        result.added += len(fresh)
        result.already_there += len(chunk) - len(fresh)
        done += len(chunk)
        if progress:
            progress(Progress(done=done, of=total))
    return result


def _checked(app: Arflow, sheet: Sheet, faults: list[RowFault], draft: Draft) -> Iterator[Sound]:
    """The rows without fault, read from the file again; faults are added to the list."""
    seen: dict[str, int] = {}
    rows = sheet.rows()
    while chunk := [Reading(sheet, row) for row in islice(rows, PLANS_AT_A_TIME)]:
        known = _Known.of(app, [reading.text("ref") or "" for reading in chunk])
        for reading in chunk:
            sound = _row(app, reading, known, seen, draft)
            if sound and not reading.faults:
                yield sound
            faults += reading.faults


class _Known(msgspec.Struct, frozen=True, kw_only=True):
    """Which of some plans there are already, and the child or young person that is kept of each."""

    plans: set[str]
    children: dict[str, Person]

    @classmethod
    def of(cls, app: Arflow, refs: Sequence[str]) -> "_Known":
        there = app.log_store.existing_streams([stream(ref) for ref in refs])
        children = {person.plan: person for person in app.people.of_plans(refs) if person.role == "child"}
        return cls(plans={ref for ref in refs if stream(ref) in there}, children=children)


def _row(app: Arflow, reading: Reading, known: _Known, seen: dict[str, int], draft: Draft) -> Sound | None:
    """The plan and the child of a row; its faults are kept with the reading."""
    command, child = _command(reading, app.today, known)
    if command.ref and command.ref in seen:
        reading.fault("ref", f"{command.ref} stands in row {seen[command.ref]} already")
    seen.setdefault(command.ref, reading.number_of_row)
    if reading.faults:
        return None
    there = command.ref in known.plans
    try:
        coordinator = None if there else app.named_officer(command.coordinator, draft)
        event = of_plan.add(of_plan.with_officer(command, coordinator), draft.recording)
    except StoreNotReady:
        raise
    except ArflowError as refusal:
        if not (there and isinstance(refusal, ReferenceRefused)):  # a reference that was taken before stays good
            reading.refused(refusal, otherwise="ref")
        return Sound(event=None, child=None)
    return Sound(event=None if there else event, child=child)


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
