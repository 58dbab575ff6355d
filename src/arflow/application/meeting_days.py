"""Whether a meeting can be held on a day that is proposed for it: time for notice, inside the twelve months, a day of term."""

from collections.abc import Collection
from datetime import date

from arflow.application.arflow import Arflow
from arflow.case.case import Case
from arflow.case.duties import Duty
from arflow.law.periods import is_working_day

_AUGUST = 8


def why_unfit(app: Arflow, case: Case, review_id: str, meeting_on: date) -> str:
    """Why a day that lies ahead does not fit; nothing where it does. `case` has the day planned."""
    if meeting_on <= app.today:
        return ""
    duties = {duty.id: duty for duty in app.duties_of(case.reviews[review_id], case.plan)}
    holidays = app.current_workflow().policy.bank_holidays
    return (
        _not_a_school_day(meeting_on, holidays)
        or _no_time_for_notice(app, duties)
        or _after_the_year(app, meeting_on, duties)
    )


def _not_a_school_day(meeting_on: date, bank_holidays: Collection[date]) -> str:
    if meeting_on.weekday() > 4:
        return f"is a {meeting_on:%A}"
    if not is_working_day(meeting_on, bank_holidays):
        return "is a bank holiday"
    return "is in August, outside every school term" if meeting_on.month == _AUGUST else ""


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
