"""Past acts: one row an act (plan, review, step, day), so that years of history can be loaded."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from arflow.application.arflow import Arflow
from arflow.application.recording import Draft
from arflow.case import review_commands as asked
from arflow.case.case import AnyCommand, Case, Taken, fold
from arflow.case.plan_commands import NameForTransfer
from arflow.case.plan_reviews import Opening
from arflow.case.reading import made
from arflow.case.review import Act
from arflow.case.review_commands import CorrectStep
from arflow.case.transfers import expected_dealings
from arflow.errors import (
    AlreadyThere,
    ArflowError,
    CaseUnreadable,
    InvalidValue,
    MissingValue,
    NotFound,
    StoreNotReady,
    field_name,
)
from arflow.events import OUTCOMES, ROLES, AnyEvent, Event
from arflow.imports.caseload_changes import REASON
from arflow.imports.cell_values import Reading, fault_of
from arflow.imports.importing import Change, How, Imported, Report
from arflow.imports.sheets import RowFault, Sheet
from arflow.lists.follower import Progress

FIELDS = (
    "plan",
    "review",
    "step",
    "date",
    "kind",
    "outcome",
    "role",
    "meeting_on",
    "ended",
    "names_for_transfer",
    "reason",
    "evidence",
)
NEEDED = ("plan", "review", "step", "date")
EVENTS_AT_A_TIME = 2_000
# Steps that a review may take more than once: an act on another day is another act.
_REPEATED = ("open", "schedule", "postpone", "invite", "request_advice", "receive_advice", "circulate", "represent")
SKIPPED = "Past acts imported: the file holds no record of the steps passed over"


class PastAct(msgspec.Struct, frozen=True):
    """One row: an act on one review of a plan; `review` is the file's own number for it."""

    row: int
    review: str
    step: str
    on: date
    kind: str | None
    outcome: Any
    roles: tuple[Any, ...]
    meeting_on: date | None
    ended: Any
    reason: str | None
    evidence: str | None
    names_for_transfer: str | None = None

    @property
    def without_place(self) -> "PastAct":
        """The act wherever it stands in the file."""
        return msgspec.structs.replace(self, row=0)

    @property
    def details(self) -> dict[str, Any]:
        """What the row says about the act, by the field of the event that holds it."""
        told = {"outcome": self.outcome, "meeting_on": self.meeting_on, "ended": self.ended}
        match self.step:
            case "receive_advice":
                told["role"] = self.roles[0] if self.roles else None
            case "hold":
                told["attended"] = self.roles or None
            case "invite" | "request_advice":
                told["roles"] = self.roles or None
        return {field: value for field, value in told.items() if value is not None}

    def may_be(self, step: str, event: Event) -> bool:
        """Whether an act of a step is the one that the row tells: all that the row says is as the event has it."""
        same = all(
            _in_any_order(getattr(event, field, told)) == _in_any_order(told) for field, told in self.details.items()
        )
        return step == self.step and same


def _in_any_order(told: Any) -> Any:
    return frozenset(told) if isinstance(told, tuple) else told


def import_acts(app: Arflow, path: Path, how: How | None = None, *, progress: Report | None = None) -> Imported:
    """Record every act of a file: none if any row has a fault, unless the sound ones are to be accepted.

    Safe to run twice: an act that is recorded already (same plan, review, step and day, and nothing in the row that the log
    has otherwise) is left as it is. A second act of a step and day is an act of its own. An act that the log has on another
    day is listed, and corrected where it is to be updated. `progress` is told after each part that is written.
    """
    how = how or How()
    sheet = how.sheet(path, FIELDS, NEEDED)
    unreadable: list[RowFault] = []
    by_plan = _by_plan(sheet, unreadable)
    tried = Imported(faults=unreadable.copy(), read_as=sheet.read_as)
    for _ in _cases(app, sheet, by_plan, tried, app.draft(), how):
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

    for events in _cases(app, sheet, by_plan, result, draft, how):
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
        ref, act = reading.needed("plan"), _past_act(reading, row.number)
        if not reading.faults:
            found.setdefault(ref, []).append(act)
        faults += reading.faults
    return found


def _past_act(reading: Reading, number: int) -> PastAct:
    on = reading.day("date")
    if on is None and not reading.faults:
        reading.fault("date", "is blank")
    roles = tuple(name.strip().lower().replace(" ", "_") for name in (reading.text("role") or "").split(";"))
    for name in filter(None, roles):
        if name not in ROLES:
            reading.fault("role", f"{name} is not one of {', '.join(ROLES)}")
    return PastAct(
        row=number,
        review=reading.needed("review"),
        step=reading.needed("step").lower().replace("-", "_").replace(" ", "_"),
        on=on or date.min,
        kind=reading.text("kind"),
        outcome=reading.choice("outcome", OUTCOMES),
        roles=tuple(filter(None, roles)),
        meeting_on=reading.day("meeting_on"),
        ended=reading.text("ended"),
        reason=reading.text("reason"),
        evidence=reading.text("evidence"),
        names_for_transfer=reading.text("names_for_transfer"),
    )


def _cases(
    app: Arflow, sheet: Sheet, by_plan: dict[str, list[PastAct]], result: Imported, draft: Draft, how: How
) -> Iterator[tuple[AnyEvent, ...]]:
    """The events of each plan's rows; faults and counts are added to the result."""
    numbers = _Numbers(app)
    for ref, rows in by_plan.items():
        try:
            case = _case(app, ref)
        except (CaseUnreadable, NotFound) as refusal:
            heading = sheet.heading("plan")
            result.faults += [RowFault(row=row.row, column=heading, message=refusal.message) for row in rows]
        else:
            yield _History(app, case, draft, numbers, update=how.update).record(rows, sheet, result)


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

    def __init__(self, app: Arflow, case: Case, draft: Draft, numbers: _Numbers, *, update: bool) -> None:
        self._app, self._draft, self._numbers, self._updates = app, draft, numbers, update
        self._taken = Taken(case=case)
        self._ids = {one.reference or one.id: one.id for one in case.reviews.values()}
        # What the log has and no row told yet.
        self._unclaimed = {name: list(one.acts) for name, one in case.reviews.items()}
        self._told_apart: set[str] = set()  # reviews whose notification has a row of its own

    def record(self, rows: list[PastAct], sheet: Sheet, result: Imported) -> tuple[AnyEvent, ...]:
        """The events of the rows that can be recorded, taken in the order of their days."""
        self._told_apart = {row.review for row in rows if row.step == "notify"}
        there, seen = set(self._there(rows)), dict[PastAct, int]()
        order = {step.id: n for n, step in enumerate(self._app.current_workflow().steps)}
        for row in sorted(rows, key=lambda one: (one.on, order.get(one.step, -1), one.row)):
            first = seen.setdefault(row.without_place, row.row)
            try:
                if first != row.row:
                    raise AlreadyThere(f"{field_name('step')}: is the same act as row {first}: leave one of them out")
                if moved := None if row.row in there else self._moved(row, rows, there):
                    result.changed.append(self._correct(row, moved))
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

    def _there(self, rows: Iterable[PastAct]) -> Iterator[int]:
        """The rows whose act the log has already, each act for one row; the row that says most finds its act first."""
        for row in sorted(rows, key=lambda one: -len(one.details)):
            acts = self._unclaimed.get(self._ids.get(row.review, ""), [])
            place = next(
                (n for n, act in enumerate(acts) if act.on == row.on and row.may_be(act.step, act.event)), None
            )
            if place is not None and row.step != "open":
                del acts[place]
                yield row.row

    def _moved(self, row: PastAct, rows: list[PastAct], there: set[int]) -> Act | None:
        """The act of a row that the log has on another day: its step is taken once, and only this row speaks of it."""
        acts = [act for act in self._unclaimed.get(self._ids.get(row.review, ""), []) if act.step == row.step]
        others = [r for r in rows if (r.review, r.step) == (row.review, row.step) and r.row not in there]
        fits = len(acts) == len(others) == 1 and row.may_be(row.step, acts[0].event)
        return acts[0] if fits and row.step not in _REPEATED else None

    def _correct(self, row: PastAct, moved: Act) -> Change:
        """Correct the day of an act, if what is there is to be updated; what the row says otherwise."""
        version, review = moved.event.originator_version, self._ids[row.review]
        if self._updates:
            self._take(CorrectStep(corrected_step=row.step, on=row.on, version=version, reason=REASON), review)
        return Change(row=row.row, of=review, fields={row.step: (moved.on, row.on)})

    def _record(self, row: PastAct) -> bool:
        """Record one row; False if it stands in the log already."""
        known = self._ids.get(row.review)
        review_id = known or self._open(row)
        if row.step == "open":
            return known is None
        self._take(_command(row, not_yet_told=row.review in self._told_apart), review_id)
        return True

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


def _command(row: PastAct, *, not_yet_told: bool) -> asked.AnyReviewCommand:
    """The command a row stands for; steps that the file does not hold are passed over with a reason."""
    if row.names_for_transfer and row.step not in ("decide", *_NAMING):
        wanted = f"blank: {row.step} names nothing for a transfer"
        raise InvalidValue(field_name("names_for_transfer"), row.names_for_transfer, wanted)
    when: dict[str, Any] = {"on": row.on, "evidence": row.evidence, "skip_reason": SKIPPED}
    match row.step:
        case "schedule" | "postpone" if row.meeting_on is None:
            raise MissingValue(field_name("meeting_on"), f"{row.step} needs the planned day")
        case "schedule":
            return asked.ScheduleMeeting(meeting_on=_given(row.meeting_on), **when)
        case "postpone":
            return asked.PostponeMeeting(meeting_on=_given(row.meeting_on), reason=row.reason or SKIPPED, **when)
        case "invite":
            return asked.Invite(roles=row.roles or ("other",), **when)
        case "request_advice":
            return asked.RequestAdvice(roles=row.roles, **when)
        case "receive_advice" if len(row.roles) > 1:
            raise InvalidValue(
                field_name("role"), "; ".join(row.roles), "one role: write a row for each who gave advice"
            )
        case "receive_advice" if row.roles:
            return asked.ReceiveAdvice(role=row.roles[0], **when)
        case "hold":
            return asked.HoldMeeting(attended=row.roles, **when)
        case "decide" if row.outcome:
            names = row.names_for_transfer
            return asked.Decide(outcome=row.outcome, not_yet_notified=not_yet_told, names_for_transfer=names, **when)
        case "decide":
            raise MissingValue(field_name("outcome"), f"decide needs one of {', '.join(OUTCOMES)}")
        case "determine_appeal":
            return asked.DetermineAppeal(ended=row.ended, **when)
        case "cancel":
            return asked.CancelReview(reason=row.reason or SKIPPED, **when)
        case _ if row.step in _NAMING and row.names_for_transfer:
            naming: asked.AnyAct = _NAMING[row.step](names_for_transfer=row.names_for_transfer, **when)
            return naming
        case _ if row.step in _PLAIN:
            command: asked.AnyAct = _PLAIN[row.step](**when)
            return command
        case _:
            return asked.TakeLocalStep(local_step=row.step, **when)


def _given(day: date | None) -> date:
    assert day is not None
    return day


_PLAIN: dict[str, type[Any]] = {
    command.step: command
    for command in (
        asked.CirculateAdvice,
        asked.SendReport,
        asked.NotifyDecision,
        asked.SendAmendmentNotice,
        asked.ReceiveRepresentations,
        asked.IssueFinalPlan,
        asked.DecideNotToAmend,
        asked.CeasePlan,
        asked.CertifyMediation,
        asked.LodgeAppeal,
        asked.AdmitAppeal,
        asked.ConcludeReview,
    )
}
# The acts that may say what the plan names for its transfer; `decide` may too.
_NAMING: dict[str, type[Any]] = {
    command.step: command for command in (asked.NotifyDecision, asked.IssueFinalPlan, asked.DecideNotToAmend)
}
