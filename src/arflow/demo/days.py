"""On which days an invented office works, and an invented school is open."""

from datetime import date, timedelta

from arflow.law.periods import is_working_day

# Roughly the holidays of schools in England; Easter and half-terms differ from one authority to the next.
_SUMMER_BEGINS, _TERM_BEGINS = (7, 22), (9, 3)
_CHRISTMAS_BEGINS, _YEAR_BEGINS = (12, 20), (1, 4)
# Two weeks into a term, so that a school can give notice and send papers in term.
_AUTUMN_MEETINGS, _SPRING_MEETINGS = (9, 17), (1, 18)
_ONE = timedelta(days=1)


def working_day_before(day: date) -> date:
    """`day` itself if it is a working day in England, else the last one before it."""
    while not is_working_day(day):
        day -= _ONE
    return day


def is_school_day(day: date) -> bool:
    """A working day outside the summer and Christmas holidays."""
    of_year = (day.month, day.day)
    on_holiday = _SUMMER_BEGINS <= of_year < _TERM_BEGINS or of_year >= _CHRISTMAS_BEGINS or of_year < _YEAR_BEGINS
    return is_working_day(day) and not on_holiday


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
    """The school day for a meeting wanted on `day`: one in the holidays, or just after, moves to the weeks before them."""
    of_year = (day.month, day.day)
    if _SUMMER_BEGINS <= of_year < _AUTUMN_MEETINGS:
        day -= timedelta(weeks=9)
    elif of_year >= _CHRISTMAS_BEGINS or of_year < _SPRING_MEETINGS:
        day -= timedelta(weeks=5)
    return school_day_before(day)
