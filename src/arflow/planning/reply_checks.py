"""Each row of a term list that came back, held against the list as it was sent, the case as it is, and the calendar."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec

from arflow.application.arflow import Arflow
from arflow.application.meeting_days import why_unfit
from arflow.application.together import Wanted, rehearse
from arflow.case.case import Case
from arflow.case.plan_reviews import Opening
from arflow.case.review_commands import PostponeMeeting, ScheduleMeeting
from arflow.errors import ArflowError, StoreNotReady
from arflow.law.states import BEFORE_THE_MEETING
from arflow.lists.questions import Asking
from arflow.papers.forms.questions import in_full
from arflow.planning import list_words as words
from arflow.planning.class_year import year_said
from arflow.planning.reply_sheet import ReplyRow
from arflow.planning.term_list import ListedPlan, TermList

Does = Literal["opens", "schedules", "moves", "nothing"]
# The coordinators' days: for an officer and a day, the settings where they have a meeting planned.
Diary = Mapping[tuple[str, date], frozenset[str]]


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a row asks for: nothing, or a day for its meeting, with what would be recorded.

    `faults` are for whoever filled it in; `notes` for the officer alone.
    """

    row: int
    plan: str
    day: date | None
    does: Does
    wanted: Wanted | None = None
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def diary(asking: Asking) -> Diary:
    """Where each coordinator has meetings planned, by day."""
    plans = {row["open_review"]: row for row in asking.plans() if row["open_review"] and row["coordinator"]}
    found: dict[tuple[str, date], set[str]] = {}
    for review, _, day in asking.unfinished(*BEFORE_THE_MEETING):
        if day and (plan := plans.get(review)):
            found.setdefault((plan["coordinator"], day), set()).add(plan["setting"] or "")
    return {key: frozenset(settings) for key, settings in found.items()}


def check_rows(
    app: Arflow, found: TermList, rows: Sequence[ReplyRow], booked: Diary, *, evidence: str | None
) -> list[Checked]:
    """Every row, in the order of the sheet, and for each plan of the list without a row what that means."""
    checking = _Checking(app, found, rows, booked, evidence)
    missing = [ref for ref in checking.listed if ref not in checking.first]
    return [
        *map(checking.row, rows),
        *(Checked(row=0, plan=ref, day=None, does="nothing", notes=("its row is missing",)) for ref in missing),
    ]


class _Checking:
    """The rows of one reply being checked."""

    def __init__(
        self, app: Arflow, found: TermList, rows: Sequence[ReplyRow], booked: Diary, evidence: str | None
    ) -> None:
        self._app, self._found, self._booked, self._evidence = app, found, booked, evidence
        self.listed = {one.plan: one for one in found.plans}
        self.first = {row.plan: row.number for row in reversed(rows)}
        self._officers = app.directory.officer_names()

    def row(self, row: ReplyRow) -> Checked:
        """One row: its faults as it stands, or what its day asks for."""
        listed = self.listed.get(row.plan)
        faults = tuple(_of_sheet(self._found, listed, row, self.first))
        notes = tuple(_changed(listed, row)) if listed else ()
        checked = Checked(row=row.number, plan=row.plan, day=row.day, does="nothing", faults=faults, notes=notes)
        if faults or listed is None or row.day is None:
            return checked
        try:
            return self._proposed(listed, row, row.day, checked)
        except StoreNotReady:
            raise
        except ArflowError as refusal:
            return msgspec.structs.replace(checked, faults=(refusal.message,))

    def _proposed(self, listed: ListedPlan, row: ReplyRow, day: date, checked: Checked) -> Checked:
        case = self._app.whole_case(listed.plan)
        if case.plan.setting != self._found.setting:
            fault = f"{listed.plan} is not at your setting now: we plan nothing with you"
            return msgspec.structs.replace(checked, faults=(fault,))
        wanted, does, fault = self._wanted(case, row, day)
        if wanted is None:
            return msgspec.structs.replace(checked, faults=(fault,) if fault else ())
        faults = tuple(filter(None, (self._unfit(case, wanted, day), self._clash(case, day))))
        notes = (*checked.notes, *_doubts(self._found, listed, day))
        return msgspec.structs.replace(checked, does=does, wanted=wanted, faults=faults, notes=notes)

    def _wanted(self, case: Case, row: ReplyRow, day: date) -> tuple[Wanted | None, Does, str]:
        """What the day asks for on its case; nothing where it is planned so already, or the fault where it cannot be asked."""
        app, plan, review_id = self._app, case.plan, case.plan.open_review()
        if review_id is None:
            opening = Opening(
                id="",
                kind=app.kinds_called_for(plan.ref)[0].kind,
                workflow=app.current_workflow().id,
                on=app.today,
                meeting_on=day,
                evidence=self._evidence,
            )
            return Wanted(plan=plan.ref, review="", act=opening), "opens", ""
        review = case.reviews[review_id]
        if app.workflow(review.workflow).core(review.state) not in BEFORE_THE_MEETING:
            return None, "nothing", f"the meeting on {plan.ref} was held: no day is to be planned"
        if review.planned_meeting == day:
            return None, "nothing", ""
        if review.planned_meeting is None:
            act = ScheduleMeeting(meeting_on=day, evidence=self._evidence)
            return Wanted(plan=plan.ref, review=review_id, act=act), "schedules", ""
        if not row.note:
            planned = in_full(review.planned_meeting)
            why = f"the meeting on {plan.ref} is planned for {planned}: write under “{words.NOTE}” why it moves"
            return None, "nothing", why
        moved = PostponeMeeting(meeting_on=day, reason=row.note, evidence=self._evidence)
        return Wanted(plan=plan.ref, review=review_id, act=moved), "moves", ""

    def _unfit(self, case: Case, wanted: Wanted, day: date) -> str:
        """Why the law or the calendar speaks against a day, as its proposer reads it."""
        said = f"{in_full(day)} for {wanted.plan}"
        if day <= self._app.today:
            return f"{said} is no day to come"
        after = rehearse(self._app, wanted, case)
        why = why_unfit(self._app, after, wanted.review or _opened(after, case), day)
        return f"{said} {why}" if why else ""

    def _clash(self, case: Case, day: date) -> str:
        """Whether the coordinator has a meeting elsewhere on a day; where that is, nobody else learns."""
        holder = case.plan.coordinator or ""
        elsewhere = self._booked.get((self._officers.get(holder, holder), day), frozenset()) - {case.plan.setting or ""}
        return (
            f"on {in_full(day)}, proposed for {case.plan.ref}, our officer has a meeting elsewhere" if elsewhere else ""
        )


def _of_sheet(found: TermList, listed: ListedPlan | None, row: ReplyRow, first: Mapping[str, int]) -> Iterator[str]:
    """What is wrong with a row as it stands in the sheet."""
    if row.list != found.id:
        yield f"its “{words.LIST}” is not {found.id}: leave that column as it was"
    if listed is None:
        yield f"{row.plan or 'a row without a reference'} is not on this list: take the row out"
        return
    if first[row.plan] != row.number:
        yield f"{row.plan} stands in row {first[row.plan]} already"
    if row.name is not None and row.name != listed.name:
        yield f"the name beside {row.plan} is not the one we sent: the cells of several rows may be mixed up"
    if row.day_fault and row.day_said != listed.why_no_day:
        yield f"the day of the meeting {row.day_fault}" if not row.day_said else row.day_fault


def _changed(listed: ListedPlan, row: ReplyRow) -> Iterator[str]:
    """Locked cells that say something else now; nothing of it is recorded."""
    sent = {
        words.YEAR: (year_said(listed.nc_year), row.nc_year),
        words.DUE: (listed.due, row.due),
        words.MEET_BY: (listed.meet_by, row.meet_by),
    }
    for heading, (was, said) in sent.items():
        if said not in (None, was):
            yield f"“{heading}” was changed from {was or 'blank'} to {said}: nothing of it is recorded"
    if row.note:
        yield f"they write: {row.note}"


def _opened(after: Case, before: Case) -> str:
    return next(name for name in after.reviews if name not in before.reviews)


def _doubts(found: TermList, listed: ListedPlan, day: date) -> Iterator[str]:
    if not found.starts <= day <= found.ends:
        yield f"{day} is not in {found.term}"
    if listed.meet_by < day <= listed.due:
        left = (listed.due - day).days
        yield f"{day} leaves {left} days to decide and tell the family before the 12 months end on {listed.due}"
