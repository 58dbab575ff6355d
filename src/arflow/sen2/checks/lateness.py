"""Checks of reviews that are late: no decision after four weeks, no review in twelve months, a plan that was to cease."""

from arflow.law.periods import corresponding_date, weeks_after
from arflow.sen2.checks.reviews import DECISION, MEETING, OUTCOME
from arflow.sen2.checks.rule import Checked, Rule

# The authority has four weeks from the meeting to notify its decision (SEND Regs 2014 r.20(10)).
DECISION_WEEKS = 4


def decision_outstanding(case: Checked) -> str | None:
    """The four weeks after the meeting are over on the census day, and there is no decision."""
    held = case.day(MEETING)
    if held is None or case.text(DECISION) or weeks_after(held, DECISION_WEEKS) >= case.against.census:
        return None
    days = (case.against.census - held).days
    return f"{MEETING} {held} was {days} days before {case.against.day}, and {DECISION} is not given"


def never_reviewed(case: Checked) -> str | None:
    """The plan is more than 12 months old and no review is recorded."""
    start, census = case.start, case.against.census
    if start is None or case.text(MEETING) or case.text(DECISION) or corresponding_date(start, 12) >= census:
        return None
    return f"the plan started on {start}, more than 12 months before {case.against.day}, and no review is given"


def reviewed_long_ago(case: Checked) -> str | None:
    """The latest review is more than 12 months old."""
    latest = max(filter(None, (case.day(MEETING), case.day(DECISION))), default=None)
    if latest is None or corresponding_date(latest, 12) >= case.against.census:
        return None
    return f"the latest review is of {latest}, more than 12 months before {case.against.day}"


def ceasing_for_long(case: Checked) -> str | None:
    """The plan is active long after it was decided to cease it."""
    decided, weeks = case.day(DECISION), case.against.settings.cease_weeks
    if case.text(OUTCOME) != "C" or decided is None or weeks_after(decided, weeks) >= case.against.census:
        return None
    return f"{OUTCOME} is C since {decided}, and the plan is active still, more than {weeks} weeks later"


_OF = ("ActivePlans",)
_RECORD = "Record what is missing (arflow review hold, decide, notify), or correct the day (arflow review correct)."
RULES = (
    Rule(
        id="AR-421",
        severity="query",
        of=_OF,
        items=(DECISION, MEETING),
        says="Four weeks after the meeting there is a decision.",
        fix="Decide and tell the family, and record it (arflow review decide, notify).",
        finds=decision_outstanding,
    ),
    Rule(
        id="AR-422",
        severity="query",
        of=_OF,
        items=(MEETING, DECISION, "StartDate"),
        says="A plan of more than 12 months has been reviewed.",
        fix=f"Hold the review. {_RECORD}",
        finds=never_reviewed,
    ),
    Rule(
        id="AR-423",
        severity="query",
        of=_OF,
        items=(MEETING, DECISION),
        says="The latest review is of the 12 months before the census day.",
        fix=f"Hold the review. {_RECORD}",
        finds=reviewed_long_ago,
    ),
    Rule(
        id="AR-424",
        severity="query",
        of=_OF,
        items=(OUTCOME, DECISION),
        says="A plan that was to cease has ceased within the weeks that are set (--cease-weeks).",
        fix="End it (arflow review cease) once the time to appeal and any appeal are over, or record the appeal.",
        finds=ceasing_for_long,
    ),
)
