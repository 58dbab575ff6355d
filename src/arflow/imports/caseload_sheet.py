"""A caseload: one row a plan, as an authority's case system exports it."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec

from arflow.application.arflow import Arflow
from arflow.case.acts import of_plan
from arflow.case.plan import stream
from arflow.case.plan_commands import AddPlan
from arflow.errors import ArflowError, StoreNotReady
from arflow.events import TRANSFER_KINDS, PlanAdded
from arflow.imports.cell_values import Reading, fault_of
from arflow.imports.sheets import RowFault, Sheet, read_mapping
from arflow.law.periods import young_person_from
from arflow.lists.follower import Progress
from arflow.people import Person
from arflow.people.people import add_all

FIELDS = (
    "ref", "first_made", "last_reviewed", "setting", "nc_year", "coordinator",
    "transfer", "transfer_on", "young_person_from", "name", "date_of_birth",
)  # fmt: skip
NEEDED = ("ref", "first_made")
PLANS_AT_A_TIME = 500


class Sound(msgspec.Struct, frozen=True, kw_only=True):
    """A row without fault: the plan, and the child for the directory."""

    event: PlanAdded
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

    Safe to run twice: a plan that already exists is counted and left as it is.
    """
    sheet = Sheet(path, read_mapping(mapping), FIELDS, NEEDED)
    result = Imported()
    total = sum(1 for _ in _checked(app, sheet, result.faults))
    if result.faults and not accept_sound_rows:
        return result
    rows = _checked(app, sheet, [])
    done = 0
    while chunk := list(islice(rows, PLANS_AT_A_TIME)):
        there = app.log_store.existing_streams([stream(sound.event.plan) for sound in chunk])
        fresh = [sound for sound in chunk if stream(sound.event.plan) not in there]
        if fresh:
            children = [sound.child for sound in fresh if sound.child]
            app.append("FILE", [sound.event for sound in fresh], app.draft(), partial(add_all, given=children))
        result.added += len(fresh)
        result.already_there += len(chunk) - len(fresh)
        done += len(chunk)
        if progress:
            progress(Progress(done=done, of=total))
    return result


def _checked(app: Arflow, sheet: Sheet, faults: list[RowFault]) -> Iterator[Sound]:
    """The rows without fault, read from the file again; faults are added to the list."""
    recording = app.draft().recording
    seen: dict[str, int] = {}
    for row in sheet.rows():
        reading = Reading(sheet, row)
        command, child = _command(reading)
        if command.ref and command.ref in seen:
            reading.fault("ref", f"{command.ref} stands in row {seen[command.ref]} already")
        seen.setdefault(command.ref, row.number)
        if not reading.faults:
            try:
                named = of_plan.with_officer(command, app.officer(command.coordinator))
                yield Sound(event=of_plan.add(named, recording), child=child)
            except StoreNotReady:
                raise
            except ArflowError as refusal:
                reading.faults.append(fault_of(refusal, sheet, row.number, otherwise="ref"))
        faults += reading.faults


def _command(reading: Reading) -> tuple[AddPlan, Person | None]:
    ref = reading.needed("ref")
    made, made_quality = reading.doubtful_day("first_made")
    if made is None and made_quality == "known" and not reading.faults:
        reading.fault("first_made", "is blank: write unknown if nobody knows the day")
    reviewed, reviewed_quality = reading.doubtful_day("last_reviewed")
    born, name = reading.day("date_of_birth"), reading.text("name")
    command = AddPlan(
        ref=ref,
        first_made=made,
        first_made_quality=made_quality,
        last_reviewed=reviewed,
        last_reviewed_quality=reviewed_quality,
        setting=reading.text("setting"),
        nc_year=reading.number("nc_year"),
        coordinator=reading.text("coordinator"),
        transfer=reading.choice("transfer", TRANSFER_KINDS),  # type: ignore[arg-type]
        transfer_on=reading.day("transfer_on"),
        young_person_from=reading.day("young_person_from") or (young_person_from(born) if born else None),
    )
    child = Person(plan=ref, role="child", name=name, date_of_birth=born) if name else None
    return command, child
