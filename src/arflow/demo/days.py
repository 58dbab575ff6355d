"""On which days an invented office works, and an invented school is open."""

from datetime import date, timedelta

from arflow.law.periods import is_working_day

# Roughly the holidays of schools in England; Easter and half-terms differ from one authority to the next.
_SUMMER = (7, 22), (9, 2)
_CHRISTMAS = (12, 20), (1, 3)
_ONE = timedelta(days=1)


def working_day_before(day: date) -> date:
    """`day` itself if it is a working day in England, else the last one before it."""
    while not is_working_day(day):
        day -= _ONE
    return day


def is_school_day(day: date) -> bool:
    """A working day outside the summer and Christmas holidays."""
    return is_working_day(day) and not _in_summer(day) and not _at_christmas(day)


def school_day_before(day: date) -> date:
    """`day` itself if it is a school day, else the last one before it."""
    while not is_school_day(day):
        day -= _ONE
    return day


def next_school_day(day: date) -> date:
    """`day` itself if it is a school day, else the first one after it."""
    while not is_school_day(day):
        day += _ONE
    return day


def meeting_day(day: date) -> date:
    """The school day for a meeting wanted on `day`: one in the holidays moves to the weeks before them, spread as it was."""
    if _in_summer(day):
        day -= timedelta(weeks=7)
    elif _at_christmas(day):
        day -= timedelta(weeks=3)
    return school_day_before(day)


def _in_summer(day: date) -> bool:
    first, last = _SUMMER
    return first <= (day.month, day.day) <= last


def _at_christmas(day: date) -> bool:
    first, last = _CHRISTMAS
    return (day.month, day.day) >= first or (day.month, day.day) <= last
