"""The census day of a return: the day that it describes."""

from datetime import date, timedelta

from arflow.law.catalogue import Catalogue
from arflow.sen2.form.layout_files import Layouts


def census_day(catalogue: Catalogue, year: int) -> date:
    """The census day of the return of a year: as its layout has it, else the third Thursday of January as in 2023 to 2027."""
    layouts = Layouts.of(catalogue)
    return layouts.load(year).census_day if year in layouts.years() else third_thursday(year)


def third_thursday(year: int) -> date:
    """The third Thursday of January."""
    first = date(year, 1, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 14)


def latest_year(catalogue: Catalogue, today: date) -> int:
    """The latest calendar year whose census day, in the January after it, has come."""
    return today.year - 1 if census_day(catalogue, today.year) <= today else today.year - 2
