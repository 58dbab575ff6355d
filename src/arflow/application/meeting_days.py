"""Whether a meeting can be held on a day that is proposed for it: time for notice, inside the twelve months, a day of term."""

from datetime import date

from arflow.application.arflow import Arflow
from arflow.case.case import Case
from arflow.case.duties import Duty
from arflow.law.periods import is_working_day
from arflow.law.workflow import Workflow

_AUGUST = 8


def why_unfit(app: Arflow, case: Case, review_id: str, meeting_on: date) -> str:
    """Why a day that lies ahead does not fit; nothing where it does. `case` has the day planned."""
    if meeting_on <= app.today:
        return ""
    duties = {duty.id: duty for duty in app.duties_of(case.reviews[review_id], case.plan)}
    return (
        why_no_school_day(meeting_on, app.current_workflow())
        or _no_time_for_notice(app, duties)
        or _after_the_year(app, meeting_on, duties)
    )


def why_no_school_day(day: date, workflow: Workflow) -> str:
    """Why schools are not open on a day: a weekend, a bank holiday, or outside the terms that are known; nothing where they are.

    Where no terms with their last days are known of the time of the day, August alone lies outside.
    """
    if day.weekday() > 4:
        return f"is a {day:%A}"
    if not is_working_day(day, workflow.policy.bank_holidays):
        return "is a bank holiday"
    known = [term for term in workflow.terms if term.ends]
    if any(term.has_school_on(day) for term in known):
        return ""
    before = max((term for term in known if term.starts <= day), key=lambda term: term.starts, default=None)
    after = min((term for term in known if term.starts > day), key=lambda term: term.starts, default=None)
    if before and before.ends and day <= before.ends:
        return f"is in a break of the term {before.name}"
    if before and after:
        return f"lies between the terms {before.name} and {after.name}"
    return "is in August, outside every school term" if day.month == _AUGUST else ""


def _no_time_for_notice(app: Arflow, duties: dict[str, Duty]) -> str:
    """Whether the last day for the notice has passed, and nobody was invited by then (SEND Regs 2014 r.20(3))."""
    notice = duties.get("notice")
    if notice is None or notice.due is None or not notice.is_to_do or notice.due >= app.today:
        return ""
    return f"leaves no time for the notice, which had to be given by {notice.due} ({notice.citation})"


def _after_the_year(app: Arflow, meeting_on: date, duties: dict[str, Duty]) -> str:
    """Whether it lies after the last day on which the review can be completed in time (CFA 2014 s.44(1))."""
    year = duties.get("twelve_months")
    if year is None or year.due is None or not app.today <= year.due < meeting_on:  # late already, any day is after it
        return ""
    return f"is after {year.due}, the last day of the twelve months ({year.citation})"
