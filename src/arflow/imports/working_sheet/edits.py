"""The edits of a workbook that came back: what each would record, what is wrong, and where the case has moved on."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec

from arflow.application.arflow import Arflow
from arflow.application.recording import Draft
from arflow.case.acts import of_plan
from arflow.case.case import AnyCommand, Case, Taken
from arflow.case.plan_commands import AssignCoordinator
from arflow.case.review_commands import ReviewCommand
from arflow.errors import ArflowError, CaseMoved, InvalidValue, StoreNotReady, field_name
from arflow.imports.cell_values import Reading, fault_of
from arflow.imports.importing import Change
from arflow.imports.layout import Layout
from arflow.imports.proposed_days import refuse_unfit
from arflow.imports.sheets import Mapping as ColumnMapping
from arflow.imports.sheets import RowFault, Sheet
from arflow.imports.working_sheet.acts import acts_of
from arflow.imports.working_sheet.standing import AS_EXPORTED, CASELOAD, COLUMNS, DAYS, LOCKED, REASON, Value, standing

Key = tuple[str, str]


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """A row whose case has moved on since the workbook was made: each field as it was exported, and as it stands now."""

    row: int
    case: str
    fields: dict[str, tuple[Value, Value]]


class Edits(msgspec.Struct, kw_only=True):
    """What a workbook asks for: changes with their commands in words, conflicts and faults; how many rows were recorded."""

    changes: list[Change] = []
    commands: list[str] = []
    conflicts: list[Conflict] = []
    faults: list[RowFault] = []
    recorded: int = 0


def apply_edits(app: Arflow, path: Path, *, record: bool) -> Edits:
    """Read the edits of a workbook that `export` made, and record them if asked: none if a row has a fault.

    A row whose case has moved on is listed and left: nothing is overwritten. Each case is recorded whole or not at all.
    """
    sheet = Sheet(path, ColumnMapping(), COLUMNS, COLUMNS, Layout(sheet=CASELOAD, heading_row=1))
    exported = _as_exported(path)
    found = Edits()
    sound = list(_sound_rows(app, sheet, exported, found))
    if record and not found.faults:
        for edit in sound:
            draft = app.draft()
            try:
                app.append(edit.ref, edit.taken(app, draft).events, draft)
            except CaseMoved:  # between the preview and now
                found.conflicts.append(Conflict(row=edit.row, case=edit.ref, fields={}))
                continue
            found.recorded += 1
    return found


class _Edited(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was edited: as it was exported, as it is now, and each column that changed."""

    row: int
    before: Mapping[str, Value]
    told: Mapping[str, Value]
    changed: dict[str, tuple[Value, Value]]


class _Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A row that can be recorded: its case, the id of its review, and its commands."""

    row: int
    case: Case
    review: str
    commands: tuple[AnyCommand, ...]

    @property
    def ref(self) -> str:
        return self.case.plan.ref

    def taken(self, app: Arflow, draft: Draft) -> Taken:
        """The case after the commands of the row."""
        taken = Taken(case=self.case)
        for command in self.commands:
            if isinstance(command, AssignCoordinator):
                officer = app.named_officer(command.coordinator, draft)
                taken = taken.take(of_plan.with_officer(command, officer), draft.recording, app.machine)
            else:
                review = self.review if isinstance(command, ReviewCommand) else ""
                taken = taken.take(command, draft.recording, app.machine, review=review)
        return taken


def _as_exported(path: Path) -> dict[Key, dict[str, Value]]:
    """What each row said when the workbook was made, by its plan and review."""
    sheet = Sheet(path, ColumnMapping(), COLUMNS, COLUMNS, Layout(sheet=AS_EXPORTED, heading_row=1))
    rows = (_told(Reading(sheet, row)) for row in sheet.rows())
    return {_key(told): told for told in rows}


def _key(told: Mapping[str, Value]) -> Key:
    return str(told["plan"] or ""), str(told["review"] or "")


def _told(reading: Reading) -> dict[str, Value]:
    """What a row says, by its columns."""
    told: dict[str, Value] = {}
    for column in COLUMNS:
        if column in DAYS:
            told[column] = reading.day(column)
        elif column == "nc_year":
            told[column] = reading.school_year(column)
        else:
            told[column] = reading.text(column)
    if isinstance(outcome := told["outcome"], str):
        told["outcome"] = outcome.lower()
    return told


def _sound_rows(app: Arflow, sheet: Sheet, exported: dict[Key, dict[str, Value]], found: Edits) -> Iterator[_Edit]:
    """Each edited row that can be recorded; the others are added to what was found."""
    names, seen = app.directory.officer_names(), dict[Key, int]()
    for row in sheet.rows():
        reading = Reading(sheet, row)
        told = _told(reading)
        before, first = exported.get(_key(told)), seen.setdefault(_key(told), row.number)
        if before is None:
            reading.fault("plan", "is no case of this workbook as it was made: its references are locked")
        elif first != row.number:
            reading.fault("plan", f"stands in row {first} already")
        found.faults += reading.faults
        if before is None or reading.faults:
            continue
        edited = {name: (before[name], told[name]) for name in COLUMNS if told[name] != before[name] and name != REASON}
        if not edited:
            continue
        try:
            edit = _edit(app, _Edited(row=row.number, before=before, told=told, changed=edited), found, names)
        except StoreNotReady:
            raise
        except ArflowError as refusal:
            found.faults.append(fault_of(refusal, sheet, row.number, otherwise=next(iter(edited))))
        else:
            if edit:
                yield edit


def _edit(app: Arflow, edited: _Edited, found: Edits, names: Mapping[str, str]) -> _Edit | None:
    """What a row asks for, tried on its case; None where the case has moved on, or has it already."""
    before, told, changed = edited.before, edited.told, edited.changed
    locked = next((name for name in changed if name in LOCKED), None)
    if locked:
        raise InvalidValue(field_name(locked), told[locked] or "blank", f"{before[locked]}, as exported: it is locked")
    case, review = app.whole_case(str(told["plan"])), str(told["review"] or "")
    now = standing(case, names, review or None)
    moved = {
        name: (before[name], now[name]) for name in ("state", *changed) if now[name] not in (before[name], told[name])
    }
    if moved or (not review and case.plan.open_review()):
        found.conflicts.append(Conflict(row=edited.row, case=review or case.plan.ref, fields=moved))
        return None
    wanted = {name: change for name, change in changed.items() if now[name] != change[1]}
    acts = list(acts_of(now, told, wanted))
    edit = _Edit(row=edited.row, case=case, review=review, commands=tuple(command for command, _ in acts))
    after = edit.taken(app, app.draft())
    if "meeting_on" in wanted and isinstance(day := told["meeting_on"], date):
        refuse_unfit(app, after.case, review, day, str(told[REASON] or ""))
    if not acts:
        return None
    found.changes.append(Change(row=edited.row, of=review or case.plan.ref, fields=wanted))
    found.commands += [words for _, words in acts]
    return edit
