"""Counting time in law: each function is one phrase of the Act, the Regulations or the Code.

Days are calendar days and run to midnight. Nothing here rolls forward for a weekend or a bank holiday
unless it says so: regulations 20 to 22 have no such rule.
"""

from calendar import FRIDAY, monthrange
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path

# The days arflow counts with: wide enough for every plan, narrow enough that no period leaves the calendar.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def weeks_after(day: date, weeks: int) -> date:
    """The last day of "within N weeks of `day`": `day` itself is not counted."""
    return day + timedelta(weeks=weeks)


def weeks_before(day: date, weeks: int) -> date:
    """The day N weeks before `day`: the last on which notice counted in whole weeks can be given."""
    return day - timedelta(weeks=weeks)


def clear_weeks_before(day: date, weeks: int) -> date:
    """The last day that leaves N clear weeks before `day`: neither the day of notice nor `day` is counted."""
    return day - timedelta(weeks=weeks, days=1)


def days_beginning_with(day: date, days: int) -> date:
    """The last of N days "beginning with" `day`: `day` is day 1."""
    return day + timedelta(days=days - 1)


def corresponding_date(day: date, months: int) -> date:
    """The same day of the month N months on (back, if negative), or the month's last day if there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def period_last_day(day: date, months: int) -> date:
    """The last day of the period of N months "starting with" `day`: the day before the corresponding date.

    Where the last month has no corresponding date the period ends on that month's last day
    (the corresponding date rule, Dodds v Walker): 12 months from 29 February end on 28 February.
    """
    end = corresponding_date(day, months)
    return end - timedelta(days=1) if end.day == day.day else end


def months_before(day: date, months: int) -> date:
    """The last day that is "at least N months before" `day`."""
    return corresponding_date(day, -months)


def day_before(month: int, day: int, year: int) -> date:
    """The last day that is "before" a calendar date."""
    return date(year, month, day) - timedelta(days=1)


def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of a year in England."""
    return _bank_holidays()[1].get(year, frozenset())


def bank_holidays_version() -> str:
    """The version of the calendar that bank holidays are taken from."""
    return _bank_holidays()[0]


@cache
def _bank_holidays() -> tuple[str, dict[int, frozenset[date]]]:
    """The version of the library `holidays`, and its days by year: the library itself takes longer to load than to ask."""
    heading, *lines = (Path(__file__).parent / "bank_holidays.txt").read_text("ascii").splitlines()
    days = map(date.fromisoformat, lines)
    return heading.removeprefix("holidays "), {
        year: frozenset(found) for year, found in groupby(days, key=lambda day: day.year)
    }


def is_working_day(day: date, also: Collection[date] = ()) -> bool:
    """Neither a weekend nor a bank holiday in England; `also` are bank holidays that the calendar does not have yet."""
    return day.weekday() < 5 and day not in bank_holidays(day.year) and day not in also


def next_working_day(day: date, also: Collection[date] = ()) -> date:
    """`day` itself if it is a working day, else the first one after it."""
    while not is_working_day(day, also):
        day += timedelta(days=1)
    return day


def working_days_after(day: date, days: int, also: Collection[date] = ()) -> date:
    """The last day of "within N working days of `day`": `day` itself is not counted."""
    for _ in range(days):
        day = next_working_day(day + timedelta(days=1), also)
    return day


def working_days_beginning_with(day: date, days: int, also: Collection[date] = ()) -> date:
    """The last of N working days "beginning with" `day`, which is day 1 if it is a working day."""
    return working_days_after(day - timedelta(days=1), days, also)


def appeal_last_day(notified: date, certificate: date | None = None, also: Collection[date] = ()) -> date:
    """The last day to appeal: 2 months from the notice, or 1 month from the mediation certificate if later.

    A last day in August or from 25 December to 1 January moves to the first working day after; any other
    non-working day to the next working day (Tribunal Procedure (HESC) Rules 2008 rr.12, 20).
    """
    last = corresponding_date(notified, 2)
    if certificate is not None:
        last = max(last, corresponding_date(certificate, 1))
    if last.month == 8:
        last = date(last.year, 9, 1)
    elif (last.month, last.day) >= (12, 25):
        last = date(last.year + 1, 1, 2)
    elif (last.month, last.day) == (1, 1):
        last = date(last.year, 1, 2)
    return next_working_day(last, also)


def school_leaving_date(year: int) -> date:
    """The last Friday in June (Education (School Leaving Date) Order 1997)."""
    last = date(year, 6, 30)
    return last - timedelta(days=(last.weekday() - FRIDAY) % 7)


def young_person_from(born: date) -> date:
    """The first day over compulsory school age: the day after the school leaving date that follows turning 16.

    Somebody who turns 16 after the leaving date and before the next school year (1 September) has reached
    the end of compulsory school age on that leaving date (Education Act 1996 s.8). The answer is then a day
    on which the child was still 15; the rights of s.83 CFA 2014 (a person over compulsory school age) follow it.
    """
    sixteenth = corresponding_date(born, 16 * 12)
    year = sixteenth.year if sixteenth < date(sixteenth.year, 9, 1) else sixteenth.year + 1
    return school_leaving_date(year) + timedelta(days=1)
