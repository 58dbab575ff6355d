"""Checks of the phase transfer items: the day the amended plan is due, and the day it was issued (5.6)."""

from datetime import date

from arflow.sen2.checks.rule import Checked, Rule
from arflow.words import counted

DUE, FINAL = "PhaseTransferDueDate", "PhaseTransferFinalDate"
# Code 9.179-9.181: every other move by 15 February; from secondary to post-16 by 31 March.
SCHOOL_MOVES, TO_POST_16 = (2, 15), (3, 31)
_OLDEST_AT_SCHOOL = 16  # from here on a move between post-16 institutions can fall on any day
_YOUNGEST_IN_YEAR_11 = 15
_IN_YEAR_6 = 10  # on 31 August before it
# The age on 31 August before September's move: into reception, to junior school and to secondary school.
_MOVES_AT = (4, 7, 11)


def due_on_no_such_day(case: Checked) -> str | None:
    """The due day is not one of the fixed days, and the person is too young for a move between post-16 institutions."""
    due = case.day(DUE)
    if due is None or (due.month, due.day) in (SCHOOL_MOVES, TO_POST_16):
        return None
    years = case.age(due)
    if years is None or years >= _OLDEST_AT_SCHOOL:
        return None
    return f"{DUE} {due} is neither 15 February nor 31 March, of somebody aged {years} then"


def due_at_another_age(case: Checked) -> str | None:
    """The due day is that of the move to post-16, of somebody too young for it."""
    due = case.day(DUE)
    years = None if due is None else case.age(due)
    if due is None or years is None or (due.month, due.day) != TO_POST_16 or years >= _YOUNGEST_IN_YEAR_11:
        return None
    return f"{DUE} {due} is the day for the move from secondary school to post-16, of somebody aged {years} then"


def due_in_another_year(case: Checked) -> str | None:
    """The due day is neither in the year of the return nor in the year before."""
    due, year = case.day(DUE), case.against.year
    if due is None or year - 1 <= due.year <= year:
        return None
    return f"{DUE} {due} is neither in {year - 1} nor in {year}"


def due_before_plan(case: Checked) -> str | None:
    """The due day is before the plan started."""
    due, start = case.day(DUE), case.start
    return f"{DUE} {due} is before the plan's StartDate {start}" if due and start and due < start else None


def final_without_due(case: Checked) -> str | None:
    """There is a final plan for a transfer and no due day."""
    return f"{FINAL} {case.text(FINAL)} is given and {DUE} is not" if case.text(FINAL) and not case.text(DUE) else None


def final_late(case: Checked) -> str | None:
    """The final plan is after the due day."""
    due, final = case.day(DUE), case.day(FINAL)
    if due is None or final is None or final <= due:
        return None
    days = (final - due).days
    return f"{FINAL} {final} is {counted(days, 'day')} after {DUE} {due}"


def final_outstanding(case: Checked) -> str | None:
    """The due day is over on the census day, and there is no final plan."""
    due = case.day(DUE)
    if due is None or case.text(FINAL) or due >= case.against.census:
        return None
    return f"{DUE} {due} is over on {case.against.day}, and {FINAL} is not given"


def final_in_the_future(case: Checked) -> str | None:
    """The final plan is after the last day that is taken."""
    final, last = case.day(FINAL), case.against.accepted_until
    return f"{FINAL} {final} is after the last day taken, {last}" if final and final > last else None


def final_before_plan(case: Checked) -> str | None:
    """The final plan of the transfer is before the plan started."""
    final, start = case.day(FINAL), case.start
    return f"{FINAL} {final} is before the plan's StartDate {start}" if final and start and final < start else None


def year_6_without_due(case: Checked) -> str | None:
    """Somebody of the age of Year 6, who moves to secondary school in September, has no due day."""
    if case.text(DUE) or case.text(FINAL) or case.age(_last_of_august(case.against.year - 1)) != _IN_YEAR_6:
        return None
    return (
        f"{DUE} is not given, of somebody who was {_IN_YEAR_6} on 31 August {case.against.year - 1}: the age of Year 6"
    )


def due_at_no_age_of_a_move(case: Checked) -> str | None:
    """The due day is that of a move between schools, of somebody of an age at which few change school."""
    due = case.day(DUE)
    years = None if due is None else case.age(_last_of_august(due.year))
    if due is None or years is None or (due.month, due.day) != SCHOOL_MOVES or years in _MOVES_AT:
        return None
    return f"{DUE} {due} is the day for a move between schools, of somebody who is {years} on 31 August {due.year}"


def _last_of_august(year: int) -> date:
    return date(year, 8, 31)


_OF = ("ActivePlans",)
_EXPECT = "Look up the transfer (arflow plan show PLAN) and record what is expected (arflow plan transfer)."
_ISSUE = "Issue the plan and record it (arflow review issue), or correct its day (arflow review correct)."
RULES = (
    Rule(
        id="AR-451",
        severity="query",
        of=_OF,
        items=(DUE,),
        says="A transfer is due on 15 February or 31 March, unless it is between post-16 institutions.",
        fix=_EXPECT,
        finds=due_on_no_such_day,
        since=2025,
    ),
    Rule(
        id="AR-452",
        severity="query",
        of=_OF,
        items=(DUE, "PersonBirthDate"),
        says="A transfer due on 31 March is that of somebody who may be in Year 11.",
        fix=_EXPECT,
        finds=due_at_another_age,
        since=2025,
    ),
    Rule(
        id="AR-453",
        severity="query",
        of=_OF,
        items=(DUE,),
        says="A transfer is due in the year of the return or in the year before.",
        fix=_EXPECT,
        finds=due_in_another_year,
        since=2025,
    ),
    Rule(
        id="AR-454",
        severity="query",
        of=_OF,
        items=(DUE, "StartDate"),
        says="A transfer is not due before the plan started.",
        fix=_EXPECT,
        finds=due_before_plan,
        since=2025,
    ),
    Rule(
        id="AR-455",
        severity="error",
        of=_OF,
        items=(FINAL, DUE),
        says="Where there is a final plan for a transfer there is the day it was due.",
        fix=_EXPECT,
        finds=final_without_due,
        since=2025,
    ),
    Rule(
        id="AR-456",
        severity="query",
        of=_OF,
        items=(FINAL, DUE),
        says="The final plan for a transfer is not later than due.",
        fix="A late plan stays in the return as it is; correct the day only if it is wrong (arflow review correct).",
        finds=final_late,
        since=2025,
    ),
    Rule(
        id="AR-457",
        severity="query",
        of=_OF,
        items=(FINAL, DUE),
        says="A transfer whose day is over has a final plan.",
        fix=_ISSUE,
        finds=final_outstanding,
        since=2025,
    ),
    Rule(
        id="AR-458",
        severity="error",
        of=_OF,
        items=(FINAL,),
        says="The final plan for a transfer is not after the census day, or the last day of decisions that is set.",
        fix="Leave it to next year's return, or correct its day (arflow review correct).",
        finds=final_in_the_future,
        since=2025,
    ),
    Rule(
        id="AR-459",
        severity="error",
        of=_OF,
        items=(FINAL, "StartDate"),
        says="The final plan for a transfer is not before the plan started.",
        fix="Correct the final plan (arflow review correct) or the day the plan was first made (arflow plan correct).",
        finds=final_before_plan,
        since=2025,
    ),
    Rule(
        id="AR-461",
        severity="query",
        of=_OF,
        items=(DUE, "PersonBirthDate"),
        says="Somebody of the age of Year 6 on the census day has the day their transfer is due.",
        fix=f"{_EXPECT} Leave it where the child stays at the school, or is in a class of another year.",
        finds=year_6_without_due,
        since=2026,
    ),
    Rule(
        id="AR-462",
        severity="query",
        of=_OF,
        items=(DUE, "PersonBirthDate"),
        says="A transfer due on 15 February is that of somebody about to start school, junior school or secondary school.",
        fix=f"{_EXPECT} Keep it where there are middle schools, or for a class of another year.",
        finds=due_at_no_age_of_a_move,
        since=2025,
    ),
)
