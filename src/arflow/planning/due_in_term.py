"""Which plans are due for review in a term, by when each must meet, and what its host has to know. Reads cases."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from arflow.application.arflow import Arflow
from arflow.case.case import Case
from arflow.case.duties import Duty, of_plan
from arflow.case.plan_facts import plan_facts
from arflow.case.transfers import transfer_to_deal_with
from arflow.errors import CaseUnreadable
from arflow.law.periods import weeks_before
from arflow.law.workflow import Term, Workflow
from arflow.lists.questions import Asking
from arflow.papers.forms.questions import in_full
from arflow.planning.class_year import class_year_in
from arflow.planning.latest_day import Steps, limit_of, steps_of
from arflow.planning.school_year import school_year_of
from arflow.planning.term_dates import next_after
from arflow.words import in_words

_HOLIDAYS = timedelta(weeks=8)  # after the last term that is known
_YEAR_NINE = 9
_PAID = ("in_place", "changed")
Standing = Literal["to_plan", "planned", "held"]


class DueInTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that is due for review in a term.

    `due` is the last day of its 12 months, `meet_by` the last day for a meeting that leaves time to decide, and to amend
    before a transfer. `flags` say what is particular about the review. `overdue` where the 12 months ended before the term.
    """

    plan: str
    setting: str | None
    review: str | None
    standing: Standing
    nc_year: int | None
    due: date
    meet_by: date
    planned: date | None
    overdue: bool
    flags: tuple[str, ...]


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The days that count as a term's: from its first day until the next term begins."""

    term: Term
    until: date  # this day belongs to the next term
    backlog: date  # what should have been before this day, the list of no other term to come has

    def has(self, day: date) -> bool:
        """Whether a day counts as the term's."""
        return self.term.starts <= day < self.until


def window(term: Term, terms: Collection[Term], today: date) -> Window:
    """The days of a term; those after the last that is known end with its holidays."""
    assert term.ends is not None
    following = next_after(term, terms)
    coming = min((one.starts for one in terms if one.starts > today), default=term.starts)
    return Window(
        term=term,
        until=following.starts if following else term.ends + _HOLIDAYS,
        backlog=min(coming, term.starts),
    )


def list_by(term: Term) -> date:
    """The last day on which the list of a term should be given: two weeks before it starts (Code 9.172)."""
    return weeks_before(term.starts, 2)


def due_in_term(app: Arflow, asking: Asking, term: Term) -> tuple[list[DueInTerm], list[str]]:
    """The plans due for review in a term, by the last day to meet, and those of which nobody knows when: not on any list.

    A plan is due where its 12 months end in the term, where its meeting must be in the term to leave time for what follows,
    or where its 12 months ended before.
    """
    workflow = app.current_workflow()
    steps = steps_of(workflow)
    days, found, unknown = window(term, workflow.terms, app.today), list[DueInTerm](), list[str]()
    soonest = (days.until + timedelta(days=steps.decide.days)).isoformat()
    for row in asking.plans(state="maintained"):
        if row["review_due"] is None:
            unknown.append(row["ref"])
        elif row["review_due"] <= soonest or row["transfer_on"]:
            try:
                case = app.whole_case(row["ref"])
            except CaseUnreadable:
                continue  # every list names it on stderr
            if entry := _entry(app, case, days, workflow, steps):
                found.append(entry)
    return sorted(found, key=lambda one: (one.meet_by, one.plan)), unknown


def _entry(app: Arflow, case: Case, days: Window, workflow: Workflow, steps: Steps) -> DueInTerm | None:
    plan = case.plan
    duties = {duty.id: duty for duty in of_plan(workflow, plan_facts(plan, workflow), app.today)}
    year, transfer = duties.get("twelve_months"), duties.get("phase_transfer")
    if year is None or year.due is None or not year.is_to_do:
        return None
    meet_by = _meet_by((year, transfer), workflow, steps)
    if not (days.has(year.due) or days.has(meet_by) or meet_by < days.backlog):
        return None
    review_id = plan.open_review()
    review = case.reviews[review_id] if review_id else None
    held = review is not None and review.day("hold") is not None
    planned = review.day("hold") if review and held else review.planned_meeting if review else None
    return DueInTerm(
        plan=plan.ref,
        setting=plan.setting,
        review=review_id,
        standing="held" if held else "planned" if planned else "to_plan",
        nc_year=class_year_in(school_year_of(days.term.starts), plan.nc_year, app.today),
        due=year.due,
        meet_by=meet_by,
        planned=planned,
        overdue=year.due < days.term.starts,
        flags=tuple(_flags(app, case, days.term, transfer)),
    )


def _meet_by(duties: Iterable[Duty | None], workflow: Workflow, steps: Steps) -> date:
    """The last day for a meeting by the duties that are still to do: the same count as in a year's plan."""
    limits = (
        limit_of(workflow.duty_by_id[duty.id], duty.due, steps)
        for duty in duties
        if duty is not None and duty.due is not None and duty.is_to_do
    )
    return min(limit.latest for limit in limits if limit is not None)


def _flags(app: Arflow, case: Case, term: Term, transfer: Duty | None) -> Iterator[str]:
    plan = case.plan
    nc_year = class_year_in(school_year_of(term.starts), plan.nc_year, app.today)
    if nc_year is not None and nc_year >= _YEAR_NINE:
        yield "Year 9 or above: preparation for adulthood"
    ahead = transfer_to_deal_with(plan)
    if ahead and ahead.day and transfer and transfer.due and transfer.is_to_do:
        yield f"Phase transfer ({in_words(plan.transfer or 'of school')}): review and amend by {in_full(transfer.due)}"
    if any(one.kind == "direct_payments" for one in plan.proceedings):
        yield "Direct payments: review them too"
    elif any(one.conduct and one.conduct.personal_budget in _PAID for one in case.reviews.values()):
        yield "Personal budget: review it too"
