"""Which plans are due for review in a term, by when each must meet, and what its host has to know. Reads cases."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

import msgspec

from arflow.application.arflow import Arflow
from arflow.case.case import Case
from arflow.case.duties import Duty
from arflow.case.proceeding_duties import of_whole_plan
from arflow.errors import CaseUnreadable
from arflow.law.periods import weeks_before
from arflow.law.workflow import LONGEST_HOLIDAYS, Term, Workflow
from arflow.lists.questions import Asking
from arflow.papers.forms.questions import in_full
from arflow.planning.class_year import class_year_in
from arflow.planning.latest_day import Limit, Steps, limit_of, steps_of
from arflow.planning.school_year import school_year_of
from arflow.planning.term_dates import next_after
from arflow.words import in_words

_YEAR_NINE = 9
_YEAR, _INTERIM = "twelve_months", "under_five_review"
_COMPLETES = (_YEAR, "order_review")
_PAID = ("in_place", "changed")
Standing = Literal["to_plan", "planned", "held"]


class DueInTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A plan that is due for review in a term.

    `due` is the last day to complete its review, `meet_by` the last day for a meeting that leaves time to decide, and to amend
    before a transfer. `flags` say what is particular about the review. `overdue` where `due` is before the term.
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
        until=following.starts if following else term.ends + LONGEST_HOLIDAYS,
        backlog=min(coming, term.starts),
    )


def list_by(term: Term) -> date:
    """The last day on which the list of a term should be given: two weeks before it starts (Code 9.172)."""
    return weeks_before(term.starts, 2)


def due_in_term(app: Arflow, asking: Asking, term: Term) -> tuple[list[DueInTerm], list[str]]:
    """The plans due for review in a term, by the last day to meet, and those of which nobody knows when: not on any list.

    A plan is due where the last day of its review is in the term, where its meeting must be in the term to leave time for what
    follows, or should have been before. Every duty that a review meets counts: the 12 months, a transfer, an order of the
    Tribunal, a release from detention, the interim review of a child under five.
    """
    workflow = app.current_workflow()
    steps = steps_of(workflow)
    days, found, unknown = window(term, workflow.terms, app.today), list[DueInTerm](), list[str]()
    soonest = (days.until + timedelta(days=steps.decide.days)).isoformat()
    called_for = _called_for(app, asking, days, workflow, steps)
    for row in asking.plans(state="maintained"):
        year_ends = row["review_due"]
        if year_ends and year_ends > soonest and row["ref"] not in called_for:
            continue
        try:
            case = app.whole_case(row["ref"])
        except CaseUnreadable:
            continue  # every list names it on stderr
        duties = _to_do(app, case, workflow)
        if entry := _entry(app, case, duties, _limits(duties, workflow, steps), days):
            found.append(entry)
        elif any(duty.id == _YEAR and duty.due is None for duty in duties):
            unknown.append(row["ref"])
    return sorted(found, key=lambda one: (one.meet_by, one.plan)), unknown


def _called_for(app: Arflow, asking: Asking, days: Window, workflow: Workflow, steps: Steps) -> set[str]:
    """The plans that any duty may call to a meeting by the end of a term."""
    last = days.until + timedelta(days=steps.finalise.days)
    items = asking.duties(app.today, within=(last - app.today).days)
    met_by_review = {rule.id for rule in workflow.duties if limit_of(rule, last, steps)}
    return {item.plan for item in items if item.duty in met_by_review}


def _to_do(app: Arflow, case: Case, workflow: Workflow) -> list[Duty]:
    """What of a plan is still to do, with the interim review that is open, if one is (Code 9.178)."""
    duties = of_whole_plan(case.plan, workflow, app.today)
    for review in case.reviews.values():
        if workflow.kinds[review.kind].additional and not review.is_finished:
            duties += tuple(duty for duty in app.duties(review.id) if duty.id == _INTERIM)
    return [duty for duty in duties if duty.is_to_do or (duty.id == _YEAR and duty.state == "not_started")]


def _limits(duties: Iterable[Duty], workflow: Workflow, steps: Steps) -> list[Limit]:
    """What the duties mean for the meeting, as in a year's plan; what has no number of days is due from the day it began."""
    last = ((workflow.duty_by_id[duty.id], duty.due or duty.counted_from) for duty in duties)
    return [limit for rule, day in last if day and (limit := limit_of(rule, day, steps))]


def _entry(app: Arflow, case: Case, duties: list[Duty], limits: list[Limit], days: Window) -> DueInTerm | None:
    plan = case.plan
    called = [one for one in limits if _calls(one, days)]
    if not called:
        return None
    complete = [duty.due for duty in duties if duty.id in _COMPLETES and duty.due]
    due = min(complete, default=min(called, key=lambda one: one.latest).last)
    review = case.reviews.get(plan.open_review() or "")
    held = review is not None and review.day("hold") is not None
    planned = review.day("hold") if review and held else review.planned_meeting if review else None
    return DueInTerm(
        plan=plan.ref,
        setting=plan.setting,
        review=review.id if review else None,
        standing="held" if held else "planned" if planned else "to_plan",
        nc_year=class_year_in(school_year_of(days.term.starts), plan.nc_year, app.today),
        due=due,
        meet_by=min(one.latest for one in limits),
        planned=planned,
        overdue=bool(complete) and due < days.term.starts,
        flags=(*_flags(app, case, days.term), *_called_by(case, duties, app.today)),
    )


def _calls(limit: Limit, days: Window) -> bool:
    """Whether a limit calls for a meeting in a term: the meeting must be in it, or the review be complete, or it is late."""
    ends = limit.duty in _COMPLETES and days.has(limit.last)
    return ends or days.has(limit.latest) or limit.latest < days.backlog


def _called_by(case: Case, duties: Iterable[Duty], today: date) -> Iterator[str]:
    """What calls for the review beside its 12 months, with its last day."""
    for duty in duties:
        by = f"by {in_full(duty.due)}" if duty.due else "as soon as reasonably practicable"
        is_late = "Overdue: " if duty.due and duty.due < today else ""
        match duty.id:
            case "phase_transfer" if duty.due:
                kind = in_words(case.plan.transfer or "of school")
                yield f"{is_late}Phase transfer ({kind}): review and amend {by}"
            case "september_transfer":
                yield f"{is_late}Move between post-16 institutions in September: to be complete {by}"
            case "order_review":
                yield f"{is_late}Review ordered by the Tribunal: complete it {by}"
            case "release_review":
                yield f"Released from detention: review {by}"
            case "under_five_review":
                yield f"{is_late}Interim review of a child under five: meet {by}"


def _flags(app: Arflow, case: Case, term: Term) -> Iterator[str]:
    plan = case.plan
    nc_year = class_year_in(school_year_of(term.starts), plan.nc_year, app.today)
    if nc_year is not None and nc_year >= _YEAR_NINE:
        yield "Year 9 or above: preparation for adulthood"
    if any(one.kind == "direct_payments" for one in plan.proceedings):
        yield "Direct payments: review them too"
    elif any(one.conduct and one.conduct.personal_budget in _PAID for one in case.reviews.values()):
        yield "Personal budget: review it too"
