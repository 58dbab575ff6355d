"""A school year: its days, its terms, and on which days of it a school can hold a meeting."""

import re
from datetime import date, timedelta
from functools import cached_property

import msgspec

from arflow.errors import InvalidValue, field_name
from arflow.law.periods import is_working_day
from arflow.law.workflow import Term

_WRITTEN = re.compile(r"(\d{4})\s*[-/]\s*(?:20)?(\d{2})")
_SEPTEMBER = 9


class SchoolYear(msgspec.Struct, frozen=True, kw_only=True):
    """The year from 1 September of `begins` (a calendar year) to 31 August."""

    begins: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.begins, _SEPTEMBER, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.begins + 1, 8, 31)

    @property
    def transfer_on(self) -> date:
        """The day on which those who leave a phase with this year begin the next."""
        return date(self.begins + 1, _SEPTEMBER, 1)

    @property
    def next(self) -> "SchoolYear":
        """The year after it."""
        return SchoolYear(begins=self.begins + 1)

    def __str__(self) -> str:
        return f"{self.begins}/{(self.begins + 1) % 100:02}"


def school_year_of(day: date) -> SchoolYear:
    """The school year that a day lies in."""
    return SchoolYear(begins=day.year - (day.month < _SEPTEMBER))


def written_year(text: str) -> SchoolYear:
    """A school year as people write it, 2026/27 or 2026-2027; InvalidValue for anything else."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or (int(found[1]) + 1) % 100 != int(found[2]):
        raise InvalidValue(field_name("year"), text, "a school year: write it as 2026/27")
    return SchoolYear(begins=int(found[1]))


class SchoolDays(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The days of a school year on which a meeting can be held: working days in term.

    `bank_holidays` are those entered into the store beside the calendar's.
    """

    year: SchoolYear
    terms: tuple[Term, ...]
    bank_holidays: tuple[date, ...] = ()

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every one of them, in order."""
        first, last = self.year.first, self.year.last
        every = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(day for day in every if self.in_term(day) and is_working_day(day, self.bank_holidays))

    @cached_property
    def _open(self) -> frozenset[date]:
        return frozenset(self.days)

    def __contains__(self, day: date) -> bool:
        return day in self._open

    def in_term(self, day: date) -> bool:
        """Whether a day, of the weekend too, lies in a term and in none of its breaks."""
        return any(term.has_school_on(day) for term in self.terms)
