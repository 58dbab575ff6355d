"""Past acts: one row an act (plan, review, step, day), so that years of history can be loaded."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from arflow.application.arflow import Arflow
from arflow.application.deemed_service import of_a_step
from arflow.case.act import Act
from arflow.case.case import AnyCommand, Case, Taken, fold
from arflow.case.plan_commands import NameForTransfer
from arflow.case.plan_reviews import Opening
from arflow.case.reading import made
from arflow.case.review_commands import CorrectStep, DoubtDay
from arflow.case.transfers import expected_dealings
from arflow.errors import (
    AlreadyThere,
    ArflowError,
    CaseUnreadable,
    InvalidValue,
    NotFound,
    StoreNotReady,
    field_name,
)
from arflow.events import AnyEvent, Event
from arflow.imports.caseload_changes import REASON
from arflow.imports.cell_values import Reading, fault_of
from arflow.imports.importing import Change, How, Imported, Report, Work
from arflow.imports.past_act import FIELDS, NEEDED, PastAct, command_of, past_act, placed
from arflow.imports.proposed_days import refuse_unfit
from arflow.imports.sheets import RowFault, Sheet
from arflow.lists.follower import Progress

EVENTS_AT_A_TIME = 2_000
_PLACED = (
    "possible here: no later act of the review has a day by which it had happened; estimate it, with ~ before the day"
)
# Steps that a review may take more than once: an act on another day is another act.
_REPEATED = ("open", "schedule", "postpone", "invite", "request_advice", "receive_advice", "circulate", "represent")


def import_acts(app: Arflow, path: Path, how: How | None = None, *, progress: Report | None = None) -> Imported:
    """Record every act of a file: none if any row has a fault, unless the sound ones are to be accepted.

    Safe to run twice: an act that is recorded already (same plan, review, step and day, and nothing in the row that the log
    has otherwise) is left as it is. A second act of a step and day is an act of its own. An act that the log has on another
    day is listed, and corrected where it is to be updated. `progress` hears after each part that is written.
    """
    how = how or How()
    sheet = how.sheet(path, FIELDS, NEEDED)
    unreadable: list[RowFault] = []
    by_plan = _by_plan(sheet, unreadable)
    tried = Imported(faults=unreadable.copy(), read_as=sheet.read_as)
    for _ in _cases(Work(app=app, how=how, draft=app.draft()), sheet, by_plan, tried):
        pass
    tried.faults.sort(key=lambda fault: fault.row)
    if how.dry_run:
        return tried
    if tried.faults and not how.accept_sound_rows:
        return Imported(faults=tried.faults, changed=tried.changed, read_as=tried.read_as)
    result, draft = Imported(faults=unreadable, read_as=sheet.read_as), app.draft()
    total, batch = sum(map(len, by_plan.values())), list[Event]()

    def write() -> None:
        if batch:
            app.append("FILE", batch, draft)
        batch.clear()
        if progress:
            progress(Progress(done=result.added + result.already_there + len(result.changed), of=total))

    for events in _cases(Work(app=app, how=how, draft=draft), sheet, by_plan, result):
        batch += events
        if len(batch) >= EVENTS_AT_A_TIME:
            write()
    write()
    result.faults.sort(key=lambda fault: fault.row)
    return result


def _by_plan(sheet: Sheet, faults: list[RowFault]) -> dict[str, list[PastAct]]:
    """The rows that can be read, by plan."""
    found: dict[str, list[PastAct]] = {}
    for row in sheet.rows():
        reading = Reading(sheet, row)
        ref, act = reading.needed("plan"), past_act(reading, row.number)
        if not reading.faults:
            found.setdefault(ref, []).append(act)
        faults += reading.faults
    return found


def _cases(
    work: Work, sheet: Sheet, by_plan: dict[str, list[PastAct]], result: Imported
) -> Iterator[tuple[AnyEvent, ...]]:
    """The events of each plan's rows; faults and counts are added to the result."""
    numbers = _Numbers(work.app)
    for ref, rows in by_plan.items():
        try:
            case = _case(work.app, ref)
        except (CaseUnreadable, NotFound) as refusal:
            heading = sheet.heading("plan")
            result.faults += [RowFault(row=row.row, column=heading, message=refusal.message) for row in rows]
        else:
            yield _History(work, case, numbers).record(rows, sheet, result)


def _case(app: Arflow, ref: str) -> Case:
    stored = app.log_store.read_case(ref)
    if not stored:
        raise NotFound("plan", ref, "import the plans first")
    return made(ref, stored, fold, app.workflow)


class _Numbers:
    """Review ids for a whole file: the log is asked once for each year."""

    def __init__(self, app: Arflow) -> None:
        self._app = app
        self._next: dict[int, str] = {}

    def take(self, year: int) -> str:
        taken = self._next.get(year) or self._app.next_review_id(year)
        prefix, _, number = taken.rpartition("-")
        self._next[year] = f"{prefix}-{int(number) + 1:06d}"
        return taken


class _History:
    """One plan while the rows of its reviews are recorded."""

    def __init__(self, work: Work, case: Case, numbers: _Numbers) -> None:
        self._app, self._draft, self._updates = work.app, work.draft, work.how.update
        self._numbers = numbers
        self._taken = Taken(case=case)
        self._ids = {one.reference or one.id: one.id for one in case.reviews.values()}
        # What the log has and no row told yet.
        self._unclaimed = {name: list(one.acts) for name, one in case.reviews.items()}
        self._told_apart: set[str] = set()  # reviews whose notification has a row of its own

    def record(self, rows: list[PastAct], sheet: Sheet, result: Imported) -> tuple[AnyEvent, ...]:
        """The events of the rows that can be recorded, taken in the order of their days."""
        self._told_apart = {row.review for row in rows if row.step == "notify"}
        order = {step.id: n for n, step in enumerate(self._app.current_workflow().steps)}
        rows = list(placed(rows, order))
        there, seen = dict(self._there(rows)), dict[PastAct, int]()
        for row in sorted(rows, key=lambda one: (one.on, order.get(one.step, -1), one.row)):
            first = seen.setdefault(row.without_place, row.row)
            try:
                if first != row.row:
                    raise AlreadyThere(f"{field_name('step')}: is the same act as row {first}: leave one of them out")
                if row.on == date.max:
                    raise InvalidValue(field_name("date"), "unknown", _PLACED)
                known = there.get(row.row) or self._moved(row, rows, there)
                if known and (known.on, known.quality) != (row.on, row.quality):
                    result.changed.append(self._correct(row, known))
                    continue
                fresh = self._name(row) if row.row in there else self._record(row)
            except StoreNotReady:
                raise
            except ArflowError as refusal:
                result.faults.append(fault_of(refusal, sheet, row.row, otherwise="step"))
                continue
            result.added += fresh
            result.already_there += not fresh
        return self._taken.events

    def _there(self, rows: Iterable[PastAct]) -> Iterator[tuple[int, Act]]:
        """The rows whose act the log has, each with its act, and each act for one row; who says most finds its act first."""
        for row in sorted(rows, key=lambda one: -len(one.details)):
            acts = self._unclaimed.get(self._ids.get(row.review, ""), [])
            place = next(
                (n for n, act in enumerate(acts) if act.on == row.on and row.may_be(act.step, act.event)), None
            )
            if place is not None and row.step != "open":
                yield row.row, acts.pop(place)

    def _moved(self, row: PastAct, rows: list[PastAct], there: Collection[int]) -> Act | None:
        """The act of a row that the log has on another day: its step is taken once, and only this row speaks of it."""
        acts = [act for act in self._unclaimed.get(self._ids.get(row.review, ""), []) if act.step == row.step]
        others = [r for r in rows if (r.review, r.step) == (row.review, row.step) and r.row not in there]
        fits = len(acts) == len(others) == 1 and row.may_be(row.step, acts[0].event)
        return acts[0] if fits and row.step not in _REPEATED else None

    def _correct(self, row: PastAct, moved: Act) -> Change:
        """Correct the day of an act, if what is there is to be updated; what the row says otherwise."""
        version, review = moved.event.originator_version, self._ids[row.review]
        if self._updates:
            if moved.on != row.on or row.quality == "known":
                right = CorrectStep(corrected_step=row.step, on=row.on, version=version, reason=REASON)
                self._take(of_a_step(self._app, self._taken.case.reviews[review], right), review)
            if row.quality != "known":
                self._take(DoubtDay(of=version, quality=row.quality), review)
        was = msgspec.structs.replace(row, on=moved.on, quality=moved.quality)
        return Change(row=row.row, of=review, fields={row.step: (was.day, row.day)})

    def _record(self, row: PastAct) -> bool:
        """Record one row; False if it stands in the log already."""
        known = self._ids.get(row.review)
        before = self._taken  # a row that is refused leaves nothing behind
        try:
            review_id = known or self._open(row)
            if row.step != "open":
                self._act(row, review_id)
            if row.meeting_on:
                refuse_unfit(self._app, self._taken.case, review_id, row.meeting_on, row.reason)
        except ArflowError:
            self._taken = before
            if known is None:
                self._ids.pop(row.review, None)
            raise
        return row.step != "open" or known is None

    def _act(self, row: PastAct, review_id: str) -> None:
        """Take the step of a row, and say how well the day of what it made is known."""
        before = self._taken.case.reviews[review_id].version
        self._take(command_of(row, not_yet_told=row.review in self._told_apart), review_id)
        made_now = [act for act in self._taken.case.reviews[review_id].acts if act.event.originator_version > before]
        for act in made_now if row.quality != "known" else ():
            self._take(DoubtDay(of=act.event.originator_version, quality=row.quality), review_id)

    def _name(self, row: PastAct) -> bool:
        """Record what an act that stands in the log already names for a transfer, where nothing says so yet."""
        review = self._ids[row.review]
        said = any(dealing.review == review for dealing in expected_dealings(self._taken.case.plan))
        if row.names_for_transfer is None or said:
            return False
        self._take(NameForTransfer(names_for_transfer=row.names_for_transfer, review=review, on=row.on))
        return True

    def _open(self, row: PastAct) -> str:
        """Open the row's review on its first day; its id."""
        opening = Opening(
            id=self._numbers.take(row.on.year),
            kind=row.kind or "annual",
            workflow=self._app.current_workflow(row.on).id,
            on=row.on,
            meeting_on=row.meeting_on,
            evidence=row.evidence,
            reference=row.review,
            beside_unfinished=True,
        )
        self._take(opening)
        self._ids[row.review] = opening.id
        return opening.id

    def _take(self, command: AnyCommand, review: str = "") -> None:
        self._taken = self._taken.take(command, self._draft.recording, self._app.machine, review=review)
