"""The phrases of the law as SQL: the second computation of every last day, beside the one in formula.py."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, assert_never

from arflow.history.sql import literal, months_on, one_of, period_last_day
from arflow.law import periods
from arflow.law.formula import (
    MONTHS,
    AnyRule,
    AppealPeriod,
    AsDuty,
    Before,
    BeforeDate,
    ByDate,
    DaysBeginningWith,
    MonthsBefore,
    MonthsBetween,
    MonthsStartingWith,
    NoNumber,
    NoticeBefore,
    OneMonthFrom,
    OnOrBefore,
    Policy,
    Reading,
    UntilDetermined,
    WeeksBefore,
    Within,
    WithinDays,
    WithinWorkingDays,
    WorkingDaysBeginningWith,
)

if TYPE_CHECKING:
    import duckdb


def last_day(rule: AnyRule, day: str, policy: Policy, reading: Reading) -> str:
    """The last day that a phrase sets, counted from the day in an expression; null where it gives no number."""
    counted = _counted(rule, day, policy, reading)
    return f"next_working_day({counted})" if policy.roll_forward_non_working_days and counted != _NONE else counted


_NONE = "null::DATE"


def _counted(rule: AnyRule, day: str, policy: Policy, reading: Reading) -> str:
    match rule:
        case Within():
            return f"({day} + {7 * rule.n})"
        case WithinDays():
            return f"({day} + {rule.n})"
        case WorkingDaysBeginningWith():
            return f"working_days_after({day} - 1, {rule.n})"
        case WithinWorkingDays():
            return f"working_days_after({day}, {rule.n})"
        case NoticeBefore():
            clear = policy.option("notice", reading) == "clear_days"
            return f"({day} - {7 * rule.n + clear})"
        case WeeksBefore():
            return f"({day} - {7 * rule.n})"
        case MonthsStartingWith() | MonthsBetween():
            literally = policy.option("twelve_months", reading) == "day_before_anniversary"
            return period_last_day(day, rule.n) if literally else months_on(day, rule.n)
        case DaysBeginningWith():
            return f"({day} + {rule.n - 1})"
        case MonthsBefore():
            return months_on(day, -rule.n)
        case BeforeDate():
            named = f"make_date(year({day}), {MONTHS.index(rule.month) + 1}, {rule.day})"
            return f"({named} - 1)" if policy.option("phase_dates", reading) == "before" else named
        case ByDate():
            return f"make_date(year({day}), {MONTHS.index(rule.month) + 1}, {rule.day})"
        case OnOrBefore():
            return f"({day} + 0)"
        case Before():
            return f"({day} - 1)"
        case AppealPeriod():
            return f"end_of_appeal({months_on(day, 2)})"
        case OneMonthFrom():
            two_months = months_on(months_on(day, -2), 2)
            return f"end_of_appeal(greatest({two_months}, {months_on(day, 1)}))"
        case NoNumber() | UntilDetermined() | AsDuty():
            return _NONE
        case _:
            assert_never(rule)


_MACROS = (
    "next_working_day(day) as getvariable('rolled')[day - getvariable('calendar_from') + 1]",
    """working_days_after(day, n) as
        getvariable('workdays')[getvariable('worked')[day - getvariable('calendar_from') + 1] + n]""",
    # The HESC Rules' August and Christmas (periods.appeal_last_day): the first working day after them.
    """end_of_appeal(last) as next_working_day(case
        when month(last) = 8 then make_date(year(last), 9, 1)
        when month(last) = 12 and day(last) >= 25 then make_date(year(last) + 1, 1, 2)
        when month(last) = 1 and day(last) = 1 then make_date(year(last), 1, 2)
        else last end)""",
)
_MARGIN = 3  # years around the days of the log that a last day can fall in


_CALENDAR = """
    with days as (select unnest(range({first}, {after}, INTERVAL 1 DAY))::DATE as day),
    marked as (select day, isodow(day) < 6 and day not in {bank_holidays} as works from days),
    counted as (
        select day, works, count(*) filter (works) over (order by day) as worked,
            min(day) filter (works) over (order by day rows between current row and unbounded following) as rolled
        from marked)
    select min(day) as calendar_from, list(rolled order by day) as rolled, list(worked order by day) as worked,
        list(day order by day) filter (works) as workdays
    from counted"""


def with_calendar(
    connection: "duckdb.DuckDBPyConnection", first: date, last: date, also: Collection[date] = ()
) -> None:
    """Put the working days of England around two days into a connection, with the phrases that need them.

    `also` are bank holidays that the calendar does not have yet.
    """
    start, end = date(first.year - _MARGIN, 1, 1), date(last.year + _MARGIN, 12, 31)
    bank_holidays = one_of(
        (*also, *(day for year in range(start.year, end.year + 1) for day in periods.bank_holidays(year)))
    )
    query = _CALENDAR.format(first=literal(start), after=literal(end), bank_holidays=bank_holidays)
    connection.execute(f"create or replace table calendar as {query}")
    read_calendar(connection)
    for macro in _MACROS:
        connection.execute(f"create or replace macro {macro}")


def read_calendar(connection: "duckdb.DuckDBPyConnection") -> None:
    """Set the variables that the macros look days up in: each connection and cursor has its own."""
    for name in ("calendar_from", "rolled", "worked", "workdays"):
        connection.execute(f"set variable {name} = (select {name} from calendar)")
